"""How many workers run the tests, and what their garbage collector need not look at."""

import gc
import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: whoever tests on a terminal waits for half of the time."""
    usable = getattr(os, "sched_getaffinity", None)  # Linux only; knows what a container may use
    return 2 * (len(usable(0)) if usable else os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of tests and their modules stay to the end: no collection need walk them again."""
    gc.collect()
    gc.freeze()
