"""T27: linear programmes against everything published find no cell below k, over releases too.

The bar: 0 cells found exactly, 0 with fewer than k numbers left. The controls run the same attack on
what a careless hub would publish, and must find cells.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from baithak.engine.opinion.map import opinion_map
from baithak.engine.opinion.readers import read
from baithak.engine.opinion.results import Group, GroupView, Interval, OpinionMap
from baithak.report import disclosure
from baithak.report.disclosure import published
from baithak.report.releases import beside, releasable
from baithak.report.voices import renewed_voices, voices
from engine.conftest import data_folder
from factories import opinion
from trust.attacker import (
    Found,
    attack,
    attack_releases,
    attack_table,
    attack_voices,
    truths,
)

pytestmark = pytest.mark.trust

REAL = (
    "london.youth.policing",
    "15-per-hour-seattle",
    "canadian-electoral-reform",
    "scoop-hivemind.taxes",
)


def exact(part: int, whole: int) -> Interval:
    value = part / whole if whole else 0.0
    half = 1.28 * (value * (1 - value) / (whole + 3)) ** 0.5
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def counted(group: np.ndarray, said: np.ndarray, skeleton: OpinionMap) -> OpinionMap:
    """A map whose shares are counts: the worst case, since nothing is the model's guess.

    ``group`` [n], ``said`` [n, m] with 1, 0, -1 and 9 for no vote.
    """
    names = [str(g) for g in range(int(group.max()) + 1)]
    rows = []
    for j in range(said.shape[1]):
        views = {}
        for g, name in enumerate(names):
            mine = said[group == g, j]
            a, d, p = (int((mine == x).sum()) for x in (1, -1, 0))
            views[name] = GroupView(a + d + p, a, d, p, exact(a, a + d + p), exact(d, a + d + p))
        mine = said[:, j]
        a, d, p = (int((mine == x).sum()) for x in (1, -1, 0))
        rows.append(
            replace(
                skeleton.statements[0],
                id=str(j),
                votes=a + d + p,
                agrees=a,
                disagrees=d,
                passes=p,
                agree=exact(a, a + d + p),
                by_group=views,
                common_ground=min((v.agree for v in views.values()), key=lambda i: i.value),
                common_ground_no=min((v.disagree for v in views.values()), key=lambda i: i.value),
                representative_of=(),
            )
        )
    sizes = np.bincount(group, minlength=len(names))
    return replace(
        skeleton,
        participants=len(group),
        votes=int((said != 9).sum()),
        groups=tuple(
            Group(n, int(s), int(0.8 * s), s / len(group), 0.9, (0.0, 0.0), ((1, 0), (0, 1)))
            for n, s in zip(names, sizes, strict=True)
        ),
        one_continuum=len(names) == 1,
        statements=tuple(rows),
        weights=None,
        defence=None,
        people=(),
    )


def crowd(sizes: tuple[int, ...], m: int, seed: int, seen: float = 0.7):
    """People in camps who arrive in a mixed order, and what they say."""
    chance = np.random.default_rng(seed)
    group = chance.permutation(np.repeat(np.arange(len(sizes)), sizes))
    rates = chance.uniform(0.03, 0.97, (len(sizes), m))
    rates[:, ::3] = np.clip(rates[:1, ::3] * 0.1 + 0.88, 0, 1)
    passing = chance.choice([0.0, 0.02, 0.1, 0.3], m)
    yes = chance.random((len(group), m)) < rates[group]
    said = np.where(chance.random((len(group), m)) < passing, 0, np.where(yes, 1, -1))
    return group, np.where(chance.random((len(group), m)) < seen, said, 9)


@pytest.fixture
def data():
    """``data("dialogues/brexit-consensus")`` is that folder."""
    return data_folder


@pytest.fixture(scope="module")
def skeleton():
    return opinion.opinion_map((40, 30), 1)


SIZES = [
    (26,), (45, 38), (60, 7), (120, 55, 6), (150, 100, 14, 9), (31, 29, 28), (90, 45, 22, 3),
]  # fmt: skip


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("tense", [False, True])
def test_no_cell_of_a_map_with_small_groups_is_found(skeleton, sizes, tense):
    found = Found()
    for seed in range(6):
        group, said = crowd(sizes, 12, seed, seen=(0.3, 0.6, 1.0)[seed % 3])
        result = counted(group, said, skeleton)
        found.add(attack(result, published(result, tense=tense)))
    assert found.looked > (0 if len(sizes) == 1 and tense else 20)
    assert found.safe, (found.exact[:5], found.narrow[:5])


@pytest.mark.parametrize("seed", range(4))
def test_no_cell_of_the_engines_kind_of_map_is_found(seed):
    result = opinion.opinion_map((130, 60, 25, 8), 16, seed=seed, seen=0.5)
    found = attack(result, published(result))
    assert found.looked > 20
    assert found.safe, (found.exact[:5], found.narrow[:5])


@pytest.mark.parametrize("name", REAL)
def test_no_cell_of_a_real_conversation_is_found(data, name):
    result = opinion_map(read(data(f"dialogues/{name}")), seed=0)
    found = attack(result, published(result))
    assert found.looked >= 5
    assert found.safe, (found.exact[:5], found.narrow[:5])


def test_one_way_tables_tell_no_category_below_k():
    chance = np.random.default_rng(5)
    found = Found()
    for number in range(160):
        k = (10, 20)[number % 2]
        sizes = chance.choice([2, 5, 8, 11, 13, 24, 60, 150], chance.integers(1, 7))
        counts = {f"c{i}": int(chance.poisson(s)) for i, s in enumerate(sizes)}
        total = sum(counts.values()) + int(chance.choice([0, 0, 3, 7, 40]))
        found.add(attack_voices(counts, total, voices(counts, {}, total, k)))
    assert found.looked > 120
    assert found.safe, (found.exact[:5], found.narrow[:5])


def growing(group, said, skeleton, steps):
    """Maps of the first so many people, and what is true of them."""
    for step in steps:
        result = counted(group[:step], said[:step], skeleton)
        yield step, result, {s.id: truths(result, s.id) for s in result.statements}


def released(group, said, skeleton, steps, *, gate=True, tense=False):
    """What a hub publishes as people come, with the gate of R7 or as it once was."""
    history = []
    before = 0
    for step, result, true in growing(group, said, skeleton, steps):
        told = published(result, tense=tense)
        if gate:
            told = releasable(told, [t for t, _ in reversed(history)], new=step - before)
            if told is None:
                continue
        before = step
        history.append((told, true))
    return as_told(history)


def as_told(history):
    """A kept row belongs to the truth of the day it was made."""
    out = []
    for told, true in history:
        if out:
            last, then = out[-1]
            old = {s.id: s for s in last.statements}
            true = {
                s.id: then[s.id]
                if s.id in old
                and (s.by_group, s.everybody) == (old[s.id].by_group, old[s.id].everybody)
                else true[s.id]
                for s in told.statements
            }
        out.append((told, true))
    return out


@pytest.mark.parametrize("tense", [False, True])
@pytest.mark.parametrize("sizes", [(160, 120), (300,), (140, 90, 60), (200, 14)], ids=str)
def test_no_newcomers_are_found_over_releases(skeleton, sizes, tense):
    found, renewed = Found(), 0
    for seed in range(3):
        group, said = crowd(sizes, 8, seed, seen=0.8)
        steps = [n for n in range(60, len(group) + 1, (11, 17, 40)[seed])]
        history = released(group, said, skeleton, steps, tense=tense)
        found.add(attack_releases(history))
        rows = [{s.id: (s.by_group, s.everybody) for s in told.statements} for told, _ in history]
        renewed += sum(a[s] != b[s] for a, b in itertools.pairwise(rows) for s in a)
    assert renewed > 8  # the gate does let figures through
    assert found.safe, (found.exact[:5], found.narrow[:5])


def test_no_newcomers_are_found_as_a_real_conversation_grows(data, skeleton):
    votes = read(data("dialogues/scoop-hivemind.taxes"))
    said = np.full((votes.n, votes.m), 9)
    said[votes.rows, votes.columns] = votes.values
    order = np.random.default_rng(1).permutation(votes.n)
    most = np.argsort(-votes.votes_per_statement, kind="stable")[:14]
    group = (said[:, most[0]] == 1).astype(int)  # two camps by their answer to one question
    history = released(group[order], said[order][:, most], skeleton, range(60, votes.n, 12))
    found = attack_releases(history)
    assert len(history) > 5
    assert found.safe, (found.exact[:5], found.narrow[:5])


def test_the_result_without_the_open_link_tells_nothing_of_those_who_used_it(skeleton):
    found, shown = Found(), 0
    for seed in range(8):
        group, said = crowd((130, 90), 10, seed, seen=0.8)
        come_by_link = np.random.default_rng(seed).random(len(group)) < (0.1, 0.4)[seed % 2]
        whole = counted(group, said, skeleton)
        part = counted(group[~come_by_link], said[~come_by_link], skeleton)
        told = beside(published(part), published(whole), others=int(come_by_link.sum()))
        if told is None:
            continue
        true = {r: {s.id: truths(r_, s.id) for s in r_.statements}
                for r, r_ in (("part", part), ("whole", whole))}  # fmt: skip
        shown += sum(s.votes is not None for s in told.statements)
        found.add(attack_releases([(told, true["part"]), (published(whole), true["whole"])]))
    assert shown > 10
    assert found.safe, (found.exact[:5], found.narrow[:5])


def test_a_table_of_a_question_tells_no_newcomers():
    chance = np.random.default_rng(3)
    for _ in range(60):
        counts = {f"c{i}": int(c) for i, c in enumerate(chance.integers(0, 90, 4))}
        total = sum(counts.values()) + int(chance.integers(0, 40))
        told = voices(counts, {}, total)
        at_row = dict(counts)
        for _ in range(6):
            more = {
                name: int(chance.poisson(x)) for name, x in zip(counts, (1, 4, 9, 2), strict=True)
            }
            counts = {name: counts[name] + more[name] for name in counts}
            total += sum(more.values())
            now = renewed_voices(told, voices(counts, {}, total))
            for old, row in zip(told.rows, now.rows, strict=True):
                if old.count is not None and row.count != old.count:
                    assert counts[row.category] - at_row[row.category] >= told.k
                if row.count != old.count:
                    at_row[row.category] = counts[row.category]
            told = now


# --- controls: the same attacks find what careless publishing gives away


def test_control_naive_suppression_of_a_table_is_caught():
    chance = np.random.default_rng(7)
    cells = chance.multinomial(3000, chance.dirichlet(np.full(60, 0.4))).reshape(12, 5)
    naive = np.where(cells >= 10, cells, np.nan)
    found = attack_table(cells, naive, cells.sum(axis=1), cells.sum(axis=0), 1, 10)
    assert len(found.exact) >= 5


def test_control_a_map_that_only_hides_small_counts_is_caught(skeleton, monkeypatch):
    monkeypatch.setattr(disclosure, "BASE", 1)
    monkeypatch.setattr(disclosure, "_cell_base", lambda view, k: 1)
    monkeypatch.setattr(disclosure, "_group_base", lambda total, sizes, k: 1)
    found = Found()
    for seed in range(3):
        group, said = crowd((120, 55, 6), 12, seed)
        result = counted(group, said, skeleton)
        found.add(attack(result, published(result)))
    assert len(found.exact) + len(found.narrow) >= 10
    assert any(name.startswith("others") for name in found.exact)


def test_control_releases_that_only_count_newcomers_are_caught(skeleton):
    found = Found()
    for seed in range(2):
        group, said = crowd((160, 120), 4, seed, seen=0.8)
        steps = range(80, len(group) + 1, 20)
        found.add(attack_releases(released(group, said, skeleton, steps, gate=False)))
    assert len(found.narrow) + len(found.exact) >= 20


def test_control_a_table_of_a_question_with_exact_counts_is_caught():
    counts = {"a": 60, "b": 1, "c": 39}
    told = voices(counts, {}, total=100)
    careless = replace(
        told,
        rows=tuple(
            replace(row, count=c, base=1) for row, c in zip(told.rows, (60, None, 39), strict=True)
        ),
    )
    assert not attack_voices(counts, 100, careless).safe
