"""T32 for coordination: thirty days after a meeting nothing of the hub's files tells who was there, and
after twelve months none holds a word of its minutes. The time travels; the bytes are searched.

An attendance is two numbers, so its organisation gets a number that takes eight bytes. SQLite writes that
number into the indexes of organisations too: what is found before there is any meeting is the ground to
compare with. Control: the same without writing the file anew is found.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trust.hub import Hub

pytestmark = pytest.mark.trust

WORDS = "zqminutesqz the lamps are out"
ORGANISATION = 0x5A51_4341_4E41_5259

_FOUND = """
import sys, django; django.setup()
from django.db import connection
from factories import dialogue as made, network as people
from baithak.network.models import Organisation
people._SEEN.update(hub=70, country=70, city=70, person=700)
team = made.team("Noorabad")
Organisation._unscoped.create(
    pk=int(sys.argv[1]), place=team.place, name="Canal traders", types=["cso"]
)
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
"""

_MEET = """
import sys, django; django.setup()
from types import SimpleNamespace
from factories import coordination as make, network as people
from baithak.coordination.services import meetings
from baithak.network.models import Membership, Organisation
there = Organisation._unscoped.select_related("place").get(pk=int(sys.argv[1]))
officer = Membership._unscoped.get(place=there.place, role="city_officer").user
team = SimpleNamespace(place=there.place, officer=people.viewer(officer))
meeting = make.held(team, days=0, present=5, closed_room=True)
meetings.keep_attendance(meeting=meeting, organisations=[there], by=team.officer)
line = meetings.add_note(
    meeting=meeting, language="en", texts={"title": "first words zqfirstqz"}, visibility="mechanism", by=team.officer
)
meetings.change_note(
    line=line, language="en", texts={"title": sys.argv[2]}, visibility="mechanism", by=team.officer
)
print(meeting.pk)
"""

_DAYS = """
import sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from baithak.coordination.models import Meeting
Meeting._unscoped.filter(pk=int(sys.argv[1])).update(on=timezone.localdate() - timedelta(days=int(sys.argv[2])))
"""

_WORK = """
import json, sys, django; django.setup()
from django.db import connection
from baithak.coordination import tasks
from baithak.coordination.models import Attendance, Meeting, Note
from baithak.coordination.services import forgetting
if sys.argv[1] == "weak":
    forgetting._rewrite = lambda: None
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")
tasks.forget_attendance(), tasks.forget_notes()
from baithak.journal import services
from baithak.journal.models import Line
assert list(services.verify()) == []
proofs = [line.thing for line in Line.objects.filter(verb="journal.delete_on_time").order_by("n")]
print(json.dumps([
    Attendance._unscoped.count(), Note._unscoped.count(), Meeting._unscoped.get().present,
    [thing for thing in proofs if "coordination" in thing],
]))
"""

_ROWS = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names(cursor):
        if table != "network_organisation":
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor:
                print(row)
"""


def hits(hub: Hub) -> dict[str, int]:
    """How often the organisation of the attendance and the words lie in anything that the hub keeps."""
    if hub.postgres:
        kept, wanted = hub.python(_ROWS).encode(), {"there": str(ORGANISATION).encode()}
    else:
        kept = b"".join(path.read_bytes() for path in hub.home.rglob("*") if path.is_file())
        wanted = {"there": ORGANISATION.to_bytes(8, "big")}
    wanted |= {"words": b"zqminutesqz", "first": b"zqfirstqz"}
    return {name: kept.count(found) for name, found in wanted.items()}


def meet(hub: Hub) -> tuple[str, int]:
    """A meeting with an attendance and a note; its number, and the ground to compare with."""
    hub.python(_FOUND, str(ORGANISATION))
    ground = hits(hub)["there"]
    return hub.python(_MEET, str(ORGANISATION), WORDS).strip().splitlines()[-1], ground


def work(hub: Hub, how: str = "well") -> list:
    return json.loads(hub.python(_WORK, how).strip().splitlines()[-1])


def test_who_was_there_and_the_minutes_are_gone_on_their_day(tmp_path: Path):
    with Hub(tmp_path, statements=1) as hub:
        meeting, ground = meet(hub)
        # Control: the search finds what is stored. What stood in a note before is not kept in a row.
        assert hits(hub)["there"] > ground
        assert hits(hub)["words"] >= 1

        hub.python(_DAYS, meeting, "29")
        assert work(hub)[:2] == [1, 1]
        hub.python(_DAYS, meeting, "30")
        attendance, notes, present, proofs = work(hub)
        assert (attendance, notes, present) == (0, 1, 5)
        assert proofs == ["kept:coordination.attendance"]
        found = hits(hub)
        assert found["there"] == ground
        assert found["first"] == 0  # the words before a change
        assert found["words"] >= 1  # not yet its day

        hub.python(_DAYS, meeting, "367")
        attendance, notes, present, proofs = work(hub)
        assert (attendance, notes, present) == (0, 0, 5)
        assert proofs[-1] == "kept:coordination.notes"
        assert hits(hub) == {"there": ground, "words": 0, "first": 0}


def test_control_without_writing_the_file_anew_something_is_found(tmp_path: Path):
    with Hub(tmp_path, statements=1) as hub:
        if hub.postgres:
            pytest.skip(
                "Only a file can hold what no table shows; PostgreSQL's own files are out of reach."
            )
        meeting, ground = meet(hub)
        hub.python(_DAYS, meeting, "367")
        assert work(hub, "weak")[:2] == [0, 0]
        found = hits(hub)
        assert found["there"] > ground
        assert found["words"] >= 1
