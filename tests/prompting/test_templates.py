"""Prompt files: order of folders, rendering, and every way to write a bad one."""

from pathlib import Path

import pytest

from algosmith import paths
from algosmith.errors import PromptError
from algosmith.prompting import templates

GOOD = (
    '+++\nvariables = ["a"]\ntemperature = 0.5\nrepetition_penalty = 1.1\n+++\n'
    "system $a\n--- user ---\nuser $a $$\n"
)


def _write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_render(tmp_path: Path) -> None:
    prompt = templates.parse("x", _write(tmp_path, "x", GOOD))
    system, user = templates.render(prompt, {"a": "1", "unused": "2"})
    assert (system.role, system.content) == ("system", "system 1")
    assert (user.role, user.content) == ("user", "user 1 $")
    assert (prompt.temperature, prompt.repetition_penalty) == (0.5, 1.1)


def test_values_are_never_templates(tmp_path: Path) -> None:
    prompt = templates.parse("x", _write(tmp_path, "x", GOOD))
    assert templates.render(prompt, {"a": "$a ${b} $"})[0].content == "system $a ${b} $"


def test_example_turns_come_between(tmp_path: Path) -> None:
    text = GOOD.replace(
        "--- user ---", "--- example user ---\nq\n--- example assistant ---\nr\n--- user ---"
    )
    messages = templates.render(templates.parse("x", _write(tmp_path, "x", text)), {"a": "1"})
    assert [m.role for m in messages] == ["system", "user", "assistant", "user"]


def test_the_order_of_folders(tmp_path: Path) -> None:
    mine, built_in = tmp_path / "mine", tmp_path / "built-in"
    wanted = [
        _write(folder, name, GOOD)
        for folder in (mine, built_in)
        for name in ("demo/python/job", "demo/job", "python/job", "job")
    ]
    for expected in wanted:
        assert templates.load("job", "python", "demo", (mine, built_in)).file == expected
        expected.unlink()
    with pytest.raises(PromptError, match=r"job\.md"):
        templates.load("job", "python", "demo", (mine, built_in))


def test_a_model_path_is_never_a_folder_of_prompts(tmp_path: Path) -> None:
    _write(tmp_path / "outside", "job", GOOD)
    _write(tmp_path / "in", "job", GOOD)
    found = templates.load("job", "", str(tmp_path / "outside"), (tmp_path / "in",))
    assert found.file == tmp_path / "in" / "job.md"
    assert templates.load("job", "", "../outside", (tmp_path / "in",)).file == found.file


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no front matter", "front matter"),
        ("+++\nvariables = [\n+++\n--- user ---\n", "front matter"),
        ("+++\ntemperature = 1\n+++\na\n--- user ---\nb", "variables"),
        ('+++\nvariables = []\ncode = "x"\n+++\na\n--- user ---\nb', "unknown front-matter key"),
        ("+++\nvariables = []\n+++\nno user part", "--- user ---"),
        ("+++\nvariables = []\n+++\na\n--- user ---\nb\n--- user ---\nc", "--- user ---"),
        ("+++\nvariables = []\n+++\n$other\n--- user ---\nb", r"\$other"),
        ("+++\nvariables = []\n+++\n5 $ \n--- user ---\nb", r"\$\$"),
        ("+++\nvariables = []\n+++\n" + "x" * 70_000 + "\n--- user ---\nb", "64 KiB"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(tmp_path: Path, text: str, reason: str) -> None:
    file = _write(tmp_path, "bad", text)
    with pytest.raises(PromptError, match=reason) as caught:
        templates.parse("bad", file)
    assert str(file) in str(caught.value)


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    prompt = templates.parse("x", _write(tmp_path, "x", GOOD))
    with pytest.raises(PromptError, match=r"\$a"):
        templates.render(prompt, {})


BUILT_IN = sorted(paths.prompt_dirs()[-1].rglob("[a-z]*.md"))


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda f: f.parent.name + "/" + f.name)
def test_every_built_in_prompt_is_valid(file: Path) -> None:
    prompt = templates.parse(file.stem, file)
    assert prompt.user
    assert bool(prompt.system) != (file.parent.name in {"vibethinker", "qwen2.5-coder"})


@pytest.mark.parametrize("text", ["</data>", "<data>", "<|im_start|>", "<|endoftext|>"])
def test_data_cannot_leave_its_place(text: str) -> None:
    assert text not in templates.as_data(f"a {text} b")


@pytest.mark.parametrize(
    ("model", "folder"),
    [
        ("vibethinker-1.5b", "vibethinker"),
        ("/models/VibeThinker-3B-Q8_0.gguf", "vibethinker"),
        ("WeiboAI/VibeThinker-3B", "vibethinker"),
        ("C:\\models\\VibeThinker-3B", "vibethinker"),
        ("smollm2-135m", "smollm2"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2"),
        ("my-vibethinker", "prompts"),
        ("qwen2.5-coder-1.5b", "qwen2.5-coder"),
        ("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "qwen2.5-coder"),
        ("qwen2.5-1.5b", "prompts"),
        ("python", "prompts"),
        ("../vibethinker/..", "prompts"),
    ],
)
def test_a_family_of_models_has_its_own_prompts(model: str, folder: str) -> None:
    found = templates.load("implement", "python", model)
    assert folder in (found.file.parent.name, found.file.parent.parent.name)


def test_all_in_one_turn_where_there_is_no_system_prompt(tmp_path: Path) -> None:
    file = _write(tmp_path, "x", '+++\nvariables = ["a"]\n+++\n--- user ---\nb $a')
    messages = templates.render(templates.parse("x", file), {"a": "c"})
    assert [(m.role, m.content) for m in messages] == [("user", "b c")]
