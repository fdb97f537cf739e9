"""What the rules cost: read at once, and beside the typing."""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from suite.keys import OURS, measure
from suite.programs import at_text, text, with_response
from suite.ptys import apart
from suite.store import ms
from suite.table import Line, Options, median, number, percentile, within
from trainer_tui.domain.message import Pair
from trainer_tui.domain.rules import kinds
from trainer_tui.domain.task import Kind, Task
from trainer_tui.domain.verdicts import Checker

SIZES = {5_000: 5.0, 100_000: 50.0}
"""Characters, and the ms that all rules of a task may take."""
SIX: tuple[dict[str, Any], ...] = (
    {"rule": "words", "at_least": 120, "at_most": 300},
    {"rule": "no_links"},
    {"rule": "no_citations"},
    {"rule": "no_boilerplate"},
    {"rule": "no_first_person"},
    {"rule": "keywords:existence", "keywords": ["harbor", "lighthouse"]},
)
PUBLISHED: tuple[dict[str, Any], ...] = (
    {"rule": "length_constraints:editsentences", "relation": "at least", "num_sentences": 30},
    {"rule": "language:response_language", "language": "en"},
    {"rule": "detectable_format:edithighlighted_sections", "num_highlights": 3},
)
"""Three, as many as an IFEval prompt has at most, and the slowest: sentences and languages."""
PROSE = (
    "The harbor wakes before the town does. Gulls argue over a crust, a rope creaks, and "
    "Mrs. Olsen of No. 7 counts the boats: twelve, as it was in 1998. *Nothing* is ever late "
    "here, except the ferry, which is late by exactly as much as everybody expects.\n\n"
    "- nets are mended, not bought\n- the price of ice is 3.50 a crate\n\n"
)
NEVER = "from trainer_tui.ui.checking import LiveChecks as c; c.edited = lambda self: None"


def lines(options: Options) -> Iterator[Line]:
    """Measure rules at two sizes, then keys with all checks on and off."""
    for size, most in SIZES.items():
        written = (PROSE * (size // len(PROSE) + 1))[:size]
        for name, rules in (("six rules of the work", SIX), ("three of IFEval", PUBLISHED)):
            yield _rules(options, f"checks: {name}, {size:,} characters", written, rules, most)
        yield _each_kind(written, size)
    with apart():
        yield from _beside(options)


def _task(rules: tuple[dict[str, Any], ...]) -> Task:
    return Task(id="t", kind=Kind.WRITE, title="T", instructions="I", rules=rules)


def _rules(
    options: Options, row: str, written: str, rules: tuple[dict[str, Any], ...], most: float
) -> Line:
    checker = Checker(_task(rules), "en")
    checker.check((Pair("", written),))  # loads what is loaded once
    chance = random.Random(1)
    taken = []
    for edit in range(options.many(60, 20)):
        place = chance.randrange(len(written))
        pair = Pair("", f"{written[:place]}{edit} {written[place:]}")
        taken.append(ms(partial(checker.check, (pair,))))
    floor = median([ms(written.split) for _ in range(20)])
    words = f"str.split {number(floor)} ms"
    return within(
        row, median(taken), most, "ms", floor=words, peers=f"p99 {number(percentile(taken, 0.99))}"
    )


def _each_kind(written: str, size: int) -> Line:
    """Tell which kinds that take no arguments are the slowest."""
    taken = {}
    for name, kind in kinds().items():
        if kind.scope == "text" and not msgspec.structs.fields(kind.arguments):
            arguments = msgspec.convert({}, kind.arguments)
            kind.check(written, arguments, "en")
            taken[name] = ms(partial(kind.check, f"Well, {written}", arguments, "en"))
    slowest = sorted(taken, key=lambda name: -taken[name])[:4]
    words = ", ".join(f"{name} {number(taken[name])}" for name in slowest)
    return Line(f"checks: slowest kinds, {size:,} characters, ms", peers=words)


def _beside(options: Options) -> Iterator[Line]:
    for name in ("10 kB", "100 kB"):
        document = text(options.folder, name)
        place = document.place("end")
        homes = {
            side: options.folder / f"{side}-{name.replace(' ', '-')}" for side in ("on", "off")
        }
        figures = {}
        for side, home in homes.items():
            with_response(home, document)
            pty = at_text(home, place, patch=NEVER if side == "off" else "")
            try:
                figures[side] = measure({OURS: pty}, options.many(200, 80))[OURS]
            finally:
                pty.close()
        on, off = figures["on"], figures["off"]
        yield Line(
            f"checks: keys at the end of {name}, all on",
            f"all off {off}",
            ours=str(on),
            ratio=on.p50 / off.p50,
        )
