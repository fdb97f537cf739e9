"""F11: every request of a workstation meets every fate of a bad line, and has one effect.

`python -m tests.sync.lost_answers` prints a table of request and fate, with how often
it was tried until all was well. In each cell a workstation has work to push, a claim to renew and
one to give back, and is to log in, so that every request is made; the one of the cell meets
its fate. Then the line is whole again.
"""

import argparse
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from tests.sync import agreement, mutants
from tests.sync.history import Faults, Log
from tests.sync.machines import Machine
from tests.sync.proxy import Fate
from tests.sync.site import Site
from tests.sync.table import Row, table
from trainer_tui.domain.errors import TrainerError
from trainer_tui.hub import schema
from trainer_tui.services.sync_status import Outcome

REQUESTS = {
    "hello": "GET /v1/hello",
    "sessions": "POST /v1/sessions",
    "have": "POST /v1/have",
    "push": "POST /v1/push",
    "changes": "GET /v1/changes",
    "renew": "POST /v1/claims/renew",
    "claims": "POST /v1/claims",
    "release": "POST /v1/claims/release",
}
BOUND = 2
"""Tries within which all is well, the one that met its fate among them."""
MOST = 8
"""Times that one kind of request is made in these tries, at most."""
_DAY = 24 * 3600.0
_numbers = itertools.count()


class Cell(NamedTuple):
    """What came of one request with one fate."""

    request: str
    fate: Fate
    tries: int
    """Until all was well; the first is the one that met the fate."""
    faults: Faults
    acknowledged: int


def cell(site: Site, folder: Path, request: str, fate: Fate, seed: int = 1) -> Cell:
    """Try one request with one fate, with a member and a team of its own."""
    stem = f"c{seed}-{next(_numbers)}"
    site.log = Log()
    site.line.heal()
    site.publish(stem, tasks=30)
    member = site.member(stem, stem)
    machine = Machine(site, folder / stem, member, stem, wanted=4).log_in()
    machine.sync()
    one, two, three, four = machine.workable()
    machine.send(one, "The first letter.")
    machine.sync()
    machine.send(two, "The second letter.")
    machine.send(one, "The first letter, corrected.")
    machine.save(three, "The third letter, not done.")
    machine.end_shift()
    # The day after: the hub is asked what it has, and for more time with what is in hand.
    machine.clock.ahead = _DAY - 60.0
    machine.syncing._memory.put(compared_at=None)
    site.line.asked.clear()
    wrong: list[str] = []
    seen = site.line.seen[fate]
    site.line.plan(REQUESTS[request], fate)
    actions: Sequence[Callable[[], object]] = (
        machine.log_in,
        lambda: _well(machine.sync()),
        lambda: machine.syncing.give_back(four),
    )
    tries = max(_tries(action) for action in actions)
    if tries > BOUND:
        wrong.append(f"not well after {BOUND} tries: {machine.syncing.status().trouble}")
    if site.line.seen[fate] == seen:
        wrong.append(f"no {request} was made")
    for asked, count in site.line.asked.items():
        if count > MOST:
            wrong.append(f"{asked} was asked {count} times")
    site.line.heal()
    machine.sync()
    found = agreement.check(site, [machine], [stem]) + Faults(wrong=wrong)
    found += _one_effect(site, machine, stem)
    machine.close()
    return Cell(request, fate, tries, found, len(site.log.acknowledged))


def _well(outcome: Outcome) -> None:
    if outcome.trouble is not None:
        raise outcome.trouble


def _tries(action: Callable[[], object]) -> int:
    """Do something until it goes well; return how often that was, `BOUND` + 1 if it never was."""
    for number in range(1, BOUND + 1):
        with suppress(TrainerError):
            action()
            return number
    return BOUND + 1


def _one_effect(site: Site, machine: Machine, team: str) -> Faults:
    """Say what is not there exactly once."""

    def look(connection: sa.Connection) -> tuple[int, int, int]:
        stored, claims = schema.operations.c, schema.claims.c
        return (
            connection.execute(
                sa.select(sa.func.count()).where(
                    stored.team_id == team, stored.kind == "submission"
                )
            ).scalar_one(),
            connection.execute(
                sa.select(sa.func.count()).where(claims.team_id == team, claims.ended_at.is_(None))
            ).scalar_one(),
            connection.execute(
                sa.select(sa.func.count()).where(claims.team_id == team, claims.why == "released")
            ).scalar_one(),
        )

    submissions, running, released = site.database.read(look)
    doubled, lost = [], []
    if submissions > 3:
        doubled.append(f"3 submissions are {submissions}")
    if submissions < 3:
        lost.append(f"of 3 submissions there are {submissions}")
    if released != 1:
        doubled.append(f"one claim was given back, {released} are")
    if running > machine.wanted + 1:  # one of them has the draft, which is not open any more
        doubled.append(f"{running} tasks are held where {machine.wanted} are wanted")
    return Faults(lost, doubled)


def cells(
    folder: Path,
    requests: Sequence[str] = tuple(REQUESTS),
    fates: Sequence[Fate] = tuple(Fate),
    *,
    seed: int = 1,
) -> Iterator[Cell]:
    """Try some requests with some fates on one hub."""
    with Site(f"sqlite:///{folder}/hub.db", seed=seed) as site:
        for request in requests:
            for fate in fates:
                yield cell(site, folder / f"{seed}", request, fate, seed)


MUTANTS = {
    "a fresh id for each try": mutants.fresh_id_for_each_try,
    "acked before the answer": mutants.acknowledged_before_the_answer,
    "claims without a memory": mutants.claims_without_a_memory,
}


def run(folder: Path, seed: int) -> tuple[Row, list[Cell]]:
    """Return the row with its mutants, and the cells."""
    row = Row("F11 a fate for each request")
    tried = list(cells(folder / "sound", seed=seed))
    for one in tried:
        row.add(one.faults, one.acknowledged, f"{one.request}, {one.fate.value}")
    for name, mutant in MUTANTS.items():
        with mutant():
            few = cells(folder / name, ("push", "claims"), (Fate.LOST_ANSWER, Fate.DROPPED))
            row.mutants[name] = any(not one.faults.clean for one in few)
    return row, tried


def main() -> int:
    """Run it as asked; exit code 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lost-answers-") as name:
        row, tried = run(Path(name), asked.seed)
    print(grid(tried))
    print(table([row]))
    print("\n".join(row.examples))
    return 0 if row.clean else 1


def grid(tried: Sequence[Cell]) -> str:
    """Lay the cells out: how many tries each took, `!` where something is wrong."""
    of = {(one.request, one.fate): one for one in tried}
    width = max(len(fate.value) for fate in Fate)
    lines = [" " * width + "  " + "  ".join(REQUESTS)]
    for fate in Fate:
        line = fate.value.ljust(width)
        for request in REQUESTS:
            one = of[request, fate]
            said = f"{one.tries}" if one.faults.clean else f"{one.tries}!"
            line += "  " + said.rjust(len(request))
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
