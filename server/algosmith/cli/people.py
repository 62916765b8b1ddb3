"""``algosmith people``: who may open the page that others reach (``algosmith web --host``)."""

import argparse

from algosmith.errors import ConfigError
from algosmith.web.people import People, day_of, history_file


def run(args: list[str]) -> int:
    """Adds, lists or removes; a server that runs knows at once."""
    options = make_parser().parse_args(args)
    people = People()
    match options.action:
        case "add":
            if options.days is not None and not 0 < options.days <= 36_500:
                raise ConfigError("--days: a number above 0, at most 36500, is expected")
            key = people.add(options.name, options.days)
            print(f"The key of {options.name}, shown only now:\n{key}")
            print("The link to give: the address of the page, then /#key= and the key.")
            if history_file(options.name).exists():
                print(f"Whoever holds it sees what {options.name} asked before.")
        case "remove":
            people.remove(options.name)
            print(f"The key of {options.name} opens nothing any more.")
            if (kept := history_file(options.name)).exists():
                print(f"What {options.name} asked is kept: delete {kept.parent} before you give "
                      "the name to another person.")  # fmt: skip
        case _:
            for person in people.all():
                ended = " (ended)" if person.ended else ""
                print(f"{person.name:20}  key ends: {day_of(person)}{ended}")
            if not people.all():
                print("Nobody has a key yet: `algosmith people add NAME` makes one.")
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser("algosmith people", description=__doc__)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    add = actions.add_parser("add", help="a new key for somebody; one they had ends")
    add.add_argument("name")
    add.add_argument("--days", type=float, help="how long the key opens the page; default: always")
    remove = actions.add_parser("remove", help="their key ends now")
    remove.add_argument("name")
    actions.add_parser("list", help="who has a key (the default)")
    return parser
