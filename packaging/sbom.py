"""Write what the program is made of as a CycloneDX bill of materials: `python packaging/sbom.py [FILE]` (default: sbom.cdx.json).

Names, versions and digests are those of `requirements.lock`; licences are those that the installed libraries name.  Nothing is fetched.
The format is CycloneDX 1.6 (ECMA-424), as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOCK = CHECKOUT / "requirements.lock"
_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)(?: *; *([^\\]+?))?(?: *\\)?$")
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PHRASES = {"MIT License": "MIT", "BSD License": "BSD-3-Clause", "PSFL": "PSF-2.0"}
"""What some libraries say → what SPDX calls it."""
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:OR|AND|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True)
class Locked:
    """One library of the lock file; `marker` says with which Python it is installed, empty: with every one."""

    name: str
    version: str
    marker: str
    digests: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Write the bill and say where it stands."""
    sys.path.insert(0, str(CHECKOUT))
    path = Path(arguments[0]) if arguments else CHECKOUT / "sbom.cdx.json"
    path.write_text(json.dumps(bill(LOCK.read_text("utf-8")), indent=2) + "\n", encoding="utf-8")
    print(path)
    return 0


def bill(lock: str) -> dict[str, object]:
    """Return the bill of materials of a lock file."""
    from annotator import __version__

    head: dict[str, object] = {"type": "application", "bom-ref": "annotator", "name": "annotator", "version": __version__}
    head["licenses"] = [_licence("Apache-2.0")]
    libraries = [component(one) for one in locked(lock)]
    depends = [{"ref": "annotator", "dependsOn": [one["bom-ref"] for one in libraries]}]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": head}, "components": libraries, "dependencies": depends,
    }  # fmt: skip


def locked(lock: str) -> Iterator[Locked]:
    """Yield the libraries of a lock file as pip writes it with digests."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        found = _PINNED.match(block.split("\n", 1)[0].strip())
        if found is not None:
            yield Locked(found[1].lower(), found[2], found[3] or "", tuple(_DIGEST.findall(block)))


def component(one: Locked) -> dict[str, object]:
    """Return the entry of a library; the licence is the installed one's, of whichever version."""
    purl = f"pkg:pypi/{one.name.replace('_', '-')}@{one.version}"
    found: dict[str, object] = {"type": "library", "bom-ref": purl, "name": one.name, "version": one.version, "purl": purl}
    licence = _of_installed(one.name)
    if licence:
        found["licenses"] = [_licence(licence)]
    if len(one.digests) == 1:  # several are those of several files: they go with each file, not with the library
        found["hashes"] = [{"alg": "SHA-256", "content": one.digests[0]}]
    files = [{"type": "distribution", "url": purl,
              "hashes": [{"alg": "SHA-256", "content": digest} for digest in one.digests]}]  # fmt: skip
    found["externalReferences"] = files
    if one.marker:
        found["properties"] = [{"name": "python:marker", "value": one.marker.strip()}]
    return found


def _licence(text: str) -> dict[str, object]:
    """An SPDX expression where it is one, else the words as they are."""
    spelt = _PHRASES.get(text, text)
    if " OR " in spelt or " AND " in spelt:
        return {"expression": spelt} if _SPDX.fullmatch(spelt) else {"license": {"name": text}}
    return {"license": {"id": spelt}} if _SPDX.fullmatch(spelt) and " " not in spelt else {"license": {"name": text}}


def _of_installed(name: str) -> str:
    from annotator.present.about import library_of

    try:
        said = library_of(name).licence
    except metadata.PackageNotFoundError:
        return ""
    return "" if said == "—" else said


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
