"""A real hub of its own: a home, a database, a server on loopback, with one open dialogue.

    with Hub(folder) as hub:
        hub.serve()
        ...

On PostgreSQL (``DATABASE_URL``) it makes a database of its own and drops it again.
"""

from __future__ import annotations

import contextlib
import hmac
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]

_PREPARE = """
import json, sys
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from baithak.dialogue.models import Statement
from factories import dialogue as made
statements = [{"en": f"Street {n} needs a lamp."} for n in range(1, int(sys.argv[1]) + 1)]
dialogue = made.opened(made.team(), seeds=statements)
print(json.dumps({
    "id": dialogue.pk, "code": dialogue.code, "key": dialogue.key.hex,
    "statements": list(Statement._unscoped.filter(dialogue=dialogue).order_by("number").values_list("pk", flat=True)),
}))
"""


class Hub:
    """One hub, alone on this machine."""

    def __init__(self, folder: Path, *, statements: int = 20):
        self.home = folder
        self.wanted = statements
        self.port = _free_port()
        self.server: subprocess.Popen | None = None
        self.environment = {
            **os.environ,
            "BAITHAK_HOME": str(folder),
            "BAITHAK_KEYS": str(folder / "keys"),
            "BAITHAK_HTTPS": "0",
            "BAITHAK_DEMO": "0",
            "DJANGO_SETTINGS_MODULE": "baithak.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}",
        }
        self.postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
        if self.postgres:
            self.database = f"trust_{secrets.token_hex(5)}"
            address = urlsplit(os.environ["DATABASE_URL"])
            self.admin = address._replace(path="/postgres").geturl()
            self.environment["DATABASE_URL"] = address._replace(path=f"/{self.database}").geturl()
        else:
            self.environment.pop("DATABASE_URL", None)

    def __enter__(self) -> Hub:
        if self.postgres:
            self._admin(f"CREATE DATABASE {self.database}")
        told = self.python(_PREPARE, str(self.wanted))
        self.told = json.loads(told.strip().splitlines()[-1])
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self.postgres:
            self._admin(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def _admin(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.admin, autocommit=True) as database:
            database.execute(sql)

    def python(self, code: str, *arguments: str, given: str | None = None) -> str:
        """Run code inside this hub; what it prints. ``given`` is what it can read from its input."""
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], input=given,
            env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=570,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    # --- serving
    def serve(self, workers: int = 2) -> float:
        """Start the server in a process group of its own; gives the seconds until it answers."""
        began = time.monotonic()
        self._start(workers)
        self.until_it_answers(90)  # a busy machine; how soon it is back is T03
        return time.monotonic() - began

    def _start(self, workers: int = 2) -> None:
        code = "from baithak.home.commands import serve; serve()"
        log = (self.home / "server.log").open("ab")
        self.server = subprocess.Popen(
            [sys.executable, "-c", code, "--port", str(self.port), "--workers", str(workers)],
            env=self.environment, cwd=self.home, start_new_session=True,
            stdout=log, stderr=log,
        )  # fmt: skip
        log.close()

    def until_it_answers(self, longest: float) -> float:
        """Seconds until it serves again.

        Granian brings killed workers back, but takes two deaths within six seconds for a crash
        loop and ends. A hub runs under a service manager that starts it again (docs/running.md):
        that is played here.
        """
        assert self.server is not None
        began = time.monotonic()
        while time.monotonic() - began < longest:
            if self.server.poll() is not None:
                self._start()
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self._status(f"/en/d/{self.told['code']}/about/") == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise TimeoutError((self.home / "server.log").read_text()[-3000:])

    def _status(self, path: str) -> int:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        ) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def workers(self) -> list[int]:
        """The processes that answer, without the one that watches over them."""
        assert self.server is not None
        return [
            int(child)
            for child in _children(self.server.pid)
            if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def kill_workers(self) -> int:
        killed = 0
        for pid in self.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        return killed

    def kill_everything(self) -> None:
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGTERM)
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                self.kill_everything()

    # --- looking
    def pid(self, token: str) -> bytes:
        """The pseudonym of a token, computed by hand (R3)."""
        key = (self.home / "keys" / f"{self.told['key']}.key").read_bytes()
        return hmac.digest(key, token.encode(), "sha256")

    def votes(self) -> dict[tuple[str, int], list[int]]:
        """Every stored vote: (pseudonym, statement number) to the values found."""
        told = self.python(
            "import json, django; django.setup()\n"
            "from baithak.dialogue.models import Vote\n"
            "print(json.dumps([[bytes(p).hex(), n, v] for p, n, v in "
            "Vote._unscoped.values_list('pid', 'statement__number', 'value')]))"
        )
        found: dict[tuple[str, int], list[int]] = {}
        for pid, number, value in json.loads(told):
            found.setdefault((pid, number), []).append(value)
        return found

    def is_sound(self) -> bool:
        """The database's own check, and the journal's."""
        told = self.python(
            "import django; django.setup()\n"
            "from django.db import connection\n"
            "from baithak.journal import services\n"
            "with connection.cursor() as cursor:\n"
            "    if connection.vendor == 'sqlite':\n"
            "        cursor.execute('PRAGMA integrity_check')\n"
            "        assert cursor.fetchall() == [('ok',)]\n"
            "assert list(services.verify()) == []\n"
            "print('sound')"
        )
        return told.strip() == "sound"


class Phone:
    """A resident's phone: it follows the link, votes, and sends again what was not acknowledged."""

    def __init__(self, hub: Hub):
        self.hub = hub
        self.cookie = self.proof = self.token = ""

    def _send(self, method: str, path: str, body: str | None = None) -> http.client.HTTPResponse:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=10)
        ) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()  # type: ignore[attr-defined]
            return answer

    def open(self) -> None:
        """Follow the link once."""
        answer = self._send("GET", f"/en/d/{self.hub.told['code']}/")
        assert answer.status == 200, answer.status
        set_cookie = next(
            value for name, value in answer.getheaders()
            if name.lower() == "set-cookie" and value.startswith("baithak-voice-en=")
        )  # fmt: skip
        self.cookie = set_cookie.split(";")[0]
        self.token = self.cookie.partition("=")[2].split(":")[0]
        self.proof = re.search(r'name="proof" value="(\w+)"', answer.text)[1]  # type: ignore[index, attr-defined]

    def vote(self, number: int, value: int) -> int:
        """Send one answer; the status."""
        body = urlencode({"proof": self.proof, "statement": number, "value": value, "turn": 0})
        return self._send("POST", f"/en/d/{self.hub.told['code']}/vote/", body).status


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
