"""Give what identifies somebody another name that only the holder of a key could have made: the same at every place, never the other way.

Everything is an HMAC-SHA256 (RFC 2104) of the old value with the key of the mapping file, so that images, masks and JSON of one patient
stay together however often and on whichever computer they are made.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

FARTHEST = 3650
"""Most days by which dates are shifted into the past."""


@dataclass(frozen=True)
class Keyed:
    """The map of one project; `key` stands in the mapping file and nowhere else."""

    key: bytes

    def uid(self, old: str) -> str:
        """Return the identifier (`2.25.<number>`, PS3.5 B.2) that stands for an old one, at most 44 characters."""
        return f"2.25.{int.from_bytes(self._digest('uid', old)[:16])}"

    def sign(self, kind: str, old: str) -> str:
        """Return 32 hex digits that tell equal things to be equal, and nothing else."""
        return self._digest(kind, old).hex()[:32]

    def days(self, patient: str) -> int:
        """Return by how many whole days this patient's dates move, from −1 to −`FARTHEST`."""
        return -1 - int.from_bytes(self._digest("days", patient)[:8]) % FARTHEST

    def _digest(self, kind: str, old: str) -> bytes:
        return hmac.new(self.key, f"{kind}\n{old}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
