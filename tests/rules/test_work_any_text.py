"""What holds of every kind of rule, whatever the text."""

import time
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.message import Pair
from trainer_tui.domain.rules import BadRule, Finding, Rule, describe, kinds, read

OWN = {
    "no_links": {},
    "no_citations": {},
    "no_boilerplate": {},
    "no_first_person": {},
    "no_personal_data": {},
    "valid_markdown": {},
    "reading_level": {"at_most": 8},
    "code_block": {"language": "python"},
    "matches": {"pattern": "(a|b)+.*c?"},
    "forbids": {"pattern": r"(\w+)+$|\pL*"},
    "words": {"at_most": 3},
    "characters": {"at_least": 3},
    "turns": {"at_least": 1},
}
BY_FIELD: dict[str, Any] = {
    "keywords": ["a", "é"],
    "forbidden_words": ["b", "ü"],
    "keyword": "a",
    "letter": "e",
    "language": "en",
}
BY_TYPE: dict[str, Any] = {"text": "a", "an object": {"pere": "père"}, "a list": ["a"]}
LANGUAGES = ["en", "fr-CA", "es", "de", "pl", "ja", "", "zz-", "not a tag"]


def sensible(name: str) -> Rule:
    """Return a rule of a kind, with an argument wherever it asks for one."""
    data: dict[str, Any] = {"rule": name, **OWN.get(name, {})}
    for _ in range(8):
        try:
            return read(data)
        except BadRule as error:
            expected = error.expected
            if expected.startswith("one of "):
                data[error.field] = expected.removeprefix("one of ").split(", ")[0]
            elif "ぁ" in expected:
                data[error.field] = "あ"
            elif expected == "a value":
                data[error.field] = BY_FIELD.get(error.field, 2)
            else:
                data[error.field] = BY_TYPE.get(expected, 2)
    raise AssertionError(f"no arguments for {name}")


RULES = {name: sensible(name) for name in kinds()}
FRAGMENTS = [
    *"[](){}<>*`_#|-\"'“”«»„\\@.,:;!?1407+/ \n\t\r",
    *("```", "~~~python\n", "```json\n", "\n```\n", "**", "](", "[1]", "://", "www.", "\n\n"),
    *("I ", "je ", "Certainly!", "a@b.co", "4111 1111 1111 1111", "+33 6", "# ", "|-|", "é", "İ"),
    *("\ud800", "\0", "\x1b", "\u202e", "\u2028", "一", "かな", "e\u0301", "²", "٣", "a" * 300),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)
ANY = TEXTS | st.text(st.characters(exclude_categories=[]), max_size=60)


def check(rule: Rule, text: str, language: str) -> Finding:
    whole: Any = (Pair(text, text),) if rule.kind.scope == "conversation" else text
    return rule.kind.check(whole, rule.arguments, language)


@settings(max_examples=150, deadline=None)
@given(ANY, st.sampled_from(LANGUAGES))
def test_no_kind_raises_or_warns_and_places_lie_within(text: str, language: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rule in RULES.values():
            finding = check(rule, text, language)
            assert isinstance(finding.met, bool)
            assert isinstance(finding.figure, str)
            ends = [0, *(end for place in finding.places for end in place)]
            assert ends == sorted(ends), rule.kind.name
            assert ends[-1] <= len(text), rule.kind.name


@settings(max_examples=50, deadline=None)
@given(ANY, st.sampled_from(LANGUAGES))
def test_a_verdict_depends_on_nothing_else(text: str, language: str) -> None:
    copied = "".join(list(text))
    for rule in RULES.values():
        assert check(rule, text, language) == check(rule, copied, language)


@pytest.mark.parametrize("name", OWN)
def test_every_kind_is_written_in_words(name: str) -> None:
    said = describe({"rule": name, **OWN[name]})
    assert said
    assert "_" not in said


SEEDS = [*"[(*`\"“«#|-_\n @.'1a\\", "](", "[a](", "a@", "a@a.", "**a ", "`` ` ", "mailto:", "```\n"]
SEEDS += [
    "http://",
    "www.a.",
    "[1]",
    "I ",
    "4 ",
    "+1 ",
    "1 A ",
    "a.com",
    "|-|\n",
    "~~~a\n",
    "é",
    "i found a ",
]


@pytest.mark.parametrize("name", [name for name in OWN if name != "turns"])
def test_hostile_runs_take_linear_time(name: str) -> None:
    rule = RULES[name]

    def spent(seed: str, length: int) -> float:
        best = 9.0
        for number in range(3):
            text = "x" * number + seed * (length // len(seed))  # none that a cache knows
            began = time.thread_time()  # what others do on the machine does not count
            check(rule, text, "en")
            best = min(best, time.thread_time() - began)
        return best

    for seed in SEEDS:
        # Sixteen times the text; a quadratic search would take 256 times as long.
        assert spent(seed, 96_000) < 80 * spent(seed, 6_000) + 0.005, seed
