"""A report holds what helps and names nobody; it is seen before it is saved; About names every library with its licence."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QTreeWidget

from annotator import __version__, program_log, settings
from annotator.gui import unexpected
from annotator.gui.covers.report import ReportPart
from annotator.present.about import LIBRARIES, libraries
from annotator.present.report import plain
from annotator.workspace.notice import Severity
from tests.gui.conftest import named

ROOT = Path(__file__).resolve().parents[3]


def test_what_is_seen_is_what_is_saved(window, tmp_path: Path) -> None:
    window.commands.actions["help.report"].trigger()
    part = window.parts.widget("report")
    assert isinstance(part, ReportPart) and part.isVisible()
    names, text = named(window, "report.list", QListWidget), named(window, "report.text", QPlainTextEdit)
    seen = {}
    for row in range(names.count()):
        names.setCurrentRow(row)
        seen[names.item(row).text()] = text.toPlainText()
    part.write(tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == seen
    assert __version__ in seen["versions.txt"] and "pydicom" in seen["versions.txt"] and "frame_ms" in seen["timings.json"]


def test_a_report_that_cannot_be_saved_says_so(window, tmp_path: Path) -> None:
    part = window.parts.widget("report")
    assert isinstance(part, ReportPart)
    (tmp_path / "a").write_text("", "ascii")
    part.write(tmp_path / "a" / "report.zip")
    assert window.session.said.severity is Severity.ERROR


def test_settings_are_told_without_names() -> None:
    names = {"last_folder": "/data/hong", "windows": {"/p": {"x": 1}}, "window.arrangements": {"hong": 1}}
    plainly = {"memory": 2048, "language": "ko", "keys": {"tool.box": ["Ctrl+B", "B"]}, "colour": "#ff0000"}
    kept = {**names, **plainly, "name": "홍길동", "tool_options": {"a b": 1, "size": 3.5}}
    assert plain(kept) == {**plainly, "name": "…", "tool_options": {"size": 3.5}}


def test_what_is_said_stands_in_the_log_without_its_values(window) -> None:
    settings.remember({"language": "en"})
    window.open_paths([Path("/nowhere/홍길동 CT")])
    log = program_log.read()
    assert "홍길동" not in log and "nowhere" not in log


def test_an_unexpected_error_is_noted_said_and_survived(window, qtbot, monkeypatch) -> None:
    heard = []
    monkeypatch.setattr("sys.excepthook", lambda *told: heard.append(told[0]))
    monkeypatch.setattr("threading.excepthook", lambda *told: None)
    unexpected.take_over(window.session)
    import sys

    try:
        raise KeyError("홍길동")
    except KeyError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: any("Something went wrong" in text for text in window.notices.texts))
    log = program_log.read()
    assert heard == [KeyError] and "UNEXPECTED KeyError at tests/gui/parts/test_report.py" in log and "홍길동" not in log


def test_about_names_every_library_that_is_locked(window) -> None:
    locked = {line.split("==")[0].lower() for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if "==" in line}
    assert set(LIBRARIES) == locked
    assert all(one.version and one.licence not in ("", "—") for one in libraries())
    assert not [one for one in libraries() if re.fullmatch(r"A?GPL.*", one.licence)]
    window.commands.actions["help.about"].trigger()
    shown = named(window, "about.list", QTreeWidget)
    assert shown.isVisible() and shown.topLevelItemCount() == len(libraries())
