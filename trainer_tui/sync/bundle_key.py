"""The line of text that lets a workstation without a line to its hub seal its bundles.

`ttb_` and then, in base64url, the hub's id, the member's id, the key and four bytes of a
checksum; the operator prints it and the trainer enters it once.
"""

import base64
import binascii
import hashlib
from typing import NamedTuple

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import is_safe

PREFIX = "ttb_"
"""By which a scanner for secrets knows it."""
KEY_BYTES = 32
_CHECK = 4
_LONGEST = 500


class BundleKey(NamedTuple):
    """With what a member's bundles are sealed, and between whom they go."""

    hub: str
    member: str
    key: bytes

    def __repr__(self) -> str:
        """Leave the key out: what is printed by accident should not open anything."""
        return f"BundleKey(hub={self.hub!r}, member={self.member!r})"


def as_line(key: BundleKey) -> str:
    """Return the key as one line of text."""
    plain = b"\0".join((key.hub.encode(), key.member.encode())) + b"\0" + key.key
    return PREFIX + base64.urlsafe_b64encode(plain + _check(plain)).decode().rstrip("=")


def read_line(line: str) -> BundleKey:
    """Return what a line says, whatever white space is in it.

    Raises `BadInput`, which never quotes the line.
    """
    text = "".join(line[: 2 * _LONGEST].split())
    if not text.startswith(PREFIX) or len(text) > _LONGEST or not text.isascii():
        raise _bad("it does not begin with 'ttb_'")
    digits = text.removeprefix(PREFIX)
    try:
        data = base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _bad("some of it is missing or mistyped") from None
    plain, check = data[:-_CHECK], data[-_CHECK:]
    ids, key = plain[:-KEY_BYTES], plain[-KEY_BYTES:]
    if _check(plain) != check or ids.count(b"\0") != 2 or len(key) != KEY_BYTES:
        raise _bad("some of it is missing or mistyped")
    hub, member, _ = ids.decode("ascii", "replace").split("\0")
    if not is_safe(hub) or not is_safe(member):
        raise _bad("it names no hub and no member")
    return BundleKey(hub, member, key)


def _check(plain: bytes) -> bytes:
    return hashlib.sha256(b"ttb_" + plain).digest()[:_CHECK]


def _bad(why: str) -> BadInput:
    return BadInput(why, "Copy the whole line that the operator gave you.", title="No bundle key")
