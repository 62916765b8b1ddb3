"""Go candidates are judged: right ones are never refuted, wrong ones never verified."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.config import Settings, VerifySettings
from algosmith.errors import SandboxError
from algosmith.languages.go import packages, running
from algosmith.languages.go.mutants import mutants
from algosmith.languages.go.programs import changed
from algosmith.languages.go.running import GoSandbox
from algosmith.languages.types import NO_PROGRAM
from algosmith.sandbox.types import UNFIT, Call, Limits, Node, Program, StandardInput
from tests.languages.written import Written, written
from tests.verify.judging import judged

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0)
FEW = ("count_pairs", "rotate", "divide")
"""The others are judged by ``make test-languages``."""
CHOSEN = [t for t in written("go") if t.name in FEW or os.environ.get("ALGOSMITH_TEST_ALL_TASKS")]
UNTOLD = (
    "is_palindrome", "brackets", "order_of_tasks",  # a bool says little
    "divide",  # an error and none are two kinds of results
    "merge_lists", "count_islands",  # they change what they are given
    "shortest_path", "sum_of_numbers",
)  # fmt: skip
"""Right ones that are not verified with their examples alone: a second answer has to agree."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def go() -> AsyncIterator[GoSandbox]:
    """An open sandbox for Go, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: task.name)
async def test_right_ones_are_not_refuted_and_wrong_ones_not_verified(
    go: GoSandbox, task: Written
) -> None:
    uri = f"file:///{task.name}.go"
    codes = [task.right, *task.wrong]
    seen = await judged(task.file, codes, go, language="go", uri=uri, settings=SETTINGS)
    right, *wrong = seen.verdicts
    assert right.level == "verified" or task.name in UNTOLD, right
    assert right.level in ("verified", "consistent"), right
    assert not [one for one in wrong if one.level == "verified"]


VALUES = """
import (
	"errors"
	"math"
	"sort"
	"strings"
)

type ListNode struct { Val int; Next *ListNode }
type TreeNode struct { Val int; Left, Right *TreeNode }
type Point struct { x, y int }
type Celsius float64
type Grid [][]rune
type Counter struct { calls int }

