"""Windows of every size, and while somebody drags the corner of one."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import AT_LIST, BEFORE_SENDING, Desk, draft, exported


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (60, 20), (80, 24), (200, 60)])
def test_a_task_at_a_size(home: Path, open_desk: Callable[..., Desk], size: tuple[int, int]):
    desk = open_desk(home, size=size, wait=False)
    desk.until("enter")
    for name in ("f1", "ctrl+g"):
        desk.press(name)
        desk.until_quiet(0.15)
        desk.press("escape")
        desk.until("enter")
    desk.press("enter")
    desk.until("esc")
    desk.type("The prompt")
    desk.press("tab")
    desk.type("The response\nwith two lines")
    desk.until_saved() if size[0] >= 40 else desk.until_quiet(0.15)
    for name in ("f9", "f3"):
        desk.press(name)
        desk.until_quiet(0.15)
        desk.press("escape")
        desk.until_quiet(0.15)
    desk.press("f2", "f2", "f8")
    desk.until(BEFORE_SENDING)
    desk.press("f8")
    desk.until(lambda screen: BEFORE_SENDING not in screen)
    desk.until_quiet(0.15)
    assert desk.quit() == 0
    assert desk.left_as_found() == []
    assert exported(home) == [
        [("user", "The prompt"), ("assistant", "The response\nwith two lines")]
    ]


def test_resized_while_typing(home: Path, desk: Desk) -> None:
    chance = random.Random(3)
    desk.open_task()
    words = [f"word{n} " + "\n" * (n % 7 == 6) for n in range(120)]
    for word in words:
        desk.type(word)
        desk.resize(chance.randint(1, 220), chance.randint(1, 70))
    desk.resize(100, 30)
    desk.until("word119")
    desk.press("escape")
    desk.press("q")
    desk.until(AT_LIST)
    assert desk.quit() == 0
    assert draft(home, "b.t1") == [("".join(words), "")]


TOO_QUICK = """
from trainer_tui.ui.driver import TerminalDriver

sizes, read = [], TerminalDriver._get_terminal_size

def too_quick(self):
    sizes.append(read(self))
    stale = len(sizes) > 1 and sizes[-1] != sizes[-2]
    return sizes[-2] if stale else sizes[-1]

TerminalDriver._get_terminal_size = too_quick
"""


def test_a_size_that_was_read_before_it_was_stored(
    home: Path, open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk(home, size=(100, 30), patch=TOO_QUICK)
    desk.resize(70, 20)
    desk.until(lambda screen: len(screen.splitlines()[0]) <= 70 and "◷" in screen.splitlines()[0])
    assert desk.quit() == 0
