"""T28: whatever residents and the team do, in whatever order, nothing that is shown tells of fewer than k.

Sequences of arrivals by several ways, changed answers, moderation, erasures, answers about oneself,
closings and releases are drawn at random. At every release all tables are read back and each figure
is held against what was counted from the votes themselves, independent of the code under test. At
some, every page (English and Urdu), the report as page and as Word file, and the pictures are read
too: they may say nothing that the tables did not.

Most sequences use a map that counts, without any of the engine's smoothing: exact shares, exact
intervals, people in two camps by their first answer. That is harder on the small-cell rule than the
engine, and cheap. Some use the engine. The file of all answers (R19) shows rows by design: T31.

Control: with the rule's smallest number taken down to one, the same sequences are caught.
"""

from __future__ import annotations

import contextlib
import csv
import html
import io
import random
import re
import time
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from baithak.dialogue import analysis, queries, services
from baithak.dialogue.analysis import drawing, times
from baithak.dialogue.models import (
    Category,
    Declaration,
    Dialogue,
    Participation,
    Question,
    Run,
    Statement,
    Vote,
)
from baithak.engine.opinion import map as engine_map
from baithak.engine.opinion.results import (
    Axis,
    Defence,
    Group,
    GroupView,
    Interval,
    OpinionMap,
    Person,
    Polarisation,
    StatementResult,
    Weights,
)
from baithak.network import keys
from baithak.report import disclosure
from factories import dialogue as made
from factories import network as people

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

K, K_TENSE = 10, 20  # as TRUST.md says, whatever the code says
SEQUENCES, WITH_ENGINE = 1_970, 30
PAGES_EVERY = 80
TABLES = {"groups.csv", "statements.csv", "statements-by-group.csv", "about.csv"}


# --- a map that only counts


def counted_map(votes, *, people=False, population=None, **_ignored):
    """Two camps by the answer to the first statement; every share is exact."""
    first: dict[int, int] = {}
    rows: dict[int, dict[int, int]] = {}
    for person, column, value in zip(
        votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True
    ):
        rows.setdefault(person, {})[column] = value
        if column == 0:
            first[person] = value
    camp = {person: "A" if first.get(person, 0) > 0 else "B" for person in rows}
    sizes = Counter(camp.values())
    names = [name for name in "AB" if sizes[name]]
    statements = []
    for column, told in enumerate(votes.statements):
        views = {}
        everybody = _view([r[column] for r in rows.values() if column in r])
        for name in names:
            said = [r[column] for p, r in rows.items() if camp[p] == name and column in r]
            # Of a camp without votes the engine has an estimate; here it is taken to be like the others.
            views[name] = (
                _view(said)
                if said
                else replace(everybody, votes=0, agrees=0, disagrees=0, passes=0)
            )
        least = min(views.values(), key=lambda v: v.agree.value)
        least_no = min(views.values(), key=lambda v: v.disagree.value)
        spread = [v.agree.value for v in views.values()]
        statements.append(
            StatementResult(
                told.id,
                told.text,
                everybody.votes,
                everybody.agrees,
                everybody.disagrees,
                everybody.passes,
                everybody.agree,
                views,
                least.agree,
                least_no.disagree,
                max(spread) - min(spread),
                0.3,
                0.5,
                0.0,
                ("A",) if len(names) > 1 else (),
                told.moderated_out,
            )
        )
    listed = [s for s in statements if not s.moderated_out]
    top = tuple(s.id for s in sorted(listed, key=lambda s: -s.common_ground.value)[:10])
    verified = votes.verified
    told = OpinionMap(
        participants=len(rows),
        votes=votes.size,
        axes=(Axis(1, 0.9, 0.6), Axis(2, 0.8, 0.4)),
        groups=tuple(
            Group(
                name, sizes[name], sizes[name] * 3 // 4, sizes[name] / len(rows), 0.9,
                (1.0 if name == "A" else -1.0, 0.0), ((0.1, 0.0), (0.0, 0.1)),
            )
            for name in names
        ),
        one_continuum=len(names) == 1,
        repeats=40,
        statements=tuple(statements),
        polarisation=Polarisation(Interval(0.2, 0.1, 0.3), Interval(0.5, 0.4, 0.6), {}),
        weights=None if population is None else Weights(len(rows) * 0.9, 1.2, ()),
        defence=None if verified is None else Defence(0, 0, (), top, top, False, top),
        people=tuple(
            Person(
                str(person), len(row), (1.0 if camp[person] == "A" else -1.0) + 0.3 * (person % 5),
                0.4 * (person % 7), (0.1, 0.0, 0.1),
                tuple(0.9 if name == camp[person] else 0.1 for name in names), False,
            )
            for person, row in rows.items()
        )
        if people
        else (),
        method="counted",
        seed=0,
        version="0",
    )  # fmt: skip
    return engine_map.MapRun(told, None, None)