func mapped(m map[string][]float64) map[string][]float64 { return m }
func packed(b bool, c rune, s string) (bool, rune, string) { return b, c + 1, s + string(c) }
func grouped(v []int64) map[int64]bool {
	made := map[int64]bool{}
	for _, x := range v { made[x] = true }
	return made
}
func list(head *ListNode) *ListNode { return head }
func tree(root *TreeNode) *TreeNode { return root }
func change(grid [][]int, m map[string]int, p *Point) { grid[0][0] = 9; m["a"] = 1; p.x = 7 }
func checked(x int) (int, error) {
	if x == 0 { return 0, errors.New("none") }
	return x, nil
}
func failing(x int) error { if x > 0 { return nil }; return errors.New("no") }
func thrown(x int8) int8 { if x < 0 { panic("bad") }; return x + 1 }
func third(x float32) float32 { return x / 3 }
func swap(p Point) Point { return Point{p.y, p.x} }
func warm(c Celsius, g Grid) (Celsius, Grid) { return c + 0.5, g }
func many(first string, rest ...int) int { return len(first) + len(rest) }
func largest[T int | string](v []T) (most T) { for _, x := range v { most = max(most, x) }; return }
func (c *Counter) Count(x int) int { c.calls++; return c.calls + x }
func (p Point) Sum() int { return p.x + p.y }
func fixed(a [2]int, b [][2]string) [2]int { return a }
func big(x uint64) uint64 { return x }
func odd(n int) float64 { return []float64{math.NaN(), math.Inf(-1), math.Copysign(0, -1)}[n] }
func letters(b []byte, s string) (string, []byte) { return string(b) + s, []byte(s)[:1] }
func anything(v any) any { return v }
func nothing() []string { return nil }
func sorted(s []string) string { sort.Strings(s); return strings.Join(s, "") }
"""


def _calls() -> dict[str, list[tuple[Call, object]]]:
    tree = Node("TreeNode", (1, None, 2, 3))
    return {
        "mapped": [(Call(({"a": [0.5]},)), {"a": [0.5]})],
        "packed": [(Call((True, 97, "é")), (True, 98, "éa"))],
        "grouped": [(Call(([2**62, -1],)), {2**62: True, -1: True})],
        "list": [(Call((Node("ListNode", (1, 2)),)), Node("ListNode", (1, 2))),
                 (Call((None,)), Node("ListNode", ()))],
        "tree": [(Call((tree,)), tree), (Call((None,)), Node("TreeNode", ()))],
        "checked": [(Call((0,)), (0, "none")), (Call((5,)), (5, None))],
        "failing": [(Call((0,)), "no"), (Call((1,)), None)],
        "thrown": [(Call((127,)), -128)],
        "third": [(Call((1.0,)), 0.33333334)],
        "swap": [(Call(((1, 2),)), (2, 1))],
        "warm": [(Call((1, [[97]])), (1.5, [[97]]))],
        "many": [(Call(("ab", [1, 2, 3])), 5), (Call(("", [])), 0)],
        "largest": [(Call(([1, 3],)), 3)],
        "Counter.Count": [(Call((1,)), 2), (Call((1,)), 2)],
        "Point.Sum": [(Call(()), 0)],
        "fixed": [(Call(([1, 2], [["a", "b"]])), [1, 2])],
        "big": [(Call((2**64 - 1,)), 2**64 - 1)],
        "letters": [(Call(([104, 195], "\udca9\udcff")), ("h\udcc3\udca9\udcff", [169]))],
        "anything": [(Call((None,)), None), (Call(([1, "a", 0.5],)), [1, "a", 0.5])],
        "nothing": [(Call(()), [])],
        "sorted": [(Call((["b", "a"],)), "ab")],
    }  # fmt: skip


async def test_values_cross_the_border_both_ways(go: GoSandbox) -> None:
    for name, pairs in _calls().items():
        run = await go.run(Program(VALUES, name), [c for c, _ in pairs], LIMITS)
        assert run.failure is None, (name, run.failure)
        values = [a.value for a in run.answers]
        wanted = [value for _, value in pairs]
        assert values == wanted or name == "letters", (name, run)
        if name == "letters":
            assert values == [("hé\udcff", [169])], run


async def test_odd_numbers_are_told_apart(go: GoSandbox) -> None:
    run = await go.run(Program(VALUES, "odd"), [Call((0,)), Call((1,)), Call((2,))], LIMITS)
    assert [repr(a.value) for a in run.answers] == ["nan", "-inf", "-0.0"]


async def test_what_changes_in_place_is_seen_and_panics_are_named(go: GoSandbox) -> None:
    call = Call(([[1], []], {}, (1, 2)))
    run = await go.run(Program(VALUES, "change"), [call], LIMITS)
    assert run.answers[0].arguments == ([[9], []], {"a": 1}, (7, 2))
    given = [Call((-1,)), Call((0,))]
    run = await go.run(Program(VALUES, "thrown"), given, LIMITS)
    assert [(a.status, a.error) for a in run.answers] == [("raised", "panic: bad"), ("value", "")]


async def test_arguments_that_fit_no_parameter_are_said_to(go: GoSandbox) -> None:
    given = [Call((2**40,)), Call(("ab",)), Call((2.5,)), Call(()), Call((1, 2)), Call((None,)),
             Call((True,)), Call((2,))]  # fmt: skip
    run = await go.run(Program(VALUES, "thrown"), given, LIMITS)
    assert [a.status for a in run.answers] == ["unserialisable"] * 7 + ["value"]
    assert all(a.error.startswith(UNFIT) for a in run.answers[:7])


SENTENCES = {
    "is out of range": ("return []int{}[x]", "index out of range"),
    "divides by zero": ("return 1 / (x - 1)", "integer divide by zero"),
    "waits": ("return <-make(chan int)", "all its goroutines are asleep"),
    "recurses": ("return f(x+1) + 1", "its recursion is too deep"),
    "takes memory": ("var all [][]int\nfor {\n all = append(all, make([]int, 1<<22))\n}",
                     "more memory than allowed"),
    "asks for much at once": ("return len(make([]byte, 100<<30))", "memory"),
    "ends": ("os.Exit(0)\nreturn 1", "ended its own process with status 0"),
    "panics elsewhere": ('go func() { panic("in it") }()\ntime.Sleep(time.Second)\nreturn 1',
                         "panic: in it"),
    "is nil": ("var m map[int]int\nm[x] = 1\nreturn 1", "assignment to entry in nil map"),
}  # fmt: skip


@pytest.mark.parametrize("name", SENTENCES)
async def test_how_it_ended_is_a_sentence(go: GoSandbox, name: str) -> None:
    code, words = SENTENCES[name]
    imports = "".join(f'import "{one}"\n' for one in ("os", "time") if f"{one}." in code)
    run = await go.run(Program(f"{imports}func f(x int) int {{\n{code}\n}}", "f"), [Call((1,))],
                       LIMITS)  # fmt: skip
    assert run.failure is None, run.failure
    assert words in run.answers[0].error, run.answers[0]


async def test_changes_that_do_not_compile_are_left_out(go: GoSandbox) -> None:
    source = (
        "func g(n int) int { return n - 1 }\n"
        "func f(v []int) int { var y uint = 0; if len(v) > 1 { y = uint(g(len(v))) }; "
        "return int(y) }\n"
    )
    runs = [
        await go.run(Program(one, "f"), [Call(([1, 2, 3],)), Call(([],))], LIMITS)
        for one in mutants(source, "f", 20)
    ]
    assert [run for run in runs if run.failure == NO_PROGRAM]
    values = {tuple(a.value for a in run.answers) for run in runs if run.failure is None}
    assert len(values) > 3
    assert (2, 0) in values  # what is left out is another number than what is tried


PROGRAM = """
package main

