"""Makes texts that lie just within and just outside of an instruction out of any text."""

import json
import random
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from japanese import JAPANESE, Twist
from references import Asked

SENTENCES = {
    "ar": "ذهبنا اليوم إلى السوق مع الأطفال لأن الطقس كان جميلا.",
    "bg": "Днес отидохме на пазара с децата, защото времето беше хубаво.",
    "bn": "আবহাওয়া ভালো ছিল বলে আজ আমরা বাচ্চাদের নিয়ে বাজারে গিয়েছিলাম।",
    "de": "Heute sind wir mit den Kindern auf den Markt gegangen, weil das Wetter schön war.",
    "en": "Today we went to the market with the children because the weather was so nice.",
    "es": "Hoy hemos ido al mercado con los niños porque hacía muy buen tiempo.",
    "fa": "امروز با بچه‌ها به بازار رفتیم چون هوا خیلی خوب بود.",
    "fi": "Menimme tänään lasten kanssa torille, koska sää oli niin kaunis.",
    "fr": "Aujourd'hui nous sommes allés au marché avec les enfants parce qu'il faisait beau.",
    "gu": "આજે હવામાન સારું હતું તેથી અમે બાળકો સાથે બજારમાં ગયા હતા.",
    "hi": "आज मौसम अच्छा था इसलिए हम बच्चों के साथ बाज़ार गए थे।",
    "it": "Oggi siamo andati al mercato con i bambini perché il tempo era molto bello.",
    "ja": "今日は天気がとても良かったので、子供たちと市場へ行きました。",
    "kn": "ಇಂದು ಹವಾಮಾನ ಚೆನ್ನಾಗಿತ್ತು ಆದ್ದರಿಂದ ನಾವು ಮಕ್ಕಳೊಂದಿಗೆ ಮಾರುಕಟ್ಟೆಗೆ ಹೋದೆವು.",
    "ko": "오늘은 날씨가 좋아서 아이들과 함께 시장에 갔습니다.",
    "ml": "ഇന്ന് കാലാവസ്ഥ നല്ലതായിരുന്നതിനാൽ ഞങ്ങൾ കുട്ടികളുമായി ചന്തയിൽ പോയി.",
    "mr": "आज हवामान चांगले होते म्हणून आम्ही मुलांसोबत बाजारात गेलो होतो.",
    "ne": "आज मौसम राम्रो थियो त्यसैले हामी केटाकेटीहरूसँग बजार गयौं।",
    "pa": "ਅੱਜ ਮੌਸਮ ਚੰਗਾ ਸੀ ਇਸ ਲਈ ਅਸੀਂ ਬੱਚਿਆਂ ਨਾਲ ਬਾਜ਼ਾਰ ਗਏ ਸੀ।",
    "pt": "Hoje fomos ao mercado com as crianças porque o tempo estava muito bom.",
    "ru": "Сегодня мы ходили с детьми на рынок, потому что погода была хорошая.",
    "sw": "Leo tulienda sokoni pamoja na watoto kwa sababu hali ya hewa ilikuwa nzuri.",
    "ta": "இன்று வானிலை நன்றாக இருந்ததால் நாங்கள் குழந்தைகளுடன் சந்தைக்குச் சென்றோம்.",
    "te": "ఈరోజు వాతావరణం బాగుంది కాబట్టి మేము పిల్లలతో మార్కెట్‌కు వెళ్ళాము.",
    "th": "วันนี้อากาศดีเราจึงไปตลาดกับเด็ก ๆ",
    "ur": "آج موسم اچھا تھا اس لیے ہم بچوں کے ساتھ بازار گئے تھے۔",
    "vi": "Hôm nay chúng tôi đi chợ với các con vì thời tiết rất đẹp.",
    "zh": "今天天气很好，所以我们和孩子们一起去了市场。",
}
"""One thing said in many languages, so that a text in the language that is asked for occurs."""

CHOICES = {
    "en": ("My answer is yes.", "My answer is no.", "My answer is maybe."),
    "fr": ("Oui.", "Non.", "Peut-être."),
    "es": ("Sí.", "No.", "Quizás."),
    "ja": ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。"),
}


