"""Read JSON that others may have written or damaged, and write JSON that is the same for the same content, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from annotator import strict_json
from annotator.errors import AnnotatorError
from annotator.i18n import Message, message
from annotator.strict_json import SIZE_LIMIT

_MANY, _LARGE = 16, 1e6


def load(content: bytes, name: str, limit: int = SIZE_LIMIT) -> Any:
    """Return what a JSON file of at most `limit` bytes holds.

    Raises AnnotatorError where it is not one JSON value in UTF-8 without NaN and doubled keys.
    """
    try:
        return strict_json.loads(content, limit)
    except strict_json.TooLarge:
        raise broken(name, message("it is larger than {size} MB", size=limit // 2**20)) from None
    except UnicodeDecodeError:
        raise broken(name, message("it is not written in UTF-8")) from None
    except strict_json.TooDeep:
        raise broken(name, message("its content is nested too deeply")) from None
    except strict_json.Doubled as error:
        raise broken(name, message("the key “{key}” stands twice in one object", key=error.args[0])) from None
    except strict_json.NoNumber as error:
        if not error.args[0]:
            raise broken(name, message("it holds a number without end")) from None
        raise broken(name, message("it holds {text}, which is no number", text=error.args[0])) from None
    except json.JSONDecodeError as error:
        cause = message("it is not valid JSON at line {line}, column {column}", line=error.lineno, column=error.colno)
        raise broken(name, cause) from None


def dump(blocks: Mapping[str, object]) -> bytes:
    """Return an object as UTF-8, its keys in the given order, one line for each entry of a list, numbers as `repr` writes them.

    Raises ValueError for numbers that JSON does not know.
    """
    lines = []
    for key, value in blocks.items():
        if isinstance(value, list) and value:
            entries = ",\n".join(f"    {_line(entry)}" for entry in value)
            lines.append(f"  {_line(key)}: [\n{entries}\n  ]")
        else:
            lines.append(f"  {_line(key)}: {_line(value)}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def numbers_text(numbers: Sequence[float] | NDArray[np.float64]) -> str:
    """Return numbers as a list in JSON, each as `repr` writes it; raises ValueError for numbers that JSON does not know."""
    return numbers_texts([np.asarray(numbers, dtype=np.float64)])[0]


def numbers_texts(several: Sequence[NDArray[np.float64]]) -> list[str]:
    """Return what `numbers_text` returns of each of several lists; many at once take less time.

    Both `repr` and well-known text have the fewest digits that give a number back, the latter in a fraction of the time, but without
    “.0”, with powers of ten in other places, and never more than 16 digits after the point.
    """
    values = np.concatenate(several) if several else np.empty(0)
    if not np.isfinite(values).all():
        raise ValueError("a number that JSON does not know")
    sizes = np.abs(values)
    other = np.flatnonzero((sizes < 1) | (sizes >= _LARGE))
    if len(values) < _MANY or len(other) > len(values) // 2:
        texts = list(map(repr, values.tolist()))
    else:
        points = np.append(values, 1.0)[: len(values) + len(values) % 2]
        points[other] = 1.0
        line = shapely.LineString(points.reshape(-1, 2))
        texts = str(shapely.to_wkt(line, rounding_precision=-1)).partition("(")[2][:-1].replace(",", "").split(" ")
        for place in np.flatnonzero(points == np.trunc(points)).tolist():
            texts[place] += ".0"
        for place, value in zip(other.tolist(), values[other].tolist(), strict=True):
            texts[place] = repr(value)
    ends = [0, *np.cumsum([len(one) for one in several]).tolist()]
    return [f"[{', '.join(texts[begin:end])}]" for begin, end in pairwise(ends)]


def broken(name: str, cause: Message) -> AnnotatorError:
    """Say that an annotation file cannot be used, and why."""
    remedy = message("The file stays as it is; restore it from a copy, or draw again")
    return AnnotatorError(message("Reading the annotations in {name}", name=name), cause, remedy)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
