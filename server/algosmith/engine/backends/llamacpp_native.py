"""llama.cpp's own server inside this process, through the ``xllamacpp`` wheel.

The only module that touches the wheel. The wheel opens an HTTP listener whether one wants it or
not; here it gets a Unix socket in a private folder and a random key, and serves tokenization only
(on systems without Unix sockets: loopback with the key).
"""

import http.client
import importlib
import importlib.util
import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from algosmith.engine.cards import Sampling
from algosmith.engine.connector import Connector
from algosmith.errors import EngineError, ModelError

Chunk = Mapping[str, Any]
ChunkSink = Callable[[Chunk], bool]
"""Takes a piece of a streamed completion; true ends the request before the next step."""


class _Server(Protocol):
    listening_address: str

    def handle_completions(self, body: Mapping[str, Any], sink: ChunkSink, /) -> object: ...


@dataclass(frozen=True, slots=True)
class NativeOptions:
    """How the library is set up."""

    model: Path
    cells: int
    """Tokens the key-value cache holds for all sequences together."""
    slots: int
    threads: int
    batch: int
    """Tokens computed at a time while a prompt is read."""
    prefix_cache_mb: int
    gpu_layers: int
    """0 keeps everything on the CPU, -1 puts all on the device."""
    adapters: tuple[Path, ...] = ()
    opening: str = ""
    """With what every prompt ends that opens the model's thinking by itself."""
    kept: Path | None = None
    """Folder of the files of ``save`` and ``restore``."""
    connector: Connector | None = None
    """Where this process may not connect: what does it, and the folder for the socket."""


def available() -> bool:
    """Whether the wheel is installed."""
    return importlib.util.find_spec("xllamacpp") is not None


def first_device() -> str:
    """What the library computes on where it may choose: ``cuda0``, ``metal``, … or ``cpu``."""
    library = importlib.import_module("xllamacpp")
    devices = cast("list[Mapping[str, Any]]", library.get_device_info())
    gpus = [str(device["name"]) for device in devices if "GPU" in str(device["type"])]
    return gpus[0].lower() if gpus else "cpu"


class SavedState(NamedTuple):
    """What the library wrote into a file."""

    tokens: int
    bytes: int


