"""Writes the settings section of package.json (and its English texts) from algosmith.config.

Run it after changing ``server/algosmith/config.py``; tests/tidy/test_package_json.py fails
until that was done. Descriptions are the docstrings under the fields.

    .venv/bin/python editor-client/vscode/scripts/generate_settings.py
"""

import ast
import dataclasses
import inspect
import itertools
import json
import re
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from algosmith import config

FOLDER = Path(__file__).resolve().parents[1]

NAMES_PROGRAMS_PATHS_OR_SERVERS = (
    "model",
    "thinking_model",
    "adapters",
    "engine.",
    "verify.python",
    "log_level",
    "teaching.",
)
"""Prefixes of settings a workspace must not reach: scope ``machine`` (user settings only)."""

IGNORED_UNTIL_TRUSTED = ("insert", "verify.", "complexity.enabled")
"""Prefixes of workspace settings that count only in a trusted workspace."""

OTHER_DEFAULTS: dict[str, object] = {"insert": "preview"}
"""Where an editor with a preview starts differently."""


def camel(name: str) -> str:
    """``engine.idle_minutes`` as editors spell it: ``engine.idleMinutes``."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def walk(kind: type[Any], prefix: str = "") -> list[tuple[str, Any, object, str]]:
    """(name, type, default, description) of every setting, nested ones dotted."""
    docs, hints = _field_docs(kind), get_type_hints(kind)
    found: list[tuple[str, Any, object, str]] = []
    for field in dataclasses.fields(kind):
        name, hint = prefix + field.name, hints[field.name]
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            found += walk(hint, name + ".")
        else:
            found.append((name, hint, field.default, docs.get(field.name, "")))
    return found


def _field_docs(kind: type[Any]) -> dict[str, str]:
    (defined,) = ast.parse(inspect.getsource(kind)).body
    body = defined.body if isinstance(defined, ast.ClassDef) else []
    docs: dict[str, str] = {}
    for field, text in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            docs[field.target.id] = " ".join(inspect.cleandoc(str(text.value.value)).split())
    return docs


def schema(hint: Any) -> dict[str, Any]:
    """The JSON schema of a setting's type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = schema(next(a for a in args if a is not type(None)))
        return {**inner, "type": [inner["type"], "null"]}
    if origin is Literal:
        return {"type": "string", "enum": list(args)}
    if origin is tuple:
        return {"type": "array", "items": schema(args[0])}
    if dataclasses.is_dataclass(hint):
        names = [field.name for field in dataclasses.fields(hint)]
        properties = {name: {"type": "string"} for name in names}
        return {
            "type": "object",
            "properties": properties,
            "required": names,
            "additionalProperties": False,
        }
    numbers = {int: "integer", float: "number"}
    if hint in numbers:
        return {"type": numbers[hint], "minimum": 0}
    return {"type": {bool: "boolean", str: "string"}[hint]}


def server_settings() -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """The properties, their English texts, and which count only once the workspace is trusted."""
    properties: dict[str, Any] = {}
    texts: dict[str, str] = {}
    restricted: list[str] = []
    for name, hint, default, text in walk(config.Settings):
        key = f"algosmith.{camel(name)}"
        fixed = name.startswith(NAMES_PROGRAMS_PATHS_OR_SERVERS)
        properties[key] = {
            **schema(hint),
            "default": OTHER_DEFAULTS.get(name, default),
            "scope": "machine" if fixed else "window",
            "markdownDescription": f"%{key}%",
        }
        texts[key] = text
        if not fixed and name.startswith(IGNORED_UNTIL_TRUSTED):
            restricted.append(key)
    return properties, texts, restricted


def rendered() -> dict[str, str]:
    """File name to full text, of every file this script owns a part of."""
    package = json.loads((FOLDER / "package.json").read_text("utf-8"))
    nls = json.loads((FOLDER / "package.nls.json").read_text("utf-8"))
    properties, texts, restricted = server_settings()
    client_only, from_server = package["contributes"]["configuration"]
    from_server["properties"] = properties
    package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = restricted
    kept = {
        key: value
        for key, value in nls.items()
        if not key.startswith("algosmith.") or key in client_only["properties"]
    }
    return {"package.json": _json(package), "package.nls.json": _json({**kept, **texts})}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for file, text in rendered().items():
        (FOLDER / file).write_text(text, "utf-8")
