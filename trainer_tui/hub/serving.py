"""Serves a hub: one process that supervises, and as many that answer as are asked for.

granian does the HTTP. Tried beside uvicorn: it closes on headers beyond 16 KB and on a header
that does not come, and finishes what is in flight; uvicorn takes headers without a bound and
waits for a slow one forever.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from trainer_tui.domain.errors import BadInput
from trainer_tui.domain.uuid7 import id_maker
from trainer_tui.hub import logs
from trainer_tui.hub.app import Front, create_app
from trainer_tui.hub.database import Database
from trainer_tui.hub.installing import open_hub
from trainer_tui.hub.limits import MAX_HEADER
from trainer_tui.hub.requests import networks
from trainer_tui.hub.settings import Settings

MakeFront = Callable[[str, Settings], Front]


def front(url: str, settings: Settings) -> Front:
    """Open the hub in a database and return its application."""
    database = Database(url, connections=settings.threads)
    return create_app(open_hub(database, now=time.time, new_id=id_maker()), settings)


def serve(
    url: str,
    host: str,
    port: int,
    workers: int = 1,
    settings: Settings = Settings(),  # noqa: B008  # it is immutable
    make: MakeFront = front,
) -> None:
    """Serve the hub in a database until SIGTERM or SIGINT; what is in flight is finished then.

    Raises `BadInput` for settings that would send tokens over an open line, `NotFound` if
    the database holds no hub, `Unavailable` if it does not answer.
    """
    require_safe(host, settings)
    _open_once(url)
    logs.configure()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        logs.say(
            "advice", level=logging.WARNING, says="the hub runs as root; it needs no such rights"
        )
    _allow_connections(settings.connections)
    with contextlib.ExitStack() as stack:
        if workers > 1:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-figures-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        told, telling = multiprocessing.Pipe(duplex=False)
        server = _Supervisor(
            telling,
            target="trainer_tui.hub",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            http=HTTPModes.http1,
            websockets=False,
            backlog=max(128, settings.connections),
            backpressure=settings.connections,
            http1_settings=HTTP1Settings(
                header_read_timeout=settings.header_seconds * 1000, max_buffer_size=MAX_HEADER
            ),
            log_dictconfig=logs.LOGGING,
            respawn_failed_workers=True,
            workers_kill_timeout=settings.stop_seconds,
            ssl_cert=Path(settings.certificate) if settings.certificate else None,
            ssl_key=Path(settings.key) if settings.key else None,
        )
        server.serve(target_loader=partial(_load, told, make, url, settings), wrap_loader=False)


def require_safe(host: str, settings: Settings) -> None:
    """Raise `BadInput` for settings that would send tokens over an open line."""
    try:
        networks(settings.proxies)
    except ValueError as error:
        raise BadInput(f"a proxy is no address: {error}") from None
    if bool(settings.certificate) != bool(settings.key):
        raise BadInput("TLS takes a certificate and its key")
    for path in filter(None, (settings.certificate, settings.key)):
        if not Path(path).is_file():
            raise BadInput(f"{path} is not there")
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not (loopback or settings.certificate or settings.tls_before):
        raise BadInput(
            f"on {host} passwords and tokens would travel in the open",
            "Give a certificate and its key, or say that TLS ends at a proxy in front.",
        )


def _open_once(url: str) -> None:
    """Fail here, with a plain message, and not in a process that is started again and again."""
    database = Database(url, connections=1)
    try:
        open_hub(database, now=time.time, new_id=id_maker())
    finally:
        database.close()


def _allow_connections(wanted: int) -> None:
    """Ask the system for as many open files as there may be connections."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + 256 if hard == resource.RLIM_INFINITY else min(wanted + 256, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class _Supervisor(MPServer):
    """Tells the processes that answer that the end has come, so that none goes on waiting."""

    def __init__(self, telling: Connection, **options: Any) -> None:
        super().__init__(**options)
        self._telling = telling

    def signal_handler_interrupt(self, *args: Any, **options: Any) -> None:
        """Begin to stop."""
        with contextlib.suppress(OSError):
            self._telling.send_bytes(b"stop")
        super().signal_handler_interrupt(*args, **options)  # type: ignore[no-untyped-call]


def _load(told: Connection, make: MakeFront, url: str, settings: Settings) -> Front:
    """Make the application in the process that will answer."""
    logs.configure()
    _give_memory_back()
    made = make(url, settings)
    loop = asyncio.get_event_loop()
    threading.Thread(target=_mind, args=(told, made, loop), daemon=True).start()
    return made


_M_MMAP_THRESHOLD = -3


def _give_memory_back() -> None:
    """Let what a large body took return to the system at once (glibc keeps it in each thread)."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 128 * 2**10)


def _mind(told: Connection, made: Front, loop: asyncio.AbstractEventLoop) -> None:
    """Wait until the supervisor says stop, or is gone: then nobody else would stop this one."""
    parent = multiprocessing.parent_process()
    sentinels: list[Any] = [told] if parent is None else [told, parent.sentinel]
    ready = wait(sentinels)
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(made.stop)
    if told not in ready:
        os.kill(os.getpid(), signal.SIGTERM)
