"""The line to a hub: requests over HTTP, and answers that are trusted with nothing.

httpx is imported when a line is opened. An answer is read in pieces and given up as soon as
it is larger or slower than it may be, before anything is unpacked further or decoded.
"""

import contextlib
import gzip
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Raw

from trainer_tui import __version__
from trainer_tui.domain import strict
from trainer_tui.sync.address import hub_address
from trainer_tui.sync.answers import CONNECT, READ, Answer, read, reason, require_success, zstandard
from trainer_tui.sync.credentials import Token
from trainer_tui.sync.outbox import Outgoing, push_body
from trainer_tui.sync.protocol import (
    MAX_CHANGES,
    MAX_CURSOR,
    VERSION,
    VERSION_HEADER,
    Claimed,
    ClaimIds,
    ClaimRequest,
    Credentials,
    Have,
    HaveRequest,
    Hello,
    Places,
    Renewed,
    Result,
    Session,
)
from trainer_tui.sync.trouble import (
    BrokenOff,
    Declined,
    NoHub,
    SignedOut,
    Unreachable,
)

if TYPE_CHECKING:
    import ssl

    import httpx

MAX_TEAMS = 1000
"""Teams of one member."""
HARMLESS = 50
"""A body that packs better than so many times is sent as it is."""

T = TypeVar("T")


class LoosePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed of which no change was read yet, so that none can spoil the others."""

    changes: tuple[Raw, ...]
    cursor: str
    more: bool = False
    reached: Places = {}


class LoosePushed(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a push, of which no result was read yet."""

    results: tuple[Raw, ...]


