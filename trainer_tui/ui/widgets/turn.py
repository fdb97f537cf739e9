"""One turn of a conversation: its prompt box and its response editor."""

from textual.app import ComposeResult
from textual.containers import Vertical

from trainer_tui.domain.message import Pair
from trainer_tui.domain.text import characters, words
from trainer_tui.ui.text import plain
from trainer_tui.ui.widgets.editor import Editor
from trainer_tui.ui.words import counted


class TurnEditors(Vertical):
    """The two texts of one turn; kept while other turns are shown, so that undo survives."""

    DEFAULT_CSS = """
    TurnEditors {
        height: 1fr;
        & > Editor {
            border: round $border-blurred;
            padding: 0 1;
            border-title-color: $text-muted;
            border-subtitle-color: $text-muted;
        }
        & > Editor:focus {
            border: round $border;
            border-title-color: $text;
            border-title-style: bold;
        }
        & > .prompt { height: auto; min-height: 3; max-height: 8; }
        & > .response { height: 1fr; min-height: 4; }
    }
    """

    def __init__(self, pair: Pair, *, number: int, given: bool, several: bool) -> None:
        super().__init__()
        self._pair, self._number, self._given, self._several = pair, number, given, several

    def compose(self) -> ComposeResult:
        """The prompt above the response."""
        yield Editor(
            self._pair.prompt,
            placeholder="Write the prompt a person would ask",
            read_only=self._given,
            classes="prompt",
        )
        yield Editor(
            self._pair.response, placeholder="Write the ideal response", classes="response"
        )

    def on_mount(self) -> None:
        """Name the texts and count them."""
        turn = f" {self._number}" if self._several else ""
        self.prompt.border_title = plain(f"Prompt{turn}" + (", given" if self._given else ""))
        self.response.border_title = plain(f"Response{turn}")
        self.count()

    @property
    def prompt(self) -> Editor:
        """The prompt box."""
        return self.query_one(".prompt", Editor)

    @property
    def response(self) -> Editor:
        """The response editor."""
        return self.query_one(".response", Editor)

    @property
    def pair(self) -> Pair:
        """Both texts as they stand."""
        return Pair(self.prompt.text, self.response.text) if self.is_mounted else self._pair

    def replace(self, pair: Pair) -> None:
        """Put other texts in, each as one step that can be undone."""
        if not self._given:
            self.prompt.replace_all(pair.prompt)
        self.response.replace_all(pair.response)

    def count(self) -> None:
        """Show the counts of both texts."""
        for editor in (self.prompt, self.response):
            text = editor.text
            editor.border_subtitle = plain(
                f"{counted(words(text), 'word')} · {counted(characters(text), 'character')}"
            )
