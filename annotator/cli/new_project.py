"""Make a project folder out of a definition."""

from __future__ import annotations

from pathlib import Path

from annotator.i18n import mark, translate
from annotator.present.arguments import Arguments, Command, Option


def _run(arguments: Arguments) -> int:
    from annotator.workspace.projects import create

    definition, folder = arguments.text("definition") or "", arguments.path("folder") or Path()
    made = create(definition, folder)
    print(translate("Project made in {folder}", folder=made.root))
    return 0


COMMAND = Command(
    name="new-project",
    text=mark("Make a project folder: its definition and its categories are files in it that can be edited."),
    options=(
        Option("definition", "DEFINITION", mark("name of a bundled definition, such as lung-cancer, or a folder that holds one")),
        Option("folder", "DIR", mark("folder to make the project in")),
    ),
    run=_run,
)
