"""A disk that forgets: what may be on it after a power cut, by what POSIX promises and no more.

`Recorder` stands between the store and the system and writes down what changes. At any moment
`Disk` tells the states that the power cut may leave: of what was not synced, each write may be
there, missing, torn or garbage, and each change of a folder there or missing, in any order. A
file's fsync is good for its bytes only, a folder's for its names only.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

SECTOR, PAGE = 512, 4096
GARBAGE = b"\xa7\x00\n}garbage"


class Killed(BaseException):
    """The process is dead: nothing that it still tries has an effect."""


@dataclass
class File:
    """The bytes of a file: those on the disk, and the changes since."""

    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes as offset and bytes; a length and None for a cut."""


@dataclass(frozen=True)
class Naming:
    """A change of one name in one folder; `inode` None takes the name away."""

    folder: int
    name: str
    inode: int | None
    also: tuple[str, int | None] | None = None
    """A second name that changes in the same folder at the same moment, as `rename` does."""


@dataclass
class Disk:
    """Everything below one folder, which is inode `root`."""

    root: int
    files: dict[int, File] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    """The names that are on the disk."""
    pending: list[Naming] = field(default_factory=list)

    def settle(self) -> None:
        """Have everything on the disk, as after `sync`."""
        for file in self.files.values():
            file.synced, file.pending = _content(file.synced, file.pending), []
        for change in self.pending:
            _apply(self.folders, change)
        self.pending = []

    def sync_file(self, inode: int) -> None:
        file = self.files[inode]
        file.synced, file.pending = _content(file.synced, file.pending), []

    def sync_folder(self, inode: int) -> None:
        for change in self.pending:
            if change.folder == inode:
                _apply(self.folders, change)
        self.pending = [change for change in self.pending if change.folder != inode]

    def states(self, chance: random.Random, most: int) -> Iterator["Tree"]:
        """Yield what may be found after a power cut now: the plain cases, then random ones."""
        names = len(self.pending)
        writes = [
            (inode, n) for inode, file in self.files.items() for n in range(len(file.pending))
        ]
        every = set(range(names))
        choices: list[tuple[set[int], Callable[[int, int], str]]] = [
            (every, lambda inode, n: "there"),
            (set(), lambda inode, n: "missing"),
            (every, lambda inode, n: "missing"),
            (set(), lambda inode, n: "there"),
            (every, lambda inode, n: "torn"),
            (every, lambda inode, n: "garbage"),
        ]
        choices += [(every - {n}, lambda inode, n: "there") for n in range(names)]
        choices += [({n}, lambda inode, n: "there") for n in range(names)]
        choices += [(set(range(n)), lambda inode, n: "there") for n in range(names)]
        chance.shuffle(choices)
        for _ in range(3 if writes or names else 0):
            some = {n for n in every if chance.random() < 0.5}
            fates = {one: chance.choice(("there", "missing", "torn", "garbage")) for one in writes}
            choices.insert(0, (some, lambda inode, n, fates=fates: fates[inode, n]))  # type: ignore
        seen: set[Tree] = set()
        for chosen, fate in choices:
            tree = self._tree(chosen, fate, chance)
            if tree not in seen:
                seen.add(tree)
                yield tree
            if len(seen) >= most:
                return

    def _tree(
        self, chosen: set[int], fate: Callable[[int, int], str], chance: random.Random
    ) -> "Tree":
        folders = {inode: dict(names) for inode, names in self.folders.items()}
        for number, change in enumerate(self.pending):
            if number in chosen:
                _apply(folders, change)
        contents = {
            inode: _after(file, inode, fate, chance) if file.pending else file.synced
            for inode, file in self.files.items()
        }
        found: list[tuple[str, bytes | None]] = []

        def walk(inode: int, path: str) -> None:
            for name, child in sorted(folders.get(inode, {}).items()):
                where = f"{path}/{name}" if path else name
                if child in self.files:
                    found.append((where, contents[child]))
                else:
                    found.append((where, None))
                    walk(child, where)

        walk(self.root, "")
        return tuple(found)


