"""Submit a finished text, or the draft of a task.

Texts are taken from files byte for byte as UTF-8; CRLF becomes a newline, which is said.
A prompt that the task gives need not be given again. A shift is opened if none is open.

Examples:
  trainer-tui submit cod-001 --response-file answer.md --minutes 12
  trainer-tui submit dlg-001 --conversation talk.json --note "British spelling"
  pandoc answer.odt -t markdown | trainer-tui submit cod-001 --response-file -
  trainer-tui submit cod-001 --draft
  trainer-tui submit cod-001 --draft --score correctness=6 --waive words="The quote is long."

A conversation is JSON: [{"role": "user", "content": "…"}, {"role": "assistant", …}, …]
"""

from argparse import Namespace

import msgspec

from trainer_tui.cli.choosing import add_task, task_id
from trainer_tui.cli.entering import add_texts, entered, gives_text
from trainer_tui.cli.judging import add_judgments, judged
from trainer_tui.cli.opening import ensure_shift, writing
from trainer_tui.cli.output import narrate, put_json
from trainer_tui.cli.parsing import Parser, Usage, add_json, minutes
from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.progress import Verb, require
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_task(parser)
    add_texts(parser)
    add_judgments(parser)
    parser.add_argument("--draft", action="store_true", help="submit what is in the draft")
    parser.add_argument(
        "--minutes",
        type=minutes,
        metavar="N",
        help="minutes you worked on it away from the workstation, for the time ledger",
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Submit."""
    written = (args.prompt_file, args.response_file, args.conversation)
    if args.draft and any(written):
        raise Usage("--draft submits the draft; leave the texts out")
    if not args.draft and not gives_text(args):
        raise Usage(
            "there is nothing to submit",
            "Give --response-file, --conversation or --draft; see 'trainer-tui submit --help'.",
        )
    with writing() as workstation:
        chosen = task_id(workstation, args.task)
        draft = _finished(workstation, chosen, args)
        had_draft = workstation.tasks.has_draft(chosen) and not args.draft
        ensure_shift(workstation)
        change = workstation.writing.submit(draft)
        try:
            if args.minutes:
                workstation.shifts.report_time(chosen, args.minutes * 60)
        finally:  # the submission is on disk, whatever becomes of the minutes
            narrate(change.message)
        if workstation.guidelines.unread(chosen) is not None:
            batch_id = workstation.tasks.batch_of(chosen).id
            narrate(
                f"Written under guidelines version {workstation.guidelines.version(batch_id)}, "
                f"which have changed: 'trainer-tui guidelines {batch_id} --diff' shows how."
            )
        if had_draft:
            count = counted(len(workstation.writing.versions(chosen)), "version")
            narrate(f"The draft was put away; its {count} can still be read and restored.")
        if args.json:
            revision = workstation.tasks.history(chosen).revision
            put_json({"task": chosen, "record": change.record_id, "revision": revision})
    return 0


def _finished(workstation: Workstation, chosen: str, args: Namespace) -> Draft:
    """Return what is to be submitted; all that can be refused is refused before any writing."""
    require(workstation.tasks.state(chosen), Verb.SUBMIT)
    if args.draft and not workstation.tasks.has_draft(chosen):
        raise NotAllowed(
            "this task has no draft", f"'trainer-tui draft {chosen} --response-file F' saves one."
        )
    task = workstation.tasks.task(chosen)
    draft = entered(args, task, workstation.writing.look(chosen))
    draft = judged(args, task, workstation.tasks.batch_of(chosen), draft)
    workstation.writing.require_ready(draft)
    seconds = (args.minutes or 0.0) * 60
    return msgspec.structs.replace(draft, active_seconds=draft.active_seconds + seconds)
