"""A small catalogue, a package index and a Hugging Face hub, all made up, all on this machine."""

import hashlib
import http.server
import json
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

CONTENT = b"GGUF" + bytes(range(256)) * 40
PART = 4000
COMMIT = "c0ffee" * 6 + "beef"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel_name(number: int, version: str = "1.0") -> str:
    return f"toy_part{number}-{version}-py3-none-any.whl"


def write_wheel(folder: Path, number: int, piece: bytes, version: str = "1.0") -> Path:
    """A package that would end the program if anybody imported it."""
    path = folder / wheel_name(number, version)
    info = f"toy_part{number}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"toy_part{number}/data/part{number:02}.bin", piece)
        wheel.writestr(f"toy_part{number}/__init__.py", "raise SystemExit('never run')")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        metadata = f"Metadata-Version: 2.1\nName: toy-part{number}\nVersion: {version}\n"
        wheel.writestr(f"{info}/METADATA", f"{metadata}Requires-Dist: never-to-be-fetched\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def write_index(folder: Path) -> list[Path]:
    """The parts of CONTENT as packages that pip finds by ``--find-links``."""
    pieces = [CONTENT[at : at + PART] for at in range(0, len(CONTENT), PART)]
    return [write_wheel(folder, number, piece) for number, piece in enumerate(pieces, 1)]


def write_catalogue(file: Path, wheels: list[Path]) -> None:
    """A catalogue of two models: one in parts, one on the hub."""
    hashes = ", ".join(f'"{digest(wheel.read_bytes())}"' for wheel in wheels)
    file.write_text(
        f"""
[[model]]
name = "toy"
aliases = ["plaything"]
title = "Toy-1B"
file = "toy-q4.gguf"
bytes = {len(CONTENT)}
sha256 = "{digest(CONTENT)}"
memory_gib = 1.5
licence = "Apache-2.0"
licence_url = "https://licences.example/apache"
good_for = "play"
[model.packages]
name = "toy-part{{n}}"
version = "1.0"
member = "toy_part{{n}}/data/part{{n:02}}.bin"
part_bytes = {PART}
wheels = [{hashes}]
[model.hub]
repository = "org/toy-gguf"

[[model]]
name = "thinker"
title = "Thinker-3B"
bytes_about = 4000
memory_gib = 9
licence = "MIT"
licence_url = "https://licences.example/mit"
licence_note = "its base is for research only"
good_for = "thought"
[model.hub]
repository = "org/thinker"
""",
        "utf-8",
    )


THINKER = {
    "config.json": b'{"model_type": "qwen2"}',
    "tokenizer.json": b'{"version": "1.0"}',
    "merges.txt": b"a b\n",
    "model.safetensors": bytes(range(256)) * 16,
    "pytorch_model.bin": b"\x80\x04 would run code",
    "modeling_thinker.py": b"raise SystemExit('never run')",
    "README.md": b"# Thinker",
    "original/model.safetensors": b"in a folder of its own",
}


@dataclass
class Hub:
    """Repositories by name, and what is to go wrong."""

    repositories: dict[str, dict[str, bytes]]
    problem: str = ""
    """html, gated or a status: it answers everything so; or wrong hash, hash less."""
    cuts: int = 0
    """How many downloads break off in the middle."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of each request, in order."""
    tokens: set[str] = field(default_factory=set)

    def __enter__(self) -> "Hub":
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def ranges(self) -> list[str]:
        return [bounds for path, bounds in self.asked if path.startswith("/cdn/")]

    def info(self, repository: str) -> bytes:
        files = self.repositories[repository]
        siblings = [self._sibling(name, data) for name, data in files.items()]
        card = {"license": "mit", "license_link": "https://licences.example/mit"}
        return json.dumps(
            {"id": repository, "sha": COMMIT, "siblings": siblings, "cardData": card}
        ).encode()

    def _sibling(self, name: str, data: bytes) -> dict[str, object]:
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": blob}
        if name.endswith((".gguf", ".safetensors", ".bin")):
            stated = digest(b"other" if self.problem == "wrong hash" else data)
            entry["lfs"] = {"sha256": stated, "size": len(data), "pointerSize": 130}
        if self.problem == "hash less":
            del entry["size"]
        return entry


class _Handler(http.server.BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path  # a proxy is asked with the whole URL
        self.hub.asked.append((path, self.headers.get("Range", "")))
        self.hub.tokens.add(self.headers.get("Authorization", ""))
        if self.hub.problem == "html":
            self._answer(200, b"<html>please log in</html>", "text/html")
        elif self.hub.problem == "gated":
            self._answer(403, b"{}", extra={"X-Error-Code": "GatedRepo"})
        elif self.hub.problem.isdigit():
            self._answer(int(self.hub.problem), b"{}")
        else:
            self._serve(path)

    def _serve(self, path: str) -> None:
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            name = "/".join(parts[2:4])
            if name not in self.hub.repositories:
                code = {"X-Error-Code": "RepoNotFound"}
                self._answer(404, b'{"error": "Repository not found"}', extra=code)
            elif parts[4:5] == ["revision"] and parts[5] not in ("main", COMMIT):
                code = {"X-Error-Code": "RevisionNotFound"}
                self._answer(404, b'{"error": "Invalid rev id"}', extra=code)
            else:
                self._answer(200, self.hub.info(name))
        elif parts[0] == "cdn":
            self._send(self.hub.repositories["/".join(parts[1:3])]["/".join(parts[3:])])
        elif parts[2:3] == ["resolve"]:
            place = "/".join([*parts[:2], *parts[4:]])
            self._answer(302, b"", extra={"Location": f"{self.hub.url}/cdn/{place}"})
        else:
            self._answer(404, b"{}")

    def _send(self, data: bytes) -> None:
        bounds = self.headers.get("Range", "")
        start = int(bounds.removeprefix("bytes=").rstrip("-") or 0)
        self.send_response(206 if bounds else 200)
        self.send_header("Content-Length", str(len(data) - start))
        if bounds:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if self.hub.cuts > 0 and len(data) > 1000:
            self.hub.cuts -= 1
            self.wfile.write(data[start : start + (len(data) - start) // 2])
            self.close_connection = True
            return
        self.wfile.write(data[start:])

    def _answer(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json",
        extra: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
