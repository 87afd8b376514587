"""Hold the conversation with the chosen tool: pass events on, keep its preview, begin again when it has ended."""

from __future__ import annotations

from annotator.tools.gesture import Change, Conversation, Draft, Event, Hover, Measured, Outcome, Preview, Tool


class Talk:
    """One conversation at a time; `preview` is what the tool is drawing or changing now."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.preview: Preview | None = None
        self._conversation: Conversation | None = None

    @property
    def drawing(self) -> bool:
        """Whether a shape has been begun."""
        return isinstance(self.preview, Draft | Measured)

    @property
    def changing(self) -> bool:
        """Whether an annotation is on its way to another shape or place."""
        return isinstance(self.preview, Change)

    @property
    def open(self) -> bool:
        """Whether the tool has been told anything since its last outcome."""
        return self._conversation is not None and not isinstance(self.preview, Hover)

    def send(self, event: Event) -> Outcome | None:
        """Tell the tool; return what it made of it, if that is an end."""
        if self._conversation is None:
            self._conversation = self.tool.start()
            next(self._conversation)
        try:
            self.preview = self._conversation.send(event)
        except StopIteration as end:
            self._conversation, self.preview = None, None
            made: Outcome | None = end.value
            return made
        return None

    def drop(self) -> bool:
        """End the conversation without a result; returns whether there was something on the screen."""
        shown = self.preview is not None and not isinstance(self.preview, Hover)
        if self._conversation is not None:
            self._conversation.close()
        self._conversation, self.preview = None, None
        return shown

    def choose(self, tool: Tool) -> None:
        """Talk to another tool from now on; what was begun is dropped."""
        if tool is not self.tool:
            self.drop()
            self.tool = tool
