"""How far a member has read, as an opaque text that only this hub can write."""

import base64
import binascii
import hashlib
import hmac

import msgspec

from trainer_tui.domain.errors import TrainerError
from trainer_tui.hub.state import Hub
from trainer_tui.sync.protocol import MAX_CURSOR, Places

_MARK = 16
"""Bytes of the signature: 128 bits."""

_decoder = msgspec.json.Decoder(Places)


class CursorGone(TrainerError):
    """A cursor that this hub did not give this member in this epoch."""

    title = "Read again from the start"

    def __init__(self) -> None:
        super().__init__("the hub does not know this place in the feed")


def written(hub: Hub, member_id: str, places: Places) -> str:
    """Return the cursor of a member."""
    payload = msgspec.json.encode(places, order="sorted")
    return base64.urlsafe_b64encode(_mark(hub, member_id, payload) + payload).decode()


def read(hub: Hub, member_id: str, cursor: str) -> Places:
    """Return what a cursor of this member in this epoch says; raises `CursorGone`."""
    try:
        data = base64.b64decode(cursor[:MAX_CURSOR], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise CursorGone() from None
    mark, payload = data[:_MARK], data[_MARK:]
    if not hmac.compare_digest(mark, _mark(hub, member_id, payload)):
        raise CursorGone()
    return _decoder.decode(payload)


def _mark(hub: Hub, member_id: str, payload: bytes) -> bytes:
    # Ids hold no line break, so that the parts cannot run into each other.
    covered = f"cursor 1\n{hub.epoch}\n{member_id}\n".encode() + payload
    return hmac.digest(hub.cursor_key, covered, hashlib.sha256)[:_MARK]