def _view(said: list[int]) -> GroupView:
    yes, no, all_of_them = said.count(1), said.count(-1), max(1, len(said))
    return GroupView(
        len(said), yes, no, len(said) - yes - no,
        *(Interval(n / all_of_them, n / all_of_them, n / all_of_them) for n in (yes, no)),
    )  # fmt: skip


# --- what was counted, independent of the code under test


class Truth:
    """For each release: people by statement and camp, and who agreed and disagreed."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        self.people: list[int] = []
        self.camps: dict[str, list[int]] = {}
        self.said: dict[str, list[int]] = {}
        self.ways: dict[str, list[int]] = {}

    def note(self, dialogue: Dialogue, run: Run) -> None:
        numbers = {s.pk: str(s.number) for s in made.statements(dialogue)}
        camps = self._camps(dialogue, run, numbers)
        seen: Counter = Counter()
        for pid, statement, value in zip(*queries.votes_of(dialogue.pk), strict=True):
            for camp in ("", camps.get(pid, "")):
                seen[numbers[statement], camp, value] += 1
        for statement, camp in {(s, c) for s, c, _v in seen}:
            yes, no, skip = (seen[statement, camp, value] for value in (1, -1, 0))
            self.cells.setdefault((statement, camp), []).append((yes + no + skip, yes, no))
        self.people.append(len(camps))
        for camp, size in Counter(camps.values()).items():
            self.camps.setdefault(camp, []).append(size)
        said = Counter(
            Declaration._unscoped.filter(dialogue=dialogue).values_list(
                "category__texts__en", flat=True
            )
        )
        for name, count in said.items():
            self.said.setdefault(name, []).append(count)
        for way, count in Counter(
            Participation._unscoped.filter(dialogue=dialogue).values_list("channel", flat=True)
        ).items():
            self.ways.setdefault(way, []).append(count)

    @staticmethod
    def _camps(dialogue, run, numbers) -> dict[str, str]:
        """The counting map's camps; those of the engine are not known outside of it."""
        accepted = {s.pk for s in made.statements(dialogue) if s.state == "accepted"}
        ordered = sorted(numbers, key=lambda pk: int(numbers[pk]))
        camps = {}
        for pid, statement, value in zip(*queries.votes_of(dialogue.pk), strict=True):
            if statement in accepted:
                camps.setdefault(pid, "B")
                if statement == ordered[0]:
                    camps[pid] = "A" if value > 0 else "B"
        return camps if run.method == "counted" else dict.fromkeys(camps, "")


def count_is_safe(text: str, k: int) -> bool:
    """Nothing, or at least k and rounded to 5."""
    bare = text.replace(",", "").strip()
    if not re.fullmatch(r"\d+", bare):
        return bare in {"", "–"} or "fewer than" in bare or "not shown" in bare
    return int(bare) >= k and int(bare) % 5 == 0


def share_is_safe(text: str, cells: list[tuple[int, int]], k: int) -> bool:
    """``cells``: pairs of (one side, other side) as they were at some release."""
    if not text or text in {"most", "few"}:
        return True
    if text[0] in "<>":
        # A bound says that fewer than k may be on that side; it must be no closer than k.
        bound = int(text[1:].rstrip("%")) / 100
        left = bound if text[0] == "<" else 1 - bound
        return any(left * (one + other + 3) >= k for one, other in cells)
    return any(one >= k and other >= k for one, other in cells)


# --- what residents and the team do


