"""Makes texts that lie just within and just outside of an instruction out of any text."""

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from edges import Twist, anyhow, around, sprinkled
from fragments import CAPITALS, CHOICES, GAPS, SENTENCES, TOKENS
from japanese import JAPANESE
from references import Asked
from romance import ROMANCE


def twisted(text: str, asked: Asked, chance: random.Random) -> list[str]:
    """Return edges of an instruction, made from a text with its arguments."""
    arguments = dict(asked.arguments)
    arguments["_language"] = asked.language
    name = asked.kind.rpartition(":")[2]
    short = text[:400]
    twists = TWISTS | JAPANESE if asked.language == "ja" else TWISTS
    made = list(twists.get(name, _nothing)(short, arguments, chance))
    return [*made, *chance.sample(list(anyhow(short)), 3), sprinkled(short, chance)]


def _nothing(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    yield from ()


def _parts(text: str, count: int) -> list[str]:
    """Cut a text into so many parts that hold a word each, repeating it when it is short."""
    words = text.split() or ["word"]
    words *= count // len(words) + 1
    size = max(len(words) // max(count, 1), 1)
    return [" ".join(words[place * size : (place + 1) * size][:8]) for place in range(count)]


def _existence(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    words = list(asked.get("keywords") or asked["forbidden_words"])
    yield f"{text} {' '.join(words)}"
    yield f"{text} {' '.join(words).upper()}."
    yield f"{text} {' '.join(words[1:])}"
    yield f"{text} {' '.join(f'x{word}y' for word in words)}"
    yield f"{text} {'-'.join(words)}_"
    yield text + "".join(f" {word}s" for word in words)
    yield text + "".join(f" un{word}" for word in words)
    yield f"{text} _{words[0]}_ é{words[0]}"
    yield text.replace(words[0], "") + f" {words[0][:-1]}\n{words[0][-1]}"
    yield unicodedata.normalize("NFD", " ".join(words))


def _frequency(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    word, count = asked["keyword"], int(asked["frequency"])
    without = re.sub(re.escape(word.strip()), "", text, flags=re.IGNORECASE)
    for many in around(count):
        yield f"{without} {' '.join([word] * many)}"
        yield f"{without} {word.strip().upper() * many}"
        yield f"{without} {', '.join([word.strip() + 's'] * many)}"


def _letter_frequency(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    letter, count = asked["letter"], int(asked["let_frequency"])
    without = re.sub(re.escape(letter), "", text, flags=re.IGNORECASE)
    for many in around(count):
        yield f"{without} {letter * many}"
        yield f"{without} {' '.join([letter.upper()] * many)}"
    yield f"{without} {'é' * count} {'ﬁ' * count}"


def _language(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    wanted = SENTENCES.get(asked["language"], SENTENCES["de"])
    yield f"{wanted} {wanted}"
    yield wanted.upper()
    yield f"{wanted}\n{text[:40]}"
    yield chance.choice(list(SENTENCES.values()))
    yield "12345 67, 89 !!"
    yield "http://example.com/12345 a@example.com"
    yield wanted.split()[0]


def _words(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    count = int(asked.get("num_words") or asked.get("num_letters") or 1)
    for many in around(count):
        yield " ".join((text.split() * (many // max(len(text.split()), 1) + 1))[:many])
        yield "plain " * many
        yield " ".join(
            ["don't", "well-known", "snake_case", "3.14", "été"][place % 5] for place in range(many)
        )
        yield "\n".join(f"{place}. {'* ' * (place % 2)}word" for place in range(many // 2))


def _sentences(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    found = [part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()] or ["So it is."]
    count = int(asked["num_sentences"])
    for many in around(count):
        lined = (found * (many // len(found) + 1))[:many]
        yield " ".join(lined)
        yield "\n".join(lined)
        yield "\n".join(f"- {part}" for part in lined)
        yield " ".join([SENTENCES[asked["_language"]]] * many)
        for _ in range(6):
            yield "".join(chance.choice(TOKENS) + chance.choice(GAPS) for _ in range(4 * many))
    several = ("Dr. No came at 3.14 p.m. etc. and left.", 'He said "Why?" and ran!', "So... no.")
    yield " ".join(several * (count // 3 + 1))


def _number_paragraphs(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(int(asked["num_paragraphs"])):
        parts = _parts(text, many)
        yield "\n\n***\n\n".join(parts)
        yield "***".join(parts)
        yield "***\n" + "\n***\n".join(parts) + "\n***"
        yield "\n* * *\n".join(parts)
        yield "\n\n".join(parts)
        yield "\n****\n".join(parts)
    yield "\n***\n".join(["a", " ", "b"])
    yield "\n***\n \n***\n".join(["a", "b"])
    yield " \n***\n" + "\n***\n".join(_parts(text, asked["num_paragraphs"])) + " *** \t"
    yield "\n***\n".join(["a", "b", "c", "", "d"])


def _first_word(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    count, nth, word = asked["num_paragraphs"], asked["nth_paragraph"], asked["first_word"]
    forms = (
        word,
        word.upper(),
        word.capitalize(),
        f'"{word}',
        f"'{word}'s",
        f"{word},",
        f"{word}x",
        f"«{word}",
        f"**{word}**",
        f"  {word}",
        f"{word}\n",
        f"¡{word}!",
    )
    for many in around(count):
        parts = _parts(text, many)
        for form in forms if many == count else forms[:2]:
            begun = list(parts)
            if nth <= many:
                begun[nth - 1] = f"{form} {begun[nth - 1]}"
            yield "\n\n".join(begun)
            yield "\n\n\n".join(begun)
    parts = _parts(text, count)
    parts[nth - 1] = word
    yield "\n\n" + "\n\n".join(parts)
    yield "\n\n".join(parts) + "\n\n"
    yield "\n\n \n\n".join(parts)
    yield "\n\n\n\n".join(parts)


def _placeholders(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_placeholders"]):
        yield text + " [name]" * many
        yield text + "[]" * many
        yield text + "[[a] b]" * many
        yield text + "[a\nb]" * many
        yield "[" * many + text


def _postscript(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    mark = asked["postscript_marker"].strip()
    for form in (
        mark,
        mark.lower(),
        mark.upper(),
        mark.replace(".", ". "),
        mark.replace(".", ""),
        mark[:-1],
    ):
        yield f"{text}\n\n{form} Bring bread."
        yield f"{text} and {form}bread"
    yield f"{text}\nP.  S. bread p.  p. s p.\n\ns. P. P.  D. bread"
    yield f"{text}\nP. P.  S. bread p.p.\t s"
    yield f"{text}\nP. P. S. bread"
    yield f"{text}\np.p.s bread"
    yield f"{text} maps. Posted."


def _bullets(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_bullets"]):
        parts = _parts(text.replace("*", "").replace("-", ""), many)
        for mark in ("* ", "- ", "*", "  * ", "** ", "• ", "-"):
            yield "Well:\n" + "\n".join(mark + part for part in parts)
        yield "\n".join(f"{'*-'[place % 2]} {part}" for place, part in enumerate(parts))
        yield "\n\n".join(f"* {part}" for part in parts) + "\n---\n"
        yield "\n".join(["*"] * many) + "\nend"


def _choice(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for choice in CHOICES[asked["_language"]]:
        yield choice
        yield f"{text} {choice}"
        yield choice.lower()
        yield choice[:-1]
        yield f"**{choice}** {text}"


def _highlights(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    plain = text.replace("*", "")
    for many in around(asked["num_highlights"]):
        parts = _parts(plain, many)
        for mark in ("*", "**", "***"):
            yield "\n".join(f"{mark}{part}{mark}" for part in parts)
            yield " ".join(f"{mark}{part}{mark}" for part in parts)
        yield plain + "* *" * many
        yield plain + "*a\nb*" * many
        yield "\n".join(f"* {part}" for part in parts)
        yield "*" * many + plain


def _sections(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    mark = asked["section_spliter"].strip()
    for many in around(asked["num_sections"]):
        parts = _parts(text, many)
        for form in (mark, mark.upper(), mark.lower(), f"**{mark}"):
            yield "\n".join(f"{form} {place}\n{part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark}{place}: {part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark}  {place}: {part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark} {place + 9}{mark}{part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark} {'I' * place}\n{part}" for place, part in enumerate(parts, 1))
        yield "".join(f"{mark} {place}" for place in range(many))


def _json(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    whole = json.dumps({"text": text, "n": [1, 2.5, None, True]}, indent=1)
    yield whole
    yield f"```json\n{whole}\n```"
    yield f"```JSON\n{whole}```"
    yield f"```\n{whole}\n```"
    yield f"```Json{whole}"
    yield f"```js\n{whole}\n```"
    yield f"Here it is:\n{whole}"
    yield whole + "\nThat is all."
    yield whole.replace('"', "'")
    yield whole[:-1] + ",}"
    yield from ("12", '"a"', "NaN", "[Infinity, -Infinity]", '{"a": 1, "a": 2}', "[1,]", "nul")
    yield from ('"a\nb"', '"a\tb"', '"\\ud800"', "1e999", "-0", "01", "\ufeff{}", "1" * 5000)
    yield json.dumps([text], ensure_ascii=False)
    yield "[" * 400 + "]" * 400


def _title(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for left, right in (("<<", ">>"), ("##", "##"), ("《", "》"), ("『", "』")):
        for title in ("A day", " ", " \t", "", "a\nb", left, f"{left}b{right}", right, "x" * 3):
            yield f"{left}{title}{right}\n{text}"
    yield f"{text}\n<A day>\n# A day\n## A day ## and\n#### \n##a#"


def _two(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    first, second = text[:60], text[60:] or "another"
    yield f"{first}****** \n******{second}"
    yield f" ******{first}******\n{first}\n"
    yield f" \n******{first}******{second}******\n"
    for line in ("******", "\n\n******\n\n", "*****", "*******", "************"):
        yield first + line + second
        yield first + line + first + " "
        yield line + first + line + second + line
        yield first + line + second + line + "third"
        yield first + line + line + second


def _repeat(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    prompt = asked["prompt_to_repeat"]
    yield f"{prompt}\n\n{text}"
    yield f"  {prompt.upper()} {text}"
    yield f'"{prompt}" {text}'
    yield f"{prompt[: len(prompt) // 2]} {text}"
    yield f"{text}\n{prompt}"
    yield prompt.strip()
    yield prompt.replace("\n", " ").replace("  ", " ")
    yield prompt.strip()[:-1]


def _end(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    phrase = asked["end_phrase"]
    yield f"{text} {phrase}"
    yield f'"{text} {phrase}"'
    yield f"{text}\n{phrase.upper()} \n"
    yield f"{text} {phrase}."
    yield f'{text} {phrase}.""'
    yield f"{text} {phrase} Bye"
    yield f"{text} {phrase}'"
    yield f"{text} {phrase.strip()[:-1]}"
    yield f"{text} «{phrase}»"
    yield f'{text} {phrase} "'
    yield f'{text} {phrase}".'


def _quotation(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for left, right in (
        ('"', '"'),
        ("'", "'"),
        ("«", "»"),
        ("“", "”"),
        ("« ", " »"),
        ('"', "'"),
        ("「", "」"),
    ):
        yield left + text + right
        yield f" {left}{text}{right}\n"
        yield left + right
    yield from ('"', "'", '" "', f'"{text}', f'{text}"', f'"{text}".', "«»")


def _capital_words(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    plain = text.lower()
    for many in around(asked["capital_frequency"]):
        yield f"{plain} {' '.join(['WORD'] * many)}"
        for _ in range(4):
            shapes = chance.choices(CAPITALS, k=many)
            yield f"{plain} {' '.join(shapes)}"
            yield f"{', '.join(shapes)}. {plain}"
            yield chance.choice((" ", "/", ".\n", '"', "-", "(", "")).join(shapes)
        shape = chance.choice(CAPITALS)
        yield f"{plain} {' '.join([shape] * many)}"
    yield text.upper()


def _case(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    own = SENTENCES[asked["_language"]]
    for each in (text, own, f"{own} {own}", SENTENCES["de"]):
        yield each.upper()
        yield each.lower()
        yield each.upper() + "x"
        yield each.lower() + "X"
    yield from (
        "123 456",
        "123 A",
        "123 a",
        "ǅ",
        own.upper() + " ß",
        own.lower() + " ª",
        "!!!",
        own.upper() + " ʰ",
        own.lower() + " Ⅷ",
        own.upper() + " ⅷ",
        "«" + own.upper() + "» 中文",
    )


def _comma(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = text.replace(",", "").replace("、", "")
    yield from (
        without,
        without + " 1,000",
        without + "，",
        without + "、",
        without + "،",
        without + "‚;",
    )


TWISTS: dict[str, Twist] = {
    **ROMANCE,
    "existence": _existence,
    "forbidden_words": _existence,
    "frequency": _frequency,
    "letter_frequency": _letter_frequency,
    "response_language": _language,
    "number_words": _words,
    "number_sentences": _sentences,
    "number_paragraphs": _number_paragraphs,
    "nth_paragraph_first_word": _first_word,
    "number_placeholders": _placeholders,
    "postscript": _postscript,
    "number_bullet_lists": _bullets,
    "constrained_response": _choice,
    "number_highlighted_sections": _highlights,
    "multiple_sections": _sections,
    "json_format": _json,
    "title": _title,
    "two_responses": _two,
    "repeat_prompt": _repeat,
    "end_checker": _end,
    "quotation": _quotation,
    "capital_word_frequency": _capital_words,
    "no_comma": _comma,
    **{
        f"{language}_{case}": _case
        for language in ("english", "french", "spanish")
        for case in ("capital", "lowercase")
    },
}
