"""Each kind of IFEval and M-IFEval on texts that meet it, do not, and lie at its edge."""

import pytest

from trainer_tui.domain.rules import Finding, read


def check(text: str, rule: str, **arguments: object) -> Finding:
    read_rule = read({"rule": rule, **arguments})
    return read_rule.kind.check(text, read_rule.arguments, "en")


def marked(text: str, rule: str, **arguments: object) -> list[str]:
    return [text[start:end] for start, end in check(text, rule, **arguments).places]


AT_LEAST_2 = {"relation": "at least"}
PROMPT = {"prompt_to_repeat": "  Say it. "}
END = {"end_phrase": "Any questions? "}
NTH = {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Yes"}
DOTTED = {"keywords": ["U.S."]}
SECTIONS = {"section_spliter": "SECTION", "num_sections": 2}
ENDING = {"ending": "です"}
AT_MOST_3 = {"num_words": 3, "relation": "como máximo"}
FEWER_THAN_3 = {"num_sentences": 3, "relation": "未満"}

MET = [
    ("keywords:existence", {"keywords": ["art", "Bach"]}, "a party for bach"),
    ("keywords:existence", DOTTED, "uxsy"),
    ("fr:keywords:existence", {"keywords": ["été"]}, "ÉTÉ"),
    ("keywords:forbidden_words", {"forbidden_words": ["art", "u.s"]}, "a party in usa"),
    ("keywords:frequency", {"keyword": "an ", "frequency": 2, **AT_LEAST_2}, "banana"),
    ("keywords:frequency", {"keyword": "a", "frequency": 2, "relation": "less than"}, "bAb"),
    ("es:keywords:frequency", {"keyword": "a", "frequency": 2, "relation": "como máximo"}, "aa"),
    (
        "keywords:letter_frequency",
        {"letter": "E", "let_relation": "at least", "let_frequency": 2},
        "Eel é",
    ),
    (
        "keywords:letter_frequency",
        {"letter": "#", "let_relation": "less than", "let_frequency": 2},
        "#",
    ),
    ("en:language:response_language", {"language": "de"}, "Das ist ein ganz einfacher Satz."),
    ("language:response_language", {"language": "de"}, "123 !"),
    ("length_constraints:number_words", {"num_words": 4, **AT_LEAST_2}, "don't well_known 3"),
    ("length_constraints:number_words", {"num_words": 4, "relation": "less than"}, "a b c"),
    ("length_constraints:number_sentences", {"num_sentences": 2, **AT_LEAST_2}, "A dog. No?"),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "less than"},
        "Mr. Smith has 3.5 of these\n\n- and no more.",
    ),
    (
        "fr:length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "moins de"},
        "M. Dupont est né en 12 av. J.-C. et Mme. Dupont plus tard.",
    ),
    (
        "es:length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "como máximo"},
        "El río es ancho. ¿Y la mar?",
    ),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "***\na\n*** b ***"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a****b"),
    ("length_constraints:nth_paragraph_first_word", NTH, "No\n\n'\"yes, so\n\n"),
    (
        "es:length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "En mi opinión"},
        "**En** mi, (opinión) es",
    ),
    (
        "ja:length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "愛"},
        "「愛は",
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[[a] []"),
    ("es:detectable_content:number_placeholders", {"num_placeholders": 0}, "none"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "x\np. s. y"),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, "P. P. Sorry"),
    ("fr:detectable_content:postscript", {"postscript_marker": "p.-s."}, "P!-s, voilà"),
    ("es:detectable_content:postscript", {"postscript_marker": "P.D."}, "p. d. sí"),
    ("ja:detectable_content:postscript", {"postscript_marker": "追伸"}, "追伸 はい"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 3}, "* a\n  - b\n\n *c\n** d"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "*\n* swallowed"),
    ("es:detectable_format:number_bullet_lists", {"num_bullets": 1}, "* a\n- b"),
    ("ja:detectable_format:number_bullet_lists", {"num_bullets": 1}, "・a\n・・b"),
    ("ja:detectable_format:number_numbered_lists", {"num_items": 2}, "1. a\n ２. b\n3.c"),
    ("detectable_format:constrained_response", {}, "So: My answer is no."),
    ("fr:detectable_format:constrained_response", {}, "Peut-être."),
    ("es:detectable_format:constrained_response", {}, "Sí. Claro"),
    ("ja:detectable_format:constrained_response", {}, "いいえ、違います。"),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "*a* and **b**"),
    ("ja:detectable_format:number_highlighted_sections", {"num_highlights": 1}, "《a》《 》"),
    ("detectable_format:multiple_sections", SECTIONS, "SECTION 1 SECTION\n7"),
    (
        "ja:detectable_format:multiple_sections",
        {"section_spliter": "章", "num_sections": 2},
        "第1章 第２章",
    ),
    ("detectable_format:json_format", {}, '```json\n{"a": [1, NaN]}\n```'),
    ("detectable_format:title", {}, "x\n<<<a>>"),
    ("fr:detectable_format:title", {}, "##a##"),
    ("ja:detectable_format:title", {}, "『喜びの詩』"),
    ("combination:repeat_prompt", PROMPT, "\nSAY IT. Done"),
    ("ja:combination:repeat_prompt", PROMPT, "Say it. Done"),
    ("combination:two_responses", {}, "******\na ****** b\n******"),
    ("startend:end_checker", END, 'So. ANY questions?" \n'),
    ("es:startend:end_checker", {"end_phrase": "Un saludo"}, "Un saludo."),
    ("ja:startend:end_checker", {"end_phrase": "どうぞ」"}, "「はい、どうぞ」』"),
    ("startend:quotation", {}, ' "a" '),
    ("fr:startend:quotation", {}, "« a »"),
    ("fr:startend:quotation", {}, "'a'"),
    ("ja:startend:quotation", {}, "「あ」"),
    (
        "change_case:capital_word_frequency",
        {"capital_relation": "at least", "capital_frequency": 4},
        "I DON'T like well-KNOWN WELL-KNOWN.",
    ),
    (
        "fr:change_case:capital_word_frequency",
        {"capital_relation": "moins de", "capital_frequency": 1},
        "CamelCase Dupont",
    ),
    ("change_case:english_capital", {}, "THIS IS WHAT ALL OF THEM SHOULD HAVE KNOWN BEFORE."),
    ("change_case:english_lowercase", {}, "this is what they should have known before."),
    ("fr:change_case:french_capital", {}, "VOILÀ CE QU'ILS AURAIENT DÛ SAVOIR AVANT."),
    ("fr:change_case:french_lowercase", {}, "voilà ce qu'ils auraient dû savoir avant."),
    ("es:change_case:spanish_capital", {}, "ESTO ES LO QUE TODOS DEBERÍAN HABER SABIDO."),
    ("es:change_case:spanish_lowercase", {}, "esto es lo que todos deberían haber sabido."),
    ("punctuation:no_comma", {}, "a; b، c、"),
    ("ja:punctuation:no_comma", {}, "a, b"),
    ("ja:punctuation:no_period", {}, "a. b"),
    ("es:punctuation:question_marks", {}, "¿¿\n\nqué?"),
    ("es:punctuation:exclamation_marks", {}, "¡!¡a!"),
    ("fr:detectable_content:no_digits", {}, "deux XII"),
    ("fr:detectable_content:informal_address", {}, "Je T'aime"),
    ("fr:special_character:no_accents", {}, "oeuvre œuvre"),
    ("fr:special_character:ethel_or_cedilla", {"forbidden_char": "ç"}, "francais"),
    ("fr:special_character:accents", {"word_to_accentuate": {"a": "à"}}, "À aa"),
    ("ja:length_constraints:number_letters", {"num_letters": 2, "relation": "以上"}, "あ\n"),
    ("ja:letters:kanji", {"kanji_limit": 2, "relation": "未満"}, "漢か々"),
    (
        "ja:keywords:letter_frequency",
        {"letter": "し", "let_relation": "以上", "let_frequency": 2},
        "しシじ",
    ),
    ("ja:letters:furigana", {}, "漢字（かんじ）と仮名（かな）"),
    ("ja:letters:kansuuji", {}, "三つ"),
    ("ja:letters:no_hiragana", {}, "カナ漢字"),
    ("ja:letters:no_katakana", {}, "ー・かな"),
    ("ja:letters:hiragana_only", {}, "らーめん、１２!"),
    ("ja:letters:katakana_only", {}, "ラーメン・ﾗ、1"),
    ("ja:startend:sentence_unified_end", ENDING, "あ「い。」です。う『え』です！"),
    ("ja:startend:sentence_unified_end", ENDING, "あです。『い。』です。"),
    ("es:length_constraints:number_words", AT_MOST_3, "1. ¡Hola, Sr. Gómez!\n- "),
    (
        "es:change_case:capital_word_frequency",
        {"capital_relation": "al menos", "capital_frequency": 2},
        "la ONU y EE. UU.",
    ),
    ("es:special_character:tildes", {"num_words": 1, "relation": "al menos"}, "camión"),
    ("es:special_character:enie", {"let_frequency": 1}, "ñoño, nada"),
    ("es:special_character:dieresis", {"let_frequency": 2}, "pingüino PINGÜINO"),
    ("ja:length_constraints:number_sentences", FEWER_THAN_3, "「あ。」の\nい（う！）。え"),
]

