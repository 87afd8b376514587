"""The bill of materials names every library that the lock file installs, with its digests and its licence."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sbom(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module beside run.py."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    yield __import__("sbom")
    sys.modules.pop("sbom", None)


def test_every_locked_library_stands_in_it(sbom: ModuleType, tmp_path: Path) -> None:
    assert sbom.main([str(tmp_path / "sbom.json")]) == 0
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = {tuple(found) for found in re.findall(r"^([\w.-]+)==([^ ;\\]+)", lock, re.MULTILINE)}
    assert {(one["name"], one["version"]) for one in bill["components"]} == {(name.lower(), version) for name, version in pinned}
    assert all(one["purl"].startswith("pkg:pypi/") and one["licenses"] for one in bill["components"])
    digests = {entry["content"] for one in bill["components"] for ref in one["externalReferences"] for entry in ref["hashes"]}
    assert digests == set(re.findall(r"sha256:([0-9a-f]{64})", lock))


def test_references_are_distinct_and_known(sbom: ModuleType) -> None:
    bill = sbom.bill((ROOT / "requirements.lock").read_text("utf-8"))
    names = [one["bom-ref"] for one in bill["components"]]
    assert len(names) == len(set(names)) and set(bill["dependencies"][0]["dependsOn"]) == set(names)
