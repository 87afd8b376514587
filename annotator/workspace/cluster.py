"""Hand pieces of long work to a Dask cluster: the only module that opens a connection, to the address that the person gave and no other.

What is sent is what a process of this computer would get: a function's name, and its argument as bytes.  The workers must have the same
program with the same Python and Dask, and see project and images under the same paths.  Whoever may speak to a scheduler may run what they
like on its workers: it belongs into a network that is trusted (or behind `tls://`, as Dask is configured).
"""

from __future__ import annotations

import logging
import pickle
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from annotator import __version__
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.silence import STORAGE

Piece = TypeVar("Piece")
Result = TypeVar("Result")
CONNECT_SECONDS = 10.0
"""So long a scheduler may take to answer."""
WORKER_SECONDS = 60.0
"""So long a cluster may be without a worker."""
_BETWEEN = 2.0
"""Seconds between two looks at who is there."""
_HEARING = 0.5
"""Seconds between two questions how long workers wait for a disk or a share."""
_AGREE = ("distributed", "dask", "cloudpickle", "msgpack")
"""Packages that must have the same version everywhere, beside Python itself (its first two numbers) and this program."""


class Unreachable(AnnotatorError):
    """A cluster cannot be reached, or not any more."""


class Connected:
    """The workers of a cluster, by way of its scheduler; connected until `end`."""

    def __init__(self, address: str) -> None:
        """Raises Unreachable where the scheduler does not answer, has no worker, or what runs there is not the same."""
        self._address = address
        self._client = _client(address)
        self._asked: float | None = None
        self._heard, self._silent = 0.0, 0.0
        try:
            self._looked = self._seen = time.monotonic()
            self.count = self._wait_for_workers()
            require_the_same(self._address, self._client.get_versions(check=False))
        except BaseException:
            self.end(wait=False)
            raise

    def submit(self, work: Callable[[Piece], Result], piece: Piece) -> Future[Result]:
        """Hand a piece out."""
        answer: Future[Result] = Future()
        try:
            sent = self._client.submit(carried_out, __version__, pickle.dumps((work, piece)), pure=False)
            self._client.loop.add_callback(_settle, answer, sent)  # each client in its own thread: one that hangs holds no other up
        except (OSError, RuntimeError) as error:  # the client has been closed, because the connection is lost
            raise self._lost() from error
        return answer

    def died(self, future: Future[Result]) -> bool:
        """Whether so many workers died while they were at the piece that the scheduler gives it up."""
        from distributed import CancelledError, KilledWorker
        from distributed.comm.core import CommClosedError

        error = future.exception()
        if isinstance(error, CancelledError | CommClosedError):
            raise self._lost() from error
        if isinstance(error, ImportError):
            raise _error(self._address, message("a worker lacks this program, or has another version of it: {text}", text=error.msg),
                         _SAME) from error  # fmt: skip
        return isinstance(error, KilledWorker)

    def check(self) -> None:
        """Raise Unreachable where the connection is lost, or there has been no worker for a minute."""
        if self._client.status not in ("running", "connecting"):
            raise self._lost()
        now = time.monotonic()
        self._listen(now)
        if now - self._looked < _BETWEEN:
            return
        self._looked = now
        there = self._threads()
        if there:
            self.count, self._seen = there, now
        elif now - self._seen > WORKER_SECONDS:
            raise _error(self._address, message("no worker is connected to it"), _AGAIN)

    def end(self, *, wait: bool) -> None:  # as a crew is let go: workers of others are not waited for
        """Leave; what was handed out and not given back is dropped."""
        STORAGE.waits(self, 0.0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._client.close(timeout=CONNECT_SECONDS)

    def _listen(self, now: float) -> None:
        """Note what disks and shares keep from answering any worker; a worker that does not say so for long is silent itself."""
        if self._asked is None and now - self._heard >= _HEARING:
            self._asked = now
            self._client.loop.add_callback(self._ask)
        STORAGE.waits(self, max(self._silent, now - self._asked if self._asked is not None and now - self._asked > _BETWEEN else 0.0))

    async def _ask(self) -> None:
        """Ask all workers, in the client's own thread."""
        try:
            told = await self._client.run(silent_here, on_error="ignore")
            self._silent = max((seconds for seconds in told.values() if isinstance(seconds, float)), default=0.0)
        except Exception:  # noqa: BLE001  # that workers are not there any more is found out where pieces come back
            self._silent = 0.0
        self._heard, self._asked = time.monotonic(), None

    def _wait_for_workers(self) -> int:
        while not (there := self._threads()):
            if time.monotonic() - self._seen > WORKER_SECONDS:
                raise _error(self._address, message("no worker is connected to it"), _START)
            time.sleep(_PAUSE)
        return there

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, RuntimeError, ValueError) as error:
            raise self._lost() from error

    def _lost(self) -> Unreachable:
        return _error(self._address, message("the connection was lost"), _AGAIN)


