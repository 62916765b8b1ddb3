"""Examples of Go that are easily misread, and those that are left out: each with a note."""

from typing import Any

import pytest

from algosmith.languages.go import cutting, examples
from algosmith.syntax import splice
from algosmith.syntax.parse import parse_text
from tests.verify.judging import task_in

BODY = '\t// TODO\n\tpanic("todo")\n}\n'
INT = f"package p\n\nfunc F(x int) int {{\n{BODY}"
ERR = f"package p\n\nfunc F(x int) (int, error) {{\n{BODY}"
LIST = f"package p\n\nfunc F(x []int) []int {{\n{BODY}"
STACK = (
    "package p\n\ntype Stack struct{ s []int }\n\n"
    "func (s *Stack) Push(x int) { s.s = append(s.s, x) }\n\n"
)


def read(text: str) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """(arguments, value or check) of the sure examples of a file, and its notes."""
    snapshot, task = task_in(text, "go", "file:///a.go")
    said = examples.said(snapshot, task, ())
    sure = [one for one in said.claims if one.sure]
    made = [(*c.call.args, "panics" if c.raises else c.check or c.expected) for c in sure]
    return made, said.notes


def documented(words: str, head: str = "func F(x int) int") -> str:
    lines = "".join(f"// {line}\n" for line in words.split("\n"))
    return f"package p\n\n{lines}{head} {{\n{BODY}"


def with_test(text: str, statements: str) -> str:
    return f"{text}\nfunc TestF(t *testing.T) {{\n{statements}\n}}\n"


WORDS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "F([]int{3, 1, 2}) => [1 2 3]": ("func F(x []int) []int", [([3, 1, 2], [1, 2, 3])]),
    "F(1) => map[1:true 2:false]": ("func F(x int) map[int]bool", [(1, {1: True, 2: False})]),
    "F(3) => 9 true": ("func F(x int) (int, bool)", [(3, (9, True))]),
    "F(0) => error": ("func F(x int) (int, error)", [(0, "_[1] is not None")]),
    "F(0) returns an error.": ("func F(x int) (int, error)", [(0, "_[1] is not None")]),
    "F(0) => ErrEmpty": ("func F(x int) (a, b int, e error)", [(0, "_[2] is not None")]),
    "F(-1) panics": ("func F(x int) int", [(-1, "panics")]),
    "- F(2) => 4": ("func F(x int) int", [(2, 4)]),
    "1. F(2) => 4": ("func F(x int) int", [(2, 4)]),
    "Doubles. E.g. F(2) => 4, F(3) => 6": ("func F(x int) int", [(2, 4), (3, 6)]),
    "p.F(2) => 4": ("func F(x int) int", [(2, 4)]),
    "fmt.Println(F(2)) // 4": ("func F(x int) int", [(2, 4)]),
}


@pytest.mark.parametrize("words", WORDS)
def test_examples_in_words_are_read(words: str) -> None:
    head, wanted = WORDS[words]
    assert read(documented(words, head)) == (wanted, ())


OTHERS = ("other.F(2) => 4", "x.F(2) // 4", "F(x) returns the double of x.", "F(2): it is cheap")


@pytest.mark.parametrize("words", OTHERS)
def test_words_of_others_are_no_examples(words: str) -> None:
    assert read(documented(words)) == ([], ())


NOTED = {
    "F(2) + F(3) => 13": "func F(x int) int", "2 * F(2) => 8": "func F(x int) int",
    "-F(2) => -4": "func F(x int) int", "g(F(2)) // 16": "func F(x int) int",
    "F(2) => 4 or 5": "func F(x int) int", "F([3]int{1}) => 4": "func F(x [3]int) int",
    "F(&[]int{1}) => 1": "func F(x *[]int) int", "F() => ab": "func F() string",
    'F("a b") => [a b]': "func F(x string) []string", "F(2) => 4": "func F(x int) (int, bool)",
}  # fmt: skip


@pytest.mark.parametrize("words", NOTED)
def test_what_is_left_out_is_noted(words: str) -> None:
    made, notes = read(documented(words, NOTED[words]))
    assert made == []
    assert len(notes) == 1
    assert f"left out: {words}: " in notes[0]


@pytest.mark.parametrize("words", ["F(2) => 4 (or 5)", "Wrong: F(2) => 5", "Before: F(2) => 5"])
def test_what_is_open_refutes_nobody(words: str) -> None:
    snapshot, task = task_in(documented(words), "go", "file:///a.go")
    assert [one.sure for one in examples.said(snapshot, task, ()).claims] == [False]


def test_a_session_is_no_example_of_a_new_object() -> None:
    text = STACK + "// s := &Stack{}; s.Push(3); s.Len() => 1\nfunc (s *Stack) Len() int {\n" + BODY
    snapshot, task = task_in(text, "go", "file:///a.go")
    said = examples.said(snapshot, task, ())
    assert said.claims == ()
    assert "other calls on the same object" in said.notes[0]


