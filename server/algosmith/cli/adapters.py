"""``algosmith adapters list|add|remove|use|scale|compare``: the adapters on this machine."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from algosmith import catalogue
from algosmith.cli.files import load_settings
from algosmith.cli.tune import add_gate_options, compare
from algosmith.errors import ConfigError
from algosmith.tuning import adapters, chosen, tune


def run(args: list[str]) -> int:
    """The command; gives the process's exit status."""
    options = _parser().parse_args(args)
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith adapters", description=__doc__)
    commands = parser.add_subparsers(required=True)
    listing = commands.add_parser("list", help="all of them, and what the gate said")
    listing.add_argument("--json", action="store_true", help="one JSON object")
    listing.set_defaults(run=_list)
    add = commands.add_parser("add", help="take one that was made elsewhere")
    add.add_argument("source", type=Path, help="a peft folder with safetensors, or a GGUF file")
    add.add_argument("--name", required=True)
    add.add_argument("--model", help="its base: then it is checked, and written as GGUF, too")
    add.set_defaults(run=_add)
    remove = commands.add_parser("remove", help="delete one")
    remove.add_argument("name")
    remove.set_defaults(run=_remove)
    use = commands.add_parser("use", help="answer with this one from now on")
    use.add_argument("name", nargs="?")
    use.add_argument("--none", action="store_true", help="back to the base model")
    use.add_argument("--anyway", action="store_true", help="although the gate did not promote it")
    use.set_defaults(run=_use)
    scale = commands.add_parser("scale", help="a weaker or stronger copy")
    scale.add_argument("name")
    scale.add_argument("factor", type=float)
    scale.add_argument("--as", dest="new", required=True, metavar="NAME")
    scale.set_defaults(run=_scale)
    again = commands.add_parser("compare", help="the gate: base and adapter on the same tasks")
    again.add_argument("name")
    add_gate_options(again)
    again.set_defaults(run=_compare)
    return parser


def _list(options: argparse.Namespace) -> int:
    used = load_settings().adapter
    found = adapters.listed()
    if options.json:
        rows = [
            {"name": one.name, "folder": str(one.folder), "used": one.name == used,
             "card": asdict(one.card) if one.card else None, "problem": one.problem}
            for one in found
        ]  # fmt: skip
        print(json.dumps({"adapters": rows}, ensure_ascii=False))
        return 0
    for one in found:
        state = one.card.state if one.card else "not gated"
        base = f" on {one.card.base}" if one.card else ""
        why = one.problem or (one.card.why if one.card else "made elsewhere")
        print(f"{'*' if one.name == used else ' '} {one.name:20} {state}{base}: {why}")
    if not found:
        print("no adapter yet: `algosmith tune DATA --name NAME` makes one")
    return 0


def _add(options: argparse.Namespace) -> int:
    base = catalogue.resolve(options.model) if options.model else None
    folder = adapters.add(options.source, options.name, base)
    print(f"added: {folder}; `algosmith adapters compare {options.name}` compares it with its base")
    return 0


def _remove(options: argparse.Namespace) -> int:
    adapters.find(options.name)
    changed = chosen.forget(options.name)
    adapters.remove(options.name)
    print(f"removed {options.name}" + (f", and from {changed}" if changed else ""))
    return 0


def _use(options: argparse.Namespace) -> int:
    if options.none or options.name is None:
        if not options.none:
            raise ConfigError("name an adapter, or --none for the base model")
        changed = chosen.forget(None)
        print(
            f"the base model answers ({changed})" if changed else "the base model answers already"
        )
        return 0
    one = adapters.find(options.name)
    state = one.card.state if one.card else "not gated"
    if state == "refused" and not options.anyway:
        why = one.card.why if one.card else ""
        raise ConfigError(f"the gate refused {one.name}: {why}; --anyway takes it all the same")
    file = chosen.use(one.name, one.folder)
    print(f"{one.name} answers from now on ({file})")
    if state != "promoted":
        print(f"note: it is {state}; `algosmith adapters compare {one.name}` compares it")
    return 0


def _scale(options: argparse.Namespace) -> int:
    if not 0 < options.factor <= 4:
        raise ConfigError("the factor is a number above 0, at most 4")
    one = adapters.find(options.name)
    print(f"made: {tune.scaled_copy(options.new, one.folder, options.factor)}")
    return 0


def _compare(options: argparse.Namespace) -> int:
    one = adapters.find(options.name)
    folder = adapters.card_fields(one.folder).get("base", {}).get("folder")
    base = Path(str(folder)) if folder and Path(str(folder)).is_dir() else None
    return compare(one.folder, options, base)
