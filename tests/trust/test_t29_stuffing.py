"""T29 †: ballot stuffing on four public conversations leaves most of the true common ground standing.

Residents come half by token and half by the open link; of the attackers one in ten gets hold of a
token, the others are turned away at the token gate and use the open link (default settings; the
attack is in benchmarks/stuffing). Bars, at 10 % attempted: at least 5 of the true top ten stay on
every set, median at least 7, the planted statement outside the top ten, the alarm in every run of 5 %
and more; residents drawn anew raise it in at most 5 %. Control: without the defences at most one of
the ten stays in the median.

Missed: clones. They meet the bars on three of six conversations and not on vTaiwan UberX, where the
alarm rings and the list is lost (kept here as a strict expected failure), nor on Canadian electoral
reform and 15 per hour: where a statement was answered by few of the residents, attackers who all
answer it outvote them. docs/benchmarks-stuffing.md shows what was measured.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import median

import pytest
from benchmarks.stuffing.attack import CLONE, GATE, NAIVE, TOKENS_ONLY, Outcome, bootstrap, run

from baithak.engine.opinion.readers import read
from baithak.engine.opinion.votes import VoteMatrix
from engine.conftest import data_folder

pytestmark = [pytest.mark.trust, pytest.mark.slow]

SETS = (
    "brexit-consensus",
    "scoop-hivemind.taxes",
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
    "vtaiwan.uberx",
)
SEEDS = {"vtaiwan.uberx": 1}
HONEST = {"vtaiwan.uberx": 8}


@lru_cache(maxsize=8)
def votes_of(name: str) -> VoteMatrix:
    return read(data_folder(f"dialogues/{name}"))


@lru_cache(maxsize=64)
def outcomes(name: str, kind: str, share: float) -> tuple[Outcome, ...]:
    seeds = range(SEEDS.get(name, 2))
    return tuple(run(votes_of(name), kind, GATE, share, seed) for seed in seeds)


LOST = pytest.mark.xfail(strict=True, reason="clones win on UberX: too few answered what all share")
ATTACKS = [
    pytest.param(name, kind, marks=[LOST] if (name, kind) == (SETS[3], CLONE) else [])
    for name in SETS
    for kind in (NAIVE, CLONE)
]


@pytest.mark.parametrize(("name", "kind"), ATTACKS)
def test_most_of_the_true_common_ground_stays(name, kind):
    told = outcomes(name, kind, 0.1)
    assert all(one.bots >= 0.09 * votes_of(name).n for one in told)
    assert min(one.kept for one in told) >= 5
    assert not any(one.planted for one in told)
    assert all(one.alarm for one in told)


@pytest.mark.parametrize("kind", [NAIVE, CLONE])
@pytest.mark.parametrize("name", SETS)
def test_five_in_a_hundred_raise_the_alarm(name, kind):
    assert all(one.alarm for one in outcomes(name, kind, 0.05))


def test_the_median_over_all_sets_is_seven_of_ten_and_nothing_without_defences():
    told = [one for name in SETS for kind in (NAIVE, CLONE) for one in outcomes(name, kind, 0.1)]
    assert median(one.kept for one in told) >= 7
    # Control: the same attacks on a map without the defences.
    assert median(one.kept_without for one in told) <= 1


def test_residents_drawn_anew_raise_no_alarm():
    rang = [bootstrap(votes_of(n), GATE, s) for n in SETS for s in range(HONEST.get(n, 20))]
    assert len(rang) >= 60
    assert sum(rang) <= 0.05 * len(rang)


@pytest.mark.parametrize("name", SETS[:3])
def test_where_everybody_needs_a_token_clones_change_little(name):
    told = run(votes_of(name), CLONE, TOKENS_ONLY, 0.1, 0)
    assert told.kept >= 5
    assert not told.planted
