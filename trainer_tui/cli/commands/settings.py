"""Show or change the settings. Comments in the file stay.

Examples:
  trainer-tui settings
  trainer-tui settings set theme high-contrast
  trainer-tui settings set keys.write.save ctrl+s
  trainer-tui settings unset theme
  trainer-tui settings edit
"""

import os
import sys
from argparse import Namespace
from typing import Any

import msgspec

from trainer_tui.cli.entering import fit
from trainer_tui.cli.output import narrate, put_json, say
from trainer_tui.cli.parsing import Parser, Suggestion, Usage, add_json, one_of
from trainer_tui.domain.errors import ConfigError, TrainerError
from trainer_tui.domain.settings import CHOICES, Settings
from trainer_tui.store import config
from trainer_tui.store.config import SettingsFile

_ACTIONS = {"get": "[KEY]", "set": "KEY VALUE", "unset": "KEY", "edit": "", "path": ""}


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "action",
        nargs="?",
        default="get",
        type=one_of("action", _ACTIONS),
        metavar="ACTION",
        help=", ".join(f"{name} {words}".strip() for name, words in _ACTIONS.items()),
    )
    parser.add_argument(
        "key",
        nargs="?",
        type=Suggestion(_keys),
        metavar="KEY",
        help="a setting, or keys.<action>",
    )
    parser.add_argument("value", nargs="?", metavar="VALUE", help="for set")
    add_json(parser)


def run(args: Namespace) -> int:
    """Show or change them."""
    file = SettingsFile(config.default_config())
    given = sum(word is not None for word in (args.key, args.value))
    wanted = {"get": (0, 1), "set": (2,), "unset": (1,), "edit": (0,), "path": (0,)}[args.action]
    if given not in wanted:
        words = _ACTIONS[args.action]
        raise Usage(
            f"'{args.action}' takes {words}" if words else f"'{args.action}' takes nothing more"
        )
    match args.action:
        case "path":
            say(str(file.path))
        case "edit":
            return _edit(file)
        case "get":
            _get(file.load(), args.key, as_json=args.json)
        case _:
            value = None
            if args.action == "set":
                value = config.value_of(args.key, fit(args.value, "the value"))
            _change(file, args.key, value)
    return 0


def _keys() -> list[str]:
    from trainer_tui.ui.actions import ACTIONS

    named = [name for name in Settings.__struct_fields__ if name != "keys"]
    return [*named, *(f"keys.{action.id}" for action in ACTIONS)]


def _get(settings: Settings, key: str | None, *, as_json: bool) -> None:
    values: dict[str, Any] = msgspec.to_builtins(settings)
    if key is not None:
        if key != "keys":
            config.require_known(key)
        value = values["keys"].get(key[5:]) if key.startswith("keys.") else values[key]
        if as_json:
            put_json(value)
        elif value is not None:
            say(_written(value))
    elif as_json:
        put_json(values)
    else:
        for name, value in values.items():
            say(f"{name} = {_written(value)}")
            chosen = f" ({', '.join(CHOICES[name])})" if name in CHOICES else ""
            say(f"  {config.described(name)}{chosen}")


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {key}" for name, key in value.items()) or "as they come"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _change(file: SettingsFile, key: str, value: Any) -> None:
    config.require_known(key)
    if key.startswith("keys.") and value is not None:
        from trainer_tui.ui.keymap import keymap

        keymap({**file.load().keys, key[5:]: value})
    file.change(key, value)
    done = "is not set any more" if value is None else f"is {_written(value)} now"
    narrate(f"{key} {done}.")


def _edit(file: SettingsFile) -> int:
    import shlex
    import subprocess

    try:
        own = file.load().editor
    except ConfigError:
        own = ""  # a file that is wrong is just what one wants to edit
    fallback = "notepad" if sys.platform == "win32" else "vi"
    command = own or os.environ.get("VISUAL") or os.environ.get("EDITOR") or fallback
    if not os.path.exists(file.path):
        file.write(config.sample())
    try:
        # On Windows a backslash is part of a path.
        words = shlex.split(command, posix=sys.platform != "win32")
        code = subprocess.run([*words, str(file.path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise TrainerError(
            f"{command!r}: {error}", "Set $EDITOR to an editor.", title="No editor"
        ) from None
    if code:
        raise TrainerError(
            f"{command!r} ended with code {code}",
            f"'trainer-tui settings' shows what holds now; the file is {file.path}.",
            title="The editor failed",
        )
    check(file.load())
    narrate("The settings are in order.")
    return 0


def check(settings: Settings) -> None:
    """Raise `ConfigError` for keys that cannot be."""
    from trainer_tui.ui.keymap import keymap

    keymap(settings.keys)
