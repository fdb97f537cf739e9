"""Texts at the edges of the instructions that only Japanese has, or has otherwise."""

import random
from collections.abc import Iterator
from typing import Any

from edges import Twist, around

NOUNS = ("桜", "自転車", "図書館", "明日", "東京")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _keywords(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    words = list(asked.get("keywords") or asked.get("forbidden_words") or [asked["keyword"]])
    count = asked.get("frequency") or 1
    for many in around(count):
        for glue in ("、", "と", "。", " ", ""):
            yield f"{text}{glue.join(words * many)}です。"
    yield f"{text}{'、'.join(words[1:])}が好きです。"
    yield f"{text}新{words[0]}的{words[0]}化{words[0]}。"


def _letters(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    letter = asked["letter"]
    other = chr(ord(letter) + 96)
    without = text.replace(letter, "").replace(other, "")
    for many in around(asked["let_frequency"]):
        yield without + letter * many
        yield without + other * many
        yield without + (letter + other) * (many // 2)


def _length(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    count = asked["num_letters"]
    for many in around(count):
        yield (text * (many // len(text) + 1))[:many]
        yield "長い𠮷"[: max(many, 1)] * (many // 3)
        yield "あ" * (many - 1) + "\n"


def _sentences(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_sentences"]):
        yield "今日は晴れです。" * many
        yield "今日は晴れ！本当？\n" * (many // 2) + "はい。" * (many % 2)
        yield "\n".join(["これは桜の", "花です。"] * many)
        yield "「はい。」と言った。" * many
        yield "\n\n".join(["・桜", "・海"] * (many // 2))
        yield "３．５％です。" * many + "（終わり。）"
    yield text


def _bullets(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_bullets"]):
        for mark in ("・", "  ・", "・・", "* ", "・ ", "･"):
            yield "次の通り:\n" + "\n".join(mark + NOUNS[at % 5] for at in range(many))
        yield "・\n" * many + "終わり"


def _numbered(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_items"]):
        for form in ("{}. 桜", "{}.桜", " {}. 桜", "{}) 桜", "{}.\n桜", "**{}. 桜**"):
            yield "次の通り:\n" + "\n".join(form.format(at + 1) for at in range(many))
        yield "\n".join(f"{at + 1}. 桜".translate(FULL_WIDTH) for at in range(many))
        yield "3. 14\n" * many


def _highlights(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["num_highlights"]):
        for form in ("《桜》", "《 》", "《》", "《《桜》》", "《桜\n》", "*桜*", "〈桜〉"):
            yield text + form * many
        yield "《" * many + text + "》"


def _sections(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    mark = asked["section_spliter"].strip()
    for many in around(asked["num_sections"]):
        for form in ("第{}%s", "第 {}%s", "{}%s", "**第{}%s**", "第{} %s"):
            yield "\n".join((form % mark).format(at + 1) + f"\n{text[:20]}" for at in range(many))
        yield "".join(f"第{at + 1}{mark}".translate(FULL_WIDTH) for at in range(many))
        yield "\n".join(f"第{at + 10}{mark}" for at in range(many))
        yield "\n".join(f"第{'一二三四五六七八九'[at % 9]}{mark}" for at in range(many))


def _nominal(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    for many in around(asked["count"]):
        yield "".join(f"私が好きなのは{NOUNS[at % 5]}。" for at in range(many))
        yield "".join(f"美しい{NOUNS[at % 5]}！" for at in range(many)) + text
        yield "".join(f"「{NOUNS[at % 5]}。」と言いました。" for at in range(many))
        yield "\n".join(f"静かな{NOUNS[at % 5]}" for at in range(many))
    yield text


def _script(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    hiragana, katakana = "".join(filter(_is_hiragana, text)), "".join(filter(_is_katakana, text))
    others = "".join(each for each in text if not (_is_hiragana(each) or _is_katakana(each)))
    for each in (hiragana, katakana, others, "きょうは はれ。", "キョウハ ハレ。", "今日晴天。"):
        for more in (
            "",
            "。",
            "ー",
            "・",
            "ゔ",
            "ゖ",
            "ヴ",
            "ヶ",
            "ヺ",
            "ｱ",
            "ﾞ",
            "ゝ",
            "ヽ",
            "ゟ",
            "12",
            "A",
            "桜",
            "！？",
            "ｰ",
            "ｦ",
            "゛",
        ):
            yield (each or "は") + more


def _is_hiragana(character: str) -> bool:
    return "ぁ" <= character <= "ゟ"


def _is_katakana(character: str) -> bool:
    return "゠" <= character <= "ヿ"


def _kanji(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = "".join(each for each in text if not "\u3400" <= each <= "\u9fff")
    for many in around(asked["kanji_limit"]):
        yield without + "桜" * many
        yield without + "桜は" * many
        yield without + "𠮷" * many + "々〆"
        yield without + "㐂" * many


def _furigana(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    plain = "".join(each for each in text if not "\u4e00" <= each <= "\u9faf")
    yield plain
    for form in (
        "桜（さくら）",
        "桜(さくら)",
        "桜（サクラ）",
        "桜",
        "桜（さくら",
        "桜（ ）",
        "お茶（ちゃ）",
        "自転車（じてんしゃ）",
        "時々（ときどき）",
        "桜（さくらー）",
        "一（いち）つ",
    ):
        yield plain + form
        yield f"{form}、{form}{form}"


def _numerals(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = "".join(each for each in text if not each.isdecimal())
    for more in ("", "7", "７", "七", "②", "Ⅷ", "½", "٣", "²", "十"):
        yield without + more


def _full_stop(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    without = text.replace("。", "").replace("、", "")
    yield from (
        without,
        without + "。",
        without + "、",
        without + ".",
        without + "｡",
        without + "､",
    )


def _ending(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    end = asked["ending"]
    yield f"晴れ{end}。" * 3
    yield f"晴れ{end}！晴れ{end}？「雨だ。」と言い{end}。"
    yield f"晴れ{end}。\n雨{end}。"
    yield f"晴れ{end}。雨。"
    yield f"晴れ{end}"
    yield f"晴れ{end}。\n"
    yield f"「雨だ。」『雪。』{end}。"
    yield f"『「雨だ」。』{end}。「\n」"
    yield f"晴れ{end}。。！"
    yield f"晴れ{end} 。"
    yield "「」"


def _end(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    phrase = asked["end_phrase"]
    for after in ("", "。", "」", "』」", "\n", "」。", "です"):
        yield f"「{text} {phrase}{after}"
    yield phrase[:-1]


def _first(text: str, asked: dict[str, Any], chance: random.Random) -> Iterator[str]:
    count, nth, word = asked["num_paragraphs"], asked["nth_paragraph"], asked["first_word"]
    for many in around(count):
        for form in (
            word,
            f"「{word}",
            f"『{word}",
            f"「『{word}",
            f"『「{word}",
            f" {word}",
            f"は{word}",
            word[:-1],
        ):
            begun = [text[:20].replace("\n", "")] * many
            if nth <= many:
                begun[nth - 1] = form + "です。"
            yield "\n\n".join(begun)
    yield "\n\n".join([word] * count) + "\n\n"


JAPANESE: dict[str, Twist] = {
    "existence": _keywords,
    "forbidden_words": _keywords,
    "frequency": _keywords,
    "letter_frequency": _letters,
    "number_letters": _length,
    "number_sentences": _sentences,
    "number_bullet_lists": _bullets,
    "number_numbered_lists": _numbered,
    "number_highlighted_sections": _highlights,
    "multiple_sections": _sections,
    "nominal_ending": _nominal,
    "hiragana_only": _script,
    "katakana_only": _script,
    "no_hiragana": _script,
    "no_katakana": _script,
    "kanji": _kanji,
    "furigana": _furigana,
    "kansuuji": _numerals,
    "no_comma": _full_stop,
    "no_period": _full_stop,
    "sentence_unified_end": _ending,
    "end_checker": _end,
    "nth_paragraph_first_word": _first,
}
