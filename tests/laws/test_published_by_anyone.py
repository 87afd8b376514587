"""A save that was killed while its files were brought into place is finished, or taken back, by whoever opens the project next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.workspace import projects, revisions
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.laws.pixels import delivered_masks, masks_of, same
from tests.workspace.study import box, lung_project, small_ct

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a matter of POSIX")

_ROOT = Path(__file__).resolve().parents[2]
_KIM = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from tests.laws.test_published_by_anyone import person
from tests.workspace.study import box
kim = person(Path(sys.argv[1]), "Kim")
kim.perform(box(8, 8, 20, 20))
os.environ["ANNOTATOR_FAULT"] = sys.argv[2]
kim.save()
"""


def person(place: Path, who: str) -> Session:
    session = Session(projects.open_project(place / "project"), Immediate(), author=who)
    session.open_folder([place / "ct"])
    session.choose_tool("tool.box")
    return session


@pytest.mark.parametrize(("point", "saved"), [("publish.after_intent", False), ("publish.before_json", True)])
def test_who_opens_the_project_next_finds_no_half_published_save(tmp_path: Path, point: str, saved: bool) -> None:
    lung_project(tmp_path / "project")
    small_ct(tmp_path / "ct", slices=2, size=32)
    surroundings = os.environ | {"PYTHONPATH": str(_ROOT), "ANNOTATOR_HOME": str(tmp_path / "another PC")}
    ended = subprocess.run([sys.executable, "-c", _KIM, str(tmp_path), point], cwd=_ROOT, env=surroundings, check=False)
    assert ended.returncode == -signal.SIGKILL and list((tmp_path / "project" / ".annotator" / "intents").iterdir())
    lee = person(tmp_path, "Lee")
    assert lee.series is not None and lee.question is None
    case = lee.series.uid
    assert not list((tmp_path / "project" / ".annotator" / "intents").iterdir())
    assert len(revisions.listed(tmp_path / "project", case)) == saved
    folders = [path.parent for path in (tmp_path / "project" / "lung_cancer").rglob("json")]
    assert len(folders) == saved
    for folder in folders:
        assert [a.drawn.author for a in lee.annotations] == ["Kim"]
        assert same(delivered_masks(folder), masks_of(lee.document, lee.series.places, 32, 32))
    lee.perform(box(2, 2, 6, 6))
    lee.close()
    assert len(revisions.listed(tmp_path / "project", case)) == saved + 1
