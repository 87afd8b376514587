"""Write and read single NIfTI-1 volumes in memory; the only place that knows that NIfTI counts millimetres to the right and forwards.

DICOM's axes are left, posterior, superior; NIfTI's are right, anterior, superior: the first two change their sign.  A reader cannot
trust the ratio of a packed label volume (an empty one shrinks a thousandfold), so memory is bounded by the size that the header
announces: at most 512 MB, and never more than that is unpacked.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.volume import Floats, Grid
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message

SIZE_LIMIT = 512 * 2**20
ENDINGS = (".nii.gz", ".nii")
_TO_RAS = np.diag((-1.0, -1.0, 1.0, 1.0))
_HEADER = 544
_SCANNER, _ALIGNED, _LABELS = 1, 2, 1002
_UNITS = {1: 1000.0, 2: 1.0, 3: 0.001}


class _Unusable(Exception):
    """A file that is no volume; its one argument is the message that says why."""


@dataclass(frozen=True, eq=False)
class Volume:
    """A volume as a file has it: `array` of three axes, and the (4, 4) affine from its indices to DICOM's millimetres."""

    array: NDArray[Any]
    affine: Floats
    remarks: tuple[Message, ...] = ()


def volume_bytes(array: NDArray[Any], grid: Grid, *, placed: bool, labels: bool) -> bytes:
    """Return a packed file of an array (columns, rows, slices); the same content gives the same bytes.

    `placed`: the grid says where the voxels lie in the patient.  Sheared slices stand in the sform only: the qform cannot hold them.
    """
    from nibabel.nifti1 import Nifti1Header

    affine = _TO_RAS @ grid.affine
    kind: Any = Nifti1Header
    header = kind(endianness="<")
    header.set_data_dtype(array.dtype)
    header.set_data_shape(array.shape)
    header.set_xyzt_units("mm")
    code = _SCANNER if placed else _ALIGNED
    if grid.sheared:
        header.set_qform(None, code=0)
        header["pixdim"][1:4] = np.linalg.norm(affine[:3, :3], axis=0)
    else:
        header.set_qform(affine, code=code)
    header.set_sform(affine, code=code)
    header["vox_offset"], header["scl_slope"], header["scl_inter"] = 352, 1.0, 0.0
    if labels:
        header["intent_code"] = _LABELS
    content = header.binaryblock + b"\0" * 4 + array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(order="F")
    packed = BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6 if labels else 1, fileobj=packed, mtime=0) as stream:
        stream.write(content)
    return packed.getvalue()


def read_volume(content: bytes, name: str) -> Volume:
    """Return what a `.nii` or `.nii.gz` file holds; raises AnnotatorError where it is none, is cut off, or goes beyond the limits."""
    try:
        with np.errstate(all="ignore"):  # a damaged header holds numbers of any size
            return _volume(content)
    except _Unusable as error:
        remedy = message("The file stays as it is; save it again in the program that made it")
        raise AnnotatorError(message("Reading the volume {name}", name=name), error.args[0], remedy) from None


def _volume(content: bytes) -> Volume:
    packed = content[:2] == b"\x1f\x8b"
    header = _header(_unpacked(content, _HEADER) if packed else content[:_HEADER])
    shape, kind = _shape_and_type(header)
    begin = int(header["vox_offset"]) if 0 <= float(header["vox_offset"]) < SIZE_LIMIT else -1
    begin = max(begin, header.sizeof_hdr)
    count = int(np.prod(shape, dtype=np.float64))
    needed = begin + count * kind.itemsize
    if needed > SIZE_LIMIT:
        raise _Unusable(message("it is larger than {size} MB", size=SIZE_LIMIT // 2**20))
    raw = _unpacked(content, needed) if packed else content
    if len(raw) < needed:
        raise _Unusable(message("the file ends before its pixels do"))
    values = np.frombuffer(raw, dtype=kind, count=count, offset=begin).reshape(shape, order="F")
    affine, remarks = _affine(header)
    return Volume(_scaled(values, header), affine, remarks)


def _unpacked(content: bytes, most: int) -> bytes:
    """The first `most` bytes of a gzip file, which may have several members."""
    found, rest = bytearray(), content
    try:
        while rest and len(found) < most:
            unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            found += unpacker.decompress(rest, most - len(found))
            if not unpacker.eof:
                break
            rest = unpacker.unused_data.lstrip(b"\0")
    except zlib.error:
        raise _Unusable(message("its pixels are damaged")) from None
    return bytes(found)


def _header(first: bytes) -> Any:
    """The header as it is, without the extensions behind it (nibabel's classes are not typed)."""
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    sizes = {int.from_bytes(first[:4], "little"), int.from_bytes(first[:4], "big")}
    kind: Any = Nifti2Header if 540 in sizes else Nifti1Header
    if not sizes & {348, 540} or len(first) < kind.sizeof_hdr:
        raise _Unusable(message("it is not a NIfTI file"))
    return kind(first[: kind.sizeof_hdr], check=False)


def _shape_and_type(header: Any) -> tuple[tuple[int, int, int], np.dtype[Any]]:
    from nibabel.spatialimages import HeaderDataError

    try:
        shape = tuple(int(length) for length in header.get_data_shape())
        kind = header.get_data_dtype()
    except (HeaderDataError, KeyError, ValueError, IndexError):
        raise _Unusable(message("it is not a NIfTI file")) from None
    if kind.kind not in "iuf" or kind.itemsize > 8:
        raise _Unusable(message("its voxels are no single numbers"))
    if len(shape) < 2 or any(length < 1 for length in shape):
        raise _Unusable(message("it holds no pixels"))
    if any(length > 1 for length in shape[3:]):
        raise _Unusable(message("it holds more than one volume"))
    return (*shape[:3], 1)[:3], kind  # type: ignore[return-value]  # three of them


def _scaled(values: NDArray[Any], header: Any) -> NDArray[Any]:
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if slope in (0.0, 1.0) and intercept == 0 or not np.isfinite((slope, intercept)).all():
        return values
    return values * np.float32(slope or 1.0) + np.float32(intercept if slope else 0.0)


def _affine(header: Any) -> tuple[Floats, tuple[Message, ...]]:
    """The sform where there is one, else the qform, else the size of the voxels alone; in DICOM's millimetres."""
    from nibabel.spatialimages import HeaderDataError

    found: list[Floats] = []
    for coded in (header.get_sform, header.get_qform):
        try:
            affine = coded(coded=True)[0]
        except (HeaderDataError, ValueError):
            continue
        if affine is not None and np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > 1e-12:
            found.append(affine)
    remarks: list[Message] = []
    if not found:
        remarks.append(message("it does not say where it lies in the patient"))
        sizes = [float(size) if np.isfinite(size) and size > 0 else 1.0 for size in header["pixdim"][1:4]]
        found.append(_TO_RAS @ np.diag((*sizes, 1.0)))
    elif len(found) == 2 and not np.allclose(found[0], found[1], atol=1e-2):
        remarks.append(message("its sform and its qform differ; the sform was taken"))
    scale = _UNITS.get(int(header["xyzt_units"]) & 7, 1.0)
    return _TO_RAS @ np.diag((scale, scale, scale, 1.0)) @ found[0], tuple(remarks)
