"""Random writing, followed through its journal, against a count kept for every character.

Each character that is written is a new one, so that a comparison of two versions has one
answer; the origin of each is known from the moment that it is written.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, groupby
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.draft import Cause, Draft, Paste, PasteSource, Version
from trainer_tui.domain.message import Pair
from trainer_tui.domain.origins.counting import GivenText, figures
from trainer_tui.domain.origins.following import followed
from trainer_tui.domain.task import BatchHead, Kind, Task

AT = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = BatchHead(id="b", title="B")
GIVEN = "".join(map(chr, range(0x2800, 0x2900)))
OWN = "".join(map(chr, range(0x2900, 0x2A00)))
TASK = Task(id="b.1", kind=Kind.WRITE, title="A task", instructions=GIVEN)
FRESH = 0xF0000
"""Where code points begin that are no letters: each is compared by itself."""


class Character(NamedTuple):
    character: str
    origin: str
    paste: int = 0
    """The paste that brought it in, until that is saved."""
    source: PasteSource = PasteSource.TERMINAL


class Writer:
    """Writes into one text, saves, and knows the origin of each character."""

    def __init__(self) -> None:
        self.text: list[Character] = []
        self.undone: list[list[Character]] = []
        self.clipboard: list[Character] = []
        self.versions: list[Version] = []
        self.saved: list[Character] = []
        self.states: list[list[Character]] = []
        self.fresh = count(FRESH)
        self.pastes = count(1)
        self.given, self.own = iter(GIVEN), iter(OWN)
        self.seen: set[str] = set()
        """What any version holds."""
        self.unsaved = 0
        self.loose = 0
        """Code points that may be charged to another origin: short passages between two edits of
        one version, and short texts brought back."""

    def apply(self, operation: str, place: float, length: int) -> None:
        at = round(place * len(self.text))
        end = min(len(self.text), at + length)
        match operation:
            case "type":
                self.replace(at, at, self.new("typed", length))
            case "type over":
                self.replace(at, end, self.new("typed", length))
            case "delete":
                self.replace(at, end, [])
            case "outside":
                self.replace(at, end, self.pasted(self.new("outside", length)))
            case "task":
                self.replace(at, at, self.pasted(self.taken("task", self.given, length)))
            case "own":
                self.replace(at, at, self.pasted(self.taken("own", self.own, length)))
            case "cut" if end > at:
                self.clipboard = self.text[at:end]
                self.replace(at, end, [])
            case "paste the cut" if self.clipboard:
                moved, self.clipboard = self.clipboard, []
                self.replace(at, at, self.pasted(moved, PasteSource.PROGRAM))
            case "undo" if self.undone:
                self.text = self.undone.pop()
                # What was pasted back to where it was cut from is in two places no more.
                self.clipboard = []
                self.unsaved += 1
            case "save":
                self.save(Cause.TYPING)
            case "editor":
                self.save(Cause.TYPING)
                self.replace(at, end, self.new("editor", length))
                self.save(Cause.EDITOR)
            case "restore" if self.states:
                self.save(Cause.LEAVE)
                self.text = self.states[round(place * (len(self.states) - 1))]
                self.clipboard = []
                self.save(Cause.RESTORE)
            case "crash":
                self.text, self.undone, self.clipboard, self.unsaved = self.saved, [], [], 0

    def replace(self, at: int, end: int, new: list[Character]) -> None:
        self.undone.append(self.text)
        self.text = self.text[:at] + new + self.text[end:]
        self.unsaved += 1

    def new(self, origin: str, length: int) -> list[Character]:
        return [Character(chr(next(self.fresh)), origin) for _ in range(length)]

    def taken(self, origin: str, text: Iterator[str], length: int) -> list[Character]:
        return [
            Character(character, origin) for character, _ in zip(text, range(length), strict=False)
        ]

    def pasted(
        self, text: list[Character], source: PasteSource = PasteSource.TERMINAL
    ) -> list[Character]:
        number = next(self.pastes)
        return [one._replace(paste=number, source=source) for one in text]

    def save(self, cause: Cause) -> None:
        pastes, at = [], 0
        for (number, source), group in groupby(self.text, lambda one: (one.paste, one.source)):
            passage = {one.character for one in group}
            length = len(passage)
            if number:
                pastes.append(Paste(0, "response", at, length, source))
            if source is PasteSource.PROGRAM and not passage <= self.seen:
                # What was cut before it was ever saved is known to no version.
                self.loose += length
            at += length
        text = "".join(one.character for one in self.text)
        draft = Draft(id="d1", task_id="b.1", pairs=(Pair("", text),), pastes=tuple(pastes))
        number = len(self.versions) + 1
        self.versions.append(Version(number=number, saved_at=AT, cause=cause, draft=draft))
        self.text = self.saved = [one._replace(paste=0) for one in self.text]
        self.seen.update(text)
        self.states.append(self.saved)
        if self.unsaved > 1:
            # A paste that was changed before it was saved is judged as a whole as it then stands.
            self.loose += 8 * self.unsaved + sum(paste.length for paste in pastes)
        self.unsaved = 0

    def found(self) -> Counter[str]:
        there = followed(TASK, self.versions, [], self.versions[-1].draft)
        provenance = figures(there, GivenText(TASK, BATCH), (OWN,), 0.0)
        names = ("typed", "own", "task", "outside", "editor", "file")
        return Counter({name: n for name in names if (n := getattr(provenance, name))})

    def known(self) -> Counter[str]:
        return Counter(one.origin for one in self.saved)


WRITING = ["type", "type over", "delete", "outside", "task", "own", "cut", "paste the cut"]
OTHER = ["editor", "restore", "undo"]


def operations(names: list[str]) -> st.SearchStrategy[list[tuple[str, float, int]]]:
    one = st.tuples(st.sampled_from(names), st.floats(0, 1), st.integers(1, 30))
    return st.lists(one, min_size=1, max_size=30)


@settings(max_examples=300, deadline=None)
@given(operations([*WRITING, "editor", "restore", "crash"]))
def test_saved_after_each_step_every_character_has_its_origin(
    steps: list[tuple[str, float, int]],
) -> None:
    writer = Writer()
    for step in steps:
        writer.apply(*step)
        writer.save(Cause.TYPING)
    assert writer.found() == writer.known()


@settings(max_examples=300, deadline=None)
@given(operations([*WRITING, *OTHER, "save", "save", "save", "crash"]))
def test_saved_at_any_moment_only_short_passages_are_charged_to_another(
    steps: list[tuple[str, float, int]],
) -> None:
    writer = Writer()
    for step in steps:
        writer.apply(*step)
    writer.save(Cause.LEAVE)
    found, known = writer.found(), writer.known()
    assert found.total() == known.total()
    wrong = (found - known).total()
    assert wrong <= writer.loose
