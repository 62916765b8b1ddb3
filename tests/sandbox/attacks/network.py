"""Hostile candidates after the network and local sockets. "through": one got what it wanted."""

import ctypes
import os
import socket


def connect_tcp(world):
    socket.create_connection(("127.0.0.1", world["tcp"]), 1)
    return "through"


def connect_tcp6(world):
    socket.create_connection(("::1", world["tcp"]), 1)
    return "through"


def send_udp(world):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", world["udp"]))
    return "through"


def connect_to_the_engine(world):
    client = socket.socket(socket.AF_UNIX)
    client.connect(world["socket"])
    return "through"


def connect_to_the_engine_without_a_name(world):
    client = socket.socket(socket.AF_UNIX)
    client.connect("\0" + world["abstract"])
    return "through"


def connect_by_relative_path(world):
    os.chdir(os.path.dirname(world["socket"]))
    socket.socket(socket.AF_UNIX).connect(os.path.basename(world["socket"]))
    return "through"


def listen(world):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    return "through"


def socket_pair(world):
    return "through" if socket.socketpair() else ""


def look_up_a_name(world):
    return "through" if socket.getaddrinfo("localhost", 80) else ""


def fetch_a_page(world):
    import urllib.request

    urllib.request.urlopen(f"http://127.0.0.1:{world['tcp']}/", timeout=1)
    return "through"


def raw_socket(world):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    return "through"


def packet_socket(world):
    socket.socket(17, socket.SOCK_RAW, 0)
    return "through"


def netlink(world):
    socket.socket(16, socket.SOCK_RAW, 0)
    return "through"


def virtual_machine_socket(world):
    socket.socket(40, socket.SOCK_STREAM)
    return "through"


def kernel_crypto_socket(world):
    socket.socket(38, socket.SOCK_SEQPACKET)
    return "through"


def bluetooth(world):
    socket.socket(31, socket.SOCK_RAW, 1)
    return "through"


def socket_from_a_descriptor(world):
    for descriptor in range(64):
        try:
            found = socket.socket(fileno=descriptor)
            found.send(b"x")
            return "through"
        except OSError:
            pass
    return "none"


def ask_by_system_call(world):
    number = 41 if os.uname().machine == "x86_64" else 198
    return "through" if ctypes.CDLL(None).syscall(number, 2, 1, 0) >= 0 else "refused"


def list_the_interfaces(world):
    return "through" if socket.if_nameindex() else ""
