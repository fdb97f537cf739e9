"""Expected trouble: a title, a message and a way out, the same on every face of the program."""


class TrainerError(Exception):
    """Something went wrong that a person can act on."""

    exit_code = 3
    """What the command line exits with: 1 a negative finding, 2 bad input, 3 the environment."""
    title = "Something went wrong"

    def __init__(self, message: str, hint: str = "", *, title: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if title is not None:
            self.title = title

    def __str__(self) -> str:
        return f"{self.title}: {self.message}" + (f"\n{self.hint}" if self.hint else "")


class BadInput(TrainerError):
    """Input that we refuse; the message names the place."""

    exit_code = 2
    title = "Cannot read this"


class NotFound(TrainerError):
    """A task, batch or record that does not exist."""

    exit_code = 2
    title = "Not found"


class NotAllowed(TrainerError):
    """An action that the state of a task or shift does not permit."""

    exit_code = 2
    title = "Not possible now"


class StoreError(TrainerError):
    """The store could not be read or written."""

    title = "The store has a problem"


class StoreBusy(StoreError):
    """Another process is the writer."""

    title = "Already open"


class StoreReadOnly(StoreError):
    """The store was opened for reading only."""

    title = "Opened read-only"


class NewerFormat(StoreError):
    """A file was written by a newer version of the program."""

    title = "Written by a newer version"


class ConfigError(TrainerError):
    """The configuration file does not make sense; the message names file and line."""

    exit_code = 2
    title = "Configuration"
