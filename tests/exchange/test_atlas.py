"""The map is honest: areas are equal, every city lies on its land, every dot can be counted."""

from __future__ import annotations

import doctest
import json
import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from math import cos, hypot, pi, radians, sqrt
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from baithak.exchange.atlas import (
    SOUTH_ASIA,
    WINDOWS,
    WORLD,
    Country,
    Place,
    by_country,
    dots,
    equal_earth,
    land,
    land_path,
    picture,
    projection,
)
from baithak.exchange.atlas.__main__ import coasts, main, thinned
from baithak.exchange.atlas.dots import APART, AWAY
from baithak.exchange.atlas.land import LAND, STEPS, rings

#: Longitude, latitude, x, y: computed with PROJ (+proj=eqearth +R=1), as others publish them.
PUBLISHED = [
    (0, 0, 0.0, 0.0),
    (180, 0, 2.706629983696, 0.0),
    (-180, 0, -2.706629983696, 0.0),
    (0, 90, 0.0, 1.317362759157),
    (180, 90, 1.603588648284, 1.317362759157),
    (30, 0, 0.451104997283, 0.0),
    (90, 45, 1.159854499103, 0.860231085522),
    (-90, -45, -1.159854499103, -0.860231085522),
    (30, 60, 0.339843347929, 1.088300835505),
    (120, -60, 1.359373391714, -1.088300835505),
    (2, 1, 0.030071478499, 0.020257546047),
    (139.6917, 35.6895, 1.909462941700, 0.697844715778),
    (-58.3816, -34.6037, -0.802723755324, -0.678117876992),
]
#: Small islands that no coast of a window's scale shows; their dots stand in the sea.
ISLANDS = {"world": {"Addu City", "Malé", "Naifaru"}, "south-asia": {"Addu City", "Naifaru"}}


def places_of(shipped, language: str = "en") -> list[Place]:
    told = Counter((p.city, p.country) for p in shipped.practices)
    return [
        Place(
            key=f"{city.country} {city.name}",
            label=city.label(language),
            country=shipped.taxonomy.label("countries", city.country, language),
            count=told[city.name, city.country],
            href=f"?city={city.name}&country={city.country}",
            latitude=city.latitude,
            longitude=city.longitude,
        )
        for city in shipped.cities
    ]


@pytest.mark.parametrize(("longitude", "latitude", "x", "y"), PUBLISHED)
def test_the_projection_gives_the_published_values(longitude, latitude, x, y):
    assert equal_earth(longitude, latitude) == pytest.approx((x, y), abs=1e-9)


@given(st.floats(-180, 180), st.floats(-89, 89))
def test_the_projection_keeps_areas(longitude, latitude):
    # A small square of the globe has the area cos(latitude); so has its picture.
    step = 1e-4
    east = equal_earth(longitude + step, latitude)
    west = equal_earth(longitude - step, latitude)
    north = equal_earth(longitude, latitude + step)
    south = equal_earth(longitude, latitude - step)
    wide = (east[0] - west[0]) / radians(2 * step)
    high = (north[1] - south[1]) / radians(2 * step)
    assert east[1] == west[1]  # parallels are straight, so the area is width by height
    assert wide * high == pytest.approx(cos(radians(latitude)), rel=1e-5)


def test_the_windows_are_as_wide_as_they_say():
    for window in WINDOWS:
        widest = min(max(window.south, 0), window.north)
        assert window.point(window.west + 1e-9, widest)[0] == pytest.approx(0, abs=1e-5)
        assert window.point(window.east - 1e-9, widest)[0] == pytest.approx(1000, abs=1e-5)
        assert window.point(window.meridian, window.north) == pytest.approx((500, 0))
        assert window.point(window.meridian, window.south)[1] == pytest.approx(
            window.height, abs=0.1
        )
        assert window.view_box == f"0 0 1000 {window.height:g}"


