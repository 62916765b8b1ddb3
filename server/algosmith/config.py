"""The settings, defined once for CLI, editors and docs. Bad input gives a default and a problem.

The field names are the setting names: ``engine.idle_minutes`` here is ``engine.idle_minutes`` in
``config.toml`` and ``algosmith.engine.idleMinutes`` in an editor.
"""

import re
import tomllib
import types
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from algosmith import catalogue, paths


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter: ``name`` is how requests pick it, ``folder`` holds its safetensors."""

    name: str
    folder: str


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The process that holds the model."""

    url: str | None = None
    """An OpenAI-compatible server to use instead of our own engine, as in http://box:8000/v1."""
    key_file: str | None = None
    """File holding the API key for ``url``."""
    backend: Literal["auto", "llamacpp", "transformers"] = "auto"
    """Library that runs the model; auto picks by the model's files and the machine."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps."""
    quantization: Literal["none", "int8", "int4"] = "none"
    """Weight-only quantization of the transformers backend."""
    threads: int | None = None
    """CPU threads; by default one for each physical core that algosmith may use."""
    context_tokens: int | None = None
    """Longest prompt plus answer; by default 8,192, for a thinking model what memory allows."""
    parallel: int = 8
    """Sequences decoded in one batch."""
    idle_minutes: float = 10.0
    """The engine leaves, and gives the memory back, after this long without a client."""
    prefix_cache_mb: int = 256
    """Memory for prompt prefixes kept between requests."""
    warm: bool = True
    """Read a TODO's prompt while you look at it, so that the answer begins sooner.

    Only by our own engine, only while it runs and is idle, never on battery.
    """
    cage: bool = True
    """Keep the engine's process from files it does not need, the network and other programs."""


@dataclass(frozen=True, slots=True)
class ThinkingSettings:
    """Reasoning before the answer."""

    tokens: int = 6144
    """When spent, the thinking is closed and the answer asked for."""
    most_tokens: int = 32768
    """How far that bound may grow while nothing is verified."""
    seconds: float | None = None
    """The same bound in seconds, for slow machines."""


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """Running candidates before they are offered."""

    enabled: bool = True
    """Run candidates in the cage; without it none can be called verified."""
    timeout_seconds: float = 2.0
    """Wall clock for one candidate's calls."""
    repair_rounds: int = 1
    """How often the failing evidence is shown to the model when nothing passed."""
    advice: bool = True
    """Ask the model for tests and inputs where they can break a tie between candidates.

    They never make a candidate verified or refuted.
    """
    python: str | None = None
    """Interpreter that runs candidates inside the cage; by default the one running algosmith."""


@dataclass(frozen=True, slots=True)
class ComplexitySettings:
    """Measuring complexity."""

    enabled: bool = True
    """Measure the complexity of candidates that may run."""
    seconds: float = 1.0
    """Work budget for one function, in seconds of this kind of machine."""
    lens: bool = False
    """Show measured complexity above every function."""


@dataclass(frozen=True, slots=True)
class HoverSettings:
    """Hover on a function."""

    enabled: bool = True
    """Show what is known about the function under the cursor."""
    explain: bool = True
    """Ask the model what algorithm the function is."""


@dataclass(frozen=True, slots=True)
class LensSettings:
    """Code lenses; the one above functions is ``complexity.lens``."""

    todo: bool = True
    """Show "Solve TODO" above every task."""


@dataclass(frozen=True, slots=True)
class DiagnosticsSettings:
    """Marks in the editor."""

    enabled: bool = False
    """On save, mark Python examples that fail and complexity claims that the measurement refutes.

    Only in trusted workspaces.
    """


