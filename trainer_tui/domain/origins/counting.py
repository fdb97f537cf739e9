"""From the origins of characters to the figures that people read."""

import re
from collections import Counter
from collections.abc import Iterable

from trainer_tui.domain.draft import PasteSource, texts
from trainer_tui.domain.origins.following import (
    EDITOR,
    FILE,
    FIRST_PASTE,
    OWN,
    TASK,
    TYPED,
    Followed,
    Pasted,
)
from trainer_tui.domain.provenance import Provenance, TextOrigins
from trainer_tui.domain.task import BatchHead, Task

_NO_LETTERS = re.compile(r"[\W_]+")
_HELD = 0.9
"""Share of a paste that must be in a text for it to be from there; the rest is what a screen
puts between the lines."""
_LOOKED_FOR = 30
"""Pastes that are looked for in own work, those first of which most is left; a look through ten
thousand texts takes some 20 ms for each."""
_NAMES = {TYPED: "typed", OWN: "own", TASK: "task", EDITOR: "editor", FILE: "file"}
_OUTSIDE = "outside"


class GivenText:
    """All that a task shows to the trainer, to be recognized whatever the screen made of it.

    A screen wraps, indents and frames, and Markdown is shown without its marks: only letters
    and digits are compared, whatever their case.
    """

    def __init__(self, task: Task, batch: BatchHead) -> None:
        given = [
            task.title,
            task.instructions,
            task.system or "",
            *(message.content for message in task.context),
            *task.prompts,
            *task.responses,
            batch.guidelines.text,
            *(f"{s.name}\n{s.description}\n{s.low}\n{s.high}" for s in batch.rubric),
        ]
        self._whole = "\n".join(given)
        self._letters = _letters(self._whole)

    def holds(self, text: str) -> bool:
        """Whether a pasted text is from here."""
        letters = _letters(text)
        if not letters:
            return text.strip() in self._whole
        if letters in self._letters:
            return True
        lines = [_letters(line) for line in text.splitlines()]
        return _HELD * len(letters) <= sum(len(line) for line in lines if line in self._letters)


def figures(there: Followed, given: GivenText, own: Iterable[str], seconds: float) -> Provenance:
    """Count the characters of the texts where they were led to, but for given prompts.

    Args:
        there: The texts and their origins.
        given: What the task shows.
        own: Other texts of the trainer; looked at only if a paste is of unknown origin.
        seconds: Active time at the text.
    """
    of_each = {
        key: Counter(there.state.marks[key])
        for key, text in texts(there.state.pairs).items()
        if text and key not in there.given
    }
    left = sum(of_each.values(), Counter[str]())
    names = dict(_NAMES)
    unknown = []
    for origin in sorted(left):
        if origin >= FIRST_PASTE:
            paste = there.pastes[ord(origin) - ord(FIRST_PASTE)]
            if given.holds(paste.text):
                names[origin] = "task"
            elif paste.source is PasteSource.PROGRAM:
                names[origin] = "own"
            else:
                unknown.append((origin, paste))
    unknown.sort(key=lambda one: -left[one[0]])
    found = _own(unknown[:_LOOKED_FOR], own)
    names |= {origin: "own" if origin in found else _OUTSIDE for origin, _ in unknown}

    def named(counts: Counter[str]) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for origin, count in counts.items():
            sums[names[origin]] += count
        return dict(sums)

    outside = [
        # A copy of a paste within the text does not make that paste larger.
        min(left[origin], len(paste.text))
        for origin, paste in unknown
        if names[origin] == _OUTSIDE
    ]
    return Provenance(
        **named(left),
        pastes=sum(origin >= FIRST_PASTE for origin in left),
        largest_outside=max(outside, default=0),
        active_seconds=seconds,
        texts=tuple(
            TextOrigins(turn=turn, part=part, **named(counts))
            for (turn, part), counts in of_each.items()
        ),
    )


def _own(pastes: list[tuple[str, Pasted]], own: Iterable[str]) -> set[str]:
    """Return which pastes are from one of the trainer's own texts."""
    if not pastes:
        return set()
    wanted = {
        origin: [line.strip() for line in paste.text.splitlines() if line.strip()]
        for origin, paste in pastes
    }
    found: set[str] = set()
    for text in own:
        # A screen may have broken lines where the text has none.
        found |= {
            origin
            for origin, lines in wanted.items()
            if origin not in found and lines and all(line in text for line in lines)
        }
        if len(found) == len(wanted):
            break
    return found


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()
