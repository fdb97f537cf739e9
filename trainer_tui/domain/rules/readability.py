"""How hard a text is to read, as a school grade, by the published formula of its language.

English: Flesch-Kincaid grade, 0.39 w + 11.8 s - 15.59 (Kincaid, Fishburne, Rogers and Chissom
1975). German: the first Wiener Sachtextformel, 0.1935 m + 0.1672 w + 0.1297 l - 0.0327 e - 0.875
(Bamberger and Vanecek 1984), which gives a grade where Amstad's ease does not. French: the ease
207 - 1.015 w - 73.6 s (Kandel and Moles 1958), Spanish: 206.84 - 1.02 w - 60 s (Fernández Huerta
1959), and Flesch's table of grades for them. Other European languages: RIX, long words a
sentence, with Anderson's table of grades (1983), as no syllables need to be known.
(w words a sentence, s syllables a word; of 100 words, m have three syllables or more, e one, and
l more than six letters.)
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, rule
from trainer_tui.domain.rules.phrases import main_language
from trainer_tui.domain.rules.prose import prose

_WORD = Expression(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ABBREVIATION = Expression(
    r"\b(?:Mrs?|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|approx|No|Fig|p\.\s?ex|M|Mme|MM|Sra?|Dra?|"
    r"Ud|Uds|p\.\s?ej|EE|z\.\s?B|d\.\s?h|u\.\s?a|bzw|usw|ca|Nr|Abs|Hr|Fr|[A-ZÄÖÜÉ])\.(?!\s*\n)"
)
_ORDINAL = Expression(r"\b\d{1,2}\.(?= )")
_SENTENCE_END = Expression(
    r"[.!?…]+[\"'”’»)\]*_]*(?=\s|\Z)|\n[ \t]*(?=\n|[-*+•#>|]|\d{1,3}[.)])|[。！？]"
)
_RIX_LANGUAGES = frozenset(
    "da nb nn no sv nl is it pt ca gl ro pl cs sk sl hr sr bs mk bg ru uk be el fi et lv lt hu "
    "sq af lb ga cy eu mt".split()
)
_RIX_GRADES = (0.2, 0.5, 0.8, 1.3, 1.8, 2.4, 3.0, 3.7, 4.5, 5.3, 6.2, 7.2)
"""Long words a sentence from which the grades 2 to 13 begin (Anderson 1983)."""
_EASE_GRADES = ((120, 2), (100, 4), (90, 5), (80, 6), (70, 7), (60, 9), (50, 12), (30, 15), (0, 18))
"""Flesch's table (1949): ease and the grade that is needed; between them on a straight line."""


class Grade(Arguments, frozen=True):
    """The least and the most school years that a reader should need."""

    at_least: float | None = None
    at_most: float | None = None

    def reject(self) -> tuple[str, str, str] | None:
        """One bound at least, from 0 to 20, in order."""
        if self.at_least is None and self.at_most is None:
            return "at_most", "a grade here or in at_least", "nothing"
        for name in ("at_least", "at_most"):
            bound = getattr(self, name)
            if bound is not None and not 0 <= bound <= 20:
                return name, "a grade from 0 to 20", f"{bound:g}"
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            return "at_least", f"at most {self.at_most:g}", f"{self.at_least:g}"
        return None


def _wording(asked: Grade) -> str:
    if asked.at_least is None:
        return f"reading level at most grade {asked.at_most:g}"
    if asked.at_most is None:
        return f"reading level at least grade {asked.at_least:g}"
    return f"reading level grade {asked.at_least:g}–{asked.at_most:g}"


@rule("reading_level", Grade, _wording)
def reading_level(text: str, asked: Grade, language: str) -> Finding:
    """The school grade that a reader needs, to one decimal: Flesch-Kincaid in English, the
    first Wiener Sachtextformel in German; in French the ease of Kandel and Moles, in Spanish
    that of Fernández Huerta, both by Flesch's table of grades; RIX by Anderson's table in other
    European languages; elsewhere not checked. Words are runs of letters; sentences end with a
    full stop, question or exclamation mark, a blank line, or before an item of a list. Syllables
    are counted by rules of vowels, which are right for about nine words of ten. Code is left
    out. Below a hundred words take the grade for a hint.
    """
    main = main_language(language)
    grade_of = _GRADES.get(main) or (_rix if main in _RIX_LANGUAGES else None)
    if grade_of is None:
        return Finding(True, f"not checked in {main or 'an unknown language'}")
    counts = _counts(prose(text), main)
    if not counts.words:
        return Finding(asked.at_least is None, "no words")
    grade = round(min(max(grade_of(counts, main), 0), 99), 1)
    met = (asked.at_least is None or grade >= asked.at_least) and (
        asked.at_most is None or grade <= asked.at_most
    )
    return Finding(met, f"grade {grade}")


class _Counts(NamedTuple):
    words: int
    sentences: int
    by_word: Counter[str]


def _counts(text: str, language: str) -> _Counts:
    words = _WORD.findall(text)
    if "." in text:
        text = _ABBREVIATION.sub(" x ", text)
        if language in ("de", "da", "nb", "nn", "no", "pl", "cs", "sk", "hu", "fi"):
            text = _ORDINAL.sub(" x", text)
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    sentences = sum(1 for start, end in pairwise(ends) if _WORD.search(text, start, end))
    return _Counts(len(words), max(sentences, 1), Counter(words))


