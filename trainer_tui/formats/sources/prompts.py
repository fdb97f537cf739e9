"""Plain rows of `{"prompt": ...}`, and any other objects whose fields the caller tells."""

from typing import Any

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.fields import detect, mapped_task, unread
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rowwise import read_rows, row_object
from trainer_tui.formats.source import Look, Source


def _sniff(look: Look) -> int:
    if look.layout == "table":
        return 0
    if look.share(lambda row: "prompt" in row):
        return 50
    known = look.share(lambda row: "prompt" in detect(row, {}))
    return 20 if known or (look.mapped and look.columns) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    columns = source.look(mapped=False).columns
    mapping = intake.mapping = detect(columns, options.mapping)
    if not mapping.keys() & {"prompt", "instructions"}:
        raise BadInput(
            f"{source.name}: no field of prompts among {', '.join(columns) or 'the rows'}",
            "--map prompt=COLUMN tells which field holds the prompt.",
        )

    def make(value: Any) -> Task:
        row = row_object(value)
        return mapped_task(options, row, mapping, unread(row, mapping))

    read_rows(source.rows(), intake, make)


FORMAT = Format(
    name="prompts",
    title="Rows with a prompt",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mappable=True,
)
