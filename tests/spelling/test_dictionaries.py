"""The real dictionaries, on real sentences."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer_tui.spelling import dictionaries, edits
from trainer_tui.spelling.dictionaries import Dictionaries, NoDictionary, base_of
from trainer_tui.spelling.lexicon import Keys, Lexicon
from trainer_tui.spelling.slips import slips
from trainer_tui.spelling.varieties import other_spelling


@pytest.fixture(scope="module")
def real() -> Dictionaries:
    return Dictionaries()


RIGHT = {
    "en": "the quick color colour realise realize travelled traveled blog online website app "
    "whether neither receive accommodate rhythm zucchini gochujang sous tokyo covid barcode",
    "fr": "être après œuvre cœur français garçon où pas du aux déjà naïf événement évènement "
    "entrepreneuriale photosynthèse expliqueriez biodiversité courriel smartphone",
    "es": "también después día niño qué así sólo solo está esta explícame convéncelo diciéndoselo "
    "calentémonos presentarse blockchain ciberseguridad microplásticos",
}
WRONG = {
    "en": "teh recieve seperate definately occurrance wich becuase thier untill acheive "
    "enviroment goverment beleive freind stoped greatful supercede percieved percieve",
    "fr": "apres etre francais deja tres meme acceuil ortographe paralelle interressant bizard "
    "biensur parceque aggressif abbréviation appeller réglement",
    "es": "tambien aqui rapido dificil exelente nesesito desarollo ortografia dia despues asi "
    "musica exámen imágen vallamos llendo hechado cojer absorver porsupuesto",
}


@pytest.mark.parametrize("language", RIGHT)
def test_right_words_are_accepted(real: Dictionaries, language: str) -> None:
    assert [word for word in RIGHT[language].split() if not real.accepts(word, language)] == []


@pytest.mark.parametrize("language", WRONG)
def test_common_misspellings_are_not(real: Dictionaries, language: str) -> None:
    assert [word for word in WRONG[language].split() if real.accepts(word, language)] == []


@pytest.mark.parametrize(
    "word, language, first",
    [
        ("teh", "en", "the"),
        ("recieve", "en", "receive"),
        ("Recieve", "en", "Receive"),
        ("RECIEVE", "en", "RECEIVE"),
        ("definitly", "en", "definitely"),
        ("seperatly", "en", "separately"),
        ("francais", "fr", "français"),
        ("evenement", "fr", "événement"),
        ("tambien", "es", "también"),
        ("colour", "en-US", "color"),
        ("center", "en-GB", "centre"),
    ],
)
def test_suggestions(real: Dictionaries, word: str, language: str, first: str) -> None:
    found = real.suggestions(word, language)
    assert found[0] == first
    assert len(found) <= 5


def test_a_word_that_is_like_no_other_has_no_suggestions(real: Dictionaries) -> None:
    assert real.suggestions("qqqxqqqqxqqqqxqqqx", "en") == ()
    assert real.suggestions("q" * 5000, "en") == ()


@pytest.mark.parametrize(
    "word, right",
    [
        ("colour", "GB"),
        ("color", "US"),
        ("organise", "GB"),
        ("organize", "GB US"),
        ("theatre", "GB"),
        ("travelled", "GB"),
        ("traveling", "US"),
        ("grey", "GB"),
        ("defense", "US"),
        # These look as if, and are both.
        *(
            (word, "GB US")
            for word in "exercise otherwise promised literal laboratory check".split()
        ),
        *((word, "GB US") for word in "humorous honorary hour four theatrical analysis".split()),
    ],
)
def test_british_and_american(real: Dictionaries, word: str, right: str) -> None:
    assert [v for v in ("GB", "US") if real.accepts(word, f"en-{v}")] == right.split()
    assert real.accepts(word, "en")
    assert real.accepts(word, "en-AU")


def test_a_name_is_wrong_only_where_it_is_near_a_word(real: Dictionaries) -> None:
    assert real.accepts("Xochitlqui", "en", perhaps_name=True)
    assert not real.accepts("Xochitlqui", "en")
    assert not real.accepts("Becuase", "en", perhaps_name=True)


@pytest.mark.parametrize("language", ["en", "EN", "en-US", "en_GB", "fr-CA", "es-419"])
def test_known_languages(language: str) -> None:
    assert Dictionaries().knows(language)


@pytest.mark.parametrize("language", ["", "ja", "pl", "english", "e", "en\x1b", "../en"])
def test_unknown_languages(language: str) -> None:
    judge = Dictionaries()
    assert not judge.knows(language)
    with pytest.raises(KeyError):
        judge.accepts("word", language)


def test_base_language() -> None:
    assert [base_of(tag) for tag in ("fr-CA", "EN_us", "")] == ["fr", "en", ""]


def test_a_broken_installation_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(language: str) -> Lexicon:
        raise FileNotFoundError(2, "No such file")

    monkeypatch.setattr(dictionaries, "load", broken)
    with pytest.raises(NoDictionary) as raised:
        Dictionaries().accepts("word", "fr")
    assert "'fr'" in raised.value.message


def test_knowing_and_importing_load_no_dictionary() -> None:
    code = (
        "import sys\n"
        "from trainer_tui.spelling.dictionaries import Dictionaries\n"
        "Dictionaries().knows('en')\n"
        "print(*{'simplemma', 'wordfreq', 'lzma'} & {*sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_common_slip_is_wrong_and_what_was_meant_is_right(
    real: Dictionaries, language: str
) -> None:
    known = slips(language)
    assert known
    meant = {word for words in known.values() for word in words.split()}
    assert [word for word in meant if not real.accepts(word, language)] == []
    assert [word for word in known if real.accepts(word, language)] == []
    assert real.suggestions(next(iter(known)), language)[0] == next(iter(known.values()))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=20), st.sampled_from(["en", "fr-CA", "es", "en-US"]))
def test_any_word_gets_an_answer(real: Dictionaries, word: str, language: str) -> None:
    assert real.accepts(word, language) in (True, False)
    assert len(real.suggestions(word, language)) <= 5


@given(st.sets(st.integers(-(2**63), 2**63 - 1)), st.integers(-(2**63), 2**63 - 1))
def test_keys_are_a_sorted_set(numbers: set[int], other: int) -> None:
    keys = Keys()
    keys.add(numbers)
    keys.settle()
    assert len(keys) == len(numbers)
    assert all(keys.from_(number) == number for number in numbers)
    found = keys.from_(other)
    assert found is None or (found >= other and found in numbers)


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 900)), st.sets(st.text(max_size=5)))
def test_a_lexicon_holds_what_was_put_in(common: dict[str, int], listed: set[str]) -> None:
    lexicon = Lexicon([(rank, [word]) for word, rank in common.items()], listed)
    for word, rank in common.items():
        assert lexicon.entry(word).zipf == rank / 100
    lower = {word.lower() for word in listed}
    for word in {*common, *lower}:
        assert lexicon.entry(word).listed is (word in lower)
    assert lexicon.entry("not there") == (False, 0.0)


@given(st.text(max_size=40), st.sampled_from(["en", "fr", "es"]))
def test_neighbors_are_one_slip_away(word: str, language: str) -> None:
    for other in edits.neighbors(word, language):
        assert abs(len(other) - len(word)) <= 1
    for other in edits.accented(word, language):
        assert len(other) == len(word)


@given(st.text(max_size=12), st.sampled_from(["GB", "US"]))
def test_other_spellings_never_fail(word: str, variety: str) -> None:
    other_spelling(word, variety)
