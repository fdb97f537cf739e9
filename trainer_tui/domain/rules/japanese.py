"""Scripts, letters and sentence ends of Japanese texts, as M-IFEval checks them.

What it checks with the words that a morphological analyzer finds (keywords, nominal endings)
is not among them.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
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


def _without_quotations(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without what 「 」 and then 『 』 quote on a line, and where the rest was."""
    where: Sequence[int] = range(len(text))
    for opening, closing in ("「」", "『』"):
        quoted = list(enclosed(text, opening, closing))
        starts = [0, *(place.end for place in quoted)]
        ends = [*(place.start for place in quoted), len(text)]
        kept = [slice(*span) for span in zip(starts, ends, strict=True)]
        where = [index for part in kept for index in where[part]]
        text = "".join(text[part] for part in kept)
    return text, where


@published(
    "startend:sentence_unified_end", SentenceEnding, "every sentence ends with {ending}", "ja"
)
def sentence_unified_end(text: str, asked: SentenceEnding, language: str) -> Finding:
    """Each sentence, up to 。！ or ？, ends with these letters.

    What 「 」 and 『 』 quote on one line is left out. What follows the last
    。！ or ？ is a sentence too, even if it is a newline only.
    """
    rest, where = _without_quotations(text)
    ends = [found.start() for found in _SENTENCE_END.finditer(rest)]
    wrong = [
        Place(where[start], where[end - 1] + 1)
        for start, end in zip([0, *(end + 1 for end in ends)], [*ends, len(rest)], strict=True)
        if start < end and not rest.endswith(asked.ending, start, end)
    ]
    return Finding(
        not wrong, f"{len(wrong):,} otherwise" if wrong else "all", tuple(wrong[:MARKED])
    )
