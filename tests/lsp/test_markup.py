"""Text for people as Markdown: headings and lists of ours, and nothing that acts by itself."""

import pytest

from algosmith.lsp.convert import headed


def test_what_people_read_has_headings_and_a_list() -> None:
    points = "  ! f(0) gave 1\n  + f(1) is right\n  not checked: f(2)"
    text = f"n up to 3\nWhat running it showed:\n{points}"
    assert headed("Time: O(n)", text).split("\n\n") == [
        "**Time: O(n)**",
        "n up to 3",
        "**What running it showed**",
        "- ✗ f(0) gave 1\n- ✓ f(1) is right",
        "not checked: f(2)",
    ]


@pytest.mark.parametrize(
    "text", ["  + [a](b)", "  ! <img src=x>", "[a](b):", "  # a", "* a", "`a`:"]
)
def test_nothing_in_it_acts_as_markdown(text: str) -> None:
    body = headed("x", text).partition("\n\n")[2].removeprefix("- ✓ ").removeprefix("- ✗ ")
    body = body.removeprefix("**").removesuffix("**")
    assert body.startswith("\\") or "\\<" in body or "&lt;" in body
