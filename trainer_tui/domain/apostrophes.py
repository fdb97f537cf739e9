"""What stands around an apostrophe: elisions, contractions and possessives are no words."""

import re
from typing import NamedTuple

_ELIDED = re.compile(
    r"(?:l|d|j|m|t|s|n|c|ç|qu|jusqu|lorsqu|puisqu|quoiqu|parce qu|presqu|quelqu|entr)'", re.I
)
_WHOLE = frozenset({"aujourd'hui", "prud'homme", "prud'hommes", "prud'homal", "prud'homale"})
_ENGLISH_ENDING = re.compile(r"'(?:s|d|m|ll|re|ve)$", re.I)
_ENGLISH_NOT = re.compile(r"n't$", re.I)
_ENGLISH_SHORT = frozenset(
    {"ca", "wo", "sha", "ai", "o'clock", "ma'am", "y'all", "o'er", "e'er", "ne'er"}
)


class Piece(NamedTuple):
    """A part of a word that can be looked up."""

    start: int
    """In code points from the start of the word."""
    text: str


def pieces(word: str, language: str) -> tuple[Piece, ...]:
    """Return what of a word with apostrophes is to be looked up; possibly nothing.

    `word` is normalized (straight apostrophes), `language` a base language. French
    elisions (`qu'il`) and English endings (`dog's`, `isn't`, `they'll`) are taken
    off; where no rule holds every part stands for itself.
    """
    if "'" not in word:
        return (Piece(0, word),) if word else ()
    if word.lower() in _WHOLE or word.lower() in _ENGLISH_SHORT:
        return ()
    if language == "en":
        return _english(word)
    start = 0
    if language == "fr":
        while elided := _ELIDED.match(word, start):
            start = elided.end()
    return _parts(word, start)


def _english(word: str) -> tuple[Piece, ...]:
    while ending := _ENGLISH_ENDING.search(word):
        word = word[: ending.start()]
    if found := _ENGLISH_NOT.search(word):
        word = word[: found.start()]
    if word.lower() in _ENGLISH_SHORT:
        return ()
    return (Piece(0, word),) if word else ()


def _parts(word: str, start: int) -> tuple[Piece, ...]:
    found = []
    for part in word[start:].split("'"):
        if part:
            found.append(Piece(start, part))
        start += len(part) + 1
    return tuple(found)
