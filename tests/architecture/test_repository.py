"""The repository holds the product and nothing else."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.architecture.sources import ROOT, files

TOP = {
    ".ci", ".gitattributes", ".gitignore", "LICENSE", "README.ko.md", "README.md", "annotator", "packaging", "pyproject.toml",
    "requirements-cluster.lock", "requirements-test.lock", "requirements.lock", "resources", "tests",
}  # fmt: skip
TEXT = (".py", ".md", ".toml", ".lock", ".csv", ".json", ".po", ".svg", ".qss", ".txt", ".yml", ".run")
LARGEST = 2 * 1024 * 1024


def pinned(lock: str) -> dict[str, set[str]]:
    """The packages of a lock file with the versions it allows."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return found


def required(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


def names_a_machine(text: str) -> list[str]:
    """Absolute paths of somebody's machine in a text."""
    return re.findall(r"(?<![\w.:/}\])-])/(?:home|root|work|Users|mnt|media)/[\w./-]+|[A-Z]:\\Users\\\w+", text)


def test_the_top_folder_holds_only_what_belongs_there() -> None:
    assert {name.split("/")[0] for name in files()} - TOP == set()


def test_no_file_is_large() -> None:
    assert [name for name in files() if (ROOT / name).stat().st_size > LARGEST] == []


def test_no_image_of_a_patient_is_kept_here() -> None:
    def is_dicom(name: str) -> bool:
        with (ROOT / name).open("rb") as stream:
            return stream.read(132)[128:] == b"DICM"

    assert [name for name in files() if is_dicom(name) or name.lower().endswith((".dcm", ".nii", ".nii.gz", ".nrrd", ".mha"))] == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    own = "tests/architecture/test_repository.py"
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in files() if name.endswith(TEXT) and name != own}
    assert {name: found for name, text in texts.items() if (found := names_a_machine(text))} == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock", "requirements-cluster.lock"])
def test_a_lock_names_no_place_to_fetch_from_and_every_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "file:" not in text and "--index" not in text and "--find" not in text
    assert re.findall(r"^[\w.-]+==[^\n]*[^\\]$", text, re.MULTILINE) == []


@pytest.mark.parametrize(("lock", "extras"), [("requirements.lock", ()), ("requirements-test.lock", ("test", "cluster"))])
def test_a_lock_holds_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    versions = pinned(lock)
    for wanted in required(*extras):
        there = versions.get(wanted.name.lower().replace("_", "-"), set())
        assert there and all(wanted.specifier.contains(version) for version in there), f"{wanted} is not what {lock} holds: {there}"


def test_the_tests_run_on_the_versions_that_people_get() -> None:
    product, cluster, tests = (pinned(f"requirements{kind}.lock") for kind in ("", "-cluster", "-test"))
    assert {name: versions for name, versions in (product | cluster).items() if tests.get(name) != versions} == {}


def test_the_lock_of_the_cluster_adds_to_the_product_s_and_repeats_nothing() -> None:
    cluster = pinned("requirements-cluster.lock").keys()
    assert {wanted.name for wanted in required("cluster")} - {wanted.name for wanted in required()} <= cluster
    assert cluster & pinned("requirements.lock").keys() == set()


def test_the_window_toolkit_that_aborts_is_kept_out() -> None:
    (toolkit,) = (wanted for wanted in required() if wanted.name.startswith("PySide6"))
    assert not toolkit.specifier.contains("6.12.0")


def test_the_laws_can_fail() -> None:
    assert names_a_machine("see /home/kim/data and C:\\Users\\kim") == ["/home/kim/data", "C:\\Users\\kim"]
    assert names_a_machine("../shared/data, https://x.org/home/page, {folder}/root/x") == []
