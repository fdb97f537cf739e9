"""Import: find out what a file is and make a batch of it, with every refused row named."""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import require_safe, slug
from trainer_tui.domain.task import Batch, BatchHead, Kind
from trainer_tui.formats.checking import check_language
from trainer_tui.formats.fields import WRONG_MAPPING
from trainer_tui.formats.intake import Intake
from trainer_tui.formats.registry import Format, ReadOptions, load_formats
from trainer_tui.formats.rows import BadRow, Mismatch, bad_rows_file, did_you_mean, shown
from trainer_tui.formats.source import Look, Progress, Source

__all__ = [
    "FORMATS",
    "BadRow",
    "Format",
    "ReadOptions",
    "ReadResult",
    "bad_rows_file",
    "read_batch",
    "read_bytes",
    "require_readable",
]

FORMATS: dict[str, Format] = load_formats()
"""Every import format by name."""

_AUTOMATIC = ReadOptions()
_ELSEWHERE = "Import the file that holds the prompts."
_NOT_TASKS: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"file", "line", "field", "expected", "got", "row"}),
        "a list of rows that an import left out, each with what is wrong",
        "Repair these rows in {file} and import that again.",
    ),
    (
        frozenset({"question_id", "answer_id", "choices"}),
        "a model's reference answers to MT-bench questions, not the questions",
        _ELSEWHERE,
    ),
    (frozenset({"messages"}), "finished conversations for training", _ELSEWHERE),
    (
        frozenset({"conversations"}),
        "finished conversations for training (ShareGPT)",
        _ELSEWHERE,
    ),
    (frozenset({"chosen", "rejected"}), "finished preference data", _ELSEWHERE),
)


class ReadResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gave; the caller decides whether refused rows stop the import."""

    batch: Batch
    format: str
    kind: Kind | None
    """The kind that most tasks are of; None if no row could be read and nothing tells it."""
    mapping: dict[str, str]
    """Our field to theirs, as found or told."""
    rows: int
    """Rows in all, taken and refused."""
    bad: tuple[BadRow, ...]
    notes: tuple[str, ...] = ()
    """What the person should know of what was read, in a line each."""


def read_batch(
    path: Path, *, options: ReadOptions = _AUTOMATIC, progress: Progress | None = None
) -> ReadResult:
    """Read a file of tasks in any of `FORMATS`, told by its content and not by its name.

    The same file gives the same tasks with the same ids each time. A row that cannot
    be read is among the result's `bad`; `BadInput` says why a file cannot be read at all.
    """
    return read_bytes(_contents(Path(path)), Path(path).name, options=options, progress=progress)


def read_bytes(
    data: bytes,
    name: str,
    *,
    options: ReadOptions = _AUTOMATIC,
    progress: Progress | None = None,
) -> ReadResult:
    """Read the bytes of a file called `name`; as `read_batch`."""
    source = Source(name, data, progress)
    source.advance(0)
    look = source.look(mapped=bool(options.mapping))
    format_ = _format(source, look, options)
    if options.mapping and not format_.mappable:
        raise BadInput(
            f"{name}: the fields of {format_.title} are fixed",
            "Leave the mapping out.",
            title=WRONG_MAPPING,
        )
    intake = Intake(name, _default_head(name, format_, options))
    intake.mapping = dict(format_.mapping)
    with _collector_paused():
        format_.read(source, options, intake)
    if not intake.rows:
        raise BadInput(f"{name} has no tasks", "Export it again from where it came.")
    head = intake.head
    if not options.language and format_.kind is not None:
        head = msgspec.structs.replace(head, language=_common_language(intake))
    fields = {field: getattr(head, field) for field in BatchHead.__struct_fields__}
    return ReadResult(
        batch=Batch(**fields, tasks=tuple(intake.tasks)),
        format=format_.name,
        kind=intake.kind() or options.kind or format_.kind,
        mapping=intake.mapping,
        rows=intake.rows,
        bad=tuple(sorted(intake.bad, key=lambda row: row.line)),
        notes=tuple(intake.notes),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Spare the collector the records, which hold no cycles: half the time of a large import."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def require_readable(path: Path) -> None:
    """Raise `BadInput` for a file that is not there or may not be read, without reading it."""
    with _told(path):
        if path.is_dir():
            raise IsADirectoryError
        if path.is_file():  # opening a pipe would take what it holds
            path.open("rb").close()
        else:
            path.stat()


def _contents(path: Path) -> bytes:
    with _told(path):
        return path.read_bytes()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in words of ours why a file cannot be read."""
    shown_path = shown(str(path)) if not str(path).isprintable() else str(path)
    try:
        yield
    except FileNotFoundError:
        raise BadInput(f"There is no file {shown_path}", "Check the path.") from None
    except IsADirectoryError:
        raise BadInput(f"{shown_path} is a folder", "Name a file in it.") from None
    except PermissionError:
        if path.is_dir():  # what Windows says of a folder
            raise BadInput(f"{shown_path} is a folder", "Name a file in it.") from None
        raise BadInput(
            f"{shown_path} may not be read", "Ask its owner for permission to read it."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{shown_path} cannot be read: {error}", "Check the path.") from None


def _format(source: Source, look: Look, options: ReadOptions) -> Format:
    if options.format is not None:
        if options.format not in FORMATS:
            raise BadInput(
                f"There is no format {shown(options.format)}"
                + did_you_mean(options.format, list(FORMATS)),
                f"The formats are {', '.join(FORMATS)}.",
            )
        told = FORMATS[options.format]
        if (told.name == "csv") != (look.layout == "table"):
            got = "a table or plain text" if look.layout == "table" else "JSON"
            raise BadInput(f"{source.name}: expected {told.title}, got {got}")
        return told
    keys = set(look.columns)
    for marks, what, way_out in _NOT_TASKS:
        if look.share(_has(marks)) and not options.mapping:
            raise BadInput(
                f"{source.name}, line 1: expected tasks, got {what}",
                way_out.format(file=_named_file(look)),
            )
    candidates = [
        (format_.sniff(look), format_.name)
        for format_ in FORMATS.values()
        if format_.mappable or not options.mapping
    ]
    score, name = max(candidates)
    if score > 0:
        return FORMATS[name]
    if not look.rows and look.layout == "jsonl":
        fault = next(row for row in source.rows()).fault
        if fault is not None:
            raise BadInput(str(BadRow(source.name, 1, "", fault.expected, fault.got, b"")))
    found = f"fields {', '.join(map(shown, sorted(keys)[:12]))}" if keys else "none that we know"
    raise BadInput(
        f"{source.name}, line 1: expected tasks in a known format, got {found}",
        "--map prompt=COLUMN tells which field holds the prompt; --format tells the format: "
        + ", ".join(FORMATS)
        + ".",
    )


def _named_file(look: Look) -> str:
    """The file that the first rows say they come from."""
    named = [row.get("file") for row in look.rows if isinstance(row, dict)]
    return next((shown(file) for file in named if isinstance(file, str)), "their file")


def _has(marks: frozenset[str]) -> Callable[[dict[str, object]], bool]:
    return lambda row: marks <= row.keys() and "prompt" not in row


def _default_head(name: str, format_: Format, options: ReadOptions) -> BatchHead:
    stem = Path(name).stem or "batch"
    words = re.sub(r"[_\s]+", " ", stem).strip()
    if options.language:
        try:
            check_language(options.language)
        except Mismatch as fault:
            raise BadInput(f"language: expected {fault.expected}, got {fault.got}") from None
    return BatchHead(
        id=slug(stem) if options.batch_id is None else require_safe(options.batch_id),
        title=options.title or (words[:1].upper() + words[1:]) or stem,
        team=options.team or "",
        language=options.language or "en",
        source=f"{name} ({format_.name})",
        imported_at=options.now,
    )


def _common_language(intake: Intake) -> str:
    """The language that all rows say, else English."""
    said = {task.language for task in intake.tasks}
    only = said.pop() if len(said) == 1 else None
    return only or "en"
