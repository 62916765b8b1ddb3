"""Whose turn it is: fair between clients, waves, patience with large requests, drops."""

import asyncio
from dataclasses import replace

import pytest

from algosmith.engine.cards import Sampling
from algosmith.engine.jobs import Ask, Job
from algosmith.engine.turns import Room, Turns


@pytest.fixture
def loop() -> asyncio.AbstractEventLoop:
    made = asyncio.new_event_loop()
    made.close()
    return made


def job(loop: asyncio.AbstractEventLoop, id_: int, client: str, count: int = 1) -> Job:
    ask = Ask("m", (), count, 0, Sampling(0.0), 10, (), 10, None, None)
    return Job(id_, client, ask, loop)


def room(free: int, width: int = 8, **clients: int) -> Room:
    return Room(free, width, clients)


def drain(turns: Turns, free: int) -> list[int]:
    """Ids in the order they are taken while ``free`` sequences are free each time."""
    order: list[int] = []
    while wave := turns.take(room(free)):
        order.append(wave.job.id)
    return order


def test_clients_take_turns_whatever_they_queued(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    for id_ in range(5):
        turns.add(job(loop, id_, "greedy"), 4)
    turns.add(job(loop, 100, "modest"), 4)
    turns.add(job(loop, 200, "late"), 4)
    assert drain(turns, 4) == [0, 100, 200, 1, 2, 3, 4]


def test_large_jobs_come_in_waves_and_others_go_between(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    turns.add(job(loop, 1, "a", count=10), 4)
    turns.add(job(loop, 2, "b"), 4)
    assert len(turns) == 2
    taken = [turns.take(room(4)) for _ in range(4)]
    assert [(w.job.id, w.first, w.count) for w in taken if w] == [
        (1, 0, 4), (2, 0, 1), (1, 4, 4), (1, 8, 2),
    ]  # fmt: skip


def test_a_large_job_is_not_passed_over_for_ever(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    turns.add(job(loop, 1, "large", count=4), 4)
    for id_ in range(10, 30):
        turns.add(job(loop, id_, f"small {id_}"), 4)
    passed = drain(turns, 3)  # one sequence stays busy: the large one does not fit
    assert len(passed) == 4
    assert turns.take(room(3)) is None
    wave = turns.take(room(4))
    assert wave is not None
    assert wave.job.id == 1


def test_dropping_a_job_leaves_the_others(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    first, second = job(loop, 1, "a", count=9), job(loop, 2, "a")
    turns.add(first, 4)
    turns.add(second, 4)
    turns.drop(first)
    turns.drop(first)
    assert turns.waiting("a") == 1
    assert drain(turns, 4) == [2]
    assert len(turns) == 0


def test_what_could_not_start_keeps_its_turn(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    turns.add(job(loop, 1, "a"), 4)
    turns.add(job(loop, 2, "b"), 4)
    wave = turns.take(room(4))
    assert wave is not None
    turns.put_back(wave)
    assert drain(turns, 4) == [1, 2]


def test_a_client_gets_no_more_at_once_than_pays_off(loop: asyncio.AbstractEventLoop) -> None:
    turns = Turns()
    turns.add(job(loop, 1, "a", count=4), 2)
    turns.add(job(loop, 2, "b"), 2)
    assert turns.take(room(8, 2)) is not None
    other = turns.take(room(6, 2, a=2))
    assert other is not None
    assert other.job.id == 2
    assert turns.take(room(5, 2, a=2, b=1)) is None
    rest = turns.take(room(7, 2, b=1))
    assert rest is not None
    assert (rest.job.id, rest.first, rest.count) == (1, 2, 2)


def test_a_seeded_job_is_decoded_one_by_one_with_nothing_beside(
    loop: asyncio.AbstractEventLoop,
) -> None:
    turns = Turns()
    exact = job(loop, 1, "a", count=2)
    exact.ask = replace(exact.ask, exact=True)
    turns.add(exact, 8)
    assert turns.take(room(7, 8, b=1)) is None
    wave = turns.take(room(8, 8))
    assert wave is not None
    assert wave.count == 1
