"""Guidelines on the command line: read, compared, acknowledged, and named by what is sent."""

import json
from pathlib import Path

import pytest


def publish(cli, text, version="3"):
    batch = json.loads(Path("garden.json").read_text("utf-8"))
    batch["guidelines"] = {"version": version, "text": text}
    Path("garden.json").write_text(json.dumps(batch), encoding="utf-8")
    result = cli("import", "garden.json")
    assert result.code == 0
    return result


@pytest.fixture
def changed(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    publish(desk, "# How\n\nBe kind and brief.\n")
    return desk


def versions(cli):
    lines = cli("export", "--format", "native", "--status", "all").out.splitlines()[1:]
    return [json.loads(line)["guidelines_version"] for line in lines]


def test_they_are_listed_and_read(desk):
    assert "garden  3" in desk("guidelines").out
    result = desk("guidelines", "garden")
    assert (result.code, result.err) == (0, "")
    assert result.out == "Garden talk · guidelines, version 3\n\n# How\n\nBe kind.\n"
    assert "have not changed" in desk("guidelines", "garden", "--diff").out
    assert desk("guidelines", "garden", "--json").json["unread"] is False
    assert [one["version"] for one in desk("guidelines", "--json").json] == ["3"]


def test_without_batches_and_without_guidelines(cli, text):
    assert "no batches" in cli("guidelines").out
    cli("import", text('{"prompt": "Why?"}\n', "bare.jsonl"))
    assert "no guidelines" in cli("guidelines", "bare").out
    assert cli("guidelines", "--diff").code == 2
    assert cli("guidelines", "nowhere").code == 2


def test_an_import_says_that_they_changed_and_which_version_is_kept(desk):
    result = publish(desk, "# How\n\nBe kind and brief.\n")
    assert "guidelines: version 3, revised 2 instead of 3, which is kept" in result.out
    assert "nothing has changed" in publish(desk, "# How\n\nBe kind and brief.\n").out


def test_a_change_is_shown_and_acknowledged_and_submissions_name_what_was_read(changed, text):
    result = changed("guidelines", "garden")
    assert "Be kind and brief." in result.out and "since you read version 3" in result.err
    assert "changed since 3" in changed("guidelines").out
    difference = changed("guidelines", "garden", "--diff")
    assert difference.out.splitlines()[2:] == [
        "  # How",
        "",
        "- Be kind.",
        "+ Be kind and brief.",
        "",
    ]
    result = changed("submit", "frost", "--response-file", text("No, sorry."))
    assert "version 3, which have changed: 'trainer-tui guidelines garden --diff'" in result.err
    result = changed("guidelines", "garden", "--acknowledge")
    assert "Version 3, revised 2 counts as read." in result.err and result.out == ""
    assert "already" in changed("guidelines", "garden", "--acknowledge").err
    changed("submit", "frost", "--response-file", text("No, I am sorry."))
    assert versions(changed) == ["3", "3", "3, revised 2"]
    facts = changed("guidelines", "garden", "--json").json
    assert (facts["unread"], facts["read"]) == (False, "3, revised 2")
    assert facts["earlier"] == [{"version": "3", "text": "# How\n\nBe kind.\n"}]
    assert "+ Be kind and brief." in facts["diff"]


def test_show_tells_the_version_and_what_changed(changed):
    out = changed("show", "frost").out
    assert "Guidelines, version 3, revised 2" in out
    assert "Changed in the guidelines since you read version 3\n" in out
    assert "  - Be kind.\n  + Be kind and brief." in out
    facts = changed("show", "frost", "--json").json
    assert facts["guidelines"] == {"version": "3, revised 2", "read": "3", "unread": True}
    changed("guidelines", "garden", "--acknowledge")
    assert "Changed in the guidelines" not in changed("show", "frost").out


def test_long_stretches_without_a_change_are_counted(desk, text):
    desk("submit", "frost", "--response-file", text("No."))
    lines = [f"line {n}" for n in range(20)]
    publish(desk, "\n".join(lines), "4")
    lines[10] = "changed"
    publish(desk, "\n".join(lines), "5")
    out = desk("guidelines", "garden", "--acknowledge", "--diff").out
    assert "From version 3 to version 5" in out
    publish(desk, "\n".join([*lines, "more"]), "6")
    out = desk("guidelines", "garden", "--diff").out
    assert out.splitlines()[2:] == ["  ⋯ 18 lines the same", "  line 18", "  line 19", "+ more"]


def test_reading_needs_no_lock_and_acknowledging_does(changed, home):
    from trainer_tui.store.workspace import Workspace

    with_lock = Workspace.open(home)
    try:
        assert changed("guidelines", "garden", "--diff").code == 0
        assert changed("guidelines", "garden", "--acknowledge").code == 3
    finally:
        with_lock.close()


def test_show_tells_why_work_like_this_came_back(desk, home):
    back = {"task_id": "garden.poem", "batch_id": "garden", "reason": "too \u202e long"}
    lines = [json.dumps({**back, "at": "2100-01-01T00:00:00Z"})] * 2
    (home / "returns.jsonl").write_text("\n".join(lines))
    out = desk("show", "frost").out
    assert "Why work like this came back\n  - Returned 2 times for: too ↤ long (last: " in out
    (hint,) = desk("show", "frost", "--json").json["hints"]
    assert (hint["times"], hint["reason"]) == (2, "too \u202e long")
