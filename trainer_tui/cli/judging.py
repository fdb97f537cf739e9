"""What a trainer says about the own work on the command line: rules waived, scores."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from trainer_tui.cli.entering import fit
from trainer_tui.cli.output import one_line
from trainer_tui.cli.parsing import nearest
from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.rules import describe
from trainer_tui.domain.task import BatchHead, Task
from trainer_tui.domain.verdicts import Waiver, rules_of

LOWEST, HIGHEST = 1, 7
"""The ends of every scale."""


def add_judgments(parser: ArgumentParser) -> None:
    """Take waivers and scores."""
    own = parser.add_argument_group("about your own work")
    own.add_argument(
        "--waive",
        action="append",
        default=[],
        type=_named("RULE=REASON"),
        metavar="RULE=REASON",
        help="send it although it breaks a rule, which is given by its name, or by its number in "
        "the order in which 'check' lists the rules; may be repeated",
    )
    own.add_argument(
        "--score",
        action="append",
        default=[],
        type=_named("SCALE=N"),
        metavar="SCALE=N",
        help="your own score on a scale of the rubric, 1 to 7; may be repeated",
    )


def judged(args: Namespace, task: Task, batch: BatchHead, draft: Draft) -> Draft:
    """Return the draft with what was said; raises `BadInput` for a name that is not there."""
    waivers = {_identity(w.rule): w for w in draft.waivers}
    for name, reason in args.waive:
        rule = _rule(name, rules_of(task))
        waivers[_identity(rule)] = Waiver(rule, fit(reason, f"the reason to waive {name}"))
    scores = dict(draft.self_scores)
    for name, word in args.score:
        scale = _scale(name, [scale.name for scale in batch.rubric])
        scores[scale] = _score(word, scale)
    return msgspec.structs.replace(draft, waivers=tuple(waivers.values()), self_scores=scores)


def _named(form: str) -> Any:
    def split(word: str) -> tuple[str, str]:
        # At the first sign: no name holds one, and a reason may.
        name, equals, value = word.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise ArgumentTypeError(f"expected {form}, got {word!r}")
        return name.strip(), value.strip()

    return split


def _identity(rule: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(rule, order="deterministic")


def _rule(name: str, rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the rule of this number, name, or end of a name behind the colon."""
    if not rules:
        raise BadInput("this task has no rules", "Leave --waive out.", title="Cannot waive this")
    if name.isdecimal() and 0 < int(name) <= len(rules):
        return rules[int(name) - 1]
    names = [str(rule.get("rule")) for rule in rules]
    found = [
        rule
        for rule, known in zip(rules, names, strict=True)
        if name in (known, known.rpartition(":")[2])
    ]
    if len(found) == 1:
        return found[0]
    listed = "\n".join(
        f"  {number} {known}: {one_line(describe(rule))[:200]}"
        for number, (known, rule) in enumerate(zip(names, rules, strict=True), 1)
    )
    said = f"{name!r} fits {len(found)} rules" if found else f"no rule {name!r}"
    guess = "" if found else nearest(name, names)
    hint = f"Choose one by its name or number:\n{listed}"
    raise BadInput(f"{said}{guess}", hint, title="Cannot waive this")


def _scale(name: str, scales: Sequence[str]) -> str:
    if not scales:
        raise BadInput("this batch has no rubric", "Leave --score out.", title="Cannot score this")
    import difflib

    folded = {scale.casefold(): scale for scale in scales}
    if name.casefold() in folded:
        return folded[name.casefold()]
    near = difflib.get_close_matches(name.casefold(), folded, 1)
    guess = f"; did you mean {folded[near[0]]!r}?" if near else ""
    hint = f"The scales are {', '.join(scales)}."
    raise BadInput(f"no scale {name!r}{guess}", hint, title="Cannot score this")


def _score(word: str, scale: str) -> int:
    try:
        number = int(word) if word.isascii() else 0
    except ValueError:
        number = 0
    if not LOWEST <= number <= HIGHEST:
        raise BadInput(
            f"{scale}: expected a whole number from {LOWEST} to {HIGHEST}, got {word!r}",
            title="Cannot score this",
        )
    return number
