import sys
from pathlib import Path

import pytest

from trainer_tui.domain.errors import ConfigError
from trainer_tui.domain.settings import Settings
from trainer_tui.store import config
from trainer_tui.store.config import SettingsFile, default_config


@pytest.fixture
def file(tmp_path):
    return SettingsFile(tmp_path / "conf" / "config.toml")


def write(file, content):
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_no_file_is_the_defaults(file):
    assert file.load() == Settings()


def test_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("TRAINER_TUI_HOME", str(tmp_path))
    assert default_config() == tmp_path / "config.toml"
    monkeypatch.setenv("TRAINER_TUI_CONFIG", str(tmp_path / "own.toml"))
    assert default_config() == tmp_path / "own.toml"
    monkeypatch.delenv("TRAINER_TUI_HOME")
    monkeypatch.delenv("TRAINER_TUI_CONFIG")
    assert default_config().name == "config.toml"


def test_everything_can_be_set(file):
    write(
        file,
        'trainer = "Ada"\ntheme = "paper"\ndensity = "compact"\nidle_minutes = 3\n'
        'editor = "vi"\nnext_task = false\n[keys]\n"write.save" = "f11"\n',
    )
    settings = file.load()
    assert (settings.trainer, settings.theme, settings.idle_minutes) == ("Ada", "paper", 3)
    assert settings.keys == {"write.save": "f11"}


@pytest.mark.parametrize(
    "content, line, said",
    [
        ("theme = \n", 1, "Invalid value"),
        ('\n\nthem = "dusk"', 3, "Did you mean 'theme'?"),
        ('# x\ntheme = "dsuk"', 2, "Did you mean 'dusk'?"),
        ('density = "airy"', 1, "comfortable"),
        ("theme = 3", 1, "theme"),
        ("\nidle_minutes = 0", 2, "idle_minutes"),
        ('idle_minutes = "2"', 1, "idle_minutes"),
        ("next_task = 1", 1, "next_task"),
        ("keys = 1", 1, "keys"),
        ("\n[keys]\n'write.save' = 1", 3, "write.save"),
        (b"trainer = 'x'\ntheme = '\xff'", 2, "UTF-8"),
        ("a = 1\na = 2", 2, ""),
        ("theme = '", 1, ""),
        ("x = " + "[" * 5000, None, ""),
    ],
)
def test_a_mistake_is_named_with_its_line(file, content, line, said):
    write(file, content)
    with pytest.raises(ConfigError) as raised:
        file.load()
    assert str(file.path) in raised.value.message
    if line is not None:
        assert f"line {line}" in raised.value.message
    assert said in str(raised.value)


def test_changes_keep_comments(file):
    write(file, '# mine\ntheme = "dusk"  # dark\n\n# keys\n[keys]\n"write.save" = "f11" # s\n')
    file.change("theme", "paper")
    file.change("keys.write.find", "f7")
    file.change("idle_minutes", 5)
    assert file.change("keys.write.save", None).keys == {"write.find": "f7"}
    content = file.path.read_text()
    assert '# mine\ntheme = "paper"  # dark\n' in content
    assert "# keys" in content
    assert file.load().idle_minutes == 5


def test_a_change_makes_the_file(file):
    file.change("keys.write.save", None)
    file.change("keys.write.save", "f11")
    assert file.load().keys == {"write.save": "f11"}


def test_a_change_that_is_refused_changes_nothing(file):
    write(file, 'theme = "dusk"\n')
    with pytest.raises(ConfigError):
        file.change("theme", "dsuk")
    with pytest.raises(ConfigError):
        file.change("trainer", 3)
    assert file.path.read_text() == 'theme = "dusk"\n'


def test_save_writes_what_differs(file):
    write(file, '# mine\n[keys]\n"write.save" = "f11"\n')
    file.save(Settings(theme="paper", keys={"write.find": "f7"}))
    assert file.load() == Settings(theme="paper", keys={"write.find": "f7"})
    assert "# mine" in file.path.read_text()
    assert "density" not in file.path.read_text()
    before = file.path.read_bytes()
    file.save(Settings(theme="paper", keys={"write.find": "f7"}))
    assert file.path.read_bytes() == before


def test_a_file_that_is_a_folder(file):
    file.path.mkdir(parents=True)
    with pytest.raises(ConfigError):
        file.load()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_stays_a_link(file, tmp_path):
    target = tmp_path / "dotfiles.toml"
    target.write_text("# mine\n")
    file.path.parent.mkdir()
    file.path.symlink_to(target)
    file.change("theme", "paper")
    assert file.path.is_symlink()
    assert "paper" in target.read_text()


def test_the_sample_explains_every_setting_and_sets_none(file):
    write(file, config.sample())
    assert file.load() == Settings()
    for name in Settings.__struct_fields__:
        assert name in config.sample()
        assert config.described(name)


def test_commands(cli, home):
    assert "theme = dusk" in cli("settings").out
    assert cli("settings", "--json").json["next_task"] is True
    assert cli("settings", "set", "theme", "paper").code == 0
    assert cli("settings", "get", "theme").out == "paper\n"
    assert cli("settings", "set", "next_task", "off").code == 0
    assert cli("settings", "get", "next_task", "--json").json is False
    assert cli("settings", "set", "idle_minutes", "2.5").code == 0
    assert cli("settings", "unset", "theme").code == 0
    assert cli("settings", "get", "theme").out == "dusk\n"
    assert cli("settings", "path").out == f"{home / 'config.toml'}\n"
    assert cli("settings", "set", "keys.write.save", "f11").code == 0
    assert cli("settings", "get", "keys.write.save").out == "f11\n"
    assert cli("settings", "get", "keys").out == "write.save: f11\n"


