"""The window speaks Korean and English, and changes between them while everything is open."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu

from annotator.gui.part import parts
from annotator.gui.window import MainWindow
from annotator.i18n import message
from annotator.workspace.notice import Severity
from tests.gui.conftest import Open, named

KEY_WORDS = re.compile(
    r"(?<![A-Za-z])(?:Ctrl|Shift|Alt|Del|Home|End|PgDn|PgUp|Up|Down|Left|Right|Return|Enter|Esc|Tab|Backspace|Space|F\d+|[A-Z])(?![A-Za-z])"
)
NAMES = re.compile(
    r"CSV|XRY|PCT|(?<![A-Za-z])ID(?![A-Za-z])|project\.toml|categories\.csv|English|Annotator|JSON|ZIP|CT|MR|PET|SUV|ROI|mm|HU|RGB|DICOM"
    r"|MIP|CC|MLO|LGPL|PIN|xlsx|USB|\d (?:ms|MB)"
)


def spoken(window: MainWindow) -> dict[str, str]:
    """Every text a person can see, by where it stands; what the case or the disk is called is not ours to translate."""
    texts = {f"action {action.objectName()}": action.text() for action in window.findChildren(QAction) if action.objectName()}
    texts |= {f"tip {action.objectName()}": action.toolTip() for action in window.findChildren(QAction) if action.objectName()}
    texts |= {f"menu {menu.objectName()}": menu.title() for menu in window.findChildren(QMenu)}
    for kind in (QLabel, QAbstractButton):
        for number, widget in enumerate(window.findChildren(kind)):
            texts[f"{kind.__name__} {number} {widget.objectName()}"] = widget.text()
            texts[f"{kind.__name__} {number} tip"] = widget.toolTip()
    sheet = window.key_sheet.list
    for group in map(sheet.topLevelItem, range(sheet.topLevelItemCount())):
        for row in (group, *map(group.child, range(group.childCount()))):
            texts[f"sheet {row.text(0)}"] = f"{row.text(0)} {row.text(1)}"
    return {where: text for where, text in texts.items() if text}


def latin(text: str) -> list[str]:
    """Return the Latin words of a text that are no key, name or path."""
    bare = NAMES.sub("", KEY_WORDS.sub("", re.sub(r"/\S+", "", re.sub(r"<[^<>]+>", "", text))))
    return re.findall(r"[A-Za-z]{2,}", bare)


def test_korean_leaves_no_english_behind(window: MainWindow) -> None:
    window.commands.actions["language.ko"].trigger()
    for part in parts():
        if part.over_picture:  # it speaks when it is shown
            window.show_part(part.id)
    left = {where: text for where, text in spoken(window).items() if latin(text)}
    assert sorted({word for text in left.values() for word in latin(text)}) == []


def test_every_menu_and_action_changes(window: MainWindow) -> None:
    english = spoken(window)
    window.commands.actions["language.ko"].trigger()
    korean = spoken(window)
    same = [where for where, text in english.items() if where.startswith(("action", "menu")) and korean.get(where) == text]
    assert sorted(same) == ["action language.en", "action language.ko"]
    window.commands.actions["language.en"].trigger()
    again = spoken(window)
    assert [where for where, text in english.items() if where.startswith(("action", "menu", "tip", "sheet")) and again[where] != text] == []


def test_open_messages_change_too(bare: MainWindow) -> None:
    bare.session.say(message("The settings could not be written: {reason}", reason=message("no permission")), Severity.ERROR)
    assert bare.notices.texts == ("The settings could not be written: no permission",)
    bare.commands.actions["language.ko"].trigger()
    assert bare.notices.texts == ("설정을 저장하지 못했습니다: 권한이 없습니다",)


def test_categories_have_their_name_in_each_language(window: MainWindow) -> None:
    assert named(window, "category_list").model().index(0, 0).data() == window.session.categories[0].name_en
    window.commands.actions["language.ko"].trigger()
    assert named(window, "category_list").model().index(0, 0).data() == "악성"
    assert window.windowTitle().startswith(window.session.project.project.name)


def test_the_language_is_asked_for_or_remembered(open_window: Open) -> None:
    assert open_window("--language", "ko").commands.actions["file.save"].text() == "저장"
    second = open_window()
    assert second.commands.actions["file.save"].text() == "Save"
    second.commands.actions["language.ko"].trigger()
    assert open_window().commands.actions["file.save"].text() == "저장"
    assert open_window("--language=en").commands.actions["file.save"].text() == "Save"


def test_a_korean_system_gets_korean(open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert open_window().commands.actions["file.save"].text() == "저장"
