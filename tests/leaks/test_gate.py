"""No text reaches a widget or a stream but through the gate: read from the code itself."""

from pathlib import Path

import pytest
from gate import examine, examine_source

PACKAGE = Path(__file__).parents[2] / "trainer_tui"

BAD = {
    "a title": "self.border_title = task.title",
    "a subtitle in an f-string": 'self.border_subtitle = f"{count} of {total}"',
    "a widget": "yield Static(task.title, markup=False)",
    "a local name": "words = task.title\nyield Static(words)",
    "one way of two": "words = plain('x') if task else task.title\nyield Static(words)",
    "a later value": "words = plain('x')\nwords = task.title\nself.query_one(Static).update(words)",
    "an update": "self.query_one(Static).update(' · '.join(parts))",
    "an option": "options.add_option(Option(reason))",
    "options in a row": "yield OptionList(*(Option(reason) for reason in reasons))",
    "a button": "yield Button(label, id='yes')",
    "a toast": "self.notify(message, markup=False)",
    "a toast with markup": "self.notify(shown(message))",
    "a toast's title": "self.notify(shown(message), title=error.title, markup=False)",
    "the last words": "self.exit(message=error.message)",
    "the words of a crash": "self._exit_renderables.append(words)",
    "a content of one's own": "text = Content(task.title)",
    "content put together": "text = Content.assemble(task.title)",
    "markup": "text = Content.from_markup(task.title)",
    "markup by a word": "yield Static(plain('x'), markup=True)",
    "a segment": "return Strip([Segment(task.title, style)])",
    "a text": "return Text(task.title)",
    "another name": "from textual.content import Content as Words",
    "a module": "import rich.text",
    "a placeholder": "yield Input(placeholder=task.title)",
    "a tooltip": "yield Static(plain('x'), tooltip=task.title)",
    "a rendering": "def render(self) -> str:\n    return self.title",
    "a row of a table": "table.add_row(task.title)",
    "a line of a log": "log.write_line(task.title)",
    "a hit": "yield DiscoveryHit(title, run)",
    "a hit's help": "yield Hit(1, plain('x'), run, help=task.title)",
    "a print": "print(task.title)",
    "rich's print": "from rich import print",
    "a stream": "sys.stdout.write(task.title)",
    "a stream by another name": "out = sys.stderr",
    "a parameter": "def show(self, text: str) -> None:\n    self.query_one(Static).update(text)",
    "pickle": "import pickle",
    "eval": "eval(text)",
    "a shell": "subprocess.run(command, shell=True)",
    "os.system": "os.system(command)",
    "an import of data": "__import__(name)",
}
GOOD = {
    "a literal": "self.border_title = 'Tasks'",
    "the gate": "yield Static(plain(task.title), markup=False)",
    "one way of two": "words = plain(a) if a else assemble(b)\nyield Static(words)",
    "cut from itself": "words = plain(a)\nwords = words[:10]\nself.query_one(Static).update(words)",
    "a function of a safe type": "def words(self) -> Content:\n    return plain('x')\n"
    "def show(self) -> None:\n    self.query_one(Static).update(self.words())",
    "a parameter of a safe type": "def show(self, text: Content) -> None:\n"
    "    self.query_one(Static).update(text)",
    "a parameter made safe": "def say(self, text: str) -> None:\n    text = shown(text)\n"
    "    self.notify(text, markup=False)",
    "asking a stream": "wide = sys.stdout.isatty()",
}


def test_the_program_keeps_to_the_gate() -> None:
    assert examine(PACKAGE) == []


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_seen(name: str) -> None:
    assert examine_source(BAD[name])


@pytest.mark.parametrize("name", GOOD)
def test_a_good_line_is_let_through(name: str) -> None:
    assert examine_source(GOOD[name]) == []


@pytest.mark.parametrize(
    ("file", "good", "bad"),
    [
        ("ui/screens/dialogs.py", "Static(plain(self._message)", "Static(self._message"),
        ("ui/desk.py", "message = shown(message)", "pass"),
        ("ui/widgets/task_table.py", "            segment(minutes", "            Segment(minutes"),
        ("ui/widgets/brief.py", "return assemble(*parts)", "return Content.assemble(*parts)"),
        ("cli/output.py", "def say", "print(1)\ndef say"),
    ],
)
def test_a_line_of_the_program_without_the_gate_is_seen(file: str, good: str, bad: str) -> None:
    source = (PACKAGE / file).read_text()
    assert good in source
    assert examine_source(source.replace(good, bad), file.replace("output", "other"))
