"""How a text begins and ends and what it consists of, as IFEval checks it."""

import re
from collections.abc import Mapping
from itertools import islice

from trainer_tui.domain.rules.kind import Arguments, Finding, Place
from trainer_tui.domain.rules.published import MARKED, matches, published

DIVIDER = "******"
_DIVIDER = re.compile(re.escape(DIVIDER))


class Prompt(Arguments, frozen=True):
    """What to repeat."""

    prompt_to_repeat: str

    def reject(self) -> tuple[str, str, str] | None:
        """Something to repeat."""
        if not self.prompt_to_repeat.strip():
            return "prompt_to_repeat", "a text", "nothing"
        return None


class Ending(Arguments, frozen=True):
    """What to end with."""

    end_phrase: str

    def reject(self) -> tuple[str, str, str] | None:
        """Something to end with."""
        if not self.end_phrase.strip():
            return "end_phrase", "a phrase", "nothing"
        return None


def _repeats(text: str, prompt: str) -> Finding:
    if text.startswith(prompt):
        return Finding(True, "repeated")
    same = next(
        (at for at, (ours, theirs) in enumerate(zip(text, prompt, strict=False)) if ours != theirs),
        min(len(text), len(prompt)),
    )
    return Finding(False, f"differs after {same:,} characters", (Place(same, same),))


@published("combination:repeat_prompt", Prompt, "repeat the prompt first", "en fr es")
def repeat_prompt(text: str, asked: Prompt, language: str) -> Finding:
    """The text begins with the prompt, character for character, in capitals or not.

    White space around the prompt and before the text does not count.
    """
    body = text.strip()
    found = _repeats(body.lower(), asked.prompt_to_repeat.strip().lower())
    return _first_difference(text, found)


@published("combination:repeat_prompt", Prompt, "repeat the prompt first", "ja")
def repeat_prompt_exactly(text: str, asked: Prompt, language: str) -> Finding:
    """The text begins with the prompt, character for character.

    White space around the prompt and before the text does not count.
    """
    return _first_difference(text, _repeats(text.strip(), asked.prompt_to_repeat.strip()))


def _first_difference(text: str, found: Finding) -> Finding:
    """Mark the rest of the line behind the first difference."""
    if found.met:
        return found
    start = min(len(text) - len(text.lstrip()) + found.places[0].start, len(text))
    end = text.find("\n", start)
    place = Place(start, len(text) if end < 0 else end)
    return found._replace(places=(place,) if place.end > place.start else ())


@published("combination:two_responses", Arguments, "two responses, divided by ******")
def two_responses(text: str, asked: Arguments, language: str) -> Finding:
    """Two texts that differ, divided by six asterisks.

    Six asterisks may also stand at the very beginning and end, but not twice in a row.
    """
    parts = text.split(DIVIDER)
    blank = [not part.strip() for part in parts]
    count = len(blank) - sum(blank)
    dividers = matches(_DIVIDER, text)
    if any(blank[1:-1]):
        second = blank.index(True, 1)
        return Finding(False, f"{count:,}, one empty", tuple(islice(dividers, second, second + 1)))
    if count > 2:
        first = 1 + blank[0]
        return Finding(False, f"{count:,}", tuple(islice(dividers, first, first + MARKED)))
    if count == 2 and len({part.strip() for part in parts if part.strip()}) == 1:
        return Finding(False, "the same twice")
    return Finding(count == 2, f"{count:,}")


def _ends(text: str, body: str, phrase: str) -> Finding:
    if body.endswith(phrase):
        return Finding(True, "ends so")
    end = len(text.rstrip())
    start = text.rfind("\n", 0, end) + 1
    return Finding(False, "ends otherwise", (Place(start, end),))


def _end_words(asked: Ending) -> str:
    return f"ends with “{asked.end_phrase.strip()}”"


@published("startend:end_checker", Ending, _end_words, "en fr")
def end_checker(text: str, asked: Ending, language: str) -> Finding:
    """The text ends with the phrase, in capitals or not.

    White space and then double quotation marks at the end do not count.
    """
    return _ends(text, text.strip().strip('"').lower(), asked.end_phrase.strip().lower())


@published("startend:end_checker", Ending, _end_words, "es")
def spanish_end_checker(text: str, asked: Ending, language: str) -> Finding:
    """The text ends with the phrase, in capitals or not.

    White space, then double quotation marks, then one full stop at the end do not count; a
    phrase that has a full stop of its own needs two.
    """
    body = text.strip().strip('"').lower().removesuffix(".")
    return _ends(text, body, asked.end_phrase.strip().lower())


@published("startend:end_checker", Ending, _end_words, "ja")
def japanese_end_checker(text: str, asked: Ending, language: str) -> Finding:
    """The text ends with the phrase; white space and 」』 at the end of either do not count."""
    return _ends(text, text.strip().strip("」』"), asked.end_phrase.strip().strip("」』"))


def _quoted(text: str, pairs: Mapping[str, str]) -> Finding:
    body = text.strip()
    start = len(text) - len(text.lstrip())
    end = start + len(body)
    if len(body) > 1 and pairs.get(body[0]) == body[-1]:
        return Finding(True, "quoted")
    opened, closed = body[0] in pairs, body[-1] in pairs.values()
    places = []
    if not opened:
        places.append(Place(start, start + 1))
    if not closed and end - 1 > start:
        places.append(Place(end - 1, end))
    figure = "not closed" if opened else "not opened" if closed else "no quotation marks"
    return Finding(False, figure, tuple(places))


@published("startend:quotation", Arguments, "all in double quotation marks", "en es")
def quotation(text: str, asked: Arguments, language: str) -> Finding:
    """The first and the last character but white space are straight quotation marks, "."""
    return _quoted(text, {'"': '"'})


@published("startend:quotation", Arguments, "all in quotation marks", "fr")
def french_quotation(text: str, asked: Arguments, language: str) -> Finding:
    """The first and the last character but white space are " ", ' ' or « »."""
    return _quoted(text, {'"': '"', "'": "'", "«": "»"})


@published("startend:quotation", Arguments, "all in 「 」", "ja")
def japanese_quotation(text: str, asked: Arguments, language: str) -> Finding:
    """The first and the last character but white space are 「 and 」."""
    return _quoted(text, {"「": "」"})
