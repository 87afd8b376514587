"""What is told in the course of one verb."""

from __future__ import annotations

from annotator.workspace.notice import Topic
from annotator.workspace.speaking import Speaking, together


class Told(Speaking):
    """Hears itself: each topic, and whether the selection is still to come then."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[Topic, bool]] = []
        self.subscribe(lambda topic: self.heard.append((topic, Topic.SELECTION in self.to_come)))

    def plain(self) -> None:
        self._tell(Topic.SERIES, Topic.SELECTION, Topic.IMAGE)

    @together
    def verb(self, fail: bool = False) -> int:
        """Do much."""
        self.plain()
        if fail:
            raise ValueError
        return 7

    @together
    def outer(self) -> None:
        self.verb()
        self._tell(Topic.SAVED)


def test_each_topic_is_told_at_once_and_the_selection_last() -> None:
    told = Told()
    assert told.verb() == 7
    assert told.heard == [(Topic.SERIES, True), (Topic.SELECTION, True), (Topic.IMAGE, True), (Topic.SELECTION, False)]
    assert not told.to_come


def test_a_verb_inside_another_leaves_the_last_word_to_it() -> None:
    told = Told()
    told.outer()
    assert [topic for topic, more in told.heard if not more] == [Topic.SELECTION]
    assert told.heard[-2:] == [(Topic.SAVED, True), (Topic.SELECTION, False)]


def test_a_verb_that_fails_tells_all_the_same() -> None:
    told = Told()
    try:
        told.verb(fail=True)
    except ValueError:
        assert told.heard[-1] == (Topic.SELECTION, False) and not told.to_come
    told.plain()
    assert told.heard[-1] == (Topic.IMAGE, False)
