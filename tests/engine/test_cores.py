"""Threads are chosen by what the process may use for good, not by a momentary load."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from algosmith.engine import cores
from algosmith.engine.cores import Watch, usable_cores

V1, V2 = "4:cpu,cpuacct:/user/me\n0::/\n", "0::/user/me\n"
HERE = "sys/fs/cgroup/user/me"
OLD = "sys/fs/cgroup/cpu,cpuacct"


@pytest.mark.parametrize(
    ("allowed", "threads_of_a_core", "files", "wanted"),
    [
        pytest.param(2, 1, {}, 2, id="two plain cores"),
        pytest.param(8, 2, {}, 4, id="hyper-threads of one core count once"),
        pytest.param(2, 2, {}, 1, id="both hyper-threads of one core, by affinity"),
        pytest.param(64, 1, {}, 16, id="many cores"),
        pytest.param(8, 0, {}, 8, id="a system that does not tell its cores"),
        pytest.param(
            8, 1, {"proc/self/cgroup": V2, f"{HERE}/cpu.max": "300000 100000"}, 3, id="a quota"
        ),
        pytest.param(
            8,
            1,
            {"proc/self/cgroup": V2, f"{HERE}/cpu.max": "max 100000",
             "sys/fs/cgroup/user/cpu.max": "250000 100000"},
            2,
            id="a quota of a group around ours",
        ),
        pytest.param(
            8, 1, {"proc/self/cgroup": V2, f"{HERE}/cpu.max": "50000 100000"}, 1, id="half a core"
        ),
        pytest.param(8, 1, {"sys/fs/cgroup/cpu.max": "400000 100000"}, 4, id="group not known"),
        pytest.param(
            8, 1, {"proc/self/cgroup": V2, f"{HERE}/cpu.max": "nonsense"}, 8, id="nonsense"
        ),
        pytest.param(
            8,
            1,
            {"proc/self/cgroup": V1, f"{OLD}/user/me/cpu.cfs_quota_us": "200000",
             f"{OLD}/user/me/cpu.cfs_period_us": "100000"},
            2,
            id="a quota of the older kind",
        ),
        pytest.param(
            8,
            1,
            {"proc/self/cgroup": V1, f"{OLD}/user/me/cpu.cfs_quota_us": "-1",
             f"{OLD}/user/me/cpu.cfs_period_us": "100000"},
            8,
            id="none of the older kind",
        ),
    ],
)  # fmt: skip
def test_threads_by_the_cores_that_may_be_used(
    allowed: int,
    threads_of_a_core: int,
    files: Mapping[str, str],
    wanted: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topology = {
        f"sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list": str(
            number // threads_of_a_core
        )
        for number in range(allowed if threads_of_a_core else 0)
    }
    for name, content in {**topology, **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(cores, "_allowed", lambda: frozenset(range(allowed)))
    assert usable_cores(tmp_path) == wanted


def test_this_machine_has_a_core_to_use() -> None:
    assert usable_cores() >= 1


@pytest.mark.parametrize(
    ("physical", "threads", "taken", "wanted"),
    [
        (2, 2, 0.1, False),
        (2, 2, 0.5, True),
        (8, 2, 5.0, False),  # they had six cores to themselves
        (8, 2, 7.0, True),
        (1, 2, 0.1, False),  # more threads than cores: the user's own wish
    ],
)
def test_others_disturb_only_on_cores_that_we_need(
    physical: int, threads: int, taken: float, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([(100.0, 50.0), (100.0 + 4 * taken, 54.0)])
    monkeypatch.setattr(cores, "_others_and_now", lambda: next(looks))
    monkeypatch.setattr(cores, "_physical", lambda processors, system: physical)
    assert Watch(threads).disturbed() is wanted


def test_where_the_system_does_not_tell_nothing_is_held_against_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cores, "_others_and_now", lambda: None)
    assert not Watch(2).disturbed()
