"""Keep what names people so that only who has their images can read it.

The key is what stands in the middle of one of the image files: it is kept nowhere, and without the file there is none.  The text is added
bit by bit to the output of SHAKE-256 of key and salt (FIPS 202: an extendable output of a secret is a stream cipher's), and bears a
digest, so that another file's bytes open nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os

_SALT, _DIGEST = 16, 16
_READ = 1 << 16
"""Bytes from the middle of the file: pixels, where it has any."""


def key_of(path: str) -> bytes:
    """Return the key that a file is; raises OSError where it cannot be read."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(size - _READ, 0) // 2)
        return hashlib.sha256(size.to_bytes(8) + file.read(_READ)).digest()


def seal(text: bytes, key: bytes) -> bytes:
    """Return what only this key opens; never the same twice."""
    salt = os.urandom(_SALT)
    return salt + hmac.digest(key, salt + text, "sha256")[:_DIGEST] + _mixed(text, key, salt)


def unseal(sealed: bytes, key: bytes) -> bytes:
    """Return the text; raises ValueError for another key, or where something was changed."""
    salt, digest = sealed[:_SALT], sealed[_SALT : _SALT + _DIGEST]
    text = _mixed(sealed[_SALT + _DIGEST :], key, salt)
    if not hmac.compare_digest(digest, hmac.digest(key, salt + text, "sha256")[:_DIGEST]):
        raise ValueError("sealed with another key")
    return text


def _mixed(text: bytes, key: bytes, salt: bytes) -> bytes:
    stream = hashlib.shake_256(key + salt).digest(len(text))
    return (int.from_bytes(text) ^ int.from_bytes(stream)).to_bytes(len(text))
