"""Words of Spanish texts, with or without certain letters, as M-IFEval counts them.

Its words are the tokens of spaCy but those of punctuation only. Other signs (+ = € 😀) are
words, and so is white space but for a single space between two words. How many sentences a
Spanish text has is not among the rules: that takes a trained model.
"""

import re
from collections.abc import Callable, Iterator

from trainer_tui.domain.rules.case import CapitalWords
from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import Number, Spanish, compared, exactly, published, said
from trainer_tui.domain.rules.quantities import WordCount

_ACUTE = frozenset("áéíóúÁÉÍÓÚ")
_ITEM = re.compile(r"^[^\S\n]*(?:\d+\.|[-*])\s*", re.MULTILINE)


class AccentedWords(Arguments, frozen=True):
    """How many words have an accent."""

    num_words: Number
    relation: Spanish


class WordsWithLetter(Arguments, frozen=True):
    """How many words have a certain letter."""

    let_frequency: Number


def _words(text: str, wanted: Callable[[str], bool] = bool) -> Iterator[Place]:
    from trainer_tui.domain.rules.spanish_tokens import is_sign, tokens

    for start, end in tokens(text):
        word = text[start:end]
        if wanted(word) and not is_sign(word):
            yield Place(start, end)


def _without_items(text: str) -> Iterator[tuple[int, int]]:
    """Return the parts of a text between the marks of its list items.

    A mark takes the white space around it along, from the start of a line on, but not what
    the mark before it has taken.
    """
    last = 0
    for found in _ITEM.finditer(text):
        start = found.start()
        blank = last + len(text[last:start].rstrip())
        if blank > last or (last and text[last - 1] != "\n"):
            first = text.find("\n", blank, start) + 1
            start = first or start
        else:
            start = last
        yield last, start
        last = found.end()
    yield last, len(text)


def _word_count(asked: WordCount[str]) -> str:
    return f"{said(asked.relation, asked.num_words)} words"


def _capital_words(asked: CapitalWords[str]) -> str:
    return f"{said(asked.capital_relation, asked.capital_frequency)} words in capitals"


def _accented_words(asked: AccentedWords) -> str:
    return f"{said(asked.relation, asked.num_words)} words with á é í ó ú"


@published("length_constraints:number_words", {"es": WordCount[Spanish]}, _word_count, "es")
def spanish_number_words(text: str, asked: WordCount[str], language: str) -> Finding:
    """Words as spaCy divides them, without punctuation and the marks of list items.

    “bien-pensado” is one word, “pal” two (pa, l), “10am” two. Signs such as + = € and
    emoji are words, and so are two spaces or a line break next to a space.
    """
    parts = [text[start:end] for start, end in _without_items(text)]
    words = list(_words("".join(parts).replace("\n", " ")))
    return _in_whole(text, compared(len(words), asked.relation, asked.num_words, words))


def _in_whole(text: str, found: Finding) -> Finding:
    """Mark from the first word too many on, in the text with the marks of its items."""
    if not found.places:
        return found
    at = found.places[0].start
    for start, end in _without_items(text):
        if at < end - start:
            return found._replace(places=(Place(start + at, len(text)),))
        at -= end - start
    return found._replace(places=())


@published(
    "change_case:capital_word_frequency", {"es": CapitalWords[Spanish]}, _capital_words, "es"
)
def spanish_capital_words(text: str, asked: CapitalWords[str], language: str) -> Finding:
    """Words without small letters, “A” and “Y” included, as spaCy divides them."""
    words = list(_words(text, str.isupper))
    return compared(len(words), asked.capital_relation, asked.capital_frequency, words)


@published("special_character:tildes", AccentedWords, _accented_words, "es")
def tildes(text: str, asked: AccentedWords, language: str) -> Finding:
    """Words with at least one of á é í ó ú, small or capital, as spaCy divides them.

    The letter and its accent are one character.
    """
    words = list(_words(text, lambda word: not _ACUTE.isdisjoint(word)))
    return compared(len(words), asked.relation, asked.num_words, words)


@published("special_character:enie", WordsWithLetter, "exactly {let_frequency} words with ñ", "es")
def enie(text: str, asked: WordsWithLetter, language: str) -> Finding:
    """Words with at least one ñ or Ñ, as spaCy divides them."""
    return exactly(list(_words(text, lambda word: "ñ" in word.lower())), asked.let_frequency)


@published(
    "special_character:dieresis", WordsWithLetter, "exactly {let_frequency} words with ü", "es"
)
def dieresis(text: str, asked: WordsWithLetter, language: str) -> Finding:
    """Words with at least one ü or Ü, as spaCy divides them."""
    return exactly(list(_words(text, lambda word: "ü" in word.lower())), asked.let_frequency)
