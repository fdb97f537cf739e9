"""What the pages share that show rules as a checklist: the lines, the cursor, waiving."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.verdicts import Checked, Waiver
from trainer_tui.ui.ordering import flow
from trainer_tui.ui.page import Page
from trainer_tui.ui.widgets.checklist import Checklist, Item
from trainer_tui.ui.words import verdict_glyph

WAIVER_REASONS = (
    "It contradicts the instructions",
    "The ideal response needs it so",
    "The check is wrong here",
    "Other",
)

Result = TypeVar("Result")


def rule_item(number: int, checked: Checked) -> Item:
    """Make the line of a rule."""
    verdict, words = checked.verdict, checked.wording
    name, glyph = f"rule {number}", verdict_glyph(verdict)
    if verdict.met is None:
        return Item(name, glyph, words, "not checked")
    if verdict.met:
        return Item(name, glyph, words, verdict.figure, "met")
    if verdict.waived:
        return Item(name, glyph, words, f"waived: {verdict.waived}", "waived")
    return Item(name, glyph, words, verdict.figure, "open")


class ChecklistPage(Page[Result]):
    """A subclass composes a `Checklist`, and keeps a draft and what was checked of it."""

    draft: Draft
    checked: tuple[Checked, ...]

    @property
    def checklist(self) -> Checklist:
        """The list."""
        return self.query_one(Checklist)

    @property
    def current_rule(self) -> Checked | None:
        """The rule under the cursor, if it is one."""
        item = self.checklist.current
        kind, _, number = item.id.partition(" ") if item else ("", "", "")
        return self.checked[int(number)] if kind == "rule" else None

    def rule_items(self) -> Iterator[Item]:
        """Walk the lines of the rules, those in the way first."""
        numbered = sorted(enumerate(self.checked), key=lambda one: not one[1].verdict.open)
        return (rule_item(number, checked) for number, checked in numbered)

    def keep(self, draft: Draft) -> None:
        """Keep a changed draft; the subclass hands it on."""
        self.draft = draft

    def show_items(self) -> None:
        """Bring the list up to date; the subclass says with what."""
        raise NotImplementedError

    def contexts(self) -> tuple[str, ...]:
        """The keys of the list act while it has the focus."""
        return ("checks", self.CONTEXT) if isinstance(self.focused, Checklist) else (self.CONTEXT,)

    def hinted(self) -> tuple[str, ...]:
        """Those of the list do not hide the way out."""
        return self.contexts()

    def why_not(self, verb: str) -> str | None:
        """Say why an action is not possible now."""
        if verb != "waive" or not self.is_mounted:
            return None
        rule = self.current_rule
        if rule is None:
            return "This line is no rule."
        if rule.verdict.met is not False:
            return "This rule is not broken."
        if not self.workstation.tasks.batch_of(self.draft.task_id).waivers:
            return "This batch wants every rule met; flag the task if that is not possible."
        return None

    @flow
    async def action_waive(self) -> None:
        """Waive the rule under the cursor with a reason, or take that back."""
        from trainer_tui.ui.screens.dialogs import ReasonDialog

        if reason := self.why_not("waive"):
            raise NotAllowed(reason)
        rule = self.current_rule
        assert rule is not None
        others = tuple(w for w in self.draft.waivers if w.rule != rule.verdict.rule)
        if rule.verdict.waived:
            self._put_waivers(others)
            return
        answer = await self.trainer_app.ask(
            ReasonDialog("Why waive this rule?", rule.wording, WAIVER_REASONS)
        )
        if answer is None:
            return
        reason, note = answer
        if reason == WAIVER_REASONS[-1] and not note:
            raise NotAllowed("say in a word why", "Tab goes to the note before the choice.")
        words = note if reason == WAIVER_REASONS[-1] else ": ".join(filter(None, answer))
        self._put_waivers((*others, Waiver(rule.verdict.rule, words)))

    def _put_waivers(self, waivers: tuple[Waiver, ...]) -> None:
        self.keep(msgspec.structs.replace(self.draft, waivers=waivers))
        self.checked = self.workstation.writing.check(self.draft)
        self.show_items()
        self.refresh_bars()

    def on_checklist_item_highlighted(self, message: Checklist.ItemHighlighted) -> None:
        """What is possible depends on the line."""
        message.stop()
        self.refresh_bars()

    async def on_checklist_item_chosen(self, message: Checklist.ItemChosen) -> None:
        """A line was clicked twice."""
        message.stop()
        await self.app.run_action("choose", self)

    def action_score(self, score: int) -> None:
        """Score the own work, where the line under the cursor is a scale."""

    def action_choose(self) -> None:
        """Go to what stands under the cursor."""

    def action_down(self) -> None:
        """One line down."""
        self.checklist.move(1)

    def action_up(self) -> None:
        """One line up."""
        self.checklist.move(-1)

    def action_first(self) -> None:
        """Go to the first line."""
        self.checklist.go_to(0)

    def action_last(self) -> None:
        """Go to the last line."""
        self.checklist.go_to(len(self.checklist.items))
