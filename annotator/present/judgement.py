"""What the judgement grid says: the judged regions of the open case side by side, and after the judging their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.category import Category
from annotator.domain.judging import YES, Judging, asymmetry, judgement_of, proposal
from annotator.i18n import language, mark, translate
from annotator.present.annotations import category_name
from annotator.workspace.session import Session

_LEFT_KEYS, _RIGHT_KEYS = "12345", "67890"


@dataclass(frozen=True)
class Cell:
    """One judged region: category id, full name, colour, key, what was judged (empty: nothing yet), whether that is yes, and its size.

    `proposed`: `state` is what came with the regions and nobody has judged yet.
    """

    id: int
    name: str
    colour: tuple[int, int, int]
    key: str
    state: str
    yes: bool
    proposed: bool
    size: str

    @property
    def spoken(self) -> str:
        """The cell as a screen reader says it."""
        said = self.state or translate(mark("not judged"))
        return " · ".join(part for part in (self.name, translate(mark("{state}, proposed"), state=said) if self.proposed else said,
                                            self.size) if part)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A pair of regions: what both are called, the cells of left and right, and the left/right difference after the judging."""

    name: str
    left: Cell
    right: Cell
    difference: str


def rows(session: Session) -> tuple[Row, ...]:
    """Return the rows of the grid, in the order of the project; nothing where nothing is judged."""
    judging = session.judging
    if judging is None:
        return ()
    categories = {category.id: category for category in session.categories}
    sizes = session.millilitres() if session.judged else {}
    found = []
    for place, (left, right) in enumerate(zip(judging.left, judging.right, strict=True)):
        index = asymmetry(sizes.get(left, 0.0), sizes.get(right, 0.0)) if sizes else None
        one, other = (
            _cell(session, judging, categories[number], keys[place], sizes.get(number, 0.0) if sizes else None)
            for number, keys in ((left, _LEFT_KEYS), (right, _RIGHT_KEYS))
        )
        found.append(Row(_shared(categories[left]), one, other, "" if index is None else f"{round(index, 1) + 0.0:+.1f} %"))
    return tuple(found)


def heading(session: Session) -> str:
    """Return what is judged, in the current language."""
    judging = session.judging
    return "" if judging is None else (judging.name_en if language() == "en" else judging.name)


def hint(session: Session, *, focused: bool, key: str) -> str:
    """Return the line under the grid: what is going on, else what the keys do; `key` gives the grid the keyboard."""
    loading, delivering = session.loading, session.delivering
    if loading is not None:
        return translate(mark("Loading regions… {count} images read"), count=loading.done)
    if session.regions is None and not any(session.document.annotations.values()):
        return translate(mark("No regions yet: Project › Load regions"))
    if session.judged and delivering is None:
        return translate(mark("Judged. Enter: done, next case")) if focused else translate(mark("Judged"))
    if delivering is not None and session.judged:
        return translate(mark("Writing label files: {done} of {total}"), done=delivering.done, total=delivering.total or "?")
    if not focused:
        return translate(mark("{key}: judge with the keys 1–5 (left) and 6–0 (right)"), key=key)
    judging = session.judging
    no = "" if judging is None else (judging.no_en if language() == "en" else judging.no)
    return translate(mark("1–5, 6–0: yes / no · Enter: “{no}” for the rest, done"), no=no)


def _cell(session: Session, judging: Judging, category: Category, key: str, size: float | None) -> Cell:
    said = session.document.facts
    judged = judgement_of(said, category.key)
    shown = judged if judged is not None else said.get(proposal(category.key))
    names = {True: (judging.yes, judging.yes_en), False: (judging.no, judging.no_en)}
    state = "" if shown is None else names[shown == YES][language() == "en"]
    told = "" if size is None else translate(mark("{size} mL"), size=f"{size:.1f}")
    proposed, colour = judged is None and shown is not None, session.colours[category.key]
    return Cell(category.id, category_name(category), colour, key, state, shown == YES, proposed, told)


def _shared(category: Category) -> str:
    """The name of a region without its side: the group's name, or the first word, goes."""
    name = category_name(category)
    if language() == "en" and " " in name:
        return name.split(" ", 1)[1].capitalize()
    return name.removeprefix(category.grp_name).strip() or name
