"""The tables of the README that follow from the code; run this file to write them anew."""

import re
from pathlib import Path

import msgspec

README = Path(__file__).parents[2] / "README.md"
TESTS = Path(__file__).parents[1]
BENCH = TESTS / "bench"


def commands() -> str:
    from trainer_tui.cli.commands import GROUPS

    rows = [
        f"| `{command.name}` | {command.help} |" for group in GROUPS.values() for command in group
    ]
    return "\n".join(["| command | what it does |", "| --- | --- |", *rows])


def settings() -> str:
    from trainer_tui.domain.settings import Settings

    rows = []
    for field in msgspec.json.schema(Settings)["$defs"]["Settings"]["properties"].items():
        name, about = field
        default = about.get("default")
        shown = "" if default in ("", {}) else f"`{msgspec.json.encode(default).decode()}`"
        rows.append(f"| `{name}` | {shown} | {about['description']} |")
    return "\n".join(["| setting | default | what it is |", "| --- | --- | --- |", *rows])


def keys() -> str:
    from trainer_tui.ui.actions import CONTEXTS, EDITING, in_context, key_name

    parts = []
    for context, title in CONTEXTS.items():
        rows = [
            f"| {key_name(action.keys, all_keys=True).replace('|', chr(92) + '|')} "
            f"| {action.description} | `{action.id}` |"
            for action in in_context(context)
        ]
        if context == "edit":
            rows += [f"| {key_name(k, all_keys=True)} | {words} | |" for k, words in EDITING]
        parts += [
            f"**{title}**",
            "",
            "| keys | what they do | id |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    return "\n".join(parts).rstrip()


def benches() -> str:
    rows = []
    for path in sorted(
        [
            *BENCH.glob("*.py"),
            *(TESTS / name / "__main__.py" for name in ("faults", "leaks", "rules")),
        ]
    ):
        if not path.exists():
            continue
        doc = re.match(r'"""(.+?)(?:\n|""")', path.read_text("utf-8"))
        assert doc, f"{path} does not say what it prints"
        command = path.parent if path.name == "__main__.py" else path
        shown = command.relative_to(README.parent).as_posix()
        rows.append(f"| `python {shown}` | {doc[1].rstrip('.')} |")
    return "\n".join(["| command | what it prints |", "| --- | --- |", *rows])


def written() -> str:
    text = README.read_text("utf-8")
    for name, make in {
        "commands": commands,
        "settings": settings,
        "keys": keys,
        "benches": benches,
    }.items():
        pattern = rf"(<!-- {name}: generated -->\n).*?(<!-- end -->)"
        assert re.search(pattern, text, re.DOTALL), name
        text = re.sub(
            pattern, lambda m, make=make: f"{m[1]}\n{make()}\n\n{m[2]}", text, flags=re.DOTALL
        )
    return text


def test_the_generated_tables_are_true() -> None:
    assert README.read_text("utf-8") == written(), "run: python tests/unit/test_readme.py"


if __name__ == "__main__":
    README.write_text(written(), "utf-8")
