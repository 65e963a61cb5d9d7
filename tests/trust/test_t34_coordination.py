"""T34 for reminders: a mail server repeats the address it refuses, and the log does not."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.utils import timezone

from baithak.coordination import tasks
from factories import coordination as make
from factories import exchange as cities
from factories import network as people
from trust.test_t34_logs import hits, listened  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

MAIL, NAME, TITLE = "canary.keeper@city.example", "Canaria Keeperwala", "Canary lamps at the quay"


def test_no_reader_and_no_title_stands_in_the_log(listened, monkeypatch):  # noqa: F811
    team = cities.two_cities().one
    works = people.organisation(team.place, "Canary works department")
    keeper = people.person(NAME, email=MAIL)
    people.grant(keeper, team.place, "department_staff", organisation=works)
    made = make.commitment(team, TITLE, owner=works, due=timezone.localdate() - timedelta(days=1))
    refused = smtplib.SMTPRecipientsRefused({MAIL: (550, f"no box of {NAME}".encode())})
    sending = Mock(side_effect=refused)
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", sending)
    monkeypatch.setitem(tasks._last, "remind", 0.0)
    monkeypatch.setattr(tasks, "may_send", lambda reader: True)  # whatever the clock says
    log = listened()
    tasks.remind()
    assert sending.called
    assert any(f"the letter about commitment {made.pk}" in line for line in log.lines)
    assert any("SMTPRecipientsRefused" in line for line in log.lines)
    assert hits(log.lines, {MAIL, NAME}) == []
    # Control: the trouble itself, as a log usually holds it.
    assert MAIL in str(refused)
