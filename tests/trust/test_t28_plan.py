"""T28 for indicators that count people: whatever is told, mended and flagged, in whatever order, no door of a
plan shows a figure about fewer than k people, an exact figure, or a change of a handful.

What may be shown is worked out here from the readings themselves, independently of the code under test, and
held against the page of the indicator, of its action, of the plan and of its progress, the paper, the
workbook and the file for donors.

Control: with the rule's smallest number taken down to one, the same sequences are caught.
"""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from baithak.network import tables
from baithak.plan import shown
from baithak.plan.models import Indicator
from baithak.plan.services import indicators as services
from factories import network as people
from factories import plan_parts as make

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

#: Sequences that meet a figure below k or a change of a handful on their way.
SEEDS, STEPS = (0, 2, 3, 4, 6, 7, 8, 10), 6
FIRST = date(2025, 1, 1)


def may_be_shown(readings, k):
    """The figures of readings in time: None, or a multiple of 5; written down once more by hand."""
    told, last = [], None
    for value in readings:
        if value < k:
            told.append(None)
        elif last is not None and value != last and abs(value - last) < k:
            told.append(5 * int(last / 5 + 0.5))
        else:
            last = value
            told.append(5 * int(value / 5 + 0.5))
    return told


def in_pages(client, plan, indicator):
    """Every figure that pages and paper say of it."""
    for path in (
        indicator.get_absolute_url(), indicator.action.get_absolute_url(), plan.get_absolute_url(),
        f"{plan.get_absolute_url()}progress/",
    ):  # fmt: skip
        page = client.get(path).content.decode()
        yield from figures(
            html.unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.S))
        )
    paper = client.get(f"{plan.get_absolute_url()}as/docx/")
    with zipfile.ZipFile(io.BytesIO(paper.content)) as parts:
        yield from figures(re.sub(r"<[^>]+>", " ", parts.read("word/document.xml").decode()))


def figures(text):
    """What stands before the unit or as a figure of the table; the unit is a word found nowhere else.

    “Fewer than 10” names the smallest cell, not a count.
    """
    text = re.sub(r"[Ff]ewer than [\d,]+", " ", text)
    yield from (
        int(n.replace(",", ""))
        for n in re.findall(r"(?:about )?([\d,]+)(?:, as before)?\s+zebras", text)
    )
    yield from (int(n.replace(",", "")) for n in re.findall(r"about ([\d,]+)", text))


def in_files(client, plan):
    book = client.get(f"{plan.get_absolute_url()}export/xlsx/").content
    rows = tables.rows(b'{"name":"a","sheet":"indicators"}\n' + book)[1:]
    yield [row[7] for _, row in rows if row[5] != "target"]
    root = fromstring(client.get(f"{plan.get_absolute_url()}export/iati/").content)
    found = [*root.iter("baseline"), *root.iter("actual")]
    yield [one.get("value") or f"<{k_of(plan)}" for one in found]


def k_of(plan):
    return 20 if plan.actions.get().target_groups else 10


def faults(seed):
    """What one random sequence shows and should not."""
    chance = random.Random(seed)
    world = people.world()
    tense = seed % 3 == 0
    plan = make.plan(world.city, visibility="public", state="running")
    action = make.action(plan, target_groups=["idps"] if tense else [])
    k = 20 if tense else 10
    texts = {"en": {"title": "Who takes part", "unit": "zebras"}}
    indicator = make.indicator(plan, action=action, of_people=True, texts=texts)
    by = people.viewer(world.people["city"]["city_officer"])
    member = people.sign_in(world.people["city"]["partner"])
    held: dict[date, int] = {}
    base = None
    for _ in range(STEPS):
        near = chance.choice([*held.values(), 30]) + chance.randrange(-12, 13)
        value = max(0, chance.choice([near, chance.randrange(0, 60), chance.randrange(0, 900)]))
        if chance.random() < 0.2:
            base = value
            services.change(
                indicator=indicator, by=by, language="en", texts=texts["en"],
                baseline=Decimal(value), baseline_on=FIRST,
            )  # fmt: skip
        else:
            day = FIRST + timedelta(days=chance.randrange(1, 9))
            held[day] = value
            services.read(
                indicator=indicator, day=day, value=Decimal(value), source="Register", by=by
            )
        ordered = [*([base] if base is not None else []), *(held[day] for day in sorted(held))]
        want = may_be_shown(ordered, k)
        allowed = {figure for figure in want if figure is not None}
        fresh = Indicator._unscoped.get()
        for client in (Client(), member):
            for figure in in_pages(client, plan, fresh):
                if figure not in allowed:
                    yield f"{figure} on a page, of {ordered}"
        for told in in_files(member, plan):
            if told != [f"<{k}" if figure is None else str(figure) for figure in want]:
                yield f"{told} in a file, not {want}, of {ordered}"


@pytest.mark.parametrize("seed", SEEDS)
def test_no_door_tells_of_fewer_than_k_people(seed):
    assert list(faults(seed)) == []


def test_control_without_the_smallest_number_it_is_caught(monkeypatch):
    monkeypatch.setattr(shown, "K", 1)
    monkeypatch.setattr(shown, "K_TENSE", 1)
    assert next(faults(4), None) is not None
