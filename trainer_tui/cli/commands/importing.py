"""Add tasks from a file. Its format and fields are found out and shown.

A file is imported as a whole or not at all: rows that cannot be read are all named, and
--skip-bad imports the rest and lists them, with what is wrong, in FILE.bad.jsonl. Repair them
in FILE and import it again: that changes only what is new in it; work on its tasks is never
touched.

Examples:
  trainer-tui import tasks.jsonl --dry-run
  trainer-tui import prompts.csv --map prompt=question --team Atlas --kind respond
  trainer-tui import --samples
"""

import argparse
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from trainer_tui.cli.app import sample_files
from trainer_tui.cli.entering import fit
from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import CannotPrint, narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, add_json, one_of, one_of_these
from trainer_tui.cli.progress import Bar
from trainer_tui.domain.errors import BadInput, NotAllowed, TrainerError
from trainer_tui.domain.ids import require_safe
from trainer_tui.domain.task import Kind
from trainer_tui.formats.checking import check_language
from trainer_tui.formats.reading import (
    FORMATS,
    ReadOptions,
    ReadResult,
    bad_rows_file,
    read_batch,
    require_readable,
)
from trainer_tui.formats.rows import Mismatch
from trainer_tui.services.workstation import Imported, Workstation
from trainer_tui.ui.words import counted

_SHOWN = 20
"""Bad rows that are printed; the rest is counted."""


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to import")
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
    parser.add_argument("--team", metavar="NAME", help="team that the batch is for")
    parser.add_argument(
        "--language", type=_language, metavar="TAG", help="BCP 47, such as en or pt-BR"
    )
    parser.add_argument("--skip-bad", action="store_true", help="import the rows that can be read")
    parser.add_argument(
        "--replace", action="store_true", help="put it in place of a batch with all other tasks"
    )
    parser.add_argument("--samples", action="store_true", help="import the sample batches")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, only")
    add_json(parser)


def run(args: Namespace) -> int:
    """Import every file, each as a whole or not at all."""
    files = [*map(Path, args.files), *(sample_files() if args.samples else ())]
    if not files:
        raise Usage("which file is to be imported?", "'trainer-tui import --help' has examples.")
    if len(files) > 1 and (args.id or args.title):
        raise Usage("--id and --title are for one file")
    outcomes: list[dict[str, Any]] = [
        {"file": _writable(str(file)), "imported": False} for file in files
    ]
    # A mistyped name among many is found before the first of them is imported.
    code = _each(files, outcomes, lambda file, _: require_readable(file))
    if code and len(files) > 1:
        narrate("Nothing was imported.")
    if not code:
        with reading() if args.dry_run else writing() as workstation:

            def act(file: Path, outcome: dict[str, Any]) -> None:
                _import(workstation, file, args, outcome, sample=str(file) not in args.files)

            code = _each(files, outcomes, act)
    if args.json:
        put_json(outcomes)
    return code


def _each(
    files: list[Path],
    outcomes: list[dict[str, Any]],
    act: Callable[[Path, dict[str, Any]], None],
) -> int:
    """Do it with each file, tell what is refused, and return the exit code."""
    code = 0
    for file, outcome in zip(files, outcomes, strict=True):
        try:
            act(file, outcome)
        except CannotPrint:
            raise
        except TrainerError as error:
            code = max(code, error.exit_code)
            outcome["error"] = _writable(error.message)
            narrate(f"{error.title}: {error.message}")
            if error.hint:
                narrate(error.hint)
    return code


