"""Keep one or two decoding processes at hand: started when first needed, replaced when they die, ended with the program."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from annotator.dicom.cage import SECONDS
from annotator.dicom.elements import Malformed
from annotator.dicom.worker import receive, send
from annotator.i18n import message

WORKERS = 2
_START_SECONDS = 60
_LARGEST_VALUE = 8
"""Bytes of a value in the widest of pixels."""
FROZEN_FLAG = "--decode-frames"
"""The argument with which a packaged program becomes a worker (there is no Python to call then)."""


class Worker:
    """One decoding process."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent.parent)
        frozen = getattr(sys, "frozen", False)
        self._process = subprocess.Popen(
            [sys.executable, FROZEN_FLAG] if frozen else [sys.executable, "-P", "-B", "-m", "annotator.dicom.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._requests, self._answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self.ready = self._timed(_START_SECONDS, None, 0) is not None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, head: Mapping[str, Any], frame: bytes, seconds: float, most: int) -> tuple[dict[str, Any], bytes] | None:
        """Send a request and wait for its answer of at most `most` bytes, so many seconds long; None if the process is of no more use."""
        return self._timed(seconds, (head, frame), most)

    def _timed(self, seconds: float, request: tuple[Mapping[str, Any], bytes] | None, most: int) -> tuple[dict[str, Any], bytes] | None:
        clock = threading.Timer(seconds, self._process.kill)
        clock.daemon = True
        clock.start()
        try:
            if request is not None:
                send(self._requests, *request)
            return receive(self._answers, most)
        except (OSError, ValueError):
            return None
        finally:
            clock.cancel()

    def end(self) -> None:
        """End the process and give back its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            try:
                pipe.close()
            except OSError:  # unsent bytes of a request that nobody reads any more
                continue


class Pool:
    """At most `WORKERS` processes; whoever needs one waits for a free one.  Safe to use from several threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._begin()

    def _begin(self) -> None:
        self._free = threading.BoundedSemaphore(WORKERS)
        self._lock = threading.Lock()
        self.idle: list[Worker] = []
        self._all: set[Worker] = set()

    def decode(self, syntax: str, frame: bytes, options: Mapping[str, Any]) -> NDArray[Any]:
        """Decode a frame in another process; raises Malformed if it cannot be decoded or the process dies of it."""
        values = options["rows"] * options["columns"] * options["samples_per_pixel"]
        head = {"syntax": syntax, "values": values, "options": dict(options)}
        with self._free:
            worker = self._take()
            answer = worker.ask(head, frame, self._seconds, values * _LARGEST_VALUE)
            self._give_back(worker, alive=answer is not None)
        if answer is None:
            raise Malformed(message("its compressed pixels are broken: the decoder gave up on them"))
        facts, body = answer
        if "failed" in facts:
            raise Malformed(message("its compressed pixels are broken or of a kind that no decoder here reads"))
        try:
            return np.frombuffer(body, dtype=np.dtype(facts["type"])).reshape(facts["shape"])
        except (KeyError, TypeError, ValueError):  # a decoder that was taken over may say anything
            raise Malformed(message("its compressed pixels are broken: the decoder gave up on them")) from None

    @property
    def count(self) -> int:
        """How many processes there are now, at work or waiting for it."""
        return len(self._all)

    def _take(self) -> Worker:
        with self._lock:
            if self.idle:
                return self.idle.pop()
        try:
            worker = Worker()
        except OSError as error:
            raise Malformed(message("the decoder could not be started: {text}", text=error.strerror or type(error).__name__)) from None
        with self._lock:
            self._all.add(worker)
        return worker

    def _give_back(self, worker: Worker, *, alive: bool) -> None:
        with self._lock:
            if alive:
                self.idle.append(worker)
                return
            self._all.discard(worker)
        worker.end()

    def close(self) -> None:
        """End all processes; a later `decode` starts new ones."""
        with self._lock:
            workers, self._all, self.idle = list(self._all), set(), []
        for worker in workers:
            worker.end()

    def forget(self) -> None:
        """Leave the processes to the parent: this is a forked child and must not talk into its pipes."""
        self._parents = self._all
        self._begin()


POOL = Pool()
"""The program's decoding processes."""
atexit.register(POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=POOL.forget)
