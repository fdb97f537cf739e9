"""Start, pause, resume or end the shift, or read what it came to.

Time is counted while the workstation is open; what you work elsewhere is entered with
'trainer-tui submit --minutes'.

Examples:
  trainer-tui shift start --team Atlas
  trainer-tui shift end
  trainer-tui shift report --json
"""

from argparse import Namespace
from typing import Any

import msgspec

from trainer_tui.cli.entering import fit
from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import moment, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, Usage, add_json, one_of
from trainer_tui.services.reporting import Report
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted, duration

_ACTIONS = ("start", "pause", "resume", "end", "report", "list")


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "action", type=one_of("action", _ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS)
    )
    parser.add_argument(
        "shift",
        nargs="?",
        metavar="SHIFT",
        help="for report: id of a shift or its beginning (default: the open one, else the last)",
    )
    parser.add_argument("--team", metavar="NAME", help="for start: the team you work in")
    add_json(parser)


def run(args: Namespace) -> int:
    """Do it."""
    if args.shift and args.action != "report":
        raise Usage(f"{args.action!r} takes no shift")
    if args.team is not None and args.action != "start":
        raise Usage("--team goes with 'start'")
    if args.action in ("report", "list"):
        with reading() as workstation:
            if args.action == "list":
                _list(workstation, as_json=args.json)
            else:
                _report(workstation.report(args.shift), as_json=args.json)
        return 0
    team = None if args.team is None else fit(args.team, "the team")
    with writing() as workstation:
        _act(workstation, args, team)
    return 0


def _act(workstation: Workstation, args: Namespace, team: str | None) -> None:
    shifts = workstation.shifts
    match args.action:
        case "start":
            profile = workstation.profile
            if team is not None and shifts.current is None:
                profile = workstation.update_profile(team=team)
            shift = shifts.start(profile)
            narrate(f"The shift of {shift.trainer} has begun.")
        case "pause":
            shifts.pause()
            narrate("The shift is paused; 'trainer-tui shift resume' goes on.")
        case "resume":
            shifts.resume()
            narrate("The shift goes on.")
        case _:
            shift = shifts.end()
            narrate("The shift has ended.")
            _report(workstation.report(shift.id), as_json=args.json)
            return
    if args.json:
        put_json(shifts.current)


def _list(workstation: Workstation, *, as_json: bool) -> None:
    shifts = workstation.shifts.all()
    if as_json:
        put_json(shifts)
    elif not shifts:
        say("There was no shift yet.")
    else:
        table(
            ("id", "started", "ended", "trainer"),
            [
                (
                    shift.id,
                    moment(shift.started_at),
                    moment(shift.ended_at) if shift.ended_at else "open",
                    shift.trainer,
                )
                for shift in shifts
            ],
        )


def _report(report: Report, *, as_json: bool) -> None:
    if as_json:
        put_json(_facts(report))
        return
    shift, time = report.shift, report.time
    team = f", team {shift.team}" if shift.team else ""
    end = f"to {moment(shift.ended_at)}" if shift.ended_at else "and still open"
    say(f"Shift of {shift.trainer}{team}, from {moment(shift.started_at)} {end}")
    say(
        f"Time: {duration(time.active)} active, {duration(time.idle)} idle, "
        f"{duration(time.paused)} paused"
    )
    say(
        f"{counted(report.submitted, 'task')} submitted, {report.corrected} corrected, "
        f"{report.skipped} skipped, {report.flagged} flagged, {report.withdrawn} taken back, "
        f"{counted(report.words, 'word')} of responses"
    )
    if report.per_hour is not None:
        say(f"{report.per_hour:.1f} tasks an active hour")
    if report.lines:
        say()
        table(
            ("at", "what", "time", "words", "task"),
            [
                (
                    moment(line.at),
                    line.what + (", taken back" if line.withdrawn else ""),
                    duration(line.seconds),
                    str(line.words),
                    line.title + (f" ({line.note})" if line.note else ""),
                )
                for line in report.lines
            ],
        )


def _facts(report: Report) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(report)
    return facts
