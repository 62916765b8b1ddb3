"""The llama.cpp backend on the real library: sequences leave alone, and the end is clean."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from algosmith import catalogue, paths
from algosmith.config import EngineSettings, Settings
from algosmith.engine.backends import llamacpp
from algosmith.engine.backends.base import Event, Group
from algosmith.engine.backends.llamacpp_backend import LlamaCppBackend
from algosmith.engine.backends.llamacpp_native import ChunkSink, Native, SavedState
from algosmith.engine.cards import Sampling
from algosmith.engine.text.templates import FAMILIES, render
from algosmith.engine.text.thinking import FORCED_CLOSE
from algosmith.errors import EngineBusy, EngineError
from algosmith.wire import Message

pytestmark = pytest.mark.model

SMALL = EngineSettings(context_tokens=512, parallel=4, threads=1, prefix_cache_mb=16)
SYSTEM = "You are an expert programmer. You write clean, correct Python code. " * 4
QUESTION = render("chatml", (Message("user", "Write a story about a river."),))
Act = Callable[[int, int], None]


@pytest.fixture
def backend() -> Iterator[LlamaCppBackend]:
    opened = llamacpp.load(
        catalogue.resolve("smollm2-135m"), Settings(engine=SMALL), lambda text, share: None
    )
    yield opened
    opened.close()


def group(id_: int, count: int = 4, tokens: int = 24, **fields: object) -> Group:
    return replace(Group(id_, QUESTION, count, 7, Sampling(0.8, 0.95), tokens), **fields)


def run(
    backend: LlamaCppBackend, asked: Group, act: Act = lambda index, tokens: None
) -> dict[int, tuple[str, int, str]]:
    """Text, tokens and end of each sequence that ended by itself; ``act`` is told each event."""
    backend.add(asked)
    data: dict[int, list[Event]] = {index: [] for index in range(asked.count)}
    for _ in range(2000):
        for event in backend.step():
            data[event.index].append(event)
            act(event.index, sum(each.tokens for each in data[event.index]))
        if not backend._calls and not backend._interrupted:
            break
    else:
        pytest.fail("it never ended")
    return {
        index: (
            b"".join(event.data for event in events).decode(),
            sum(event.tokens for event in events),
            str(events[-1].finish) + events[-1].error,
        )
        for index, events in data.items()
        if events and events[-1].finish
    }


def test_a_stopped_sequence_leaves_the_others_as_they_were(backend: LlamaCppBackend) -> None:
    whole = run(backend, group(1))

    def stop(index: int, tokens: int) -> None:
        if index == 1 and tokens == 4:
            backend.stop(2, 1)

    ended = run(backend, group(2), stop)
    assert sorted(ended) == [0, 2, 3]
    assert ended == {index: whole[index] for index in ended}


def test_the_last_one_stopped_ends_the_completion(backend: LlamaCppBackend) -> None:
    def stop(index: int, tokens: int) -> None:
        if tokens == 3:
            backend.stop(1, index)

    assert run(backend, group(1, tokens=200), stop) == {}


def test_text_forced_into_one_sequence(backend: LlamaCppBackend) -> None:
    whole = run(backend, group(1))

    def force(index: int, tokens: int) -> None:
        if index == 2 and tokens == 5:
            backend.force(2, 2, "\n</think>\n")

    ended = run(backend, group(2), force)
    assert {index: ended[index] for index in (0, 1, 3)} == {i: whole[i] for i in (0, 1, 3)}
    text, tokens, finish = ended[2]
    forced = len(backend._native.tokenize("\n</think>\n", special=True))
    assert "think" not in text  # not echoed
    assert finish in ("stop", "length")
    assert tokens <= 24 - forced


def test_what_goes_on_alone_waits_for_room_and_goes_first(backend: LlamaCppBackend) -> None:
    backend._cells = 300
    busy: list[str] = []

    def force(index: int, tokens: int) -> None:
        if index == 0 and tokens == 5:
            backend.force(1, 0, "So:")
            try:
                backend.add(group(2, count=1, tokens=4))
            except EngineBusy as error:
                busy.append(str(error))

    ended = run(backend, group(1, tokens=60), force)
    assert busy
    assert sorted(ended) == [0, 1, 2, 3]
    assert all(finish in ("stop", "length") for _, _, finish in ended.values())


def test_llamacpp_keeps_the_thinking_budget_itself(backend: LlamaCppBackend) -> None:
    """The demo model does not think: its first word stands for the tag that opens the thinking."""
    backend._info = replace(backend.info, reasoning=True)
    requests = backend._requests
    requests._info = backend._info
    assert (requests._open, requests._close) == ("<think", "think")
    greedy = group(1, count=3, tokens=70, sampling=Sampling(0.0))
    first, *rest = run(backend, greedy)[0][0].split(" ")
    requests._open = first
    budget = requests._forced + 8 + 5
    most = 0

    def count(index: int, tokens: int) -> None:
        nonlocal most
        most = max(most, len(backend._calls))

    ended = run(backend, replace(greedy, id=2, thinking_tokens=budget), count)
    assert len(ended) == 3
    for text, _, _ in ended.values():
        before, _, after = text.partition(FORCED_CLOSE.rstrip())
        assert before == " ".join([first, *rest[:5]])[: len(before)]
        assert after
    assert most == 1
    free = run(backend, replace(greedy, id=3, thinking_tokens=None))
    assert not any(FORCED_CLOSE.strip() in text for text, _, _ in free.values())


def test_llamacpp_keeps_the_budget_of_a_thinking_that_the_prompt_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chatml = FAMILIES["chatml"]
    answer = chatml.before["assistant"] + "<think>\n"
    monkeypatch.setitem(FAMILIES, "chatml", replace(chatml, opens_thinking=True, answer=answer))
    backend = llamacpp.load(
        catalogue.resolve("smollm2-135m"), Settings(engine=SMALL), lambda text, share: None
    )
    try:
        backend._requests._info = replace(backend.info, reasoning=True)
        prompt = render("chatml", (Message("user", "Write a story about a river."),))
        asked = group(1, count=3, tokens=70, prompt=prompt)
        budget = backend._requests._forced + 8 + 5
        limited = run(backend, replace(asked, thinking_tokens=budget))
        free = run(backend, replace(asked, id=2))
    finally:
        backend.close()
    assert len(limited) == 3
    for index, (text, _, _) in limited.items():
        thought, closed, _ = text.partition(FORCED_CLOSE.rstrip())
        assert closed
        assert free[index][0].startswith(thought)
        assert len(thought) < len(free[index][0]) // 2


def test_closed_in_the_middle_of_everything(backend: LlamaCppBackend) -> None:
    backend.add(group(1, tokens=200))
    backend.step()
    threads = [call.thread for call in backend._calls]
    backend.close()
    assert [thread is not None and thread.is_alive() for thread in threads] == [False]


def test_bench_prints_its_table_and_ends_well() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "algosmith",
            "bench",
            "--tokens",
            "2",
            "--prompt",
            "64",
            "--no-compare",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "batch 8" in done.stdout
    assert "FATAL" not in done.stderr


LONG = "\n".join(f"def helper_{number}(a, b):\n    return a * {number} + b" for number in range(24))


def ahead(id_: int, text: str = LONG) -> Group:
    prompt = render("chatml", (Message("user", text),))
    return group(id_, count=1, tokens=4, prompt=prompt, warm=True)


def test_a_prompt_that_was_read_ahead_is_known(backend: LlamaCppBackend) -> None:
    assert run(backend, ahead(1))[0][0] == ""
    asked = replace(ahead(2), warm=False)
    run(backend, asked)
    assert backend.stats().cached_tokens > len(backend._tokens(asked.prompt)) - 8


def test_reading_ahead_ends_after_a_small_piece_and_what_it_read_is_used(
    backend: LlamaCppBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[int] = []
    complete = backend._native.complete

    def count(body: Mapping[str, Any], sink: ChunkSink) -> None:
        pieces.append(len(body["prompt"]))
        if len(pieces) == 5:
            backend.cancel(1)  # real work comes while the fifth piece is read
        complete(body, sink)

    monkeypatch.setattr(backend._native, "complete", count)
    asked = replace(ahead(2), warm=False)
    length = backend.add(ahead(1))
    while len(pieces) < 5:
        backend.step()
    run(backend, asked)
    assert pieces == [64, 128, 192, 256, 320, length]
    assert 256 <= backend.stats().cached_tokens <= 320


def test_reading_ahead_again_forgets_nothing(backend: LlamaCppBackend) -> None:
    run(backend, ahead(1))
    run(backend, ahead(2, LONG + "\nExplain helper_3."))
    run(backend, ahead(3))
    before = backend.stats().cached_tokens
    run(backend, replace(ahead(4, LONG + "\nExplain helper_3."), warm=False))
    assert backend.stats().cached_tokens - before > 200


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "engine_state_dir", lambda: tmp_path)
    return tmp_path


def first_answer(system: str = SYSTEM, **fields: object) -> tuple[str, int]:
    """The first answer of a new engine, and how many tokens it did not have to read."""
    prompt = render("chatml", (Message("system", system), Message("user", "Hi!")))
    opened = llamacpp.load(
        catalogue.resolve("smollm2-135m"), Settings(engine=SMALL), lambda text, share: None
    )
    try:
        asked = group(1, count=1, tokens=6, prompt=prompt, sampling=Sampling(0.0), **fields)
        text, _, _ = run(opened, asked)[0]
        return text, opened.stats().cached_tokens
    finally:
        opened.close()


def test_the_system_part_outlives_the_engine_and_the_answer_stays(folder: Path) -> None:
    text, _ = first_answer()
    (file,) = folder.iterdir()
    again, known = first_answer()
    assert again == text
    assert known >= 32
    assert list(folder.iterdir()) == [file]
    first_answer("Another system prompt of about the same length as the first. " * 4)
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "swapped", "a link"])
def test_a_damaged_or_foreign_file_is_removed_and_made_anew(folder: Path, damage: str) -> None:
    text, _ = first_answer()
    (file,) = folder.iterdir()
    content = file.read_bytes()
    changed = {
        "cut": content[:-100],
        "changed": content[:5000] + b"x" + content[5001:],
        "emptied": b"",
    }
    if damage == "swapped":  # a whole file under a right hash, but the library can't read it
        other = b"no state at all"
        name = file.name.replace(file.stem.rpartition("-")[2], hashlib.sha256(other).hexdigest())
        file.unlink()
        (folder / name).write_bytes(other)
    elif damage == "a link":
        file.rename(folder / "elsewhere")
        file.symlink_to(folder / "elsewhere")
    else:
        file.write_bytes(changed[damage])
    assert first_answer()[0] == text
    (folder / "elsewhere").unlink(missing_ok=True)
    assert [each.read_bytes() for each in folder.iterdir()] == [content]


def test_where_nothing_can_be_kept_the_answer_comes_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _ = first_answer()
    for file in folder.iterdir():
        file.unlink()

    def full(native: Native, slot: int, name: str) -> SavedState:
        (folder / name).write_bytes(b"half")
        raise EngineError("no space left")

    monkeypatch.setattr(Native, "save", full)
    assert first_answer()[0] == text
    assert list(folder.iterdir()) == []


def test_what_another_request_left_in_the_slot_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Native.save

    def after_another(native: Native, slot: int, name: str) -> SavedState:
        prompt = native.tokenize(f"{SYSTEM} And the file of a user.", special=False)
        body = {"prompt": prompt, "n": 1, "max_tokens": 0, "id_slot": slot}
        native.complete(body, lambda chunk: False)
        return save(native, slot, name)

    monkeypatch.setattr(Native, "save", after_another)
    first_answer()
    assert list(folder.iterdir()) == []


def test_a_seed_neither_uses_nor_makes_a_file(folder: Path) -> None:
    first_answer(exact=True)
    assert list(folder.iterdir()) == []
    first_answer()
    assert first_answer(exact=True)[1] == 0


def test_only_the_newest_files_are_kept(folder: Path) -> None:
    for number in range(12):
        (folder / f"old{number}-0.prefix").write_bytes(b"")
    (folder / "curves.json").write_text("{}")
    first_answer()
    assert len(list(folder.glob("*.prefix"))) == 8
    assert (folder / "curves.json").exists()