def twisted(text: str, asked: Asked, chance: random.Random) -> list[str]:
    """Return edges of an instruction, made from a text with its arguments."""
    arguments = dict(asked.arguments)
    arguments["_language"] = asked.language
    name = asked.kind.rpartition(":")[2]
    short = text[:400]
    twists = TWISTS | JAPANESE if asked.language == "ja" else TWISTS
    made = list(twists.get(name, _nothing)(short, arguments, chance))
    return [*made, *chance.sample(list(_any(short)), 3), _sprinkled(short, chance)]


FRAGMENTS = (
    *(
        ". ",
        ".",
        "... ",
        "…",
        "? ",
        "?!",
        "!",
        ".) ",
        '." ',
        ".” ",
        ".’ ",
        ".\n",
        ". (",
        " . ",
        ".. ",
    ),
    *(
        " Mr. ",
        " e.g. ",
        " etc. ",
        " U.S. ",
        " J. R. ",
        " 3. ",
        " No. 5",
        " p.m. ",
        " 1.5 ",
        " M. ",
    ),
    *('"', "“", "”", "'", "’", "«", "»", " 'n' ", "''", "``", "(", ")", "[", "]", "<<", ">>", "##"),
    *("\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\u3000", "\x1c", "\x85", "\u200b", "\ufeff"),
    *("*", "**", "***", "* ", "\n* ", "\n- ", "\n1. ", "-", "--", " - ", "_", "/", "\\", "#", "@"),
    *(
        ",",
        ";",
        ":",
        "%",
        "$5",
        "&",
        "^",
        "|",
        "~",
        "0",
        "²",
        "½",
        "٣",
        "A",
        " I ",
        " OK ",
        " X-ray ",
    ),
    *(
        " can't ",
        " CANNOT ",
        " I'M ",
        " gonna ",
        " d'y ",
        " L'",
        "é",
        "É",
        "ß",
        "İ",
        "ı",
        "ſ",
        "ﬁ",
        "ǅ",
    ),
    *(
        "ñ",
        "Ü",
        "¿",
        "¡",
        "œ",
        "ç",
        "e\u0301",
        "中",
        "。",
        "、",
        "「",
        "」",
        "・",
        "ア",
        "が",
        "😀",
        "👩‍💻",
    ),
    *(" http://a.example/b.c?d ", " a.b@c.example ", " www.example.com. ", " :-) ", " -> ", "\x00"),
)
"""What is apt to be counted one way here and another way there."""


def _sprinkled(text: str, chance: random.Random) -> str:
    """Put a dozen fragments in at random."""
    for fragment in chance.choices(FRAGMENTS, k=12):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + fragment + text[at:]
    return text


