"""What the checks and the papers want to know of a file's header, besides what every `Image` says."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.image import ImageKey


@dataclass(frozen=True)
class HeaderFacts:
    """A header in values; texts are empty and numbers None where it says nothing.  Lengths in mm."""

    rows: int = 0
    columns: int = 0
    instance_uid: str = ""
    study_uid: str = ""
    frame_of_reference_uid: str = ""
    patient_id: str = ""
    patient_name: str = ""
    sex: str = ""
    age: int | None = None
    """In whole years."""
    manufacturer: str = ""
    model: str = ""
    view_position: str = ""
    thickness: float | None = None
    spacing: tuple[float, ...] = ()
    position: tuple[float, ...] = ()
    directions: tuple[float, ...] = ()
    """ImageOrientationPatient: six numbers."""
    source: ImageKey | None = None
    """The image that it names as its source."""
    naming: tuple[tuple[str, str], ...] = ()
    """Attributes that name or lead to a person and hold something: keyword and value; name and id of the patient are not among them."""

    @property
    def device(self) -> str:
        """Maker and model, as the papers count devices."""
        return " ".join(part for part in (self.manufacturer, self.model) if part)
