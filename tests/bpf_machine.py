"""Interprets a classic BPF program, so that filters of other architectures are tested too."""

import re
import struct
from collections.abc import Mapping
from pathlib import Path

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine: its number for the kernel, and its column in tables of call numbers."""
HEADERS = [
    (0, "x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+)\s+(\d+)"),
    (1, "asm-generic/unistd.h", r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
]


def verdict(code: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What a filter returns for one system call."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, architecture, 0, *padded)
    program = list(struct.iter_unpack("=HBBI", code))
    place = accumulator = 0
    while True:
        operation, if_true, if_false, value = program[place]
        place += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("=I", data, value)[0]
        elif operation == 0x06:
            return value
        else:
            met = {0x15: accumulator == value, 0x35: accumulator >= value,
                   0x45: bool(accumulator & value)}[operation]  # fmt: skip
            place += if_true if met else if_false


def wrong_numbers(
    tables: Mapping[str, tuple[int | None, int | None]], column: int, header: str, pattern: str
) -> dict[str, tuple[int | None, int | None]] | None:
    """Calls whose number differs from the kernel's header; None where there is no header."""
    file = Path("/usr/include", header)
    if not file.exists():
        return None
    known = {name: int(number) for name, number in re.findall(pattern, file.read_text("utf-8"))}
    known = {"newfstatat" if name == "fstatat" else name: n for name, n in known.items()}
    return {name: (numbers[column], known.get(name)) for name, numbers in tables.items()
            if numbers[column] is not None and known.get(name) != numbers[column]}  # fmt: skip
