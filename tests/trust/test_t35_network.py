"""T35: a hub talks to nobody. Core flows pass on a machine without a way out.

Pass bars (TRUST.md section 4): 0 outgoing attempts by default; core flows pass. The whole suite runs
with sockets blocked (``--disable-socket``). Here a served hub and its worker write down every address
that Python is asked to reach or to look up; where the machine allows it they run in a network
namespace that has a loopback and no route. Controls: a hub that looks for updates is caught, and the
namespace really has no way out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trust.hub import Hub, Phone

pytestmark = [pytest.mark.trust, pytest.mark.slow]

#: Python tells this hook of every socket and look-up before it happens; children inherit it.
_WATCH = """
import os, sys

def _watch(event, told):
    if event in ("socket.connect", "socket.sendto"):
        address = told[1]
        if not isinstance(address, tuple):
            return  # a socket file of this machine
        host = str(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = str(told[0] or "")
    else:
        return
    if host not in ("127.0.0.1", "::1", "localhost", ""):
        with open({file!r}, "a") as out:
            out.write(event + " " + host + chr(10))

sys.addaudithook(_watch)
"""
_UPDATES = """
import contextlib, socket
import django; django.setup()
from baithak.home import tasks

def look_for_updates():
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 443), timeout=0.2)
    return 0

tasks.CHORES = (*tasks.CHORES, look_for_updates)
from baithak.home.commands import work
work(["--once"], standalone_mode=False)
"""


def attempts(folder: Path, day: Callable[[Hub], object]) -> list[str]:
    """Live a day in a hub that is watched; every way out that was tried."""
    site, file = folder / "watch", folder / "attempts.txt"
    site.mkdir()
    (site / "sitecustomize.py").write_text(_WATCH.format(file=str(file)))
    with Hub(folder, statements=15) as hub:
        hub.environment["PYTHONPATH"] += f"{os.pathsep}{site}"
        day(hub)
    return file.read_text().splitlines() if file.exists() else []


def served(hub: Hub) -> None:
    hub.serve()
    live(hub)


def live(hub: Hub) -> None:
    """Core flows: residents answer and add, pages are read, the worker draws a map and sends letters."""
    for n in range(12):
        phone = Phone(hub)
        phone.open()
        for number in range(1, 11):
            assert phone.vote(number, (1, -1, 0)[(n + number) % 3]) in (200, 302)
    for path in (
        "/en/",
        "/ur/about/",
        "/en/practices/",
        "/en/dialogue/",
        "/en/accounts/login/",
        "/health",
    ):
        assert phone._send("GET", path).status in (200, 302, 404, 503), path
    assert phone._send("GET", f"/en/d/{hub.told['code']}/result/").status == 200
    hub.python("from baithak.home.commands import work; work(['--once'], standalone_mode=False)")
    runs = hub.python(
        "import django; django.setup()\n"
        "from baithak.dialogue.models import Run; print(Run._unscoped.count())"
    )
    assert int(runs) >= 1
    assert len(hub.votes()) == 120


def test_a_hub_reaches_out_to_nobody(tmp_path):
    assert attempts(tmp_path, served) == []


def test_a_chore_that_looks_for_updates_is_caught(tmp_path):
    """Control: a worker that asks elsewhere whether there is a newer release."""
    told = attempts(tmp_path, lambda hub: hub.python(_UPDATES))
    assert set(told) == {"socket.getaddrinfo 192.0.2.1", "socket.connect 192.0.2.1"}


def without_a_route(code: str, *told: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a namespace of its own: loopback is up, and there is nothing else."""
    tools = shutil.which("unshare"), shutil.which("ip")
    if None in tools or subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        pytest.skip(
            "This machine makes no network namespaces (unshare -rn): run the test where it does."
        )
    return subprocess.run(
        ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$0" "$@"', sys.executable, "-c", code, *told],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


_DAY = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from trust import hub, test_t35_network as t
with hub.Hub(Path(sys.argv[1]), statements=15) as one:
    t.served(one)
print("lived")
"""
_OUT = """
import socket
try:
    socket.create_connection(("192.0.2.1", 443), timeout=2)
except OSError as error:
    print(error.errno)
"""


def test_a_day_in_a_machine_without_a_route(tmp_path, monkeypatch):
    # PostgreSQL listens outside of the namespace.
    monkeypatch.delenv("DATABASE_URL", raising=False)
    root = Path(__file__).resolve().parents[2]
    done = without_a_route(_DAY, str(tmp_path), str(root / "tests"), str(root / "src"))
    assert done.stdout.strip().endswith("lived"), done.stderr[-3000:]


def test_the_namespace_has_no_way_out():
    """Control: from there, nothing can be reached."""
    assert without_a_route(_OUT).stdout.strip() in ("101", "113")  # no route; nobody there