_PAUSE = 0.2
_AGAIN = message("What was done stays done; see that the cluster runs, and start again: it goes on where it ended")
_START = message("Start workers, or leave out --scheduler to work on this computer")
_SAME = message("Install the same version on the workers, with the same Python, or leave out --scheduler")


async def _settle(answer: Future[Result], sent: Any) -> None:
    """Give what comes back to whoever waits."""
    try:
        answer.set_result(await sent)
    except BaseException as error:  # noqa: BLE001  # whoever waits decides what it means, as with a process
        answer.set_exception(error)


def silent_here() -> float:
    """Return for how many seconds a disk or a share keeps from answering; a worker of the cluster says it of itself."""
    return STORAGE.silent()


def carried_out(version: str, packed: bytes) -> object:
    """Do a piece; a worker of the cluster does this.  Raises ImportError where this program has another version there, or lacks a part."""
    if version != __version__:
        raise ImportError(f"annotator {__version__}")
    work, piece = pickle.loads(packed)
    return work(piece)


def _client(address: str) -> Any:
    try:
        import distributed  # it takes half a second
    except ImportError:
        cause = message("the package “distributed” is not installed")
        remedy = message("Install it: pip install --require-hashes -r requirements.lock -r requirements-cluster.lock")
        raise _error(address, cause, remedy) from None
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is said in sentences of our own
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", distributed.versions.VersionMismatchWarning)  # it is an error here
            connect: Any = distributed.Client
            return connect(address, timeout=CONNECT_SECONDS, set_as_default=False, direct_to_workers=False, name="annotator")
    except ImportError as error:  # the scheduler does not take a client of this version
        raise _error(address, message("other versions run there ({text})", text=" ".join(str(error).split())[:200]), _SAME) from error
    except (OSError, ValueError, RuntimeError) as error:
        remedy = message("See that the scheduler runs there, and that the address is right")
        raise _error(address, message("it does not answer"), remedy) from error


def require_the_same(address: str, told: Any) -> None:
    """Raise Unreachable where scheduler or workers have another Python or another version of what must agree."""
    own = _versions(told["client"])
    for name, place in (("scheduler", told["scheduler"]), *sorted(told["workers"].items())):
        there = _versions(place)
        for package in ("python", *_AGREE):
            if there.get(package, "") != own.get(package, ""):
                cause = message("{where} has {package} {there}, here it is {here}", where=name, package=package,
                                there=there.get(package) or "–", here=own.get(package, "–"))  # fmt: skip
                raise _error(address, cause, _SAME)


def _versions(place: Any) -> dict[str, str]:
    packages = {name: str(version or "") for name, version in place["packages"].items()}
    return packages | {"python": ".".join(packages.get("python", "").split(".")[:2])}


def _error(address: str, cause: Message, remedy: Message) -> Unreachable:
    return Unreachable(message("Working with the cluster {address}", address=address), cause, remedy)
