"""The engine's system-call filter, interpreted here, for both architectures."""

import pytest

from algosmith.engine import syscalls
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
CASES = [
    ((0, 63), (), ALLOW), ((202, 98), (), ALLOW), ((9, 222), (), ALLOW),  # read, futex, mmap
    ((288, 242), (3,), ALLOW), ((47, 212), (3,), ALLOW), ((319, 279), (), ALLOW),  # accept4 …
    ((59, 221), (), EPERM), ((322, 281), (), EPERM), ((101, 117), (), EPERM),  # exec, ptrace
    ((42, 203), (3,), EPERM), ((425, 425), (), EPERM), ((321, 280), (), EPERM),
    ((165, 40), (), EPERM), ((272, 97), (), EPERM), ((304, 265), (), EPERM),
    ((435, 435), (), ENOSYS), ((56, 220), (17,), EPERM), ((56, 220), (0x003D0F00,), ALLOW),
    ((56, 220), (0x003D0F00 | 0x10000000,), EPERM),
    ((41, 198), (1, 1), ALLOW), ((41, 198), (1, 0x80801), ALLOW), ((41, 198), (2, 1), EPERM),
    ((41, 198), (10, 1), EPERM), ((41, 198), (16, 3), EPERM), ((41, 198), (1, 2), EPERM),
    ((41, 198), (1, 5), EPERM), ((53, 199), (1, 1), ALLOW), ((53, 199), (1, 0x80002), EPERM),
    ((62, 129), (PID, 9), ALLOW), ((62, 129), (1, 0), EPERM), ((62, 129), (0xFFFFFFFF, 9), EPERM),
    ((234, 131), (PID, PID, 6), ALLOW), ((234, 131), (PID + 1, PID, 6), EPERM),
    ((302, 261), (0, 7, 1 << 40), ALLOW), ((302, 261), (77, 7), EPERM),
    ((16, 29), (0, 0x5401), ALLOW), ((16, 29), (9, 0xC020462A), ALLOW),  # terminal, a GPU's driver
    ((16, 29), (0, 0x5412), EPERM), ((16, 29), (0, 0x541C), EPERM),
]  # fmt: skip


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("numbers", "arguments", "expected"), CASES)
def test_filter(machine: str, numbers: tuple, arguments: tuple, expected: int) -> None:
    architecture, column = MACHINES[machine]
    code = syscalls.build(machine, PID)
    assert verdict(code, architecture, numbers[column], *arguments) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_other_tables_are_no_way_round(machine: str) -> None:
    code = syscalls.build(machine, PID)
    others = {0x40000003, 0x40000028, *(number for number, _ in MACHINES.values())}
    for other in others - {MACHINES[machine][0]}:
        assert verdict(code, other, 0) == KILL
    if machine == "x86_64":
        assert all(verdict(code, 0xC000003E, 0x40000000 + n) == EPERM for n in range(600))


def test_a_machine_without_a_table_has_no_filter() -> None:
    with pytest.raises(ValueError, match="riscv64"):
        syscalls.build("riscv64", PID)


@pytest.mark.parametrize(("column", "header", "pattern"), HEADERS)
def test_numbers_are_those_of_the_kernel_headers(column: int, header: str, pattern: str) -> None:
    tables = {**syscalls._REFUSED, **syscalls._SOCKETS, **syscalls._KILLS}
    tables |= {"clone": syscalls._CLONE, "clone3": syscalls._CLONE3}
    tables |= {"prlimit64": syscalls._PRLIMIT, "ioctl": syscalls._IOCTL}
    wrong = wrong_numbers(tables, column, header, pattern)
    if wrong is None:
        pytest.skip("no kernel headers here")
    if wrong.get("fchmodat2") == (452, None):  # of Linux 6.6, younger than some headers
        del wrong["fchmodat2"]
    assert wrong == {}
