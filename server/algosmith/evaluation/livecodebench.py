"""LiveCodeBench's JSONL: functions (LeetCode's ``Solution``) and programs on standard input.

The public tests are the examples, public and private ones together the truth. Private tests come as
JSON, or as JSON packed by base64, zlib and pickle; the pickle may hold a string and nothing else.
"""

import base64
import io
import json
import pickle
import re
import zlib
from typing import Any, NoReturn, cast

from algosmith.errors import ConfigError
from algosmith.evaluation.problems import Problem, Results, Streams, problem
from algosmith.sandbox.types import Call

_MOST_BYTES = 256 << 20
"""Largest unpacked tests of one problem: the data set's own largest are far below."""
_TYPING = "from typing import Any, Dict, List, Optional, Set, Tuple\n\n\n"
_SAMPLE = re.compile(r"^\W*(sample input|input)\b", re.IGNORECASE | re.MULTILINE)


def livecodebench(row: dict[str, Any]) -> Problem:
    """One row."""
    public = _tests(row["public_test_cases"])
    tests = [*public, *_tests(row.get("private_test_cases") or "[]")]
    if not tests:
        raise ConfigError("the row holds no test")
    id_ = str(row["question_id"])
    if tests[0].get("testtype") == "functional":
        return _function(id_, row, tests)
    return _program(id_, row, public, tests)


def _function(id_: str, row: dict[str, Any], tests: list[dict[str, str]]) -> Problem:
    metadata = json.loads(row.get("metadata") or "{}")
    starter = str(row["starter_code"]).rstrip()
    name = metadata.get("func_name") or re.findall(r"def (\w+)", starter)[-1]
    indent = re.findall(r"^([ \t]*)def ", starter, re.MULTILINE)[-1] + "    "
    document = _document(str(row["question_content"]), indent)
    text = f"{_TYPING}{starter}\n{document}\n{indent}# TODO: implement {name}\n"
    cases = tuple((_arguments(test["input"]), json.loads(test["output"])) for test in tests)
    entry = f"Solution.{name}" if "class Solution" in starter else str(name)
    return problem(id_, text, Results(cases), entry)


def _arguments(text: str) -> Call:
    return Call(tuple(json.loads(line) for line in text.splitlines() if line.strip()))


def _program(
    id_: str, row: dict[str, Any], public: list[dict[str, str]], tests: list[dict[str, str]]
) -> Problem:
    words = str(row["question_content"])
    if not _SAMPLE.search(words):
        words = "\n\n".join([words.strip(), *map(_sample, public)])
    text = f"{_document(words, '')}\n\n# TODO: write the program\n"
    return problem(id_, text, Streams(tuple((t["input"], t["output"]) for t in tests)))


def _sample(test: dict[str, str]) -> str:
    return f"Input:\n{test['input'].strip()}\n\nOutput:\n{test['output'].strip()}"


def _document(words: str, indent: str) -> str:
    """The words as a docstring."""
    raw = "r" if "\\" in words else ""
    lines = words.replace('"""', "'''").strip().splitlines()
    body = f"\n{indent}".join(line.rstrip() for line in lines).rstrip("\\")
    return f'{indent}{raw}"""{body}\n{indent}"""'


def _tests(packed: Any) -> list[dict[str, str]]:
    if isinstance(packed, str):
        packed = _unpacked(packed)
    return cast("list[dict[str, str]]", packed)


def _unpacked(text: str) -> Any:
    if text.lstrip().startswith("["):
        return json.loads(text)
    inflater = zlib.decompressobj()
    data = inflater.decompress(base64.b64decode(text), _MOST_BYTES)
    if inflater.unconsumed_tail:
        raise ConfigError(f"its private tests are larger than {_MOST_BYTES >> 20} MiB")
    found: object = _StringOnly(io.BytesIO(data)).load()
    if not isinstance(found, str):
        raise ConfigError("its private tests are packed in a way that is not known")
    return json.loads(found)


class _StringOnly(pickle.Unpickler):
    """Builds no objects: what is pickled can run nothing."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise ConfigError("its private tests hold a pickled object; only text is read")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise ConfigError("its private tests hold a pickled object; only text is read")
