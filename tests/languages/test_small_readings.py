"""What is read of files in JavaScript, C and C++ where it is easy to read them wrongly."""

import pytest

from algosmith import languages
from algosmith.inputs.small import small_calls
from algosmith.languages.cpp import heads, mutants
from algosmith.languages.javascript import literals
from algosmith.languages.types import Claim
from algosmith.model import Candidate, Snapshot
from algosmith.syntax.tasks import find_tasks
from algosmith.verify import placing
from algosmith.verify.types import Case
from tests.verify.judging import edits_of, task_in


def claims(text: str, language: str) -> list[Claim]:
    """What a file says of its function."""
    snapshot, task = task_in(text, language)
    running = languages.running(language)
    assert running is not None
    return list(running.said(snapshot, task, ()).claims)


DOC = """/**
 * @example
 * // returns 6
 * area(2, 3);
 * @example
 * // => 0
 * area(0, 5)
 * area(1, 1)
 * // => 1
 */
function area(w, h) {
  // TODO
}
"""


def test_a_result_above_a_call_is_its_own_and_one_below_stays_with_its_call() -> None:
    assert [(c.call.args, c.expected) for c in claims(DOC, "javascript")] == [
        ((2, 3), 6), ((0, 5), 0), ((1, 1), 1),
    ]  # fmt: skip


def test_a_result_behind_a_call_in_a_comment_needs_no_semicolon() -> None:
    text = (
        '/// is("Aba") // true\n/// is("ab") // false\nbool is(std::string s) {\n    // TODO\n}\n'
    )
    assert [c.expected for c in claims(text, "cpp")] == [True, False]


def test_examples_above_a_template_and_a_struct_s_values_are_read() -> None:
    text = '// f({"a"}) == "a"\ntemplate <class T>\nT f(std::vector<T> v) {\n    // TODO\n}\n'
    assert [c.expected for c in claims(text, "cpp")] == ["a"]
    text = "struct P { int x; int y; };\n// f(P{1, 2}) == {2, 1}\nP f(P p) {\n    // TODO\n}\n"
    assert [(c.call.args, c.expected) for c in claims(text, "cpp")] == [(((1, 2),), (2, 1))]


def test_sets_of_arrays_are_equal_in_any_order() -> None:
    one, other = (literals.parse(t) for t in ("new Set([[2], [10]])", "new Set([[10], [2]])"))
    assert one == other
    assert literals.parse("new Set([[1, 2]])") != literals.parse("new Set([[2, 1]])")


@pytest.mark.parametrize(
    "head",
    [
        "int f(const int *a, int n)", "int f(int a[], int len)", "int f(int *xs, size_t size)",
        "int f(int *nums, int numsSize, int k)", "int f(const char *s, int length)",
        "int f(int *a, int na, int *b, int nb)", "int f(double *v, unsigned long num_elements)",
    ],
)  # fmt: skip
def test_a_length_in_c_is_that_of_its_list(head: str) -> None:
    made = heads.signature(f"c\n{head} {{ return 0; }}", "f", "", ())
    for call in small_calls(made, 0, 12):
        for at in range(0, len(call.args) - 1, 2):
            assert call.args[at + 1] == len(call.args[at])  # type: ignore[arg-type]


def test_structs_are_tuples_of_their_fields() -> None:
    text = "struct P { int x, y; std::string name; };\nint f(const P& p) { return p.x; }"
    made = heads.signature(f"cpp\n{text}", "f", "", ())
    assert [part.base for part in made.parameters[0].kind.parts] == ["int", "int", "str"]
    for built in ("struct P { int x; P(int x) : x(x) {} };", "struct P { int x[3]; };"):
        other = heads.signature(f"cpp\n{built}\nint f(P p) {{ return 0; }}", "f", "", ())
        assert other.parameters[0].kind.base != "tuple"


SCOPES = """namespace tools {
int half(int x) {
    // TODO
}
// half(4) == 2
void test() { assert(half(1234) == 617); }
const int wanted[] = {617};
}
extern "C" {
int other(int x) { return 4321; }
}
"""


def test_what_a_namespace_expects_of_the_function_stays_outside() -> None:
    snapshot, task = task_in(SCOPES, "cpp")
    edits = edits_of(snapshot, task, ["return x / 2;"])
    found = placing.place(
        Case(snapshot, task), 0, Candidate("return x / 2;"), edits[0], frozenset()
    )
    assert found.entry == "tools.half"
    assert "return x / 2;" in found.text
    assert "617" not in found.text
    assert "4321" not in found.text


def test_lone_halves_of_characters_do_no_harm() -> None:
    for language, line in (
        ("javascript", "throw new Error('\ud800');"),
        ("cpp", 'throw "\ud800";'),
    ):
        text = f"int f(int s) {{\n  // TODO\n  {line}\n}}\n"
        if language == "javascript":
            text = text.replace("int f(int s)", "function f(s)")
        data = text.encode("utf-8", "surrogatepass")
        find_tasks(Snapshot("file:///a", language, data), ("TODO",))


HELPED = """bool even(int x) { return x % 2 == 0; }
int count(std::vector<int> xs) {
    int c = 0;
    for (int x : xs) if (even(x)) c++;
    return c;
}
"""


def test_helpers_are_changed_with_the_function() -> None:
    (first, *_) = mutants.mutants(HELPED, "count", 16)
    assert "even_change" in first
    assert any("x % 2 !=" in one or "x / 2" in one.replace("  ", " ") for one in [first])


def test_macros_for_loops_are_read() -> None:
    text = "#include <vector>\nint f(int n) {\n    // TODO\n}\n"
    code = "#define rep(i, a, b) for (int i = (a); i < (b); i++)\nint c = 0;\n"
    code += "rep(i, 0, n) { c += i; }\n"
    snapshot, task = task_in(text, "cpp")
    (edit,) = edits_of(snapshot, task, [code + "return c;\n"])
    assert not isinstance(edit, Exception), edit
    after = edit.apply(snapshot.data).decode()
    assert "rep(i, 0, n) { c += i; }" in after
    assert after.index("#define rep") < after.index("int f(")
