"""What a Chinese TODO gets is Chinese throughout; names, values and errors stay as they are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import algosmith
from algosmith.features import words
from algosmith.features.chinese import PHRASES, said
from algosmith.model import Candidate, Check, Claims, Edit, Level, Solution, Span, Verdict
from algosmith.wire import Progress

_SOURCES = Path(algosmith.__file__).parent
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

SENTENCES = {
    "verified 6/6 examples": "已验证 6/6 个示例",
    "consistent (1/1 example)": "一致 (1/1 个示例)",
    "consistent (2/2 examples, same results as two other answers on 29 new inputs)": (
        "一致 (2/2 个示例, 在 29 个新输入上与另外 2 个答案结果相同)"
    ),
    "consistent (same results as one other answer, written alike, on 34 new inputs)": (
        "一致 (在 34 个新输入上与另外 1 个答案结果相同, 写法也相同)"
    ),
    "unchecked: no other answer gives the same results on 1 new input": (
        "未检验: 在 1 个新输入上没有别的答案给出相同结果"
    ),
    "unchecked: not run (this workspace is not trusted)": "未检验: 没有运行 (此工作区不受信任)",
    "unchecked: imports numpy, not installed": "未检验: 导入了未安装的 numpy",
    "unchecked: f(2) raised NameError: name 'x' is not defined, on an input of ours": (
        "未检验: f(2) 抛出 NameError: name 'x' is not defined (输入由我们生成)"
    ),
    "unchecked: `import numpy` imports what is not there (No module named 'numpy')": (
        "未检验: `import numpy` 导入了不存在的模块 (No module named 'numpy')"
    ),
    "refuted: f([3, 3], 6) gave [0, 0], expected [0, 1]": (
        "有误: f([3, 3], 6) 得到 [0, 0], 应为 [0, 1]"
    ),
    "refuted: f(1) did not return within 0.5 s, expected 2": (
        "有误: f(1) 在 0.5 秒内没有返回, 应为 2"
    ),
    "refuted: on input '3 4' the program displayed nothing, expected 7": (
        "有误: 输入为 '3 4' 时, 程序 没有显示任何内容, 应为 7"
    ),
    "refuted: defines g, not f": "有误: 定义了 g, 应定义 f",
    "an exception of yours": "an exception of yours",
}


@pytest.mark.parametrize("english", SENTENCES)
def test_the_sentences_of_the_checks(english: str) -> None:
    assert said(english, "zh") == SENTENCES[english]
    assert said(english, "en") == english


def _solution(level: Level, summary: str) -> Solution:
    claims = Claims(time="O(n)")
    edit = Edit(Span(0, 0), "x")
    return Solution(Candidate("x", "双指针", claims), edit, Verdict(level, summary))


@pytest.mark.parametrize(
    ("level", "summary", "english", "chinese"),
    [
        ("verified", "verified 2/2 examples",
         "Verified: 2/2 examples · O(n) claimed", "已验证: 2/2 个示例 · O(n) (模型声称)"),
        ("consistent", "consistent (1/1 example)",
         "Proposed, not verified: consistent (1/1 example) · O(n) claimed",
         "提议(未验证): 一致 (1/1 个示例) · O(n) (模型声称)"),
        ("unchecked", "unchecked: nothing to compare with",
         "An answer to check yourself: unchecked: nothing to compare with · O(n) claimed",
         "有一个答案, 请自己检查: 未检验: 没有可比较的答案 · O(n) (模型声称)"),
    ],
)  # fmt: skip
def test_only_what_is_verified_is_called_so(
    level: Level, summary: str, english: str, chinese: str
) -> None:
    chosen = [_solution(level, summary)]
    assert words.outcome_message(chosen, True, "en") == english
    assert words.outcome_message(chosen, True, "zh") == chinese


def test_why_there_is_no_usable_answer() -> None:
    details = ("The answer does not parse; ask again, or try another candidate.", "two words")
    checks = tuple(Check("placed", "failed", detail) for detail in details)
    solution = Solution(Candidate("x"), None, Verdict("refuted", "refuted: x", checks))
    assert words.outcome_message([solution], False, "zh") == (
        "没有可用的答案: 答案无法解析; 请再问一次, 或换一个候选; two words。"
        "请再试一次,或在 TODO 里写得更具体。"
    )


def test_progress() -> None:
    thinking = Progress("thinking", tokens=1240, tokens_per_second=61.0)
    assert words.progress_step(thinking, "zh").message == "思考中, 1,240 个 token, 61 tok/s"
    assert words.known_so_far(2, 8, "consistent", "zh") == "已检验 2/8, 目前最好: 一致"
    assert words.checking(2, 3, "zh") == "正在检验第 3 到 5 个答案"


def _files() -> Iterator[Path]:
    for package in ("verify", "syntax", "languages"):
        yield from sorted((_SOURCES / package).rglob("*.py"))
    for name in ("features/answers.py", "prompting/extract.py", "sandbox/frames.py",
                 "inputs/infer.py"):  # fmt: skip
        yield _SOURCES / name


# What is said of other things than an answer: comments in functions, explanations, corpora.
_OTHER = ("remark.py", "mutants.py", "_explanation", "corpus")
_RETURNING = ("static.py", "returns.py", "transcript.py", "telling.py", "source.py", "placing.py")
_COMPOSED = ("company", "contrast", "counted", "for_repair", "excuse", "shown",
             "_plural")  # fmt: skip
"""Functions of those that put sentences together: ``SENTENCES`` has their results."""


def _reasons() -> Iterator[tuple[str, str]]:
    """(where, text) of all that the code gives as a reason, figures in place of its values."""
    for file in _files():
        if file.name in _OTHER:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            for text in _told(node, returning=file.name in _RETURNING):
                rendered = _rendered(text)
                if re.search(r"[a-z]{2}.* ", rendered) or re.search(r" .*[a-z]{2}", rendered):
                    yield f"{file.name}:{text.lineno}", rendered.rstrip(".")


def _told(node: ast.AST, *, returning: bool) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name, arguments = node.func.id, node.args
        status = arguments[1] if name == "Check" and len(arguments) > 2 else None
        if status is not None and not _is(status, "passed"):
            yield arguments[2]
        elif name in ("EditError", "ReplyError", "NoCode") and arguments:
            yield arguments[0]
        yield from (k.value for k in node.keywords if k.arg == "reason")
    elif returning and isinstance(node, ast.FunctionDef) and node.name not in _COMPOSED:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return) and inner.value is not None:
                yield inner.value
                if isinstance(inner.value, ast.IfExp):
                    yield from (inner.value.body, inner.value.orelse)


def _is(node: ast.expr, value: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _rendered(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = enumerate(node.values, 70)
        return "".join(_rendered(p) if isinstance(p, ast.Constant) else str(i) for i, p in parts)
    return ""


def test_each_reason_that_the_code_gives_has_its_chinese() -> None:
    found = dict(_reasons())
    assert len(found) > 60, "they are found in the code"
    missing = {at: text for at, text in found.items() if not _CHINESE.search(said(text, "zh"))}
    assert missing == {}, "add them to features/chinese.py"


_HOLE_OR_PLURAL = re.compile(r"\{\w+\}|\(s\)")
_PUT_TOGETHER = {
    "defines nothing, not {b}": "defines ",
    "no other answer gives the same results on {n} new input(s)": "no other answer gives the same",
    "no other answer gives the same results on the examples": "no other answer gives the same",
}
"""Sentences that the code makes of pieces, and a piece of each."""


def _said_by_the_code() -> str:
    """All pieces of text in the code, the table's own left out."""
    files = (file for file in _SOURCES.rglob("*.py") if file.name != "chinese.py")
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return "\n".join(text for text in texts if isinstance(text, str)).lower()


def test_the_table_holds_nothing_that_the_code_no_longer_says() -> None:
    code = _said_by_the_code()
    for english, _ in PHRASES:
        pieces = _HOLE_OR_PLURAL.split(_PUT_TOGETHER.get(english, english))
        for piece in (piece.strip(" ,;:.()`") for piece in pieces):
            assert piece.lower() in code, english
