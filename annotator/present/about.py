"""Say what the program is made of: every library with its version and licence, as the installed libraries say themselves."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata

from annotator import __version__

LIBRARIES = (
    "charset-normalizer", "defusedxml", "et-xmlfile", "highdicom", "imageio", "importlib-resources", "lazy-loader", "networkx",
    "nibabel", "numpy", "openpyxl", "packaging", "pillow", "pydicom", "pyjpegls", "pylibjpeg-openjpeg", "pyside6-essentials",
    "python-gdcm", "reportlab", "scikit-image", "scipy", "shapely", "shiboken6", "tifffile", "typing-extensions",
)  # fmt: skip
"""What `requirements.lock` installs; a test holds that."""
_SHORT = 80
_USED_UNDER = {"pyside6-essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}
"""Which of several licences to choose from is the one under which the program uses a library."""
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True)
class Library:
    """One library; `version` is empty where it is not installed (some are not needed with every Python)."""

    name: str
    version: str
    licence: str
    page: str = ""


def libraries() -> tuple[Library, ...]:
    """Return Python and the libraries that are installed, in order of name."""
    found = [library_of(name) for name in LIBRARIES]
    python = Library("Python", platform.python_version(), "PSF-2.0", "https://www.python.org")
    return (python, *(one for one in found if one.version))


def library_of(name: str) -> Library:
    """Return what is installed under a name."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return Library(name, "", "")
    return Library(said["Name"] or name, said["Version"] or "", _USED_UNDER.get(name) or _licence(said), _page(said))


def versions() -> tuple[str, ...]:
    """Return the lines that a report begins with: program, system, libraries; nothing about the person or the computer's name."""
    head = (f"annotator {__version__}", f"{platform.system()} {platform.release()} {platform.machine()}")
    return (*head, *(f"{one.name} {one.version}" for one in libraries()))


def _licence(said: metadata.PackageMetadata) -> str:
    expression, words = _one(said, "License-Expression"), _one(said, "License").strip()
    classified = [entry.removeprefix(_CLASSIFIER) for entry in said.get_all("Classifier") or () if entry.startswith(_CLASSIFIER)]
    if expression:
        return expression
    return words if words and "\n" not in words and len(words) <= _SHORT else ", ".join(classified) or "—"


def _page(said: metadata.PackageMetadata) -> str:
    pages = [entry.partition(",")[2].strip() for entry in said.get_all("Project-URL") or ()]
    return _one(said, "Home-page") or next(iter(pages), "")


def _one(said: metadata.PackageMetadata, key: str) -> str:
    return next((str(value) for value in said.get_all(key) or () if value), "")
