"""A file is there whole or not at all, whatever call of the system fails."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.workspace import durable
from annotator.workspace.durable import Calls, calling

posix = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and hard links as POSIX has them")


def failing(name: str, number: int, code: int) -> tuple[Calls, list[int]]:
    """Calls whose `name` fails the `number`-th time; the list counts its passes."""
    real, passes = getattr(Calls(), name), [0]

    def call(*arguments):
        passes[0] += 1
        if passes[0] != number:
            return real(*arguments)
        if name == "close":
            real(*arguments)
        raise OSError(code, os.strerror(code))

    return replace(Calls(), **{name: call}), passes


def test_a_file_is_written_with_the_folders_it_needs(tmp_path):
    path = tmp_path / "가" / "나" / "file.json"
    durable.write(path, b"one")
    durable.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["file.json"]


def test_the_content_is_on_disk_before_its_name_and_the_name_before_the_return(tmp_path):
    order: list[str] = []

    def noting(name):
        real = getattr(Calls(), name)

        def call(*arguments):
            order.append(name)
            return real(*arguments)

        return call

    with calling(replace(Calls(), **{name: noting(name) for name in ("open", "write", "fsync", "close", "replace")})):
        durable.write(tmp_path / "file", b"content")
    assert [name for name in order if name != "write"] == ["open", "fsync", "close", "replace", "open", "fsync", "close"]
    assert order.index("write") < order.index("fsync")


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "replace", "mkdir"])
def test_whichever_call_fails_there_is_the_old_content_or_the_new_one(tmp_path, name, code):
    for number in range(1, 50):
        path = tmp_path / f"{number}" / "deep" / "file"
        if name != "mkdir":
            durable.write(path, b"old")
        calls, passes = failing(name, number, code)
        try:
            with calling(calls):
                durable.write(path, b"new")
        except OSError as error:
            assert error.errno == code
        if passes[0] < number:
            break
        assert not path.exists() or path.read_bytes() in (b"old", b"new")
        assert [p.name for p in path.parent.glob("*")] in ([], ["file"])
    else:
        pytest.fail("the calls never came to an end")
    assert number > 1


def test_short_writes_are_continued(tmp_path):
    with calling(replace(Calls(), write=lambda descriptor, content: os.write(descriptor, content[:3]))):
        durable.write(tmp_path / "file", b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_name_is_given_only_once(tmp_path):
    durable.create_exclusive(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        durable.create_exclusive(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["file"]


@posix
def test_a_name_taken_at_the_last_moment_is_noticed(tmp_path):
    def link(temporary: Path, path: Path) -> None:
        path.write_bytes(b"theirs")
        os.link(temporary, path)

    with calling(replace(Calls(), link=link)), pytest.raises(FileExistsError):
        durable.create_exclusive(tmp_path / "file", b"ours")
    assert (tmp_path / "file").read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["file"]


@posix
@pytest.mark.parametrize("claimed", [False, True])
def test_without_links_a_name_is_given_only_once_too(tmp_path, claimed):
    calls, _ = failing("link", 1, errno.EPERM)
    if claimed:
        (tmp_path / ".file.claim").touch()
    with calling(calls):
        if claimed:
            with pytest.raises(FileExistsError):
                durable.create_exclusive(tmp_path / "file", b"ours")
            assert os.listdir(tmp_path) == [".file.claim"]
        else:
            durable.create_exclusive(tmp_path / "file", b"ours")
            assert (tmp_path / "file").read_bytes() == b"ours"
            assert os.listdir(tmp_path) == ["file"]


@posix
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("name", ["open", "write", "fsync", "close", "link", "unlink"])
def test_whichever_call_fails_a_new_file_is_whole_or_not_there(tmp_path, name, code):
    for number in range(1, 50):
        path = tmp_path / f"{number}" / "file"
        calls, passes = failing(name, number, code)
        try:
            with calling(calls):
                durable.create_exclusive(path, b"whole")
        except OSError as error:
            assert error.errno == code
        if passes[0] < number:
            break
        assert not path.exists() or path.read_bytes() == b"whole"
        assert [p.name for p in path.parent.glob("*")] in ([], ["file"])
    else:
        pytest.fail("the calls never came to an end")
    assert number > 1


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_another_program_has_open_is_tried_again(tmp_path, code):
    pauses: list[float] = []
    busy = OSError(errno.EACCES, "busy")
    busy.winerror = code

    def replacing(temporary: Path, path: Path) -> None:
        if len(pauses) < 3:
            raise busy
        os.replace(temporary, path)

    with calling(replace(Calls(), replace=replacing, sleep=pauses.append)):
        durable.write(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"
    assert len(pauses) == 3


def test_a_file_that_stays_open_elsewhere_is_given_up_after_a_while(tmp_path):
    pauses: list[float] = []
    busy = PermissionError(errno.EACCES, "busy")
    busy.winerror = 32

    def replacing(temporary: Path, path: Path) -> None:
        raise busy

    (tmp_path / "file").write_bytes(b"old")
    with calling(replace(Calls(), replace=replacing, sleep=pauses.append)), pytest.raises(PermissionError):
        durable.write(tmp_path / "file", b"new")
    assert 1 < sum(pauses) < 5
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_share_without_folder_sync_is_no_error(tmp_path):
    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "no")
        os.fsync(descriptor)

    with calling(replace(Calls(), fsync=fsync)):
        durable.write(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"


def test_removing_twice_is_no_error(tmp_path):
    durable.write(tmp_path / "file", b"content")
    durable.remove(tmp_path / "file")
    durable.remove(tmp_path / "file")
    assert os.listdir(tmp_path) == []


@posix
@pytest.mark.parametrize("point", [p for p in durable.POINTS if p.startswith("write")])
def test_a_killed_write_leaves_old_or_new_and_its_temporary_is_swept(tmp_path, point):
    (tmp_path / "file").write_bytes(b"old" * 100)
    code = "import sys; from pathlib import Path; from annotator.workspace import durable; durable.write(Path(sys.argv[1]), b'new' * 100)"
    environment = dict(os.environ, ANNOTATOR_FAULT=point)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "file")], env=environment, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "file").read_bytes() == (b"new" if point == "write.before_folder" else b"old") * 100
    stray = tmp_path / f".annotator-{durable._machine()}-{os.getpid()}-77.tmp"
    stray.touch()  # of a process that lives
    durable.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [stray.name, "file"]


def test_a_folder_that_a_virus_scanner_looks_into_is_moved_a_little_later(tmp_path):
    (tmp_path / "a.part").mkdir()
    (tmp_path / "a.part" / "file").write_bytes(b"x")
    pauses: list[float] = []
    busy = PermissionError(errno.EACCES, "in use")
    busy.winerror = 5

    def replacing(folder: Path, to: Path) -> None:
        if len(pauses) < 2:
            raise busy
        os.replace(folder, to)

    with calling(replace(Calls(), replace=replacing, sleep=pauses.append)):
        durable.move(tmp_path / "a.part", tmp_path / "a")
    assert len(pauses) == 2 and (tmp_path / "a" / "file").read_bytes() == b"x" and not (tmp_path / "a.part").exists()
