"""Where the page listens, and under which addresses people reach it: this machine, or a network.

A page that others reach is served by TLS, or stands behind a proxy that does TLS.
"""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from algosmith.errors import ConfigError

DEFAULT_PORT = 8765
LOOPBACK = "127.0.0.1"
_TRIED = 20
_HOW = (
    "give --url https://NAME:PORT with --cert FILE --cert-key FILE, or with --behind-proxy where a "
    "reverse proxy does TLS"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What the options say about the network; the default is this machine only."""

    host: str | None = None
    """Address to listen on for others; None for this machine only."""
    port: int | None = None
    urls: tuple[str, ...] = ()
    """How people reach it: scheme, name and port."""
    cert: Path | None = None
    cert_key: Path | None = None
    behind_proxy: bool = False

    @property
    def shared(self) -> bool:
        """Whether others may reach it."""
        return self.host is not None


def check(place: Place) -> Place:
    """The place, its addresses made plain.

    Raises:
        ConfigError: keys and questions would cross a network in the open, or options do not fit.
    """
    if place.host is None:
        given = place.urls or place.cert or place.cert_key or place.behind_proxy
        if given:
            raise ConfigError("--url, --cert, --cert-key and --behind-proxy go with --host")
        return place
    if not place.urls or (place.cert is None) == (not place.behind_proxy):
        raise ConfigError(f"a page that others reach needs TLS: {_HOW}")
    if place.cert is not None:
        _check_certificate(place.cert, place.cert_key)
    urls = tuple(_plain(url, place) for url in place.urls)
    return Place(place.host, place.port, urls, place.cert, place.cert_key, place.behind_proxy)


def listen(place: Place) -> socket.socket:
    """A listening socket; without a wish the default port or, on this machine, the next free one.

    Raises:
        ConfigError: the address or the wished port can't be used.
    """
    if place.host is not None:
        return _bound(place.host, DEFAULT_PORT if place.port is None else place.port)
    if place.port is not None:
        return _bound(LOOPBACK, place.port)
    for number in range(DEFAULT_PORT, DEFAULT_PORT + _TRIED):
        try:
            return _opened(socket.AF_INET, (LOOPBACK, number))
        except OSError:
            continue
    raise ConfigError(f"the ports from {DEFAULT_PORT} on are all taken: name a free one by --port")


def _bound(host: str, port: int) -> socket.socket:
    if not 0 <= port < 1 << 16:  # the system would take its lower half
        raise ConfigError(f"port {port} is none: name one from 1 to 65535 by --port")
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return _opened(family, address)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if host == LOOPBACK:
            raise ConfigError(
                f"port {port} can't be used ({reason}): leave --port out, or name another one"
            ) from error
        raise ConfigError(
            f"{host} port {port} can't be used ({reason}): name an address of this machine by "
            "--host (0.0.0.0 for all) and a free port by --port"
        ) from error


def _opened(family: int, address: object) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)  # pyright: ignore[reportArgumentType]  what getaddrinfo gave
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener


def _check_certificate(cert: Path, key: Path | None) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for file in filter(None, (cert, key)):
        try:
            file.read_bytes()
        except OSError as error:
            raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    try:
        # Without a password of ours OpenSSL would ask for one in the terminal.
        context.load_cert_chain(cert, key, password="")
    except (ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"{cert} and {key or 'the key in it'} are no certificate with its key ({error}): "
            "both in PEM, the key without a password"
        ) from error


def _plain(url: str, place: Place) -> str:
    """Scheme, name and port of an address."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        name, port, parts = "", None, urlsplit("")
    if not name or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ConfigError(f"--url {url}: https://NAME or https://NAME:PORT is expected")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and place.behind_proxy and _own_machine(name)
    ):
        raise ConfigError(
            f"--url {url}: keys would cross the network in the open; only https:// is served to "
            "others (http:// for localhost, behind a proxy or a container's published port)"
        )
    shown = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")


def _own_machine(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
