"""Lists of many rows: until one is usable, a step of the cursor, a keystroke in the filter."""

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from desk import AT_LIST
from terminal import environment, program

from suite import start
from suite.children import titles
from suite.programs import acted, child, with_tasks
from suite.ptys import Pty, apart
from suite.table import Line, Options, listed, median, number, percentile, within

COUNTS = (1_000, 10_000, 100_000)
STOCK = ("DataTable", "OptionList", "Tree", "ListView")
MOST_STEP = 4.0
MOST_FILTER = 30.0
QUERIES = ("123", "garden", "789", "le", "story", "456", "41")
MOST_SECONDS = 40.0
"""For the filter of one list, in which a slow one answers fewer keystrokes."""
PAUSE = 0.02
_EMPTY = "\x7f"


Ms = list[float]


class List(NamedTuple):
    """A list in a program."""

    start: start.Start
    step: bytes
    back: bytes
    opens_filter: bytes | None
    """None: there is no filter to measure."""
    haystack: Callable[[int, str], str]
    """What the filter searches in: given the number and the title of a row."""
    counted: str
    """How the number of matches is shown, given `n` and `of`."""
    all: str
    """How it is shown that there is no filter."""


class Figures(NamedTuple):
    """What one list cost, in ms; infinite what was not measured."""

    ready: float
    step: float
    step_p95: float
    scroll: float
    """A step that scrolls the list."""
    filter: float
    filter_p95: float

    def __str__(self) -> str:
        step = f"; step {number(self.step)}/{number(self.step_p95)}, scroll {number(self.scroll)}"
        if self.filter == float("inf"):
            return f"{number(self.ready)}{step}"
        return f"{number(self.ready)}{step}; filter {number(self.filter)}/{number(self.filter_p95)}"


def lists(folder: Path, count: int) -> dict[str, List]:
    """Prepare the lists of so many rows."""
    first, second = titles(2)
    home = folder / "peers"
    home.mkdir(exist_ok=True)
    ours = with_tasks(folder / f"tasks-{count}", count)
    lit = start.row_lit(second)
    found = {
        "ours": List(
            start.Start(program(), ours, AT_LIST, b"j", start.cursor_went_on),
            b"j",
            b"k",
            b"/",
            # As the list is filtered: by title, category twice, kind, status and id.
            lambda n, title: f"{title} other other write open b.t{n + 1}".casefold(),
            f"{{n:,}} of {count:,} task",
            f" {count:,} tasks",
        ),
        "our table alone": List(
            start.Start(child("table", count), home, first, b"j", lit),
            b"j",
            b"k",
            None,
            _title,
            "",
            "",
        ),
    }
    for widget in STOCK:
        if widget != "ListView" or count <= 1_000:
            filters = b"/" if widget in ("DataTable", "OptionList") else None
            found[widget] = List(
                start.Start(child("list", widget, count), home, first, b"j", lit),
                b"j",
                b"k",
                filters,
                _title,
                f"{{n:,}} of {count:,}",
                f"{count:,} of {count:,}",
            )
    if fzf := shutil.which("fzf"):
        file = folder / f"rows-{count}"
        file.write_text("\n".join(titles(count)))
        shell = f"{fzf} --exact --no-sort --color=16 < {file}"
        found["fzf"] = List(
            start.Start(["/bin/sh", "-c", shell], home, first, b"\x1b[A", lit),
            b"\x1b[A",
            b"\x1b[B",
            b"",
            _title,
            f"{{n}}/{count}",
            f"{count}/{count}",
        )
    return found


def _title(number: int, title: str) -> str:
    return title.casefold()


def steps(opened: dict[str, tuple[List, Pty]], count: int) -> dict[str, tuple[Ms, Ms]]:
    """Move in each list in turn: within what is on the screen, then so that it scrolls."""
    found: dict[str, tuple[Ms, Ms]] = {name: ([], []) for name in opened}
    gc.collect()
    gc.disable()
    for number_ in range(3 + 2 * count):
        scrolls = number_ >= 3 + count
        for name, (list_, pty) in opened.items():
            if number_ == 3 + count:
                pty.shown(pty.send(list_.step * pty.emulator.size[1]) + pty.take(0.3, 1.0))
            down = scrolls or number_ // 20 % 2 == 0
            took = _step(pty, list_.step if down else list_.back)
            if number_ >= 3:
                found[name][scrolls].append(took)
    gc.enable()
    return found


def _step(pty: Pty, key: bytes) -> float:
    time.sleep(PAUSE)
    pty.shown(pty.take(0.0, 0.0))
    look = looks(pty)
    before = time.perf_counter()
    at = pty.settled(pty.send(key) + pty.take(0.02), look)
    return float("inf") if at is None else (at - before) * 1000


