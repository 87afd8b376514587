"""What the windows by name are called."""

from __future__ import annotations

from annotator.domain.presets import Preset
from annotator.i18n import language, say
from annotator.workspace.session import Session


def preset_texts(session: Session) -> tuple[str, ...]:
    """Return the names of the windows that the chosen image offers, in their order."""
    return tuple(map(_name, session.presets))


def preset_text(session: Session, number: int) -> str | None:
    """Return the name of the window that is offered as number so and so (from 1); None where there are not so many."""
    offered = session.presets
    return _name(offered[number - 1]) if number <= len(offered) else None


def _name(preset: Preset) -> str:
    return preset.own_names[language() == "en"] if preset.own_names else say(preset.name)
