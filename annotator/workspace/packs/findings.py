"""Findings of studies in packs: every version goes along, and what was written there comes back behind what others wrote meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from annotator.domain.study_finding import StudyFinding
from annotator.i18n import Message, message
from annotator.workspace import durable, log, study_findings
from annotator.workspace.projects import ProjectFolder


@dataclass(frozen=True)
class Written:
    """How many versions came; `rival`: others wrote of the study meanwhile; `refused`: what did not come, and why."""

    count: int = 0
    rival: Message | None = None
    refused: tuple[Message, ...] = ()


def versions(root: Path, study: str) -> Iterator[Path]:
    """Yield the files of the versions of a study's finding that can be read; raises OSError."""
    folder = study_findings.folder_of(root, study)
    for one in study_findings.in_folder(folder)[0]:
        yield folder / study_findings.name_of(one)


def bring(folder: ProjectFolder, packed: Path, study: str, name: str, role: str) -> Written:
    """Bring the versions back that a person wrote in a pack, each under the next number.

    What is there already is recognised: to bring them back twice changes nothing.  `role`: empty in a project without people, where
    anybody may have written.  Raises OSError.
    """
    root, place = folder.root, study_findings.folder_of(folder.root, study)
    theirs, odd = study_findings.in_folder(study_findings.folder_of(packed, study))
    ours = study_findings.in_folder(place)[0]
    renamed, refused, count, rival = dict[str, str](), list(odd), 0, None
    for one in theirs:
        same = next((own for own in ours if _says(own) == _says(one)), None)
        if same is not None:
            renamed[one.digest] = same.digest
            continue
        if role and one.person != name:
            refused.append(message("version {number} of the finding of the study was written by {name}", number=one.number,
                                   name=one.person or "?"))  # fmt: skip
            continue
        seen = renamed.get(one.seen, one.seen)
        if ours and seen != ours[-1].digest:
            rival = message("The finding of the study {study} was written in both places, by {first} and {second}: the second counts, "
                            "the first is kept", study=study, first=ours[-1].person or "?", second=one.person or "?")  # fmt: skip
        made = _kept(root, replace(one, seen=seen), role)
        renamed[one.digest] = made.digest
        ours, count = (*ours, made), count + 1
    return Written(count, rival, tuple(refused))


def _says(one: StudyFinding) -> tuple[str, ...]:
    return one.text, one.person, one.role, one.time, one.machine


def _kept(root: Path, one: StudyFinding, role: str) -> StudyFinding:
    """Write a version and its row of the log; returns it with the number that it has now."""
    place = study_findings.folder_of(root, one.study)
    durable.make_folder(place)
    there = study_findings.listed(place)
    one = replace(one, number=max(there, default=0) + 1)
    content, digest = study_findings.encode(one)
    durable.create_exclusive(place / study_findings.name_of(one), content)
    made = replace(one, digest=digest)
    log.append(root, one.person, role, one.time, study_findings.row_of(made))
    return made
