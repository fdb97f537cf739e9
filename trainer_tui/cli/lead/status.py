"""Show who works on what in a team, and how far its batches are.

Somebody "holds" tasks, the first of which is free again after the hours in "left". "today",
from midnight UTC, and "all" are their answers, "late" those of them that came after that
time; who has left is listed while they hold tasks, and on a day with answers of theirs. A
trainer who is not "certified" is given no tasks. The "oldest" open task of a batch waits since
the batch was opened.

Example:
  trainer-tui lead status --team atlas
"""

from argparse import Namespace

from trainer_tui.cli.lead import tables
from trainer_tui.cli.lead.opening import add_team, leading, whole
from trainer_tui.cli.output import put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.sync.administration import TeamStatus


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_team(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Show it."""
    with leading() as client:
        status = client.status(client.team(args.team))
    if args.json:
        put_json(whole(status))
    else:
        _tell(status)
    return 0


def _tell(status: TeamStatus) -> None:
    say(f"{status.title} ({status.team})")
    # Who has left matters as long as something of theirs is out, and on the day of their work.
    there = [
        one
        for one in status.members
        if one.claimed or one.answered_today or not (one.ended or one.disabled)
    ]
    say()
    tables.working(there, status.now)
    opened = [batch for batch in status.batches if batch.state != "closed"]
    say()
    if opened:
        tables.batches(opened)
    else:
        say("No batch is open. 'trainer-tui lead publish FILE' gives tasks to the team.")
    names = {one.id: one.name for one in status.members}
    for task in status.contested:
        by = ", ".join(names.get(id, id) for id in task.members)
        say(f"More answers than the {task.wanted} wanted: {task.task}, by {by}")
    for flagged in status.flagged:
        by = ", ".join(names.get(id, id) for id in flagged.members)
        say(f"Called broken: {flagged.task}, by {by}")
