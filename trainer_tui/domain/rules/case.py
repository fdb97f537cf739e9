"""Capital and small letters together with the language of a text, as IFEval checks them."""

import re
import unicodedata
from itertools import islice
from typing import Annotated, Generic

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.languages import KNOWN, language_of
from trainer_tui.domain.rules.published import (
    MARKED,
    Number,
    R,
    compared,
    in_languages,
    published,
    said,
)

_WORD = re.compile(r"\w+")


class Language(Arguments, frozen=True):
    """The language of a text."""

    language: Annotated[str, msgspec.Meta(min_length=2)]

    def reject(self) -> tuple[str, str, str] | None:
        """One that can be detected."""
        if self.language not in KNOWN:
            return "language", f"one of {', '.join(sorted(KNOWN))}", repr(self.language)[:60]
        return None


class FrenchLanguage(Arguments, frozen=True):
    """The language of a text; M-IFEval asks for Chinese by a code that is never found."""

    language: Annotated[str, msgspec.Meta(min_length=2)]

    def reject(self) -> tuple[str, str, str] | None:
        """One that can be detected, or zh."""
        return None if self.language == "zh" else Language(self.language).reject()


class CapitalWords(Arguments, Generic[R], frozen=True):
    """How many words are in capitals."""

    capital_relation: R
    capital_frequency: Number


@published(
    "language:response_language",
    {"en": Language, "fr": FrenchLanguage, "es": Language, "ja": Language},
    "in the language {language}",
)
def response_language(text: str, asked: Language, language: str) -> Finding:
    """The language that langdetect 1.0.9 finds most probable from the text as a whole.

    It samples the first 10,000 characters, always in the same way. A text without letters
    has no language and meets the rule. Chinese is found as zh-cn or zh-tw.
    """
    found = language_of(text)
    return Finding(found in (asked.language, None), found or "none found")


def _cased(text: str, lower: bool, wanted: str, right: bool, detected_in: str) -> Finding:
    """Say whether the case is right and then whether the language is."""
    if right:
        found = language_of(detected_in)
        return Finding(found in (wanted, None), found or "no language found")
    change = str.lower if lower else str.upper
    words = (word for word in _WORD.finditer(text) if change(word[0]) != word[0])
    places = tuple(Place(*word.span()) for word in islice(words, MARKED))
    count = len(places) + sum(1 for _ in words)
    figure = f"{count:,} not in {'lower case' if lower else 'capitals'}"
    return Finding(False, figure if places else "no letters", places)


@published("change_case:english_capital", Arguments, "all in capitals, in English", "en")
def english_capital(text: str, asked: Arguments, language: str) -> Finding:
    """There are capitals and no small letters, and langdetect finds English.

    Text in capitals only is often found to be German.
    """
    return _cased(text, False, "en", text.isupper(), text)


@published("change_case:english_lowercase", Arguments, "all in lower case, in English", "en")
def english_lowercase(text: str, asked: Arguments, language: str) -> Finding:
    """There are small letters and no capitals, and langdetect finds English."""
    return _cased(text, True, "en", text.islower(), text)


@published("change_case:french_capital", Arguments, "all in capitals, in French", "fr")
def french_capital(text: str, asked: Arguments, language: str) -> Finding:
    """There are capitals and no small letters; in lower case, langdetect finds French."""
    return _cased(text, False, "fr", text.isupper(), text.lower())


@published("change_case:french_lowercase", Arguments, "all in lower case, in French", "fr")
def french_lowercase(text: str, asked: Arguments, language: str) -> Finding:
    """There are small letters and no capitals, and langdetect finds French."""
    return _cased(text, True, "fr", text.islower(), text)


@published("change_case:spanish_capital", Arguments, "all in capitals, in Spanish", "es")
def spanish_capital(text: str, asked: Arguments, language: str) -> Finding:
    """There are no letters but capitals; in lower case, langdetect finds Spanish.

    Accents do not count. Superscript letters, also of ordinals (1º, 1ª), are small letters.
    """
    letters = set(unicodedata.normalize("NFKD", text))
    right = all(
        each.isupper() or not each.isalpha() or unicodedata.combining(each) for each in letters
    )
    return _cased(text, False, "es", right, text.lower())


@published("change_case:spanish_lowercase", Arguments, "all in lower case, in Spanish", "es")
def spanish_lowercase(text: str, asked: Arguments, language: str) -> Finding:
    """There are small letters and no capitals, and langdetect finds Spanish."""
    return _cased(text, True, "es", text.islower(), text)


def _capitals(asked: CapitalWords[str]) -> str:
    return f"{said(asked.capital_relation, asked.capital_frequency)} words in capitals"


@published("change_case:capital_word_frequency", in_languages(CapitalWords), _capitals, "en fr")
def capital_word_frequency(text: str, asked: CapitalWords[str], language: str) -> Finding:
    """Words without small letters, “I” and “A” included, as NLTK's word tokenizer divides them.

    Hyphenated words are one; of “I'M” and “DON'T” it makes two each; 2ND counts, 2 does not.
    """
    from trainer_tui.domain.rules.capitals import capital_words

    words = capital_words(text)
    places = (Place(*span) for span in words)
    return compared(len(words), asked.capital_relation, asked.capital_frequency, places)
