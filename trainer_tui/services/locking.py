"""One thread at a time: saves come from workers while the screen reads."""

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
