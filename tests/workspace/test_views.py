"""A window is remembered with where it came from."""

from annotator.domain.honesty import Origin
from annotator.domain.picture import Voi, Window
from annotator.workspace.views import View, recall, remember


def test_a_window_of_the_header_comes_back_as_one_of_the_header(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ANNOTATOR_HOME", str(tmp_path / "home"))
    window = Window(-600, 1600, "LUNG", Voi.LINEAR_EXACT, Origin.HEADER)
    remember(tmp_path, View().with_window(window))
    found = recall(tmp_path).window
    assert found == window
    assert found.origin is Origin.HEADER


def test_what_cannot_be_understood_begins_as_ever() -> None:
    assert View(window_center=1.0, window_width=2.0, window_origin="moon").window is None
    assert View().window is None
