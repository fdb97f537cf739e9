"""What the checks of IFEval and of its sister M-IFEval have in common.

IFEval: Zhou et al. 2023, *Instruction-Following Evaluation for Large Language Models*.
M-IFEval: Dussolle et al. 2025, *M-IFEval: Multilingual Instruction-Following Evaluation*.
The verdict of each kind is that of their strict checkers on the same text, oddities
included; a blank text meets no rule at all.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from trainer_tui.domain.rules.kind import Arguments, Check, Finding, Place, rule

MARKED = 100
"""How many places a finding carries at most; a text that breaks a rule everywhere says so once."""

Number = Annotated[int, msgspec.Meta(ge=0)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

English = Literal["less than", "at least"]
French = Literal["moins de", "au moins"]
Spanish = Literal["al menos", "como máximo"]
Japanese = Literal["未満", "以上"]
AtLeast = Literal["al menos"]

R = TypeVar("R", bound=str)
A = TypeVar("A", bound=Arguments)

_MOST: Mapping[str, int] = {"less than": -1, "moins de": -1, "未満": -1, "como máximo": 0}


def in_languages(arguments: Any, languages: str = "en fr es") -> dict[str, Any]:
    """Return generic arguments with the relations of each language."""
    relations = {"en": English, "fr": French, "es": Spanish, "ja": Japanese}
    return {language: arguments[relations[language]] for language in languages.split()}


def published(
    name: str,
    arguments: Any,
    wording: str | Callable[[A], str],
    languages: str = "en fr es ja",
) -> Callable[[Check[A]], Check[A]]:
    """Register a check under its published name in each language.

    `arguments` is a type, or one for each language. English names have no prefix.
    """

    def register(check: Check[A]) -> Check[A]:
        @wraps(check)
        def strict(text: str, asked: A, language: str) -> Finding:
            if not text or text.isspace():
                return Finding(False, "empty")
            return check(text, asked, language)

        for language in languages.split():
            prefix = "" if language == "en" else f"{language}:"
            takes = arguments[language] if isinstance(arguments, Mapping) else arguments
            rule(prefix + name, takes, wording)(strict)
        return check

    return register


def said(relation: str, number: int) -> str:
    """Write a relation of any language and its number in English."""
    match _MOST.get(relation):
        case None:
            return f"at least {number:,}"
        case 0:
            return f"at most {number:,}"
    return f"less than {number:,}"


def compared(count: int, relation: str, number: int, places: Iterable[Place] = ()) -> Finding:
    """Compare a count as a relation says; of what was counted, what is too much is marked."""
    if relation not in _MOST:
        return Finding(count >= number, f"{count:,}")
    most = number + _MOST[relation]
    if count <= most:
        return Finding(True, f"{count:,}")
    return Finding(False, f"{count:,}", tuple(islice(places, max(most, 0), max(most, 0) + MARKED)))


def at_least(count: int, number: int) -> Finding:
    """Compare a count with the least that is asked for."""
    return Finding(count >= number, f"{count:,}")


def exactly(places: list[Place], number: int) -> Finding:
    """Compare what was found with the number asked for; what is too much is marked."""
    count = len(places)
    return Finding(count == number, f"{count:,}", tuple(places[number : number + MARKED]))


def absent(text: str, places: Iterable[Place]) -> Finding:
    """Say that nothing of a kind may be there, and mark what is, given in order."""
    rest = iter(places)
    marked = tuple(islice(rest, MARKED))
    return _absent(text, marked, len(marked) + sum(1 for _ in rest))


def without(text: str, pattern: re.Pattern[str]) -> Finding:
    """Say that a pattern may not match, and mark where it does."""
    marked = tuple(islice(matches(pattern, text), MARKED))
    count = len(marked) if len(marked) < MARKED else len(pattern.findall(text))
    return _absent(text, marked, count)


def _absent(text: str, marked: tuple[Place, ...], count: int) -> Finding:
    if not marked:
        return Finding(True, "none")
    line = text.count("\n", 0, marked[0].start) + 1
    figure = f"1 at line {line}" if count == 1 else f"{count:,}, first at line {line}"
    return Finding(False, figure, marked)


def matches(pattern: re.Pattern[str], text: str) -> Iterable[Place]:
    """Return where a pattern matches, in order and without overlaps."""
    return (Place(*found.span()) for found in pattern.finditer(text))


_SPECIAL = re.compile(r"[\\^$*+?{\[|()]")


def not_plain(field: str, words: Iterable[str]) -> tuple[str, str, str] | None:
    """Reject words that the published checkers would read as a pattern with operators.

    They put a word into a regular expression as it is. Letters, and a point for any one
    character, are all that can mean the same here in bounded time.
    """
    for word in words:
        if not word.strip():
            return field, "a word", repr(word)
        if found := _SPECIAL.search(word):
            return field, f"a word without {found[0]}, which makes it a pattern", repr(word[:60])
    return None


@cache
def as_pattern(word: str) -> str:
    """Write a word as a pattern, where a point stands for any one character of a line."""
    return "".join("." if character == "." else re.escape(character) for character in word)


def enclosed(text: str, opening: str, closing: str, newlines: bool = False) -> Iterable[Place]:
    """Return each part from an opening mark to the next closing one, marks included.

    A part does not reach over the end of a line, unless `newlines`. Linear in the length of
    the text, however many marks have no partner.
    """
    start = text.find(opening)
    while start >= 0:
        end = text.find(closing, start + 1)
        if end < 0:
            return
        line_end = -1 if newlines else text.rfind("\n", start, end)
        if line_end >= 0:
            start = text.find(opening, line_end + 1)
            continue
        yield Place(start, end + 1)
        start = text.find(opening, end + 1)
