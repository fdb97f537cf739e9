"""Settings, changed by keyboard; every change is on disk at once."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.settings import CHOICES, Settings
from trainer_tui.ui.actions import bindings
from trainer_tui.ui.page import Page
from trainer_tui.ui.text import assemble, plain, plain_line, shown_line
from trainer_tui.ui.widgets.line_input import LineInput
from trainer_tui.ui.words import counted

_LABELS = {
    "trainer": "Name",
    "theme": "Theme",
    "density": "Spacing",
    "idle_minutes": "Idle after",
    "editor": "Own editor",
    "next_task": "Next task",
    "spelling": "Spelling",
}
_YES_NO = {True: "yes", False: "no"}


class _Sheet(VerticalScroll, inherit_bindings=False):
    """Leaves the arrows to the screen, also where it is too long for the terminal."""


class Chooser(Widget, can_focus=True):
    """One of a few values, changed by going from one to the next."""

    class Chosen(Message):
        """Another value was chosen."""

        def __init__(self, chooser: "Chooser") -> None:
            self.chooser = chooser
            super().__init__()

    def __init__(self, values: Sequence[Any], value: Any, *, id: str) -> None:
        super().__init__(id=id)
        self._values, self.value = tuple(values), value

    def render(self) -> Content:
        """The value between two arrows."""
        name = _YES_NO[self.value] if isinstance(self.value, bool) else str(self.value)
        return plain_line(f"‹ {name} ›")

    def go(self, by: int) -> None:
        """Take a value further on, around the ends."""
        place = self._values.index(self.value) if self.value in self._values else 0
        self.set_value(self._values[(place + by) % len(self._values)])
        self.post_message(self.Chosen(self))

    def set_value(self, value: Any) -> None:
        """Show a value."""
        self.value = value
        self.refresh()

    def on_click(self) -> None:
        """A click takes the next value."""
        self.go(1)


class SettingsScreen(Page[None]):
    """One row a setting: its name, its value, what it is, and what is wrong with it."""

    CONTEXT = "settings"
    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar = bindings("settings")
    TITLE_WORDS = "Settings"
    AUTO_FOCUS = "#trainer"

    def content(self) -> ComposeResult:
        """The rows and where keys are changed."""
        with _Sheet(id="sheet", can_focus=False) as sheet:
            sheet.border_title = "Settings"
            for field in msgspec.structs.fields(Settings):
                if field.name != "keys":
                    yield from self._row(field)
            yield Static(self._about_keys(), id="keys", markup=False)

    def _row(self, field: msgspec.structs.FieldInfo) -> ComposeResult:
        name, value = field.name, getattr(self.trainer_app.settings, field.name)
        with Vertical(classes="row"):
            with Horizontal():
                yield Static(plain_line(_LABELS.get(name, name)), classes="name", markup=False)
                if isinstance(value, bool):
                    yield Chooser((True, False), value, id=name)
                elif name in CHOICES:
                    yield Chooser(CHOICES[name], value, id=name)
                else:
                    yield LineInput(_written(value), id=name, compact=True)
            yield Static(plain(_described(field)), classes="about", markup=False)
            yield Static(id=f"error-{name}", classes="error", markup=False)

    def _about_keys(self) -> Content:
        app = self.trainer_app
        remapped = counted(len(app.settings.keys), "action")
        path = shown_line(app.config_path or "config.toml")
        return assemble(
            ("Keys", "bold"),
            f"   {remapped} remapped. Keys are changed in the table [keys] of\n",
            (path, "$accent"),
            "\n'trainer-tui keys' lists the actions, and they take effect at the next start.",
        )

    @property
    def _fields(self) -> list[Widget]:
        return list(self.query("Chooser, LineInput").results(Widget))

    def _step(self, by: int) -> None:
        fields = self._fields
        place = fields.index(self.focused) if self.focused in fields else 0
        fields[min(max(place + by, 0), len(fields) - 1)].focus()
        if place + by >= len(fields) - 1:
            # What stands below the last field can only be read by scrolling to it.
            self.query_one("#sheet").scroll_end(animate=False)

    def action_down(self) -> None:
        """Go to the next setting."""
        self._step(1)

    def action_up(self) -> None:
        """Go to the setting before."""
        self._step(-1)

    def action_more(self) -> None:
        """Take the next value."""
        if isinstance(self.focused, Chooser):
            self.focused.go(1)

    def action_less(self) -> None:
        """Take the value before."""
        if isinstance(self.focused, Chooser):
            self.focused.go(-1)

    @on(Chooser.Chosen)
    def _chosen(self, message: Chooser.Chosen) -> None:
        name = message.chooser.id or ""
        if not self._save(name, message.chooser.value):
            message.chooser.set_value(getattr(self.trainer_app.settings, name))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        self._take(message.input)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """What was typed is taken when one goes on."""
        if isinstance(event.widget, LineInput):
            self._take(event.widget)

    def _take(self, field: Input) -> bool:
        name, typed = field.id or "", field.value.strip()
        if typed == _written(getattr(self.trainer_app.settings, name)):
            self._say(name, "")
            return True
        value: Any = typed
        if isinstance(getattr(self.trainer_app.settings, name), float):
            try:
                value = float(typed.replace(",", "."))
            except ValueError:
                self._say(name, f"{typed!r} is not a number")
                return False
        return self._save(name, value)

    def _save(self, name: str, value: Any) -> bool:
        """Save one setting; say beside it what is wrong if that cannot be."""
        fields = msgspec.structs.asdict(self.trainer_app.settings) | {name: value}
        try:
            self.trainer_app.change_settings(msgspec.convert(fields, Settings))
        except msgspec.ValidationError as error:
            self._say(name, str(error).partition(" - at")[0])
        except TrainerError as error:
            self._say(name, " ".join(filter(None, (error.message, error.hint))))
        else:
            self._say(name, "")
            return True
        return False

    def _say(self, name: str, words: str) -> None:
        line = self.query_one(f"#error-{name}", Static)
        line.display = bool(words)
        line.update(plain(f"✗ not saved: {words}"))

    def action_back(self) -> None:
        """Back, once what is typed is saved; a second time in any case."""
        field = self.focused
        if isinstance(field, LineInput) and not self._take(field):
            field.value = _written(getattr(self.trainer_app.settings, field.id or ""))
            return
        self.dismiss(None)


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _described(field: msgspec.structs.FieldInfo) -> str:
    for part in getattr(field.type, "__metadata__", ()):
        if isinstance(part, msgspec.Meta) and part.description:
            return part.description
    return ""
