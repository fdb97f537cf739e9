"""F28: schemathesis makes requests from the document that a hub serves, and looks at the answers.

    python -m tests.hub.contract --examples 200 --seed 7

No answer may be a 5xx, be undocumented or differ from the document, and no call that takes a
token may do without one.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hub.people_of_two_teams import join, log_in, populate, publish
from tests.hub.serving import HubProcess
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import install, open_hub

CONFIGURATION = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 415, 426, 429, 431]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 410, 413, 429]
"""
"""What else may be said to bad requests, and to those of which only the shape is good: a
schema does not say which ids there are, or that two of them have to agree."""
PHASES = ("examples", "coverage", "fuzzing", "stateful")


def check(
    examples: int, seed: int, phases: tuple[str, ...] = PHASES, url: str = "", only: str = "."
) -> str:
    """Run schemathesis against a new hub; returns what it found, empty if nothing is wrong."""
    with tempfile.TemporaryDirectory(prefix="hub-contract-") as folder:
        url = url or f"sqlite:///{folder}/hub.db"
        database = Database(url)
        install(database, now=time.time, new_id=id_maker())
        hub = open_hub(database, now=time.time, new_id=id_maker())
        people = populate(hub)
        # Somebody who may make every call: a trainer who leads another team.
        caller = people["north", "trainer"].id
        join(hub, "south", caller, "lead")
        token = log_in(hub, caller).token
        for team in ("north", "south"):  # so there is something to claim, and nobody waits long
            publish(hub, team)
        database.close()
        with HubProcess(url) as process:
            Path(folder, "schemathesis.toml").write_text(CONFIGURATION)
            words = [
                "run", f"{process.address}/v1/openapi.json", "--checks", "all",
                "--max-examples", str(examples), "--seed", str(seed), "--phases", ",".join(phases),
                "-H", f"Authorization: Bearer {token}", "--suppress-health-check", "all",
                "--no-color", "--generation-database", "none", "--warnings", "off",
                "--include-path-regex", only,
            ]  # fmt: skip
            done = subprocess.run(
                [str(Path(sys.executable).with_name("schemathesis")), *words],
                capture_output=True,
                text=True,
                cwd=folder,
                env={**os.environ, "COLUMNS": "160"},
                check=False,
            )
            faults = [line for line in process.lines() if line["event"] == "fault"]
            if done.returncode == 0 and not faults and process.alive():
                return ""
            lines = [line[:300] for line in done.stdout.splitlines()]
            return f"{chr(10).join(lines)}\n{done.stderr[-5_000:]}\n{faults[:5]}"


def main() -> int:
    """Run it by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="requests of a kind, per call")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--url", default="", help="of an empty database; a new SQLite file if none")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", file=sys.stderr)
    found = check(asked.examples, asked.seed, url=asked.url)
    print(found or "nothing is wrong")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
