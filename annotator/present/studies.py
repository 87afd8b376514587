"""What is said of a patient's studies: date and description, series and images, and what is annotated."""

from __future__ import annotations

from collections import Counter

from annotator.domain.blindness import veiled
from annotator.i18n import language, mark, translate
from annotator.present.catalogue import study_text
from annotator.workspace.session import Session
from annotator.workspace.studies import PatientStudy


def study_lines(session: Session, found: PatientStudy) -> tuple[str, str, str]:
    """Return three lines for a study; the second says where it lies if not in the open folder."""
    project = session.project.project
    series = found.study.series
    kinds = Counter(one.modality for one in series)
    spoken = ", ".join(f"{kind} × {count}" if count > 1 else kind for kind, count in sorted(kinds.items()))
    counted = translate(mark("{modalities} · {images} images"), modalities=spoken, images=sum(one.count for one in series))
    if any(session.series is not None and one.uid == session.series.uid for one in series):
        counted = f"{counted} · {translate(mark('shown now'))}"
    elif not found.here:
        counted = f"{counted} · {translate(mark('in the project, not in the open folder'))}"
    names = {c.key: c.name_en if language() == "en" else c.name for c in project.categories}
    drawn = ", ".join(f"{names.get(key, key).replace('_', ' ')} {count}" for key, count in sorted(found.counts.items()))
    return veiled(study_text(found.study), project), counted, drawn or translate(mark("nothing annotated"))
