"""Candidates whose words are meant for the editor. What is shown must be plain text."""

_HOSTILE = (
    "\x1b]8;;command:x\x07\x1b[31m\u202e\u2066\u200b\ufeff\x00\r\n[click](command:rm) "
    "<img src=x onerror=alert(1)>\U000e0041"
)


def in_a_message(world):
    raise ValueError(_HOSTILE)


def in_a_class_name(world):
    raise type(_HOSTILE.replace("\x00", ""), (Exception,), {})("x")


def in_a_long_message(world):
    raise ValueError("x" * (10 << 20))


def in_a_message_that_raises(world):
    class Bad(Exception):
        def __str__(self):
            raise SystemExit(0)

    raise Bad


def in_a_message_that_is_none(world):
    class Bad(Exception):
        def __str__(self):
            return None

    raise Bad


def in_a_type(world):
    return type(_HOSTILE.replace("\x00", ""), (), {})()


def in_the_output(world):
    print(_HOSTILE)
    return "own"


def in_broken_bytes(world):
    import os

    os.write(1, b"\xff\xfe\x80" * 100)
    return "own"


def in_lone_surrogates(world):
    return ["\ud800", "a\udfff"]


def in_a_key_error(world):
    return {}[_HOSTILE]


def at_import_in_a_module_name(world):
    __import__("evil\x1b[31m\u202emodule")
