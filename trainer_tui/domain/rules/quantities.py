"""How many words, sentences and paragraphs a text has, as IFEval counts them."""

import re
import string
from itertools import islice
from typing import Annotated, Generic

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
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
_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_FIRST_WORD_ENDS = re.compile("[.,?!'\"]")


class WordCount(Arguments, Generic[R], frozen=True):
    """How many words."""

    num_words: Number
    relation: R


class SentenceCount(Arguments, Generic[R], frozen=True):
    """How many sentences."""

    num_sentences: Number
    relation: R


class Paragraphs(Arguments, frozen=True):
    """How many paragraphs."""

    num_paragraphs: Number


class FirstWord(Arguments, frozen=True):
    """How many paragraphs, and how one of them begins."""

    num_paragraphs: Number
    nth_paragraph: Annotated[int, msgspec.Meta(ge=1)]
    first_word: str

    def reject(self) -> tuple[str, str, str] | None:
        """One of the paragraphs, and a word."""
        if self.nth_paragraph > self.num_paragraphs:
            most = f"at most num_paragraphs ({self.num_paragraphs})"
            return "nth_paragraph", most, str(self.nth_paragraph)
        if not self.first_word.strip():
            return "first_word", "a word", repr(self.first_word)
        return None


def _word_count(asked: WordCount[str]) -> str:
    return f"{said(asked.relation, asked.num_words)} words"


def _sentence_count(asked: SentenceCount[str]) -> str:
    return f"{said(asked.relation, asked.num_sentences)} sentences"


def reaching(end: int, found: Finding) -> Finding:
    """Mark one place from the first thing too many to the end, instead of each."""
    return found._replace(places=(Place(found.places[0].start, end),))


@published("length_constraints:number_words", in_languages(WordCount), _word_count, "en fr")
def number_words(text: str, asked: WordCount[str], language: str) -> Finding:
    """Words as runs of letters, digits and underscores.

    Hyphens and apostrophes divide words: “don't” and “well-known” are two each, 3.14 too.
    """
    count = len(_WORD.findall(text))
    found = compared(count, asked.relation, asked.num_words)
    if found.met or found.places or count < asked.num_words:
        return found
    first = next(islice(_WORD.finditer(text), max(asked.num_words - 1, 0), None))
    return found._replace(places=(Place(first.start(), len(text.rstrip())),))


@published(
    "length_constraints:number_sentences",
    {"en": in_languages(SentenceCount)["en"]},
    _sentence_count,
    "en",
)
def number_sentences(text: str, asked: SentenceCount[str], language: str) -> Finding:
    """Sentences as the Punkt model for English divides them, which NLTK publishes.

    It looks at . ? and ! only and knows common abbreviations: headings, list items and lines
    of verse without one of these go on into the next sentence.
    """
    return _sentences(text, asked, "english")


@published(
    "length_constraints:number_sentences",
    {"fr": in_languages(SentenceCount)["fr"]},
    _sentence_count,
    "fr",
)
def french_sentences(text: str, asked: SentenceCount[str], language: str) -> Finding:
    """Sentences as the Punkt model for French divides them, with abbreviations of M-IFEval.

    It looks at . ? and ! only: headings, list items and lines of verse without one of these
    go on into the next sentence.
    """
    return _sentences(text, asked, "french")


@published(
    "length_constraints:number_sentences",
    {"es": in_languages(SentenceCount)["es"]},
    _sentence_count,
    "es",
)
def spanish_sentences(text: str, asked: SentenceCount[str], language: str) -> Finding:
    """Sentences as the Punkt model for Spanish divides them.

    M-IFEval has a trained parser divide them: of 126 texts both counted the same in 116, and
    one more or less in all but one, so that close to the number asked for the two can differ.
    """
    return _sentences(text, asked, "spanish")


def _sentences(text: str, asked: SentenceCount[str], language: str) -> Finding:
    from trainer_tui.domain.rules.sentences import divide

    spans = divide(text, language)
    places = (Place(*span) for span in spans)
    found = compared(len(spans), asked.relation, asked.num_sentences, places)
    return reaching(spans[-1][1], found) if found.places else found


