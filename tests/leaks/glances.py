"""Short walks: the last words, lines of a megabyte, and programs that let a text through."""

import signal
from pathlib import Path

from corpus import HOSTILE, LONG_LINE, task
from desk import AT_LIST, AT_TEXT
from places import Place
from walk import PASTED


def told_to_stop(place: Place, size: tuple[int, int], patch: str = "") -> bytes:
    """The last words of a program that is told to stop while it cannot save."""
    with place.open(size=size, patch=patch) as desk:
        desk.press("g", "enter")
        desk.until("Title-t1", AT_TEXT)
        place.refuse_to_save(f"Refused {HOSTILE}")
        desk.type("x")
        desk.until("not saved")
        desk.signal(signal.SIGTERM)
        assert desk.ended() == 3
        assert b"Refused" in desk.raw
        return desk.raw


PREVIEWED = "<http://x/%1b]0;owned%07> &#x202e;"


def glance(place: Place, size: tuple[int, int], patch: str = "") -> bytes:
    """A short walk past the places where a mutant is, who may well spoil the screen."""
    with place.open(size=size, patch=patch, wait=False) as desk:
        desk.until_quiet(1.0)
        desk.press("ctrl+p")
        desk.until_quiet()
        desk.paste(PASTED)
        desk.until_quiet()
        desk.press("escape", "f12")
        desk.until_quiet()
        desk.press("escape", "s")
        desk.until_quiet()
        desk.press("1")
        desk.until_quiet()
        desk.press("j", "j", "enter")
        desk.until_quiet()
        desk.paste(PREVIEWED)
        desk.until_quiet()
        desk.press("f3")
        desk.until_quiet()
        desk.press("escape", "ctrl+q")
        desk.ended()
        return desk.raw


MUTANTS = {
    "a row of the list": "import trainer_tui.ui.widgets.task_table as m\n"
    "from rich.segment import Segment\n"
    "m.segment, m.shown_line = Segment, lambda text, width=None: text[:width]\n",
    "the title": "import trainer_tui.ui.widgets.bars as m\n"
    "from textual.content import Content\n"
    "m.assemble, m.shown_line = Content.assemble, lambda text, width=None: text[:width]\n",
    "a toast": "import trainer_tui.ui.desk as m\nm.shown = lambda text: text\n",
    "the preview": "import trainer_tui.ui.screens.preview as m\n"
    "from rich.markdown import Markdown\n"
    "m.markdown = lambda text, theme: Markdown(text, hyperlinks=False)\n",
    "the palette's line": "import trainer_tui.ui.widgets.line_input as m\n"
    "from rich.text import Text\n"
    "m.typed_line = lambda text: Text(text, end='')\n",
}
"""Programs of which one widget lets text through as it is."""
MUTANT_OF_THE_END = (
    "import trainer_tui.ui.app as m\nfrom rich.text import Text\nm.last_words = Text\n"
)


def prepare_long(home: Path) -> Place:
    """Make a place whose texts are lines of a megabyte."""
    texts = {"title": LONG_LINE, "instructions": LONG_LINE, "prompts": [LONG_LINE]}
    tasks = [
        task("long", rules=[{"rule": "code_block", "language": LONG_LINE}], **texts),
        task("other"),
    ]
    reasons = [LONG_LINE, "Other"]
    return Place(home, tasks=tasks, title=LONG_LINE, team=LONG_LINE, skip_reasons=reasons)


def long_lines(place: Place, size: tuple[int, int]) -> bytes:
    """The list, the brief, the Write screen and the questions, with lines of a megabyte."""
    with place.open(size=size) as desk:
        desk.until("x␛")
        desk.press("j", "space", "s")
        desk.until("Why skip")
        desk.press("escape", "enter")
        desk.until(AT_TEXT)
        desk.type("x")
        desk.press("f3")
        desk.until("Preview")
        desk.press("escape")
        desk.until(AT_TEXT)
        desk.submit()
        desk.until("1 done this shift")
        desk.press("escape", "q")
        desk.until(AT_LIST)
        desk.press("ctrl+q")
        assert desk.ended() == 0
        return desk.raw
