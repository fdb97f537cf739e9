"""The personal dictionary on the disk: exact, crash-safe, and patient with what is no word."""

import os
import sys
from pathlib import Path

import pytest
import store_samples as samples

from trainer_tui.domain.errors import StoreError, StoreReadOnly
from trainer_tui.store import words
from trainer_tui.store.doctor import Severity, examine
from trainer_tui.store.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "data"


def read(home: Path, language: str = "en") -> tuple[str, ...]:
    store = Workspace.open(home, read_only=True)
    try:
        return store.own_words(language)
    finally:
        store.close()


def test_words_are_sorted_kept_and_the_owner_s_alone(home: Path) -> None:
    store = Workspace.open(home)
    assert store.own_words("en") == ()
    store.put_own_words("en", ["umami", "Zoë", "don't", "Äpfel", "umami"])
    store.put_own_words("fr", ["quiz"])
    assert store.own_words("en") == ("don't", "umami", "Zoë", "Äpfel")
    store.close()
    file = home / "words" / "en.txt"
    assert file.read_bytes().decode() == "don't\numami\nZoë\nÄpfel\n"
    assert read(home, "fr") == ("quiz",)
    if os.name != "nt":
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_reader_reads_and_writes_nothing(home: Path) -> None:
    Workspace.open(home).close()
    store = Workspace.open(home, read_only=True)
    with pytest.raises(StoreReadOnly):
        store.put_own_words("en", ["umami"])
    assert store.own_words("en") == ()
    store.close()


@pytest.mark.parametrize("word", ["", "two words", "a\nb", "a\x1bb", "a\u202eb", "a" * 65, "'s"])
def test_what_is_no_word_is_not_written(home: Path, word: str) -> None:
    store = Workspace.open(home)
    store.put_own_words("en", ["umami"])
    with pytest.raises(StoreError):
        store.put_own_words("en", ["umami", word])
    assert store.own_words("en") == ("umami",)
    store.close()


@pytest.mark.parametrize("language", ["", "../x", "EN", "en-GB", "e", "a" * 99, "en\0"])
def test_no_language_becomes_another_file(home: Path, language: str) -> None:
    store = Workspace.open(home)
    for call in (lambda: store.own_words(language), lambda: store.put_own_words(language, ["a"])):
        with pytest.raises(StoreError):
            call()
    store.close()


HOSTILE = b"\xef\xbb\xbfumami\r\n\n\xff\xfe\n\x1b[2Jx\na b\n" + b"x" * 2**20 + b"\n  soba \n\x00\n"


def test_lines_that_are_no_words_are_passed_over_told_and_kept(home: Path) -> None:
    Workspace.open(home).close()
    (home / "words" / "en.txt").write_bytes(HOSTILE)
    assert read(home) == ("soba", "umami")
    store = Workspace.open(home)
    assert store.own_words("en") == ("soba", "umami")
    (trouble,) = store.troubles()
    assert (trouble.place, trouble.serious) == ("words/en.txt", False)
    assert "5 lines" in trouble.message
    assert not list((home / "quarantine").iterdir())
    store.put_own_words("en", ["soba", "tofu"])
    assert store.own_words("en") == ("soba", "tofu")
    assert [one.read_bytes() for one in (home / "quarantine").iterdir()] == [HOSTILE]
    store.close()
    assert (home / "words" / "en.txt").read_bytes() == b"soba\ntofu\n"


def test_the_doctor_knows_them(home: Path) -> None:
    store = Workspace.open(home)
    store.put_own_words("en", ["umami"])
    store.close()
    sound = [one for one in examine(home) if one.severity is not Severity.OK]
    assert sound == []
    (home / "words" / "en.txt").write_bytes(HOSTILE)
    (found,) = [one for one in examine(home) if one.severity is not Severity.OK]
    assert (found.place, found.severity) == ("words/en.txt", Severity.NOTE)
    assert "5 of its lines" in found.message


def test_left_overs_of_a_save_are_swept(home: Path) -> None:
    Workspace.open(home).close()
    (home / "words" / "en.txt.tmp").write_bytes(b"half")
    assert any(one.place == "words/en.txt.tmp" for one in examine(home))
    Workspace.open(home).close()
    assert not list((home / "words").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    Workspace.open(home).close()
    outside = tmp_path / "outside"
    outside.write_bytes(b"umami\n")
    (home / "words" / "en.txt").symlink_to(outside)
    store = Workspace.open(home)
    for call in (lambda: store.own_words("en"), lambda: store.put_own_words("en", ["a"])):
        with pytest.raises(StoreError):
            call()
    store.close()
    assert outside.read_bytes() == b"umami\n"
    assert any(one.severity is Severity.BAD for one in examine(home))


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("dead", [False, True])
def test_a_save_that_fails_or_dies_leaves_the_old_or_the_new_words(
    home: Path, monkeypatch: pytest.MonkeyPatch, dead: bool, short: bool
) -> None:
    store = Workspace.open(home)
    store.put_own_words("en", ["old"])
    store.close()
    calls = samples.FailingCalls(monkeypatch, short=short)
    nth = failures = 0
    while True:
        nth += 1
        calls.arm(0)
        store = Workspace.open(home)
        store.put_own_words("en", ["old"])
        calls.arm(nth, dead=dead)
        acknowledged = True
        try:
            store.put_own_words("en", ["new"])
        except (StoreError, samples.Killed):
            acknowledged = False
        failed, calls.nth = calls.failed, 0
        failures += bool(failed)
        if dead:
            samples.abandon(store)
        else:
            assert store.own_words("en") == (("new",) if acknowledged else ("old",))
            store.close()
        assert read(home) in ((("new",),) if acknowledged else (("old",), ("new",)))
        if not failed:
            break
    assert failures > 5


def test_parsing_never_raises() -> None:
    from hypothesis import given
    from hypothesis import strategies as st

    @given(st.binary() | st.text().map(str.encode))
    def check(data: bytes) -> None:
        content = words.parse(data)
        again = words.parse("".join(f"{word}\n" for word in content.words).encode())
        assert again == words.Content(content.words, 0)

    check()
