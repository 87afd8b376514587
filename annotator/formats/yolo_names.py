"""Find the names of a YOLO data set's classes: under `names` in its YAML file, or line by line in `classes.txt` or `*.names`.

Of YAML only as much is understood as such files use: a list or a mapping, in lines or between brackets, plain or quoted names, remarks.
"""

from __future__ import annotations

import re

from annotator import strict_json
from annotator.domain.exchange import Source
from annotator.formats.listing import decoded, unreadable
from annotator.i18n import message
from annotator.paths import nfc

_LIMIT = 4 * 2**20
_MOST = 10_000
_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>[\[\]{},])|(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')"""
    r"""|(?P<plain>[^\[\]{},"'\s](?:[^\[\]{},"']|(?<=[^\s:])["'])*))\s*"""
)
_KEY = re.compile(r"""^(?P<key>\d+|"\d+"|'\d+')\s*:\s*(?P<name>.*)$""")


def names_of(source: Source) -> dict[int, str]:
    """Return class number → name of a data set; nothing where no file says.  Raises AnnotatorError for one that cannot be read."""
    files = {name.rsplit("/", 1)[-1].lower(): name for name in sorted(source.names, key=lambda n: (-n.count("/"), n))}
    described = [n for last, n in files.items() if last.endswith((".yaml", ".yml"))]
    for name in sorted(described, key=lambda n: (n.count("/"), "data" not in n.lower(), n)):
        found = yaml_names(_text(source, name))
        if found:
            return found
    for last in ("classes.txt", "names.txt", "labels.txt", "obj.names", *(n for n in files if n.endswith(".names"))):
        if last in files:
            lines = [line.strip() for line in _text(source, files[last]).splitlines()]
            return {n: nfc(line) for n, line in enumerate(lines[:_MOST]) if line}
    return {}


def yaml_names(text: str) -> dict[int, str]:
    """Return what stands under `names` in a YAML text; nothing where it cannot be understood."""
    lines = [_without_remark(line) for line in text.splitlines()]
    begin = next((n for n, line in enumerate(lines) if re.match(r"""["']?names["']?\s*:""", line)), None)
    if begin is None:
        return {}
    rest = lines[begin].partition(":")[2].strip()
    if rest[:1] in ("[", "{"):
        return _flow("\n".join([rest, *lines[begin + 1 :]]))
    found: dict[int, str] = {}
    for line in lines[begin + 1 :]:
        entry = line.strip()
        if entry and line[:1] not in " \t-" or len(found) >= _MOST:
            break
        keyed = _KEY.match(entry)
        if keyed is not None:
            found[int(keyed["key"].strip("\"'")[:9])] = nfc(_plain(keyed["name"]))
        elif entry.startswith("-"):
            found[len(found)] = nfc(_plain(entry[1:].strip()))
    return found


def _flow(text: str) -> dict[int, str]:
    """A list or mapping between brackets, which may go over several lines."""
    found: dict[int, str] = {}
    place, key = 1, None
    while place < len(text) and len(found) < _MOST:
        token = _TOKEN.match(text, place)
        if token is None or token["sign"] in ("]", "}"):
            break
        place = token.end()
        if token["sign"]:
            continue
        said = token["quoted"] or token["plain"].strip()
        keyed = _KEY.match(said) if token["plain"] else None
        if keyed is not None and not keyed["name"]:
            key = int(keyed["key"][:9])  # its quoted name is the next token
            continue
        number = int(keyed["key"][:9]) if keyed is not None else len(found) if key is None else key
        found[number], key = nfc(_plain(keyed["name"] if keyed is not None else said)), None
    return found


def _without_remark(line: str) -> str:
    """A line up to a ` #` outside of quotes."""
    quote = ""
    for place, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote and line[place - 1] != "\\" else quote
        elif sign in "\"'" and (place == 0 or line[place - 1] in " \t,[{:-"):
            quote = sign
        elif sign == "#" and (place == 0 or line[place - 1] in " \t"):
            return line[:place].rstrip()
    return line.rstrip()


def _plain(text: str) -> str:
    """A name without its quotes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            said = strict_json.loads(text)
        except ValueError:
            return text[1:-1]
        return said if isinstance(said, str) else text[1:-1]
    return text[1:-1].replace("''", "'") if len(text) > 1 and text[0] == text[-1] == "'" else text


def _text(source: Source, name: str) -> str:
    content = source.read(name)
    if len(content) > _LIMIT:
        raise unreadable(name, message("it is larger than {size} MB", size=_LIMIT // 2**20))
    try:
        return decoded(content)
    except UnicodeDecodeError:
        raise unreadable(name, message("it is not written in UTF-8")) from None


