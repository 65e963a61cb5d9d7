"""Many residents on one thread: each is a generator that gives requests and receives answers.

One loop over epoll with plain sockets, because the client shares the machine with the server it
measures: a request costs it some forty microseconds.

    def resident():
        answer = yield get("/en/")          # send it, wait for the answer
        yield 2.5                           # read for two and a half seconds
        yield Broken(post("/en/…", body))   # send it and hang up before the answer comes
"""

from __future__ import annotations

import heapq
import itertools
import select
import socket
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["Answer", "Broken", "Crowd", "Resident", "get", "post"]

#: A request unanswered for so long is given up, as phones do.
PATIENCE = 20.0


@dataclass(slots=True)
class Answer:
    """What came back; ``status`` 0: nothing, the connection broke."""

    status: int
    head: bytes
    body: bytes
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return len(self.head) + len(self.body)

    def header(self, name: str) -> str:
        """The first header of this name, or an empty text."""
        wanted = name.lower().encode() + b":"
        for line in self.head.split(b"\r\n")[1:]:
            if line[: len(wanted)].lower() == wanted:
                return line[len(wanted) :].strip().decode()
        return ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A request whose sender hangs up: the server may or may not have acted on it."""

    request: bytes


Resident = Generator[Any, "Answer | None", None]


def get(path: str, *, cookie: str = "", more: str = "") -> bytes:
    """A request for a page. ``more`` holds whole header lines."""
    kept = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{kept}{more}\r\n".encode()


def post(path: str, body: str, *, cookie: str = "", more: str = "") -> bytes:
    """A form that is sent."""
    kept = f"Cookie: {cookie}\r\n" if cookie else ""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{kept}{more}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class _Line:
    """One connection of one resident."""

    __slots__ = ("began", "buffer", "number", "resident", "socket", "wanted")

    def __init__(self, resident: Resident):
        self.resident = resident
        self.socket: socket.socket | None = None
        self.buffer = bytearray()
        self.began = 0.0
        self.number = 0
        #: Bytes of the answer; -1: not known yet, 0: no answer is awaited.
        self.wanted = 0


class Crowd:
    """Residents at one server; ``run`` ends when all of them have."""

    def __init__(self, port: int):
        self.address = ("127.0.0.1", port)
        self._epoll = select.epoll()
        self._lines: dict[int, _Line] = {}
        self._later: list[tuple[float, int, _Line, int]] = []
        self._order = itertools.count()
        self.living = 0
        #: Connections that broke without the resident's doing.
        self.broken = 0

    def add(self, residents: Iterable[Resident], *, at: float = 0.0) -> None:
        """They begin ``at`` this moment of ``time.perf_counter`` (now, by default)."""
        for resident in residents:
            self.living += 1
            heapq.heappush(self._later, (at, next(self._order), _Line(resident), -1))

    def run(self, until: float = float("inf")) -> None:
        while self.living:
            now = time.perf_counter()
            if now >= until:
                break
            while self._later and self._later[0][0] <= now:
                _, _, line, number = heapq.heappop(self._later)
                if number == -1:
                    self._go_on(line, None)
                elif number == line.number and line.socket is not None:
                    self._lost(line)  # its patience is over
            wait = min((self._later[0][0] if self._later else now + 1) - now, until - now)
            for descriptor, _event in self._epoll.poll(max(0.0, wait)):
                line = self._lines.get(descriptor)  # type: ignore[assignment]
                if line is not None:
                    self._read(line)
        for line in list(self._lines.values()):
            self._hang_up(line)

    # --- one resident
    def _go_on(self, line: _Line, answer: Answer | None) -> None:
        while True:
            try:
                wish = line.resident.send(answer)
            except StopIteration:
                self._hang_up(line)
                self.living -= 1
                return
            if isinstance(wish, (int, float)):
                moment = time.perf_counter() + wish
                heapq.heappush(self._later, (moment, next(self._order), line, -1))
                return
            broken = isinstance(wish, Broken)
            request = wish.request if broken else wish
            began = time.perf_counter()
            if self._send(line, request, began):
                if not broken:
                    return
                self._hang_up(line)
            else:
                self.broken += 1
            answer = Answer(0, b"", b"", began, time.perf_counter())

    def _send(self, line: _Line, request: bytes, began: float) -> bool:
        line.began = began
        line.number += 1
        line.wanted = -1
        line.buffer.clear()
        for _attempt in range(2):  # a kept connection may have been closed by the server meanwhile
            fresh = line.socket is None
            try:
                if fresh:
                    self._connect(line)
                assert line.socket is not None
                line.socket.sendall(request)
            except OSError:
                self._hang_up(line)
                if fresh:
                    return False
                continue
            heapq.heappush(self._later, (began + PATIENCE, next(self._order), line, line.number))
            return True
        return False

    def _connect(self, line: _Line) -> None:
        line.socket = socket.create_connection(self.address, timeout=PATIENCE)
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.setblocking(False)
        self._lines[line.socket.fileno()] = line
        self._epoll.register(line.socket.fileno(), select.EPOLLIN)

    def _hang_up(self, line: _Line) -> None:
        if line.socket is not None:
            self._lines.pop(line.socket.fileno(), None)
            self._epoll.unregister(line.socket.fileno())
            line.socket.close()
            line.socket = None
        line.wanted = 0

    def _lost(self, line: _Line) -> None:
        self._hang_up(line)
        self.broken += 1
        line.number += 1
        self._go_on(line, Answer(0, b"", b"", line.began, time.perf_counter()))

    def _read(self, line: _Line) -> None:
        assert line.socket is not None
        try:
            part = line.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            awaited = line.wanted != 0
            self._hang_up(line)
            if awaited:
                self._lost(line)
            return
        buffer = line.buffer
        buffer += part
        if line.wanted == -1:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            at = buffer[:end].lower().find(b"content-length:")
            length = int(buffer[at + 15 : buffer.find(b"\r", at)]) if at >= 0 else 0
            line.wanted = end + 4 + length
        if len(buffer) < line.wanted:
            return
        told = bytes(buffer[: line.wanted])
        line.wanted = 0
        line.number += 1
        end = told.find(b"\r\n\r\n") + 4
        self._go_on(
            line, Answer(int(told[9:12]), told[:end], told[end:], line.began, time.perf_counter())
        )
