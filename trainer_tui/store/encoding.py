"""JSON that can always be read back: the strict gate before anything is written."""

from typing import Any

import msgspec

from trainer_tui.domain.errors import StoreError

DEEPEST = 32
"""Levels of nesting inside one record."""
LARGEST = 2**53
"""Integers beyond this lose digits in other programs."""


def fields_of(record: msgspec.Struct, place: str) -> dict[str, Any]:
    """Return the fields of a record as plain JSON values.

    Raises `StoreError` for what another reader would take for something else: NaN and
    infinity, integers beyond 2^53, nesting deeper than 32, and fields of a wrong type.
    """
    try:
        fields: dict[str, Any] = msgspec.to_builtins(record, str_keys=True)
        msgspec.convert(fields, type(record))
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise _refused(place, str(error)) from error
    _check(fields, place, 0)
    return fields


def encode(value: Any, place: str) -> bytes:
    """Encode as JSON; raises `StoreError` for text that UTF-8 cannot hold (a lone surrogate)."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError as error:
        raise _refused(place, "the text contains half of a character (a lone surrogate)") from error
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _refused(place, str(error)) from error


def _check(value: Any, place: str, depth: int) -> None:
    match value:
        case str() | bool() | None:
            return
        case int():
            if abs(value) > LARGEST:
                raise _refused(place, "a number is too large")
        case float():
            if not abs(value) < float("inf"):
                raise _refused(place, "a number is not finite")
        case dict() | list() | tuple():
            if depth >= DEEPEST:
                raise _refused(place, "it is nested too deeply")
            for item in value.values() if isinstance(value, dict) else value:
                _check(item, place, depth + 1)
        case _:
            raise _refused(place, f"{type(value).__name__} cannot be stored")


def _refused(place: str, reason: str) -> StoreError:
    return StoreError(f"{place} was not saved: {reason}.", "Correct it, then save again.")
