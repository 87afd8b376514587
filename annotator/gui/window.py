"""The main window: it puts the panels together, carries the session's topics to them, and does the few verbs that are its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from annotator import settings
from annotator.errors import AnnotatorError, system_cause
from annotator.gui import choosing, places, theme
from annotator.gui.actions import Reading
from annotator.gui.area import PaneArea
from annotator.gui.bridge import Bridge
from annotator.gui.canvas.legend import Legend
from annotator.gui.canvas.view import ImageView
from annotator.gui.commands import menus
from annotator.gui.keys import Keys
from annotator.gui.layout import Columns, Stage, beside, stacked
from annotator.gui.menus import Commands
from annotator.gui.messages import Notices
from annotator.gui.panels import strip
from annotator.gui.panels.annotations import AnnotationList
from annotator.gui.panels.bars import Bars
from annotator.gui.panels.categories import CategoryList
from annotator.gui.panels.context_menu import context_menu
from annotator.gui.panels.empty import EmptyHint
from annotator.gui.panels.honesty import HonestyStrip
from annotator.gui.panels.key_sheet import KeySheet
from annotator.gui.panels.preset_buttons import PresetButtons
from annotator.gui.panels.status import StatusLine
from annotator.gui.panels.tool_bar import ToolBar
from annotator.gui.panels.tree import SeriesTree
from annotator.gui.panels.window_level import WindowLevel
from annotator.gui.part import Parts, panels, with_entries
from annotator.gui.places import Places
from annotator.gui.side import Side
from annotator.gui.standing import StandingWindow
from annotator.gui.tearing import Tearing
from annotator.gui.window_menu import PRESETS, WINDOW_COMMANDS
from annotator.gui.work import QtTasks
from annotator.i18n import language, mark, message, translate, use_language
from annotator.present.case_names import named
from annotator.workspace.levels import Keep
from annotator.workspace.notice import Severity, Topic
from annotator.workspace.session import NO_IMAGE_IN, NOTHING_FOUND, Session

_TURNED = ("mode.add", "mode.sub")


class MainWindow(StandingWindow):
    """The window on one session."""

    def __init__(self, session: Session, tasks: QtTasks) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.session, self._tasks = session, tasks
        tasks.setParent(self)
        look = theme.dark()
        self.setStyleSheet(look.sheet)
        self.setWindowIcon(theme.window_icon(look))
        self.setAcceptDrops(True)
        self.legend = Legend(session.owner_of, self)
        self.area = PaneArea(session, self.legend, look, self)
        self.commands = Commands(self, self, session, with_entries(menus(session.tools, session.measuring_tools, panels())), look)
        self.legend.key_of = self.commands.shown_key
        self.keys = Keys(self, self.view, lambda: self.view.drawing)
        self.tree = SeriesTree(session, lambda: self.view.keeps_at_it())
        self.categories = CategoryList(session, look)
        self.levels, self.annotations = WindowLevel(session), AnnotationList(session, look)
        self.notices = Notices(look)
        self.bars = Bars(session, look)
        self.tool_bar = ToolBar(session)
        self.honesty = HonestyStrip(look, lambda: self.view.notes())
        self.status_line = StatusLine(session, self)
        self.saved_label = self.status_line.saved
        self.empty, self.key_sheet = EmptyHint(session, self.commands, look), KeySheet(self.commands, self.keys)
        self.parts = Parts(session, look, lambda: self.view)
        self.strip, self._overlays_hidden = strip.Strip(self.commands, strip.groups(session), look), False
        self.levels.offer(PresetButtons(session, self.commands, PRESETS, WINDOW_COMMANDS))
        self._build(look)
        self.torn = Tearing(self, session, self.area, (self._left, self._right))
        self.places = Places(self, self._columns, self.torn, session)
        self.bridge = Bridge(session, self)
        self._listen()
        self.parts.place(self._left, self._right, self._stage, self.bridge)
        self.places.restore()
        self.commands.bind(self.keys)
        self.retranslate()
        self.bridge.tell_all()
        QApplication.instance().installEventFilter(self.keys)  # type: ignore[union-attr]  # there is one: a widget was just made
        self.view.setFocus()

    # what the commands ask for ---------------------------------------------------------------------------------------------------

    @property
    def view(self) -> ImageView:
        """The image view that is worked in."""
        return self.area.view

    @property
    def reading(self) -> Reading | None:
        """How mammograms are read; None before the first."""
        return self.area.reading

    @property
    def overlays_hidden(self) -> bool:
        """Whether the annotations are hidden."""
        return self._overlays_hidden

    @property
    def maximised(self) -> bool:
        """Whether the picture has the window to itself, or among several views the room of all."""
        return self.area.solo or self._left.stowed or self.torn.view_maximised

    @property
    def notice_open(self) -> bool:
        """Whether there is a message to dismiss."""
        return self.notices.open

    def choose_folder(self) -> None:
        """Let a person choose a folder of images."""
        choosing.choose_folder(self, translate(mark("Open a folder of images")), lambda folder: self.open_paths([folder]))

    def choose_files(self) -> None:
        """Let a person choose files of images, or a ZIP."""
        choosing.choose_files(self, translate(mark("Open files or a ZIP of images")), self.open_paths)

    def choose_project(self) -> None:
        """Let a person choose a project's folder."""
        choosing.choose_folder(self, translate(mark("Open a project")), self.open_project)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open folders or files of images; a project's folder alone is opened as a project."""
        project = choosing.dropped_project(paths)
        if project is not None:
            self.open_project(project)
        elif paths:
            self.notices.withdraw(NOTHING_FOUND, NO_IMAGE_IN)
            self.session.open_folder(paths)
            self._remember(lambda: choosing.remember_folder(paths[0]))

    def open_project(self, folder: Path) -> None:
        """Open a project, or say why that cannot be."""
        try:
            self.session.open_project(folder)
        except AnnotatorError as error:
            self.session.say(error.message, Severity.ERROR)

    def hide_overlays(self) -> None:
        """Hide the annotations, or show them again."""
        self._overlays_hidden = not self._overlays_hidden
        self.area.set_overlays_hidden(self._overlays_hidden)

    def maximise(self) -> None:
        """Give the picture the room of all views, or the window where it is alone; or everything its place back."""
        hidden = not self.maximised
        if self.torn.maximise_view():
            return
        if hidden and self.session.arrangement.count > 1:
            self.area.show_alone(True)
        else:
            self.area.show_alone(False)
            self._left.stow(hidden)
            self._right.stow(hidden)
        self.view.setFocus()
        self.commands.sync()

    def type_window(self) -> None:
        """Put the keyboard into the Center field."""
        if self._left.stowed and not self.torn.panel_torn(self.levels.objectName()):
            self._left.stow(False)
            self._right.stow(False)
        self.levels.window().activateWindow()
        self.levels.type_center()

    def keep_windows(self, keep: Keep) -> None:
        """Keep windows for something else from now on."""
        self._remember(lambda: self.session.keep_windows(keep))

    def dismiss_notice(self) -> None:
        """Take the newest message away."""
        self.notices.dismiss()

    def speak(self, code: str) -> None:
        """Change the language of the whole window."""
        use_language(code)
        self.retranslate()
        self._remember(lambda: settings.remember({"language": code}))

    def show_keys(self) -> None:
        """Show the sheet of keys, or put it away."""
        self.key_sheet.setVisible(self.key_sheet.isHidden())
        self.key_sheet.raise_()
        (self.view if self.key_sheet.isHidden() else self.key_sheet.list).setFocus()

    def show_about(self) -> None:
        """Say what this is."""
        self.show_part("about")

    def explain_picture(self) -> None:
        """Say in sentences why the picture looks as it does."""
        self.honesty.open_sheet()

    def show_part(self, name: str, what: str = "") -> None:
        """Show a part of the window, or put it away; one that asks for something is told what."""
        self.parts.show(name, what=what)

    # words -----------------------------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say everything in the current language."""
        self.commands.retranslate()
        for panel in (
            *(self.tree, self.categories, self.levels, self.annotations, self.notices, self.bars, self.status_line),
            *(self.area, self.tool_bar, self.empty, self.key_sheet, self.strip, self.honesty, self._left, self._right, self.parts),
        ):
            panel.retranslate()
        self._entitle(Topic.PROJECT)

    def _entitle(self, topic: Topic) -> None:
        project = self.session.project
        name = project.project.name_en if language() == "en" else project.project.name
        self.setWindowTitle(f"{name} — Annotator")

    def _tell(self, topic: Topic) -> None:
        said = self.session.said
        if said is None:
            return
        if said.severity is Severity.INFO:
            self.status_line.tell(named(self.session, said.message), undo=said.undo, stays=said.asks)
        else:
            self.notices.tell(named(self.session, said.message), said.severity, refusal=said.refusal)

    # building --------------------------------------------------------------------------------------------------------------------

    def _build(self, look: theme.Theme) -> None:
        self._left: Side = Side([(mark("Series"), self.tree, 1), *self.parts.columns(left=True)], look, 146)
        above = [(mark("Categories"), self.categories, 0), (mark("Window level"), self.levels, 0), *self.parts.columns()]
        self._right: Side = Side([*above, (mark("Annotations"), self.annotations, 1), *self.parts.columns(below=True)], look)
        self._stage: Stage = (stage := Stage(self.area))
        stage.lay_over(self.empty, filling=True)
        stage.lay_over(self.key_sheet, filling=False)
        middle = stacked((self.bars, 0), (self.tool_bar, 0), (stage, 1), (self.honesty, 0), (self.notices, 0))
        self._columns: Columns = Columns(self._left, beside(self.strip, middle), self._right)
        self._columns.narrowed.connect(self.strip.narrow)
        self.setCentralWidget(self._columns)
        self.area.words = self.notices
        self.setStatusBar(self.status_line)

    def _listen(self) -> None:
        on = self.bridge.on
        on(self.area.refresh, Topic.LAYOUT, Topic.PROJECT)
        on(self.area.read, Topic.SERIES)
        on(lambda _topic: places.look_again(self.session, self.view), Topic.SERIES)
        on(self.tree.refresh, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.GUARD, Topic.SAVED)
        on(self.categories.refresh, Topic.PROJECT, Topic.SERIES, Topic.CATEGORY, Topic.CATALOGUE)
        on(self.annotations.refresh, Topic.LAYOUT, Topic.SERIES, Topic.IMAGE, Topic.DOCUMENT, Topic.SELECTION, once=True)
        on(self.levels.refresh, Topic.SERIES, Topic.IMAGE, Topic.PICTURE, Topic.WINDOW, once=True)
        on(self.status_line.progress.refresh, Topic.PROJECT, Topic.COURSE)
        on(self.status_line.refresh, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE, Topic.PICTURE, Topic.DOCUMENT, Topic.SAVED)
        on(self.empty.refresh, Topic.LAYOUT, Topic.PROJECT, Topic.CATALOGUE, Topic.SERIES, Topic.IMAGE)
        self.bars.listen(on)
        on(self.tool_bar.refresh, Topic.TOOL, Topic.CATEGORY, Topic.SERIES, Topic.IMAGE)
        on(self._entitle, Topic.PROJECT)
        on(self._tell, Topic.MESSAGE)
        on(lambda _topic: self.notices.withdraw_refusal(), Topic.DOCUMENT, Topic.SERIES)
        on(lambda _topic: self.commands.sync(), *set(Topic).difference({Topic.WINDOW, Topic.MESSAGE}), once=True)
        area = self.area
        self.torn.changed.connect(self.commands.sync)
        self.first_shown.connect(self.places.restore_torn)
        self.stirred.connect(self.places.stir)
        area.activated.connect(lambda: self.keys.follow(self.view))
        area.pointed.connect(self.status_line.point)
        area.pointer_left.connect(self.status_line.point_nowhere)
        area.zoom_changed.connect(self.status_line.scale)
        area.reading_changed.connect(self.commands.sync)
        area.said.connect(self.status_line.hint)
        area.maximise_requested.connect(self.maximise)
        area.menu_requested.connect(lambda place: self._offer_menu(place, self.view.aim))
        self.honesty.heed(area.repainted, area.activated)
        self.annotations.menu_requested.connect(self._offer_menu)
        for entered in (self.tree.entered, self.categories.entered, self.annotations.entered, self.tool_bar.entered):
            entered.connect(lambda: self.view.setFocus())
        self.status_line.undo_wanted.connect(self.commands.actions["edit.undo"].trigger)
        self.status_line.stop_wanted.connect(self.commands.actions["file.stop"].trigger)
        self.notices.changed.connect(self.commands.sync)
        self.key_sheet.changed.connect(self._keys_changed)
        self.bars.decided.connect(lambda: self.view.setFocus())
        self.key_sheet.said.connect(lambda sentence: self.session.say(sentence, Severity.WARNING))

    def _keys_changed(self) -> None:
        self.commands.bind(self.keys)
        self.retranslate()

    def _offer_menu(self, place: QPoint, aim: tuple[float, float, float] | None = None) -> None:
        context_menu(self.session, self.commands, self, aim).popup(place)

    def _remember(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except OSError as error:
            self.session.say(message("The settings could not be written: {reason}", reason=system_cause(error)), Severity.WARNING)

    # what Qt asks for ------------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """See Qt; folders and files may be dropped anywhere."""
        if choosing.dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        event.acceptProposedAction()
        self.open_paths(() if self.view.keeps_at_it() else choosing.dropped_paths(event.mimeData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See Qt; Ctrl held turns Add and Sub round, and the strip shows it."""
        self.strip.turn(event.key() == Qt.Key.Key_Control, _TURNED)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See Qt."""
        if event.key() == Qt.Key.Key_Control:
            self.strip.turn(False, _TURNED)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """See Qt; a key that comes up in another window is up here too."""
        if event.type() is QEvent.Type.ActivationChange:
            self.strip.turn(False, _TURNED)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """See Qt; everything is put down first, and nothing is asked."""
        self._tasks.finish()
        self._remember(self.places.keep)
        places.keep_look(self.session, self.view)
        self.area.keep_shares()
        self.places.close()
        self.torn.close()
        QApplication.instance().removeEventFilter(self.keys)  # type: ignore[union-attr]  # there is one as long as there is a window
        self.bridge.close()
        self.session.close()
        self._tasks.close()
        super().closeEvent(event)
