"""Names of methods and functions that tell the type of what they are used on. For ``calls``."""

STR_METHODS = {
    "lower", "upper", "strip", "lstrip", "rstrip", "split", "replace", "startswith", "endswith",
    "isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace", "title", "capitalize",
    "swapcase", "zfill", "encode", "splitlines", "partition", "rpartition", "rfind", "rsplit",
    "casefold", "isnumeric", "translate", "ljust", "rjust", "center", "find", "format",
}  # fmt: skip
LIST_METHODS = {"append", "extend", "insert", "sort", "reverse", "popleft", "appendleft"}
DICT_METHODS = {"items", "keys", "values", "get", "setdefault"}
SET_METHODS = {
    "add", "discard", "union", "intersection", "difference", "issubset", "issuperset",
    "symmetric_difference", "isdisjoint", "intersection_update", "difference_update",
}  # fmt: skip
CONTAINERS = {"list": "list", "set": "set", "tuple": "list", "deque": "list", "frozenset": "set"}
NUMBERS = {"abs", "round", "divmod", "pow", "gcd", "lcm", "isqrt", "sqrt", "log", "log2", "ceil",
            "floor", "factorial", "comb", "perm", "bin", "hex", "oct", "chr"}  # fmt: skip
INTEGERS = {"chr", "bin", "hex", "oct", "isqrt", "gcd", "lcm", "factorial", "comb", "perm"}
LIBRARY = frozenset(
    [
        "heappush",
        "heappop",
        "heapreplace",
        "heappushpop",
        "bisect",
        "bisect_left",
        "bisect_right",
        "insort",
    ]
)
