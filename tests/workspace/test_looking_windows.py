"""Windows of a session: those of the header are shown as they are, numbers that a person says become a straight range."""

from pathlib import Path

from annotator.domain.honesty import Origin
from annotator.domain.picture import Voi, VoiTable, Window
from annotator.workspace.notice import Topic
from tests.workspace.study import lung_project, opened, small_ct

NORMAL = Window.of_table(VoiTable(-1000, bytes(range(256))), "NORMAL")


def session_in(place: Path):
    small_ct(place / "ct")
    lung_project(place / "project")
    return opened(place / "project", place / "ct")[0]


def test_a_table_stays_until_other_numbers_are_said(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.show_window(NORMAL)
    session.set_window(NORMAL.center, NORMAL.width)
    assert session.window == NORMAL
    session.set_window(NORMAL.center, NORMAL.width + 1)
    assert session.window.table is None and session.window.origin is Origin.PERSON


def test_a_window_keeps_its_function_and_name_until_it_is_moved(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    heard = []
    session.subscribe(heard.append)
    soft = Window(40, 400, "SOFT", Voi.SIGMOID, Origin.HEADER)
    session.show_window(soft)
    session.show_window(soft)
    assert session.window == soft and heard.count(Topic.WINDOW) == 1
    session.set_window(50, 400)
    assert session.window == Window(50, 400, function=Voi.SIGMOID)
