"""Annotation authoring for medical images: view a series, mark it, save masks and JSON that inspectors accept."""

__version__ = "0.1.0"
