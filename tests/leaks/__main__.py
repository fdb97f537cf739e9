"""Walks everything and prints what leaked: `python tests/leaks`, with words of surfaces for less.

The exit code is 1 if anything leaked, was missed, or if a mutant was not caught.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "terminal"), str(HERE.parents[1])]

import boundaries  # noqa: E402
import corpus  # noqa: E402
import faults  # noqa: E402
import fuzz  # noqa: E402
import gate  # noqa: E402
import glances  # noqa: E402
import lines  # noqa: E402
import reach  # noqa: E402
import test_gate  # noqa: E402
import walk  # noqa: E402
from inside import inside  # noqa: E402
from stream import leaks  # noqa: E402

SIZES = ((120, 36), (80, 24))
PAYLOADS = len(corpus.SEQUENCES)
EXAMPLES = 1000


class Row(NamedTuple):
    """One surface: what was walked, with what, what was found, and which mutants were caught."""

    surface: str
    walked: str
    payloads: str
    found: list[str]
    caught: int = 0
    mutants: int = 0


def home() -> Path:
    """Return a new home folder."""
    return Path(tempfile.mkdtemp(prefix="leaks-")) / "home"


def screens() -> Iterator[Row]:
    """Every screen and every action, at two sizes."""
    shown: set[str] = set()
    done: set[str] = set()
    for columns, rows in SIZES:
        found, size = [], 0
        for stretch in walk.STRETCHES:
            place = walk.prepare(home())
            raw = walk.walk(place, stretch, (columns, rows))
            beside = place.said.pop() if stretch == "end" else b""
            found += leaks(raw, screen=True, copies=walk.COPIES[stretch])
            found += leaks(beside, screen=True)
            found += [leak for said in place.said for leak in leaks(said, screen=False)]
            size += len(raw) + len(beside)
            shown |= place.walked("screen")
            done |= place.walked("action")
        yield Row(
            f"screens at {columns}x{rows}",
            f"{len(shown & reach.screens())} screens, {size:,} bytes",
            f"{PAYLOADS} sequences in every text",
            found,
        )
    missed = [f"screen {name}" for name in reach.screens() - shown]
    missed += [f"action {name}" for name in reach.missed_actions(done)]
    caught = 0
    for mutant in glances.MUTANTS.values():
        caught += bool(leaks(glances.glance(walk.prepare(home()), SIZES[1], mutant), screen=True))
    from trainer_tui.ui.actions import ACTIONS

    yield Row(
        "screens and actions missed",
        f"{len(reach.screens())} screens, {len(ACTIONS)} actions",
        "as the program lists them",
        missed,
        caught,
        len(glances.MUTANTS),
    )


def words() -> Iterator[Row]:
    """What is printed when the screen is closed because a save failed."""
    raw = glances.told_to_stop(walk.prepare(home()), SIZES[1])
    mutant = glances.told_to_stop(walk.prepare(home()), SIZES[1], glances.MUTANT_OF_THE_END)
    found, caught = leaks(raw, screen=True), bool(leaks(mutant, screen=True))
    yield Row("last words", "told to stop, disk refuses", f"{PAYLOADS} sequences", found, caught, 1)


def megabyte() -> Iterator[Row]:
    """Lines of a megabyte."""
    begin = time.monotonic()
    found = leaks(glances.long_lines(glances.prepare_long(home()), SIZES[0]), screen=True)
    walked = f"list, questions, Write, send: {time.monotonic() - begin:.0f} s"
    yield Row("lines of a megabyte", walked, "title, text, prompt, reason", found)


def commands() -> Iterator[Row]:
    """Every command, on a terminal and with a pipe; all import formats, variables, settings."""
    from trainer_tui.cli.commands import COMMANDS, status
    from trainer_tui.formats.reading import FORMATS

    for name, where in (("on a terminal", 0), ("into a pipe", 1)):
        place = walk.prepare(home())
        ways = (place.on_terminal, None) if where == 0 else (None, place.run)
        done, found = lines.check(place, *ways)
        found += [f"missed {line}" for line in reach.missed_commands(done)]
        with (
            patch.object(status, "say", lambda text="": sys.stdout.write(text + "\n")),
            patch.object(lines, "lines", lambda place: [("status",)]),
            inside(place.home, **place.env) as run,
        ):
            caught = bool(lines.check(place, partial(run, terminal=where == 0), None)[1])
        yield Row(
            f"commands {name}",
            f"{len(COMMANDS)} commands, {len(done)} lines",
            f"data of {len(FORMATS)} formats, arguments, {len(lines.ENVIRONMENTS)} environments,"
            f" {len(lines.BROKEN_CONFIGS)} settings",
            found,
            caught,
            1,
        )


def code() -> Iterator[Row]:
    """The program's own code."""
    package = HERE.parents[1] / "trainer_tui"
    found = [str(finding) for finding in gate.examine(package)]
    caught = sum(bool(gate.examine_source(source)) for source in test_gate.BAD.values())
    found += [name for name, source in test_gate.GOOD.items() if gate.examine_source(source)]
    yield Row(
        "the code (syntax tree)",
        f"{len(list(package.rglob('*.py')))} modules, {len(gate.EXCEPTIONS)} named exceptions",
        "widgets, titles, streams, shells, eval",
        found,
        caught,
        len(test_gate.BAD),
    )


