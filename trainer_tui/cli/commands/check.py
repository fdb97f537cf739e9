"""Check texts against the rules of their task.

Rules only: spelling and near-duplicates are looked at on the screen.

A TASK is checked as its draft stands, or as it was sent last; with --response-file or another
text, as it would be with that text, and nothing is saved. A FILE has a text and its rules in
each row: submissions ('export --format native'), messages with rules ('export --with-rules'),
or IFEval rows with a "response" ('export --format ifeval'). '-' is standard input.

Each rule is ✓ met, ✗ broken, or ? unknown to this version, with what was counted and the places
as line:column. The exit code is 1 if a rule is open: broken, and not waived with a reason.

Examples:
  trainer-tui check cod-001
  trainer-tui check cod-001 --response-file answer.md
  trainer-tui check train.jsonl --json
"""

import os
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trainer_tui.cli.choosing import Ambiguous, task_id
from trainer_tui.cli.entering import STDIN, add_texts, entered, gives_text, read_bytes
from trainer_tui.cli.opening import reading
from trainer_tui.cli.output import narrate, one_line, put_json, say
from trainer_tui.cli.parsing import Parser, Usage, add_json
from trainer_tui.domain.errors import BadInput, NotFound, TrainerError
from trainer_tui.domain.message import Pair
from trainer_tui.domain.task import Kind, Task
from trainer_tui.domain.verdicts import Checked, Checker, Spot
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.words import counted

_MARKS = {True: "✓", False: "✗", None: "?"}
_MOST_PLACES = 12
"""Places of one rule that are printed; --json has all."""


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument("what", metavar="FILE|TASK", help="a task, or a file of texts with rules")
    add_texts(parser)
    add_json(parser)


def run(args: Namespace) -> int:
    """Check a task or a file."""
    with reading() as workstation:
        if _is_file(workstation, args):
            return _check_file(workstation, args)
        return _check_task(workstation, args)


def _is_file(workstation: Workstation, args: Namespace) -> bool:
    """Whether the word means a file; raises what says that it may mean either, or nothing."""
    word, texts = args.what, gives_text(args)
    if word == STDIN or _names_file(word):
        if texts:
            raise Usage("texts are given for a task, and this is a file", "Name the task.")
        if word != STDIN and os.path.basename(word) == word and _is_task(workstation, word):
            raise Ambiguous(f"{word!r} is a task and a file", f"'./{word}' means the file.")
        return True
    if not texts and (os.path.basename(word) != word or word.endswith((".json", ".jsonl"))):
        raise BadInput(f"There is no file {word!r}", "Check the path.")
    return False


def _names_file(word: str) -> bool:
    try:
        return Path(word).exists() and not Path(word).is_dir()
    except (OSError, ValueError):
        return False


def _is_task(workstation: Workstation, word: str) -> bool:
    try:
        task_id(workstation, word)
    except TrainerError:
        return False
    return True


def _check_task(workstation: Workstation, args: Namespace) -> int:
    chosen = task_id(workstation, args.what)
    task, history = workstation.tasks.task(chosen), workstation.tasks.history(chosen)
    draft = workstation.writing.look(chosen)
    if gives_text(args):
        draft, of = entered(args, task, draft), "given"
    elif workstation.tasks.has_draft(chosen):
        of = "draft"
    elif history.withdrawn or history.last:
        of = "submission"
    else:
        raise NotFound(
            "nothing is written for this task yet",
            "--response-file checks a text that is not saved.",
        )
    checked = workstation.writing.check(draft)
    number = sum(one.verdict.open for one in checked)
    if args.json:
        told = [_told(one, draft.pairs) for one in checked]
        put_json({"task": chosen, "of": of, "open": number, "rules": told})
    for one in () if args.json else checked:
        say(_line(one, draft.pairs))
    _sum_up([checked], what=f"the {of}" if of != "given" else "the text")
    return 1 if number else 0


