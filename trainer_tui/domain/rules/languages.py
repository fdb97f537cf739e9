"""The language that a text is written in, as langdetect finds it, but always the same.

langdetect (Nakatani Shuyo's language-detection) draws n-grams of a text at random until
one language is certain, seven times. Here the draws are always the same for a text, other
code's use of the library is left alone, and the work is bounded.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

KNOWN = frozenset(
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml"
    " mr ne nl no pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh-cn zh-tw".split()
)
"""The languages that langdetect tells apart."""

_SEED = 0
_LENGTH = 10_000
_TRIALS, _ROUNDS, _CERTAIN, _PROBABLE = 7, 1000, 0.99999, 0.1
_SMOOTHING, _SPREAD, _BASE = 0.5, 0.05, 10_000
_REACH = 2_700
"""No address that is left out is longer, so a longer part of a text is complete without it."""

_SPACES = re.compile(" +")
_LATIN = re.compile("[A-z]")


@cache
def _not_latin() -> re.Pattern[str]:
    # Large classes take 10 ms to compile, which most starts need not spend.
    return re.compile("[\u0300-\u1dff\u1f00-\U0010ffff]")


class _Profiles(NamedTuple):
    """How often n-grams are in texts of each language."""

    languages: tuple[str, ...]
    known: Mapping[str, tuple[float, ...]]


@cache
def _profiles() -> _Profiles:
    """Read the profiles of all languages with a factory of our own; takes 0.3 s once."""
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    # Unlike lists, tuples of numbers cost no time at each garbage collection.
    known = {gram: tuple(each) for gram, each in factory.word_lang_prob_map.items()}
    return _Profiles(tuple(factory.langlist), known)


class _Normalized(dict[int, str]):
    """What langdetect makes of a character, asked for once each."""

    def __missing__(self, code: int) -> str:
        from langdetect.utils.ngram import NGram

        normal: str = NGram.normalize(chr(code))
        self[code] = normal
        return normal


_NORMALIZED = _Normalized()


@lru_cache(16)
def language_of(text: str) -> str | None:
    """Return the most probable language of a text, a code of `KNOWN`; None: it has no letters.

    `unknown`, if no language has a probability above 0.1.
    """
    profiles = _profiles()
    *words, last = _sample(text).translate(_NORMALIZED).split(" ")
    grams = [gram for word in words for gram in _grams(word + " ")]
    grams += _grams(last)
    if not grams:
        return None
    probabilities = _probabilities(grams, profiles)
    best, language = max(zip(probabilities, profiles.languages, strict=True))
    return language if best > _PROBABLE else "unknown"


def _sample(text: str) -> str:
    """Return the part that counts: without addresses, and Latin letters in other scripts."""
    from langdetect.detector import Detector
    from langdetect.utils.ngram import NGram

    size = _LENGTH + _REACH
    while True:
        part = text[:size]
        if "http" in part:
            part = Detector.URL_RE.sub(" ", part)
        if "@" in part:
            part = Detector.MAIL_RE.sub(" ", part)
        part = NGram.normalize_vi(part)
        if size >= len(text) or len(part) >= _LENGTH + _REACH:
            break
        size *= 2
    part = _SPACES.sub(" ", part[:_LENGTH])
    latin = len(_LATIN.findall(part))
    if latin * 2 < len(_not_latin().findall(part)):
        part = _LATIN.sub("", part)
    return part


@lru_cache(1 << 14)
def _grams(word: str) -> tuple[str, ...]:
    """Return the known n-grams of one to three characters of a word and its space, in order.

    There are none while a word is in capitals.
    """
    known = _profiles().known
    grams: list[str] = []
    window, last, capitals = " ", " ", False
    for character in word if word != " " else "":
        window = window[-2:] + character
        upper = character.isupper()
        capitals = upper and (capitals or last.isupper())
        last = character
        if capitals:
            continue
        if character != " " and character in known:
            grams.append(character)
        pair = window[-2:]
        if len(window) > 1 and pair in known:
            grams.append(pair)
        if len(window) > 2 and window in known:
            grams.append(window)
    return tuple(grams)


def _probabilities(grams: Sequence[str], profiles: _Profiles) -> list[float]:
    """Return the mean probability of each language over the trials."""
    known, languages = profiles.known, len(profiles.languages)
    from random import Random

    draw = Random(_SEED)
    total = [0.0] * languages
    for _ in range(_TRIALS):
        now = [1.0 / languages] * languages
        weight = (_SMOOTHING + draw.gauss(0.0, 1.0) * _SPREAD) / _BASE
        for number in range(_ROUNDS + 1):
            found = known[draw.choice(grams)]
            now = [each * (weight + more) for each, more in zip(now, found, strict=True)]
            if number % 5 == 0:
                whole = sum(now)
                now = [each / whole for each in now]
                if max(now) > _CERTAIN:
                    break
        total = [each + more / _TRIALS for each, more in zip(total, now, strict=True)]
    return total
