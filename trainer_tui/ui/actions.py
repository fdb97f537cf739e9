"""Every action with its keys and words: bindings, footer, palette, help and docs come from here.

Knows no Textual at module level, so that the command line can list the keys.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from textual.binding import BindingType


class Action(NamedTuple):
    """Something a person can do."""

    id: str
    """`context.verb`; the screen of that context has a method `action_verb`."""
    keys: str
    """Comma separated, in Textual's names."""
    label: str
    """One or two words, for the footer."""
    description: str
    """A sentence, for the palette, help and docs."""
    hint: bool = False
    """Whether the footer shows it."""

    @property
    def context(self) -> str:
        """Where it applies."""
        return self.id.partition(".")[0]

    @property
    def verb(self) -> str:
        """What it does, as the name of the method."""
        return self.id.partition(".")[2]


CONTEXTS: Mapping[str, str] = {
    "app": "Everywhere",
    "shift": "Shift",
    "filter": "Shift, while filtering",
    "write": "Write, also while typing",
    "edit": "Write, in a text",
    "command": "Write, after Esc",
    "find": "Write, while finding",
    "rules": "Rules",
    "similar": "What the text nearly repeats",
    "checks": "On a list of checks, where 1 to 7 score a scale and 0 takes a score back",
    "sending": "Before sending, outside a text",
    "send": "Before sending",
    "sent": "Sent work",
    "versions": "Versions",
    "preview": "Preview",
    "guidelines": "Guidelines",
    "report": "Shift report",
    "sync": "The hub",
    "settings": "Settings",
    "debug": "Debug",
    "help": "Help",
    "pause": "Paused",
    "dialog": "Dialogs",
}


def _scrolling(context: str) -> tuple[Action, ...]:
    """Return the actions of a page that is read."""
    return (
        Action(f"{context}.down", "j,down", "down", "Scroll down"),
        Action(f"{context}.up", "k,up", "up", "Scroll up"),
        Action(f"{context}.page_down", "pagedown,ctrl+d,space", "page down", "Scroll a page down"),
        Action(f"{context}.page_up", "pageup,ctrl+u,b", "page up", "Scroll a page up"),
        Action(f"{context}.first", "g,home", "top", "Scroll to the top"),
        Action(f"{context}.last", "G,end", "end", "Scroll to the end"),
    )


