"""The table says what fails, and that a harness which finds nothing where it must is broken."""

from subjects import Verdict
from table import Row, table


def row(**fields: object) -> Row:
    return Row("F0 nothing", rounds=3, acknowledged=1_000, **fields)  # type: ignore[arg-type]


def test_only_a_row_without_losses_is_clean() -> None:
    assert row().clean
    assert not Row("F0 nothing").clean  # it never ran
    assert not row(lost=1).clean and not row(wrong=1).clean and not row(unreadable=1).clean
    assert row(mutants={"m": True}, stock=Verdict(lost=1)).clean
    assert not row(mutants={"m": False}).clean
    assert not row(stock=Verdict()).clean
    assert Row("F0 nothing", ran=False, note="there is no strace here").clean


def test_it_is_laid_out_in_columns() -> None:
    lines = table([row(mutants={"no lock": True, "x": False}, stock=Verdict(2, 1, 4))]).split("\n")
    assert [cell.strip() for cell in lines[2].split(" | ")] == [
        "F0 nothing", "3", "1,000", "0", "0", "no lock, NOT x", "3 / 4",
    ]  # fmt: skip
