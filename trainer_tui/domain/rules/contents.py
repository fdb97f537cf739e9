"""Parts that a text must have somewhere, as IFEval checks them."""

import re
from functools import lru_cache
from typing import Annotated

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Finding
from trainer_tui.domain.rules.published import (
    AtLeast,
    Number,
    Word,
    as_pattern,
    at_least,
    enclosed,
    not_plain,
    published,
)

ANSWERS = {
    "en": ("My answer is yes.", "My answer is no.", "My answer is maybe."),
    "fr": ("Oui.", "Non.", "Peut-être."),
    "es": ("Sí.", "No.", "Quizás."),
    "ja": ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。"),
}
"""What a constrained response consists of."""

_MARKERS = {
    ("en", "P.P.S"): r"p\.\s?p\.\s?s",
    ("en", "P.S."): r"p\.\s?s\.",
    ("es", "P.D."): r"p\.\s?d\.",
}
"""Markers that may have a space behind a point; any other is meant as it is written."""


class Placeholders(Arguments, frozen=True):
    """How many placeholders."""

    num_placeholders: Number


class SpanishPlaceholders(Placeholders, frozen=True):
    """How many placeholders; at least is the only relation there is."""

    relation: AtLeast = "al menos"


class Postscript(Arguments, frozen=True):
    """How the postscript begins."""

    postscript_marker: Word

    def reject(self) -> tuple[str, str, str] | None:
        """Only a plain marker."""
        return not_plain("postscript_marker", (self.postscript_marker,))


class AnyPostscript(Arguments, frozen=True):
    """How the postscript begins, whatever that is."""

    postscript_marker: Annotated[Word, msgspec.Meta(pattern=r"\S")]


@published(
    "detectable_content:number_placeholders",
    {lang: SpanishPlaceholders if lang == "es" else Placeholders for lang in ANSWERS},
    "at least {num_placeholders} [placeholders]",
)
def number_placeholders(text: str, asked: Placeholders, language: str) -> Finding:
    """Square brackets that close on the same line, with anything or nothing in them."""
    return at_least(sum(1 for _ in enclosed(text, "[", "]")), asked.num_placeholders)


@lru_cache(256)
def _marker(language: str, marker: str) -> re.Pattern[str]:
    return re.compile(_MARKERS.get((language, marker)) or as_pattern(marker.lower()))


def _postscript(found: re.Match[str] | None) -> Finding:
    if not found:
        return Finding(False, "none")
    return Finding(True, f"at line {found.string.count(chr(10), 0, found.start()) + 1}")


_POSTSCRIPT = "a postscript: {postscript_marker}"


@published("detectable_content:postscript", Postscript, _POSTSCRIPT, "en fr")
def postscript(text: str, asked: Postscript, language: str) -> Finding:
    """The marker occurs anywhere, in capitals or not.

    P.S. and P.P.S may have a space behind a point; in other markers a point stands for any
    character.
    """
    return _postscript(_marker("en", asked.postscript_marker.strip()).search(text.lower()))


@published("detectable_content:postscript", Postscript, _POSTSCRIPT, "es")
def spanish_postscript(text: str, asked: Postscript, language: str) -> Finding:
    """The marker occurs anywhere, in capitals or not.

    P.D. may have a space behind the first point; in other markers a point stands for any
    character.
    """
    return _postscript(_marker("es", asked.postscript_marker.strip()).search(text.lower()))


@published("detectable_content:postscript", AnyPostscript, _POSTSCRIPT, "ja")
def japanese_postscript(text: str, asked: AnyPostscript, language: str) -> Finding:
    """The marker occurs anywhere, in capitals or not; P.S. and P.P.S may have spaces in them."""
    marker = asked.postscript_marker.strip()
    pattern = _MARKERS.get(("en", marker)) or re.escape(marker)
    return _postscript(re.search(pattern, text, re.IGNORECASE))


def _answers(text: str, language: str) -> Finding:
    given = next((answer for answer in ANSWERS[language] if answer in text), None)
    return Finding(given is not None, f"“{given}”" if given else "none")


_CONSTRAINED = "detectable_format:constrained_response"


@published(_CONSTRAINED, Arguments, "“My answer is yes / no / maybe.”", "en")
def constrained_response(text: str, asked: Arguments, language: str) -> Finding:
    """“My answer is yes.”, “My answer is no.” or “My answer is maybe.” occurs, letter for letter.

    Other text may stand around it.
    """
    return _answers(text, "en")


@published(_CONSTRAINED, Arguments, "“Oui.”, “Non.” or “Peut-être.”", "fr")
def french_constrained_response(text: str, asked: Arguments, language: str) -> Finding:
    """“Oui.”, “Non.” or “Peut-être.” occurs, letter for letter; other text may stand around it."""
    return _answers(text, "fr")


@published(_CONSTRAINED, Arguments, "“Sí.”, “No.” or “Quizás.”", "es")
def spanish_constrained_response(text: str, asked: Arguments, language: str) -> Finding:
    """“Sí.”, “No.” or “Quizás.” occurs, letter for letter; other text may stand around it."""
    return _answers(text, "es")


@published(_CONSTRAINED, Arguments, "one of the three answers", "ja")
def japanese_constrained_response(text: str, asked: Arguments, language: str) -> Finding:
    """はい、そうです。, いいえ、違います。 or どちらとも言えません。 occurs, letter for letter.

    Other text may stand around it.
    """
    return _answers(text, "ja")


def _asks(text: str, opening: str, closing: str) -> Finding:
    parts = (text[slice(*place)] for place in enclosed(text, opening, closing, newlines=True))
    found = sum(bool(part.lstrip(opening).rstrip(closing).strip()) for part in parts)
    return Finding(found > 0, f"{found:,}")


@published("punctuation:question_marks", Arguments, "a question: ¿ … ?", "es")
def question_marks(text: str, asked: Arguments, language: str) -> Finding:
    """At least one ¿ with a ? behind it and something between them; lines do not matter."""
    return _asks(text, "¿", "?")


@published("punctuation:exclamation_marks", Arguments, "an exclamation: ¡ … !", "es")
def exclamation_marks(text: str, asked: Arguments, language: str) -> Finding:
    """At least one ¡ with a ! behind it and something between them; lines do not matter."""
    return _asks(text, "¡", "!")


_INFORMAL = re.compile(r"\bt(?:u|e|oi|on|a|es|')\b", re.IGNORECASE)


@published("detectable_content:informal_address", Arguments, "address the reader as tu", "fr")
def informal_address(text: str, asked: Arguments, language: str) -> Finding:
    """At least one of the words tu, te, toi, ton, ta, tes and t' occurs, in capitals or not.

    The apostrophe of t' is the straight one.
    """
    found = len(_INFORMAL.findall(text))
    return Finding(found > 0, f"{found:,}")
