"""Streamed text told as it comes, reasoning apart from the answer. No I/O."""

from algosmith.wire import Delta, DeltaSink

_OPEN, _CLOSE = "<think>", "</think>"


class Teller:
    """Tells a sink of each choice's text; ``<think>`` tags in it are understood."""

    def __init__(self, sink: DeltaSink) -> None:
        self._sink = sink
        self._splitters: dict[int, _Splitter] = {}

    def take(self, index: int, reasoning: str, content: str, tokens: int) -> None:
        """One chunk of one choice."""
        splitter = self._splitters.setdefault(index, _Splitter())
        thought, answer = splitter.feed(content)
        if reasoning + thought or answer:
            self._sink(Delta(index, reasoning + thought, answer, tokens))


class _Splitter:
    """Content that begins with ``<think>`` is reasoning up to ``</think>``.

    A tag may be cut anywhere, so what could be the beginning of one is held back. Content whose
    opening tag is missing is told as answer: that it was none shows only when the tag closes.
    """

    def __init__(self) -> None:
        self._tag: str = _OPEN
        self._held: str = ""

    def feed(self, content: str) -> tuple[str, str]:
        if not self._tag:
            return "", content
        text: str = self._held + content
        self._held = ""
        if self._tag == _OPEN:
            begun = text.lstrip()
            if not begun.startswith(_OPEN):
                if _OPEN.startswith(begun):
                    self._held = text
                    return "", ""
                self._tag = ""
                return "", text
            text, self._tag = begun.removeprefix(_OPEN), _CLOSE
        thought, closed, answer = text.partition(_CLOSE)
        if closed:
            self._tag = ""
            return thought, answer.lstrip("\n")
        keep = max(n for n in range(len(_CLOSE)) if thought.endswith(_CLOSE[:n]))
        self._held = thought[len(thought) - keep :]
        return thought[: len(thought) - keep], ""
