"""Review before sending: what will leave, word for word, what is open, a note to the reviewer."""

from collections.abc import Callable, Iterator
from typing import ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from trainer_tui.domain.draft import Draft
from trainer_tui.domain.errors import NotAllowed
from trainer_tui.domain.provenance import in_words
from trainer_tui.domain.submission import opening
from trainer_tui.domain.task import HIGHEST_SCORE
from trainer_tui.domain.text import characters, quoted, words
from trainer_tui.domain.verdicts import Spot
from trainer_tui.services.proofreading import LastLook
from trainer_tui.services.writing import Demand
from trainer_tui.ui.actions import BY_ID, bindings, key_name
from trainer_tui.ui.checklists import ChecklistPage
from trainer_tui.ui.text import Part, assemble, plain
from trainer_tui.ui.widgets.checklist import Checklist, Item
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.words import counted, duration


class SendScreen(ChecklistPage[bool | Spot]):
    """Shows what will be sent, and hands on what is added to it.

    Dismissed with True to submit, False to write on, or the place to write on at.
    """

    CONTEXT = "send"
    CSS_PATH = "send.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("send"), *bindings("sending")]
    TITLE_WORDS = "Before sending"

    def __init__(self, draft: Draft, look: LastLook, keep: Callable[[Draft], None]) -> None:
        super().__init__()
        self.draft, self._look, self._hand_on = draft, look, keep
        self.checked = look.reading.checked

    def content(self) -> ComposeResult:
        """The text, the checks, the note, the two answers."""
        with Horizontal(id="both"):
            with VerticalScroll(id="what") as box:
                box.border_title = "What will be sent"
                yield Static(self._conversation(), id="conversation", markup=False)
            with Vertical(id="beside"):
                checks = Checklist(id="checks")
                checks.border_title = "Checks"
                yield checks
                yield Static(id="current", markup=False)
                yield Static(self._figures(), id="figures", markup=False)
                if self._look.explain:
                    words = Editor(
                        placeholder="Where the text that was not typed here comes from",
                        grow=(3, 5),
                        id="explanation",
                    )
                    words.border_title = "Explanation"
                    yield words
                note = Editor(
                    placeholder="A note to the reviewer, if there is one", grow=(3, 5), id="note"
                )
                note.border_title = "Note"
                yield note
        with Horizontal(id="answers"):
            keys = key_name(self.trainer_app.keys_of(BY_ID["send.confirm"]))
            yield Button(plain(f"Submit  {keys}"), id="yes", variant="success", compact=True)
            yield Button(plain("Keep writing  esc"), id="no", compact=True)

    def on_mount(self) -> None:
        """Read first: the focus is on the text, or on what is open."""
        for editor, text in self._fields():
            lines = text.split("\n")
            editor.load(text, (len(lines) - 1, len(lines[-1])))
        self.show_items()
        demands = self._demands()
        if demands:
            self._go_to_demand(demands[0])
        else:
            self.set_focus(self.query_one("#what"))

    def keep(self, draft: Draft) -> None:
        """Keep a changed draft, here and on the Write screen."""
        super().keep(draft)
        self._hand_on(draft)

    def _demands(self) -> tuple[Demand, ...]:
        return self.workstation.writing.demands(self.draft, self.checked, self._look.provenance)

    def _go_to_demand(self, demand: Demand) -> None:
        if demand.item == "explanation":
            self.set_focus(self.query_one("#explanation"))
        else:
            self.set_focus(self.checklist)
            self.checklist.go_to_item(demand.item)

    # The list

    def show_items(self) -> None:
        """Bring the list up to date."""
        items = [*self.rule_items(), *self._told_items(), *self._score_items()]
        self.checklist.display = bool(items)
        self.checklist.show(items)
        self._fit_checks()

    def _fit_checks(self) -> None:
        """Give the checks the rows that they need, as far as the text and the note leave some."""
        height = self.app.size.height
        taken = 9 + 3 * self._look.explain + (0 if self.has_class("-wide") else height // 3)
        room = height - taken - self.checklist.gutter.height
        rows = min(len(self.checklist.items), max(room, 2))
        self.checklist.styles.height = rows + self.checklist.gutter.height

    def on_resize(self) -> None:
        """The rows are shared anew."""
        self.call_after_refresh(self._fit_checks)

    def _show_current(self) -> None:
        """Write the line under the cursor out, which the list may have to cut."""
        item = self.checklist.current if isinstance(self.focused, Checklist) else None
        words = ""
        if item is not None:
            words = f"{item.words}: {item.detail}" if item.detail else item.words
            kind, _, name = item.id.partition(" ")
            if kind == "score":
                batch = self.workstation.tasks.batch_of(self.draft.task_id)
                scale = next(scale for scale in batch.rubric if scale.name == name)
                ends = f" 1: {scale.low} 7: {scale.high}" if scale.low or scale.high else ""
                words = f"{scale.description}{ends}" or words
        current = self.query_one("#current", Static)
        current.display = bool(words)
        current.update(plain(words))

    def on_checklist_item_highlighted(self, message: Checklist.ItemHighlighted) -> None:
        """Write it out."""
        super().on_checklist_item_highlighted(message)
        self._show_current()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Hints and the line written out follow the focus."""
        super().on_descendant_focus(event)
        self._show_current()

    def _told_items(self) -> Iterator[Item]:
        look = self._look
        for number, hint in enumerate(look.hints):
            yield Item(f"hint {number}", "!", hint.text, hint.comment, "waived")
        for number, near in enumerate(look.near):
            words = f"much like {quoted(near.title)}"
            yield Item(f"near {number}", "≈", words, f"{100 * near.score:.0f} %", "waived")
        if misspelled := look.reading.misspelled:
            words = f"{counted(len(misspelled), 'word')} not in the dictionary"
            yield Item(
                "spelling",
                "~",
                words,
                ", ".join([*dict.fromkeys(one.word for one in misspelled)][:5]),
                "waived",
            )
        if look.provenance.total > look.provenance.typed:
            yield Item("origin", "·", in_words(look.provenance))

    def _score_items(self) -> Iterator[Item]:
        batch = self.workstation.tasks.batch_of(self.draft.task_id)
        for scale in batch.rubric:
            score = self.draft.self_scores.get(scale.name)
            numbers = range(1, HIGHEST_SCORE + 1)
            row = " ".join(f"[{n}]" if n == score else str(n) for n in numbers)
            wanted = "open" if batch.self_score else ""
            yield Item(
                f"score {scale.name}",
                "·" if score is None else "★",
                f"your score: {scale.name}",
                row if score else "press 1–7",
                wanted if score is None else "met",
            )

    def action_score(self, score: int) -> None:
        """Score the own work on the scale under the cursor; 0 takes the score back."""
        item = self.checklist.current
        if item is None or not item.id.startswith("score "):
            raise NotAllowed("this line is no scale", "Go to one of your own scores first.")
        scale = item.id.removeprefix("score ")
        scores = {name: n for name, n in self.draft.self_scores.items() if name != scale}
        if score:
            scores[scale] = score
        self.keep(msgspec.structs.replace(self.draft, self_scores=scores))
        self.show_items()
        if score:
            self.checklist.move(1)

    # The text

    def _conversation(self) -> Content:
        task = self.workstation.tasks.task(self.draft.task_id)
        parts: list[Part] = []
        for message in opening(task):
            parts += [(f"{message.role.value}, given", "bold $foreground-muted"), "\n"]
            parts += [(message.content, "$foreground-muted"), "\n\n"]
        for number, pair in enumerate(self.draft.pairs, 1):
            turn = f" {number}" if len(self.draft.pairs) > 1 else ""
            given = ", given" if number <= len(task.prompts) else ""
            parts += [(f"prompt{turn}{given}", "bold $accent"), "\n", pair.prompt, "\n\n"]
            parts += [(f"response{turn}", "bold $accent"), "\n", pair.response, "\n\n"]
        return assemble(*parts[:-1])

    def _figures(self) -> Content:
        task = self.workstation.tasks.task(self.draft.task_id)
        history = self.workstation.tasks.history(task.id)
        responses = [pair.response for pair in self.draft.pairs]
        figures = [
            counted(len(responses), "turn"),
            counted(sum(map(words, responses)), "word"),
            counted(sum(map(characters, responses)), "character"),
            f"{duration(self.draft.active_seconds)} active",
        ]
        if history.revision:
            figures.append(f"revision {history.revision + 1}")
        return plain(" · ".join(figures))

    # Answers

    def action_confirm(self) -> None:
        """Submit, unless something is still open."""
        if demands := self._demands():
            self._go_to_demand(demands[0])
            raise NotAllowed(
                "; ".join(demand.message for demand in demands[:3]), demands[0].way_out
            )
        self.dismiss(True)

    def action_choose(self) -> None:
        """Back to the text, at the place that is marked; or see what the text nearly repeats."""
        rule, item = self.current_rule, self.checklist.current
        kind, _, number = item.id.partition(" ") if item else ("", "", "")
        if kind == "near":
            from trainer_tui.ui.screens.similar import SimilarScreen

            self.app.push_screen(SimilarScreen(self.draft, self._look.near, int(number)))
        elif kind == "spelling":
            self.dismiss(self._look.reading.misspelled[0].spot)
        elif rule is not None and rule.spots:
            self.dismiss(rule.spots[0])
        else:
            raise NotAllowed("there is no place in the text to go to")

    def _fields(self) -> Iterator[tuple[Editor, str]]:
        if self._look.explain:
            yield self.query_one("#explanation", Editor), self.draft.explanation
        yield self.query_one("#note", Editor), self.draft.note

    def _step(self, by: int) -> None:
        """Go on or back, around: the texts to write, the answers, the checks, what will be sent."""
        stops: list[Widget] = [editor for editor, _ in self._fields()]
        stops += [self.query_one("#yes")]
        stops += [self.checklist] * bool(self.checklist.items)
        stops += [self.query_one("#what")]
        here = "#yes" if isinstance(self.focused, Button) else ""
        at = self.query_one(here) if here else self.focused
        self.set_focus(stops[(stops.index(at) + by) % len(stops)] if at in stops else stops[0])

    def action_next_field(self) -> None:
        """Go on to the next field."""
        self._step(1)

    def action_previous_field(self) -> None:
        """Go back to the field before."""
        self._step(-1)

    def action_checks(self) -> None:
        """Go to the checks, or to the text where there are none."""
        self.set_focus(self.checklist if self.checklist.items else self.query_one("#what"))

    def contexts(self) -> tuple[str, ...]:
        """In a text letters are text."""
        if isinstance(self.focused, Editor):
            return ("send",)
        checks = ("checks",) if isinstance(self.focused, Checklist) else ()
        return (*checks, "send", "sending")

    def action_back(self) -> None:
        """Back to the text; what was added stays."""
        self.dismiss(False)

    @on(Editor.Edited)
    def _typed(self, message: Editor.Edited) -> None:
        field = message.editor.id or ""
        self.keep(msgspec.structs.replace(self.draft, **{field: message.editor.text}))

    @on(Button.Pressed)
    async def _answered(self, message: Button.Pressed) -> None:
        verb = "confirm" if message.button.id == "yes" else "back"
        await self.app.run_action(verb, self)
