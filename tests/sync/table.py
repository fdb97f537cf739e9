"""What the harnesses of the line report: one row each."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.sync.history import Faults


@dataclass
class Row:
    """What came of one fault."""

    fault: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    mutants: dict[str, bool] = field(default_factory=dict)
    """Each mutant with whether it was caught."""
    examples: list[str] = field(default_factory=list)

    def add(self, faults: Faults, acknowledged: int, where: str) -> None:
        """Count a round."""
        self.rounds += 1
        self.acknowledged += acknowledged
        self.lost += len(faults.lost)
        self.doubled += len(faults.doubled)
        self.wrong += len(faults.wrong)
        self.examples += [f"{where}: {words}" for words in faults.words()[:3]]

    @property
    def clean(self) -> bool:
        """Whether something was tried, nothing is wrong, and each mutant was caught."""
        wrong = self.lost or self.doubled or self.wrong
        return self.rounds > 0 and not wrong and all(self.mutants.values())


HEAD = ("fault", "rounds", "acknowledged", "lost", "doubled", "other", "mutants caught")


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = []
    for line in cells:
        laid = [
            cell.rjust(width) if cell.replace(",", "").isdecimal() else cell.ljust(width)
            for cell, width in zip(line, widths, strict=True)
        ]
        lines.append(" | ".join(laid).rstrip())
    lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    caught = ", ".join(name if found else f"NOT {name}" for name, found in row.mutants.items())
    figures = (row.rounds, row.acknowledged, row.lost, row.doubled, row.wrong)
    return (row.fault, *(f"{figure:,}" for figure in figures), caught or "-")


def command(words: str | None, rounds: int, run: Callable[[Path, int, int], list[Row]]) -> int:
    """Run one harness as the command line asks; exit code 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sync-") as name:
        rows = run(Path(name), asked.rounds, asked.seed)
    print(table(rows))
    print("\n".join(example for row in rows for example in row.examples))
    return 0 if all(row.clean for row in rows) else 1