class _Speech(NamedTuple):
    """How the written vowels of a language are spoken."""

    vowels: re.Pattern[str]
    """Those that are one syllable."""
    mute: re.Pattern[str] | None = None
    """An end that is written, but not spoken unless it is the only vowel."""
    written: re.Pattern[str] | None = None
    """A u that only tells how to say the letter before it."""


@lru_cache(1 << 13)
def syllables(word: str, language: str) -> int:
    """Count the syllables of a word of en, fr, es or de, given in lower case; at least one.

    A syllable is a group of vowels that are spoken together. English and French leave out a
    mute e at the end, English one in -es and -ed too; Spanish parts strong vowels and accented
    weak ones; German parts all but its diphthongs.
    """
    speech = _speech(language)
    if speech.written:
        word = speech.written.sub("", word)
    count = len(speech.vowels.findall(word))
    if speech.mute and count > 1 and speech.mute.search(word):
        count -= 1
    return count or 1


@cache
def _speech(language: str) -> _Speech:
    if language == "en":
        return _Speech(
            re.compile(
                r"i(?=[ao])(?<![tscgxl].)|i(?=et|ence)|i(?=on)(?<=\bli)|e(?=ing|os?\b|um\b)|e(?=as?\b)(?<=\w\we)"
                r"|e(?=at[eio])(?<=cre)|o(?=e[mt])|u(?=al|ou)|ee(?=i)|[aeiouyàâäéèêëîïôöùûü]+"
                r"|(?<=th)(?=m\b)|(?<=s)(?=ms?\b)"
            ),
            re.compile(
                r"[^aeiouyl]e$|[aeiouyl]le$|(?<![td])(?<![^aeiouyl]l)(?<=[^aeiouy])ed$"
                r"|(?<![sxzcgh])(?<![^aeiouyl]l)(?<=[^aeiouy])es$"
            ),
            re.compile(r"(?<=q)u|(?<=\bg)u(?=[ei])|(?<=ang)u(?=a)"),
        )
    if language == "fr":
        return _Speech(
            re.compile(r"é(?=e[rzl])|[iuyo]?[éèêëâàïü]e?|[aeiouyœæùîûô]+"),
            re.compile(r"[^aeiouyéèêëâàïüœæùîûô]es?$"),
            re.compile(r"(?<=q)u|(?<=g)u(?=[eéèêi])"),
        )
    if language == "es":
        return _Speech(
            re.compile(
                r"[iuü]?[aeoáéó](?:[iuü]|y(?![aeiouáéíóú]))?|[uü]í(?![aeo])|[íú]|[iuü]+(?:y\b)?|y(?![aeiouáéíóú])"
            ),
            written=re.compile(r"(?<=q)u|(?<=g)u(?=[eéií])"),
        )
    return _Speech(
        re.compile(r"äu|au|ei|eu(?!m\b)|ai|ie|ey|ay|aa|ee|oo|[aeiouyäöüéàè]"),
        written=re.compile(r"(?<=q)u"),
    )


def _rates(counts: _Counts, language: str) -> tuple[float, float]:
    """Return words a sentence and syllables a word."""
    spoken = sum(
        number * _spoken(word.lower(), language) for word, number in counts.by_word.items()
    )
    return counts.words / counts.sentences, spoken / counts.words


def _spoken(word: str, language: str) -> int:
    return (
        syllables(word, language)
        if "-" not in word
        else sum(syllables(part, language) for part in word.split("-"))
    )


def _flesch_kincaid(counts: _Counts, language: str) -> float:
    a_sentence, a_word = _rates(counts, language)
    return 0.39 * a_sentence + 11.8 * a_word - 15.59


def _kandel_moles(counts: _Counts, language: str) -> float:
    a_sentence, a_word = _rates(counts, language)
    return _grade_of_ease(207 - 1.015 * a_sentence - 73.6 * a_word)


def _fernandez_huerta(counts: _Counts, language: str) -> float:
    a_sentence, a_word = _rates(counts, language)
    return _grade_of_ease(206.84 - 1.02 * a_sentence - 60 * a_word)


def _wiener(counts: _Counts, language: str) -> float:
    many = one = long = 0
    for word, number in counts.by_word.items():
        spoken = _spoken(word.lower(), language)
        many += number * (spoken >= 3)
        one += number * (spoken == 1)
        long += number * (len(word) > 6)
    share = 100 / counts.words
    a_sentence = counts.words / counts.sentences
    return (
        0.1935 * many * share + 0.1672 * a_sentence + 0.1297 * long * share
        - 0.0327 * one * share - 0.875
    )  # fmt: skip


def _rix(counts: _Counts, language: str) -> float:
    long = sum(number for word, number in counts.by_word.items() if len(word) > 6)
    return 1 + bisect_right(_RIX_GRADES, long / counts.sentences)


def _grade_of_ease(ease: float) -> float:
    for (above, low), (below, high) in pairwise(_EASE_GRADES):
        if ease >= below:
            return max(0, low + (above - ease) * (high - low) / (above - below))
    return 18 - ease / 10


_GRADES: dict[str, Callable[[_Counts, str], float]] = {
    "en": _flesch_kincaid,
    "fr": _kandel_moles,
    "es": _fernandez_huerta,
    "de": _wiener,
}
