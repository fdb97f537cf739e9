"""Key to paint in a pseudo-terminal: the editor against a stock text area.

Run as a script. Each key is timed from its write to the moment that the emulated screen
shows it; ratios within one run mean something, the times do not.
"""

import os
import pty
import select
import statistics
import struct
import sys
import termios
import time
from fcntl import ioctl

import pyte

COLUMNS, LINES = 120, 40
SENTENCE = "The quick brown fox jumps over the lazy dog while the others look on. "
DOCUMENTS = {
    "1 kB": 3 * (4 * SENTENCE + "\n\n"),
    "10 kB": 24 * (6 * SENTENCE + "\n\n"),
    "100 kB": 240 * (6 * SENTENCE + "\n\n"),
    "1 MB": 2400 * (6 * SENTENCE + "\n\n"),
    "paragraph of 10,000": (SENTENCE * 150)[:10_000],
}
PLACES = {"end": (10**9, 10**9), "middle": (4, 100)}


def serve(which: str, document: str, place: str) -> None:
    """Run the app whose keys are timed."""
    from textual.app import App, ComposeResult
    from textual.widgets import TextArea

    from trainer_tui.ui.widgets.editor import Editor

    class Bench(App[None]):
        def compose(self) -> ComposeResult:
            yield (Editor if which == "ours" else TextArea)(DOCUMENTS[document])

        def on_mount(self) -> None:
            area = self.query_one(TextArea)
            area.cursor_blink = False
            area.focus()
            self.call_after_refresh(lambda: area.move_cursor(area.clamp_visitable(PLACES[place])))

    Bench().run()


class Terminal:
    """A child on a pty, and the screen that it paints."""

    def __init__(self, *command: str) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(command[0], command)
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def feed(self, timeout: float) -> int:
        """Take in what arrives until it is quiet for a time; return the bytes."""
        taken = 0
        while select.select([self.fd], [], [], timeout)[0]:
            data = os.read(self.fd, 1 << 16)
            taken += len(data)
            self.stream.feed(data)
        return taken

    def cell(self, cursor: tuple[int, int]) -> str:
        return self.screen.buffer[cursor[1]][cursor[0]].data

    def key(self, character: str) -> tuple[float, int]:
        """Type a character; return the milliseconds until it is shown and the bytes in all."""
        where = (self.screen.cursor.x, self.screen.cursor.y)
        before = time.perf_counter()
        os.write(self.fd, character.encode())
        taken = 0
        while time.perf_counter() - before < 3:
            if select.select([self.fd], [], [], 0.5)[0]:
                data = os.read(self.fd, 1 << 16)
                taken += len(data)
                self.stream.feed(data)
                if (self.screen.cursor.x, self.screen.cursor.y) != where:
                    break
        spent = (time.perf_counter() - before) * 1000
        return spent, taken + self.feed(0.03)

    def close(self) -> None:
        os.close(self.fd)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


def measure(which: str, document: str, place: str, keys: int) -> tuple[float, float, float, int]:
    """Return p50 and p99 in ms, and the median and the greatest bytes a key."""
    terminal = Terminal(sys.executable, __file__, "serve", which, document, place)
    terminal.feed(3.0)
    times, sizes = [], []
    for number in range(keys):
        spent, taken = terminal.key("abcd "[number % 5])
        if number >= 5:
            times.append(spent)
            sizes.append(taken)
    terminal.close()
    times.sort()
    return (
        statistics.median(times),
        times[int(len(times) * 0.99)],
        statistics.median(sizes),
        max(sizes),
    )


def main(keys: int = 65) -> None:
    """Print the table."""
    print(f"{'document':<22}{'at':<8}{'stock ms':>12}{'ours ms':>12}{'ratio':>7}", end="")
    print(f"{'stock B':>9}{'ours B':>9}{'ours max B':>12}")
    for document in DOCUMENTS:
        for place in PLACES:
            stock = measure("stock", document, place, keys)
            ours = measure("ours", document, place, keys)
            print(
                f"{document:<22}{place:<8}{stock[0]:>6.1f}/{stock[1]:<5.1f}"
                f"{ours[0]:>6.1f}/{ours[1]:<5.1f}{ours[0] / stock[0]:>7.2f}"
                f"{stock[2]:>9.0f}{ours[2]:>9.0f}{ours[3]:>12}",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:5])
    else:
        main()
