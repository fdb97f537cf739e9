"""What the rules of a task say of its texts, live and as it is kept with what is sent."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from trainer_tui.domain.message import Pair
from trainer_tui.domain.rules import BadRule, Finding, Rule, describe, read
from trainer_tui.domain.task import Task

Part = Literal["prompt", "response"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one rule says of a text; a submission keeps one for each rule."""

    rule: dict[str, Any]
    met: bool | None
    """None: this version does not know the rule."""
    figure: str = ""
    waived: str = ""
    """The trainer's reason to send it all the same."""

    @property
    def open(self) -> bool:
        """Whether it is broken and nobody has said why."""
        return self.met is False and not self.waived


class Waiver(msgspec.Struct, frozen=True):
    """A rule that the trainer sets aside for one text, and why; kept with the draft."""

    rule: dict[str, Any]
    reason: str


class Spot(NamedTuple):
    """A place in one of the texts of a draft, in code points."""

    turn: int
    part: Part
    start: int
    end: int


class Checked(NamedTuple):
    """A verdict together with what the screen shows of it."""

    verdict: Verdict
    wording: str
    help: str
    spots: tuple[Spot, ...] = ()


IMPLIED_WITHOUT_BROWSING: tuple[dict[str, Any], ...] = (
    {"rule": "no_links"},
    {"rule": "no_citations"},
)


def rules_of(task: Task) -> tuple[dict[str, Any], ...]:
    """Return a task's rules and those that browsing being off implies, each once."""
    if task.browsing is not False:
        return task.rules
    named = {rule.get("rule") for rule in task.rules}
    return task.rules + tuple(r for r in IMPLIED_WITHOUT_BROWSING if r["rule"] not in named)


class Checker:
    """Checks the texts of one task; a text that has not changed is not read again."""

    def __init__(self, task: Task, language: str) -> None:
        """Read the rules of a task; `language` is its texts', as a BCP 47 tag."""
        self.language = language
        self._given = len(task.prompts)
        self._rules = [(data, describe(data), _readable(data)) for data in rules_of(task)]
        self._known: dict[tuple[int, str], Finding] = {}

    def check(
        self, pairs: tuple[Pair, ...], waivers: tuple[Waiver, ...] = ()
    ) -> tuple[Checked, ...]:
        """Return a verdict for each rule, in the task's order."""
        before, self._known = self._known, {}
        return tuple(
            self._check(number, data, wording, rule, pairs, waivers, before)
            for number, (data, wording, rule) in enumerate(self._rules)
        )

    def _check(
        self,
        number: int,
        data: dict[str, Any],
        wording: str,
        rule: Rule | None,
        pairs: tuple[Pair, ...],
        waivers: tuple[Waiver, ...],
        before: Mapping[tuple[int, str], Finding],
    ) -> Checked:
        if rule is None:
            return Checked(Verdict(rule=data, met=None), wording, "This version cannot check it.")
        if rule.kind.scope == "conversation":
            finding = rule.kind.check(pairs, rule.arguments, self.language)
            found: list[tuple[int, Part, Finding]] = [(0, "response", finding)]
            spots: tuple[Spot, ...] = ()
        else:
            found = []
            for turn, part, text in self.written(pairs):
                if not _applies(rule, part):
                    continue
                key = (number, text)
                finding = (
                    before.get(key)
                    or self._known.get(key)
                    or rule.kind.check(text, rule.arguments, self.language)
                )
                self._known[key] = finding
                found.append((turn, part, finding))
            spots = tuple(
                Spot(turn, part, *place)
                for turn, part, finding in found
                for place in finding.places
            )
        met = all(finding.met for _, _, finding in found)
        waived = next((w.reason for w in waivers if w.rule == data), "") if not met else ""
        verdict = Verdict(rule=data, met=met, figure=_figure(found), waived=waived)
        return Checked(verdict, wording, rule.kind.help, spots)

    def written(self, pairs: tuple[Pair, ...]) -> Iterator[tuple[int, Part, str]]:
        """Yield the texts that the trainer writes, with their turn and part."""
        for turn, pair in enumerate(pairs):
            if turn >= self._given:
                yield turn, "prompt", pair.prompt
            yield turn, "response", pair.response


def _applies(rule: Rule, part: Part) -> bool:
    return rule.applies_to in (part, "both")


def _readable(data: Mapping[str, Any]) -> Rule | None:
    try:
        return read(data)
    except BadRule:
        return None


def _figure(found: list[tuple[int, Part, Finding]]) -> str:
    """Return the figure of the only text, or of the first one that breaks the rule."""
    if not found:
        return ""
    turn, _, finding = next((one for one in found if not one[2].met), found[0])
    several = len({turn for turn, _, _ in found}) > 1
    return f"turn {turn + 1}: {finding.figure}" if several and not finding.met else finding.figure
