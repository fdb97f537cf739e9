"""Take back one submission, skip or flag: the newest of a task, or else the last thing you sent.

The text of a submission becomes a draft again; nothing is lost. Once more takes back the one
before it.

Examples:
  trainer-tui undo
  trainer-tui withdraw cod-001
"""

from argparse import Namespace

from trainer_tui.cli.opening import ensure_shift, writing
from trainer_tui.cli.output import narrate, put_json
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import Verb, require
from trainer_tui.services.workstation import Workstation


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "task", nargs="?", metavar="TASK", help="the task (default: the one sent last)"
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Take it back."""
    with writing() as workstation:
        if args.task is None:
            chosen = _newest(workstation)
        else:
            from trainer_tui.cli.choosing import task_id

            chosen = task_id(workstation, args.task)
        require(workstation.tasks.state(chosen), Verb.WITHDRAW)
        ensure_shift(workstation)
        change = workstation.writing.withdraw(chosen)
        narrate(change.message)
        if args.json:
            put_json({"task": chosen, "record": change.record_id})
    return 0


def _newest(workstation: Workstation) -> str:
    """Return the task of the newest record that stands; ids sort in the order of writing."""
    newest = [
        record
        for batch in workstation.batches()
        for task in batch.tasks
        if (record := workstation.tasks.history(task.id).newest) is not None
    ]
    if not newest:
        raise NotAllowed("there is nothing to take back")
    return max(newest, key=lambda record: record.id).task_id