ACTIONS: tuple[Action, ...] = (
    Action("app.help", "f1", "help", "Show what can be done here", True),
    Action("app.palette", "ctrl+p", "commands", "Search all commands", True),
    Action("app.hub", "f10", "hub", "See how things stand with the hub"),
    Action("app.sync", "ctrl+f10", "sync", "Sync with the hub now"),
    Action("app.settings", "ctrl+g", "settings", "Change theme, spacing and other settings"),
    Action("app.debug", "f12", "debug", "Show versions, paths and figures for a bug report"),
    Action("app.quit", "ctrl+q", "quit", "Save everything and leave; the shift stays open"),
    Action("shift.open", "enter", "open", "Open the task under the cursor", True),
    Action("shift.filter", "slash", "filter", "Filter by title, category, kind or status", True),
    Action("shift.skip", "s", "skip", "Skip the task with a reason", True),
    Action("shift.flag", "f", "flag", "Flag the task as broken", True),
    Action("shift.undo", "u", "undo", "Take back the last submission, skip or flag", True),
    Action("shift.sync", "y", "sync", "Sync with the hub now", True),
    Action("shift.hub", "h", "hub", "See how things stand with the hub"),
    Action("shift.clear", "escape", "all tasks", "Clear the filter"),
    Action("shift.brief_down", "J,shift+down", "brief down", "Scroll the brief down"),
    Action("shift.brief_up", "K,shift+up", "brief up", "Scroll the brief up"),
    Action("shift.withdraw", "w", "take back", "Take back what was sent for this task"),
    Action("shift.correct", "c", "correct", "Write a new revision of sent work"),
    Action("shift.versions", "v", "versions", "Look through the versions of this task's draft"),
    Action("shift.guidelines", "l", "guidelines", "Read the guidelines of this task's batch"),
    Action("shift.batch", "b", "batch", "Show one batch only, or all"),
    Action("shift.pause", "p", "pause", "Pause the shift"),
    Action("shift.report", "r", "report", "Read the report of this shift"),
    Action("shift.end", "E", "end shift", "End the shift and read its report"),
    Action("shift.next", "n", "next", "Go to the next open task"),
    Action("shift.reveal", "space", "reveal", "Show a text that a content warning covers"),
    Action("shift.down", "j,down", "down", "One task down"),
    Action("shift.up", "k,up", "up", "One task up"),
    Action("shift.first", "g,home", "first", "Go to the first task"),
    Action("shift.last", "G,end", "last", "Go to the last task"),
    Action("shift.page_down", "pagedown,ctrl+d", "page down", "One page down"),
    Action("shift.page_up", "pageup,ctrl+u", "page up", "One page up"),
    Action("shift.leave", "q", "quit", "Leave; the shift stays open"),
    Action("shift.help", "question_mark", "help", "Show what can be done here"),
    Action("filter.done", "enter,down", "to the list", "Go to the list, keep the filter", True),
    Action("filter.clear", "escape", "clear", "Clear the filter and go to the list", True),
    Action("write.command", "escape", "keys", "Leave the text for single keys", True),
    Action("write.submit", "f8,ctrl+enter", "send", "Read what will be sent, and submit", True),
    Action("write.brief", "f2", "brief", "Fold the brief away, or show it", True),
    Action("write.add_turn", "ctrl+t", "add turn", "Add a turn to the conversation", True),
    Action("write.next_part", "tab", "prompt/response", "Go between prompt and response", True),
    Action("write.save", "ctrl+s", "save", "Save a version now"),
    Action("write.editor", "ctrl+o", "own editor", "Write this text in your own $EDITOR", True),
    Action("write.find", "ctrl+f", "find", "Find in this text"),
    Action("write.preview", "f3", "preview", "Read the response as rendered Markdown"),
    Action("write.next_place", "ctrl+n", "next mark", "Go to the next place that is marked", True),
    Action("write.correct", "ctrl+r", "correct", "Correct or learn the misspelled word here"),
    Action("write.similar", "ctrl+b", "beside", "Show what the text nearly repeats beside it"),
    Action("write.guidelines", "ctrl+l", "guidelines", "Read the guidelines of this batch"),
    Action("write.previous_turn", "f4", "turn back", "Go to the turn before"),
    Action("write.next_turn", "f5", "next turn", "Go to the turn after"),
    Action("write.versions", "f9", "versions", "Look through the versions of this draft"),
    Action("edit.start", "ctrl+home", "start", "Go to the start of the text"),
    Action("edit.end", "ctrl+end", "end", "Go to the end of the text"),
    Action("command.response", "i,enter", "response", "Back to the response", True),
    Action("command.prompt", "P", "prompt", "Back to the prompt"),
    Action("command.submit", "d", "send", "Done: read what will be sent, and submit", True),
    Action("command.rules", "r", "rules", "Read the rules, and waive one with a reason", True),
    Action("command.next_place", "n", "next mark", "Go to the next place that is marked"),
    Action("command.previous_place", "N", "mark before", "Go to the marked place before"),
    Action("command.correct", "c", "correct", "Correct or learn the misspelled word here"),
    Action(
        "command.learn",
        "L",
        "learn word",
        "Learn the misspelled word here, or forget it again",
    ),
    Action("command.similar", "a", "beside", "Show what the text nearly repeats beside it"),
    Action("command.add_turn", "t", "add turn", "Add a turn to the conversation", True),
    Action("command.remove_turn", "x", "remove turn", "Take this turn out of the conversation"),
    Action("command.previous_turn", "left_square_bracket", "turn back", "Go to the turn before"),
    Action("command.next_turn", "right_square_bracket", "next turn", "Go to the turn after"),
    Action("command.editor", "e", "own editor", "Write this text in your own $EDITOR"),
    Action("command.find", "slash", "find", "Find in this text"),
    Action("command.versions", "v", "versions", "Look through the versions of this draft"),
    Action("command.preview", "m", "preview", "Read the response as rendered Markdown"),
    Action("command.guidelines", "l", "guidelines", "Read the guidelines of this batch"),
    Action("command.brief", "b", "brief", "Fold the brief away, or show it"),
    Action("command.reveal", "space", "reveal", "Show a text that a content warning covers"),
    Action("command.skip", "s", "skip", "Skip the task with a reason", True),
    Action("command.flag", "f", "flag", "Flag the task as broken"),
    Action("command.discard", "D", "put away", "Put the draft away; its versions stay"),
    Action("command.pause", "p", "pause", "Pause the shift"),
    Action("command.down", "j,down", "down", "Scroll the brief down"),
    Action("command.up", "k,up", "up", "Scroll the brief up"),
    Action(
        "command.back", "escape,q", "task list", "Back to the task list; the draft is saved", True
    ),
    Action("command.help", "question_mark", "help", "Show what can be done here"),
    Action("find.next", "enter,down,f3", "next", "Next place", True),
    Action("find.previous", "shift+enter,up", "previous", "Previous place", True),
    Action("find.close", "escape", "close", "Back to the text at this place", True),
    Action("similar.next", "n,tab", "next", "The next text that is near", True),
    *_scrolling("similar"),
    Action("similar.back", "escape,q,enter", "back", "Back to the text", True),
    Action("rules.back", "escape,q,r", "back", "Back to the text", True),
    Action("checks.choose", "enter", "go there", "Go to what stands under the cursor", True),
    Action("checks.waive", "w", "waive", "Waive a rule with a reason, or take that back", True),
    Action("checks.down", "j,down", "down", "One line down"),
    Action("checks.up", "k,up", "up", "One line up"),
    Action("checks.first", "g,home", "first", "Go to the first line"),
    Action("checks.last", "G,end", "last", "Go to the last line"),
    Action("send.confirm", "f8,ctrl+enter", "submit", "Submit, and take the next task", True),
    Action(
        "send.next_field", "tab", "next field", "Go on to the note, the answers, the checks", True
    ),
    Action("send.previous_field", "shift+tab", "field before", "Go back a field"),
    Action("sending.checks", "c", "checks", "Go to the rules and your own scores", True),
    Action("send.back", "escape", "keep writing", "Back to the text", True),
    Action("sent.correct", "c,enter", "correct", "Write a new revision", True),
    Action("sent.withdraw", "w", "take back", "Take back this submission, skip or flag", True),
    Action("sent.versions", "v", "versions", "Look through the versions of its drafts", True),
    Action("sent.older", "left_square_bracket,left", "older", "The revision before", True),
    Action("sent.newer", "right_square_bracket,right", "newer", "The revision after"),
    *_scrolling("sent"),
    Action("sent.back", "escape,q", "task list", "Back to the task list", True),
    Action("versions.restore", "enter", "restore", "Put this version's text on top", True),
    Action("versions.diff", "d", "difference", "Show what changed since this version", True),
    Action("versions.expand", "space", "all/fewer", "Show each version of a group", True),
    Action("versions.down", "j,down", "older", "One version back in time"),
    Action("versions.up", "k,up", "newer", "One version forward in time"),
    Action("versions.first", "g,home", "newest", "Go to the newest version"),
    Action("versions.last", "G,end", "oldest", "Go to the oldest version"),
    Action("versions.page_down", "pagedown,ctrl+d", "page down", "Scroll the text down"),
    Action("versions.page_up", "pageup,ctrl+u", "page up", "Scroll the text up"),
    Action("versions.back", "escape,q", "back", "Back without a change", True),
    *_scrolling("preview"),
    Action("preview.back", "escape,q,f3,m", "back", "Back to the text", True),
    Action("guidelines.acknowledge", "enter", "I have read it", "Say that you have read it", True),
    Action("guidelines.diff", "d", "changes/whole", "Show what changed last, or the whole", True),
    *_scrolling("guidelines"),
    Action(
        "guidelines.back",
        "escape,q,l,ctrl+l",
        "back/later",
        "Back; what is unread is asked again",
        True,
    ),
    Action("report.copy", "y", "copy", "Copy the report as text", True),
    *_scrolling("report"),
    Action("report.back", "escape,q,enter", "back", "Back to the task list", True),
    Action("sync.open", "enter", "open", "Open the task of this line", True),
    Action("sync.now", "y", "sync now", "Sync with the hub now", True),
    Action("sync.again", "t", "try again", "Let a refused record leave once more", True),
    Action("sync.keep", "x", "keep here", "Let a refused record be; it stays here", True),
    Action("sync.confirm", "c", "have read", "Say that you have read what was set aside", True),
    Action("sync.down", "j,down", "down", "One line down"),
    Action("sync.up", "k,up", "up", "One line up"),
    Action("sync.first", "g,home", "first", "Go to the first line"),
    Action("sync.last", "G,end", "last", "Go to the last line"),
    Action("sync.page_down", "pagedown,ctrl+d,space", "page down", "Scroll a page down"),
    Action("sync.page_up", "pageup,ctrl+u,b", "page up", "Scroll a page up"),
    Action("sync.sheet_down", "J,shift+down", "down", "Scroll what stands above the list down"),
    Action("sync.sheet_up", "K,shift+up", "up", "Scroll what stands above the list up"),
    Action("sync.back", "escape,q,h", "back", "Back", True),
    Action("settings.down", "down,j", "down", "Go to the next setting"),
    Action("settings.up", "up,k", "up", "Go to the setting before"),
    Action("settings.more", "space,right,l,enter", "change", "Take the next value", True),
    Action("settings.less", "left,h", "change back", "Take the value before"),
    Action("settings.back", "escape", "back", "Back; every change is already saved", True),
    Action("debug.copy", "y", "copy", "Copy this page as text", True),
    *_scrolling("debug"),
    Action("debug.back", "escape,q", "back", "Back", True),
    *_scrolling("help"),
    Action("help.back", "escape,q,question_mark", "back", "Back", True),
    Action("pause.resume", "p,enter,escape", "resume", "Resume the shift", True),
    Action("dialog.choose", "enter", "choose", "Take the answer under the cursor", True),
    Action("dialog.cancel", "escape", "cancel", "Leave without a change", True),
    Action("dialog.down", "j,down", "down", "One answer down"),
    Action("dialog.up", "k,up", "up", "One answer up"),
    Action("dialog.left", "left,h", "left", "The answer on the left"),
    Action("dialog.right", "right,l", "right", "The answer on the right"),
    Action("dialog.yes", "y", "yes", "Answer a question with yes"),
    Action("dialog.no", "n", "no", "Answer a question with no"),
)

