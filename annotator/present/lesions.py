"""The rows of the lesion list: number or letter, category, slices, volume and longest diameter of each lesion of the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.lesion_measures import LesionMeasures
from annotator.domain.lesions import Lesion
from annotator.domain.mammography import rank
from annotator.i18n import mark, translate
from annotator.present.annotations import category_name
from annotator.present.measures import volume_text
from annotator.workspace.catalogue import Series
from annotator.workspace.lesion_sizing import LesionSizing
from annotator.workspace.session import Session


@dataclass(frozen=True)
class LesionRow:
    """One lesion as a list shows it."""

    key: object
    colour: tuple[int, int, int]
    text: str
    note: str
    brief: str
    """The note where there is little room: the slices without the word, the diameter without its sign."""
    number: str

    @property
    def spoken(self) -> str:
        """The row as one line, as a screen reader says it."""
        return "  ".join(part for part in (self.number, self.text, self.note) if part)


def lesion_row(session: Session, sizing: LesionSizing, lesion: Lesion) -> LesionRow:
    """Return the row of a lesion of the open case."""
    project = session.project.project
    category = next((c for c in project.categories if c.key == lesion.category), None)
    own = next((one for one in session.case_series if lesion.members[0].image in one.places), None)
    name = category_name(category) if category else lesion.category
    found = sizing.of(lesion, own) if own is not None else None
    measured = list(_measured(found))
    where = list(_where(session, lesion, own))
    note, brief = " · ".join((*where[:1], *measured)), " · ".join((*where[-1:], *measured)).replace("⌀ ", "")
    text = f"{lesion.name} · {name}" if lesion.name else name
    return LesionRow(lesion.id, session.colours.get(lesion.category, (255, 255, 255)), text, note, brief, session.called(lesion.members[0]))


def _where(session: Session, lesion: Lesion, series: Series | None) -> Iterator[str]:
    """On which slices or views a lesion lies, and where that can be said in fewer words, that too."""
    if series is None:
        return
    places = sorted({series.places[a.image] + 1 for a in lesion.members if a.image in series.places})
    if session.sighting(series.images[places[0] - 1]) is not None:
        yield ", ".join(_views(session, lesion))
    elif 1 < len(places) < places[-1] - places[0] + 1:  # the volume is that of the drawn ones alone
        first, last, count, every = places[0], places[-1], len(places), places[-1] - places[0] + 1
        yield translate(mark("slices {first}–{last} ({count} of {all})"), first=first, last=last, count=count, all=every)
        yield f"{first}–{last} ({count}/{every})"
    elif len(places) > 1:
        yield translate(mark("slices {first}–{last}"), first=places[0], last=places[-1])
        yield f"{places[0]}–{places[-1]}"
    else:
        yield translate(mark("slice {place}"), place=places[0])


def _measured(found: LesionMeasures | None) -> Iterator[str]:
    if found is not None:
        yield f"⌀ {found.longest.length:.1f} mm"
    if found is not None and found.volume is not None:
        yield volume_text(found.volume)


def _views(session: Session, lesion: Lesion) -> list[str]:
    """Return the views of the case on which a lesion is drawn, in the order in which they hang."""
    images = {image.key: image for series in session.case_series for image in series.images}
    drawn = sorted((images[key] for key in {a.image for a in lesion.members} if key in images), key=lambda image: (rank(image), image.key))
    return [sighting.code for sighting in map(session.sighting, drawn) if sighting is not None]
