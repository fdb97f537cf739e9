"""What provenance comes to: when a word is asked for, and how it is put."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.provenance import Provenance, in_words, needs_explanation
from trainer_tui.domain.task import BatchHead, Kind, Task

ASKS = BatchHead(id="b", title="B", provenance=True)
SILENT = BatchHead(id="b", title="B")


def task(browsing: bool | None = None) -> Task:
    return Task(id="b.1", kind=Kind.WRITE, title="T", instructions="I", browsing=browsing)


@pytest.mark.parametrize(
    ("batch", "browsing", "asked"),
    [
        (ASKS, None, True),
        (ASKS, True, True),
        (SILENT, False, True),
        (SILENT, None, False),
        (SILENT, True, False),
    ],
)
def test_a_word_is_asked_for_only_where_it_matters(
    batch: BatchHead, browsing: bool | None, asked: bool
) -> None:
    assert needs_explanation(Provenance(outside=1000), task(browsing), batch) is asked


@pytest.mark.parametrize("origin", ["outside", "file"])
@pytest.mark.parametrize(
    ("count", "total", "asked"),
    [
        (200, 10_000, True),
        (199, 10_000, False),
        (20, 200, True),
        (20, 201, False),
        (19, 19, False),
        (0, 100, False),
    ],
)
def test_a_word_is_asked_for_when_a_noticeable_part_is_from_elsewhere(
    origin: str, count: int, total: int, asked: bool
) -> None:
    provenance = Provenance(**{origin: count}, typed=total - count)
    assert needs_explanation(provenance, task(), ASKS) is asked


@given(*[st.integers(0, 10**6)] * 4)
def test_own_work_and_the_task_never_ask_for_one(
    typed: int, own: int, given_: int, editor: int
) -> None:
    provenance = Provenance(typed=typed, own=own, task=given_, editor=editor)
    assert not needs_explanation(provenance, task(False), ASKS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "nothing written · under a minute at the text"),
        ({"typed": 5, "active_seconds": 59}, "100 % typed · under a minute at the text"),
        (
            {"typed": 820, "outside": 120, "task": 60, "largest_outside": 100}
            | {"active_seconds": 850},
            "82 % typed, 12 % pasted from outside (120 characters, largest 100), "
            "6 % from the task · 14 min at the text",
        ),
        (
            {"outside": 1, "largest_outside": 1, "typed": 9999, "active_seconds": 3600},
            "over 99 % typed, under 1 % pasted from outside (1 character) · 1 h 00 min at the text",
        ),
        (
            {"outside": 1340, "largest_outside": 1340, "own": 1340, "active_seconds": 7320},
            "50 % pasted from outside (1,340 characters), 50 % from your own work "
            "· 2 h 02 min at the text",
        ),
        (
            {"editor": 1, "file": 3},
            "25 % written in your own editor, 75 % taken from a file · under a minute at the text",
        ),
    ],
)
def test_it_is_put_in_words(fields: dict[str, Any], words: str) -> None:
    assert in_words(Provenance(**fields)) == words


ORIGINS = ("typed", "own", "task", "outside", "editor", "file")


@given(st.fixed_dictionaries({name: st.integers(0, 10**7) for name in ORIGINS}))
def test_the_words_name_each_origin_that_there_is(fields: dict[str, int]) -> None:
    words = in_words(Provenance(**fields))
    assert words.count("%") == sum(count > 0 for count in fields.values())
    assert Provenance(**fields).total == sum(fields.values())
