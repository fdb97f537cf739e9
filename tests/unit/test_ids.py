import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.ids import is_safe, require_safe, slug, task_id

ANY = st.text(st.characters(), max_size=150)
NEAR = st.text(st.sampled_from("aA.-_ /é\u00df0"), max_size=6)
"""Texts so much alike that a careless stem would be the same."""
DEVICES = ("con", "prn", "aux", "nul", "com1", "lpt9")


@pytest.mark.parametrize("text", ["a", "7", "a-b_c.d", "a" * 120, "0.1", "common", "con-1"])
def test_a_safe_id_is_taken_as_it_is(text: str) -> None:
    assert is_safe(text)
    assert require_safe(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "A", "a ", "a/b", "a\\b", "a:b", "é", "-a", "a-", ".a", "a.", "a..b", "a\n", "a" * 121]
    + ["a\0", "a*", "a?", 'a"', "a|b", "<a>", "~a", "\ud800"]
    + [name + end for name in DEVICES for end in ("", ".txt", ".a.b")],
)
def test_what_some_system_cannot_have_as_a_file_name_is_refused(text: str) -> None:
    assert not is_safe(text)
    with pytest.raises(BadInput):
        require_safe(text)


@given(ANY | NEAR | st.sampled_from(DEVICES))
@example("a" * 120)
@example("\ud800")
@example("con.txt")
def test_a_slug_is_a_safe_id_of_at_most_eighty_characters(text: str) -> None:
    assert is_safe(slug(text))
    assert len(slug(text)) <= 80


@given(ANY | NEAR)
def test_the_slug_of_a_slug_is_itself(text: str) -> None:
    assert slug(slug(text)) == slug(text)


@given(st.sets(ANY | NEAR, max_size=40))
def test_texts_that_differ_have_slugs_that_differ(texts: set[str]) -> None:
    assert len({slug(text) for text in texts}) == len(texts)


def test_a_hundred_thousand_texts_with_one_stem_do_not_collide() -> None:
    beginning = "https://example.com/" + "a-long-path/" * 8
    assert len({slug(f"{beginning}{number}") for number in range(100_000)}) == 100_000


def test_a_short_safe_text_stays_and_another_keeps_what_can_be_read() -> None:
    assert slug("atlas-coding") == "atlas-coding"
    assert slug("Größe der Stadt").startswith("groe-der-stadt-")
    assert slug("日本語").startswith("id-")


def test_a_task_id_is_the_batch_and_the_id_in_the_source() -> None:
    assert task_id("atlas", "brn-001") == "atlas.brn-001"
    assert is_safe(task_id("atlas", "Number 1/2"))
    assert task_id("atlas", "Number 1") != task_id("atlas", "number 1")
