"""The system-call filter, interpreted here, for both architectures."""

import pytest

from algosmith.sandbox.caged import seccomp
from tests.bpf_machine import (
    ALLOW,
    ENOSYS,
    EPERM,
    HEADERS,
    KILL,
    MACHINES,
    verdict,
    wrong_numbers,
)  # fmt: skip

PID = 4242


@pytest.fixture(params=MACHINES)
def judge(request: pytest.FixtureRequest):
    architecture, column = MACHINES[request.param]
    code = seccomp.for_process(seccomp.build(request.param), PID)
    assert len(code) // 8 <= 400
    return lambda numbers, *arguments: verdict(code, architecture, numbers[column], *arguments)


CASES = [
    ((0, 63), (), ALLOW), ((1, 64), (), ALLOW), ((231, 94), (), ALLOW),  # read, write, exit_group
    ((41, 198), (1, 1, 0), EPERM), ((53, 199), (), EPERM), ((42, 203), (), EPERM),  # sockets
    ((59, 221), (), EPERM), ((322, 281), (), EPERM), ((101, 117), (), EPERM),  # exec, ptrace
    ((319, 279), (), EPERM), ((425, 425), (), EPERM), ((321, 280), (), EPERM),  # memfd, io_uring
    ((165, 40), (), EPERM), ((272, 97), (), EPERM), ((317, 277), (), EPERM),  # mount, unshare
    ((435, 435), (), ENOSYS), ((99999, 99999), (), EPERM),
    ((56, 220), (17,), EPERM), ((56, 220), (0x003D0F00,), ALLOW),  # fork, pthread_create
    ((56, 220), (0x003D0F00 | 0x10000000,), EPERM), ((56, 220), (0x00010000 | 0x80,), EPERM),
    ((62, 129), (PID, 9), ALLOW), ((62, 129), (1, 9), EPERM), ((62, 129), (0xFFFFFFFF, 9), EPERM),
    ((234, 131), (PID, PID, 6), ALLOW), ((234, 131), (PID + 1, PID, 6), EPERM),
    ((302, 261), (0, 7, 0, 4096), ALLOW), ((302, 261), (0, 7, 4096, 0), EPERM),
    ((302, 261), (77, 7, 0, 4096), EPERM), ((302, 261), (0, 7, 1 << 40, 0), EPERM),
    ((72, 25), (3, 1), ALLOW), ((72, 25), (3, 8), EPERM), ((72, 25), (3, 1031), EPERM),
    ((16, 29), (0, 0x5401), ALLOW), ((16, 29), (0, 0x5412), EPERM),
    ((157, 167), (15,), ALLOW), ((157, 167), (4,), EPERM), ((157, 167), (22,), EPERM),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "arguments", "expected"), CASES)
def test_filter(judge, numbers: tuple[int, int], arguments: tuple, expected: int) -> None:
    assert judge(numbers, *arguments) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_other_architectures_are_killed(machine: str) -> None:
    code = seccomp.build(machine)
    for other in (0x40000003, 0x40000028, 0, *(a for a, _ in MACHINES.values())):
        if other != MACHINES[machine][0]:
            assert verdict(code, other, 0) == KILL


def test_the_x32_table_is_refused() -> None:
    code = seccomp.build("x86_64")
    assert all(verdict(code, 0xC000003E, 0x40000000 + n) == EPERM for n in range(600))


def test_unknown_machines_are_refused() -> None:
    with pytest.raises(ValueError, match="riscv64"):
        seccomp.build("riscv64")


def test_fork_is_reachable_by_no_number() -> None:
    for machine, (architecture, _) in MACHINES.items():
        code = seccomp.for_process(seccomp.build(machine), PID)
        allowed = [n for n in range(1024) if verdict(code, architecture, n) == ALLOW]
        assert 75 <= len(allowed) <= 115, (machine, len(allowed))
        assert not {57, 58} & set(allowed) or machine == "aarch64"  # there 57 is close


@pytest.mark.parametrize(("column", "header", "pattern"), HEADERS)
def test_numbers_are_those_of_the_kernel_headers(column: int, header: str, pattern: str) -> None:
    tables = {**seccomp._CALLS, **{name: entry[0] for name, entry in seccomp._CHOICES.items()}}
    tables |= {"clone": seccomp._CLONE, "clone3": seccomp._CLONE3, "prlimit64": seccomp._PRLIMIT,
               "kill": seccomp._KILLS[0], "tgkill": seccomp._KILLS[1]}  # fmt: skip
    wrong = wrong_numbers(tables, column, header, pattern)
    if wrong is None:
        pytest.skip("no kernel headers here")
    assert wrong == {}
