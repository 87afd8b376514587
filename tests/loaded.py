"""All of the program, and what its tests stand on, loaded: for the one process of a test run from which others are forked."""

import importlib
import pkgutil

import pytest  # noqa: F401  # the modules of tests ask for it

import annotator

for _found in pkgutil.walk_packages(annotator.__path__, "annotator."):
    if not _found.name.endswith("__main__"):
        importlib.import_module(_found.name)
