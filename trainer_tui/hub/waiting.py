"""Requests that wait for changes: each costs a little memory, and no thread or connection.

One look at the database in every tick serves all who wait in a process: it finds whom the
changes since the last look are for, and which sessions have been ended.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from trainer_tui.hub import schema
from trainer_tui.hub.sessions import still_alive
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.hub.threads import Threads

_AT_ONCE = 500
"""Sessions in one query."""


class News(NamedTuple):
    """Whom changes are for that came since the last look."""

    members: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Teams of which every member has something new."""


class _Waiter:
    """One request that waits."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.teams = frozenset(m.team for m in caller.memberships)
        self.woken = asyncio.Event()
        self.revoked = False


class Waiting:
    """All who wait for changes in one process."""

    def __init__(self, hub: Hub, settings: Settings, threads: Threads) -> None:
        self._hub, self._settings, self._threads = hub, settings, threads
        self._seen: dict[str, int] = {}
        self._primed = False
        self._waiters: set[_Waiter] = set()
        self._someone = asyncio.Event()
        self.stopping = asyncio.Event()

    async def until_news(
        self, caller: Caller, seconds: float, ask: Callable[[], Awaitable[bool]]
    ) -> bool:
        """Ask until there is something, `seconds` are over or the hub stops.

        `ask` returns whether there was something. Returns False if the session was ended
        meanwhile. Nothing that comes between two questions is missed, since the look that
        follows goes on from where one before the question ended.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        if not self._primed:
            self._seen, _ = await self._threads.run(self._look, None)
            self._primed = True
        waiter = _Waiter(caller)
        self._waiters.add(waiter)
        self._someone.set()
        try:
            while not await ask():
                left = end - loop.time()
                if left <= 0 or self.stopping.is_set():
                    return True
                try:
                    async with asyncio.timeout(left):
                        await waiter.woken.wait()
                except TimeoutError:
                    return True
                waiter.woken.clear()
                if waiter.revoked:
                    return False
            return True
        finally:
            self._waiters.discard(waiter)

    def stop(self) -> None:
        """Let all who wait go, at once."""
        self.stopping.set()
        for waiter in self._waiters:
            waiter.woken.set()

    async def watch(self) -> None:
        """Look again and again, as long as somebody waits."""
        while not self.stopping.is_set():
            await self._someone.wait()
            await asyncio.sleep(self._settings.tick_seconds)
            if not self._waiters:
                self._someone.clear()
                continue
            try:
                await self._tick()
            except Exception:  # the database is away; whoever waits is told at their next call
                continue

    async def _tick(self) -> None:
        seen, news = await self._threads.run(self._look, self._seen)
        self._seen = seen
        waiters = list(self._waiters)
        for waiter in waiters:
            if waiter.caller.member_id in news.members or waiter.teams & news.teams:
                waiter.woken.set()
        ids = [waiter.caller.session_id for waiter in waiters]
        alive: set[str] = set()
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            alive |= await self._threads.run(still_alive, self._hub, part, self._settings)
        for waiter in waiters:
            if waiter.caller.session_id not in alive:
                waiter.revoked = True
                waiter.woken.set()

    def _look(self, seen: dict[str, int] | None) -> tuple[dict[str, int], News]:
        """Return the last number of every team's feed, and whom those after `seen` are for."""

        def look(connection: Connection) -> tuple[dict[str, int], News]:
            counters, changes = schema.counters, schema.changes
            last = {row.team_id: row.seq for row in connection.execute(sa.select(counters)).all()}
            members: set[str] = set()
            teams: set[str] = set()
            for team, seq in last.items():
                if seen is None or seq == seen.get(team, 0):
                    continue
                whom = connection.execute(
                    sa.select(changes.c.member_id)
                    .distinct()
                    .where(changes.c.team_id == team, changes.c.seq > seen.get(team, 0))
                )
                for member in whom.scalars():
                    if member is None:
                        teams.add(team)
                    else:
                        members.add(member)
            return last, News(frozenset(members), frozenset(teams))

        return self._hub.database.read(look)