EDITING: tuple[tuple[str, str], ...] = (
    ("ctrl+z", "Undo"),
    ("ctrl+y", "Redo"),
    ("ctrl+x", "Cut the selection, or the line"),
    ("ctrl+c", "Copy the selection, or the line"),
    ("ctrl+v", "Paste what was copied here; your terminal pastes from elsewhere"),
    ("shift+left,shift+right,shift+up,shift+down", "Select"),
    ("f6", "Select the line"),
    ("f7", "Select all"),
    ("ctrl+left,ctrl+right", "One word to the left, to the right"),
    ("home,ctrl+a", "Start of the line"),
    ("end,ctrl+e", "End of the line"),
    ("ctrl+w", "Delete the word to the left"),
    ("ctrl+u", "Delete to the start of the line"),
    ("ctrl+k", "Delete to the end of the line"),
)
"""What a text does with its own keys; they are the usual ones and cannot be remapped."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "up": "↑",
    "down": "↓",
}


def in_context(context: str) -> Iterator[Action]:
    """Walk the actions of one context in their order."""
    return (action for action in ACTIONS if action.context == context)


def key_name(keys: str, *, all_keys: bool = False) -> str:
    """Write keys as a person reads them: `ctrl+s` as `^s`."""
    names = []
    for key in keys.split(","):
        *modifiers, last = key.split("+")
        name = _SHOWN.get(last, last)
        names.append("".join("^" if m == "ctrl" else f"{m}+" for m in modifiers) + name)
    return " ".join(names) if all_keys else names[0]


def bindings(context: str, target: str = "") -> "list[BindingType]":
    """Make Textual's bindings of a context; `target` is a prefix such as `screen.filter_`."""
    from textual.binding import Binding

    return [
        Binding(
            action.keys,
            target + action.verb,
            action.label,
            show=action.hint,
            id=action.id,
            tooltip=action.description,
            priority=context == "app",
        )
        for action in in_context(context)
    ]


def leaving() -> list["BindingType"]:
    """Make the binding of quitting for a modal screen, which those of the app do not reach."""
    return [
        binding
        for action, binding in zip(in_context("app"), bindings("app", "app."), strict=True)
        if action.verb == "quit"
    ]
