"""A box of the image is brought into sight by as little as need be."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from annotator.gui.canvas.eye import Eye
from annotator.gui.canvas.transform import MOST_ZOOM, Placed

WIDTH, HEIGHT = 640.0, 480.0
corner = st.tuples(st.floats(0, 500), st.floats(0, 380))


def looking(zoom: float, x: float, y: float, *, mirrored: bool = False) -> Eye:
    eye = Eye()
    eye.resize(WIDTH, HEIGHT, 1.0)
    eye.place(Placed(400, 512, mirrored=mirrored), anew=True)
    eye.look_at(zoom, x, y)
    return eye


def seen(eye: Eye, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    (ax, ay), (bx, by) = eye.transform.to_widget(*box[:2]), eye.transform.to_widget(*box[2:])
    return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


@given(
    at=corner,
    size=st.tuples(st.floats(1, 300), st.floats(1, 300)),
    zoom=st.floats(0.2, MOST_ZOOM / 2),
    centre=corner,
    mirrored=st.booleans(),
)
def test_a_box_is_in_sight_afterwards_and_large_enough(at, size, zoom, centre, mirrored) -> None:
    box = (*at, at[0] + size[0], at[1] + size[1])
    eye = looking(zoom, *centre, mirrored=mirrored)
    eye.bring(box)
    left, top, right, low = seen(eye, box)
    assert -1 <= left and -1 <= top and right <= WIDTH + 1 and low <= HEIGHT + 1
    assert max(right - left, low - top) >= 16 - 1e-6 or eye.transform.zoom >= 8.0
    before = eye.transform
    eye.bring(box)
    assert eye.transform == before, "once is enough"


@given(at=corner, size=st.tuples(st.floats(8, 30), st.floats(8, 30)), centre=corner)
def test_what_is_seen_well_stays_where_it_is_and_what_is_not_keeps_the_zoom(at, size, centre) -> None:
    box = (*at, at[0] + size[0], at[1] + size[1])
    eye = looking(4.0, *centre)
    before, (left, top, right, low) = eye.transform, seen(eye, box)
    assume(all(abs(part) > 1 for part in (left, top, right - WIDTH, low - HEIGHT)))
    eye.bring(box)
    if left >= 0 and top >= 0 and right <= WIDTH and low <= HEIGHT:
        assert eye.transform == before
    else:
        assert eye.transform.zoom == 4.0


def test_a_fitted_picture_that_shows_it_stays_fitted() -> None:
    eye = Eye()
    eye.resize(WIDTH, HEIGHT, 1.0)
    eye.place(Placed(400, 512), anew=True)
    eye.bring((100.0, 100.0, 180.0, 160.0))
    assert eye.fitted


def test_what_is_asked_for_before_the_image_is_there_comes_with_it() -> None:
    eye = looking(6.0, 20.0, 20.0)
    eye.bring((400.0, 300.0, 420.0, 320.0), later=True)
    assert eye.centre != (410.0, 310.0)
    eye.place(Placed(400, 512), anew=False)
    left, top, right, low = seen(eye, (400.0, 300.0, 420.0, 320.0))
    assert 0 <= left < right <= WIDTH and 0 <= top < low <= HEIGHT
