"""A person's own settings, over the picture: its widget is `covers.settings`."""

from __future__ import annotations

from annotator.gui.actions import ActionSpec
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.settings import SettingsPart

    return SettingsPart(session)


PART = Part(
    id="settings",
    text=mark("Settings"),
    build=_build,
    topics=(),
    over_picture=True,
    entries={
        "menu.help": (
            ActionSpec(
                *("settings.show", mark("Settings…"), ("Ctrl+,",), lambda session, desk: desk.show_part("settings")),
                tip=mark("Language, memory, windows, how annotations look, mouse and wheel"),
            ),
        )
    },
)
