"""The rules of the task that is written: what each checks, and where it stands."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.verdicts import Checked, Spot
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.checklists import ChecklistPage
from trainer_tui.ui.text import Part, assemble
from trainer_tui.ui.widgets.checklist import Checklist


class RulesScreen(ChecklistPage[Spot | None]):
    """Lists the rules; dismissed with a place to go to in the text."""

    CONTEXT = "rules"
    CSS_PATH = "rules.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("rules")
    TITLE_WORDS = "Rules of this task"

    def __init__(
        self, draft: Draft, checked: tuple[Checked, ...], keep: Callable[[Draft], None]
    ) -> None:
        super().__init__()
        self.draft, self.checked, self._hand_on = draft, checked, keep

    def content(self) -> ComposeResult:
        """The rules, and what the one under the cursor checks."""
        yield Checklist(id="rules")
        with VerticalScroll(id="about", can_focus=False) as about:
            about.border_title = "What it checks"
            yield Static(markup=False)

    def on_mount(self) -> None:
        """Begin at the first one that is open."""
        self.checklist.border_title = "Rules"
        self.show_items()
        self.set_focus(self.checklist)

    def keep(self, draft: Draft) -> None:
        """Keep a changed draft, here and on the Write screen."""
        super().keep(draft)
        self._hand_on(draft)

    def show_items(self) -> None:
        """Bring the list and the help up to date."""
        self.checklist.show(self.rule_items())
        self._show_help()

    def _show_help(self) -> None:
        rule = self.current_rule
        parts: list[Part] = []
        if rule is not None:
            parts = [(rule.wording, "bold"), "\n"]
            if rule.verdict.figure:
                parts += [rule.verdict.figure, "\n"]
            if rule.verdict.waived:
                parts += [("Waived: ", "bold $warning"), rule.verdict.waived, "\n"]
            parts += ["\n", (rule.help, "$text-muted")]
        self.query_one("#about Static", Static).update(assemble(*parts))

    def on_checklist_item_highlighted(self, message: Checklist.ItemHighlighted) -> None:
        """Show what the rule under the cursor checks."""
        super().on_checklist_item_highlighted(message)
        self._show_help()

    def action_choose(self) -> None:
        """Go to the first place that breaks the rule."""
        rule = self.current_rule
        if rule is None or not rule.spots:
            raise NotAllowed("nothing in the text is marked for this rule")
        self.dismiss(rule.spots[0])

    def action_back(self) -> None:
        """Back to the text."""
        self.dismiss(None)
