"""With every drawing tool, in every mode, the delivered outlines hold A | S or A & ~S by the oracle, not one pixel more or less.

S is what the same gesture delivers under New, read by the oracle from its outline; what S has to be is held against geometry as far as
geometry alone can say it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.dicom.phantom.chest_ct import chest_ct
from annotator.domain.annotation import Annotation
from annotator.domain.hit import hit
from annotator.domain.merge import Mode
from annotator.domain.raster import region_mask
from annotator.domain.region import Region
from annotator.tools.gesture import Event, Ground, Hit, Kind, Makes, Stroke
from annotator.tools.sweeping import PIXELS
from annotator.workspace.projects import create
from annotator.workspace.session import Session
from annotator.workspace.tasks import Immediate
from tests.pixels import oracle

SIZE = 48
OWN, OTHER = "CCT1", "CCT3"
AREAS = ("tool.free", "tool.box", "tool.ellipse", "tool.brush", "tool.eraser", "tool.grow", "tool.livewire")
CLICKED = {"tool.livewire"}
PIXEL = 0.5
"""A screen pixel in image pixels: gestures are made at a zoom of 2."""
SAG = 0.06
"""Pixels by which a polygon may lie inside the curve that it stands for."""

halves = st.integers(-8, 2 * SIZE + 8).map(lambda n: n / 2)
anywhere = st.floats(-4, SIZE + 4, allow_nan=False).map(lambda v: round(v, 3))
inside = st.integers(1, 2 * SIZE - 1).map(lambda n: n / 2)
ways = st.lists(st.tuples(halves, halves), min_size=3, max_size=7) | st.lists(st.tuples(anywhere, anywhere), min_size=3, max_size=7)
starts = st.tuples(inside, inside)
gestures = st.builds(lambda start, way: (start, *way), starts, ways)
third = settings(max_examples=max(settings.default.max_examples // 3, 1))
"""An example draws ten times here."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Somebody at a slice of a chest CT of 48 × 48."""
    folder = tmp_path_factory.mktemp("tools")
    chest_ct(folder / "ct", slices=1, size=SIZE)
    found = Session(create("lung-cancer", folder / "project"), Immediate(), author="kim", clock=lambda: "2026-03-04T05:06:07+09:00")
    found.open_folder([folder / "ct"])
    assert found.picture is not None
    yield found
    found.close()


def rings_mask(annotations) -> np.ndarray:
    """What areas hold by the oracle, read from their outlines; the product's masks say the same."""
    held = np.zeros((SIZE, SIZE), dtype=bool)
    for a in annotations:
        if isinstance(a.shape, Region):
            own = oracle.even_odd(list(a.shape.rings), SIZE, SIZE)
            assert np.array_equal(own, region_mask(a.shape, SIZE, SIZE).array()), f"annotation {a.id}: oracle and mask differ"
            held |= own
    return held


def of(session: Session, category: str) -> list[Annotation]:
    return [a for a in session.annotations if a.category == category]


def gesture(session: Session, tool: str, points, *, control: bool = False, **options) -> None:
    """Press at the first point, move through the others and release, or click them and press Enter; do what the tool makes of it."""
    session.choose_tool(tool)
    image, picture = session.image, session.picture
    assert session.tool.id == tool and image is not None and picture is not None
    ground = Ground(image, picture, {**session.options, **options})
    left, last = points[1:], points[-1]
    if tool in CLICKED:
        kinds = [(kind, point) for point in points for kind in (Kind.PRESS, Kind.RELEASE)] + [(Kind.CONFIRM, last)]
    else:
        kinds = [(Kind.PRESS, points[0]), *((Kind.MOVE, point) for point in left), (Kind.RELEASE, last)]
    conversation = session.tool.start()
    next(conversation)
    for kind, point in kinds:
        found = hit(session.annotations, *point, 6 * PIXEL, session.selection) if kind is Kind.PRESS else None
        under = Hit(found.annotation, found.vertex, found.edge) if found else None
        try:
            conversation.send(Event(kind, *point, PIXEL, kind is not Kind.RELEASE, control, hit=under, ground=ground))
        except StopIteration as end:
            if end.value is not None:
                session.perform(end.value, 1 / PIXEL)
            return


