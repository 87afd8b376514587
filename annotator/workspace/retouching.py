"""Change the selected annotations at once, and cut, copy and paste them: each is one edit of the case."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path as FilePath

from annotator.domain import regrouping, retouching
from annotator.domain.annotation import Annotation, Shape
from annotator.domain.carry import apart, carried, outlined, within
from annotator.domain.document import Document
from annotator.domain.edit import Edit
from annotator.domain.image import Image
from annotator.domain.merge import NOTHING_SELECTED, Refusal, delete
from annotator.domain.region import Region
from annotator.domain.retouching import Rules
from annotator.i18n import Message, mark, message
from annotator.workspace import amounts
from annotator.workspace.amounts import Amounts
from annotator.workspace.copying import Copying
from annotator.workspace.notice import Topic
from annotator.workspace.tasks import Tasks

_ASIDE = 10.0
"""Pixels to the right and down by which a copy is moved that would lie exactly on what it was made of."""
_SAME_SLICE = 0.05
"""Millimetres between two slices that are said to be none."""


class Retouch(Enum):
    """What is done to the selected annotations; the values are the names of the actions."""

    FILL = "retouch.fill"
    ISLANDS = "retouch.islands"
    GROW = "retouch.grow"
    SHRINK = "retouch.shrink"
    SMOOTH = "retouch.smooth"
    SIMPLIFY = "retouch.simplify"
    MERGE = "retouch.merge"
    SPLIT = "retouch.split"
    INTERSECT = "retouch.intersect"
    FLIP = "retouch.flip"


_UNITING = {
    Retouch.MERGE: mark("{count} annotations became one: #{id}, {category}"),
    Retouch.INTERSECT: mark("What {count} annotations share became one: #{id}, {category}"),
}
Command = Callable[[Document, Image, Collection[int], Rules], Edit | Refusal]


def command(how: Retouch, by: Amounts) -> Command:
    """Return what a command does with these amounts."""
    found: dict[Retouch, Command] = {
        Retouch.FILL: retouching.fill_holes,
        Retouch.ISLANDS: lambda d, i, s, r: retouching.remove_islands(d, i, s, r, by.islands),
        Retouch.GROW: lambda d, i, s, r: retouching.grow(d, i, s, r, by.grow),
        Retouch.SHRINK: lambda d, i, s, r: retouching.grow(d, i, s, r, -by.grow),
        Retouch.SMOOTH: lambda d, i, s, r: retouching.smooth(d, i, s, r, by.smooth),
        Retouch.SIMPLIFY: lambda d, i, s, r: retouching.simplify(d, i, s, r, by.tolerance or None),
        Retouch.MERGE: regrouping.merge,
        Retouch.SPLIT: regrouping.split,
        Retouch.INTERSECT: regrouping.intersect,
        Retouch.FLIP: retouching.flip,
    }
    return found[how]


@dataclass(frozen=True)
class Clip:
    """What was copied: annotations of an image in a project."""

    project: FilePath
    image: Image
    annotations: tuple[Annotation, ...]


class Retouching(Copying, ABC):
    """The part of a session that changes the selected annotations at once."""

    def __init__(self, tasks: Tasks, author: str, clock: Callable[[], str]) -> None:
        super().__init__(tasks, author, clock)
        self.amounts = amounts.recall()
        self._clip: Clip | None = None

    def use_amounts(self, chosen: Amounts) -> None:
        """Use other amounts from now on, in the next session too; raises OSError where they cannot be remembered."""
        if chosen != self.amounts:
            self.amounts = chosen
            self._tell(Topic.MODE)
            amounts.remember(chosen)

    def retouch(self, how: Retouch) -> bool:
        """Do something to the selected annotations, or to the only one of the image; False where nothing changed, and why is said."""
        image, modality = self.image, self.rule
        if image is None or self._hidden_alone():
            return False
        whole = self.project.project.coordinates is not None
        rules = Rules(modality.deliver_boxes, modality.exclusive, whole) if modality is not None else Rules()
        edit = command(how, self.amounts)(self.document, image, self.selection, rules)
        told = self._outcome(how, edit) if isinstance(edit, Edit) else None
        if not self._do(edit):
            return False
        if told is not None:
            self.say(told, undo=True)
        return True

    @property
    def copied(self) -> int:
        """How many annotations a paste would make."""
        return len(self._clip.annotations) if self._clip is not None and self._clip.project == self.project.root else 0

    def copy(self) -> bool:
        """Keep the selected annotations, or the only one of the image, for pasting; False where there is none."""
        if self._hidden_alone():
            return False
        found = self._kept(retouching.targets(self.document, self.image, self.selection) if self.image is not None else ())
        if found:
            self.say(message("Copied: {count}", count=found))
        return found > 0

    def cut(self) -> bool:
        """Keep the selected annotations for pasting and take them away, as one edit; locked ones stay."""
        image = self.image
        if image is None or self._hidden_alone():
            return False
        chosen = retouching.unlocked(retouching.targets(self.document, image, self.selection))
        edit = chosen if isinstance(chosen, Refusal) else delete(self.document, image, [a.id for a in chosen])
        if isinstance(edit, Edit):
            edit = replace(edit, name=message("Cut"))
        if not self._do(edit) or isinstance(chosen, Refusal):
            return False
        self.say(message("Cut: {count}", count=self._kept(chosen)), undo=True)
        return True

    def paste(self) -> bool:
        """Make what was copied annotations of the chosen image: at the same millimetres where both images tell them, else pixels."""
        image, clip, series = self.image, self._clip, self.series
        if image is None or series is None:
            return False
        if clip is None or not self.copied:
            return self._not_pasted(message("select annotations and copy them first"))
        why = self._unfit_for(series, clip.annotations)
        laid = [_laid(a.shape, clip.image, image) for a in clip.annotations]
        why = why or next((shape for shape in laid if isinstance(shape, Message)), None)
        if why is not None:
            return self._not_pasted(why)
        moved = [replace(a, shape=shape) for a, shape in zip(clip.annotations, laid, strict=True) if not isinstance(shape, Message)]
        beside = _beside(moved, self.annotations, image)
        if not beside:
            return self._not_pasted(message("the same lies there already"))
        before = {a.id for a in self.annotations}
        if not self._do(self._copies(beside, image, self.index, message("Paste"))):
            return False
        self.select({a.id for a in self.annotations} - before)
        self.say(self._where(clip, image, len(moved), aside=beside != moved), undo=True)
        return True

    def _hidden_alone(self) -> bool:
        """Whether nothing is selected and the only annotation of the image is hidden: nobody means what is not seen; that is said."""
        hidden = not self.selection and len(self.annotations) == 1 and bool(self._unseen())
        if hidden:
            self.refuse(NOTHING_SELECTED)
        return hidden

    def _outcome(self, how: Retouch, edit: Edit) -> Message:
        """What a command did."""
        if how in _UNITING:
            gone = [change for change in edit.changes if change.after is None]
            kept = next(a for change in edit.changes if (a := change.after) is not None and change.subject.id in self.selection)
            name = next((c.name for c in self.categories if c.key == kept.category), kept.category)
            return message(_UNITING[how], count=len(gone) + 1, id=kept.id, category=name)
        if how is Retouch.SIMPLIFY:
            before, after = _vertices(change.before for change in edit.changes), _vertices(change.after for change in edit.changes)
            return message("Simplified: {before} vertices became {after}", before=before, after=after)
        if how is Retouch.SPLIT:
            return message("Split; new annotations: {count}", count=sum(change.before is None for change in edit.changes))
        if how is Retouch.FLIP:
            return message("Flipped at the upright middle line of the image")
        return message("Done: {edit}", edit=edit.name)

    def _kept(self, found: Sequence[Annotation]) -> int:
        """Keep annotations for pasting; how many there are, and if none, that is said."""
        if self.image is None or not found:
            self.refuse(NOTHING_SELECTED)
            return 0
        self._clip = Clip(self.project.root, self.image, tuple(found))
        self._tell(Topic.MODE)
        return len(found)

    @staticmethod
    def _where(clip: Clip, image: Image, count: int, *, aside: bool) -> Message:
        if aside:
            return message("Pasted: {count}, moved aside since the same lies there", count=count)
        if clip.image.key != image.key and outlined(clip.annotations[0].shape, clip.image, image) is None:
            return message("Pasted: {count}, at the same pixels: the two images share no millimetres", count=count)
        away = apart(clip.image, image)
        if away < _SAME_SLICE:
            return message("Pasted: {count}, at the same millimetres", count=count)
        return message("Pasted: {count}, at the same millimetres of a slice {distance} mm away", count=count, distance=f"{away:.1f}")

    def _not_pasted(self, why: Message) -> bool:
        self.refuse(message("Nothing was pasted: {reason}", reason=why))
        return False


def _laid(shape: Shape, one: Image, other: Image) -> Shape | Message:
    """A shape of an image on another one, by millimetres or by pixels."""
    if one.key == other.key:
        return shape
    return carried(shape, one, other) if outlined(shape, one, other) is not None else within(shape, other)


def _beside(moved: list[Annotation], there: Sequence[Annotation], image: Image) -> list[Annotation]:
    """The same, moved aside together until none of them is there already; nothing where there is no room for that."""
    known = {(a.category, a.shape) for a in there}
    while any((a.category, a.shape) in known for a in moved):
        shapes = [within(a.shape.moved(_ASIDE, _ASIDE), image) for a in moved]
        if any(isinstance(shape, Message) for shape in shapes):
            return []
        moved = [replace(a, shape=shape) for a, shape in zip(moved, shapes, strict=True) if not isinstance(shape, Message)]
    return moved


def _vertices(annotations: Iterable[Annotation | None]) -> int:
    return sum(len(a.shape.vertices) for a in annotations if a is not None and isinstance(a.shape, Region))
