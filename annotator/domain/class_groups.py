"""Which groups of categories fit a class: what a person drew never makes the class, but a lesion of another group is a finding.

The table `[class_groups]` of project.toml: class folder = the `grp_name`s that may be drawn there; a class that is not listed takes all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotator.domain.category import Category
from annotator.domain.toml_table import Table
from annotator.i18n import message

ClassGroups = Mapping[str, tuple[str, ...]]


def parse_class_groups(root: Table, classes: Sequence[str], categories: Sequence[Category]) -> ClassGroups:
    """Return class folder → names of groups; raises AnnotatorError with file, line and key."""
    table, groups = root.table("class_groups"), dict.fromkeys(category.grp_name for category in categories)
    for name in table.values:
        if name not in classes:
            cause = message("“{value}” is not known", value=name)
            raise table.error(name, cause, message("Write any of: {choices}", choices=", ".join(classes) or "[]"))
    return {name: table.texts(name, example=f'{name} = ["…"]', choices=groups) for name in table.values}
