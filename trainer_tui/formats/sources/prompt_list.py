"""A list of plain strings, each a prompt, as Open-Assistant's prompt lottery."""

from typing import Any

from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import prompt_task, read_rows
from trainer_tui.formats.source import Look, Source


def _sniff(look: Look) -> int:
    strings = sum(isinstance(row, str) for row in look.rows)
    return 80 if strings and 2 * strings >= len(look.rows) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    def make(value: Any) -> Task:
        if not isinstance(value, str) or not value.strip():
            raise Mismatch("", "a prompt as text", shown(value))
        return prompt_task(options, (value,))

    read_rows(source.rows(), intake, make)


FORMAT = Format(
    name="prompt-list",
    title="List of prompts as strings",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
)
