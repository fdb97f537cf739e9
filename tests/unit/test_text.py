import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.text import (
    Meter,
    Notice,
    Size,
    characters,
    clean,
    grapheme_end,
    grapheme_start,
    normalize_newlines,
    visible,
    words,
)

ANY = st.text(st.characters(), max_size=60)
FAMILY, FLAG, ACCENT, CONJUNCT = "👨‍👩‍👧", "🇩🇪", "e\u0301", "क्षि"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  \n ", 0),
        ("one two", 2),
        ("don't stop", 2),
        ("l’été", 1),
        ("a well-known fact", 3),
        ("well - known", 2),
        ("'quoted'", 1),
        ("3.14 and 1,000", 3),
        ("end.Start", 2),
        ("snake_case", 1),
        ("___ --- ...", 0),
        ("Größe naïve cafe\u0301", 3),
        ("हिन्दी में लिखो", 3),
        ("日本語", 3),
        ("ひらがなとカタカナ", 9),
        ("GPT は便利", 4),
        ("한국어 문장", 2),
        ("👨‍👩‍👧", 0),
    ],
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


def test_characters_are_code_points() -> None:
    assert characters("a\n" + FAMILY) == 7


PIECES = st.sampled_from(
    ["a", "é", "don't", "3.14", "-", " ", "\n", "日本", "\u0301", "\u2028", "🇫🇷"]
)


@given(st.lists(st.lists(PIECES | st.characters(), max_size=30).map("".join), max_size=4))
def test_the_lines_of_a_text_measure_what_the_text_does(texts: list[str]) -> None:
    meter = Meter()
    for text in texts:
        assert meter.measure(text.split("\n")) == Size(words(text), characters(text))


def test_newlines_are_normalized_and_told() -> None:
    assert normalize_newlines("a\r\nb\rc\nd") == ("a\nb\nc\nd", Notice(newlines=2))
    assert not normalize_newlines("a\nb\u2028c\x0bd")[1]


def test_clean_drops_controls_and_glues_no_words() -> None:
    text, notice = clean("a\x1b[31mb\x0bc\x85d\x9bm\ud800\u2028\te\r\n")
    assert text == "a[31mb\nc\ndm\u2028\te\n"
    assert notice == Notice(newlines=3, controls=3)
    assert str(notice) == "3 line endings changed to plain newlines, 3 control characters left out"
    assert clean("plain\n") == ("plain\n", Notice())


@given(ANY)
def test_clean_text_is_clean(text: str) -> None:
    once, _ = clean(text)
    assert clean(once) == (once, Notice())
    assert not any((c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" for c in once)


@given(ANY)
def test_visible_keeps_columns_and_shows_once(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert visible(shown) == shown
    assert "\x1b" not in shown and "\u202e" not in shown and "\x9b" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x07\x1b\x7f", "␀␇␛␡"),
        ("\x9b\x85", "␦␤"),
        ("\u2028\u2029", "↵⁋"),
        ("a\u202eb\u2066c\u2069", "a↤b↦c⇥"),
        ("a\u200bb\ufeff", "a⍽b⌷"),
        ("a\u200db\u200cc", "a⨝b⦚c"),
        ("\U000e0041", "⚐"),
        ("\udc80", "�"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
        ("so\u00adft \u3164\uffa0", "so⍽ft ⍽⍽"),
        ("a\ufe0f \ufe01 b\U000e0100", "a⍽ ⍽ b⚐"),
        ("❤\ufe0f\ufe0f\ufe00", "❤\ufe0f⍽⍽"),
        ("\U0001d173\U000e0100\U000e01f0", "⍽⚐⚐"),
    ],
)
def test_visible_shows_what_hides(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", [FAMILY, "❤️‍🔥", "क्‍ष", "می‌خواهم", "👍🏽", "1️⃣", "☺️", "葛󠄀"])
def test_visible_leaves_joiners_in_place(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("grapheme", [FAMILY, FLAG, ACCENT, CONJUNCT, "👍🏽", "한", "❤️‍🔥"])
def test_a_grapheme_is_one(grapheme: str) -> None:
    line = f"a{grapheme}b"
    end = 1 + len(grapheme)
    assert [grapheme_start(line, column) for column in range(1, end)] == [1] * len(grapheme)
    assert [grapheme_end(line, column) for column in range(2, end + 1)] == [end] * len(grapheme)


def test_flags_pair_up() -> None:
    line = FLAG * 3
    assert [c for c in range(len(line) + 1) if grapheme_start(line, c) == c] == [0, 2, 4, 6]
