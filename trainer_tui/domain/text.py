"""What a text is: its words, its characters, its graphemes, and what must not hide in it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

import msgspec

_IDEOGRAPHS = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
_WORD = re.compile(r"[^\W_]+(?:(?:['’ʼ‐‑_-]|(?<=\d)[.,](?=\d))[^\W_]+)*")

_JOINING_SCRIPTS = "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ua840-\ua87f\ua8e0-\ua8ff"
_PICTOGRAPHS = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_JOINERS_IN_PLACE = (
    f"(?<![{_JOINING_SCRIPTS}])(?:(?<![{_PICTOGRAPHS}\ufe0f])\u200d|\u200d(?![{_PICTOGRAPHS}]))"
)
_ALWAYS_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_SUSPECT = re.compile(f"[{_ALWAYS_HIDDEN}\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SYMBOLS = (
    {chr(code): chr(0x2400 + code) for code in range(0x20)}
    | {"\x7f": "␡", "\x85": "␤", "\u2028": "↵", "\u2029": "⁋"}
    | dict.fromkeys("\u200e\u202a\u202d\u2066", "↦")
    | dict.fromkeys("\u061c\u200f\u202b\u202e\u2067", "↤")
    | {"\u2068": "↮", "\u202c": "⇥", "\u2069": "⇥"}
    | {"\u200b": "⍽", "\u2060": "⁀", "\ufeff": "⌷", "\u200c": "⦚", "\u200d": "⨝"}
)
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85]")
_CARRIAGE_RETURNS = re.compile("\r\n?")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@cache
def _cjk() -> re.Pattern[str]:
    # Compiling the two large classes takes milliseconds that most starts need not spend.
    return re.compile(f"[{_IDEOGRAPHS}{_KANA}]")


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(
        f"[{_ALWAYS_HIDDEN}]"
        "|(?:(?<=[\\sA-Za-z\ufe00-\ufe0f])|(?<![\\s\\S]))[\ufe00-\ufe0f]"
        f"|(?<![{_JOINING_SCRIPTS}])\u200c"
        f"|{_JOINERS_IN_PLACE}"
        f"|(?<![{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]"
    )


class Notice(msgspec.Struct, frozen=True):
    """What was changed when a text came in from outside; false when nothing was."""

    newlines: int = 0
    """Line ends of another kind that became plain newlines."""
    controls: int = 0
    """Control characters and lone surrogates that were left out."""

    def __bool__(self) -> bool:
        return bool(self.newlines or self.controls)

    def __str__(self) -> str:
        parts = []
        if self.newlines:
            parts.append(f"{_counted(self.newlines, 'line ending')} changed to plain newlines")
        if self.controls:
            parts.append(f"{_counted(self.controls, 'control character')} left out")
        return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def words(text: str) -> int:
    """Count words, the same everywhere a figure is shown.

    A word is a run of Unicode letters, marks and digits; an apostrophe, hyphen or
    underscore inside it, and a point or comma between digits, do not end it
    (`don't`, `well-known`, `3.14` are one each). A CJK ideograph or kana counts one
    each. Scripts without spaces otherwise (Thai, Lao, Khmer) count one a run.
    """
    if text.isascii():
        return len(_WORD.findall(text))
    spaced, ideographs = _cjk().subn(" ", text)
    return ideographs + len(_WORD.findall(spaced.translate(_MARKS_OUT)))


class Size(msgspec.Struct, frozen=True):
    """How long a text is, by the two counts that are shown everywhere."""

    words: int
    characters: int


class Meter:
    """Measures a text that changes; only the lines that are new are counted."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}

    def measure(self, lines: Sequence[str]) -> Size:
        """Return the size of a text that is given as its lines, without their newlines."""
        before, self._words = self._words, {}
        total = 0
        for line in lines:  # no word goes on over the end of a line
            count = before.get(line)
            self._words[line] = count = words(line) if count is None else count
            total += count
        return Size(total, sum(map(characters, lines)) + max(len(lines) - 1, 0))


