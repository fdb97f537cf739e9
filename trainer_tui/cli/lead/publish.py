"""Give the tasks of a file to a team, whatever the format of the file.

All of it is checked before anything is sent, and the team sees the batch when all of it is
there. If the line breaks off, publish it again: it goes on, and no task is there twice. The
same file published once more changes nothing; new guidelines and tasks in it are taken over,
but a task that somebody works on or has answered stays as it is. A closed batch is opened
again.

Examples:
  trainer-tui lead publish tasks.jsonl --team atlas
  trainer-tui lead publish prompts.csv --map prompt=question --kind respond --overlap 3
"""

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from trainer_tui.cli.lead.opening import add_team, leading
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.cli.progress import Bar
from trainer_tui.cli.reading import add_reading, detected, read, tell_bad, tell_detected
from trainer_tui.domain.errors import BadInput
from trainer_tui.sync.administration import MAX_CLAIM_HOURS, MAX_OVERLAP
from trainer_tui.ui.words import counted

if TYPE_CHECKING:
    from trainer_tui.sync.lead_client import Counts

_SHORTEST = 0.01


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE", help="what to publish")
    add_team(parser)
    parser.add_argument(
        "--overlap",
        type=_overlap,
        metavar="N",
        help="how many people are to answer each task (default: 1, or as before)",
    )
    parser.add_argument(
        "--claim-hours",
        type=_hours,
        metavar="H",
        help="how long a task is somebody's (default: 24, or as before)",
    )
    add_reading(parser)
    parser.add_argument("--dry-run", action="store_true", help="read and check it, only")
    add_json(parser)


def run(args: Namespace) -> int:
    """Publish it."""
    file = Path(args.file)
    result = read(file, args)
    if not args.json:
        tell_detected(file, result)
    if result.bad:
        tell_bad(result)
        raise BadInput(
            f"{file.name}: {counted(len(result.bad), 'row')} of {result.rows:,} cannot be read",
            "Nothing was published.",
        )
    outcome = detected(result) | {"published": False}
    if not args.dry_run:
        with leading() as client:
            team = client.team(args.team)
            with Bar(f"Publishing {file.name}") as bar:
                done = client.publish(
                    team,
                    result.batch,
                    overlap=args.overlap,
                    claim_hours=args.claim_hours,
                    progress=bar,
                )
        outcome |= {"published": True, "team": team} | done._asdict()
    if args.json:
        put_json(outcome)
    elif args.dry_run:
        narrate("Nothing was published.")
    else:
        _tell(done, team)
    return 0


def _tell(done: "Counts", team: str) -> None:
    parts = [f"{done.added:,} published for {team}"]
    if done.changed:
        parts.append(f"{done.changed:,} changed")
    if done.unchanged:
        parts.append(f"{done.unchanged:,} were there before")
    say(f"  {', '.join(parts)}")
    if done.kept:
        say(f"  {done.kept:,} stay as they were: somebody works on them or has answered them")
    if done.unworkable:
        say(f"  {done.unworkable:,} are of a kind that no workstation can open yet: not given out")


def _overlap(word: str) -> int:
    number = int(word) if word.isascii() and word.isdecimal() else 0
    if not 0 < number <= MAX_OVERLAP:
        raise argparse.ArgumentTypeError(f"expected people, 1 to {MAX_OVERLAP}, got {word!r}")
    return number


def _hours(word: str) -> float:
    try:
        hours = float(word.replace(",", "."))
    except ValueError:
        hours = 0.0
    if not _SHORTEST <= hours <= MAX_CLAIM_HOURS:
        raise argparse.ArgumentTypeError(
            f"expected hours, {_SHORTEST} to {MAX_CLAIM_HOURS}, got {word!r}"
        )
    return hours
