"""Patterns of a batch: what is refused, and that time grows with the text only."""

import time

import pytest

from trainer_tui.domain.rules import BadRule, Finding, describe, read
from trainer_tui.domain.rules.patterns import MOST_MATCHES

CATASTROPHIC = ["(a+)+$", "(a|aa)+$", "(.*)*x", "([a-z]+)*[0-9]", "(a*)*b", "^(a?){30}a{30}$"]


def check(text: str, **rule: object) -> Finding:
    asked = read(rule)
    return asked.kind.check(text, asked.arguments, "en")


@pytest.mark.parametrize(
    ("pattern", "expected", "got"),
    [
        ("", "a pattern", "''"),
        ("(a", "RE2", "missing )"),
        (r"(a)\1", "RE2", "no back-references"),
        ("a(?!b)", "RE2", "no look-around"),
        ("a{1001}", "RE2", "repetition size"),
        ("((a{30}){30}){30}", "RE2", "repetition size"),
        (r"(?:\p{L}{9} ){9}", "smaller repetitions", "instructions"),
        ("x" * 1001, "at most 1,000 characters", "1,001"),
        ("\ud800", "whole characters", "surrogate"),
    ],
)
@pytest.mark.parametrize("name", ["matches", "forbids"])
def test_a_pattern_that_cannot_be_used_is_refused(
    name: str, pattern: str, expected: str, got: str
) -> None:
    with pytest.raises(BadRule) as caught:
        read({"rule": name, "pattern": pattern})
    assert caught.value.field == "pattern"
    assert expected in caught.value.expected
    assert got in caught.value.got


def test_bounds_that_cannot_be_counted_are_refused() -> None:
    for bounds in ({"at_least": -1}, {"at_least": 21}, {"at_most": 0}, {"at_most": 20}):
        with pytest.raises(BadRule) as caught:
            read({"rule": "matches", "pattern": "a", **bounds})
        assert caught.value.field == next(iter(bounds))


def test_a_large_pattern_cannot_be_counted() -> None:
    large = {"rule": "matches", "pattern": r"\p{L}\p{L}"}
    assert check("éa", **large) == Finding(True, "1")
    with pytest.raises(BadRule) as caught:
        read({**large, "at_least": 3})
    assert caught.value.field == "pattern"


def test_work_on_marks_is_bounded() -> None:
    asked = read({"rule": "forbids", "pattern": r"\p{L}{4}"})
    assert len(asked.kind.check("abcd " * 50, asked.arguments, "en").places) == MOST_MATCHES
    assert len(asked.kind.check("abcd " * 20_000, asked.arguments, "en").places) == 1


def test_matches_counts() -> None:
    assert check("Ünïcode a1 b2", rule="matches", pattern=r"[a-z]\d") == Finding(True, "2")
    assert check("none", rule="matches", pattern=r"\d") == Finding(False, "0")
    assert not check("A", rule="matches", pattern="a").met
    assert check("A", rule="matches", pattern="a", ignore_case=True).met
    twice = check("a é a", rule="matches", pattern="a", at_most=1)
    assert twice == Finding(False, "2", ((4, 5),))
    assert check("b" * 99, rule="matches", pattern="b", at_least=20).figure == "20 or more"


def test_forbids_marks_in_code_points() -> None:
    finding = check("é\n\ud800 foo, foo", rule="forbids", pattern="(?P<x>f)oo")
    assert finding == Finding(False, "2, first at line 2", ((4, 7), (9, 12)))
    assert check("bar", rule="forbids", pattern="foo") == Finding(True, "none")
    many = check("a" * 1000, rule="forbids", pattern="a*?")
    assert (len(many.places), many.figure) == (MOST_MATCHES, "20 or more, first at line 1")


def test_patterns_are_written_in_words() -> None:
    assert describe({"rule": "forbids", "pattern": "a{2}"}) == "no match of a{2}"
    assert describe({"rule": "matches", "pattern": "{x}", "at_least": 2}) == (
        "matches {x}, at least 2 times"
    )


def spent(pattern: str, text: str) -> float:
    asked = read({"rule": "forbids", "pattern": pattern})

    def once() -> float:
        began = time.thread_time()
        asked.kind.check(text, asked.arguments, "en")
        return time.thread_time() - began

    return min(once() for _ in range(5))


@pytest.mark.parametrize("pattern", CATASTROPHIC)
@pytest.mark.parametrize("letters", ["a", "ab c", "é"])
def test_catastrophic_patterns_take_linear_time(pattern: str, letters: str) -> None:
    small = letters * (20_000 // len(letters)) + "!"
    large = letters * (160_000 // len(letters)) + "!"
    # Eight times the text; a quadratic search would take 64 times as long, these much longer.
    assert spent(pattern, large) < 40 * spent(pattern, small) + 0.005
