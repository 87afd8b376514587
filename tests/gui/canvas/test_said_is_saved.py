"""What stands beside the pointer before the hand lets go is what is measured of the saved area, whatever the project's rules make of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.annotation import Annotation
from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.merge import Mode
from annotator.domain.path import Path as Line
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.gui.canvas.measure import beside_pointer, changed_text, pulled_to
from annotator.present.ghost import ghost_text
from annotator.present.measures import area_text, main_figure
from annotator.tools.gesture import Change, Draft, Makes, Move, Redraw, Remove, Reshape, Shift
from annotator.workspace.projects import create
from annotator.workspace.session import Session
from tests.gui.canvas.desk import image
from tests.workspace import mammograms
from tests.workspace.study import box, lung_project, opened, small_ct

DRAFTS = {
    "tool.free": Draft(Makes.REGION, ((8.3, 8.6), (30.4, 10.2), (25.7, 30.1), (9.6, 24.3))),
    "tool.ellipse": Draft(Makes.ELLIPSE, ((35.2, 35.4), (55.7, 50.9))),
    "tool.brush": Draft(Makes.SWEEP, ((40.3, 10.1), (55.2, 20.6)), radii=(3.2, 3.2)),
    "tool.box": Draft(Makes.BOX, ((12.3, 14.7), (31.6, 40.2))),
}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ct(tmp_path_factory.mktemp("ct"), slices=2)


def ruled(folder: Path, images: Path, rule: str = "") -> Session:
    root = lung_project(folder / "p").root
    definition = root / "project.toml"
    text = definition.read_text("utf-8")
    definition.write_text(text.replace('supercategory = "CCT"', f'supercategory = "CCT"\n{rule}'), "utf-8")
    return opened(root, images)[0]


def before_and_after(session: Session, tool: str, draft: Draft) -> tuple[str, Annotation]:
    """What is said of a draft while the button is held, and what there is once it was let go."""
    session.choose_tool(tool)
    session.choose_mode(Mode.NEW)
    stroke = draft.ended()
    edit, there = session.proposed(stroke), {a.id for a in session.annotations}
    assert isinstance(edit, Edit)
    text = beside_pointer(draft, edit, session.image, {}, as_drawn=session.as_drawn)
    session.perform(stroke)
    return text, next(a for a in session.annotations if a.id not in there)


def pixels(annotation: Annotation, image: Image) -> int:
    return region_mask(annotation.shape, image.rows, image.columns).count


def area(annotation: Annotation, image: Image) -> str:
    return area_text(pixels(annotation, image), image.spacing)


@pytest.mark.parametrize("tool", DRAFTS)
def test_where_boxes_are_delivered_the_box_is_said(tmp_path: Path, images: Path, tool: str) -> None:
    session = ruled(tmp_path, images, "deliver_boxes = true")
    assert not session.as_drawn
    text, after = before_and_after(session, tool, DRAFTS[tool])
    assert after.shape.is_box
    assert text == main_figure(after, session.image)


@pytest.mark.parametrize("tool", ["tool.free", "tool.brush", "tool.box"])
def test_where_a_locked_neighbour_takes_its_share_what_is_left_is_said(tmp_path: Path, images: Path, tool: str) -> None:
    session = ruled(tmp_path, images, "exclusive = true")
    session.choose_category(session.categories[1].key)
    session.choose_tool("tool.box")
    session.perform(box(0, 0, 64, 19))
    session.select({1})
    session.lock()
    session.choose_category(session.categories[0].key)
    assert not session.as_drawn
    text, after = before_and_after(session, tool, DRAFTS[tool])
    assert after.shape.bounds[1] >= 19
    assert text == main_figure(after, session.image)


@pytest.mark.parametrize("tool", ["tool.free", "tool.brush", "tool.box"])
def test_where_positions_are_whole_numbers_what_they_leave_is_said(tmp_path: Path, tool: str) -> None:
    (tmp_path / "images").mkdir()
    session = mammograms.opened(create("breast-cancer", tmp_path / "breast").root, mammograms.four_views(tmp_path / "images"))
    assert not session.as_drawn
    text, after = before_and_after(session, tool, DRAFTS[tool])
    assert text == f"{main_figure(after, session.image)} at the detector"
    raw = beside_pointer(DRAFTS[tool], None, session.image)
    assert tool == "tool.brush" or raw != text, "the draft alone would say something else"


@pytest.mark.parametrize("tool", DRAFTS)
def test_without_such_a_rule_it_is_said_of_the_draft_at_once_and_is_true(tmp_path: Path, images: Path, tool: str) -> None:
    session = ruled(tmp_path, images)
    assert session.as_drawn
    text, after = before_and_after(session, tool, DRAFTS[tool])
    assert text.endswith(area(after, session.image))
    if tool in ("tool.free", "tool.box"):
        assert text == beside_pointer(DRAFTS[tool], None, session.image) == main_figure(after, session.image)


def test_where_a_rule_may_change_it_a_draft_is_no_answer_and_is_marked_where_there_is_no_other() -> None:
    where, draft = mammogram(), DRAFTS["tool.free"]
    assert beside_pointer(draft, None, where) != ""
    assert beside_pointer(draft, None, where, as_drawn=False) == ""
    assert "let go" in beside_pointer(draft, None, where, unknown=True, as_drawn=False)


def mammogram() -> Image:
    return image(1, spacing=(0.5, 0.25))


@pytest.mark.parametrize(
    "change",
    [
        Reshape(1, (0, 0, 1), (47.0, 9.0)),
        Redraw(1, (0, 0), ((30.0, 20.0), (44.0, 22.0), (30.0, 24.0))),
        Shift(1, (0, 0, 1), 9.0, 0.0),
    ],
)
@pytest.mark.parametrize("rule", ["", "deliver_boxes = true"])
def test_while_an_outline_is_changed_its_result_is_said(tmp_path: Path, images: Path, change: Change, rule: str) -> None:
    session = ruled(tmp_path, images, rule)
    session.choose_tool("tool.box")
    session.perform(box(10, 10, 30, 30))
    edit = session.proposed(change)
    text = changed_text(change, edit, session.image, {})
    session.perform(change)
    after = session.annotations[0]
    assert pixels(after, session.image) != 400
    assert text == ghost_text(edit, session.image)
    assert text.endswith(area(after, session.image))
    assert "×" in text, "both diameters"


def test_while_a_line_is_changed_its_length_is_said_and_of_what_is_only_moved_nothing(tmp_path: Path, images: Path) -> None:
    session = ruled(tmp_path, images)
    session.choose_tool("tool.line")
    session.perform(Draft(Makes.PATH, ((10.0, 10.0), (20.0, 10.0))).ended())
    change = Reshape(1, (0, 0, 1), (40.0, 10.0))
    text = changed_text(change, session.proposed(change), session.image, {})
    session.perform(change)
    assert text == main_figure(session.annotations[0], session.image)
    moved = Move(1, 5.0, 5.0)
    assert changed_text(moved, session.proposed(moved), session.image, {}) == ""
    assert changed_text(change, None, session.image, {}) == ""
    assert "let go" in changed_text(change, None, session.image, {}, unknown=True)


def test_it_is_said_where_the_hand_is() -> None:
    square = Annotation(1, mammogram().key, "CCT1", "Box", Region.box(10, 10, 30, 40))
    line = replace(square, id=2, toolname="Line", shape=Line((((0.0, 0.0), (4.0, 8.0)),)))
    there = (square, line)
    assert pulled_to(Reshape(1, (0, 0, 1), (47.0, 9.0)), there) == (47.0, 9.0)
    assert pulled_to(Redraw(1, (0, 0), ((1.0, 2.0), (3.0, 4.0))), there) == (3.0, 4.0)
    assert pulled_to(Shift(1, (0, 0, 1), 9.0, 2.0), there) == (39.0, 27.0)
    assert pulled_to(Shift(2, (0, 0, 0), 1.0, 1.0), there) == (3.0, 5.0)
    assert pulled_to(Remove(1, (0, 0, 1)), there) is None
