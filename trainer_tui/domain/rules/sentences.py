"""Sentences by Punkt (Kiss & Strunk 2006), divided just as NLTK 3.8 and 3.9 do.

The trained models come with the package `punkt`; its own division differs from NLTK's in
runs of marks, in ellipses and after numbers, so that the decisions are made here. Each
depends only on the words around a mark, and is remembered.
"""

import re
import string
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

_MARKS = (".", "?", "!")
_NO_WORD = "[)\";}\\]*:@'({\\[?!]"
_RUN = r"(?:-{2,}|\.{2,}|(?:\.\s){2,}\.)"
_TOKEN = re.compile(
    rf"{_RUN}"
    rf"|[^(\"`{{\[:;&#*@)}}\]\-,\s]\S*?(?=\s|$|{_NO_WORD}|{_RUN}|,(?=$|\s|{_NO_WORD}|{_RUN}))"
    r"|\S"
)
_CANDIDATE = re.compile(rf"[.?!](?=({_NO_WORD}|\s+(\S+)))")
_CLOSING = re.compile(r"[\"')\]}]+?(?:\s+|(?=--)|$)", re.MULTILINE)
_NUMBER = re.compile(r"-?[.,]?\d[\d,.-]*\.?\Z")
_INITIAL = re.compile(r"[^\W\d]\.\Z")

_AT_START_LOWER, _INSIDE_UPPER, _UPPER, _LOWER = 16, 4, 2 | 4 | 8, 16 | 32 | 64
"""Where and how a word was seen in training, as bits of the models."""

FRENCH_ABBREVIATIONS = frozenset(
    "m mr mme mlle dr dre drs dres prof pr cap lt etc cf vs rép i.e c.-à-d ex e.g apr av j.c j.-c"
    " a.d env janv fév mar avr juil sept oct nov déc svp p.v tél adj q.v p resp tel v vol nb n.b"
    " p.s ps p.p.s p.-s p-s".split()
)
"""What M-IFEval adds to the French model, as far as a token can match it."""


class _Model(NamedTuple):
    """What was learned from a corpus."""

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    seen: dict[str, int]


@cache
def _model(language: str) -> _Model:
    """Load a model; some 30 ms, once."""
    import punkt

    learned = punkt.load_model(language)
    added = FRENCH_ABBREVIATIONS if language == "french" else frozenset()
    return _Model(
        frozenset(learned.abbrev_types) | added,
        frozenset(learned.collocations),
        frozenset(learned.sent_starters),
        {word: int(bits) for word, bits in learned.ortho_context.items()},
    )


class _Token:
    """A word of a text with what its form alone says."""

    def __init__(self, written: str, model: _Model) -> None:
        self.written = written
        lower = written.lower()
        self.is_number = _NUMBER.match(lower) is not None
        self.kind = "##number##" if self.is_number else lower
        self.ends = written.endswith(".")
        self.breaks = written in _MARKS
        self.shortens = False
        """Whether it is an abbreviation or an ellipsis."""
        if not self.breaks and self.ends:
            if written.endswith(".."):
                self.shortens = not written.strip(".")
            else:
                word = lower[:-1]
                parts = {word, word.rpartition("-")[2]}
                self.shortens = not parts.isdisjoint(model.abbreviations)
                self.breaks = not self.shortens

    @property
    def bare(self) -> str:
        """The kind without the point at its end."""
        return self.kind[:-1] if len(self.kind) > 1 and self.kind[-1] == "." else self.kind

    @property
    def as_next(self) -> str:
        """The kind as the models list what follows."""
        return self.bare if self.breaks else self.kind

    def starts_sentence(self, model: _Model) -> bool | None:
        """Whether its case says so; None: it says nothing."""
        if self.written in (";", ":", ",", ".", "!", "?"):
            return False
        seen = model.seen.get(self.as_next, 0)
        if self.written[0].isupper() and seen & _LOWER and not seen & _INSIDE_UPPER:
            return True
        if self.written[0].islower() and (seen & _UPPER or not seen & _AT_START_LOWER):
            return False
        return None


def _breaks(token: _Token, following: _Token, model: _Model) -> bool:
    """Whether a sentence ends with a token, in view of the one that follows."""
    if not token.ends:
        return token.breaks
    if (token.bare, following.as_next) in model.collocations:
        return False
    breaks = token.breaks
    initial = _INITIAL.match(token.written) is not None
    upper = following.written[0].isupper()
    if token.shortens and not initial:
        if following.starts_sentence(model):
            return True
        if upper and following.as_next in model.starters:
            return True
    if initial or token.bare == "##number##":
        starts = following.starts_sentence(model)
        if starts is False:
            return False
        never_lower = not model.seen.get(following.as_next, 0) & _LOWER
        if starts is None and initial and upper and never_lower:
            return False
    return breaks


@lru_cache(1 << 15)
def _holds_break(context: str, language: str) -> bool:
    """Whether a sentence ends at one of the words but the last."""
    model = _model(language)
    tokens = [
        _Token(written, model) for line in context.split("\n") for written in _TOKEN.findall(line)
    ]
    return any(_breaks(token, following, model) for token, following in pairwise(tokens))


def _candidates(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Return each mark that may end a sentence, with the words around it.

    Of marks without white space between them only the last is one.
    """
    before, start, stop = None, 0, 0
    for found in _CANDIDATE.finditer(text):
        mark = found.start()
        space = max(text.rfind(each, stop, mark) for each in string.whitespace)
        # White space right behind the last mark is overlooked, as it is published.
        word = space + 1 if space > stop else start
        if before and stop <= word:
            yield before, text[start : before.end()] + before[1]
        before, start, stop = found, word, mark
    if before:
        yield before, text[start : before.end()] + before[1]


def divide(text: str, language: str) -> list[tuple[int, int]]:
    """Return where sentences start and end; `language` is `english` or `french`.

    Closing quotation marks and brackets belong to the sentence before them.
    """
    raw, last = [], 0
    for found, context in _candidates(text):
        if _holds_break(context, language):
            raw.append((last, found.end()))
            last = found.end() if found[2] is None else found.start(2)
    raw.append((last, len(text.rstrip())))
    spans, moved = [], 0
    for number, (start, end) in enumerate(raw):
        start += moved
        moved = 0
        if number + 1 < len(raw):
            after, stop = raw[number + 1]
            if closing := _CLOSING.match(text, after, max(after, stop)):
                spans.append((start, after + len(closing[0].rstrip())))
                moved = closing.end() - after
                continue
        if start < end:
            spans.append((start, end))
    return spans
