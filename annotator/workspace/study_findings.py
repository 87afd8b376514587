"""What people wrote of a study, on disk: every version stays, the last one counts.

`.annotator/studies/<study>/finding-<number>-<mark of the study>.json`: sealed, immutable, created exclusively.  Two people who write at
once get two numbers, and each version names the one that its writer had seen.  The log names each; nothing of it enters a delivered file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from annotator.domain.person import Acting
from annotator.domain.study_finding import StudyFinding, composed, refusal
from annotator.errors import AnnotatorError, system_cause
from annotator.formats import record
from annotator.i18n import Message, message
from annotator.paths import safe_name
from annotator.workspace import durable, log
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.revisions import mark_of

POINTS = ("study_finding.before", "study_finding.before_log", "study_finding.after_log")
"""Places of this module at which `durable.fault` may end the process."""
ACTION = "study finding"
"""What the log calls it."""
_NAME = re.compile(r"finding-(\d{6,9})-([0-9a-f]{12})\.json")
_VERSION, _ATTEMPTS = 1, 200
_LARGEST = 1 << 20
"""Bytes of a file; a larger one is none of these."""


def folder_of(root: Path, study: str) -> Path:
    """Return where the versions of a study lie."""
    return root / ".annotator" / "studies" / safe_name(study)


def studies(root: Path) -> Iterator[tuple[Path, int]]:
    """Yield the folders of the studies of which something was written, and their stamps: another version changes it.  Raises OSError."""
    with suppress(FileNotFoundError), os.scandir(root / ".annotator" / "studies") as entries:
        for entry in entries:
            if entry.is_dir():
                yield Path(entry.path), entry.stat().st_mtime_ns


def listed(folder: Path) -> dict[int, Path]:
    """Return the files of a study's versions by number; raises OSError."""
    try:
        found = [(entry, _NAME.fullmatch(entry.name)) for entry in folder.iterdir()]
    except FileNotFoundError:
        return {}
    return {int(match[1]): entry for entry, match in sorted(found) if match}


def in_folder(folder: Path) -> tuple[tuple[StudyFinding, ...], tuple[Message, ...]]:
    """Return the versions in a folder in order, and what was odd: one that is damaged is passed over and stays.  Raises OSError."""
    found, remarks = list[StudyFinding](), list[Message]()
    for number, path in sorted(listed(folder).items()):
        try:
            one = decode(_content(path))
            if (one.number, path.name) != (number, name_of(one)) or folder.name != safe_name(one.study):
                raise record.Damaged("a finding of another study")
        except (record.Damaged, record.Newer):
            remarks.append(message("Version {number} of the finding of a study is damaged and is passed over", number=number))
            continue
        except FileNotFoundError:
            continue
        found.append(one)
    return tuple(found), tuple(remarks)


def read(root: Path, study: str) -> tuple[StudyFinding, ...]:
    """Return all versions of what was written of a study, the last one counts; raises AnnotatorError."""
    try:
        return in_folder(folder_of(root, study))[0]
    except OSError as error:
        raise AnnotatorError(message("Reading the finding of the study"), system_cause(error),
                             message("See that the project's folder can be reached")) from error  # fmt: skip


def write(folder: ProjectFolder, study: str, text: str, acting: Acting, time: str, seen: str = "") -> tuple[StudyFinding, ...]:
    """Keep a text as the newest version and log it; returns all versions, unchanged where the newest says the same already.

    `seen`: the digest of the version that the writer had before them.  Raises AnnotatorError where it may not or cannot be kept.
    """
    doing, said, root = message("Writing the finding of the study"), composed(text), folder.root
    refused = refusal(said)
    if refused is not None:
        raise AnnotatorError(doing, refused, message("Make it shorter"))
    if folder.read_only or not study:
        cause = message("the project is read-only") if folder.read_only else message("the image says of no study")
        raise AnnotatorError(doing, cause, message("Nothing was changed"))
    durable.fault("study_finding.before")
    try:
        durable.make_folder(folder_of(root, study))
        for _ in range(_ATTEMPTS):
            there = read(root, study)
            if said == (there[-1].text if there else ""):
                return there
            number = max(listed(folder_of(root, study)), default=0) + 1
            role = acting.role.value if acting.role else ""
            made = StudyFinding(study, said, acting.name, role, time, number, seen, log.machine())
            content, digest = encode(made)
            try:
                durable.create_exclusive(folder_of(root, study) / name_of(made), content)
            except FileExistsError:
                continue
            durable.fault("study_finding.before_log")
            made = replace(made, digest=digest)
            log.append(root, acting.name, role, time, row_of(made))
            durable.fault("study_finding.after_log")
            return (*there, made)
    except OSError as error:
        raise AnnotatorError(doing, system_cause(error), message("Nothing was changed; try again")) from error
    raise AnnotatorError(doing, message("others change it all the time"), message("Nothing was changed; try again"))


def row_of(found: StudyFinding) -> log.Done:
    """Return what the log says of a version: not its words."""
    return log.Done(ACTION, "", "", found.seen, found.digest, {"study": found.study, "version": str(found.number)})


def name_of(found: StudyFinding) -> str:
    """Return the name of a version's file."""
    return f"finding-{found.number:06d}-{mark_of(found.study)}.json"


def encode(found: StudyFinding) -> tuple[bytes, str]:
    """Return the file of a version and its digest."""
    told = {name: value for name, value in vars(found).items() if name != "digest"}
    return record.seal({"version": _VERSION, **told})


def decode(content: bytes) -> StudyFinding:
    """Return the version in a file; raises record.Damaged or record.Newer."""
    found, digest = record.unseal(content)
    if record.whole(found, "version") > _VERSION:
        raise record.Newer(f"finding version {found['version']}")
    texts = {key: record.text(found, key) for key in ("study", "text", "person", "role", "time", "seen", "machine")}
    if refusal(texts["text"]) is not None or not texts["study"]:
        raise record.Damaged("longer than any that is written here, or of no study")
    return StudyFinding(number=record.whole(found, "number"), digest=digest, **texts)


def _content(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise record.Damaged("larger than any that is written here")
    return content
