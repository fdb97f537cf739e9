import importlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from trainer_tui import __version__
from trainer_tui.cli import crashes
from trainer_tui.cli import main as entry
from trainer_tui.cli.commands import COMMANDS
from trainer_tui.domain.errors import TrainerError


def test_help_lists_every_command(cli):
    result = cli("--help")
    assert result.code == 0
    for command in COMMANDS.values():
        assert f"  {command.name} " in result.out
        assert command.help in result.out


def test_help_is_also_a_command(cli):
    assert cli("help").out == cli("--help").out
    assert cli("help", "tasks").out == cli("tasks", "--help").out


def test_version(cli):
    assert cli("--version").out == f"trainer-tui {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(cli, name):
    result = cli(name, "--help")
    assert result.code == 0
    assert f"  trainer-tui {name if name != 'withdraw' else 'undo'}" in result.out
    assert "Example" in result.out


def test_ids_in_the_examples_are_those_of_the_samples(cli):
    taking = "show|draft|submit|skip|flag|undo|withdraw"
    ids = {
        word
        for name in COMMANDS
        for word in re.findall(rf"trainer-tui (?:{taking}) +([\w.-]+)", cli(name, "--help").out)
        if not word.startswith("-")
    }
    assert len(ids) >= 3
    cli("import", "--samples")
    for word in ids:
        assert cli("show", word).code == 0, word


def test_help_of_undo_takes_back_one_thing(cli):
    assert "Take back one submission, skip or flag" in cli("undo", "--help").out


@pytest.mark.parametrize(
    "argv, guess",
    [
        (["taks"], "'tasks'"),
        (["tasks", "--serch", "x"], "'--search'"),
        (["tasks", "--state", "opne"], "'open'"),
        (["tasks", "--category", "codign"], "'coding'"),
        (["shift", "ned"], "'end'"),
        (["export", "--format", "openia"], "'openai'"),
        (["import", "x", "--format", "csw"], "'csv'"),
        (["keys", "wirte"], "'write'"),
        (["settings", "gte"], "'get'"),
        (["draft", "x", "restor"], "'restore'"),
        (["completion", "bsh"], "'bash'"),
        (["--read-onyl"], "'--read-only'"),
    ],
)
def test_a_mistyped_word_gets_a_guess(cli, argv, guess):
    result = cli(*argv)
    assert result.code == 2
    assert result.out == ""
    assert f"did you mean {guess}?" in result.err


def test_an_abbreviation_is_not_taken(cli):
    assert cli("tasks", "--sear", "x").code == 2


def test_one_word_too_many(cli):
    result = cli("status", "now")
    assert result.code == 2
    assert "'now'" in result.err


def test_a_word_that_resembles_nothing(cli):
    result = cli("qqqqqq")
    assert result.code == 2
    assert "--help" in result.err


def test_without_a_terminal_the_workstation_says_so(cli, home):
    result = cli()
    assert result.code == 3
    assert "terminal" in result.err
    assert not home.exists()


def fail_with(monkeypatch, error):
    module = importlib.import_module("trainer_tui.cli.commands.paths")

    def run(args):
        secret = "the trainer's own words"
        raise error(secret)

    monkeypatch.setattr(module, "run", run)


def test_a_fault_leaves_a_report_without_texts(cli, home, monkeypatch):
    fail_with(monkeypatch, ValueError)
    result = cli("paths")
    assert result.code == 3
    assert "Traceback" not in result.err
    (report,) = (home / "crashes").iterdir()
    assert str(report) in result.err
    assert report.stat().st_mode & 0o077 == 0
    content = report.read_text()
    assert "builtins.ValueError" in content
    assert "test_cli_program.py" in content
    for text in (content, result.err):
        assert "own words" not in text
        assert "secret" not in text


def test_a_report_names_the_cause_and_survives_a_circle():
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    report = crashes.report_text(first)
    assert report.count("builtins.ValueError") == 1
    assert "builtins.KeyError" in report


def test_a_fault_where_nothing_can_be_saved_is_still_told(cli, home, monkeypatch):
    home.write_text("a file where the folder should be")
    fail_with(monkeypatch, ValueError)
    result = cli("paths")
    assert result.code == 3
    assert "could not be saved" in result.err
    assert "builtins.ValueError" in result.err


def test_an_expected_trouble_is_told_in_its_own_words(cli, monkeypatch):
    fail_with(monkeypatch, lambda secret: TrainerError("no \x1b[2J luck", "try\x9b again"))
    result = cli("paths")
    assert result.code == 3
    assert result.err == "Something went wrong: no ␛[2J luck\ntry␦ again\n"


def test_interrupted(cli, monkeypatch):
    fail_with(monkeypatch, KeyboardInterrupt)
    result = cli("paths")
    assert result.code == 130
    assert "Interrupted" in result.err


def test_a_reader_who_leaves_is_no_fault(cli, monkeypatch):
    monkeypatch.setattr(entry, "_silence_stdout", lambda: None)
    fail_with(monkeypatch, BrokenPipeError)
    result = cli("paths")
    assert (result.code, result.err) == (0, "")


def test_the_store_cannot_be_opened(cli, home):
    home.write_text("a file where the folder should be")
    result = cli("shift", "start")
    assert result.code == 3
    assert "Traceback" not in result.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_commands_and_options(cli, shell):
    result = cli("completion", shell)
    assert result.code == 0
    for word in ("withdraw", "response-file", "trainer-tui"):
        assert word in result.out


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
        (["shift"], {"start", "pause", "resume", "end", "report", "list"}),
        (["draft", "cod-001"], {"show", "save", "versions", "restore", "discard"}),
        (["export", "--format"], {"messages", "openai", "native"}),
        (["import", "--format"], {"csv", "prompts"}),
        (["tasks", "--state"], {"open", "done"}),
        (["settings"], {"get", "set", "edit"}),
        (["settings", "set"], {"theme", "idle_minutes", "keys.write.save"}),
    ],
)
def test_bash_completes_actions_and_values(cli, argv, words):
    Path("completion").write_text(cli("completion", "bash").out, encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", COMPLETE, "bash", *argv], capture_output=True, text=True, check=True
    )
    assert words <= set(done.stdout.split())


def test_completion_leaves_the_errors_as_they_are(cli):
    cli("completion", "bash")
    assert "no action 'strat'; did you mean 'start'?" in cli("shift", "strat").err


def test_paths(cli, home):
    paths = cli("paths", "--json").json
    assert paths["data"] == str(home)
    assert paths["settings"] == str(home / "config.toml")
    assert Path(paths["samples"]).name == "sample_tasks"
    assert str(home / "crashes") in cli("paths").out


def test_keys(cli):
    assert "Save a version now" in cli("keys", "write").out
    listed = cli("keys", "--json").json
    assert {"id", "keys", "label", "description"} == set(listed[0])
    cli("settings", "set", "keys.write.save", "f4")
    assert cli("settings", "set", "keys.write.save", "f12").code == 2
    cli("settings", "set", "keys.write.save", "f11")
    own = {action["id"]: action["keys"] for action in cli("keys", "write", "--json").json}
    assert own["write.save"] == "f11"
