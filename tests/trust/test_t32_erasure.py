"""T32 †: what a panel's registrants told is erased on time: raw bytes of everything a hub keeps are searched.

A real hub on loopback; people register over HTTP, are drawn, called and seated; thirty days later the
worker erases them. Then every file of the hub (database, write-ahead log, keys, letters, logs) is
searched for what they typed and for what was stored of it; on PostgreSQL every row of every table.
Bar: 0 hits, a proof line in the journal. Controls: before the erasure the same search finds what was
stored; with the rows deleted but the file not written anew it still finds some (SQLite); and a copy
of the database from before cannot be read any more once the key is gone.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest

from trust.hub import Hub

pytestmark = [pytest.mark.trust, pytest.mark.slow]

PEOPLE = 24
#: What people type; never to be found anywhere but under lock.
CANARIES = [f"zqcanary{n}@people.example" for n in range(PEOPLE)]
HOUSEHOLD = "zqhousecanary"

_OPEN = """
import json, django; django.setup()
from factories import network as people, panel as made
from baithak.panel import queries
people._SEEN.update(hub=50, country=50, city=50, person=500)  # names of the hub's first city are taken
team = made.team("Sahilpur")
panel = made.opened(team)
print(json.dumps({
    "code": panel.code, "id": panel.pk, "key": panel.key.hex, "place": team.place.slug,
    "categories": [[c.pk, [f.pk for f in c.features.all()]] for c in queries.categories(panel.pk)],
}))
"""

#: Everything that is stored about registrants and is not public.
_STORED = """
import json, sys, django; django.setup()
from django.db import connection
from baithak.panel.models import Consent, Registrant
def name(id): return str(id) if connection.vendor == "postgresql" else id.hex  # as it is stored
told = []
for row in Registrant._unscoped.filter(panel=int(sys.argv[1])):
    told += [row.contact, row.contact_mark, row.household_mark, row.code_mark, name(row.pk)]
    told += [json.loads(row.line)["salt"]] if row.line else []  # of the line, what is only there
told += [name(row.who) for row in Consent._unscoped.filter(panel=int(sys.argv[1]))]
print(json.dumps(sorted({text for text in told if text})))
"""

_THROUGH = """
import sys, django; django.setup()
from datetime import timedelta
from types import SimpleNamespace
from django.utils import timezone
from factories import network as people, panel as made
from baithak.network.models import Membership
from baithak.network.models import User
from baithak.panel import services
from baithak.panel.models import Panel, Seat
panel = Panel._unscoped.select_related("place").get(pk=int(sys.argv[1]))
by_role = {m.role: m.user for m in Membership._unscoped.filter(place=panel.place).select_related("user")}
team = SimpleNamespace(
    place=panel.place, officer=people.viewer(by_role["city_officer"]), mayor=people.viewer(by_role["mayor"])
)
panel = made.drawn(team, made.frozen(team, panel))
assert len(services.read_contacts(panel=panel, by=team.officer)) == panel.size
for person in made.people(panel, seat=Seat.DRAWN):
    services.answer(panel=panel, pseudonym=person.pseudonym, takes_it=True, by=team.officer)
services.seat(panel=panel, by=team.officer)
Panel._unscoped.filter(pk=panel.pk).update(seated=timezone.now() - timedelta(days=int(sys.argv[2])))
"""

_WORK = """
import json, sys, django; django.setup()
from django.db import connection
from baithak.home.tasks import look
from baithak.panel.services import erasure
if sys.argv[1] == "weak":
    erasure._rewrite = lambda: None
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")
while look():
    pass
from baithak.panel.models import Panel
print(json.dumps(Panel._unscoped.filter(erased__isnull=False).count()))
"""

_SWEEP = """
import django; django.setup()
from baithak.panel.services import sweep
assert sweep(at_once=True)
"""

_ROWS = """
import sys, django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT t::text FROM "{table}" t')
        for (row,) in cursor:
            print(row)
"""

_JOURNAL = """
import json, sys, django; django.setup()
from baithak.journal import services
from baithak.journal.models import Line
assert list(services.verify()) == []
print(json.dumps([line.details for line in Line.objects.filter(verb="panel.erase", thing=f"panel:{sys.argv[1]}")]))
"""

_UNLOCK = """
import sys, django; django.setup()
from baithak.network.keys import KeyMissingError
from baithak.panel.models import Panel, Registrant
from baithak.panel.services import locks
panel = Panel._unscoped.get(pk=int(sys.argv[1]))
read = 0
for row in Registrant._unscoped.filter(panel=panel):
    try:
        read += bool(locks.unlock(panel, row.contact))
    except KeyMissingError:
        pass
