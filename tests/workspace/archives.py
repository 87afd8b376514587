"""ZIPs as hospitals, Windows and enemies pack them, for tests."""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path


def packed(archive: Path, folder: Path, inside: str = "") -> Path:
    """Pack a folder and return the archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{inside}{path.relative_to(folder).as_posix()}")
    return archive


def of(archive: Path, files: Mapping[str, bytes]) -> Path:
    """An archive of these files, whatever their names."""
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(zipfile.ZipInfo(name), content)
    return archive


def with_raw_name(archive: Path, raw: bytes, content: bytes) -> Path:
    """An archive whose one name is written in bytes of no announced coding, as Windows in Korea does."""
    stand_in = "x" * len(raw)
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as file:
        file.writestr(zipfile.ZipInfo(stand_in), content)
    archive.write_bytes(stream.getvalue().replace(stand_in.encode(), raw))
    return archive


def encrypted(archive: Path) -> Path:
    """Set the sign of encryption on every file of an archive."""
    content = bytearray(archive.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        while place >= 0:
            flags = struct.unpack_from("<H", content, place + offset)[0]
            struct.pack_into("<H", content, place + offset, flags | 1)
            place = content.find(sign, place + 4)
    archive.write_bytes(bytes(content))
    return archive
