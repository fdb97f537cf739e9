"""A page whose texts are checked while they are written: chips, marks, and the way to each."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from textual import on

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.text import quoted
from trainer_tui.domain.verdicts import Spot
from trainer_tui.services.proofreading import Misspelling, Reading
from trainer_tui.ui.actions import BY_ID, key_name
from trainer_tui.ui.checking import LiveChecks, all_spots, marks_of, said_of
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.turns_page import TurnsPage
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.widgets.rule_chips import RuleChips, chip, likeness_chip, spelling_chip
from trainer_tui.ui.widgets.status import StatusLine

Result = TypeVar("Result")


class CheckedPage(TurnsPage[Result]):
    """A subclass composes `RuleChips`, too, and tells what its draft is."""

    _at: Spot | None = None
    """The marked place that was gone to last, until the text changes."""

    def draft_now(self) -> Draft:
        """Return the draft as it stands on the screen."""
        raise NotImplementedError

    def keep(self, draft: Draft) -> None:
        """Keep what was added to the draft on another page."""
        raise NotImplementedError

    def start_checks(self) -> None:
        """Check from now on."""
        self._checks = LiveChecks(
            self.workstation.proofreader(self.task_id, spelling=self.trainer_app.settings.spelling),
            self.workstation.similar,
            read=self.draft_now,
            show=self._show_found,
            spawn=self._check_beside,
        )
        self.call_after_refresh(self._checks.check_soon)

    def on_resize(self) -> None:
        """Give the chips the rows that there is room for."""
        rows = 1 if self.has_class("-compact") else 3 if self.has_class("-tall") else 2
        self.query_one(RuleChips).most_rows = rows

    def _check_beside(self, check: Coroutine[Any, Any, Any]) -> None:
        self.run_worker(check, group="check", exit_on_error=False)

    def _show_found(self) -> None:
        if not self.is_mounted:
            return
        reading, near = self._settled(self._checks.reading), self._checks.near
        keys = key_name(self.trainer_app.keys_of(BY_ID["write.similar"]))
        chips = [likeness_chip(one, keys) for one in near[:1]]
        chips += [chip(checked, blank=reading.blank) for checked in reading.checked]
        if reading.misspelled:
            chips.append(spelling_chip([one.word for one in reading.misspelled]))
        self.query_one(RuleChips).show(chips)
        if self._checks.current:
            self.turns.mark(marks_of(reading, self._at))

    def _settled(self, reading: Reading) -> Reading:
        """Leave out the word at the cursor while it may still be growing."""
        if self._checks.resting or not isinstance(self.focused, Editor):
            return reading
        here = (*self._place(), self.editor.cursor_offset)
        kept = (one for one in reading.misspelled if (*one.spot[:2], one.spot.end) != here)
        return reading._replace(misspelled=tuple(kept))

    def _place(self) -> tuple[int, str]:
        place = self.turns.place
        return place.turn, place.part

    def on_unmount(self) -> None:
        """Check no more."""
        self._checks.stop()

    @on(Editor.Edited)
    def _check_later(self) -> None:
        self._at = None
        self._checks.edited()
        self.query_one(StatusLine).note("")

    # From mark to mark

    @flow
    async def action_next_place(self) -> None:
        """Go to the next place that is marked."""
        await self._go_to_mark(1)

    @flow
    async def action_previous_place(self) -> None:
        """Go to the marked place before."""
        await self._go_to_mark(-1)

    async def _go_to_mark(self, direction: int) -> None:
        reading = await self._checks.check()
        spots = all_spots(reading)
        if not spots:
            raise NotAllowed(
                "nothing in the text is marked",
                "The chips below the text tell what is open."
                if any(checked.verdict.open for checked in reading.checked)
                else "",
            )
        turns = self.turns
        part = turns.place.part
        here = (turns.number, part == "response", self.editor.cursor_offset)
        places = [(spot.turn, spot.part == "response", spot.start) for spot in spots]
        if direction > 0:
            index = next((i for i, place in enumerate(places) if place > here), 0)
        else:
            index = max((i for i, place in enumerate(places) if place < here), default=-1)
        self.go_to_spot(spots[index])
        self.query_one(StatusLine).note(
            f"{index % len(spots) + 1} of {len(spots)} · {said_of(reading, spots[index])}"
        )

    def go_to_spot(self, spot: Spot, *, write: bool = False) -> None:
        """Put the cursor on a place of one of the texts; single keys stay on unless to `write`."""
        keys = isinstance(self.focused, StatusLine) and not write
        if spot.turn != self.turns.number:
            self.show_turn(spot.turn)
        editor = self.turns.choose(spot.part)
        editor.go_to(spot.start)
        if not keys:
            self.set_focus(editor)
        self._at = spot
        self.turns.mark(marks_of(self._checks.reading, spot))

    # Spelling

    @flow
    async def action_correct(self) -> None:
        """Choose what the misspelled word at the cursor, or the next one, is to be."""
        from trainer_tui.ui.screens.dialogs import Choice, ChoiceDialog

        spot, word = await self._misspelled_here()
        spelling, language = self.workstation.spelling, self._language
        suggested = await asyncio.to_thread(spelling.suggest, word, language)
        choice = await self.trainer_app.ask(
            ChoiceDialog(
                f"{quoted(word)} is not in the dictionary",
                [
                    *(Choice(f"use {one}", one) for one in suggested),
                    Choice("learn", "Learn it", "it goes into your own dictionary"),
                ],
            )
        )
        if choice == "learn":
            await self._learn(word)
        elif choice is not None:
            self.editor.put(spot.start, spot.end, choice.removeprefix("use "))

    @flow
    async def action_learn(self) -> None:
        """Learn the misspelled word at the cursor or the next one, or forget a learned one here."""
        spelling, language = self.workstation.spelling, self._language
        own = await asyncio.to_thread(spelling.own_words, language)
        here = self.editor.word_at_cursor
        if here.casefold() in map(str.casefold, own):
            await asyncio.to_thread(spelling.forget, here, language)
            self.trainer_app.say(f"{quoted(here)} is no longer in your dictionary.")
            await self._checks.check()
            return
        _, word = await self._misspelled_here()
        await self._learn(word)

    async def _misspelled_here(self) -> Misspelling:
        found = sorted((await self._checks.check()).misspelled, key=_in_reading_order)
        if not found:
            raise NotAllowed("no word is marked as misspelled")
        turn, part = self._place()
        here = (turn, part == "response", self.editor.cursor_offset)
        one = next((o for o in found if (*_in_reading_order(o)[:2], o.spot.end) >= here), found[0])
        self.go_to_spot(one.spot)
        return one

    async def _learn(self, word: str) -> None:
        kept = await asyncio.to_thread(self.workstation.spelling.learn, word, self._language)
        self.trainer_app.say(f"{quoted(kept)} is in your dictionary now.")
        await self._checks.check()

    @property
    def _language(self) -> str:
        batch = self.workstation.tasks.batch_of(self.task_id)
        return self.opened_task.language or batch.language

    # What else there is to see

    @flow
    async def action_similar(self) -> None:
        """Read what the text nearly repeats, beside it."""
        from trainer_tui.ui.screens.similar import SimilarScreen

        await self._checks.look_for_likeness()
        if not self._checks.near:
            raise NotAllowed("nothing that was written here before comes near this text")
        await self.trainer_app.ask(SimilarScreen(self.draft_now(), self._checks.near))

    @flow
    async def action_rules(self) -> None:
        """Read the rules, and waive one with a reason."""
        from trainer_tui.ui.screens.rules import RulesScreen

        reading = await self._checks.check()
        if not reading.checked:
            raise NotAllowed("this task has no rules")
        spot = await self.trainer_app.ask(RulesScreen(self.draft_now(), reading.checked, self.keep))
        await self._checks.check()
        if spot is not None:
            self.go_to_spot(spot, write=True)


def _in_reading_order(one: Misspelling) -> tuple[int, bool, int]:
    return one.spot.turn, one.spot.part == "response", one.spot.start
