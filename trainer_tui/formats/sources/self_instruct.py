"""Self-instruct tasks: `instruction` and `instances` of `input` and `output`."""

from typing import Any

from trainer_tui.domain.task import Category, Kind, Task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import id_of, prompt_task, read_rows, rest, row_object, text_of
from trainer_tui.formats.source import Look, Source
from trainer_tui.formats.wording import title_of


def _sniff(look: Look) -> int:
    return 90 if look.share(lambda row: {"instruction", "instances"} <= row.keys()) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    def make(value: Any) -> Task:
        row = row_object(value)
        instruction = text_of(row, "instruction")
        given = _input(row.get("instances"))
        name = row.get("name")
        named = isinstance(name, str) and name.strip()
        return prompt_task(
            options,
            (f"{instruction}\n\n{given}" if given.strip() else instruction,),
            id=id_of(row, "id"),
            title=title_of(str(name).replace("_", " ").capitalize()) if named else "",
            category=Category.CLASSIFY if row.get("is_classification") is True else Category.OTHER,
            extra=rest(row, "id", "instruction"),
        )

    read_rows(source.rows(), intake, make)


def _input(instances: Any) -> str:
    """The first instance's input: one task a row, the other instances stay in `extra`."""
    if not isinstance(instances, list):
        raise Mismatch("instances", "a list", shown(instances))
    if not instances:
        return ""
    first = instances[0]
    if not isinstance(first, dict):
        raise Mismatch("instances[0]", "an object", shown(first))
    given = first.get("input", "")
    if not isinstance(given, str):
        raise Mismatch("instances[0].input", "text", shown(given))
    return given


FORMAT = Format(
    name="self-instruct",
    title="Self-instruct seed tasks",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "id", "title": "name", "prompts": "instruction"},
)
