"""Pass on a task. A skip never counts against anyone, and 'undo' takes it back.

The reason is one of the batch's, by number or in words; a wrong one lists them.

Example:
  trainer-tui skip sfe-001 --reason 2 --note "not today"
"""

from argparse import Namespace

from trainer_tui.cli.choosing import add_task, task_id
from trainer_tui.cli.entering import fit
from trainer_tui.cli.opening import ensure_shift, writing
from trainer_tui.cli.output import narrate, put_json
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.progress import Verb, require
from trainer_tui.services.writing import reason_of


def configure(parser: Parser) -> None:
    """Add the arguments; flagging takes the same."""
    add_task(parser)
    parser.add_argument("--reason", required=True, metavar="N|WORDS", help="one of the batch's")
    parser.add_argument("--note", default="", metavar="TEXT", help="what else is to be said")
    add_json(parser)


def run(args: Namespace) -> int:
    """Skip the task."""
    return pass_on(args, Verb.SKIP)


def pass_on(args: Namespace, verb: Verb) -> int:
    """Skip or flag; what can be refused is refused before a shift is opened for it."""
    note = fit(args.note, "the note")
    with writing() as workstation:
        chosen = task_id(workstation, args.task)
        require(workstation.tasks.state(chosen), verb)
        batch = workstation.tasks.batch_of(chosen)
        skipping = verb is Verb.SKIP
        reason = reason_of(args.reason, batch.skip_reasons if skipping else batch.flag_reasons)
        ensure_shift(workstation)
        act = workstation.writing.skip if skipping else workstation.writing.flag
        change = act(chosen, reason, note)
        narrate(change.message)
        if args.json:
            put_json({"task": chosen, "record": change.record_id, "reason": reason})
    return 0
