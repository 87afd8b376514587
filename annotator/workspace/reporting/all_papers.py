"""Write every paper of a project into a folder: the quality report, the inspection sheet and the certificate."""

from __future__ import annotations

from pathlib import Path

from annotator import __version__
from annotator.domain.quality_report import Section, sections
from annotator.workspace.checking.running import Checked
from annotator.workspace.projects import ProjectFolder
from annotator.workspace.reporting.counting import counted
from annotator.workspace.reporting.papers import Said, write_papers
from annotator.workspace.reporting.report_files import Report, write_report


def write_all(out: Path, project: ProjectFolder, found: Checked, said: Said, time: str) -> tuple[tuple[Section, ...], tuple[Path, ...]]:
    """Write the papers of what a check found, and return the parts of the quality report and the files; raises AnnotatorError."""
    counts = counted(project, found)
    parts = sections(project.project, counts)
    names = {"ko": project.project.name, "en": project.project.name_en or project.project.name}
    paper = Report(names, f"annotator {__version__}", time, parts)
    return parts, (*write_report(out, paper), *write_papers(out, project, found, counts, said))
