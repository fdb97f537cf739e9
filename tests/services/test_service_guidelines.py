"""Guidelines that change under the work: kept, told apart, read, and named by what is sent."""

import msgspec
import pytest
from desks import Desk, batch

from trainer_tui.domain.guidelines import change_since, labeled, same_words
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Guidelines

ONE, TWO = "b.one", "b.two"


def publish(desk: Desk, version: str, text: str) -> None:
    """Import the batch again with other guidelines."""
    desk.station.add_batch(batch(guidelines=Guidelines(version, text)))


def labels(desk: Desk) -> tuple[list[str], str]:
    own = desk.tasks.batches["b"]
    return [one.label for one in own.earlier_guidelines], own.guidelines.label


def sent(desk: Desk) -> list[str]:
    return [r.guidelines_version for r in desk.store.records() if isinstance(r, Submission)]


def test_earlier_guidelines_are_kept_and_a_text_keeps_its_label(desk: Desk) -> None:
    publish(desk, "8", "Be brief.")
    publish(desk, "8", "Be brief and kind.")
    assert labels(desk) == (["7", "8"], "8, revised 2")
    publish(desk, "8", "Be brief and kind.")
    assert labels(desk) == (["7", "8"], "8, revised 2")
    publish(desk, "8", "Be brief.")
    assert labels(desk) == (["7", "8, revised 2"], "8")
    publish(desk, "8", "Something else.")
    assert labels(desk) == (["7", "8, revised 2", "8"], "8, revised 3")
    desk.reopen()
    assert labels(desk) == (["7", "8, revised 2", "8"], "8, revised 3")
    kept = labeled(desk.tasks.batches["b"], "8, revised 2")
    assert kept is not None and kept.text == "Be brief and kind."


def test_a_label_that_the_lead_has_taken_is_not_given_twice(desk: Desk) -> None:
    publish(desk, "8", "one")
    publish(desk, "8, revised 2", "two")
    publish(desk, "8", "three")
    assert labels(desk) == (["7", "8", "8, revised 2"], "8, revised 3")


def test_what_a_file_says_of_revisions_does_not_count(desk: Desk) -> None:
    odd = batch("c", guidelines=Guidelines("1", "x", 9), earlier_guidelines=(Guidelines("0"),))
    desk.station.add_batch(odd)
    own = desk.tasks.batches["c"]
    assert (own.guidelines.label, own.earlier_guidelines) == ("1", ())


def test_importing_the_same_again_changes_nothing(desk: Desk) -> None:
    publish(desk, "8", "Be brief.")
    writes = desk.store.count("put_batch")
    publish(desk, "8", "Be brief.")
    assert desk.store.count("put_batch") == writes


def test_guidelines_that_are_read_for_the_first_time_ask_nothing(desk: Desk) -> None:
    assert desk.station.guidelines.unread(ONE) is None
    publish(desk, "8", "Be brief.")
    assert desk.station.guidelines.unread(ONE) is None
    desk.send(ONE)
    assert sent(desk) == ["8"]


@pytest.mark.parametrize("work", ["draft", "send", "skip", "opened", "taken back"])
def test_a_change_under_the_work_is_unread_until_it_is_acknowledged(desk: Desk, work: str) -> None:
    match work:
        case "draft":
            desk.write(TWO, "text")
        case "skip":
            desk.writing.skip(TWO, "1")
        case "opened":
            desk.station.update_profile(last_task=TWO)
        case _:
            desk.send(TWO)
    if work == "taken back":
        desk.writing.undo()
        desk.writing.discard(TWO)
    publish(desk, "8", "Be brief.")
    desk.reopen()
    desk.begin()
    change = desk.station.guidelines.unread(ONE)
    assert change is not None
    assert (change.old, change.new) == (Guidelines("7"), Guidelines("8", "Be brief."))
    desk.send(ONE, "first")
    desk.station.guidelines.acknowledge("b")
    assert desk.station.guidelines.unread(ONE) is None
    desk.reopen()
    desk.begin()
    assert desk.station.guidelines.unread(ONE) is None
    desk.send(ONE, "second")
    assert sent(desk)[-2:] == ["7", "8"]


def test_two_changes_are_read_as_one(desk: Desk) -> None:
    desk.send(ONE)
    publish(desk, "8", "Be brief.")
    publish(desk, "8", "Be brief and kind.")
    change = desk.station.guidelines.unread(ONE)
    assert change is not None
    assert change.old == Guidelines("7") and change.new.label == "8, revised 2"
    desk.station.guidelines.acknowledge("b")
    assert desk.station.guidelines.unread(ONE) is None
    latest = desk.station.guidelines.latest("b")
    assert latest is not None and latest.old == Guidelines("8", "Be brief.")


def test_a_new_name_for_the_same_text_asks_nothing_and_names_the_new_one(desk: Desk) -> None:
    desk.send(ONE, "first")
    publish(desk, "8", "  \n")
    assert desk.station.guidelines.unread(ONE) is None
    desk.send(ONE, "second")
    assert sent(desk) == ["7", "8"]


def test_a_change_that_is_taken_back_before_it_was_read_asks_nothing(desk: Desk) -> None:
    desk.send(ONE, "first")
    publish(desk, "8", "Be brief.")
    publish(desk, "7", "")
    assert desk.station.guidelines.unread(ONE) is None
    desk.send(ONE, "second")
    assert sent(desk) == ["7", "7"]


def test_what_was_read_and_is_not_kept_any_more_makes_all_of_it_new(desk: Desk) -> None:
    desk.station.update_profile(guidelines_read={"b": "gone"})
    change = desk.station.guidelines.unread(ONE)
    assert change is not None and change.old is None
    desk.send(ONE)
    assert sent(desk) == ["gone"]


def test_another_batch_is_another_matter(desk: Desk) -> None:
    desk.station.add_batch(batch("c"))
    desk.send(ONE)
    publish(desk, "8", "Be brief.")
    assert desk.station.guidelines.unread("c.one") is None
    desk.station.guidelines.acknowledge("c")
    assert desk.station.guidelines.unread(ONE) is not None


def test_a_full_disk_loses_no_reading(desk: Desk) -> None:
    from trainer_tui.domain.errors import StoreError

    desk.send(ONE)
    for failing in ("put_profile", "put_batch"):
        desk.store.failing = {failing}
        with pytest.raises(StoreError):
            publish(desk, "8", "Be brief.")
        desk.reopen()
        assert labels(desk) == ([], "7") and desk.station.guidelines.unread(ONE) is None
    desk.store.failing = set()
    publish(desk, "8", "Be brief.")
    desk.store.failing = {"put_profile"}
    with pytest.raises(StoreError):
        desk.station.guidelines.acknowledge("b")
    assert desk.station.guidelines.unread(ONE) is not None


def test_same_words() -> None:
    assert same_words("a  \nb\n\n", "\na\nb") and not same_words("a b", "a  b")
    own = msgspec.structs.replace(batch(), guidelines=Guidelines("1", "x"))
    assert change_since(own, "1") is None
