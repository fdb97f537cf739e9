"""Words and letters that a text must or must not have, as IFEval checks them."""

import re
from functools import lru_cache
from typing import Annotated, Generic

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import (
    Number,
    R,
    Word,
    absent,
    as_pattern,
    compared,
    in_languages,
    matches,
    not_plain,
    published,
    said,
)

Words = Annotated[list[Word], msgspec.Meta(min_length=1, max_length=100)]


class Keywords(Arguments, frozen=True):
    """Words that must occur."""

    keywords: Words

    def reject(self) -> tuple[str, str, str] | None:
        """Only plain words."""
        return not_plain("keywords", self.keywords)


class Forbidden(Arguments, frozen=True):
    """Words that must not occur."""

    forbidden_words: Words

    def reject(self) -> tuple[str, str, str] | None:
        """Only plain words."""
        return not_plain("forbidden_words", self.forbidden_words)


class Frequency(Arguments, Generic[R], frozen=True):
    """How often a word must occur."""

    keyword: Word
    relation: R
    frequency: Number

    def reject(self) -> tuple[str, str, str] | None:
        """Only a plain word."""
        return not_plain("keyword", (self.keyword,))


class Letters(Arguments, Generic[R], frozen=True):
    """How often a letter must occur."""

    letter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)]
    let_relation: R
    let_frequency: Number

    def reject(self) -> tuple[str, str, str] | None:
        """One visible character, also in lower case."""
        if self.letter.isspace() or len(self.letter.lower()) > 1:
            return "letter", "a letter", repr(self.letter)
        return None


@lru_cache(512)
def _anywhere(word: str) -> re.Pattern[str]:
    return re.compile(as_pattern(word), re.IGNORECASE)


@lru_cache(512)
def _as_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{as_pattern(word)}\b", re.IGNORECASE)


@published("keywords:existence", Keywords, "use {keywords}", "en fr es")
def existence(text: str, asked: Keywords, language: str) -> Finding:
    """Each keyword occurs somewhere, in capitals or not, also as a part of a longer word.

    A point in a keyword stands for any character.
    """
    found = sum(_anywhere(word).search(text) is not None for word in asked.keywords)
    return Finding(found == len(asked.keywords), f"{found} of {len(asked.keywords)}")


@published("keywords:forbidden_words", Forbidden, "without: {forbidden_words}", "en fr es")
def forbidden_words(text: str, asked: Forbidden, language: str) -> Finding:
    """None of the words occurs as a word of its own, in capitals or not.

    A word ends where letters, digits and underscores end. A point in it stands for any
    character.
    """
    places = {place for word in asked.forbidden_words for place in matches(_as_word(word), text)}
    return absent(text, sorted(places))


def _times(asked: Frequency[str]) -> str:
    return f"“{asked.keyword}” {said(asked.relation, asked.frequency)} times"


@published("keywords:frequency", in_languages(Frequency), _times, "en fr es")
def frequency(text: str, asked: Frequency[str], language: str) -> Finding:
    """How often the keyword occurs, in capitals or not, also as a part of a longer word.

    Occurrences do not overlap. A point in the keyword stands for any character.
    """
    pattern = _anywhere(asked.keyword.strip())
    count = len(pattern.findall(text))
    return compared(count, asked.relation, asked.frequency, matches(pattern, text))


def _letters(asked: Letters[str]) -> str:
    return f"the letter {asked.letter} {said(asked.let_relation, asked.let_frequency)} times"


@published("keywords:letter_frequency", in_languages(Letters), _letters, "en fr es")
def letter_frequency(text: str, asked: Letters[str], language: str) -> Finding:
    """How often the letter occurs, small and capital together; é is another letter than e."""
    letter = asked.letter.lower()
    count = text.lower().count(letter)
    places = (Place(at, at + 1) for at, each in enumerate(text) if letter in each.lower())
    return compared(count, asked.let_relation, asked.let_frequency, places)
