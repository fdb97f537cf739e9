"""One thread at a time uses the store, and only its writer writes."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from trainer_tui.store.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")


def alone(
    method: Callable[Concatenate["Workspace", P], T],
) -> Callable[Concatenate["Workspace", P], T]:
    """Let one thread at a time use the store."""

    @wraps(method)
    def run(self: "Workspace", /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._turn:
            return method(self, *args, **kwargs)

    return run


def writing(
    method: Callable[Concatenate["Workspace", P], T],
) -> Callable[Concatenate["Workspace", P], T]:
    """The same, for a method that writes."""

    @wraps(method)
    def run(self: "Workspace", /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._turn:
            self._require_writer()
            return method(self, *args, **kwargs)

    return run
