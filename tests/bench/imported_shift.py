"""Works the first tasks of imported files by keys alone, and compares the export to the byte.

Run it as a script with files whose tasks give their prompts, such as MT-bench questions:
`python tests/bench/imported_shift.py question.jsonl seed_tasks.jsonl --tasks 5`. The real
program runs on a pseudo-terminal; of each file so many tasks are worked, alternately typed
and pasted.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "terminal"))

from desk import AT_LIST, AT_TEXT, Desk, exported
from terminal import command

TEXTS = (
    "Aloha! “Maui”, naïve café, 日本語, 👩‍👩‍👧‍👦 and e\u0301.",
    "A list:\n\n- *of* things\n- and `code`",
    'A backslash \\ and "quotes" {json: [1]}',
    "ÅÄÖ ß ½ ☃ \u00a0no break\nand  two  spaces ",
)


def work(desk: Desk, turns: int, start: int) -> list[str]:
    """Write and send the task on the screen; return its responses."""
    texts = [f"{start}.{turn} {TEXTS[(start + turn) % len(TEXTS)]}" for turn in range(turns)]
    for turn, text in enumerate(texts):
        if turn:
            desk.press("f5")
            desk.until(f"turn {turn + 1} of {turns}")
        (desk.paste if (start + turn) % 2 else desk.type)(text)
        desk.until_saved()
    desk.submit()
    return texts


def main() -> int:
    """Work the tasks and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--tasks", type=int, default=5, help="how many of each file")
    args = parser.parse_args()
    wrong = 0
    for file in args.files:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            done = command(home, "import", str(file.resolve()))
            if done.returncode:
                sys.exit(done.stderr.decode())
            listed = json.loads(command(home, "tasks", "--json").stdout)[: args.tasks]
            expected = []
            with Desk(home, size=(120, 36)) as desk:
                desk.press("enter")
                for number, row in enumerate(listed):
                    shown = json.loads(command(home, "show", row["id"], "--json").stdout)
                    prompts = shown["task"]["prompts"]
                    desk.until(AT_TEXT, f"{number} done this shift")
                    responses = work(desk, len(prompts), number)
                    expected.append(
                        [
                            message
                            for prompt, response in zip(prompts, responses, strict=True)
                            for message in (("user", prompt), ("assistant", response))
                        ]
                    )
                desk.press("escape")
                desk.until_quiet(0.3)
                desk.press("escape")
                desk.until(AT_LIST)
                desk.quit()
            same = exported(home) == expected
            wrong += not same
            verdict = "equal to what was typed, to the byte" if same else "DIFFERENT"
            print(f"{file.name}: {len(expected)} tasks worked, export {verdict}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
