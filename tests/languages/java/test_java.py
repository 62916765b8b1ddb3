"""Java candidates are judged: right ones are never refuted, wrong ones never verified."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.config import Settings, VerifySettings
from algosmith.errors import SandboxError
from algosmith.languages.java import jdk, running
from algosmith.languages.java.running import JavaSandbox
from algosmith.sandbox.types import UNFIT, Call, Limits, Node, Program
from tests.languages.written import Written, written
from tests.verify.judging import judged

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
LIMITS = Limits(wall_seconds=60.0)
FEW = ("CountPairs",)
"""The others are judged by ``make test-languages``."""
CHOSEN = [t for t in written("java") if t.name in FEW or os.environ.get("ALGOSMITH_TEST_ALL_TASKS")]
UNTOLD = (
    "Islands", "Square", "Anagrams", "Brackets", "Search", "Factorial", "Rotate",
    "Steps",
)  # fmt: skip
"""Right ones that are not verified with their examples alone: a second answer has to agree."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def java() -> AsyncIterator[JavaSandbox]:
    """An open sandbox for Java, one for the file."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: task.name)
async def test_right_ones_are_not_refuted_and_wrong_ones_not_verified(
    java: JavaSandbox, task: Written
) -> None:
    uri = f"file:///{task.name}.java"
    codes = [task.right, *task.wrong]
    seen = await judged(task.file, codes, java, language="java", uri=uri, settings=SETTINGS)
    right, *wrong = seen.verdicts
    assert right.level == "verified" or task.name in UNTOLD, right
    assert right.level in ("verified", "consistent"), right
    assert not [one for one in wrong if one.level == "verified"]


VALUES = """
import java.util.*;
class ListNode { int val; ListNode next; ListNode(int x) { val = x; } }
class TreeNode { int val; TreeNode left, right; TreeNode(int x) { val = x; } }
class Solution {
  static int calls = 0;
  static Map<String, List<Double>> mapped(Map<String, List<Double>> m) { return m; }
  long big(long x) { return x; }
  String text(String s, char c) { return s + c; }
  Set<Long> grouped(List<Long> v) { v.add(7L); return new TreeSet<>(v); }
  Integer maybe(Integer x) { return x; }
  ListNode list(ListNode head) { return head; }
  TreeNode tree(TreeNode root) { return root; }
  int[][] grid(int[][] g) { g[0][0] = 9; return g; }
  void change(int[] g, List<String> names) { g[0] = 9; names.add("x"); }
  int thrown(int x) { if (x > 0) throw new IllegalArgumentException("bad"); return x; }
  int small(int x) { return x + 1; }
  float third(float x) { return x / 3; }
  <T extends Comparable<T>> T largest(List<T> xs) { return Collections.max(xs); }
  int sum(int... xs) { int s = 0; for (int x : xs) s += x; return s; }
  Map<List<Integer>, Character> keys(Deque<Integer> d) { return Map.of(List.copyOf(d), 'k'); }
  int counted(int x) { return ++calls; }
  class Inner { boolean not(boolean b) { return !b; } }
}
"""


def _calls() -> dict[str, list[tuple[Call, object]]]:
    tree = Node("TreeNode", (1, None, 2, 3))
    return {
        "mapped": [(Call(({"a": [0.5, float("inf"), -0.0]},)), {"a": [0.5, float("inf"), -0.0]})],
        "big": [(Call((2**63 - 1,)), 2**63 - 1), (Call((-(2**63),)), -(2**63))],
        "text": [(Call(("é\U0001f600\ud800", "\0")), "é\U0001f600\ud800\0")],
        "grouped": [(Call(([2**40, -1],)), {2**40, -1, 7})],
        "maybe": [(Call((None,)), None), (Call((3,)), 3)],
        "list": [(Call((Node("ListNode", (1, 2)),)), Node("ListNode", (1, 2))),
                 (Call((None,)), Node("ListNode", ()))],
        "tree": [(Call((tree,)), tree), (Call((None,)), Node("TreeNode", ()))],
        "grid": [(Call(([[1, 2], []],)), [[9, 2], []])],
        "small": [(Call((2**31 - 1,)), -(2**31))],
        "third": [(Call((1.0,)), 0.33333334)],
        "largest": [(Call(([1, 3],)), 3), (Call((["b", "a"],)), "b")],
        "sum": [(Call(([1, 2],)), 3)],
        "keys": [(Call(([1, 2],)), {(1, 2): "k"})],
        "counted": [(Call((1,)), 1), (Call((1,)), 1)],
        "Inner.not": [(Call((True,)), False)],
    }  # fmt: skip


async def test_values_cross_the_border_both_ways(java: JavaSandbox) -> None:
    for name, pairs in _calls().items():
        source = f'/*algosmith {{"fresh": true, "family": "values"}}*/\n{VALUES}'
        run = await java.run(Program(source, f"Solution.{name}"), [c for c, _ in pairs], LIMITS)
        assert run.failure is None, run.failure
        assert [a.value for a in run.answers] == [value for _, value in pairs], (name, run)


STATE = """class A {
    // f(1) == 2
    // f(2) == 3
    // f(5) == 6
    // f(40) == 41
    // f(7) == 8
    // f(0) == 1
    static int f(int n) {
        // TODO: the next number
    }
}
"""
KEPT = {
    "a sum that is never cleared": (
        "static int sum = 0;\nstatic int f(int n) {\n    sum += n + 1;\n    return sum;\n}\n",
        "unchecked",
    ),
    "calls that are counted": (
        "static int calls = 0;\nstatic int f(int n) {\n    return ++calls > 9 ? n : n + 1;\n}\n",
        "unchecked",
    ),
    "what was worked out before": (
        "static Map<Integer, Integer> memo = new HashMap<>();\n"
        "static int f(int n) {\n    return memo.computeIfAbsent(n, x -> x + 1);\n}\n",
        "verified",
    ),
}


@pytest.mark.parametrize(("code", "level"), KEPT.values(), ids=KEPT.keys())
async def test_what_hangs_on_earlier_calls_is_not_verified(
    java: JavaSandbox, code: str, level: str
) -> None:
    codes = [code, "return n + 1;", "int next = n;\nnext++;\nreturn next;"]
    seen = await judged(
        STATE, codes, java, language="java", uri="file:///A.java", settings=SETTINGS
    )
    assert seen.verdicts[0].level == level, seen.verdicts[0]


async def test_what_changes_in_place_is_seen_and_what_is_thrown_is_named(java: JavaSandbox) -> None:
    run = await java.run(Program(VALUES, "Solution.change"), [Call(([1, 2], ["a"]))], LIMITS)
    assert run.answers[0].arguments == ([9, 2], ["a", "x"])
    run = await java.run(Program(VALUES, "Solution.thrown"), [Call((1,)), Call((0,))], LIMITS)
    assert [(a.status, a.error) for a in run.answers] == [
        ("raised", "IllegalArgumentException: bad"), ("value", "")
    ]  # fmt: skip


async def test_arguments_that_fit_no_parameter_are_said_to(java: JavaSandbox) -> None:
    given = [Call((2**40,)), Call(("ab",)), Call((2.5,)), Call(()), Call((1, 2)), Call((None,)),
             Call((True,)), Call((2.0,))]  # fmt: skip
    run = await java.run(Program(VALUES, "Solution.small"), given, LIMITS)
    assert [a.status for a in run.answers] == ["unserialisable"] * 7 + ["value"]
    assert all(a.error.startswith(UNFIT) for a in run.answers[:7])


async def test_what_the_compiler_says_goes_to_the_repair_and_refutes_nothing(
    java: JavaSandbox,
) -> None:
    file = "class A {\n    // f(1) == 2\n    int f(int x) {\n        // TODO: one more\n    }\n}\n"
    seen = await judged(file, ["return x + step;"], java, language="java", uri="file:///A.java",
                        settings=SETTINGS)  # fmt: skip
    assert seen.verdicts[0].level == "unchecked"
    assert seen.evidence == "It does not compile: cannot find symbol: variable step"


NOT_RUN = {
    "`A` is made with values that are not known here":
        "class A {\n  A(java.sql.Connection c) {}\n  int f(int x) {\n    // TODO: one more\n"
        "  }\n}\n",
    "in a class without a name":
        "class A {\n  Object o = new Object() {\n    int f(int x) {\n      // TODO: one more\n"
        "    }\n  };\n}\n",
    "it uses `Cache` of `org.example`":
        "import org.example.Cache;\nclass A {\n  Cache c;\n  int f(int x) {\n"
        "    // TODO: one more\n    // c is there\n    int y = c.size();\n  }\n}\n",
    "it needs `Shop`, which is not in this file":
        "class A {\n  int f(Shop s, int x) {\n    // TODO: one more\n  }\n}\n",
    "not carried into the cage":
        "class A {\n  int f(java.util.stream.IntStream s, int x) {\n    // TODO: one more\n"
        "  }\n}\n",
}  # fmt: skip


@pytest.mark.parametrize("reason", NOT_RUN)
async def test_what_is_not_run_says_why(java: JavaSandbox, reason: str) -> None:
    code = "int y = c.size();\nreturn x + 1 + y;" if "Cache" in reason else "return x + 1;"
    file = NOT_RUN[reason].replace("    int y = c.size();\n", "")
    seen = await judged(
        file, [code], java, language="java", uri="file:///A.java", settings=SETTINGS
    )
    assert seen.verdicts[0].level == "unchecked", seen.verdicts[0]
    assert reason in seen.verdicts[0].summary


ALONE = {
    "overloads": "class A {\n  // f(2) == 3\n  // f(5) == 6\n  // f(0) == 1\n  // f(-7) == -6\n"
    "  int f(int x) {\n    // TODO: one more\n  }\n  int f(String s) { return 0; }\n}\n",
    "a file that does not compile": "class A {\n  int broken() { return nothing; }\n"
    "  // f(2) == 3\n  // f(5) == 6\n  // f(0) == 1\n  int f(int x) {\n    // TODO: one more\n"
    "  }\n}\n",
    "no class around": "// f(2) == 3\n// f(5) == 6\n// f(0) == 1\nstatic int f(int x) {\n"
    "    // TODO: one more\n}\n",
    "annotations of a framework": "import org.springframework.stereotype.Service;\n@Service\n"
    'public class A {\n  @org.example.Cached("a")\n  // f(2) == 3\n  // f(5) == 6\n'
    "  // f(0) == 1\n  public int f(@org.example.NonNull Integer x) {\n    // TODO: one more\n"
    "  }\n}\n",
    "a class that implements": "class A implements Comparable<A> {\n"
    "  public int compareTo(A o) { return 0; }\n  // f(2) == 3\n  // f(5) == 6\n  // f(0) == 1\n"
    "  int f(int x) {\n    // TODO: one more\n  }\n}\n",
    "windows lines": "class A {\r\n  // f(2) == 3\r\n  // f(5) == 6\r\n  // f(0) == 1\r\n"
    "  int f(int x) {\r\n    // TODO: one more\r\n  }\r\n}\r\n",
}


@pytest.mark.parametrize("name", ALONE)
async def test_the_method_alone_is_run(java: JavaSandbox, name: str) -> None:
    codes = ["return x + 1;", "return x + 2;"]
    seen = await judged(ALONE[name], codes, java, language="java", uri="file:///A.java",
                        settings=SETTINGS)  # fmt: skip
    right, wrong = (one.level for one in seen.verdicts)
    assert right in ("verified", "consistent"), seen.verdicts
    assert wrong == "refuted", seen.verdicts


OWN = {
    "a record in and out": (
        "record Point(int x, int y) {}\nclass A {\n  // f(new Point(0, 5)) == new Point(5, 0)\n"
        "  // f(new Point(1, 2)) == Point[x=2, y=1]\n  static Point f(Point p) {\n"
        "    // TODO: swapped\n  }\n}\n",
        "return new Point(p.y(), p.x());", "return p;",
    ),
    "small classes in a list": (
        "import java.util.*;\nclass Pair<A, B> { final A a; final B b;\n"
        "  Pair(A x, B y) { a = x; b = y; } }\nclass A {\n"
        "  // f(List.of(new Pair<>(1L, \"a\"), new Pair<>(2L, \"b\"))) == \"bb\"\n"
        "  // f(List.of()) == \"\"\n  static String f(List<Pair<Long, String>> all) {\n"
        "    // TODO: the text of the last one, as often as it says\n  }\n}\n",
        "if (all.isEmpty()) return \"\";\nPair<Long, String> p = all.get(all.size() - 1);\n"
        "return p.b.repeat(p.a.intValue());", "return \"\";",
    ),
    "an enum": (
        "import java.util.*;\nclass A {\n  enum Way { N, E, S, W { public String toString() "
        "{ return \"west\"; } } }\n  // f(Way.N) == Way.E\n  // f(Way.S) == Way.W\n"
        "  // f(Way.W) == Way.N\n  static Way f(Way w) {\n    // TODO: to the right\n  }\n}\n",
        "return Way.values()[(w.ordinal() + 1) % 4];", "return Way.E;",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
async def test_objects_of_the_users_classes_are_values(java: JavaSandbox, name: str) -> None:
    file, *codes = OWN[name]
    seen = await judged(file, codes, java, language="java", uri="file:///A.java", settings=SETTINGS)
    right, wrong = seen.verdicts
    assert right.level in ("verified", "consistent"), right
    assert wrong.level == "refuted", wrong


BESIDE = {
    "model/Item.java": "package shop.model;\nimport java.util.Objects;\nimport lombok.Getter;\n"
    "@Getter public class Item {\n  private final int price;\n"
    "  public Item(int price) { this.price = price; }\n  public int price() { return price; }\n"
    "  @Override public int hashCode() { return Objects.hash(price); }\n}\n",
    "Maths.java": "package shop;\nimport java.util.*;\npublic class Maths {\n"
    "  static int twice(int x) { return new ArrayList<>(List.of(x, x)).stream()"
    ".mapToInt(i -> i).sum(); }\n}\n",
    "Db.java": "package shop;\nimport org.hibernate.Session;\n"
    "public class Db { Session s; int load(int x) { return x; } }\n",
}


async def test_classes_of_other_files_are_found(java: JavaSandbox, tmp_path: Path) -> None:
    folder = tmp_path / "src/main/java/shop"
    for name, text in BESIDE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    file = (
        "package shop;\n\nimport java.util.List;\nimport shop.model.Item;\n\nclass Basket {\n"
        "    // f(List.of(new Item(2), new Item(3))) == 10\n    // f(List.of()) == 0\n"
        "    static int f(List<Item> all) {\n        // TODO: twice the sum of the prices\n"
        "    }\n}\n"
    )
    right = "int s = 0;\nfor (Item i : all) s += i.price();\nreturn Maths.twice(s);"
    codes = [right, right.replace("+=", "="), "return new Db().load(0);"]
    uri = (folder / "Basket.java").as_uri()
    seen = await judged(file, codes, java, language="java", uri=uri, settings=SETTINGS)
    levels = [one.level for one in seen.verdicts]
    assert levels[0] in ("verified", "consistent"), seen.verdicts
    assert levels[1:] == ["refuted", "unchecked"], seen.verdicts
    assert "it needs `Db`, which uses `Session` of `org.hibernate`" in seen.verdicts[2].summary


async def test_tests_of_junit_beside_the_file_are_read(java: JavaSandbox, tmp_path: Path) -> None:
    folder = tmp_path / "src/main/java/shop"
    tests = tmp_path / "src/test/java/shop"
    folder.mkdir(parents=True)
    tests.mkdir(parents=True)
    file = "package shop;\n\npublic class Sums {\n    public static int[] sums(int[] xs) {\n"
    file += "        // TODO: the sums of the first numbers\n        return null;\n    }\n}\n"
    (tests / "SumsTest.java").write_text("""package shop;
