"""Our own batches: one JSON document, or JSON lines with the batch first and a task a line."""

from typing import Any

import msgspec

from trainer_tui.domain import strict
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import is_safe
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.formats.checking import check_language, convert
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions
from trainer_tui.formats.rows import BadRow, Mismatch, shown
from trainer_tui.formats.source import Look, Row, Source, place_rows

BATCH = "trainer-tui/batch"
VERSION = 1

_CHUNK = 2**18
_INNER_DEPTH = strict.MAX_DEPTH - 4
"""Levels left below a field of a task's `extra` or of a rule."""

_decoder = msgspec.json.Decoder(Task)
_encoder = msgspec.json.Encoder()


def _sniff(look: Look) -> int:
    first = look.rows[0] if look.rows else None
    if not isinstance(first, dict):
        return 0
    if str(first.get("format", "")).startswith("trainer-tui/"):
        return 100
    return 60 if look.share(lambda row: {"kind", "title", "instructions"} <= row.keys()) else 0


def _read(source: Source, options: ReadOptions, intake: Intake) -> None:
    if options.kind is not None:
        raise BadInput(
            f"{source.name}: tasks of this format carry their own kind",
            "Leave the kind out.",
            title="Not possible",
        )
    if source.layout == "jsonl":
        _read_lines(source, options, intake)
    else:
        _read_document(source, options, intake)


def _read_document(source: Source, options: ReadOptions, intake: Intake) -> None:
    text = source.text()
    try:
        strict.refuse_depth(source.data)
        start = len(text) - len(text.lstrip())
        if text[start] != "{":
            raise _refuse_head(source, 1, "", "one object", "a list")
        head, found, end = strict.members(text, start, "tasks")
        strict.refuse_rest(text, end)
    except strict.BadJSON as error:
        raise source.unreadable(error) from None
    if "tasks" in head:
        raise _refuse_head(source, 1, "tasks", "a list", shown(head["tasks"]))
    intake.head = _head(source, head, options, intake)
    for number, row in enumerate(place_rows(text, found), 1):
        _add(row, intake)
        if number % 1000 == 0:
            source.advance(len(source.data) * number // len(found))
    source.advance(len(source.data))


def _read_lines(source: Source, options: ReadOptions, intake: Intake) -> None:
    number, offset, raw = next(source.raw_lines())
    first = source.decode_line(number, offset, raw)
    if first.fault is not None:
        fault = first.fault
        raise _refuse_head(source, number, fault.field, fault.expected, fault.got)
    if not isinstance(first.value, dict):
        raise _refuse_head(source, number, "", "the batch as an object", shown(first.value))
    if "tasks" in first.value:
        raise _refuse_head(source, number, "tasks", "a task a line", "tasks inside the first line")
    intake.head = _head(source, first.value, options, intake)
    data, at, line = source.data, offset + len(raw), number
    at = data.find(b"\n", at) + 1 or len(data)
    while at < len(data):
        end = data.find(b"\n", at + _CHUNK) + 1 or len(data)
        chunk = data[at:end]
        lines = chunk.count(b"\n") + (not chunk.endswith(b"\n"))
        if not _add_fast(chunk, line + 1, lines, intake):
            _add_slowly(source, chunk, at, line, intake)
        at, line = end, line + lines
        source.advance(at)


def _add_fast(chunk: bytes, first_line: int, lines: int, intake: Intake) -> bool:
    """Add all tasks of a chunk of lines at once, or none if anything needs a closer look.

    Written back without its defaults, a task has as many colons as its line unless the
    line repeats a key, has a key that we do not know, or spells out a default; so that
    one count over the chunk finds what a typed decoder overlooks. Escapes and absent
    fields of `turns`, which could hide it, are left to the closer look.
    """
    if b"\\" in chunk and b"\\u00" in chunk:  # the first search is the faster one
        return False
    try:
        tasks = _decoder.decode_lines(chunk)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    if len(tasks) != lines:
        return False
    written = _encoder.encode_lines(tasks)
    if chunk.count(b":") != written.count(b":"):
        return False
    turns = False
    for task in tasks:
        if task.turns is not None and 1 in (task.turns.at_least, task.turns.at_most):
            turns = True
        if task.extra and not _plain(task.extra, _INNER_DEPTH):
            return False
        for rule in task.rules:
            if not _plain(rule, _INNER_DEPTH):
                return False
    if turns and chunk.count(b'"at_') != written.count(b'"at_'):
        return False
    return intake.add_fresh(first_line, tasks)


def _add_slowly(source: Source, chunk: bytes, start: int, before: int, intake: Intake) -> None:
    at = 0
    for number, raw in enumerate(chunk.split(b"\n"), before + 1):
        if raw.strip():
            _add(source.decode_line(number, start + at, raw.rstrip(b"\r")), intake)
        at += len(raw) + 1


def _add(row: Row, intake: Intake) -> None:
    try:
        if row.fault is not None:
            raise row.fault
        task = convert(row.value, Task)
        if not task.id:
            raise Mismatch("id", "text", "''")
    except Mismatch as fault:
        intake.refuse(row.line, row.raw, fault)
    else:
        intake.add(row.line, row.raw, task)


def _head(source: Source, value: dict[str, Any], options: ReadOptions, intake: Intake) -> BatchHead:
    value = dict(value)
    name, version = value.pop("format", None), value.pop("version", None)
    if name != BATCH:
        got = "a task without its batch" if name is None else shown(name)
        raise _refuse_head(source, 1, "format", f'"{BATCH}"', got)
    if isinstance(version, int) and version > VERSION:
        raise BadInput(
            f"{source.name}: version {version} of {BATCH}; this program reads version {VERSION}",
            "Update trainer-tui and import it again.",
        )
    if version != VERSION or isinstance(version, bool):
        raise _refuse_head(source, 1, "version", str(VERSION), shown(version))
    told = {
        "id": options.batch_id,
        "title": options.title,
        "team": options.team,
        "language": options.language,
    }
    value = {"id": intake.head.id, "title": intake.head.title} | value
    value |= {field: text for field, text in told.items() if text is not None}
    try:
        head = convert(value, BatchHead)
        if not is_safe(head.id):
            raise Mismatch("id", "lower case letters, digits, '.', '_' and '-'", shown(head.id))
        check_language(head.language)
    except Mismatch as fault:
        raise _refuse_head(source, 1, fault.field, fault.expected, fault.got) from None
    return msgspec.structs.replace(
        head,
        guidelines=msgspec.structs.replace(head.guidelines, revision=1),
        earlier_guidelines=(),
        source=intake.head.source,
        imported_at=intake.head.imported_at,
    )


def _refuse_head(source: Source, line: int, field: str, expected: str, got: str) -> BadInput:
    return BadInput(
        str(BadRow(source.name, line, field, expected, got, b"")),
        f'A batch begins {{"format": "{BATCH}", "version": {VERSION}, "id": ..., "title": ...}}.',
    )


def _plain(value: list[Any] | dict[str, Any], levels: int) -> bool:
    """Whether all that is below a value is within the limits of `domain.strict`."""
    for item in value.values() if isinstance(value, dict) else value:
        kind = type(item)
        if kind is int:
            if abs(item) > strict.MAX_INTEGER:
                return False
        elif (kind is dict or kind is list) and not (levels and _plain(item, levels - 1)):
            return False
    return True


FORMAT = Format(
    name="native",
    title="trainer-tui batch (JSON or JSON lines)",
    kind=None,
    sniff=_sniff,
    read=_read,
    mapping={field: field for field in ("id", "kind", "title", "instructions", "prompts")},
)
