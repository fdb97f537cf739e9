"""Read a task from top to bottom: its brief, the conversation, your draft, what you sent.

A text that carries a content warning stays covered until --reveal.
Works while the workstation is open in another window.

Example:
  trainer-tui show cod-001
"""

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import Any

from trainer_tui.cli.choosing import add_task, task_id
from trainer_tui.cli.opening import reading
from trainer_tui.cli.output import fields, moment, one_line, put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.domain.draft import Draft
from trainer_tui.domain.message import Conversation, Message, Role, as_messages
from trainer_tui.domain.provenance import in_words
from trainer_tui.domain.rules import describe
from trainer_tui.domain.submission import Submission, opening
from trainer_tui.domain.task import Task
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted, facts, scores, verdict_glyph, verdict_words


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_task(parser)
    parser.add_argument("--reveal", action="store_true", help="show what a content warning covers")
    add_json(parser)


def run(args: Namespace) -> int:
    """Print the task."""
    with reading() as workstation:
        chosen = task_id(workstation, args.task)
        if args.json:
            put_json(_facts(workstation, chosen))
        else:
            _tell(workstation, chosen, reveal=args.reveal)
    return 0


def _read(workstation: Workstation, chosen: str) -> str:
    return workstation.guidelines.version(workstation.tasks.batch_of(chosen).id)


def _submissions(workstation: Workstation, chosen: str) -> list[Submission]:
    return [s for s in workstation.tasks.submissions() if s.task_id == chosen]


def _draft(workstation: Workstation, chosen: str) -> Draft | None:
    return workstation.writing.look(chosen) if workstation.tasks.has_draft(chosen) else None


def _facts(workstation: Workstation, chosen: str) -> dict[str, Any]:
    tasks = workstation.tasks
    batch = tasks.batch_of(chosen)
    head = {name: value for name, value in fields(batch).items() if name != "tasks"}
    history, draft = tasks.history(chosen), _draft(workstation, chosen)
    return {
        "task": fields(tasks.task(chosen)),
        "state": tasks.state(chosen).name.lower(),
        "batch": head,
        "guidelines": {
            "version": batch.guidelines.label,
            "read": _read(workstation, chosen),
            "unread": workstation.guidelines.unread(chosen) is not None,
        },
        "hints": [hint._asdict() for hint in workstation.hints(chosen)],
        "draft": fields(draft) if draft else None,
        "versions": len(workstation.writing.versions(chosen)),
        "submissions": [
            {"status": _status(workstation, sent), **fields(sent)}
            for sent in _submissions(workstation, chosen)
        ],
        "skip": history.skip,
        "flag": history.flag,
    }


def _status(workstation: Workstation, sent: Submission) -> str:
    tasks = workstation.tasks
    if tasks.has_status(sent, "standing"):
        return "standing"
    return "withdrawn" if tasks.has_status(sent, "withdrawn") else "replaced"


def _tell(workstation: Workstation, chosen: str, *, reveal: bool) -> None:
    tasks = workstation.tasks
    task, batch = tasks.task(chosen), tasks.batch_of(chosen)
    say(task.title)
    say(f"{task.id} · {tasks.state(chosen).value} · {batch.title}")
    say(facts(task, batch.language))
    if task.warnings:
        say(f"Content warning: {', '.join(task.warnings)}")
    _part("Instructions", [task.instructions])
    _part("Rules", [f"- {describe(one)}" for one in task.rules])
    _part("Why work like this came back", [f"- {hint.text}" for hint in workstation.hints(chosen)])
    if (change := workstation.guidelines.unread(chosen)) is not None:
        from trainer_tui.cli.commands.guidelines import difference

        title = f"Changed in the guidelines since you read version {_read(workstation, chosen)}"
        _part(title, [f"{mark} {line}" for mark, line in difference(change)])
    if batch.guidelines.text:
        _part(f"Guidelines, version {batch.guidelines.label}", [batch.guidelines.text])
    if task.warnings and not reveal:
        _part("Conversation", ["Covered because of the content warning; --reveal shows it."])
    else:
        _part("Conversation", _spoken(_given(task)))
        for number, response in enumerate(task.responses, 1):
            _part(f"Response {number} to judge", [response])
    _own(workstation, chosen)


def _own(workstation: Workstation, chosen: str) -> None:
    history = workstation.tasks.history(chosen)
    for record, what in ((history.skip, "Skipped"), (history.flag, "Flagged as broken")):
        if record is not None:
            _part(f"{what} {moment(record.at)}", [record.reason, *filter(None, [record.note])])
    draft = _draft(workstation, chosen)
    if draft is not None:
        _part("Draft", _spoken(as_messages(draft.pairs)))
        _part("Note to the reviewer", [draft.note] if draft.note else [])
    for sent in _submissions(workstation, chosen):
        status = _status(workstation, sent)
        title = f"Submission, revision {sent.revision}, {status}, {moment(sent.at)}"
        _part(title, _spoken(as_messages(sent.pairs)))
        _part("Note to the reviewer", [sent.note] if sent.note else [])
        _part("Sent with it", _judged(sent))
        _part("Your explanation", [sent.explanation] if sent.explanation else [])
    count = len(workstation.writing.versions(chosen))
    if count:
        say()
        say(f"{counted(count, 'saved version')}; 'trainer-tui draft {chosen} versions' lists them.")


def _judged(sent: Submission) -> Iterator[str]:
    """Yield what went with a text, a line each: rules, own scores, provenance, guidelines."""
    for verdict in sent.verdicts:
        yield f"{verdict_glyph(verdict)} {one_line(verdict_words(verdict))}"
    if sent.self_scores:
        yield f"your own scores: {one_line(scores(sent.self_scores))}"
    if sent.provenance is not None:
        yield f"where the text comes from: {in_words(sent.provenance)}"
    if sent.guidelines_version:
        yield f"guidelines version {one_line(sent.guidelines_version)}"


def _given(task: Task) -> Conversation:
    return opening(task) + tuple(Message(Role.USER, prompt) for prompt in task.prompts)


def _spoken(messages: Conversation) -> list[str]:
    return [f"{message.role}: {message.content}" for message in messages]


def _part(title: str, texts: Iterable[str]) -> None:
    """Print a heading and what is under it, set in so that no text can pass for a heading."""
    texts = list(texts)
    if not texts:
        return
    say()
    say(title)
    for text in texts:
        for line in text.rstrip("\n").split("\n"):
            say(f"  {line}" if line else "")
