"""CPU per request without sockets: the hub's own application called in one process, on one thread.

Runs inside a hub. Beside each request a fixed piece of plain Python is timed, so that a run on a busy or
another machine can be compared: ``unit`` is the request's CPU divided by that of the fixed piece.
"""

from __future__ import annotations

import io
import json
import re
import statistics
import sys
import time
from typing import Any
from urllib.parse import urlencode

__all__ = ["main"]

_PROOF = re.compile(rb'name="proof" value="(\w+)"')
_NUMBER = re.compile(rb'name="statement" value="(\d+)"')
ROUNDS, EACH = 12, 25


def yardstick() -> float:
    """CPU seconds of a fixed piece of work: a little of what a request is made of."""
    began = time.process_time()
    for n in range(40):
        told = {f"name {i}": [i, str(i), i * n] for i in range(120)}
        json.loads(json.dumps(told))
        "".join(sorted(key.upper() for key in told))
    return time.process_time() - began


class Caller:
    """One resident who talks to the application directly."""

    def __init__(self, code: str) -> None:
        from baithak.wsgi import application

        self.application = application
        self.path = f"/en/d/{code}/"
        self.cookie = self.proof = ""

    def open(self) -> bytes:
        status, headers, body = self.call("GET", self.path)
        assert status == 200, status
        self.cookie = next(
            value.strip().split(";")[0] for name, value in headers
            if name == "Set-Cookie" and "-en=" in value
        )  # fmt: skip
        self.proof = _PROOF.search(body)[1].decode()  # type: ignore[index]
        return body

    def vote(self, number: int, *, fragment: bool = False) -> bytes:
        sent = urlencode({"proof": self.proof, "statement": number, "value": 1, "turn": 0})
        status, _headers, body = self.call(
            "POST", f"{self.path}vote/", sent.encode(), fragment=fragment
        )
        assert status == (200 if fragment else 302), status
        return body

    def call(
        self, method: str, path: str, sent: bytes = b"", *, fragment: bool = False
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        told: dict[str, Any] = {}
        asked = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(sent)),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": sys.stderr, "CONTENT_TYPE": "application/x-www-form-urlencoded",
        }  # fmt: skip
        if self.cookie:
            asked["HTTP_COOKIE"] = self.cookie
        if fragment:
            asked["HTTP_HX_REQUEST"] = "true"

        def start(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
            told.update(status=int(status[:3]), headers=headers)

        response = self.application(asked, start)
        body = b"".join(response)
        response.close()
        return told["status"], told["headers"], body


def main() -> None:
    """Print the median CPU of each kind of request, in milliseconds and in units of the yardstick."""
    import django

    django.setup()
    from django.conf import settings

    from baithak.home.commands import _gather_static
    from baithak.network import limits
    from baithak.web import kept

    _gather_static()
    code = json.loads(sys.argv[1])["code"]
    about = f"/en/d/{code}/about/"

    def callers(count: int) -> list[Caller]:
        limits.clear()
        found = [Caller(code) for _ in range(count)]
        for one in found:
            one.open()
        return found

    def votes(fragment: bool) -> float:
        one = callers(1)[0]
        began = time.process_time()
        for number in range(1, EACH + 1):
            one.vote(number, fragment=fragment)
        return time.process_time() - began

    def pages(path: str, keeps: float) -> float:
        settings.PAGES_KEPT = keeps
        nobody = Caller(code)
        nobody.call("GET", path)
        began = time.process_time()
        for _ in range(EACH):
            nobody.call("GET", path)
        return time.process_time() - began

    kinds = {
        "vote": lambda: votes(False),
        "vote_next": lambda: votes(True),
        "page": lambda: pages("/en/", 0),
        "kept_page": lambda: pages("/en/", 60),
        "about_page": lambda: pages(about, 0),
    }
    spent: dict[str, list[float]] = {name: [] for name in kinds}
    sticks: list[float] = []
    for _round in range(ROUNDS):
        for name, run in kinds.items():
            kept.forget()
            sticks.append(yardstick())
            spent[name].append(run() / EACH)
    stick = statistics.median(sticks)
    print(
        json.dumps(
            {name: {"ms": round(1000 * statistics.median(took), 3),
                    "unit": round(statistics.median(took) / stick, 4)}
             for name, took in spent.items()} | {"yardstick_ms": round(1000 * stick, 3)}
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