def _import(
    workstation: Workstation, file: Path, args: Namespace, outcome: dict[str, Any], *, sample: bool
) -> None:
    options = ReadOptions(
        format=args.format,
        kind=args.kind,
        mapping=dict(args.map),
        batch_id=args.id,
        title=None if args.title is None else fit(args.title, "the title"),
        team=None if args.team is None else fit(args.team, "the team"),
        language=args.language,
    )
    with Bar(f"Reading {file.name}") as bar:
        result = read_batch(file, options=options, progress=bar)
    batch = msgspec.structs.replace(
        result.batch,
        title=_writable(result.batch.title),
        source=_writable(result.batch.source),
        sample=sample,
    )
    result = msgspec.structs.replace(result, batch=batch)
    outcome |= _detected(result)
    if not args.json:
        _tell_detected(file, result)
    if result.bad:
        _tell_bad(result)
        if not args.skip_bad or not result.batch.tasks:
            hint = f"--skip-bad imports the others and lists these in {file.name}.bad.jsonl."
            raise BadInput(
                f"{file.name}: {counted(len(result.bad), 'row')} of {result.rows:,} cannot be read",
                f"Nothing was imported. {hint if result.batch.tasks else ''}".strip(),
            )
    before = workstation.tasks.batches.get(result.batch.id)
    _refuse_another(workstation, result, args)
    if result.bad and not args.dry_run:
        outcome["bad_file"] = _set_aside(file, result)
    act = workstation.plan_batch if args.dry_run else workstation.add_batch
    imported = act(result.batch)
    outcome |= _counts(imported, result)
    outcome["imported"] = not args.dry_run
    outcome["guidelines"] = imported.batch.guidelines.label
    if not args.json:
        nothing = before == imported.batch
        _tell_counts(outcome, nothing=nothing, dry=args.dry_run)
        if before is not None and before.guidelines != imported.batch.guidelines:
            old, new = before.guidelines.label, imported.batch.guidelines.label
            say(f"  guidelines: version {new} instead of {old}, which is kept")
    # Last, because it may fail after the batch is on disk and told of.
    if imported.batch.team and not workstation.profile.team and not (sample or args.dry_run):
        workstation.update_profile(team=imported.batch.team)


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


def _refuse_another(workstation: Workstation, result: ReadResult, args: Namespace) -> None:
    """Two files of one name must not push each other's tasks off the list unasked."""
    old = workstation.tasks.batches.get(result.batch.id)
    if old is None or args.replace or not old.tasks:
        return
    if {task.id for task in old.tasks}.isdisjoint(task.id for task in result.batch.tasks):
        raise NotAllowed(
            f"there is a batch {old.id!r} with {counted(len(old.tasks), 'other task')}",
            "--id gives this one another id; --replace takes the old tasks off the list.",
        )


def _detected(result: ReadResult) -> dict[str, Any]:
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


def _counts(imported: Imported, result: ReadResult) -> dict[str, Any]:
    tasks = len(result.batch.tasks)
    return {
        "tasks": tasks,
        "added": imported.added,
        "changed": imported.changed,
        "unchanged": tasks - imported.added - imported.changed,
        "removed": imported.removed,
        "kept": len(imported.batch.tasks) - tasks,
    }


def _tell_detected(file: Path, result: ReadResult) -> None:
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


def _tell_bad(result: ReadResult) -> None:
    for row in result.bad[:_SHOWN]:
        narrate(str(row))
    if len(result.bad) > _SHOWN:
        narrate(f"and {counted(len(result.bad) - _SHOWN, 'more row')} like these")


def _tell_counts(counts: dict[str, Any], *, nothing: bool, dry: bool) -> None:
    if nothing:
        say("  nothing has changed since it was last imported")
        return
    would = "would be " if dry else ""
    parts = [
        f"{counts[what]:,} {would}{what}"
        for what in ("added", "changed", "removed")
        if counts[what] or what == "added"
    ]
    if counts["unchanged"]:
        parts.append(f"{counts['unchanged']:,} unchanged")
    say(f"  {', '.join(parts)}")
    if counts["kept"]:
        say(f"  {counted(counts['kept'], 'task')} no longer in the file but worked on: kept")


def _set_aside(file: Path, result: ReadResult) -> str:
    from trainer_tui.formats.writing import write_atomically

    path = file.with_name(file.name + ".bad.jsonl")
    write_atomically(path, [bad_rows_file(result.bad)], follow=False)
    narrate(
        f"{counted(len(result.bad), 'row')} left out, listed with what is wrong in {path}.\n"
        f"Repair what it lists in {file.name}, and import {file.name} again."
    )
    return _writable(str(path))


def _writable(text: str) -> str:
    """A text that UTF-8 can hold, also where it comes from a file name that is not UTF-8."""
    return text.encode(errors="replace").decode()