def test_every_city_is_on_the_map_of_the_world_and_at_most_a_few_pixels_off_land(shipped):
    assert len(shipped.cities) == 116
    for city in shipped.cities:
        x, y = WORLD.point(city.longitude, city.latitude)
        assert WORLD.holds(x, y, margin=2), city.name
        if city.name not in ISLANDS["world"]:
            assert off_land(x, y, WORLD) <= 3, city.name


def test_the_cities_of_the_region_are_on_its_map_and_no_other(shipped):
    inside = {
        (c.name, c.country)
        for c in shipped.cities
        if SOUTH_ASIA.holds(*SOUTH_ASIA.point(c.longitude, c.latitude), margin=10)
    }
    assert inside == {
        (c.name, c.country)
        for c in shipped.cities
        if c.country in {"BD", "IN", "LK", "MV", "NP", "PK"}
    }
    for city in shipped.cities:
        if (city.name, city.country) in inside and city.name not in ISLANDS["south-asia"]:
            point = SOUTH_ASIA.point(city.longitude, city.latitude)
            assert off_land(*point, SOUTH_ASIA) <= 5, city.name


@pytest.mark.parametrize(
    ("longitude", "latitude", "land"),
    [
        (77, 23, True), (80.7, 7.5, True), (72, 62, True), (-178, 66.5, True), (178, 66.5, True),
        (88, 15, False), (65, 15, False), (-150, 0, False), (-30, 30, False), (51, 42, False),
    ],
)  # fmt: skip
def test_land_is_land_and_sea_is_sea(longitude, latitude, land):
    # Chukotka on both sides of the date line; the Caspian is a hole.
    x, y = WORLD.point(longitude, latitude)
    assert (off_land(x, y, WORLD) == 0) is land


