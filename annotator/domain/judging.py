"""Judge regions yes or no: which categories a project has judged, and how far the judging of a case is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain import facts
from annotator.domain.category import Category
from annotator.domain.toml_table import Table
from annotator.i18n import Message, message

NO, YES = "0", "1"
"""What a judgement says, as a fact and as the last digit of a region's code."""
KEYS = ("supercategory", "name", "name_en", "no", "no_en", "yes", "yes_en", "factor", "left", "right")
_PROPOSAL = "proposal."


@dataclass(frozen=True)
class Judging:
    """What of a modality is judged; `left` and `right` are category ids, side by side in the rows of a grid.

    A region's code in a label image is category id × `factor` + judgement.  Names stand in both languages.
    """

    supercategory: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    factor: int = 10
    name: str = ""
    name_en: str = ""
    no: str = ""
    no_en: str = ""
    yes: str = ""
    yes_en: str = ""

    @property
    def ids(self) -> tuple[int, ...]:
        """All judged category ids in ascending order."""
        return tuple(sorted((*self.left, *self.right)))

    def key(self, category_id: int) -> str:
        """The key of a judged category."""
        return f"{self.supercategory}{category_id}"

    def code(self, category_id: int, judgement: str) -> int:
        """Return the value of a region's pixels in a label image."""
        return category_id * self.factor + int(judgement)

    def decoded(self, value: int) -> tuple[int, str] | None:
        """Return the category id and the judgement that a pixel value is the code of; None for any other value."""
        number, judgement = divmod(value, self.factor)
        return (number, str(judgement)) if number in self.ids and judgement in (0, 1) else None


def parse_judging(root: Table, categories: Sequence[Category]) -> Judging | None:
    """Return what the table `[judgement]` of a project file says, None where it is not there; raises AnnotatorError with line and key."""
    if "judgement" not in root.values:
        return None
    table = root.table("judgement")
    known = sorted({category.supercategory for category in categories})
    supercategory = table.text("supercategory", choices=known)
    name, no, yes = (table.text(key, usual) for key, usual in (("name", "판정"), ("no", "없음"), ("yes", "있음")))
    sides = {side: _ids(table, side, {c.id for c in categories if c.supercategory == supercategory}) for side in ("left", "right")}
    if len(sides["left"]) != len(sides["right"]) or set(sides["left"]) & set(sides["right"]):
        cause = message("left and right are not pairs of different categories")
        raise table.error("right", cause, message("Write for each category of the left side the one of the right side"))
    return Judging(
        supercategory=supercategory,
        left=sides["left"],
        right=sides["right"],
        factor=int(table.number("factor", 10, 2, 100, whole=True)),
        name=name,
        name_en=table.text("name_en", name),
        no=no,
        no_en=table.text("no_en", no),
        yes=yes,
        yes_en=table.text("yes_en", yes),
    )


def parse_label_values(root: Table, categories: Sequence[Category]) -> dict[int, int]:
    """Return the table `[label_values]`: a value in other programs' label volumes → category id; raises AnnotatorError."""
    table, known = root.table("label_values"), {category.id for category in categories}
    found = {}
    for key, value in table.values.items():
        if not key.isdecimal() or type(value) is not int or value not in known:
            example = message("Write for example: {example}", example="17 = 9")
            raise table.error(key, message("a value and the id of a category are expected"), example)
        found[int(key)] = value
    return found


def _ids(table: Table, key: str, known: set[int]) -> tuple[int, ...]:
    """A list of category ids, at least one and at most five (there are five keys for a side), each once."""
    listed = table.values.get(key)
    example = message("Write for example: {example}", example=f"{key} = [1, 3, 5, 7, 9]")
    if not isinstance(listed, list) or not 1 <= len(listed) <= 5 or any(type(entry) is not int for entry in listed):
        raise table.error(key, message("a list of one to five category ids is expected"), example)
    wrong = next((entry for entry in listed if entry not in known or listed.count(entry) > 1), None)
    if wrong is not None:
        raise table.error(key, message("“{value}” is no category of its own", value=wrong), example)
    return tuple(listed)


def proposal(category: str) -> str:
    """The name of the fact under which a judgement that came with a segmentation is kept until a person judges."""
    return f"{_PROPOSAL}{category}"


def judgement_of(said: Mapping[str, str], category: str) -> str | None:
    """Return `0` or `1` where a person judged the category (its key), else None."""
    found = said.get(facts.judgement(category))
    return found if found in (NO, YES) else None


def missing(judging: Judging, said: Mapping[str, str]) -> tuple[int, ...]:
    """Return the ids of the categories that nobody has judged yet, in order."""
    return tuple(number for number in judging.ids if judgement_of(said, judging.key(number)) is None)


def toggled(judging: Judging, said: Mapping[str, str], category_id: int) -> dict[str, str | None]:
    """Return the facts after the judgement of a category was turned: from none to yes, from yes to no, from no to yes."""
    key = judging.key(category_id)
    return {facts.judgement(key): NO if judgement_of(said, key) == YES else YES}


def completed(judging: Judging, said: Mapping[str, str]) -> dict[str, str | None]:
    """Return the facts with a judgement in all regions: as proposed where that is known, no in the rest."""
    found: dict[str, str | None] = {}
    for number in missing(judging, said):
        key = judging.key(number)
        found[facts.judgement(key)] = YES if said.get(proposal(key)) == YES else NO
    return found | ({} if facts.JUDGED in said else {facts.JUDGED: YES})


def asymmetry(left: float, right: float) -> float | None:
    """Return the asymmetry index in percent, 100 × (L − R) ÷ ((L + R) ÷ 2); None where there is nothing on either side."""
    return 200 * (left - right) / (left + right) if left + right > 0 else None


def unfinished(categories: Sequence[Category], absent: Sequence[int]) -> Message:
    """Name the categories of these ids, in one line."""
    names = [category.name.replace("_", " ") for category in categories if category.id in absent]
    return message("not judged yet: {names}", names=", ".join(names))
