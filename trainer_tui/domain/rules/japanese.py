"""Scripts, letters and sentence ends of Japanese texts, as M-IFEval checks them.

What it checks with the words that a morphological analyzer finds (keywords, nominal endings)
is not among them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import (
    MARKED,
    Japanese,
    Number,
    absent,
    compared,
    enclosed,
    matches,
    published,
    said,
    without,
)

_KANJI = re.compile("[\u4e00-\u9faf]")
_READ_KANJI = re.compile("[\u4e00-\u9faf]+(（[ぁ-ん]+）)?")
_SENTENCE_END = re.compile("[。！？]")
_TO_KATAKANA = ord("ア") - ord("あ")


class LetterCount(Arguments, frozen=True):
    """How many letters."""

    num_letters: Number
    relation: Japanese


class KanjiCount(Arguments, frozen=True):
    """How many kanji."""

    kanji_limit: Number
    relation: Japanese


class KanaCount(Arguments, frozen=True):
    """How often a letter of hiragana occurs."""

    letter: Annotated[str, msgspec.Meta(pattern=r"\A[ぁ-ん]\Z")]
    let_relation: Japanese
    let_frequency: Number


class SentenceEnding(Arguments, frozen=True):
    """How every sentence ends."""

    ending: Annotated[str, msgspec.Meta(min_length=1)]


def _letter_count(asked: LetterCount) -> str:
    return f"{said(asked.relation, asked.num_letters)} letters"


def _kanji_count(asked: KanjiCount) -> str:
    return f"{said(asked.relation, asked.kanji_limit)} kanji"


def _kana_count(asked: KanaCount) -> str:
    return f"the letter {asked.letter} {said(asked.let_relation, asked.let_frequency)} times"


@published("length_constraints:number_letters", LetterCount, _letter_count, "ja")
def number_letters(text: str, asked: LetterCount, language: str) -> Finding:
    """Characters as Unicode code points, punctuation, spaces and newlines included."""
    found = compared(len(text), asked.relation, asked.num_letters)
    if found.met or asked.relation == "以上":
        return found
    return found._replace(places=(Place(max(asked.num_letters - 1, 0), len(text)),))


@published("letters:kanji", KanjiCount, _kanji_count, "ja")
def kanji(text: str, asked: KanjiCount, language: str) -> Finding:
    """Kanji as the characters U+4E00 to U+9FAF; 々 is not one of them."""
    count = len(_KANJI.findall(text))
    return compared(count, asked.relation, asked.kanji_limit, matches(_KANJI, text))


@published("keywords:letter_frequency", KanaCount, _kana_count, "ja")
def kana_frequency(text: str, asked: KanaCount, language: str) -> Finding:
    """How often the letter occurs in hiragana and in full-width katakana together.

    し and じ, つ and っ are different letters.
    """
    both = asked.letter + chr(ord(asked.letter) + _TO_KATAKANA)
    count = sum(map(text.count, both))
    places = matches(re.compile(f"[{both}]"), text)
    return compared(count, asked.let_relation, asked.let_frequency, places)


@published("letters:furigana", Arguments, "furigana for all kanji: 漢字（かんじ）", "ja")
def furigana(text: str, asked: Arguments, language: str) -> Finding:
    """Each run of kanji is followed by its reading in hiragana, in full-width parentheses.

    Kanji are U+4E00 to U+9FAF, hiragana ぁ to ん.
    """
    unread = (Place(*found.span()) for found in _READ_KANJI.finditer(text) if found[1] is None)
    return absent(text, unread)


def _only(text: str, is_wrong: Callable[[str], bool]) -> Finding:
    """Mark the runs of characters that must not be."""
    wrong = "".join(sorted(filter(is_wrong, set(text))))
    if not wrong:
        return Finding(True, "none")
    return without(text, re.compile(f"[{re.escape(wrong)}]+"))


def _is_half_width(character: str) -> bool:
    return "ｦ" <= character <= "ﾟ"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


@published("letters:no_hiragana", Arguments, "no hiragana", "ja")
def no_hiragana(text: str, asked: Arguments, language: str) -> Finding:
    """There is no letter from ぁ to ゖ."""
    return _only(text, lambda each: "ぁ" <= each <= "ゖ")


@published("letters:no_katakana", Arguments, "no katakana", "ja")
def no_katakana(text: str, asked: Arguments, language: str) -> Finding:
    """There is no letter from ァ to ヺ and none of half width; ー and ・ may be."""
    return _only(text, lambda each: "ァ" <= each <= "ヺ" or _is_half_width(each))


@published("letters:hiragana_only", Arguments, "hiragana only", "ja")
def hiragana_only(text: str, asked: Arguments, language: str) -> Finding:
    """All letters are from ぁ to ん or ー; digits, punctuation and symbols may be."""
    return _only(text, lambda each: _is_letter(each) and not ("ぁ" <= each <= "ん" or each == "ー"))


@published("letters:katakana_only", Arguments, "katakana only", "ja")
def katakana_only(text: str, asked: Arguments, language: str) -> Finding:
    """All letters are from ァ to ン, ー or of half width; digits and punctuation may be."""
    return _only(
        text,
        lambda each: (
            _is_letter(each)
            and not ("ァ" <= each <= "ン" or each in "ー・" or _is_half_width(each))
        ),
    )


def _without_quotations(text: str) -> Iterator[tuple[int, str]]:
    """Return the parts of a text outside 「 」 and then 『 』 on one line, and where they are."""
    parts = [(0, text)]
    for opening, closing in ("「」", "『』"):
        joined = "".join(part for _, part in parts)
        starts, at = [], 0
        for start, part in parts:
            starts.append((at, start))
            at += len(part)
        kept, last = [], 0
        for place in enclosed(joined, opening, closing):
            kept.append((last, place.start))
            last = place.end
        kept.append((last, len(joined)))
        parts = [piece for span in kept for piece in _located(joined, span, starts)]
    yield from parts


def _located(
    joined: str, span: tuple[int, int], starts: list[tuple[int, int]]
) -> Iterator[tuple[int, str]]:
    from bisect import bisect_right

    at, end = span
    number = bisect_right(starts, at, key=lambda pair: pair[0]) - 1
    while at < end:
        stop = starts[number + 1][0] if number + 1 < len(starts) else len(joined)
        own, start = starts[number]
        yield start + at - own, joined[at : min(stop, end)]
        at = min(stop, end)
        number += 1


@published(
    "startend:sentence_unified_end", SentenceEnding, "every sentence ends with {ending}", "ja"
)
def sentence_unified_end(text: str, asked: SentenceEnding, language: str) -> Finding:
    """Each sentence, up to 。！ or ？, ends with these letters.

    What 「 」 and 『 』 quote on one line is left out. What follows the last
    。！ or ？ is a sentence too, even if it is a newline only.
    """
    wrong = 0
    places: list[Place] = []
    so_far, start, end = "", -1, -1
    pieces = [(at, part) for at, part in _without_quotations(text) if part]
    for at, part in [*pieces, (len(text), "。")]:
        last = 0
        for found in _SENTENCE_END.finditer(part):
            if found.start() > last:
                so_far += part[last : found.start()]
                start = at + last if start < 0 else start
                end = at + found.start()
            if so_far and not so_far.endswith(asked.ending):
                wrong += 1
                if len(places) < MARKED:
                    places.append(Place(start, end))
            so_far, start, last = "", -1, found.end()
        if last < len(part):
            so_far += part[last:]
            start = at + last if start < 0 else start
            end = at + len(part)
    return Finding(not wrong, f"{wrong:,} otherwise" if wrong else "all", tuple(places))
