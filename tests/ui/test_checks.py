"""Rules live on the Write screen: chips, marks, the way from mark to mark, waivers."""

import msgspec
import pytest
from textual.pilot import Pilot

from tests.ui.test_write import open_task, paste, settle, wait_for
from trainer_tui.domain.task import Kind, Task
from trainer_tui.services.workstation import Workstation
from trainer_tui.ui.app import TrainerApp
from trainer_tui.ui.screens.rules import RulesScreen
from trainer_tui.ui.screens.send import SendScreen
from trainer_tui.ui.screens.write import WriteScreen
from trainer_tui.ui.widgets.checklist import Checklist
from trainer_tui.ui.widgets.rule_chips import Chip, RuleChips, packed

SHORT = {"rule": "words", "at_most": 3}
RULED = Task(
    id="b.ruled",
    kind=Kind.RESPOND,
    title="Say it shortly",
    instructions="Short.",
    prompts=("Why?",),
    rules=(SHORT, {"rule": "characters", "at_least": 2}),
)


def ruled(station: Workstation, **head: object) -> None:
    batch = station.batches()[0]
    station.add_batch(msgspec.structs.replace(batch, tasks=(RULED, *batch.tasks), **head))


async def checked(pilot: Pilot[int]) -> None:
    await pilot.pause(0.3)
    await settle(pilot)


def chips(screen: WriteScreen) -> str:
    return str(screen.query_one(RuleChips).render())


async def test_chips_follow_the_text(app: TrainerApp, station: Workstation) -> None:
    ruled(station)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_task(pilot, "b.ruled")
        await checked(pilot)
        assert chips(screen) == "· at most 3 words   · at least 2 characters"
        paste(app, "One two three four.")
        await checked(pilot)
        assert chips(screen) == "✗ at most 3 words: 4   ✓ at least 2 characters: 19"


async def test_an_open_rule_is_listed_before_sending_and_waived_with_a_reason(
    app: TrainerApp, station: Workstation
) -> None:
    ruled(station)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_task(pilot, "b.ruled")
        paste(app, "One two three four.")
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        assert isinstance(app.focused, Checklist)
        await pilot.press("f8")
        await pilot.pause()
        assert isinstance(app.screen, SendScreen)
        assert station.tasks.history("b.ruled").last is None
        await pilot.press("w")
        await pilot.pause(0.2)
        await pilot.press("2")
        await pilot.pause(0.2)
        assert isinstance(app.screen, SendScreen)
        await pilot.press("f8")
        await settle(pilot)
        sent = station.tasks.history("b.ruled").last
        assert sent is not None
        assert [(v.met, v.figure, v.waived) for v in sent.verdicts] == [
            (False, "4", "The ideal response needs it so"),
            (True, "19", ""),
        ]