print(Registrant._unscoped.filter(panel=panel).count(), read)
"""


class Town:
    """A hub with an open panel, and people who register over the network."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.told = json.loads(hub.python(_OPEN).strip().splitlines()[-1])
        self.id = str(self.told["id"])

    def post(self, path: str, **data: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=20)
        try:
            connection.request(
                "POST",
                f"/en/p/{self.told['code']}/{path}",
                urlencode(data),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def register(self, n: int, contact: str, **more: str) -> str:
        """Somebody registers; the code."""
        answers = {
            f"c{category}": str(features[(n + at) % len(features)])
            for at, (category, features) in enumerate(self.told["categories"])
        }
        handle = f"00000000-0000-4000-8000-{n:012d}"
        status, page = self.post(
            "register/", **answers, contact=contact, adult="on", agreed="on", handle=handle, **more
        )
        assert status == 200, page[-2000:]
        return re.search(r'class="own-code" dir="ltr">([a-z0-9-]+)<', page)[1]  # type: ignore[index]

    def crowd(self) -> None:
        """Everybody registers, some with needs and a household word; one with a slip first."""
        status, _ = self.post("register/", contact=CANARIES[0])  # no answers: refused, not logged
        assert status == 422
        for n, contact in enumerate(CANARIES):
            more = {"household": HOUSEHOLD} if n in (3, 4) else {}
            code = self.register(n, contact, **more)
            if n == 5:
                assert self.post("mine/", code=code)[0] == 200
                assert self.post("mine/data/", code=code)[0] == 200

    def stored(self) -> list[str]:
        return json.loads(self.hub.python(_STORED, self.id).strip().splitlines()[-1])


def hits(hub: Hub, wanted: list[str]) -> dict[str, int]:
    """How often each of these strings lies anywhere in what the hub keeps."""
    where = [path.read_bytes() for path in hub.home.rglob("*") if path.is_file()]
    if hub.postgres:
        where.append(hub.python(_ROWS).encode())
    count = {text: sum(kept.count(text.encode()) for kept in where) for text in wanted}
    return {text: n for text, n in count.items() if n}


@pytest.fixture
def hub(tmp_path: Path):
    with Hub(tmp_path) as hub:
        hub.serve(workers=1)
        yield hub


def test_registrants_are_erased_thirty_days_after_the_panel_is_seated(hub, tmp_path_factory):
    town = Town(hub)
    town.crowd()
    taken_back = town.register(900, "zqtakenback@people.example", needs="childcare")
    before = set(town.stored())
    assert town.post("mine/withdraw/", code=taken_back, sure="on")[0] == 200
    gone = sorted(before - set(town.stored()))
    hub.python(_SWEEP)
    # Its consent record stays until all is erased: a random id and a day.
    assert len(gone) >= 3
    assert hits(hub, [*gone, taken_back]) == {}

    hub.python(_THROUGH, town.id, "29")
    stored = town.stored()
    assert len(stored) > 5 * PEOPLE
    # Control: the search finds what is stored, and never what was typed.
    assert set(hits(hub, stored)) == set(stored)
    assert hits(hub, [*CANARIES, HOUSEHOLD]) == {}
    assert hub.python(_WORK, "well").strip().splitlines()[-1] == "0"  # a day early
    assert set(hits(hub, stored)) == set(stored)

    key = (hub.home / "keys" / f"{town.told['key']}.key").read_bytes()
    backup = tmp_path_factory.mktemp("backup")
    hub.python(
        "import sys, django; django.setup()\n"
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from baithak.panel.models import Panel\n"
        "Panel._unscoped.filter(pk=int(sys.argv[1])).update(seated=timezone.now() - timedelta(days=30))",
        town.id,
    )
    if not hub.postgres:
        _copy(hub, backup)
    assert hub.python(_WORK, "well").strip().splitlines()[-1] == "1"
    hub.stop()  # nothing is held back in a process

    assert hits(hub, [*stored, *CANARIES, HOUSEHOLD]) == {}
    assert not (hub.home / "keys" / f"{town.told['key']}.key").exists()
    assert not any(key in path.read_bytes() for path in hub.home.rglob("*") if path.is_file())
    (line,) = json.loads(hub.python(_JOURNAL, town.id).strip().splitlines()[-1])
    assert (line["registrants"], line["consents"], line["key"]) == ("0", "0", "gone")
    if not hub.postgres:
        _old_copy_cannot_be_read(hub, backup, town.id)


def _copy(hub: Hub, to: Path) -> None:
    """A backup of the database, as somebody may have kept it."""
    hub.python(
        "import sys, django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('VACUUM INTO %s', [sys.argv[1]])",
        str(to / "copy.sqlite3"),
    )


def _old_copy_cannot_be_read(hub: Hub, backup: Path, panel: str) -> None:
    shutil.copy(backup / "copy.sqlite3", hub.home / "baithak.sqlite3")
    rows, read = hub.python(_UNLOCK, panel).split()
    assert int(rows) == PEOPLE
    assert int(read) == 0


def test_control_without_writing_the_file_anew_something_is_found(hub):
    """The rows are deleted and the key is gone, but the pages that held them are not overwritten."""
    if hub.postgres:
        pytest.skip(
            "Only a file can hold what no table shows; PostgreSQL's own files are out of reach."
        )
    town = Town(hub)
    town.crowd()
    hub.python(_THROUGH, town.id, "30")
    stored = town.stored()
    assert hub.python(_WORK, "weak").strip().splitlines()[-1] == "1"
    assert town.stored() == []
    assert hits(hub, stored) != {}
