"""The demonstration: the real window on a study that our own code makes; without a display, worked by real events."""

from annotator.gui.demo.show import run

__all__ = ["run"]