def _check_file(workstation: Workstation, args: Namespace) -> int:
    from trainer_tui.formats.checkable import read_checkable

    name = "standard input" if args.what == STDIN else args.what
    every = []
    for row in read_checkable(read_bytes(args.what), name):
        known = workstation.tasks.task(row.task_id) if row.task_id in workstation.tasks else None
        given = len(known.prompts) if known else row.given
        task = Task(
            id=row.id,
            kind=Kind.WRITE,
            title="",
            instructions="",
            prompts=("",) * given,
            rules=row.rules,
        )
        every.append((row, Checker(task, row.language).check(row.pairs, row.waivers)))
    if args.json:
        put_json(
            [
                {
                    "line": row.line,
                    "id": row.id,
                    "task": row.task_id or None,
                    "open": sum(one.verdict.open for one in checked),
                    "rules": [_told(one, row.pairs) for one in checked],
                }
                for row, checked in every
            ]
        )
    for row, checked in () if args.json else every:
        rules = " · ".join(_line(one, row.pairs) for one in checked) or "no rules"
        say(f"line {row.line}, {one_line(row.id)}: {rules}")
    _sum_up([checked for _, checked in every], what=name)
    return 1 if any(one.verdict.open for _, checked in every for one in checked) else 0


def _sum_up(every: list[tuple[Checked, ...]], what: str) -> None:
    verdicts = [one.verdict for checked in every for one in checked]
    rows = f" in {counted(len(every), 'row')}" if len(every) > 1 else ""
    open_ones = sum(verdict.open for verdict in verdicts)
    waived = sum(bool(verdict.waived) for verdict in verdicts)
    unknown = sum(verdict.met is None for verdict in verdicts)
    parts = [f"{open_ones:,} open" if open_ones else "none open"]
    parts += [f"{waived:,} waived"] if waived else []
    parts += [f"{unknown:,} that this version cannot check"] if unknown else []
    if verdicts:
        narrate(f"{what}: {counted(len(verdicts), 'rule')}{rows}, {', '.join(parts)}.")
    else:
        narrate(f"{what}: there are no rules to check.")


def _line(one: Checked, pairs: tuple[Pair, ...]) -> str:
    """Write a rule on a line: `✗ at most 3 words: 7 (response 1:14)`."""
    verdict = one.verdict
    figure = f": {one_line(verdict.figure)}" if verdict.figure else ""
    places = f" ({_places(one.spots, pairs)})" if one.spots else ""
    waived = f", waived: {one_line(verdict.waived)}" if verdict.waived else ""
    return f"{_MARKS[verdict.met]} {one_line(one.wording)}{figure}{places}{waived}"


def _places(spots: Iterable[Spot], pairs: tuple[Pair, ...]) -> str:
    spots = list(spots)
    parts: list[str] = []
    before = None
    for spot in spots[:_MOST_PLACES]:
        line, column = _place(spot, pairs)
        turn = f"turn {spot.turn + 1} " if len(pairs) > 1 else ""
        of = f"{turn}{spot.part} " if (spot.turn, spot.part) != before else ""
        before = (spot.turn, spot.part)
        parts.append(f"{of}{line}:{column}")
    rest = len(spots) - _MOST_PLACES
    return ", ".join(parts) + (f" and {rest:,} more" if rest > 0 else "")


def _place(spot: Spot, pairs: tuple[Pair, ...]) -> tuple[int, int]:
    """Return line and column of a spot, both counted from 1, columns in code points."""
    pair = pairs[spot.turn]
    text = pair.prompt if spot.part == "prompt" else pair.response
    return text.count("\n", 0, spot.start) + 1, spot.start - text.rfind("\n", 0, spot.start)


def _told(one: Checked, pairs: tuple[Pair, ...]) -> dict[str, Any]:
    verdict = one.verdict
    places = []
    for spot in one.spots:
        line, column = _place(spot, pairs)
        about = {"turn": spot.turn + 1, "part": spot.part, "line": line, "column": column}
        places.append({**about, "start": spot.start, "end": spot.end})
    return {
        "rule": verdict.rule,
        "wording": one.wording,
        "met": verdict.met,
        "figure": verdict.figure,
        "waived": verdict.waived,
        "open": verdict.open,
        "places": places,
    }
