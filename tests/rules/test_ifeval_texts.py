"""What holds for every kind of rule on any text, and how the heavier ones divide texts."""

import random
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.domain.rules import Rule, kinds, read
from trainer_tui.domain.rules.capitals import capital_words
from trainer_tui.domain.rules.languages import language_of
from trainer_tui.domain.rules.sentences import divide
from trainer_tui.domain.rules.spanish_tokens import tokens

VALUES: dict[str, object] = {
    "keywords": ["a", "S.n"],
    "forbidden_words": ["a", "in a", "a in"],
    "keyword": "a",
    "frequency": 2,
    "letter": "a",
    "let_frequency": 2,
    "language": "en",
    "num_words": 3,
    "num_sentences": 2,
    "num_paragraphs": 2,
    "nth_paragraph": 2,
    "first_word": "a",
    "num_letters": 5,
    "kanji_limit": 1,
    "num_placeholders": 2,
    "postscript_marker": "P.S.",
    "num_bullets": 1,
    "num_items": 1,
    "num_highlights": 2,
    "section_spliter": "S",
    "num_sections": 2,
    "prompt_to_repeat": "a İ b",
    "end_phrase": "a",
    "capital_frequency": 2,
    "forbidden_char": "ç",
    "word_to_accentuate": {"a": "à"},
    "ending": "a",
}
UPPER_LIMITS = {"": "less than", "fr": "moins de", "es": "como máximo", "ja": "未満"}


def published() -> list[str]:
    return sorted(name for name in kinds() if ":" in name)


def a_rule(name: str) -> dict[str, object]:
    import msgspec

    language = name[:2] if name[2] == ":" else ""
    rule: dict[str, object] = {"rule": name}
    for field in msgspec.structs.fields(kinds()[name].arguments):
        if field.name.endswith("relation"):
            if field.required:
                rule[field.name] = UPPER_LIMITS[language]
        elif field.name == "letter" and language == "ja":
            rule[field.name] = "あ"
        else:
            rule[field.name] = VALUES[field.name]
    return rule


PIECES = st.sampled_from(
    "* ** *** ****** \n \n\n - ・ 1. # << >> 『 』 「 」 《 》 ¿ ? ¡ ! [ ] ( ) ' \" « »".split(" ")
    + ". ... , a A b S1 P.S. あ ア 漢 （ ） é ç İ Σ ß 。 \u00a0 \u2028 \u0301 ``` { }".split(" ")
    + "Mr. p. Hello I'M CANnot ñ Ü の\n EE. UU. 10am < 3 €".split(" ")
)
TEXTS = st.lists(PIECES | st.text(max_size=4) | st.just(" "), max_size=25).map("".join)


@pytest.mark.parametrize("name", published())
@settings(max_examples=40, deadline=None)
@given(text=TEXTS)
def test_a_rule_takes_any_text(name: str, text: str) -> None:
    rule = read(a_rule(name))
    finding = rule.kind.check(text, rule.arguments, "en")
    assert finding == rule.kind.check(text, rule.arguments, "en")
    assert list(finding.places) == sorted(finding.places)
    assert all(0 <= start < end <= len(text) for start, end in finding.places)
    assert finding.figure
    if finding.met:
        assert not finding.places


@pytest.mark.parametrize(
    "unit",
    ["*", "[", "<", "「", "¿", "{", "漢（あ", "* \n", "\n", "! ", ". . ", ".)", "a@", "é", "1. \n"],
)
def test_the_work_grows_with_the_length_only(unit: str) -> None:
    rules = [read(a_rule(name)) for name in published()]

    def seconds(rule: Rule, length: int) -> float:
        text = (unit * length)[:length] + "z"
        before = time.process_time()
        rule.kind.check(text, rule.arguments, "en")
        return time.process_time() - before

    for rule in rules:
        long = seconds(rule, 40_000)
        # Four times the text takes four times as long, or sixteen times in a quadratic check.
        assert long < 0.3 or long < 10 * seconds(rule, 10_000), rule.kind.name