def looks(pty: Pty) -> Callable[[], object]:
    """Return what tells how the list looks, without what is beside it and around it."""
    edge = next((x for line in pty.emulator.lines()[:4] if (x := line.find("╮")) > 0), 200)

    def look() -> object:
        return pty.emulator.rows(slice(0, min(edge + 1, 120)))[1:-1]

    return look


def filtering(list_: List, pty: Pty, count: int, keystrokes: int) -> Iterator[float]:
    """Filter by one query after the other; yield the ms of keystrokes that change the list."""
    assert list_.opens_filter is not None
    haystack = [list_.haystack(n, title) for n, title in enumerate(titles(count))]
    if list_.opens_filter:
        pty.shown(pty.send(list_.opens_filter))
        pty.shown(pty.take(0.3, 1.0))
    deadline = time.perf_counter() + MOST_SECONDS
    done = 0
    while True:
        for query in QUERIES:
            texts = [query[: n + 1] for n in range(len(query))]
            shown = count
            for text, key in [
                *zip(texts, query, strict=True),
                *((text, _EMPTY) for text in reversed(texts[:-1])),
            ]:
                matching = sum(text in line for line in haystack)
                took = keystroke(list_, pty, key, matching, changes=matching != shown)
                shown = matching
                if took is not None:
                    yield took
                    done += 1
                if done >= keystrokes or time.perf_counter() > deadline:
                    return
            pty.shown(pty.send(_EMPTY.encode()))
            assert list_.all in str(pty) or acted(pty, lambda: list_.all in str(pty)), str(pty)
            pty.shown(pty.take(0.05, 0.05))


def keystroke(list_: List, pty: Pty, key: str, matching: int, *, changes: bool) -> float | None:
    """Change the query by a key; return the ms until the list showed what it then does."""
    look, told = looks(pty), list_.counted.format(n=matching)
    before = time.perf_counter()
    pieces = pty.send(key.encode())
    at = None
    # The number of matches may be shown before the matches themselves, or after.
    while changes and told not in str(pty):
        more = pieces or pty.take(0.0, 60)
        assert more, f"{told!r} was not shown\n{pty}"
        at = pty.settled(more, look) or at
        pieces = []
    after = pty.settled(pieces + pty.take(0.04, 0.06), look)
    return ((after or at or float("inf")) - before) * 1000 if changes else None


def measure(options: Options, count: int) -> dict[str, Figures]:
    """Measure every list of so many rows."""
    found = lists(options.folder, count)
    ready: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(options.many(5 if count < 100_000 else 3, 1)):
        for name, list_ in found.items():
            ready[name].append(start.measure(list_.start).ms)
    opened: dict[str, tuple[List, Pty]] = {}
    filtered: dict[str, list[float]] = {}
    try:
        with apart():
            for name, list_ in found.items():
                assert list_.start.argv is not None
                pty = Pty(list_.start.argv, environment(list_.start.home), cwd=list_.start.home)
                opened[name] = list_, pty
                pty.shown(pty.until_written(list_.start.ready))
                pty.shown(pty.take(0.5, 0.5))
            stepped = steps(opened, options.many(100, 20))
            for name, (list_, pty) in opened.items():
                if list_.opens_filter is not None:
                    most = options.many(120, 20)
                    filtered[name] = list(filtering(list_, pty, count, most))
    finally:
        for _, pty in opened.values():
            pty.close()
    return {
        name: Figures(
            median(ready[name]),
            median(stepped[name][0]),
            percentile(stepped[name][0], 0.95),
            median(stepped[name][1]),
            median(filtered.get(name, [])),
            percentile(filtered.get(name, []), 0.95),
        )
        for name in found
    }


def lines(options: Options) -> Iterator[Line]:
    """Measure lists of each length."""
    for count in COUNTS:
        if options.only not in f"{count:,}":
            continue
        found = measure(options, count)
        ours, alone = found.pop("ours"), found.pop("our table alone")
        row = f"lists: {count:,} rows"
        peers = listed({name: f"{figures}." for name, figures in found.items()})
        yield Line(f"{row}, ready; step p50/p95; filter p50/p95 (ms)", "", peers, str(ours))
        yield Line(f"{row}, the table alone", ours=str(alone))
        yield within(f"{row}, step", ours.step, MOST_STEP, "ms")
        if count == 10_000:
            yield within(f"{row}, filter p95", ours.filter_p95, MOST_FILTER, "ms")
        else:
            yield Line(f"{row}, filter p95", ours=f"{number(ours.filter_p95)} ms")
