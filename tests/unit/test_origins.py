"""Where characters come from, followed through versions: cases that a person would name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from trainer_tui.domain.draft import Cause, Draft, Paste, PasteSource, Version, read_from_file
from trainer_tui.domain.message import Message, Pair, Role
from trainer_tui.domain.origins.counting import GivenText, figures
from trainer_tui.domain.origins.following import followed
from trainer_tui.domain.provenance import Provenance
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import BatchHead, Guidelines, Kind, Task

AT = datetime(2026, 1, 1, tzinfo=UTC)
TASK = Task(
    id="b.1",
    kind=Kind.DIALOGUE,
    title="A task",
    instructions="Explain how the tide comes about, to somebody who has never seen the sea.",
    prompts=("Why does the sea rise?",),
    context=(Message(Role.ASSISTANT, "The moon has a hand in it."),),
)
BATCH = BatchHead(id="b", title="B", guidelines=Guidelines("1", "Be **plain** and\nbe kind."))
OUTSIDE = "Tides are caused by the gravitational attraction of the moon and the sun."


class Journal:
    """Versions as they are saved one after the other."""

    def __init__(self, draft_id: str = "d1") -> None:
        self.versions: list[Version] = []
        self.sent: list[Submission] = []
        self.draft_id = draft_id

    def save(
        self,
        *texts: str,
        cause: Cause = Cause.TYPING,
        pastes: tuple[Paste, ...] = (),
    ) -> "Journal":
        """Save the responses of the turns; the first prompt is given, later ones are empty."""
        prompts = (TASK.prompts[0], *[""] * len(texts))
        pairs = tuple(Pair(*both) for both in zip(prompts, texts, strict=False))
        draft = Draft(id=self.draft_id, task_id="b.1", pairs=pairs, pastes=pastes)
        number = len(self.versions) + 1
        at = AT + timedelta(seconds=number)
        self.versions.append(Version(number=number, saved_at=at, cause=cause, draft=draft))
        return self

    def send(self, *texts: str) -> None:
        prompts = (TASK.prompts[0], *[""] * len(texts))
        self.sent.append(
            Submission(
                id=f"r{len(self.sent)}",
                task_id="b.1",
                batch_id="b",
                shift_id="s",
                at=AT + timedelta(seconds=len(self.versions) + 0.5),
                draft_id=self.draft_id,
                pairs=tuple(Pair(*both) for both in zip(prompts, texts, strict=False)),
            )
        )

    def figures(self, own: tuple[str, ...] = (), draft: Draft | None = None) -> Provenance:
        draft = draft or self.versions[-1].draft
        there = followed(TASK, self.versions, self.sent, draft)
        return figures(there, GivenText(TASK, BATCH), own, 60.0)

    def counts(self, own: tuple[str, ...] = ()) -> dict[str, int]:
        return counts(self.figures(own))


def counts(provenance: Provenance) -> dict[str, int]:
    names = ("typed", "own", "task", "outside", "editor", "file")
    return {name: n for name in names if (n := getattr(provenance, name))}


def pasted(
    text: str,
    what: str,
    turn: int = 0,
    source: PasteSource = PasteSource.TERMINAL,
    nth: int = 0,
) -> tuple[Paste, ...]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(what, start + 1)
    return (Paste(turn, "response", start, len(what), source),)


def test_what_is_typed_is_typed_and_a_given_prompt_is_not_counted() -> None:
    found = Journal().save("Well").save("Well, the moon").figures()
    assert counts(found) == {"typed": 14}
    assert (found.pastes, found.active_seconds) == (0, 60.0)
    assert [(text.turn, text.part, text.typed) for text in found.texts] == [(0, "response", 14)]


def test_a_paste_among_typed_text_is_told_apart_to_the_character() -> None:
    text = f"They say: {OUTSIDE} And I agree."
    found = Journal().save("They").save(text, pastes=pasted(text, OUTSIDE)).figures()
    assert counts(found) == {"typed": len(text) - len(OUTSIDE), "outside": len(OUTSIDE)}
    assert (found.pastes, found.largest_outside) == (1, len(OUTSIDE))


def test_what_is_left_of_a_paste_counts() -> None:
    journal = Journal().save(OUTSIDE, pastes=pasted(OUTSIDE, OUTSIDE))
    found = journal.save(OUTSIDE[:30]).save(OUTSIDE[:10] + "!!" + OUTSIDE[10:30]).figures()
    assert counts(found) == {"typed": 2, "outside": 30}
    assert (found.pastes, found.largest_outside) == (1, 30)
    assert counts(journal.save("").figures()) == {}


@pytest.mark.parametrize(
    "what",
    [
        TASK.instructions,
        "somebody who has never\n  │ seen the sea",
        "Be plain and be kind",
        "The moon has a hand in it.",
        "Why does the sea rise?",
    ],
)
def test_a_paste_from_the_task_is_known_whatever_the_screen_made_of_it(what: str) -> None:
    assert Journal().save(what, pastes=pasted(what, what)).counts() == {"task": len(what)}


def test_a_paste_from_own_work_is_known_also_with_its_lines_broken() -> None:
    own = "I wrote this last week about something else."
    for what in (own, own[2:20], own.replace(" about", "\nabout")):
        journal = Journal().save(what, pastes=pasted(what, what))
        assert journal.counts((own,)) == {"own": len(what)}
        assert journal.counts(("Something else.",)) == {"outside": len(what)}


def test_what_was_copied_in_the_program_is_own_unless_it_is_the_tasks() -> None:
    inside = PasteSource.PROGRAM
    assert Journal().save("cut elsewhere", pastes=pasted("cut elsewhere", "cut", source=inside))
    what = "cut from another draft"
    journal = Journal().save(what, pastes=pasted(what, what, source=inside))
    assert journal.counts() == {"own": len(what)}
    journal = Journal().save(TASK.title, pastes=pasted(TASK.title, TASK.title, source=inside))
    assert journal.counts() == {"task": len(TASK.title)}


def test_text_that_is_moved_keeps_its_origin_in_one_version_or_in_two() -> None:
    before, after = "one two, three four", "three four, one two"
    moved = pasted(after, "one two", source=PasteSource.PROGRAM)
    assert Journal().save(before).save(after, pastes=moved).counts() == {"typed": len(after)}
    journal = Journal().save(before).save(", three four").save("three four, ")
    assert journal.save(after, pastes=moved).counts() == {"typed": len(after)}
    journal = Journal().save(before, pastes=pasted(before, before))
    assert journal.save(after, pastes=moved).counts() == {"typed": 2, "outside": 17}


def test_text_that_is_moved_to_another_turn_keeps_its_origin() -> None:
    journal = Journal().save("typed " + OUTSIDE, "", pastes=pasted("typed " + OUTSIDE, OUTSIDE))
    journal.save("typed ", OUTSIDE, pastes=pasted(OUTSIDE, OUTSIDE, turn=1))
    assert journal.counts() == {"typed": 6, "outside": len(OUTSIDE)}
    assert journal.figures().pastes == 1


def test_a_copy_of_typed_text_is_own_and_a_copy_of_a_paste_stays_from_outside() -> None:
    text = "typed once, typed once, "
    copied = pasted(text, "typed once, ", source=PasteSource.PROGRAM, nth=1)
    journal = Journal().save("typed once, ").save(text, pastes=copied)
    assert journal.counts() == {"typed": 12, "own": 12}
    twice = OUTSIDE + OUTSIDE
    journal = Journal().save(OUTSIDE, pastes=pasted(OUTSIDE, OUTSIDE))
    journal.save(twice, pastes=pasted(twice, OUTSIDE, source=PasteSource.PROGRAM, nth=1))
    assert journal.counts() == {"outside": len(twice)}
    assert journal.figures().largest_outside == len(OUTSIDE)


def test_undo_brings_text_back_with_its_origin() -> None:
    whole = "typed " + OUTSIDE
    journal = Journal().save(whole, pastes=pasted(whole, OUTSIDE)).save("typed ").save(whole)
    assert journal.counts() == {"typed": 6, "outside": len(OUTSIDE)}
    # Deleted bit by bit, brought back at once and not quite to where it was.
    for length in (60, 40, 20, 6):
        journal.save(whole[:length])
    assert journal.save(whole + " More.").counts() == {"typed": 12, "outside": len(OUTSIDE)}


def test_restoring_a_version_keeps_origins() -> None:
    whole = "typed " + OUTSIDE
    journal = Journal().save(whole, pastes=pasted(whole, OUTSIDE)).save("All new.").save("Newer.")
    journal.save(whole, cause=Cause.RESTORE)
    assert journal.counts() == {"typed": 6, "outside": len(OUTSIDE)}


def test_another_editor_is_charged_only_with_what_it_changed() -> None:
    old = "The sea rises.\nThe moon pulls it.\nThe sun helps.\n" * 3
    new = old.replace("The moon pulls it.", "Its cause is the moon.", 1) + "A last line.\n"
    journal = Journal().save(old).save(new, cause=Cause.EDITOR)
    changed = "Its cause is the moon"  # of "The moon pulls it", between the same line ends
    assert journal.counts() == {
        "typed": len(new) - len(changed) - len("A last line.\n"),
        "editor": len(changed) + len("A last line.\n"),
    }


def test_a_file_is_charged_only_with_what_the_draft_did_not_have() -> None:
    old, new = "The sea rises. The sun helps.", "The sea rises. The moon pulls. The sun helps."
    before = (Pair(TASK.prompts[0], old),)
    pastes = read_from_file(before, (Pair(TASK.prompts[0], new),))
    journal = Journal().save(old).save(new, cause=Cause.PASTE, pastes=pastes)
    assert journal.counts() == {"typed": len(old), "file": len("The moon pulls. ")}


def test_an_older_journal_says_only_that_something_was_pasted() -> None:
    journal = Journal().save("Mine. ").save("Mine. " + OUTSIDE, cause=Cause.PASTE)
    assert journal.counts() == {"typed": 6, "outside": len(OUTSIDE)}
    what = TASK.instructions
    assert Journal().save(what, cause=Cause.PASTE).counts() == {"task": len(what)}


def test_turns_that_come_and_go_take_their_origins_along() -> None:
    journal = Journal().save("first", OUTSIDE, pastes=pasted(OUTSIDE, OUTSIDE, turn=1))
    journal.save("first", OUTSIDE, "third", cause=Cause.TURN)
    found = journal.figures()
    assert [(t.turn, t.typed, t.outside) for t in found.texts] == [
        (0, 5, 0),
        (1, 0, len(OUTSIDE)),
        (2, 5, 0),
    ]
    assert journal.save("first", "third", cause=Cause.TURN).counts() == {"typed": 10}
    journal.save("first", OUTSIDE, "third", cause=Cause.RESTORE)
    assert journal.counts() == {"typed": 10, "outside": len(OUTSIDE)}


def test_a_correction_goes_on_from_what_was_sent() -> None:
    whole = "typed " + OUTSIDE
    journal = Journal().save(whole, pastes=pasted(whole, OUTSIDE))
    journal.send(whole)
    journal.draft_id = "d2"
    journal.save(whole + " Corrected.")
    assert journal.counts() == {"typed": 6 + 11, "outside": len(OUTSIDE)}


def test_a_correction_after_a_discarded_attempt_begins_from_what_was_sent() -> None:
    whole = "typed " + OUTSIDE
    journal = Journal().save(whole, pastes=pasted(whole, OUTSIDE))
    journal.send(whole)
    journal.draft_id = "d2"
    journal.save("Something quite different that is thrown away.")
    journal.draft_id = "d3"
    journal.save(whole + " Again.")
    assert journal.counts() == {"typed": 6 + 7, "outside": len(OUTSIDE)}


def test_what_was_sent_straight_from_a_file_is_from_a_file_when_it_is_corrected() -> None:
    journal = Journal()
    journal.draft_id = "nowhere"
    journal.send(OUTSIDE)
    journal.draft_id = "d1"
    assert journal.save(OUTSIDE + " Yes.").counts() == {"typed": 5, "file": len(OUTSIDE)}


def test_what_was_not_saved_yet_is_counted_too() -> None:
    journal = Journal().save("typed ")
    draft = journal.versions[-1].draft
    pair = Pair(TASK.prompts[0], "typed " + OUTSIDE)
    newer = msgspec.structs.replace(draft, pairs=(pair,), pastes=pasted(pair.response, OUTSIDE))
    assert counts(journal.figures(draft=newer)) == {"typed": 6, "outside": len(OUTSIDE)}
    plain: Any = msgspec.structs.replace(newer, pastes=())
    assert counts(journal.figures(draft=plain)) == {"typed": len(pair.response)}


def test_pastes_that_do_not_fit_their_text_are_cut_to_it() -> None:
    odd = (Paste(0, "response", 3, 100), Paste(0, "response", 1, 4), Paste(7, "prompt", 0, 5))
    assert Journal().save("abcdef", pastes=odd).counts() == {"typed": 1, "outside": 5}


def test_of_very_many_pastes_the_largest_are_looked_for_in_own_work() -> None:
    own = "I wrote this last week about something else."
    small = [f"<{number}>" for number in range(40)]
    text, at, pastes = "", 0, []
    for what in (*small[:20], own, *small[20:]):
        pastes.append(Paste(0, "response", at, len(what)))
        text, at = text + what, at + len(what)
    found = Journal().save(text, pastes=tuple(pastes)).figures((own + "".join(small),))
    assert (found.own, found.outside) == (len(own) + 29 * 4, 4 + 10 * 3)
    assert found.pastes == 41
