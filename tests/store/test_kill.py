"""A writer is killed at random times; what it acknowledged through a pipe must be there."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import store_samples as samples

from trainer_tui.store.workspace import Workspace

ROUNDS = 20

WRITER = """
import os, sys, time, random
sys.path.insert(0, {folder!r})
import store_samples as samples
from pathlib import Path
from trainer_tui.domain.draft import Cause
from trainer_tui.services.ports import Profile
from trainer_tui.store import files
from trainer_tui.store.workspace import Workspace

def in_place(path, data, *, keep_previous=False):
    with open(path, "wb") as file:
        time.sleep(0.002)
        file.write(data)

if {mutant!r} == "in place":
    files.replace_file = in_place
start = {start}
store = Workspace.open(Path({home!r}))
store.put_shift(samples.shift())
def acknowledge(what):
    os.write(1, (what + "\\n").encode())
sizes = random.Random(start)
for number in range(start, start + 1_000_000):
    if {mutant!r} == "acknowledged early":
        acknowledge(f"record r{{number}}")
        time.sleep(0.002)
    store.add_record(samples.submission(f"r{{number}}", "x" * sizes.randrange(3_000)))
    acknowledge(f"record r{{number}}")
    draft = samples.draft(str(number) + "y" * sizes.randrange(3_000), draft_id=f"d{{number // 9}}")
    version = store.save_draft(draft, Cause.TYPING, samples.NOW)
    acknowledge(f"version {{version}} {{number}}")
    store.add_ledger("s1", [samples.entry(number), samples.entry(number)])
    acknowledge(f"ledger {{number}}")
    store.put_profile(Profile(trainer="t" * sizes.randrange(300), last_task=str(number)))
    acknowledge(f"profile {{number}}")
"""


def run_rounds(home: Path, rounds: int, mutant: str = "") -> None:
    chance = random.Random(7)
    acknowledged: list[str] = []
    for number in range(rounds):
        script = WRITER.format(
            folder=str(Path(__file__).parent),
            home=str(home),
            start=number * 1_000_000,
            mutant=mutant,
        )
        writer = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert writer.stdout and writer.stderr
        # The time until the first acknowledgment is start-up, which is not what is tested.
        first = os.read(writer.stdout.fileno(), 100_000)
        try:
            writer.wait(chance.uniform(0.0, 0.06))
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        rest, trouble = writer.communicate()
        assert trouble == b"", trouble.decode()
        acknowledged += (first + rest).decode().split("\n")[:-1]
        check(home, acknowledged)


def check(home: Path, acknowledged: list[str]) -> None:
    store = Workspace.open(home)
    try:
        view = samples.view(store)
        troubles = store.troubles()
        store.confirm_troubles()
    finally:
        store.close()
    assert not [trouble for trouble in troubles if trouble.serious]
    assert not list(home.rglob("*.tmp"))
    records = {record.id for record in view["records"]}
    versions = {version.number: version for version in view["versions"]["b.1"]}
    assert sorted(versions) == list(range(1, len(versions) + 1))
    seconds = [entry.seconds for entry in view["ledgers"]["s1"]]
    assert seconds == [one for pair in seconds[::2] for one in (pair, pair)], "half a save"
    times = set(seconds)
    profiles = [0]
    for line in acknowledged:
        match line.split():
            case ["record", record]:
                assert record in records
            case ["version", version, number]:
                text = versions[int(version)].draft.pairs[0].response
                assert text.startswith(number)
            case ["ledger", number]:
                assert float(number) in times
            case ["profile", number]:
                profiles.append(int(number))
    assert int(view["profile"].last_task or 0) >= max(profiles)


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    run_rounds(tmp_path / "data", ROUNDS)


@pytest.mark.parametrize("mutant", ["in place", "acknowledged early"])
def test_a_mutant_does_not(tmp_path: Path, mutant: str) -> None:
    with pytest.raises(AssertionError):
        run_rounds(tmp_path / "data", ROUNDS, mutant)
