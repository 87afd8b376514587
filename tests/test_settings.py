"""Settings are remembered between two starts, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator import settings


def test_what_is_remembered_is_read_again() -> None:
    settings.remember({"language": "ko", "keys": {"tool.box": ["X"]}})
    settings.remember({"columns": [1, 2]})
    assert settings.read("language", "") == "ko"
    assert settings.read("keys", {}) == {"tool.box": ["X"]}
    assert settings.read("columns", list[settings.Value]()) == [1, 2]


def test_korean_is_kept() -> None:
    settings.remember({"last_folder": "/영상/폐"})
    assert settings.read("last_folder", "") == "/영상/폐"


def test_a_value_of_another_type_counts_as_none() -> None:
    settings.remember({"language": 3})
    assert settings.read("language", "en") == "en"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_counts_as_empty_and_is_replaced(content: bytes) -> None:
    path = settings.settings_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert settings.read("language", "en") == "en"
    settings.remember({"language": "ko"})
    assert settings.read("language", "en") == "ko"


def test_a_folder_that_cannot_be_written_is_told_and_left_clean(own_folders: Path) -> None:
    path = settings.settings_file()
    path.mkdir(parents=True)
    with pytest.raises(OSError):
        settings.remember({"language": "ko"})
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_a_number_that_is_none_takes_nothing_else_with_it() -> None:
    settings.remember({"language": "ko", "sizes": {"a": float("nan"), "b": [1.5, float("inf")]}})
    assert settings.read("language", "") == "ko"
    assert settings.read("sizes", {}) == {"a": None, "b": [1.5, None]}
