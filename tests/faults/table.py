"""What the techniques report: one row each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from subjects import Verdict


@dataclass
class Row:
    """What came of one technique."""

    technique: str
    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    unreadable: int = 0
    wrong: int = 0
    mutants: dict[str, bool] = field(default_factory=dict)
    """Each mutant with whether it was caught."""
    stock: Verdict | None = None
    """What the same did to stock TinyDB; None where it has nothing of the kind."""
    note: str = ""
    ran: bool = True
    """Whether this system allows the technique; `note` says why not."""
    examples: list[str] = field(default_factory=list)
    """What was wrong, in words."""

    def add(self, verdict: Verdict, acknowledged: int, where: str = "") -> None:
        """Count a round on our store."""
        self.rounds += 1
        self.acknowledged += acknowledged
        self.lost += verdict.lost
        self.wrong += verdict.wrong
        self.unreadable += verdict.unreadable
        if not verdict.clean:
            self.examples.append(f"{where} {verdict}")

    def join(self, other: "Row") -> None:
        """Count the rounds of another row as well."""
        self.rounds += other.rounds
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.wrong += other.wrong
        self.unreadable += other.unreadable
        self.examples += other.examples

    def add_stock(self, verdict: Verdict) -> None:
        """Count a round on stock TinyDB."""
        self.stock = self.stock or Verdict()
        self.stock.lost += verdict.lost
        self.stock.wrong += verdict.wrong
        self.stock.unreadable += verdict.unreadable

    @property
    def clean(self) -> bool:
        """Whether ours lost nothing, each mutant was caught and stock TinyDB showed its losses."""
        if not self.ran:
            return True
        ours = not (self.lost or self.unreadable or self.wrong)
        return (
            ours
            and all(self.mutants.values())
            and (self.stock is None or not self.stock.clean)
            and self.rounds > 0
        )

    def problems(self) -> str:
        """Say in words what makes the row fail."""
        said = [f"{self.technique}: {one}" for one in self.examples[:5]]
        said += [
            f"{self.technique}: the mutant {name!r} was not caught"
            for name, caught in self.mutants.items()
            if not caught
        ]
        if self.ran and self.stock is not None and self.stock.clean:
            said.append(f"{self.technique}: stock TinyDB lost nothing, so the harness is broken")
        return "\n".join(said)


HEAD = ("technique", "rounds", "acknowledged", "lost", "unreadable", "mutants caught",
        "stock JSONStorage: lost / unreadable")  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out."""
    cells = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = []
    for number, line in enumerate(cells):
        numeric = [cell.replace(",", "").isdecimal() for cell in line]
        laid = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ]
        lines.append(" | ".join(laid).rstrip())
        if not number:
            lines.append("-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    if not row.ran:
        return (row.technique, "-", "-", "-", "-", "-", row.note)
    caught = ", ".join(name if found else f"NOT {name}" for name, found in row.mutants.items())
    stock = "-"
    if row.stock is not None:
        stock = f"{row.stock.lost + row.stock.wrong:,} / {row.stock.unreadable:,}"
    return (
        row.technique + (f" ({row.note})" if row.note else ""),
        f"{row.rounds:,}",
        f"{row.acknowledged:,}",
        f"{row.lost + row.wrong:,}",
        f"{row.unreadable:,}",
        caught or "-",
        stock,
    )
