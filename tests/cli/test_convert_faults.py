"""`convert` under faults: interrupted, without room, without permission; what lies there is whole, and what happened is said."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.cli.main import main
from annotator.workspace.durable import Calls, calling
from tests.workspace.exchange.outlines import coco_file

FULL = {"en": "the disk is full", "ko": "디스크가 가득 찼습니다"}
READ_ONLY = {"en": "the folder is read-only", "ko": "읽기 전용 폴더입니다"}
STOPPED = {"en": "Stopped: ", "ko": "멈췄습니다"}
LANGUAGES = ("en", "ko")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coco_file(tmp_path_factory.mktemp("few") / "few.json", 12)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coco_file(tmp_path_factory.mktemp("many") / "many.json", 1500)


def convert(source: Path, out: Path, language: str) -> int:
    return main(["--language", language, "convert", str(source), "--from", "coco", "--to", "labelme", "--out", str(out)])


def whole(out: Path) -> int:
    """How many files lie there; none is half, none temporary, and there is no index, which would say that all are there."""
    files = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else []
    assert not [path for path in files if path.suffix == ".tmp" or path.name == "index.csv"]
    for path in files:
        assert json.loads(path.read_bytes())["shapes"]
    return len(files)


@pytest.mark.skipif(sys.platform == "win32", reason="no other process can be sent Ctrl+C there")
@pytest.mark.parametrize("language", LANGUAGES)
def test_ctrl_c_leaves_whole_files_and_says_how_many(many: Path, tmp_path: Path, language: str) -> None:
    out, beside = tmp_path / "out", tmp_path / "beside.json"
    beside.write_text("mine")
    words = ["--language", language, "convert", many, "--from", "coco", "--to", "labelme", "--out", out]
    with subprocess.Popen([sys.executable, "-m", "annotator", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"}) as process:
        _until_written(process, out)
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in errors
    count = whole(out)
    assert 0 < count < 1500
    assert told.splitlines()[-1].startswith(STOPPED[language]) and str(count) in told.splitlines()[-1]
    assert beside.read_text() == "mine"


def _until_written(process: subprocess.Popen[str], out: Path) -> None:
    end = time.monotonic() + 60
    while not any(out.rglob("*.json")):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0)


def test_ctrl_c_while_reading_writes_nothing(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    before, read_bytes = signal.getsignal(signal.SIGINT), Path.read_bytes

    def interrupted(path: Path) -> bytes:
        if path.name == few.name:
            signal.raise_signal(signal.SIGINT)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", interrupted)
    assert convert(few, tmp_path / "out", "en") == 1
    assert "Stopped: nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("language", "writes"), [("en", 0), ("ko", 1), ("en", 7), ("en", 23)])
def test_a_full_disk_is_said_and_nothing_is_half(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str,
                                                 writes: int) -> None:
    left = iter(range(writes))

    def write(descriptor: int, content: bytes) -> int:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(descriptor, content)

    with calling(replace(Calls(), write=write)):
        assert convert(few, tmp_path / "out", language) == 1
    assert FULL[language] in capsys.readouterr().err
    assert whole(tmp_path / "out") == writes // 2  # each file is written in two halves


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB of its own, where one may mount."""
    place, mount = tmp_path / "disk", shutil.which("mount")
    place.mkdir()
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], capture_output=True, check=False)
    if not done or done.returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_disk_that_fills_up_under_several_processes(many: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert(many, small_disk / "out", "en") == 1
    assert FULL["en"] in capsys.readouterr().err
    assert whole(small_disk / "out") > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_read_only_disk_is_said(few: Path, small_disk: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert convert(few, small_disk / "out", language) == 1
    assert READ_ONLY[language] in capsys.readouterr().err
    assert not list(small_disk.iterdir())


@pytest.mark.parametrize(("language", "told"), [("en", "no permission"), ("ko", "권한이 없습니다")])
def test_a_folder_that_forbids_writing_is_said(few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str,
                                               told: str) -> None:
    def mkdir(folder: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    with calling(replace(Calls(), mkdir=mkdir)):
        assert convert(few, tmp_path / "out", language) == 1
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
