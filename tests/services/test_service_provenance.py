"""Where a text came from: shown to its author, asked about where it matters, kept, not leaked."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from desks import Desk, batch, task

from trainer_tui.domain.draft import Cause, Draft, Paste, PasteSource
from trainer_tui.domain.message import Pair
from trainer_tui.domain.provenance import Provenance
from trainer_tui.services.writing import Unsettled

OUTSIDE = "Tides are caused by the gravitational attraction of the moon and the sun. " * 4
MINE = "I have seen it myself. "


def pasted(desk: Desk, task_id: str, text: str = OUTSIDE, *, save: bool = True) -> Draft:
    """Write a sentence and paste a text behind it."""
    desk.writing.open(task_id)
    draft = desk.text(task_id, MINE)
    desk.writing.save(draft, Cause.TYPING)
    draft = msgspec.structs.replace(
        draft,
        pairs=(Pair("Prompt 0", MINE + text),),
        pastes=(Paste(0, "response", len(MINE), len(text)),),
    )
    if save:
        desk.writing.save(draft, Cause.PASTE)
    return draft


def counts(provenance: Provenance | None) -> tuple[int, int, int, int]:
    assert provenance is not None
    return provenance.typed, provenance.own, provenance.task, provenance.outside


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """A batch that asks for provenance, and one with a task without browsing."""
    desk.station.add_batch(
        batch("ask", task("one", batch_id="ask"), task("two", batch_id="ask"), provenance=True)
    )
    desk.station.add_batch(batch("off", task("one", batch_id="off", browsing=False)))
    return desk


def typed_and_outside(prompt: str = "Prompt 0") -> tuple[int, int, int, int]:
    return len(prompt) + len(MINE), 0, 0, len(OUTSIDE)


def test_the_author_is_shown_it_saved_or_not(desk: Desk) -> None:
    draft = pasted(desk, "b.one", save=False)
    assert counts(desk.writing.provenance(draft)) == typed_and_outside()
    desk.writing.save(draft, Cause.PASTE)
    assert counts(desk.writing.provenance(desk.writing.look("b.one"))) == typed_and_outside()
    assert counts(desk.writing.provenance(draft)) == typed_and_outside()


def test_it_holds_after_a_crash_and_the_next_version_has_no_pastes(desk: Desk) -> None:
    pasted(desk, "b.one")
    desk.reopen()
    draft = desk.writing.open("b.one")
    assert draft.pastes == ()
    longer = msgspec.structs.replace(draft, pairs=(Pair("Prompt 0", MINE + OUTSIDE + "Yes"),))
    desk.writing.save(longer, Cause.TYPING)
    typed, *_, outside = counts(desk.writing.provenance(longer))
    assert (typed, outside) == (len("Prompt 0" + MINE + "Yes"), len(OUTSIDE))


def test_it_holds_after_a_restore(desk: Desk) -> None:
    pasted(desk, "b.one")
    draft = desk.write("b.one", "All anew.")
    version = desk.writing.versions("b.one")[1]
    restored = desk.writing.restore(msgspec.structs.replace(draft, pastes=()), version)
    assert restored.pastes == ()
    assert counts(desk.writing.provenance(restored)) == typed_and_outside()


def test_what_was_written_for_another_task_is_own(desk: Desk) -> None:
    desk.send("b.two", OUTSIDE)
    draft = pasted(desk, "b.one")
    assert counts(desk.writing.provenance(draft)) == (len("Prompt 0" + MINE), len(OUTSIDE), 0, 0)


def test_what_is_in_another_draft_is_own(desk: Desk) -> None:
    desk.write("b.two", "Before. " + OUTSIDE)
    draft = pasted(desk, "b.one")
    assert counts(desk.writing.provenance(draft)) == (len("Prompt 0" + MINE), len(OUTSIDE), 0, 0)


def test_a_correction_keeps_the_origins_of_what_was_sent(desk: Desk) -> None:
    desk.writing.submit(pasted(desk, "b.one"))
    longer = desk.text("b.one", MINE + OUTSIDE + "Yes")
    typed, own, _, outside = counts(desk.writing.provenance(longer))
    assert (typed, own, outside) == (len("Prompt 0" + MINE + "Yes"), 0, len(OUTSIDE))


def test_a_file_is_said_to_be_one(desk: Desk) -> None:
    draft = msgspec.structs.replace(
        desk.text("b.one", OUTSIDE),
        pastes=(Paste(0, "response", 0, len(OUTSIDE), PasteSource.FILE),),
    )
    found = desk.writing.provenance(draft)
    assert (found.file, found.typed) == (len(OUTSIDE), len("Prompt 0"))


def test_time_at_the_text_is_that_of_the_draft(desk: Desk) -> None:
    draft = desk.write("b.one", "Mine.")
    desk.live(300)
    assert desk.writing.provenance(draft).active_seconds == pytest.approx(300, abs=6)


@pytest.mark.parametrize("task_id", ["ask.one", "off.one"])
def test_where_it_matters_the_author_says_a_word_and_then_it_is_sent(
    asking: Desk, task_id: str
) -> None:
    draft = pasted(asking, task_id)
    before = asking.writing.versions(task_id)
    for said in ("", " \n"):
        with pytest.raises(Unsettled) as caught:
            asking.writing.submit(msgspec.structs.replace(draft, explanation=said))
    assert "pasted from outside (296 characters)" in caught.value.message
    assert asking.tasks.history(task_id).last is None
    assert asking.writing.versions(task_id) == before
    asking.writing.submit(msgspec.structs.replace(draft, explanation="x"))
    sent = asking.tasks.history(task_id).last
    assert sent is not None
    assert counts(sent.provenance) == typed_and_outside()
    assert sent.explanation == "x"


def test_nobody_is_asked_where_it_does_not_matter(asking: Desk) -> None:
    asking.writing.submit(pasted(asking, "b.one"))
    asking.send("ask.one", "Typed by hand, and not a little of it.")


def test_the_record_is_on_the_disk_and_leaves_only_where_the_batch_asks(asking: Desk) -> None:
    texts = {"b.one": OUTSIDE, "ask.one": OUTSIDE.upper(), "off.one": OUTSIDE.swapcase()}
    for task_id, text in texts.items():
        draft = pasted(asking, task_id, text)
        asking.writing.submit(msgspec.structs.replace(draft, explanation="From the atlas."))
    asking.reopen()
    for task_id in texts:
        sent = asking.tasks.history(task_id).last
        assert sent is not None
        assert counts(sent.provenance) == typed_and_outside()
    samples = {one.task_id: one.provenance for one in asking.station.samples()}
    assert samples["b.one"] is None
    assert samples["off.one"] is None
    assert counts(samples["ask.one"]) == typed_and_outside()


def test_a_batch_that_is_gone_asks_for_nothing(
    asking: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.writing.submit(msgspec.structs.replace(pasted(asking, "ask.one"), explanation="x"))
    monkeypatch.setattr(asking.tasks, "batches", {})
    assert [one.provenance for one in asking.station.samples()] == [None]


def test_a_draft_of_another_task_that_cannot_be_read_keeps_nobody_from_sending(
    desk: Desk,
) -> None:
    desk.write("b.two", "Another text.")
    draft = pasted(desk, "b.one")
    desk.store.failing.add("draft")
    desk.writing.submit(draft)
    sent = desk.tasks.history("b.one").last
    assert sent is not None
    assert counts(sent.provenance) == typed_and_outside()


def test_the_given_prompt_of_another_task_is_not_own(desk: Desk) -> None:
    given = "Will my beans survive the frost in May?"
    desk.station.add_batch(batch("g", task("one", batch_id="g", prompts=(given,))))
    pair = Pair(given, "They will not.")
    desk.writing.submit(msgspec.structs.replace(desk.writing.look("g.one"), pairs=(pair,)))
    draft = pasted(desk, "b.one", given)
    assert counts(desk.writing.provenance(draft))[1:] == (0, 0, len(given))


def test_it_is_computed_while_others_use_the_store(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = make_desk()
    draft = pasted(desk, "b.one")
    sound = desk.store.sound.each_version

    def slowly(task_id: str) -> object:
        for version in sound(task_id):
            import threading

            others = threading.Thread(target=lambda: desk.write("b.two", "Beside."))
            others.start()
            others.join(10)
            assert not others.is_alive()
            yield version

    monkeypatch.setattr(desk.store.sound, "each_version", slowly)
    assert counts(desk.writing.provenance(draft)) == typed_and_outside()
