"""Ids are given once, kept for ever, never meet, and say nothing of who the patient is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.delivery import Names, Sheet
from annotator.domain.image import Image, ImageKey, Owner
from annotator.errors import AnnotatorError
from annotator.workspace.ids import InPlace
from annotator.workspace.projects import ProjectFolder, create, open_project
from annotator.workspace.register import Register

ROOT = Path(__file__).resolve().parent.parent.parent
HONG = Owner(patient_id="12345678", patient_name="홍^길동")


def image(uid: str = "1.2.1", series: str = "1.2", path: str = "/in/place/a.dcm", frame: int = 1, frames: int = 1) -> Image:
    return Image(ImageKey(uid, frame), path, frames, 8, 8, "CT", "1.2.840.10008.5.1.4.1.1.2", series, "1")


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return create("lung-cancer", tmp_path / "과제")


@pytest.fixture
def register(project: ProjectFolder) -> Register:
    return Register(project)


def refused(call, *arguments: object) -> str:
    with pytest.raises(AnnotatorError) as caught:
        call(*arguments)
    return str(caught.value)


def test_the_first_save_gives_the_next_ids(register):
    assert register.known(image()) is None
    assert register.names(image(), HONG, 12) == Names("P000001", "S001", "0012", "unclassified")
    assert register.names(image("1.3.1", "1.3"), HONG, 1) == Names("P000001", "S002", "0001", "unclassified")
    assert register.names(image("1.4.1", "1.4"), Owner("2"), 150) == Names("P000002", "S001", "0150", "unclassified")


def test_given_ids_stay_whatever_comes_later(register, project):
    first = register.names(image(), HONG, 12)
    assert register.names(image(path="/elsewhere/malignant/b.dcm"), Owner("another"), 40) == first
    assert register.known(image()) == Register(open_project(project.root)).known(image()) == first


def test_who_only_looks_is_told_what_was_last_read_and_touches_no_file(register, project):
    assert register.told(image()) is None
    first = register.names(image(), HONG, 12)
    away = project.root.rename(project.root.with_name("away"))
    assert register.told(image()) == first
    away.rename(project.root)
    with register.renaming():
        pass
    assert register.told(image()) == first == register.known(image(), again=False)


def test_names_that_another_register_gives_are_seen_when_the_files_are_looked_at_again(register, project):
    assert register.told(image()) is None
    first = Register(project).names(image(), HONG, 12)
    assert register.told(image()) is None
    assert register.known(image()) == first
    assert register.told(image()) == first


def test_a_number_that_is_taken_gives_way_to_the_next_free_one(register):
    names = [register.names(image(f"1.2.{n}"), HONG, number).image for n, number in enumerate((5, 5, 6, 5))]
    assert names == ["0005", "0006", "0007", "0008"]


def test_an_image_is_named_by_its_view_and_a_second_one_of_it_by_view_and_number(tmp_path):
    breast = Register(create("breast-cancer", tmp_path / "breast"))
    views = ("LCC", "LCC", "", "RMLO", "LCC")
    names = [breast.names(image(f"1.2.{n}", f"1.{n}"), HONG, 1, view=view).image for n, view in enumerate(views)]
    assert names == ["LCC", "LCC2", "1", "RMLO", "LCC3"]


def test_each_study_has_an_id_of_its_own_where_the_project_says_so(tmp_path):
    breast = Register(create("breast-cancer", tmp_path / "breast"))
    first, second = (replace(image(f"1.2.{n}", f"1.{n}"), study_uid=f"9.{n}") for n in (1, 2))
    assert [breast.names(found, HONG, 1).patient for found in (first, second, first)] == ["Cancer_00001", "Cancer_00002", "Cancer_00001"]


def test_frames_of_a_file_are_images(register):
    names = [register.names(image(frame=n, frames=3), HONG, n).image for n in (1, 2, 3)]
    assert names == ["0001", "0002", "0003"]


def test_a_patient_without_an_id_is_told_apart_by_name_else_by_study(register):
    assert register.names(image("1", "s1"), Owner(patient_name="김^철수"), 1).patient == "P000001"
    assert register.names(image("2", "s2"), Owner(), 1).patient == "P000002"
    assert register.names(image("3", "s3"), Owner(), 1).patient == "P000002"
    decomposed = unicodedata.normalize("NFD", "김^철수")
    assert register.names(image("4", "s4"), Owner(patient_name=f" {decomposed} "), 1).patient == "P000001"


def test_one_series_uid_in_two_patients_is_two_series(register):
    assert register.names(image("1"), HONG, 1) == Names("P000001", "S001", "0001", "unclassified")
    assert register.names(image("2"), Owner("other"), 1) == Names("P000002", "S001", "0001", "unclassified")
    assert register.known(image("1")).patient == "P000001"


def test_images_without_uids_are_told_apart_by_their_path(register):
    one, other = (image("", "", f"/in/{name}.dcm") for name in "ab")
    assert register.names(one, HONG, 1) == Names("P000001", "S001", "0001", "unclassified")
    assert register.names(other, HONG, 2) == Names("P000001", "S001", "0002", "unclassified")
    assert register.known(one).image == "0001"


def test_no_identity_is_kept(register, project):
    register.names(image(path="/in/place/a.dcm"), HONG, 1)
    kept = b"".join(path.read_bytes() for path in project.root.rglob("*") if path.is_file())
    for secret in (HONG.patient_id, HONG.patient_name, "길동"):
        assert secret.encode() not in kept
        assert secret.encode("unicode_escape") not in kept


def test_digests_of_two_projects_cannot_be_compared(tmp_path):
    kept = []
    for name in ("one", "two"):
        folder = create("lung-cancer", tmp_path / name)
        Register(folder).names(image(), HONG, 1)
        kept.append((folder.root / ".annotator" / "ids.json").read_text())
    assert kept[0] != kept[1]


def test_where_the_image_lay_is_kept(register):
    strange = "/in/폴더\udcff/a.dcm"  # a name that is no valid UTF-8
    names = register.names(image(path=strange), HONG, 1, "sha256:abc")
    assert register.source(names) == InPlace("1.2.1#1", strange, "sha256:abc")
    assert register.source(Names("P000009", "S001", "0001", "")) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/data/malignant/hong/1.dcm", "malignant"),
        ("/normal/data/Benign/hong/ct/1.dcm", "benign"),
        ("/data/hong/malignant", "unclassified"),
        ("/data/malignant2/1.dcm", "unclassified"),
    ],
)
def test_the_class_comes_from_the_nearest_folder_that_names_one(register, path, expected):
    names = register.names(image(path=path), HONG, 1)
    assert names.class_folder == register.class_of(names.patient) == expected


def test_a_patient_has_one_class_for_all_images(register):
    register.names(image(), HONG, 1)
    assert register.names(image("1.9", "1.9", "/malignant/1.dcm"), HONG, 1).class_folder == "unclassified"
    assert register.class_of("P000009") == "unclassified"


TREE = "lung_cancer/chest-ct/malignant/P000001/S001/dcm/cct_P000001_S001_0007.dcm"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_image_of_the_tree_has_the_names_of_its_path(project, register, form):
    there = image(path=unicodedata.normalize(form, str(project.root / TREE)))
    expected = Names("P000001", "S001", "0007", "malignant")
    assert register.in_tree(there) == register.known(there) == register.names(there, HONG, 99) == expected
    assert not (project.root / ".annotator" / "ids.json").exists()
    modality = project.project.modality_of("CT")
    assert Sheet(project.project, modality, there, expected).path("image") == TREE


@pytest.mark.parametrize(
    "path",
    [
        TREE.replace("chest-ct", "x-ray"),
        TREE.replace("malignant", "maligne"),
        TREE.replace("_S001_", "_S002_"),
        TREE.replace("P000001", "P0000001"),
        TREE.replace("/dcm/", "/"),
        "x/" + TREE,
        "../" + TREE,
    ],
)
def test_an_image_that_does_not_follow_the_rule_is_none_of_the_tree(project, register, path):
    assert register.in_tree(image(path=str(project.root / path))) is None


def test_a_file_of_several_frames_is_no_image_of_the_tree(project, register):
    assert register.in_tree(image(path=str(project.root / TREE), frames=2)) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links are not for everybody there")
def test_a_tree_is_found_through_a_link(project, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(project.root, target_is_directory=True)
    assert Register(open_project(link)).in_tree(image(path=str(project.root / TREE))) is not None
    assert Register(open_project(link)).in_tree(image(path=str(link / TREE))) is not None


def test_ids_of_the_tree_are_not_given_again(project, register):
    (project.root / TREE).parent.mkdir(parents=True)
    (project.root / "lung_cancer/x-ray/unclassified/P000002/S001").mkdir(parents=True)
    (project.root / "lung_cancer/pet-ct/normal/P000003/S001/dcm").mkdir(parents=True)
    assert register.names(image(), HONG, 1).patient == "P000004"
    (project.root / "lung_cancer/chest-ct/unclassified/P000004/S002").mkdir(parents=True)
    assert register.names(image("1.3.1", "1.3"), HONG, 1).series == "S003"


def test_where_paths_have_no_series_an_image_id_is_given_once_a_patient(tmp_path):
    register = Register(create("dementia", tmp_path / "made"))
    assert register.names(image(), HONG, 1).image == "0001"
    assert register.names(image("1.3.1", "1.3"), HONG, 1) == Names("P000001", "S002", "0002", "unclassified")
    register = Register(create("scratch", tmp_path / "scratch"))
    assert register.names(image(path="/malignant/1.dcm"), HONG, 1).class_folder == "unclassified"


def test_ids_that_would_be_too_long_are_refused(project, register):
    text = (project.root / "project.toml").read_text("utf-8").replace('"{number:04d}"', '"a-{number:04d}"')
    (project.root / "project.toml").write_text(text, "utf-8")
    register = Register(open_project(project.root))
    assert register.names(image(), HONG, 99_999).image == "a-99999"
    assert "the next id, a-100000, has more than 7 characters" in refused(register.names, image("1.2.2"), HONG, 100_000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"version": 1, "pat',
        b"[]",
        b'{"version": 2, "patients": {}}',
        b'{"version": 1, "patients": {"P1": {}}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_memory_gives_no_ids(project, register, content):
    register.names(image(), HONG, 1)
    (project.root / ".annotator" / "ids.json").write_bytes(content)
    for call in (lambda: register.known(image()), lambda: register.names(image("1.2.2"), HONG, 2), lambda: register.class_of("P000001")):
        assert "ids.json is damaged" in refused(call)
    assert (project.root / ".annotator" / "ids.json").read_bytes() == content


def test_a_read_only_project_gives_no_ids(project):
    register = Register(ProjectFolder(project.root, project.project, True, (), project.salt))
    assert "the project is read-only" in refused(register.names, image(), HONG, 1)
    assert register.known(image()) is None


def test_a_project_that_went_away_is_told_and_not_made_anew(project, register):
    project.root.rename(project.root.with_name("away"))
    assert "it is not there" in refused(register.names, image(), HONG, 1)
    assert not project.root.exists()


@dataclass(frozen=True)
class Wish:
    patient: int
    series: int
    uid: int
    number: int


wishes = st.lists(st.builds(Wish, st.integers(0, 3), st.integers(0, 2), st.integers(0, 9), st.integers(1, 6)), max_size=25)


@given(wishes, st.sampled_from(["lung-cancer", "dementia"]))
def test_ids_never_change_never_meet_and_are_short(listed: list[Wish], definition: str):
    with TemporaryDirectory() as folder:
        made = create(definition, Path(folder))
        register, given_to = Register(made), dict[str, Names]()
        for wish in listed:
            series = f"{wish.patient}.{wish.series}"
            picture = image(f"{series}.{wish.uid}", series)
            names = register.names(picture, Owner(f"patient {wish.patient}"), wish.number)
            assert given_to.setdefault(picture.key.uid, names) == names
            assert max(map(len, (names.patient, names.series, names.image))) <= 7
        again = Register(open_project(Path(folder)))
        modality = made.project.modalities[0]
        paths = set()
        for uid, names in given_to.items():
            picture = image(uid, uid.rpartition(".")[0])
            assert again.known(picture) == names
            assert (names.patient, names.series) == (
                given_to[other := next(u for u in given_to if u[:4] == uid[:4])].patient,
                given_to[other].series,
            )
            paths.add(Sheet(made.project, modality, picture, names).path("json"))
        assert len(paths) == len(given_to)


PROGRAM = """
import sys
from pathlib import Path
from annotator.domain.image import Image, ImageKey, Owner
from annotator.workspace.projects import open_project
from annotator.workspace.register import Register
folder, first, step = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
register = Register(open_project(folder))
print("ready", flush=True)
sys.stdin.readline()
for n in range(20)[::step]:
    uid = f"{n % 5}.{n % 3}.{n if n % 2 else first + n}"
    picture = Image(ImageKey(uid), "/a", 1, 8, 8, "CT", "1", uid.rpartition(".")[0], "1")
    names = register.names(picture, Owner(f"patient {n % 5}"), 1)
    print(uid, names.patient, names.series, names.image)
