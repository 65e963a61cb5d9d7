"""The panel's report: one story as page, paper and tables, and nothing finer than the rule allows."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.panel.draw import commit, draw, register
from baithak.engine.panel.pool import Pool, Quota, Quotas
from baithak.engine.panel.results import Bound, Excluded, Feasibility, Lottery, Relaxation
from baithak.report import panel_figures, panel_html, panel_pdf
from baithak.report.panel_errors import why_infeasible
from baithak.report.panel_figures import published_panel
from baithak.report.panel_report import About, compose, tables
from baithak.report.panel_svg import chance_curve, seats_bar
from factories.lots import SECRET

VOID = {"meta", "br", "img", "input", "hr", "link"}
ABOUT = About("The river <& its banks>", date="2026-11-24")
QUOTAS = Quotas(
    (
        Quota("gender", "woman", 10, 11),
        Quota("gender", "man", 9, 10),
        Quota("gender", "other", 0, 1),
        Quota("ward", "north <1>", 8, 12),
        Quota("ward", "south", 8, 12),
    )
)


def drawn(counts=((120, 60), (70, 40), (3, 4)), **changes):
    """A pool with so many people of each gender and ward, and any lottery of 20 over it."""
    wards = ("north <1>", "south")
    genders = ("woman", "man", "other")
    rows = [
        {"gender": genders[i], "ward": wards[j]}
        for i, line in enumerate(counts)
        for j, many in enumerate(line)
        for _ in range(many)
    ]
    pool = Pool.from_people(rows, QUOTAS)
    chance = np.random.default_rng(1)
    panels = np.sort(
        np.array([chance.choice(pool.n, 20, replace=False) for _ in range(100)]), axis=1
    ).astype(np.int32)
    listed = np.bincount(panels.ravel(), minlength=pool.n)
    lottery = Lottery(
        **{
            "method": "leximin", "size": 20, "seed": 4, "household": False, "panels": panels,
            "counts": listed, "bound": 0.05, "gap": 0.005, "certified": True, "ideal": listed / 100,
            "types": 6, "steps": 2,
        }
        | changes
    )  # fmt: skip
    told = register(pool, QUOTAS, secret=SECRET)
    committed = commit(told, QUOTAS, lottery, named="dice <on> Friday", version="1")
    return pool, lottery, draw(committed, "3 5 1 6 2 2 4 1 6 3 5 5")


def treated(*, pairs=(("gender", "ward"),), tense=False, **changes):
    pool, lottery, result = drawn(**changes)
    return published_panel(pool, QUOTAS, lottery, result, pairs=pairs, tense=tense)


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html: str) -> Outline:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert outline.open == []
    return outline


# --- the rule


def test_small_counts_are_hidden_and_never_one_alone():
    told = {(f.category, f.feature): f for f in treated().features}
    # 180 women, 110 men, 7 others: the 7 are hidden, and the men with them.
    assert told["gender", "woman"].pool == 180
    assert told["gender", "man"].pool is None
    assert told["gender", "other"].pool is None
    assert told["gender", "other"].share is None
    assert told["gender", "other"].chance is None
    assert told["ward", "south"].pool == 105
    assert (told["gender", "other"].low, told["gender", "other"].high) == (0, 1)


def test_the_seats_are_told_by_their_quotas_alone():
    """Two draws of one list publish the same table, whoever sits."""
    pool, lottery, result = drawn()
    other = draw(result.commitment, "another throw of a good many dice")
    assert other.number != result.number
    one, two = (published_panel(pool, QUOTAS, lottery, r) for r in (result, other))
    assert one.features == two.features
    assert tables(one) == tables(two)


def test_chances_are_ranges_of_at_least_twenty_people():
    counts = ((120, 60), (70, 40), (9, 9))
    told = {f.feature: f for f in treated(counts=counts).features}
    assert told["other"].chance is None
    low, high = told["woman"].chance
    assert 0.02 <= low < high <= 0.15
    assert all(len(f"{end:.6g}".lstrip("0.")) <= 2 for end in (low, high))


def test_tense_issues_hide_more():
    counts = ((120, 60), (70, 40), (15, 30))
    assert {f.feature: f.pool for f in treated(counts=counts).features}["other"] == 45
    cells = treated(counts=counts).pairs[0].cells
    assert cells[2][0] is not None
    tense = treated(counts=counts, tense=True)
    assert tense.k == 20
    assert tense.pairs[0].cells[2][0] is None


def test_hidden_cells_take_others_with_them():
    pair = treated().pairs[0]
    assert (pair.first, pair.second) == ("gender", "ward")
    # Only women may be shown at all (men and others are hidden one-way), and both cells may.
    assert pair.cells[1] == (None, None)
    assert pair.cells[2] == (None, None)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 60), min_size=2, max_size=4), min_size=2, max_size=4).filter(
        lambda rows: len({len(row) for row in rows}) == 1 and sum(map(sum, rows)) > 20
    )
)
def test_whoever_subtracts_finds_no_hidden_cell(rows):
    counts = np.array(rows)
    k = 10

    def margins(sums):
        return [int(5 * round(s / 5)) if s >= k else None for s in sums.tolist()]

    shown = panel_figures._audited(counts, margins(counts.sum(1)), margins(counts.sum(0)), k)
    assert (counts[shown] >= k).all()
    for cell in np.argwhere(~shown):
        room = panel_figures._possible(
            counts, shown, margins(counts.sum(1)), margins(counts.sum(0)), tuple(cell)
        )
        assert not shown.any() or room >= k


def test_without_the_audit_a_cell_could_be_found():
    """Control: hiding small cells alone leaves one that subtraction finds."""
    counts = np.array([[40, 4], [30, 50]])
    margins = [45, 80], [70, 55]
    alone = counts >= 10
    assert panel_figures._possible(counts, alone, *margins, (0, 1)) < 10
    shown = panel_figures._audited(counts, *margins, 10)
    assert shown.sum() < alone.sum()


# --- page, paper, tables


@pytest.mark.parametrize("language", ["en", "ur", "bn"])
def test_the_page_stands_alone(language):
    html = panel_html.page(compose(treated(), ABOUT, language=language))
    outline = read(html)
    direction = "rtl" if language == "ur" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.tags}
    for _, attributes in outline.tags:
        assert not {"src", "style", "href"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    ids = [a["id"] for _, a in outline.tags if "id" in a]
    assert len(ids) == len(set(ids))
    text = "".join(outline.text)
    assert "The river <& its banks>" in text
    assert "north <1>" in text
    assert "dice <on> Friday" in text


def test_the_report_says_what_happened():
    told = treated()
    text = re.sub(r"\s+", " ", "".join(read(panel_html.page(compose(told, ABOUT))).text))
    assert "20 people were drawn by lot from 297 who had registered" in text
    assert "It is proven that no lottery" in text
    assert told.list_hash in text
    assert all(name in text for name in told.selected)
    assert "10 to 11" in text
    assert "The number was made from the seed" not in text
    private = compose(told, About("The river", public=False))
    assert "The number was made from the seed" in panel_html.page(private)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"certified": False}, "No lottery with these targets can lift it above 5.0%"),
        ({"method": "legacy"}, "the value most in need first"),
        ({"household": True}, "At most one person of a household"),
        (
            {"excluded": (Excluded((0, 1), (0, 3), ()),)},
            "fewer than 10 of those who registered fit",
        ),
    ],
)
def test_it_claims_no_more_than_is_so(changes, words):
    assert words in panel_html.page(compose(treated(**changes), ABOUT))


def test_replacements_are_told_from_seats_that_were_kept():
    pool, lottery, result = drawn()
    kept = tuple(range(15))
    there = Lottery(
        **{n: getattr(lottery, n) for n in lottery.__dataclass_fields__} | {"standing": kept}
    )
    told = published_panel(pool, QUOTAS, there, result)
    assert (told.standing, told.lots, len(told.curve)) == (15, pool.n - 15, 101)
    assert told.largest == max(lottery.probabilities[15:])
    html = panel_html.page(compose(told, ABOUT))
    assert "15 people kept the seats they had confirmed; 5 were drawn by lot" in html


def test_equal_chances_are_called_equal():
    pool, lottery, result = drawn()
    lottery.counts[:] = 7
    text = panel_html.page(compose(published_panel(pool, QUOTAS, lottery, result), ABOUT))
    assert "All have the same" in text
    assert "which the targets do not allow" not in text


@pytest.mark.parametrize("language", ["en", "ur", "bn"])
def test_the_paper_is_the_same_every_time(language):
    report = compose(treated(), ABOUT, language=language)
    made = panel_pdf.paper(report)
    assert made.startswith(b"%PDF-")
    assert panel_pdf.paper(report) == made


def test_the_tables_hide_what_the_page_hides():
    made = tables(treated())
    rows = list(csv.DictReader(io.StringIO(made["seats.csv"].removeprefix("\ufeff"))))
    assert [row["registered"] for row in rows] == ["180", "", "", "195", "105"]
    assert rows[0]["seats_min"] == "10"
    cells = list(csv.DictReader(io.StringIO(made["two-way.csv"].removeprefix("\ufeff"))))
    assert len(cells) == 6
    assert [c["registered_share"] for c in cells if c["feature"] == "other"] == ["", ""]


# --- pictures


@given(st.floats(0, 1), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1)), st.booleans())
def test_bars_stay_inside_their_picture(low, high, pool, rtl):
    low, high = sorted((low, high))
    drawn_bar = seats_bar(low, high, pool, max(high, pool or 0), rtl=rtl)
    x, wide = (
        float(found)
        for found in re.search(r'<rect x="([\d.-]+)" y="2" width="([\d.]+)"', drawn_bar).groups()
    )
    assert x >= 5
    assert x + wide <= 195
    assert wide >= 3


def test_bars_turn_where_people_read_from_the_right():
    def left(rtl):
        return float(re.search(r'<rect x="([\d.]+)"', seats_bar(0.1, 0.2, None, 1, rtl=rtl))[1])

    assert left(False) < 50 < 150 < left(True)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=101).map(sorted))
def test_the_curve_of_chances_stays_inside(curve):
    made = chance_curve(curve, sum(curve) / len(curve), "a & b")
    assert "a &amp; b" in made
    points = re.search(r'<polyline points="([^"]*)"', made)[1].split()
    for point in points:
        x, y = map(float, point.split(","))
        assert 44 <= x <= 472
        assert 9.9 <= y <= 190.1


# --- why not


def test_the_smallest_change_is_told_in_words():
    found = Feasibility(
        False, 20, False, (2, 90, 5, 60, 37),
        relax=(
            Relaxation("gender", "woman", "min", 10, 2),
            Relaxation("gender", "man", "max", 10, 18),
            Relaxation("ward", "north <1>", "min", 8, 6),
        ),
        conflict=(Bound("gender", "woman", "min", 10), Bound("gender", "man", "max", 10)),
        beyond_flex=True,
    )  # fmt: skip
    told = why_infeasible(found, QUOTAS)
    assert told[0] == (
        "No panel of 20 people meets all quotas. These contradict each other: at least 10 of "
        "“gender: woman”; at most 10 of “gender: man”."
    )
    assert told[1] == (
        "“gender: woman” needs at least 10; the pool has 2: lower the minimum to 2 or invite more "
        "of them."
    )
    assert "raise the maximum to 18" in told[2]
    assert "only 6 of the 60 in the pool" in told[3]
    assert "min_flex" in told[4]
    assert len(told) == 5


def test_a_pool_smaller_than_the_panel():
    told = why_infeasible(Feasibility(False, 20, False, (1, 2, 0, 1, 2)), QUOTAS)
    assert told == ["The panel has 20 seats, and fewer people are in the pool. Invite more people."]
