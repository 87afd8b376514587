"""Know which images of several frames an intake can take apart into images of their own: the enhanced CT, MR and PET objects."""

from __future__ import annotations

from collections.abc import Mapping

CLASSIC: Mapping[str, str] = {
    "1.2.840.10008.5.1.4.1.1.2.1": "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.2.2": "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.4.1": "1.2.840.10008.5.1.4.1.1.4",
    "1.2.840.10008.5.1.4.1.1.4.4": "1.2.840.10008.5.1.4.1.1.4",
    "1.2.840.10008.5.1.4.1.1.130": "1.2.840.10008.5.1.4.1.1.128",
    "1.2.840.10008.5.1.4.1.1.128.1": "1.2.840.10008.5.1.4.1.1.128",
}
"""SOP class of an enhanced, or legacy converted enhanced, CT, MR or PET image → the class of a single image (PS3.4 B.5)."""
