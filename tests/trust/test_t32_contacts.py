"""T32: the number of an office whose consent has ended is nowhere in what a hub keeps, and no copy can be read.

A real hub's files: database, write-ahead log, keys, logs. Controls: before the end, the same search finds
what is stored of the number (locked), and the hub itself can read it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trust.hub import Hub

pytestmark = [pytest.mark.trust, pytest.mark.slow]

NUMBER = "+9477555013579"

_WRITE = """
import json, sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from baithak.coordination import seals
from baithak.coordination.services import first_hour as services
from factories import exchange as make, network as people
people._SEEN.update(hub=50, country=50, city=50, person=500)
team, today = make.city(people.hub(), "Sahilpur"), timezone.localdate()
card = services.edit(place=team.place, language="en", by=team.officer,
                     texts={"who_speaks": "The mayor", "first_steps": "Find out"})
told = dict(card=card, office="Station", agreed_on=today, until=today + timedelta(days=5), by=team.officer)
first = services.add_contact(telephone=sys.argv[1], **told)
stays = services.add_contact(telephone="112", **told)
print(json.dumps({"sealed": bytes(first.sealed).hex(), "pk": first.pk, "stays": stays.pk}))
"""

_READ = """
import sys, django; django.setup()
from baithak.coordination import seals
print(seals.unseal(bytes.fromhex(sys.argv[1])))
"""

_END = """
import sys, django; django.setup()
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from baithak.coordination.models import Contact
from baithak.coordination import tasks
from baithak.journal.models import Line
yesterday = timezone.localdate() - timedelta(days=1)
Contact._unscoped.filter(pk=int(sys.argv[1])).update(agreed_on=yesterday, until=yesterday)
assert tasks.forget_contacts() == 1
assert tasks.forget_contacts() == 0
assert list(Contact._unscoped.values_list("pk", flat=True)) == [int(sys.argv[2])]
assert Line.objects.filter(verb="coordination.forget_contact").count() == 1
"""


def holds(folder: Path, needle: bytes) -> list[str]:
    return [
        str(path) for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()
    ]


def test_a_number_is_gone_when_its_consent_has_ended(tmp_path):
    with Hub(tmp_path, statements=1) as hub:
        told = json.loads(hub.python(_WRITE, NUMBER).strip().splitlines()[-1])
        sealed = bytes.fromhex(told["sealed"])
        # The number itself never lies anywhere, in whatever form it was typed.
        for plain in (NUMBER, NUMBER.lstrip("+"), NUMBER[-9:]):
            assert holds(tmp_path, plain.encode()) == []
        # Controls: what is stored of it is found, and the hub can read it.
        assert hub.python(_READ, told["sealed"]).strip() == NUMBER
        if not hub.postgres:
            assert holds(tmp_path, sealed[16:60]) != []
        hub.python(_END, str(told["pk"]), str(told["stays"]))
        assert hub.python(_READ, told["sealed"]).strip() == ""
        assert not list(tmp_path.rglob(f"*{sealed[:16].hex()}*"))
        for plain in (NUMBER, NUMBER.lstrip("+"), NUMBER[-9:]):
            assert holds(tmp_path, plain.encode()) == []
