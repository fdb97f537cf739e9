"""One strict JSON reader for every boundary: what it accepts, every other parser reads the same.

JSON parsers disagree on NaN, on lone surrogates, on integers that a double cannot
hold, on repeated keys and on deep nesting. Data on which they disagree is refused
here, with its place, before it can reach the store or the wire.
"""

import json
import re
from typing import Any, NamedTuple, NoReturn

from trainer_tui.domain.errors import BadInput

MAX_DEPTH = 32
"""Levels of lists and objects."""
MAX_INTEGER = 2**53
"""Beyond it a double, and so a JavaScript or SQL reader, no longer holds every integer."""

WHOLE_CHARACTERS = "whole characters"
"""What `BadJSON.expected` says of half a character."""

# A text that does not end is taken to the end, else each quote in it would begin one anew.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")


class BadJSON(BadInput):
    """Bytes that are not strict JSON, with the place of the first fault.

    `offset` counts bytes, `line` and `column` count from 1 (columns in characters).
    """

    def __init__(self, expected: str, got: str, *, offset: int, line: int, column: int) -> None:
        super().__init__(
            f"line {line}, column {column} (byte {offset}): expected {expected}, got {got}"
        )
        self.expected = expected
        self.got = got
        self.offset = offset
        self.line = line
        self.column = column


class _Fault(ValueError):
    """A value that the parser's hooks refuse; `token` is how it is written in the source."""

    def __init__(self, expected: str, got: str, token: str, again: bool = False) -> None:
        super().__init__(got)
        self.expected = expected
        self.got = got
        self.token = token
        self.again = again


def decode(data: bytes) -> Any:
    """Read one JSON value from UTF-8 bytes (a BOM is accepted); raise `BadJSON`."""
    text = utf8(data)
    refuse_depth(data)
    value, end = _value(text, _skip(text, 0))
    refuse_rest(text, end)
    return value


def refuse_rest(text: str, end: int) -> None:
    """Raise `BadJSON` if more than white space follows a value that ended at `end`."""
    end = _skip(text, end)
    if end != len(text):
        _refuse(text, end, "the end of the JSON value", _near(text, end))


def utf8(data: bytes) -> str:
    """Decode UTF-8 without its BOM; raise `BadJSON` with the place of the first bad byte."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        raise BadJSON(
            "UTF-8 text",
            f"byte 0x{data[error.start]:02x}",
            offset=error.start,
            line=before.count(b"\n") + 1,
            column=len(before[line_start:].decode()) + 1,
        ) from None
    return text[1:] if text.startswith("\ufeff") else text


class Element(NamedTuple):
    """A value and where it stands in the text."""

    start: int
    end: int
    value: Any


def elements(text: str, start: int) -> tuple[list[Element], int]:
    """Read the list that opens at `start`: its elements with their places, and where it ends.

    The places let a caller name the line of an element. The caller has checked the
    depth with `refuse_depth`. Raises `BadJSON`.
    """
    found: list[Element] = []
    at = _skip(text, start + 1)
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        value, end = _value(text, at)
        found.append(Element(at, end, value))
        at = _skip(text, end)
        if text[at : at + 1] == "]":
            return found, at + 1
        at = _comma(text, at, "]")


def members(text: str, start: int, spread: str) -> tuple[dict[str, Any], list[Element], int]:
    """Read the object that opens at `start`, with the list under the key `spread` set apart.

    Returns the other members, that list's elements as `elements` does, and where the
    object ends. A `spread` that is no list stays among the members. Raises `BadJSON`.
    """
    record: dict[str, Any] = {}
    found: list[Element] = []
    seen: set[str] = set()
    at = _skip(text, start + 1)
    if text[at : at + 1] == "}":
        return record, found, at + 1
    while True:
        if text[at : at + 1] != '"':
            _refuse(text, at, "a key in double quotes", _near(text, at))
        key, end = _value(text, at)
        if key in seen:
            _refuse(text, at, "each key once", f"{key[:60]!r} twice")
        seen.add(key)
        at = _skip(text, end)
        if text[at : at + 1] != ":":
            _refuse(text, at, "':'", _near(text, at))
        at = _skip(text, at + 1)
        if key == spread and text[at : at + 1] == "[":
            found, end = elements(text, at)
        else:
            record[key], end = _value(text, at)
        at = _skip(text, end)
        if text[at : at + 1] == "}":
            return record, found, at + 1
        at = _comma(text, at, "}")


def refuse_depth(data: bytes) -> None:
    """Raise `BadJSON` if lists and objects nest deeper than `MAX_DEPTH`, without recursion."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    brackets = _STRING.sub(b"", data).translate(_BRACKETS, _NOT_BRACKETS)
    left = brackets
    for _ in range(MAX_DEPTH):
        left = left.replace(b"[]", b"")  # takes the innermost level away
        if not left:
            return
    depth = deepest = 0
    for bracket in brackets:
        depth += 1 if bracket == ord("[") else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise BadJSON(
            f"at most {MAX_DEPTH} levels of lists and objects",
            f"{deepest} levels",
            offset=0,
            line=1,
            column=1,
        )


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _decoder.raw_decode(text, at)
    except _Fault as fault:
        place = max(text.find(fault.token, at), at)
        if fault.again:
            place = max(text.find(fault.token, place + 1), place)
        _refuse(text, place, fault.expected, fault.got)
    except json.JSONDecodeError as error:
        _refuse(text, error.pos, f"JSON ({error.msg})", _near(text, error.pos))
    except RecursionError:
        _refuse(text, at, f"at most {MAX_DEPTH} levels of lists and objects", "more")
    if text.find("\\ud", at, end) >= 0 or text.find("\\uD", at, end) >= 0:
        _refuse_lone_surrogates(text, at, end)
    return value, end


