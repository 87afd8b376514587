"""Read JSON that anybody may have written: one value in UTF-8, of a bounded size, without NaN, doubled keys or endless nesting.

Every JSON that the program reads comes through here, whoever wrote it; a test holds that.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

SIZE_LIMIT = 64 * 2**20


class Unfit(ValueError):
    """JSON that is refused although a parser would take it."""


class TooLarge(Unfit):
    """More bytes than allowed; the one argument is how many are."""


class TooDeep(Unfit):
    """Nested deeper than the parser goes, about a thousand levels."""


class Doubled(Unfit):
    """A key that stands twice in one object; the one argument is the key, shortened."""


class NoNumber(Unfit):
    """NaN or Infinity, or a number of thousands of digits; the one argument is what stands there, empty for the latter."""


def loads(content: bytes | str, most: int = SIZE_LIMIT) -> Any:
    """Return what JSON of at most `most` bytes (of a text: characters) holds; bytes may begin with a byte-order mark.

    Raises ValueError: UnicodeDecodeError, json.JSONDecodeError, or what is named above.
    """
    if len(content) > most:
        raise TooLarge(most)
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise TooDeep from None
    except (Unfit, json.JSONDecodeError):
        raise
    except ValueError:
        raise NoNumber("") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise Doubled(next(key[:40] for key, count in counts.items() if count > 1))
    return found


def _constant(text: str) -> Any:
    raise NoNumber(text)