class Sequence(RuleBasedStateMachine):
    """One dialogue from its opening; ``world`` holds what all sequences begin with."""

    world: dict = {}
    done: Counter = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.dialogue = self.world["dialogue"]
        self.tokens: list[str] = []
        self.truth = Truth()
        self.k = K
        self.draw = random.Random(0)
        self.closed = False
        queries.forget()
        times._figures.cache_clear()

    @initialize(tense=st.sampled_from([False, False, False, True]), seed=st.integers(0, 10**6),
                first=st.integers(12, 48))  # fmt: skip
    def begin(self, tense, seed, first):
        self.draw = random.Random(seed)
        self.k = K_TENSE if tense else K
        Dialogue._unscoped.filter(pk=self.dialogue.pk).update(tense=tense)
        self._arrive(first, "open", self.draw.choice([0.1, 0.5, 0.9]))

    def _arrive(self, count: int, way: str, agreeing: float) -> None:
        if self.closed:
            return
        new = [f"t{len(self.tokens) + n}" for n in range(count)]
        votes = []
        for token in new:
            for number in self.world["numbers"]:
                if number == 1 or self.draw.random() < 0.85:
                    draw = self.draw.random()
                    value = 1 if draw < agreeing else (-1 if draw < 0.97 else 0)
                    votes.append((token, number, value))
        services.load_votes(
            dialogue=self.dialogue, votes=votes, channels=dict.fromkeys(new, way)
        )  # fmt: skip
        self.tokens += new

    def pid(self, token: str) -> bytes:
        return keys.pseudonym(self.dialogue.key, token)

    @rule(count=st.integers(1, 14), way=st.sampled_from(["open", "token", "session"]),
          agreeing=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))  # fmt: skip
    def some_arrive(self, count, way, agreeing):
        self.done["arrive"] += 1
        self._arrive(count, way, agreeing)

    @rule(how_many=st.integers(1, 12), number=st.integers(1, 5), value=st.sampled_from([-1, 0, 1]))
    def some_change_their_mind(self, how_many, number, value):
        self.done["change"] += 1
        if self.closed:
            return
        pids = [
            self.pid(token)
            for token in self.draw.sample(self.tokens, min(how_many, len(self.tokens)))
        ]
        Vote._unscoped.filter(
            dialogue=self.dialogue, pid__in=pids, statement=self.world["statements"][number]
        ).update(value=value)

    @rule(number=st.integers(2, 5))
    def a_statement_is_joined_to_another_or_set_apart_again(self, number):
        self.done["moderate"] += 1
        statement = Statement._unscoped.get(pk=self.world["statements"][number])
        by = self.world["moderator"]
        with contextlib.suppress(services.RefusedError):
            if statement.state == "accepted":
                other = self.world["statements"][2 if number != 2 else 3]
                services.merge(
                    statement=statement, into=Statement._unscoped.get(pk=other), by=by
                )  # fmt: skip
            else:
                services.undo(statement=statement, by=by)
        queries.forget()

    @rule(how_many=st.integers(1, 11))
    def some_are_erased(self, how_many):
        self.done["erase"] += 1
        gone = self.draw.sample(self.tokens, min(how_many, len(self.tokens)))
        pids = [self.pid(token) for token in gone]
        for table in (Vote, Participation, Declaration):
            table._unscoped.filter(dialogue=self.dialogue, pid__in=pids).delete()
        Dialogue._unscoped.filter(pk=self.dialogue.pk).update(map_dirty=True)

    @rule(how_many=st.integers(1, 30), category=st.integers(0, 2))
    def some_say_who_they_are(self, how_many, category):
        self.done["declare"] += 1
        if self.closed:
            return
        chosen = self.draw.sample(self.tokens, min(how_many, len(self.tokens)))
        known = {
            bytes(pid)
            for pid in Declaration._unscoped.filter(dialogue=self.dialogue).values_list(
                "pid", flat=True
            )
        }
        Declaration._unscoped.bulk_create(
            Declaration(
                dialogue=self.dialogue, pid=pid, question=self.world["question"],
                category=self.world["categories"][category],
            )
            for pid in map(self.pid, chosen)
            if pid not in known
        )  # fmt: skip

    @rule()
    def it_closes(self):
        # One in three: else most sequences would end here.
        if not self.closed and self.draw.random() < 0.3:
            self.done["close"] += 1
            self.closed = True
            services.close(dialogue=self.dialogue, by=self.world["officer"])

    @rule()
    def redraw(self):
        self.done["redraw"] += 1
        run = services.draw_map(self.dialogue.pk)
        queries.forget()
        if run is not None and run.released:
            self.done["release"] += 1
            self.truth.note(self.dialogue, run)
            self.read_tables()

    # --- what is shown

    def read_tables(self) -> set[str]:
        """Every table of the parcel; gives all shares in it, in whole per cent."""
        dialogue = Dialogue._unscoped.select_related("place").get(pk=self.dialogue.pk)
        made_of_it = analysis.report(dialogue, "zip")
        if made_of_it is None:
            return set()
        percents: set[str] = set()
        with zipfile.ZipFile(io.BytesIO(made_of_it.body)) as parcel:
            tables = {
                name: list(csv.DictReader(io.StringIO(parcel.read(name).decode("utf-8-sig"))))
                for name in parcel.namelist()
            }
        assert set(tables) >= TABLES
        for rows in tables.values():
            for row in rows:
                for cell in row.values():
                    percents |= _percents(cell or "")
        counted = self.world["counted"]
        for row in tables["about.csv"]:
            if row["name"] in {"participants", "votes"}:
                assert count_is_safe(row["value"], self.k), row
        for row in tables["groups.csv"]:
            assert count_is_safe(row["people"], self.k), row
            if counted and row["people"]:
                # Letters go by size, so a letter may be either camp.
                assert (
                    max(size for sizes in self.truth.camps.values() for size in sizes) >= 2 * self.k
                )
        for row in tables["statements.csv"]:
            assert count_is_safe(row["votes"], self.k), row
            cells = self.truth.cells.get((row["statement"], ""), [])
            if row["agree"] or row["disagree"]:  # of everybody
                self._sides(row, cells)
        for row in tables["statements-by-group.csv"]:
            assert count_is_safe(row["votes"], self.k), row
            if counted:
                cells = [
                    cell
                    for camp in "AB"
                    for cell in self.truth.cells.get((row["statement"], camp), [])
                ]
                self._sides(row, cells)
                if row["votes"]:
                    assert any(votes >= self.k for votes, _yes, _no in cells), row
        for row in tables["ways-in.csv"]:
            assert count_is_safe(row["people"], self.k), row
        for name, rows in tables.items():
            if name.startswith("heard-") and rows and "People" in rows[0]:
                self._voices(rows)
        self.done["tables"] += 1
        return percents

    def _sides(self, row, cells) -> None:
        for column, side in (("agree", 1), ("disagree", 2)):
            pairs = [(cell[side], cell[0] - cell[side]) for cell in cells]
            assert share_is_safe(row[column], pairs, self.k), (row, cells)

    def _voices(self, rows) -> None:
        for row in rows:
            assert count_is_safe(row["People"], self.k), row
            if row["People"].replace(",", "").isdigit():
                name = next(iter(row.values()))
                assert any(count >= self.k for count in self.truth.said.get(name, [])), row

    def read_pages(self) -> None:
        """Everything a browser and an office show, after the tables were read."""
        percents = self.read_tables()
        code, client = self.dialogue.code, self.world["client"]
        looked_at = {}
        for language in ("en", "ur"):
            for address, browser in (
                (f"d/{code}/result/", Client()),
                (f"dialogue/{code}/map/", client),
                (f"dialogue/{code}/", client),
                (f"dialogue/{code}/report/html/", Client()),
                (f"dialogue/{code}/rounds/", Client()),
            ):
                answer = browser.get(f"/{language}/{address}")
                if answer.status_code == 404:
                    continue  # no map, or no such finding
                assert answer.status_code == 200
                looked_at[language, address] = answer.content.decode()
        word = Client().get(f"/en/dialogue/{code}/report/docx/")
        if word.status_code == 200:
            with zipfile.ZipFile(io.BytesIO(word.content)) as parts:
                text = parts.read("word/document.xml").decode()
            cells = [
                "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", cell))
                for cell in re.findall(r"<w:tc>.*?</w:tc>", text, re.DOTALL)
            ]
            assert all(count_is_safe(c, self.k) for c in cells if re.fullmatch(r"[\d,]+", c))
            told = " ".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", text))
            told += " ".join(re.findall(r'descr="([^"]*)"', text))
            assert all(count_is_safe(n, self.k) for n in _people(told))
            assert _plain_percents(told) <= percents
        for (language, address), page in looked_at.items():
            body = page[page.index("<main") :] if "<main" in page else page
            # The statement's own number stands in a cell of its own.
            body = re.sub(r'<td class="number">\d+</td><th', "<th", body)
            body = body.replace("\u200e", "")
            for cell in re.findall(r'<td class="n(?:umber)?(?: [a-z-]+)*"[^>]*>([^<]*)<', body):
                if re.fullmatch(r"\s*[\d,]+\s*", cell):
                    assert count_is_safe(cell, self.k), (language, address, cell)
            seen = html.unescape(re.sub(r"<[^>]+>", " ", body))
            assert all(count_is_safe(n, self.k) for n in _people(seen)), (address, _people(seen))
            assert _plain_percents(seen) <= percents, (
                language,
                address,
                _plain_percents(seen) - percents,
            )
        assert mail.outbox == []
        self.done["pages"] += len(looked_at)

    def teardown(self):
        try:
            with translation.override("en"):
                self.redraw()
                self.done["sequences"] += 1
                if self.done["sequences"] % self.world["pages_every"] == 0:
                    self.read_pages()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)
            queries.forget()


