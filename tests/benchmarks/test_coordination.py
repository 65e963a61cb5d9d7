"""The benchmark of the table: small it runs as it is, and its page tells what is met and what is missed."""

from __future__ import annotations

import pytest

from baithak.network.models import Organisation
from baithak.plan.models import Action
from benchmarks import coordination


@pytest.mark.django_db
def test_it_measures_every_page_and_counts_its_queries():
    said = []
    found = coordination.measured(sizes=(4, 40), offices=7, runs=1, say=said.append)
    assert list(found) == list(coordination.pages(type("Place", (), {"slug": "x"})))
    assert len(said) == 2 * len(found)
    assert (Action._unscoped.count(), Organisation._unscoped.count()) == (44, 14)
    for name, sizes in found.items():
        assert sizes["4"]["queries"] == sizes["40"]["queries"] > 5, name
        assert 0 < sizes["40"]["best_ms"] <= sizes["40"]["ms"] <= sizes["40"]["worst_ms"]


def told(**more):
    one = {
        "ms": 20.0,
        "best_ms": 18.0,
        "worst_ms": 30.0,
        "cpu_ms": 19.0,
        "queries": 12,
        "bytes": 9000,
    }
    return {
        "pages": {"table": {"50": one, "5000": {**one, **more}}},
        "command": "it", "date": "2026-11-30", "machine": "a machine", "load": [0.1, 0.2], "runs": 3,
        "offices": 500,
    }  # fmt: skip


def test_the_page_tells_what_is_met_and_what_is_missed():
    page = coordination.render(told(ms=149.9))
    assert "| table: server time | <= 150 ms | 149.9 ms | met |" in page
    assert "missed" not in page
    slow = coordination.render(told(ms=151.0, queries=13))
    assert "| table: server time | <= 150 ms | 151.0 ms | **missed** |" in slow
    assert "| table: queries at every size | equal | 12, 13 | **missed** |" in slow