def _refuse_lone_surrogates(text: str, start: int, end: int) -> None:
    high: re.Match[str] | None = None
    for escape in _ESCAPE.finditer(text, start, end):
        code = int(escape[1], 16) if escape[1] else 0
        follows = high is not None and high.end() == escape.start()
        if high is not None and not (follows and 0xDC00 <= code < 0xE000):
            break
        if high is None and 0xDC00 <= code < 0xE000:
            high = escape
            break
        high = escape if 0xD800 <= code < 0xDC00 else None
    if high is not None:
        _refuse(text, high.start(), WHOLE_CHARACTERS, f"the lone surrogate {high[0]}")


def _comma(text: str, at: int, closing: str) -> int:
    if text[at : at + 1] != ",":
        _refuse(text, at, f"',' or '{closing}'", _near(text, at))
    return _skip(text, at + 1)


def _near(text: str, at: int) -> str:
    return f"{text[at : at + 20]!r}" if at < len(text) else "the end of the text"


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _refuse(text: str, at: int, expected: str, got: str) -> NoReturn:
    raise BadJSON(
        expected,
        got,
        offset=len(text[:at].encode("utf-8", "surrogatepass")),
        line=text.count("\n", 0, at) + 1,
        column=at - text.rfind("\n", 0, at),
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Fault("each key once", f"{key[:60]!r} twice", json.dumps(key), again=True)
            seen.add(key)
    return record


def _integer(token: str) -> int:
    if len(token) > 17 or abs(int(token)) > MAX_INTEGER:
        short = token if len(token) <= 24 else token[:20] + "…"
        raise _Fault("an integer of at most 2^53", short, token)
    return int(token)


def _number(token: str) -> float:
    number = float(token)
    if number in (float("inf"), float("-inf")):
        raise _Fault("a number that a double can hold", token[:24], token)
    return number


def _constant(token: str) -> NoReturn:
    raise _Fault("a JSON value", token, token)


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_constant
)


_TYPES = {
    "str": "text",
    "array": "a list",
    "object": "an object",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
}


def in_words(types: str) -> str:
    """Say what msgspec expected, such as `int | null`, as a person does."""
    return re.sub(r"`([^`]*)`", lambda found: _words(found[1]), types)


def _words(types: str) -> str:
    return " or ".join(_TYPES.get(part.strip(), part.strip()) for part in types.split("|"))
