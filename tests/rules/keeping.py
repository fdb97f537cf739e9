"""Verdicts of published checkers on texts of our own, kept so that a test needs no checker."""

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from references import Asked, Reference
from twisted import twisted

from trainer_tui.domain.rules import find

VERDICTS = Path(__file__).with_name("verdicts.json")

EACH = 5
"""How many texts that follow an instruction are kept, and how many that do not."""

MANY = {"number_sentences": 25, "capital_word_frequency": 25, "nth_paragraph_first_word": 10}
"""The same for kinds with many cases."""

TEXTS = {
    "en": (
        "Dr. Reed left early, at 6.30 a.m. She took 2 maps and a NEW coat!\n\nIt rained. Why go?",
        "* Wash the beans.\n- Soak them, overnight.\n\n*Salt* comes **last**, says a cook [name].",
        "we met by the river; nobody spoke",
    ),
    "fr": (
        "Mme Roy est partie tôt, vers 6 h 30. Elle a 2 cartes et ton manteau NEUF !\n\nPourquoi ?",
        "* Lave les fèves.\n- Fais-les tremper, toute la nuit.\n\n*Le sel* vient **après** [nom].",
        "nous étions au bord de l'eau ; personne ne parlait",
    ),
    "es": (
        "La Sra. Ríos salió pronto, a las 6.30. ¡Llevaba 2 mapas y un abrigo NUEVO!\n\n¿Por qué?",
        "* Lava las judías.\n- Déjalas en agua, una noche.\n\n*La sal* va **después** [nombre].",
        "el año del pingüino fue frío; nadie hablaba",
    ),
    "ja": (
        "森さんは早く出かけました。地図を2枚と新しいコートを持っていきました！\n\nどうしてですか？",
        "・豆を洗います。\n・一晩、水につけます。\n\n《塩》は最後です[名前]。",
        "川のそばで会いました",
    ),
}

_SHARED: dict[str, dict[str, Any]] = {
    "keywords:existence": {"keywords": ["river", "map"]},
    "keywords:forbidden_words": {"forbidden_words": ["coat", "salt"]},
    "keywords:frequency": {"keyword": "cook ", "frequency": 2},
    "keywords:letter_frequency": {"letter": "q", "let_frequency": 3},
    "language:response_language": {"language": "de"},
    "length_constraints:number_words": {"num_words": 12},
    "length_constraints:number_sentences": {"num_sentences": 3},
    "length_constraints:number_paragraphs": {"num_paragraphs": 3},
    "length_constraints:nth_paragraph_first_word": {
        "num_paragraphs": 3,
        "nth_paragraph": 2,
        "first_word": "Beans",
    },
    "detectable_content:number_placeholders": {"num_placeholders": 2},
    "detectable_content:postscript": {"postscript_marker": "P.S. "},
    "detectable_format:number_bullet_lists": {"num_bullets": 3},
    "detectable_format:constrained_response": {},
    "detectable_format:number_highlighted_sections": {"num_highlights": 3},
    "detectable_format:multiple_sections": {"section_spliter": " Part ", "num_sections": 3},
    "detectable_format:json_format": {},
    "detectable_format:title": {},
    "combination:repeat_prompt": {"prompt_to_repeat": " How do I cook Beans?\n"},
    "combination:two_responses": {},
    "startend:end_checker": {"end_phrase": "That is all "},
    "startend:quotation": {},
    "change_case:capital_word_frequency": {"capital_frequency": 3},
    "punctuation:no_comma": {},
}
"""Arguments for the kinds of English, which French and Spanish have as well."""

