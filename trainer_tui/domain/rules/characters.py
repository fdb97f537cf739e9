"""Characters that a text must not have, as IFEval and M-IFEval check them."""

import re
import unicodedata
from typing import Annotated

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import absent, published, without

_COMMA, _JAPANESE_COMMA, _JAPANESE_STOP = map(re.compile, ",、。")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_ACCENTED = re.compile("[àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ]")


class Character(Arguments, frozen=True):
    """A character that must not occur."""

    forbidden_char: Annotated[str, msgspec.Meta(min_length=1, max_length=1)]


class Accents(Arguments, frozen=True):
    """How words are written: with accents, by their spelling without."""

    word_to_accentuate: Annotated[dict[str, str], msgspec.Meta(min_length=1, max_length=200)]


@published("punctuation:no_comma", Arguments, "no commas", "en fr es")
def no_comma(text: str, asked: Arguments, language: str) -> Finding:
    """There is no comma, not even in a number; other scripts' commas (、 ，) do not count."""
    return without(text, _COMMA)


@published("punctuation:no_comma", Arguments, "no 、", "ja")
def japanese_no_comma(text: str, asked: Arguments, language: str) -> Finding:
    """There is no 、; other commas do not count."""
    return without(text, _JAPANESE_COMMA)


@published("punctuation:no_period", Arguments, "no 。", "ja")
def no_period(text: str, asked: Arguments, language: str) -> Finding:
    """There is no 。; other full stops do not count."""
    return without(text, _JAPANESE_STOP)


@published("detectable_content:no_digits", Arguments, "no digits", "fr")
def no_digits(text: str, asked: Arguments, language: str) -> Finding:
    """There is no decimal digit of any script; numbers in words and Roman numerals may be."""
    return without(text, _DIGIT)


@published("letters:kansuuji", Arguments, "numbers in kanji", "ja")
def kansuuji(text: str, asked: Arguments, language: str) -> Finding:
    """There is no decimal digit of any script, full width or not."""
    return without(text, _DIGIT)


@published("special_character:ethel_or_cedilla", Character, "without {forbidden_char}", "fr")
def ethel_or_cedilla(text: str, asked: Character, language: str) -> Finding:
    """The character does not occur, neither small nor as a capital."""
    return without(text, re.compile(re.escape(asked.forbidden_char), re.IGNORECASE))


@published("special_character:no_accents", Arguments, "no accents", "fr")
def no_accents(text: str, asked: Arguments, language: str) -> Finding:
    """There is no letter with an accent, a cedilla, a tilde or a diaeresis; œ and æ may be.

    The letters of Latin-1 count, written as one character each.
    """
    return without(text, _ACCENTED)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _spellings(asked: Accents) -> str:
    return f"with accents: {', '.join(asked.word_to_accentuate.values())}"


@published("special_character:accents", Accents, _spellings, "fr")
def accents(text: str, asked: Accents, language: str) -> Finding:
    """Each of the words that occurs has its accents, and no others; it need not occur.

    Words are runs of letters, digits and underscores, capitals aside.
    """
    lower = text.lower()
    spelled = asked.word_to_accentuate
    plain = {word: word if word.isascii() else _plain(word) for word in set(_WORD.findall(lower))}
    wrong = {word for word, bare in plain.items() if spelled.get(bare, word) != word}
    if not wrong:
        return Finding(True, "none wrong")
    # Lower case can be longer than the text, and then nothing can be marked.
    words = _WORD.finditer(lower) if len(lower) == len(text) else ()
    places = (Place(*found.span()) for found in words if found[0] in wrong)
    return absent(text, places)._replace(met=False, figure=f"{len(wrong):,} wrong")
