"""What the arguments of IFEval's rules may be, and how the rules are written on a chip."""

import os
from typing import Any

import pytest

from trainer_tui.domain.rules import BadRule, describe, kinds, read
from trainer_tui.domain.rules.languages import KNOWN

NTH = {"rule": "length_constraints:nth_paragraph_first_word", "first_word": "a"}
LETTER = {"rule": "keywords:letter_frequency", "let_relation": "at least", "let_frequency": 1}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (
            {"rule": "length_constraints:number_words", "num_words": 3, "relation": "moins de"},
            "relation",
        ),
        ({"rule": "length_constraints:number_words", "num_words": 3}, "relation"),
        (
            {"rule": "length_constraints:number_words", "num_words": -1, "relation": "at least"},
            "num_words",
        ),
        (
            {"rule": "length_constraints:number_words", "num_words": 2.5, "relation": "at least"},
            "num_words",
        ),
        ({**LETTER, "letter": "ab"}, "letter"),
        ({**LETTER, "letter": " "}, "letter"),
        ({**LETTER, "letter": "İ"}, "letter"),
        ({"rule": "language:response_language", "language": "zh"}, "language"),
        ({"rule": "language:response_language", "language": "english"}, "language"),
        ({"rule": "fr:language:response_language", "language": "xx"}, "language"),
        ({**NTH, "num_paragraphs": 2, "nth_paragraph": 3}, "nth_paragraph"),
        ({**NTH, "num_paragraphs": 2, "nth_paragraph": 0}, "nth_paragraph"),
        ({**NTH, "num_paragraphs": 2, "nth_paragraph": 1, "first_word": " "}, "first_word"),
        ({"rule": "keywords:existence", "keywords": []}, "keywords"),
        ({"rule": "keywords:existence", "keywords": ["a", " "]}, "keywords"),
        ({"rule": "keywords:existence", "keywords": ["C++"]}, "keywords"),
        ({"rule": "keywords:forbidden_words", "forbidden_words": ["(a|aa)+$"]}, "forbidden_words"),
        ({"rule": "startend:end_checker", "end_phrase": " "}, "end_phrase"),
        ({"rule": "combination:repeat_prompt", "prompt_to_repeat": ""}, "prompt_to_repeat"),
        (
            {
                "rule": "es:detectable_content:number_placeholders",
                "num_placeholders": 1,
                "relation": "como máximo",
            },
            "relation",
        ),
        (
            {
                "rule": "ja:keywords:letter_frequency",
                "letter": "ア",
                "let_relation": "以上",
                "let_frequency": 1,
            },
            "letter",
        ),
        ({"rule": "punctuation:no_comma", "num_commas": 1}, "num_commas"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(data: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRule) as caught:
        read(data)
    assert caught.value.field.partition("[")[0] == field


def test_a_number_may_be_written_with_a_point() -> None:
    rule = read({"rule": "detectable_format:number_bullet_lists", "num_bullets": 3.0})
    assert rule.kind.check("- a\n- b\n- c", rule.arguments, "en").met


def test_english_may_be_named() -> None:
    assert read({"rule": "en:punctuation:no_comma"}).kind.name == "punctuation:no_comma"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"rule": "length_constraints:number_words", "num_words": 1200, "relation": "at least"},
            "at least 1,200 words",
        ),
        (
            {"rule": "fr:length_constraints:number_words", "num_words": 3, "relation": "moins de"},
            "less than 3 words",
        ),
        (
            {
                "rule": "es:keywords:frequency",
                "keyword": "sol",
                "frequency": 2,
                "relation": "como máximo",
            },
            "“sol” at most 2 times",
        ),
        (
            {"rule": "keywords:forbidden_words", "forbidden_words": ["river", "mountain"]},
            "without: river, mountain",
        ),
        ({"rule": "startend:end_checker", "end_phrase": " Thanks!"}, "ends with “Thanks!”"),
    ],
)
def test_a_rule_is_short_and_human(data: dict[str, Any], said: str) -> None:
    assert describe(data) == said


def test_all_kinds_of_ifeval_are_there() -> None:
    assert sum(":" in name and name[2] != ":" for name in kinds()) == 25


def test_the_languages_are_those_of_the_profiles() -> None:
    from langdetect.detector_factory import PROFILES_DIRECTORY

    assert set(os.listdir(PROFILES_DIRECTORY)) == set(KNOWN)
