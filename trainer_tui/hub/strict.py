"""How much JSON the hub reads at once: a bound on everything that costs memory or time.

`domain.strict` says what JSON means the same to every reader. Here a body of up to four
megabytes that anybody may have sent is looked over first, in one pass without recursion.
"""

import re

import msgspec

from trainer_tui.sync.protocol import MAX_TEXT

MAX_DEPTH = 32
MAX_KEYS = 10_000
"""Keys of one object."""
MAX_PARTS = 600_000
"""Texts, brackets and commas of a whole request."""
_LOOSE_DEPTH = 400
"""Far from where a recursive reader would stop."""

# A quote that opens no text is matched by itself, else the search would begin anew behind it.
_PART = re.compile(rb'"(?:[^"\\]++|\\.)*+"(?=(\s*+:)?)|[{}\[\],"]', re.DOTALL)
_QUOTE, _COMMA, _BRACE = b'",{'


class NotStrict(ValueError):
    """A text that is no JSON, or one that two readers could understand differently."""


class TooMany(ValueError):
    """More elements in the list than the call takes at once."""


def require_sound(
    body: bytes, *, text: int = MAX_TEXT, loose: bool = False, elements: int | None = None
) -> None:
    """Raise `NotStrict` if a JSON text is deeper, larger or less clear than the hub takes.

    `loose` leaves what stands two levels down to who reads each of these parts by itself;
    `elements` is how many of them there may be, else `TooMany`.
    """
    depth_at_most = _LOOSE_DEPTH if loose else MAX_DEPTH
    levels: list[set[bytes] | None] = []
    commas = 0
    for count, match in enumerate(_PART.finditer(body)):
        if count > MAX_PARTS:
            raise NotStrict("too many values")
        part = match[0]
        first = part[0]
        if first == _COMMA:
            commas += len(levels) == 2
            if elements is not None and commas >= elements:
                raise TooMany
        elif first == _QUOTE:
            if len(part) == 1:
                raise NotStrict("a text does not end")
            if loose and len(levels) > 1:
                continue
            if len(part) > text and len(_text(part)) > text:
                raise NotStrict(f"a text is longer than {text} characters")
            if match[1] is not None:
                _require_new(part, levels[-1] if levels else None)
        elif first == _BRACE or part == b"[":
            if len(levels) == depth_at_most:
                raise NotStrict(f"deeper than {depth_at_most} levels")
            levels.append(set() if first == _BRACE else None)
        elif levels:
            levels.pop()
        else:
            raise NotStrict("a bracket is closed that was not opened")


def _require_new(part: bytes, known: set[bytes] | None) -> None:
    if known is None:
        raise NotStrict("a key stands outside of an object")
    key = _text(part).encode() if b"\\" in part else part[1:-1]
    if key in known:
        raise NotStrict("a key comes twice")
    known.add(key)
    if len(known) > MAX_KEYS:
        raise NotStrict("too many keys")


def _text(part: bytes) -> str:
    try:
        return msgspec.json.decode(part, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotStrict("a text is not valid") from None


def require_strict(body: bytes) -> None:
    """Raise `NotStrict` unless a text is sound and every value in it can be read."""
    require_sound(body)
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotStrict("no JSON") from None
