"""T32 †: what people told is erased on time: raw bytes of everything a hub keeps are searched.

A real hub on loopback; people register over HTTP, are drawn, called and seated; thirty days later the
worker erases them. Then every file of the hub (database, write-ahead log, keys, letters, logs) is
searched for what they typed and for what was stored of it; on PostgreSQL every row of every table.
Bar: 0 hits, a proof line in the journal. Controls: before the erasure the same search finds what was
stored; with the rows deleted but the file not written anew it still finds some (SQLite); and a copy
of the database from before cannot be read any more once the key is gone.

The answers of a dialogue likewise, thirty days after closing: votes, what people said of themselves,
slips. Receipts stay.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

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


# --- the answers of a dialogue: close + 30 days
PHONES = 12

_ASK = """
import json, uuid, django; django.setup()
from factories import network as people, dialogue as made
from baithak.dialogue import services
from baithak.dialogue.models import Dialogue
from baithak.dialogue.services import Answerable, AskedQuestion
from baithak.network import services as network
people._SEEN.update(hub=60, country=60, city=60, person=600)  # names of the hub's first city are taken
team = made.team("Sahilpur")
draft = made.draft(team)
part = AskedQuestion({"en": "Where?"}, [Answerable({"en": "North"}), Answerable({"en": "South"})])
services.add_questions(dialogue=draft, questions=[part], by=team.officer)
act = services.ask_to_open(dialogue=draft, reason="The council asked.", by=team.officer)
network.confirm_two_person(act=act, by=team.mayor)
dialogue = Dialogue._unscoped.get(pk=draft.pk)
codes = services.make_slips(
    dialogue=dialogue, size=20, channel="token", handle=uuid.uuid4(), by=team.officer
)
print(json.dumps({"id": dialogue.pk, "code": dialogue.code, "slips": codes}))
"""

#: What is stored of those who took part, as hexadecimal: ids, pseudonyms, marks.
_KEPT = """
import json, sys, django; django.setup()
from baithak.dialogue.models import Declaration, Participation, Receipt, Slip, Vote
told = {"ids": [], "pids": [], "slips": [], "receipts": []}
for model in (Vote, Participation, Declaration):
    for id, pid in model._unscoped.filter(dialogue=int(sys.argv[1])).values_list("pk", "pid"):
        told["ids"].append(id.hex)
        told["pids"].append(bytes(pid).hex())
told["slips"] = [bytes(mark).hex() for mark in Slip._unscoped.filter(dialogue=int(sys.argv[1])).values_list("mark", flat=True)]
told["receipts"] = [bytes(mark).hex() for mark in Receipt._unscoped.filter(dialogue=int(sys.argv[1])).values_list("mark", flat=True)]
print(json.dumps({kind: sorted(set(found)) for kind, found in told.items()}))
"""

_CLOSE = """
import sys, django; django.setup()
from baithak.dialogue import services
from baithak.dialogue.models import Dialogue
from baithak.network.scope import SYSTEM
services.close(dialogue=Dialogue._unscoped.get(pk=int(sys.argv[1])), by=SYSTEM)
"""

_AGE = """
import sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from baithak.dialogue.models import Dialogue
closes = timezone.now() - timedelta(days=float(sys.argv[2]))
Dialogue._unscoped.filter(pk=int(sys.argv[1])).update(opens=None, closes=closes)
"""

_CHORES = """
import sys, django; django.setup()
from django.db import connection
from baithak.home.tasks import look
from baithak.dialogue.models import Dialogue
from baithak.dialogue.services import sealing
if sys.argv[1] == "weak":
    sealing._vacuum = lambda: None
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")
while look():
    pass
