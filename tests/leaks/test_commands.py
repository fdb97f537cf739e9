"""No command prints what a terminal would obey, whatever stands in data, arguments, variables."""

import sys
from functools import partial
from pathlib import Path

import lines
import pytest
import reach
import walk
from inside import inside
from places import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return walk.prepare(tmp_path)


def test_no_command_line_leaks(place: Place) -> None:
    with inside(place.home, **place.env) as run:
        done, found = lines.check(place, partial(run, terminal=True), None)
    assert found == []
    assert reach.missed_commands(done) == []


def test_a_command_that_lets_text_through_is_seen(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainer_tui.cli.commands import status

    monkeypatch.setattr(status, "say", lambda text="": sys.stdout.write(text + "\n"))
    monkeypatch.setattr(lines, "lines", lambda place: [("status",)])
    with inside(place.home, **place.env) as run:
        assert lines.check(place, run, None)[1]


def test_a_terminal_of_its_own_sees_the_same(place: Place) -> None:
    for line in (("status",), ("show", "t2", "--reveal"), ("tasks", "--json"), ("--help",)):
        assert lines.leaks(place.on_terminal(*line), screen=False) == []


@pytest.mark.parametrize("key", ["\ufe0f", "\u0301", "\u3164", "\u202e", "\u00ad", "\x9b"])
def test_a_key_that_nobody_would_see_is_refused(key: str) -> None:
    from trainer_tui.domain.errors import ConfigError
    from trainer_tui.ui.keymap import keymap

    with pytest.raises(ConfigError):
        keymap({"shift.next": key})
