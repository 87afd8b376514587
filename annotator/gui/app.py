"""Open the window, for the command line and for whoever drives it from outside."""

from __future__ import annotations

import datetime
import faulthandler
import os
import sys
from collections.abc import Callable, MutableMapping
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication

from annotator import __version__, program_log, settings
from annotator.errors import AnnotatorError
from annotator.gui import key_names, theme, unexpected
from annotator.gui.ending import Ending
from annotator.gui.idle import IdleLock
from annotator.gui.window import MainWindow
from annotator.gui.work import QtTasks
from annotator.i18n import LANGUAGES, Message, system_language, use_language
from annotator.paths import local_folder
from annotator.present.arguments import PROGRAM, Arguments, parse, spoken_language
from annotator.workspace.notice import Severity
from annotator.workspace.opening import get_ready
from annotator.workspace.projects import ProjectFolder, create, open_project, scratch
from annotator.workspace.session import Session
from annotator.workspace.watching import Watch

Answer = TypeVar("Answer")
_FEW_CORES = 4
_MOMENT = 200
"""Milliseconds after which the window, painted by then, gets ready for what a person will do first."""


def start(arguments: list[str]) -> tuple[QApplication, MainWindow]:
    """Build everything for the command line's `arguments` and show the window, without entering the event loop.

    Uses the QApplication that is there, may be called more than once in a process, and never fails for what the arguments name: a project
    or folder that cannot be opened is said in the window, which then stands on the scratch project.
    """
    running = QApplication.instance()
    if running is None:  # no move of a freehand stroke may be merged with the next
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
        paint_alone(os.environ, os.cpu_count() or 1)
    application = running if isinstance(running, QApplication) else QApplication([PROGRAM])
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName("")
    use_language(_language(arguments))
    key_names.install(application)
    theme.dress(application, theme.dark())
    errors: list[Message] = []
    wanted = _tried(lambda: parse(arguments), errors) or Arguments()
    project = _project(wanted, errors)
    tasks = QtTasks()
    session = Session(project, tasks, author=wanted.user or "", role=wanted.role or "", pin=os.environ.get("ANNOTATOR_PIN", ""))
    window = MainWindow(session, tasks)
    unexpected.listen(session)
    Watch(session, _now)
    IdleLock(window, window.keys, session)
    window.show()
    session.say_remarks()
    for error in errors:
        session.say(error, Severity.ERROR)
    if wanted.folders:
        session.open_folder(wanted.folders)
    else:
        session.reopen()
    if session.people:
        window.show_part("start_page")
    tasks.later(_MOMENT, lambda: tasks.run(lambda: get_ready(project.project), lambda done: None, _unexpected))
    return application, window


def paint_alone(surroundings: MutableMapping[str, str], cores: int) -> None:
    """Let Qt fill areas in the thread that paints where there are few cores, unless somebody wants it otherwise.

    Qt shares out every filled outline among threads, which wait for each other longer than the filling takes; only very many pixels on
    very many cores gain by it.  Said before the first thing is painted, for Qt asks once.
    """
    if cores <= _FEW_CORES:
        surroundings.setdefault("QT_NO_GUI_THREADPOOL", "1")


def main(arguments: list[str] | None = None) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    crashes = program_log.begin(__version__)
    application, window = start(sys.argv[1:] if arguments is None else arguments)
    unexpected.take_over(window.session)
    ending = Ending(window)
    code = application.exec()
    ending.stop()
    window.close()
    program_log.note("END", str(code))
    if crashes is not None:
        faulthandler.disable()
        crashes.close()
    return code


def _language(arguments: list[str]) -> str:
    """Return the language asked for, else the one chosen in the window before, else the system's."""
    if any(word == "--language" or word.startswith("--language=") for word in arguments):
        return spoken_language(arguments)
    chosen = settings.read("language", "")
    return chosen if chosen in LANGUAGES else system_language()


def _project(wanted: Arguments, errors: list[Message]) -> ProjectFolder:
    folder = wanted.project
    found = None if folder is None else _tried(lambda: open_project(folder, strict=False), errors)
    return found or _tried(scratch, errors) or _spare()


def _spare() -> ProjectFolder:
    """Return a scratch project in the person's local data, for when the usual one is damaged.  Raises AnnotatorError."""
    folder = local_folder() / "scratch"
    return open_project(folder) if (folder / "project.toml").exists() else create("scratch", folder)


def _unexpected(error: Exception) -> None:
    raise error


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


def _tried(attempt: Callable[[], Answer], errors: list[Message]) -> Answer | None:
    try:
        return attempt()
    except AnnotatorError as error:
        errors.append(error.message)
        return None
