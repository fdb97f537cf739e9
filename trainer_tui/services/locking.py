"""One thread at a time: saves and syncs come from workers while the screen reads."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Lock = threading.RLock
F = TypeVar("F", bound=Callable[..., Any])


def locked(method: F) -> F:
    """Run a method while holding its object's `_lock`."""

    @wraps(method)
    def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self._lock:
            return method(self, *args, **kwargs)

    return cast(F, guarded)


def glanced(method: F) -> F:
    """Run a method of no arguments while holding its object's `_lock`, but never wait for it.

    While another thread is saving it returns what it returned last: for what a screen asks at
    each key. Only the first call waits. Within the lock, and with one thread, it is always fresh.
    """
    name = f"_glance_{method.__name__}"

    @wraps(method)
    def at_once(self: Any) -> Any:
        if not self._lock.acquire(blocking=name not in self.__dict__):
            return self.__dict__[name]
        try:
            seen = self.__dict__[name] = method(self)
            return seen
        finally:
            self._lock.release()

    return cast(F, at_once)
