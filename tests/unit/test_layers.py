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


@pytest.mark.parametrize("layer", ["domain", "services", "store", "formats", "spelling", "cli"])
def test_nothing_below_the_screen_loads_the_screen(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "textual") == ""


@pytest.mark.parametrize("layer", ["domain", "services", "formats", "spelling"])
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


def test_the_search_for_loaded_libraries_finds_them() -> None:
    assert "textual" in loaded("trainer_tui.ui.screens", "textual").split()
