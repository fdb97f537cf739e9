"""The terminal, read so that nothing in a paste acts, and lost without losing the program.

Textual's parser looks for keys inside a paste too: two escape characters in a pasted text
leave the editor before the text arrives in it, and a long sequence is typed as well as
pasted. It takes Escape and what is typed right behind it, or comes with it over a slow
line, for one long sequence, and types all of it with a `^` in front. Its input thread dies
of the first byte that is not UTF-8, and its output thread of a terminal that is gone, after
which the program waits forever to be rid of its output, and never comes to save.
"""

import os
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Container, Generator, Iterator
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, cast

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._parser import ParseEOF, ParseTimeout
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from trainer_tui.domain.errors import TrainerError

if TYPE_CHECKING:
    from trainer_tui.ui.desk import Desk

LOOK_EVERY = 5
"""Tenths of a second without input between two looks at the size of the terminal."""
_ESCAPE = "\x1b"
_SUBSTITUTE = "\x1a"
"""Stands for an escape character within a paste: a control character all the same, left out
and counted with the others, but no beginning of a key."""


class PasteSafeParser(XTermParser):
    """Takes a paste as text until its end, and Escape as a key unless a sequence follows."""

    def __init__(self, debug: bool = False, alt: Container[str] = ()) -> None:
        """Make a parser; `alt`: the letters that mean something together with the Alt key."""
        self._alt = alt
        self._pasted: list[str] | None = None
        """The pieces of the paste that is coming in."""
        self._tail = ""
        """What of the paste was not yet searched for its end."""
        super().__init__(debug)

    def _is_sequence(self, character: str) -> bool:
        """Whether an escape character and this one are, or begin, the sequence of a key."""
        if character in "[O" or character in self._alt:
            return True
        return isinstance(ANSI_SEQUENCES_KEYS.get(_ESCAPE + character), tuple)

    def feed(self, data: str) -> Iterator[Message]:
        """Read what came; a paste is taken whole, not a character at a time."""
        while True:
            if self._pasted is None:
                start = data.find(BRACKETED_PASTE_START)
                cut = start + len(BRACKETED_PASTE_START) if start >= 0 else len(data)
                yield from super().feed(data[:cut])
                data = data[cut:]
            if self._pasted is not None:
                data, self._tail = self._tail + data, ""
                end = data.find(BRACKETED_PASTE_END)
                if end < 0:
                    # Its last characters may be the beginning of the end.
                    cut = max(len(data) - len(BRACKETED_PASTE_END), 0)
                    self._pasted.append(data[:cut])
                    self._tail = data[cut:]
                    return
                text = "".join((*self._pasted, data[:end]))
                self._pasted = None
                for message in super().feed(BRACKETED_PASTE_END):
                    pasted = text.replace("\0", "").replace(_ESCAPE, _SUBSTITUTE)
                    yield events.Paste(pasted) if isinstance(message, events.Paste) else message
                data = data[end + len(BRACKETED_PASTE_END) :]
            if not data:
                return

    def parse(self, token_callback: Any) -> Generator[Any, str, None]:
        """Hand characters on to the parser of keys, but for those of a paste."""
        inner = super().parse(token_callback)
        awaiting = next(inner)
        last = ""
        while True:
            try:
                character = yield awaiting
            except ParseTimeout as timeout:
                last, awaiting = "", inner.throw(timeout)
                continue
            except ParseEOF:
                inner.close()
                return
            if self._pasted is not None:
                self._tail += character
                continue
            if last.endswith(_ESCAPE) and not self._is_sequence(character):
                last, awaiting = "", inner.throw(ParseTimeout())
            last = (last + character)[-len(BRACKETED_PASTE_START) :]
            awaiting = inner.send(character)
            if last == BRACKETED_PASTE_START:
                self._pasted, self._tail = [], ""


class _Output:
    """The terminal to write to; once it is gone, what is written to it is dropped."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


class TerminalDriver(LinuxDriver):
    """Reads from the terminal with that parser, and outlives it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file = cast(Any, _Output(cast(IO[str], self._file)))

    def _sigtstp_application(self, *_: Any) -> None:
        if not self._auto_restart:  # the trainer's own editor has the terminal, and stops with us
            super()._sigtstp_application()
            return
        # From the event loop, since a signal may come in the middle of a save.
        self._loop.call_soon_threadsafe(self._save_and_stop)

    def _save_and_stop(self) -> None:
        with suppress(TrainerError):  # said on the screen by the sign that it is not saved
            cast("Desk", self._app).save_everything()
        super()._sigtstp_application()

    def _sigcont_application(self, *_: Any) -> None:
        # To go on without having stopped would be to begin a second time: two readers of the
        # keys, and a terminal that is not restored at the end.
        if self._must_signal_resume:
            super()._sigcont_application()

    def write(self, data: str) -> None:
        """Write to the terminal, unless it was gone when it should have been taken back."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().write(data)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read until the program ends; a byte that is not UTF-8 is seen as a replacement sign."""
        bound = ",".join(cast("Desk", self._app).own_keys.values()).split(",")
        alt = {key.strip().removeprefix("alt+") for key in bound if "alt+" in key}
        parser = PasteSafeParser(self._debug, alt)
        decoder = getincrementaldecoder("utf-8")("replace")
        quiet = 0
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = self._read()
                    if not data:
                        # The terminal is gone: what would be told by a signal, had it come.
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    if text := decoder.decode(data):
                        for message in parser.feed(text):
                            self.process_message(message)
                else:
                    quiet += 1
                    if quiet % LOOK_EVERY == 0:
                        self._look_for_lost_resize()
                for message in parser.tick():
                    self.process_message(message)

    def _look_for_lost_resize(self) -> None:
        """Have the size read again if the screen has another one than the terminal.

        The system sends its signal before it stores the new size: a program that is quick
        reads the old one, and is not told again.
        """
        if self._get_terminal_size() != tuple(self._app.size):
            os.kill(os.getpid(), signal.SIGWINCH)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""
