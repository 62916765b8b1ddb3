"""The commands; each imports what it needs when it runs."""


def main() -> None:
    """Entry point of the ``algosmith`` command."""
    raise SystemExit("not wired yet")
