"""Threads for what blocks: as many as the database has connections for, and a short queue."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from trainer_tui.hub.problems import Refused

T = TypeVar("T")


class Threads:
    """Runs blocking functions for an event loop, and refuses when too many are waiting."""

    def __init__(self, threads: int, queue: int, name: str) -> None:
        self._most = threads + queue
        self._running = 0
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, name)

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return what `work` returns; raises `Refused` with 503 if the queue is full.

        The work is carried to its end also if whoever asked has gone.
        """
        with self._lock:
            full = self._running >= self._most
            self._running += not full
        if full:
            raise Refused(503, "the hub is busy", "Try again.", headers={"Retry-After": "2"})
        context = contextvars.copy_context()
        future = self._pool.submit(context.run, work, *arguments)
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def _done(self, _: object) -> None:
        with self._lock:
            self._running -= 1

    def close(self) -> None:
        """Let what runs finish."""
        self._pool.shutdown(wait=True)
