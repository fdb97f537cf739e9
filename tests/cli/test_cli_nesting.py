"""Commands below commands: help, guesses, what is loaded, and completion."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trainer_tui.cli.commands import COMMANDS
from trainer_tui.cli.nesting import parsers
from trainer_tui.cli.parsing import Parser


def paths(path=()):
    """Every command that has some below it, and every one below another."""
    for name in ("hub", "lead") if not path else ():
        yield from paths((name,))
    if path:
        parser = Parser(prog=path[0])
        COMMANDS[path[0]].load().configure(parser)
        for word in path[1:]:
            parser = parsers(parser)[word]
        yield path
        for word in parsers(parser):
            yield from paths((*path, word))


ALL = list(paths())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_one_has_help_and_knows_what_was_meant(cli, path):
    result = cli(*path, "--help")
    assert result.code == 0
    assert result.err == ""
    assert f"usage: trainer-tui {' '.join(path)} " in result.out
    example = f"trainer-tui {' '.join(path)}"
    assert "Example" not in result.out or example in result.out or len(path) == 1
    wrong = cli(*path, "--hlep")
    assert wrong.code == 2
    assert wrong.out == ""
    assert "did you mean '--help'?" in wrong.err or "are required" in wrong.err
    assert f"More: trainer-tui {' '.join(path)} --help" in wrong.err


@pytest.mark.parametrize(
    "argv, guess",
    [
        (["hub", "memebrs"], "'members'"),
        (["hub", "members", "certfy"], "'certify'"),
        (["hub", "members", "add", "ada", "--role", "leed"], "'lead'"),
        (["hub", "teams", "add", "a", "b", "--databas", "x"], "'--database'"),
        (["lead", "publsh"], "'publish'"),
    ],
)
def test_a_mistyped_word_gets_a_guess(cli, argv, guess):
    result = cli(*argv)
    assert (result.code, result.out) == (2, "")
    assert f"did you mean {guess}?" in result.err


def test_no_word_at_all(cli):
    for name in ("hub", "lead"):
        result = cli(name)
        assert result.code == 2
        assert f"'trainer-tui {name} --help'" in result.err


def test_help_of_what_is_below_needs_no_packages_of_the_hub():
    code = """
import sys
from trainer_tui.cli.main import main
for line in (["hub", "--help"], ["lead", "--help"], ["hub", "members", "add", "--help"]):
    main(line)
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.splitlines()[-1].split())
    heavy = {"sqlalchemy", "litestar", "granian", "httpx", "alembic", "rich", "textual"}
    assert not heavy & loaded
    assert "trainer_tui.cli.hub.serve" not in loaded


COMPLETE = """
source ./completion
COMP_WORDS=(trainer-tui "$@" "")
COMP_CWORD=$(($# + 1))
COMP_LINE="trainer-tui $* "
COMP_POINT=${#COMP_LINE}
function=$(complete -p trainer-tui | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function trainer-tui "" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    "argv, words",
    [
        (["hub"], {"serve", "init", "members", "backup"}),
        (["hub", "members"], {"add", "list", "certify", "move", "password"}),
        (["hub", "members", "add", "ada", "--role"], {"trainer", "lead", "client"}),
        (["lead"], {"publish", "status", "revoke"}),
    ],
)
def test_bash_completes_what_is_below(cli, argv, words):
    Path("completion").write_text(cli("completion", "bash").out, encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", COMPLETE, "bash", *argv], capture_output=True, text=True, check=True
    )
    assert words <= set(done.stdout.split())
