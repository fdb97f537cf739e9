"""Which parts of a text are prose: the words whose spelling means something."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_APOSTROPHES = "'’ʼ"
_WORD = re.compile(rf"[^\W\d_][\u0300-\u036f]*(?:[{_APOSTROPHES}]?[^\W\d_][\u0300-\u036f]*)*")
_CHUNK = re.compile(r"\S+")
_NO_PROSE = re.compile(r"[\d@#/\\=<>|{}~^$%&+`_\x00-\x1f\ufffd]|\w[.:(\[]\w")
"""What sets a run without spaces apart from prose: a digit, the signs of addresses, paths, handles,
tags, code and formulas, or a point, colon or bracket inside a word (`os.path`, `e.g.`, `f(x)`)."""
_EMPHASIZED = re.compile(r"_([^\W_]+)_[.,;:!?]*")
_LATIN = re.compile(rf"[A-Za-zÀ-ÖØ-öø-ÿŒœŸ{_APOSTROPHES}]+")
_FENCE = re.compile(r"[ >]*(`{3,}|~{3,})([^`]*)$")
_BACKTICKS = re.compile("`+")
_TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_FORMULA = re.compile(r"(?<![\\$\w])(\$\$?)(?=[^\s$])[^$]*(?<=[^\s\\])\1(?![\w$])")
_ENTITY = re.compile(r"&#?\w{1,31};")
_REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:\s*\S+.*$")
_MARKER = re.compile(r"\s*(?:>\s*)*(?:#{1,6}\s+|(?:[-*+•–—]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?)?")
_SENTENCE_END = re.compile(r"[.!?…][\"'’”»)\]*_]*$")
_OPENING = "\"'‘“«(¿¡*[—–"
_ABBREVIATED = re.compile(
    r"(?:[^\W\d_]|mr|mrs|ms|dr|dra|prof|st|ste|jr|mme|mlle|mgr|me|sr|sra|srta|ud|uds|vs|no|cf)\.$",
    re.IGNORECASE,
)
_FAR_BACK = 64
"""Characters before a word that are looked at for the end of a sentence."""
_BLOCKS = (("$$", "$$"), ("\\[", "\\]"), ("<!--", "-->"), ("\\begin{", "\\end{"))


class Word(NamedTuple):
    """A word of prose, in code points from the start of its line; the end is behind it."""

    start: int
    end: int
    text: str
    """As it stands, with apostrophes inside: `l’eau`, `don't`; compounds come part by part."""
    initial: bool
    """Whether a sentence begins with it, so that its capital says nothing."""


class Line(NamedTuple):
    """A line that may hold prose."""

    start: int
    """Where it begins in the text, in code points."""
    text: str
    begins: bool
    """Whether a sentence begins here, and does not go on from the line before."""


def prose_lines(text: str) -> Iterator[Line]:
    """Yield the lines outside of fenced code, displayed formulas and comments, in order."""
    start = 0
    begins = True
    closing = ""
    for line in text.split("\n"):
        here, start = start, start + len(line) + 1
        if closing:
            if _closes(line, closing):
                closing, begins = "", True
            continue
        if fence := _FENCE.match(line):
            closing = fence[1]
            continue
        if closing := _opened(line):
            begins = True
            continue
        if line.strip():
            yield Line(here, line, begins)
            begins = _ends_sentence(line)
        else:
            begins = True


def words(line: str, begins: bool = True) -> tuple[Word, ...]:
    """Return the words of prose in a line, in order.

    Left out are inline code, addresses, file paths, @handles, #tags, HTML tags and
    entities, formulas, targets of links, and runs with digits, underscores or other
    signs of identifiers. `begins` says whether a sentence begins with the line.
    """
    if _REFERENCE.match(line):
        return ()
    line = _without_islands(line)
    marker = _MARKER.match(line)
    first = marker.end() if marker else 0
    begins = begins or bool(marker and marker[0].strip())
    found = []
    for chunk in _CHUNK.finditer(line, first):
        text = chunk[0]
        if _NO_PROSE.search(text) and not _EMPHASIZED.fullmatch(text):
            continue
        at = chunk.start()
        for match in _WORD.finditer(text.replace("_", " ")):
            start = at + match.start()
            initial = match[0][0].isupper() and _is_initial(line, first, start, begins)
            found.append(Word(start, at + match.end(), match[0], initial))
    return tuple(found)


def normalized(word: str) -> str:
    """Return a word as dictionaries have it: composed (NFC), with straight apostrophes."""
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word)
    return word.replace("’", "'").replace("ʼ", "'")


def left_alone(word: str) -> bool:
    """Whether a normalized word is none to be looked up, however it is spelled.

    One or two letters; ACRONYMS and their plural; capitals inside (camelCase,
    McDonald); letters beyond those of western European languages.
    """
    if len(word) < 3 or not _LATIN.fullmatch(word):
        return True
    rest = word[1:]
    return rest != rest.lower()


def _closes(line: str, closing: str) -> bool:
    if closing[0] in "`~":
        mark = line.strip(" >")
        return len(mark) >= len(closing) and not mark.strip(closing[0])
    return closing in line


def _opened(line: str) -> str:
    """Return what closes the block that begins in a line and is still open at its end."""
    for opening, closing in _BLOCKS:
        at = line.find(opening)
        if at >= 0 and not line[:at].strip(" >") and closing not in line[at + len(opening) :]:
            return closing
    return ""


def _without_islands(line: str) -> str:
    """Put spaces in the place of what may hold spaces and is no prose."""
    if "`" in line:
        line = _without_code(line)
    if "<" in line:
        line = _TAG.sub(_blank, line)
    if "$" in line:
        line = _FORMULA.sub(_blank, line)
    if "\\" in line:
        line = _without(line, "\\(", "\\)")
        line = _without(line, "\\[", "\\]")
    if "](" in line:
        line = _without(line, "](", ")")
    if "&" in line:
        line = _ENTITY.sub(_blank, line)
    return line


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _without(line: str, opening: str, closing: str) -> str:
    parts = []
    done = 0
    while (start := line.find(opening, done)) >= 0:
        end = line.find(closing, start + len(opening))
        if end < 0:
            break
        end += len(closing)
        parts += [line[done:start], " " * (end - start)]
        done = end
    return "".join([*parts, line[done:]])


def _without_code(line: str) -> str:
    """Blank code spans: a run of backticks up to the next run of the same length."""
    runs = [run.span() for run in _BACKTICKS.finditer(line)]
    following: list[int] = [0] * len(runs)
    seen: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        start, end = runs[number]
        following[number] = seen.get(end - start, 0)
        seen[end - start] = number
    parts = []
    done = number = 0
    while number < len(runs):
        if closing := following[number]:
            start, end = runs[number][0], runs[closing][1]
            parts += [line[done:start], " " * (end - start)]
            done, number = end, closing
        number += 1
    return "".join([*parts, line[done:]])


def _is_initial(line: str, first: int, start: int, begins: bool) -> bool:
    before = line[max(first, start - _FAR_BACK) : start].rstrip(_OPENING).rstrip()
    if not before:
        # Only white space and quotes before it, or more of them than anybody writes.
        return begins and start - first < _FAR_BACK
    return _ends_sentence(before)


def _ends_sentence(before: str) -> bool:
    before = before[-_FAR_BACK:].rstrip()
    if not _SENTENCE_END.search(before):
        return False
    return not _ABBREVIATED.fullmatch(before.split()[-1].lstrip(_OPENING))
