"""IFEval and M-IFEval rows: a prompt with the verifiable instructions that it contains."""

from typing import Any

from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.rowwise import (
    id_of,
    prompt_task,
    read_rows,
    rest,
    row_object,
    text_of,
    texts,
)
from trainer_tui.formats.source import Look, Source

_LANGUAGES = ("en", "fr", "es", "ja")


def _sniff(look: Look) -> int:
    return 90 if look.share(lambda row: {"prompt", "instruction_id_list"} <= row.keys()) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    def make(value: Any) -> Task:
        row = row_object(value)
        rules = rules_in(row)
        return prompt_task(
            options,
            (text_of(row, "prompt"),),
            id=id_of(row, "key"),
            language=language_of(rules),
            rules=rules,
            extra=rest(row, "key", "prompt", "instruction_id_list", "kwargs"),
        )

    read_rows(source.rows(), intake, make)


def rules_in(row: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the rules of a row, at least one; raise `Mismatch`."""
    return _rules(texts(row, "instruction_id_list"), row.get("kwargs"))


def language_of(rules: tuple[dict[str, Any], ...]) -> str | None:
    """Return the language that the first rule is of, where its name says one."""
    prefix = str(rules[0]["rule"]).partition(":")[0]
    return prefix if prefix in _LANGUAGES else None


def _rules(instructions: tuple[str, ...], kwargs: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(kwargs, list):
        raise Mismatch("kwargs", "a list", shown(kwargs))
    if len(kwargs) != len(instructions):
        expected = f"one for each of the {len(instructions)} instructions"
        raise Mismatch("kwargs", expected, str(len(kwargs)))
    rules = []
    for place, (name, arguments) in enumerate(zip(instructions, kwargs, strict=True)):
        if not isinstance(arguments, dict):
            raise Mismatch(f"kwargs[{place}]", "an object", shown(arguments))
        if "rule" in arguments:
            raise Mismatch(f"kwargs[{place}].rule", "no argument of that name", "one")
        given = {key: value for key, value in arguments.items() if value is not None}
        rules.append({"rule": name, **given})
    return tuple(rules)


FORMAT = Format(
    name="ifeval",
    title="IFEval and M-IFEval prompts",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "key", "prompts": "prompt", "rules": "instruction_id_list"},
)
