"""Who opened and exported what: its widget is `covers.access`."""

from __future__ import annotations

from annotator.domain.person import Role
from annotator.gui.actions import ActionSpec, wants
from annotator.gui.part import Part, PartWidget
from annotator.gui.theme import Theme
from annotator.i18n import mark
from annotator.workspace.notice import Topic
from annotator.workspace.session import Session


def _build(session: Session, look: Theme) -> PartWidget:
    from annotator.gui.covers.access import AccessPart

    return AccessPart(session)


@wants(mark("only a manager may do that"))
def _may(session: Session, desk: object) -> bool:
    return session.acting is not None and session.acting.may(Role.MANAGER)


PART = Part(
    id="access",
    text=mark("Access log"),
    build=_build,
    topics=(Topic.PROJECT,),
    over_picture=True,
    entries={
        "menu.project": (
            ActionSpec(
                *("project.access", mark("Access log…"), (), lambda session, desk: desk.show_part("access")),
                tip=mark("Who opened which patient and exported what, when and why; kept for two years"),
                enabled=_may,
            ),
        )
    },
)
