"""Write the page that explains an exported data set to those who read it, in Korean and in English, in one file without anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from annotator.domain.losses import Trait
from annotator.domain.project import Project
from annotator.formats.format import Exchange, Format
from annotator.i18n import Message, mark, message, say_in

_STYLE = """
body { font: 16px/1.6 system-ui, "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans KR", sans-serif; max-width: 52rem;
  margin: 2rem auto; padding: 0 1rem; color: #1c2630; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 1.8rem; border-bottom: 1px solid #c5ced6; }
section + section { margin-top: 3rem; border-top: 3px solid #2a6f97; }
code, pre { font-family: ui-monospace, Consolas, "D2Coding", monospace; font-size: .92em; }
pre, table { background: #f3f6f8; } pre { padding: .7rem 1rem; overflow-x: auto; }
table { border-collapse: collapse; } td, th { padding: .25rem .8rem; text-align: left; border: 1px solid #d5dde3; }
.swatch { display: inline-block; width: .9em; height: .9em; border-radius: 50%; margin-right: .5em; vertical-align: -1px; }
"""
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("file", mark("the files that hold the annotation, with ; between them")),
    ("picture", mark("the picture of the image, where there is one")),
    ("split", mark("train, test or val; empty where the data set is not split")),
    ("class, patient, series, image", mark("class folder and pseudonymous ids")),
    ("rows, columns", mark("height and width of the image in pixels")),
    ("supercategory, category_id, category", mark("the category: both of the first name it, the name is for people")),
    ("annotation_id, toolname", mark("number of the annotation on its image, and Line, Free or Box")),
    ("x1, y1, x2, y2", mark("corners of the box around the shape; 0, 0 is the outer corner of the first pixel")),
    ("pixels, mm2", mark("pixels of the annotation itself, and their area; empty without pixel spacing")),
    ("sha256", mark("SHA-256 of the first file")),
    ("mask_sha256", mark(
        "SHA-256 of the mask that the file holds (of the category or the box, where it holds no more), as rows × columns bytes 0 or 1, row "
        "by row; empty where it holds none"
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the page tells; `time` is ISO 8601, of which the day is shown."""

    format: Format | Exchange
    project: Project
    origin: str
    images: int
    annotations: int
    paths: Sequence[str]
    lost: Mapping[Trait, int]
    provenance: Sequence[Message]
    software: str
    time: str
    loader: bool


def guide(told: Told) -> bytes:
    """Return the page, HTML in UTF-8; the same for the same content."""
    title = escape(f"{told.format.id} · {told.project.name}")
    sections = "\n".join(_section(told, language) for language in ("ko", "en"))
    head = f'<!doctype html>\n<html lang="ko">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n'
    return f"{head}<body>\n{sections}\n</body>\n</html>\n".encode()


def _section(told: Told, language: str) -> str:
    def said(text: str, **values: object) -> str:
        return escape(say_in(language, Message(text, tuple(values.items()))))

    name = said(told.format.name)
    parts = [
        f'<section lang="{language}">\n<h1>{name}</h1>',
        "<p>" + said(mark("{images} images, {annotations} annotations."), images=told.images, annotations=told.annotations) + "</p>",
        f"<h2>{said(mark('What lies where'))}</h2>",
        _layout(told, said(mark("a row for each annotation; opens in Excel")), said(mark("loads the data set and compares every mask"))),
        f"<h2>{said(mark('What is easily got wrong'))}</h2>",
        _list([said(text) for text in told.format.traps] or [said(mark("Nothing that we know of."))]),
        f"<h2>{said(mark('What was lost'))}</h2>",
        _list([f"{said(trait.value)}: {number}" for trait, number in told.lost.items()] or [said(mark("Nothing."))]),
        f"<h2>{said(mark('How to load it'))}</h2>",
        _loading(told, said),
        f"<h2>{said(mark('Columns of index.csv'))}</h2>",
        _table([(f"<code>{escape(key)}</code>", said(text)) for key, text in _COLUMNS]),
        f"<h2>{said(mark('Categories'))}</h2>",
        _table([_category(c.supercategory, c.id, c.name, c.name_en, c.colour) for c in told.project.categories]),
        f"<h2>{said(mark('Where it comes from'))}</h2>",
        _list([escape(say_in(language, sentence)) for sentence in _provenance(told)]),
        "</section>",
    ]
    return "\n".join(parts)


def _provenance(told: Told) -> Sequence[Message]:
    project = told.project
    made = message("project {name} ({id}), definition version {version}", name=project.name, id=project.id, version=project.version)
    written = message("read as {origin}, written by {software} on {day}", origin=told.origin, software=told.software, day=told.time[:10])
    return (made, written, *told.provenance)


def _loading(told: Told, said: Callable[[str], str]) -> str:
    if not told.loader:
        return f"<p>{said(mark('There is no example program for this format; index.csv says what each file holds.'))}</p>"
    text = said(mark("load.py is an example to read and to change. Run, it compares all that it loads with index.csv:"))
    return f"<p>{text}</p>\n<pre>python load.py</pre>"


def _layout(told: Told, index: str, loader: str) -> str:
    """The folders with their number of files and one of them as an example."""
    folders: dict[str, list[str]] = {}
    for path in sorted(told.paths):
        folder, _, name = path.rpartition("/")
        folders.setdefault(_general(folder, told), []).append(name)
    rows = [(f"<code>{escape(folder)}/</code>", str(len(names)), f"<code>{escape(names[0])}</code>") for folder, names in folders.items()]
    rows += [("<code>index.csv</code>", "1", index)] + ([("<code>load.py</code>", "1", loader)] if told.loader else [])
    return _table(rows)


def _general(folder: str, told: Told) -> str:
    """A folder without the ids in it, so that thousands of patients are one line."""
    known = {*told.project.classes, told.project.unclassified, *(m.folder for m in told.project.modalities)}
    kept = [part if part in known or not any(c.isdigit() for c in part) else "…" for part in folder.split("/")]
    return "/".join(kept) if folder else "."


def _category(supercategory: str, number: int, name: str, english: str, colour: str) -> tuple[str, ...]:
    swatch = f'<span class="swatch" style="background:{escape(colour)}"></span>'
    return f"{swatch}{escape(supercategory)}", str(number), escape(name), escape(english)


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows) + "</table>"


def _list(entries: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{entry}</li>\n" for entry in entries) + "</ul>"