import static org.junit.jupiter.api.Assertions.*;
class SumsTest {
    @Test void some() {
        int[] given = {1, 2, 3};
        assertArrayEquals(new int[]{1, 3, 6}, Sums.sums(given));
        assertArrayEquals(new int[]{}, Sums.sums(new int[0]));
        assertArrayEquals(new int[]{5}, Sums.sums(new int[]{5}));
        assertArrayEquals(new int[]{-1, 0, 4, 4}, Sums.sums(new int[]{-1, 1, 4, 0}));
    }
    @Test @Disabled void wrong() { assertArrayEquals(new int[]{7}, Sums.sums(new int[]{1})); }
    @Test void none() { assertThrows(NullPointerException.class, () -> Sums.sums(null)); }
}
""")
    right = (
        "int[] made = xs.clone();\nfor (int i = 1; i < made.length; i++) made[i] += made[i - 1];"
    )
    seen = await judged(
        file, [f"{right}\nreturn made;", "return xs.clone();"], java, language="java",
        uri=(folder / "Sums.java").as_uri(), roots=(tmp_path,), settings=SETTINGS,
    )  # fmt: skip
    assert [one.level for one in seen.verdicts] == ["verified", "refuted"], seen.verdicts


async def test_without_a_jdk_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jdk, "find", lambda: None)
    monkeypatch.setattr(jdk, "_found", list)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SandboxError, match=r"no JDK here; install JDK 11 or newer"):
        await running.opened()
    assert jdk.tools() == (False, f"Java is not run: no JDK here; {jdk.HOW}")


async def test_a_jdk_that_is_too_old_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("java", "javac"):
        (tmp_path / "bin" / name).touch(0o755)
    (tmp_path / "release").write_text('JAVA_VERSION="1.8.0_402"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda _: None)
    jdk.find.cache_clear()
    try:
        assert jdk.find() is None
        assert jdk.why_none() == f"the JDK here is version 8.0_402; {jdk.HOW}"
    finally:
        jdk.find.cache_clear()
