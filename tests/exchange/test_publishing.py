"""From draft to published: two people of the place, then somebody of another city."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from baithak.exchange.merging import Held
from baithak.exchange.models import Change, Practice, Version
from baithak.exchange.queries import practices as queries
from baithak.exchange.records import library
from baithak.exchange.records.stored import plain, record_of
from baithak.exchange.services import loading, practices, publishing, translations
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network.queries import acts_waiting
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC, SYSTEM
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make.two_cities()


def fresh(practice: Practice) -> Practice:
    return Practice._unscoped.select_related("place", "current").get(pk=practice.pk)


def test_a_record_comes_back_from_json_as_it_was():
    for practice in library().practices:
        assert record_of(plain(practice)) == practice


def test_a_draft_is_seen_by_its_team_alone(world):
    draft = make.draft(world.one)
    assert queries.practice(world.one.officer, code=draft.code) == draft
    assert queries.practice(world.one.mayor, code=draft.code) == draft
    for stranger in (world.one.partner, world.other.officer, world.secretary, PUBLIC):
        assert queries.practice(stranger, code=draft.code) is None


def test_the_way_to_everybody_takes_three_people(world):
    draft = make.draft(world.one)
    version = make.in_review(world.one, draft)
    assert queries.practice(world.other.officer, code=draft.code) is not None
    assert queries.practice(PUBLIC, code=draft.code) is None
    for own in (world.one.officer, world.one.mayor, world.one.partner, PUBLIC):
        with pytest.raises(PermissionDenied):
            publishing.approve(version=version, text="", by=own)
    publishing.approve(version=version, text="Clear.", by=world.other.officer)
    assert queries.practice(PUBLIC, code=draft.code).state == "published"
    told = Version._unscoped.get(practice=draft)
    assert (told.reviewer, told.review) == (world.other.place, "Clear.")
    assert list(journal.verify()) == []


def test_one_person_cannot_ask_and_confirm(world):
    draft = make.draft(world.one)
    act = publishing.ask_review(practice=draft, aim="public", reason="Now.", by=world.one.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=world.one.officer)
    assert fresh(draft).state == "draft"


def test_nothing_goes_out_without_a_source_or_an_owner(world):
    bare = make.draft(world.one, sources=())
    with pytest.raises(RefusedError, match="no_source"):
        publishing.ask_review(practice=bare, aim="public", reason="Now.", by=world.one.officer)
    orphan = make.draft(world.one, "kandarpur-walks")
    Practice._unscoped.filter(pk=orphan.pk).update(owner=None)
    with pytest.raises(RefusedError, match="no_owner"):
        publishing.ask_review(practice=orphan, aim="public", reason="Now.", by=world.one.officer)


def test_what_waits_or_is_read_does_not_change_under_the_reader(world):
    draft = make.draft(world.one)
    publishing.ask_review(practice=draft, aim="public", reason="Now.", by=world.one.officer)
    with pytest.raises(RefusedError, match="waits"):
        practices.write(practice=draft, record=make.record(), by=world.one.officer)
    other = make.draft(world.one, "kandarpur-walks")
    make.in_review(world.one, other)
    with pytest.raises(RefusedError, match="in_review"):
        practices.write(practice=other, record=make.record(), by=world.one.officer)


def test_sent_back_it_is_the_teams_again(world):
    draft = make.draft(world.one)
    version = make.in_review(world.one, draft)
    with pytest.raises(ValidationError):
        publishing.send_back(version=version, text=" ", by=world.other.officer)
    publishing.send_back(version=version, text="Who paid?", by=world.other.officer)
    assert queries.practice(world.other.officer, code=draft.code) is None
    told = Version._unscoped.get(practice=draft)
    assert (told.state, told.review, told.aim) == ("draft", "Who paid?", "")


def test_the_next_version_replaces_the_last_when_it_is_reviewed(world):
    practice = make.published(world)
    record = replace(practice.record, title="Lamps in every lane")
    practices.write(practice=practice, record=record, by=world.one.officer, change_note="More.")
    assert queries.practice(PUBLIC, code=practice.code).title == practice.record.title
    version = make.in_review(world.one, fresh(practice))
    assert version.number == 2
    publishing.approve(version=version, text="", by=world.other.officer)
    shown = queries.practice(PUBLIC, code=practice.code)
    assert (shown.title, shown.record.version) == ("Lamps in every lane", 2)
    assert [v.number for v in queries.versions(PUBLIC, shown)] == [2, 1]


def test_who_wrote_it_cannot_review_it_for_another_city(world):
    draft = make.draft(world.one)
    version = make.in_review(world.one, draft)
    Version._unscoped.filter(pk=version.pk).update(author=world.other.users["city_officer"])
    with pytest.raises(RefusedError, match="author"):
        publishing.approve(version=version, text="", by=world.other.officer)


def test_the_library_comes_once(world):
    first = loading.load_library(library=library(), place=world.hub, by=SYSTEM)
    assert len(first.additions) == 153
    again = loading.load_library(library=library(), place=world.hub, by=SYSTEM)
    assert not again.changes
    assert len(again.unchanged) == 153
    assert Practice._unscoped.count() == Version._unscoped.count() == 153
    assert queries.published(PUBLIC).count() == 153


def test_a_copy_is_not_changed_here(world):
    make.load(world)
    copy = Practice._unscoped.first()
    with pytest.raises(RefusedError, match="copy"):
        practices.write(practice=copy, record=copy.record, by=world.secretary)


def test_a_translation_stands_beside_and_is_read_by_another(world):
    practice = make.published(world)
    told = translations.translate(
        practice=practice,
        language="ur",
        texts={"title": "چراغ", "summary": "ہر گلی میں چراغ۔"},
        by=world.one.officer,
    )
    with pytest.raises(RefusedError, match="author"):
        translations.mark_reviewed(translation=told, by=world.one.officer)
    translations.mark_reviewed(translation=told, by=world.one.viewers["facilitator"])
    assert fresh(practice).renderings["ur"].is_reviewed
    with pytest.raises(ValidationError, match="lines"):
        translations.translate(
            practice=practice,
            language="ta",
            texts={"title": "a", "summary": "b", "what_was_done": ["c"]},
            by=world.one.officer,
        )


def test_a_reviewed_practice_is_narrowed_by_one_and_widened_by_two(world):
    practice = make.published(world, aim="public")
    practices.narrow(practice=fresh(practice), to="hub", by=world.one.officer)
    assert queries.practice(PUBLIC, code=practice.code) is None
    client = people.sign_in(world.one.users["city_officer"])
    address = f"/en/exchange/practice/{practice.code}/share/"
    told = {"to": "public", "reason": "The fund has agreed."}
    assert client.post(address, {"to": "public"}).status_code == 422
    assert client.post(address, told).status_code == 302
    assert queries.practice(PUBLIC, code=practice.code) is None
    (act,) = acts_waiting(world.one.mayor, world.one.place)
    network.confirm_two_person(act=act, by=world.one.mayor)
    assert queries.practice(PUBLIC, code=practice.code) is not None
    assert Change._unscoped.filter(thing=practice.finding_id).count() == 3


def newer(shipped, code: str):
    """The library as a later release might bring it: one practice with another title."""
    told = [
        replace(p, version=2, title="A later title") if p.id == code else p
        for p in shipped.practices
    ]
    return replace(shipped, practices=tuple(told))


@pytest.mark.parametrize("how", ["narrowed", "retired"])
def test_a_newer_version_of_a_copy_is_seen_by_no_more_people_than_before(world, how):
    make.load(world)
    code = "bilbao-anti-rumour-strategy"
    copy = queries.practice(PUBLIC, code=code)
    if how == "narrowed":
        practices.narrow(practice=copy, to="hub", by=world.secretary)
    else:
        practices.retire(practice=copy, because="It is disputed.", by=world.secretary)
    plan = loading.load_library(library=newer(library(), code), place=world.hub, by=SYSTEM)
    assert len(plan.updates) == 1
    told = fresh(copy)
    assert (told.record.title, told.shown.number) == ("A later title", 2)
    expected = ("published", "hub") if how == "narrowed" else ("retired", "public")
    assert (told.state, told.visibility) == expected


def test_what_a_person_translated_here_outlives_a_newer_library(world):
    make.load(world)
    code = "bilbao-anti-rumour-strategy"
    told = translations.translate(
        practice=queries.practice(PUBLIC, code=code),
        language="ur",
        texts={"title": "ہمارے لفظ", "summary": "ہم نے لکھا۔"},
        by=world.secretary,
    )
    loading.load_library(library=newer(library(), code), place=world.hub, by=SYSTEM)
    translations.mark_reviewed(translation=told, by=SYSTEM)
    told = queries.practice(PUBLIC, code=code).renderings
    assert (told["ur"].title, told["ur"].of_version) == ("ہمارے لفظ", 1)
    assert (told["bn"].by_machine, told["bn"].of_version) == (True, 2)


# --- how far a version goes


def next_version(world, practice, aim, title="Lamps in every lane"):
    record = replace(fresh(practice).record, title=title)
    practices.write(practice=practice, record=record, by=world.one.officer)
    return make.in_review(world.one, fresh(practice), aim)


def test_a_next_version_is_never_agreed_on_for_fewer_people_than_see_the_last(world):
    practice = make.published(world)
    practices.write(practice=practice, record=practice.record, by=world.one.officer)
    asked = {"practice": practice, "reason": "Now.", "by": world.one.officer}
    with pytest.raises(ValidationError):
        publishing.ask_review(aim="hub", **asked)
    page = people.sign_in(world.one.users["city_officer"]).get(
        f"{practice.get_absolute_url()}ask-review/"
    )
    assert [value for value, _label in page.context["form"].fields["to"].choices] == ["public"]


def test_a_request_for_fewer_people_than_see_it_by_now_is_void(world):
    practice = make.published(world, aim="hub")
    practices.write(practice=practice, record=practice.record, by=world.one.officer)
    act = publishing.ask_review(practice=practice, aim="hub", reason="x", by=world.one.officer)
    wide = network.ask_widening(
        shared=fresh(practice), to="public", reason="x", by=world.one.officer
    )
    network.confirm_two_person(act=wide, by=world.one.mayor)
    with pytest.raises(ValidationError, match="others than you thought"):
        network.confirm_two_person(act=act, by=world.one.mayor)


def test_while_it_is_read_for_the_hub_the_practice_goes_no_further(world):
    practice = make.published(world, aim="hub")
    version = next_version(world, practice, "hub")
    act = network.ask_widening(
        shared=fresh(practice), to="public", reason="x", by=world.one.officer
    )
    with pytest.raises(ValidationError, match="Take it back first"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    publishing.approve(version=version, text="", by=world.other.officer)
    assert queries.practice(PUBLIC, code=practice.code) is None


def test_what_the_hub_read_does_not_follow_a_later_version_to_everybody(world):
    practice = make.published(world, aim="hub", title="Lamps of ward nine")
    version = next_version(world, practice, "public")
    publishing.approve(version=version, text="", by=world.other.officer)
    shown = queries.practice(PUBLIC, code=practice.code)
    assert [v.number for v in queries.versions(PUBLIC, shown)] == [2]
    assert queries.version(PUBLIC, code=practice.code, number=1) is None
    address = f"{practice.get_absolute_url()}versions/2/"
    told = "ward nine"
    assert told not in Client().get(address).content.decode()
    assert [v.number for v in queries.versions(world.other.officer, shown)] == [2, 1]
    member = people.sign_in(world.other.users["city_officer"])
    assert told in member.get(address).content.decode()


def test_what_is_shown_widens_with_the_practice_and_older_versions_do_not(world):
    practice = make.published(world, aim="hub")
    version = next_version(world, practice, "hub")
    publishing.approve(version=version, text="", by=world.other.officer)
    act = network.ask_widening(
        shared=fresh(practice), to="public", reason="x", by=world.one.officer
    )
    network.confirm_two_person(act=act, by=world.one.mayor)
    shown = queries.practice(PUBLIC, code=practice.code)
    assert [v.number for v in queries.versions(PUBLIC, shown)] == [2]
    practices.narrow(practice=shown, to="hub", by=world.one.officer)
    assert queries.version(PUBLIC, code=practice.code, number=2) is None


def test_narrowing_is_not_undone_by_another_citys_approval(world):
    practice = make.published(world)
    version = next_version(world, practice, "public")
    practices.narrow(practice=practice, to="hub", by=world.one.officer)
    publishing.approve(version=version, text="", by=world.other.officer)
    assert fresh(practice).visibility == "hub"
    assert fresh(practice).current.number == 2
    version = next_version(world, practice, "network", "Lamps again")
    practices.narrow(practice=fresh(practice), to="city", by=world.one.officer)
    with pytest.raises(RefusedError, match="not_in_review"):
        publishing.approve(version=version, text="", by=world.other.officer)
    assert (fresh(practice).visibility, queries.in_work(practice).state) == ("city", "draft")


def test_who_sent_it_back_is_not_said_to_have_approved_it(world):
    draft = make.draft(world.one)
    version = make.in_review(world.one, draft)
    publishing.send_back(version=version, text="Who paid?", by=world.other.officer)
    version = make.in_review(world.one, draft)
    assert (version.reviewer, version.reviewed_on, version.review) == (None, None, "")
    publishing.take_back(practice=draft, by=world.one.officer)
    page = people.sign_in(world.one.users["city_officer"]).get(version.get_absolute_url())
    assert "Approved without remarks" not in page.content.decode()


# --- short names that are here already


def test_a_short_name_of_a_draft_or_of_another_origin_is_a_conflict(world):
    shipped = library()
    make.draft(world.one, "bilbao-anti-rumour-strategy")
    plan = loading.load_library(library=shipped, place=world.hub, by=SYSTEM)
    assert [c.reason for c in plan.conflicts] == ["other_origin"]
    assert len(plan.additions) == 152
    told = [Held("https://other.example", shipped.practices[0])]
    plan = loading.take(place=world.hub, held=told, existing=loading.copies(), by=SYSTEM)
    assert [c.reason for c in plan.conflicts] == ["other_origin"]