SENTENCES = [
    ("english", "Dr. Who met J. Smith at 5 p.m. today. He left.", ["Dr. Who", "He left."]),
    ("english", '"Stop!" he said. (So.) No.', ['"Stop!"', "he said.", "(So.)", "No."]),
    ("english", "Wow!!! Wait... what? Yes... But no", ["Wow!!!", "Wait... what?", "Yes...", "But"]),
    ("english", "No end here\n\n- nor here\n", ["No end here\n\n- nor here"]),
    ("english", "It ends!!!", ["It ends!!", "!"]),
    ("french", "M. Dupont, né en 50 av. J.-C. environ. Fini.", ["M. Dupont", "Fini."]),
]


@pytest.mark.parametrize(("language", "text", "beginnings"), SENTENCES)
def test_sentences(language: str, text: str, beginnings: list[str]) -> None:
    sentences = [text[start:end] for start, end in divide(text, language)]
    assert len(sentences) == len(beginnings), sentences
    for sentence, beginning in zip(sentences, beginnings, strict=True):
        assert sentence.startswith(beginning)


SPANISH = [
    ("¿Qué tal, Sr. Gómez?", "¿ Qué tal , Sr. Gómez ?"),
    ("(bien-pensado) 10am, 25km/h.", "( bien-pensado ) 10 am , 25 km/h ."),
    ("EE. UU. y EE.UU.", "EE.·UU. y EE.UU."),
    ("a/b x,y A.Ñ casa.Perro fin.", "a / b x , y A.Ñ casa . Perro fin ."),
    ("va a www.casa.es/a,b o a@b.es.", "va a www.casa.es/a,b o a@b.es ."),
    ("5€ 3+4=7 :) xD 😀😀", "5 € 3 + 4=7 :) xD 😀 😀"),
]


@pytest.mark.parametrize(("text", "divided"), SPANISH)
def test_spanish_tokens(text: str, divided: str) -> None:
    words = [text[start:end] for start, end in tokens(text)]
    assert words == [word.replace("·", " ") for word in divided.split()]


def test_white_space_is_a_token_unless_it_is_one_space() -> None:
    text = " a b  c\nd \ne "
    assert [text[start:end] for start, end in tokens(text)] == [
        *(" ", "a", "b", " ", "c", "\n", "d", "\n", "e")
    ]


def test_words_in_capitals() -> None:
    text = "I'M HERE (A-B, \"NATO\") CANnot U.S.A. 2ND Ab 12 DON'T."
    words = [text[start:end] for start, end in capital_words(text)]
    assert words == ["I", "'M", "HERE", "A-B", "NATO", "CAN", "U.S.A.", "2ND", "DO", "N'T"]


def test_a_language_is_found_always_in_the_same_way() -> None:
    text = "This could be anything, det er det samme, en el mismo texto. "
    found = language_of(text)
    random.seed(1)
    before = random.getstate()
    language_of.cache_clear()
    assert language_of(text) == found
    assert random.getstate() == before
    from langdetect import DetectorFactory

    assert DetectorFactory.seed is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The weather is nice today, and we are going out.", "en"),
        ("今日は天気がいいので散歩に行きましょう。", "ja"),
        ("http://example.com/the/weather a.b@example.com", None),
        ("12 + 3", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_only_the_beginning_of_a_text_has_a_language() -> None:
    english = "The weather is nice today. " * 400
    assert language_of(english + "Das Wetter ist heute schön. " * 4_000) == "en"


def test_reading_a_rule_loads_neither_models_nor_profiles() -> None:
    import subprocess

    program = (
        "import sys; from trainer_tui.domain.rules import read;"
        "read({'rule': 'language:response_language', 'language': 'en'});"
        "print({'langdetect', 'punkt'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout.strip() == "set()", run.stderr
