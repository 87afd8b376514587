"""What a row of the journal says: an edit, or that the edit of an earlier row was taken back or done again.

A jump over many edits is one row for each that can be named, all in one transaction, and one for those between them.
Only a large edit is named instead of being written again, by the number of its row and the digest of what that says; what is named is
an edit itself, never another name.  Whoever takes rows away brings what they said to where it is still named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.annotation import Annotation
from annotator.domain.document import Document
from annotator.domain.edit import Edit, StaleEdit, apply, together
from annotator.domain.image import ImageKey
from annotator.formats import record
from annotator.formats.edit_text import There, decode_edit

LARGE = 1 << 14
"""Bytes of a row from which its edit is named where it is taken back or done again."""
SMALL = 256
"""Bytes that a row has at most that names another one."""
_NAME = "row"
Place = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """A row as the journal has it; `edit` is what it says, sealed."""

    sequence: int
    run: str
    base: str
    time: str
    edit: bytes


@dataclass(frozen=True)
class Told:
    """What to write of an edit: sealed, the digest of it, and the row that it names (0: none, it says all itself)."""

    sealed: bytes
    digest: str
    names: int = 0


@dataclass(frozen=True)
class _Written:
    edit: Edit
    sequence: int
    digest: str
    place: Place


@dataclass
class Nameable:
    """The large edits that rows of this run say in full, to be named when they are taken back or done again; by the edit itself."""

    _by_edit: dict[int, _Written] = field(default_factory=dict)

    def told(self, edit: Edit, place: Place) -> Told | None:
        """Return what names the row of an edit of a case (or of the one that it takes back), None where there is none."""
        for found, back in ((edit, False), (edit.undoes, True)):
            written = self._by_edit.get(id(found))
            if written is not None and written.place == place:
                sealed, digest = record.seal({_NAME: written.sequence, "digest": written.digest, "back": back})
                return Told(sealed, digest, written.sequence)
        return None

    def apart(self, edit: Edit, place: Place) -> list[Edit]:
        """Return the edits that do one after the other what one does that was made of several, such that those with a row stand alone.

        The edit itself, where none of its parts has a row; those without one that stand side by side are one edit.
        """
        found, side_by_side = list[Edit](), list[Edit]()
        for part in edit.parts:
            if self.told(part, place) is None:
                side_by_side.append(part)
                continue
            found += [together(side_by_side), part] if side_by_side else [part]
            side_by_side = []
        if not found:
            return [edit]
        return [*found, together(side_by_side)] if side_by_side else found

    def add(self, edit: Edit, sequence: int, digest: str, place: Place) -> None:
        """A row says this edit in full."""
        self.drop([sequence])
        self._by_edit[id(edit)] = _Written(edit, sequence, digest, place)

    def drop(self, sequences: Sequence[int]) -> None:
        """These rows are gone."""
        for key in [key for key, written in self._by_edit.items() if written.sequence in sequences]:
            del self._by_edit[key]


class Reader:
    """Reads rows, and what they name by way of `find`: what the row of a number says, None where there is no such row."""

    def __init__(self, find: Callable[[int], bytes | None]) -> None:
        self._find = find
        self._edits: dict[int, tuple[Edit, str]] = {}

    def edit(self, row: Row, document: Document | None) -> Edit:
        """Return the edit that a row says or names, of the document as it is before it; raises record.Damaged and StaleEdit."""
        content, digest = record.unseal(row.edit)
        if _NAME not in content:
            return self._kept(row.sequence, content, digest, document)[0]
        named, back = record.whole(content, _NAME), content.get("back")
        if named not in self._edits:
            sealed = self._find(named) if named < row.sequence else None
            if sealed is None:
                raise record.Damaged("the row that is named is not there")
            self._kept(named, *record.unseal(sealed), document, back is True)
        edit, is_now = self._edits[named]
        if not isinstance(back, bool) or is_now != record.text(content, "digest"):
            raise record.Damaged("the row that is named says something else")
        return edit.inverse() if back else edit

    def full(self, row: Row) -> tuple[Edit, str] | None:
        """Return the edit of a row that was read and says it itself, with the digest; None for one that names another."""
        return self._edits.get(row.sequence)

    def _kept(self, sequence: int, content: Mapping[str, Any], digest: str, document: Document | None,
              back: bool = False) -> tuple[Edit, str]:  # fmt: skip
        if sequence not in self._edits:
            self._edits[sequence] = decode_edit(content, None if document is None else _there(document), back=back), digest
        return self._edits[sequence]

    def readable(self, row: Row) -> object:
        """An edit as JSON values, or as text where it is damaged."""
        try:
            content = record.unseal(row.edit)[0]
        except record.Damaged:
            return row.edit.decode("utf-8", "backslashreplace")
        try:
            return record.encode_edit(self.edit(row, None))
        except (record.Damaged, StaleEdit):
            return content

    def fitting(self, rows: Sequence[Row], bases: set[str], document: Document | None) -> list[Edit]:
        """The edits of the first rows, up to one that starts from another revision, cannot be read or does not apply."""
        edits = list[Edit]()
        for row in rows:
            try:
                edit = self.edit(row, document)
                document = document and apply(document, edit)
            except (record.Damaged, StaleEdit):
                break
            if row.base not in bases:
                break
            edits.append(edit)
        return edits


def _there(document: Document) -> There:
    """What a document has of an image under an id; each image is sorted once, when it is asked for."""
    images = dict[ImageKey, dict[int, Annotation]]()

    def there(image: ImageKey, number: int) -> Annotation | None:
        if image not in images:
            images[image] = {annotation.id: annotation for annotation in document.on(image)}
        return images[image].get(number)

    return there


def names(row: Row) -> int:
    """Return the number of the row that a row names, 0 where it says its edit itself or cannot be read."""
    if len(row.edit) > SMALL:
        return 0
    try:
        content = record.unseal(row.edit)[0]
        return record.whole(content, _NAME) if _NAME in content else 0
    except record.Damaged:
        return 0
