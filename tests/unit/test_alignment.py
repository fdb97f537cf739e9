from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.alignment import Effort, common_end, common_start, kept

LETTERS = st.text(st.sampled_from("ab \n."), max_size=60)


@given(LETTERS, LETTERS)
def test_ends_that_agree_are_as_long_as_can_be(old: str, new: str) -> None:
    least = min(len(old), len(new))
    start = common_start(old, new, least)
    assert old[:start] == new[:start]
    assert start == least or old[start] != new[start]
    end = common_end(old, new, least - start)
    assert end == 0 or old[-end:] == new[-end:]
    assert start + end == least or old[-1 - end] != new[-1 - end]


@given(LETTERS, LETTERS, LETTERS, st.sampled_from([0, 200, 10_000_000]))
def test_what_is_kept_is_the_same_in_both_and_in_order(
    one: str, two: str, three: str, effort: int
) -> None:
    old, new = one * 40 + two * 90, two * 90 + one * 40 + three
    at_old = at_new = 0
    for block in kept(old, new, Effort(effort)):
        assert block.length > 0
        assert block.old >= at_old and block.new >= at_new
        at_old, at_new = block.old + block.length, block.new + block.length
        assert old[block.old : at_old] == new[block.new : at_new]
        assert at_old <= len(old) and at_new <= len(new)


def test_far_edits_leave_what_is_between_them() -> None:
    lines = [f"Line {number} says {number * number}.\n" for number in range(4_000)]
    old = "".join(lines)
    lines[10] = "Another line.\n"
    lines[3_990] = "And another.\n"
    del lines[2_000:2_010]
    new = "".join(lines)
    left = sum(block.length for block in kept(old, new, Effort()))
    changed = len("Another line.\n" + "And another.\n")
    assert len(new) - changed <= left <= len(new)
    effort = Effort()
    for _ in range(100):
        kept(old, new, effort)
    assert effort.left > 0


def test_one_passage_among_many_words_is_found_within_a_line() -> None:
    old = "The tide rises twice a day, and so do the people of the harbor."
    new = "A tide rises twice a day, and so does everybody in the harbor!"
    found = [old[b.old : b.old + b.length] for b in kept(old, new, Effort())]
    assert found == [" tide rises twice a day, and so ", " the harbor"]


def test_without_effort_only_the_ends_count() -> None:
    old, new = "start middle-one shared passage end", "start middle-two shared passage, end"
    found = [old[b.old : b.old + b.length] for b in kept(old, new, Effort(0))]
    assert found == ["start middle-", " end"]
