"""The first screen costs what it needs: what it loads, and what the collector is spared."""

import json
from collections.abc import Callable
from pathlib import Path

from desk import Desk

TELL = """
import trainer_tui.cli.app as opening

real = opening.open_app

def open_app(*given):
    from trainer_tui.ui.app import TrainerApp

    ready = TrainerApp.on_ready

    def on_ready(app):
        import gc, json, sys
        ready(app)
        state = {"on": gc.isenabled(), "frozen": gc.get_freeze_count()}
        with open("ready.json", "w") as file:
            json.dump({"modules": sorted(sys.modules), **state}, file)

    TrainerApp.on_ready = on_ready
    return real(*given)

opening.open_app = open_app
"""
UNNEEDED = {
    "argparse",
    "filelock",
    "httpx",
    "markdown_it",
    "pygments",
    "ssl",
    "tinydb",
    "tomlkit",
    "trainer_tui.ui.screens.write",
}


def test_the_first_screen_loads_only_what_it_shows(
    home: Path, open_desk: Callable[..., Desk]
) -> None:
    open_desk(home).quit()  # the first start has a shift to begin, which is written
    desk = open_desk(home, patch=TELL)
    told = json.loads((home / "ready.json").read_text())
    assert UNNEEDED & set(told["modules"]) == set()
    assert "trainer_tui.ui.screens.shift" in told["modules"]
    assert told["on"] and told["frozen"] > 50_000
    desk.quit()
