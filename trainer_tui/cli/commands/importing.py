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

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from trainer_tui.cli.app import sample_files
from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import CannotPrint, narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, add_json
from trainer_tui.cli.reading import (
    add_reading,
    detected,
    read,
    tell_bad,
    tell_detected,
    writable,
)
from trainer_tui.domain.errors import BadInput, NotAllowed, TrainerError
from trainer_tui.formats.reading import (
    ReadResult,
    bad_rows_file,
    require_readable,
)
from trainer_tui.services.workstation import Imported, Workstation
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to import")
    add_reading(parser)
    parser.add_argument("--team", metavar="NAME", help="team that the batch is for")
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
        {"file": writable(str(file)), "imported": False} for file in files
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
            outcome["error"] = writable(error.message)
            narrate(f"{error.title}: {error.message}")
            if error.hint:
                narrate(error.hint)
    return code


def _import(
    workstation: Workstation, file: Path, args: Namespace, outcome: dict[str, Any], *, sample: bool
) -> None:
    result = read(file, args, team=args.team)
    result = msgspec.structs.replace(
        result, batch=msgspec.structs.replace(result.batch, sample=sample)
    )
    outcome |= detected(result)
    if not args.json:
        tell_detected(file, result)
    if result.bad:
        tell_bad(result)
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
    return writable(str(path))