def _people(text: str) -> list[str]:
    """Figures before the words for people and answers, in English."""
    return re.findall(
        r"(?<![\d.,%])([\d,]*\d) (?:more )?(?:people|answers|votes)\b(?! (?:have|more|stand close))",
        _rule_free(text),
    )


def _rule_free(text: str) -> str:
    """Without the sentences that name the rule itself, not a figure: at least 10 people …"""
    return re.sub(
        r"(?:at least|fewer than|below|rounded to|fewer|under|about) (?:\d+) (?:more )?(?:people|answers|votes)",
        "",
        text,
    )


def _percents(cell: str) -> set[str]:
    """All ways in which a table's cell may be said as per cent."""
    told = set(re.findall(r"(\d+)%", cell))
    if re.fullmatch(r"[01](?:\.\d+)?", cell):
        told.add(str(round(100 * float(cell))))
    return told


def _plain_percents(text: str) -> set[str]:
    return set(re.findall(r"(?<![\d.])(\d+)%", text))


# --- the tests


@pytest.fixture
def world(monkeypatch):
    team = made.team()
    dialogue = made.opened(team, seeds=made.SEEDS[:5])
    question = Question._unscoped.create(
        dialogue=dialogue, number=1, texts={"en": "Where do you live?"}
    )
    categories = [
        Category._unscoped.create(question=question, number=n, texts={"en": name}, share=share)
        for n, (name, share) in enumerate(
            (("Island", "0.1"), ("Harbour", "0.4"), ("Town", "0.5")), 1
        )
    ]
    told = made.statements(dialogue)
    # The file's key is destroyed at closing; sequences go on with the same dialogue after rolling back.
    pseudonyms: dict[str, bytes] = {}
    real = keys.pseudonym
    monkeypatch.setattr(
        keys, "pseudonym", lambda key, token: pseudonyms.setdefault(token, real(key, token))
    )
    monkeypatch.setattr(keys, "destroy", lambda key: None)
    monkeypatch.setattr(Sequence, "done", Counter())
    found = {
        "dialogue": Dialogue._unscoped.select_related("place").get(pk=dialogue.pk),
        "statements": {s.number: s.pk for s in told},
        "numbers": [s.number for s in told],
        "question": question,
        "categories": categories,
        "moderator": team.moderator,
        "officer": team.officer,
        "client": people.sign_in(team.users["city_officer"]),
        "pages_every": PAGES_EVERY,
        "counted": True,
    }
    monkeypatch.setattr(Sequence, "world", found)
    return found


