"""IFEval and M-IFEval rows: a prompt with the verifiable instructions that it contains."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from trainer_tui.domain.rules import kinds
from trainer_tui.domain.task import Kind, Task
from trainer_tui.formats.checking import RuleFault, rule_fault
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
_ID = re.compile(r"(?:[a-z]{2,3}:)?[a-z_]+:[a-z_0-9]+")
_NEAR = 0.9
"""Likeness of an unknown id to a known one from which it is taken for a slip of the pen."""
_NAMED = 5


def _sniff(look: Look) -> int:
    return 90 if look.share(lambda row: {"prompt", "instruction_id_list"} <= row.keys()) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    intake.unknown_rules = True
    unknown: Counter[str] = Counter()

    def make(value: Any) -> Task:
        row = row_object(value)
        rules = rules_in(row)
        unknown.update(_unknown(rules))
        return prompt_task(
            options,
            (text_of(row, "prompt"),),
            id=id_of(row, "key"),
            language=language_of(rules),
            rules=rules,
            extra=rest(row, "key", "prompt", "instruction_id_list", "kwargs"),
        )

    read_rows(source.rows(), intake, make)
    if unknown:
        ids = [f"{name} ({number:,})" for name, number in unknown.most_common(_NAMED)]
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        intake.notes.append(
            f"instructions that are shown but cannot be checked here: {', '.join(ids)}{more}"
        )


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
        rule = {"rule": name, **given}
        if fault := rule_fault(rule):
            _refuse(place, name, fault)
        rules.append(rule)
    return tuple(rules)


def _refuse(place: int, name: str, fault: RuleFault) -> None:
    """Raise `Mismatch` in the row's own terms, unless the id is one of another collection.

    An id of the usual form that is like none of ours is kept: there are more languages and
    kinds than we know, and their prompts can be worked on all the same.
    """
    if fault.field != "rule":
        raise Mismatch(f"kwargs[{place}].{fault.field}", fault.expected, fault.got)
    language = _language(name)
    ours = [known for known in kinds() if _language(known) == language]
    if not (fault.unknown and _ID.fullmatch(name)) or get_close_matches(name, ours, 1, _NEAR):
        raise Mismatch(f"instruction_id_list[{place}]", fault.expected, fault.got)


def _language(name: str) -> str:
    """Return the language of an id; one without is English."""
    first, _, rest = name.partition(":")
    return "" if first == "en" or ":" not in rest else first


def _unknown(rules: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (rule["rule"] for rule in rules if rule_fault(rule))


FORMAT = Format(
    name="ifeval",
    title="IFEval and M-IFEval prompts",
    kind=Kind.RESPOND,
    sniff=_sniff,
    read=_read,
    mapping={"id": "key", "prompts": "prompt", "rules": "instruction_id_list"},
)
