"""After any edits, undos and jumps the window shows what one that is built anew would: lists, words of commands, slices."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QRectF
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from annotator.domain.lesions import lesions
from annotator.domain.measure import Figure
from annotator.gui.covers.history import HistoryList
from annotator.gui.panels.annotations import AnnotationList
from annotator.gui.panels.rows import ROW_ROLE, ListRow, RowList
from annotator.gui.panels.slice_strip import SliceStrip
from annotator.gui.parts.lesions import LesionModel
from annotator.gui.window import MainWindow
from annotator.i18n import message, translate
from annotator.present.annotations import rows
from annotator.present.case_names import said_of
from annotator.present.history import places, step_row
from annotator.present.slice_marks import SliceReader
from annotator.tools.gesture import Makes, Measured, Stroke
from annotator.workspace.session import Session
from tests.gui.conftest import named


class Onlooker:
    """Knows of a list what its model told: a view that paints only what it is told to shows this."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self._model = model
        self.seen = self.fresh()
        model.dataChanged.connect(lambda first, last: self._again(first.row(), last.row()))
        model.rowsInserted.connect(lambda _parent, first, last: self._insert(first, last))
        model.rowsRemoved.connect(lambda _parent, first, last: self._remove(first, last))
        model.modelReset.connect(self._anew)

    def fresh(self) -> list[tuple[object, ...]]:
        """What all rows say now."""
        return [self._row(place) for place in range(self._model.rowCount())]

    def _row(self, place: int) -> tuple[object, ...]:
        row = self._model.index(place, 0).data(ROW_ROLE)
        assert isinstance(row, ListRow)
        return row.key, row.colour, row.text, row.said, row.right, row.faint

    def _again(self, first: int, last: int) -> None:
        self.seen[first : last + 1] = [self._row(place) for place in range(first, last + 1)]

    def _insert(self, first: int, last: int) -> None:
        self.seen[first:first] = [self._row(place) for place in range(first, last + 1)]

    def _remove(self, first: int, last: int) -> None:
        del self.seen[first : last + 1]

    def _anew(self) -> None:
        self.seen = self.fresh()


def stroke(session: Session, chance: random.Random) -> None:
    x, y = chance.uniform(4, 44), chance.uniform(4, 44)
    session.perform(Stroke(Makes.BOX, ((x, y), (x + chance.uniform(4, 16), y + chance.uniform(4, 16)))))


def some(session: Session, chance: random.Random) -> None:
    there = [a.id for a in session.annotations]
    session.select(chance.sample(there, min(len(there), chance.choice([1, 1, 2, 3]))))


def jump(session: Session, chance: random.Random) -> None:
    session.go_to_step(chance.randint(0, len(session.history.steps)))


def name(session: Session, chance: random.Random) -> None:
    lesion = session.chosen_lesion
    if lesion is not None:
        session.rename_lesion(lesion, chance.choice(["", "upper", "lower"]))


DEEDS: list[tuple[int, Callable[[Session, random.Random], object]]] = [
    (8, stroke),
    (3, lambda session, chance: (some(session, chance), session.delete())),
    (3, lambda session, chance: (some(session, chance), session.recategorise(chance.choice(session.categories).key))),
    (3, lambda session, chance: (some(session, chance), session.join())),
    (1, lambda session, chance: (some(session, chance), session.separate())),
    (2, lambda session, chance: (some(session, chance), session.lock())),
    (2, lambda session, chance: (some(session, chance), session.hide_selected())),
    (2, lambda session, chance: session.choose_category(chance.choice(session.categories).key)),
    (3, some),
    (2, name),
    (4, lambda session, chance: session.show(chance.randrange(len(session.images)))),
    (10, lambda session, chance: session.undo()),
    (6, lambda session, chance: session.redo()),
    (3, jump),
]


def commands_are_right(window: MainWindow) -> None:
    session, commands = window.session, window.commands
    for called, action in commands.actions.items():
        spec = commands.specs[called]
        assert action.isEnabled() == spec.can_run(session, commands.desk), called
        if spec.checked is not None:
            assert action.isChecked() == spec.checked(session, commands.desk), called
        subject = spec.subject(session) if spec.subject is not None else None
        words = spec.words(session) if spec.words is not None else None
        text = words or commands.text_of(called) + (f": {said_of(session, subject)}" if subject is not None else "")
        why = spec.barred(session) if spec.barred is not None else None
        told = translate(spec.tip) if why is None else said_of(session, why)
        assert action.text() == text and told in action.toolTip() and text in action.toolTip(), called
    for button in window.strip.findChildren(QToolButton):
        action = button.defaultAction()
        looks = button.isEnabled(), button.isChecked(), button.text(), button.toolTip()
        assert looks == (action.isEnabled(), action.isChecked(), action.iconText(), action.toolTip()), action.objectName()


