"""Texts at the edges of the instructions that only French or only Spanish has."""

import random
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from edges import Twist, around


def _digits(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = re.sub(r"\d", "", text)
    for more in ("", " 7", " ²", " ٣", " ½", " Ⅷ", " ①", " sept", " ７", " 五"):
        yield without + more


def _informal(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = re.sub(r"\b(tu|te|toi|ton|ta|tes|t)\b", "", text, flags=re.IGNORECASE)
    for more in (
        "",
        "tu",
        "TU vas",
        "t'aime",
        "je t'aime",
        "t’es",
        "T' ",
        "tes_",
        "têtu",
        "toi-même",
        "vous",
        "a-t-il",
        "ton.",
        "test",
        "t'",
        "t'é",
    ):
        yield f"{without} {more}"


def _accents(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    words = asked["word_to_accentuate"]
    yield " ".join(words.values())
    yield " ".join(words.values()).upper()
    yield " ".join(words)
    yield f"{text} {' '.join(words)}"
    yield f"{text} {'-'.join(words.values())}"
    yield unicodedata.normalize("NFD", " ".join(words.values()))
    some = chance.sample(sorted(words.items()), min(3, len(words)))
    yield f"{text} {' '.join(right for _, right in some)}"
    yield f"{text} {' '.join(wrong + 's' for wrong, _ in some)} {some[0][0]}"
    yield f"{text} {some[0][1]}_ l'{some[0][1]}"


def _no_accents(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    parted = unicodedata.normalize("NFD", text)
    without = "".join(each for each in parted if not unicodedata.combining(each))
    for more in ("", " é", " É", " ç", " œ", " Ÿ", " ÿ", " ā", " ñ", " Ø", " ß", " ü", " e\u0301"):
        yield without + more


def _forbidden_char(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = re.sub("[œç]", "", text, flags=re.IGNORECASE)
    for more in ("", " œuf", " ŒUF", " ça", " ÇA", " oe", " c\u0327", " ɶ"):
        yield without + more


def _marks(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = re.sub("[¿?¡!]", "", text)
    for left, right in (("¿", "?"), ("¡", "!")):
        yield from (
            f"{without} {left}Qué tal{right}",
            f"{without} Qué tal{right}",
            f"{without} {left}{right}",
            f"{without} {left} {right}",
            f"{without} {left} {left} {right}",
            f"{without} {left}a\nb{right}",
            f"{without} {right}a{left}",
            f"{without} {left} {right} {left}b{right}",
            f"{left}{without}{right}",
            f"{without} {left}{right}{right}",
        )


def _letters(letter: str) -> Twist:
    def twist(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
        without = re.sub(f"[{letter}{letter.upper()}]", "", text)
        for many in around(int(asked.get("let_frequency") or asked.get("num_words") or 0)):
            for form in (
                f"pi{letter}a",
                f"{letter.upper()}",
                f"a{letter}-o{letter}",
                f"a{letter}.",
                f"«a{letter}»",
                f"a{letter}/b{letter}",
                f"d'a{letter}",
                f"_{letter}_",
                f"{letter}.{letter}",
            ):
                yield f"{without} {' '.join([form] * many)}"
            yield f"{without} {', '.join([f'pi{letter}a'] * many)}"

    return twist


ROMANCE: dict[str, Twist] = {
    "no_digits": _digits,
    "informal_address": _informal,
    "accents": _accents,
    "no_accents": _no_accents,
    "ethel_or_cedilla": _forbidden_char,
    "question_marks": _marks,
    "exclamation_marks": _marks,
    "enie": _letters("ñ"),
    "dieresis": _letters("ü"),
    "tildes": _letters("á"),
}
