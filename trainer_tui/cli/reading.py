"""Reading a file of tasks on the command line, to import it or to publish it."""

import argparse
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from trainer_tui.cli.entering import fit
from trainer_tui.cli.output import narrate, say
from trainer_tui.cli.parsing import Parser, one_of, one_of_these
from trainer_tui.cli.progress import Bar
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.task import Kind
from trainer_tui.formats.checking import check_language
from trainer_tui.formats.reading import FORMATS, ReadOptions, ReadResult, read_batch
from trainer_tui.formats.rows import Mismatch
from trainer_tui.ui.words import counted

_SHOWN = 20
"""Bad rows that are printed; the rest is counted."""


def add_reading(parser: Parser) -> None:
    """Let it be told what a file does not say, or what would be found out wrongly."""
    parser.add_argument(
        "--format",
        type=one_of("format", FORMATS),
        metavar="NAME",
        help=f"instead of finding out: {', '.join(FORMATS)}",
    )
    kinds = {kind.value: kind for kind in Kind}
    parser.add_argument(
        "--kind",
        type=one_of_these("kind", kinds),
        metavar="KIND",
        help=f"what the trainer does, where the file does not say: {', '.join(kinds)}",
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        type=_mapped,
        metavar="FIELD=COLUMN",
        help="where a field of ours is in theirs, such as prompt=data.text; may be repeated",
    )
    parser.add_argument(
        "--id", type=_id, metavar="ID", help="id of the batch (default: the file's name)"
    )
    parser.add_argument("--title", metavar="TEXT", help="title of the batch")
    parser.add_argument(
        "--language", type=_language, metavar="TAG", help="BCP 47, such as en or pt-BR"
    )


def read(file: Path, args: Namespace, *, team: str | None = None) -> ReadResult:
    """Read a file as the options say; raises `BadInput` for one that cannot be read at all."""
    options = ReadOptions(
        format=args.format,
        kind=args.kind,
        mapping=dict(args.map),
        batch_id=args.id,
        title=None if args.title is None else fit(args.title, "the title"),
        team=None if team is None else fit(team, "the team"),
        language=args.language,
    )
    with Bar(f"Reading {file.name}") as bar:
        result = read_batch(file, options=options, progress=bar)
    batch = msgspec.structs.replace(
        result.batch,
        title=writable(result.batch.title),
        source=writable(result.batch.source),
    )
    return msgspec.structs.replace(result, batch=batch)


def _mapped(word: str) -> tuple[str, str]:
    field, equals, column = word.partition("=")
    if not (field and equals and column):
        raise argparse.ArgumentTypeError(f"expected FIELD=COLUMN, got {word!r}")
    return field, column


def _id(word: str) -> str:
    try:
        return require_safe(word)
    except BadInput as error:
        raise argparse.ArgumentTypeError(f"{error.message}. {error.hint}") from None


def _language(word: str) -> str:
    try:
        check_language(word)
    except Mismatch as fault:
        raise argparse.ArgumentTypeError(f"expected {fault.expected}, got {fault.got}") from None
    return word


def detected(result: ReadResult) -> dict[str, Any]:
    """Return what was found out of a file, for a script."""
    return {
        "format": result.format,
        "kind": result.kind if result.batch.tasks else None,
        "kinds": _kinds(result),
        "mapping": result.mapping,
        "batch": result.batch.id,
        "title": result.batch.title,
        "language": result.batch.language,
        "rows": result.rows,
        "notes": list(result.notes),
        "bad": [
            {"line": row.line, "field": row.field, "expected": row.expected, "got": row.got}
            for row in result.bad
        ],
    }


def _kinds(result: ReadResult) -> dict[str, int]:
    """Count the tasks of each kind, most of them first."""
    return dict(Counter(task.kind.value for task in result.batch.tasks).most_common())


def tell_detected(file: Path, result: ReadResult) -> None:
    """Say what was found out of a file."""
    title = FORMATS[result.format].title
    found = [title, _kinds_in_words(_kinds(result)), counted(result.rows, "row")]
    say(f"{file.name}: {', '.join(filter(None, found))}")
    say(f"  batch {result.batch.id}: {result.batch.title} ({result.batch.language})")
    named = [f"{ours} from {theirs}" for ours, theirs in result.mapping.items() if ours != theirs]
    if named:
        say("  " + ", ".join(named))
    for note in result.notes:
        say(f"  {note}")


def _kinds_in_words(kinds: dict[str, int]) -> str:
    """Name one kind without its number, several with theirs, and nothing for no tasks."""
    if len(kinds) < 2:
        return "".join(f"{kind} tasks" for kind in kinds)
    *first, last = [f"{number:,} {kind}" for kind, number in kinds.items()]
    return f"{', '.join(first)} and {last} tasks"


def tell_bad(result: ReadResult) -> None:
    """Name the rows that cannot be read."""
    for row in result.bad[:_SHOWN]:
        narrate(str(row))
    if len(result.bad) > _SHOWN:
        narrate(f"and {counted(len(result.bad) - _SHOWN, 'more row')} like these")


def writable(text: str) -> str:
    """A text that UTF-8 can hold, also where it comes from a file name that is not UTF-8."""
    return text.encode(errors="replace").decode()
