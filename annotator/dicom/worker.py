"""The process that decodes compressed frames: reads a request, answers with pixels, and may die of it without harm to the program.

On the pipe a message is 4 bytes with the length of its head, 8 bytes with the length of its body (big endian), the head as JSON, the body.
The process ends when its input does, so it never outlives the program.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from struct import pack, unpack
from typing import Any, BinaryIO

from annotator.dicom.decoders import Undecodable, decode

SECONDS = 20
"""Processor time that one frame may take."""
SPARE_MEMORY = 512 * 2**20
MOST_MEMORY = 1536 * 2**20
_HEAD_LIMIT = 2**20


def send(pipe: BinaryIO, head: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    """Write one message; raises OSError if nobody reads."""
    text = json.dumps(head).encode()
    pipe.write(pack(">LQ", len(text), len(body)))
    pipe.write(text)
    pipe.write(body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None at the end of the pipe or where it breaks off."""
    lengths = pipe.read(12)
    if len(lengths) < 12:
        return None
    head_length, body_length = unpack(">LQ", lengths)
    if head_length > _HEAD_LIMIT:
        return None
    text = pipe.read(head_length)
    body = pipe.read(body_length)
    return (json.loads(text), body) if len(text) == head_length and len(body) == body_length else None


def main() -> None:
    """Serve until the input ends; what C libraries print goes nowhere near the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    send(answers, {"ready": True})
    while (request := receive(requests)) is not None:
        head, frame = request
        limit_resources(int(head["values"]))
        try:
            array = decode(head["syntax"], frame, head["options"])
        except Undecodable as error:
            send(answers, {"failed": str(error)[:1000]})
            continue
        content = array.tobytes()
        send(answers, {"shape": array.shape, "type": array.dtype.str}, content)


def limit_resources(values: int) -> None:
    """Allow this process what a frame of so many values can need, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock is the only limit
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + SECONDS)
    _lower(resource.RLIMIT_CORE, 0)
    try:
        with open("/proc/self/statm", "rb") as file:
            mapped = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return
    _lower(resource.RLIMIT_AS, mapped + min(SPARE_MEMORY + 16 * values, MOST_MEMORY))


def _lower(kind: int, soft: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


if __name__ == "__main__":
    main()