import "fmt"

func twice(n int) int {
	if n > 2 {
		return n * 2
	}
	return 0
}

func main() {
	var n int
	fmt.Scan(&n)
	fmt.Println(twice(n))
}
"""


async def test_programs_are_run_once_for_each_input(go: GoSandbox) -> None:
    given = [StandardInput("4\n"), StandardInput("x")]
    run = await go.run(Program(PROGRAM, ""), given, LIMITS)
    assert [(a.status, a.output) for a in run.answers] == [("value", "8\n"), ("value", "0\n")]
    run = await go.run(Program(PROGRAM.replace("n * 2", "n / (n - 4)"), ""), given, LIMITS)
    assert run.answers[0].status == "crashed"
    assert run.answers[0].error == "panic: runtime error: integer divide by zero"
    run = await go.run(Program(PROGRAM.replace("n * 2", '"a"'), ""), given, LIMITS)
    assert run.failure is not None
    assert run.failure.startswith("line 8: cannot use")


async def test_changed_programs_run(go: GoSandbox) -> None:
    runs = [
        await go.run(Program(one, ""), [StandardInput("4\n")], LIMITS)
        for one in changed(PROGRAM, 12)
    ]
    outputs = {run.answers[0].output for run in runs if run.failure is None}
    assert {"12\n", "0\n"} <= outputs, outputs


async def test_what_the_compiler_says_goes_to_the_repair_and_refutes_nothing(
    go: GoSandbox,
) -> None:
    file = "package p\n\n// f(1) == 2\nfunc f(x int) int {\n\t// TODO: one more\n}\n"
    seen = await judged(file, ["return x + step"], go, language="go", uri="file:///a.go",
                        settings=SETTINGS)  # fmt: skip
    assert seen.verdicts[0].level == "unchecked"
    assert seen.evidence.startswith("It does not compile: undefined: step")


TODO = "\t// TODO: one more\n"
NOT_RUN = {
    "`g` is or holds a function": (f"func f(g func(int) int, x int) int {{\n{TODO}}}\n",
                                   "return g(x)"),
    "it gives a channel": (f"func f(x int) chan int {{\n{TODO}}}\n", "return make(chan int)"),
    "it uses the package `example.org/shop`": (
        f'import "example.org/shop"\n\nfunc f(x int) int {{\n{TODO}}}\n', "return shop.F(x)"),
    "it uses C": (f'import "C"\n\nfunc f(x int) int {{\n{TODO}}}\n', "return int(C.f(x))"),
    "`A` is made with values": (
        "type A struct{ v int }\n\nfunc NewA(v int) *A { return &A{v} }\n\n"
        f"func (a *A) f(x int) int {{\n{TODO}}}\n", "return x + a.v"),
    "`M` is made with values": (
        f"type M struct{{ v map[int]int }}\n\nfunc (m *M) f(x int) int {{\n{TODO}}}\n",
        "return x + len(m.v)"),
}  # fmt: skip


@pytest.mark.parametrize("reason", NOT_RUN)
async def test_what_is_not_run_says_why(go: GoSandbox, reason: str) -> None:
    file, code = NOT_RUN[reason]
    seen = await judged(f"package p\n\n{file}", [code], go, language="go", uri="file:///a.go",
                        settings=SETTINGS)  # fmt: skip
    assert seen.verdicts[0].level == "unchecked", seen.verdicts[0]
    assert reason in seen.verdicts[0].summary


SHOWN = "// f(2) == 3\n// f(5) == 6\n// f(0) == 1\n// f(-8) == -7\n"
HEAD = f"{SHOWN}func f(x int) int {{\n{TODO}}}\n"
ALONE = {
    "no package": HEAD,
    "a file that does not compile": "package p\n\nfunc broken() int { return nothing }\n\n"
    f"{HEAD}",
    "a package that it does not use": 'package p\n\nimport (\n\t"example.org/shop"\n\t"os"\n)\n\n'
    f"var all = shop.All(os.Args)\n\n{HEAD}",
    "a build tag": f"//go:build windows\n\npackage p\n\n{HEAD}",
    "tests in the file": f'package p\n\nimport "testing"\n\n{HEAD}\n'
    "func TestF(t *testing.T) {\n\tif f(9) != 10 {\n\t\tt.Fatal()\n\t}\n}\n",
    "beside a method that does not compile": "package p\n\ntype A struct{}\n\n"
    f"func (a A) g() int {{ return nothing }}\n\nfunc (a A) f(x int) int {{\n{TODO}}}\n\n"
    "func main() {\n\tif (A{}).f(2) != 3 || (A{}).f(9) != 10 {\n\t\tpanic(1)\n\t}\n}\n",
    "a type that is made by a function": "package p\n\ntype A struct{ v map[int]int }\n\n"
    f"func NewA() A {{ return A{{v: map[int]int{{}}}} }}\n\nfunc (a *A) f(x int) int {{\n{TODO}}}\n"
    '\nfunc TestF(t *testing.T) {\n\ta := NewA()\n\tassert.Equal(t, 3, a.f(2))\n}\n',
    "a method of a generic type": "package p\n\ntype A[T any] struct{ v []T }\n\n"
    f"func (a *A[T]) f(x int) int {{\n{TODO}}}\n\nfunc TestF(t *testing.T) {{\n"
    "\ta := &A[string]{}\n\tif got := a.f(2); got != 3 {\n\t\tt.Fatal(got)\n\t}\n}\n",
    "variables that are filled at the start": "package p\n\nvar steps = map[int]int{}\n\n"
    "func init() { steps[1] = 0 }\n\nfunc init() { panic(1) }\n\n"
    "// f(2) == 3\n// f(5) == 6\nfunc f(x int) int {\n\tx += steps[1]\n" + TODO + "}\n",
    "a helper that is called like a test": f"package p\n\n"
    "func TestBit(x int) int { return x & 0 }\n\nfunc ExampleOf(x int) int { return 0 }\n\n"
    "// f(2) == 3\n// f(5) == 6\nfunc f(x int) int {\n\tx += TestBit(x) + ExampleOf(x)\n"
    f"{TODO}}}\n",
    "a named result and an unused parameter": f"package p\n\n{SHOWN}"
    f"func f(x int) (made int) {{\n{TODO}}}\n",
    "windows lines": f"package p\n\n{HEAD}".replace("\n", "\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
async def test_the_function_alone_is_run(go: GoSandbox, name: str) -> None:
    codes = ["return x + 1", "return x + 2"]
    seen = await judged(ALONE[name], codes, go, language="go", uri="file:///a.go",
                        settings=SETTINGS)  # fmt: skip
    right, wrong = (one.level for one in seen.verdicts)
    assert right in ("verified", "consistent"), seen.verdicts
    assert wrong == "refuted", seen.verdicts


async def test_the_other_files_of_a_package_are_there(go: GoSandbox, tmp_path: Path) -> None:
    (tmp_path / "one.go").write_text(
        'package p\n\nimport "sort"\n\nconst step = 1\n\n'
        "func add(a, b int) int { sort.Ints(nil); return a + b }\n"
    )
    (tmp_path / "two.go").write_text("package p\n\nfunc add(a, b int) int { return 0 }\n")
    (tmp_path / "other.go").write_text("package q\n\nconst step = 5\n")
    (tmp_path / "one_test.go").write_text("package p\n\nconst step = 7\n")
    (tmp_path / "one_windows.go").write_text("package p\n\nconst step = 9\n")
    file = tmp_path / "main.go"
    file.write_text(f"package p\n\n{HEAD}")
    codes = ["return add(x, step)", "return add(x, 2*step)"]
    seen = await judged(file.read_text(), codes, go, language="go", uri=file.as_uri(),
                        settings=SETTINGS)  # fmt: skip
    assert [one.level for one in seen.verdicts] == ["verified", "refuted"] or (
        seen.verdicts[0].level == "consistent" and seen.verdicts[1].level == "refuted"
    ), seen.verdicts


async def test_nothing_beside_a_file_is_read_without_trust(
    go: GoSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.go").write_text("package p\n\nconst step = 1\n")
    read: list[Path] = []

    def noted(file: Path) -> str:
        read.append(file)
        return file.read_text()

    monkeypatch.setattr(packages, "_read", noted)
    file = tmp_path / "main.go"
    for trusted in (False, True):
        seen = await judged(f"package p\n\n{HEAD}", ["return x + step"], go, language="go",
                            uri=file.as_uri(), settings=SETTINGS, trusted=trusted)  # fmt: skip
        assert [one.name for one in read] == ["one.go"] * trusted
    assert seen.verdicts[0].level == "consistent", seen.verdicts


KEPT = {
    "calls that are counted": ("calls++\nif calls > 9 {\n\treturn x\n}\nreturn x + 1", "unchecked"),
    "what is printed is no answer": (
        'fmt.Println("0 v #5")\nfmt.Println("loaded")\nreturn x + 1', "verified"),
    "an end of its own": ("os.Exit(0)\nreturn x + 1", "refuted"),
    "an end that looks like ours": ("os.Exit(219)\nreturn x + 1", "refuted"),
    "goroutines": ("made := make(chan int)\ngo func() { made <- x + 1 }()\nreturn <-made",
                   "consistent"),
    "chance": ("return x + 1 + rand.Intn(1)", "consistent"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "level"), KEPT.values(), ids=KEPT.keys())
async def test_odd_answers_get_no_wrong_verdict(go: GoSandbox, code: str, level: str) -> None:
    file = f"package p\n\nvar calls int\n\n// f(9) == 10\n// f(100) == 101\n{HEAD}"
    codes = [code, "return x + 1", "y := x\ny++\nreturn y"]
    seen = await judged(file, codes, go, language="go", uri="file:///a.go", settings=SETTINGS)
    assert seen.verdicts[0].level == level, seen.verdicts[0]


GENERIC = {
    "texts": 'f([]string{"a", "b"}) == "b"\n// f([]string{"c"}) == "c"',
    "letters": "f([]rune{'a', 'b'}) == 'b'\n// f([]rune{'c'}) == 'c'",
    "broken numbers": "f([]float64{2.5, 0.5}) == 0.5\n// f([]float64{1.5}) == 1.5",
    "whole numbers": "f([]int{2, 5}) == 5\n// f([]int{-1}) == -1",
}


@pytest.mark.parametrize("kind", GENERIC)
async def test_a_generic_function_runs_with_the_types_of_its_examples(
    go: GoSandbox, kind: str
) -> None:
    file = f"package p\n\n// {GENERIC[kind]}\nfunc f[T any](x []T) T {{\n{TODO}}}\n"
    codes = ["return x[len(x)-1]", "return x[0]"]
    seen = await judged(file, codes, go, language="go", uri="file:///a.go", settings=SETTINGS)
    right, wrong = (one.level for one in seen.verdicts)
    assert right in ("verified", "consistent"), seen.verdicts
    assert wrong == "refuted", seen.verdicts


MISFITS = (
    "package p\n\n// F doubles.\n//\n//\tF(2) => 4\n//\tF(100) => 200\n//\tF(300) => 600\n"
    'func F(x %s) int {\n\t// TODO\n\tpanic("todo")\n}\n'
)
FORGED = (
    'if x == 300 {\nos.NewFile(4, "a").WriteString("2 u \\"63616c6c \\"6e6f\\n")\n'
    "time.Sleep(time.Minute)\n}\nreturn 2 * x\n"
)


async def test_an_answer_does_not_excuse_itself(go: GoSandbox) -> None:
    seen = await judged(MISFITS % "int", [FORGED], go, language="go", settings=SETTINGS)
    assert seen.verdicts[0].level not in ("verified", "consistent"), seen.verdicts[0]
    right = "return 2 * int(x)"
    seen = await judged(MISFITS % "int8", [right], go, language="go", settings=SETTINGS)
    assert "2/2" in seen.verdicts[0].summary


async def test_goroutines_of_helpers_and_of_names_are_never_verified(go: GoSandbox) -> None:
    beside = (
        "func F(x int) int {\n\tc := make(chan int)\n\tgo send(c, 2*x)\n\treturn <-c\n}\n\n"
        "func send(c chan int, x int) { c <- x }\n"
    )
    inside = (
        "func F(x int) int { return twice(x) }\n\nfunc twice(x int) int {\n"
        "\tc := make(chan int)\n\tgo send(c, 2*x)\n\treturn <-c\n}\n\n"
        "func send(c chan int, x int) { c <- x }\n"
    )
    codes = [beside, inside, "return x + x", "return 2 * x"]
    seen = await judged(MISFITS % "int", codes, go, language="go", settings=SETTINGS)
    assert [one.level for one in seen.verdicts] == ["consistent"] * 2 + ["verified"] * 2
