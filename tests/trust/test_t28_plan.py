"""T28 for indicators that count people: whatever is told, mended, flagged and moved, in whatever order, no door
of a plan shows a figure about fewer than k people, an exact figure, or a change of a handful.

What every figure must keep to is written down here without the code under test:

- fewer than k people are “fewer than k”; every other figure is rounded to 5 and not below k;
- two figures that differ, wherever and whenever they were shown, are at least k apart;
- a figure that was shown stays while its own count is not told anew, and where that is mended by a handful;
- whoever told a figure once cannot say that it counts no people, and k does not fall again.

Doors: the page of the indicator, of its action, of the plan and of its progress, the paper, the workbook and
the file for donors. A few sequences go through all of them, more of them through the figures that all of them
draw from. Not tried here: figures that come with a file of another hub (``tests/plan/test_whole.py``), and
texts, in which people may write any figure.

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
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.network import tables
from baithak.network.scope import SYSTEM
from baithak.plan import shown
from baithak.plan.models import Indicator
from baithak.plan.queries import indicators as queries
from baithak.plan.services import actions
from baithak.plan.services import indicators as services
from factories import network as people
from factories import plan_parts as make

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

SEEDS, STEPS = range(8), 7
MORE, LONGER = range(100, 140), 14
FIRST = date(2025, 1, 1)
TEXTS = {"en": {"title": "Who takes part", "unit": "zebras"}}


# --- what doors say
def in_pages(client, plan, indicator):
    """Every figure that pages and paper say of it."""
    paths = [
        indicator.get_absolute_url(), plan.get_absolute_url(), f"{plan.get_absolute_url()}progress/",
        *([indicator.action.get_absolute_url()] if indicator.action else []),
    ]  # fmt: skip
    for path in paths:
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


def in_files(client, plan, k):
    book = client.get(f"{plan.get_absolute_url()}export/xlsx/").content
    rows = tables.rows(b'{"name":"a","sheet":"indicators"}\n' + book)[1:]
    yield [row[7] for _, row in rows if row[5] != "target"]
    root = fromstring(client.get(f"{plan.get_absolute_url()}export/iati/").content)
    found = [*root.iter("baseline"), *root.iter("actual")]
    yield [one.get("value") or f"<{k}" for one in found]


# --- a sequence
class Told:
    """An indicator of a public plan, what was told of it, and what everybody has seen of it so far."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.world = people.world()
        tense = seed % 3 == 0
        self.plan = make.plan(self.world.city, visibility="public", state="running")
        self.action = make.action(self.plan, target_groups=["idps"] if tense else [])
        self.calm = make.action(self.plan)
        self.by = people.viewer(self.world.people["city"]["city_officer"])
        self.one = services.add(
            plan=self.plan, by=self.by, language="en", texts=TEXTS["en"], kind="outcome",
            of_people=True, action=self.action,
        )  # fmt: skip
        self.least = self.k = 20 if tense else 10
        self.at, self.groups = self.action, self.action.target_groups
        self.counts: dict[date, int] = {}
        self.seen: dict[date, int | None] = {}
        self.ever: set[int] = set()
        self.faults: list[str] = []

    def step(self, *, flags=True):
        """One thing that somebody does; afterwards everything that all see is looked at."""
        ways = [self.read, self.read, self.mend, self.mend, self.base]
        if flags:
            ways += [self.flag, self.move, self.untick]
        touched = self.chance.choice(ways)()
        before, self.k = self.k, max(self.k, 20 if self.at == self.action and self.groups else 10)
        self.look(touched, rose=self.k > before)

    def count(self):
        near = self.chance.choice([*self.counts.values(), 30]) + self.chance.randrange(-12, 13)
        return max(0, self.chance.choice([near, near, self.chance.randrange(0, 90)]))

    def read(self, day=None):
        day = day or FIRST + timedelta(days=self.chance.randrange(1, 9))
        self.counts[day] = self.count()
        services.read(
            indicator=self.one, day=day, value=Decimal(self.counts[day]), source="Register",
            by=self.by,
        )  # fmt: skip
        return day

    def mend(self):
        days = [day for day in self.counts if day != FIRST]
        return self.read(self.chance.choice(days) if days else None)

    def base(self):
        self.counts[FIRST] = self.count()
        self.change()
        return FIRST

    def change(self, **facts):
        if FIRST in self.counts:
            facts |= {"baseline": Decimal(self.counts[FIRST]), "baseline_on": FIRST}
        services.change(indicator=self.one, by=self.by, language="en", texts=TEXTS["en"], **facts)

    def flag(self):
        self.groups = [] if self.groups else ["idps"]
        actions.change(
            action=self.action, language="en", texts=self.action.texts["en"], by=self.by,
            target_groups=self.groups,
        )  # fmt: skip

    def move(self):
        self.at = self.chance.choice([self.action, self.calm, None])
        self.change(action=self.at)

    def untick(self):
        if self.counts:
            with pytest.raises(ValidationError):
                self.change(of_people=False)

    # --- what all see now
    def look(self, touched, *, rose):
        kept = queries.indicators(SYSTEM).get(pk=self.one.pk)
        now = {
            one.day: None if one.value is None else int(one.value) for one in shown.shown(kept).all
        }
        wrong = [*self.wrong(now), *([] if rose else self.moved(now, touched))]
        self.faults += [f"{what}: {now} of {self.counts}, before {self.seen}" for what in wrong]
        self.seen = now
        self.ever |= {figure for figure in now.values() if figure is not None}

    def wrong(self, now):
        if now.keys() != self.counts.keys():
            yield "other days"
        for day, figure in now.items():
            count = self.counts[day]
            if figure is None:
                if count >= self.k and day not in self.seen:
                    yield f"{count} is hidden"
                continue
            if count < self.k or figure < self.k:
                yield f"{figure} is below {self.k}"
            if figure % 5 or abs(figure - count) >= 2 * self.k + 3:
                yield f"{figure} is not about {count}"
            for other in self.ever | set(now.values()) - {None}:
                if 0 < abs(figure - other) < self.least:
                    yield f"{figure} and {other} differ by a handful"

    def moved(self, now, touched):
        for day, figure in self.seen.items():
            by = 0 if figure is None else abs(self.counts[day] - figure)
            stays = day != touched or (figure is not None and by <= self.k - 3)
            if stays and self.counts[day] >= self.k and now.get(day) != figure:
                yield f"{figure} became {now.get(day)}"

    def doors(self):
        """What pages and files say that was not looked at above."""
        want = [self.seen[day] for day in sorted(self.seen)]
        allowed = {figure for figure in want if figure is not None}
        member = people.sign_in(self.world.people["city"]["partner"])
        for client in (Client(), member):
            for figure in in_pages(client, self.plan, Indicator._unscoped.get()):
                if figure not in allowed:
                    yield f"{figure} on a page, not {want}"
        for told in in_files(member, self.plan, self.k):
            if told != [f"<{self.k}" if figure is None else str(figure) for figure in want]:
                yield f"{told} in a file, not {want}"


def faults(seed):
    """What one random sequence shows at any door and should not."""
    told = Told(seed)
    for _ in range(STEPS):
        told.step()
        yield from told.doors()
    yield from told.faults


@pytest.mark.parametrize("seed", SEEDS)
def test_no_door_tells_of_fewer_than_k_people(seed):
    assert list(faults(seed)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE)
def test_no_figure_tells_of_fewer_than_k_people(seed):
    told = Told(seed)
    for _ in range(LONGER):
        told.step()
    assert told.faults == []


def test_control_without_the_smallest_number_it_is_caught(monkeypatch):
    monkeypatch.setattr(shown, "K", 1)
    monkeypatch.setattr(shown, "K_TENSE", 1)
    assert next(faults(4), None) is not None
