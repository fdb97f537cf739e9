"""Fresh identifiers that sort in the order in which they were made (UUIDv7, RFC 9562)."""

import os
import threading
import time
from collections.abc import Callable, Iterable

_RANDOM_BITS = 74
_STEP_BITS = 40
"""How far an id is put beyond the one before it when the clock did not move: far enough that
two copies of a data folder do not make the same ids."""


def milliseconds() -> int:
    """Return the wall clock's time as milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def id_maker(
    known: Callable[[], Iterable[str]] = tuple,
    *,
    now: Callable[[], int] = milliseconds,
    random: Callable[[int], bytes] = os.urandom,
) -> Callable[[], str]:
    """Return a maker of UUIDv7 (RFC 9562), each greater than all before it and all in `known`.

    So ids sort in the order of writing even when the wall clock was set back. `known`
    is asked once, for the first id; ids in it that are no UUIDv7 are passed over.
    """
    lock = threading.Lock()
    last: int | None = None

    def new_id() -> str:
        nonlocal last
        with lock:
            if last is None:
                last = max(map(_payload, known()), default=0)
            chance = int.from_bytes(random(10), "big")
            fresh = now() << _RANDOM_BITS | chance >> (80 - _RANDOM_BITS)
            last = max(fresh, last + 1 + (chance >> (80 - _STEP_BITS)))
            return _written(last)

    return new_id


def _written(payload: int) -> str:
    """Lay the 122 free bits of a UUIDv7 out: 48 of time, version, 12, variant, 62."""
    head, low = payload >> 62, payload & (1 << 62) - 1
    bits = (head >> 12) << 80 | 7 << 76 | (head & 0xFFF) << 64 | 2 << 62 | low
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _payload(id: str) -> int:
    """Return the free bits of a UUIDv7, 0 for any other text."""
    text = id.replace("-", "")
    if len(text) != 32 or text[12] != "7" or text[16] not in "89ab":
        return 0
    try:
        bits = int(text, 16)
    except ValueError:
        return 0
    return (bits >> 80) << 74 | (bits >> 64 & 0xFFF) << 62 | bits & (1 << 62) - 1