def clear(session: Session) -> None:
    session.go_to_step(0)
    assert session.annotations == ()


def lay(session: Session, category: str, *outlines) -> None:
    """Draw areas of a category under New."""
    session.choose_category(category)
    session.choose_mode(Mode.NEW)
    session.choose_tool("tool.free")
    for points in outlines:
        session.perform(Stroke(Makes.REGION, tuple(points)), 2.0)


def delivered(session: Session, tool: str, points, **options) -> np.ndarray:
    """S: what the gesture delivers under New on an empty image; an eraser is a brush there."""
    clear(session)
    session.choose_category(OWN)
    session.choose_mode(Mode.NEW)
    gesture(session, "tool.brush" if tool == "tool.eraser" else tool, points, **options)
    assert len(session.annotations) <= 1
    return rings_mask(session.annotations)


brushes = st.fixed_dictionaries({"size": st.sampled_from([1.0, 2.5, 6.0, 15.0]), "unit": st.just(PIXELS)})


@pytest.mark.parametrize("tool", AREAS)
@third
@given(points=gestures, before=st.lists(ways, min_size=1, max_size=2), other=ways, control=st.booleans(), options=brushes)
def test_the_set_algebra_holds_with_every_tool_in_every_mode(session: Session, tool: str, points, before, other, control, options) -> None:
    drawn = delivered(session, tool, points, **options)
    for mode in Mode:
        clear(session)
        lay(session, OTHER, other)
        lay(session, OWN, *before)
        had, beside = rings_mask(of(session, OWN)), of(session, OTHER)
        session.choose_mode(mode)
        gesture(session, tool, points, control=control, **options)
        does = Mode.SUB if tool == "tool.eraser" else mode
        takes = (does.turned if control else does) is Mode.SUB
        wrong = rings_mask(of(session, OWN)) != (had & ~drawn if takes else had | drawn)
        assert not wrong.any(), f"{mode}: {wrong.sum()} pixels differ"
        assert of(session, OTHER) == beside


def fits(found: np.ndarray, least: np.ndarray, most: np.ndarray) -> bool:
    return bool((found[least]).all() and not (found & ~most).any())


centre_x, centre_y = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)


@third
@given(points=gestures)
def test_free_and_box_deliver_what_the_stroke_winds_around(session: Session, points) -> None:
    assert np.array_equal(delivered(session, "tool.free", points), _free(points))
    (ax, ay), (bx, by) = points[0], points[-1]
    corners = [(ax, ay), (bx, ay), (bx, by), (ax, by)]
    if _dragged(points):
        assert np.array_equal(delivered(session, "tool.box", points), oracle.nonzero([corners], SIZE, SIZE))


def _dragged(points) -> bool:
    return any(math.dist(points[0], point) > 3 * PIXEL for point in points)


def _free(points) -> np.ndarray:
    return oracle.nonzero([points], SIZE, SIZE) if _dragged(points) else np.zeros((SIZE, SIZE), dtype=bool)


@third
@given(points=gestures)
def test_an_ellipse_delivers_the_pixels_whose_centres_lie_in_it(session: Session, points) -> None:
    (ax, ay), (bx, by) = points[0], points[-1]
    (x, y), (rx, ry) = ((ax + bx) / 2, (ay + by) / 2), (abs(bx - ax) / 2, abs(by - ay) / 2)
    if not _dragged(points) or min(rx, ry) < 1:
        return
    found = delivered(session, "tool.ellipse", points)
    narrower = 1 - SAG / min(rx, ry)
    far = ((centre_x - x) / rx) ** 2 + ((centre_y - y) / ry) ** 2
    assert fits(found, far < narrower**2, far <= 1 + 1e-9)


@pytest.mark.parametrize("tool", ["tool.brush", "tool.eraser"])
@third
@given(points=gestures, size=st.sampled_from([2.5, 6.0, 15.0]))
def test_a_brush_delivers_the_pixels_whose_centres_it_reaches(session: Session, tool: str, points, size: float) -> None:
    found = delivered(session, tool, points, size=size, unit=PIXELS)
    assert fits(found, oracle.stroke(points, size - 2 * SAG, SIZE, SIZE), oracle.stroke(points, size + SAG, SIZE, SIZE))