async def test_where_a_batch_allows_none_no_rule_is_waived(
    app: TrainerApp, station: Workstation
) -> None:
    ruled(station, waivers=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_task(pilot, "b.ruled")
        paste(app, "One two three four.")
        await pilot.press("escape", "r")
        await wait_for(pilot, RulesScreen)
        await pilot.press("w")
        await pilot.pause(0.2)
        assert isinstance(app.screen, RulesScreen)
        assert any("every rule met" in n.message for n in app._notifications)


async def test_scores_are_kept_with_the_draft_and_sent(
    app: TrainerApp, station: Workstation
) -> None:
    ruled(station, self_score=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_task(pilot, "b.ruled")
        paste(app, "One two.")
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        await pilot.press("f8")
        await pilot.pause()
        assert station.tasks.history("b.ruled").last is None
        await pilot.press("6")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, WriteScreen)
        app.screen.save_now()
        assert station.writing.look("b.ruled").self_scores == {"clarity": 6}
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        await pilot.press("f8")
        await settle(pilot)
        sent = station.tasks.history("b.ruled").last
        assert sent is not None
        assert sent.self_scores == {"clarity": 6}


def test_met_rules_give_way_when_rows_are_few() -> None:
    met, broken = Chip("✓", "m" * 30, "s"), Chip("✗", "b" * 30, "e")
    rows = packed([met, met, broken, met], 40, 2)
    assert [[one.words for one in row] for row in rows] == [["b" * 30], ["3 met"]]
    rows = packed([broken] * 5, 40, 2)
    assert [[one.words for one in row] for row in rows] == [["b" * 30], ["4 more"]]
    assert packed([met], 10, 2)[0][0].width <= 10


async def test_the_cursor_stays_on_the_rule_that_was_waived(
    app: TrainerApp, station: Workstation
) -> None:
    batch = station.batches()[0]
    both = msgspec.structs.replace(RULED, rules=(SHORT, {"rule": "characters", "at_most": 5}))
    station.add_batch(msgspec.structs.replace(batch, tasks=(both, *batch.tasks)))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_task(pilot, "b.ruled")
        paste(app, "One two three four, and a few more.")
        await pilot.press("escape", "r")
        await wait_for(pilot, RulesScreen)
        for _ in range(2):  # the second time takes it back
            await pilot.press("w")
            await pilot.pause(0.2)
            await pilot.press("1")
            await pilot.pause(0.2)
            current = app.screen.query_one(Checklist).current
            assert current is not None
            assert current.words == "at most 3 words"
        assert isinstance(app.screen, RulesScreen)
        assert app.screen.draft.waivers == ()


async def test_pasted_text_is_explained_and_the_explanation_can_be_mended(
    app: TrainerApp, station: Workstation
) -> None:
    batch = station.batches()[0]
    asks = msgspec.structs.replace(RULED, rules=(), browsing=False)
    station.add_batch(msgspec.structs.replace(batch, tasks=(asks, *batch.tasks)))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_task(pilot, "b.ruled")
        paste(app, "Words that somebody wrote elsewhere, long before. " * 6)
        await pilot.press("f8")
        await wait_for(pilot, SendScreen)
        assert app.focused is not None
        assert app.focused.id == "explanation"
        await pilot.press("f8")
        await pilot.pause()
        assert isinstance(app.screen, SendScreen)
        await pilot.press(*"cG")  # letters are text in a text
        await pilot.press("tab", "tab", "c")
        assert isinstance(app.focused, Checklist)
        await pilot.press("tab", "tab")
        assert app.focused.id == "explanation"
        await pilot.press("end", "!", "f8")
        await settle(pilot)
        sent = station.tasks.history("b.ruled").last
        assert sent is not None
        assert sent.explanation == "cG!"
        assert sent.provenance is not None
        assert sent.provenance.outside == 300


async def test_a_word_is_corrected_learned_and_forgotten(
    app: TrainerApp, station: Workstation
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_task(pilot, "b.two")

        class Known:
            def knows(self, language: str) -> bool:
                return True

            def accepts(self, word: str, language: str, *, perhaps_name: bool = False) -> bool:
                return word.lower() not in ("wrold", "gochu")

            def suggestions(self, word: str, language: str) -> tuple[str, ...]:
                return ("world",)

        station.spelling._speller = Known()
        paste(app, "hello wrold with gochu")
        await pilot.press("ctrl+home", "ctrl+r")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await checked(pilot)
        assert screen.turn.response.text == "hello world with gochu"
        await pilot.press("escape", "L")
        await checked(pilot)
        assert station.spelling.own_words("en") == ("gochu",)
        await pilot.press("L")
        await checked(pilot)
        assert station.spelling.own_words("en") == ()


ODD = "A, b\u2028c\u2029\u0085 d\tе 👩‍👩‍👧 \u202e x\r\n\nhttp://a.example " + "long " * 40
PUBLISHED = (
    {"rule": "punctuation:no_comma"},
    {"rule": "no_links"},
    {"rule": "length_constraints:number_sentences", "relation": "at least", "num_sentences": 2},
    {"rule": "words", "at_most": 10},
)


@pytest.mark.parametrize("size", [(160, 50), (80, 24), (30, 8)])
async def test_verdicts_and_places_do_not_depend_on_the_screen(
    app: TrainerApp, station: Workstation, size: tuple[int, int]
) -> None:
    batch = station.batches()[0]
    asks = msgspec.structs.replace(RULED, rules=PUBLISHED)
    station.add_batch(msgspec.structs.replace(batch, tasks=(asks, *batch.tasks)))
    async with app.run_test(size=size) as pilot:
        screen = await open_task(pilot, "b.ruled")
        paste(app, ODD)
        await checked(pilot)
        draft = screen.draft_now()
        assert screen._checks.reading.checked == station.writing.check(draft)
        text = draft.pairs[0].response
        spot = screen._checks.reading.checked[0].spots[0]
        assert text[spot.start : spot.end] == ","
