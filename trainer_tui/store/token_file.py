"""The secrets of a login in a file that only its owner can read, where there is no keyring."""

from pathlib import Path

from trainer_tui.store import files
from trainer_tui.store.paths import Layout
from trainer_tui.sync import credentials
from trainer_tui.sync.credentials import Secrets


class TokenFile:
    """Implements `sync.credentials.Safe` on `hub.token` in the data folder."""

    def __init__(self, home: Path) -> None:
        self._path = Layout(home).token

    def get(self) -> Secrets | None:
        """Return them; what cannot be read counts as none."""
        try:
            return credentials.read(files.read_file(self._path))
        except OSError:
            return None

    def put(self, secrets: Secrets) -> None:
        """Keep them, mode 0600 from the first byte; raises `StoreError`."""
        with files.explained(self._path.name):
            files.replace_file(self._path, credentials.written(secrets).encode())

    def remove(self) -> None:
        """Delete the file; raises `StoreError`."""
        with files.explained(self._path.name, doing="removed"):
            files.remove(self._path)
