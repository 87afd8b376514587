"""Find the images of a case of a pack again where the project has them."""

from __future__ import annotations

from contextlib import suppress

from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.paths import contained
from annotator.progress import Report
from annotator.workspace.catalogue import Catalogue, Series
from annotator.workspace.packs.sealed import PackedCase
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.register import Register
from annotator.workspace.work import case_of


def members_of(folder: ProjectFolder, case: PackedCase) -> tuple[Series, ...]:
    """Return the series of a case in the project's tree; raises AnnotatorError where they are not there."""
    from annotator.dicom.found import Found
    from annotator.dicom.scan import scan  # loads what reads DICOM: only now is it needed

    doing, place = message("Looking for the images of the case {case}", case=case.case), None
    with suppress(ValueError):  # told below: there is no such folder in the project
        place = contained(folder.root, case.place)
    register = Register(folder)
    found = [one for one in (scan([place], Report()) if place is not None and place.is_dir() else ())
             if isinstance(one, Found) and one.images and register.in_tree(one.images[0]) is not None]  # fmt: skip
    there = Catalogue().with_found(found, folder.project).by_uid.values()
    members = tuple(series for series in there if series.project_modality is not None and case_of(series) == case.case)
    if not members:
        cause = message("its images are not where they were when it was packed")
        raise AnnotatorError(doing, cause, message("Open the case in the window and review it there"))
    return members
