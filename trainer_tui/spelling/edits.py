"""Spellings near a word: one slip of the finger away, or one accent."""

from collections.abc import Iterator
from itertools import combinations, product

ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz'",
    "fr": "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüœ",
    "es": "abcdefghijklmnopqrstuvwxyzáéíñóúü",
}
_BARE = str.maketrans("àâáçéèêëîïíñôóùûüú", "aaaceeeeiiinoouuuu")
_ACCENTS = {
    "en": {},
    "fr": {"a": "àâ", "c": "ç", "e": "éèêë", "i": "îï", "o": "ô", "u": "ùûü"},
    "es": {"a": "á", "e": "é", "i": "í", "n": "ñ", "o": "ó", "u": "úü"},
}
_LONGEST = 32
"""Letters; a longer word has no neighbors, since looking for them would take too long."""


def neighbors(word: str, language: str) -> Iterator[str]:
    """Yield what one letter left out, put in, changed, or swapped with the next one makes."""
    if len(word) > _LONGEST:
        return
    letters = ALPHABETS[language]
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        rest = tail[1:]
        if tail:
            yield head + rest
        if rest and tail[0] != rest[0]:
            yield head + rest[0] + tail[0] + rest[1:]
        for letter in letters:
            yield head + letter + tail
            if tail and letter != tail[0]:
                yield head + letter + rest


def accented(word: str, language: str) -> Iterator[str]:
    """Yield the word with up to two letters that have other accents, or none, or all accents off.

    At most a few hundred spellings.
    """
    if len(word) > _LONGEST:
        return
    accents = _ACCENTS[language]
    bare = word.translate(_BARE)
    if bare != word:
        yield bare
    choices = [
        (at, [one for one in plain + accents[plain] if one != letter])
        for at, (plain, letter) in enumerate(zip(bare, word, strict=True))
        if plain in accents
    ]
    for at, others in choices:
        for other in others:
            yield word[:at] + other + word[at + 1 :]
    for (one, firsts), (two, seconds) in combinations(choices[:10], 2):
        for first, second in product(firsts, seconds):
            yield word[:one] + first + word[one + 1 : two] + second + word[two + 1 :]
