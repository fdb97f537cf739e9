"""Key to paint while writing, and the bytes that a key sends to the terminal."""

import gc
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from terminal import environment

from suite.programs import (
    EDITORS,
    Place,
    Text,
    at_text,
    child,
    compiled,
    editor,
    text,
    with_response,
)
from suite.ptys import Pty, apart
from suite.table import Line, Options, listed, median, number, percentile, versus, within

DOCUMENTS = ("1 kB", "10 kB", "100 kB", "1 MB", "paragraph of 10,000")
PLACES = ("end", "middle")
BARS = {"10 kB": 0.4, "1 MB": 0.2, "paragraph of 10,000": 0.2}
"""The most that ours may take of what a stock text area takes."""
MOST_BYTES = 400
MOST_SPREAD = 2.0
BLOCKS = 4
QUIET = 0.015
PAUSE = 0.05
"""With what each key takes about 13 keys a second, which is as fast as people get."""
FIRST = 5
OURS = "our Write screen"
ECHO = "Python echo"
"""Is late only where the machine is, in the same seconds as the others: what p99 owes to it."""


class Key(NamedTuple):
    """What a key cost."""

    ms: float | None
    """None: it was never shown."""
    bytes: int


class Figures(NamedTuple):
    """What the keys of one candidate cost."""

    p50: float
    p99: float
    bytes: float
    unseen: int

    def __str__(self) -> str:
        lost = f" {self.unseen} UNSEEN" if self.unseen else ""
        return f"{number(self.p50)}/{number(self.p99)} {self.bytes:,.0f} B{lost}"


def type_one(pty: Pty, chance: random.Random) -> Key:
    """Type a letter; find out when it was on the screen."""
    time.sleep(chance.uniform(0.0, 0.012))  # not in step with anybody's timer
    early = pty.take(0.0, 0.0)
    pty.shown(early)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz    ")
    before = time.perf_counter()
    pieces = pty.send(letter.encode()) + pty.take(QUIET)
    at = pty.key_painted(pieces)
    if at is None:  # something else was painted first, and there was a pause
        late = pty.take(QUIET, 1.0)
        at, pieces = pty.key_painted(late), pieces + late
    taken = sum(len(piece.data) for piece in pieces)
    return Key(None if at is None else (at - before) * 1000, taken)


def measure(candidates: dict[str, Pty], keys: int, seed: int = 1) -> dict[str, Figures]:
    """Type a key into each in turn, so that noise hits all; the Write screen has blocks of its own.

    It saves while it is typed in, beside the screen, which must not be the noise of others.
    """
    found: dict[str, list[Key]] = {name: [] for name in candidates}
    chance = random.Random(seed)
    gc.collect()
    gc.disable()  # a collection here would be taken for a slow key there
    try:
        for block in range(1 + BLOCKS):
            count = keys // BLOCKS if block else FIRST
            for _ in range(count):
                for name, pty in candidates.items():
                    if name != OURS:
                        found[name] += [type_one(pty, chance)] * (block > 0)
            if ours := candidates.get(OURS):
                for _ in range(count):
                    time.sleep(PAUSE)
                    found[OURS] += [type_one(ours, chance)] * (block > 0)
                ours.shown(ours.take(1.2, 1.2))
            gc.collect()
    finally:
        gc.enable()
    return {name: figures(taken) for name, taken in found.items()}


def figures(keys: list[Key]) -> Figures:
    """Sum up."""
    seen = [key.ms for key in keys if key.ms is not None]
    return Figures(
        median(seen),
        percentile(seen, 0.99),
        median([float(key.bytes) for key in keys]),
        len(keys) - len(seen),
    )


def opened(argv: list[str], home: Path, document: Text) -> Pty:
    """Start an editor and wait until the file is in it."""
    pty = Pty(argv, environment(home), cwd=home)
    pty.shown(pty.take(0.4, 10))
    pty.shown(pty.take(0.4, 0.4))
    return pty


def candidates(folder: Path, document: Text, place: Place) -> dict[str, Callable[[], Pty] | None]:
    """Return how each editor is opened; None for one that is not installed."""
    home = folder / "peers"
    home.mkdir(exist_ok=True)
    writing = folder / document.name.replace(" ", "-")
    if not writing.exists():
        with_response(writing, document)
    ways: dict[str, list[str] | None] = {
        **{name: editor(name, document.file, place) for name in EDITORS},
        "stock TextArea": child("area", document.file, place.line, place.column),
        "our editor alone": child("editor", document.file, place.line, place.column),
    }

    def start(argv: list[str]) -> Callable[[], Pty]:
        return lambda: opened(argv, home, document)

    return {
        ECHO: start(child("echo")),
        **{name: None if argv is None else start(argv) for name, argv in ways.items()},
        OURS: lambda: at_text(writing, place),
    }


def floors(options: Options) -> dict[str, Figures]:
    """Measure what the pseudo-terminal itself takes."""
    ways = {"C echo": compiled(options.folder, "echo"), ECHO: child("echo")}
    there = {name: Pty(argv, environment(options.folder)) for name, argv in ways.items() if argv}
    try:
        for pty in there.values():
            pty.shown(pty.until_written("ready"))
        return measure(there, options.many(200, 40))
    finally:
        for pty in there.values():
            pty.close()


def lines(options: Options) -> Iterator[Line]:
    """Measure every document with the cursor at both places."""
    with apart():
        yield from _lines(options)


def _lines(options: Options) -> Iterator[Line]:
    echo = listed({name: str(figure) for name, figure in floors(options).items()})
    yield Line("keys: the terminal itself, p50/p99 ms", echo)
    for name in DOCUMENTS:
        document = text(options.folder, name)
        for where in PLACES:
            if options.only in f"{name} {where}":
                yield from case(options, document, where)


def case(options: Options, document: Text, where: str) -> Iterator[Line]:
    """Measure one document at one place."""
    ways = candidates(options.folder, document, document.place(where))
    there = {}
    try:
        for name, start in ways.items():
            if start is not None:
                there[name] = start()
        found = measure(there, options.many(200, 40))
    finally:
        for pty in there.values():
            pty.close()
    row = f"keys: {document.name}, at {where}"
    peers = {name: str(found.get(name, "not installed")) for name in EDITORS}
    stock, alone, ours = (found[name] for name in ("stock TextArea", "our editor alone", OURS))
    yield Line(row, "", listed({**peers, "stock TextArea": str(stock)}), f"{alone} (editor alone)")
    share = BARS.get(document.name)
    compared = f"stock {number(stock.p50)}/{number(stock.p99)} ms {stock.bytes:,.0f} B"
    if share is None:
        ratio = ours.p50 / stock.p50
        yield Line(f"{row}, Write", compared, "", f"{number(ours.p50)} ms", ratio)
    else:
        yield versus(f"{row}, Write", ours.p50, stock.p50, share, "ms", of="stock", floor=compared)
    yield versus(
        f"{row}, Write p99",
        ours.p99,
        ours.p50,
        MOST_SPREAD,
        "ms",
        of="p50",
        floor=f"echo {found[ECHO]}",
    )
    yield within(f"{row}, Write bytes", ours.bytes, MOST_BYTES, "B")
    if ours.unseen or alone.unseen:
        yield Line(f"{row}: keys not shown", ours=str(ours.unseen + alone.unseen), met=False)