def broken() -> Iterator[Row]:
    """Faults in every place, of every kind."""
    cases = [(where, "message") for where in (*faults.PLACES, *faults.ASIDE)]
    cases += [(w, k) for w in ("an action", "a flow", "a thread") for k in faults.KINDS]
    found = []
    for where, kind in cases:
        found += [f"{where}, {kind}: {told}" for told in faults.run(home(), where, kind)]
    caught = bool(faults.run(home(), "an action", "message", faults.MUTANT))
    yield Row(
        "faults",
        f"{len(faults.PLACES) + len(faults.ASIDE)} places, {len(faults.KINDS)} kinds, "
        f"{len(cases)} crashes",
        "3 canaries: typed, said, token",
        found,
        caught,
        1,
    )


def disk() -> Iterator[Row]:
    """Modes, links, names."""
    found = []
    for mask in (0o000, 0o077):
        found += boundaries.readable_by_others(home(), mask)
    folder = home()
    folder.mkdir(mode=0o755)
    caught = bool(boundaries.open_to_others(folder))
    yield Row("modes of files", "umask 000 and 077", "every kind of file", found, caught, 1)
    names = (*boundaries.FILES, *boundaries.FOLDERS)
    found = [told for name in names for told in boundaries.followed_links(home(), name)]
    with patch.object(boundaries, "_plant", boundaries.plant_outside):
        caught = bool(boundaries.followed_links(home(), "debug.txt"))
    yield Row("planted links", f"{len(names)} names", "a file and a folder", found, caught, 1)
    folder = home()
    folder.mkdir()
    with inside(folder) as run:
        found = boundaries.names_outside(folder, run)
    traced = boundaries.traced(home())
    careless = home()
    careless.mkdir()
    with (
        patch("trainer_tui.store.paths.require_safe", lambda text: text),
        patch("trainer_tui.formats.sources.native.is_safe", lambda text: True),
        inside(careless) as run,
    ):
        caught = bool(boundaries.names_outside(careless, run, only=1))
    yield Row(
        "ids as names",
        f"{len(boundaries.BAD_IDS)} ids in {len(boundaries.ID_FILES)} fields and 8 arguments, "
        + ("strace not allowed here" if traced is None else "under strace too"),
        "../, absolute, CON, 300 characters",
        found + (traced or []),
        caught,
        1,
    )


def importer() -> Iterator[Row]:
    """Any bytes into the importer."""
    found = fuzz.check(EXAMPLES)
    caught = fuzz.check(50, lambda data: "" if data.isascii() else "no", bombs=False)
    yield Row(
        "any bytes into the importer",
        f"{EXAMPLES:,} files, {len(fuzz.BOMBS)} large ones",
        "random, spoiled, structured",
        found,
        bool(caught),
        1,
    )


SURFACES: dict[str, Callable[[], Iterator[Row]]] = {
    function.__name__: function
    for function in (code, screens, words, megabyte, commands, broken, disk, importer)
}


def _told(name: str, surface: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows of a surface; a walk that could not go on is a row too."""
    try:
        yield from surface()
    except AssertionError as error:
        yield Row(name, "could not go on", "", [str(error)])


def main(wanted: list[str]) -> int:
    """Print a row for each surface as it is done, then what was found; return the exit code."""
    os.environ.pop("COLUMNS", None)
    widths = (28, 62, 46, 7)
    header = ("surface", "walked", "payloads", "leaked")
    print(
        "  ".join(f"{word:<{width}}" for word, width in zip(header, widths, strict=True)), "mutants"
    )
    rows = []
    for name, surface in SURFACES.items():
        if wanted and name not in wanted:
            continue
        for row in _told(name, surface):
            rows.append(row)
            mutants = f"{int(row.caught)} of {row.mutants} caught" if row.mutants else ""
            cells = (row.surface, row.walked, row.payloads, f"{len(row.found):,}")
            cells = tuple(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
            print("  ".join(cells), mutants, flush=True)
    for row in rows:
        for leak in row.found[:20]:
            print(f"{row.surface}: {leak}"[:600])
    return int(any(row.found or row.caught < row.mutants for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
