"""What the hub gives for each operation that it has taken: proof of it, should it forget.

A hub that was restored from a backup has lost, together with the work done since, the claims
on which it was done. With the receipt a workstation shows that the very operation was taken
once, and so it is taken again. The key outlives a restore.
"""

import hashlib
import hmac

from trainer_tui.hub.operations import Arrived

_LENGTH = 32
"""Hexadecimal digits: 128 bits."""


def receipt(key: bytes, member_id: str, operation: Arrived) -> str:
    """Return the receipt for an operation of a member."""
    parts = (member_id, operation.team_id, operation.kind, operation.op_id, operation.digest)
    told = "\n".join(("receipt", *parts)).encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()[:_LENGTH]


def proves(key: bytes, member_id: str, operation: Arrived) -> bool:
    """Whether an operation comes with the receipt for it."""
    return operation.receipt.isascii() and hmac.compare_digest(
        operation.receipt, receipt(key, member_id, operation)
    )
