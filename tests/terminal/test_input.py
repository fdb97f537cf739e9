"""However fast and in whatever pieces keys and pastes arrive, they do what they say."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import AT_LIST, AT_TEXT, BEFORE_SENDING, Desk, draft, exported, import_tasks, write_tasks
from terminal import keys

ESCAPES = (
    "\x1b]52;c;cm0gLXJmIC8K\x07 \x1b[31mred\x1b[0m \x1bc \x1b[200~ \x9b6n "
    "\x1b[6n \x1b\x1b[A \x1bOP \x1b[19~ \x1b "
    "\x1b]0;a title that is much longer than any key could ever be\x07 end"
)
CONTROLS = "".join(map(chr, [*range(1, 9), 0x0B, 0x0C, *range(0x0E, 0x1B), 0x7F]))


@pytest.fixture
def writing(desk: Desk) -> Desk:
    desk.open_task()
    return desk


def test_pasted_megabyte(home: Path, writing: Desk) -> None:
    chance = random.Random(5)
    words = ["".join(chance.choices("abcdefgé東 ", k=9)) for _ in range(100_000)]
    text = "\n".join(" ".join(words[i : i + 15]) for i in range(0, len(words), 15))
    assert len(text.encode()) > 2**20
    writing.press("tab")
    writing.paste(text + "\nthe end")
    writing.until("the end")
    writing.until_saved()
    writing.quit()
    assert draft(home, "b.t1") == [("", text + "\nthe end")]


def test_pasted_line_ends(home: Path, writing: Desk) -> None:
    writing.paste("one\r\ntwo\rthree\nfour")
    writing.until("four")
    writing.quit()
    assert draft(home, "b.t1") == [("one\ntwo\nthree\nfour", "")]


def test_pasted_controls_are_left_out(home: Path, writing: Desk) -> None:
    writing.paste(f"a{CONTROLS}b")
    writing.until("ab", "left out")
    writing.quit()
    assert draft(home, "b.t1")[0][0].replace("\n", "") == "ab"


def test_pasted_escape_sequences_are_text_and_no_keys(home: Path, writing: Desk) -> None:
    writing.paste(ESCAPES)
    writing.until("control characters left out")
    writing.type("!")
    writing.until("end!")
    writing.quit()
    plain = ESCAPES.replace("\x1b", "").replace("\x07", "").replace("\x9b", "")
    assert draft(home, "b.t1") == [(plain + "!", "")]


def test_paste_in_pieces(home: Path, writing: Desk) -> None:
    """A slow line cuts a paste anywhere, also in the middle of a character or a sequence."""
    text = "première ligne\x1b[A\nzweite Zeile \x1b東京 👩‍👩‍👧"
    writing.send("\x1b[200~")
    for byte in text.encode() + b"\x1b[201~":
        writing.send(bytes([byte]))
        if byte in b"\x1b\xe6":
            writing.until_quiet(0.15)
    writing.until("東京")
    writing.quit()
    assert draft(home, "b.t1") == [(text.replace("\x1b", ""), "")]


def test_bytes_that_are_no_utf8_do_no_harm(home: Path, writing: Desk) -> None:
    """A terminal set to Latin-1, or noise on a serial line."""
    writing.type("before ")
    writing.send(b"caf\xe9 \xff\xfe ")
    writing.type("after")
    writing.until("after")
    writing.until_saved()
    assert writing.quit() == 0
    text = draft(home, "b.t1")[0][0]
    assert text.startswith("before caf")
    assert text.endswith(" after")


def test_typing_at_thirty_keys_a_second(home: Path, writing: Desk) -> None:
    text = "The quick brown fox jumps over the lazy dog. Ça va très bien, merci. 東京 " * 2
    writing.type(text, per_second=30)
    writing.until_saved()
    writing.quit()
    assert draft(home, "b.t1") == [(text, "")]


def test_burst_of_five_kilobytes(home: Path, writing: Desk) -> None:
    text = "".join(f"{n} sheep, {n + 1} goats\n" for n in range(260))
    assert len(text) > 5000
    writing.type(text)
    writing.until("259 sheep, 260 goats")
    writing.until_saved()
    writing.quit()
    assert draft(home, "b.t1") == [(text, "")]


BEGIN_TASK = ("enter", *"The prompt", "tab", *"The response", "home", *"1 ", "tab", "end", *"!")


def test_keys_in_one_burst_do_what_they_do_one_by_one(
    tmp_path: Path, open_desk: Callable[..., Desk]
) -> None:
    for together in (False, True):
        home = tmp_path / str(together)
        import_tasks(home, write_tasks())
        desk = open_desk(home)
        if together:
            desk.send(keys(*BEGIN_TASK))
        else:
            for name in BEGIN_TASK:
                desk.press(name)
                desk.until_quiet(0.02)
        desk.until("1 The response", "The prompt!")
        desk.until_saved()
        assert desk.quit() == 0
        assert draft(home, "b.t1") == [("The prompt!", "1 The response")]


def test_nothing_is_sent_that_nobody_could_read(home: Path, writing: Desk) -> None:
    """A key that repeats, or keys typed ahead, are no answer to a question not yet shown."""
    writing.send(keys(*"p", "tab", *"r", "f8", "f8", "f8", *"lost", "enter"))
    writing.until(BEFORE_SENDING)
    writing.until_quiet()
    writing.press("f8")
    writing.until("Submitted", "Task number 2", "Write the prompt")
    writing.type("next")
    writing.until("next")
    writing.quit()
    assert exported(home) == [[("user", "p"), ("assistant", "r")]]
    assert draft(home, "b.t2") == [("next", "")]


def test_command_keys_behind_escape(home: Path, writing: Desk) -> None:
    """Single keys act behind Escape, and the same letters are text before it and after `i`."""
    writing.type("jqsd")
    writing.press("escape")
    writing.send("jjkkbbi")
    writing.type("text")
    writing.press("escape")
    writing.send("P")
    writing.type(" end")
    writing.until_saved()
    assert writing.quit() == 0
    assert draft(home, "b.t1") == [("jqsd end", "text")]


def test_escape_and_a_letter_that_arrive_together_are_no_text(home: Path, writing: Desk) -> None:
    writing.type("jqsd")
    writing.send(keys("escape", "i"))
    writing.type("text")
    writing.send(keys("escape", "P"))
    writing.type(" end")
    writing.until_saved()
    assert writing.quit() == 0
    assert draft(home, "b.t1") == [("jqsd end", "text")]


def test_keys_behind_skip_wait_for_the_question(desk: Desk) -> None:
    """A key that was typed before the question could be read is no answer to it."""
    desk.send("s1")
    desk.until("Why skip this task?")
    desk.press("escape")
    desk.until_not("Why skip this task?")
    desk.until(AT_LIST)
    assert "skipped" not in str(desk)
    desk.quit()


def test_a_burst_on_the_list(desk: Desk) -> None:
    desk.send("jk" * 200 + "jj")
    desk.press("enter")
    desk.until("Task number 3 ", AT_TEXT)
    desk.press("escape")
    desk.press("q")
    desk.until(AT_LIST)
    desk.quit()


def test_letters_right_behind_find_are_looked_for(home: Path, writing: Desk) -> None:
    writing.type("a needle in hay")
    writing.send(keys("ctrl+f", *"needle"))
    writing.until("Find", "1 of 1")
    writing.press("escape")
    writing.press("escape")
    writing.until("KEYS")
    assert writing.quit() == 0
    assert draft(home, "b.t1") == [("a needle in hay", "")]


def test_send_back_and_forth_in_a_burst(home: Path, writing: Desk) -> None:
    writing.send(keys(*"p", "tab", *"r", "f8"))
    writing.until(BEFORE_SENDING)
    writing.press("escape")
    writing.until(AT_TEXT)
    writing.type("esponse")
    writing.submit()
    writing.quit()
    assert exported(home) == [[("user", "p"), ("assistant", "response")]]
