"""What may be served to others: by TLS, or behind a proxy that does it; all else is refused."""

import socket
import subprocess
from pathlib import Path

import pytest

from algosmith.errors import ConfigError
from algosmith.web.place import Place, check, listen


def certificate(folder: Path, name: str = "localhost", *, password: bool = False) -> Place:
    """A page with a certificate that signs itself."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1",
         *(["-passout", "pass:secret"] if password else ["-nodes"]),
         "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    return Place("127.0.0.1", 0, ("https://localhost",), cert, key)


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (Place("0.0.0.0"), "needs TLS"),
        (Place("0.0.0.0", urls=("https://box",)), "needs TLS"),
        (Place("0.0.0.0", behind_proxy=True), "needs TLS"),
        (Place("0.0.0.0", urls=("http://box",), behind_proxy=True), "in the open"),
        (Place("0.0.0.0", urls=("http://localhost.evil",), behind_proxy=True), "in the open"),
        (Place("0.0.0.0", urls=("http://10.0.0.1",), behind_proxy=True), "in the open"),
        (Place("0.0.0.0", urls=("ftp://box",), behind_proxy=True), "in the open"),
        (Place("0.0.0.0", urls=("box:8765",), behind_proxy=True), "is expected"),
        (Place("0.0.0.0", urls=("https://box/path",), behind_proxy=True), "is expected"),
        (Place("0.0.0.0", urls=("https://a@box",), behind_proxy=True), "is expected"),
        (Place("0.0.0.0", urls=("https://box:99999",), behind_proxy=True), "is expected"),
        (Place("0.0.0.0", urls=("https://[::1",), behind_proxy=True), "is expected"),
        (Place(urls=("https://box",)), "go with --host"),
        (Place(behind_proxy=True), "go with --host"),
        (Place("0.0.0.0", urls=("https://b",), cert=Path("/no/such")), "can't be read"),
        (Place("0.0.0.0", urls=("https://b",), cert=Path("/no"), behind_proxy=True), "needs TLS"),
    ],
)
def test_keys_never_cross_a_network_in_the_open(place: Place, part: str) -> None:
    with pytest.raises(ConfigError, match=part):
        check(place)


def test_a_certificate_needs_its_own_key_in_pem_without_a_password(tmp_path: Path) -> None:
    good, other = certificate(tmp_path), certificate(tmp_path, "other")
    assert check(good).urls == ("https://localhost",)
    locked = certificate(tmp_path, "locked", password=True)
    (tmp_path / "text").write_text("no certificate")
    for cert, key in (
        (good.cert, other.cert_key),
        (good.cert, None),
        (locked.cert, locked.cert_key),
        (tmp_path / "text", good.cert_key),
    ):
        with pytest.raises(ConfigError, match="without a password"):
            check(Place("127.0.0.1", 0, ("https://localhost",), cert, key))


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://Box.Example/", "https://box.example"),
        ("https://box:8443", "https://box:8443"),
        ("http://localhost:8765", "http://localhost:8765"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("https://[::1]:8765", "https://[::1]:8765"),
    ],
)
def test_addresses_are_made_plain(url: str, plain: str) -> None:
    assert check(Place("0.0.0.0", urls=(url,), behind_proxy=True)).urls == (plain,)


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 300, "é" * 80, "a..b"])
def test_an_address_that_is_not_ours_is_one_sentence(host: str) -> None:
    with pytest.raises(ConfigError, match="--host"):
        listen(Place(host, 0))


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_a_port_that_is_none_is_one_sentence(port: int) -> None:
    for host in (None, "127.0.0.1", "0.0.0.0"):
        with pytest.raises(ConfigError, match="port"):
            listen(Place(host, port))


def test_a_taken_port_is_one_sentence_and_the_default_goes_on_to_the_next() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for host in (None, "127.0.0.1"):
            with pytest.raises(ConfigError, match=str(port)):
                listen(Place(host, port))
    first, second = listen(Place()), listen(Place())
    assert first.getsockname()[1] != second.getsockname()[1]
    first.close()
    second.close()
