"""Makes a starter file of a problem that Competitive Companion or cph describes."""

import re
from pathlib import Path

from algosmith.errors import ConfigError, TaskError
from algosmith.programs.companion import read_problem
from algosmith.programs.types import Problem

_MOST_BYTES = 16 << 20


LANGUAGES = {"python": "py", "cpp": "cpp", "c": "c", "rust": "rs", "go": "go", "javascript": "js",
             "typescript": "ts"}  # fmt: skip
"""What a starter file can be written in, and what its name ends with."""


def import_problem(file: Path, folder: Path, language: str = "python") -> list[Path]:
    """Writes ``NAME.py`` with a TODO, and the samples beside it; returns what was written.

    Raises:
        ConfigError: the file describes no problem.
        TaskError: a file of that name is there already, or nothing can be written.
    """
    problem = read_problem(_text(file), file.name)
    name = _file_name(problem.name) or _file_name(file.stem) or "problem"
    starter = _starter(problem) if language == "python" else _elsewhere(problem, language)
    contents = {f"{name}.{LANGUAGES[language]}": starter}
    for number, sample in enumerate(problem.samples, 1):
        contents[f"{name}_{number}.in"] = sample.input
        contents[f"{name}_{number}.out"] = sample.output
    taken = next((one for one in contents if (folder / one).exists()), None)
    if taken is not None:
        raise TaskError(f"{folder / taken}: is there already; move it away, nothing was written.")
    written: list[Path] = []
    for one, text in contents.items():
        path = folder / one
        try:
            path.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise TaskError(f"{path}: not written: {error.strerror or error}.") from error
        written.append(path)
    return written


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{file}: larger than {_MOST_BYTES >> 20} MiB, not opened.")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} can't be read: {error}.") from error


def _file_name(name: str) -> str:
    """A name for a file: letters, digits and underscores, whatever the problem is called."""
    words = re.sub(r"[^\w]+", "_", name).strip("_").lower()
    return f"p_{words}"[:60] if words[:1].isdigit() else words[:60]


_BODIES = {
    "cpp": "#include <bits/stdc++.h>\nusing namespace std;\n\nint main() {{\n    {0}\n}}\n",
    "c": "#include <stdio.h>\n\nint main(void) {{\n    {0}\n    return 0;\n}}\n",
    "rust": "use std::io::{{self, Read}};\n\nfn main() {{\n    {0}\n}}\n",
    "go": "package main\n\nfunc main() {{\n\t{0}\n}}\n",
    "javascript": "const lines = require('fs').readFileSync(0, 'utf8').split('\\n');\n\n{0}\n",
    "typescript": (
        "import * as fs from 'fs';\n\n"
        "const lines: string[] = fs.readFileSync(0, 'utf8').split('\\n');\n\n{0}\n"
    ),
}


def _elsewhere(problem: Problem, language: str) -> str:
    """The starter in a language with braces: the statement's place is the comment at its top."""
    limit = f" * Time limit: {problem.seconds:g} s\n" if problem.seconds else ""
    talks = " * This is an interactive problem.\n" if problem.interactive else ""
    title = re.sub(r"\*/|[\x00-\x1f\x7f]+", " ", problem.name).strip() or "A problem."
    head = (
        f"/*\n * {title}\n{limit}{talks} *\n"
        " * Paste the statement here: it says what to write.\n */\n"
    )
    todo = "// TODO: read standard input, print the answer"
    return head + _BODIES[language].format(todo)


def _starter(problem: Problem) -> str:
    limit = f"\nTime limit: {problem.seconds:g} s" if problem.seconds else ""
    talks = "\nThis is an interactive problem." if problem.interactive else ""
    title = re.sub(r'[\\"\x00-\x1f\x7f]+', " ", problem.name).strip() or "A problem."
    return (
        f'"""{title}\n{limit}{talks}\n\nPaste the statement here: it says what to write.\n"""\n\n\n'
        "def main():\n    # TODO: read standard input, print the answer\n    pass\n\n\n"
        'if __name__ == "__main__":\n    main()\n'
    )
