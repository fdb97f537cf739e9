"""Work leaves and comes in by files, for a trainer without a line to the hub."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Raw

from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.link import HubState, Link
from trainer_tui.domain.membership import Wish
from trainer_tui.domain.progress import State
from trainer_tui.services.ports import Clock, NewId, Store
from trainer_tui.services.receiving import Receiving
from trainer_tui.services.remembering import Memory
from trainer_tui.services.sending import Sending
from trainer_tui.services.tally import Tally
from trainer_tui.services.workstation import Workstation
from trainer_tui.sync import bundle
from trainer_tui.sync.bundle import BadBundle, Bundle, Direction, Head, OutFacts
from trainer_tui.sync.bundle_key import BundleKey, read_line
from trainer_tui.sync.bundle_line import BundleLine, NoLine
from trainer_tui.sync.credentials import Safe, Secrets, Token
from trainer_tui.sync.outbox import Outgoing
from trainer_tui.sync.protocol import MAX_CLAIMS, Limits, Places

ASK_AGAIN = "Send a new one of 'trainer-tui bundle out': its answer holds all that is missing."
_WHOLE = Limits(operations=10**9, body=2**40, plain=2**40)
"""A bundle answers for everything at once."""


class Packed(NamedTuple):
    """A bundle for the hub, as the bytes of its file."""

    data: bytes
    operations: int
    left: int
    """What did not fit; it leaves with the bundle after the answer to this one."""
    tasks: int
    """How many tasks it asks for."""


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle from the hub came to."""

    made_at: datetime
    sent: int = 0
    """Records and shifts that the hub has now, by what the bundle says."""
    late: int = 0
    refused: int = 0
    received: int = 0
    """Changes that were new."""
    tasks: frozenset[str] = frozenset()
    """Ids of the tasks whose text or state may have changed."""
    known: bool = False
    """Whether all of it was known before."""
    restored: bool = False
    """Whether it tells that the hub was restored: everything leaves with the next bundle."""


