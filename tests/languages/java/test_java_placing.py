"""Answers in Java as models write them find their place: fields, imports, methods of their own."""

import pytest

from algosmith.errors import EditError
from algosmith.syntax.splice import place
from tests.verify.judging import task_in

METHOD = "class A {\n    int f(int n) {\n        // TODO\n        return 0;\n    }\n}\n"
PROGRAM = (
    "public class Main {\n    public static void main(String[] args) {\n        // TODO\n    }\n}\n"
)
PLACED = {
    "constants and state of a program": (
        PROGRAM,
        "public class Main {\n    static final int MOD = 7;\n    static int[] up = {0};\n"
        "    static int unused;\n"
        "    static int find(int x) {\n        return up[x];\n    }\n"
        "    public static void main(String[] args) {\n"
        "        System.out.println(find(0) % MOD);\n    }\n}\n",
        "    static final int MOD = 7;\n    static int[] up = {0};\n\n"
        "    static int find(int x) {\n",
        "unused",
    ),
    "a field above a method that stands alone": (
        METHOD,
        "private Map<Integer, Integer> memo = new HashMap<>();\n\n"
        "int f(int n) {\n    return memo.getOrDefault(n, 0);\n}\n",
        "    private Map<Integer, Integer> memo = new HashMap<>();\n",
        "Written",
    ),
    "a field and the block that fills it": (
        METHOD,
        "class A {\n    static boolean[] sieve = new boolean[9];\n"
        "    static {\n        sieve[2] = true;\n    }\n"
        "    int f(int n) {\n        return sieve[n] ? 1 : 0;\n    }\n}\n",
        "sieve = new boolean[9];\n\n    static {\n        sieve[2] = true;\n    }\n",
        "TODO",
    ),
    "not a field that the file has": (
        "class A {\n    static int M = 7;\n    int f(int n) {\n        // TODO\n    }\n}\n",
        "class A {\n    static int M = 7;\n    int f(int n) {\n        return n % M;\n    }\n}\n",
        "        return n % M;\n    }\n}\n",
        "TODO",
    ),
    "not the variables of a bare body": (
        METHOD,
        "int s = 0;\nint k = 3;\nreturn s * k + n;\n",
        "        int s = 0;\n        int k = 3;\n        return s * k + n;\n    }\n}\n",
        "TODO",
    ),
    "the imports of a class for the top of the file": (
        "// TODO: class Bag\n\nclass Main {\n}\n",
        "import java.util.*;\n\nclass Bag {\n    List<Integer> all = new ArrayList<>();\n}\n",
        "import java.util.*;\n\nclass Bag {\n",
        "TODO",
    ),
    "what the answer's main throws": (
        PROGRAM,
        "import java.io.*;\npublic class Main {\n"
        "    public static void main(String[] args) throws IOException {\n"
        "        System.out.println(System.in.read());\n    }\n}\n",
        "    public static void main(String[] args) throws IOException {\n        System",
        "TODO",
    ),
    "what a bare body of main throws, with its import": (
        PROGRAM,
        "System.out.println(new BufferedReader(new InputStreamReader(System.in)).readLine());\n",
        "import java.io.IOException;\nimport java.io.InputStreamReader;\n\npublic class Main {\n"
        "    public static void main(String[] args) throws IOException {\n",
        "TODO",
    ),
    "what a helper of the answer throws": (
        PROGRAM.replace("args) {", "args) throws InterruptedException {"),
        "public static void main(String[] args) {\n    go();\n}\n"
        "static void go() throws Exception {\n    throw new Exception();\n}\n",
        "throws InterruptedException, Exception {\n        go();",
        "TODO",
    ),
    "nothing that the code catches itself": (
        PROGRAM,
        "try {\n    System.out.println(System.in.read());\n} catch (Exception e) {\n}\n",
        "    public static void main(String[] args) {\n        try {\n",
        "IOException;",
    ),
    "what the user's words say a method throws": (
        METHOD.replace("TODO", "TODO: Bad for less than none").replace(
            "    int", "    static class Bad extends Exception {\n    }\n    int"
        ),
        "if (n < 0) throw new Bad();\nreturn n;\n",
        "    int f(int n) throws Bad {\n        if",
        "TODO",
    ),
    "not what nobody asked a method to throw": (
        METHOD,
        "int f(int n) throws Exception {\n    throw new Exception();\n}\n",
        "    int f(int n) {\n        throw",
        "TODO",
    ),
    "the imports that such a class forgot": (
        "package a;\n\n// TODO: class Bag\n",
        "class Bag {\n    List<Integer> all = new ArrayList<>();\n}\n",
        "package a;\n\nimport java.util.ArrayList;\nimport java.util.List;\n\nclass Bag {\n",
        "TODO",
    ),
}


@pytest.mark.parametrize(("file", "code", "there", "absent"), PLACED.values(), ids=PLACED.keys())
def test_what_an_answer_brings_along_is_placed(
    file: str, code: str, there: str, absent: str
) -> None:
    placed = _placed(file, code)
    assert there in placed
    assert absent not in placed


def test_an_answer_that_needs_its_constructor_is_refused() -> None:
    code = (
        "class A {\n    int[] memo;\n    A() {\n        memo = new int[9];\n    }\n"
        "    int f(int n) {\n        return memo[n];\n    }\n}\n"
    )
    with pytest.raises(EditError, match="needs a constructor of `A`"):
        _placed(METHOD, code)


def _placed(file: str, code: str) -> str:
    snapshot, task = task_in(file, "java", "file:///A.java")
    return place(snapshot, task, code).apply(snapshot.data).decode()
