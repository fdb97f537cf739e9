"""Start until a key was acted on, and the memory peak until then."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from desk import AT_LIST
from terminal import command, environment, program

from suite.programs import (
    EDITORS,
    Place,
    acted,
    child,
    compiled,
    editor,
    stripped,
    text,
    with_tasks,
)
from suite.ptys import Pty
from suite.table import Line, Options, listed, median, number, versus

BARS = {"100 tasks": 1.3, "10,000 tasks": 1.5, "100,000 tasks": 2.5}


QUIET = 0.1
"""Seconds without output after which a program has done what it will do."""


class Start(NamedTuple):
    """A program to start."""

    argv: list[str] | None
    home: Path
    ready: str
    """Words that show that there is something to act on."""
    key: bytes
    acts: Callable[[Pty], Callable[[], bool]]
    """Given the screen at that moment, returns what tells that the key was acted on."""


COLUMN = 4
"""A column of the screen that lies within the rows of the list."""


class Figure(NamedTuple):
    """What a start cost."""

    ms: float
    mb: float


def measure(start: Start) -> Figure:
    """Start, wait for the first screen, press the key, wait until it was acted on."""
    assert start.argv is not None
    with Pty(start.argv, environment(start.home), cwd=start.home) as pty:
        pieces = pty.until_written(start.ready)
        # Looked at afterwards: the emulator takes its time over a full screen.
        later = pty.send(start.key) + pty.take(QUIET)
        pty.shown(pieces)
        seen = start.acts(pty)
        at = pty.first(later, seen) or acted(pty, seen)
        peak = pty.memory()
        assert at is not None, f"no key was acted on\n{pty}"
        return Figure((at - pty.started) * 1000, peak)


def _says_acted(pty: Pty) -> Callable[[], bool]:
    return lambda: "acted" in str(pty)


def _cursor_moved(pty: Pty) -> Callable[[], bool]:
    before = pty.emulator.cursor
    return lambda: pty.emulator.cursor != before


def row_lit(title: str) -> Callable[[Pty], Callable[[], bool]]:
    """Return what tells that the list's cursor came to a row: its looks change."""

    def acts(pty: Pty) -> Callable[[], bool]:
        def looks() -> object:
            for row, line in enumerate(pty.emulator.lines()):
                if 0 <= (column := line.find(title)) < 60:
                    cell = pty.emulator.rows()[row][column]
                    return cell.bg, cell.reverse
            return None

        before = looks()
        return lambda: looks() not in (None, before)

    return acts


def cursor_went_on(pty: Pty) -> Callable[[], bool]:
    """Return what tells that our list's cursor is on another row, from wherever it was left."""

    def looks() -> list[object]:
        cells = (row[COLUMN] for row in pty.emulator.rows())
        return [(cell.bg, cell.reverse) for cell in cells]

    before = looks()
    return lambda: looks() != before


def starts(folder: Path, *, many: tuple[int, ...] = (100, 10_000, 100_000)) -> dict[str, Start]:
    """Prepare everything that is started; the first entries are what the others compare with."""
    home = folder / "peers"
    (home / "Mail").mkdir(parents=True)
    document = text(folder, "10 kB")
    top = Place(0, 0, end=False)
    samples = folder / "samples"
    samples.mkdir()
    command(samples, "import", "--samples")
    command(samples, "shift", "start")
    ours = {}
    for count in many:
        with_tasks(folder / f"tasks-{count}", count)
        ours[f"{count:,} tasks"] = Start(
            program(), folder / f"tasks-{count}", AT_LIST, b"j", cursor_went_on
        )
    mails = folder / "mails"
    mails.write_text(
        "".join(
            f"From ann@example.org Sat Jan  1 00:00:00 2000\nFrom: ann@example.org\n"
            f"Subject: Subject {n}\nDate: Sat, 1 Jan 2000 00:00:{n:02} +0000\n\nText.\n\n"
            for n in range(50)
        )
    )

    mutt = shutil.which("neomutt")
    return {
        "C program": Start(compiled(folder, "prints"), home, "enter open", b"j", _says_acted),
        "Python prints": Start(child("prints"), home, "enter open", b"j", _says_acted),
        "minimal Textual app": Start(child("minimal"), home, "enter open", b"j", _says_acted),
        "sample shift": Start(program(), samples, AT_LIST, b"j", cursor_went_on),
        **ours,
        **{
            name: Start(
                editor(name, document.file, top),
                home,
                stripped(document.file),
                b"\x1b[C",
                _cursor_moved,
            )
            for name in EDITORS
        },
        "stock TextArea": Start(
            child("area", document.file, 0, 0),
            home,
            stripped(document.file),
            b"\x1b[C",
            _cursor_moved,
        ),
        "neomutt": Start(
            mutt and [mutt, "-n", "-F", "/dev/null", "-f", str(mails)],  # type: ignore[arg-type]
            home,
            "Subject 3",
            b"j",
            _cursor_moved,
        ),
    }


def lines(options: Options) -> Iterator[Line]:
    """Start all in turn, so many times, and compare."""
    ways = starts(options.folder)
    there = {name: way for name, way in ways.items() if way.argv is not None}
    for way in there.values():  # for the caches of the disk and of compiled modules
        measure(way)
    figures: dict[str, list[Figure]] = {name: [] for name in there}
    for _ in range(options.many(15, 3)):
        for name, way in there.items():
            figures[name].append(measure(way))
    ms = {name: median([f.ms for f in found]) for name, found in figures.items()}
    mb = {name: max(f.mb for f in found) for name, found in figures.items()}
    floor = ms["minimal Textual app"]

    def cost(name: str) -> str:
        return f"{number(ms[name])} ms {mb[name]:.0f} MB" if name in ms else "not installed"

    floors = {name: cost(name) for name in ("C program", "Python prints")}
    yield Line("start: minimal Textual app", listed(floors), ours=cost("minimal Textual app"))
    peers = {name: cost(name) for name in (*EDITORS, "neomutt", "stock TextArea")}
    for name in ("sample shift", *BARS):
        row = f"start: {name} (peak {mb[name]:.0f} MB)"
        most = BARS.get(name)
        beside = listed(peers) if name == "sample shift" else ""
        compared = f"minimal app {number(floor)} ms"
        if most is None:
            figure = f"{number(ms[name])} ms"
            yield Line(row, compared, beside, figure, ms[name] / floor)
        else:
            yield versus(row, ms[name], floor, most, "ms", of="minimal app", floor=compared)
