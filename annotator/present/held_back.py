"""Say that annotations of an image are not shown: how many, and by which key they come back."""

from __future__ import annotations

from collections.abc import Callable

from annotator.i18n import mark, translate
from annotator.workspace.pane import Pane
from annotator.workspace.session import Session

_HIDDEN = mark("{count} hidden · {key}")
_HIDDEN_CHOSEN = mark("{count} hidden · Esc, {key}")
_ALONE = mark("{count} of {all} shown · {key}")
_NONE = mark("None of {count} shown here · {key}")


def held_back(session: Session, pane: Pane, key_of: Callable[[str], str]) -> str:
    """Return what stands on the picture of a pane in the current language; empty where all is shown.  `key_of`: by a command's name."""
    if not session.holds_back or pane.place.other is not None:
        return ""
    annotations = pane.annotations
    seen = len(session.seen(annotations))
    if seen == len(annotations):
        return ""
    if session.shown_alone(annotations):
        key = key_of("view.solo")
        return translate(_ALONE, count=seen, all=len(annotations), key=key) if seen else translate(_NONE, count=len(annotations), key=key)
    return translate(_HIDDEN_CHOSEN if pane.selection else _HIDDEN, count=len(annotations) - seen, key=key_of("view.hide_selected"))
