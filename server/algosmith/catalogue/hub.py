"""Models from a Hugging Face hub, through its own library.

The library's variables hold: HF_ENDPOINT names a mirror, HF_TOKEN a token, HTTPS_PROXY a proxy.
Only weights in safetensors or GGUF and the JSON and tokenizer files beside them are taken. The
revision is resolved to a commit first, and every file is compared with the hash the hub states for
that commit.
"""

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.catalogue.hub_failures import failures_told
from algosmith.catalogue.installed import folder_name
from algosmith.catalogue.order import Order, WantedFile
from algosmith.catalogue.records import Entry, HubSource
from algosmith.catalogue.staging import StagingFolder
from algosmith.errors import ModelError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo, RepoSibling

_PLACE = re.compile(r"([\w.-]+/[\w.-]+?)(?:@([\w.-]+))?(?::([\w.-]+))?", re.ASCII)
_NAME = re.compile(r"[\w][\w.-]{0,200}", re.ASCII)
_BESIDE = re.compile(r".*\.json|tokenizer\.model|merges\.txt|vocab\.txt|chat_template\.jinja")
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
_MOST_BESIDE = 64 << 20


@dataclass(frozen=True, slots=True)
class _Place:
    """What an order from a hub is about."""

    name: str
    title: str
    source: HubSource
    entry: Entry | None = None


def parse(text: str) -> HubSource | None:
    """``org/name``, ``org/name:file`` or ``org/name@revision:file``; None for anything else."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    return HubSource(match.group(1), match.group(2) or "main", match.group(3))


def order_of_entry(entry: Entry) -> Order:
    """Asks the hub for a model of the catalogue."""
    return _order(_Place(entry.name, entry.title, entry.hub or HubSource(""), entry))


def order_of_place(text: str, source: HubSource) -> Order:
    """Asks the hub for what the user named."""
    return _order(_Place(folder_name(text), text, source))


def fetch(staging: StagingFolder) -> None:
    """Brings every file that is not there yet, from where an earlier try ended.

    Raises:
        ModelError: the hub can't be reached or refuses; a file has another hash.
    """
    repository = _repository_of(staging.order)
    with failures_told(repository):
        from huggingface_hub import file_download, hf_hub_url, utils

        headers = utils.build_hf_headers()  # pyright: ignore[reportUnknownMemberType]
        for file in staging.order.files:
            if file.is_whole(staging.folder / file.name):
                continue
            partial = staging.partial(file)
            have = partial.stat().st_size if partial.exists() else 0
            if have > file.bytes:
                partial.unlink()
                have = 0
            url = hf_hub_url(repository, file.name, revision=staging.order.revision)
            with partial.open("ab") as out:
                # It resumes, which hf_hub_download no longer does. Its progress bar has no types.
                file_download.http_get(  # pyright: ignore[reportUnknownMemberType]
                    url,
                    out,
                    resume_size=have,
                    headers=headers,
                    expected_size=file.bytes,
                    displayed_filename=file.name,
                )
                out.flush()
                os.fsync(out.fileno())
            staging.accept(file)


def _order(place: _Place) -> Order:
    source = place.source
    with failures_told(source.repository):
        from huggingface_hub import HfApi, constants

        info = HfApi().model_info(source.repository, revision=source.revision, files_metadata=True)
        endpoint = constants.ENDPOINT
    files, notes = _files(info, source)
    entry = place.entry
    if entry is not None and entry.licence_note:
        notes = (*notes, entry.licence_note)
    if entry is not None and entry.sha256 and files[0].sha256 != entry.sha256:
        raise ModelError(
            f"{source.repository} at {endpoint} offers another {files[0].name} than the "
            "publisher's; nothing was fetched: check HF_ENDPOINT"
        )
    stated = f"{entry.licence}, {entry.licence_url}" if entry else _licence(info, endpoint)
    origin = f"{endpoint}/{source.repository}"
    return Order(place.name, place.title, origin, str(info.sha), stated, files, notes=notes)


def _repository_of(order: Order) -> str:
    return "/".join(order.origin.rsplit("/", 2)[1:])


def _licence(info: "ModelInfo", endpoint: str) -> str:
    """As the model's card states it: a licence's name, and where its text is."""
    card: Any = info.card_data or {}
    name = card.get("license_name") or card.get("license")
    link = card.get("license_link") or f"{endpoint}/{info.id}"
    return f"{name}, {link}" if name else f"none is stated: read {endpoint}/{info.id}"


def _files(info: "ModelInfo", source: HubSource) -> tuple[tuple[WantedFile, ...], tuple[str, ...]]:
    """The files to take, and what is to be said about those that are left."""
    every = {s.rfilename: s for s in info.siblings or () if _NAME.fullmatch(s.rfilename)}
    ggufs = [name for name in every if name.endswith(".gguf")]
    pickles = [name for name in every if name.endswith(_PICKLES)]
    if source.file is not None:
        chosen = [_one_gguf(source, ggufs)]
    elif any(name.endswith(".safetensors") for name in every):
        chosen = [n for n in every if n.endswith(".safetensors") or _is_beside(every[n])]
    elif len(ggufs) == 1:
        chosen = ggufs
    elif ggufs:
        names = ", ".join(sorted(ggufs)[:12])
        raise ModelError(
            f"{source.repository} holds {len(ggufs)} GGUF files: name one of them, as in "
            f"`algosmith models get {source.repository}:{sorted(ggufs)[0]}`; there are {names}"
        )
    else:
        only = " but pickle files, which can run code and are never taken" if pickles else ""
        raise ModelError(
            f"{source.repository} holds no safetensors or GGUF weights{only}: look for a model in "
            "one of these two formats"
        )
    left = [f"{len(pickles)} pickle files are left out"] if pickles else []
    return tuple(_wanted(every[name]) for name in sorted(chosen)), tuple(left)


def _one_gguf(source: HubSource, ggufs: list[str]) -> str:
    """The GGUF file that the user named, or the only one that has the words in its name."""
    wanted = source.file or ""
    if wanted in ggufs:
        return wanted
    alike = [name for name in ggufs if wanted.lower() in name.lower()]
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(sorted(alike or ggufs)[:12]) or "no GGUF file"
    problem = "several files like" if alike else "no GGUF file"
    raise ModelError(
        f"{source.repository} has {problem} {wanted}: it has {names}; only GGUF files can be named "
        "one by one"
    )


def _is_beside(sibling: "RepoSibling") -> bool:
    return bool(_BESIDE.fullmatch(sibling.rfilename)) and (sibling.size or 0) <= _MOST_BESIDE


def _wanted(sibling: "RepoSibling") -> WantedFile:
    size = sibling.size
    sha256 = sibling.lfs.sha256 if sibling.lfs else ""
    if size is None or not (sha256 or sibling.blob_id):
        raise ModelError(
            f"the hub states no size or hash for {sibling.rfilename}, so it can't be checked; "
            "unset HF_ENDPOINT, or name another mirror with it"
        )
    return WantedFile(sibling.rfilename, size, sha256, sibling.blob_id or "")
