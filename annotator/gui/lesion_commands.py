"""The commands on lesions over several slices: where they begin and end, interpolate, copy, join, go to the next one."""

from __future__ import annotations

from annotator.domain.spanning import End
from annotator.errors import system_cause
from annotator.gui.actions import ActionSpec, Desk, Menu, wants
from annotator.gui.verbs import has_image, has_selection, on_slices
from annotator.i18n import mark, message
from annotator.workspace.notice import Severity
from annotator.workspace.session import Session


def _step(session: Session, desk: Desk, step: int) -> None:
    found = session.step_lesion(step)
    if found is not None:
        desk.view.bring_into_sight(found.shape.bounds)


def _toggle_joining(session: Session, desk: Desk) -> None:
    try:
        session.join_by_itself(not session.joins)
    except OSError as error:
        session.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)


def _recategorise(session: Session, desk: Desk) -> None:
    if session.category is not None:
        session.recategorise_lesions(session.chosen_lesions, session.category.key)


def _delete(session: Session, desk: Desk) -> None:
    session.delete_lesions(session.chosen_lesions)


@wants(mark("select a part of a lesion first"))
def _has_lesion(session: Session, desk: Desk) -> bool:
    """A lesion is meant."""
    return session.chosen_lesion is not None


@wants(mark("select a part of one lesion first"))
def _has_named(session: Session, desk: Desk) -> bool:
    """One lesion is meant, and can have a name."""
    return len(session.chosen_lesions) == 1 and (session.on_slices or bool(session.lesions()))


@wants(mark("select a part of a lesion and choose a category first"))
def _has_lesion_and_category(session: Session, desk: Desk) -> bool:
    """A lesion is meant, and a category is chosen."""
    return session.chosen_lesion is not None and session.category is not None


def _lock(session: Session, desk: Desk) -> None:
    session.lock_lesions(session.chosen_lesions)


def _locked(session: Session, desk: Desk) -> bool:
    chosen = session.chosen_lesions
    return bool(chosen) and all(a.locked for lesion in chosen for a in lesion.members)


LESION = Menu(
    "menu.lesion",
    mark("&Lesion"),
    (
        ActionSpec(
            *("lesion.first", mark("Begins on this slice"), ("[",), lambda session, desk: session.set_end(End.FIRST)),
            tip=mark("A line or a box stands on every slice from there; an outline is interpolated from there"),
            enabled=on_slices,
        ),
        ActionSpec(
            *("lesion.last", mark("Ends on this slice"), ("]",), lambda session, desk: session.set_end(End.LAST)),
            tip=mark("A line or a box stands on every slice up to here; an outline is interpolated up to here"),
            enabled=on_slices,
        ),
        ActionSpec(
            *("lesion.interpolate", mark("Interpolate"), ("Shift+I",), lambda session, desk: session.interpolate()),
            tip=mark("Fills in the slices between those that were drawn; again: what was drawn or corrected since counts"),
            leaves=True,
            enabled=on_slices,
        ),
        None,
        ActionSpec(
            *("lesion.copy_next", mark("Copy to the next slice"), ("Alt+]",), lambda session, desk: session.copy_along(1)),
            leaves=True,
            enabled=on_slices,
            repeats=True,
        ),
        ActionSpec(
            *("lesion.copy_previous", mark("Copy to the previous slice"), ("Alt+[",), lambda session, desk: session.copy_along(-1)),
            leaves=True,
            enabled=on_slices,
            repeats=True,
        ),
        ActionSpec(
            *("lesion.carry_on", mark("Carry on to the next slice"), ("Ctrl+]",), lambda session, desk: session.carry_on(1)),
            tip=mark("Adapts the outline to the pixels of that slice"),
            leaves=True,
            enabled=on_slices,
            repeats=True,
        ),
        ActionSpec(
            *("lesion.carry_back", mark("Carry on to the previous slice"), ("Ctrl+[",), lambda session, desk: session.carry_on(-1)),
            tip=mark("Adapts the outline to the pixels of that slice"),
            leaves=True,
            enabled=on_slices,
            repeats=True,
        ),
        None,
        ActionSpec(
            *("lesion.next", mark("Next lesion"), ("Ctrl+PgDown",), lambda session, desk: _step(session, desk, 1)),
            tip=mark("It is brought into sight on its largest slice"),
            leaves=True,
            enabled=has_image,
            repeats=True,
        ),
        ActionSpec(
            *("lesion.previous", mark("Previous lesion"), ("Ctrl+PgUp",), lambda session, desk: _step(session, desk, -1)),
            leaves=True,
            enabled=has_image,
            repeats=True,
        ),
        None,
        ActionSpec(
            *("lesion.join", mark("Join to the lesion selected before"), ("Ctrl+J",), lambda session, desk: session.join()),
            tip=mark("Also what is selected together on one image"),
            enabled=has_selection,
        ),
        ActionSpec(
            *("lesion.separate", mark("Separate from the lesion"), ("Shift+U",), lambda session, desk: session.separate()),
            enabled=has_selection,
        ),
        None,
        ActionSpec(
            *("lesion.name", mark("Name the lesion"), ("Ctrl+Shift+N",), lambda session, desk: desk.show_part("lesions", "name")),
            tip=mark("Puts the keyboard into its name; Enter goes back to the picture"),
            enabled=_has_named,
        ),
        ActionSpec(
            *("lesion.recategorise", mark("Change the whole lesion to the chosen category"), ("Shift+C",), _recategorise),
            enabled=_has_lesion_and_category,
        ),
        ActionSpec(
            *("lesion.lock", mark("Lock the whole lesion"), ("Ctrl+Shift+K",), _lock),
            tip=mark("On all its slices nothing changes it until it is unlocked in the same way"),
            checked=_locked,
            enabled=_has_lesion,
        ),
        ActionSpec(
            *("lesion.delete", mark("Delete the whole lesion"), ("Ctrl+Del",), _delete),
            enabled=_has_lesion,
        ),
        None,
        ActionSpec(
            *("lesion.joins", mark("Join to lesions while drawing"), (), _toggle_joining),
            tip=mark("What overlaps the same category on a slice within 20 mm becomes a part of that lesion"),
            checked=lambda session, desk: session.joins,
        ),
    ),
)
