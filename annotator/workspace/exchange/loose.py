"""Read files that a project would deliver, but that lie in no tree: what they say of their image, or their names, tells whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from annotator.domain.annotation import Annotation
from annotator.domain.delivery import Reading, Sheet
from annotator.domain.exchange import Item
from annotator.domain.image import ImageKey
from annotator.domain.project import Project
from annotator.errors import AnnotatorError
from annotator.formats.format import CASE, Format
from annotator.i18n import message
from annotator.paths import nfc
from annotator.workspace.exchange.dataset import DataSet, Filled, Series
from annotator.workspace.exchange.grouping import Unit, units
from annotator.workspace.exchange.matching import Way
from annotator.workspace.exchange.reading import Findings
from annotator.workspace.exchange.sources import Place

_SAID, _NAMED, _ALONE = 4, 2, 1
"""How sure it is whose a file is: it says so itself, its name says so (both add up), or there is nothing else it could belong to."""


@dataclass(frozen=True)
class FromReadings:
    """Fills items with what was read before, image by image."""

    found: Mapping[ImageKey, Reading]

    def __call__(self, items: Sequence[Item]) -> Filled:
        """Look up what was read for some images."""
        return Filled(tuple(self._with(item) for item in items))

    def _with(self, item: Item) -> Item:
        read = self.found.get(item.sheet.image.key)
        if read is None:
            return item
        return replace(item, sheet=replace(item.sheet, annotations=read.annotations, facts=read.facts or {}))


def loose_data_set(definition: Project, used: Format, files: Place, series: Sequence[Series]) -> tuple[DataSet, Findings]:
    """Return the images with what the files of a format say of them; files whose image is not clear are told in the findings."""
    found, findings = dict[ImageKey, Reading](), Findings()
    there, ending = units(series, used.unit), tuple({PurePosixPath(path).suffix for path in _paths(used, series)})
    names = [name for name in files.names if name.lower().endswith(ending)] if ending else []
    for name in names:
        try:
            content = files.read(name)
            unit, sure = _whose(used, there, name, content, alone=len(names) == 1)
            if unit is None:
                findings.unmatched.append((name, message("nothing in it says which of the images is meant")))
                continue
            sheet = _sheet(used, unit)
            read = used.read(sheet, {_place(used, sheet, name): content})
        except AnnotatorError as error:
            findings.failures.append(error)
            continue
        findings.ways[Way.UID if sure == _SAID else Way.ALONE if sure == _ALONE else Way.NAME] += 1
        findings.remarks.update(read.remarks)
        for item in unit:
            _add(found, item.sheet.image.key, read, findings)
    return DataSet(definition, tuple(series), FromReadings(found), origin=used.id), findings


def _add(found: dict[ImageKey, Reading], key: ImageKey, read: Reading, findings: Findings) -> None:
    before, own = found.get(key, Reading()).annotations, read.of(key).annotations
    findings.annotations += len(own)
    numbers = {a.id for a in before}
    joined: list[Annotation] = [*before]
    for annotation in own:
        number = annotation.id if annotation.id not in numbers else max(numbers) + 1
        numbers.add(number)
        joined.append(replace(annotation, id=number))
    found[key] = Reading(tuple(joined), facts=read.facts)


def _whose(used: Format, there: Sequence[Unit], name: str, content: bytes, *, alone: bool) -> tuple[Unit | None, int]:
    """The one unit that a file belongs to more surely than to any other, and how sure that is."""
    sure = [(_sureness(used, unit, name, content, alone=alone and len(there) == 1), unit) for unit in there]
    best = max((degree for degree, _ in sure), default=0)
    likely = [unit for degree, unit in sure if degree == best]
    return (likely[0], best) if best and len(likely) == 1 else (None, 0)


def _sureness(used: Format, unit: Unit, name: str, content: bytes, *, alone: bool) -> int:
    sheet = _sheet(used, unit)
    said = used.fits(sheet, {_place(used, sheet, name): content})
    if said is False:
        return 0
    stem = nfc(PurePosixPath(name).stem).casefold()
    places = [PurePosixPath(nfc(item.sheet.image.path).casefold().replace("\\", "/")) for item in unit]
    named = any(stem == place.stem or (used.unit == CASE and stem in place.parts) for place in places)
    return _SAID * bool(said) + _NAMED * named or _ALONE * alone


def _sheet(used: Format, unit: Unit) -> Sheet:
    sheet = unit[0].sheet
    return replace(sheet, siblings=tuple(item.sheet for item in unit)) if used.unit == CASE else sheet


def _place(used: Format, sheet: Sheet, name: str) -> str:
    """Under which path the format looks for the file: the one it may have, its own name where there are several."""
    fitting = [path for path in used.paths(sheet) if path.endswith(PurePosixPath(name).suffix.lower())]
    return fitting[0] if len(fitting) == 1 else name


def _paths(used: Format, series: Sequence[Series]) -> tuple[str, ...]:
    first = next((item.sheet for one in series for item in one), None)
    return used.paths(first) if first is not None else ()
