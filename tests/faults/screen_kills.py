"""Kills the real program at random moments while somebody types and submits, and counts losses.

Run it as a script: `python tests/faults/screen_kills.py --rounds 50 --seed 1`. What the screen
called submitted or saved must be there afterwards, and so must every key that was struck more
than 3 s before the kill. Exit code 1 says that something was lost.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "terminal"))

from desk import BEFORE_SENDING, UNSAVED, Desk, draft, exported, import_tasks, write_tasks
from terminal import command

MOST_LOST = 3.0
"""Seconds of typing that a kill may cost."""
MUTANT = (
    "import trainer_tui.ui.saving as autosave\n"
    "autosave.AT_LEAST_EVERY = autosave.AFTER_LAST_KEY = 1000.0\n"
)
"""Takes the autosave out of the program; a harness that does not mind proves nothing."""
_SUBMITTED = re.compile(r"Submitted “Task number (\d+)”")
_SAVED = re.compile(r"✓ saved (\d\d:\d\d:\d\d)")


@dataclass
class Part:
    """One text of one task, as far as it was typed."""

    typed: str = ""
    struck: list[tuple[int, float]] = field(default_factory=list)
    """Lengths with the moments at which the text had been sent so far."""
    promised: str = ""
    """The longest beginning that was on the screen before the screen said saved."""

    def add(self, words: str) -> None:
        self.typed += words
        self.struck.append((len(self.typed), time.monotonic()))

    def lost(self, found: str, killed: float) -> float:
        """Return how many seconds before the kill the first missing key was struck."""
        if not self.typed.startswith(found):
            return float("inf")
        missing = (at for length, at in self.struck if length > len(found))
        return max((killed - at for at in missing), default=0.0)


@dataclass
class Table:
    """What came of the rounds."""

    rounds: int = 0
    kills_while_unsaved: int = 0
    acknowledged_submissions: int = 0
    lost_submissions: int = 0
    acknowledged_saves: int = 0
    lost_saves: int = 0
    seconds_lost_at_most: float = 0.0
    unreadable_stores: int = 0

    @property
    def clean(self) -> bool:
        """Whether nothing was lost that may not be."""
        return not (
            self.lost_submissions
            or self.lost_saves
            or self.unreadable_stores
            or self.seconds_lost_at_most > MOST_LOST
        )

    def __str__(self) -> str:
        return "\n".join(
            f"{name.replace('_', ' '):<26}{value:>8.2f}"
            if isinstance(value, float)
            else f"{name.replace('_', ' '):<26}{value:>8}"
            for name, value in vars(self).items()
        )


class Round:
    """One session that ends in a kill."""

    def __init__(self, home: Path, chance: random.Random, patch: str, seconds: float) -> None:
        self.home, self.chance, self.seconds = home, chance, seconds
        self.tasks: dict[int, tuple[Part, Part]] = {}
        self.submitted: dict[int, tuple[str, str]] = {}
        self.saves = 0
        self._visible = ("", "")
        self._was_unsaved = False
        self._last_saved = ""
        self.desk = Desk(home, patch=patch)

    def run(self) -> float:
        """Write until the time is up; kill; return when that was."""
        desk, chance = self.desk, self.chance
        # Some sessions are typing and nothing else: only the autosave can save those.
        steady = chance.random() < 0.5
        shortest = min(MOST_LOST + 1.5, self.seconds) if steady else 0.3
        end = time.monotonic() + chance.uniform(shortest, self.seconds)
        desk.press("n", "enter")  # the task of last time may have been sent just before the kill
        number = self._opened()
        self.tasks[number] = (Part(), Part())
        at = 0
        while time.monotonic() < end:
            choice = chance.random()
            if steady or choice < 0.86 or not self.tasks[number][0].typed:
                words = "".join(
                    f"{chance.choice('abcdefgh')}{chance.randrange(10**5)} "
                    for _ in range(chance.randint(1, 3))
                )
                self.tasks[number][at].add(words)
                desk.type(words)
            elif choice < 0.90:
                desk.press("ctrl+s")
            elif choice < 0.94 or not self.tasks[number][1].typed:
                desk.press("tab")
                at = 1 - at
            elif self._submit(number, end):
                number = self._opened()
                self.tasks[number] = (Part(), Part())
                at = 0
            self._watch(number)
            pause = chance.random() > 0.95 and not steady
            time.sleep(chance.uniform(0.5, 1.5) if pause else chance.uniform(0.0, 0.15))
        desk.kill()
        killed = time.monotonic()
        self._watch(number)  # what the screen had said by then
        desk.close()
        return killed

    def _opened(self) -> int:
        """Wait for a task with empty texts; return its number."""
        screen = self.desk.until(
            lambda screen: (
                "Write the prompt a person" in screen and "Write the ideal response" in screen
            )
        )
        title = re.search(r"trainer_tui +Task number (\d+)", screen)
        assert title is not None, screen
        self._visible, self._was_unsaved, self._last_saved = ("", ""), False, ""
        return int(title[1])

    def _submit(self, number: int, end: float) -> bool:
        desk = self.desk
        prompt, response = self.tasks[number]
        desk.press("f8")
        while BEFORE_SENDING not in str(desk):
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        self.submitted[number] = (prompt.typed, response.typed)
        desk.press("f8")
        while not any(int(n) == number for n in _SUBMITTED.findall(str(desk))):
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def _watch(self, number: int) -> None:
        """Note what the screen calls saved: what it showed before it began to say so."""
        screen = str(self.desk)
        title = re.search(r"trainer_tui +Task number (\d+)", screen)
        if title is None or int(title[1]) != number or BEFORE_SENDING in screen:
            return
        saved = _SAVED.search(screen)
        if UNSAVED not in screen and saved and (self._was_unsaved or saved[1] != self._last_saved):
            self.saves += 1
            self._last_saved = saved[1]
            for part, seen in zip(self.tasks[number], self._visible, strict=True):
                part.promised = max(part.promised, seen, key=len)
        self._was_unsaved = UNSAVED in screen
        shown = re.sub(r"[\s│╭╮╰╯─]+", " ", screen)
        self._visible = tuple(self._beginning(p, shown) for p in self.tasks[number])  # type: ignore

    def _beginning(self, part: Part, shown: str) -> str:
        """Return the longest beginning of a text whose last word is on the screen."""
        words = part.typed.split()
        for count in range(len(words), 0, -1):
            if f" {words[count - 1]} " in shown:
                return " ".join(words[:count])
        return ""


def kill_rounds(
    rounds: int, seed: int, home: Path, patch: str = "", seconds: float = 9.0, talk: bool = False
) -> Table:
    """Run so many rounds over one store that grows; return what came of them."""
    chance = random.Random(seed)
    import_tasks(home, write_tasks(12 * rounds))
    table = Table()
    promised: dict[int, tuple[str, str]] = {}
    for _ in range(rounds):
        session = Round(home, chance, patch, seconds)
        killed = session.run()
        table.rounds += 1
        table.acknowledged_saves += session.saves
        # Only what the screen called submitted; it may have gone through without a word.
        said = {int(n) for n in _SUBMITTED.findall(_all_shown(session))}
        promised |= {n: t for n, t in session.submitted.items() if n in said}
        if command(home, "doctor").returncode:
            table.unreadable_stores += 1
        standing = exported(home)
        for number, texts in session.tasks.items():
            if list(zip(("user", "assistant"), (p.typed for p in texts), strict=True)) in standing:
                continue
            found = (draft(home, f"b.t{number}") or [("", "")])[0]
            if any(found):  # so that the next round begins with an empty task
                command(home, "draft", f"b.t{number}", "discard")
            lost = max(part.lost(text, killed) for part, text in zip(texts, found, strict=True))
            table.seconds_lost_at_most = max(table.seconds_lost_at_most, lost)
            table.kills_while_unsaved += lost > 0
            table.lost_saves += any(
                not text.startswith(part.promised) for part, text in zip(texts, found, strict=True)
            )
        if talk:
            print(f"\r{table.rounds} of {rounds}", end="", file=sys.stderr, flush=True)
    table.acknowledged_submissions = len(promised)
    table.lost_submissions = sum(
        [("user", prompt), ("assistant", response)] not in standing
        for prompt, response in promised.values()
    )
    return table


def _all_shown(session: Round) -> str:
    """Return every word that ever went to the screen, whatever became of it there."""
    return re.sub(r"\x1b\[[^@-~]*[@-~]", "", session.desk.raw.decode("utf-8", "replace"))


def main() -> int:
    """Run the rounds, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=9.0, help="the longest session")
    parser.add_argument("--mutant", action="store_true", help="without the autosave")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = kill_rounds(
            args.rounds,
            args.seed,
            Path(folder) / "home",
            MUTANT if args.mutant else "",
            args.seconds,
            talk=sys.stderr.isatty(),
        )
    print(table)
    return 0 if table.clean else 1


if __name__ == "__main__":
    sys.exit(main())
