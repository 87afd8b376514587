"""Who has a case open says so to others: seen by its beat, never by a clock, gone at once with its process, and in nobody's way."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.i18n import say
from annotator.workspace import leases, log, projects
from annotator.workspace.leases import STILL, Lease, Watch
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.workspace.study import box, lung_project, small_ct

MINE = Lease("1.2.3", "Kim", "0123456789abcdef", "elsewhere", 7, "2026-03-04T05:06:07+09:00", "other start")


class Person:
    """A window of somebody, its tasks, and what it said."""

    def __init__(self, place: Path, who: str) -> None:
        self.heard: list[str] = []
        self.tasks = Immediate()
        project = projects.open_project(place / "project")
        self.session = Session(project, self.tasks, author=who, clock=lambda: "2026-03-04T05:06:07.000+09:00")
        self.session.subscribe(self._hear)
        self.session.open_folder([place / "ct"])

    def _hear(self, topic: Topic) -> None:
        if topic is Topic.MESSAGE and self.session.said is not None:
            self.heard.append(say(self.session.said.message))

    def said(self, text: str) -> int:
        return sum(text in sentence for sentence in self.heard)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    lung_project(tmp_path / "project")
    small_ct(tmp_path / "ct", slices=2, size=32)
    return tmp_path


def there(place: Path) -> list[tuple[str, int]]:
    return sorted((lease.who, lease.beat) for lease in leases.leases(place / "project"))


def test_a_lease_is_there_until_it_is_let_go(tmp_path: Path) -> None:
    leases.take(tmp_path, MINE)
    with pytest.raises(FileExistsError):
        leases.take(tmp_path, MINE)
    after = leases.beaten(tmp_path, leases.beaten(tmp_path, MINE))
    assert leases.leases(tmp_path) == (after,) and after == replace(MINE, beat=2)
    leases.let_go(tmp_path, after)
    assert leases.leases(tmp_path) == ()


def test_it_lives_as_long_as_its_beat_goes_on_whatever_the_clocks_say() -> None:
    now = [0.0]
    watch, lease = Watch(lambda: now[0]), replace(MINE, since="2031-01-01T00:00:00+00:00")
    for beat in range(5):
        now[0] += STILL - 1
        assert watch.dead([replace(lease, beat=beat)]) == ()
    now[0] += STILL + 1
    still = replace(lease, beat=4)
    assert watch.dead([still]) == (still,)
    assert Watch(lambda: now[0]).dead([still]) == (), "who sees it for the first time cannot know"


def test_one_of_several_watchers_takes_a_dead_one_over(tmp_path: Path) -> None:
    leases.take(tmp_path, MINE)
    assert leases.taken_over(tmp_path, MINE) and not leases.taken_over(tmp_path, MINE)
    assert list((tmp_path / ".annotator" / "leases").iterdir()) == []
    assert leases.beaten(tmp_path, MINE).beat == 1, "one that only slept is there again"


def test_what_is_no_lease_is_passed_over(tmp_path: Path) -> None:
    leases.take(tmp_path, MINE)
    folder = tmp_path / ".annotator" / "leases"
    copied = (folder / MINE.name).read_bytes()
    for name, content in (("x.ffffffffffffffff.json", b"{}"), ("notes.txt", b""), ("y.0123456789abcdef.json", copied)):
        (folder / name).write_bytes(content)
    assert leases.leases(tmp_path) == (MINE,)


def test_who_opens_a_case_that_somebody_has_open_is_told_once_and_may_work(place: Path) -> None:
    kim = Person(place, "Kim")
    assert there(place) == [], "who only pages through is not told of"
    kim.tasks.elapse()
    assert there(place) == [("Kim", 1)]
    lee = Person(place, "Lee")
    assert lee.said("Kim has had this case open since 2026-03-04 05:06") == 1
    assert [lease.who for lease in lee.session.company] == ["Kim"]
    lee.session.choose_tool("tool.box")
    lee.session.perform(box(5, 5, 9, 9))
    assert len(lee.session.annotations) == 1
    for one in (lee, kim, lee, kim):
        one.tasks.elapse()
    assert (kim.said("Lee has had this case open"), lee.said("Kim has had this case open")) == (1, 1)
    kim.session.close()
    lee.tasks.elapse()
    assert lee.said("Kim has closed this case") == 1 and lee.session.company == ()
    lee.session.close()
    assert there(place) == []


def test_another_window_of_the_same_person_is_told_as_that(place: Path) -> None:
    first = Person(place, "Kim")
    first.tasks.elapse()
    assert Person(place, "Kim").said("You have this case open in another window too") == 1


def test_a_case_that_is_left_is_let_go(place: Path) -> None:
    small_ct(place / "more" / "ct", slices=2, size=32)
    kim = Person(place, "Kim")
    kim.tasks.elapse()
    kim.session.open_folder([place / "more"])
    assert there(place) == []
    kim.tasks.elapse()
    assert [who for who, _ in there(place)] == ["Kim"]
    kim.session.close()


def test_the_lease_of_a_machine_that_fell_silent_is_taken_over_and_said(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lee = Person(place, "Lee")
    assert lee.session.series is not None
    leases.take(place / "project", replace(MINE, case=lee.session.series.uid))
    now = [0.0]
    monkeypatch.setattr(lee.session, "_beats_seen", Watch(lambda: now[0]))
    lee.tasks.elapse()
    assert lee.said("Kim has had this case open") == 1
    now[0] += STILL + 1
    lee.tasks.elapse()
    assert lee.said("Kim had this case open on elsewhere, where the program ended") == 1 and lee.said("has closed") == 0
    (row,) = log.read(place / "project")
    assert (row.person, row.action, row.facts["who"], row.facts["machine"]) == ("Lee", "lease.taken_over", "Kim", "elsewhere")
    assert [who for who, _ in there(place)] == ["Lee"]


_OTHER_PROCESS = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from tests.workspace.test_leases import Person
kim = Person(Path(sys.argv[1]), "Kim")
kim.tasks.elapse()
for line in sys.stdin:
    kim.tasks.elapse()
    print(line.strip(), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there a process is not asked for by its number")
def test_the_lease_of_a_process_of_this_machine_lives_with_it_and_is_taken_over_as_soon_as_it_is_killed(place: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    surroundings = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", _OTHER_PROCESS, str(place)]
    with subprocess.Popen(command, cwd=root, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None and other.stdout is not None
        other.stdin.write("there\n")
        other.stdin.flush()
        assert other.stdout.readline() == "there\n"
        lee = Person(place, "Lee")
        assert lee.said("Kim has had this case open") == 1 and [lease.process for lease in lee.session.company] == [other.pid]
        lee.tasks.elapse()
        assert there(place) == [("Kim", 2), ("Lee", 1)]
        other.kill()
        other.wait()
    lee.tasks.elapse()
    assert lee.said("Kim had this case open") == 1 and lee.session.company == () and [who for who, _ in there(place)] == ["Lee"]
    rows = [row for row in log.read(place / "project") if row.action == "lease.taken_over"]
    assert [(row.person, row.facts["who"]) for row in rows] == [("Lee", "Kim")]


def test_a_read_only_project_is_watched_and_not_written(place: Path) -> None:
    kim = Person(place, "Kim")
    kim.tasks.elapse()
    lee = Person(place, "Lee")
    lee.session.project = replace(lee.session.project, read_only=True)
    lee.tasks.elapse()
    assert [who for who, _ in there(place)] == ["Kim"] and lee.said("Kim has had this case open") == 1


def test_what_the_other_saves_is_seen_at_the_next_beat_unless_something_is_unsaved_here(place: Path) -> None:
    kim, lee = Person(place, "Kim"), Person(place, "Lee")
    for one in (kim, lee):
        one.session.choose_tool("tool.box")
        one.session.perform(box(2, 2, 6, 6) if one is kim else box(10, 10, 14, 14))
        if one is kim:
            kim.session.save()
            lee.session.undo()
            lee.session.open_folder(lee.session.folders)
    lee.session.undo()
    lee.session.save()
    for one in (kim, lee, kim, lee):
        one.tasks.elapse()
    assert lee.session.document == kim.session.document and lee.said("saved this case meanwhile") == 0
    kim.session.perform(box(20, 20, 25, 25))
    kim.session.save()
    kim.tasks.elapse()
    assert kim.said("saved this case meanwhile") == 0, "it was the own save"
    lee.tasks.elapse()
    assert lee.session.document == kim.session.document and lee.said("Kim saved this case meanwhile: you see it as it is now") == 1
    kim.session.perform(box(20, 2, 25, 7))
    kim.session.save()
    lee.session.perform(box(1, 20, 5, 25))
    before = lee.session.document
    lee.session._look_around(renew=True)
    assert lee.session.document == before and lee.said("what you save is kept beside it") == 1
