"""Compares our verdicts with a published checker's, and counts."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from references import Asked, Reference
from twisted import twisted

from trainer_tui.domain.rules import BadRule, Rule, find, read


@dataclass
class Disagreement:
    """A text on which the two say something else."""

    asked: Asked
    text: str
    ours: bool
    reason: str
    """Why, as far as it is known; empty: unexplained."""


@dataclass
class Tally:
    """What came of one kind in one language."""

    texts: set[str] = field(default_factory=set)
    rules: int = 0
    met: int = 0
    unmet: int = 0
    silent: int = 0
    """How often the reference raised."""
    missing: int = 0
    """Instructions of a kind that we do not have."""
    replaced: list[Asked] = field(default_factory=list)
    """Instructions that were left out since the reference draws an argument of its own."""
    refused: list[str] = field(default_factory=list)
    """Why we cannot read an instruction, one for each."""
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Disagreement]:
        """The disagreements without a reason."""
        return [one for one in self.disagreements if not one.reason]

    @property
    def counts(self) -> list[int]:
        """The figures of its row, as `HEAD` names them; texts excepted."""
        return [
            self.rules,
            self.met + self.unmet,
            self.met,
            self.unmet,
            self.silent,
            len(self.disagreements),
            len(self.unexplained) + len(self.refused),
        ]


Tallies = dict[tuple[str, str], Tally]
"""One for each language and kind."""

HEAD = ("kind", "texts", "rules", "verdicts", "met", "unmet", "silent", "differ", "open")


def compare(
    reference: Reference,
    asked: Iterable[Asked],
    texts: Sequence[str],
    per_rule: int,
    seed: int,
    limits: float = 0.0,
) -> Tallies:
    """Put `per_rule` texts before each instruction, half of them twisted towards its limits.

    With a share of the texts, `limits`, the number in the instruction is moved instead to where
    the verdict turns over.
    """
    tallies: Tallies = defaultdict(Tally)
    for number, one in enumerate(asked):
        if not reference.knows(one):
            continue
        tally = tallies[one.language, one.kind]
        if find(one.id) is None:
            tally.missing += 1
            continue
        try:
            rule = read(one.rule)
        except BadRule as error:
            tally.refused.append(str(error))
            continue
        if reference.replaces(one):
            tally.replaced.append(one)
            continue
        tally.rules += 1
        chance = random.Random(f"{seed} {number}")
        for text in _chosen(one, texts, per_rule, chance):
            _judge(reference, one, rule, text, tally)
            if chance.random() < limits:
                for other in at_limit(reference, one, text):
                    _judge(reference, other, read(other.rule), text, tally)
    return tallies


def _judge(reference: Reference, asked: Asked, rule: Rule, text: str, tally: Tally) -> None:
    theirs = reference.verdict(asked, text)
    ours = rule.kind.check(
        text, rule.arguments, asked.language
    ).met  # must not raise if theirs does
    if theirs is None:
        tally.silent += 1
        return
    tally.texts.add(text)
    tally.met += theirs
    tally.unmet += not theirs
    if ours != theirs:
        why = reason(reference, asked, text)
        tally.disagreements.append(Disagreement(asked, text, ours, why))


def _chosen(asked: Asked, texts: Sequence[str], count: int, chance: random.Random) -> Iterator[str]:
    straight = chance.sample(texts, min(count // 2, len(texts)))
    yield from straight
    edges: list[str] = []
    while len(edges) < count - len(straight):
        edges += twisted(chance.choice(texts), asked, chance)
    yield from chance.sample(edges, count - len(straight))


def at_limit(reference: Reference, asked: Asked, text: str) -> list[Asked]:
    """Return the instruction with the two numbers between which a text stops to follow it."""
    names = [name for name, value in asked.arguments.items() if isinstance(value, int)]
    if len(names) != 1:
        return []

    def numbered(number: int) -> Asked:
        return asked._replace(arguments={**asked.arguments, names[0]: number})

    def follows(number: int) -> bool | None:
        return reference.verdict(numbered(number), text)

    low, high = 0, 1 << 14
    first, last = follows(low), follows(high)
    if first is None or last is None:
        return []
    if first == last:  # it asks for exactly so many
        low = next((number for number in range(1, 40) if follows(number) != first), 0)
        return [numbered(low), numbered(low + 1)]
    while high - low > 1:
        middle = (low + high) // 2
        if follows(middle) == first:
            low = middle
        else:
            high = middle
    return [numbered(low), numbered(high)]


def reason(reference: Reference, asked: Asked, text: str) -> str:
    """Return why the two may disagree on a text, as far as that can be told; empty: unknown."""
    if reference.by_chance(asked, text):
        return "its language detection is a matter of chance"
    return ""


def table(tallies: Tallies) -> str:
    """Write the counts, one kind a line and all of them in the last."""
    ordered = sorted(tallies.items())
    rows = [
        (f"{language}:{kind}", *map(str, (len(one.texts), *one.counts)))
        for (language, kind), one in ordered
    ]
    every: set[str] = set().union(*(one.texts for one in tallies.values()))
    sums = map(sum, zip(*(one.counts for one in tallies.values()), strict=True))
    rows.append(("all", str(len(every)), *map(str, sums)))
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    aligned: list[Callable[[str, int], str]] = [str.ljust, *[str.rjust] * (len(HEAD) - 1)]
    return "\n".join(
        "  ".join(
            align(cell, width) for align, cell, width in zip(aligned, row, widths, strict=True)
        )
        for row in (HEAD, *rows)
    )


def told(tallies: Tallies, most: int = 3) -> str:
    """Write what differs: what has a reason is counted by it, the rest is shown."""
    lines = []
    for (language, kind), one in sorted(tallies.items()):
        name = f"{language}:{kind}"
        lines += [f"{name}: we refuse {n}, {why}" for why, n in Counter(one.refused).items()]
        if one.missing:
            lines.append(f"{name}: {one.missing} left out, we have no such kind")
        if one.replaced:
            lines.append(f"{name}: {len(one.replaced)} left out, it replaces their argument")
        reasons = Counter(each.reason for each in one.disagreements if each.reason)
        lines += [f"{name}: {count} differ, {why}" for why, count in reasons.items()]
        lines += [
            f"{name} {dict(each.asked.arguments)!s:.200}: ours {each.ours} on {_shown(each.text)}"
            for each in one.unexplained[:most]
        ]
        if len(one.unexplained) > most:
            lines.append(f"{name}: {len(one.unexplained) - most} more")
    return "\n".join(lines)


def _shown(text: str) -> str:
    return repr(text if len(text) < 400 else f"{text[:200]} […] {text[-150:]}")
