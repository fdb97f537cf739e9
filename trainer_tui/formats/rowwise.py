"""Formats in which every row is a task: one loop, so that each tells only its own fields."""

from collections.abc import Callable, Iterable
from typing import Any

from trainer_tui.domain.message import Message
from trainer_tui.domain.task import Category, Kind, Task
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import ReadOptions
from trainer_tui.formats.rows import Mismatch, shown
from trainer_tui.formats.source import Row
from trainer_tui.formats.wording import instructions_for, title_of


def read_rows(rows: Iterable[Row], intake: Intake, make: Callable[[Any], Task]) -> None:
    """Make a task of each row; `make` raises `Mismatch` for a value that is none."""
    for row in rows:
        try:
            if row.fault is not None:
                raise row.fault
            task = make(row.value)
        except Mismatch as fault:
            intake.refuse(row.line, row.raw, fault)
        else:
            intake.add(row.line, row.raw, task)


def prompt_task(
    options: ReadOptions,
    prompts: tuple[str, ...],
    *,
    id: str = "",
    title: str = "",
    instructions: str = "",
    kind: Kind | None = None,
    category: Category = Category.OTHER,
    context: tuple[Message, ...] = (),
    **fields: Any,
) -> Task:
    """Make a task around given prompts, wording what the source leaves out.

    The kind that the caller told wins, then the row's own, then `respond`. For a kind
    whose text is not a prompt to answer, the text still comes first on the screen as
    the given prompt; for `write` it is what to write about, so it becomes the
    instructions.
    """
    kind = options.kind or kind or Kind.RESPOND
    text = prompts[-1] if context else "".join(prompts[:1])
    if kind is Kind.WRITE and prompts:
        instructions = "\n\n".join((*([instructions] if instructions else []), *prompts))
        prompts = ()
    return Task(
        id=id,
        kind=kind,
        title=title or title_of(text or instructions) or kind.value.capitalize(),
        instructions=instructions or instructions_for(kind, len(prompts), bool(context)),
        category=category,
        prompts=prompts,
        context=context,
        **fields,
    )


def row_object(value: Any) -> dict[str, Any]:
    """Return the row if it is an object; raise `Mismatch`."""
    if not isinstance(value, dict):
        raise Mismatch("", "an object", shown(value))
    return value


def text_of(row: dict[str, Any], field: str) -> str:
    """Return a text that is there and not blank; raise `Mismatch`."""
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise Mismatch(field, "text", shown(value))
    return value


def texts(row: dict[str, Any], field: str) -> tuple[str, ...]:
    """Return a list of texts, at least one; raise `Mismatch`."""
    value = row.get(field)
    if not isinstance(value, list) or not value:
        raise Mismatch(field, "a list of texts", shown(value))
    for place, text in enumerate(value):
        if not isinstance(text, str) or not text.strip():
            raise Mismatch(f"{field}[{place}]", "text", shown(text))
    return tuple(value)


def id_of(row: dict[str, Any], field: str) -> str:
    """Return the row's own id as text, empty if it has none; raise `Mismatch`."""
    value = row.get(field)
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Mismatch(field, "a text or an integer", shown(value))
    return str(value)


def rest(row: dict[str, Any], *read: str) -> dict[str, Any]:
    """The fields that were not read, kept as they came."""
    return {key: value for key, value in row.items() if key not in read}
