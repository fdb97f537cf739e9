"""Code, Markdown, reading level, personal data, and the counts of words in five languages."""

import pytest
from markdown_it import MarkdownIt

from trainer_tui.domain.rules import BadRule, Finding, describe, read
from trainer_tui.domain.rules.readability import syllables


def check(text: str, tag: str = "en", /, **rule: object) -> Finding:
    asked = read(rule)
    return asked.kind.check(text, asked.arguments, tag)


@pytest.mark.parametrize(
    ("code", "language", "met", "figure"),
    [
        ("```python\nprint('\\d')\n```", "python", True, "1 block"),
        ("~~~ py\nx is 1\n~~~\n\n```Python\ny\n```", "python", True, "2 blocks"),
        ("1. So:\n   ```python\n   if x:\n       y\n   ```", "python", True, "1 block"),
        ("> ```python\n> if x:\n>     y\n> ```", "python", True, "1 block"),
        ("a\n```python\nx\nif y\n```", "python", False, "does not parse at line 4"),
        ("```python\nx\n```\n```python\nx =\n```", "python", False, "does not parse at line 5"),
        ("```python\nx", "python", False, "not closed at line 1"),
        ("```\nx\n```", "python", False, "no language named"),
        ("```js\nx\n```", "python", False, "none"),
        ("```js\n)(\n```", "javascript", True, "1 block"),
        ("```\nx\n```", "", True, "1 block"),
        ("`python`", "", False, "none"),
        ('```json\n{"a": [1]}\n```', "json", True, "1 block"),
        ("```json\n{'a': 1}\n```", "json", False, "does not parse at line 2"),
        ('```json\n{"a": 1, "a": 2}\n```', "json", False, "does not parse at line 2"),
        ("```json\n" + "[" * 40_000 + "\n```", "json", False, "does not parse at line 2"),
        ("```python\n" + "(" * 40_000 + "\n```", "python", False, "does not parse at line 2"),
        ("```python\n" + "-" * 40_000 + "1\n```", "python", False, "does not parse at line 2"),
        ("```python\nx = " + "1+" * 40_000 + "1\n```", "python", False, "does not parse at line 2"),
        ("```python\n'\ud800\0'\n```", "python", False, "does not parse at line 2"),
        ("````python\n'''\n```\n'''\n````", "python", True, "1 block"),
    ],
)
def test_code_block(code: str, language: str, met: bool, figure: str) -> None:
    finding = check(code, rule="code_block", language=language)
    assert (finding.met, finding.figure) == (met, figure)


def test_the_line_that_does_not_parse_is_marked() -> None:
    text = "é\n\n```python\nx = 1\n  y = 2\n```"
    ((start, end),) = check(text, rule="code_block", language="python").places
    assert text[start:end] == "y = 2"


@pytest.mark.parametrize(
    ("text", "figure", "marked"),
    [
        ("# A\n\n**b** `c` [d](e \"f\") 2 * 3 * 4\n\n- **x:** y", "none", []),
        ("x\n```\ny", "code fence not closed at line 2", ["```"]),
        ("`a` b`", "unpaired backticks at line 1", ["`"]),
        ("a **b\n\nc** d", "unpaired ** at line 1, 1 more", ["**", "**"]),
        ("- **a**\n- **b", "unpaired ** at line 2", ["**"]),
        ("x**2 is 2 ** 3, `**`, \\**a", "none", []),
        ("Put *** or ``` between: (***), “```”.", "none", []),
        ("[a](b", "broken link at line 1", ["](b"]),
        ("[a]() [b](c d) [e] (https://f.g)", "broken link at line 1, 2 more", ["]()", "](b", "]"]),
        ("# A\n### B\n# C\n## D", "heading skips a level at line 2", ["### B"]),
        ("##B and #tag", "heading without a space at line 1", ["##B and #tag"]),
        ("|a|b|\n|-|-|\n|1|2|\n|1|\n\n|x|", "uneven table at line 4", ["|1|"]),
        ("a|b\n-|-|-\n1|2", "uneven table at line 2", ["-|-|-"]),
        ("| a \\| b | c |\n|---|---|\n| `|` | d |", "none", []),
    ],
)  # fmt: skip
def test_valid_markdown(text: str, figure: str, marked: list[str]) -> None:
    finding = check(text, rule="valid_markdown")
    assert (finding.met, finding.figure) == (figure == "none", figure)
    if len(finding.places) == len(marked) and "broken link" not in figure:
        assert [text[start:end] for start, end in finding.places] == marked
    assert len(finding.places) == len(marked)


