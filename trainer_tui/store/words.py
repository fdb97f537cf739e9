"""The personal dictionaries: a text file a language, one word a line, sorted."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from trainer_tui.domain.errors import StoreError
from trainer_tui.store import files
from trainer_tui.store.paths import WORDS_SUFFIX, Layout
from trainer_tui.store.quarantine import Quarantine

_LONGEST = 64
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WORD = re.compile(r"[^\W\d_](?:['\u0300-\u036f]|[^\W\d_])*")


class Content(NamedTuple):
    """What is in a file."""

    words: tuple[str, ...]
    refused: int
    """Lines that hold no word."""


def parse(data: bytes) -> Content:
    """Read a file; what is no word is passed over and counted, an empty line is nothing."""
    found: dict[str, None] = {}
    refused = 0
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        line = line.strip(b" \t\r")
        try:
            word = line.decode() if len(line) <= 4 * _LONGEST else ""
        except UnicodeDecodeError:
            word = ""
        if len(word) <= _LONGEST and _WORD.fullmatch(word):
            found[word] = None
        else:
            refused += bool(line)
    return Content(tuple(_ordered(found)), refused)


class WordFolder:
    """The files of the personal dictionaries, one a base language."""

    def __init__(self, layout: Layout, quarantine: Quarantine) -> None:
        self._layout, self._quarantine = layout, quarantine

    def read(self, language: str) -> tuple[str, ...]:
        """Return the words of a language, sorted; tells of lines that are no words."""
        path = self._path(language)
        data = self._bytes(path)
        content = parse(data)
        if content.refused:
            self._quarantine.tell(path, _said(content.refused), serious=False)
        return content.words

    def write(self, language: str, words: Iterable[str]) -> None:
        """Replace the words of a language; lines that are no words are kept in quarantine."""
        path = self._path(language)
        place = self._layout.place(path)
        wanted = _ordered(set(words))
        for word in wanted:
            if len(word) > _LONGEST or not _WORD.fullmatch(word):
                raise StoreError(f"{place} was not saved: {word[:_LONGEST]!r} is no word.")
        before = self._bytes(path)
        if parse(before).refused:
            kept = self._quarantine.keep(path, before)
            self._quarantine.tell(path, "Lines that are no words were taken out." + kept)
        with files.explained(place):
            files.make_folder(self._layout.words)
            files.replace_file(path, "".join(f"{word}\n" for word in wanted).encode())

    def _path(self, language: str) -> Path:
        if not _LANGUAGE.fullmatch(language):
            raise StoreError(f"{language[:16]!r} is no language that has a dictionary.")
        return self._layout.words / f"{language}{WORDS_SUFFIX}"

    def _bytes(self, path: Path) -> bytes:
        with files.explained(self._layout.place(path), doing="read"):
            try:
                return files.read_file(path)
            except FileNotFoundError:
                return b""


def _said(refused: int) -> str:
    lines = "A line is" if refused == 1 else f"{refused} lines are"
    return f"{lines} no word and passed over."


def _ordered(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (word.casefold(), word))
