"""Our verdicts are those of the published checkers, and the comparison with them sees mistakes.

The long form, `python tests/rules`, compares on any texts with an installed checker. None is a
dependency for the tests: they need data sets or spaCy models. So their verdicts on texts of our
own are kept here.
"""

import json
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from comparing import at_limit, compare, table, told
from keeping import VERDICTS
from references import Asked, Reference

from trainer_tui.domain.rules import kinds, read

KEPT = json.loads(VERDICTS.read_text(encoding="utf-8"))
WORDS = "length_constraints:number_words"
FEWER_THAN_3 = Asked(f"en:{WORDS}", {"relation": "less than", "num_words": 3})
TEXTS = ["one", "one two", "one two three", "one two three four five"]


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept["rule"]["rule"])
def test_verdicts_are_those_of_the_published_checkers(kept: dict[str, Any]) -> None:
    rule, language = read(kept["rule"]), kept["rule"]["rule"][:2]
    verdicts = {
        text: rule.kind.check(text, rule.arguments, language).met
        for text in (*kept["met"], *kept["unmet"])
    }
    assert verdicts == {text: text in kept["met"] for text in verdicts}


NOT_TO_THE_LETTER = {"es:length_constraints:number_sentences"}
"""Its reference needs a trained parser; ours counts by another model, and its help says so."""


def test_every_published_kind_has_kept_verdicts() -> None:
    published = {name if name[2] == ":" else f"en:{name}" for name in kinds() if ":" in name}
    published -= NOT_TO_THE_LETTER
    met = {one["rule"]["rule"] for one in KEPT if one["met"]}
    unmet = {one["rule"]["rule"] for one in KEPT if one["unmet"]}
    assert published - (met & unmet) == set()


def reference(follows: Callable[[int, int], bool], **arguments: Any) -> Reference:
    """A checker of the number of words that compares in its own way."""

    class Words:
        def __init__(self, name: str) -> None:
            self.name = name

        def build_description(self, *, relation: str, num_words: int) -> None:
            self.number = num_words

        def get_instruction_args(self) -> dict[str, Any]:
            return arguments

        def check_following(self, text: str) -> bool:
            return follows(len(re.findall(r"\w+", text)), self.number)

    module = ModuleType("published_words")
    module.INSTRUCTION_DICT = {WORDS: Words}  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return Reference(f"en={module.__name__}")


def test_a_checker_that_says_the_same_leaves_nothing_open() -> None:
    tallies = compare(reference(lambda count, most: count < most), [FEWER_THAN_3], TEXTS, 40, 1)
    tally = tallies["en", WORDS]
    assert tally.counts[-2:] == [0, 0]
    assert min(tally.met, tally.unmet) >= 5


def test_one_wrong_comparison_is_noticed() -> None:
    tallies = compare(reference(lambda count, most: count <= most), [FEWER_THAN_3], TEXTS, 40, 1)
    assert {one.text for one in tallies["en", WORDS].unexplained} >= {"one two three"}
    assert "ours False on 'one two three'" in told(tallies)
    assert table(tallies).splitlines()[-1].split()[-1] != "0"


def test_the_limit_of_a_text_is_found() -> None:
    fewer = reference(lambda count, most: count < most)
    limits = at_limit(fewer, FEWER_THAN_3, "a b c d e f g")
    assert [one.arguments["num_words"] for one in limits] == [7, 8]
    exactly = reference(lambda count, number: count == number)
    limits = at_limit(exactly, FEWER_THAN_3, "a b c d e f g")
    assert [one.arguments["num_words"] for one in limits] == [7, 8]


def test_a_checker_that_raises_or_draws_its_own_argument_is_not_compared() -> None:
    raises = compare(reference(lambda count, most: count // 0 > most), [FEWER_THAN_3], TEXTS, 8, 1)
    assert raises["en", WORDS].silent > 0
    assert raises["en", WORDS].met == 0
    draws = reference(lambda count, most: True, num_words=5)
    assert compare(draws, [FEWER_THAN_3], TEXTS, 8, 1)["en", WORDS].replaced == [FEWER_THAN_3]


def test_an_instruction_that_we_refuse_is_open() -> None:
    odd = Asked(f"en:{WORDS}", {"relation": "about", "num_words": 3})
    tallies = compare(reference(lambda count, most: True), [odd], TEXTS, 8, 1)
    assert tallies["en", WORDS].counts[-1] == 1
    assert "we refuse 1" in told(tallies)


def test_a_kind_that_we_do_not_have_is_told_but_not_open() -> None:
    class Haiku(ModuleType):
        INSTRUCTION_DICT = {"en:poems:haiku": object}

    sys.modules["published_poems"] = Haiku("published_poems")
    tallies = compare(Reference("published_poems"), [Asked("en:poems:haiku", {})], TEXTS, 8, 1)
    assert tallies["en", "poems:haiku"].counts == [0] * 7
    assert "1 left out, we have no such kind" in told(tallies)
