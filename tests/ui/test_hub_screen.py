"""The page of the hub: what it says in each phase, and what can be done from it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.ui.conftest import HOSTILE, HOSTILE_SHOWN, send, write
from tests.ui.hub import FakeSyncing, press, refused, seen, set_aside, settle, until
from trainer_tui.domain.errors import TrainerError
from trainer_tui.domain.link import HubState, Link, Mark
from trainer_tui.domain.sync import SyncState
from trainer_tui.services.sync_status import Phase
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens.sent import SentScreen
from trainer_tui.ui.screens.shift import ShiftScreen
from trainer_tui.ui.screens.sync import SyncScreen
from trainer_tui.ui.screens.write import WriteScreen

MakeApp = Callable[..., TrainerApp]
SIZES = ((120, 36), (80, 24))


def from_a_hub(station: Workstation) -> None:
    batch = station.tasks.batches["b"]
    station.add_batch(msgspec.structs.replace(batch, hub="h"))


PHASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "no hub": (
        {"phase": Phase.NO_HUB},
        ("No hub is linked", "trainer-tui login https://THE-HUB", "trainer-tui bundle out"),
    ),
    "idle": (
        {"next_in": 300.0, "staying": 2},
        (
            *("state ✓ synced", "times All was exchanged last", "the next try comes at"),
            *("waiting nothing", "staying 2 records on this machine"),
            *("hub https://hub.example", "you Ada · teams: Atlas"),
        ),
    ),
    "waiting": (
        {"waiting": 3, "last_at": None, "teams": ()},
        (
            *("state ↑ 3 waiting It leaves by itself", "times Nothing was exchanged yet"),
            *("waiting 3: 1 submission, 1 skip, the hours of 1 shift", "teams: none yet"),
        ),
    ),
    "offline": (
        {
            "phase": Phase.OFFLINE,
            "next_in": 30.0,
            "trouble": TrainerError("no answer in 10 s", "Look at the cable.", title="No line"),
        },
        (
            *("state offline No exchange comes about", "comes within a minute"),
            *("trouble No line: no answer in 10 s", "Look at the cable.", "waiting nothing"),
        ),
    ),
    "signed out": (
        {"phase": Phase.SIGNED_OUT, "waiting": 2},
        ("state signed out", "trainer-tui login https://hub.example", "waiting 2: 1"),
    ),
    "too old": (
        {"phase": Phase.TOO_OLD},
        ("state update needed The hub speaks another version", "leaves after an update"),
    ),
    "refused": (
        {"refused": (refused(), refused(2, what="flag")), "set_aside": (set_aside(),)},
        (
            *("state ! 2 refused", "Waits for you"),
            *("! submission refused: Explain recursion", "! flag refused: Explain recursion"),
            *("? set aside: poem", "This line", "refused: not_claimed"),
            *("The task was never given to you.", "Ask your lead for the task, then try again."),
            *("t try again", "x keep here"),
        ),
    ),
    "clock": (
        {"skew": -400.0},
        ("is 6 min behind the hub's. Nothing is refused", "state ✓ synced"),
    ),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("phase", PHASES)
async def test_it_reads_from_the_top_in_every_phase(
    make_app: MakeApp, station: Workstation, phase: str, size: tuple[int, int]
) -> None:
    status, expected = PHASES[phase]
    from_a_hub(station)
    send(station, "b.one", ("p", "r"))
    station.writing.skip("b.two", "Other")
    app = make_app(syncing=FakeSyncing(**status))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("h")
        text = await seen(pilot)
        assert isinstance(app.screen, SyncScreen)
        place = 0
        for words in expected:
            assert words in text[place:], f"{words!r} is not in {text[place:]!r}"
            place = text.index(words, place)
        assert "esc back" in text and "\x1b" not in text


async def test_without_a_line_it_tells_of_bundles(make_app: MakeApp, station: Workstation) -> None:
    send(station, "b.one", ("p", "r"))
    station.close_batch("b")
    link = Link(url="", hub="h", epoch="", member="m", name="Ada", since=datetime.now(UTC))
    station.store.put_hub(HubState(link=link))
    app = make_app(syncing=FakeSyncing(phase=Phase.NO_HUB))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "trainer-tui bundle out FILE" in await seen(pilot)
        await pilot.press("h")
        text = await seen(pilot)
        assert "By shift bundles" in text and "trainer-tui bundle in ANSWER" in text
        assert "No hub" not in text


async def test_what_comes_from_the_hub_is_shown_and_not_obeyed(
    make_app: MakeApp, station: Workstation
) -> None:
    names = ("title", "what", "code", "reason", "way_out", "task_id")
    hostile = refused(**dict.fromkeys(names, HOSTILE))
    aside = set_aside(what=HOSTILE, reason=HOSTILE, place=HOSTILE)
    syncing = FakeSyncing(
        refused=(hostile,),
        set_aside=(aside,),
        hub=HOSTILE,
        member=HOSTILE,
        teams=(HOSTILE,),
        trouble=TrainerError(HOSTILE, HOSTILE, title=HOSTILE),
    )
    async with make_app(syncing=syncing).run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        await pilot.press("h")
        first = await seen(pilot)
        await pilot.press("j")
        second = await seen(pilot)
    for text in (first, second):
        assert "\x1b" not in text and "\u202e" not in text
        assert text.count(HOSTILE_SHOWN) >= 6


async def test_each_line_has_its_keys(make_app: MakeApp, station: Workstation) -> None:
    syncing = FakeSyncing(refused=(refused(), refused(2)), set_aside=(set_aside(),))
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("f10")
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert syncing.asked == [], "the line is no such thing"
        await pilot.press("t")
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("c")
        assert "Everything that is to leave is at the hub" in await seen(pilot)
        assert syncing.asked == [("send_again", "r1"), ("keep_here", "r2"), ("confirm", "s1")]
        await until(lambda: syncing.exchanges == 2)
        await pilot.press("f10")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen)


async def test_the_task_of_a_line_opens(make_app: MakeApp, station: Workstation) -> None:
    from_a_hub(station)
    send(station, "b.one", ("p", "r"))
    write(station, "b.two", ("Write a limerick about a router.", "r"))
    syncing = FakeSyncing(refused=(refused(), refused(2, task_id="gone")))
    syncing.left = {"b.two": 600.0}
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("h")
        assert "◷ claim: Limerick about a router 10 min left" in await seen(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, SentScreen)
        await press(pilot, "escape", "j", "enter")
        assert isinstance(app.screen, SyncScreen), "it is not on this machine any more"
        await press(pilot, "j", "enter")
        assert isinstance(app.screen, WriteScreen)
        await press(pilot, "escape", "escape")
        await settle(pilot)
        assert isinstance(app.screen, ShiftScreen) and app.screen.task_id == "b.two"


async def test_the_page_stays_at_its_line_while_things_change(
    make_app: MakeApp, station: Workstation
) -> None:
    syncing = FakeSyncing(refused=tuple(refused(n) for n in range(300)))
    app = make_app(syncing=syncing)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("h")
        await settle(pilot)
        await pilot.press("G", "k")
        assert isinstance(app.screen, SyncScreen)
        assert app.screen.attention.cursor == 298
        syncing.change(refused=syncing.now.refused[5:])
        await app.exchange.look()
        await settle(pilot)
        current = app.screen.attention.current
        assert current is not None and current.id == "refused r298"


async def test_sent_work_says_where_it_is_and_why(make_app: MakeApp, station: Workstation) -> None:
    from_a_hub(station)
    send(station, "b.one", ("p", "r"))
    syncing = FakeSyncing()
    app = make_app(syncing=syncing)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.open_sent("b.one")
        assert "revision 1 · waiting to leave for the hub" in await seen(pilot)
        sent = station.tasks.history("b.one").last
        assert sent is not None
        for sync, code, words in (
            (SyncState.REFUSED, "not_claimed", "refused by the hub: The task was never given"),
            (SyncState.ACKED, None, "revision 1 · at the hub"),
        ):
            mark = Mark(record_id=sent.id, shift_id=sent.shift_id, sync=sync, refusal=code)
            station.tasks.put_records(station._store.mark([mark]))
            syncing.change(refused=(refused(record_id=sent.id),))
            await app.exchange.look()
            assert words in await seen(pilot)
        await pilot.press("escape", "r")
        assert "1 at the hub" in await seen(pilot)


async def test_the_report_says_what_stays_here(app: TrainerApp, station: Workstation) -> None:
    send(station, "b.one", ("p", "r"))
    station.writing.skip("b.two", "Other")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("r")
        assert "2 stay on this machine" in await seen(pilot)


def test_the_base_of_it_imports_no_network() -> None:
    import subprocess
    import sys

    modules = "sys, trainer_tui.ui.app, trainer_tui.ui.screens.sync"
    code = f"import {modules}; print('httpx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "False", done.stderr
