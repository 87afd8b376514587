"""Cases of mammography to deliver: four views without files, of the bundled breast project, and shapes drawn on them."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.annotation import FREE, Annotation, Drawn, Shape
from annotator.domain.delivery import Names, Sheet
from annotator.domain.image import Image, ImageKey
from tests.formats.sheets import AUTHOR, bundled

BREAST = bundled("breast-cancer")
VIEWS = ("RCC", "LCC", "RMLO", "LMLO")
PATH = "breast_cancer/malignant/Cancer_00001/json/Cancer_00001.json"


def lesion(number: int, view: str, shape: Shape, time: str = "2019-08-12T01:00:02.486+00:00", author: str = AUTHOR, **more) -> Annotation:
    """A lesion drawn on a view."""
    return Annotation(number, ImageKey(f"1.2.{VIEWS.index(view) + 1}"), "MMG1", FREE, shape, Drawn(author, time), **more)


def case(*lesions: Annotation, rows: int = 60, columns: int = 48, facts=None, project=BREAST) -> Sheet:
    """The sheet of a case's first view with all four as siblings."""
    sheets = []
    for number, view in enumerate(VIEWS, 1):
        image = Image(ImageKey(f"1.2.{number}"), f"/data/{view}.dcm", 1, rows, columns, "MG", "", "", "", view=f"{view[0]} {view[1:]}")
        names = Names("Cancer_00001", "S001", view, "malignant")
        own = tuple(a for a in lesions if a.image == image.key)
        sheets.append(Sheet(project, project.modalities[0], image, names, own, author=AUTHOR, facts=facts or {}))
    return replace(sheets[0], siblings=tuple(sheets))
