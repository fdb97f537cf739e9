import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.apostrophes import pieces
from trainer_tui.domain.prose import left_alone, normalized, prose_lines, words


def found(text: str) -> list[str]:
    return [word.text for line in prose_lines(text) for word in words(line.text, line.begins)]


@pytest.mark.parametrize(
    "text, left",
    [
        ("run `git psuh` now", "run now"),
        ("a ``b ` c`` d", "a d"),
        ("an open `tick stays", "an open stays"),
        ("see https://exmaple.com/pgae?x=1, please", "see please"),
        ("see www.exmaple.com please", "see please"),
        ("mail me@exmaple.com please", "mail please"),
        ("open src/mian.py or C:\\Tmep\\x", "open or"),
        ("open raedme.md first", "open first"),
        ("ask @jhon about #tset", "ask about"),
        ('a <a href="x y">link</a> b', "a link b"),
        ("x <br/> y &nbsp; z", "x y z"),
        ("so $a_b = teh$ holds", "so holds"),
        ("it costs $5 and $6 todya", "it costs and todya"),
        (r"so \(teh x\) and \frac{teh}{x} hold", "so and hold"),
        ("the 3rd and mp3 of 2,000", "the and of"),
        ("call my_fucntion or os.paht or f(teh)", "call or or"),
        ("see [the guide](http://x.y/a (teh)) now", "see the guide now"),
        ("[ref]: http://exmaple.com teh", ""),
        ("an _emphasized_ and **bold** word", "an emphasized and bold word"),
        ("well-known things—really", "well known things really"),
        ("C++ and C# and AT&T", "and and"),
    ],
)
def test_what_is_no_prose_is_left_out(text: str, left: str) -> None:
    assert " ".join(found(text)) == left


@pytest.mark.parametrize(
    "block",
    [
        "```\nteh\n```",
        "~~~ python\nteh `x`\n```\n~~~",
        "> ```\n> teh\n> ```",
        "$$\nteh\n$$",
        "\\[\nteh\n\\]",
        "<!-- teh\nteh -->",
        "\\begin{align}\nteh\n\\end{align}",
    ],
)
def test_blocks_are_left_out(block: str) -> None:
    assert found(f"before\n{block}\nbehind") == ["before", "behind"]


def test_a_fence_that_is_never_closed_goes_to_the_end() -> None:
    assert found("before\n```\nteh\n\nteh") == ["before"]


def test_comments_and_formulas_on_one_line_close_themselves() -> None:
    assert found("$$x$$\nword") == ["word"]
    assert found("<!-- teh -->\nword") == ["word"]


@pytest.mark.parametrize(
    "text, initial",
    [
        ("Word Name", ["Word"]),
        ("one. Two Three? ¿Four Five", ["Two", "Four"]),
        ("- Item Name", ["Item"]),
        ("# Title Name", ["Title"]),
        ("> Quote Name", ["Quote"]),
        ("1. Step Name", ["Step"]),
        ("“Said Name", ["Said"]),
        ("said “Name", []),
        ("said.” Next", ["Next"]),
        ("of Dr. Name and J. Name", []),
        ("it goes on\nName there", []),
        ("it ends.\nNext there", ["Next"]),
        ("it ends\n\nNext there", ["Next"]),
    ],
)
def test_where_sentences_begin(text: str, initial: list[str]) -> None:
    assert [
        word.text
        for line in prose_lines(text)
        for word in words(line.text, line.begins)
        if word.initial
    ] == initial


@pytest.mark.parametrize("word", ["NASA", "PDFs", "iPhone", "McDonald", "of", "слово", "người", ""])
def test_words_that_are_never_looked_up(word: str) -> None:
    assert left_alone(word)


@pytest.mark.parametrize("word", ["word", "Word", "été", "œuvre", "don't"])
def test_words_that_are(word: str) -> None:
    assert not left_alone(word)


def test_normalizing() -> None:
    assert normalized("l’e\u0301te\u0301") == "l'été"


@pytest.mark.parametrize(
    "word, language, parts",
    [
        ("word", "en", ["word"]),
        ("l'eau", "fr", ["eau"]),
        ("qu'il", "fr", ["il"]),
        ("Jusqu'alors", "fr", ["alors"]),
        ("qu'aujourd'hui", "fr", ["aujourd", "hui"]),
        ("aujourd'hui", "fr", []),
        ("dog's", "en", ["dog"]),
        ("isn't", "en", ["is"]),
        ("won't", "en", []),
        ("they'll", "en", ["they"]),
        ("shouldn't've", "en", ["should"]),
        ("O'Brien", "en", ["O'Brien"]),
        ("pa'lante", "es", ["pa", "lante"]),
    ],
)
def test_apostrophes(word: str, language: str, parts: list[str]) -> None:
    got = pieces(word, language)
    assert [piece.text for piece in got] == parts
    assert all(word[piece.start :].startswith(piece.text) for piece in got)


TEXTS = st.text(st.sampled_from("ab Éñ_'’\u0301`~$<>\\[]()!-#@/.1\n\t?—«“*&;{}") | st.characters())


@given(TEXTS)
def test_words_are_whole_inside_and_in_order(text: str) -> None:
    last = 0
    for line in prose_lines(text):
        assert text[line.start : line.start + len(line.text)] == line.text
        for word in words(line.text, line.begins):
            start, end = line.start + word.start, line.start + word.end
            assert last <= start < end <= len(text)
            assert text[start:end] == word.text
            assert not (start and text[start - 1].isalpha())
            assert not text[end : end + 1].isalpha()
            last = end


@given(st.text(st.sampled_from("abe'nts"), max_size=12), st.sampled_from(["en", "fr", "es"]))
def test_pieces_stand_where_they_say(word: str, language: str) -> None:
    last = 0
    for piece in pieces(word, language):
        assert piece.text
        assert last <= piece.start
        assert word[piece.start : piece.start + len(piece.text)] == piece.text
        last = piece.start + len(piece.text)


@pytest.mark.parametrize("part", ["`", "`a ``", "$a ", "\\(", "<a", "](", "a'", "_a", "[", "« "])
def test_hostile_lines_take_no_time_that_grows_with_their_square(part: str) -> None:
    line = part * (100_000 // len(part))
    words(line)  # seconds, not hours
