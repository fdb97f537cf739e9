"""Every command line of the program over hostile data: on a terminal, and with a pipe."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from corpus import FILE_NAME, HOSTILE, RAW
from places import CONFIG, Place
from stream import leaks

from trainer_tui.domain.link import HubState, Link, Unread
from trainer_tui.domain.membership import Membership
from trainer_tui.store.token_file import TokenFile
from trainer_tui.store.workspace import Workspace
from trainer_tui.sync.credentials import Secrets, Token

Line = tuple[str | bytes, ...]
Run = Callable[..., bytes]
FIXTURES = Path(__file__).parent.parent / "formats" / "fixtures"
OPTIONS = ("--batch", "--category", "--state", "--search", "--limit")


def lines(place: Place) -> Iterator[Line]:
    """Yield command lines, in an order in which each finds what it needs."""
    home = place.home
    text, talk = home / f"text{FILE_NAME}.md", home / f"talk{FILE_NAME}.json"
    text.write_text("An answer\u202e \u200b\U000e0041\n")
    talk.write_text(json.dumps([{"role": HOSTILE, "content": HOSTILE, HOSTILE: 1}]))
    controls = home / f"controls{FILE_NAME}"
    controls.write_text(HOSTILE, newline="")
    (home / "raw").write_bytes(RAW)
    for name in ("status", "tasks", "batches", "show", "keys", "paths", "doctor", "settings"):
        rest: Line = ("t1",) if name == "show" else ()
        yield (name, *rest)
        yield (name, *rest, "--json")
    yield ("show", "t2", "--reveal")
    yield ("show", "more0.x")
    yield ("show", "more0.x", "--json")
    yield ("guidelines",)
    yield ("guidelines", "--json")
    yield ("guidelines", "b")
    yield ("guidelines", "more0")
    yield ("guidelines", "more0", "--diff")
    yield ("guidelines", "more0", "--json")
    yield ("guidelines", "more0", "--acknowledge")
    yield ("guidelines", HOSTILE, "--diff")
    yield ("tasks", "--search", HOSTILE)
    yield ("tasks", "--search", RAW, "--json")
    yield ("batches", "list")
    yield ("batches", "close", "b")
    yield ("batches", "reopen", "b")
    yield ("shift", "start", "--team", "T", "--json")
    yield ("shift", "list")
    yield ("shift", "list", "--json")
    yield ("skip", "t1", "--reason", "7")
    yield ("skip", "t1", "--reason", HOSTILE)
    yield ("skip", "t1", "--reason", "1", "--note", "a\u202e note", "--json")
    yield ("undo",)
    yield ("undo", "--json")
    yield ("flag", "t1", "--reason", "1", "--note", HOSTILE)
    yield ("flag", "t1", "--reason", "1", "--json")
    yield ("withdraw", "t1", "--json")
    yield ("flag", "t1", "--reason", "1")
    yield ("withdraw", "t1")
    yield ("skip", "t3", "--reason", "1")
    for action in ("save", "show", "versions", "discard"):
        given: Line = ("--response-file", str(text)) if action == "save" else ()
        yield ("draft", "t1", action, *given)
        yield ("draft", "t1", action, *given, "--json")
    yield ("draft", "t1", "restore", "1")
    yield ("draft", "t1", "--note", "a\u202e note")
    yield ("draft", "t1", "--response-file", str(controls))
    yield ("draft", "t1", "--response-file", "raw")
    yield ("draft", "t1", "--response-file", f"missing{FILE_NAME}")
    yield ("draft", "t1", "--response-file", b"missing" + RAW)
    yield ("draft", "t1", "--conversation", str(talk))
    yield ("draft", "t1", HOSTILE)
    yield ("draft", "t1", "show", HOSTILE)
    yield ("submit", "t1", "--draft", "--waive", HOSTILE)
    yield ("submit", "t1", "--draft", "--waive", f"{HOSTILE}={HOSTILE}")
    yield ("submit", "t1", "--draft", "--score", f"{HOSTILE}={HOSTILE}")
    yield ("submit", "t1", "--draft", "--waive", f"1={HOSTILE}")
    yield ("submit", "t1", "--draft", "--explain", HOSTILE)
    yield ("check", "t1")
    yield ("check", "t1", "--json")
    yield ("check", "t1", "--response-file", str(text))
    yield ("check", HOSTILE)
    yield ("check", f"missing{FILE_NAME}.json")
    yield ("check", str(talk))
    yield (
        "submit",
        "t1",
        "--draft",
        "--minutes",
        "2",
        "--waive",
        "words=a\u202e",
        "--explain",
        "b",
    )
    yield ("submit", "t2", "--response-file", str(text), "--json")
    yield ("submit", "t2", "--minutes", HOSTILE)
    yield ("submit", "t1", "--conversation", str(controls))
    yield ("show", "t1", "--reveal")
    yield ("show", "t1", "--json")
    sent = home / f"sent{FILE_NAME}.jsonl"
    yield ("export", "--format", "native", "--output", str(sent))
    yield ("check", str(sent))
    yield ("check", str(sent), "--json")
    verifiers = {"key": HOSTILE, "prompt": HOSTILE, "response": HOSTILE, "kwargs": [{"x": HOSTILE}]}
    rows = home / f"rows{FILE_NAME}.jsonl"
    rows.write_text(json.dumps({**verifiers, "instruction_id_list": [HOSTILE]}) + "\n")
    yield ("check", str(rows))
    yield ("check", str(rows), "--json")
    yield ("export", "--format", "ifeval", "--skip-unfit")
    yield ("export", "--with-rules")
    for form in ("messages", "native", "alpaca"):
        yield ("export", "--format", form)
    yield ("export", "--output", f"out{FILE_NAME}")
    yield ("export", "--output", f"no{FILE_NAME}/x")
    yield ("export", "--output", b"out" + RAW)
    yield ("export", "--since", HOSTILE)
    yield ("export", "--batch", HOSTILE)
    for action in ("pause", "resume", "report", "end"):
        yield ("shift", action)
    yield ("shift", "report", "--json")
    yield ("shift", "report", HOSTILE)
    yield ("settings", "get", "trainer")
    yield ("settings", "get", "trainer", "--json")
    yield ("settings", "set", "theme", HOSTILE)
    yield ("settings", "set", "trainer", HOSTILE)
    yield ("settings", "set", "trainer", "Ada\u202e\u200b")
    yield ("settings", "set", "idle_minutes", HOSTILE)
    yield ("settings", "set", "next_task", HOSTILE)
    yield ("settings", "set", "keys.write.save", HOSTILE)
    yield ("settings", "set", f"keys.{HOSTILE}", "x")
    yield ("settings", "get", HOSTILE)
    yield ("settings", "set", RAW, RAW)
    yield ("settings", "unset", "editor")
    yield ("settings", "unset", HOSTILE)
    yield ("settings", "path")
    yield ("settings", "edit")
    yield ("rules",)
    yield ("rules", "--json")
    yield ("rules", "no_links")
    yield ("rules", HOSTILE)
    yield ("words",)
    yield ("words", "en", "--json")
    yield ("words", HOSTILE)
    yield ("words", "en", "--add", "umami", "--json")
    for word in (HOSTILE, RAW, "a\u202eb", "a" * 100):
        yield ("words", "en", "--add", word)
        yield ("words", "en", "--remove", word)
        yield ("words", word, "--add", "umami")
    own = place.data / "words" / "en.txt"
    if own.parent.is_dir():
        own.write_text(f"{HOSTILE}\n{HOSTILE * 9}\numami\n")
    yield ("words", "en")
    yield ("doctor",)
    yield ("words", "en", "--remove", "umami")
    yield ("doctor",)
    yield ("keys", HOSTILE)
    for address in (HOSTILE, RAW, "http://hub.example.org", "http://127.0.0.1:1", "ftp://x"):
        yield ("login", address)
        yield ("login", "http://127.0.0.1:1", "--name", address)
    yield ("logout",)
    yield ("sync",)
    yield ("sync", "--json")
    yield from _bundles(place)
    link_to_nowhere(place)
    yield ("status",)
    yield ("status", "--json")
    yield ("sync",)
    yield ("sync", "--json")
    for option in ("--again", "--keep", "--read", "--give-back"):
        yield ("sync", option, HOSTILE)
        yield ("sync", option, RAW, "--json")
    yield from _bundles(place)
    yield ("login", "http://127.0.0.1:1")
    yield ("logout",)
    yield ("doctor", "--repair")
    yield ("doctor", "--confirm")
    for shell in ("bash", "zsh", "tcsh", HOSTILE):
        yield ("completion", shell)
    yield from _imports(place)
    yield from _hub(place)
    yield from _lead(place)
    yield from _wrong()


def _bundles(place: Place) -> Iterator[Line]:
    """Take in files that are no bundles, and write some, before and after there is a key."""
    known = f"known{FILE_NAME}.bundle"
    hostile = place.home / f"hostile{FILE_NAME}.bundle"
    head = {"direction": HOSTILE, "hub": HOSTILE, "member": HOSTILE, "id": HOSTILE}
    for number, text in enumerate((HOSTILE, json.dumps(head), json.dumps(HOSTILE))):
        hostile.write_text(f"trainer-bundle/1 {'0' * 64}\n{text}\n")
        for line in (("bundle", "in"), ("hub", "bundle", "in")):
            yield (*line, str(hostile))
            yield (*line, str(hostile), "--json")
        (place.home / f"{number}{FILE_NAME}").write_text(text)
        yield ("bundle", "in", str(place.home / f"{number}{FILE_NAME}"))
    for name in (known, f"missing{FILE_NAME}/x", HOSTILE, RAW, "."):
        for line in (("bundle",), ("hub", "bundle")):
            yield (*line, "in", name)
        yield ("bundle", "out", name)
        yield ("hub", "bundle", "out", "ada", name)
        yield ("hub", "bundle", "out", name, known)
        yield ("hub", "bundle", "key", name)
    yield ("bundle", "out", known, "--tasks", HOSTILE)
    yield ("bundle", "out", known, "--replace")
    yield ("bundle", "key")
    yield ("bundle", HOSTILE)
    yield ("hub", "bundle", HOSTILE)


def link_to_nowhere(place: Place) -> None:
    """Log in at a hub that is gone, with hostile words in everything that it said."""
    store = Workspace.open(place.data)
    try:
        store.put_hub(
            HubState(
                link=Link(
                    url="http://127.0.0.1:1", hub="hub", epoch=HOSTILE, member="ada",
                    name=HOSTILE, device=HOSTILE, since=datetime(2026, 1, 1, tzinfo=UTC),
                ),
                memberships=(Membership(team="t", title=HOSTILE),),
                unread=(Unread(id=HOSTILE, what=HOSTILE, reason=HOSTILE, place=HOSTILE),),
            )
        )  # fmt: skip
    finally:
        store.close()
    token = Secrets("http://127.0.0.1:1", "s", Token("tt_x"), Token("ab"))
    TokenFile(place.data).put(token)


def _imports(place: Place) -> Iterator[Line]:
    """Import every format with hostile texts in every string, and files that are wrong."""
    for fixture in sorted(FIXTURES.iterdir()):
        file = place.home / f"{fixture.stem}{FILE_NAME}{fixture.suffix}"
        file.write_text(_hostile_file(fixture))
        yield ("import", str(file), "--dry-run")
        yield ("import", str(file), "--skip-bad", "--json")
        yield ("import", str(file), "--id", f"made-{fixture.stem.replace('_', '-')}")
    wrong = {
        "unknown.jsonl": json.dumps({HOSTILE: HOSTILE}) + "\n",
        "version.json": json.dumps({"format": HOSTILE, "version": HOSTILE, "tasks": HOSTILE}),
        "format.json": json.dumps({"format": f"trainer-tui/{HOSTILE}", "tasks": []}),
        "fields.json": json.dumps(
            {"format": "trainer-tui/batch", "version": 1, HOSTILE: 1, "tasks": [{HOSTILE: HOSTILE}]}
        ),
        "language.json": json.dumps(
            {
                "format": "trainer-tui/batch",
                "version": 1,
                "id": HOSTILE,
                "language": HOSTILE,
                "tasks": [],
            }
        ),
        "label.json": json.dumps([{"data": {HOSTILE: 1, f"{HOSTILE}2": HOSTILE}}]),
        "numbers.jsonl": json.dumps({"prompt": 1, "id": [HOSTILE]}) + "\n",
        "twice.json": '{"' + HOSTILE.encode("unicode_escape").decode() + '": 1',
        "columns.csv": f'"{HOSTILE.replace(chr(34), "")}",b\n1,2\n',
        "plain": HOSTILE,
    }
    for name, text in wrong.items():
        file = place.home / f"{FILE_NAME}{name}"
        file.write_text(text)
        yield ("import", str(file))
        yield ("import", str(file), "--json")
    raw = os.fsencode(place.home) + b"/tasks" + RAW.replace(b"/", b"") + b".jsonl"
    Path(os.fsdecode(raw)).write_text('{"prompt": "a"}\n{"prompt": 3}\n')
    yield ("import", raw, "--skip-bad")
    yield ("import", raw, "--json")
    yield ("import", "raw")
    yield ("import", f"missing{FILE_NAME}", HOSTILE, b"missing" + RAW)
    for option in ("--map", "--kind", "--format", "--id", "--title", "--team", "--language"):
        for word in (HOSTILE, f"prompt={HOSTILE}", RAW):
            yield ("import", "raw", option, word)
    yield ("import", "--samples", "--dry-run", "--json")


def _hub(place: Place) -> Iterator[Line]:
    """Make a hub with hostile titles and names, as far as it takes them, and look at it."""
    hub = ("hub",)
    for name in ("check", "teams", "members", "tokens", "audit"):
        yield (*hub, name)
    yield (*hub, "init", "--json")
    yield (*hub, "init")
    yield (*hub, "serve", "--host", HOSTILE)
    yield (*hub, "serve", "--host", "0.0.0.0", "--port", "1", "--behind-proxy", HOSTILE)
    yield (*hub, "serve", "--tls-cert", HOSTILE, "--tls-key", f"missing{FILE_NAME}")
    yield (*hub, "serve", "--port", HOSTILE)
    title = HOSTILE.replace("\n", " ")
    for word in (HOSTILE, title, RAW, "a\u202e \u200b\U000e0041"):
        yield (*hub, "teams", "add", "atlas", word)
        yield (*hub, "teams", "add", word, "Atlas")
        yield (*hub, "members", "add", word, "--team", "atlas")
        yield (*hub, "members", "add", word)
    yield (*hub, "teams", "add", "atlas", "Atlas")
    yield (*hub, "teams", "add", "borealis", "a\u202e \u200b\U000e0041")
    yield (*hub, "members", "add", "ada", "--team", "atlas", "--role", "lead", "--json")
    yield (*hub, "members", "add", "a\u202e \u200b\U000e0041", "--team", "atlas")
    yield (*hub, "members", "certify", "ada", "--team", "atlas")
    yield (*hub, "members", "move", "ada", "--from", "atlas", "--to", "borealis")
    yield (*hub, "members", "end", "ada", "--team", "borealis")
    yield (*hub, "members", "password", "ada", "--json")
    yield (*hub, "members", "password", "ada")
    yield (*hub, "members", "password", "ada", "--password-stdin")
    yield (*hub, "tokens", "add", "ada", "--device", HOSTILE)
    yield (*hub, "tokens", "add", "ada", "--device", "a\u202e", "--json")
    yield (*hub, "tokens", "revoke", "0")
    for name in ("check", "teams", "members", "tokens", "audit"):
        yield (*hub, name)
        yield (*hub, name, "--json")
        if name in ("teams", "members", "tokens"):
            yield (*hub, name, "list")
            yield (*hub, name, "list", "--json")
    yield (*hub, "audit", "--verify")
    yield (*hub, "audit", "--team", HOSTILE)
    for word in ("ada", HOSTILE, RAW):
        for action in ("revoke", "enable", "password"):
            yield (*hub, "members", action, word)
        yield (*hub, "members", "end", word, "--team", word)
        yield (*hub, "members", "move", word, "--from", word, "--to", word)
        yield (*hub, "members", "certify", word, "--team", word, "--withdraw")
        yield (*hub, "tokens", "list", "--member", word)
        yield (*hub, "tokens", "revoke", word)
        yield (*hub, "members", "list", "--team", word)
    copy = place.home / f"hub{FILE_NAME}.backup"
    yield (*hub, "backup", str(copy))
    yield (*hub, "backup", f"no{FILE_NAME}/x")
    yield (*hub, "backup", b"copy" + RAW)
    yield (*hub, "restore", str(copy))
    yield (*hub, "restore", f"missing{FILE_NAME}")
    yield (*hub, "restore", "raw", "--database", f"sqlite:///{place.home}/new{FILE_NAME}.db")
    yield (*hub, "restore", str(copy), "--database", f"sqlite:///{place.home}/new.db")
    yield (*hub, "migrate")
    for word in (HOSTILE, f"sqlite:///{FILE_NAME}", f"postgresql://{HOSTILE}", RAW, "sqlite://"):
        for name in ("check", "init", "migrate"):
            yield (*hub, name, "--database", word)


def _lead(place: Place) -> Iterator[Line]:
    """Ask to lead where nobody is logged in."""
    lead = ("lead",)
    file = place.home / f"batch{FILE_NAME}.json"
    yield (*lead, "publish", str(file))
    yield (*lead, "publish", str(file), "--json", "--title", HOSTILE)
    yield (*lead, "publish", "raw", "--team", HOSTILE)
    yield (*lead, "publish", f"missing{FILE_NAME}", b"missing" + RAW)
    for name in ("teams", "members", "batches", "status"):
        yield (*lead, name)
        yield (*lead, name, "--json")
        yield (*lead, name, "--team", HOSTILE)
    for name in ("close", "reopen", "certify", "revoke"):
        yield (*lead, name, HOSTILE)
        yield (*lead, name, RAW, "--team", HOSTILE)
    yield (*lead, "move", HOSTILE, "--from", HOSTILE, "--to", RAW)


def _below() -> Iterator[tuple[str, ...]]:
    """Name every command that is below another one."""
    from trainer_tui.cli.commands import COMMANDS
    from trainer_tui.cli.nesting import parsers
    from trainer_tui.cli.parsing import Parser

    def deeper(path: tuple[str, ...], parser: Parser) -> Iterator[tuple[str, ...]]:
        for word, below in parsers(parser).items():
            yield (*path, word)
            yield from deeper((*path, word), below)

    for name, command in COMMANDS.items():
        parser = Parser(prog=name)
        command.load().configure(parser)
        yield from deeper((name,), parser)


def _hostile_file(fixture: Path) -> str:
    text = fixture.read_text()
    if fixture.suffix == ".csv":
        head, *rest = text.splitlines()
        quoted = HOSTILE.replace('"', '""')
        return "\n".join([head, *(f'{line},"{quoted}"' for line in rest), rest[0]]) + "\n"
    if fixture.suffix == ".json":
        return json.dumps(_hostile(json.loads(text)))
    return "".join(json.dumps(_hostile(json.loads(line))) + "\n" for line in text.splitlines())


_WORDS = {"format", "kind", "role", "id", "lang", "language", "parent_id", "message_id"}
_WORDS |= {"user_message_id", "parent_message_id", "category", "relation", "tree_state"}


def _hostile(value: object, key: str = "") -> object:
    if isinstance(value, str):
        return value if key in _WORDS else f"{value} {HOSTILE}"
    if isinstance(value, list):
        return [_hostile(item, key) for item in value]
    if isinstance(value, dict):
        return {name: _hostile(item, name) for name, item in value.items()}
    return value


def _wrong() -> Iterator[Line]:
    from trainer_tui.cli.commands import COMMANDS

    for name in COMMANDS:
        yield (name, "--help")
        yield (name, "--no-such")
        yield (name, f"--{HOSTILE}")
        yield (name, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        yield (name, RAW)
        yield (name, f"--json={HOSTILE}")
    for path in _below():
        yield (*path, "--help")
        yield (*path, "--no-such")
        yield (*path, f"--{HOSTILE}")
        if path[-1] != "serve":
            yield (*path, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
            yield (*path, f"--json={HOSTILE}")
    for name in ("batches", "tasks"):
        for option in OPTIONS:
            yield (name, option, HOSTILE)
    yield (HOSTILE,)
    yield (RAW,)
    yield ("help", HOSTILE)
    yield ("help",)
    yield ("--help",)
    yield ("--version",)
    yield (f"--{HOSTILE}",)
    yield ("--read-only", HOSTILE)


ENVIRONMENTS: dict[str, dict[str, str]] = {
    "COLUMNS": {"COLUMNS": HOSTILE},
    "COLUMNS in other digits": {"COLUMNS": "²"},
    "a narrow terminal": {"COLUMNS": "1"},
    "settings elsewhere": {"TRAINER_TUI_CONFIG": f"/nowhere/{HOSTILE.replace('/', '_')}"},
    "data elsewhere": {"TRAINER_TUI_HOME": f"/proc/{HOSTILE.replace('/', '_')[:200]}"},
    "a locale": {"LANG": HOSTILE, "LC_ALL": HOSTILE},
    "a latin terminal": {"PYTHONIOENCODING": "latin-1"},
    "bytes for a name": {"USER": os.fsdecode(RAW), "LOGNAME": os.fsdecode(RAW)},
    "bytes for a folder": {"TRAINER_TUI_HOME": "/proc/" + os.fsdecode(RAW)},
    "an editor": {"EDITOR": HOSTILE, "VISUAL": HOSTILE},
}
"""What may stand around a command."""
AROUND: tuple[Line, ...] = (
    ("status",),
    ("tasks",),
    ("paths",),
    ("paths", "--json"),
    ("settings", "edit"),
    ("shift", "start"),
    ("--help",),
    ("import", "--samples"),
)

BROKEN_CONFIGS = (
    f"theme = {json.dumps(FILE_NAME)}\n".replace("\x1b", "\\u001b"),
    f"# {HOSTILE}\n",
    '[keys]\n"\\u001b]0;owned\\u0007" = "\\u009b6n"\n',
    '"\\u001b]0;owned\\u0007" = 1\n',
    'theme = "\\u001b[6n"\n',
    '[keys]\n"write.save" = "\\u202e"\n',
    '[keys]\n"write.save" = ["\\u202e"]\n',
)


def check(
    place: Place, on_terminal: Run | None, into_pipe: Run | None
) -> tuple[list[Line], list[str]]:
    """Run them all, in the ways that are given; return them, and what leaked."""
    done: list[Line] = []
    found: list[str] = []

    def run(*line: str | bytes, **env: str) -> None:
        for way in (on_terminal, into_pipe):
            if way is None:
                continue
            raw = way(*line, **env)
            if "PYTHONIOENCODING" in env and way in (place.on_terminal, place.run):
                raw = raw.decode("latin-1").encode()
            if way is on_terminal or line[0] != "export":  # to a pipe it is data
                found.extend(f"{line}: {leak}" for leak in leaks(raw, screen=False))
            if b"made a mistake" in raw:
                found.append(f"{line} {[*env]}: a fault of the program: {raw[-300:]!r}")
        if "edit" in line:  # it wrote what is no settings file
            config.write_text(CONFIG)
        done.append(line)

    config = place.data / "config.toml"
    for line in lines(place):
        run(*line)
    for env in ENVIRONMENTS.values():
        for line in AROUND:
            run(*line, **env)
    for number, broken in enumerate(BROKEN_CONFIGS):
        file = place.home / f"{number}{FILE_NAME}.toml"
        file.write_text(broken)
        for line in (("settings",), ("keys",), ("status",), ("shift", "start")):
            run(*line, TRAINER_TUI_CONFIG=str(file))
    return done, found