def off_land(x: float, y: float, window) -> float:
    """0 on land (even-odd rule), otherwise the way to the nearest coast in units."""
    inside, nearest = False, float("inf")
    for ring in rings(window):
        corners = [(a / STEPS, b / STEPS) for a, b in ring]
        for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                inside = not inside
            long = (bx - ax) ** 2 + (by - ay) ** 2
            t = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) if long else 0
            nearest = min(nearest, hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return 0 if inside else nearest


def test_the_path_draws_the_corners_of_the_file():
    for window in WINDOWS:
        told = land_path(window).split("M")[1:]
        assert len(told) == len(rings(window)) > 30
        for path, corners in zip(told, rings(window), strict=True):
            assert path.endswith("z")
            numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", path)]
            x, y = numbers[0], numbers[1]
            walked = [(x, y)]
            for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
                x, y = x + dx, y + dy
                walked.append((x, y))
            assert walked == [pytest.approx((a / STEPS, b / STEPS), abs=1e-6) for a, b in corners]


def test_land_stays_small_and_near_its_window():
    assert LAND.stat().st_size < 60_000
    assert len(land_path(WORLD)) < 40_000
    for window in WINDOWS:
        for x, y in (corner for ring in rings(window) for corner in ring):
            assert -100 <= x <= 10_100
            assert -100 <= y <= window.height * STEPS + 100


def test_land_cut_for_other_edges_is_refused():
    with pytest.raises(LookupError, match=r"land\.json"):
        land_path(replace(SOUTH_ASIA, west=60.0))


def test_the_script_reads_topojson_joins_arcs_and_the_date_line(tmp_path, monkeypatch):
    # A square over the date line from two arcs, the second walked backwards; a speck; Antarctica.
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [-180, -90]},
        "arcs": [
            [[350, 90], [0, 20], [-340, 0]],
            [[350, 90], [-340, 0], [0, 20]],
            [[90, 90], [0, 1], [0, -1]],
            [[0, 0], [180, 20], [0, -20], [-180, 0]],
        ],
        "objects": {
            "land": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "MultiPolygon", "arcs": [[[0, ~1]], [[2]]]},
                    {"type": "Polygon", "arcs": [[3]]},
                ],
            }
        },
    }
    square = next(iter(coasts(topology)))
    assert square == [(170, 0), (170, 20), (190, 20), (190, 0)]
    (tmp_path / "made.json").write_text(json.dumps(topology))
    monkeypatch.setattr("baithak.exchange.atlas.__main__.LAND", tmp_path / "land.json")
    main(tmp_path / "made.json")
    made = json.loads((tmp_path / "land.json").read_text())
    assert made["south-asia"]["rings"] == []
    (ring,) = made["world"]["rings"]
    assert len(ring) == 8
    x, y = WORLD.point(170, 0)
    assert (ring[0] / STEPS, ring[1] / STEPS) == pytest.approx((x, y), abs=0.06)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=3, max_size=40, unique=True
    )
)
def test_thinning_keeps_corners_and_never_moves_a_coast_by_more_than_it_says(ring):
    points = [(float(x), float(y)) for x, y in ring]
    kept = thinned(points, 1.5)
    assert kept == [p for p in points if p in set(kept)]
    assert kept[0] == points[0]
    ends = [*kept[1:], kept[0]]
    for x, y in points:
        gaps = []
        for (ax, ay), (bx, by) in zip(kept, ends, strict=True):
            long = (bx - ax) ** 2 + (by - ay) ** 2
            t = max(0, min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long)) if long else 0
            gaps.append(hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
        assert min(gaps) <= 1.5 + 1e-9


def test_every_place_has_one_dot_with_an_area_for_its_count(shipped):
    places = places_of(shipped)
    drawn = dots(places, WORLD)
    assert {dot.place.key for dot in drawn} == {place.key for place in places}
    assert len(drawn) == 116
    assert sum(dot.place.count for dot in drawn) == 153
    for dot in drawn:
        assert dot.radius**2 * pi / dot.place.count == pytest.approx(WORLD.dot**2 * pi, rel=5e-3)
    region = dots(places, SOUTH_ASIA)
    assert (len(region), sum(dot.place.count for dot in region)) == (53, 77)


@pytest.mark.parametrize("window", WINDOWS, ids=lambda w: w.key)
def test_no_dot_of_the_library_hides_another_and_none_is_far_from_its_place(shipped, window):
    drawn = dots(places_of(shipped), window)
    for one, other in combinations(drawn, 2):
        apart = hypot(one.x - other.x, one.y - other.y)
        assert apart >= APART * (one.radius + other.radius) - 0.2, (one.place, other.place)
    for dot in drawn:
        x, y = window.point(dot.place.longitude, dot.place.latitude)
        assert hypot(dot.x - x, dot.y - y) <= AWAY * window.dot + 0.1
        assert window.holds(dot.x, dot.y)
    counts = [dot.place.count for dot in drawn]
    assert counts == sorted(counts, reverse=True)  # a small dot is drawn over a large one


@given(
    st.lists(
        st.tuples(st.floats(68, 92), st.floats(6, 34), st.integers(1, 2)), min_size=1, max_size=6
    ),
    st.randoms(),
)
def test_dots_never_cover_and_do_not_depend_on_the_order_they_came_in(told, chance):
    places = [
        Place(f"{number:02}", "A", "B", count, "#", latitude, longitude)
        for number, (longitude, latitude, count) in enumerate(told)
    ]
    drawn = dots(places, SOUTH_ASIA)
    assert all(
        hypot(a.x - b.x, a.y - b.y) > abs(a.radius - b.radius) for a, b in combinations(drawn, 2)
    )
    chance.shuffle(places)
    assert dots(places, SOUTH_ASIA) == drawn


def test_more_dots_than_there_is_room_for_are_all_drawn():
    places = [Place(f"{n:03}", "A", "B", 1, "#", 23.8, 90.4) for n in range(300)]
    assert len(dots(places, SOUTH_ASIA)) == 300


def test_a_place_that_nobody_has_located_is_in_the_list_only():
    known = Place("a", "Colombo", "Sri Lanka", 2, "?a", 6.93, 79.86)
    unknown = Place("b", "Atlantis", "Sri Lanka", 1, "?b")
    empty = Place("c", "Galle", "Sri Lanka", 0, "?c", 6.05, 80.2)
    assert [dot.place for dot in dots([unknown, known, empty], SOUTH_ASIA)] == [known]
    assert by_country([known, unknown]) == (Country("Sri Lanka", (unknown, known)),)


def test_the_list_is_alphabetical_and_tells_the_same_as_the_map(shipped):
    countries = by_country(places_of(shipped))
    assert [c.label for c in countries] == sorted(
        {shipped.taxonomy.label("countries", code) for code in shipped.countries}
    )
    assert len(countries) == 39
    assert sum(c.count for c in countries) == 153
    for country in countries:
        labels = [place.label.casefold() for place in country.places]
        assert labels == sorted(labels)


SVG = "{http://www.w3.org/2000/svg}"


def drawing(html: str) -> list[ElementTree.Element]:
    """Each SVG of the page as a strict XML parser reads it."""
    found = re.findall(r"<svg .*?</svg>", html, re.S)
    return [
        ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
        for svg in found
    ]


def page(shipped, **changes) -> str:
    places = places_of(shipped)
    context = {
        "region": picture(places, SOUTH_ASIA),
        "world": picture(places, WORLD),
        "countries": by_country(places),
    }
    return render_to_string("exchange/_map.html", context | changes)


def test_every_dot_is_a_link_with_a_name_and_the_list_has_the_same_links(shipped):
    html = page(shipped)
    region, world = drawing(html)
    for svg, number in ((region, 53), (world, 116)):
        links = svg.findall(f"{SVG}a")
        names = [link.findtext(f"{SVG}title") for link in links]
        assert len(links) == number
        assert len(set(names)) == number  # two Hyderabads have two names
        assert all(link.find(f"{SVG}circle") is not None for link in links)
        assert svg.get("role") == "group"
        told = {svg.get("aria-labelledby"), svg.get("aria-describedby")}
        assert told == {svg.find(f"{SVG}title").get("id"), svg.find(f"{SVG}desc").get("id")}
    names = [link.findtext(f"{SVG}title") for link in region.findall(f"{SVG}a")]
    assert "Delhi, India: 5 practices" in names
    assert "Hyderabad, Pakistan: 1 practice" in names
    hrefs = {link.get("href") for link in world.findall(f"{SVG}a")}
    listed = re.search(r'<section class="map-places".*', html, re.S)
    assert listed is not None
    assert set(re.findall(r'<a href="([^"]+)"', listed[0])) == {
        href.replace("&", "&amp;").replace("'", "&#x27;") for href in hrefs
    }


def test_the_fragment_has_no_style_or_script_of_its_own(shipped):
    html = page(shipped)
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=", html)


def test_numbers_are_drawn_as_svg_wants_them_in_every_language(shipped, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    for language in ("en", "de", "bn", "ur"):
        with translation.override(language):
            for svg in drawing(page(shipped)):
                for circle in svg.iter(f"{SVG}circle"):
                    assert all(float(circle.get(name)) > 0 for name in ("cx", "cy", "r"))


def test_a_name_from_outside_cannot_break_the_drawing(shipped):
    bad = Place("x", "<script>&\"'", "A & B", 1, "?city=%3C&country=%22", 20.0, 80.0)
    html = page(shipped, region=picture([bad], SOUTH_ASIA), world=None, countries=by_country([bad]))
    (svg,) = drawing(html)
    assert svg.find(f"{SVG}a").findtext(f"{SVG}title") == "<script>&\"', A & B: 1 practice"
    assert "<script" not in html


def test_without_places_the_map_says_so_and_what_comes_next(shipped):
    html = page(shipped, region=None, world=None, countries=())
    assert "<svg" not in html
    assert "No place has a practice yet." in html


def test_radius_grows_with_the_root_of_the_count():
    one = Place("a", "A", "B", 1, "#", 10.0, 70.0)
    four = replace(one, key="b", count=4, longitude=90.0)
    big, small = dots([one, four], SOUTH_ASIA)
    assert big.radius == 2 * small.radius == 2 * SOUTH_ASIA.dot
    assert sqrt(big.place.count) == 2


def test_the_examples_in_the_docstrings_run():
    assert [doctest.testmod(module) for module in (land, projection)] == [(0, 1), (0, 1)]
