"""All that asks for code in a document: TODO comments, phrases of starter files, docstrings."""

import re

from algosmith.model import Span
from algosmith.syntax.comments import Todo, comment_todos, keyword_in
from algosmith.syntax.document import Document
from algosmith.syntax.markers import string_marker
from algosmith.syntax.regions import with_regions

_DOCUMENTED = {"function_definition", "class_definition", "module"}
_PARAGRAPH_ENDS = re.compile(r">>>|(?:Args|Returns|Raises|Examples?|Yields|Note):?$|:param|@")


def todos(document: Document, keywords: tuple[str, ...], span: Span | None = None) -> list[Todo]:
    """The TODOs on the span's lines and those around, in the order they stand."""
    keywords = tuple(word for word in keywords if word)
    if not keywords:
        return []
    found = with_regions(document, comment_todos(document, keywords, span))
    found += _in_strings(document, keywords, span)
    return sorted(found, key=lambda todo: todo.span.start)


def anywhere(document: Document, keywords: tuple[str, ...]) -> list[Todo]:
    """Also those in comments where no code could stand."""
    keywords = tuple(word for word in keywords if word)
    if not keywords:
        return []
    found = with_regions(document, comment_todos(document, keywords, None, "todo.anywhere"))
    found += _in_strings(document, keywords, None)
    return sorted(found, key=lambda todo: todo.span.start)


def _in_strings(document: Document, keywords: tuple[str, ...], span: Span | None) -> list[Todo]:
    """A statement that is the string ``"*** YOUR CODE HERE ***"``, and TODOs in docstrings."""
    found: list[Todo] = []
    for node in document.nodes("todos", "todo.string", span):
        text = document.node_text(node)
        here = Span(node.start_byte, node.end_byte)
        marker = string_marker(text)
        if marker is not None:
            own = document.starts_line(here.start)
            phrase, rest = marker.phrase, marker.rest
            found.append(Todo(phrase, rest, here.start, here, here, own, "string", is_marker=True))
        elif (todo := _in_docstring(document, text, here, keywords)) is not None:
            found.append(todo)
    return found


def _in_docstring(
    document: Document, text: str, here: Span, keywords: tuple[str, ...]
) -> Todo | None:
    """The first line of a docstring that begins with a keyword, and its paragraph."""
    lines = text.splitlines(keepends=True)
    at = here.start
    for index, line in enumerate(lines):
        words = line.strip().lstrip("rRuUbB").lstrip("\"'").rstrip("\"'")
        start = keyword_in(words, keywords)
        if start is None:
            at += len(line.encode("utf-8", "surrogatepass"))
            continue
        keyword, first = start
        keyword_start = document.data.find(keyword.encode(), at)
        paragraph = [first.strip()]
        end = at + len(line.rstrip().encode("utf-8", "surrogatepass"))
        at += len(line.encode("utf-8", "surrogatepass"))
        for following in lines[index + 1 :]:
            said = following.strip().rstrip("\"'").strip()
            if not said or _PARAGRAPH_ENDS.match(said) or keyword_in(said, keywords):
                break
            paragraph.append(said)
            end = at + len(following.rstrip().encode("utf-8", "surrogatepass"))
            at += len(following.encode("utf-8", "surrogatepass"))
        span = Span(keyword_start, min(end, here.end))
        said = "\n".join(paragraph).strip()
        return Todo(
            keyword.lstrip("@").upper(), said, keyword_start, span, here, own_line=True,
            form="docstring",
        )  # fmt: skip
    return None
