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

from annotator import strict_json
from annotator.dicom.cage import MOST_MEMORY, limit_resources
from annotator.dicom.decoders import Undecodable, decode

_HEAD_LIMIT = 2**20


def send(pipe: BinaryIO, head: Mapping[str, Any], body: bytes | memoryview = b"") -> None:
    """Write one message; raises OSError if nobody reads."""
    text = json.dumps(head).encode()
    pipe.write(pack(">LQ", len(text), len(body)))
    pipe.write(text)
    pipe.write(body)
    pipe.flush()


def receive(pipe: BinaryIO, most: int) -> tuple[dict[str, Any], bytes] | None:
    """Read one message with a body of at most `most` bytes; None at the end of the pipe, where it breaks off, or where it is longer."""
    lengths = pipe.read(12)
    if len(lengths) < 12:
        return None
    head_length, body_length = unpack(">LQ", lengths)
    if head_length > _HEAD_LIMIT or body_length > most:
        return None
    text = pipe.read(head_length)
    body = pipe.read(body_length)
    return (strict_json.loads(text), body) if len(text) == head_length and len(body) == body_length else None


def main() -> None:
    """Serve until the input ends; what C libraries print goes nowhere near the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    send(answers, {"ready": True})
    while (request := receive(requests, MOST_MEMORY)) is not None:
        head, frame = request
        limit_resources(int(head["values"]))
        try:
            array = decode(head["syntax"], frame, head["options"])
        except Undecodable as error:
            send(answers, {"failed": str(error)[:1000]})
            continue
        content = array.tobytes()
        send(answers, {"shape": array.shape, "type": array.dtype.str}, content)


if __name__ == "__main__":
    main()
