"""Where the characters of a text come from: shown to its author, never held against anyone."""

from typing import Literal

import msgspec

from trainer_tui.domain.task import BatchHead, Task

NOTICEABLE = 200
"""Characters from outside that are worth a word of the author: two or three sentences.

Below it are names, figures, a line of code, a quotation that the text itself introduces."""
NOTICEABLE_SHARE = 0.1
"""Share of all that is sent; for a short answer less than 200 characters are much of it."""
NEGLIGIBLE = 20
"""Characters that are not worth a word whatever their share: a name, a link, a formula."""


class Origins(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many code points of a text come from where; each is counted once."""

    typed: int = 0
    """Typed here, also what was moved within the text."""
    own: int = 0
    """Pasted from own work: this or another draft, a submission, anything cut or copied here."""
    task: int = 0
    """Pasted from what the task gives: instructions, prompts, context, responses, guidelines."""
    outside: int = 0
    """Pasted from anywhere else."""
    editor: int = 0
    """Written in the trainer's own editor."""
    file: int = 0
    """Taken over by the command line from a file."""

    @property
    def total(self) -> int:
        """All code points."""
        return self.typed + self.own + self.task + self.outside + self.editor + self.file


class TextOrigins(Origins, frozen=True, kw_only=True, omit_defaults=True):
    """The same of a single text."""

    turn: int
    part: Literal["prompt", "response"]


class Provenance(Origins, frozen=True, kw_only=True, omit_defaults=True):
    """The same of all texts of a draft that the trainer writes; given prompts are not counted."""

    pastes: int = 0
    """Pastes of which something is left; moving within the text is none."""
    largest_outside: int = 0
    """Code points that are left of the largest paste from outside."""
    active_seconds: float = 0.0
    """Active time at the text."""
    texts: tuple[TextOrigins, ...] = ()
    """The texts one by one, empty ones left out."""


def needs_explanation(provenance: Provenance, task: Task, batch: BatchHead) -> bool:
    """Whether the author is asked to say where text comes from before sending.

    Only where it matters: the batch asks for provenance, or browsing is off. And only when a
    noticeable part was pasted from outside or taken from a file: at least 200 characters, or
    a tenth of all and at least 20. Who writes in an editor of their own owes no word for it.
    """
    if not batch.provenance and task.browsing is not False:
        return False
    elsewhere = provenance.outside + provenance.file
    return elsewhere >= NOTICEABLE or (
        elsewhere >= NEGLIGIBLE and elsewhere >= NOTICEABLE_SHARE * provenance.total
    )


def in_words(provenance: Provenance) -> str:
    """Say it in a line: `82 % typed, 12 % pasted from outside (340 characters), … · 14 min`."""
    named = (
        (provenance.typed, "typed"),
        (provenance.outside, f"pasted from outside ({_outside(provenance)})"),
        (provenance.editor, "written in your own editor"),
        (provenance.file, "taken from a file"),
        (provenance.task, "from the task"),
        (provenance.own, "from your own work"),
    )
    shares = ", ".join(
        f"{_percent(count, provenance.total)} {words}" for count, words in named if count
    )
    return f"{shares or 'nothing written'} · {_time(provenance.active_seconds)} at the text"


def _outside(provenance: Provenance) -> str:
    count = provenance.outside
    largest = f", largest {provenance.largest_outside:,}" * (provenance.largest_outside < count)
    return f"{count:,} character{'s' * (count != 1)}{largest}"


def _percent(count: int, total: int) -> str:
    """Return a share in whole percent; neither nothing nor all where it is only nearly so."""
    percent = 100 * count / total
    if percent < 1:
        return "under 1 %"
    if count < total and percent > 99:
        return "over 99 %"
    return f"{percent:.0f} %"


def _time(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min" if minutes else "under a minute"
