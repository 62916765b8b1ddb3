"""Programs on standard input in C++, C and JavaScript: found, run on their samples, judged."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.config import Settings, VerifySettings
from algosmith.errors import SandboxError
from algosmith.languages.cpp import programs as cpp_programs
from algosmith.languages.cpp import running
from algosmith.languages.javascript import programs as script_programs
from algosmith.model import Candidate, Snapshot, Verdict
from algosmith.sandbox.types import Limits, Program, Sandbox, StandardInput
from algosmith.syntax.tasks import find_tasks
from algosmith.verify import standard_input
from algosmith.verify.statements import ExampleSet
from algosmith.verify.types import Case
from tests.verify.judging import edits_of, judged, task_in

SETTINGS = Settings(verify=VerifySettings(timeout_seconds=20.0))
LIMITS = Limits(wall_seconds=60.0, cpu_seconds=20.0)
SAMPLES = """// Read n and n numbers, print their sum.
// Input:
// 3
// 1 2 3
// Output:
// 6
"""
CPP = f"""#include <iostream>
using namespace std;
{SAMPLES}int main() {{
    int n;
    cin >> n;
    // TODO: read the numbers and print the sum
}}
"""
C = f"""#include <stdio.h>
{SAMPLES}int main(void) {{
    // TODO
}}
"""
SCRIPT = f"""{SAMPLES}const lines = require('fs').readFileSync(0, 'utf8').split('\\n');
// TODO: print the sum
"""
HANDLER = """const rl = require('readline').createInterface({ input: process.stdin });
const lines = [];
rl.on('line', (line) => lines.push(line));
rl.on('close', () => {
  // TODO: print the sum of the second line's numbers
  // Input:
  // 3
  // 1 2 3
  // Output:
  // 6
});
"""
BARE = "/* Sample Input 1:\n2\n4 5\nSample Output 1:\n9\n*/\n// TODO\n"
FUNCTION = """#include <iostream>
// twice(3) == 6
int twice(int x) {
    // TODO
}
int main() { int n; std::cin >> n; std::cout << twice(n); }
"""
SOLVE = """#include <iostream>
// Input:
// 4
// Output:
// 8
void solve() {
    // TODO
}
int main() { solve(); }
"""
FOUND = {
    "statements in main": (CPP, "cpp", "statements", "cin >> n;", 1),
    "main in C": (C, "c", "body", 'int n; scanf("%d", &n);', 1),
    "a script": (SCRIPT, "javascript", "program", "console.log(1)", 1),
    "a script in TypeScript": (SCRIPT, "typescript", "program", "console.log(1)", 1),
    "a handler": (HANDLER, "javascript", "body", "console.log(1)", 1),
    "nothing but a statement, in C++": (BARE, "cpp", "program", "int main() {}", 1),
    "nothing but a statement, in C": (BARE, "c", "program", "int main(void) {}", 1),
    "what main calls": (SOLVE, "cpp", "body", "int n; std::cin >> n;", 1),
    "a function with examples of its own": (FUNCTION, "cpp", "body", "return 2 * x;", 0),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_task_of_a_program_is_found_with_its_samples(name: str) -> None:
    text, language, kind, code, samples = FOUND[name]
    snapshot, task = task_in(text, language)
    assert task.kind == kind
    edits = edits_of(snapshot, task, [code])
    new = [(Candidate(code), edits[0])]
    found = ExampleSet()
    if not samples:
        from algosmith.verify import examples

        found = examples.study(snapshot, task, ())
    problem = standard_input.problem_of(Case(snapshot, task, trusted=False), new, found)
    assert (len(problem.samples) if problem else 0) == samples
    if problem:
        assert "TODO" not in problem.samples[0].output


def test_samples_beside_the_file_count(tmp_path: Path) -> None:
    file = tmp_path / "sum.cpp"
    (tmp_path / "sum.in").write_text("2\n1 2\n")
    (tmp_path / "sum.out").write_text("3\n")
    text = "#include <cstdio>\nint main() {\n    // TODO\n}\n"
    file.write_text(text)
    snapshot, task = task_in(text, "cpp", file.as_uri())
    problem = standard_input.problem_of(Case(snapshot, task, trusted=True), [], ExampleSet())
    assert problem is not None
    assert problem.samples[0].output == "3\n"


UNFIT = {
    "it reads or writes files": ("cpp", 'int main() { freopen("a.in", "r", stdin); }'),
    "there is no `main`": ("cpp", "int f() { return 1; }"),
    "it includes my.h": ("cpp", '#include "my.h"\nint main() {}'),
    "it imports ./other.js": ("javascript", "const o = require('./other.js');"),
    "it imports lodash": ("typescript", "import _ from 'lodash';\n_.map([]);"),
    "it writes files": ("javascript", "require('fs').writeFileSync('a', 'b');"),
    "it uses a namespace": ("typescript", "namespace A { export const b = 1; }"),
}


@pytest.mark.parametrize("why", UNFIT)
def test_a_program_that_can_not_be_run_says_why(why: str) -> None:
    language, text = UNFIT[why]
    home = cpp_programs if language == "cpp" else script_programs
    part = home.whole(Snapshot("file:///a", language, text.encode()))
    assert part.why_not_run.startswith(why)


def test_what_only_reads_a_file_at_home_is_run() -> None:
    text = (
        '#include <cstdio>\nint main() {\n#ifndef ONLINE_JUDGE\n    freopen("a", "r", stdin);\n'
        "#endif\n    return 0;\n}\n"
    )
    assert not cpp_programs.whole(Snapshot("file:///a.cpp", "cpp", text.encode())).why_not_run


def test_comments_do_not_reach_the_program() -> None:
    for language, text in (("cpp", CPP), ("c", C), ("javascript", SCRIPT)):
        home = script_programs if language == "javascript" else cpp_programs
        part = home.whole(Snapshot("file:///a", language, text.encode()))
        assert "Output" not in part.text


def test_modules_are_started_as_modules() -> None:
    assert script_programs.as_file("const fs = require('fs');")[0] == "program.cjs"
    assert script_programs.as_file("import fs from 'fs';")[0] == "program.mjs"
    name, text = script_programs.as_file("import os from 'os';\nconst fs = require('fs');")
    assert name == "program.mjs"
    assert "createRequire" in text
    assert script_programs.as_file("for await (const l of rl) f(l);\nawait g();")[0].endswith("mjs")


STANDARD_INPUT = {
    "read whole": "fs.readFileSync('/dev/stdin', 'utf8')",
    "by its number": 'fs.readFileSync("/dev/fd/0").toString()',
    "by a name": "(() => { const file = `/dev/stdin`; return fs.readFileSync(file, 'utf8'); })()",
    "where the system has it": (
        "fs.readFileSync(process.platform === 'linux' ? '/dev/stdin' : 'input.txt', 'utf8')"
    ),
    "where it is there": (
        "fs.readFileSync(fs.existsSync('/dev/stdin') ? '/dev/stdin' : 'a', 'utf8')"
    ),
}


@pytest.mark.sandbox
@pytest.mark.parametrize("name", STANDARD_INPUT)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_script_may_name_standard_input_as_a_file(name: str, javascript: Sandbox) -> None:
    text = f"const fs = require('fs');\n// é\nconsole.log({STANDARD_INPUT[name]}.trim());\n"
    assert await _printed(text, javascript) == "17\n"


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
async def test_a_script_may_open_standard_input_as_a_stream(javascript: Sandbox) -> None:
    text = (
        "const input = require('fs').createReadStream('/dev/stdin', 'utf8');\n"
        "require('readline').createInterface({ input }).on('line', (l) => console.log(l));\n"
    )
    assert await _printed(text, javascript) == "17\n"


async def _printed(text: str, sandbox: Sandbox) -> str:
    part = script_programs.whole(Snapshot("file:///a.js", "javascript", text.encode()))
    assert not part.why_not_run
    run = await sandbox.run(Program(part.text, ""), [StandardInput("17\n")], LIMITS)
    return run.answers[0].output


def test_what_the_file_declares_is_not_declared_again() -> None:
    code = "const fs = require('fs');\nconst lines = fs.readFileSync(0, 'utf8').split('\\n');\n"
    snapshot, task = task_in(SCRIPT, "javascript")
    (edit,) = edits_of(snapshot, task, [f"{code}console.log(lines.length);\n"])
    assert not isinstance(edit, Exception), edit
    after = edit.apply(snapshot.data).decode()
    assert after.count("lines =") == 1
    assert after.endswith("console.log(lines.length);\n")


def test_a_todo_above_a_function_in_a_file_with_main_is_about_the_function() -> None:
    snapshot = Snapshot("file:///a.cpp", "cpp", FUNCTION.encode())
    (task,) = find_tasks(snapshot, ("TODO",))
    assert task.function is not None
    assert task.function.name == "twice"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cpp() -> AsyncIterator[Sandbox]:
    """An open sandbox for C and C++."""
    try:
        sandbox = await running.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


async def verdict(sandbox: Sandbox, text: str, language: str, code: str) -> Verdict:
    """What is said of one answer."""
    seen = await judged(text, [code], sandbox, language=language, settings=SETTINGS)
    return seen.verdicts[0]


RIGHT_CPP = "long long s = 0, x;\nwhile (cin >> x) s += x;\ncout << s << endl;\n"
RIGHT_C = 'int n, s = 0, x;\nscanf("%d", &n);\nwhile (scanf("%d", &x) == 1) s += x;\n'
RIGHT_C += 'printf("%d\\n", s);\nreturn 0;\n'
RIGHT_JS = "console.log(lines[1].split(' ').reduce((a, b) => a + +b, 0));\n"


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("text", "language", "right", "wrong"),
    [(CPP, "cpp", RIGHT_CPP, "cout << n << endl;\n"), (C, "c", RIGHT_C, 'puts("7");\nreturn 0;\n')],
    ids=["cpp", "c"],
)
async def test_programs_in_c_are_judged_by_their_samples(
    cpp: Sandbox, text: str, language: str, right: str, wrong: str
) -> None:
    assert (await verdict(cpp, text, language, right)).level == "consistent"
    assert (await verdict(cpp, text, language, wrong)).level == "refuted"


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("text", [SCRIPT, HANDLER], ids=["script", "handler"])
async def test_scripts_are_judged_by_their_samples(javascript: Sandbox, text: str) -> None:
    seen = await verdict(javascript, text, "javascript", RIGHT_JS)
    assert seen.level == "consistent", seen
    wrong = await verdict(javascript, text, "javascript", "console.log(lines[0] * 3);\n")
    assert wrong.level == "refuted"


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
async def test_changed_and_marked_programs_do_what_they_say(cpp: Sandbox) -> None:
    snapshot = Snapshot("file:///a.cpp", "cpp", CPP.replace("// TODO", RIGHT_CPP + "//").encode())
    text = cpp_programs.whole(snapshot).text
    asked = [StandardInput("2\n3 4\n")]
    changed = cpp_programs.changed(text, 4)
    assert len(changed) == 4
    runs = [await cpp.run(Program(one, ""), asked, LIMITS) for one in changed]
    outputs = [run.answers[0].output for run in runs if run.answers]
    assert any(output != "7\n" for output in outputs)
    marked = cpp_programs.marked(text, "seen_0f")
    assert marked is not None
    run = await cpp.run(Program(marked.text, ""), asked, LIMITS)
    assert run.answers[0].output.startswith("7\n")
    assert set(map(int, run.answers[0].output.rpartition("seen_0f")[2].split())) >= marked.wanted


@pytest.mark.sandbox
@pytest.mark.asyncio(loop_scope="module")
async def test_a_program_that_goes_wrong_says_how(cpp: Sandbox, javascript: Sandbox) -> None:
    given = [StandardInput("1\n")]
    fails = await cpp.run(Program("#include <cstdlib>\nint main() { abort(); }", ""), given, LIMITS)
    assert fails.answers[0].status == "crashed"
    thrown = await javascript.run(Program("null.x;", ""), given, LIMITS)
    assert "TypeError" in thrown.answers[0].error
