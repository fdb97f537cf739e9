"""List the actions of the workstation with their ids and keys, as they are set now.

An id is what 'trainer-tui settings set keys.<id>' takes.

Example:
  trainer-tui keys write
"""

from argparse import Namespace

from trainer_tui.cli.output import put_json, say, table
from trainer_tui.cli.parsing import Parser, add_json, one_of
from trainer_tui.store.config import SettingsFile, default_config
from trainer_tui.ui.actions import ACTIONS, CONTEXTS, in_context, key_name
from trainer_tui.ui.keymap import keymap


def configure(parser: Parser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "context",
        nargs="?",
        type=one_of("context", CONTEXTS),
        metavar="CONTEXT",
        help=f"one of {', '.join(CONTEXTS)}",
    )
    add_json(parser)


def run(args: Namespace) -> int:
    """Print them."""
    own = keymap(SettingsFile(default_config()).load().keys)
    contexts = [args.context] if args.context else list(CONTEXTS)
    if args.json:
        put_json(
            [
                {
                    "id": action.id,
                    "keys": own.get(action.id, action.keys),
                    "label": action.label,
                    "description": action.description,
                }
                for action in ACTIONS
                if action.context in contexts
            ]
        )
        return 0
    for number, context in enumerate(contexts):
        if number:
            say()
        say(CONTEXTS[context])
        table(
            ("id", "keys", "what it does"),
            [
                (a.id, key_name(own.get(a.id, a.keys), all_keys=True), a.description)
                for a in in_context(context)
            ],
        )
    return 0
