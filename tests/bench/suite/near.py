"""What it costs to look for near-duplicates among many stored texts."""

import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate

import msgspec

from suite.store import NOW, ms
from suite.table import Line, Options, median, number, percentile, within
from trainer_tui.domain.draft import Draft
from trainer_tui.domain.message import Pair
from trainer_tui.domain.similarity import NearIndex, pieces, similarity
from trainer_tui.domain.submission import Submission
from trainer_tui.domain.task import Batch, Kind, Task
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.services.system import SystemClock
from trainer_tui.services.workstation import Workstation
from trainer_tui.store.workspace import Workspace

CHARACTERS = 2000
COUNTS = (1_000, 10_000)
LETTERS = "abcdefghilmnoprstuvw"


def vocabulary(size: int) -> list[str]:
    """Return made-up words, the first of them short."""
    chance = random.Random(3)
    return ["".join(chance.choices(LETTERS, k=2 + n * 9 // size)) for n in range(size)]


WORDS = vocabulary(5000)
FREQUENT = list(accumulate(1 / (rank + 3) for rank in range(len(WORDS))))
"""Two texts of these share a tenth, as two unrelated responses of that length do."""


def text(chance: random.Random, characters: int = CHARACTERS) -> str:
    """Return a text in which words are as unequally frequent as in a language."""
    words = chance.choices(WORDS, cum_weights=FREQUENT, k=characters // 4)
    return " ".join(words)[:characters]


def altered(original: str, chance: random.Random) -> str:
    """Replace a word in ten."""
    words = original.split(" ")
    for place in chance.sample(range(len(words)), len(words) // 10):
        words[place] = chance.choice(WORDS)
    return " ".join(words)


def station_with(options: Options, count: int) -> Workstation:
    """Return a workstation that holds so many texts, half of them prompts."""
    chance = random.Random(count)
    store = Workspace.open(options.folder / f"near-{count}")
    station = Workstation(store, SystemClock(), id_maker())
    tasks = tuple(
        Task(id=f"b.{n}", kind=Kind.WRITE, title=f"Task {n}", instructions="Write.")
        for n in range(count // 2 + 1)
    )
    station.tasks.put_batch(Batch(id="b", title="Many", tasks=tasks))
    for n in range(count // 2):
        station.tasks.add_record(
            Submission(
                id=f"r{n:06}",
                task_id=f"b.{n}",
                batch_id="b",
                shift_id="s",
                at=NOW + timedelta(minutes=n),
                pairs=(Pair(text(chance), text(chance)),),
            )
        )
    return station


class Waiting(threading.Thread):
    """Another thread, which notes how many ms too long each of its sleeps of 1 ms lasts."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.done = threading.Event()

    def run(self) -> None:
        """Sleep until told to be done."""
        while not self.done.is_set():
            self.waits.append(ms(lambda: time.sleep(0.001)) - 1)


def lines(options: Options) -> Iterator[Line]:
    """Measure a question, the index in the making, and what that costs others."""
    yield _memory()  # first, while nothing was freed that could be taken again
    for count in COUNTS:
        yield from _asking(options, count)


def _asking(options: Options, count: int) -> Iterator[Line]:
    chance = random.Random(1)
    station = station_with(options, count)
    chosen = chance.sample(station.tasks.submissions(), options.many(60, 20))
    drafts = [
        Draft(
            id="d",
            task_id=f"b.{count // 2}",
            pairs=(Pair(altered(pair.prompt, chance), altered(pair.response, chance)),),
        )
        for pair in (submission.pairs[0] for submission in chosen)
    ]
    row = f"near: {count:,} texts of 2 kB"
    other = Waiting()
    other.start()
    time.sleep(0.3)
    alone, other.waits = percentile(other.waits, 0.99), []
    first = ms(lambda: station.similar.near(drafts[0]))
    other.done.set()
    other.join()
    each = f"{number(first / count)} ms each"
    yield Line(f"{row}, the first question", ours=f"{number(first)} ms", peers=each)
    beside = f"before {number(alone)} ms"
    late = percentile(other.waits, 0.99)
    yield within(f"{row}, other thread late meanwhile, p99", late, 10, "ms", floor=beside)
    taken = [_asked(station, draft) for draft in drafts]
    station.close()
    asked, cut, decoded = (list(column) for column in zip(*taken, strict=True))
    floor = f"cut the two texts into pieces {number(median(cut))} ms"
    peers = f"json.loads of the draft {number(median(decoded))}"
    asking = f"{row}, a prompt and a response"
    yield within(asking, median(asked), 50, "ms", floor=floor, peers=peers)
    yield within(f"{asking}, p99", percentile(asked, 0.99), 50, "ms", floor=floor)


def _asked(station: Workstation, draft: Draft) -> tuple[float, float, float]:
    """Return the ms that a question takes, and those of its floor and peer."""
    (pair,) = draft.pairs
    document = msgspec.json.encode(draft)
    found = station.similar.near(draft)
    assert {near.part for near in found} == {"prompt", "response"}, "both are recognized"
    return (
        ms(lambda: station.similar.near(draft)),
        ms(lambda: (pieces(pair.prompt), pieces(pair.response))),
        ms(lambda: json.loads(document)),
    )


def _memory() -> Line:
    chance = random.Random(2)
    stored = [text(chance) for _ in range(5000)]
    index: NearIndex[int] = NearIndex()
    index.put(-1, stored[0])
    before = _resident()
    for key, one in enumerate(stored):
        index.put(key, one)
    used = (_resident() - before) / len(stored)
    apart = median([similarity(stored[0], other) for other in stored[1:200]])
    return Line(
        "near: memory of a text in the index",
        ours=f"{used:.1f} kB",
        peers=f"the text itself 2 kB; two unrelated ones share {apart:.0%}",
    )


def _resident() -> float:
    """Return the kB of memory of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4
