"""The commands of the thick slab: look through it while a key is held, and choose how thick it is and what of it is shown."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec, Menu
from annotator.gui.verbs import choose_slab, has_picture
from annotator.i18n import mark


def _reach(millimetres: int) -> ActionSpec:
    return ActionSpec(
        f"slab.{millimetres}",
        mark("±{number} mm"),
        (),
        lambda session, desk: choose_slab(session, desk, reach=float(millimetres)),
        number=millimetres,
        group="slab.reach",
        checked=lambda session, desk: desk.legend.slab.reach == millimetres,
    )


def _through(name: str, text: str, *, mean: bool) -> ActionSpec:
    return ActionSpec(
        *(name, text, (), lambda session, desk: choose_slab(session, desk, mean=mean)),
        group="slab.how",
        checked=lambda session, desk: desk.legend.slab.mean is mean,
    )


SLAB = Menu(
    "menu.slab",
    mark("Thick slab"),
    (
        ActionSpec(
            *("slab.look", mark("Look through a slab"), ("K",), lambda session, desk: desk.legend.slab.toggle()),
            tip=mark("While the key is held: the slices around this one, where they are evenly spaced"),
            enabled=has_picture,
            checked=lambda session, desk: desk.legend.slab.held,
            held=True,
        ),
        None,
        _through("slab.maximum", mark("Highest values"), mean=False),
        _through("slab.mean", mark("Mean values"), mean=True),
        None,
        *map(_reach, (5, 10, 20)),
    ),
)
