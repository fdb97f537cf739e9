"""A power cut on a real file system: the disk is copied while the writer stands still.

The image of an ext4 disk lies in a file. What the system still holds in memory is not in that
file, so that a copy of it is what a computer finds that comes back from a power cut.
"""

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from subjects import Verdict, verify
from table import Row
from writer import Writers

SIZE = 24 * 2**20
OPTIONS = {"default": "", "writeback": "data=writeback,noauto_da_alloc"}
LONGEST = 0.06


@cache
def possible() -> str:
    """Return why no image can be mounted here; empty if it can."""
    for tool in ("mkfs.ext4", "mount", "umount"):
        if shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
            return f"there is no {tool} here"
    try:
        with tempfile.TemporaryDirectory() as folder:
            image = _image(Path(folder))
            with mounted(image, Path(folder) / "mount", ""):
                return ""
    except subprocess.CalledProcessError as error:
        return f"mounting an image is not allowed here: {error.stderr.decode().strip()[:80]}"


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True,
                   env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})  # fmt: skip


def _image(folder: Path) -> Path:
    image = folder / "image"
    with open(image, "wb") as file:
        file.truncate(SIZE)
    _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(image))
    return image


@contextmanager
def mounted(image: Path, place: Path, options: str) -> Iterator[Path]:
    """Mount an image; the system itself writes nothing back in the time that a round takes."""
    place.mkdir(exist_ok=True)
    words = ",".join(word for word in ("loop", "commit=300", options) if word)
    _run("mount", "-t", "ext4", "-o", words, str(image), str(place))
    try:
        yield place
    finally:
        _run("umount", str(place))


def cut_rounds(
    folder: Path,
    workload: str,
    options: str,
    rounds: int,
    seed: int = 1,
    subject: str = "ours",
    mutant: str = "",
) -> Row:
    """Run rounds, each on the same fresh disk; stop early once a mutant is caught."""
    row = Row("F3a power cut, ext4 image")
    chance = random.Random(f"{seed} {workload} {options}")
    folder.mkdir(parents=True, exist_ok=True)
    empty = _image(folder)
    image, copy = folder / "disk", folder / "copy"
    with Writers() as writers:
        for number in range(rounds):
            shutil.copy(empty, image)
            with mounted(image, folder / "mount", OPTIONS[options]) as place:
                home = place / "data"
                writers.start(home, workload, number * 10_000, subject=subject, mutant=mutant)
                time.sleep(chance.uniform(0, LONGEST))
                writers.stop()
                shutil.copy(image, copy)
                acknowledged = list(writers.kill())
            assert not writers.error, writers.error
            with mounted(copy, folder / "mount", "") as place:
                if not (place / "data").exists():
                    verdict = Verdict(lost=len(acknowledged))
                else:
                    verdict = verify(subject, place / "data", workload, acknowledged)
            row.add(verdict, len(acknowledged), f"{workload}, {options}, round {number}")
            if mutant and not verdict.clean:
                break
    return row


def run(folder: Path, rounds: int = 120, seed: int = 1) -> Row:
    """Return the row, half of it with each way to mount; with mutants and stock TinyDB."""
    row = Row("F3a power cut, copies of an ext4 image")
    if why := possible():
        row.ran, row.note = False, why
        return row
    shares = [(workload, options) for options in OPTIONS for workload in ("update", "journal")]
    for workload, options in shares:
        each = max(rounds // len(shares), 1)
        found = cut_rounds(folder / "ours", workload, options, each, seed)
        row.join(found)
    for mutant in ("no fsync", "no folder fsync"):
        workload = "journal" if mutant == "no fsync" else "update"
        found = cut_rounds(folder / mutant, workload, "writeback", 40, seed, mutant=mutant)
        row.mutants[mutant] = not found.clean
    stock = cut_rounds(folder / "stock", "update", "writeback", max(rounds // 4, 10), seed, "stock")
    row.stock = Verdict(stock.lost, stock.wrong, stock.unreadable)
    return row
