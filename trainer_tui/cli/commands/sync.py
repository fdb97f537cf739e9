"""Exchange with the hub now: finished work leaves, tasks and news come in.

An open workstation does this by itself. Exit code 1 says that something is refused, or
still waits to leave. What was refused stays on this machine: RECORD, as it is listed, can
leave again (--again) or be let be (--keep); --read ID says that you have read about
something from the hub that this version cannot read; --give-back returns a claimed task.

Examples:
  trainer-tui sync
  trainer-tui sync --json
  trainer-tui sync --give-back letters.12
"""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from trainer_tui.cli.opening import line_to_hub, writing
from trainer_tui.cli.output import moment, narrate, put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.errors import NotAllowed, StoreBusy
from trainer_tui.ui.words import counted

if TYPE_CHECKING:
    from trainer_tui.services.sync_status import Outcome, SyncStatus
    from trainer_tui.services.syncing import Syncing
    from trainer_tui.services.workstation import Workstation


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--again", action="append", default=[], metavar="RECORD", help="let it leave again"
    )
    parser.add_argument(
        "--keep", action="append", default=[], metavar="RECORD", help="let it be, on this machine"
    )
    parser.add_argument(
        "--read", action="append", default=[], metavar="ID", help="you have read about it"
    )
    parser.add_argument(
        "--give-back", action="append", default=[], metavar="TASK", help="return a claimed task"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Settle what is named, then exchange."""
    from trainer_tui.store.config import SettingsFile, default_config

    settings = SettingsFile(default_config()).load()
    try:
        with writing() as workstation:
            syncing = line_to_hub(workstation, settings)
            state = workstation.store.hub()
            if state.line is None:
                raise NotAllowed(
                    "there is no line to a hub here" if state.link else "there is no hub yet",
                    "'trainer-tui login URL' logs in at one; without a line there is "
                    "'trainer-tui bundle'.",
                )
            _settle(syncing, workstation, args)
            outcome = syncing.sync()
            status = syncing.status()
    except StoreBusy as error:
        raise StoreBusy(error.message, "An open workstation exchanges by itself.") from None
    if args.json:
        put_json(_facts(outcome, status))
    else:
        _tell(outcome, status)
    if outcome.trouble is not None and not args.json:
        narrate(f"{outcome.trouble.title}: {outcome.trouble.message}")
        narrate(outcome.trouble.hint)
    if status.refused or status.waiting:
        return 1
    return outcome.trouble.exit_code if outcome.trouble is not None else 0


def _settle(syncing: "Syncing", workstation: "Workstation", args: Namespace) -> None:
    from trainer_tui.cli.choosing import task_id

    for record in args.again:
        narrate(syncing.send_again(record).message)
    for record in args.keep:
        narrate(syncing.keep_here(record).message)
    for one in args.read:
        narrate(syncing.confirm(one).message)
    for word in args.give_back:
        narrate(syncing.give_back(task_id(workstation, word)).message)


def _facts(outcome: "Outcome", status: "SyncStatus") -> dict[str, Any]:
    trouble = outcome.trouble
    return {
        "hub": status.hub,
        "member": status.member,
        "teams": status.teams,
        "phase": status.phase,
        "sent": outcome.sent,
        "late": outcome.late,
        "received": outcome.received,
        "claimed": outcome.claimed,
        "waiting": status.waiting,
        "staying_here": status.staying,
        "refused": status.refused,
        "set_aside": status.set_aside,
        "last_exchange": status.last_at,
        "clock_ahead_seconds": round(status.skew, 1),
        "trouble": None
        if trouble is None
        else {"title": trouble.title, "message": trouble.message, "hint": trouble.hint},
    }


def _tell(outcome: "Outcome", status: "SyncStatus") -> None:
    late = f", {outcome.late} of them late" if outcome.late else ""
    say(f"Left: {counted(outcome.sent, 'record')}{late}")
    claimed = counted(outcome.claimed, "task")
    say(f"Came in: {counted(outcome.received, 'change')}, {claimed} claimed")
    if status.waiting:
        say(f"Waiting to leave: {counted(status.waiting, 'record')}")
    for one in status.refused:
        say(f"Refused: the {one.what} of {one.title}, record {one.record_id}")
        say(f"  {one.reason} {one.way_out}")
    for aside in status.set_aside:
        say(f"Set aside: {aside.what}, {aside.id}, kept in {aside.place}")
        say(f"  {aside.reason}")
    if status.skew:
        ahead = "ahead of" if status.skew > 0 else "behind"
        say(f"The clock of this machine is {abs(status.skew) / 60:.0f} min {ahead} the hub's.")
    if status.last_at is not None:
        say(f"Last full exchange: {moment(status.last_at)}")
