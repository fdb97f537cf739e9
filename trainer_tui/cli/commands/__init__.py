"""The commands: a table of names and words, so that help needs no command's module."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from argparse import Namespace

    from trainer_tui.cli.parsing import Parser


class Module(Protocol):
    """What the module of a command offers; its docstring is the text of its help."""

    __doc__: str | None

    def configure(self, parser: "Parser") -> None:
        """Add the command's arguments."""

    def run(self, args: "Namespace") -> int:
        """Do it and return the exit code: 0 ok, 1 a negative finding."""


class Command(NamedTuple):
    """One command as the table knows it."""

    name: str
    module: str
    help: str
    """One line for the list of commands."""

    def load(self) -> Module:
        """Import the command's module."""
        return cast(Module, import_module(f"{__name__}.{self.module}"))


GROUPS: Mapping[str, tuple[Command, ...]] = {
    "See what there is": (
        Command("status", "status", "the shift, the task list and the store at a glance"),
        Command("tasks", "tasks", "list the tasks"),
        Command("show", "show", "read a task: brief, conversation, draft, submissions"),
        Command("batches", "batches", "list the batches, close or reopen one"),
        Command("guidelines", "guidelines", "read guidelines, and what has changed in them"),
    ),
    "Work": (
        Command("shift", "shift", "start, pause, resume or end the shift; read its report"),
        Command("draft", "draft", "save unfinished text, read it, restore an old version"),
        Command("check", "check", "check texts against the rules of their tasks"),
        Command("submit", "submit", "submit a text or a draft"),
        Command("skip", "skip", "pass on a task, with a reason"),
        Command("flag", "flag", "report a task as broken, with a reason"),
        Command("undo", "undo", "take back the last submission, skip or flag"),
        Command("withdraw", "undo", "the same as undo"),
    ),
    "In and out": (
        Command("import", "importing", "add tasks from a file, whatever its format"),
        Command("export", "export", "write submissions for training or review"),
    ),
    "The hub": (
        Command("login", "login", "log in at your firm's hub; tasks come from there"),
        Command("sync", "sync", "exchange with the hub now; settle what it refused"),
        Command("bundle", "bundle", "exchange with the hub by files, where there is no line"),
        Command("logout", "logout", "end the login; your work stays here"),
        Command("lead", "lead", "publish batches, see who works on what, look after a team"),
        Command("hub", "hub", "run a hub, and look after it"),
    ),
    "The program": (
        Command("settings", "settings", "show or change the settings"),
        Command("rules", "rules", "list the kinds of rules, and what each checks"),
        Command("words", "words", "show or change your own dictionary for spelling"),
        Command("keys", "keys", "list the actions of the workstation and their keys"),
        Command("doctor", "doctor", "check the store, and repair what can be proved"),
        Command("paths", "paths", "show where data and settings are"),
        Command("completion", "completion", "print completion for a shell"),
    ),
}

COMMANDS: Mapping[str, Command] = {
    command.name: command for group in GROUPS.values() for command in group
}