_OWN: dict[str, dict[str, dict[str, Any]]] = {
    "en": {
        "change_case:english_capital": {},
        "change_case:english_lowercase": {},
        "detectable_content:postscript": {"postscript_marker": " P.P.S"},
    },
    "fr": {
        "change_case:french_capital": {},
        "change_case:french_lowercase": {},
        "detectable_content:informal_address": {},
        "detectable_content:no_digits": {},
        "detectable_content:postscript": {"postscript_marker": "P.-S."},
        "special_character:accents": {
            "word_to_accentuate": {"tot": "tôt", "feves": "fèves", "apres": "après"}
        },
        "special_character:ethel_or_cedilla": {"forbidden_char": "ç"},
        "special_character:no_accents": {},
    },
    "es": {
        "change_case:spanish_capital": {},
        "change_case:spanish_lowercase": {},
        "detectable_content:postscript": {"postscript_marker": " P.D."},
        "punctuation:exclamation_marks": {},
        "punctuation:question_marks": {},
        "special_character:dieresis": {"let_frequency": 2},
        "special_character:enie": {"let_frequency": 2},
        "special_character:tildes": {"num_words": 3},
    },
    "ja": {
        **{
            kind: value
            for kind, value in _SHARED.items()
            if not kind.endswith(("number_words", "capital_word_frequency"))
        },
        "keywords:existence": {"keywords": ["川", "地図"]},
        "keywords:forbidden_words": {"forbidden_words": ["豆", "塩"]},
        "keywords:frequency": {"keyword": "豆", "frequency": 2},
        "keywords:letter_frequency": {"letter": "ぬ", "let_frequency": 3},
        "length_constraints:nth_paragraph_first_word": {
            "num_paragraphs": 3,
            "nth_paragraph": 2,
            "first_word": "豆",
        },
        "detectable_format:multiple_sections": {"section_spliter": " 章", "num_sections": 3},
        "startend:end_checker": {"end_phrase": " 以上です。」"},
        "combination:repeat_prompt": {"prompt_to_repeat": "豆はどう煮ますか？\n"},
        "detectable_format:nominal_ending": {"count": 2},
        "detectable_format:number_numbered_lists": {"num_items": 3},
        "length_constraints:number_letters": {"num_letters": 20},
        "letters:furigana": {},
        "letters:hiragana_only": {},
        "letters:kanji": {"kanji_limit": 3},
        "letters:kansuuji": {},
        "letters:katakana_only": {},
        "letters:no_hiragana": {},
        "letters:no_katakana": {},
        "punctuation:no_period": {},
        "startend:sentence_unified_end": {"ending": "です"},
    },
}

_RELATIONS = {
    "en": ("less than", "at least"),
    "fr": ("moins de", "au moins"),
    "es": ("al menos", "como máximo"),
    "ja": ("未満", "以上"),
}
_RELATED = {
    "keywords:frequency": "relation",
    "keywords:letter_frequency": "let_relation",
    "length_constraints:number_words": "relation",
    "length_constraints:number_letters": "relation",
    "length_constraints:number_sentences": "relation",
    "change_case:capital_word_frequency": "capital_relation",
    "special_character:tildes": "relation",
    "letters:kanji": "relation",
}


def own_rules() -> Iterator[Asked]:
    """One instruction of each kind in each language, two where it has a relation."""
    for language, relations in _RELATIONS.items():
        shared = {} if language == "ja" else _SHARED
        for kind, arguments in (*shared.items(), *_OWN[language].items()):
            name = _RELATED.get(kind)
            if kind in shared and language == "es" and kind.endswith(("holders", "_sections")):
                yield Asked(f"es:{kind}", {**arguments, "relation": relations[0]})
            elif name:
                for relation in relations:
                    yield Asked(f"{language}:{kind}", {**arguments, name: relation})
            else:
                yield Asked(f"{language}:{kind}", arguments)


def write(path: Path, references: list[Reference]) -> None:
    """Ask the references about our own texts and keep a few verdicts of each sort.

    Kinds that we do not have are left out.
    """
    kept = []
    for asked in own_rules():
        reference = next((one for one in references if one.knows(asked)), None)
        if reference and find(asked.id):
            kept.append({"rule": asked.rule, **_sorted(reference, asked)})
    lines = (json.dumps(one, ensure_ascii=False) for one in kept)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def _sorted(reference: Reference, asked: Asked) -> Mapping[str, list[str]]:
    chance = random.Random(asked.id)
    most = MANY.get(asked.id.rpartition(":")[2], EACH)
    texts = list(TEXTS[asked.language])
    edges = [edge for text in (*texts, "") for edge in twisted(text or "A b.", asked, chance)]
    chance.shuffle(edges)
    found: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for text in dict.fromkeys((texts[0], *edges)):
        kept = found[reference.verdict(asked, text)]
        if len(kept) < most and len(text) < 250 and not reference.by_chance(asked, text):
            kept.append(text)
    return {"met": found[True], "unmet": found[False]}
