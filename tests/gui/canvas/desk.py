"""A small real model for the image view, and a hand that sends it Qt's own mouse events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from annotator.domain.annotation import Annotation, Shape
from annotator.domain.category import Category
from annotator.domain.display_filter import Filter
from annotator.domain.edit import Edit
from annotator.domain.fusion import Fusion
from annotator.domain.hit import hit
from annotator.domain.image import Image, ImageKey
from annotator.domain.merge import Mode, Refusal
from annotator.domain.picture import Picture, Window
from annotator.domain.region import Region
from annotator.gui.canvas.ink import rings_of
from annotator.gui.canvas.layer import Layer
from annotator.gui.canvas.model import Overlay
from annotator.gui.canvas.transform import Transform
from annotator.gui.canvas.view import ImageView
from annotator.i18n import Message
from annotator.tools import box, free, line, select
from annotator.tools.gesture import Hit, Measured, Outcome, Tool, Value
from annotator.workspace.appearance import Appearance
from annotator.workspace.hand import Hand
from annotator.workspace.measuring import Measuring

LINE, FREE, BOX, SELECT = line.TOOL, free.TOOL, box.TOOL, select.TOOL
NONE, CONTROL, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NOBODY = Qt.MouseButton.NoButton
YELLOW = Category("CCT", "Chest CT", 1, "lesion", 1, "결절", "nodule", "#ffd60a", "1")


def image(number: int, *, rows: int = 128, columns: int = 160, series: str = "1.2.9", **other: object) -> Image:
    return Image(ImageKey(f"1.2.3.{number}"), f"{number}.dcm", 1, rows, columns, "CT", "1.2.840", series, "1.2", **other)


def picture(of: Image, **other: object) -> Picture:
    """A ramp that differs from image to image and from pixel to pixel."""
    rows, columns = np.mgrid[: of.rows, : of.columns]
    stored = ((rows * 7 + columns * 3 + int(of.key.uid.rsplit(".", 1)[1]) * 40) % 2000).astype(np.int16)
    return Picture(of.key, stored, **other)


@dataclass(frozen=True)
class Outline:
    annotation_id: int
    colour: tuple[int, int, int]
    rings: tuple[tuple[tuple[float, float], ...], ...]
    closed: bool = True
    selected: bool = False
    locked: bool = False
    label: str = "1"
    other: bool = False
    name: str = ""
    end: tuple[float, float] | None = None


class Desk:
    """Images that are decoded when told to be (`decode`), a window, a tool; keeps what the view asked for."""

    def __init__(self, images: tuple[Image, ...] = (), *, decoded: bool = True) -> None:
        self.images, self.index = images, 0 if images else -1
        self.pictures: dict[ImageKey, Picture | Message] = {i.key: picture(i) for i in images} if decoded else {}
        self.window, self.tool, self.category = Window(1000.0, 2000.0), FREE, YELLOW
        self.hand, self.chosen, self.filter, self.appearance = Hand(), Mode.NEW, Filter.NONE, Appearance()
        self.lent: Mode | None = None
        self.annotations: tuple[Annotation, ...] = ()
        self.selection: frozenset[int] = frozenset()
        self.fusion: Fusion | None = None
        self.through, self.as_drawn = None, True
        self.outcomes: list[tuple[Outcome, float]] = []
        self.told: list[ImageKey] = []
        self.measuring, self.laid_down, self.steps = Measuring(), 0, 0.0
        self.options: dict[str, Value] = {}
        self.categories = (YELLOW,)
        self.colours = {YELLOW.key: YELLOW.rgb}
        self.propose: Callable[[object], Edit | Refusal | None] = lambda outcome: None
        self.listeners: list[Callable[[object], None]] = []

    @property
    def image(self) -> Image | None:
        return self.images[self.index] if self.index >= 0 else None

    @property
    def picture(self) -> Picture | None:
        found = self.pictures.get(self.image.key) if self.image else None
        return found if isinstance(found, Picture) else None

    @property
    def picture_problem(self) -> Message | None:
        found = self.pictures.get(self.image.key) if self.image else None
        return found if isinstance(found, Message) else None

    def subscribe(self, listener: Callable[[object], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self) -> None:
        for listener in self.listeners:
            listener("something")

    def set_window(self, center: float, width: float) -> None:
        self.window = replace(self.window, center=center, width=width)
        self.tell()

    def show_window(self, window: Window) -> None:
        self.window = window
        self.tell()

    def display(self, image: Image, picture: Picture, window: Window) -> tuple[Picture, Window]:
        return picture, window

    def blend(self, share: float) -> None:
        self.fusion = replace(self.fusion, look=replace(self.fusion.look, blend=share))
        self.tell()

    def set_uptake(self, upper: float) -> None:
        self.fusion = replace(self.fusion, upper=upper)
        self.tell()

    @property
    def mode(self) -> Mode:
        return self.lent or self.chosen

    def lend_mode(self, mode: Mode | None) -> None:
        self.lent = mode
        self.tell()

    def page(self, step: int) -> None:
        self.index += step
        self.tell()

    def show(self, images: tuple[Image, ...], index: int = 0) -> None:
        self.images, self.index = images, index
        self.tell()

    def decode(self, of: Image, found: Message | None = None, **other: object) -> None:
        self.pictures[of.key] = found or picture(of, **other)
        self.tell()

    def choose(self, tool: Tool) -> None:
        self.tool = tool
        self.tell()

    def painted(self, key: ImageKey) -> None:
        self.told.append(key)

    def picture_of(self, key: ImageKey) -> Picture | None:
        found = self.pictures.get(key)
        return found if isinstance(found, Picture) else None

    def select_nothing(self) -> None:
        self.selection = frozenset()
        self.tell()

    def lay_down(self) -> None:
        self.laid_down += 1

    def proposed(self, outcome: object, zoom: float) -> Edit | Refusal | None:
        return self.propose(outcome)

    def step_option(self, steps: float) -> None:
        self.steps += steps
        self.tell()

    def perform(self, outcome: Outcome, zoom: float) -> None:
        if isinstance(outcome, Measured):
            self.measuring.take(self.image.key, outcome)
        self.outcomes.append((outcome, zoom))
        self.tell()

    @property
    def made(self) -> list[Outcome]:
        return [outcome for outcome, _ in self.outcomes]

    def annotate(self, *shapes: Shape, selected: tuple[int, ...] = ()) -> None:
        self.annotations = tuple(Annotation(n, self.image.key, "CCT1", "Free", shape) for n, shape in enumerate(shapes, 1))
        self.selection = frozenset(selected)
        self.tell()

    def overlays(self) -> tuple[Outline, ...]:
        return tuple(
            Outline(a.id, YELLOW.rgb, rings_of(a.shape), isinstance(a.shape, Region), a.id in self.selection) for a in self.annotations
        )

    def hit_test(self, x: float, y: float, pixel: float) -> Hit | None:
        found = hit(self.annotations, x, y, 6 * pixel, self.selection)
        return Hit(found.annotation, found.vertex, found.edge) if found else None

    def view(self, width: int = 400, height: int = 320) -> ImageView:
        made = ImageView(self, self.overlays, self.hit_test)
        made.resize(width, height)
        return made


class Mouse:
    """A hand on a view: places in widget coordinates, fractions allowed."""

    def __init__(self, view: ImageView) -> None:
        self.view = view
        self.held = NOBODY
        self.modifiers = NONE

    def _send(self, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton) -> Mouse:
        place = QPointF(x, y)
        event = QMouseEvent(kind, place, self.view.mapToGlobal(place), button, self.held, self.modifiers)
        QApplication.sendEvent(self.view, event)
        return self

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> Mouse:
        self.held = button
        return self._send(QEvent.Type.MouseButtonPress, x, y, button)

    def move(self, *places: tuple[float, float]) -> Mouse:
        for x, y in places:
            self._send(QEvent.Type.MouseMove, x, y, NOBODY)
        return self

    def release(self, x: float, y: float) -> Mouse:
        button, self.held = self.held, NOBODY
        return self._send(QEvent.Type.MouseButtonRelease, x, y, button)

    def drag(self, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> Mouse:
        return self.press(*places[0], button).move(*places[1:-1]).release(*places[-1])

    def click(self, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> Mouse:
        for x, y in places:
            self.press(x, y, button).release(x, y)
        return self

    def double(self, x: float, y: float) -> Mouse:
        self.click((x, y))
        self.held = LEFT
        return self._send(QEvent.Type.MouseButtonDblClick, x, y, LEFT).release(x, y)

    def wheel(self, *turns: int, at: tuple[float, float] = (50.0, 50.0)) -> Mouse:
        place = QPointF(*at)
        for turn in turns:
            over, phase = self.view.mapToGlobal(place), Qt.ScrollPhase.NoScrollPhase
            event = QWheelEvent(place, over, QPoint(), QPoint(0, turn), self.held, self.modifiers, phase, False)
            QApplication.sendEvent(self.view, event)
        return self

    def key(self, key: Qt.Key, *, up: bool = False, modifiers: Qt.KeyboardModifier = NONE) -> Mouse:
        QApplication.sendEvent(self.view, QKeyEvent(QEvent.Type.KeyRelease if up else QEvent.Type.KeyPress, key, modifiers))
        return self


def layered(layer: Layer, overlays: tuple[Overlay, ...], look: Transform, size: QSize, without: frozenset[int] = frozenset()) -> QImage:
    """What a layer paints over a transparent screen."""
    screen = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    screen.setDevicePixelRatio(look.ratio)
    screen.fill(Qt.GlobalColor.transparent)
    painter = QPainter(screen)
    layer.paint(painter, overlays, look, size, without)
    painter.end()
    return screen
