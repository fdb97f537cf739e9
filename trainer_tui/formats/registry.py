"""What a format is, and how the reader finds the modules that define one."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

import msgspec

from trainer_tui.domain.task import Kind
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.source import Look, Source


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller tells about a file; whatever is None or empty is found out."""

    format: str | None = None
    kind: Kind | None = None
    """Kind of every task, for formats that do not say one."""
    mapping: dict[str, str] = {}
    """Our field to their column or dotted path, such as `{"prompt": "data.text"}`."""
    batch_id: str | None = None
    title: str | None = None
    team: str | None = None
    language: str | None = None
    now: datetime | None = None


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One import format; a module of `formats.sources` defines it as `FORMAT`."""

    name: str
    title: str
    kind: Kind | None
    """Kind of the tasks it gives; None: the file says."""
    sniff: Callable[[Look], int]
    """How surely a file is of this format, 0 (no) to 100."""
    read: Callable[[Source, ReadOptions, Intake], None]
    """Give every row of the source to the intake, as a task or as a refused row."""
    mapping: Mapping[str, str] = {}
    """Our field to theirs, where the format fixes it."""
    mappable: bool = False
    """Whether `ReadOptions.mapping` may tell where the fields are."""


def load_formats() -> dict[str, Format]:
    """Import every module of `formats.sources` and return its format by name."""
    from trainer_tui.formats import sources

    found = [
        cast(Format, importlib.import_module(f"{sources.__name__}.{module.name}").FORMAT)
        for module in pkgutil.iter_modules(sources.__path__)
    ]
    return {format.name: format for format in sorted(found, key=lambda format: format.name)}