class Bundling:
    """Shift bundles of one workstation; made by `Syncing.bundling`.

    What a line to the hub does is done here by the same parts: `Sending` says what waits and
    marks what arrived, `Receiving` applies the pages.
    """

    def __init__(
        self,
        store: Store,
        station: Workstation,
        memory: Memory,
        clock: Clock,
        new_id: NewId,
        safe: Safe,
        *,
        wanted: Wish,
        no_hours: set[str],
        then: Callable[[], None],
    ) -> None:
        """Prepare it; `wanted` is what to claim, `no_hours` as in `Sending`.

        `then` is called when something may have changed, also if it broke off.
        """
        self._store, self._station, self._memory = store, station, memory
        self._clock, self._new_id, self._safe = clock, new_id, safe
        self._wanted, self._no_hours, self._then = wanted, no_hours, then

    def enter_key(self, line: str) -> Link:
        """Keep the line of text that the operator gave; raises `BadInput`, `NotAllowed`.

        A data folder belongs to one member of a hub for good, as with a login.
        """
        key = read_line(line)
        link, secrets = self._memory.state.link, self._safe.get()
        if link is not None and (link.hub, link.member) != (key.hub, key.member):
            raise NotAllowed(
                f"this data folder belongs to {link.name or 'another member'}"
                + (" of another hub" if link.hub != key.hub else ""),
                "Another person needs another folder: set TRAINER_TUI_HOME.",
            )
        if link is None:
            link = Link(
                url="",
                hub=key.hub,
                epoch="",
                member=key.member,
                name="",
                since=self._clock.now(),
            )
            self._memory.put(link=link)
        bundle_key = Token(key.key.hex())
        if secrets is not None and secrets.url == link.url:
            kept = Secrets(secrets.url, secrets.session, secrets.token, bundle_key)
        else:
            kept = Secrets(link.url, "", Token(""), bundle_key)
        self._safe.put(kept)
        return link

    def out(self, tasks: int | None = None) -> Packed:
        """Pack all that waits, where this workstation stands, and how many tasks it would like.

        None: as many as it is short of. Nothing is marked: what leaves in a file is on its
        way only when an answer says so. Raises `NotAllowed` without a key.
        """
        link, key = self._require_key()
        wish = self._short_of() if tasks is None else tasks
        wish = min(max(wish, 0), MAX_CLAIMS)
        state = self._memory.state
        waiting: list[Outgoing] = list(self._sending(link, None, Tally()).leaving())
        head = Head(
            direction=Direction.OUT,
            hub=link.hub,
            member=link.member,
            id=self._new_id(),
            epoch=link.epoch,
            made_at=self._clock.now(),
        )
        packed = 0

        def facts(count: int) -> OutFacts:
            nonlocal packed
            packed = count
            return OutFacts(
                operations=count, cursor=state.cursor, tasks=wish, without=self._wanted.without
            )

        data = bundle.pack(key.key, head, (one.data for one in waiting), facts)
        return Packed(data, packed, len(waiting) - packed, wish)

    def take_in(self, data: bytes) -> TakenIn:
        """Apply a bundle from the hub.

        Raises `BadBundle` with nothing changed, also if one before it is missing, and
        `StoreError`: then what was applied holds, and the same bundle again does the rest.
        """
        link, key = self._require_key()
        opened = bundle.unseal(data, key.key, Direction.IN, hub=key.hub, member=key.member)
        if opened.head.epoch < link.epoch:
            raise BadBundle("it was made before the hub was restored from a backup", ASK_AGAIN)
        try:
            return self._taken_in(link, opened)
        finally:
            self._then()

    def _taken_in(self, link: Link, opened: Bundle) -> TakenIn:
        epoch = opened.head.epoch
        line = BundleLine(opened, newer_than=self._memory.state.bundle)
        restored = bool(link.epoch) and epoch != link.epoch
        self._require_no_hole(line, fresh=epoch != link.epoch)
        tally = Tally()
        sending = self._sending(link, line, tally)
        if epoch != link.epoch:
            sending.compare(None)
            link = msgspec.structs.replace(link, epoch=epoch)
            self._memory.put(link=link, cursor=None, reached={}, heads={})
        if line.name != link.name:
            self._memory.put(link=msgspec.structs.replace(link, name=line.name))
        sending.push()
        now_there = max(self._clock.now(), opened.head.made_at)
        self._pull(line, now_there, tally)
        self._memory.put(bundle=max(opened.head.id, self._memory.state.bundle))
        return TakenIn(
            made_at=opened.head.made_at,
            sent=tally.sent,
            late=tally.late,
            refused=tally.refused,
            received=tally.received,
            tasks=tally.tasks,
            known=not tally.sent + tally.refused + tally.received and not restored,
            restored=restored,
        )

    def _pull(self, line: BundleLine, now_there: datetime, tally: Tally) -> None:
        """Apply what of the pages is new; a place that was reached is never left again."""
        receiving = Receiving(self._store, self._station, self._memory, self._clock)
        known = dict(_reached(self._memory.state))
        for page in line.pages():
            if _covers(known, page.reached):
                continue
            state = self._memory.state
            new = [bytes(raw) for raw in page.changes if not _is_known(raw, known, page.reached)]
            # Only the hub can write a cursor. Where there is none for what was read and what
            # is in this page together, the old one stays, and some is read once more later.
            ahead = _covers(page.reached, known)
            taken = receiving.take(
                new,
                page.cursor if ahead else state.cursor,
                now_there,
                page.reached if ahead else state.reached,
            )
            known = _joined(known, page.reached)
            tally.received += taken.changes
            tally.tasks |= taken.tasks

    def _require_no_hole(self, line: BundleLine, *, fresh: bool) -> None:
        """Raise `BadBundle` if something between what is here and the bundle is missing."""
        known = {} if fresh else _reached(self._memory.state)
        if not _covers(known, line.after):
            raise BadBundle("another one, made before it, has not been taken in here", ASK_AGAIN)

    def _require_key(self) -> tuple[Link, BundleKey]:
        link, secrets = self._memory.state.link, self._safe.get()
        text = secrets.bundle_key.reveal() if secrets and link and secrets.url == link.url else ""
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if link is None or not key:
            raise NotAllowed(
                "there is no key for bundles here",
                "'trainer-tui bundle key' takes the line that your operator gives you; a login "
                "brings the key as well.",
                title="No bundle key",
            )
        return link, BundleKey(link.hub, link.member, key)

    def _sending(self, link: Link, line: BundleLine | None, tally: Tally) -> Sending:
        asked = line or NoLine()
        return Sending(asked, self._store, self._station, link, _WHOLE, tally, self._no_hours)

    def _short_of(self) -> int:
        tasks = self._station.tasks
        held = [h.claim.task_id for h in self._memory.state.held if h.claim.task_id in tasks]
        return self._wanted.tasks - sum(tasks.state(task_id) is State.OPEN for task_id in held)


def _reached(state: HubState) -> Places:
    return state.reached if state.cursor is not None else {}


def _covers(one: Places, other: Places) -> bool:
    """Whether who has read as far as one has read as far as the other."""
    return all(
        one.get(team, (0, 0))[0] >= own and one.get(team, (0, 0))[1] >= wide
        for team, (own, wide) in other.items()
    )


def _joined(one: Places, other: Places) -> Places:
    """Return how far somebody has read who has read both."""
    teams = one.keys() | other.keys()
    both = {team: (one.get(team, (0, 0)), other.get(team, (0, 0))) for team in teams}
    return {team: (max(a[0], b[0]), max(a[1], b[1])) for team, (a, b) in both.items()}


class _Place(msgspec.Struct):
    team: str
    seq: int


def _is_known(raw: Raw, known: Places, reached: Places) -> bool:
    """Whether a change was applied before; what cannot be read counts as new."""
    try:
        change = msgspec.json.decode(raw, type=_Place)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    here = known.get(change.team, (0, 0))
    there = reached.get(change.team, (0, 0))
    return change.seq <= min(here) or (there[0] <= here[0] and there[1] <= here[1])
