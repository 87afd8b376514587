"""The commands that tear views and panels off into windows of their own and bring them back, and that fold panels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotator.gui.actions import ActionSpec, Menu, wants
from annotator.gui.torn_planes import PLANES
from annotator.gui.verbs import has_planes
from annotator.i18n import mark

SERIES, CATEGORIES, WINDOW, ANNOTATIONS = "series_tree", "category_list", "window_level", "annotation_list"
_PANELS = (
    (SERIES, mark("Series")),
    (CATEGORIES, mark("Categories")),
    (WINDOW, mark("Window level")),
    (ANNOTATIONS, mark("Annotations")),
)
"""Object names of the panels that every window has, and their headings."""


def _panel(name: str, heading: str) -> ActionSpec:
    return ActionSpec(
        *(f"torn.{name}", mark("Window of its own: {about}"), (), lambda session, desk: desk.torn.tear_panel(name)),
        tip=mark("A panel in a window of its own; closing that brings it back"),
        checked=lambda session, desk: desk.torn.panel_torn(name),
        about=heading,
    )


def _fold(name: str, heading: str) -> ActionSpec:
    return ActionSpec(
        *(f"fold.{name}", mark("Folded: {about}"), (), lambda session, desk: desk.torn.fold_panel(name)),
        tip=mark("Only the heading of the panel is seen; a click on the heading does the same"),
        checked=lambda session, desk: desk.torn.panel_folded(name),
        about=heading,
    )


def fold_menu(more: Iterable[tuple[str, str]]) -> Menu:
    """Return the menu that folds the panels; `more` as `torn_menu` takes it."""
    return Menu("menu.fold", mark("Folded panels"), tuple(_fold(*row) for row in (*_PANELS, *more)))


def torn_menu(more: Iterable[tuple[str, str]]) -> Menu:
    """Return the menu of all panels; `more`: object names and headings of those that parts make."""
    return Menu(
        "menu.torn",
        mark("Windows of their own"),
        (
            ActionSpec(
                *("torn.view", mark("This view in a window of its own"), ("Ctrl+T",), lambda session, desk: desk.torn.tear_view()),
                tip=mark("For another monitor; the same again, or closing the window, brings it back"),
                checked=lambda session, desk: desk.torn.view_torn,
            ),
            None,
            *(_panel(*row) for row in (*_PANELS, *more)),
            replace(_panel(PLANES, mark("Other planes")), enabled=has_planes),
            None,
            ActionSpec(
                *("torn.gather", mark("Bring everything back"), ("Ctrl+B",), lambda session, desk: desk.torn.gather()),
                enabled=wants(mark("nothing stands in a window of its own"))(lambda session, desk: desk.torn.any),
            ),
        ),
    )
