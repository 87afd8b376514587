"""Wherever a window was and whatever screens there are now, it opens where a hand can reach it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.present.screens import LEAST, TITLE, Box, Screen, first_place, home, on_screen, outer, set_name, torn_place

LAND = Screen("land", Box(0, 0, 1920, 1080), Box(0, 0, 1920, 1040))
PORTRAIT = Screen("portrait", Box(1920, -400, 1080, 1920), Box(1920, -400, 1080, 1920), 1.5)
FAR = st.integers(-100_000, 100_000)
boxes = st.builds(Box, FAR, FAR, st.integers(1, 12_000), st.integers(1, 12_000))


@st.composite
def desktops(draw: st.DrawFn) -> list[Screen]:
    """One to four screens beside one another, at any height, some with a task bar."""
    made, left = [], draw(st.integers(-4000, 4000))
    for number in range(draw(st.integers(1, 4))):
        width, height = draw(st.integers(320, 4000)), draw(st.integers(320, 4000))
        bar, top = draw(st.integers(0, 80)), draw(st.integers(-2000, 2000))
        box = Box(left, top, width, height)
        made.append(Screen(f"s{number}", box, Box(left, top, width, height - bar), draw(st.sampled_from([1.0, 1.25, 2.0]))))
        left += width
    return made


def uncovered(window: Box, screens: list[Screen]) -> int:
    rest: tuple[Box, ...] = (window,)
    for screen in screens:
        rest = tuple(piece for box in rest for piece in box.without(screen.free))
    return sum(box.width * box.height for box in rest)


@given(boxes, desktops())
def test_all_of_a_window_and_its_title_bar_is_on_screens(wanted: Box, screens: list[Screen]) -> None:
    place = on_screen(wanted, screens)
    assert uncovered(outer(place), screens) == 0
    assert place.width > 0 and place.height > 0


@given(boxes, desktops())
def test_a_window_that_was_put_right_stays_there(wanted: Box, screens: list[Screen]) -> None:
    place = on_screen(wanted, screens)
    assert on_screen(place, screens) == Box(place.left, place.top, max(place.width, LEAST[0]), max(place.height, LEAST[1])) == place


@given(boxes, desktops())
def test_a_window_is_never_made_larger_than_it_was(wanted: Box, screens: list[Screen]) -> None:
    place = on_screen(wanted, screens)
    assert place.width <= max(wanted.width, LEAST[0]) and place.height <= max(wanted.height, LEAST[1])


@given(boxes, boxes, st.lists(boxes, max_size=4), desktops())
def test_what_is_torn_off_is_on_screens_too(here: Box, main: Box, others: list[Box], screens: list[Screen]) -> None:
    place, _ = torn_place(here, main, others, screens)
    assert uncovered(outer(place), screens) == 0


@given(desktops(), st.tuples(st.integers(200, 5000), st.integers(200, 5000)))
def test_the_first_place_is_on_its_screen(screens: list[Screen], size: tuple[int, int]) -> None:
    for screen in screens:
        place = first_place(screen, size)
        assert uncovered(outer(place), [screen]) == 0


def test_a_window_over_two_monitors_stays_over_both() -> None:
    wide = Box(1000, 10, 1500, 900)
    assert on_screen(wide, [LAND, PORTRAIT]) == wide
    assert on_screen(wide, [LAND]) == Box(420, 10, 1500, 900)


def test_a_window_of_a_monitor_that_is_gone_comes_to_the_nearest_one() -> None:
    place = on_screen(Box(2000, 100, 1000, 1700), [LAND])
    assert place == Box(920, 0, 1000, 1040 - TITLE)
    assert home(place, [LAND, PORTRAIT]) is LAND


def test_an_upright_screen_is_filled_across() -> None:
    assert first_place(PORTRAIT, (1280, 800)) == Box(1920, -400, 1080, 1920 - TITLE)
    assert first_place(LAND, (1280, 800)) == Box(320, 104, 1280, 800)


def test_a_view_that_is_torn_off_fills_the_monitor_that_is_free() -> None:
    main, here = Box(100, 50, 1600, 900), Box(400, 200, 800, 600)
    assert torn_place(here, main, [], [LAND, PORTRAIT]) == (Box(1920, -400, 1080, 1920 - TITLE), True)
    first = Box(1920, -400, 1080, 1888)
    second, fills = torn_place(here, main, [first], [LAND, PORTRAIT])
    assert not fills and second == Box(436, 236, 800, 600)
    third, _ = torn_place(here, main, [first, second], [LAND, PORTRAIT])
    assert (third.left, third.top) != (second.left, second.top)


def test_a_set_of_monitors_has_one_name_in_any_order_and_another_when_one_is_turned() -> None:
    assert set_name([LAND, PORTRAIT]) == set_name([PORTRAIT, LAND]) == "land 1920x1080+0+0 @1; portrait 1080x1920+1920-400 @1.5"
    turned = Screen("portrait", Box(1920, -400, 1920, 1080), Box(1920, -400, 1920, 1080), 1.5)
    assert set_name([LAND, turned]) != set_name([LAND, PORTRAIT])
