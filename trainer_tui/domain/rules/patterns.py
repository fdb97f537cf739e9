"""Patterns that a batch brings along, searched by RE2 in time that grows with the text only."""

from functools import lru_cache
from itertools import islice
from typing import Any

from trainer_tui.domain.rules.expression import Expression
from trainer_tui.domain.rules.kind import Arguments, Finding, Place, counted_places, rule

_MOST_LONG = 1_000
"""Characters of a pattern."""
_MOST_STEPS = 5_000
"""Instructions that it compiles to, forwards or backwards: a bound of the work a character."""
_MOST_COUNTED = 6_000
"""Instructions times matches that are needed: each may make RE2 look to the end of the text."""
_MOST_WORK = 200_000_000
"""Characters times instructions that are spent on places beyond those that the verdict needs."""
_MOST_MEMORY = 4 << 20
"""Bytes that RE2 may use for one pattern; when they do not do, it is slower, never wrong."""
MOST_MATCHES = 20
"""Matches that are looked for; more are `20 or more`."""
_SURROGATES = Expression("[\ud800-\udfff]")


class Unusable(ValueError):
    """Why a pattern cannot be used: what was expected and what came."""


@lru_cache(64)
def compiled(pattern: str, ignore_case: bool) -> Any:
    """Compile a pattern; raises `Unusable`.

    Groups capture nothing, so that RE2 needs no more than its automata.
    """
    import re2

    if len(pattern) > _MOST_LONG:
        raise Unusable(f"a pattern of at most {_MOST_LONG:,} characters", f"{len(pattern):,}")
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.case_sensitive = not ignore_case
    options.max_mem = _MOST_MEMORY
    try:
        found = re2.compile(pattern, options)
        steps = max(found.programsize, found.reverseprogramsize)
    except UnicodeEncodeError:
        raise Unusable("whole characters", "a lone surrogate") from None
    except re2.error as error:
        said = error.args[0]
        reason = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise Unusable("a pattern that RE2 understands", _in_words(reason)) from None
    if steps > _MOST_STEPS:
        raise Unusable(
            "a pattern with fewer or smaller repetitions", f"one of {steps:,} instructions"
        )
    return found


def _in_words(reason: str) -> str:
    """Add what RE2 leaves out, and why."""
    reason = repr(reason[:120])[1:-1]
    if reason.startswith(("invalid perl operator", "invalid escape sequence")):
        return f"{reason} (RE2 has no look-around and no back-references)"
    return reason


class Pattern(Arguments, frozen=True):
    """A pattern in the syntax of RE2."""

    pattern: str
    ignore_case: bool = False

    def reject(self) -> tuple[str, str, str] | None:
        """Refuse what RE2 refuses, and what is too large."""
        if not self.pattern:
            return "pattern", "a pattern", "''"
        try:
            compiled(self.pattern, self.ignore_case)
        except Unusable as error:
            expected, got = error.args
            return "pattern", expected, got
        return None


class CountedPattern(Pattern, frozen=True):
    """A pattern and how often it has to match."""

    at_least: int = 1
    at_most: int | None = None

    def reject(self) -> tuple[str, str, str] | None:
        """Refuse bounds that cannot be met or counted."""
        if not 0 <= self.at_least <= MOST_MATCHES:
            return "at_least", f"0 to {MOST_MATCHES}", str(self.at_least)
        if self.at_most is not None and not self.at_least <= self.at_most < MOST_MATCHES:
            return "at_most", f"{self.at_least} to {MOST_MATCHES - 1}", str(self.at_most)
        if wrong := super().reject():
            return wrong
        most = _MOST_COUNTED // max(self.needed, 1)
        if (steps := _steps(self)) > most:
            expected = f"at most {most:,} instructions if {self.needed} matches are counted"
            return "pattern", expected, f"{steps:,}"
        return None

    @property
    def needed(self) -> int:
        """How many matches tell whether it is met."""
        return max(self.at_least, 0 if self.at_most is None else self.at_most + 1)


def _steps(asked: Pattern) -> int:
    found = compiled(asked.pattern, asked.ignore_case)
    return int(max(found.programsize, found.reverseprogramsize))


def _matches(text: str, asked: Pattern, needed: int) -> tuple[tuple[Place, ...], bool]:
    """Return the first matches, each behind the one before, and whether there may be more."""
    affordable = _MOST_WORK // (_steps(asked) * (len(text) + 1))
    most = max(needed, min(affordable, MOST_MATCHES), 1)
    whole = text if text.isascii() else _SURROGATES.sub("\ufffd", text)
    found = compiled(asked.pattern, asked.ignore_case).finditer(whole)
    places = tuple(Place(*one.span()) for one in islice(found, most))
    return places, len(places) == most


def _wording(asked: CountedPattern) -> str:
    if asked.at_most is None:
        often = "" if asked.at_least == 1 else f", at least {asked.at_least} times"
    elif asked.at_most == asked.at_least:
        often = f", exactly {asked.at_least} times"
    else:
        often = f", {asked.at_least}–{asked.at_most} times"
    return f"matches {asked.pattern}{often}"


@rule("matches", CountedPattern, _wording)
def matches(text: str, asked: CountedPattern, language: str) -> Finding:
    """Counts matches of the pattern anywhere in the text, code included, without overlaps.

    The syntax is RE2's: no look-around, no back-references; `^` and `$` are the ends of the
    text, and of lines after `(?m)`; `\\w`, `\\d` and `\\b` know ASCII only, letters of all
    languages are `\\p{L}`. At most 20 matches are counted, and the more are
    needed, the smaller the pattern has to be.
    """
    places, more = _matches(text, asked, asked.needed)
    met = len(places) >= asked.at_least and (asked.at_most is None or len(places) <= asked.at_most)
    too_many = () if asked.at_most is None else places[asked.at_most :]
    return Finding(met, f"{len(places)}{' or more' if more else ''}", too_many)


@rule("forbids", Pattern, "no match of {pattern}")
def forbids(text: str, asked: Pattern, language: str) -> Finding:
    """Looks for matches of the pattern anywhere in the text, code included, without overlaps.

    The syntax is RE2's: no look-around, no back-references; `^` and `$` are the ends of the
    text, and of lines after `(?m)`; `\\w`, `\\d` and `\\b` know ASCII only, letters of all
    languages are `\\p{L}`. The first 20 matches are marked.
    """
    places, more = _matches(text, asked, 1)
    if more:
        line = text.count("\n", 0, places[0].start) + 1
        return Finding(False, f"{len(places)} or more, first at line {line}", places)
    return Finding(not places, counted_places(places, text), places)
