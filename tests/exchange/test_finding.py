"""One search for everybody, and nobody finds what they may not see."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from baithak.exchange import finding
from baithak.exchange.models import Change, Practice
from baithak.exchange.queries import search as queries
from baithak.exchange.services import practices
from baithak.network.scope import PUBLIC
from factories import exchange as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def finder():
    return finding.Finder()


def ids(results) -> list[str]:
    return [hit.document.id for hit in results.hits]


def test_each_viewer_finds_what_the_lattice_allows(finder):
    world = make.two_cities()
    make.published(world, "kandarpur-lamps", aim="hub", title="Zebra lamps")
    make.published(world, "kandarpur-walks", aim="public", title="Zebra walks")
    assert set(ids(finder.find(world.other.officer, "zebra"))) == {
        "practice:kandarpur-lamps", "practice:kandarpur-walks"
    }  # fmt: skip
    public = finder.find(PUBLIC, "zebra")
    assert ids(public) == ["practice:kandarpur-walks"]
    assert public.total == 1
    assert public.facets["challenge"] == {"language_barriers": 1, "social_isolation": 1}


def test_the_index_follows_what_is_published_and_retired(finder):
    world = make.two_cities()
    assert ids(finder.find(PUBLIC, "zebra")) == []
    practice = make.published(world, title="Zebra lamps")
    assert ids(finder.find(PUBLIC, "zebra")) == [practice.finding_id]
    practices.retire(practice=practice, because="The fund ended.", by=world.one.officer)
    assert ids(finder.find(PUBLIC, "zebra")) == []
    practices.republish(practice=practice, by=world.one.officer)
    assert ids(finder.find(PUBLIC, "zebra")) == [practice.finding_id]


def test_a_quiet_search_costs_one_query(finder, django_assert_num_queries):
    world = make.two_cities()
    make.published(world, title="Zebra lamps")
    finder.find(PUBLIC, "zebra")
    with django_assert_num_queries(1):
        assert ids(finder.find(PUBLIC, "zebra")) == ["practice:kandarpur-lamps"]


def test_the_whole_library_is_found(finder):
    world = make.two_cities()
    make.load(world)
    assert finder.find(PUBLIC, "", filters={"kind": ["practice"]}).total == 153
    assert "practice:delhi-aman-committees" in ids(finder.find(PUBLIC, "امن کمیٹی"))


def test_a_change_that_was_written_earlier_and_committed_later_is_not_missed(finder, monkeypatch):
    world = make.two_cities()
    practice = make.published(world, title="Zebra lamps")
    finder.find(PUBLIC, "zebra")
    late = Change._unscoped.latest("pk")
    with monkeypatch.context() as patched:  # in a transaction that nobody sees yet
        patched.setattr(queries, "changes_since", lambda moment: {})
        Practice._unscoped.filter(pk=practice.pk).update(state="retired", retired_because="Over.")
        finder.find(PUBLIC, "zebra")
    Change._unscoped.filter(pk=late.pk).update(thing="practice:elsewhere")
    Change._unscoped.create(thing=practice.finding_id, at=late.at)
    assert ids(finder.find(PUBLIC, "zebra")) == []


def test_the_index_is_built_before_anybody_asks(monkeypatch, finder, django_assert_num_queries):
    make.published(make.two_cities(), title="Zebra lamps")
    monkeypatch.setattr(finding, "_finder", finder)
    monkeypatch.setattr(finding.connection, "close", lambda: None)
    finding.warm()
    with django_assert_num_queries(1):
        assert ids(finding.find(PUBLIC, "zebra")) == ["practice:kandarpur-lamps"]


def test_a_database_that_is_not_ready_is_tried_again(monkeypatch, finder):
    def broken():
        raise DatabaseError("no such table")

    monkeypatch.setattr(finding, "_finder", finder)
    monkeypatch.setattr(finding.connection, "close", lambda: None)
    with monkeypatch.context() as patched:
        patched.setattr(queries, "everything", broken)
        finding.warm()
    make.published(make.two_cities(), title="Zebra lamps")
    assert ids(finding.find(PUBLIC, "zebra")) == ["practice:kandarpur-lamps"]
