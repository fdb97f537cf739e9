import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput, NotAllowed, StoreReadOnly, TrainerError
from trainer_tui.services.ports import NoSpeller
from trainer_tui.services.spelling import Spelling
from trainer_tui.store.workspace import Workspace


class Few:
    """A dictionary of a few words that counts what it is asked."""

    def __init__(self, words: str) -> None:
        self.words = set(words.split())
        self.asked: list[str] = []

    def knows(self, language: str) -> bool:
        return language.partition("-")[0] in ("en", "fr", "es")

    def accepts(self, word: str, language: str, *, perhaps_name: bool = False) -> bool:
        self.asked.append(word)
        return word.lower() in self.words or (perhaps_name and word == "Zork")

    def suggestions(self, word: str, language: str) -> tuple[str, ...]:
        return ("right",)


WORDS = "the word words are here say says dog eau est belle well known and isn't is it's name was"


@pytest.fixture
def few() -> Few:
    return Few(WORDS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Workspace]:
    store = Workspace.open(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def spelling(store: Workspace, few: Few) -> Spelling:
    return Spelling(store, few)


def wrong(spelling: Spelling, text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in spelling.misspelled(text, language)]


@pytest.mark.parametrize(
    "text, language, found",
    [
        ("the wrod and the wrods\nare here", "en", ["wrod", "wrods"]),
        ("The word. Teh word", "en", ["Teh"]),
        ("the Wrod was here", "en", []),  # a name
        ("Zork says", "en", []),
        ("the dog's wrod's well-konwn", "en", ["wrod", "konwn"]),
        ("it isn’t", "en", []),
        ("THE WROD and `wrod` and wrod2", "en", []),
        ("l’eau est bele", "fr", ["bele"]),
        ("l’aeu est belle", "fr", ["aeu"]),
        ("L'Zork est", "fr", []),
        ("the wro\u0301d", "en", ["wro\u0301d"]),
        ("teh", "ja", []),
        ("teh", "", []),
    ],
)
def test_misspelled(spelling: Spelling, text: str, language: str, found: list[str]) -> None:
    assert wrong(spelling, text, language) == found


def test_a_word_that_is_learned_is_right_everywhere_and_at_once(
    spelling: Spelling, store: Workspace, few: Few
) -> None:
    text = "the gochujang. Gochujang’s well-known GOCHUJANG"
    assert wrong(spelling, text) == ["gochujang", "Gochujang"]
    assert spelling.learn("Gochujang", "en-GB") == "Gochujang"
    assert wrong(spelling, text) == []
    assert wrong(spelling, text, "en-US") == []
    assert wrong(spelling, text, "es") == ["gochujang", "Gochujang", "s"][:2]
    assert store.own_words("en") == ("Gochujang",)
    assert spelling.own_words("en-AU") == ("Gochujang",)
    assert wrong(Spelling(store, few), text) == []
    assert spelling.forget("gochujang", "en") == "gochujang"
    assert wrong(spelling, text) == ["gochujang", "Gochujang"]
    assert store.own_words("en") == ()


def test_learning_twice_and_forgetting_what_is_not_there_writes_nothing(
    spelling: Spelling, store: Workspace
) -> None:
    spelling.learn("soba", "en")
    file = store.home / "words" / "en.txt"
    before = file.stat().st_ino
    spelling.learn("SOBA", "en")
    spelling.forget("umami", "en")
    assert file.stat().st_ino == before


def test_learning_with_another_apostrophe_and_accents_apart(spelling: Spelling) -> None:
    assert spelling.learn(" d’Arte\u0301 ", "en") == "d'Arté"
    assert wrong(spelling, "the d'arté and d’arté") == []


@pytest.mark.parametrize("word", ["", " ", "two words", "a-b", "x1", "a\x1bb", "a\nb", "a" * 65])
def test_what_is_no_word_is_not_learned(spelling: Spelling, store: Workspace, word: str) -> None:
    with pytest.raises(BadInput):
        spelling.learn(word, "en")
    assert store.own_words("en") == ()


@pytest.mark.parametrize("language", ["ja", "", "../en"])
def test_languages_that_are_not_checked(spelling: Spelling, language: str) -> None:
    assert not spelling.knows(language)
    assert spelling.suggest("teh", language) == ()
    assert spelling.own_words(language) == ()
    with pytest.raises(NotAllowed):
        spelling.learn("word", language)


def test_without_dictionaries_nothing_is_checked(store: Workspace) -> None:
    assert Spelling(store, NoSpeller()).misspelled("teh", "en") == ()


def test_a_reader_checks_and_learns_nothing(store: Workspace, few: Few) -> None:
    Spelling(store, few).learn("umami", "en")
    reader = Workspace.open(store.home, read_only=True)
    spelling = Spelling(reader, few)
    assert wrong(spelling, "the umami and soba") == ["soba"]
    with pytest.raises(StoreReadOnly):
        spelling.learn("soba", "en")
    assert wrong(spelling, "the umami and soba") == ["soba"]
    reader.close()


def test_a_line_is_looked_at_once(spelling: Spelling, few: Few) -> None:
    lines = [f"the wrod {'and ' * number}" for number in range(50)]
    before = spelling.misspelled("\n".join(lines), "en")
    assert sorted(few.asked) == ["and", "the", "wrod"]
    few.asked.clear()
    lines[10] += "teh"
    assert len(spelling.misspelled("\n".join(lines), "en")) == len(before) + 1
    assert few.asked == ["teh"]
    assert len(spelling._seen.lines) == 51
    few.asked.clear()
    spelling.misspelled("no.\n\n" * 300 + "\n".join(lines), "en")
    assert few.asked == []


def test_what_is_kept_is_bounded(spelling: Spelling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer_tui.services.spelling._MOST_KEPT", 1000)
    for number in range(200):
        spelling.misspelled("wrod " * 20 + "x" * number, "en")
        assert sum(len(line) for _, line, _ in spelling._seen.lines) <= 1400


def test_a_damaged_file_of_words_is_an_error_that_can_be_shown(
    spelling: Spelling, store: Workspace
) -> None:
    (store.home / "words" / "en.txt").mkdir()
    with pytest.raises(TrainerError):
        spelling.misspelled("teh", "en")


def test_threads_agree(spelling: Spelling) -> None:
    text = "\n".join(f"the wrod {'and ' * number}" for number in range(100))
    expected = spelling.misspelled(text, "en")
    wrongs: list[object] = []

    def check() -> None:
        for _ in range(20):
            if spelling.misspelled(text, "en") not in (expected, ()):
                wrongs.append(1)

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        spelling.learn("wrod", "en")
        spelling.forget("wrod", "en")
    for thread in threads:
        thread.join()
    assert wrongs == []
    assert spelling.misspelled(text, "en") == expected


@given(
    st.text(st.sampled_from("ab Éñ'’\u0301`$<>\\[]()!-#@/.1\n\t?—*") | st.characters()),
    st.sampled_from(["en", "fr", "es", "ja"]),
)
def test_places_are_whole_words_inside_in_order(text: str, language: str) -> None:
    class Empty:
        def own_words(self, language: str) -> tuple[str, ...]:
            return ()

    last = 0
    for start, end in Spelling(Empty(), Few("")).misspelled(text, language):  # type: ignore[arg-type]
        assert last <= start < end <= len(text)
        assert not (start and text[start - 1].isalpha())
        assert not text[end : end + 1].isalpha()
        last = end
