"""Thirty keys a second for a minute: how far the screen is behind the fingers."""

import gc
import random
import time
from collections.abc import Iterator, Sequence

from suite.keys import OURS, candidates
from suite.programs import text
from suite.ptys import Piece, Pty, apart
from suite.table import Line, Options, listed, median, number, percentile, within

DOCUMENTS = ("100 kB", "paragraph of 10,000")
PER_SECOND = 30
MOST_LAG = 50.0
PATIENCE = 30.0


def words(count: int, seed: int = 1) -> str:
    """Return so many characters of words, each with another beginning than the one before."""
    chance = random.Random(seed)
    made = ""
    while len(made) < count:
        first = "abcdefgh"[len(made.split()) % 8]
        made += f"{first}{chance.randrange(10**5)} "
    return made[:count]


def typed(pty: Pty, keys: str) -> list[float]:
    """Type at the rate; return the ms that each key was behind, infinite if never shown.

    A key counts as shown when what was typed of its word stands left of the cursor; the
    spaces between words are not looked for.
    """
    pieces: list[Piece] = []
    sent: list[float] = []
    begin = time.perf_counter()
    for count, key in enumerate(keys):
        while (left := begin + count / PER_SECOND - time.perf_counter()) > 0:
            pieces += pty.take(0.0, left)
        sent.append(time.perf_counter())
        pieces += pty.send(key.encode())
    deadline = time.perf_counter() + PATIENCE
    while (left := deadline - time.perf_counter()) > 0:
        # A clock or a blinking cursor goes on; one that is behind writes more than that.
        more = pty.take(0.3, min(left, 2.0))
        pieces += more
        if len(more) < 3:
            break
    return lags(pty, keys, sent, pieces)


def lags(pty: Pty, keys: str, sent: Sequence[float], pieces: Sequence[Piece]) -> list[float]:
    """Find out when each key was shown."""
    found = [float("inf")] * len(keys)
    last = -1
    for piece in pieces:
        pty.emulator.feed(piece.data)
        column, row = pty.emulator.cursor
        left = "".join(cell.data for cell in pty.emulator.rows()[row][:column])
        for index in range(len(keys) - 1, last, -1):
            if sent[index] <= piece.at and (word := keys[: index + 1].split(" ")[-1]):
                if left.endswith(word) and not left[: -len(word)][-1:].isalnum():
                    for shown in range(last + 1, index + 1):
                        found[shown] = (piece.at - sent[shown]) * 1000
                    last = index
                    break
    return [lag for lag, key in zip(found, keys, strict=True) if key != " "]


def lines(options: Options) -> Iterator[Line]:
    """Type into the Write screen and into a stock text area."""
    seconds = options.many(60, 5)
    for name in DOCUMENTS:
        if options.only not in name:
            continue
        document = text(options.folder, name)
        ways = candidates(options.folder, document, document.place("end"))
        found = {}
        for who in ("stock TextArea", OURS):
            start = ways[who]
            assert start is not None
            with apart(), start() as pty:
                gc.disable()
                # Behind a space, since the document may end in the middle of a word.
                found[who] = typed(pty, " " + words(seconds * PER_SECOND))
                gc.enable()
        behind = {who: _summary(taken) for who, taken in found.items()}
        row = f"sustained: {seconds} s on {name}"
        ours = found[OURS]
        stock = listed({"stock TextArea": behind["stock TextArea"]})
        yield Line(f"{row}, lag p50/p99/most/last", "", stock, behind[OURS])
        yield within(f"{row}, lag of the last key", ours[-1], MOST_LAG, "ms")
        yield Line(
            f"{row}, keys over {MOST_LAG:.0f} ms late",
            ours=f"{sum(lag > MOST_LAG for lag in ours)} of {len(ours)}",
        )


def _summary(taken: list[float]) -> str:
    figures = (median(taken), percentile(taken, 0.99), max(taken), taken[-1])
    return "/".join(map(number, figures)) + " ms"
