"""A1 to A3: passwords, throttled logins, tokens and what ends them."""

import statistics
import threading
import time

import pytest
import sqlalchemy as sa

from tests.hub.conftest import Time
from tests.hub.people_of_two_teams import PASSWORD, add_member, add_team, join
from trainer_tui.hub import operating, passwords, schema, sessions, throttling
from trainer_tui.hub.problems import Refused
from trainer_tui.hub.settings import Settings
from trainer_tui.hub.state import Caller, Hub
from trainer_tui.sync.protocol import Credentials, Session

DAY = 86_400.0
SETTINGS = Settings()


def _log_in(hub: Hub, name: str, password: str, address: str = "192.0.2.1") -> Session:
    return sessions.log_in(hub, Credentials(name=name, password=password), address, SETTINGS)


def _status(hub: Hub, name: str, password: str, address: str = "192.0.2.1") -> int:
    try:
        _log_in(hub, name, password, address)
    except Refused as refused:
        return refused.status
    return 201


def _dump(hub: Hub) -> str:
    with hub.database.engine.connect() as connection:
        return "\n".join(
            repr(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


def test_a1_a_password_is_stored_as_argon2id() -> None:
    stored = passwords.hashed(PASSWORD)
    assert stored.startswith("$argon2id$") and PASSWORD not in stored
    assert passwords.fits(PASSWORD, stored)
    assert not passwords.fits(PASSWORD + "x", stored)
    assert not passwords.fits(PASSWORD, None)
    assert not passwords.fits(PASSWORD, "not a hash")


@pytest.mark.parametrize("hub", ["sqlite"], indirect=True)
def test_a1_who_is_unknown_costs_as_much(hub: Hub) -> None:
    add_member(hub, "Ada")
    add_member(hub, "Nobody's", password=None)
    took: dict[str, list[float]] = {"Ada": [], "Grace": [], "Nobody's": []}
    for number in range(15):
        for name, times in took.items():
            start = time.process_time()
            assert _status(hub, name, "wrong", f"192.0.2.{number}") == 401
            times.append(time.process_time() - start)
    medians = {name: statistics.median(times) for name, times in took.items()}
    # Without the password nothing is left but some queries, a tenth of it.
    assert min(medians.values()) > 0.6 * max(medians.values()), medians


def test_a1_failures_make_wait_and_never_for_good(hub: Hub, now: Time) -> None:
    add_member(hub, "Ada")
    for _ in range(SETTINGS.free_tries):
        assert _status(hub, "Ada", "wrong") == 401
    with pytest.raises(Refused) as wait:
        _log_in(hub, "Ada", PASSWORD)
    assert wait.value.status == 429 and int(wait.value.headers["Retry-After"]) >= 1
    assert _status(hub, "Ada", PASSWORD, "192.0.2.99") == 201, "another address is not held up"
    assert _status(hub, "Grace", "wrong") == 401, "nor another account"
    assert _status(hub, " Ada ", PASSWORD) == 429, "nor is another spelling another account"
    waits = []
    for _ in range(12):
        with pytest.raises(Refused) as wait:
            _log_in(hub, "Ada", PASSWORD)
        waits.append(int(wait.value.headers["Retry-After"]))
        now.at += waits[-1]
        assert _status(hub, "Ada", "wrong") == 401
    assert waits[0] <= 1 and waits[4] > waits[2] > waits[0]
    assert SETTINGS.longest_delay / 2 <= waits[-1] <= SETTINGS.longest_delay
    now.at += SETTINGS.longest_delay + 1
    assert _status(hub, "Ada", PASSWORD) == 201
    assert _status(hub, "Ada", "wrong") == 401, "a success forgets the failures"


def test_a1_a_clock_that_was_set_back_locks_nobody_out(hub: Hub, now: Time) -> None:
    add_member(hub, "Ada")
    for _ in range(SETTINGS.free_tries):
        assert _status(hub, "Ada", "wrong") == 401
    assert _status(hub, "Ada", PASSWORD) == 429
    now.at -= 30 * 86_400
    assert _status(hub, "Ada", PASSWORD) == 201


def test_a1_a_password_that_is_changed_while_it_is_tried_opens_nothing(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    member_id = add_member(hub, "Ada")
    fits = passwords.fits

    def slowly(password: str, stored: str | None) -> bool:
        fit = fits(password, stored)
        operating.set_password(hub, "operator", member_id, passwords.hashed("another one"))
        return fit

    monkeypatch.setattr(passwords, "fits", slowly)
    assert _status(hub, "Ada", PASSWORD) == 401
    assert operating.tokens(hub) == []


def test_a1_tries_at_the_same_moment_are_counted(hub: Hub) -> None:
    add_member(hub, "Ada")
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(_status(hub, "Ada", "wrong")))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(401) == SETTINGS.free_tries and found.count(429) == 12 - 5


def test_a1_what_was_forgotten_is_thrown_away(
    hub: Hub, now: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "_SWEEP", 1.0)
    for name in ("Ada", "Grace"):
        throttling.begin(hub, name, "192.0.2.1", SETTINGS)
    now.at += throttling.FORGOTTEN + 1
    throttling.begin(hub, "Joan", "192.0.2.1", SETTINGS)
    count = sa.select(sa.func.count()).select_from(schema.attempts)
    assert hub.database.read(lambda c: c.execute(count).scalar_one()) == 1


def test_a2_a_token_is_random_and_only_its_digest_is_stored(hub: Hub) -> None:
    add_member(hub, "Ada")
    tokens = {_log_in(hub, "Ada", PASSWORD).token for _ in range(20)}
    assert len(tokens) == 20 and all(token.startswith("tt_") for token in tokens)
    assert all(len(token) >= 3 + 43 for token in tokens), "256 bits, six to a character"
    stored = _dump(hub)
    for token in tokens:
        assert token not in stored and token[3:] not in stored and token[3:20] not in stored
        assert sessions.identify(hub, token) is not None
        known = sessions.digest(token)
        assert known in stored
        for stolen in (known, f"tt_{known}"):
            assert sessions.identify(hub, stolen) is None
    assert PASSWORD not in stored


@pytest.mark.parametrize("token", ["", "tt_", "x", "tt_\0", "tt_\udc80", "tt_" + "a" * 10_000])
def test_a2_what_is_no_token_admits_nobody(hub: Hub, token: str) -> None:
    assert sessions.identify(hub, token) is None


def _identified(hub: Hub, token: str) -> Caller:
    caller = sessions.identify(hub, token)
    assert caller is not None
    return caller


def test_a3_a_session_ends_unused_and_in_any_case(hub: Hub, now: Time) -> None:
    add_member(hub, "Ada")
    start = now.at
    unused, used = (_log_in(hub, "Ada", PASSWORD).token for _ in range(2))
    for day in range(1, 180, 20):
        now.at = start + day * DAY
        _identified(hub, used)
    assert sessions.identify(hub, unused) is None
    now.at = start + 180 * DAY - 1
    _identified(hub, used)
    now.at = start + 180 * DAY
    assert sessions.identify(hub, used) is None


def test_a3_the_use_is_noted_once_a_minute(hub: Hub, now: Time) -> None:
    add_member(hub, "Ada")
    token = _log_in(hub, "Ada", PASSWORD).token
    used = sa.select(schema.sessions.c.used_at)
    found = set()
    start = now.at
    for second in range(0, 130, 10):
        now.at = start + second
        _identified(hub, token)
        found.add(hub.database.read(lambda c: c.execute(used).scalar_one()) - start)
    assert found == {0.0, 70.0}


def test_a3_each_login_has_its_own_token_and_ends_by_itself(hub: Hub) -> None:
    add_member(hub, "Ada")
    add_member(hub, "Grace")
    first, second = _log_in(hub, "Ada", PASSWORD), _log_in(hub, "Ada", PASSWORD)
    other = _identified(hub, _log_in(hub, "Grace", PASSWORD).token)
    ada = _identified(hub, second.token)
    lines = sessions.sessions_of(hub, ada, SETTINGS).sessions
    assert [(line.id, line.current) for line in lines] == [(second.id, True), (first.id, False)]
    with pytest.raises(Refused) as foreign:
        sessions.end(hub, other, first.id)
    assert foreign.value.status == 404
    sessions.end(hub, ada, first.id)
    assert sessions.identify(hub, first.token) is None
    assert _identified(hub, second.token) == ada
    with pytest.raises(Refused):
        sessions.end(hub, ada, first.id)


def test_a3_a_disabled_member_is_out_at_once(hub: Hub) -> None:
    member = add_member(hub, "Ada")
    tokens = [_log_in(hub, "Ada", PASSWORD).token for _ in range(3)]
    disable = sa.update(schema.members).values(disabled_at=hub.now())
    hub.database.write(lambda c: c.execute(disable))
    assert [sessions.identify(hub, token) for token in tokens] == [None] * 3
    assert _status(hub, "Ada", PASSWORD) == 401
    with pytest.raises(Refused):
        sessions.open_session(hub, member, "")


def test_a_caller_is_what_the_token_says(hub: Hub) -> None:
    member = add_member(hub, "Ada")
    for team, ended in (("north", False), ("south", True)):
        add_team(hub, team)
        join(hub, team, member, "trainer", ended=ended)
    opened = sessions.open_session(hub, member, "a\x1b[31mdevice\n" + "x" * 300)
    caller = _identified(hub, opened.token)
    assert (caller.member_id, caller.name, caller.session_id) == (member, "Ada", opened.id)
    assert [(m.team, m.title, m.ended) for m in caller.memberships] == [
        ("north", "North", False),
        ("south", "South", True),
    ]
    (line,) = sessions.sessions_of(hub, caller, SETTINGS).sessions
    assert line.device.startswith("a\ufffd[31mdevice\ufffd") and len(line.device) == 200
