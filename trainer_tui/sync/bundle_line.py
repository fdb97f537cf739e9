"""A bundle from the hub, asked as the hub itself would be over a line."""

from collections.abc import Iterator, Sequence
from itertools import islice

from trainer_tui.domain.text import clean
from trainer_tui.sync.bundle import BadBundle, Bundle, InFacts, decoded
from trainer_tui.sync.client import (
    MAX_TEAMS,
    HubLine,
    LoosePage,
    LoosePushed,
    readable,
)
from trainer_tui.sync.outbox import Outgoing
from trainer_tui.sync.protocol import MAX_CURSOR, Have, HaveRequest, Places, Result, Status

LONGEST_NAME = 200


class NoLine(HubLine):
    """Answers nothing: for who only wants to know what waits."""

    def __init__(self) -> None:
        """Open nothing."""


class BundleLine(NoLine):
    """Answers out of a bundle; all of it was read once before the first answer.

    Nothing is sent: an operation that the bundle does not speak of is still to leave.
    """

    def __init__(self, opened: Bundle, *, newer_than: str) -> None:
        """Read it; raises `BadBundle`.

        What it says of refusals counts only if it is newer than the newest that was applied,
        whose id is given: what was sent again since is not refused again by an old one.
        """
        self._bundle = opened
        self._facts = decoded(opened.last, InFacts)
        counts = self._facts.results, self._facts.pages
        if min(counts) < 0 or sum(counts) != opened.parts:
            raise BadBundle("it does not hold what it says")
        new = opened.head.id > newer_than
        self._results: dict[str, Result] = {}
        for frame in islice(opened.frames(), self._facts.results):
            for result in readable(decoded(frame, LoosePushed).results):
                if new or result.status is not Status.REFUSED:
                    self._results.setdefault(result.op_id, result)
        for _ in self.pages():
            pass

    @property
    def after(self) -> Places:
        """How far one must have read for the pages to leave no hole."""
        return self._facts.after

    @property
    def name(self) -> str:
        """What people call the member, as one line of harmless text."""
        return " ".join(clean(self._facts.name)[0].split())[:LONGEST_NAME]

    def pages(self) -> Iterator[LoosePage]:
        """Yield the pages of the feed, of which no change was read yet."""
        for frame in islice(self._bundle.frames(), self._facts.results, None):
            page = decoded(frame, LoosePage)
            if not 0 < len(page.cursor) <= MAX_CURSOR or not page.cursor.isprintable():
                raise BadBundle("it does not say where to read on")
            if len(page.reached) > MAX_TEAMS:
                raise BadBundle("it tells of more teams than can be")
            yield page

    def push(self, operations: Sequence[Outgoing]) -> list[Result]:
        """Return what the bundle knows of operations."""
        known = (self._results.get(one.op_id) for one in operations)
        return [result for result in known if result is not None]

    def have(self, request: HaveRequest) -> Have:
        """Say that all are missing: after a restore nobody knows, and twice does no harm."""
        return Have(missing=tuple(pair.op_id for pair in request.operations))
