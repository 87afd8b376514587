"""The few verbs of the window that are more than one call of the session, and the questions that switch commands off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from annotator.domain.auto_window import WHOLE, auto_window, full_window
from annotator.domain.display_filter import Filter
from annotator.domain.hit import stack
from annotator.domain.honesty import Origin
from annotator.errors import system_cause
from annotator.gui.actions import Ask, Desk, wants
from annotator.i18n import mark, message
from annotator.workspace.notice import Severity
from annotator.workspace.session import Session


@wants(mark("open images first"))
def has_image(session: Session, desk: Desk) -> bool:
    """There is a series to page through."""
    return session.image is not None


@wants(mark("show the other planes first"))
def has_planes(session: Session, desk: Desk) -> bool:
    """Other planes than the slices are shown."""
    return session.planes is not None


@wants(mark("there is no picture on the screen"))
def has_picture(session: Session, desk: Desk) -> bool:
    """There is a picture to look at."""
    return session.picture is not None


@wants(mark("the file lays nothing over this image"))
def has_graphics(session: Session, desk: Desk) -> bool:
    """The file lays graphics over the picture."""
    return session.picture is not None and bool(session.picture.graphics)


@wants(mark("the tool in hand has no number"))
def has_size(session: Session, desk: Desk) -> bool:
    """The tool in hand has a number that can be stepped."""
    return bool(session.tool.stepped)


DIGITS = (*range(1, 10), 0)
"""The digits by which categories are chosen, as they lie on the keyboard."""


@cache
def has_category(number: int) -> Ask:
    """Return the question whether a category is chosen with this digit."""

    @wants(mark("no category here has that digit"))
    def asked(session: Session, desk: Desk) -> bool:
        return any(category.shortcut == str(number) for category in session.categories)

    return asked


def toggle_graphics(session: Session, desk: Desk) -> None:
    """Show or hide the graphics of the file."""
    desk.legend.show_graphics(not desk.legend.graphics)


@wants(mark("select an annotation first"))
def has_selection(session: Session, desk: Desk) -> bool:
    """There is something selected that may be changed."""
    return bool(session.selection)


@wants(mark("select an annotation or point at one first"))
def has_chosen(session: Session, desk: Desk) -> bool:
    """There is something that Delete would delete: annotations, or the measurement that was made or touched last."""
    return bool(session.selection) or (session.image is not None and session.measuring.chosen_on(session.image.key) is not None)


@wants(mark("nothing is measured on this image"))
def has_measures(session: Session, desk: Desk) -> bool:
    """There is a measurement on the image."""
    return session.image is not None and bool(session.measuring.on(session.image.key))


@wants(mark("nothing was taken back"))
def may_redo(session: Session, desk: Desk) -> bool:
    """There is something to do again."""
    return session.may_redo


@wants(mark("nothing is drawn on this image"))
def has_annotations(session: Session, desk: Desk) -> bool:
    """There is an annotation on the image."""
    return bool(session.annotations)


@wants(mark("this series has no slices one after the other"))
def on_slices(session: Session, desk: Desk) -> bool:
    """The image may be one of a stack."""
    return session.on_slices


def delete(session: Session, desk: Desk) -> None:
    """Delete the measurement that was made or touched last, else the selected annotations."""
    if session.image is not None and session.measuring.chosen_on(session.image.key) is not None:
        session.delete_measure()
    else:
        session.delete()


@wants(mark("nothing has been done in this case yet"))
def may_undo(session: Session, desk: Desk) -> bool:
    """There is something to take back: of what is being drawn, or of what was done."""
    return session.may_undo or desk.view.under_way


def undo(session: Session, desk: Desk) -> None:
    """Take the last vertex of what is being drawn back, or what the mouse button is doing; where nothing is, the last edit."""
    if desk.view.under_way:
        desk.view.take_back()
    else:
        session.undo()


def preset(session: Session, number: int) -> None:
    """Show a window that is offered by name, by its number from 1."""
    picture, image, offered = session.picture, session.image, session.presets
    if picture is not None and image is not None and number <= len(offered):
        session.show_window(offered[number - 1].of(picture, image.modality))


def auto(session: Session, desk: Desk) -> None:
    """Show the values of what is in view so that they can be told apart."""
    picture, image = session.picture, session.image
    if picture is not None and image is not None and not picture.colour:
        found = auto_window(picture, image.modality, desk.view.visible_part() or WHOLE)
        session.show_window(replace(found, origin=Origin.AUTO))


def toggle_filter(session: Session, how: Filter) -> None:
    """Look at the series through a display filter, or without it again."""
    session.use_filter(Filter.NONE if session.filter is how else how)


def full_range(session: Session, desk: Desk) -> None:
    """Show the values of the picture from its lowest to its highest."""
    if session.picture is not None:
        session.show_window(replace(full_window(session.picture), origin=Origin.AUTO))


def header_window(session: Session, desk: Desk) -> None:
    """Show the header's first window or VOI LUT, or the one after it if that is shown already."""
    picture = session.picture
    if picture is None:
        return
    proposed = picture.windows or (picture.start_window(),)
    shown = replace(session.window, inverted=False)
    place = proposed.index(shown) + 1 if shown in proposed else 0
    session.show_window(proposed[place % len(proposed)])


