"""The Tab key in real shells; zsh and fish where they are installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

_BASH = """
eval "$(algosmith completion bash)"
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9 COMPREPLY=() COMP_WORDS=($line)
    _python_argcomplete algosmith
    echo "${COMPREPLY[*]}"
done
"""
_TYPED = {
    "algosmith so": {"solve"},
    "algosmith c": {"check", "complexity", "completion"},
    "algosmith solve --mod": {"--model"},
    "algosmith solve --model smo": {"smollm2-135m"},
    "algosmith models ge": {"get"},
    "algosmith models get smo": {"smollm2-135m"},
    "algosmith solve some": {"some_file.py"},
    "algosmith no_such_command x": set[str](),
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "some_file.py").write_text("")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": str(tmp_path), "ALGOSMITH_HOME": str(tmp_path)}


def _shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def test_bash_knows_commands_options_models_and_files(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [_shell("bash"), "--norc", "-c", _BASH], input="\n".join(_TYPED) + "\n", text=True,
        capture_output=True, check=True, cwd=tmp_path, env=environment, timeout=300,
    )  # fmt: skip
    found = [set(line.split()) for line in done.stdout.splitlines()]
    assert dict(zip(_TYPED, found, strict=True)) == _TYPED


def test_fish_knows_them(tmp_path: Path, environment: dict[str, str]) -> None:
    script = 'algosmith completion fish | source; complete -C "algosmith solve --mod"'
    done = subprocess.run(
        [_shell("fish"), "--no-config", "-c", script], text=True, capture_output=True, check=True,
        cwd=tmp_path, env=environment, timeout=300,
    )  # fmt: skip
    assert done.stdout.split("\t")[0].strip() == "--model"


def test_zsh_knows_them(tmp_path: Path, environment: dict[str, str]) -> None:
    shell = pexpect.spawn(
        _shell("zsh"), ["-f", "-i"], cwd=str(tmp_path), timeout=120,
        env={**environment, "TERM": "dumb", "PS1": "> "}, encoding="utf-8",
    )  # fmt: skip
    try:
        shell.sendline("autoload -U compinit && compinit -u; PS1='> '")
        shell.sendline('eval "$(algosmith completion zsh)"; echo is-$((1 + 1))-ready')
        shell.expect("is-2-ready")
        shell.send("algosmith solve --mod\t")
        shell.expect(r"--model ?")
    finally:
        shell.close(force=True)


def test_an_unknown_shell_is_one_sentence(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "algosmith", "completion"], text=True, capture_output=True,
        check=False, env={**environment, "SHELL": "/bin/tcsh"}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert "bash|fish|zsh" in done.stderr
