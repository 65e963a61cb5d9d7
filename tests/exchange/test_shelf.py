"""The shipped shelf: every link is whole, brought once, never doubled, never followed by the hub."""

from __future__ import annotations

from dataclasses import replace

import pytest

from baithak.engine.errors import EngineError
from baithak.exchange import guide
from baithak.exchange.finding import Finder
from baithak.exchange.models import Change, Resource, ResourceKind
from baithak.exchange.records import LINK_KINDS, STEPS, read_shelf
from baithak.exchange.services import resources as services
from baithak.exchange.shelf import licence_words
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.scope import PUBLIC, SYSTEM
from factories import exchange as make

ONE = """version: 1
resources:
  - url: "https://guides.example/a"
    title: "A guide"
    about: "What to ask."
    publisher: "Guides"
    language: en
    kind: guide
    licence: "CC0"
    step: mapping
    challenges: [hate_speech]
"""


def read(shipped, text: str):
    return read_shelf(text.encode(), shipped.taxonomy, "shelf.yaml")


def codes(shipped, text: str) -> set[tuple[str, str]]:
    with pytest.raises(EngineError) as trouble:
        read(shipped, text)
    error = trouble.value
    return {(one.code, one.params.get("field")) for one in (error, *error.others)}


def test_the_lists_of_the_file_are_those_of_the_guide_and_of_the_shelf():
    assert STEPS == guide.CODES
    assert list(LINK_KINDS) == ResourceKind.values


def test_every_step_of_the_guide_has_links_to_go_on_with(shipped):
    assert 25 <= len(shipped.shelf) <= 40
    assert {link.step for link in shipped.shelf} == {"", *guide.CODES}
    assert len({link.title for link in shipped.shelf}) == len(shipped.shelf)
    assert all(30 < len(link.about) <= 160 for link in shipped.shelf)


def test_nothing_is_said_of_a_licence_that_nobody_looked_up(shipped):
    assert {link.licence for link in shipped.shelf} == {"Not stated here: see the publisher"}
    assert licence_words("CC BY 4.0") == "CC BY 4.0"
    assert licence_words("Our own licence") == "Our own licence"


def test_a_file_is_read_with_its_codes(shipped):
    (link,) = read(shipped, ONE)
    assert (link.url, link.step) == ("https://guides.example/a", "mapping")
    assert link.challenges == ("hate_speech",)


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("https://guides.example/a", "javascript:alert(1)", ("library.bad_address", "url")),
        ("https://guides.example/a", "https://name:word@guides.example", ("library.bad_address", "url")),
        ("language: en", "language: xx", ("library.unknown_code", "language")),
        ("kind: guide", "kind: gide", ("library.unknown_code", "kind")),
        ("step: mapping", "step: maping", ("library.unknown_code", "step")),
        ("[hate_speech]", "[hate_spech]", ("library.unknown_code", "challenges")),
        ("[hate_speech]", "[hate_speech, hate_speech]", ("library.twice", "challenges")),
        ('    publisher: "Guides"\n', "", ("library.missing", "publisher")),
        ("step: mapping", "stage: mapping", ("library.unknown_field", "stage")),
        ("A guide", "A \u202eguide", ("library.bad_character", "title")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field(shipped, before, after, wanted):
    assert wanted in codes(shipped, ONE.replace(before, after))


def test_no_address_stands_there_twice(shipped):
    again = ONE + ONE.partition("resources:\n")[2]
    assert codes(shipped, again) == {("library.twice", "url")}


@pytest.fixture
def world(db):
    return make.two_cities()


def load(world, shipped) -> int:
    return services.load_shelf(library=shipped, place=world.hub, by=SYSTEM)


def best(query: str) -> Resource:
    (hit, *_) = Finder().find(PUBLIC, query, filters={"kind": ["resource"]}).hits
    return Resource.objects.seen_by(PUBLIC).get(pk=hit.id.partition(":")[2])


def test_it_comes_once_and_everybody_sees_and_finds_it(world, shipped):
    assert load(world, shipped) == len(shipped.shelf) == Resource.objects.seen_by(PUBLIC).count()
    assert Line.objects.order_by("n").last().verb == "exchange.load_shelf"
    lines, changes = Line.objects.count(), Change._unscoped.count()
    assert load(world, shipped) == 0
    assert (Line.objects.count(), Change._unscoped.count()) == (lines, changes)
    assert best("questions for a new mayor").url.endswith("/a-guide-for-mayors/6/")
    assert best("Colombo workshop").kind == ResourceKind.WORKSHOP_REPORT
    assert list(journal.verify()) == []


def test_a_newer_library_changes_adds_and_takes_away(world, shipped):
    load(world, shipped)
    first, second, *rest = shipped.shelf
    newer = replace(
        shipped, shelf=(replace(first, title="Anew"), *rest, replace(second, url="https://b.example/"))
    )  # fmt: skip
    assert services.load_shelf(library=newer, place=world.hub, by=SYSTEM) == 3
    shelf = {one.url: one.title for one in Resource._unscoped.all()}
    assert shelf == {link.url: link.title for link in newer.shelf}
    assert services.load_shelf(library=newer, place=world.hub, by=SYSTEM) == 0


def test_what_a_hub_hides_stays_hidden(world, shipped):
    load(world, shipped)
    dead = Resource._unscoped.get(url=shipped.shelf[0].url)
    network.narrow(shared=dead, to="city", by=world.secretary)
    assert load(world, shipped) == 0
    assert dead not in Resource.objects.seen_by(PUBLIC)


def test_a_link_that_a_city_shows_to_everybody_is_not_doubled(world, shipped):
    link = shipped.shelf[0]
    own = services.add(
        place=world.one.place, title="Ours", publisher="Us", licence="CC0", language="en",
        kind="guide", url=link.url, by=world.one.officer,
    )  # fmt: skip
    assert load(world, shipped) == len(shipped.shelf)  # only its team sees the city's
    Resource._unscoped.filter(shipped=True).delete()
    Resource._unscoped.filter(pk=own.pk).update(visibility="public")
    assert load(world, shipped) == len(shipped.shelf) - 1


def test_the_whole_library_brings_its_shelf(world, shipped):
    make.load(world)
    assert Resource._unscoped.filter(shipped=True, place=world.hub).count() == len(shipped.shelf)