@published("length_constraints:number_paragraphs", Paragraphs, "{num_paragraphs} paragraphs, ***")
def number_paragraphs(text: str, asked: Paragraphs, language: str) -> Finding:
    """Paragraphs that are divided by three asterisks.

    A divider may also stand at the very beginning and end; two with nothing between break
    the rule. Four or five asterisks are one divider and text, six are two dividers.
    """
    dividers = [Place(*found.span()) for found in _DIVIDER.finditer(text)]
    starts = [0, *(place.end for place in dividers)]
    ends = [*(place.start for place in dividers), len(text)]
    blank = [not text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    count = len(blank) - (blank[0] + blank[-1] if len(blank) > 1 else blank[0])
    between = [number for number in range(1, len(blank) - 1) if blank[number]]
    if between:
        places = tuple(dividers[number] for number in between[:MARKED])
        return Finding(False, f"{count:,}, {len(between):,} empty", places)
    met = count == asked.num_paragraphs
    extra = dividers[asked.num_paragraphs + blank[0] - 1 :] if count > asked.num_paragraphs else []
    return Finding(met, f"{count:,}", tuple(extra[:MARKED]) if asked.num_paragraphs else ())


class _Opening:
    """The paragraph of a text that an argument names, and how many there are."""

    def __init__(self, text: str, asked: FirstWord) -> None:
        paragraphs = text.split("\n\n")
        filled = [bool(part) and not part.isspace() for part in paragraphs]
        self.count = sum(filled)
        self.right = self.count == asked.num_paragraphs
        self.start = 0
        self.body = ""
        # The number counts blank paragraphs too, the total does not: so it is published.
        if asked.nth_paragraph <= self.count:
            before = paragraphs[: asked.nth_paragraph - 1]
            whole = paragraphs[asked.nth_paragraph - 1]
            self.body = whole.strip()
            indent = len(whole) - len(whole.lstrip())
            self.start = sum(map(len, before)) + 2 * len(before) + indent

    def finding(self, begins: bool) -> Finding:
        if not self.right:
            return Finding(False, f"{self.count:,} paragraphs")
        if begins:
            return Finding(True, f"{self.count:,} paragraphs")
        if not self.body:
            return Finding(False, "that paragraph is blank")
        first = self.body.split(None, 1)[0]
        shown = first if len(first) <= 20 else first[:19] + "…"
        return Finding(
            False, f"begins with “{shown}”", (Place(self.start, self.start + len(first)),)
        )


_NTH = "length_constraints:nth_paragraph_first_word"
_NTH_WORDS = "{num_paragraphs} paragraphs, number {nth_paragraph} begins with “{first_word}”"


@published(_NTH, FirstWord, _NTH_WORDS, "en fr")
def nth_paragraph_first_word(text: str, asked: FirstWord, language: str) -> Finding:
    """Paragraphs that are divided by one blank line, and the first word of one, capitals aside.

    The word ends at white space or one of . , ? ! ' and the straight quotation mark; straight
    quotation marks before it do not count, Markdown does.
    """
    part = _Opening(text, asked)
    expected = asked.first_word.lower()
    word = part.body.split(None, 1)[0].lstrip("'").lstrip('"') if part.body else ""
    word = _FIRST_WORD_ENDS.split(word, maxsplit=1)[0][: len(expected) + 1]
    return part.finding(bool(part.body) and "".join(map(str.lower, word)) == expected)


@published(_NTH, FirstWord, _NTH_WORDS, "es")
def spanish_first_words(text: str, asked: FirstWord, language: str) -> Finding:
    """Paragraphs that are divided by one blank line, and the first words of one, capitals aside.

    ASCII punctuation in these words does not count; ¿ and ¡ do.
    """
    part = _Opening(text, asked)
    expected = asked.first_word.lower().split()
    words = part.body.split(None, len(expected))[: len(expected)]
    return part.finding([word.translate(_PUNCTUATION).lower() for word in words] == expected)


@published(_NTH, FirstWord, _NTH_WORDS, "ja")
def japanese_first_word(text: str, asked: FirstWord, language: str) -> Finding:
    """Paragraphs that are divided by one blank line, and how one begins; 「 and 『 do not count."""
    part = _Opening(text, asked)
    body = part.body.lstrip("「").lstrip("『")
    return part.finding(bool(part.body) and body.startswith(asked.first_word.lower()))
