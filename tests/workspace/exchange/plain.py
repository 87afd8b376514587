"""A format of the tests alone: a text file, a line an annotation: file name, rows, columns, category, x1, y1, x2, y2."""

from __future__ import annotations

from annotator.domain.annotation import BOX
from annotator.domain.exchange import Label, Mark, Page, Reference, Written
from annotator.domain.region import Region
from annotator.errors import AnnotatorError
from annotator.formats.format import Exchange
from annotator.i18n import message


def write(items, chosen):
    lines = "".join(f"{item.stem} {len(item.sheet.annotations)}\n" for item in items)
    return Written({f"{items[0].split or 'all'}/{items[0].stem}.txt": lines.encode()}, [item.stem for item in items])


def finish(parts, chosen):
    return {"list.txt": "\n".join(stem for part in parts for stem in part).encode()}


def read(source):
    for name in source.names:
        if not name.endswith(".txt"):
            continue
        for line in source.read(name).decode().splitlines():
            cells = line.split()
            if len(cells) != 8:
                yield AnnotatorError(message("Reading {name}", name=name), message("a line is short"), message("Mend it"))
                continue
            label = Label(id=int(cells[3])) if cells[3].isdigit() else Label(cells[3])
            shape = Region.box(*map(float, cells[4:]))
            yield Page(Reference(file_name=cells[0], rows=int(cells[1]), columns=int(cells[2])), (Mark(label, shape, BOX),), place=name)


PLAIN = Exchange("plain", "Plain", (), write, finish, read)
