"""Draft journals: every saved version of a task's text, exact, at the cost of what changed.

The first line is a header; each line after it is a version, either the whole draft or
the splices that lead to it from the version before.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from trainer_tui.domain.draft import Cause, Draft, Version
from trainer_tui.domain.errors import NewerFormat
from trainer_tui.domain.message import Pair
from trainer_tui.store import encoding, files, migrations
from trainer_tui.store.envelope import Damaged, newer_format
from trainer_tui.store.journal import Journal, Scan, scan
from trainer_tui.store.splices import Splice, apply, difference

WHOLE_EVERY = 50
"""At least one version in so many is stored whole, and sooner as soon as the splices since the
last whole one take as much space as it: that bounds both the size of a journal and what a
damaged line can take with it."""


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a draft journal."""

    kind: str = "draft"
    version: int = migrations.CURRENT
    task_id: str
    draft_id: str


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One saved version: the whole draft, or the draft without its texts and what they become."""

    number: int
    at: datetime
    cause: Cause
    draft: Draft
    """With `splices`: without texts and ids."""
    splices: tuple[Splice, ...] | None = None
    """How the texts follow from those of the version before; None: the draft is whole."""


def read_header(path: Path, content: bytes) -> Header:
    """Return the header from the first bytes of a journal; raises `Damaged` or `NewerFormat`."""
    first = scan(content[: content.find(b"\n") + 1])
    if not first.lines:
        raise Damaged("its first line is not readable")
    return _header(path, first.lines[0])


def _header(path: Path, data: bytes) -> Header:
    try:
        header = msgspec.json.decode(data, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged(f"its first line is not a header ({error})") from error
    if header.kind != "draft":
        raise Damaged(f"it is a {header.kind}, not a draft")
    if header.version > migrations.CURRENT:
        raise newer_format(header.version)
    if header.task_id != task_id_of(path):
        raise Damaged("it belongs to another task than its name says")
    return header


def task_id_of(path: Path) -> str:
    """Return the task id in the name of a live or retired journal."""
    return path.stem.rpartition(".")[0] if path.parent.name == "retired" else path.stem


class History(msgspec.Struct, frozen=True):
    """The versions in a journal, and what was wrong with it."""

    versions: tuple[Version, ...]
    scan: Scan
    sound: bool
    """Whether nothing but a torn last line is wrong."""
    lost: int = 0
    """How many lines could not be used."""


def read_history(path: Path, content: bytes) -> History:
    """Replay a journal.

    After a damage it goes on at the next version that was stored whole and can be
    proved. Raises `Damaged` if no version is left, and `NewerFormat`.
    """
    found = scan(content)
    lines: list[bytes | None] = list(found.lines)
    if has_header := bool(lines):
        _header(path, lines.pop(0) or b"")
    versions = tuple(_replay(path, [*lines, None, *found.later]))
    if not versions:
        raise Damaged("no version in it is readable")
    sound = has_header and (found.sound or found.torn) and len(versions) == len(lines)
    there = sum(line is not None for line in lines)
    lost = there + found.tail.count(b"\n") - len(versions)
    return History(versions, found, sound, 0 if sound else max(lost, 0))


def versions_in(path: Path, content: bytes) -> Iterator[Version]:
    """Yield the versions in a journal that can be read, one at a time.

    All of them together may take far more memory than the journal. Nothing is raised for
    what is damaged or of a newer format: whoever opens the draft is told.
    """
    found = scan(content)
    lines: list[bytes | None] = list(found.lines)
    with suppress(Damaged, NewerFormat):
        if lines:
            _header(path, lines.pop(0) or b"")
        yield from _replay(path, [*lines, None, *found.later])


def _replay(path: Path, lines: list[bytes | None]) -> Iterator[Version]:
    """Yield the versions of lines; None among them is a line that is not usable."""
    last: Version | None = None
    highest = 0
    task_id = task_id_of(path)
    for data in lines:
        try:
            line = msgspec.json.decode(data, type=Line) if data is not None else None
            draft = _next(last.draft if last else None, line) if line else None
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
            line, draft = None, None
        if line is None or draft is None or draft.task_id != task_id or line.number <= highest:
            last = None
            continue
        highest = line.number
        last = Version(number=line.number, saved_at=line.at, cause=line.cause, draft=draft)
        yield last


def _next(before: Draft | None, line: Line) -> Draft | None:
    if line.splices is None:
        return line.draft
    if before is None:
        return None
    texts = apply(_texts(before), line.splices)
    pairs = tuple(Pair(*texts[i : i + 2]) for i in range(0, len(texts) - 1, 2))
    return msgspec.structs.replace(
        line.draft, id=before.id, task_id=before.task_id, pairs=pairs, note=texts[-1]
    )


def _texts(draft: Draft) -> tuple[str, ...]:
    return (*(text for pair in draft.pairs for text in (pair.prompt, pair.response)), draft.note)


class _Encoder:
    """Lays versions out as lines, and remembers what the next line can lean on."""

    def __init__(self, place: str, last: Version | None = None) -> None:
        self._place = place
        self.last = last
        self._since_whole = WHOLE_EVERY
        self._spliced = 0
        self._whole = 0

    def line(self, version: Version) -> tuple[bytes, bool]:
        """Return the line of the next version, and whether it is whole."""
        draft, last = version.draft, self.last
        # All but the texts, which the splices give; checked here, where it is small.
        frame = msgspec.structs.replace(draft, id="", task_id="", pairs=(), note="")
        encoding.fields_of(frame, self._place)
        if (
            last is not None
            and self._since_whole + 1 < WHOLE_EVERY
            and len(draft.pairs) == len(last.draft.pairs)
        ):
            splices = difference(_texts(last.draft), _texts(draft))
            line = self._encode(version, frame, splices)
            if self._spliced + len(line) <= self._whole:
                return line, False
        return self._encode(version, draft, None), True

    def written(self, version: Version, length: int, *, whole: bool) -> None:
        """Note that the line is in the journal."""
        self.last = version
        self._since_whole = 0 if whole else self._since_whole + 1
        self._spliced = 0 if whole else self._spliced + length
        self._whole = length if whole else self._whole

    def _encode(self, version: Version, draft: Draft, splices: tuple[Splice, ...] | None) -> bytes:
        line = Line(
            number=version.number,
            at=version.saved_at,
            cause=version.cause,
            draft=draft,
            splices=splices,
        )
        return encoding.encode(line, self._place)


class DraftJournal:
    """The live journal of one draft."""

    def __init__(self, journal: Journal, encoder: _Encoder, last: Version) -> None:
        self._journal = journal
        self._encoder = encoder
        self.last = last
        """The newest version, acknowledged and on the disk."""

    @classmethod
    def write(cls, path: Path, place: str, versions: Sequence[Version]) -> "DraftJournal":
        """Write a journal of exactly these versions, in place of what is there.

        Raises `StoreError`.
        """
        draft = versions[-1].draft
        header = Header(task_id=draft.task_id, draft_id=draft.id)
        lines = [encoding.encode(header, place)]
        encoder = _Encoder(place)
        for version in versions:
            line, whole = encoder.line(version)
            encoder.written(version, len(line), whole=whole)
            lines.append(line)
        return cls(Journal.create(path, place, lines), encoder, versions[-1])

    @classmethod
    def resume(cls, path: Path, place: str, history: History) -> "DraftJournal":
        """Go on with a sound journal; its next version is stored whole."""
        journal = Journal(path, place, history.scan.length, history.scan.sum)
        last = history.versions[-1]
        return cls(journal, _Encoder(place, last), last)

    def save(self, draft: Draft, cause: Cause, at: datetime) -> int:
        """Append a version and return its number; raises `StoreError`."""
        version = Version(number=self.last.number + 1, saved_at=at, cause=cause, draft=draft)
        line, whole = self._encoder.line(version)
        self._journal.append(line)
        self._encoder.written(version, len(line), whole=whole)
        self.last = version
        return version.number

    def close(self) -> None:
        """Close the file until the next save."""
        self._journal.close()


def header_of(path: Path) -> Header:
    """Read just the header of a journal; raises `OSError`, `Damaged` or `NewerFormat`."""
    return read_header(path, files.read_start(path))