class HubLine:
    """Calls of one hub; may be closed by another thread, and then breaks off.

    Every call raises a `TrainerError` of `sync.trouble`, and nothing else.
    """

    def __init__(self, url: str, token: Token | None = None, *, transport: Any = None) -> None:
        """Open a line; the token goes to `url` and nowhere else, and no proxy is asked."""
        self._url = hub_address(url)
        self._token = token
        self._transport = transport
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._zstd_too = False

    def hello(self) -> Hello:
        """Ask which hub this is."""
        return self._ask("GET", "/v1/hello", Hello, secret=False)

    def log_in(self, credentials: Credentials) -> Session:
        """Open a session; `Declined` says why not."""
        body = msgspec.json.encode(credentials)
        try:
            return self._ask("POST", "/v1/sessions", Session, body, secret=False)
        except SignedOut:
            raise Declined(
                "the hub does not know this name with this password", "Check both, then try again."
            ) from None

    def log_out(self, session_id: str) -> None:
        """End a session."""
        self._send("DELETE", f"/v1/sessions/{session_id}")

    def push(self, operations: Sequence[Outgoing]) -> list[Result]:
        """Send operations; a result that says what this version does not know is left out."""
        pushed = self._ask("POST", "/v1/push", LoosePushed, push_body(operations))
        return readable(pushed.results[: len(operations)])

    def changes(self, cursor: str | None, limit: int) -> LoosePage:
        """Ask for what is new after a cursor."""
        query: dict[str, Any] = {"limit": limit, "wait": 0}
        if cursor is not None:
            query["cursor"] = cursor
        page = self._ask("GET", "/v1/changes", LoosePage, query=query)
        if len(page.changes) > max(limit, MAX_CHANGES):
            raise NoHub("the hub sends more changes than were asked for")
        if not page.cursor or len(page.cursor) > MAX_CURSOR or not page.cursor.isprintable():
            raise NoHub("the hub does not say where to read on")
        if len(page.reached) > MAX_TEAMS:
            raise NoHub("the hub tells of more teams than can be")
        return page

    def claim(self, request: ClaimRequest) -> Claimed:
        """Ask for tasks."""
        return self._ask("POST", "/v1/claims", Claimed, msgspec.json.encode(request))

    def renew(self, claims: Sequence[str]) -> Renewed:
        """Let claims last longer."""
        body = msgspec.json.encode(ClaimIds(claims=tuple(claims)))
        return self._ask("POST", "/v1/claims/renew", Renewed, body)

    def release(self, claims: Sequence[str]) -> Renewed:
        """Give claims back."""
        body = msgspec.json.encode(ClaimIds(claims=tuple(claims)))
        return self._ask("POST", "/v1/claims/release", Renewed, body)

    def have(self, request: HaveRequest) -> Have:
        """Ask which operations the hub lacks."""
        return self._ask("POST", "/v1/have", Have, msgspec.json.encode(request))

    def close(self) -> None:
        """Break off whatever is going on."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close()

    # The request

    def _ask(
        self,
        method: str,
        path: str,
        kind: type[T],
        body: bytes | None = None,
        *,
        query: dict[str, Any] | None = None,
        secret: bool = True,
    ) -> T:
        answer = self._send(method, path, body, query=query, secret=secret)
        try:
            strict.refuse_depth(answer.body)
            return msgspec.json.decode(answer.body, type=kind)
        except (strict.BadJSON, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise NoHub("the answer cannot be read") from None

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        query: dict[str, Any] | None = None,
        secret: bool = True,
    ) -> Answer:
        import httpx

        headers = {
            VERSION_HEADER: str(VERSION),
            "Accept": "application/json",
            "Accept-Encoding": "zstd, gzip" if zstandard() else "gzip",
            "User-Agent": f"trainer-tui/{__version__}",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
            body, encoding = self._packed(body)
            if encoding:
                headers["Content-Encoding"] = encoding
        if secret:
            if self._token is None:
                raise SignedOut("nobody is logged in")
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        try:
            client = self._open()
            with client.stream(
                method, self._url + path, params=query, headers=headers, content=body
            ) as response:
                answer = Answer(response.status_code, response.headers, read(response))
        except httpx.TimeoutException:
            raise self._unreachable("the hub took too long") from None
        except httpx.HTTPError as error:
            raise self._unreachable(reason(error)) from None
        except (RuntimeError, OSError, httpx.InvalidURL, httpx.StreamError):
            raise self._unreachable("the line broke off") from None
        self._note(answer)
        require_success(answer, self._url)
        return answer

    def _open(self) -> "httpx.Client":
        with self._lock:
            if self._closed:
                raise BrokenOff("the program is about to end")
            if self._client is None:
                encrypted = self._url.startswith("https:")
                self._client = _client(_trusted() if encrypted else False, self._transport)
            return self._client

    def _unreachable(self, message: str) -> Unreachable | BrokenOff:
        if self._closed:
            return BrokenOff("the program is about to end")
        return Unreachable(message)

    def _packed(self, body: bytes) -> tuple[bytes, str]:
        """Return a body as it travels: as it is if it would look like a bomb when packed."""
        if self._zstd_too and (packer := zstandard()):
            packed, encoding = packer.ZstdCompressor(level=3).compress(body), "zstd"
        else:
            packed, encoding = gzip.compress(body, 5, mtime=0), "gzip"
        return (packed, encoding) if len(packed) * HARMLESS > len(body) else (body, "")

    def _note(self, answer: Answer) -> None:
        """Use zstd for what is sent as soon as the hub says that it reads it."""
        self._zstd_too = self._zstd_too or "zstd" in answer.headers.get("accept-encoding", "")


def readable(results: Sequence[Raw]) -> list[Result]:
    """Return the results of which this version understands what they say."""
    found: list[Result] = []
    for raw in results:
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            found.append(msgspec.json.decode(raw, type=Result))
    return found


def connect(url: str, token: Token | None = None) -> HubLine:
    """Return a line to a hub; nothing is sent yet."""
    return HubLine(url, token)


@cache
def _trusted() -> "ssl.SSLContext":
    """Return whose certificates are believed: the system's list, and that of `certifi`."""
    import ssl

    trusted = ssl.create_default_context()
    with contextlib.suppress(ImportError, OSError, ssl.SSLError):
        import certifi

        # Some Pythons come without the system's certificates; a firm's own are in those.
        trusted.load_verify_locations(certifi.where())
    return trusted


def _client(verify: "ssl.SSLContext | bool", transport: Any) -> "httpx.Client":
    import httpx

    return httpx.Client(
        verify=verify,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(READ, connect=CONNECT),
        limits=httpx.Limits(max_connections=1),
        transport=transport,
    )
