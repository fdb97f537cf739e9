"""What only a process of its own shows: exit codes, pipes, signals, and what is imported."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer_tui.store.workspace import Workspace

RUN = [sys.executable, "-m", "trainer_tui"]


def run(*argv, **settings):
    settings.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([*RUN, *argv], capture_output=True, text=True, timeout=60, **settings)


def test_exit_codes_and_streams(desk):
    ok = run("status")
    assert (ok.returncode, ok.stderr) == (0, "")
    bad = run("show", "nothing")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert run().returncode == 3
    assert run("--version").returncode == 0


def test_reading_works_beside_a_writer_and_writing_is_refused(desk, home):
    store = Workspace.open(home)
    try:
        for argv in (["status"], ["tasks"], ["show", "poem"], ["export"], ["shift", "list"]):
            assert run(*argv).returncode == 0, argv
        assert run("doctor").returncode == 0
        refused = run("skip", "poem", "--reason", "1")
        assert refused.returncode == 3
        assert f"process {os.getpid()}" in refused.stderr
        assert run("import", "garden.json", "--dry-run").returncode == 0
    finally:
        store.close()
    assert run("skip", "poem", "--reason", "1").returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
@pytest.mark.parametrize("argv", ["tasks", "tasks --json", "--help"])
def test_a_reader_who_leaves_early_is_no_trouble(cli, text, argv):
    cli("import", text("".join(f'{{"prompt": "p {n}"}}\n' for n in range(3000)), "p.jsonl"))
    piped = f"{sys.executable} -m trainer_tui {argv} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("argv", [["tasks"], ["tasks", "--json"], ["import", "garden.json"]])
def test_a_full_disk_behind_the_output(desk, home, argv):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*RUN, *argv], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 3
    assert "Cannot print" in done.stderr
    assert not (home / "crashes").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")
def test_closed_streams(desk):
    shell = f"{sys.executable} -m trainer_tui tasks <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", shell], timeout=60).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c(desk, home):
    argv = [*RUN, "submit", "frost", "--response-file", "-"]
    process = subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    # It waits for the text while it has the store open.
    deadline = time.monotonic() + 30
    while not (home / "lock.holder").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert out == ""
    assert run("skip", "frost", "--reason", "1").returncode == 0


def imported(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_no_layer_below_the_screen_imports_it():
    code = """
import importlib, pkgutil
for layer in ("domain", "services", "store", "formats", "cli"):
    package = importlib.import_module(f"trainer_tui.{layer}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
"""
    assert not {"textual", "rich"} & imported(code)


def test_help_imports_nothing(home):
    found = imported("from trainer_tui.cli.main import main; main(['--help'])")
    assert not {"msgspec", "tinydb", "rich", "textual", "tomllib", "difflib"} & found
    assert "trainer_tui.cli.commands.status" not in found


@pytest.mark.parametrize("command", ["status", "tasks"])
def test_looking_imports_only_what_it_needs(desk, command):
    found = imported(f"from trainer_tui.cli.main import main; main([{command!r}])")
    unneeded = {"tinydb", "filelock", "rich", "textual", "tomllib", "tomlkit", "shtab", "difflib"}
    assert not unneeded & found
    assert not {name for name in found if name.startswith("trainer_tui.formats")}
    assert "trainer_tui.cli.commands.show" not in found
    assert "typing_extensions" not in found
