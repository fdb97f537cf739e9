"""The form of a text: lists, headings, highlights, JSON, as IFEval checks them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Annotated

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import (
    AtLeast,
    Number,
    Word,
    as_pattern,
    at_least,
    exactly,
    not_plain,
    published,
)

_FENCES = ("```json", "```Json", "```JSON", "```")


class Bullets(Arguments, frozen=True):
    """How many bullet points."""

    num_bullets: Number


class Items(Arguments, frozen=True):
    """How many numbered points."""

    num_items: Number


class Highlights(Arguments, frozen=True):
    """How many highlighted parts."""

    num_highlights: Number


class SpanishHighlights(Highlights, frozen=True):
    """How many highlighted parts; at least is the only relation there is."""

    relation: AtLeast = "al menos"


class Sections(Arguments, frozen=True):
    """What sections are called, and how many."""

    section_spliter: Annotated[Word, msgspec.Meta(pattern=r"\S")]
    num_sections: Number

    def reject(self) -> tuple[str, str, str] | None:
        """Only a plain word."""
        return not_plain("section_spliter", (self.section_spliter,))


class SpanishSections(Sections, frozen=True):
    """What sections are called, and how many; at least is the only relation there is."""

    relation: AtLeast = "al menos"


def _items(text: str, marker: re.Pattern[str]) -> Iterator[Place]:
    """Return the lines that begin with a marker, behind white space.

    A marker that takes the newline in takes the next line in too, since the published
    patterns go on to the end of a line from there.
    """
    start, swallowed = 0, False
    for line in text.split("\n"):
        end = start + len(line)
        body = end - len(line.lstrip())
        found = None if swallowed else marker.match(text, body)
        swallowed = found is not None and found.end() > end
        if found:
            yield Place(body, end)
        start = end + 1


_STAR, _DASH = re.compile(r"\*[^*]"), re.compile("-")
_DOT, _ITEM = re.compile("・[^・]"), re.compile(r"\d+\.\s")
_BULLETS = "exactly {num_bullets} bullet points"


@published("detectable_format:number_bullet_lists", Bullets, _BULLETS, "en fr")
def number_bullet_lists(text: str, asked: Bullets, language: str) -> Finding:
    """Lines that begin with - or with one * (not **), behind any white space.

    A lone * takes the line after it in.
    """
    return exactly(sorted([*_items(text, _STAR), *_items(text, _DASH)]), asked.num_bullets)


@published("detectable_format:number_bullet_lists", Bullets, _BULLETS, "es")
def spanish_bullet_lists(text: str, asked: Bullets, language: str) -> Finding:
    """Lines that begin with one * (not **), behind any white space.

    A lone * takes the line after it in. Lines that begin with - do not count.
    """
    return exactly(list(_items(text, _STAR)), asked.num_bullets)


@published("detectable_format:number_bullet_lists", Bullets, _BULLETS, "ja")
def japanese_bullet_lists(text: str, asked: Bullets, language: str) -> Finding:
    """Lines that begin with one ・ (not ・・), behind any white space.

    A lone ・ takes the line after it in.
    """
    return exactly(list(_items(text, _DOT)), asked.num_bullets)


@published(
    "detectable_format:number_numbered_lists", Items, "exactly {num_items} numbered points", "ja"
)
def number_numbered_lists(text: str, asked: Items, language: str) -> Finding:
    """Lines that begin with digits, a point and white space, behind any white space.

    A lone number takes the line after it in.
    """
    return exactly(list(_items(text, _ITEM)), asked.num_items)


_SINGLE, _DOUBLE = re.compile(r"\*([^\n*]*)\*"), re.compile(r"\*\*([^\n*]*)\*\*")
_CORNERED = re.compile("《([^\n《》]*)》")


def _filled(parts: Iterable[str]) -> int:
    return sum(bool(part) and not part.isspace() for part in parts)


@published(
    "detectable_format:number_highlighted_sections",
    {"en": Highlights, "fr": Highlights, "es": SpanishHighlights},
    "at least {num_highlights} *highlighted* parts",
    "en fr es",
)
def number_highlighted_sections(text: str, asked: Highlights, language: str) -> Finding:
    """Parts of a line between two asterisks plus those between two pairs of them.

    Both are looked for from left to right. Of **bold** text the single asterisks enclose
    nothing, so it counts once; blank parts do not count.
    """
    count = _filled(_SINGLE.findall(text)) + _filled(_DOUBLE.findall(text))
    return at_least(count, asked.num_highlights)


@published(
    "detectable_format:number_highlighted_sections",
    Highlights,
    "at least {num_highlights} 《highlighted》 parts",
    "ja",
)
def japanese_highlighted_sections(text: str, asked: Highlights, language: str) -> Finding:
    """Parts of a line between 《 and 》; blank parts do not count."""
    return at_least(_filled(_CORNERED.findall(text)), asked.num_highlights)


@lru_cache(256)
def _section(before: str, word: str, after: str) -> re.Pattern[str]:
    return re.compile(before + as_pattern(word) + after)


@published(
    "detectable_format:multiple_sections",
    {"en": Sections, "fr": Sections, "es": SpanishSections},
    "at least {num_sections} sections: {section_spliter} 1 …",
    "en fr es",
)
def multiple_sections(text: str, asked: Sections, language: str) -> Finding:
    """How often the word is followed by a number, anywhere; capitals matter.

    There may be one space or newline between. The numbers need not follow each other.
    """
    headings = _section("", asked.section_spliter.strip(), r"\s?\d+").findall(text)
    return at_least(len(headings), asked.num_sections)


@published(
    "detectable_format:multiple_sections",
    Sections,
    "at least {num_sections} sections: 第1{section_spliter} …",
    "ja",
)
def japanese_sections(text: str, asked: Sections, language: str) -> Finding:
    """How often 第, a number and the word follow each other, anywhere."""
    headings = _section(r"第\d+", asked.section_spliter.strip(), "").findall(text)
    return at_least(len(headings), asked.num_sections)


@published("detectable_format:json_format", Arguments, "JSON only")
def json_format(text: str, asked: Arguments, language: str) -> Finding:
    """The whole text is JSON; it may stand in a code block fenced with ```, ```json or ```JSON.

    NaN and Infinity are read as JSON too.
    """
    import json

    body = text.strip()
    for fence in _FENCES:
        body = body.removeprefix(fence)
    body = body.removesuffix("```").strip()
    try:
        json.loads(body)
    except json.JSONDecodeError as error:
        start = max(text.find(body), 0) + error.pos
        line = text.count("\n", 0, start) + 1
        place = Place(min(start, len(text) - 1), min(start + 1, len(text)))
        return Finding(False, f"no JSON at line {line}", (place,))
    except (ValueError, RecursionError):  # digits beyond the limit of Python; depth
        return Finding(False, "no JSON that can be read")
    return Finding(True, "JSON")


def _titles(text: str, opening: str, closing: str) -> Finding:
    """Look for a title in each line, from its first opening mark to its last closing one."""
    for number, line in enumerate(text.split("\n"), 1):
        start, end = line.find(opening), line.rfind(closing)
        if 0 <= start and start + len(opening) < end:
            title = line[start : end + len(closing)].lstrip(opening[0]).rstrip(closing[0])
            if title.strip():
                return Finding(True, f"at line {number}")
    return Finding(False, "none")


_TITLE = "detectable_format:title"


@published(_TITLE, Arguments, "a title in <<double angle brackets>>", "en es")
def title(text: str, asked: Arguments, language: str) -> Finding:
    """A line with << and, behind it, >>, with something else than < and > between."""
    return _titles(text, "<<", ">>")


@published(_TITLE, Arguments, "a title in ##double hashes##", "fr")
def french_title(text: str, asked: Arguments, language: str) -> Finding:
    """A line with ## at two places, with something else than # between."""
    return _titles(text, "##", "##")


@published(_TITLE, Arguments, "a title in 『 』", "ja")
def japanese_title(text: str, asked: Arguments, language: str) -> Finding:
    """A line with 『 and, behind it, 』, with something else than these between."""
    return _titles(text, "『", "』")
