"""A trainer's own keys, checked: Textual takes any, and lets a key taken twice silence an action.

Knows no Textual, so that the command line can check the settings.
"""

from collections.abc import Iterable, Mapping
from unicodedata import category

from trainer_tui.domain.errors import ConfigError
from trainer_tui.domain.text import visible
from trainer_tui.ui.actions import ACTIONS, BY_ID, CONTEXTS

_EDITING_KEYS = frozenset(
    """up down left right ctrl+left ctrl+right home end ctrl+a ctrl+e pageup pagedown f6 f7
    backspace delete enter ctrl+w ctrl+d ctrl+x ctrl+c ctrl+v ctrl+u ctrl+k ctrl+z ctrl+y
    ctrl+m ctrl+i ctrl+h ctrl+j""".split()
)
"""Keys that a text owns, or that a terminal sends for Enter, Tab and Backspace."""

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super"})
_NAMED = frozenset(
    """enter escape tab space backspace delete insert home end pageup pagedown up down left right
    slash question_mark left_square_bracket right_square_bracket comma full_stop semicolon colon
    minus plus equals_sign underscore apostrophe quotation_mark backslash vertical_line tilde
    exclamation_mark at number_sign dollar_sign percent_sign circumflex_accent ampersand asterisk
    left_parenthesis right_parenthesis less_than_sign greater_than_sign grave_accent""".split()
) | {f"f{n}" for n in range(1, 25)}


def keymap(overrides: Mapping[str, str]) -> dict[str, str]:
    """Check a person's keys and return them in Textual's form.

    Raises `ConfigError` for an unknown action or key, a key that a text needs, or
    two actions on one key where both apply.
    """
    cleaned = {}
    for action_id, keys in overrides.items():
        if action_id not in BY_ID:
            raise ConfigError(f"keys: no action {action_id!r}", _near(action_id, BY_ID))
        cleaned[action_id] = ",".join(_checked(action_id, key) for key in keys.split(","))
    taken: dict[tuple[str, str], str] = {}
    for action in ACTIONS:
        for key in cleaned.get(action.id, action.keys).split(","):
            for context in _reach(action.context):
                other = taken.setdefault((context, key), action.id)
                if other != action.id and (other in cleaned or action.id in cleaned):
                    raise ConfigError(
                        f"keys: {key!r} is on both {other} and {action.id}",
                        "Give one of them another key.",
                    )
    return cleaned


def _reach(context: str) -> Iterable[str]:
    """Return the contexts in which an action's key is taken."""
    if context == "app":
        return CONTEXTS
    return (context,)


def _checked(action_id: str, raw: str) -> str:
    key = raw.strip()
    *modifiers, last = key.split("+") if key != "+" else [key]
    # A mark or a filler would be a key that nobody sees in the hints.
    single = len(last) == 1 and category(last)[0] in "LNPS" and visible(last) == last
    single = single and last not in "+,"
    if not key or not (last in _NAMED or single) or not set(modifiers) <= _MODIFIERS:
        raise ConfigError(f"keys: {raw!r} for {action_id} is not a key", _near(last, _NAMED))
    if BY_ID[action_id].context in ("write", "app"):
        if key in _EDITING_KEYS:
            raise ConfigError(
                f"keys: {key!r} for {action_id} is a key of the text editor itself",
                f"Free are, for instance, {_free()}.",
            )
        if not modifiers and last not in _NAMED:
            raise ConfigError(
                f"keys: {key!r} for {action_id} is needed for typing",
                f"Use a function or Ctrl key, for instance {_free()}.",
            )
    return key


def _free() -> str:
    taken = {key for action in ACTIONS for key in action.keys.split(",")} | _EDITING_KEYS
    keys = [f"{modifier}f{n}" for modifier in ("", "ctrl+") for n in range(1, 12)]
    return " and ".join([key for key in keys if key not in taken][:2])


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {near[0]!r}?" if near else "'trainer-tui keys' lists them."