print(Dialogue._unscoped.filter(sealed__isnull=False).count(), Dialogue._unscoped.filter(retired__isnull=False).count())
"""

_PROOF = """
import json, sys, django; django.setup()
from baithak.journal import services
from baithak.journal.models import Line
assert list(services.verify()) == []
print(json.dumps([line.details for line in Line.objects.filter(verb="dialogue.retire", thing=f"dialogue:{sys.argv[1]}")]))
"""


class Talk:
    """A hub with an open dialogue, and people who take part with slips over the network."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.told = json.loads(hub.python(_ASK).strip().splitlines()[-1])
        self.id = str(self.told["id"])
        self.link = f"http://127.0.0.1:{hub.port}/en/d/{self.told['code']}/"
        self.tokens: list[str] = []

    def take_part(self, slip: str, part: int) -> None:
        jar = CookieJar()
        phone = build_opener(HTTPCookieProcessor(jar))

        def page(path: str = "", **data: str) -> str:
            sent = urlencode(data).encode() if data else None
            return phone.open(self.link + path, sent, timeout=20).read().decode()

        def proof(told: str) -> str:
            return re.search(r'name="proof" value="(\w+)"', told)[1]  # type: ignore[index]

        told = page("slip/")
        told = page("slip/", slip=slip, proof=proof(told))
        for _ in range(3):
            number = re.search(r'name="statement" value="(\d+)"', told)[1]  # type: ignore[index]
            told = page("vote/", statement=number, turn="0", value="1", proof=proof(told))
        page("about-you/", q1=str(part), proof=proof(page("about-you/")))
        assert 'id="receipt"' in page("receipt/")
        self.tokens += [cookie.value.split(".")[0] for cookie in jar if "voice" in cookie.name]

    def kept(self) -> dict[str, list[str]]:
        return json.loads(self.hub.python(_KEPT, self.id).strip().splitlines()[-1])


def raw_hits(hub: Hub, wanted: list[str]) -> dict[str, int]:
    """As ``hits``, for what is kept as bytes: looked for in every spelling of it."""
    where = [path.read_bytes() for path in hub.home.rglob("*") if path.is_file()]
    if hub.postgres:
        where.append(hub.python(_ROWS).encode())
    count = {}
    for told in wanted:
        dashed = "-".join((told[:8], told[8:12], told[12:16], told[16:20], told[20:]))
        ways = (bytes.fromhex(told), told.encode(), dashed.encode())
        count[told] = sum(content.count(way) for content in where for way in ways)
    return {told: n for told, n in count.items() if n}


def test_answers_are_deleted_thirty_days_after_closing(hub):
    talk = Talk(hub)
    for number, slip in enumerate(talk.told["slips"][:PHONES]):
        talk.take_part(slip, 1 + number % 2)
    before = talk.kept()
    assert len(before["pids"]) == len(before["receipts"]) == PHONES
    assert len(before["ids"]) == PHONES * 5
    assert len(before["slips"]) == 20
    # Control: the search finds what is stored. Codes and tokens never were.
    for kind in ("ids", "pids", "slips", "receipts"):
        assert set(raw_hits(hub, before[kind])) == set(before[kind])
    spoken = [*talk.told["slips"], *talk.tokens]
    assert len(talk.tokens) >= PHONES
    assert hits(hub, spoken) == {}

    hub.python(_CLOSE, talk.id)
    assert hub.python(_CHORES, "well").split() == ["1", "0"]
    sealed = talk.kept()
    assert sealed["pids"] == before["pids"]
    assert set(raw_hits(hub, sealed["pids"])) == set(sealed["pids"])
    assert raw_hits(hub, [*before["ids"], *before["slips"]]) == {}
    hub.python(_AGE, talk.id, "29.9")
    assert hub.python(_CHORES, "well").split() == ["1", "0"]
    hub.python(_AGE, talk.id, "30.1")
    assert hub.python(_CHORES, "well").split() == ["1", "1"]
    hub.stop()  # nothing is held back in a process

    assert talk.kept()["pids"] == []
    assert raw_hits(hub, [*before["pids"], *before["ids"], *sealed["ids"], *before["slips"]]) == {}
    assert hits(hub, spoken) == {}
    # Receipts stay: they prove that the answers were in, and belong to nobody without their phone.
    assert set(raw_hits(hub, before["receipts"])) == set(before["receipts"])
    (line,) = json.loads(hub.python(_PROOF, talk.id).strip().splitlines()[-1])
    assert line == {"people": "about 10", "votes": "about 35"}


def test_control_answers_are_found_where_the_file_is_not_written_anew(hub):
    if hub.postgres:
        pytest.skip(
            "Only a file can hold what no table shows; PostgreSQL's own files are out of reach."
        )
    talk = Talk(hub)
    for number, slip in enumerate(talk.told["slips"][:PHONES]):
        talk.take_part(slip, 1 + number % 2)
    before = talk.kept()
    hub.python(_CLOSE, talk.id)
    hub.python(_CHORES, "weak")
    hub.python(_AGE, talk.id, "30.1")
    assert hub.python(_CHORES, "weak").split() == ["1", "1"]
    assert talk.kept()["pids"] == []
    assert raw_hits(hub, before["pids"]) != {}
