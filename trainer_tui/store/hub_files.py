"""What a workstation keeps of its hub: `hub.json`, and the records of other machines."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from trainer_tui.domain.link import HubState
from trainer_tui.domain.submission import WorkRecord
from trainer_tui.store import documents, encoding
from trainer_tui.store.documents import ONLY, TABLES
from trainer_tui.store.paths import Layout, listing
from trainer_tui.store.quarantine import Quarantine

if TYPE_CHECKING:
    from trainer_tui.store.storage import Documents

_TABLES = ("memberships", "held", "unread")
"""Fields of the state that have a table of their own."""


class HubFiles:
    """The files that the line to the hub writes; not thread-safe by itself.

    The cursor says: everything before it is here. So what a page of changes brings is
    written first, in ways that can be repeated (a batch, a record, bytes set aside), and
    then one write of `hub.json` moves the cursor together with the claims and the list of
    what could not be read. A crash or a full disk in between leaves the cursor where it
    was, and the page comes again; it can never leave a hole behind the cursor.
    """

    def __init__(self, layout: Layout, quarantine: Quarantine) -> None:
        self._layout = layout
        self._quarantine = quarantine
        self._documents: Documents | None = None
        self._received: dict[str, dict[str, WorkRecord]] = {}
        self.state = HubState()

    def refuse_newer(self) -> None:
        """Raise `NewerFormat` if a file is of a newer format."""
        documents.refuse_newer(self._layout.hub, "hub", self._layout.place(self._layout.hub))
        for path in listing(self._layout.received, ".json"):
            documents.refuse_newer(path, "received", self._layout.place(path))

    def load(self) -> None:
        """Read everything once."""
        self.state = (
            documents.read(self._layout.hub, documents.parse_hub, self._quarantine) or HubState()
        )
        for path in documents.present(self._layout.received):
            records = documents.read(path, documents.parse_received, self._quarantine)
            if records is not None:
                self._received[path.stem] = {record.id: record for record in records}

    def read_again(self) -> None:
        """Let everything be read from the hub once more: files that it wrote were damaged.

        What was lost with them comes back; what is here is written once more, as it is.
        """
        again = msgspec.structs.replace(self.state, cursor=None, heads={})
        if self._quarantine.read_only:
            self.state = again
        else:
            self.put(again)

    def put(self, state: HubState) -> None:
        """Replace what is remembered of the hub; nothing is written if it is the same."""
        if state == self.state:
            return
        place = self._layout.place(self._layout.hub)
        fields = encoding.fields_of(state, place)
        rest = {name: fields.pop(name, []) for name in _TABLES}
        tables = {
            "hub": {ONLY: fields},
            "memberships": {one["team"]: one for one in rest["memberships"]},
            "claims": {one["claim"]["id"]: one for one in rest["held"]},
            "unread": {one["id"]: one for one in rest["unread"]},
        }
        if self._documents is None:
            from trainer_tui.store.storage import Documents

            self._documents = Documents(self._layout.hub, "hub", place)
        self._documents.replace(tables)
        self.state = state

    def received(self) -> tuple[WorkRecord, ...]:
        """Return the records that came from other machines."""
        return tuple(record for own in self._received.values() for record in own.values())

    def put_received(self, batch_id: str, records: Iterable[WorkRecord]) -> None:
        """Add records on one batch, or replace those with the same ids."""
        from trainer_tui.store.storage import Documents

        known = self._received.get(batch_id, {})
        now = known | {record.id: record for record in records}
        if now == known:
            return
        path = self._layout.received_of(batch_id)
        place = self._layout.place(path)
        tables: dict[str, dict[str, object]] = {name: {} for name in TABLES.values()}
        for record in now.values():
            tables[TABLES[type(record)]][record.id] = encoding.fields_of(record, place)
        Documents(path, "received", place).replace(tables)
        self._received[batch_id] = now