class Native:
    """A loaded model. All but ``close`` are for any thread; ``complete`` blocks."""

    def __init__(self, options: NativeOptions) -> None:
        # Threads meet at a barrier hundreds of times for each token. Sleeping at once costs a
        # quiet machine three quarters of its speed (30 instead of 118 tokens/s), spinning on and
        # on makes a busy one 30 times slower; some microseconds of spinning, then sleep, costs
        # either at most a quarter. Read once, when the library loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        library = importlib.import_module("xllamacpp")
        self._connector = options.connector
        made = self._connector.folder if self._connector else tempfile.mkdtemp(prefix="llama-")
        self._folder = Path(made)
        self._key = secrets.token_hex(32)
        self._kept: http.client.HTTPConnection | None = None
        self._asking = threading.Lock()
        params = self._params(library, options)
        try:
            self._server = cast("_Server", library.Server(params))
        except RuntimeError as error:
            self.close()
            raise ModelError(
                f"llama.cpp could not load {options.model.name}: the file is damaged, of a kind "
                "this llama.cpp does not know, or the memory is too small; "
                "`algosmith engine status` names the log that has its words",
                detail=str(error),
            ) from error
        self._address = self._server.listening_address

    def complete(self, body: Mapping[str, Any], sink: ChunkSink) -> None:
        """Run one completion; every piece goes to ``sink``, errors as ``{"error": …}``."""
        result = self._server.handle_completions(body, sink)
        if isinstance(result, Mapping) and "error" in result:
            sink(cast("Chunk", result))

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Token ids; special tokens written in ``text`` are recognised only when asked."""
        body = {"content": text, "add_special": False, "parse_special": special}
        return cast("list[int]", self._post("/tokenize", body)["tokens"])

    def save(self, slot: int, name: str) -> SavedState:
        """Write an idle slot's cells to a file.

        Raises:
            EngineError: it can't be written.
        """
        done = self._post(f"/slots/{slot}?action=save", {"filename": name})
        return SavedState(int(done["n_saved"]), int(done["n_written"]))

    def restore(self, slot: int, name: str) -> int:
        """Read a file of ``save`` into an idle slot; gives the tokens that it then holds.

        Raises:
            EngineError: it can't be read.
        """
        return int(self._post(f"/slots/{slot}?action=restore", {"filename": name})["n_restored"])

    def _post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        with self._asking:
            for attempt in (0, 1):
                connection = self._connection(fresh=attempt > 0)
                try:
                    connection.request("POST", path, json.dumps(body), self._headers())
                    response = connection.getresponse()
                    content = response.read()
                except (OSError, http.client.HTTPException):
                    continue  # an idle connection that the library closed meanwhile
                if response.status == 200:
                    return cast("Mapping[str, Any]", json.loads(content))
                break
        raise EngineError(f"llama.cpp could not do {path.partition('?')[0]}; ask again")

    def close(self) -> None:
        """Give the memory back."""
        self._hang_up()
        self._server = cast("_Server", None)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _params(self, library: Any, options: NativeOptions) -> Any:
        params = library.CommonParams()
        params.model.path = str(options.model)
        params.n_ctx = options.cells
        params.n_parallel = options.slots
        params.kv_unified = True  # the candidates of one prompt share its cells
        # A cancel waits for up to two such batches. Beside 512, 128 costs a processor nothing that
        # can be measured, 64 some 4% of the reading's speed.
        params.n_batch = params.n_ubatch = max(options.batch, options.slots)
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
        params.cpuparams.poll = params.cpuparams_batch.poll = 0
        params.cache_ram_mib = options.prefix_cache_mb
        params.n_gpu_layers = options.gpu_layers
        params.fit_params = False  # we decide the sizes, and say so when they don't fit
        params.use_jinja = False  # the file's own template is never run
        params.ui = False
        params.endpoint_slots = params.endpoint_props = False
        params.cors_origins = ""
        params.verbosity = 1
        if options.kept is not None:
            params.slot_save_path = f"{options.kept}{os.sep}"
        params.api_keys = [self._key]
        if hasattr(socket, "AF_UNIX"):
            params.hostnames = [str(self._folder / "llama.sock")]
        # So that the library counts the thinking from the prompt's end; no request can say this.
        params.sampling.generation_prompt = options.opening
        params.lora_init_without_apply = True
        params.lora_adapters = [_adapter(library, path) for path in options.adapters]
        return params

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}

    def _connection(self, *, fresh: bool) -> http.client.HTTPConnection:
        if self._kept is None or fresh:
            self._hang_up()
            self._kept = _connect(self._address, self._connector)
        return self._kept

    def _hang_up(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def _adapter(library: Any, path: Path) -> Any:
    info = library.CommonAdapterLoraInfo()
    info.path, info.scale = str(path), 0.0
    return info


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, connector: Connector | None) -> None:
        super().__init__("localhost", timeout=60)
        self._path, self._connector = path, connector

    def connect(self) -> None:
        if self._connector:
            self.sock = self._connector.connect()
        else:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.connect(self._path)
        self.sock.settimeout(60)


def _connect(address: str, connector: Connector | None) -> http.client.HTTPConnection:
    if address.startswith("unix://"):
        return _UnixConnection(address.removeprefix("unix://"), connector)
    host, _, port = address.removeprefix("http://").partition(":")
    return http.client.HTTPConnection(host, int(port), timeout=60)


def completion_body(
    prompt: Sequence[int], count: int, sampling: Sampling, **fields: Any
) -> dict[str, Any]:
    """The body of a completion, with everything the library would otherwise decide by itself."""
    # Sorting the whole vocabulary for top_p is dear; what lies beyond the 128 likeliest tokens is
    # next to nothing.
    top_k = sampling.top_k or (128 if sampling.top_p < 1 or sampling.min_p else 0)
    return {
        "prompt": list(prompt),
        "n": count,
        "stream": True,
        "return_progress": True,  # so that a request can be cancelled during its prefill
        # OpenAI's order: temperature, then top_p.
        "samplers": ["penalties", "top_k", "temperature", "top_p", "min_p"],
        "temperature": sampling.temperature,
        "top_k": top_k,
        "top_p": sampling.top_p,
        "min_p": sampling.min_p,
        "repeat_penalty": sampling.repetition_penalty,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        **fields,
    }


def field_of(chunk: Chunk, name: str) -> dict[str, Any]:
    """An object within a chunk; empty when absent."""
    value: object = chunk.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def number_of(chunk: Chunk, field: str, name: str) -> int:
    """A number within an object within a chunk; 0 when absent."""
    value = field_of(chunk, field).get(name)
    return int(value) if isinstance(value, int | float) else 0
