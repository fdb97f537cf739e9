"""All ways in which a terminal session may end, at random moments of typing."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from desk import Desk, draft, import_tasks, write_tasks
from screen_kills import MOST_LOST, MUTANT, Part, kill_rounds
from subjects import Verdict
from table import Row
from terminal import command

FAULT = (
    "from trainer_tui.ui.screens.write import WriteScreen\n"
    "def fault(self):\n"
    "    raise ZeroDivisionError(self.turn.prompt.text)\n"
    "WriteScreen.action_brief = fault\n"
)
"""Lets the handler of F2 fail."""


def _terminate(desk: Desk, chance: random.Random) -> None:
    desk.signal(signal.SIGTERM)
    assert desk.ended() == 0


def _hang_up(desk: Desk, chance: random.Random) -> None:
    desk.signal(signal.SIGHUP)
    assert desk.ended() == 0


def _close_window(desk: Desk, chance: random.Random) -> None:
    desk.hang_up()
    assert desk.ended() == 0


def _fail(desk: Desk, chance: random.Random) -> None:
    desk.press("f2")
    assert desk.ended() == 3


def _suspend(desk: Desk, chance: random.Random) -> None:
    desk.signal(signal.SIGTSTP)
    desk.until_stopped()
    assert desk.left_as_found() == []
    desk.signal(signal.SIGKILL)  # stopped, and then the computer is switched off
    desk.process.wait()


def _storm(desk: Desk, chance: random.Random) -> None:
    for _ in range(120):
        desk.resize(chance.randint(60, 160), chance.randint(20, 50))
        time.sleep(0.004)
    desk.signal(signal.SIGTERM)
    assert desk.ended() == 0


def _kill(desk: Desk, chance: random.Random) -> None:
    desk.kill()


WAYS: dict[str, tuple[Callable[[Desk, random.Random], None], bool, bool]] = {
    "SIGTERM": (_terminate, True, True),
    "SIGHUP": (_hang_up, True, True),
    "closed window": (_close_window, True, False),
    "fault in a handler": (_fail, True, True),
    "Ctrl-Z": (_suspend, True, False),
    "resize storm": (_storm, True, True),
    "kill -9": (_kill, False, False),
}
"""Each with whether every key must be saved, and whether the terminal must be as it was."""


def session(home: Path, way: str, chance: random.Random, patch: str = "") -> tuple[int, Verdict]:
    """Type for a while and end that way; return how many words were typed, and what was wrong."""
    act, everything, tidy = WAYS[way]
    patch += FAULT if way == "fault in a handler" else ""
    part = Part()
    with Desk(home, patch=patch) as desk:
        desk.open_task()
        shortest = 0.3 if everything else MOST_LOST + 1
        end = time.monotonic() + chance.uniform(shortest, shortest + 1.5)
        words = 0
        while time.monotonic() < end:
            word = f"{chance.choice('abcdefgh')}{chance.randrange(10**5)} "
            part.add(word)
            desk.type(word)
            words += 1
            time.sleep(chance.uniform(0, 0.12))
        if everything and chance.random() < 0.8:
            # What the program has not read yet from the terminal is not in its hands.
            desk.until(lambda screen: word.strip() in screen)
        else:
            everything = False
        act(desk, chance)
        ended = time.monotonic()
        wrong = desk.left_as_found() if tidy else []
    found = (draft(home, "b.t1") or [("", "")])[0][0]
    verdict = Verdict(wrong=len(wrong), said=" ".join(wrong))
    lost = part.lost(found, ended)
    if (everything and found != part.typed) or lost > MOST_LOST:
        verdict.lost = 1
        verdict.said += f" {lost:.1f} s of typing"
    if command(home, "doctor").returncode:
        verdict.unreadable = 1
    if found:
        command(home, "draft", "b.t1", "discard")
    return words, verdict


def run(folder: Path, rounds: int = 42, kills: int = 20, seed: int = 1) -> list[Row]:
    """Return the rows of all ways, and of kills of sessions with submissions."""
    row = Row("F27 screen: TERM, HUP, fault, Ctrl-Z, resize, kill")
    chance = random.Random(seed)
    home = folder / "home"
    import_tasks(home, write_tasks(1))
    for number in range(rounds):
        way = list(WAYS)[number % len(WAYS)]
        words, verdict = session(home, way, chance)
        row.add(verdict, words, way)
    _, verdict = session(home, "kill -9", chance, MUTANT)
    row.mutants["no autosave"] = not verdict.clean

    killed = Row("F1 kill -9 of the screen while typing and submitting")
    result = kill_rounds(kills, seed, folder / "kills")
    killed.rounds = result.rounds
    killed.acknowledged = result.acknowledged_saves + result.acknowledged_submissions
    killed.lost = result.lost_saves + result.lost_submissions
    killed.lost += result.seconds_lost_at_most > MOST_LOST
    killed.unreadable = result.unreadable_stores
    killed.note = f"at most {result.seconds_lost_at_most:.1f} s of typing lost"
    mutant = kill_rounds(2, seed, folder / "mutant", MUTANT, 5.0)
    killed.mutants["no autosave"] = not mutant.clean
    return [row, killed]
