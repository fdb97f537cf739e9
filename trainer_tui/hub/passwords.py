"""Passwords, kept as argon2id (RFC 9106) with salt and parameters in one text.

19 MiB, two passes, one lane: one of the equal choices of OWASP's password storage advice,
and the one that keeps a small hub small when several people log in at once.
"""

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1024
"""Characters of a password that are looked at."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """Return what to store of a password."""
    return _HASHER.hash(password[:LONGEST])


@functools.cache
def _nobodys() -> str:
    """A hash that no password fits, to be tried where there is none."""
    return _HASHER.hash("\x00 the password of nobody")


def fits(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one; None, for an unknown account, takes as long."""
    try:
        return _HASHER.verify(stored or _nobodys(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
