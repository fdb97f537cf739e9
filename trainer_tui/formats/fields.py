"""Where our fields are in rows that others have laid out: told by the caller, or found by name."""

from collections.abc import Iterable, Mapping
from typing import Any

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.message import Message, Role
from trainer_tui.domain.task import Task
from trainer_tui.formats.checking import as_kind
from trainer_tui.formats.registry import ReadOptions
from trainer_tui.formats.rows import Mismatch, did_you_mean, shown
from trainer_tui.formats.rowwise import prompt_task
from trainer_tui.formats.wording import category_of

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "task_id", "prompt_id", "question_id", "key", "external_id", "uuid"),
    "prompt": ("prompt", "prompts", "question", "query", "text", "message", "input", "instruction"),
    "title": ("title", "name", "subject"),
    "instructions": ("instructions", "task", "description"),
    "system": ("system", "system_prompt"),
    "response": ("response", "responses", "model_response"),
    "category": ("category",),
    "kind": ("kind",),
    "language": ("language", "lang", "locale"),
    "browsing": ("browsing",),
    "priority": ("priority",),
    "estimate_minutes": ("estimate_minutes", "minutes"),
}
FIELDS = tuple(_NAMES)
"""Our fields that a mapping can tell."""
WRONG_MAPPING = "Wrong mapping"
"""Title of what is refused because of the mapping, not of the file."""

_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def detect(columns: Iterable[str], told: Mapping[str, str], prefix: str = "") -> dict[str, str]:
    """Find our fields among their columns; what the caller told wins.

    `prefix` goes before a found name, for columns inside an object. Raises `BadInput`
    for a told field that is none of ours.
    """
    for field in told:
        if field not in _NAMES:
            raise BadInput(
                f"there is no field {shown(field)} to map{did_you_mean(field, FIELDS)}",
                f"The fields are {', '.join(FIELDS)}.",
                title=WRONG_MAPPING,
            )
    by_name = {column.strip().lower().replace(" ", "_"): column for column in columns}
    found = dict(told)
    for field, names in _NAMES.items():
        name = next((name for name in names if name in by_name), None)
        if name is not None and field not in told and prefix + by_name[name] not in told.values():
            found[field] = prefix + by_name[name]
    return found


def tells_work(mapping: Mapping[str, str]) -> bool:
    """Whether the mapping finds something to work on: a prompt, or instructions."""
    return "prompt" in mapping or "instructions" in mapping


def value_at(row: Mapping[str, Any], path: str) -> Any:
    """The value under a column or a dotted path; None where there is none."""
    if path in row:
        return row[path]
    value: Any = row
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def mapped_task(
    options: ReadOptions, row: Mapping[str, Any], mapping: Mapping[str, str], extra: dict[str, Any]
) -> Task:
    """Make a task of a row; raise `Mismatch` naming the row's own column."""
    cell = _Cells(row, mapping)
    prompts, context, system = _prompts(cell)
    kind, category = cell.text("kind"), cell.text("category")
    if not prompts and not cell.text("instructions"):
        column = mapping.get("prompt", mapping.get("instructions", "prompt"))
        raise Mismatch(column, "text", shown(value_at(row, column)))
    if category:
        extra = extra | {mapping["category"]: category}
    try:
        told_kind = as_kind(kind) if kind else None
    except Mismatch as fault:
        raise Mismatch(mapping["kind"], fault.expected, fault.got) from None
    if told_kind is None and not prompts:
        told_kind = as_kind("write")
    return prompt_task(
        options,
        prompts,
        id=cell.text("id"),
        title=cell.text("title"),
        instructions=cell.text("instructions"),
        kind=told_kind,
        category=category_of(category),
        context=context,
        system=system or cell.text("system") or None,
        responses=cell.texts("response"),
        language=cell.text("language") or None,
        browsing=cell.yes_no("browsing"),
        priority=int(cell.number("priority") or 0),
        estimate_minutes=cell.number("estimate_minutes"),
        extra=extra,
    )


def unread(row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a row that the mapping does not use and that hold something."""
    used = set(mapping.values()) | {path.partition(".")[0] for path in mapping.values()}
    return {key: value for key, value in row.items() if key not in used and value not in ("", None)}


class _Cells:
    """The mapped values of one row, each checked as it is read."""

    def __init__(self, row: Mapping[str, Any], mapping: Mapping[str, str]) -> None:
        self._row = row
        self._mapping = mapping

    def value(self, field: str) -> Any:
        return value_at(self._row, self._mapping[field]) if field in self._mapping else None

    def text(self, field: str) -> str:
        value = self.value(field)
        if value is None:
            return ""
        if field == "id" and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise self.mismatch(field, "text", value)
        return value if value.strip() else ""

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.value(field)
        if not isinstance(value, list):
            text = self.text(field)
            return (text,) if text else ()
        if not all(isinstance(text, str) for text in value):
            raise self.mismatch(field, "a list of texts", value)
        return tuple(value)

    def number(self, field: str) -> float | None:
        value = self.value(field)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise ValueError
            number = float(value)
            if not abs(number) < 2**53 or (field == "priority" and number != int(number)):
                raise ValueError
        except ValueError:
            raise self.mismatch(field, "a number", value) from None
        return number

    def yes_no(self, field: str) -> bool | None:
        value = self.value(field)
        if value is None or value == "" or isinstance(value, bool):
            return value if isinstance(value, bool) else None
        if str(value).strip().lower() not in _YES_NO:
            raise self.mismatch(field, "true or false", value)
        return _YES_NO[str(value).strip().lower()]

    def mismatch(self, field: str, expected: str, value: Any) -> Mismatch:
        return Mismatch(self._mapping[field], expected, shown(value))


def _prompts(cell: _Cells) -> tuple[tuple[str, ...], tuple[Message, ...], str]:
    """Read a prompt that is a text, a list of texts, or a list of messages to continue."""
    value = cell.value("prompt")
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return cell.texts("prompt"), (), ""
    messages = []
    for item in value:
        fits = isinstance(item, dict) and isinstance(item.get("content"), str)
        if not fits or item.get("role") not in [*Role]:
            raise cell.mismatch("prompt", "messages of role and content", item)
        messages.append(Message(Role(item["role"]), item["content"]))
    if messages[-1].role is not Role.USER:
        raise cell.mismatch("prompt", "a user's message last", messages[-1].role.value)
    system = ""
    if messages[0].role is Role.SYSTEM:
        system = messages.pop(0).content
    return (messages[-1].content,), tuple(messages[:-1]), system