Tree = tuple[tuple[str, bytes | None], ...]
"""Paths with bytes, or None for a folder."""


def _apply(folders: dict[int, dict[str, int]], change: Naming) -> None:
    names = folders.setdefault(change.folder, {})
    for name, inode in ((change.name, change.inode), *((change.also,) if change.also else ())):
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode


def _content(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    found = bytearray(content)
    for offset, data in changes:
        if data is None:
            del found[offset:]
            found.extend(b"\0" * (offset - len(found)))
        else:
            found.extend(b"\0" * (offset - len(found)))
            found[offset : offset + len(data)] = data
    return bytes(found)


def _after(file: File, inode: int, fate: Callable[[int, int], str], chance: random.Random) -> bytes:
    """Return the bytes of a file with each of its unsynced changes as fate wants it."""
    changes: list[tuple[int, bytes | None]] = []
    for number, (offset, data) in enumerate(file.pending):
        match fate(inode, number):
            case "there":
                changes.append((offset, data))
            case "torn" if data:
                size = chance.choice((1, SECTOR, PAGE))
                cut = chance.randrange(0, len(data) + 1, size)
                changes.append((offset, data[: max(cut, 0)]))
            case "garbage" if data:
                # The file is as long as it should be, and some blocks are not what was written.
                found = bytearray(data)
                start = chance.randrange(0, len(data), SECTOR)
                filler = chance.choice((b"\0", GARBAGE))
                part = len(found[start : start + PAGE])
                found[start : start + PAGE] = (filler * PAGE)[:part]
                changes.append((offset, bytes(found)))
    return _content(file.synced, changes)


def lay_out(tree: Tree, folder: Path) -> None:
    """Put a state on a real disk."""
    folder.mkdir(parents=True)
    for path, content in tree:
        if content is None:
            (folder / path).mkdir(0o700)
        else:
            (folder / path).write_bytes(content)


class Recorder:
    """Wraps the functions of `os` that change something below `root`, while it is `watching`."""

    def __init__(self, root: Path) -> None:
        self.disk = Disk(os.stat(root).st_ino)
        self.count = 0
        """Calls that changed something, so far."""
        self.kill_at = 0
        """The call before which the process is killed; 0 for none."""
        self.at_each: Callable[[], None] = lambda: None
        """Called after each change."""
        self._real: dict[str, Any] = {}
        self._appending: set[int] = set()
        for folder, folders, files in os.walk(root):
            inode = os.stat(folder).st_ino
            self.disk.folders[inode] = {
                name: os.lstat(os.path.join(folder, name)).st_ino for name in (*folders, *files)
            }
            for name in files:
                path = os.path.join(folder, name)
                self.disk.files[os.stat(path).st_ino] = File(Path(path).read_bytes())

    @contextmanager
    def watching(self) -> Iterator[None]:
        names = ("open", "write", "fsync", "replace", "rename", "link", "unlink", "ftruncate",
                 "mkdir", "rmdir", "fchmod", "chmod")  # fmt: skip
        self._real = {name: getattr(os, name) for name in names}
        with ExitStack() as patches:
            for name in names:
                patches.enter_context(mock.patch.object(os, name, getattr(self, name)))
            yield

    def _change(self) -> None:
        self.count += 1
        if self.kill_at and self.count >= self.kill_at:
            raise Killed

    def _name(self, path: Any) -> tuple[int, str] | None:
        """Return folder and name of a path; None if it is not below the root."""
        folder = os.stat(os.path.dirname(os.path.abspath(path))).st_ino
        if folder not in self.disk.folders:
            return None
        return folder, os.path.basename(path)

    def open(self, path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        creates = bool(flags & os.O_CREAT) and not os.path.lexists(path)
        if creates or flags & os.O_TRUNC:
            self._change()
        fd: int = self._real["open"](path, flags, *args, **kwargs)
        inode = os.fstat(fd).st_ino
        if creates and (place := self._name(path)):
            # The system gives the number of a removed file to a new one.
            self.disk.files[inode] = File()
            self.disk.pending.append(Naming(*place, inode))
            self.at_each()
        elif flags & os.O_TRUNC and inode in self.disk.files:
            self.disk.files[inode].pending.append((0, None))
            self.at_each()
        if flags & os.O_APPEND:
            self._appending.add(fd)
        else:
            self._appending.discard(fd)
        return fd

    def write(self, fd: int, data: bytes) -> int:
        inode = os.fstat(fd).st_ino
        if inode not in self.disk.files:
            return int(self._real["write"](fd, data))
        self._change()
        at = os.lseek(fd, 0, os.SEEK_CUR)
        if fd in self._appending:
            at = os.fstat(fd).st_size
        taken = int(self._real["write"](fd, data))
        self.disk.files[inode].pending.append((at, bytes(data[:taken])))
        self.at_each()
        return taken

    def fsync(self, fd: int) -> None:
        self._change()
        self._real["fsync"](fd)
        inode = os.fstat(fd).st_ino
        if inode in self.disk.files:
            self.disk.sync_file(inode)
        elif inode in self.disk.folders:
            self.disk.sync_folder(inode)
        self.at_each()

    def replace(self, source: Any, target: Any, **kwargs: Any) -> None:
        self._change()
        inode = os.lstat(source).st_ino
        old, new = self._name(source), self._name(target)
        self._real["replace"](source, target, **kwargs)
        if old and new and old[0] == new[0]:
            self.disk.pending.append(Naming(*new, inode, (old[1], None)))
        else:  # two folders: nothing says that both change together
            if new:
                self.disk.pending.append(Naming(*new, inode))
            if old:
                self.disk.pending.append(Naming(*old, None))
        self.at_each()

    rename = replace

    def link(self, source: Any, target: Any, **kwargs: Any) -> None:
        self._change()
        self._real["link"](source, target, **kwargs)
        if place := self._name(target):
            self.disk.pending.append(Naming(*place, os.lstat(source).st_ino))
        self.at_each()

    def unlink(self, path: Any, **kwargs: Any) -> None:
        if not os.path.lexists(path):
            self._real["unlink"](path, **kwargs)
        self._change()
        place = self._name(path)
        # Keeps the inode, so that its number is not given to another file.
        if place and not os.path.isdir(path):
            self._kept = [*getattr(self, "_kept", []), self._real["open"](path, os.O_RDONLY)]
        self._real["unlink"](path, **kwargs)
        if place:
            self.disk.pending.append(Naming(*place, None))
        self.at_each()

    def ftruncate(self, fd: int, length: int) -> None:
        self._change()
        self._real["ftruncate"](fd, length)
        inode = os.fstat(fd).st_ino
        if inode in self.disk.files:
            self.disk.files[inode].pending.append((length, None))
        self.at_each()

    def mkdir(self, path: Any, *args: Any, **kwargs: Any) -> None:
        if os.path.lexists(path):
            self._real["mkdir"](path, *args, **kwargs)
        self._change()
        self._real["mkdir"](path, *args, **kwargs)
        if place := self._name(path):
            inode = os.stat(path).st_ino
            self.disk.folders[inode] = {}
            self.disk.pending.append(Naming(*place, inode))
        self.at_each()

    def rmdir(self, path: Any, **kwargs: Any) -> None:
        self._change()
        place = self._name(path)
        self._real["rmdir"](path, **kwargs)
        if place:
            self.disk.pending.append(Naming(*place, None))
        self.at_each()

    def fchmod(self, fd: int, mode: int) -> None:
        if self.kill_at and self.count >= self.kill_at:
            raise Killed
        self._real["fchmod"](fd, mode)

    def chmod(self, path: Any, mode: int, **kwargs: Any) -> None:
        if self.kill_at and self.count >= self.kill_at:
            raise Killed
        self._real["chmod"](path, mode, **kwargs)

    def close(self) -> None:
        """Let go of the removed files."""
        for fd in getattr(self, "_kept", []):
            os.close(fd)
        self._kept = []
