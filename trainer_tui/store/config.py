"""The configuration file, `config.toml`: read strictly, written without losing a comment."""

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trainer_tui.domain.errors import ConfigError
from trainer_tui.domain.settings import CHOICES, Settings
from trainer_tui.store.paths import HOME_VARIABLE, default_home

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

CONFIG_VARIABLE = "TRAINER_TUI_CONFIG"
"""Environment variable that names another configuration file."""

_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}
_PLACE = re.compile(r"(.*?) \(at line (\d+), column \d+\)", re.DOTALL)


def default_config() -> Path:
    """Return the file: `TRAINER_TUI_CONFIG`, or in the data folder that `TRAINER_TUI_HOME` names.

    Without either it is where the system keeps settings of programs.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    if os.environ.get(HOME_VARIABLE):
        return default_home() / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("trainer-tui", appauthor=False) / "config.toml"


class ConfigRefused(ConfigError):
    """The disk lets the configuration file not be read or written."""

    exit_code = 3


class SettingsFile:
    """One person's configuration file, which need not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Settings:
        """Read the settings; raises `ConfigError` naming file and line."""
        text = self._text()
        return Settings() if text is None else self._parse(text)

    def change(self, name: str, value: Any) -> Settings:
        """Save one setting and return all; `keys.<action>` is one key, None takes it out.

        Comments and order of the file stay. Raises `ConfigError` with nothing changed.
        """
        return self._change({name: value})

    def save(self, settings: Settings) -> None:
        """Save every setting that differs from the file, as `change` does."""
        now = self.load()
        changes = {
            name: getattr(settings, name)
            for name in _FIELDS
            if name != "keys" and getattr(settings, name) != getattr(now, name)
        }
        for action in now.keys | settings.keys:
            if now.keys.get(action) != settings.keys.get(action):
                changes[f"keys.{action}"] = settings.keys.get(action)
        if changes:
            self._change(changes)

    def _change(self, changes: Mapping[str, Any]) -> Settings:
        import tomlkit

        text = self._text()
        if text is not None:
            self._parse(text)
        document = tomlkit.parse(text or "")
        for name, value in changes.items():
            if name in _FIELDS and value is not None and (said := _refusal(name, value)):
                raise ConfigError(said)
            _put(document, name, value)
        changed = tomlkit.dumps(document)
        settings = self._parse(changed)
        self.write(changed)
        return settings

    def write(self, text: str) -> None:
        """Put the file in place, wholly or not at all."""
        from trainer_tui.store import files

        # People keep such files as links into a folder of their own.
        path = self.path.resolve()
        try:
            new = not path.parent.is_dir()
            path.parent.mkdir(parents=True, exist_ok=True)
            files.replace_file(path, text.encode())
            if new:
                files.sync_ancestors(path.parent)
        except OSError as error:
            raise ConfigRefused(
                f"{self.path}: {error.strerror or error}",
                f"Nothing was changed. Free space or mend the permissions, or name another file "
                f"in {CONFIG_VARIABLE}.",
                title="Cannot save the settings",
            ) from None

    def _text(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ConfigRefused(
                f"{self.path}: {error.strerror or error}",
                f"Mend its permissions, or name another file in {CONFIG_VARIABLE}.",
                title="Cannot read the settings",
            ) from None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise self._error("it is not UTF-8 text", line) from None

    def _parse(self, text: str) -> Settings:
        import tomllib

        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _PLACE.match(str(error))
            said, line = (found[1], int(found[2])) if found else (str(error), text.count("\n") + 1)
            raise self._error(said, line) from None
        except RecursionError:
            raise self._error("it nests too deeply") from None
        for name, value in content.items():
            self._check(text, name, value)
        return msgspec.convert(content, Settings)

    def _check(self, text: str, name: str, value: Any) -> None:
        line = _line_of(text, name)
        if name not in _FIELDS:
            raise self._error(f"there is no setting {name!r}", line, _guess(name, _FIELDS))
        if name in CHOICES and isinstance(value, str) and value not in CHOICES[name]:
            hint = _guess(value, CHOICES[name])
            raise self._error(f"{name} cannot be {value!r}", line, hint)
        if isinstance(value, dict):
            for key, inner in value.items():
                if not isinstance(inner, str):
                    place = _line_of(text, key)
                    said = f'{name}: {key!r} expects keys as text, such as "ctrl+s"'
                    raise self._error(said, place)
        if said := _refusal(name, value):
            raise self._error(said, line)

    def _error(self, said: str, line: int | None = None, hint: str = "") -> ConfigError:
        place = f"{self.path}, line {line}" if line else str(self.path)
        return ConfigError(f"{place}: {said}", hint or "'trainer-tui settings edit' opens it.")


def _refusal(name: str, value: Any) -> str:
    """Say what a setting must be if `value` is not, else nothing."""
    kind = _FIELDS[name].type
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        pass
    else:
        if not isinstance(value, float) or math.isfinite(value):
            return ""
    default = _FIELDS[name].default
    if isinstance(default, bool):
        must = "true or false"
    elif isinstance(default, float):
        lowest = next((m.ge for m in kind.__metadata__ if m.ge is not None), None)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        must = "a number" + (f" of {lowest} or more" if lowest is not None else "")
        if number and lowest is not None and value < lowest:
            must = f"{lowest} or more"
    else:
        must = "text" if isinstance(default, str) else "a table of keys"
    return f"{name} must be {must}"


def value_of(name: str, word: str) -> Any:
    """Read what a person typed as the value of a setting; raises `ConfigError`."""
    require_known(name)
    if name.startswith("keys."):
        return word
    if name in CHOICES and word not in CHOICES[name]:
        raise ConfigError(f"{name} cannot be {word!r}", _guess(word, CHOICES[name]))
    default = _FIELDS[name].default
    if isinstance(default, bool):
        known_words = {"true": True, "yes": True, "on": True, "false": False, "no": False}
        known_words["off"] = False
        if word.lower() not in known_words:
            raise ConfigError(f"{name} is true or false, not {word!r}")
        return known_words[word.lower()]
    if isinstance(default, float):
        try:
            number = float(word)
        except ValueError:
            raise ConfigError(f"{name} is a number, not {word!r}") from None
        return int(number) if number.is_integer() else number
    return word


def require_known(name: str) -> None:
    """Raise `ConfigError` unless `name` is a setting that can be changed by itself."""
    if name == "keys":
        raise ConfigError("keys are set one by one, as keys.<action>", "'trainer-tui keys' lists.")
    if name not in _FIELDS and not name.startswith("keys."):
        known = [known for known in _FIELDS if known != "keys"]
        raise ConfigError(f"there is no setting {name!r}", _guess(name, known))


def described(name: str) -> str:
    """Say in a sentence what a setting is."""
    for part in getattr(_FIELDS[name].type, "__metadata__", ()):
        if isinstance(part, msgspec.Meta) and part.description:
            return part.description
    return ""


def sample() -> str:
    """Return a file that sets nothing and explains everything."""
    import tomlkit

    lines = ["# Settings of trainer-tui. Take the '#' off a line to set it.", ""]
    for name, field in _FIELDS.items():
        lines.append(f"# {described(name)}")
        if name in CHOICES:
            lines.append(f"# One of: {', '.join(CHOICES[name])}")
        if name == "keys":
            lines += ["# [keys]", '# "write.save" = "ctrl+s"', ""]
        else:
            lines += [f"# {name} = {tomlkit.item(field.default).as_string()}", ""]
    return "\n".join(lines)


def _put(document: "TOMLDocument", name: str, value: Any) -> None:
    import tomlkit

    table: Any = document
    if name.startswith("keys."):
        if "keys" not in document:
            if value is None:
                return
            document["keys"] = tomlkit.table()
        table, name = document["keys"], name.removeprefix("keys.")
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def _guess(word: str, known: Any) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(known)}."


def _line_of(text: str, key: str) -> int | None:
    """Find the line where a key or its table is set."""
    named = re.escape(key)
    found = re.search(rf"""^[ \t]*\[?[ \t]*["']?{named}["']?[ \t]*[\].=]""", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None
