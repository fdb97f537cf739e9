"""Paste until painted: from the first byte sent to the end of the text on the screen."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from terminal import environment, pasted

from suite.programs import SENTENCE, Place, Text, at_text, child, editor, with_response
from suite.ptys import Piece, Pty, apart
from suite.table import Line, Options, listed, median, number, versus

EDITORS = ("vim", "nano", "micro", "neovim", "prompt_toolkit")
SIZES = {"100 kB": 100_000, "1 MB": 1_000_000}
END = "THE-END-OF-THE-PASTE"
MOST = 0.5
PATIENCE = 30.0


def measure(start: Callable[[], Pty], data: bytes) -> float:
    """Return the ms until the end of the text is on the screen; infinite if it never is."""
    with start() as pty:
        pty.shown(pty.take(0.3, 0.3))
        before = time.perf_counter()
        try:
            pieces: list[Piece] = pty.send(data)
        except AssertionError:  # it has stopped to take the paste
            return float("inf")
        while (left := before + PATIENCE - time.perf_counter()) > 0:
            # Whoever paints while it takes the text in may not be done when it pauses.
            at = pty.first(pieces, lambda: END in str(pty))
            if at is not None:
                return (at - before) * 1000
            pieces = pty.take(0.0, left)
    return float("inf")


def ways(folder: Path) -> dict[str, Callable[[], Pty] | None]:
    """Return how each editor is opened, with little text in it."""
    home = folder / "peers"
    home.mkdir()
    file = folder / "short.txt"
    file.write_text("Short.")
    place = Place(0, 6, end=True)
    document = Text("short", file, "Short.")

    def start(argv: list[str]) -> Callable[[], Pty]:
        def opened() -> Pty:
            pty = Pty(argv, environment(home), cwd=home)
            pty.shown(pty.take(0.4, 10))
            return pty

        return opened

    number_ = iter(range(1000))

    def ours() -> Pty:
        return at_text(with_response(folder / f"home-{next(number_)}", document), place)

    peers = {name: editor(name, file, place) for name in EDITORS}
    return {
        **{name: None if argv is None else start(argv) for name, argv in peers.items()},
        "stock TextArea": start(child("area", file, 0, 6)),
        "ours": ours,
    }


def lines(options: Options) -> Iterator[Line]:
    """Paste into each in turn."""
    there = ways(options.folder)
    for name, size in SIZES.items():
        if options.only not in name:
            continue
        paragraph = 6 * SENTENCE + "\n\n"
        whole = (paragraph * (size // len(paragraph) + 1))[: size - 24].rstrip() + f"\n\n{END}"
        # A terminal sends a line feed of a paste as the Enter key would.
        data = pasted(whole.replace("\n", "\r")).encode()
        taken: dict[str, list[float]] = {who: [] for who, start in there.items() if start}
        for _ in range(options.many(5, 1)):
            for who, start in there.items():
                if start is not None:
                    with apart():
                        taken[who].append(measure(start, data))
        found = {who: median(times) for who, times in taken.items()}
        peers = {who: number(found[who]) if who in found else "not installed" for who in EDITORS}
        stock = found["stock TextArea"]
        yield versus(
            f"paste: {name} until painted (ms)",
            found["ours"],
            stock,
            MOST,
            "ms",
            of="stock",
            floor=f"stock {number(stock)} ms",
            peers=listed(peers),
        )
