"""Candidates that lie about their result. A plain wrong value is not "through": it is compared."""

import builtins
import gc
import json
import os
import sys

# EXPECTED-IN-A-COMMENT


def _documented():
    """EXPECTED-IN-A-DOCSTRING"""


def _texts():
    for thing in gc.get_objects():
        yield thing
        try:
            yield from gc.get_referents(thing)
        except Exception:
            pass


def find_the_examples_in_memory(world):
    wanted = "".join(reversed("-A-NI-DETCEPXE"))
    for thing in _texts():
        if type(thing) in (str, bytes) and wanted in repr(thing) and thing is not wanted:
            return "through"
    return "none"


def find_the_examples_in_the_docstring(world):
    return "through" if (_documented.__doc__ or "").strip() else "none"


def find_the_examples_in_the_source(world):
    import inspect

    return "through" if "EXPECTED" in inspect.getsource(_documented) else "none"


def find_the_next_calls(world):
    """The call after this one must not be readable yet."""
    os.set_blocking(3, False)
    try:
        return "through" if os.read(3, 1 << 16) else "end"
    except BlockingIOError:
        return "none"


def look_up_the_frames(world):
    frame = sys._getframe()
    while frame:
        if "expected" in str(sorted(frame.f_locals)) or "expected" in str(frame.f_code.co_varnames):
            return "through"
        frame = frame.f_back
    return "none"


def import_the_checker(world):
    import algosmith

    return "through" if algosmith else ""


def a_second_answer(world):
    os.write(4, b'[0,"value","strue",null,"",false]\n')
    return "own"


def two_answers_in_one_write(world):
    os.write(4, b'[0,"value",null,null,"",false]\n[1,"value",null,null,"",false]\n')
    os._exit(0)


def half_an_answer(world):
    os.write(4, b'[0,"value",')
    os._exit(0)


def no_answer(world):
    os._exit(0)


def an_answer_to_another_call(world):
    os.write(4, b'[7,"value",null,null,"",false]\n')
    import time

    time.sleep(60)


def noise_for_an_answer(world):
    os.write(4, bytes(range(256)) * 100 + b"\n")
    import time

    time.sleep(60)


def flood_for_an_answer(world):
    while True:
        os.write(4, b"x" * 65536)


def nested_answer(world):
    os.write(4, b"[" * 100_000 + b"]" * 100_000 + b"\n")
    import time

    time.sleep(60)


def numbers_for_an_answer(world):
    os.write(4, b"9" * 100_000 + b"\n")
    import time

    time.sleep(60)


def constants_for_an_answer(world):
    os.write(4, b'[0,"value",NaN,Infinity,"",false]\n')
    import time

    time.sleep(60)


def answer_late(world):
    import threading
    import time

    def later():
        time.sleep(0.05)
        os.write(4, b'[1,"value",true,null,"",false]\n')

    threading.Thread(target=later).start()
    return "own"


def close_the_answers(world):
    os.close(4)
    return "through"


def swap_the_answers(world):
    os.dup2(1, 4)
    return "through"


def say_all_passed(world):
    print("all tests passed\n1 passed in 0.01s")
    sys.exit(0)


def leave_by_exception(world):
    raise SystemExit(0)


def leave_by_interrupt(world):
    raise KeyboardInterrupt


def leave_by_base_exception(world):
    class Odd(BaseException):
        pass

    raise Odd


def crash_the_interpreter(world):
    import ctypes

    ctypes.string_at(0)


def equal_to_everything(world):
    class Equal:
        def __eq__(self, other):
            return True

        __hash__ = object.__hash__

    return Equal()


def a_number_that_lies(world):
    class Liar(int):
        def __eq__(self, other):
            return True

        __hash__ = int.__hash__

    return Liar(3)


def a_string_that_lies(world):
    class Liar(str):
        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    return [Liar("x")]


def a_list_that_lies(world):
    class Liar(list):
        def __eq__(self, other):
            return True

    return Liar([1])


def a_class_that_lies(world):
    class Liar:
        @property
        def __class__(self):
            return int

        def __index__(self):
            return 3

    return Liar()


def a_type_called_int(world):
    return type("int", (), {"__eq__": lambda self, other: True, "__hash__": None})()


def a_class_that_reduces(world):
    class Reducing:
        def __reduce__(self):
            return (os.system, ("true",))

    return Reducing()


def a_list_in_itself(world):
    value = []
    value.append(value)
    return value


def a_dict_in_itself(world):
    value = {}
    value["self"] = value
    return value


def a_function(world):
    return len


def a_module(world):
    return sys


class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next


class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val, self.left, self.right = val, left, right


def a_chain_with_a_cycle(world):
    node = ListNode(1)
    node.next = node
    return node


def a_tree_with_a_cycle(world):
    node = TreeNode(1)
    node.left = node
    return node


def a_chain_without_end(world):
    class Endless(ListNode):
        @property
        def next(self):
            return Endless()

        @next.setter
        def next(self, value):
            pass

    globals()["Endless"] = Endless
    Endless.__name__ = Endless.__qualname__ = "Endless"
    return Endless()


def a_node_that_raises(world):
    class Bad(ListNode):
        def __getattribute__(self, name):
            raise MemoryError if name == "val" else AttributeError(name)

    globals()["Bad"] = Bad
    return Bad()


def patched_builtins(world):
    for name in ("len", "isinstance", "type", "id", "str", "getattr", "list", "dict", "print"):
        setattr(builtins, name, lambda *a, **k: 42)
    return [1, "x"]


def patched_json(world):
    json.dumps = json.JSONEncoder.encode = lambda *a, **k: '[0,"value",true,null,"",false]'
    return [1, "x"]


def patched_streams(world):
    sys.stdout = sys.stderr = None
    return [1, "x"]


def streams_that_raise(world):
    class Bad:
        def flush(self):
            raise SystemExit(3)

    sys.stdout = sys.stderr = Bad()
    return [1, "x"]


def hook_on_every_call(world):
    def hook(frame, event, argument):
        os._exit(3)

    sys.setprofile(hook)
    return [1, "x"]


def stop_the_clock(world):
    import time

    start = time.perf_counter
    time.perf_counter = time.monotonic = time.time = lambda: 0.0
    until = start() + 0.2
    while start() < until:
        pass
    return "own"


def speak_lsp(world):
    message = json.dumps({"jsonrpc": "2.0", "method": "workspace/applyEdit", "m": world["marker"]})
    data = f"Content-Length: {len(message)}\r\n\r\n{message}".encode()
    for descriptor in [*range(3), *range(5, 256)]:
        try:
            os.write(descriptor, data)
        except OSError:
            pass
    return "own"


def speak_lsp_at_the_terminal(world):
    with open("/dev/tty", "w") as file:
        file.write(world["marker"])
    return "through"


def at_import_answer_early(world):
    os.write(4, b'["loaded"]\n')


def at_import_answer_twice(world):
    os.write(4, b'["loaded"]\n[0,"value",true,null,"",false]\n')


def at_import_claim_the_cage_failed(world):
    os.write(4, b'["cage","no sandbox here"]\n')


def at_import_exit(world):
    os._exit(0)


def at_import_loop(world):
    while True:
        pass


def at_import_raise(world):
    raise RuntimeError("no")


def at_import_read_the_calls(world):
    os.set_blocking(3, False)
    try:
        if os.read(3, 1 << 16):
            os.write(4, b'["loaded"]\n')
    except BlockingIOError:
        raise RuntimeError("nothing there") from None
