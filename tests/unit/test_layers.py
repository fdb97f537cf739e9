import subprocess
import sys

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


@pytest.mark.parametrize("layer", ["domain", "services", "store", "formats", "cli"])
def test_nothing_below_the_screen_loads_the_screen(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "textual") == ""


@pytest.mark.parametrize("layer", ["domain", "services", "formats"])
def test_nothing_above_the_store_loads_its_database(layer: str) -> None:
    assert loaded(f"trainer_tui.{layer}", "tinydb", "filelock") == ""


def test_the_search_for_loaded_libraries_finds_them() -> None:
    assert "textual" in loaded("trainer_tui.ui.screens", "textual").split()
