"""Tables with a header row: columns found by name or told by the caller."""

import csv
from collections.abc import Iterator
from typing import Any

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.fields import WRONG_MAPPING, detect, mapped_task, tells_work, unread
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, did_you_mean, shown
from trainer_tui.formats.rowwise import read_rows
from trainer_tui.formats.source import Look, Row, Source, require_size
from trainer_tui.formats.table import Table


def _sniff(look: Look) -> int:
    if look.layout != "table":
        return 0
    return 70 if look.mapped or tells_work(detect(look.columns, {})) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    try:
        table = Table(source.text())
        columns = [column.strip() for column in table.columns]
        mapping = intake.mapping = detect(columns, options.mapping)
        _check_header(source, columns, options, mapping)
        rows = list(_rows(table, columns))
    except csv.Error as error:
        raise BadInput(
            f"{source.name}: expected comma separated values, got {error}",
            "A quote is not closed, or stands in the middle of a cell.",
        ) from None

    def make(row: dict[str, Any]) -> Task:
        return mapped_task(options, row, mapping, unread(row, mapping))

    read_rows(rows, intake, make)
    source.advance(len(source.data))


def _check_header(
    source: Source, columns: list[str], options: ReadOptions, mapping: dict[str, str]
) -> None:
    known = ", ".join(shown(column) for column in columns)
    repeated = next((column for column in columns if columns.count(column) > 1), None)
    if repeated is not None:
        raise BadInput(
            f"{source.name}, line 1: expected each column once, got {shown(repeated)} twice"
        )
    for field, column in options.mapping.items():
        if column not in columns:
            guess = did_you_mean(column, columns)
            raise BadInput(
                f"{source.name}, line 1, field {field}: no column {shown(column)}{guess}",
                f"The columns are {known}.",
                title=WRONG_MAPPING,
            )
    if not tells_work(mapping):
        raise BadInput(
            f"{source.name}, line 1: expected a column of prompts, got {known}",
            "--map prompt=COLUMN tells which column holds the prompt.",
        )


def _rows(table: Table, columns: list[str]) -> Iterator[Row]:
    for line, text, cells in table.rows():
        raw = text.encode()
        try:
            require_size(raw)
            if len(cells) != len(columns):
                raise Mismatch("", f"{len(columns)} cells", str(len(cells)))
        except Mismatch as fault:
            yield Row(line, raw, fault=fault)
        else:
            yield Row(line, raw, dict(zip(columns, cells, strict=True)))


FORMAT = Format(
    name="csv",
    title="Table with a header row (CSV)",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mappable=True,
)
