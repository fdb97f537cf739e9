"""Each fate of the bad line does to a request what it says, with any server behind it."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.sync.proxy import BadLine, Fate

LONG = "x" * 20_000


class Server:
    """Says how often it was asked, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.broken = 0
        """Requests of which only a part came."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    outer.broken += 1
                    self.close_connection = True
                    return
                outer.heard.append(body.decode())
                said = json.dumps({"number": len(outer.heard), "long": LONG}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def client_of(timeout: float = 30) -> httpx.Client:
    return httpx.Client(trust_env=False, verify=False, timeout=timeout)


def post(client: httpx.Client, line: BadLine, text: str) -> int:
    answer = client.post(f"http://127.0.0.1:{line.port}/push", content=text)
    body = answer.json()
    assert body["long"] == LONG
    return int(body["number"])


def wait_until(true: Any) -> None:
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.01)


HEARD = {
    Fate.WELL: ["a", "b"],
    Fate.DROPPED: ["b"],
    Fate.LOST_ANSWER: ["a", "b"],
    Fate.CUT_ANSWER: ["a", "b"],
    Fate.CUT_REQUEST: ["b"],
    Fate.TWICE: ["a", "a", "b"],
    Fate.DELAYED: ["a", "b"],
    Fate.SILENT: ["b"],
    Fate.DRIBBLED: ["a", "b"],
}
"""What the server gets if the first request, `a`, meets a fate and the next one, `b`, does not."""
ANSWERED = {Fate.WELL: 1, Fate.TWICE: 2, Fate.DELAYED: 1, Fate.DRIBBLED: 1}
"""The number in the answer to `a`; there is none to the others."""


@pytest.mark.parametrize("fate", HEARD)
def test_a_fate_does_what_it_says(fate: Fate, server: Server) -> None:
    first = "a" * 5_000
    with BadLine(server.port, seed=1, hangs=0.05) as line, client_of() as client:
        line.heal()
        line.plan("POST /push", fate)
        if fate in ANSWERED:
            assert post(client, line, first) == ANSWERED[fate]
        else:
            with pytest.raises(httpx.TransportError):
                post(client, line, first)
        assert post(client, line, "b") == len(HEARD[fate])
        if fate is Fate.CUT_REQUEST:
            wait_until(lambda: server.broken)
    assert [heard[0] for heard in server.heard] == HEARD[fate]
    assert all(heard in (first, "b") for heard in server.heard)
    assert server.broken == (fate is Fate.CUT_REQUEST)
    assert line.seen == {fate: 1} | ({Fate.WELL: 1} if fate is not Fate.WELL else {fate: 2})
    assert line.asked == {"POST /push": 2}


def test_a_request_comes_again_when_others_have_come(server: Server) -> None:
    with BadLine(server.port, seed=3) as line, client_of() as client:
        line.plan("POST /push", Fate.AGAIN_LATER, Fate.WELL)
        assert post(client, line, "a") == 1
        assert post(client, line, "b") == 2
        line.heal()  # waits until it has come
        assert server.heard == ["a", "b", "a"]


def test_a_silent_line_makes_the_client_give_up(server: Server) -> None:
    with BadLine(server.port, seed=1, hangs=30) as line:
        line.plan("POST /push", Fate.SILENT)
        with client_of(0.05) as client:
            with pytest.raises(httpx.ReadTimeout):
                post(client, line, "a")
    assert server.heard == []


def test_fates_follow_the_seed_until_it_heals(server: Server) -> None:
    def seen(seed: int) -> list[tuple[Fate, int]]:
        fates = (Fate.WELL, Fate.TWICE, Fate.LOST_ANSWER)
        with BadLine(server.port, seed=seed, fates=fates) as line:
            for number in range(8):
                with client_of() as client:
                    try:
                        post(client, line, str(number))
                    except httpx.TransportError:
                        continue
            line.heal()
            before = line.seen[Fate.WELL]
            with client_of() as client:
                post(client, line, "whole")
                assert line.seen[Fate.WELL] == before + 1
            return sorted(line.seen.items())

    assert seen(5) == seen(5)
    assert sum(count for _, count in seen(5)) == 9


def test_a_server_that_is_gone_is_no_answer() -> None:
    with BadLine(9, seed=1, fates=(Fate.WELL,)) as line:
        with client_of() as client, pytest.raises(httpx.HTTPError):
            post(client, line, "a")
