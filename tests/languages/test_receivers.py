"""What an example says of a method whose object remembers something."""

import pytest

from algosmith import languages
from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged, task_in

CPP = """class {name} {{
    {field}
public:
    {above}
    int total() {{
        // TODO: the sum
    }}
}};
{below}
"""
OUTSIDE = """class {name} {{
    {field}
public:
    int total();
}};
{above}
int {name}::total() {{
    // TODO: the sum
}}
{below}
"""
JAVA = """class {name} {{
    {field}
    {above}
    int total() {{
        // TODO: the sum
    }}
    void test() {{ {below} }}
}}
"""
JAVASCRIPT = """class {name} {{
  {field}
  {above}
  total() {{
    // TODO: the sum
  }}
}}
{below}
"""
FIELDS = {"cpp": "int sum = 0;", "java": "int sum = 0;", "javascript": "#sum = 0;"}
FILES = [("cpp", CPP), ("cpp", OUTSIDE), ("java", JAVA), ("javascript", JAVASCRIPT)]
SURE, UNSURE = [True], [False]
SAID = {  # what stands above the method: what is read where objects remember, and where they don't
    "// total() == 7": (UNSURE, SURE),
    "// c.total() == 7": ([], SURE),
    "// c.total() // 7": ([], SURE),
    "// it->total() => 7": ([], SURE),
    "// (new Counter()).total() => 7": (SURE, SURE),
    "// Counter().add(3).total() => 7": ([], SURE),
    "// new Counter(4).total() => 7": ([], SURE),
}
ASSERTS = {
    "cpp": ("void t() {{ Counter c; assert({}.total() == 7); }}", "c", "Counter()"),
    "java": ("assert {}.total() == 7;", "c", "new Counter()"),
    "javascript": ("assert.strictEqual({}.total(), 7);", "c", "new Counter()"),
}


def sure(language: str, text: str) -> list[bool]:
    """Of each example that is read, whether it can refute."""
    snapshot, task = task_in(text, language, "file:///Counter.x")
    running = languages.running(language)
    assert running is not None
    return [claim.sure for claim in running.said(snapshot, task, ()).claims]


@pytest.mark.parametrize(("language", "form"), FILES)
@pytest.mark.parametrize("line", SAID)
def test_a_call_on_an_object_that_had_others_is_no_example(
    language: str, form: str, line: str
) -> None:
    with_field, without = SAID[line]
    written = {"above": line, "below": ""}
    known = form.format(name="Counter", field=FIELDS[language], **written)
    assert sure(language, known) == with_field
    assert sure(language, form.format(name="Counter", field="", **written)) == without
    judge = form.format(name="Solution", field=FIELDS[language], **written)
    assert sure(language, judge) == without


@pytest.mark.parametrize(("language", "form"), FILES)
def test_so_it_is_with_asserts(language: str, form: str) -> None:
    line, other, made = ASSERTS[language]
    for owner, wanted in ((other, []), (made, SURE)):
        text = form.format(
            name="Counter", field=FIELDS[language], above="", below=line.format(owner)
        )
        assert sure(language, text) == wanted
        plain = text.replace(FIELDS[language], "")
        assert sure(language, plain) == SURE


@pytest.mark.asyncio(loop_scope="module")
async def test_the_right_answer_of_a_class_with_a_memory_is_not_refuted(
    javascript: Sandbox,
) -> None:
    above = (
        "// const c = new Counter();\n  // c.add(3);\n  // c.total() // => 3\n  // total() // => 3"
    )
    text = JAVASCRIPT.format(name="Counter", field=FIELDS["javascript"], above=above, below="")
    found = await judged(
        text, ["return this.#sum;"], javascript, language="javascript", uri="file:///counter.js"
    )
    assert [verdict.level for verdict in found.verdicts] != ["refuted"]