@pytest.mark.parametrize(
    "argv, said",
    [
        (["set", "theme"], "KEY VALUE"),
        (["set", "theme", "dsuk"], "'dusk'"),
        (["set", "them", "dusk"], "'theme'"),
        (["set", "keys", "x"], "one by one"),
        (["set", "next_task", "perhaps"], "true or false"),
        (["set", "idle_minutes", "long"], "number"),
        (["set", "idle_minutes", "0"], "idle_minutes"),
        (["set", "keys.write.svae", "f11"], "'write.save'"),
        (["set", "keys.write.save", "ctrl+z"], "write.save"),
        (["set", "trainer", "a\x1bb"], "U+001B"),
        (["get", "them"], "'theme'"),
        (["unset"], "KEY"),
        (["path", "x"], "nothing"),
    ],
)
def test_commands_refuse(cli, home, argv, said):
    result = cli("settings", *argv)
    assert result.code == 2
    assert said in result.err
    assert not (home / "config.toml").exists()


def test_a_broken_file_stops_what_needs_it(desk, home):
    (home / "config.toml").write_text("theme = 3\n")
    result = desk("skip", "poem", "--reason", "1")
    assert result.code == 2
    assert "config.toml, line 1" in result.err
    assert desk("status").code == 0


def test_the_name_that_is_set_signs(desk, home):
    desk("skip", "poem", "--reason", "1")
    assert desk("status", "--json").json["shift"]["trainer"] == "ada"
    desk("shift", "end")
    desk("settings", "set", "trainer", "Ada L.")
    desk("shift", "start")
    assert desk("status", "--json").json["shift"]["trainer"] == "Ada L."


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Let `$VISUAL` be a program that puts a text into the file."""

    def use(content):
        script = tmp_path / "my editor.py"
        script.write_text(f"import sys; open(sys.argv[1], 'w').write({content!r})")
        monkeypatch.setenv("VISUAL", f'"{sys.executable}" "{script}"')

    return use


def test_edit(cli, home, editor):
    editor('theme = "paper"\n')
    Path(home).mkdir()
    result = cli("settings", "edit")
    assert result.code == 0, result.err
    assert cli("settings", "get", "theme").out == "paper\n"
    editor('theme = "papre"\n')
    result = cli("settings", "edit")
    assert result.code == 2
    assert "line 1" in result.err
    editor('theme = "dusk"\n')
    assert cli("settings", "edit").code == 0
    editor('[keys]\n"write.svae" = "f11"\n')
    assert cli("settings", "edit").code == 2


def test_an_editor_that_fails(cli, home, monkeypatch):
    Path(home).mkdir()
    monkeypatch.setenv("VISUAL", f'"{sys.executable}" -c "raise SystemExit(4)"')
    result = cli("settings", "edit")
    assert result.code == 3
    assert "ended with code 4" in result.err
    assert "in order" not in result.err


@pytest.mark.parametrize(
    "key, value, said",
    [
        ("idle_minutes", "-1", "idle_minutes must be 1 or more"),
        ("idle_minutes", "0.5", "idle_minutes must be 1 or more"),
        ("idle_minutes", "nan", "idle_minutes must be a number of 1 or more"),
        ("idle_minutes", "inf", "idle_minutes must be a number of 1 or more"),
    ],
)
def test_a_value_that_cannot_be_blames_no_line(cli, home, key, value, said):
    result = cli("settings", "set", key, value)
    assert (result.code, result.err) == (2, f"Configuration: {said}\n")
    assert not (home / "config.toml").exists()


@pytest.mark.parametrize(
    "content, said",
    [
        ("idle_minutes = 0", "idle_minutes must be 1 or more"),
        ("idle_minutes = nan", "idle_minutes must be a number of 1 or more"),
        ('idle_minutes = "2"', "idle_minutes must be a number of 1 or more"),
        ("theme = 3", "theme must be text"),
        ("next_task = 1", "next_task must be true or false"),
        ("keys = 1", "keys must be a table of keys"),
    ],
)
def test_a_value_in_the_file_that_cannot_be_is_told_in_plain_words(file, content, said):
    write(file, content)
    with pytest.raises(ConfigError) as raised:
        file.load()
    assert raised.value.message == f"{file.path}, line 1: {said}"


def test_a_disk_that_refuses_is_no_fault_of_the_input(cli, home, monkeypatch):
    def refuse(path, data):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("trainer_tui.store.files.replace_file", refuse)
    result = cli("settings", "set", "theme", "paper")
    assert result.code == 3
    assert result.err.startswith("Cannot save the settings: ")
    assert "Read-only file system" in result.err
    assert "settings edit" not in result.err


def test_a_file_that_may_not_be_read_is_no_fault_of_the_input(cli, home):
    (home / "config.toml").mkdir(parents=True)
    result = cli("settings")
    assert result.code == 3
    assert result.err.startswith("Cannot read the settings: ")
    assert "settings edit" not in result.err


def test_edit_without_an_editor(cli, monkeypatch):
    monkeypatch.setenv("VISUAL", "no-such-editor-anywhere")
    result = cli("settings", "edit")
    assert result.code == 3
    assert "EDITOR" in result.err
