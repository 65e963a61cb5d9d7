"""The hub that is measured: the real server on loopback, as `baithak serve` starts it, and its worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "tests", ROOT / "src"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

from trust.hub import Hub  # noqa: E402  (the hub of the trust tests: one of a kind)

__all__ = ["POSTGRES", "ROOT", "Phone", "busy", "hub", "phones", "worker"]

#: Where `--db postgres` makes a database of its own.
POSTGRES = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
_TICK = os.sysconf("SC_CLK_TCK")

#: Cookies and proofs of people who have opened the link already.
_PHONES = """
import json, sys
import django; django.setup()
from baithak.dialogue.models import Dialogue
from baithak.network import tokens
dialogue = Dialogue._unscoped.get(pk=int(sys.argv[1]))
told = []
for _ in range(int(sys.argv[2])):
    who = tokens.newcomer(dialogue)
    signed = tokens._signer(dialogue).sign(tokens._written(who.token, who.channel))
    told.append([who.token, signed, who.proof])
print(json.dumps([tokens._NAME, told]))
"""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone whose owner has opened the link: its cookie, and what its forms carry."""

    token: str
    cookie: str
    proof: str


@contextmanager
def hub(
    db: str, *, statements: int = 40, folder: Path | None = None, **settings: str
) -> Iterator[Hub]:
    """A hub of its own on this kind of database, with one open dialogue; gone afterwards."""
    kept = os.environ.get("DATABASE_URL")
    if db == "postgres":
        os.environ["DATABASE_URL"] = kept if kept and kept.startswith("postgres") else POSTGRES
    else:
        os.environ.pop("DATABASE_URL", None)
    try:
        with tempfile.TemporaryDirectory(prefix="baithak-web-") as temporary:
            home = folder or Path(temporary)
            home.mkdir(parents=True, exist_ok=True)
            made = Hub(home, statements=statements)
            made.environment |= settings
            made.environment["PYTHONPATH"] += f"{os.pathsep}{ROOT}"
            with made:
                yield made
    finally:
        if kept is None:
            os.environ.pop("DATABASE_URL", None)
        else:
            os.environ["DATABASE_URL"] = kept


def phones(hub: Hub, count: int, *, language: str = "en") -> list[Phone]:
    """People who have opened the link, without opening it."""
    name, told = json.loads(hub.python(_PHONES, str(hub.told["id"]), str(count)))
    return [Phone(token, f"{name}-{language}={signed}", proof) for token, signed, proof in told]


@contextmanager
def worker(hub: Hub) -> Iterator[subprocess.Popen[bytes]]:
    """The hub's background worker beside its server."""
    with (hub.home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from baithak.home.commands import work; work()"],
            env=hub.environment, cwd=hub.home, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def busy(hub: Hub) -> float:
    """CPU seconds that the server has used so far, all of its processes."""
    assert hub.server is not None
    return sum(_cpu(pid) for pid in (hub.server.pid, *hub.workers()))


def _cpu(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / _TICK
