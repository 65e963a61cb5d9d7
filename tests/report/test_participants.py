"""Who came to a workshop: an attacker with linear programmes learns nothing of a small part (R6, T27)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.report import participants
from baithak.report.disclosure import BASE, K, rounded, span
from baithak.report.participants import TABLES, published_participants
from trust.attacker import System

ROWS = st.lists(
    st.builds(
        dict,
        role=st.sampled_from(["mayor", "partner", "auditor", "moderator"]),
        country=st.sampled_from(["BD", "IN", "LK", "MV", "NP", "PK"]),
        organisation_type=st.sampled_from(["cso", "police", "school"]),
        people=st.integers(1, 30),
    ),
    min_size=1,
    max_size=12,
)


def cells(rows, name):
    found: dict[str, int] = {}
    for row in rows:
        found[row[name]] = found.get(row[name], 0) + row["people"]
    return found


def row(country, people, role="mayor", kind="cso"):
    return {"role": role, "country": country, "organisation_type": kind, "people": people}


def known(rows, told) -> System:
    """Everything that was published, and besides which parts were left out and which of them are small."""
    system = System()
    system.between({"total": 1}, *span(told.total, BASE, K))
    for name in TABLES:
        shown = dict(told.tables[name].rows)
        parts = cells(rows, name)
        system.between({"total": -1.0, **{f"{name} {code}": 1.0 for code in parts}}, 0, 0)
        for code, people in parts.items():
            ends = (1, K - 1) if people < K else (K, None)
            system.between(
                {f"{name} {code}": 1}, *(span(shown[code], BASE, K) if code in shown else ends)
            )
    return system


def narrowed(rows, told) -> list[str]:
    """Small parts of which some number from 1 to 9 is ruled out."""
    system, found = known(rows, told), []
    for name in TABLES:
        if not told.tables[name].rows:
            continue  # nothing of the table is told
        for code, people in cells(rows, name).items():
            if people < K:
                low, high = system.ends({f"{name} {code}": 1})
                if low > 1 + 1e-6 or high < K - 1 - 1e-6:
                    found.append(f"{name} {code}: {people} in {low:g} to {high:g}")
    return found


@given(ROWS)
@settings(max_examples=150)
def test_no_small_part_is_shown_and_none_can_be_narrowed(rows):
    told = published_participants(rows)
    total = sum(one["people"] for one in rows)
    assert told.total == rounded(total, K)
    for name in TABLES:
        parts = cells(rows, name)
        for code, people in told.tables[name].rows:
            assert parts[code] >= K
            assert people == rounded(parts[code], K)
        assert told.tables[name].others == (total >= K and len(told.tables[name].rows) < len(parts))
    if told.total is not None:
        assert narrowed(rows, told) == []


def test_naive_suppression_is_caught(monkeypatch):
    """Control: without leaving more parts out, the small one is what is missing from the total."""
    rows = [row("LK", 12), row("BD", 3)]
    assert published_participants(rows).tables["country"].rows == ()
    monkeypatch.setattr(participants, "_protect", lambda known, total: None)
    told = published_participants(rows)
    assert told.tables["country"].rows == (("LK", 10),)
    assert narrowed(rows, told) == ["country BD: 3 in 1 to 7"]


def test_about_forty_people_from_five_countries():
    rows = [row("BD", 14), row("IN", 9), row("LK", 12), row("MV", 1), row("NP", 3)]
    told = published_participants(rows)
    assert (told.total, told.countries) == (40, 5)
    assert dict(told.tables["country"].rows).keys() <= {"BD", "LK"}
    assert told.tables["country"].others
    assert told.tables["role"].rows == (("mayor", 40),)


def test_fewer_than_ten_people_are_not_told_in_any_way():
    told = published_participants([row("BD", 5), row("LK", 4)])
    assert (told.total, told.countries) == (None, None)
    assert all(not table.rows and not table.others for table in told.tables.values())


def test_twelve_people_of_twelve_countries_are_one_of_each():
    codes = ["BD", "BT", "IN", "LK", "MV", "NP", "PK", "AF", "MM", "TH", "MY", "SG"]
    told = published_participants([row(code, 1) for code in codes])
    assert (told.total, told.countries) == (10, None)


def test_nobody_counted_is_not_nobody_came():
    assert published_participants([]).is_empty


@pytest.mark.parametrize("people", [9, 10, 12, 13, 17, 18])
def test_the_order_of_a_table_tells_no_more_than_its_figures(people):
    """Equal figures stand in the order of their codes, whatever was counted."""
    told = published_participants([row("LK", people), row("BD", 12), row("IN", 30), row("NP", 30)])
    rows = told.tables["country"].rows
    assert list(rows) == sorted(rows, key=lambda one: (-one[1], one[0]))
