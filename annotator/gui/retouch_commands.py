"""The commands that change the selected annotations at once, and those that cut, copy and paste them."""

from __future__ import annotations

from annotator.domain.retouching import area_text, length_text
from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.gui.verbs import has_annotations, has_image
from annotator.i18n import mark, translate
from annotator.workspace.retouching import Retouch
from annotator.workspace.session import Session

AMOUNTS = "amounts"
"""The part in which the amounts are chosen."""


@wants(mark("copy an annotation first"))
def _has_copied(session: Session, desk: Desk) -> bool:
    """There is something to paste, and an image to paste it on."""
    return has_image(session, desk) and session.copied > 0


def _does(how: Retouch, text: str, key: str, tip: str, words: str = "") -> ActionSpec:
    return ActionSpec(
        *(how.value, text, (key,), lambda session, desk: session.retouch(how), tip),
        enabled=has_annotations,
        words=(lambda session: translate(words, amount=_amount(session, how))) if words else None,
    )


def _amount(session: Session, how: Retouch) -> str:
    """The amount of a command as people read it."""
    chosen, image = session.amounts, session.image
    if how is Retouch.ISLANDS:
        return area_text(image, chosen.islands)
    if how is Retouch.SIMPLIFY:
        return f"{chosen.tolerance:g}"
    return length_text(image, chosen.smooth if how is Retouch.SMOOTH else chosen.grow)


def _simplify_words(session: Session) -> str:
    if not session.amounts.tolerance:
        return translate(mark("Simplify where no pixel changes"))
    return translate(mark("Simplify by {amount} px"), amount=_amount(session, Retouch.SIMPLIFY))


CLIPBOARD = (
    ActionSpec(
        *("edit.cut", mark("Cut"), ("Ctrl+X",), lambda session, desk: session.cut()),
        tip=mark("Take the selected annotations away, to paste them on another image"),
        enabled=has_annotations,
    ),
    ActionSpec(
        *("edit.copy", mark("Copy"), ("Ctrl+C",), lambda session, desk: session.copy()),
        tip=mark("Keep the selected annotations, to paste them on another image or in another series"),
        enabled=has_annotations,
    ),
    ActionSpec(
        *("edit.paste", mark("Paste"), ("Ctrl+V",), lambda session, desk: session.paste()),
        tip=mark("At the same millimetres where both images tell them, else at the same pixels"),
        enabled=_has_copied,
    ),
)
RETOUCH = Menu(
    "menu.retouch",
    mark("&Outlines"),
    (
        _does(Retouch.FILL, mark("Fill holes"), "Shift+F", mark("Fill what the outline leaves out inside")),
        _does(
            *(Retouch.ISLANDS, mark("Remove islands"), "Ctrl+Shift+F", mark("Take small separate parts away; the largest part stays")),
            words=mark("Remove islands under {amount}"),
        ),
        None,
        _does(
            *(Retouch.GROW, mark("Grow"), "Shift+G", mark("Outwards by so much, in the image's plane")),
            words=mark("Grow by {amount}"),
        ),
        _does(
            *(Retouch.SHRINK, mark("Shrink"), "Shift+D", mark("Inwards by so much, in the image's plane")),
            words=mark("Shrink by {amount}"),
        ),
        _does(
            *(Retouch.SMOOTH, mark("Smooth"), "Shift+J", mark("Even out finer details; the area stays as nearly as can be")),
            words=mark("Smooth by {amount}"),
        ),
        ActionSpec(
            *(Retouch.SIMPLIFY.value, mark("Simplify"), ("Ctrl+Shift+J",), lambda session, desk: session.retouch(Retouch.SIMPLIFY)),
            tip=mark("Take vertices away that are in excess"),
            enabled=has_annotations,
            words=_simplify_words,
        ),
        None,
        _does(Retouch.MERGE, mark("Merge"), "Ctrl+M", mark("One annotation of all the selected ones; the oldest keeps its category")),
        _does(Retouch.SPLIT, mark("Split into parts"), "Ctrl+Shift+M", mark("Make each separate part an annotation of its own")),
        _does(Retouch.INTERSECT, mark("Intersect"), "Ctrl+Shift+X", mark("Keep what all the selected annotations share, as the oldest")),
        None,
        _does(Retouch.FLIP, mark("Flip to the other side"), "Ctrl+Shift+H", mark("Mirror at the upright middle line of the image")),
        None,
        ActionSpec(
            *("retouch.amounts", mark("Amounts…"), ("Ctrl+Shift+G",), lambda session, desk: desk.show_part(AMOUNTS)),
            tip=mark("By how much is grown, smoothed and simplified, and which islands are small"),
        ),
    ),
)