def quoted(title: str) -> str:
    """Put a title into quotation marks, unless it has some of its own."""
    return title if title[:1] in '“"«' else f"“{title}”"


def characters(text: str) -> int:
    """Count characters as Unicode code points, newlines included, as JSON limits do."""
    return len(text)


class _MarksOut(dict[int, int | None]):
    """A translation that drops marks and joiners, which `\\w` would break a word at."""

    def __missing__(self, code: int) -> int | None:
        mark = unicodedata.category(chr(code)).startswith("M") or code in (0x200C, 0x200D)
        self[code] = None if mark else code
        return self[code]


_MARKS_OUT = _MarksOut()


def normalize_newlines(text: str) -> tuple[str, Notice]:
    """Make CRLF and CR plain newlines and say how many; all else stays as it is."""
    if "\r" not in text:
        return text, Notice()
    text, newlines = _CARRIAGE_RETURNS.subn("\n", text)
    return text, Notice(newlines=newlines)


def clean(text: str) -> tuple[str, Notice]:
    """Make a text from outside fit for a response, which may hold no control characters.

    CRLF, CR, vertical tab, form feed and NEL become newlines, so that no two words are
    glued together; the other C0 and C1 characters (but tab) and lone surrogates are
    left out. U+2028 and U+2029 stay.
    """
    if text.isprintable():
        return text, Notice()
    text, newlines = _LINE_ENDS.subn("\n", text)
    text, controls = _CONTROLS.subn("", text)
    return text, Notice(newlines, controls)


def visible(text: str) -> str:
    """Show what would be obeyed or hidden by a terminal as symbols, one for each code point.

    Covers C0 but tab and newline, DEL, C1, line and paragraph separators, bidirectional
    controls, zero-width and ignorable characters, tag characters, variation selectors out of
    place and lone surrogates. A joiner between emoji, or a joiner or non-joiner after a letter of a
    script that joins, is left alone. Length and columns do not change.
    """
    if not _SUSPECT.search(text):
        return text
    return _hidden().sub(_symbol, text)


def _symbol(found: re.Match[str]) -> str:
    character = found[0]
    if symbol := _SYMBOLS.get(character):
        return symbol
    if "\x80" <= character <= "\x9f":
        return "␦"
    if character >= "\U000e0000":
        return "⚐"
    return "�" if "\ud800" <= character <= "\udfff" else "⍽"


@lru_cache(4096)
def _extends(character: str) -> bool:
    """Whether a character belongs to the grapheme before it, whatever that is."""
    return (
        unicodedata.category(character).startswith("M")
        or character in "\u200c\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


@lru_cache(4096)
def _is_virama(character: str) -> bool:
    return unicodedata.combining(character) == 9


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def joined(line: str, column: int) -> bool:
    """Whether the characters before and at a column are one grapheme, so no cursor rests there.

    Follows the extended grapheme clusters of Unicode Annex 29 (marks, emoji sequences,
    flags, Indic conjuncts, conjoining Hangul), but for prepended marks.
    """
    if not 0 < column < len(line):
        return False
    here, before = line[column], line[column - 1]
    if here < "\u0300":
        return False
    if _extends(here):
        return before not in "\n\t"
    if before == "\u200d" and re.match(f"[{_PICTOGRAPHS}]", here):
        return True
    if before < "\u0300":
        return False
    if _is_regional(here):
        start = column
        while start and _is_regional(line[start - 1]):
            start -= 1
        return (column - start) % 2 == 1
    if "\u0900" <= here <= "\u0d7f" and (before == "\u200d" or _is_virama(before)):
        return unicodedata.category(here) == "Lo"
    if "\u1160" <= here <= "\u11ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return False


def grapheme_start(line: str, column: int) -> int:
    """The column at or before this one where a grapheme begins."""
    while joined(line, column):
        column -= 1
    return column


def grapheme_end(line: str, column: int) -> int:
    """The column at or after this one where a grapheme has ended."""
    while joined(line, column):
        column += 1
    return column
