"""The tests reach nobody, and the program has nothing with which it could, but where that is named."""

from __future__ import annotations

import ast
import multiprocessing
import socket
from pathlib import Path

import pytest

import annotator

PACKAGE = Path(annotator.__file__).parent
NETWORK = {
    "socket", "ssl", "urllib", "urllib3", "http", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib",
    "xmlrpc", "socketserver", "asyncio", "webbrowser", "pynetdicom", "dicomweb_client", "paramiko", "QtNetwork", "QtWebSockets",
    "QtWebEngineCore", "distributed", "dask", "tornado",
}  # fmt: skip
NAMED: dict[str, set[str]] = {"workspace/cluster.py": {"distributed"}}
"""Module → what it imports of the above, each with the reason: an address that the person gave."""


def connecting(path: Path) -> set[str]:
    """What a module imports that can open a connection; `socket` counts unless it only says how this computer is called."""
    tree = ast.parse(path.read_text("utf-8"))
    found, asked = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {part for name in node.names for part in name.name.split(".")}
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("annotator"):
            found |= {*(node.module or "").split("."), *(name.name for name in node.names)}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            asked.add(node.attr)
    return (found & NETWORK) - ({"socket"} if asked == {"gethostname"} else set())


def test_no_module_can_open_a_connection_without_being_named() -> None:
    found = {str(path.relative_to(PACKAGE)): connecting(path) for path in PACKAGE.rglob("*.py")}
    assert {name: modules for name, modules in found.items() if modules} == NAMED


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 80), ("::1", 9)])
def test_a_connection_is_refused(no_network, address) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(ConnectionRefusedError):
        one.connect(address)
    with pytest.raises(ConnectionRefusedError):
        socket.getaddrinfo("example.org", 80)
    assert len(no_network.tried) == 2
    no_network.tried.clear()


@pytest.mark.server
def test_a_test_with_a_server_reaches_this_computer_alone(no_network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        one.sendall(b"x")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("192.0.2.1", 80))
    assert len(no_network.tried) == 1
    no_network.tried.clear()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets of this computer alone here")
def test_processes_of_this_computer_may_talk(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as one:
        server.bind(str(tmp_path / "s"))
        server.listen()
        one.connect(str(tmp_path / "s"))
    first, second = multiprocessing.Pipe()
    first.send(1)
    assert second.recv() == 1