NOT_MET = [
    ("keywords:existence", {"keywords": ["a", "bb"]}, "a b"),
    ("keywords:existence", DOTTED, "u.s"),
    ("keywords:forbidden_words", {"forbidden_words": ["art"]}, "ART-house"),
    ("keywords:frequency", {"keyword": "ana", "frequency": 2, **AT_LEAST_2}, "banana"),
    ("keywords:frequency", {"keyword": "a", "frequency": 2, "relation": "less than"}, "aa"),
    ("es:keywords:frequency", {"keyword": "a", "frequency": 2, "relation": "como máximo"}, "aaa"),
    (
        "keywords:letter_frequency",
        {"letter": "e", "let_relation": "at least", "let_frequency": 1},
        "é",
    ),
    ("language:response_language", {"language": "en"}, "Das ist ein ganz einfacher Satz."),
    ("fr:language:response_language", {"language": "zh"}, "这是一个非常简单的中文句子。"),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, "a b c"),
    ("length_constraints:number_sentences", {"num_sentences": 3, **AT_LEAST_2}, "A dog. No?"),
    (
        "es:length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "como máximo"},
        "Uno. Dos. ¿Tres?",
    ),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a *** *** b"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a******b"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a"),
    ("length_constraints:nth_paragraph_first_word", NTH, "No\n\n**Yes** so"),
    ("length_constraints:nth_paragraph_first_word", NTH, "No\n\n\n\nYes"),
    ("length_constraints:nth_paragraph_first_word", NTH, "No\n\nYes\n\nNo"),
    (
        "es:length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 1, "nth_paragraph": 1, "first_word": "para ti"},
        "Para",
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 1}, "[a\nb]"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "P.S"),
    ("fr:detectable_content:postscript", {"postscript_marker": "p.-s."}, "p.-s\n"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "* a\n- b"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "*"),
    ("detectable_format:constrained_response", {}, "my answer is no."),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 1}, "** ** * *\n*a\n*"),
    ("detectable_format:multiple_sections", SECTIONS, "Section 1 SECTION  2 SECTION 3"),
    ("detectable_format:json_format", {}, 'Here: {"a": 1}'),
    ("detectable_format:json_format", {}, "[" * 100_000),
    ("detectable_format:json_format", {}, "1" * 5_000),
    ("detectable_format:title", {}, "<<a\nb>>\n<<>>\n<< >>"),
    ("fr:detectable_format:title", {}, "## Titre\n\n## Autre"),
    ("combination:repeat_prompt", PROMPT, "Well. Say it."),
    ("ja:combination:repeat_prompt", PROMPT, "say it."),
    ("combination:two_responses", {}, "a ****** a"),
    ("combination:two_responses", {}, "a ****** ****** b"),
    ("combination:two_responses", {}, "a ****** b ****** c"),
    ("startend:end_checker", END, "Any questions? Yes."),
    ("startend:end_checker", END, "Any questions?."),
    ("es:startend:end_checker", {"end_phrase": "Un saludo."}, "Un saludo."),
    ("startend:quotation", {}, '"'),
    ("startend:quotation", {}, "“a”"),
    ("fr:startend:quotation", {}, "« a'"),
    (
        "change_case:capital_word_frequency",
        {"capital_relation": "less than", "capital_frequency": 2},
        "A 2ND b",
    ),
    ("change_case:english_capital", {}, "THIS IS WHAT ALL OF THEM SHOULD HAVE KNOWN. No."),
    ("change_case:english_lowercase", {}, "das ist ein ganz einfacher satz."),
    ("change_case:english_lowercase", {}, "123"),
    ("es:change_case:spanish_capital", {}, "ESTO ES LO QUE TODOS DEBERÍAN HABER SABIDO, 1º"),
    ("es:change_case:spanish_capital", {}, "ESTO ES LO QUE TODOS DEBERÍAN HABER SABIDO № 1"),
    ("punctuation:no_comma", {}, "1,000"),
    ("ja:punctuation:no_period", {}, "はい。"),
    ("es:punctuation:question_marks", {}, "¿? ¿ ?"),
    ("fr:detectable_content:no_digits", {}, "٣"),
    ("fr:detectable_content:informal_address", {}, "le thé t’aime"),
    ("fr:special_character:no_accents", {}, "ça"),
    ("fr:special_character:ethel_or_cedilla", {"forbidden_char": "œ"}, "ŒUVRE"),
    ("fr:special_character:accents", {"word_to_accentuate": {"a": "à"}}, "il A"),
    ("ja:letters:furigana", {}, "漢字(かんじ)"),
    ("ja:letters:furigana", {}, "漢字（カンジ）"),
    ("ja:letters:kansuuji", {}, "３つ"),
    ("ja:letters:no_hiragana", {}, "カナで"),
    ("ja:letters:no_katakana", {}, "ﾗ"),
    ("ja:letters:hiragana_only", {}, "かなa"),
    ("ja:letters:katakana_only", {}, "カナの"),
    ("ja:startend:sentence_unified_end", ENDING, "あです。\n"),
    ("ja:startend:sentence_unified_end", ENDING, "あで「です。」"),
    ("es:length_constraints:number_words", AT_MOST_3, "uno dos  tres"),
    (
        "es:change_case:capital_word_frequency",
        {"capital_relation": "como máximo", "capital_frequency": 1},
        "Y la ONU",
    ),
    ("es:special_character:tildes", {"num_words": 1, "relation": "al menos"}, "camio\u0301n ü"),
    ("es:special_character:enie", {"let_frequency": 1}, "ñ Ñ"),
    ("es:special_character:dieresis", {"let_frequency": 1}, "uno"),
    ("ja:length_constraints:number_sentences", FEWER_THAN_3, "あ。い！\nう"),
]


