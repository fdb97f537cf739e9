"""Questions and what an answer by keyboard gives."""

from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList

from tests.ui.conftest import HOSTILE, HOSTILE_SHOWN
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.differences import differences
from trainer_tui.ui.screens.dialogs import Choice, ChoiceDialog, ConfirmDialog, ReasonDialog
from trainer_tui.ui.widgets.line_input import LineInput

REASONS = ("Outside my expertise", HOSTILE, "Other")


async def answer(app: TrainerApp, screen: Screen[Any], *keys: str) -> object:
    """Open a dialog, press keys, and return what it gave."""
    given: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen, given.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    return given[0] if given else "nothing"


async def painted(pilot: Pilot[int]) -> str:
    await pilot.pause()
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return "\n".join(strip.text for strip in strips)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), False),
        (("escape",), False),
        (("n",), False),
        (("y",), True),
        (("right", "enter"), True),
        (("tab", "enter"), True),
        (("right", "left", "enter"), False),
    ],
)
async def test_a_confirmation_rests_on_the_safe_answer(
    app: TrainerApp, keys: tuple[str, ...], expected: bool
) -> None:
    assert await answer(app, ConfirmDialog("Sure?", HOSTILE, "Do", "Leave"), *keys) is expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), (REASONS[0], "")),
        (("j", "enter"), (REASONS[1], "")),
        (("down", "down", "k", "enter"), (REASONS[1], "")),
        (("3",), (REASONS[2], "")),
        (("4", "escape"), None),
        (("j", "tab", "j", "3", "enter"), (REASONS[1], "j3")),
    ],
)
async def test_a_reason_is_taken_by_cursor_or_number_with_a_note(
    app: TrainerApp, keys: tuple[str, ...], expected: object
) -> None:
    assert await answer(app, ReasonDialog("Why?", HOSTILE, REASONS), *keys) == expected


async def test_a_choice_begins_at_the_present_one(app: TrainerApp) -> None:
    few = [Choice(str(n), f"Batch {n}", HOSTILE) for n in range(4)]
    assert await answer(app, ChoiceDialog("Which?", few, "2"), "enter") == "2"


async def test_a_long_list_is_filtered_by_typing(app: TrainerApp) -> None:
    many = [Choice(f"id{n}", f"Batch {n}", "poems" if n == 17 else "") for n in range(30)]
    assert await answer(app, ChoiceDialog("Which?", many), *"poem", "enter") == "id17"


async def test_a_filter_without_a_match_gives_nothing(app: TrainerApp) -> None:
    many = [Choice(f"id{n}", f"Batch {n}") for n in range(30)]
    assert await answer(app, ChoiceDialog("Which?", many), *"zz", "enter", "escape") is None


async def test_hostile_text_is_shown_and_not_obeyed(app: TrainerApp) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        for dialog in (
            ConfirmDialog(HOSTILE, HOSTILE, HOSTILE[:8], HOSTILE[:8]),
            ReasonDialog(HOSTILE, HOSTILE, REASONS),
            ChoiceDialog(HOSTILE, [Choice("x", HOSTILE, "")], "x"),
        ):
            await app.push_screen(dialog)
            text = await painted(pilot)
            assert text.count(HOSTILE_SHOWN) >= 2
            assert "\x1b" not in text and "\u202e" not in text
            app.pop_screen()


async def test_a_paste_of_several_lines_is_kept_on_one(app: TrainerApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(ReasonDialog("Why?", "Title", REASONS))
        await pilot.press("tab")
        field = app.screen.query_one(LineInput)
        field._on_paste(_paste("one\r\ntwo\x1b[31m\nthree"))
        assert field.value == "one two[31m three"
        assert app.screen.query_one(OptionList).highlighted == 0


def _paste(text: str) -> Paste:
    return Paste(text)


@pytest.mark.parametrize("size", [(60, 20), (40, 10)])
async def test_dialogs_fit_a_small_terminal(app: TrainerApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await app.push_screen(ConfirmDialog("Sure?", "A message of some length. " * 20))
        await pilot.pause()
        assert app.screen.query_one("#no").region.bottom <= size[1]
        app.pop_screen()
        await app.push_screen(ReasonDialog("Why?", "Title", ("reason",) * 9))
        await pilot.pause()
        assert app.screen.query_one(LineInput).region.bottom <= size[1]


# Differences


def rebuilt(old: str, new: str) -> tuple[str, str]:
    """Put both texts together again out of their differences."""
    blocks = differences(old, new)
    sides = []
    for gone in ("added", "removed"):
        kept = [block for block in blocks if block.kind != gone]
        sides.append(
            "\n".join("".join(p.text for p in block.pieces if p.kind != gone) for block in kept)
        )
    return sides[0], sides[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("", "a\nb"),
        ("a b c", "a x c"),
        ("one\ntwo\nthree", "one\n2\nthree\nfour"),
        ("same\n\n\nlines", "same\n\nlines\n"),
        ("the quick brown fox jumps", "a slow brown fox leaps"),
    ],
)
def test_differences_give_both_texts_back(old: str, new: str) -> None:
    assert rebuilt(old, new) == (old, new)


def test_a_hundred_thousand_characters_are_compared_within_bounds() -> None:
    import time

    old = "word and another " * 6_000
    new = "text or something " * 6_000
    began = time.perf_counter()
    assert rebuilt(old, new) == (old, new)
    lines = "\n".join(f"line {n} of a text" for n in range(4_000))
    assert rebuilt(lines, lines.replace("7 of", "seven of")) == (
        lines,
        lines.replace("7 of", "seven of"),
    )
    assert time.perf_counter() - began < 5
