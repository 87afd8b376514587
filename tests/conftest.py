"""What every test stands on: a folder of its own, English, silence, and the real data where they are."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before the first import of Qt, and for every process that a test starts

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from annotator.i18n import use_language

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ANNOTATOR_TEST_DATA") or ROOT.parent / "shared" / "data")

_SCANS = 40
"""After so many scans closed windows are thrown away.  Asking how much stays instead looks at all of it, after each of all tests."""
_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=60, suppress_health_check=_QUIET, database=None)
settings.register_profile("search", deadline=None, max_examples=1000, suppress_health_check=_QUIET, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real public images (`ANNOTATOR_TEST_DATA`); a test that wants it is skipped where it is not."""
    if not (DATA / "MANIFEST.json").is_file():
        pytest.skip(f"no test data in {DATA}")
    return DATA


@pytest.fixture(scope="session", autouse=True)
def nobodys_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the home of whoever runs the tests out of fixtures that live longer than a test: they are made before `own_folders`."""
    with pytest.MonkeyPatch.context() as patch:
        _settle(tmp_path_factory.mktemp("nobody"), patch)
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a person of its own, with an empty home; nothing outside is read or written."""
    home = tmp_path_factory.mktemp("home")
    _settle(home, monkeypatch)
    return home


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Throw closed windows away: a scan says that all that is there stays (`finding_much`), which is true of one window a process."""
    if FROZEN.times >= _SCANS:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        FROZEN.times = 0


class Frozen:
    """How often it was said that all that is there stays."""

    def __init__(self) -> None:
        self.times, self._freeze = 0, gc.freeze
        gc.freeze = self._hear

    def _hear(self) -> None:
        self.times += 1
        self._freeze()


FROZEN = Frozen()


def _settle(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that a person's folders are found by say `home`."""
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name, folder in (("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("LOCALAPPDATA", "data"), ("APPDATA", "config")):
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("ANNOTATOR_HOME", str(home / "annotator"))
    for name in ("ANNOTATOR_FAULT", "ANNOTATOR_PIN", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


class Watchful(QtBot):
    """Looks five times as often whether what is waited for is there: the usual ten milliseconds, thousands of times, are minutes."""

    _LOOK = 2
    _waiting = False

    def wait(self, ms: int) -> None:
        """See pytest-qt; between two looks of `waitUntil` the event loop runs for a shorter time."""
        super().wait(self._LOOK if self._waiting else ms)

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None:
        """See pytest-qt."""
        before, self._waiting = self._waiting, True
        try:
            super().waitUntil(callback, timeout=timeout)
        finally:
            self._waiting = before


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """See pytest-qt."""
    return Watchful(request)


class NoNetwork(ConnectionRefusedError):
    """A test tried to reach somebody."""


class Wall:
    """What stands between the tests and every network: told by Python's own audit events, whoever causes them (PEP 578)."""

    _NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
    _CALLS = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
    LOOPBACK = ("127.0.0.1", "::1", "localhost")

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.loopback = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in self._NAMES:
            host = arguments[0]
        elif event in self._CALLS and getattr(arguments[0], "family", None) in (socket.AF_INET, socket.AF_INET6):
            host = arguments[1][0] if isinstance(arguments[1], tuple) else arguments[1]
        else:
            return
        if not (self.loopback and host in self.LOOPBACK):
            self.tried.append(f"{event} {host}")
            raise NoNetwork(f"{event} {host}")


WALL = Wall()


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest) -> Iterator[Wall]:
    """Refuse every connection but those of a test marked `server` to its own machine, and fail the test that tried one."""
    WALL.tried, WALL.loopback = [], request.node.get_closest_marker("server") is not None
    yield WALL
    tried, WALL.tried, WALL.loopback = WALL.tried, [], False
    assert not tried, f"the network was asked: {tried}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long campaigns out unless they are asked for."""
    if "campaign" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("campaign"):
                item.add_marker(pytest.mark.skip(reason="a long campaign: -m campaign"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Start each test in English and leave English behind."""
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(autouse=True)
def silence(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test whose program logs a warning that the test did not announce with `@pytest.mark.says("…")`."""
    yield
    announced = tuple(str(text) for mark in request.node.iter_markers("says") for text in mark.args)
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    noise = [r.getMessage() for r in records if r.levelno >= logging.WARNING and not any(text in r.getMessage() for text in announced)]
    assert not noise, "logged: " + "; ".join(noise)