@pytest.mark.parametrize(("rule", "arguments", "text"), MET)
def test_a_text_that_meets_the_rule(rule: str, arguments: dict[str, object], text: str) -> None:
    finding = check(text, rule, **arguments)
    assert finding.met, finding.figure
    assert finding.places == ()


@pytest.mark.parametrize(("rule", "arguments", "text"), NOT_MET)
def test_a_text_that_breaks_the_rule(rule: str, arguments: dict[str, object], text: str) -> None:
    assert not check(text, rule, **arguments).met


def test_a_blank_text_meets_nothing() -> None:
    assert not check(" \n", "punctuation:no_comma").met
    assert check("", "language:response_language", language="en") == Finding(False, "empty")


def test_what_breaks_a_rule_is_marked() -> None:
    forbidden = {"forbidden_words": ["b", "a"]}
    assert marked("a b, ab A", "keywords:forbidden_words", **forbidden) == ["a", "b", "A"]
    assert marked("x,\ny,", "punctuation:no_comma") == [",", ","]
    assert check("x\ny,z,", "punctuation:no_comma").figure == "2, first at line 2"
    assert marked("one\nends here \n", "startend:end_checker", end_phrase="!") == ["ends here"]
    assert marked("the Great GATSBY", "change_case:english_lowercase") == ["Great", "GATSBY"]
    assert marked("a bc", "startend:quotation") == ["a", "c"]
    assert marked("Say us", "combination:repeat_prompt", **PROMPT) == ["us"]
    assert marked('{"a": x}', "detectable_format:json_format") == ["x"]


