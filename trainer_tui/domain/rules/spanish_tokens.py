"""Spanish words and signs, divided just as the tokenizer of spaCy 3 for Spanish does.

Between white space, special cases stand as they are; else signs are taken off at both ends,
one at a time, and what is left is divided at signs inside. White space other than one space
between two words is a token of its own, as in spaCy.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from trainer_tui.domain.rules.spanish_signs import (
    CURRENCIES,
    ICONS,
    LETTERS,
    LOWER,
    MARKS,
    QUOTES,
    SPECIAL,
    UNITS,
    UPPER,
)

Span = tuple[int, int]

_SPECIALS = frozenset(SPECIAL)
_LONGEST_SPECIAL = max(map(len, SPECIAL))
_TAIL = 10
"""More characters than any sign at the end of a word has, together with what is before it."""


def _one_of(signs: str) -> str:
    return "|".join(map(re.escape, signs.split()))


_EITHER_END = f"{_one_of(MARKS)}|\\.\\.+|{_one_of(QUOTES)}"
_BESIDE_POINT = re.escape("".join(QUOTES.split()) + "—–")
_BEFORE_POINT = re.escape("%²-+|(?:)" + "".join(MARKS.split())) + _BESIDE_POINT

_AT_START = re.compile(rf"§|%|=|—|–|\+(?![0-9])|{_EITHER_END}|{_one_of(CURRENCIES)}|[{ICONS}]")
_AT_END = re.compile(
    rf"(?:—|–|{_EITHER_END}|[{ICONS}]|(?<=[0-9])(?:\+|{_one_of(CURRENCIES)}|{_one_of(UNITS)})"
    rf"|(?:(?<=°[FfCcKk])|(?<=[0-9{LOWER}{_BEFORE_POINT}])|(?<=[{UPPER}][{UPPER}]))\.)\Z"
)
_INSIDE = re.compile(
    rf"\.\.+|…|[{ICONS}]|(?<=[0-9])[+*^](?=[0-9-])"
    rf"|(?<=[{LOWER}{_BESIDE_POINT}])\.(?=[{UPPER}{_BESIDE_POINT}])"
    rf"|(?<=[{LETTERS}]),(?=[{LETTERS}])|(?<=[{LETTERS}0-9])[:<>=/](?=[{LETTERS}])"
)
# An address is what Diego Perini's pattern for URLs says, as spaCy uses it: public IP numbers
# or dotted names that end in small letters, then a port and a path.
_HOST_LETTER = "A-Za-z0-9\u00a1-\uffff"
_PROTOCOL = re.compile(r"[\w+.-]{2,}://")
_NAMES = rf"(?:(?:[{_HOST_LETTER}][{_HOST_LETTER}_-]{{0,62}})?[{_HOST_LETTER}]\.)+[{LOWER}]{{2,63}}"
_NUMBER = r"(\d{1,3})"
_ADDRESS = re.compile(
    rf"(?:{_NUMBER}\.{_NUMBER}\.{_NUMBER}\.{_NUMBER}|{_NAMES})(?::\d{{2,5}})?(?:[/?#]\S*)?\Z"
)


@lru_cache(1 << 14)
def is_sign(token: str) -> bool:
    """Whether a token is punctuation only."""
    return all(unicodedata.category(character).startswith("P") for character in token)


def tokens(text: str) -> list[Span]:
    """Return the tokens of a text: words, signs, and white space as far as it is one."""
    found: list[Span] = []
    for span in _chunks(text):
        start, end = span
        if text[start].isspace():
            found.append(span)
        else:
            found += ((start + first, start + last) for first, last in _divide(text[start:end]))
    return _with_parts_joined(text, found)


def _chunks(text: str) -> Iterator[Span]:
    """Return words and white space by turns; one space behind a word belongs to it."""
    for chunk in re.finditer(r"\S+|\s+", text):
        start, end = chunk.span()
        if start and text[start] == " ":
            start += 1
        if start < end:
            yield start, end


@lru_cache(1 << 14)
def _divide(chunk: str, specials: frozenset[str] = _SPECIALS) -> tuple[Span, ...]:
    """Return the tokens of what stands between white space."""
    start, end = 0, len(chunk)
    before: list[Span] = []
    behind: list[Span] = []
    while start < end and not _is(specials, chunk, start, end):
        opening = _opening(chunk, start, end)
        if opening and _is(specials, chunk, start + opening, end):
            before.append((start, start + opening))
            start += opening
            break
        closing = _closing(chunk, start + opening, end)
        if closing and _is(specials, chunk, start, end - closing):
            behind.append((end - closing, end))
            end -= closing
            break
        if not opening and not closing:
            break
        if opening:
            before.append((start, start + opening))
            start += opening
        if closing:
            behind.append((end - closing, end))
            end -= closing
    return (*before, *_inside(chunk, start, end, specials), *reversed(behind))


def _is(specials: frozenset[str], chunk: str, start: int, end: int) -> bool:
    return 0 < end - start <= _LONGEST_SPECIAL and chunk[start:end] in specials


def _opening(chunk: str, start: int, end: int) -> int:
    found = _AT_START.match(chunk, start, end)
    return found.end() - start if found else 0


def _closing(chunk: str, start: int, end: int) -> int:
    if start >= end:
        return 0
    points = end
    while points > start and chunk[points - 1] == ".":
        points -= 1
    if end - points > 1:
        return end - points
    found = _AT_END.search(chunk[max(start, end - _TAIL) : end])
    return len(found[0]) if found else 0


def _inside(chunk: str, start: int, end: int, specials: frozenset[str]) -> Iterator[Span]:
    """Divide what is left between the signs at both ends."""
    if start >= end:
        return
    word = chunk[start:end]
    if _is(specials, chunk, start, end):
        for part in SPECIAL[word]:
            yield start, start + len(part)
            start += len(part)
        return
    signs = [found.span() for found in _INSIDE.finditer(word) if found.start()]
    at = 0
    for first, last in () if signs and _is_address(word) else signs:
        if at < first:
            yield start + at, start + first
        yield start + first, start + last
        at = last
    if at < len(word):
        yield start + at, end


def _is_address(word: str) -> bool:
    """Whether a word is a web or mail address, behind a protocol and a name with @."""
    hosts = [0, *(found.end() for found in re.finditer("@", word) if found.start())]
    if protocol := _PROTOCOL.match(word):
        hosts.append(protocol.end())
    found = (_ADDRESS.match(word, host) for host in hosts)
    return any(one and (one[1] is None or _is_public(*one.groups())) for one in found)


def _is_public(first: str, second: str, third: str, last: str) -> bool:
    """Whether four numbers are an address that others can reach, as addresses are written."""
    one, two, four = int(first), int(second), int(last)
    written = not any(number.startswith("0") for number in (first, last)) and not any(
        len(number) == 3 and number.startswith("0") for number in (second, third)
    )
    own = one in (10, 127) or (one, two) in ((169, 254), (192, 168))
    own = own or (one == 172 and 16 <= two <= 31)
    ranges = 1 <= one <= 223 and 1 <= four <= 254 and two <= 255 and int(third) <= 255
    return written and ranges and not own


@lru_cache(1)
def _parts() -> dict[str, list[tuple[str, ...]]]:
    """Return the tokens that special cases would be divided into, by the first of them."""
    parts: dict[str, list[tuple[str, ...]]] = {}
    for special in SPECIAL:
        divided = tuple(
            part[slice(*span)] for part in special.split() for span in _divide(part, frozenset())
        )
        if len(divided) > 1:
            parts.setdefault(divided[0], []).append(divided)
    return parts


def _with_parts_joined(text: str, found: list[Span]) -> list[Span]:
    """Put special cases together whose parts were divided; of two that overlap, the longer."""
    parts = _parts()
    written = [text[start:end] for start, end in found]
    places = [
        (len(each), -at)
        for at, first in enumerate(written)
        for each in parts.get(first, ())
        if tuple(written[at : at + len(each)]) == each
    ]
    if not places:
        return found
    seen: set[int] = set()
    joined: dict[int, int] = {}
    for length, negative in sorted(places, reverse=True):
        first, last = -negative, -negative + length
        if first not in seen and last - 1 not in seen:
            joined[first] = last
        seen.update(range(first, last))
    result: list[Span] = []
    at = 0
    while at < len(found):
        last = joined.get(at, at)
        start, end = found[at][0], found[max(last - 1, at)][1]
        if last > at and (special := SPECIAL.get(text[start:end])):
            for part in special:
                result.append((start, start + len(part)))
                start += len(part)
        else:
            result += found[at : max(last, at + 1)]
        at = max(last, at + 1)
    return result
