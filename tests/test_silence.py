"""A disk or a share that does not answer is noticed, whoever waits for it, and forgotten when it answers."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from annotator.dicom.source import read_source
from annotator.errors import AnnotatorError
from annotator.silence import STORAGE, Storage
from annotator.workspace import durable


def waited(storage: Storage, answered: threading.Event) -> threading.Thread:
    """A thread that asks and waits until it is answered; it has asked when this returns."""
    asks = threading.Event()

    def ask() -> None:
        with storage.asked():
            asks.set()
            answered.wait()

    thread = threading.Thread(target=ask)
    thread.start()
    asks.wait()
    return thread


def test_the_oldest_call_without_an_answer_counts() -> None:
    storage, answers = Storage(), (threading.Event(), threading.Event())
    assert storage.silent() == 0.0
    first = waited(storage, answers[0])
    before = storage.silent()
    second = waited(storage, answers[1])
    assert storage.silent() >= before > 0.0
    answers[0].set()
    first.join()
    assert storage.silent() > 0.0
    answers[1].set()
    second.join()
    assert storage.silent() == 0.0


def test_an_answer_within_a_longer_call_counts_as_one() -> None:
    storage = Storage()
    outer = storage.begin()
    while storage.silent() < 0.01:
        time.sleep(0)
    inner = storage.begin()
    storage.end(inner)
    assert storage.silent() < 0.01
    storage.end(outer)
    assert storage.silent() == 0.0


def test_what_fails_is_an_answer_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        durable.write(tmp_path / "file" / "below.json", b"{}")
    assert threading.get_ident() not in STORAGE._since


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_file_that_does_not_come_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "slow.dcm"
    os.mkfifo(path)
    refused: list[str] = []

    def read() -> None:
        try:
            read_source(path)
        except AnnotatorError as error:
            refused.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    while thread.ident not in STORAGE._since:
        time.sleep(0)
    with open(path, "wb"):
        thread.join()
    assert refused
    assert thread.ident not in STORAGE._since