USED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "in a loop": ("\ta := &A{}\n\tfor _, tt := range []struct{ in, want int }{{1, 1}, {2, 3}} {\n"
                  "\t\tif a.F(tt.in) != tt.want {\n\t\t\tt.Error()\n\t\t}\n\t}", [(1, 1)]),
    "new in a loop": ("\tfor _, tt := range []struct{ in, want int }{{1, 1}, {2, 2}} {\n"
                      "\t\ta := &A{}\n\t\tif a.F(tt.in) != tt.want {\n\t\t\tt.Error()\n\t\t}\n"
                      "\t}", [(1, 1), (2, 2)]),
    "by another name": ("\ta := &A{}\n\tb := a\n\tb.n = 7\n\tif a.F(1) != 8 {\n\t\tt.Error()\n\t}",
                        []),
    "twice in a line": ("\ta := &A{}\n\tif a.F(1) != 1 || a.F(1) != 2 {\n\t\tt.Error()\n\t}", []),
    "twice at once": ("\ta := &A{}\n\tx, y := a.F(1), a.F(1)\n\tif x != 1 || y != 2 {\n"
                      "\t\tt.Error()\n\t}", []),
    "by another test": ("\tif shared.F(1) != 2 {\n\t\tt.Error()\n\t}", []),
    "made again": ("\ta := &A{}\n\ta.F(3)\n\ta = &A{}\n\tif a.F(1) != 1 {\n\t\tt.Error()\n\t}",
                   [(1, 1)]),
}  # fmt: skip


@pytest.mark.parametrize("name", USED)
def test_an_object_that_had_other_calls_is_no_new_one(name: str) -> None:
    text = f"package p\n\ntype A struct{{ n int }}\n\nfunc (a *A) F(x int) int {{\n{BODY}"
    text += "\nvar shared = &A{}\n"
    statements, wanted = USED[name]
    assert read(with_test(text, statements))[0] == wanted


def test_a_list_of_a_row_is_followed_through_the_call_that_may_change_it() -> None:
    rows = "\tfor _, tt := range []struct{ in, want []int }{{[]int{2, 1}, []int{1, 2}}} {\n"
    twice = "\t\tF(tt.in)\n\t\tif !slices.Equal(F(tt.in), tt.want) {\n\t\t\tt.Error()\n\t\t}\n\t}"
    assert read(with_test(LIST, rows + twice))[0] == []
    changes = f"package p\n\nfunc F(x []int) {{\n{BODY}"
    after = "\t\tF(tt.in)\n\t\tif !slices.Equal(tt.in, tt.want) {\n\t\t\tt.Error()\n\t\t}\n\t}"
    assert read(with_test(changes, rows + after))[0] == [([2, 1], "_0 == [1, 2]")]


SHADOWED = (
    "func TestF(t *testing.T) {\n\tF := func(int) int { return 0 }\n\tif F(2) != 0 {\n"
    "\t\tt.Error()\n\t}\n}\n",
    "func check(t *testing.T, F func(int) int) {\n\tif F(2) != 0 {\n\t\tt.Error()\n\t}\n}\n",
    "func show(F func(int) int) {\n\tfmt.Println(F(2)) // 5\n}\n",
    "func show() {\n\tfmt.Println(other.F(2)) // 5\n}\n",
    "func show() int {\n\treturn twice(F(2)) // 8\n}\n",
)


@pytest.mark.parametrize("code", SHADOWED)
def test_a_call_of_another_thing_of_the_name_says_nothing(code: str) -> None:
    assert read(f"{INT}\n{code}") == ([], ())