corners = st.integers(0, 7)
steps = st.tuples(st.integers(-18, 18).map(lambda n: n / 2), st.integers(-18, 18).map(lambda n: n / 2)).filter(
    lambda step: math.hypot(*step) > 3 * PIXEL
)
OCTAGON = ((16.0, 9.5), (31.0, 9.5), (40.5, 17.0), (40.5, 31.5), (31.0, 40.0), (16.5, 40.0), (8.0, 31.0), (8.0, 17.5))


def reshaped(session: Session, points, expected: np.ndarray, *, control: bool = False) -> None:
    """In every mode the reshaping gesture makes this of one selected area with eight corners."""
    for mode in Mode:
        clear(session)
        lay(session, OWN, OCTAGON)
        (laid,) = session.annotations
        assert laid.shape == Region(((OCTAGON,),))
        session.select([laid.id])
        session.choose_mode(mode)
        gesture(session, "tool.reshape", points, control=control)
        wrong = rings_mask(session.annotations) != expected
        assert not wrong.any(), f"{mode}: {wrong.sum()} pixels differ"


@third
@given(corner=corners, step=steps)
def test_a_corner_that_is_dragged_is_the_outline_with_another_corner(session: Session, corner: int, step) -> None:
    x, y = OCTAGON[corner]
    to = min(max(x + step[0], 0.0), float(SIZE)), min(max(y + step[1], 0.0), float(SIZE))
    ring = [to if place == corner else point for place, point in enumerate(OCTAGON)]
    reshaped(session, ((x, y), (x + step[0] / 2, y + step[1] / 2), to), oracle.nonzero([ring], SIZE, SIZE))


@third
@given(edge=corners, step=steps)
def test_an_edge_that_is_dragged_with_ctrl_takes_both_its_corners_along(session: Session, edge: int, step) -> None:
    (ax, ay), (bx, by), (dx, dy) = OCTAGON[edge], OCTAGON[(edge + 1) % 8], step
    moved = [(x + dx, y + dy) if place in (edge, (edge + 1) % 8) else (x, y) for place, (x, y) in enumerate(OCTAGON)]
    grip = ((ax + bx) / 2, (ay + by) / 2)
    reshaped(session, (grip, (grip[0] + dx, grip[1] + dy)), oracle.nonzero([moved], SIZE, SIZE), control=True)


@third
@given(edge=corners, out=st.integers(-12, 12).filter(bool), share=st.sampled_from([0.35, 0.5, 0.65]))
def test_a_stretch_that_is_drawn_anew_adds_a_bulge_or_cuts_a_dent(session: Session, edge: int, out: int, share: float) -> None:
    (ax, ay), (bx, by) = OCTAGON[edge], OCTAGON[(edge + 1) % 8]
    away = math.dist((ax, ay), (bx, by))
    normal = ((by - ay) / away, (ax - bx) / away)
    first, last = ((ax + t * (bx - ax), ay + t * (by - ay)) for t in (0.3, 0.7))
    tip = (ax + share * (bx - ax) + out / 2 * normal[0], ay + share * (by - ay) + out / 2 * normal[1])
    had, bump = oracle.nonzero([OCTAGON], SIZE, SIZE), oracle.nonzero([[first, tip, last]], SIZE, SIZE)
    reshaped(session, (first, tip, last), had | bump if out > 0 else had & ~bump)


@third
@given(edge=corners, share=st.sampled_from([0.4, 0.5, 0.6]))
def test_a_click_on_an_edge_changes_no_pixel_and_a_ctrl_click_on_a_corner_takes_it_out(session: Session, edge: int, share: float) -> None:
    (ax, ay), (bx, by) = OCTAGON[edge], OCTAGON[(edge + 1) % 8]
    on = (ax + share * (bx - ax), ay + share * (by - ay))
    with_corner = [*OCTAGON[: edge + 1], on, *OCTAGON[edge + 1 :]]
    reshaped(session, (on,), oracle.nonzero([with_corner], SIZE, SIZE))
    left = [point for place, point in enumerate(OCTAGON) if place != edge]
    reshaped(session, ((ax, ay),), oracle.nonzero([left], SIZE, SIZE), control=True)
