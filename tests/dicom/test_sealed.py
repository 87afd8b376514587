"""What is sealed opens with the same file and with no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from annotator.dicom.sealed import key_of, seal, unseal

KEY = b"k" * 32


@given(some.binary(max_size=300), some.binary(min_size=1, max_size=40))
def test_what_is_sealed_opens_with_its_key_alone(text: bytes, key: bytes) -> None:
    sealed = seal(text, key)
    assert unseal(sealed, key) == text
    with pytest.raises(ValueError, match="another key"):
        unseal(sealed, key + b"x")


def test_the_same_text_is_never_sealed_alike_and_never_stands_in_it() -> None:
    name = "홍^길동".encode() * 3
    one, other = seal(name, KEY), seal(name, KEY)
    assert one != other
    assert name[:6] not in one


@pytest.mark.parametrize("place", [0, 20, 40])
def test_what_was_changed_does_not_open(place: int) -> None:
    sealed = bytearray(seal(b"somebody, some day", KEY))
    sealed[place] ^= 1
    with pytest.raises(ValueError, match="another key"):
        unseal(bytes(sealed), KEY)


def test_what_is_cut_off_does_not_open() -> None:
    with pytest.raises(ValueError, match="another key"):
        unseal(seal(b"somebody", KEY)[:9], KEY)


def test_a_file_is_a_key_by_its_size_and_its_middle(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.write_bytes(bytes(range(256)) * 2000)
    first = key_of(str(whole))
    assert first == key_of(str(whole))
    changed = bytearray(whole.read_bytes())
    changed[256_000] ^= 1
    whole.write_bytes(changed)
    assert key_of(str(whole)) != first
    with pytest.raises(FileNotFoundError):
        key_of(str(tmp_path / "none"))