ROWS = "\tfor _, tt := range []struct{ in, want int; no bool }{{1, 2, true}, {2, 4, false}} {\n"
CHECK = "\tif F(tt.in) != tt.want {\n\t\tt.Error()\n\t}\n"
FLOWS: dict[str, tuple[str, str, list[tuple[Any, ...]]]] = {
    "a row that is skipped": (INT, ROWS + "\tif tt.no {\n\t\tcontinue\n\t}\n" + CHECK + "}",
                              [(2, 4)]),
    "rows behind a break": (INT, ROWS + "\tif tt.in == 2 {\n\t\tbreak\n\t}\n" + CHECK + "}",
                            [(1, 2)]),
    "an unknown skip": (INT, ROWS + "\tif odd() {\n\t\tcontinue\n\t}\n" + CHECK + "}", []),
    "a return that may come": (
        INT, '\tif os.Getenv("A") == "" {\n\t\treturn\n\t}\n\tif F(2) != 5 {\n\t\tt.Error()\n\t}',
        []),
    "short tests": (
        INT, "\tif testing.Short() {\n\t\tt.Skip()\n\t}\n\tif F(2) != 4 {\n\t\tt.Error()\n\t}",
        [(2, 4)]),
    "behind an end": (INT, "\tt.Fatal()\n\tif F(2) != 5 {\n\t\tt.Error()\n\t}", []),
    "a panic that is wanted": (
        INT, "\tdefer func() {\n\t\tif recover() == nil {\n\t\t\tt.Error()\n\t\t}\n\t}()\n"
        "\tif F(-1) != 0 {\n\t\tt.Error()\n\t}", []),
    "rows with an error": (
        ERR, ROWS + "\tgot, err := F(tt.in)\n\tif tt.no {\n\t\tif err == nil {\n\t\t\tt.Error()\n"
        "\t\t}\n\t\tcontinue\n\t}\n\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n"
        "\tif got != tt.want {\n\t\tt.Error()\n\t}\n}",
        [(1, "_[1] is not None"), (2, "_[1] == None"), (2, "_[0] == 4")]),
    "an error that ends a row": (
        ERR, ROWS + "\tgot, err := F(tt.in)\n\tif err != nil {\n\t\tif !tt.no {\n\t\t\tt.Error()\n"
        "\t\t}\n\t\tcontinue\n\t}\n\tif got != tt.want {\n\t\tt.Error()\n\t}\n}",
        [(2, "_[1] == None"), (2, "_[0] == 4")]),
    "what came is changed": (
        LIST, "\tgot := F([]int{3, 1})\n\tgot.Sort()\n\tif !slices.Equal(got, []int{1, 3}) {\n"
        "\t\tt.Error()\n\t}", []),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOWS)
def test_only_what_a_test_comes_to_is_an_example(name: str) -> None:
    text, statements, wanted = FLOWS[name]
    assert read(with_test(text, statements))[0] == wanted


def test_a_test_that_says_nothing_here_is_noted() -> None:
    loop = "\tfor i := range 3 {\n\t\tif F(i) != i {\n\t\t\tt.Error()\n\t\t}\n\t}"
    _, notes = read(with_test(INT, loop))
    assert notes == ("a.go line 8: left out: TestF: what it wants can't be read here",)


EMPTY = {
    "!reflect.DeepEqual(F(nil), []int{})": True, "F(nil) != nil": True,
    "!slices.Equal(F(nil), []int{})": False, "!reflect.DeepEqual(F(nil), []int{1})": False,
}  # fmt: skip


@pytest.mark.parametrize("condition", EMPTY)
def test_that_nil_and_an_empty_list_are_not_told_apart_is_said(condition: str) -> None:
    made, notes = read(with_test(LIST, f"\tif {condition} {{\n\t\tt.Error()\n\t}}"))
    assert len(made) == 1
    assert bool(notes) is EMPTY[condition]
    assert all("F(nil): nil and an empty list" in one for one in notes)


def test_a_type_that_shows_itself_is_not_read_from_what_is_printed() -> None:
    code = (
        "package p\n\ntype C int\n\n%s\n\nfunc F(x int) []C {\n" + BODY
        + "\nfunc ExampleF() {\n\tfmt.Println(F(1))\n\t// Output: [5]\n}\n"
    )  # fmt: skip
    shows = 'func (c C) String() string { return "5" }'
    assert read(code % "")[0] == [(1, [5])]
    made, notes = read(code % shows)
    assert made == []
    assert "ExampleF" in notes[0]


def test_blanks_around_all_that_is_printed_are_not_sure() -> None:
    text = (
        f"package p\n\nfunc F(x string) string {{\n{BODY}\nfunc ExampleF() {{\n"
        '\tfmt.Println(F("%s"))\n\t// Output: a\n}\n'
    )
    assert read(text % "a")[0] == [("a", "a")]
    assert read(text % "a ")[0] == []


CHANCES = {
    "go send(c, x)": True, "go func() {}()": True, "select {}": True, "w.Go(f)": True,
    "x = rand.Intn(2)": True, "x = len(os.Args)": True, "t := time.Now()": True,
    's := "go select"': False, "going := x": False, "t := time.Second": False,
}  # fmt: skip


@pytest.mark.parametrize("code", CHANCES)
def test_what_may_come_out_otherwise_is_known(code: str) -> None:
    text = f"package p\n\nfunc F(x int) int {{\n\t{code}\n\treturn x\n}}\n"
    node = parse_text(text, "go").root_node
    assert cutting.has_chances(node) is CHANCES[code]


@pytest.mark.parametrize("more", ["var count int", "type q int", "const mod = 3"])
def test_an_answer_may_end_with_a_declaration(more: str) -> None:
    snapshot, task = task_in(INT, "go", "file:///a.go")
    code = f"func F(x int) int {{\n\tvar _ = {more.split()[1]}\n\treturn 2 * x\n}}\n\n{more}"
    made = splice.place(snapshot, task, code, (), "none").apply(snapshot.data).decode()
    assert more in made
