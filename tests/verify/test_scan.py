"""What a candidate newly uses is named; what the file uses already, and plain code, is not."""

import ast

import pytest

from algosmith.verify import scan

ADDS = [
    ("import socket", "network"),
    ("from urllib import request", "network"),
    ("import os\nos.system('x')", "processes"),
    ("from os import popen as p", "processes"),
    ("import os as o\no.remove('x')", "files"),
    ("import os\nos.environ['A']", "environment"),
    ("open('x')", "files"),
    ("o = open\no('x')", "files"),
    ("from pathlib import Path", "files"),
    ("import subprocess", "processes"),
    ("eval('1')", "dynamic code"),
    ("e = eval\ne('1')", "dynamic code"),
    ("__import__('os')", "dynamic code"),
    ("import importlib", "dynamic code"),
    ("import ctypes", "native code"),
    ("import pickle", "deserialisation"),
    ("import yaml\nyaml.load(x)", "deserialisation"),
    ("import sys\nsys._getframe(1)", "introspection"),
    ("from sys import modules", "introspection"),
    ("().__class__.__subclasses__()", "introspection"),
    ("getattr(x, '__glo' + 'bals__')", "introspection"),
    ("getattr(x, name)", "introspection"),
    ("x = '__subclasses__'", "introspection"),
    ("import gc", "introspection"),
    ("import sys\nsys.displayhook = show", "introspection"),
    ("import sys as s\ns.displayhook = show", "introspection"),
    ("import math\nmath.sqrt = root", "introspection"),
    ("import math\ndel math.sqrt", "introspection"),
    ("import sys\nsetattr(sys, 'displayhook', show)", "introspection"),
    ("import threading", "threads"),
    ("class L(list):\n    def __eq__(self, other):\n        return True", "equality hooks"),
    ("import unittest", "test tools"),
    ("input()", "keyboard input"),
    ("аdmin = 1", "non-ASCII names"),
    ("x = 'a\u202eb'", "hidden characters"),
    ("x = 1  # \u200b", "hidden characters"),
    ("# -*- coding: utf-7 -*-\nx = 1", "coding cookie"),
    ("exit()", "processes"),
]
PLAIN = [
    "import math\nmath.sqrt(2)",
    "import os.path\nos.path.join('a', 'b')",
    "from collections import Counter, defaultdict",
    "import heapq, bisect, itertools, functools, re, random",
    "import sys\nsys.setrecursionlimit(10**6)\nsys.maxsize",
    "getattr(x, 'name')",
    "x = 'héllo 你好 → ∞'",
    "# 思路: 双指针",
    "class Node:\n    def __init__(self, val):\n        self.val = val",
    "def f(compile_time, opened):\n    return opened",
]


@pytest.mark.parametrize(("code", "label"), ADDS, ids=[c for c, _ in ADDS])
def test_names_what_is_new(code: str, label: str) -> None:
    assert label in scan.added(ast.parse(""), ast.parse(code), code)


@pytest.mark.parametrize(
    ("code", "label"), [a for a in ADDS if "char" not in a[1] and "cookie" not in a[1]], ids=str
)
def test_does_not_name_what_the_file_uses_already(code: str, label: str) -> None:
    assert label not in scan.added(ast.parse(code), ast.parse(f"{code}\n{code}"), code)


@pytest.mark.parametrize("code", PLAIN)
def test_plain_code_is_not_labelled(code: str) -> None:
    assert scan.added(ast.parse(""), ast.parse(code), code) == ()


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("fetch('http://x')", "network"),
        ("require('fs').readFileSync('x')", "files"),
        ("require('child_process')", "processes"),
        ("new Function('return 1')", "dynamic code"),
        ("process.env.KEY", "environment"),
        ("x.__proto__ = y", "introspection"),
    ],
)
def test_other_languages(code: str, label: str) -> None:
    assert scan.added_elsewhere("", code, code) == (label,)
    assert scan.added_elsewhere(code, code + code, code) == ()
