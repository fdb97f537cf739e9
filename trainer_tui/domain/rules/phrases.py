"""Finding fixed phrases of a language, fast: a plain search for how each begins comes first."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from trainer_tui.domain.rules.kind import Place
from trainer_tui.domain.rules.prose import flat

Table = dict[str, tuple[tuple[str, str], ...]]
"""By language, how a phrase begins in plain lower case, and a bounded pattern of what follows."""


class _Phrase(NamedTuple):
    beginning: str
    pattern: re.Pattern[str]


def main_language(tag: str) -> str:
    """Return the language of a BCP 47 tag without region and script, in lower case."""
    return tag.replace("_", "-").partition("-")[0].lower()


class Phrases:
    """The phrases of a table; if they are not `whole`, a word may go on behind them."""

    def __init__(self, table: Table, *, whole: bool = True) -> None:
        self._table = table
        self._end = r"(?!\w)" if whole else ""
        self._compiled = lru_cache(self._compile)

    def know(self, language: str) -> bool:
        """Whether there are phrases of a language, given without a region."""
        return language in self._table

    def find(self, text: str, language: str) -> list[Place]:
        """Return where phrases of a language stand, in any case, unsorted.

        The patterns see the text as `prose.flat` makes it, and are bounded, so that the time
        grows with the text's length only.
        """
        return list(_found(flat(text), self._compiled(language)))

    def _compile(self, language: str) -> tuple[_Phrase, ...]:
        return tuple(
            _Phrase(beginning, re.compile(rf"(?<!\w){re.escape(beginning)}{rest}{self._end}"))
            for beginning, rest in self._table.get(language, ())
        )


def _found(text: str, phrases: Iterable[_Phrase]) -> Iterable[Place]:
    for phrase in phrases:
        at = text.find(phrase.beginning)
        while at >= 0:
            if found := phrase.pattern.match(text, at):
                yield Place(*found.span())
            at = text.find(phrase.beginning, at + len(phrase.beginning))


def outermost(places: Iterable[Place]) -> tuple[Place, ...]:
    """Sort places and join those that overlap."""
    joined: list[Place] = []
    for place in sorted(places):
        if joined and place.start < joined[-1].end:
            joined[-1] = Place(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return tuple(joined)
