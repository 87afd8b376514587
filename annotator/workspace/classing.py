"""The patient of the open case: pseudonymous id, class, row of the clinical sheet; and a change of class that the open window follows."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from pathlib import Path

from annotator.domain.delivery import Names
from annotator.domain.image import Image
from annotator.errors import AnnotatorError
from annotator.i18n import message
from annotator.paths import contained
from annotator.workspace import class_change, clinical
from annotator.workspace.class_change import Moved
from annotator.workspace.clinical import Kept, Preview, Row
from annotator.workspace.finishing import Finishing
from annotator.workspace.notice import Severity, Topic

Told = Callable[[Preview | AnnotatorError], None]


class Classing(Finishing, ABC):
    """The part of a session that knows patients; `folders` is what was opened."""

    folders: tuple[Path, ...] = ()
    _sheet: tuple[Path, str, int, Kept | None] | None = None
    """The newest clinical sheet: of which project's folder, for whom it was last looked up and as of when."""
    _moved: Mapping[str, str] = {}
    """Paths that changed since the folder was opened, from old to new."""

    @property
    def names(self) -> Names | None:
        """The names of the shown image; None where it has none yet, or they cannot be read."""
        return self.names_of(self.image) if self.image is not None else None

    def names_of(self, image: Image) -> Names | None:
        """Return the names of an image; None where it has none yet, or they cannot be read."""
        try:
            return self._keeping.known(image)
        except AnnotatorError:
            return None

    @property
    def blind(self) -> bool:
        """Whether the class is hidden from those who draw."""
        return self.project.project.blind

    @property
    def clinical_row(self) -> Row | None:
        """What the clinical sheet says of the patient; None where it says nothing."""
        names = self.names
        if names is None or self.project.project.clinical is None:
            return None
        folder = clinical.folder_of(self.project.root)
        if self._sheet is None or self._sheet[:2] != (folder, names.patient):  # looked for once a patient: a share may be slow
            self._sheet = folder, names.patient, *self._newest(folder)
        kept = self._sheet[3]
        return kept.rows.get(names.patient) if kept is not None else None

    def _newest(self, folder: Path) -> tuple[int, Kept | None]:
        """Return the newest sheet of a folder and as of when it is; None where there is none that can be read."""
        try:
            changed = folder.stat().st_mtime_ns
            if self._sheet is not None and (self._sheet[0], self._sheet[2]) == (folder, changed):
                return changed, self._sheet[3]
            return changed, clinical.newest(self.project.root)
        except OSError:
            return 0, None

    def change_class(self, to: str) -> None:
        """Move the patient of the shown image to a class folder, in the background; what is drawn is saved, and the window follows."""
        series, image, project = self.series, self.image, self.project
        if series is None or image is None or series.project_modality is None:
            return
        if self.scanning is not None and self.names is None:
            self.refuse(message("The images are still being read: choose the class again in a moment"))
            return
        self.save()
        try:
            patient = self._keeping.names(image, self._members(self._case) or (series,), self.document).patient
        except AnnotatorError as error:
            self.say(error.message, Severity.ERROR)
            return
        keeping, author, time = self._keeping, self.author, self._clock()

        def done(moved: Moved) -> None:
            if project is self.project:
                self._follow({patient: moved})
                told = message("{patient} is now {folder}; {count} files were moved", patient=patient, folder=to, count=len(moved.files))
                self.say(told)

        def job() -> Moved:
            return keeping.between_saves(lambda: class_change.change_class(project, patient, to, author, time))

        self._tasks.run(job, done, self._refused)

    def read_sheet(self, file: Path, page: str, told: Told) -> None:
        """Read a clinical sheet in the background; `told` gets the preview, or why there is none."""
        project = self.project
        self._preview(lambda: clinical.preview(project, file, page), told)

    def map_sheet(self, seen: Preview, columns: Mapping[str, str], told: Told) -> None:
        """Map the columns of a preview anew (column key → heading, empty: none) in the background."""
        project = self.project
        self._preview(lambda: clinical.mapped(project, seen, columns), told)

    def keep_sheet(self, seen: Preview, done: Callable[[], None]) -> None:
        """Keep a clinical sheet and move the patients without a class whose class it says, in the background; `done` follows success."""
        self.save()
        project, keeping, author, time = self.project, self._keeping, self.author, self._clock()

        def job() -> tuple[Kept, dict[str, Moved]]:
            kept = clinical.apply(project, seen, author, time)
            return kept, keeping.between_saves(lambda: dict(class_change.sort(project, seen.joined.sorted, author, time)))

        def followed(made: tuple[Kept, dict[str, Moved]]) -> None:
            kept, moved = made
            if project is not self.project:
                return
            self._sheet = None
            self._follow(moved)
            joined = len(seen.joined.rows)
            self.say(message("Clinical sheet kept: {count} patients joined, revision {number}", count=joined, number=kept.number))
            if moved:
                self.say(message("{patients} patients were moved to the class that the sheet says", patients=len(moved)))
            done()

        self._tasks.run(job, followed, self._refused)

    def _preview(self, job: Callable[[], Preview], told: Told) -> None:
        def failed(error: Exception) -> None:
            told(error) if isinstance(error, AnnotatorError) else self._refused(error)

        self._tasks.run(job, told, failed)

    def _refused(self, error: Exception) -> None:
        said = error.message if isinstance(error, AnnotatorError) else message("{text}", text=f"{type(error).__name__}: {error}")
        self.say(said, Severity.ERROR)

    def _follow(self, moved: Mapping[str, Moved]) -> None:
        """Know images and folders by the paths that they have now."""
        root = self.project.root
        paths = {str(contained(root, old)): str(contained(root, new)) for one in moved.values() for old, new in one.files.items()}
        for remark in (remark for one in moved.values() for remark in one.remarks):
            self.say(remark, Severity.WARNING)
        self.folders = tuple(_followed(folder, paths) for folder in self.folders)
        self._moved = {**self._moved, **paths}
        catalogue = self.catalogue.with_paths(paths)
        if catalogue is not self.catalogue:
            self.catalogue = catalogue
            self._renew(catalogue.by_uid)
            if self.series is not None:
                self._pictures.forget()  # among them may be one that was looked for where it was
                self.show(self.index)
        self._tell(Topic.CATALOGUE, Topic.SERIES, Topic.DOCUMENT)


def _followed(folder: Path, paths: Mapping[str, str]) -> Path:
    """Return where a folder lies now that was moved with all that was in it."""
    if folder.exists():
        return folder
    depth = len(folder.parts)
    found = next((Path(new) for old, new in paths.items() if folder in Path(old).parents), None)
    return Path(*found.parts[:depth]) if found is not None else folder
