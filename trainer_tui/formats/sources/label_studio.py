"""Label Studio tasks and exports: `{"data": {...}, "annotations"?, "predictions"?, "meta"?}`."""

from typing import Any

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.fields import detect, mapped_task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import read_rows, row_object
from trainer_tui.formats.source import Look, Source


def _sniff(look: Look) -> int:
    return 80 if look.share(lambda row: isinstance(row.get("data"), dict)) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    rows = [row for row in source.look(mapped=False).rows if isinstance(row, dict)]
    data = [row["data"] for row in rows if isinstance(row.get("data"), dict)]
    mapping = intake.mapping = _mapping(rows, data, options)
    if not mapping.keys() & {"prompt", "instructions"}:
        names = ", ".join(dict.fromkeys(f"data.{key}" for item in data for key in item))
        raise BadInput(
            f"{source.name}: no field of prompts among {names or 'the rows'}",
            "--map prompt=COLUMN tells which field holds the prompt, such as prompt=data.text.",
        )

    def make(value: Any) -> Task:
        row = row_object(value)
        if not isinstance(row.get("data"), dict):
            raise Mismatch("data", "an object", shown(row.get("data")))
        return mapped_task(options, row, mapping, _extra(row, mapping))

    read_rows(source.rows(), intake, make)


def _mapping(
    rows: list[dict[str, Any]], data: list[dict[str, Any]], options: ReadOptions
) -> dict[str, str]:
    columns = {key: None for item in data for key in item}
    mapping = detect(columns, options.mapping, prefix="data.")
    if "id" not in options.mapping and any("id" in row for row in rows):
        mapping["id"] = "id"
    texts = [key for key in columns if all(isinstance(item.get(key), str) for item in data)]
    if not mapping.keys() & {"prompt", "instructions"} and len(texts) == 1:
        mapping["prompt"] = f"data.{texts[0]}"
    return mapping


def _extra(row: dict[str, Any], mapping: dict[str, str]) -> dict[str, Any]:
    used = set(mapping.values())
    kept = {key: value for key, value in row.items() if key != "data" and key not in used}
    data = {key: value for key, value in row["data"].items() if f"data.{key}" not in used}
    return kept | ({"data": data} if data else {})


FORMAT = Format(
    name="label-studio",
    title="Label Studio tasks and exports",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mappable=True,
)
