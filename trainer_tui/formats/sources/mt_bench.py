"""MT-bench questions: `question_id`, `category`, `turns`, sometimes `reference`."""

from typing import Any

from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rowwise import id_of, prompt_task, read_rows, rest, row_object, texts
from trainer_tui.formats.source import Look, Source
from trainer_tui.formats.wording import category_of


def _sniff(look: Look) -> int:
    return 90 if look.share(lambda row: {"question_id", "turns"} <= row.keys()) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    def make(value: Any) -> Task:
        row = row_object(value)
        return prompt_task(
            options,
            texts(row, "turns"),
            id=id_of(row, "question_id"),
            category=category_of(str(row.get("category", ""))),
            extra=rest(row, "question_id", "turns"),
        )

    read_rows(source.rows(), intake, make)


FORMAT = Format(
    name="mt-bench",
    title="MT-bench questions",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "question_id", "prompts": "turns", "category": "category"},
)
