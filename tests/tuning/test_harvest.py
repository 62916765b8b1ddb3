"""A repository's own functions as tasks: only good ones, in the product's form, without secrets."""

import json
from pathlib import Path

import pytest

from algosmith import cli
from algosmith.evaluation import reading as problems
from algosmith.tuning import reading
from algosmith.tuning.contract import broken_by
from algosmith.tuning.conversations import Conversation
from algosmith.tuning.secrets import has_secret, without_licence
from algosmith.wire import Message

MODULE = '''# Copyright 2024 Somebody. All rights reserved.
# Licensed under nothing.

"""Lists."""


def runs(items: list[int]) -> list[int]:
    """The lengths of the runs of equal neighbours in a list.

    >>> runs([1, 1, 2])
    [2, 1]
    >>> runs([])
    []
    >>> runs([5, 5, 5, 5])
    [4]
    """
    found: list[int] = []
    for place, item in enumerate(items):
        if place and items[place - 1] == item:
            found[-1] += 1
        else:
            found.append(1)
    return found


def runs_again(items: list[int]) -> list[int]:
    """The lengths of the runs of equal neighbours in a list.

    >>> runs_again([1, 1, 2])
    [2, 1]
    """
    found: list[int] = []
    for place, item in enumerate(items):
        if place and items[place - 1] == item:
            found[-1] += 1
        else:
            found.append(1)
    return found


def wrong(items: list[int]) -> int:
    """The sum of all items of a list.

    >>> wrong([1, 2])
    3
    """
    return len(items)


def token(items: list[int]) -> int:
    """The largest item of a list, or zero.

    >>> token([1, 2])
    2
    """
    api_key = "hunter2hunter2"
    return max(items, default=0) if api_key else 0


def short(x: int) -> int:
    """Doubles."""
    return 2 * x


class Box:
    def method(self, x: int) -> int:
        """Give back what was put into the box."""
        return x
'''


@pytest.mark.sandbox
def test_a_folder_becomes_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path / "home"))
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "lists.py").write_text(MODULE)
    (tmp_path / "code" / "bad.py").write_bytes(b"\xff\xfe")
    (tmp_path / "code" / "broken.py").write_text("def f(:\n")
    out = tmp_path / "d.jsonl"
    args = ["tune", "data", str(tmp_path / "code"), "-o", str(out), "--model", "smollm2-135m"]
    assert cli.run(args) == 0
    told = capsys.readouterr()
    for reason in ("verify does not call it consistent", "nearly the same", "looks like a key",
                   "no docstring that says", "a method"):  # fmt: skip
        assert reason in told.err
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert row["level"] in ("consistent", "verified")
    (said,) = reading.read([out]).conversations
    assert said.messages[0].role == "system"
    assert len(said.messages) > 3  # SmolLM2's prompt shows examples
    assert "def runs(items: list[int]) -> list[int]:" in said.asked
    assert "enumerate" not in said.asked
    assert said.answer.startswith("```python\ndef runs(items")
    assert '"""' not in said.answer
    assert not broken_by(said)
    assert "Copyright" not in json.dumps(row)
    file = tmp_path / "problems.jsonl"
    file.write_text(json.dumps(row["problem"]))
    (problem,) = problems.load(file).problems
    assert problem.entry == "runs"
    assert len(row["problem"]["tests"]) >= 4
    assert cli.run(args) == 1  # never written over
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "key = AKIAABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "postgres://user:hunter2@db/x",
        'password = "correct-horse"',
        '{"api_key": "0123456789abcdef"}',
    ],
)
def test_keys_and_passwords_are_seen(text: str) -> None:
    assert has_secret(f"x = 1\n{text}\n")


@pytest.mark.parametrize(
    "text", ["password: str", "token = next(tokens)", "https://example.org/a:b", "secret = read()"]
)
def test_their_names_alone_are_no_secret(text: str) -> None:
    assert not has_secret(text)


def test_only_a_licence_is_taken_off_a_file() -> None:
    assert without_licence(b"#!/bin/sh\n# Copyright me\n#\n\nx = 1\n") == b"#!/bin/sh\nx = 1\n"
    assert without_licence(b"# How it works\nx = 1\n") == b"# How it works\nx = 1\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("```python\nx\n```", ""),
        ("<think>\n```\n</think>\n```python\nx\n```", ""),
        ("x = 1", "no fenced block"),
        ("```python\nx", "never closed"),
        ("```\na\n```\n```\nb\n```", "several blocks"),
        ("<think>hm", "its thought never ends"),
    ],
)
def test_answers_that_the_product_could_not_use_are_named(answer: str, words: str) -> None:
    said = broken_by(Conversation(1, (Message("user", "?"), Message("assistant", answer))))
    assert (words in said) if words else not said
