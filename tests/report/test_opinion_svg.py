"""The pictures: small, well-formed, told in words too, and inside the content policy."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from baithak.report.disclosure import Share, published
from baithak.report.opinion_svg import COLOURS, colour, draw_map, strip, uncertainty_bar
from baithak.report.words import words
from factories.opinion import opinion_map

SVG = "{http://www.w3.org/2000/svg}"
ENGLISH = words("en")


@pytest.fixture(scope="module")
def town():
    return published(opinion_map((1200, 830), 40))


def test_two_thousand_people_fit_in_one_and_a_half_kilobytes(town):
    drawn = draw_map(town, ENGLISH)
    assert len(gzip.compress(drawn.encode(), 9)) < 1500
    assert len(drawn) < 7000


def test_the_map_says_in_words_what_it_shows(town):
    root = ElementTree.fromstring(draw_map(town, ENGLISH))
    assert root.get("role") == "img"
    title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert title.text == "Opinion map of 2,030 people in 2 groups"
    assert "Group A: 1,200 people, 59%." in told.text
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert "Axis 1: reliable" in texts
    assert "Axis 2: mostly noise" in texts


def test_groups_differ_by_colour_pattern_and_letter(town):
    root = ElementTree.fromstring(draw_map(town, ENGLISH))
    patterns = {p.get("id") for p in root.iter(f"{SVG}pattern")}
    assert patterns == {"map-A", "map-B"}
    assert {"A", "B"} <= {node.text for node in root.iter(f"{SVG}text")}
    assert len(set(COLOURS)) == 5
    assert colour("A") != colour("B")


def test_pictures_pass_the_content_policy(town):
    for drawn in (
        draw_map(town, ENGLISH, here=(1.0, 1.0)),
        uncertainty_bar(Share("about", 0.7, 0.6, 0.8)),
        strip([("A", Share("about", 0.7, 0.6, 0.8)), ("B", Share("under", 0.2, 0.0, 0.2))]),
    ):
        assert not re.search(r"style=|<style|<script|\son\w+=|href=\"(?!#)", drawn)


def test_you_are_here_is_inside_the_picture_however_far_out_somebody_stands(town):
    root = ElementTree.fromstring(draw_map(town, ENGLISH, here=(900.0, -900.0)))
    width, height = (float(v) for v in root.get("viewBox").split()[2:])
    (you,) = [g for g in root.iter(f"{SVG}g") if g.get("class") == "you"]
    circle = you.find(f"{SVG}circle")
    assert 0 < float(circle.get("cx")) < width
    assert 0 < float(circle.get("cy")) < height


def test_a_handful_of_people_is_not_drawn():
    assert draw_map(published(opinion_map((26,), 10)), ENGLISH) == ""


def test_two_pictures_on_a_page_do_not_share_ids(town):
    ids = [
        set(re.findall(r' id="([^"]+)"', draw_map(town, ENGLISH, prefix=p))) for p in ("one", "two")
    ]
    assert ids[0].isdisjoint(ids[1])


def test_bars_start_where_people_start_to_read():
    told = Share("about", 0.9, 0.85, 0.95)
    left = float(re.search(r'<rect x="([\d.]+)" y="1"', uncertainty_bar(told)).group(1))
    right = float(re.search(r'<rect x="([\d.]+)" y="1"', uncertainty_bar(told, rtl=True)).group(1))
    assert left > 150
    assert right < 50


def test_discs_of_groups_of_one_mind_do_not_hide_each_other():
    same = Share("about", 0.97, 0.9, 1.0)
    drawn = strip([(letter, same) for letter in "ABCDE"])
    places = sorted(float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn))
    assert all(b - a >= 11 for a, b in pairwise(places))
    assert places[-1] <= 193.1


def test_hidden_figures_draw_nothing():
    hidden = Share("hidden", None, None, None)
    assert uncertainty_bar(hidden) == ""
    assert strip([("A", hidden)]) == ""


def test_a_picture_is_safe_text_for_a_template(town):
    from django.utils.html import conditional_escape

    drawn = draw_map(town, ENGLISH)
    assert conditional_escape(drawn) == drawn
