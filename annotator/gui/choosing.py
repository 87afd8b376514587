"""Let a person choose a folder or drop one, without stopping anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from annotator import settings

_LAST = "last_folder"
_DEFINITION = "project.toml"


def choose_folder(parent: QWidget, title: str, chosen: Callable[[Path], None]) -> None:
    """Open a dialog that waits for nobody; `chosen` gets the folder if there is one."""
    dialog = QFileDialog(parent, title, settings.read(_LAST, ""))
    dialog.setObjectName("folder_dialog")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setModal(False)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def choose_file(parent: QWidget, title: str, patterns: str, chosen: Callable[[Path], None]) -> None:
    """Open a dialog that waits for nobody; `chosen` gets the file if there is one; `patterns` are Qt's name filters."""
    dialog = QFileDialog(parent, title, settings.read(_LAST, ""), patterns)
    dialog.setObjectName("file_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setModal(False)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def choose_files(parent: QWidget, title: str, chosen: Callable[[Sequence[Path]], None]) -> None:
    """Open a dialog that waits for nobody; `chosen` gets the files if there are any."""
    dialog = QFileDialog(parent, title, settings.read(_LAST, ""))
    dialog.setObjectName("files_dialog")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setModal(False)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def choose_new_file(parent: QWidget, title: str, proposal: str, chosen: Callable[[Path], None]) -> None:
    """Open a dialog that waits for nobody; `chosen` gets the file to be written, of the kind of the proposed one, if there is one."""
    dialog = QFileDialog(parent, title, str(Path(settings.read(_LAST, "")) / proposal))
    dialog.setObjectName("new_file_dialog")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(Path(proposal).suffix.removeprefix("."))
    dialog.setModal(False)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.show()


def remember_folder(opened: Path) -> None:
    """Begin there the next time, or where a file lies; raises OSError."""
    settings.remember({_LAST: str(opened.parent if opened.suffix.lower() == ".zip" else opened)})


def dropped_paths(data: QMimeData) -> tuple[Path, ...]:
    """Return the local files and folders of a drop."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


def dropped_project(paths: Sequence[Path]) -> Path | None:
    """Return the project's folder if it is that alone that was dropped."""
    return paths[0] if len(paths) == 1 and (paths[0] / _DEFINITION).is_file() else None
