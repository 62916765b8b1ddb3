"""Every way a Hugging Face hub can fail, in one sentence that says what to do."""

import contextlib
import json
import os
from collections.abc import Generator

from algosmith.errors import ModelError

_KEPT = "run the same command again; what was fetched is kept"


@contextlib.contextmanager
def failures_told(repository: str) -> Generator[None]:
    """What the hub's library raises inside becomes a ModelError; trouble with the disk stays.

    Raises:
        ModelError: the hub, the network or the library is not as it must be.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        import httpx2
        from huggingface_hub import constants, errors
    except ImportError as error:
        raise ModelError(
            "models from a Hugging Face hub need the library huggingface_hub: "
            "pip install 'algosmith[hub]'"
        ) from error
    hub = constants.ENDPOINT
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, errors.OfflineModeIsEnabled) as error:
        raise ModelError(_answer_problem(error, hub, repository)) from error
    except json.JSONDecodeError as error:
        raise ModelError(
            f"{hub} answers with a page and not as a hub does: check HF_ENDPOINT and the proxy, or "
            "whether this network wants you to log in first"
        ) from error
    except OSError as error:
        if error.errno is not None:  # the disk, not the line
            raise
        raise ModelError(f"{hub} sent more or fewer bytes than it announced: {_KEPT}") from error


def _answer_problem(error: Exception, hub: str, repository: str) -> str:
    from huggingface_hub import errors

    # The first class that fits counts: a gated repository is one that is not found, too.
    texts: dict[type[Exception], str] = {
        errors.OfflineModeIsEnabled: "HF_HUB_OFFLINE is set: unset it to fetch a model",
        errors.GatedRepoError: (
            f"{repository} is given only to those who accept its terms: do so at "
            f"{hub}/{repository}, make a token at {hub}/settings/tokens and set HF_TOKEN to it"
        ),
        errors.RevisionNotFoundError: (
            f"{repository} has no such revision; see {hub}/{repository}/commits/main"
        ),
        errors.RepositoryNotFoundError: (
            f"{hub} has no model {repository}, or shows it to some users only: check the name, or "
            "set HF_TOKEN to your token"
        ),
        errors.EntryNotFoundError: f"a file of {repository} is gone from {hub}: try again later",
    }
    for kind, text in texts.items():
        if isinstance(error, kind):
            return text
    if isinstance(error, errors.HfHubHTTPError):
        return _status_problem(error.response.status_code, hub, repository)
    reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return (
        f"{hub} can't be reached ({reason}): check the network, HTTPS_PROXY and HF_ENDPOINT, then "
        f"{_KEPT}"
    )


def _status_problem(status: int, hub: str, repository: str) -> str:
    if status == 404:
        return f"{hub} does not have {repository}, or is no hub: check the name and HF_ENDPOINT"
    if status in (401, 403):
        return f"{hub} refuses (status {status}): set HF_TOKEN to a token that may read this model"
    if status == 429:
        return f"{hub} has had too many requests from here: wait some minutes, then try again"
    return f"{hub} answers with status {status}: try again later, or set HF_ENDPOINT to a mirror"
