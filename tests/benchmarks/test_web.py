"""The load client hears what a server says, and the page tells goals that are missed."""

from __future__ import annotations

import http.server
import threading

import pytest
from benchmarks.web.client import Broken, Crowd, get, post
from benchmarks.web.load import quantile
from benchmarks.web.page import goals, render
from benchmarks.web.speed import compared


@pytest.fixture
def server():
    """Answers with what it was sent; /hang never, /drop by closing."""
    heard = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.append((self.path, body))
            if self.path == "/drop":
                self.close_connection = True
                return
            self.send_response(418 if self.path == "/tea" else 200)
            self.send_header("Content-Length", str(len(body) + 3))
            self.end_headers()
            self.wfile.write(b"ok " + body)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening.server_address[1], heard
        listening.shutdown()
        thread.join()


def test_residents_get_their_own_answers_and_breaks_are_told(server):
    port, heard = server
    told = {}

    def resident(name):
        first = yield get("/tea")
        yield 0.01
        second = yield post("/vote", f"from={name}")
        third = yield get("/drop")
        fourth = yield Broken(post("/lost", "x"))
        fifth = yield get("/again")
        told[name] = [answer.status for answer in (first, second, third, fourth, fifth)]
        told[name].append(second.body.decode())
        assert second.size > len(second.body)
        assert second.header("content-length") == str(len(second.body))

    crowd = Crowd(port)
    crowd.add(resident(n) for n in range(20))
    crowd.run()
    assert told == {n: [418, 200, 0, 0, 200, f"ok from={n}"] for n in range(20)}
    assert crowd.broken == 20
    assert sum(path == "/vote" for path, _ in heard) == 20


def test_nobody_listens():
    def resident():
        told.append((yield get("/")))

    told = []
    crowd = Crowd(1)
    crowd.add([resident()])
    crowd.run()
    assert told[0].status == 0


def test_quantiles():
    assert quantile([], 0.5) == 0
    assert quantile([n / 1000 for n in range(1, 101)], 0.99) == 100
    assert quantile([n / 1000 for n in range(1, 101)], 0.5) == 51


def figures(**more):
    return {"per_second": 2000.0, "p50": 1.0, "p95": 2.0, "p99": 3.0, "bytes": 800, "cpu_ms": 0.9,
            "wrong": 0, **more}  # fmt: skip


def speed(unit=0.2, **vote):
    kinds = {kind: figures() for kind in ("vote_next", "steady", "page")}
    return {**kinds, "vote": figures(**vote), "kept_page": figures(per_second=3500.0),
            "inside": {"vote": {"ms": 1.0, "unit": unit}, "yardstick_ms": 5.0}}  # fmt: skip


def test_the_page_tells_what_is_met_and_what_is_missed():
    about = {"date": "2026-11-30", "machine": "a machine", "load": [0.1, 0.2], "command": "it"}
    page = render({"speed": {"sqlite": speed(), "postgres": speed(per_second=900.0), **about}})
    assert "| votes/s, SQLite | >= 1,500 | 2,000 | met |" in page
    assert "| votes/s, PostgreSQL | >= 1,000 | 900 | **missed** |" in page
    assert all(met for *_, met in goals({"speed": {"sqlite": speed()}}))


def test_a_request_that_costs_more_than_before_is_told_as_a_ratio():
    line = compared({"sqlite": speed(0.2)}, {"sqlite": speed(0.3)})
    assert [round(one.ratio, 2) for one in line] == [1.5]
    assert compared({}, {"sqlite": speed()}) == []