@pytest.mark.parametrize(
    "text",
    ["**a** b", "**a b", "a** b", "** a**", "**a\n\nb**", "**a *b* c**", "***a***", "a**b**c",
     "(**a**)", "**a**: b", "- **a**\n- b", "`a` b`", "``a` b``", "`a\n\nb`", "`**` a"],
)  # fmt: skip
def test_strong_and_code_agree_with_a_parser_of_commonmark(text: str) -> None:
    """What is not paired is what the parser leaves standing in its text."""
    inlines = [token for token in MarkdownIt().parse(text) if token.type == "inline"]
    left = "".join(
        child.content for token in inlines for child in token.children if child.type == "text"
    )
    assert check(text, rule="valid_markdown").met == ("**" not in left and "`" not in left)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Ann: ann.lee+x@mail.org, not a@b or x@example.com", ["ann.lee+x@mail.org"]),
        (
            "Call (415) 867-5309 or 415-867-5309, not 212-555-0123",
            ["(415) 867-5309", "415-867-5309"],
        ),
        (
            "+33 6 12 34 56 78, 06 12 34 56 78, 030 / 1234567",
            ["+33 6 12 34 56 78", "06 12 34 56 78", "030 / 1234567"],
        ),
        ("Tel.: 5551 234 567; tel 2020-2021; hotel 1234567", ["5551 234 567"]),
        ("In 1999, 2000 2010, $1,234,567.89, v1.2.3.4, 192.168.100.200, 3.14159265358979", []),
        ("ISBN 978-3-16-148410-0, 9780306406157, doi 10.1000/182, 612 345 678 people", []),
        ("2024-01-15 10:30, 01.02.2024, 0123456789, 1 000 000 000", []),
        (
            "4111 1111 1111 1111, 4111-1111-1111-1112, 378282246310005",
            ["4111 1111 1111 1111", "378282246310005"],
        ),
        (
            "DE89 3704 0044 0532 0130 00, GB82 WEST 1234 5698 7654 33",
            ["DE89 3704 0044 0532 0130 00"],
        ),
        ("123-45-6789, 000-45-6789, 12345678Z, 12345678A", ["123-45-6789", "12345678Z"]),
        ("1 85 05 78 006 084 91, 1 85 05 78 006 084 92", ["1 85 05 78 006 084 91"]),
        ("10 Downing Street; In 1929 Wall Street fell; 5 Main reasons", ["10 Downing Street"]),
        ("1600 Pennsylvania Avenue, Washington", ["1600 Pennsylvania Avenue"]),
        ("12 bis, rue de la Paix; 3 rue calme", ["12 bis, rue de la Paix"]),
        ("Calle de Alcalá, 45; la plaza 3", ["Calle de Alcalá, 45"]),
        (
            "Hauptstraße 12a, Berliner Straße 5, Fußweg 20 Minuten",
            ["Hauptstraße 12a", "Berliner Straße 5"],
        ),
        ("```\nann@mail.org\n```", ["ann@mail.org"]),
        ("² ٣ 12345678901²", []),
    ],
)
def test_personal_data(text: str, marked: list[str]) -> None:
    finding = check(text, rule="no_personal_data")
    assert [text[start:end] for start, end in finding.places] == marked
    assert finding.met == (not marked)


EASY = "The cat sat on the mat. It was a big cat. We like it."
HARD = (
    "The implementation of sophisticated institutional regulations necessitates considerable "
    "administrative deliberation, notwithstanding occasional organizational disagreement."
)


