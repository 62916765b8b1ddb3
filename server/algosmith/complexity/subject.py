"""What is measured for a function of a file: the code it needs, and the callable to run."""

from collections.abc import Collection
from dataclasses import dataclass

from algosmith.model import Function, Snapshot
from algosmith.syntax.document import open_document
from algosmith.syntax.excerpt import excerpt
from algosmith.syntax.functions import definitions_near, enclosing


@dataclass(frozen=True, slots=True)
class Subject:
    """Python source and the callable in it that is measured."""

    source: str
    entry: str
    """``f`` or ``Class.method``."""


def subject_of(snapshot: Snapshot, function: Function, needed: Collection[str] = ()) -> Subject:
    """A function inside a function can't be called from outside: the one around it is measured.

    ``needed`` names further definitions that stay in the source.
    """
    source = excerpt(snapshot, function.span, needed)
    found = definitions_near(open_document(snapshot), function.body.start)
    inner = next((one for one in found if one.outer == function.span), None)
    names: list[str] = []
    for one in enclosing(found, inner) if inner is not None else []:
        names.append(one.name)
        if not one.is_class:
            return Subject(source, ".".join(names))
    return Subject(source, function.qualified_name)