def under_pointer(session: Session, desk: Desk) -> tuple[int, ...]:
    """Return what is pointed at, the topmost first; nothing while something is being drawn."""
    aim = desk.view.aim
    return stack(session.seen(session.annotations), *aim) if aim is not None and not desk.view.drawing else ()


def delete_pointed(session: Session, number: int) -> None:
    """Delete the annotation that is pointed at."""
    session.delete([number])


def recategorise_pointed(session: Session, number: int) -> None:
    """Give the annotation that is pointed at the active category."""
    if session.category is not None:
        session.recategorise(session.category.key, [number])


def recategorise_last(session: Session, desk: Desk, key: str) -> None:
    """Give another category to what is selected; else to what is pointed at, but for what was drawn last: that goes before it."""
    pointed = () if session.selection else under_pointer(session, desk)
    if pointed and session.last_drawn not in pointed:
        session.recategorise(key, pointed[:1])
    else:
        session.recategorise_last(key)


@wants(mark("select an annotation and choose a category first, or point at one"))
def may_recategorise(session: Session, desk: Desk) -> bool:
    """There is something selected, and a category for it."""
    return has_selection(session, desk) and session.category is not None


def recategorise(session: Session, desk: Desk) -> None:
    """Give the selected annotations the active category."""
    if session.category is not None:
        session.recategorise(session.category.key)


def cycle_signs(session: Session, desk: Desk) -> None:
    """Show fewer signs on the pictures, after none all again."""
    _remember(session, desk.legend.cycle)


def toggle_axes(session: Session, desk: Desk) -> None:
    """Show or hide the axes of what is selected."""
    _remember(session, lambda: desk.legend.show_axes(not desk.legend.axes))


def choose_slab(session: Session, desk: Desk, *, reach: float | None = None, mean: bool | None = None) -> None:
    """Choose how thick a slab is looked through, or whether its highest or its mean values are shown."""
    _remember(session, lambda: desk.legend.slab.choose(reach=reach, mean=mean))


def _remember(session: Session, choose: Callable[[], None]) -> None:
    try:
        choose()
    except OSError as error:
        session.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)


def done(session: Session, desk: Desk) -> None:
    """Go on to the next case, or to the question that is still open in this one; who reviews it says first what they think of it."""
    if session.review is not None and session.review.waits:
        session.refuse(message("This case waits for your verdict: Review › Pass the case, or send it back with a reason"))
        return
    if not session.done() and not (session.answering and session.coverage.open):
        desk.show_part("attributes")


def stop_reading(session: Session, desk: Desk) -> None:
    """Stop the scan; what it found so far stays."""
    if session.scanning is not None:
        session.scanning.cancel()