"""


def worker(folder: Path, first: int, step: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", PROGRAM, str(folder), str(first), str(step)]
    return subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_processes_give_no_id_twice(project):
    workers = [worker(project.root, 1000, 1), worker(project.root, 2000, -1)]
    for process in workers:
        assert process.stdout.readline() == "ready\n"
    for process in workers:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [dict(line.split(" ", 1) for line in process.communicate()[0].splitlines()) for process in workers]
    assert [process.returncode for process in workers] == [0, 0]
    assert [len(names) for names in told] == [20, 20]
    shared = told[0].keys() & told[1].keys()
    assert len(shared) == 10 and all(told[0][uid] == told[1][uid] for uid in shared)
    every = {**told[0], **told[1]}
    assert len(set(every.values())) == len(every) == 30
    patients = {(uid[0], names.split()[0]) for uid, names in every.items()}
    assert sorted(patient for _, patient in patients) == [f"P{n:06d}" for n in range(1, 6)]


@pytest.fixture
def holder(project: ProjectFolder) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of the project's ids until it is killed."""
    lock = project.root / ".annotator" / "ids.lock"
    program = (
        "import sys; from pathlib import Path; from annotator.workspace.lock import exclusively\n"
        f"with exclusively(Path({str(lock)!r})):\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lock_that_is_held_is_told_and_one_of_a_dead_process_is_free(project, register, holder, monkeypatch):
    monkeypatch.setattr("annotator.workspace.register.PATIENCE", 0.05)
    assert "another window keeps the project's ids busy" in refused(register.names, image(), HONG, 1)
    holder.kill()
    holder.wait()
    assert register.names(image(), HONG, 1).patient == "P000001"


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself with a signal there")
@pytest.mark.parametrize(
    "point", ["write.half:1", "write.before_rename:1", "write.before_folder:1", "write.half:2", "write.before_rename:2"]
)
def test_a_process_killed_while_it_gives_an_id_leaves_the_memory_whole(project, register, point):
    before = register.names(image("a", "a"), HONG, 3)
    environment = {**os.environ, "ANNOTATOR_FAULT": point}
    arguments = [sys.executable, "-c", PROGRAM, str(project.root), "0", "20"]
    killed = subprocess.run(arguments, cwd=ROOT, env=environment, input="go\n", capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert register.known(image("a", "a")) == before
    assert register.names(image("0.0.0", "0.0"), Owner("patient 0"), 1) == Names("P000002", "S001", "0001", "unclassified")