def test_flesch_kincaid_is_what_its_formula_gives() -> None:
    words, sentences, spoken = 14, 3, 14
    grade = 0.39 * words / sentences + 11.8 * spoken / words - 15.59
    assert grade < 0
    assert check(EASY, rule="reading_level", at_most=5).figure == "grade 0"
    two = "A paper table. A paper table."  # 3 words and 5 syllables a sentence
    expected = 0.39 * 3 + 11.8 * 5 / 3 - 15.59
    assert check(two, rule="reading_level", at_most=5).figure == f"grade {expected:.1f}"


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        ("en", EASY, HARD),
        (
            "fr",
            "Le chat dort. Il est gris.",
            "L'institutionnalisation des réglementations nécessite d'innombrables délibérations.",
        ),
        (
            "es",
            "El gato es gris. Mi pan es bueno.",
            "La institucionalización administrativa requiere innumerables deliberaciones.",
        ),
        (
            "de",
            "Die Katze schläft. Sie ist müde.",
            "Die Institutionalisierung der Bestimmungen erfordert Verhandlungen.",
        ),
        (
            "pl",
            "Kot śpi. Jest mały.",
            "Instytucjonalizacja przepisów wymaga niezliczonych, skomplikowanych uzgodnień.",
        ),
    ],
)
def test_reading_level(language: str, easy: str, hard: str) -> None:
    assert check(easy, language, rule="reading_level", at_most=6).met
    assert not check(hard, language, rule="reading_level", at_most=6).met
    assert check(hard, language, rule="reading_level", at_least=9).met


def test_reading_level_of_what_cannot_be_read() -> None:
    assert check("猫が寝る。", "ja", rule="reading_level", at_most=1) == Finding(
        True, "not checked in ja"
    )
    assert check("```\ncode\n```", rule="reading_level", at_most=1) == Finding(True, "no words")
    assert not check("", rule="reading_level", at_least=1).met


def test_abbreviations_and_lists_end_sentences_as_a_reader_sees_them() -> None:
    one = check("Dr. Smith paid approx. ten euros", rule="reading_level", at_most=9)
    assert one == check("Dr Smith paid approx ten euros.", rule="reading_level", at_most=9)
    listed = check("Buy\n- ten eggs\n- one pear", rule="reading_level", at_most=9)
    assert listed == check("Buy. Ten eggs. One pear.", rule="reading_level", at_most=9)


@pytest.mark.parametrize(
    ("rule", "field"),
    [({}, "at_most"), ({"at_most": 21}, "at_most"), ({"at_least": 9, "at_most": 8}, "at_least")],
)
def test_a_grade_that_makes_no_sense_is_refused(rule: dict[str, object], field: str) -> None:
    with pytest.raises(BadRule) as caught:
        read({"rule": "reading_level", **rule})
    assert caught.value.field == field
    assert describe({"rule": "reading_level", "at_most": 8}) == "reading level at most grade 8"


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        (
            "en",
            "the=1 make=1 table=2 created=3 houses=2 science=2 idea=3 sea=1 queen=1",
        ),
        (
            "fr",
            "école=2 femme=1 parle=1 eau=1 oiseau=2 théâtre=2 idée=2 langue=1 musique=2",
        ),
        (
            "es",
            "casa=2 ciudad=2 país=2 bueno=2 teatro=3 queso=2 guitarra=3 pingüino=3 muy=1",
        ),
        (
            "de",
            "haus=1 häuser=2 leute=2 theater=3 bauen=2 feuer=2 straße=2 museum=3",
        ),
    ],
)
def test_syllables(language: str, counted: str) -> None:
    wanted = {word: int(number) for word, _, number in (c.partition("=") for c in counted.split())}
    assert {word: syllables(word, language) for word in wanted} == wanted


@pytest.mark.parametrize(
    ("language", "text", "words", "characters"),
    [
        ("fr", "L’été, c’est-à-dire aujourd’hui, il fait 37,5 °C : oui !", 8, 56),
        ("es", "¿Qué pingüino? ¡El de 1.000 años!", 6, 33),
        ("de", "Die Ärztin fährt z. B. per U-Bahn zur Straße.", 9, 45),
        ("pl", "Zażółć gęślą jaźń — biało-czerwony, 3,14 zł.", 6, 44),
        ("ja", "東京は5月、カメラで撮る。", 11, 13),
        ("fr", "e\u0301te\u0301", 1, 5),
    ],
)
def test_words_and_characters_count_sensibly(
    language: str, text: str, words: int, characters: int
) -> None:
    assert check(text, language, rule="words", at_least=0).figure == str(words)
    assert check(text, language, rule="characters", at_least=0).figure == str(characters)
