import random
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer_tui.domain.similarity import NearIndex, pieces, similarity

WORDS = "harbor knot poem ledger winter recipe train letter garden engine story budget".split()
BREAD = (
    "Mix the flour with the water and let it rest for an hour. Then fold it four times. "
    "Bake it in a hot oven until the crust is dark, and let it cool before you cut it."
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.lists(
    st.sampled_from(WORDS), max_size=30
).map(" ".join)


def many(count: int) -> list[str]:
    chance = random.Random(7)
    return [" ".join(chance.choices(WORDS, k=30)) for _ in range(count)]


def index_of(stored: list[str]) -> NearIndex[int]:
    index: NearIndex[int] = NearIndex()
    for key, text in enumerate(stored):
        index.put(key, text)
    return index


@given(texts, texts)
def test_a_score_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    score = similarity(one, other)
    assert 0 <= score <= 1
    assert score == similarity(other, one)
    if re.search(r"[^\W_]", one):
        assert similarity(one, one) == 1


def test_nothing_in_common_is_0_and_no_words_are_like_nothing() -> None:
    assert similarity("aaaaaa bbbbbb", "cccccc dddddd") == 0
    assert similarity("", "") == similarity("...", "...") == similarity("...", "word") == 0


def test_a_score_is_twice_the_shared_pieces_over_the_sum_of_both() -> None:
    # abcde bcdef cdefg against abcde bcdef cdefX: two of three pieces each.
    assert similarity("abcdefg", "abcdefx") == pytest.approx(2 / 3)
    # 日本 本語 against 日本 本史.
    assert similarity("日本語", "日本史") == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("altered", "at_least"),
    [
        (BREAD.upper().replace(",", " --"), 1.0),
        (BREAD.replace(" ", "\n  "), 1.0),
        ("Then fold it four times. " + BREAD.replace("Then fold it four times. ", ""), 0.9),
        (BREAD.replace("flour", "fluor").replace("until", "untill"), 0.85),
        (BREAD.replace("four", "5").replace("an hour", "two hours"), 0.8),
        ("Of course, I will tell you how that is done. " + BREAD, 0.8),
        (BREAD[: len(BREAD) * 2 // 3], 0.75),
    ],
)
def test_what_people_change_in_a_text_leaves_it_near(altered: str, at_least: float) -> None:
    assert similarity(BREAD, altered) >= at_least


@pytest.mark.parametrize(
    ("one", "near", "far"),
    [
        (
            "Décrivez en trois phrases comment un boulanger prépare son pain le matin.",
            "Décrivez en quatre phrases comment une boulangère prépare son pain le matin.",
            "Rédigez une courte lettre à un voisin qui fait trop de bruit pendant la nuit.",
        ),
        (
            "Opisz w trzech zdaniach, jak piekarz przygotowuje rano świeży chleb.",
            "Opisz w pięciu zdaniach, jak piekarz przygotowuje rano świeży chleb i bułki.",
            "Napisz krótki list do sąsiada, który zbyt głośno słucha muzyki w nocy.",
        ),
        (
            "東京から京都まで新幹線で行く方法を、初めての旅行者に分かるように説明してください。",
            "大阪から京都まで新幹線で行く方法を、初めての旅行者にも分かるよう説明してください。",
            "桜の花の種類と特徴について、子供向けの短い物語を一つ書いて、題名も付けてください。",
        ),
    ],
)
def test_other_languages_are_compared_too(one: str, near: str, far: str) -> None:
    assert similarity(one, near) >= 0.7
    assert similarity(one, far) <= 0.3


def test_forms_of_the_same_characters_are_the_same() -> None:
    assert (
        similarity("Crème brûlée für Gäste", "Cre\u0300me bru\u0302le\u0301e fu\u0308r Ga\u0308ste")
        == 1
    )
    assert similarity("カタカナ語", "ｶﾀｶﾅ語") == 1


@given(st.lists(texts, max_size=20), texts)
def test_an_identical_text_is_always_found_with_score_1(stored: list[str], text: str) -> None:
    index = index_of(stored)
    index.put(1000, text)
    found = index.search(text, 0.5)
    assert [match.score for match in found][:1] == ([1.0] if pieces(text) else [])


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_texts_come_in_does_not_matter(chance: random.Random) -> None:
    stored = many(60) + [BREAD] * 20
    index = index_of(stored)
    keys = list(range(len(stored)))
    chance.shuffle(keys)
    other: NearIndex[int] = NearIndex()
    for key in keys:
        other.put(key, "something else")
        other.put(key, stored[key])
    for text in (stored[3], BREAD):
        assert other.search(text, 0.3) == index.search(text, 0.3) != []


def test_all_that_is_near_enough_is_found_and_nothing_else() -> None:
    chance = random.Random(11)
    stored = []
    for family in range(20):
        own = [f"{chance.choice(WORDS)}{family}{chance.randrange(9)}" for _ in range(40)]
        for altered in range(8):
            own[altered * 2 : altered * 2 + 3] = chance.choices(WORDS, k=3)
            stored.append(" ".join(own))
    index = index_of(stored)
    threshold = 0.88
    total = 0
    for text in stored[::5]:
        found = index.search(text, threshold)
        expected = {key for key, other in enumerate(stored) if similarity(text, other) >= threshold}
        assert {match.key for match in found} == expected
        assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
        assert all(m.score == similarity(text, m.text) and stored[m.key] == m.text for m in found)
        total += len(found)
    assert 60 < total < 200, "some of a family are near, some are not"


def test_unwanted_keys_leave_their_places_to_others() -> None:
    index = index_of([BREAD] * 50)
    found = index.search(BREAD, 0.5, lambda key: key >= 40)
    assert [match.key for match in found] == list(range(40, 50))


def test_equal_scores_are_in_the_order_of_their_keys() -> None:
    chance = random.Random(13)
    words = ["".join(chance.sample("abcdefghijklmnopqrstuvwxy", 7)) for _ in range(30)]
    index: NearIndex[int] = NearIndex()
    for place in range(1, 13):  # another word as long at one place each: as much is the same
        index.put(100 - place, " ".join([*words[:place], "zzzzzzz", *words[place + 1 :]]))
    found = index.search(" ".join(words), 0.5)
    assert len({match.score for match in found}) == 1
    assert [match.key for match in found] == list(range(88, 100))


def test_a_text_that_is_replaced_or_removed_is_not_found_any_more() -> None:
    index = index_of([BREAD, many(1)[0]])
    assert len(index) == 2 and 0 in index
    index.put(0, "quite another text than there was")
    assert index.search(BREAD, 0.5) == []
    index.remove(0)
    index.remove(0)
    assert len(index) == 1 and 0 not in index


def test_the_library_is_loaded_by_the_first_search_only() -> None:
    code = (
        "import sys; from trainer_tui.domain.similarity import NearIndex, similarity; "
        "similarity('one text', 'one text'); before = 'rensa' in sys.modules; "
        "NearIndex().put(1, 'a text'); print(before, 'rensa' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
