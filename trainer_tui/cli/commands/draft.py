"""Save unfinished text, read it, look through its versions, restore an old one.

Saving replaces only the texts that are given; every state stays as a version.

Examples:
  trainer-tui draft cod-001 --response-file answer.md     saves
  trainer-tui draft cod-001                               shows the text
  trainer-tui draft cod-001 versions                      lists what was saved
  trainer-tui draft cod-001 show 3                        shows version 3
  trainer-tui draft cod-001 restore 3                     puts version 3 on top
  trainer-tui draft cod-001 discard                       puts the draft away
"""

from argparse import Namespace

from trainer_tui.cli.choosing import add_task, task_id
from trainer_tui.cli.entering import add_texts, entered, gives_text
from trainer_tui.cli.opening import reading, writing
from trainer_tui.cli.output import fields, moment, narrate, put_json, say, table
from trainer_tui.cli.parsing import Parser, Usage, add_json, at_least, one_of
from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.errors import NotFound
from trainer_tui.domain.progress import Verb, require
from trainer_tui.domain.text import words
from trainer_tui.services.workstation import Workstation

_ACTIONS = ("show", "save", "versions", "restore", "discard")
_CAUSES = {
    Cause.PASTE: "paste or file",
    Cause.EDITOR: "own editor",
    Cause.LEAVE: "left",
    Cause.RESTORE: "restored",
    Cause.CORRECT: "correction",
}
"""Why a version was saved, where the word that is stored does not say it by itself."""


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_task(parser)
    parser.add_argument(
        "action",
        nargs="?",
        type=one_of("action", _ACTIONS),
        metavar="ACTION",
        help=f"{', '.join(_ACTIONS)} (default: save if texts are given, else show)",
    )
    parser.add_argument(
        "number", nargs="?", type=at_least(1), metavar="N", help="a version, for show and restore"
    )
    add_texts(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Show, save, list, restore or discard."""
    action = args.action or ("save" if gives_text(args) else "show")
    if action == "save" and not gives_text(args):
        raise Usage("there is no text to save", "Give --response-file or another text.")
    if action != "save" and gives_text(args):
        raise Usage(f"{action!r} takes no texts")
    if args.number and action not in ("show", "restore"):
        raise Usage(f"{action!r} takes no version")
    if action == "restore" and not args.number:
        raise Usage("which version is to be restored?", "'versions' lists them.")
    with reading() if action in ("show", "versions") else writing() as workstation:
        chosen = task_id(workstation, args.task)
        match action:
            case "show":
                _show(workstation, chosen, args)
            case "versions":
                _versions(workstation, chosen, as_json=args.json)
            case "save":
                _save(workstation, chosen, args)
            case "restore":
                version = _version(workstation, chosen, args.number)
                require(workstation.tasks.state(chosen), Verb.WRITE)
                workstation.writing.restore(workstation.writing.open(chosen), version)
                narrate(f"Version {args.number} is the draft now; the others stay.")
            case _:
                narrate(workstation.writing.discard(chosen).message)
    return 0


def _save(workstation: Workstation, chosen: str, args: Namespace) -> None:
    require(workstation.tasks.state(chosen), Verb.WRITE)
    draft = entered(args, workstation.tasks.task(chosen), workstation.writing.look(chosen))
    # Opening takes a skip back, which must not happen for a text that is refused.
    workstation.writing.open(chosen)
    saved = workstation.writing.save(draft, Cause.PASTE)
    narrate(f"Saved as version {saved.version}.")
    for problem in workstation.writing.problems(draft):
        narrate(f"Before it can be submitted: {problem.message}.")
    if args.json:
        put_json({"version": saved.version, "saved_at": saved.at, "draft": fields(draft)})


def _version(workstation: Workstation, chosen: str, number: int) -> Version:
    versions = workstation.writing.versions(chosen)
    if not 1 <= number <= len(versions):
        there = f"There are {len(versions)}." if versions else "Nothing was saved for this task."
        raise NotFound(f"no version {number}", there)
    return versions[number - 1]


def _show(workstation: Workstation, chosen: str, args: Namespace) -> None:
    if args.number:
        draft = _version(workstation, chosen, args.number).draft
    elif workstation.tasks.has_draft(chosen):
        draft = workstation.writing.look(chosen)
    else:
        command = f"trainer-tui draft {chosen}"
        way = f"'{command} --response-file FILE' begins one."
        if workstation.writing.versions(chosen):
            way = f"'{command} versions' lists what was saved before."
        raise NotFound("this task has no draft", way)
    if args.json:
        put_json(fields(draft))
    else:
        _tell(draft)


def _tell(draft: Draft) -> None:
    for number, pair in enumerate(draft.pairs, 1):
        turn = f" of turn {number}" if len(draft.pairs) > 1 else ""
        for title, text in ((f"Prompt{turn}", pair.prompt), (f"Response{turn}", pair.response)):
            say(f"{title}:" if text else f"{title}: nothing yet")
            if text:
                say(text)
            say()
    if draft.note:
        say("Note to the reviewer:")
        say(draft.note)


def _versions(workstation: Workstation, chosen: str, *, as_json: bool) -> None:
    versions = workstation.writing.versions(chosen)
    # Every journal counts its versions from 1; over all of them the place is the number.
    if as_json:
        put_json(
            [
                {"number": n, "saved_at": v.saved_at, "cause": v.cause, "draft": fields(v.draft)}
                for n, v in enumerate(versions, 1)
            ]
        )
        return
    if not versions:
        say("Nothing was saved for this task.")
        return
    table(
        ("version", "saved", "because of", "words", "begins"),
        [
            (
                str(number),
                moment(version.saved_at),
                _CAUSES.get(version.cause, version.cause.value),
                str(sum(words(f"{p.prompt} {p.response}") for p in version.draft.pairs)),
                _beginning(version.draft),
            )
            for number, version in enumerate(versions, 1)
        ],
    )


def _beginning(draft: Draft) -> str:
    texts = [text for p in draft.pairs for text in (p.response, p.prompt) if text.strip()]
    return texts[0][:80] if texts else ""
