"""Formats of the files: which one is current, and how an older one becomes the current one."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

CURRENT = 1
"""The format that is written."""

Tables = dict[str, dict[str, dict[str, Any]]]
Step = Callable[[str, Tables], Tables]
"""Takes the kind of a file and its tables in one format, returns them in the next."""

STEPS: Mapping[int, Step] = {}
"""The step that leads away from each older format: pure functions."""


def upgrade(kind: str, version: int, body: bytes) -> bytes:
    """Return the tables of a verified file, as JSON, in the current format."""
    if version == CURRENT:
        return body
    tables: Tables = msgspec.json.decode(body)
    for number in range(version, CURRENT):
        tables = STEPS[number](kind, tables)
    return msgspec.json.encode(tables)
