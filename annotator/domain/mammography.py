"""Tell which view of which breast an image shows: what a person said, else its header, else the name of its file.

A view is written as side and projection without a space: RCC LCC RMLO LMLO, and RML, LXCCL and so on for further ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain import facts as names_of_facts
from annotator.domain.image import Image, ImageKey
from annotator.i18n import Message, mark, message

VIEWS = ("RCC", "LCC", "RMLO", "LMLO")
"""The four standard views, in the order in which they are read."""
UNKNOWN = "VIEW"
STATED, HEADER, NAME, NOWHERE = mark("by hand"), mark("header"), mark("file name"), mark("not known")
_RANK = (STATED, HEADER, NAME, NOWHERE)
_HEADER = re.compile(r"([RL])[A-Z]* ([A-Z]{2,6})")
_FORWARD = re.compile(r"(?<![A-Za-z])([RL])(?:IGHT|EFT)?[ _.-]*(CC|MLO)(?![A-Za-z])", re.IGNORECASE)
_BACKWARD = re.compile(r"(?<![A-Za-z])(CC|MLO)[ _.-]+([RL])(?:IGHT|EFT)?(?![A-Za-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Sighting:
    """What an image shows, where that is known from, and what speaks against it; `view` is empty where nothing says it.

    `code` is the view, with a number behind it where several images of the case show it (`LCC2`), `VIEW1` and so on where it is not known:
    no two images of a case have one code.
    """

    view: str
    source: str
    code: str
    remarks: tuple[Message, ...] = ()


def view_in(text: str) -> str:
    """Return the standard view that a file name or a description names; empty where it names none, or several."""
    found = {f"{side}{projection}".upper() for side, projection in _FORWARD.findall(text)}
    found |= {f"{side}{projection}".upper() for projection, side in _BACKWARD.findall(text)}
    return found.pop() if len(found) == 1 else ""


def in_header(image: Image) -> str:
    """Return the view that an image's header names; empty where it names none."""
    found = _HEADER.fullmatch(image.view.strip().upper())
    return found[1] + found[2] if found else ""


def in_name(image: Image) -> str:
    """Return the view that an image's file name says; empty where it says none."""
    return view_in(_file(image).rsplit(".", 1)[0])


def rank(image: Image) -> int:
    """Where an image stands among the views of its case: RCC LCC RMLO LMLO, then the others."""
    view = in_header(image) or in_name(image)
    return VIEWS.index(view) if view in VIEWS else len(VIEWS)


def sightings(images: Iterable[Image], facts: Mapping[str, str]) -> Mapping[ImageKey, Sighting]:
    """Return what each image of a case shows, in the order of the views; `facts` are those of the case."""
    seen = sorted(((_seen(image, facts), image) for image in images), key=lambda pair: (pair[0], _file(pair[1]), _number(pair[1])))
    counts = Counter(view for (_, view), _ in seen if view)
    given, found = Counter[str](), list[tuple[int, ImageKey, Sighting]]()
    for (place, view), image in seen:
        given[view] += 1
        code = f"{view}{given[view] if given[view] > 1 else ''}" if view else f"{UNKNOWN}{given[view]}"
        remarks = _remarks(image, view, place, counts[view])
        order = VIEWS.index(view) if view in VIEWS else len(VIEWS)
        found.append((order, image.key, Sighting(view, _RANK[place], code, remarks)))
    return {key: sighting for _, key, sighting in sorted(found, key=lambda entry: (entry[0], entry[2].code))}


def _number(image: Image) -> tuple[int, ImageKey]:
    return image.instance_number or 0, image.key


def _file(image: Image) -> str:
    return image.path.replace("\\", "/").rsplit("/", 1)[-1]


def _seen(image: Image, facts: Mapping[str, str]) -> tuple[int, str]:
    """What an image shows, and how far down the list of sources that stands."""
    said = (facts.get(names_of_facts.view(image.key), ""), in_header(image), in_name(image))
    return next(((place, view) for place, view in enumerate(said) if view), (len(said), ""))


def _remarks(image: Image, view: str, place: int, count: int) -> tuple[Message, ...]:
    header, name, file = in_header(image), in_name(image), _file(image)
    found = list[Message]()
    if not view:
        found.append(message("{file}: nothing says which view it is; choose it by hand", file=file))
    if header and name and header != name and place > 0:
        found.append(message("{file}: the header says {header}, the file name {name}", file=file, header=header, name=name))
    if count > 1:
        found.append(message("{file}: {count} images of this case show {view}", file=file, count=count, view=view))
    return tuple(found)


def remarks_of(found: Mapping[ImageKey, Sighting]) -> Sequence[Message]:
    """Return everything that speaks against what the images of a case are taken for, each thing once."""
    return tuple(dict.fromkeys(remark for sighting in found.values() for remark in sighting.remarks))