def run(count: int, steps: int) -> None:
    """Drawn alike each time, so that a failure comes again; not made smaller, which takes long."""
    run_state_machine_as_test(
        Sequence,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            phases=[Phase.generate],
        ),
    )


@pytest.mark.slow
def test_no_sequence_shows_a_small_cell(world, monkeypatch):
    monkeypatch.setattr(engine_map, "map_run", counted_map)
    began = time.process_time()
    run(SEQUENCES, 5)
    took = time.process_time() - began
    done = Sequence.done
    print(f"\n{dict(done)}, {took:.0f} s of CPU")
    assert done["sequences"] >= SEQUENCES
    assert done["release"] >= SEQUENCES
    assert done["pages"] >= SEQUENCES // PAGES_EVERY * 5
    assert (
        min(done[name] for name in ("arrive", "change", "moderate", "erase", "declare", "close"))
        >= SEQUENCES // 20
    )


@pytest.mark.slow
def test_no_sequence_shows_a_small_cell_with_the_engine(world, monkeypatch):
    monkeypatch.setattr(drawing, "REFITS", 0)  # how stable groups are tells nothing about cells
    world["counted"], world["pages_every"] = False, 6
    run(WITH_ENGINE, 3)
    assert Sequence.done["sequences"] >= WITH_ENGINE
    assert Sequence.done["pages"] > 0


def test_control_without_the_rule_small_cells_are_found(world, monkeypatch):
    monkeypatch.setattr(engine_map, "map_run", counted_map)
    monkeypatch.setattr(disclosure, "K", 1)
    monkeypatch.setattr(disclosure, "K_TENSE", 1)
    monkeypatch.setattr(drawing, "FEWEST", 1)
    with pytest.raises(AssertionError):
        run(40, 5)


def test_control_a_page_that_tells_more_than_the_tables_is_found(world, monkeypatch):
    """Pages are read too, not only tables."""
    from baithak.dialogue.analysis import page
    from baithak.report.words import Words

    class Blunt(Words):
        def count(self, count, k):
            return "7" if count is None else str(count + 1)

    monkeypatch.setattr(engine_map, "map_run", counted_map)
    monkeypatch.setattr(page, "words", Blunt)
    world["pages_every"] = 1
    with pytest.raises(AssertionError):
        run(5, 3)
