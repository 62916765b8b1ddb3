"""Answers in C and C++ as models write them find their place: helpers, headers, classes, macros."""

import pytest

from algosmith.errors import EditError
from algosmith.model import Edit
from algosmith.syntax.document import open_document
from tests.verify.judging import edits_of, task_in

FREE = """#include <vector>
using namespace std;

// Primes up to n.
// count(10) == 4
int count(int n) {
    // TODO
}
"""
METHOD = """#include <vector>
using namespace std;

class Solution {
public:
    // sum({1, 2}) == 3
    int sum(vector<int>& nums) {
        // TODO
    }
};
"""
SCOPED = """namespace tools {
// half(4) == 2
int half(int x) {
    // TODO
}
}
"""
IN_C = """#include <stddef.h>
/* best({1, 2}, 2) == 3 */
int best(const int *a, int n) {
    // TODO
}
"""
HELPER = "static bool prime(int x) { return x > 1; }\n"
USES = "int count(int n) {\n    return prime(n);\n}\n"
PLACED = {
    "a helper before": (FREE, HELPER + USES, ["bool prime(int x) {", "// Primes up", "prime(n)"]),
    "a helper behind, declared before": (
        FREE,
        f"bool prime(int x);\n{USES}bool prime(int x) {{ return x > 1; }}\n",
        ["bool prime(int x);", "bool prime(int x) {", "// Primes", "prime(n)"],
    ),
    "a struct": (
        FREE,
        "struct Sieve { int n; };\nint count(int n) {\n    return Sieve{n}.n;\n}\n",
        ["struct Sieve { int n; };", "// Primes up to n.", "Sieve{n}.n"],
    ),
    "a macro and a short name": (
        FREE,
        "#define rep(i, n) for (int i = 0; i < (n); i++)\ntypedef long long ll;\n"
        "int count(int n) {\n    ll c = 0;\n    rep(i, n) { c++; }\n    return c;\n}\n",
        ["#define rep(i, n)", "typedef long long ll;", "int count(int n)", "rep(i, n) { c++; }"],
    ),
    "headers": (
        FREE,
        "#include <vector>\n#include <cmath>\nint count(int n) { return sqrt(n); }\n",
        ["#include <vector>\n#include <cmath>\nusing", "sqrt(n)"],
    ),
    "a whole program": (
        FREE,
        f"#include <iostream>\nusing namespace std;\n{HELPER}{USES}"
        "int main() { cout << count(3); }\n",
        ["#include <vector>\nusing", "bool prime", "// Primes", "prime(n);\n}"],
    ),
    "other names of parameters": (
        FREE,
        "int count(const int& limit) {\n    return limit / 2;\n}\n",
        ["int count(int n) {\n    return n / 2;\n}"],
    ),
    "a class for a function": (
        FREE,
        "class Solution {\npublic:\n    int count(int n) { return twice(n); }\nprivate:\n"
        "    int twice(int n) const { return one(n) * 2; }\n    int one(int n) { return n; }\n};\n",
        ["int one(int n) {", "int twice(int n) { return", "// Primes", "twice(n)"],
    ),
    "a helper that calls back": (
        FREE,
        "bool odd(int n) { return count(n - 1); }\nint count(int n) { return !n || odd(n); }\n",
        ["int count(int n);", "bool odd(int n)", "// Primes", "odd(n)"],
    ),
    "a function for a method": (
        METHOD,
        "int add(int a, int b) { return a + b; }\n"
        "int sum(const vector<int>& a) {\n    return add(a[0], a[1]);\n}\n",
        ["int add(", "class Solution {", "add(nums[0], nums[1])"],
    ),
    "a method by its whole name": (
        METHOD, "int Solution::sum(vector<int>& nums) { return nums[0]; }\n", ["return nums[0];"],
    ),
    "methods and fields of the class": (
        METHOD,
        "class Solution {\n    int total = 0;\n    void add(int x) { total += x; }\npublic:\n"
        "    int sum(vector<int>& nums) {\n        for (int x : nums) add(x);\n"
        "        return total;\n    }\n};\n",
        ["public:", "    int total = 0;", "    void add(int x)", "    // sum({1, 2})", "add(x);"],
    ),
    "the namespace repeated": (
        SCOPED,
        "namespace tools {\nint cut(int x) { return x / 2; }\n"
        "int half(int x) { return cut(x); }\n}\n",
        ["namespace tools {\nint cut(int x)", "// half(4)", "return cut(x);"],
    ),
    "helpers in C": (
        IN_C,
        "#include <stdio.h>\n#define MAX(a, b) ((a) > (b) ? (a) : (b))\n"
        "static int top(int a, int b) { return MAX(a, b); }\n"
        "int best(const int a[], int len) {\n    return top(a[0], len);\n}\n"
        'int main(void) { printf("x"); return 0; }\n',
        ["#include <stddef.h>\n#define MAX", "static int top", "/* best(", "top(a[0], n)"],
    ),
}  # fmt: skip


