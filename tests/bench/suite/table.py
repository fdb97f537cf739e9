"""The one table: what was measured beside what, the bar, and whether it was met."""

import statistics
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

WIDTHS = (34, 22, 44, 18, 8, 26, 6)
HEADINGS = ("row", "floor", "peers", "ours", "ratio", "bar", "")


class Line(NamedTuple):
    """One row of the table; a row without a bar is there to compare with."""

    row: str
    floor: str = ""
    peers: str = ""
    ours: str = ""
    ratio: float | None = None
    """Ours to what the bar compares with, in the same run."""
    bar: str = ""
    met: bool | None = None
    """None where there is no bar, or where it could not be measured."""


@dataclass
class Options:
    """How much is measured, and where."""

    folder: Path
    """An empty folder of this run, on the disk that is measured."""
    quick: bool = False
    rounds: int | None = None
    only: str = ""
    """A part of the names of the cases wanted, for work on one of them."""
    told: list[str] = field(default_factory=list)

    def many(self, full: int, quick: int) -> int:
        """How many rounds, keys or seconds there are: as told, or by the form of the run."""
        return self.rounds or (quick if self.quick else full)


def versus(row: str, ours: float, other: float, most: float, unit: str, **more: str) -> Line:
    """Make the row of a bar that is a multiple of something measured in the same run."""
    ratio = ours / other if other else float("inf")
    bar = f"<= {most:g} x {more.pop('of')}"
    return Line(row, ours=f"{number(ours)} {unit}", ratio=ratio, bar=bar, met=ratio <= most, **more)


def within(row: str, ours: float, most: float, unit: str, **more: str) -> Line:
    """Make the row of a bar that is a figure."""
    return Line(
        row, ours=f"{number(ours)} {unit}", bar=f"<= {most:g} {unit}", met=ours <= most, **more
    )


def number(value: float) -> str:
    """Write a figure with as many digits as mean something."""
    if value == float("inf"):
        return "never"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def listed(figures: Mapping[str, str | float]) -> str:
    """Write the figures of several candidates in one cell."""
    return ", ".join(
        f"{name} {figure if isinstance(figure, str) else number(figure)}"
        for name, figure in figures.items()
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of all does not exceed; infinite where there is none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")


def median(values: Sequence[float]) -> float:
    """Return the median; infinite where there is no value."""
    return statistics.median(values) if values else float("inf")


def heading() -> str:
    """Return the first lines of the table."""
    return "\n".join((_row(HEADINGS), "|".join("-" * (width + 2) for width in WIDTHS)))


def written(line: Line) -> str:
    """Return a row of the table, over several lines where a cell is long."""
    verdict = "" if line.met is None else "met" if line.met else "MISSED"
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    cells = (line.row, line.floor, line.peers, line.ours, ratio, line.bar, verdict)
    wrapped = [
        textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, WIDTHS, strict=True)
    ]
    return "\n".join(
        _row([part[n] if n < len(part) else "" for part in wrapped])
        for n in range(max(map(len, wrapped)))
    )


def _row(cells: Iterable[str]) -> str:
    return "|".join(
        f" {cell:<{width}} " for cell, width in zip(cells, WIDTHS, strict=True)
    ).rstrip()
