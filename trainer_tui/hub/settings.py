"""What an operator can set about a hub, with the values that it has otherwise."""

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Lifetimes, limits and the way in; the same in every process of a hub."""

    idle_days: float = 30
    """A token that was not used for so long has ended."""
    absolute_days: float = 180
    """A token ends so long after the login, used or not."""
    free_tries: int = 5
    """Failed logins of an account from an address before the next one has to wait."""
    longest_delay: float = 300
    """Seconds that a login has to wait at most."""
    login_rate: float = 10
    login_burst: int = 100
    """Logins and unknown tokens of one address, per second and at once, in each process."""
    open_rate: float = 50
    open_burst: int = 500
    """Other requests without a token of one address, per second and at once, in each process."""
    member_rate: float = 20
    member_burst: int = 100
    """Requests of one member, per second and at once, in each process."""
    threads: int = 16
    """Calls that work on the database at once, in each process."""
    bodies: int = 512
    bodies_each: int = 16
    """Requests with a body under way at once, in each process: of all, and of one member or,
    for logins, one address."""
    connections: int = 4096
    """Open connections of each process, most of them waiting for changes."""
    header_seconds: int = 15
    """Until the header of a request is there, and how long an idle connection is kept."""
    body_seconds: float = 30
    """Until the body of a request is there."""
    tick_seconds: float = 0.5
    """How often the process looks for changes that somebody waits for."""
    stop_seconds: int = 25
    """What requests in flight are given to finish when the hub stops."""
    certificate: str = ""
    key: str = ""
    """Paths of PEM files; the hub then speaks TLS itself."""
    tls_before: bool = False
    """TLS ends at a proxy in front, so that plain HTTP may be spoken beyond loopback."""
    proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose `X-Forwarded-For` is believed."""
    metrics_token: str = ""
    """Who sends it as a bearer token may read `/metrics` from anywhere."""
