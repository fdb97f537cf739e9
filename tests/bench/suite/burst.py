"""The same keys in one burst and one by one: do they leave the same text?"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from desk import AT_LIST
from desk import draft as draft_of
from terminal import environment, key

from suite.programs import Place, Text, at_text, child, press, text, with_response
from suite.ptys import Pty
from suite.table import Line, Options

NAMES = ("left", "right", "home", "end", "backspace", "enter", "up", "down", "delete")


def keys(count: int, seed: int) -> list[str]:
    """Return letters with keys among them that move and delete."""
    chance = random.Random(seed)
    return [
        chance.choice(NAMES) if chance.random() < 0.25 else chance.choice("abcdefgh ")
        for _ in range(count)
    ]


def _type(pty: Pty, names: list[str], *, paced: bool) -> None:
    if not paced:
        pty.shown(pty.send("".join(map(key, names)).encode()))
    for name in names * paced:
        pty.shown(pty.send(key(name).encode()) + pty.take(0.0, 0.02))
    pty.shown(pty.take(0.5, 2.0))


def stock(folder: Path, document: Text, names: list[str], *, paced: bool) -> str:
    """Return the text that the keys leave in a stock text area."""
    kept = folder / "kept"
    argv = child("area", document.file, 0, 0, kept)
    with Pty(argv, environment(folder), cwd=folder) as pty:
        pty.shown(pty.take(0.5, 10))
        _type(pty, names, paced=paced)
        press(pty, "f12", quiet=0.3)
        deadline = time.monotonic() + 10
        while not kept.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        found = kept.read_text("utf-8")
        kept.unlink()
        return found


def ours(home: Path, document: Text, names: list[str], *, paced: bool) -> str:
    """Return the text that the keys leave in the response of the Write screen."""
    with_response(home, document)
    with at_text(home, Place(0, 0, end=True)) as pty:
        press(pty, "ctrl+home")
        _type(pty, names, paced=paced)
        press(pty, "ctrl+s", quiet=0.5)
        press(pty, "escape")
        press(pty, "escape", until=AT_LIST)
    return draft_of(home, "b.t1")[0][1]


def lines(options: Options) -> Iterator[Line]:
    """Compare, for several sequences of keys."""
    rounds = options.many(5, 1)
    document = text(options.folder, "1 kB")
    same = {"ours": 0, "stock TextArea": 0}
    for seed in range(rounds):
        names = keys(400, seed)
        texts = [stock(options.folder, document, names, paced=paced) for paced in (False, True)]
        same["stock TextArea"] += texts[0] == texts[1]
        homes = [options.folder / f"home-{seed}-{paced}" for paced in (False, True)]
        texts = [
            ours(home, document, names, paced=paced)
            for home, paced in zip(homes, (False, True), strict=True)
        ]
        same["ours"] += texts[0] == texts[1]
    yield Line(
        f"burst: 400 keys at once leave the same text as one by one, of {rounds}",
        peers=f"stock TextArea {same['stock TextArea']} of {rounds}",
        ours=f"{same['ours']} of {rounds}",
        bar="all",
        met=same["ours"] == rounds,
    )
