"""What a function's body can't hold, however well it parses."""

from algosmith.errors import EditError
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.written import ParsedCode, Part


def check_nestable(written: ParsedCode, part: Part) -> None:
    """Refuses what may not stand inside a function."""
    text = written.document.text(part.span.start, part.span.end)
    braces = written.document.language.blocks == "braces"
    if part.kind == "import" and (
        (braces and written.document.language.id != "rust")
        or text.startswith("from __future__")
        or "import *" in text
    ):
        raise EditError(
            f"The answer needs `{text.splitlines()[0]}`, which can't stand inside a function; "
            "add it at the top of the file and ask again."
        )
    if part.definition is not None and part.definition.node.type == "method_definition":
        raise EditError(
            f"The answer needs another method, `{part.definition.name}`, beside the one that was "
            "asked for; try another candidate."
        )
    if braces and text.startswith("export"):
        raise EditError("The answer exports from inside a function; try another candidate.")


def check_form(user: Document, function: Definition, written: ParsedCode, one: Definition) -> None:
    """Refuses an async or generator body for a function that is none."""
    ours = user.text(function.outer.start, function.header_end)
    theirs = written.document.text(one.outer.start, one.header_end)
    body = written.document.text(one.header_end, one.body_end)
    if _is_async(one) and not _is_async(function) and "await" in body:
        raise EditError(f"The answer makes `{function.name}` async; try another candidate.")
    generator = "*" in theirs.partition("(")[0] and "*" not in ours.partition("(")[0]
    if generator and user.language.blocks == "braces" and "yield" in body:
        raise EditError(f"The answer makes `{function.name}` a generator; try another candidate.")


def _is_async(one: Definition) -> bool:
    return any(child.type == "async" for child in one.node.children[:4])