def test_what_is_too_much_is_marked() -> None:
    few = {"relation": "less than"}
    assert marked("a b c d ", "length_constraints:number_words", num_words=3, **few) == ["c d"]
    sentences = "One. Two. Three."
    arguments = {"num_sentences": 2, **few}
    rule = "length_constraints:number_sentences"
    assert marked(sentences, rule, **arguments) == ["Two. Three."]
    bullets = marked("- a\n- b\n* c", "detectable_format:number_bullet_lists", num_bullets=2)
    assert bullets == ["* c"]
    assert marked("***a***b***c", "length_constraints:number_paragraphs", num_paragraphs=2) == [
        "***"
    ]
    spanish = marked("- uno dos tres\n- cuatro", "es:length_constraints:number_words", **AT_MOST_3)
    assert spanish == ["cuatro"]
    capitals = {"capital_relation": "less than", "capital_frequency": 2}
    assert marked("A b C D", "change_case:capital_word_frequency", **capitals) == ["C", "D"]


def test_what_is_missing_is_not_marked() -> None:
    finding = check("a", "length_constraints:number_words", num_words=3, relation="at least")
    assert finding == Finding(False, "1")


def test_marks_are_at_most_a_hundred() -> None:
    finding = check("," * 5_000, "punctuation:no_comma")
    assert (finding.figure, len(finding.places)) == ("5,000, first at line 1", 100)
