"""What is written and read again is the same: for the library, and for anything it could hold."""

from __future__ import annotations

import yaml
from hypothesis import HealthCheck, given, settings

from baithak.exchange.merging import SHIPPED, Held, plan_import
from baithak.exchange.records import cities_of, read_practices, write_practices
from factories.practices import SUNRISE, changed, practices


def test_the_library_survives(shipped):
    text = write_practices(shipped.practices, shipped.cities)
    told = read_practices(text.encode(), shipped.taxonomy, ())
    assert told.practices == shipped.practices
    assert write_practices(told.practices, told.cities) == text


def test_an_export_is_no_news(shipped):
    text = write_practices(shipped.practices).encode()
    again = read_practices(text, shipped.taxonomy, shipped.cities).practices
    plan = plan_import(
        [Held(SHIPPED, p) for p in shipped.practices], [Held(SHIPPED, p) for p in again]
    )
    assert not plan.changes
    assert (len(plan.unchanged), plan.conflicts) == (153, ())


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=practices())
def test_anything_survives(shipped, told):
    text = write_practices(told, cities_of(told, shipped.cities))
    again = read_practices(text.encode(), shipped.taxonomy, ())
    assert again.practices == told
    assert write_practices(again.practices, again.cities) == text


def test_other_readers_of_yaml_see_the_same(shipped):
    norway = changed(country="NO", city="Kristiansand", title="yes: no", languages=("no", "nb"))
    (told,) = yaml.safe_load(write_practices([norway]))["practices"]
    assert told["country"] == "NO"
    assert told["title"] == "yes: no"
    assert told["languages"] == ["no", "nb"]
    assert told["summary"] == SUNRISE.summary
    assert "harm" not in told


def test_no_practice_is_a_file_too(shipped):
    assert read_practices(write_practices([]).encode(), shipped.taxonomy, ()).practices == ()
