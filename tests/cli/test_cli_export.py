import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest


@pytest.fixture
def done(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    desk("submit", "frost", "--response-file", text("No, sorry."))
    talk = [
        {"role": role, "content": word}
        for role, word in zip(("user", "assistant") * 2, "abcd", strict=True)
    ]
    desk("submit", "talk", "--conversation", text(json.dumps(talk)))
    return desk


@pytest.mark.parametrize(
    "name",
    ["messages", "openai", "prompt-completion", "sharegpt", "alpaca", "native"],
)
def test_every_format(done, name):
    result = done("export", "--format", name)
    assert result.code == 0
    assert result.err == ""
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert len(lines) == (3 if name == "native" else 2)


def test_what_a_format_cannot_hold(done):
    result = done("export", "--format", "prompt-completion-text", "-o", "x.jsonl")
    assert result.code == 2
    assert "--skip-unfit" in result.err
    assert not Path("x.jsonl").exists()
    result = done("export", "--format", "prompt-completion-text", "--skip-unfit")
    assert result.code == 0
    assert len(result.out.splitlines()) == 1
    assert "1 submission left out" in result.err


def test_to_a_file(done):
    result = done("export", "--output", "x.jsonl")
    assert result.out == ""
    assert "2 submissions written" in result.err
    assert Path("x.jsonl").read_text() == done("export").out


def test_a_file_that_cannot_be_written(done):
    assert done("export", "--output", "no/where.jsonl").code == 2
    assert done("export", "--output", ".").code == 2


@pytest.mark.parametrize("status, count", [("standing", 2), ("withdrawn", 0), ("all", 3)])
def test_status(done, status, count):
    result = done("export", "--status", status)
    assert len(result.out.splitlines()) == count
    assert ("No submission fits" in result.err) == (count == 0)


def test_moments(done):
    today = datetime.now().date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert done("export", "--since", str(tomorrow)).out == ""
    assert done("export", "--until", str(yesterday)).out == ""
    both = done("export", "--since", str(yesterday), "--until", str(tomorrow)).out
    assert len(both.splitlines()) == 2
    assert done("export", "--until", f"{yesterday}T00:00Z").out == ""
    assert done("export", "--since", "soon").code == 2
    assert done("export", "--until", "9999-12-31").code in (0, 2)


def test_batch(done):
    assert len(done("export", "--batch", "garden").out.splitlines()) == 2
    assert done("export", "--batch", "gadren").code == 2
