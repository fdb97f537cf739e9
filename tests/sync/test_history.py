"""The history checker finds what is lost, made up, doubled, left out, stale and reordered."""

from collections.abc import Sequence

from tests.sync.history import Entry, Faults, Final, Log, faults
from tests.sync.table import Row, table


def entry(seq: int, op_id: str = "", team: str = "t") -> Entry:
    return Entry(team, seq, "record" if op_id else "claim", op_id)


FEED = [entry(1), entry(2, "a"), entry(3, "b"), entry(4, "c")]


def final(feed: Sequence[Entry] = FEED, **digests: str) -> Final:
    ids = [one.op_id for one in feed if one.op_id]
    return Final(
        feed=feed,
        meant_for={(one.team, one.seq): "ada" for one in feed},
        owner=dict.fromkeys(ids, "ada"),
        digests={id: "d" for id in ids} | digests,
        tasks=dict.fromkeys(ids, "task"),
    )


def log(*ids: str) -> Log:
    made = Log()
    for id in ids or ("a", "b", "c"):
        made.wrote("one", id)
    return made


def read(made: Log, cursor: str | None, entries: Sequence[Entry], next: str, **more: bool) -> None:
    made.read(made.tick(), "one", "ada", cursor, entries, next, more.get("more", False))


def test_a_good_history_is_clean() -> None:
    made = log()
    made.acked("one", "a", 2, "d")
    read(made, None, FEED[:2], "x", more=True)
    read(made, "x", FEED[2:], "y")
    read(made, None, FEED, "y")  # again from the start
    made.acked("one", "c", 4, "d")
    read(made, "y", [], "y")
    assert faults(made, final()).clean


def test_what_was_acknowledged_is_there_as_it_was() -> None:
    made = log("a", "b", "c", "gone")
    made.acked("one", "gone", 5, "d")
    made.acked("one", "a", 2, "another body")
    made.acked("one", "b", 9, "d")
    found = faults(made, final())
    assert len(found.lost) == 2 and len(found.wrong) == 1
    assert len(faults(made, final(), renumbered=True).lost) == 2


def test_nothing_is_there_twice_or_of_nobodys_making() -> None:
    assert len(faults(log("a", "b"), final()).doubled) == 1
    assert len(faults(log(), final([*FEED, entry(5, "a")])).doubled) == 1


def test_a_page_is_the_next_stretch_of_the_feed() -> None:
    for entries in (
        [FEED[0], FEED[2]],  # leaves one out
        [FEED[0], entry(2, "c")],  # says something else
        [FEED[1], FEED[0]],  # out of order
    ):
        made = log()
        read(made, None, entries, "x", more=True)
        assert faults(made, final()).wrong
    made = log()
    read(made, None, FEED[:2], "x", more=True)
    read(made, "x", FEED[3:], "y", more=True)  # passes over one between two pages
    assert faults(made, final()).wrong


def test_what_was_acknowledged_before_a_read_is_in_it() -> None:
    made = log()
    read(made, None, FEED[:1], "x")
    made.acked("one", "a", 2, "d")
    assert faults(made, final()).clean
    read(made, "x", [], "x")
    assert [said for said in faults(made, final()).wrong if "without a" in said]


def test_revisions_keep_their_order() -> None:
    made = log()
    read(made, None, [entry(1), entry(2, "b"), entry(3, "a")], "x", more=True)
    assert [said for said in faults(made, final()).wrong if "in the end" in said]


def test_only_a_row_without_faults_is_clean() -> None:
    row = Row("F0 nothing")
    assert not row.clean  # it never ran
    row.add(Faults(), 7, "here")
    assert row.clean
    row.mutants["m"] = False
    assert not row.clean
    line = table([row]).split("\n")[2]
    assert [cell.strip() for cell in line.split("|")] == [
        "F0 nothing", "1", "7", "0", "0", "0", "NOT m",
    ]  # fmt: skip
    for fault in (Faults(lost=["x"]), Faults(doubled=["x"]), Faults(wrong=["x"])):
        other = Row("F0 nothing")
        other.add(fault, 0, "here")
        assert not other.clean and other.examples == ["here: x"]