def placed(file: str, answer: str, language: str = "cpp") -> str:
    """The file with the answer in it."""
    snapshot, task = task_in(file, language, "file:///work.cpp")
    (edit,) = edits_of(snapshot, task, [answer])
    assert isinstance(edit, Edit), edit
    return edit.apply(snapshot.data).decode()


@pytest.mark.parametrize("name", PLACED)
def test_an_answer_with_what_it_brings_along_finds_its_place(name: str) -> None:
    file, answer, wanted = PLACED[name]
    language = "c" if file is IN_C else "cpp"
    text = placed(file, answer, language)
    at = 0
    for one in wanted:
        assert one in text[at:], text
        at = text.index(one, at) + len(one)
    assert "main" not in text
    kept = [line for line in file.splitlines() if line.strip() and "TODO" not in line]
    lines = iter(text.splitlines())
    assert all(line in lines for line in kept), "the user's lines stay, in their order"
    snapshot, _ = task_in(file, language)
    after = type(snapshot)("file:///after.cpp", language, text.encode())
    assert not open_document(after).tree.root_node.has_error


BODIES = {
    "variables": "long s = 0;\nint k = 2;\nreturn s + k;\n",
    "a loop over a range": "int s = 0;\nfor (int x : {1, n}) s += x;\nreturn s;\n",
    "a lambda": "auto twice = [](int x) { return 2 * x; };\nint s = twice(n);\nreturn s;\n",
    "a struct": "struct P { int a; };\nP p{n};\nint a = p.a;\nreturn a;\n",
    "a header": "#include <cmath>\nint s = 0;\nint k = sqrt(n);\nreturn s + k;\n",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("file", [FREE, METHOD.replace("vector<int>& nums", "int n")])
def test_of_a_bare_body_nothing_stands_above_the_function(name: str, file: str) -> None:
    text = placed(file, BODIES[name])
    for line in BODIES[name].splitlines():
        assert text.count(line) == 1, text
        assert line.startswith("#") or text.index(line) > text.index("(int n) {"), text


def test_line_endings_of_the_file_are_kept() -> None:
    text = placed(FREE.replace("\n", "\r\n"), "#include <cmath>\n" + HELPER + USES)
    assert "\r\n#include <cmath>\r\nusing" in text
    assert "\n" not in text.replace("\r\n", "")


def test_what_a_constructor_has_to_set_up_is_refused_in_words() -> None:
    answer = (
        "class Solution {\n    int base;\npublic:\n    Solution() { base = 5; }\n"
        "    int sum(vector<int>& nums) { return base; }\n};\n"
    )
    snapshot, task = task_in(METHOD, "cpp")
    (edit,) = edits_of(snapshot, task, [answer])
    assert isinstance(edit, EditError)
    assert "constructor" in str(edit)
