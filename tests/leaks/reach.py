"""What there is to walk: screens, actions and commands as the program itself lists them."""

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainer_tui.cli.parsing import Parser

CLASSES = {
    "app": ("TrainerApp",),
    "shift": ("ShiftScreen",),
    "filter": ("ShiftScreen",),
    "write": ("WriteScreen",),
    "edit": ("Editor",),
    "command": ("WriteScreen",),
    "find": ("FindLine",),
    "rules": ("RulesScreen",),
    "checks": ("RulesScreen", "SendScreen"),
    "similar": ("SimilarScreen",),
    "send": ("SendScreen",),
    "sending": ("SendScreen",),
    "sent": ("SentScreen",),
    "versions": ("VersionsScreen",),
    "preview": ("PreviewScreen",),
    "guidelines": ("GuidelinesScreen",),
    "report": ("ReportScreen",),
    "sync": ("SyncScreen",),
    "settings": ("SettingsScreen",),
    "debug": ("DebugScreen",),
    "help": ("HelpScreen",),
    "pause": ("PauseScreen",),
    "dialog": ("ConfirmDialog", "ReasonDialog", "ChoiceDialog"),
}
"""Which classes act in each context of `ui.actions`."""
INSTEAD = {"dialog.choose": "LineInput.submit"}
"""What the line of a question does on the same key before its screen is asked."""


def screens() -> set[str]:
    """Return the names of all screens that are no mere parent of others."""
    from textual.screen import Screen

    import trainer_tui.ui.palette
    from trainer_tui.ui import screens as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    found = [
        cls
        for cls in _below(Screen)
        if cls.__module__.startswith("trainer_tui.ui") and not cls.__subclasses__()
    ]
    assert trainer_tui.ui.palette.Palette in found
    return {cls.__name__ for cls in found}


def _below(cls: type) -> Iterable[type]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def missed_actions(walked: set[str]) -> list[str]:
    """Return the ids of the actions that none of the classes of their context has done."""
    from trainer_tui.ui.actions import ACTIONS, CONTEXTS

    assert CLASSES.keys() == CONTEXTS.keys()
    return [
        action.id
        for action in ACTIONS
        if INSTEAD.get(action.id) not in walked
        and not any(
            f"{name}.{'filter_' if action.context == 'filter' else ''}{action.verb}" in walked
            for name in CLASSES[action.context]
        )
    ]


def missed_commands(walked: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the commands that were not run plainly, with `--help`, wrongly, and with `--json`."""
    from trainer_tui.cli.commands import COMMANDS
    from trainer_tui.cli.parsing import Parser

    lines, missed = list(walked), []
    for name, command in COMMANDS.items():
        parser = Parser(prog=name)
        command.load().configure(parser)
        missed += _missed((name,), parser, [line for line in lines if line[:1] == (name,)])
    return missed


def _missed(path: tuple[str, ...], parser: "Parser", own: list[tuple[str, ...]]) -> list[str]:
    """The same for one command, where `own` are its lines, and for those below it."""
    from trainer_tui.cli.nesting import parsers

    name, missed = " ".join(path), []
    forms = {"--help": ("--help",), "--no-such": ("--no-such",)}
    if "--json" in parser._option_string_actions:
        forms["--json"] = ("--json",)
    missed += [
        f"{name} {form}"
        for form, words in forms.items()
        if not any(set(words) <= set(line) for line in own)
    ]
    if not any(not any(word in line for word in forms) for line in own):
        missed.append(name)
    actions = next((a for a in parser._actions if a.dest in ("action", "shell")), None)
    for word in actions.type.words() if actions is not None else ():
        if not any(word in line for line in own):
            missed.append(f"{name} {word}")
    for word, below in parsers(parser).items():
        deeper = (*path, word)
        missed += _missed(deeper, below, [line for line in own if line[: len(deeper)] == deeper])
    return missed