@dataclass(frozen=True, slots=True)
class TeachingSettings:
    """For teachers and learners."""

    hints_only: tuple[str, ...] = ()
    """Folders in which nothing is solved: hints and reviews only. A workspace can't set it."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The page that ``algosmith web`` opens."""

    history: bool = True
    """Keep questions and answers in a file of the state folder."""
    answers: int = 3
    """Independent answers to a mathematical problem, so that they can be compared."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user can set."""

    model: str = "auto"
    """A fetched model's name, or the path of a model folder or GGUF file.

    auto: the best model of the catalogue that is on this machine. With ``engine.url`` it is the
    name of a model that server serves, and auto the first that it lists.
    """
    thinking_model: str | None = None
    """A second model, asked only where ``model`` gave no verified answer; named like ``model``.

    It runs in an engine of its own, so it needs its memory beside the first one's.
    """
    adapter: str | None = None
    """Name of the adapter to use, from ``adapters``."""
    adapters: tuple[Adapter, ...] = ()
    """LoRA adapters the engine may load: a name for each, and the folder of its safetensors."""
    candidates: int | None = None
    """Candidates for each task; by default 8, for a thinking model on a processor 3."""
    seconds: float = 45.0
    """After so long no more candidates are written for a task, if one is there that may stand."""
    seed: int | None = None
    """Makes answers repeatable: the same model, machine and question give the same answers.

    Slower: nothing is reused or decoded together. Other servers repeat what they can.
    """
    keywords: tuple[str, ...] = ("TODO", "FIXME", "HACK", "XXX")
    """Words that make a comment a task."""
    prompt_tokens: int = 2048
    """Most tokens a prompt may have."""
    answer_tokens: int = 1024
    """Most tokens one answer may have, thinking not counted."""
    annotation: Literal["comment", "docstring", "none"] = "comment"
    """How approach and complexity are noted in the inserted code."""
    insert: Literal["best", "preview"] = "best"
    """best: apply the chosen candidate at once; preview: show it first (accept, next, discard).

    An editor without a preview lists the candidates in its code-action menu instead.
    """
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least important message that reaches the log."""
    engine: EngineSettings = field(default_factory=EngineSettings)
    thinking: ThinkingSettings = field(default_factory=ThinkingSettings)
    verify: VerifySettings = field(default_factory=VerifySettings)
    complexity: ComplexitySettings = field(default_factory=ComplexitySettings)
    hover: HoverSettings = field(default_factory=HoverSettings)
    lens: LensSettings = field(default_factory=LensSettings)
    diagnostics: DiagnosticsSettings = field(default_factory=DiagnosticsSettings)
    teaching: TeachingSettings = field(default_factory=TeachingSettings)
    web: WebSettings = field(default_factory=WebSettings)

    def second(self) -> "Settings":
        """The settings for the model that thinks; these where there is no second model."""
        if self.thinking_model is None:
            return self
        return replace(self, model=self.thinking_model, adapter=None)

    @property
    def model_name(self) -> str:
        """What requests name: the adapter, where one is used, else the model that is meant."""
        if self.adapter or self.engine.url is not None:
            return self.adapter or self.model
        return catalogue.name_of(self.model)

    @property
    def base_name(self) -> str:
        """The model's own name, without the adapter on it."""
        return replace(self, adapter=None).model_name


def parse(raw: object, base: Settings | None = None) -> tuple[Settings, tuple[str, ...]]:
    """Settings from untyped data over ``base``, and a sentence for each unusable value."""
    problems: list[str] = []
    settings = _overlay(base or Settings(), raw, "", problems)
    return cast("Settings", settings), tuple(problems)


def load(file: Path | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The user's settings file; an absent one gives the defaults."""
    file = file or paths.config_file()
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Settings(), (f"{file}: {error}; the default settings are used",)
    settings, problems = parse(raw)
    return settings, tuple(f"{file}: {problem}" for problem in problems)


def _overlay(current: Any, raw: object, prefix: str, problems: list[str]) -> Any:
    if raw is None:
        return current
    if not isinstance(raw, dict):
        problems.append(f"{prefix.rstrip('.') or 'settings'}: expected a table, got {raw!r}")
        return current
    hints = get_type_hints(cast("type[Any]", type(current)))
    changes: dict[str, Any] = {}
    for key, value in cast("dict[object, object]", raw).items():
        name = _snake(str(key))
        if name not in hints:
            problems.append(f"{prefix}{key}: no such setting")
        elif is_dataclass(getattr(current, name)):
            changes[name] = _overlay(getattr(current, name), value, f"{prefix}{key}.", problems)
        else:
            _set(changes, name, value, hints[name], f"{prefix}{key}", problems)
    return replace(current, **changes)


def _set(
    changes: dict[str, Any], name: str, value: object, hint: Any, label: str, problems: list[str]
) -> None:
    try:
        changes[name] = _convert(value, hint)
    except ValueError as error:
        problems.append(f"{label}: {error}; the default is used")


def _convert(value: object, hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return (
            None if value is None else _convert(value, next(a for a in args if a is not type(None)))
        )
    if origin is Literal:
        return _one_of(value, args)
    if origin is tuple:
        return _items(value, args[0])
    if is_dataclass(hint):
        return _record(value, cast("type[Any]", hint))
    return _scalar(value, hint)


def _one_of(value: object, allowed: tuple[object, ...]) -> object:
    if value in allowed:
        return value
    raise ValueError(f"{value!r} is none of {', '.join(map(str, allowed))}")


def _items(value: object, item: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ValueError(f"expected a list, got {value!r}")
    return tuple(_convert(element, item) for element in cast("list[object]", value))


def _record(value: object, kind: type[Any]) -> Any:
    names = {f.name for f in fields(kind)}
    if not isinstance(value, dict) or set(cast("dict[str, object]", value)) != names:
        raise ValueError(f"expected {{{', '.join(sorted(names))}}}, got {value!r}")
    return kind(
        **{name: _scalar(item, str) for name, item in cast("dict[str, object]", value).items()}
    )


def _scalar(value: object, kind: type[Any]) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise ValueError(f"expected {kind.__name__}, got {value!r}")
    if kind in (int, float) and cast("float", value) < 0:
        raise ValueError(f"must not be negative, got {value!r}")
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