def _nothing(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    yield from ()


def _any(text: str) -> Iterator[str]:
    yield text.upper()
    yield text.lower()
    yield f'"{text}"'
    yield f" \n\t{text} \n"
    yield text.replace(",", "")
    yield unicodedata.normalize("NFD", text)
    yield text.replace("\n", "\r\n")
    yield f"# {text}\n\n---\n\n> {text[:50]}"
    yield text[: len(text) // 2]
    yield f"{text}\n\n```\n{text[:60]}\n```"
    yield ""
    yield " \n "


def _around(count: int) -> tuple[int, ...]:
    return tuple(sorted({max(count - 1, 0), count, count + 1}))


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
    yield f"{text} _{words[0]}_ é{words[0]}"
    yield text.replace(words[0], "") + f" {words[0][:-1]}\n{words[0][-1]}"
    yield unicodedata.normalize("NFD", " ".join(words))


def _frequency(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    word, count = asked["keyword"], int(asked["frequency"])
    without = re.sub(re.escape(word.strip()), "", text, flags=re.IGNORECASE)
    for many in _around(count):
        yield f"{without} {' '.join([word] * many)}"
        yield f"{without} {word.strip().upper() * many}"
        yield f"{without} {', '.join([word.strip() + 's'] * many)}"


def _letter_frequency(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    letter, count = asked["letter"], int(asked["let_frequency"])
    without = re.sub(re.escape(letter), "", text, flags=re.IGNORECASE)
    for many in _around(count):
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
    for many in _around(count):
        yield " ".join((text.split() * (many // max(len(text.split()), 1) + 1))[:many])
        yield "plain " * many
        yield " ".join(
            ["don't", "well-known", "snake_case", "3.14", "été"][place % 5] for place in range(many)
        )
        yield "\n".join(f"{place}. {'* ' * (place % 2)}word" for place in range(many // 2))


def _sentences(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    found = [part for part in re.split(r"(?<=[.!?])\s+", text) if part.strip()] or ["So it is."]
    count = int(asked["num_sentences"])
    for many in _around(count):
        lined = (found * (many // len(found) + 1))[:many]
        yield " ".join(lined)
        yield "\n".join(lined)
        yield "\n".join(f"- {part}" for part in lined)
        yield " ".join([SENTENCES[asked["_language"]]] * many)
    several = ("Dr. No came at 3.14 p.m. etc. and left.", 'He said "Why?" and ran!', "So... no.")
    yield " ".join(several * (count // 3 + 1))
    yield "One. two. Three! Four?! (Five.) “Six.” Seven: eight; U.S. Nine" * (count // 7 + 1)


def _number_paragraphs(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in _around(int(asked["num_paragraphs"])):
        parts = _parts(text, many)
        yield "\n\n***\n\n".join(parts)
        yield "***".join(parts)
        yield "***\n" + "\n***\n".join(parts) + "\n***"
        yield "\n* * *\n".join(parts)
        yield "\n\n".join(parts)
        yield "\n****\n".join(parts)
    yield "\n***\n".join(["a", " ", "b"])
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
    for many in _around(count):
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
    for many in _around(asked["num_placeholders"]):
        yield text + " [name]" * many
        yield text + "[]" * many
        yield text + "[[a] b]" * many
        yield text + "[a\nb]" * many
        yield "[" * many + text


def _postscript(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    mark = asked["postscript_marker"]
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
    yield f"{text}\nP. P. S. bread"
    yield f"{text}\np.p.s bread"
    yield f"{text} maps. Posted."


def _bullets(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in _around(asked["num_bullets"]):
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
    for many in _around(asked["num_highlights"]):
        parts = _parts(plain, many)
        for mark in ("*", "**", "***"):
            yield "\n".join(f"{mark}{part}{mark}" for part in parts)
            yield " ".join(f"{mark}{part}{mark}" for part in parts)
        yield plain + "* *" * many
        yield plain + "*a\nb*" * many
        yield "\n".join(f"* {part}" for part in parts)
        yield "*" * many + plain


def _sections(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    mark = asked["section_spliter"]
    for many in _around(asked["num_sections"]):
        parts = _parts(text, many)
        for form in (mark, mark.upper(), mark.lower(), f"**{mark}"):
            yield "\n".join(f"{form} {place}\n{part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark}{place}: {part}" for place, part in enumerate(parts, 1))
        yield "\n".join(f"{mark}  {place}: {part}" for place, part in enumerate(parts, 1))
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
        for title in ("A day", " ", "", "a\nb", left, f"{left}b{right}", "x" * 3):
            yield f"{left}{title}{right}\n{text}"
    yield f"{text}\n<A day>\n# A day\n## A day ## and\n#### \n##a#"


def _two(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    first, second = text[:60], text[60:] or "another"
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
    shapes = (
        "WORD",
        "I",
        "U.S.",
        "NASA-ESA",
        "CAN'T",
        "X1",
        "É",
        "GONNA",
        "C++",
        "L'ÉTÉ",
        "A.",
        "WHO'S",
        "--HI--",
        "$US",
        "ß",
        "Ⅷ",
        "#OK",
        "DON'T",
    )
    for many in _around(asked["capital_frequency"]):
        yield f"{plain} {' '.join(['WORD'] * many)}"
        yield f"{plain} {', '.join(shapes[place % len(shapes)] for place in range(many))}. "
        shape = chance.choice(shapes)
        yield f"{plain} {' '.join([shape] * many)}"
        yield f"{plain} {'/'.join([shape] * many)}"
        yield f"{plain} {chr(10).join([shape + '.'] * many)}"
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
        for many in _around(int(asked.get("let_frequency") or asked.get("num_words") or 0)):
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


TWISTS: dict[str, Twist] = {
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
    **{
        f"{language}_{case}": _case
        for language in ("english", "french", "spanish")
        for case in ("capital", "lowercase")
    },
}
