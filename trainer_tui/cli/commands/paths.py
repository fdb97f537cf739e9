"""Show where data, settings and samples are.

TRAINER_TUI_HOME names another data folder, TRAINER_TUI_CONFIG another settings file.

Example:
  trainer-tui paths --json
"""

from argparse import Namespace

from trainer_tui.cli.output import put_json, say
from trainer_tui.cli.parsing import Parser, add_json
from trainer_tui.store.config import default_config
from trainer_tui.store.paths import default_home


def configure(parser: Parser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: Namespace) -> int:
    """Print them."""
    from trainer_tui.cli.app import sample_files

    home, samples = default_home().absolute(), sample_files()
    paths = {
        "data": str(home),
        "settings": str(default_config().absolute()),
        "crashes": str(home / "crashes"),
        "samples": str(samples[0].parent) if samples else "",
    }
    if args.json:
        put_json(paths)
    else:
        for name, path in paths.items():
            say(f"{name + ':':<10}{path}")
    return 0
