import os
import subprocess
import sys
from pathlib import Path

import pytest

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted(name for name in sys.modules if name.split(".")[0] in sys.argv[2:]))
"""


def loaded(package: str, *libraries: str) -> str:
    """Import a package with all its modules in a new interpreter; what it loads of libraries."""
    arguments = [sys.executable, "-c", IMPORT_ALL, package, *libraries]
    run = subprocess.run(arguments, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize(
    "layer", ["domain", "services", "store", "sync", "formats", "spelling", "cli"]
)
def test_nothing_below_the_screen_loads_the_screen(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "textual") == ""


@pytest.mark.parametrize("layer", ["domain", "services", "store", "sync", "cli"])
def test_importing_loads_no_network_library(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "httpx", "httpcore", "keyring", "zstandard") == ""


@pytest.mark.parametrize("layer", ["domain", "services", "sync", "formats", "spelling"])
def test_nothing_above_the_store_loads_its_database(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "tinydb", "filelock") == ""


def test_a_command_that_checks_no_text_loads_no_dictionary(tmp_path: Path) -> None:
    code = (
        "import sys; from trainer_tui.cli.main import main; main(['status'])\n"
        "print(*{'trainer_tui.spelling', 'trainer_tui.domain.prose', 'simplemma'} & {*sys.modules})"
    )
    env = {**os.environ, "TRAINER_TUI_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert run.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize("linked", [False, True])
def test_what_is_opened_first_opens_no_line_to_the_hub(tmp_path: Path, linked: bool) -> None:
    """The workstation's parts and the quick commands import no network library."""
    code = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from trainer_tui.cli.main import main\n"
        "from trainer_tui.cli.opening import compose, line_to_hub\n"
        "from trainer_tui.domain.link import HubState, Link\n"
        "from trainer_tui.domain.settings import Settings\n"
        "from trainer_tui.store.paths import default_home\n"
        "from trainer_tui.store.workspace import Workspace\n"
        "store = Workspace.open(default_home())\n"
        "link = Link(url='https://h', hub='h', epoch='e', member='m', name='n',\n"
        "            since=datetime(2026, 1, 1, tzinfo=UTC))\n"
        f"store.put_hub(HubState(link=link if {linked} else None))\n"
        "station = compose(store, Settings())\n"
        "line_to_hub(station, Settings()).status()\n"
        "station.close()\n"
        "main(['status']), main(['tasks'])\n"
        "bad = {'httpx', 'httpcore', 'ssl', 'keyring', 'trainer_tui.sync.client',\n"
        "       'trainer_tui.sync.protocol', 'trainer_tui.services.exchanging'}\n"
        "print(*bad & {*sys.modules})"
    )
    env = {**os.environ, "TRAINER_TUI_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert run.stdout.splitlines()[-1] == ""


def test_a_line_can_be_opened_although_the_screen_came_without_encryption() -> None:
    code = (
        "from trainer_tui.cli.main import _absent\n"
        "with _absent('ssl'):\n"
        "    import asyncio\n"
        "from trainer_tui.sync.client import HubLine\n"
        "from trainer_tui.sync.trouble import Unreachable\n"
        "try:\n"
        "    HubLine('https://127.0.0.1:1').hello()\n"
        "except Unreachable as error:\n"
        "    print(error.message)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "nobody listens at the hub's address"


def test_the_search_for_loaded_libraries_finds_them() -> None:
    assert "textual" in loaded("trainer_tui.ui.screens", "textual").split()