def lists_are_right(window: MainWindow, watched: dict[str, Onlooker]) -> None:
    session = window.session
    for called, onlooker in watched.items():
        assert onlooker.seen == onlooker.fresh(), called
    there = named(window, "annotation_list", AnnotationList)
    expected = [(row.id, row.category, row.colour, f"#{row.id}", row.locked, row.hidden) for row in rows(session)]
    shown = [(row.key, row.text, row.colour, row.right) for row in there.rows.rows]  # type: ignore[attr-defined]
    assert shown == [row[:4] for row in expected] and there.model().rowCount() == len(expected)  # type: ignore[attr-defined]
    assert {there.rows.rows[index.row()].key for index in there.selectedIndexes()} == session.selection  # type: ignore[attr-defined]
    whole = named(window, "lesion_list", RowList)
    model = whole.model()  # type: ignore[attr-defined]
    assert isinstance(model, LesionModel)
    if whole.isVisible():
        assert model.lesions == lesions(session.document, [image.key for image in session.case_images])
    history = named(window, "history.list", HistoryList).places  # type: ignore[attr-defined]
    where = places(session.case_series)
    fresh = [step_row(step, where, session.colours, partial(said_of, session)) for step in session.history.steps]
    assert [history.row(place + 1).text for place in range(history.rowCount() - 1)] == [row.name for row in fresh]
    assert history.row(session.history.place).right == translate("now")


def slices_are_right(window: MainWindow) -> None:
    strip = named(window, "slice_strip", SliceStrip)
    assert isinstance(strip, SliceStrip)
    pane = window.session.panes[0]
    assert strip.marks == SliceReader().read(window.session, pane)
    anew = SliceStrip(window.session, pane, strip._look)
    anew.resize(strip.size())
    anew.refresh()
    shown, expected = strip.grab().toImage(), anew.grab().toImage()
    anew.deleteLater()
    assert shown == expected


def on_screen(window: MainWindow) -> NDArray[np.int16]:
    """What of the picture is on the screen: (rows, columns, 4) channels."""
    view = window.view
    corner = view.mapTo(window, QPoint())
    found = window.screen().grabWindow(window.winId(), corner.x(), corner.y(), view.width(), view.height()).toImage()
    found = found.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(found.constBits(), np.uint8).reshape(found.height(), found.width(), 4).astype(np.int16)


def measure(session: Session, chance: random.Random) -> None:
    x, y = chance.uniform(4, 30), chance.uniform(4, 30)
    session.perform(Measured(Figure.RULER, ((x, y), (x + 20.0, y + 9.0))))


@pytest.mark.parametrize("seed", range(4))
def test_the_screen_shows_what_all_of_the_picture_painted_anew_would(window: MainWindow, seed: int) -> None:
    session, chance = window.session, random.Random(seed)
    window.resize(1300, 800)
    commands = ["view.fit", "view.zoom_in", "view.signs", "view.hide_overlays", "measure.axes"]
    more: list[tuple[int, Callable[[Session, random.Random], object]]] = [
        (1, measure),
        (1, lambda session, chance: session.save()),
        (1, lambda session, chance: session.say(message("Empty"))),
        (3, lambda session, chance: window.commands.actions[chance.choice(commands)].trigger()),
        (1, lambda session, chance: window.view.grab()),
        (1, lambda session, chance: window.view.pan(chance.uniform(-20, 20), chance.uniform(-20, 20))),
    ]
    weights, deeds = zip(*DEEDS, *more, strict=True)
    for _ in range(120):
        for deed in chance.choices(deeds, weights, k=chance.choice([1, 1, 2])):
            deed(session, chance)
        for _ in range(3):  # where panels come or go, Qt lays out in one turn and paints in the next
            QApplication.processEvents()
        shown = on_screen(window)
        window.view.repaint()
        assert np.abs(shown - on_screen(window)).max() <= 2  # by so much what is laid on in one go differs from one after the other


def test_an_undo_paints_no_more_than_where_it_is_seen(window: MainWindow) -> None:
    session, view = window.session, window.view
    window.resize(1300, 800)
    for x in (8.0, 40.0):
        session.perform(Stroke(Makes.BOX, ((x, 8.0), (x + 8.0, 16.0))))
    session.select_nothing()
    session.stop_naming()
    QApplication.processEvents()
    painted = list[QRect]()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and isinstance(event, QPaintEvent):
                painted.append(event.region().boundingRect())
            return False

    watch = Watch()
    view.installEventFilter(watch)
    session.undo()
    QApplication.processEvents()
    there = QRectF(view.image_to_widget(40.0, 8.0), view.image_to_widget(48.0, 16.0)).toAlignedRect()
    assert len(painted) == 1 and painted[0].contains(there)
    assert painted[0].width() * painted[0].height() < view.width() * view.height() / 4


@pytest.mark.parametrize("seed", range(4))
def test_nothing_stale_is_shown(window: MainWindow, seed: int) -> None:
    session, chance = window.session, random.Random(seed)
    window.commands.actions["edit.history"].trigger()
    QApplication.processEvents()
    found = {"annotations": "annotation_list", "lesions": "lesion_list", "edits": "history.list"}
    watched = {called: Onlooker(named(window, widget, QWidget).model()) for called, widget in found.items()}  # type: ignore[attr-defined]
    deeds, weights = [deed for _, deed in DEEDS], [weight for weight, _ in DEEDS]
    deeds.append(lambda _session, dice: window.commands.actions[dice.choice(["language.ko", "language.en"])].trigger())
    weights.append(1)
    for _ in range(60):
        chance.choices(deeds, weights)[0](session, chance)
        QApplication.processEvents()
        commands_are_right(window)
        lists_are_right(window, watched)
        slices_are_right(window)
