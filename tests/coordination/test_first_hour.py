"""The first hour: one card for a place; numbers that only its team reads, and nobody once the consent has ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from baithak.coordination import seals, tasks
from baithak.coordination.first_hour_paper import first_hour_paper
from baithak.coordination.models import Contact, ResponseCard
from baithak.coordination.queries import first_hour as queries
from baithak.coordination.services import first_hour as services
from baithak.journal import retention
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from baithak.report.paper_pdf import paper_pdf
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

NUMBER = "+94771234567"
TEXTS = {
    "who_speaks": "The mayor, in Sinhala and Tamil; else the deputy.",
    "first_steps": "Find out.\nTell each other.\nGo there.",
    "never": "Repeat a rumour.",
    "support": "The clinic by the bridge.",
    "national_link": "The district secretary.",
}


@pytest.fixture
def world():
    return make.two_cities()


def today(days: int = 0):
    return timezone.localdate() + timedelta(days=days)


def written(team, **told):
    return services.edit(
        place=team.place, language="en", by=team.officer, **{"texts": TEXTS, **told}
    )


def called(card, team, office="Station", **told):
    return services.add_contact(
        card=card, by=team.officer,
        **{"office": office, "telephone": NUMBER, "agreed_on": today(-1), "until": today(30), **told},
    )  # fmt: skip


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


# --- the card


def test_a_place_has_one_card_seen_by_its_team(world):
    card = written(world.one)
    assert written(world.one, exercised_on=today(-3)) == card
    assert ResponseCard._unscoped.count() == 1
    assert queries.card(world.one.mayor, place=world.one.place.slug) == card
    for stranger in (world.one.partner, world.other.officer, PUBLIC):
        assert queries.card(stranger, place=world.one.place.slug) is None
    # Its own people find an empty one before it is written; nobody else does.
    assert queries.card(world.other.officer, place=world.other.place.slug).pk is None
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.place) == ("coordination.edit_first_hour", world.one.place.slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": {**TEXTS, "who_speaks": ""}},
        {"texts": {**TEXTS, "first_steps": " \n "}},
        {"texts": {**TEXTS, "support": "Ring 0771234567"}},
        {"exercised_on": timezone.localdate() + timedelta(days=1)},
    ],
)
def test_what_does_not_fit_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        written(world.one, **wrong)
    assert not ResponseCard._unscoped.exists()


# --- numbers


def test_a_number_is_kept_locked(world):
    contact = called(written(world.one), world.one)
    contact.refresh_from_db()
    assert NUMBER.encode() not in bytes(contact.sealed)
    assert seals.unseal(contact.sealed) == NUMBER
    assert [call.telephone for call in queries.tree(world.one.officer, contact.card)] == [NUMBER]
    lines = Line.objects.filter(verb="coordination.add_contact")
    assert NUMBER not in str(list(lines.values()))


def test_only_the_team_sees_the_tree_whoever_sees_the_card(world):
    card = written(world.one)
    contact = called(card, world.one)
    ResponseCard._unscoped.update(visibility="public")
    for stranger in (
        world.one.partner,
        world.one.mayor,
        world.other.officer,
        world.secretary,
        PUBLIC,
    ):
        assert queries.card(stranger, place=world.one.place.slug) == card
        assert queries.tree(stranger, card) == []
        assert queries.contact(stranger, contact=contact.pk) is None
    facilitator = world.one.viewers["facilitator"]
    assert [call.contact for call in queries.tree(facilitator, card)] == [contact]


@pytest.mark.parametrize(
    "wrong",
    [
        {"telephone": "ask at the gate"},
        {"telephone": "officer@city.example"},
        {"telephone": "12"},
        {"office": "Station 0771234567"},
        {"office": " "},
        {"until": timezone.localdate() - timedelta(days=1)},
        {"until": timezone.localdate() + timedelta(days=800)},
        {"agreed_on": timezone.localdate() + timedelta(days=1)},
    ],
)
def test_a_contact_that_does_not_fit_is_not_kept(world, wrong):
    card = written(world.one)
    with pytest.raises(ValidationError):
        called(card, world.one, **wrong)
    assert not Contact._unscoped.exists()


def test_digits_of_any_script_become_a_number(world):
    contact = called(written(world.one), world.one, telephone="০৭৭ ১২৩-৪৫৬৭")
    assert seals.unseal(contact.sealed) == "0771234567"


def test_a_tree_has_no_circles_and_stays_whole(world):
    card = written(world.one)
    top = called(card, world.one, "Secretariat")
    middle = called(card, world.one, "Station", after=top)
    bottom = called(card, world.one, "Clinic", after=middle)
    told = {"office": "Secretariat", "telephone": "", "agreed_on": today(-1), "until": today(9)}
    for below in (bottom, middle, top):
        with pytest.raises(ValidationError, match="does not call itself"):
            services.change_contact(contact=top, after=below, by=world.one.officer, **told)
    elsewhere = called(written(world.other), world.other)
    with pytest.raises(ValidationError, match="this tree"):
        services.change_contact(contact=top, after=elsewhere, by=world.one.officer, **told)
    assert [(c.contact.office, c.depth) for c in queries.tree(world.one.officer, card)] == [
        ("Secretariat", 0), ("Station", 1), ("Clinic", 2),
    ]  # fmt: skip
    services.remove_contact(contact=middle, by=world.one.officer)
    assert [(c.contact.office, c.depth) for c in queries.tree(world.one.officer, card)] == [
        ("Secretariat", 0), ("Clinic", 1),
    ]  # fmt: skip


def test_a_new_number_ends_the_old_key(world, django_capture_on_commit_callbacks):
    contact = called(written(world.one), world.one)
    old = bytes(contact.sealed)
    told = {"office": "Station", "agreed_on": today(-1), "until": today(9)}
    services.change_contact(contact=contact, telephone="", by=world.one.officer, **told)
    contact.refresh_from_db()
    assert bytes(contact.sealed) == old
    with django_capture_on_commit_callbacks(execute=True):
        services.change_contact(contact=contact, telephone="112", by=world.one.officer, **told)
    contact.refresh_from_db()
    assert seals.unseal(contact.sealed) == "112"
    assert seals.unseal(old) == ""


def test_when_the_consent_ends_the_number_is_gone_from_every_copy(world):
    card = written(world.one)
    contact, other = called(card, world.one), called(card, world.one, "Clinic")
    below = called(card, world.one, "School", after=contact)
    copy = bytes(contact.sealed)
    assert tasks.forget_contacts() == 0
    Contact._unscoped.filter(pk=contact.pk).update(agreed_on=today(-40), until=today(-1))
    assert tasks.forget_contacts() == 1
    assert tasks.forget_contacts() == 0
    assert not services.forget(contact.pk)
    assert [call.contact for call in queries.tree(world.one.officer, card)] == [other, below]
    assert seals.unseal(copy) == ""
    line = Line.objects.filter(verb="coordination.forget_contact").get()
    assert today(-1).isoformat() in str(line.details)
    assert NUMBER not in str(line.details)


def test_nobody_is_shown_once_the_consent_has_ended_deleted_or_not(world):
    card = written(world.one)
    ended = called(card, world.one, "Station")
    below = called(card, world.one, "School", after=ended)
    Contact._unscoped.filter(pk=ended.pk).update(agreed_on=today(-40), until=today(-1))
    assert [(c.contact, c.depth) for c in queries.tree(world.one.officer, card)] == [(below, 0)]
    assert queries.contact(world.one.officer, contact=ended.pk) is None
    browser, start = officer(world.one), f"/en/coordination/{world.one.place.slug}/first-hour/"
    assert "Whom we call (1 office)" in text(browser.get(start))
    assert "Station" not in text(browser.get(f"{start}calls/"))
    assert "Station" not in text(browser.get(f"{start}calls/new/"))
    assert browser.get(f"/en/coordination/contact/{ended.pk}/").status_code == 404


def test_the_clock_of_what_is_kept_knows_the_numbers(world):
    card = written(world.one)
    contact = called(card, world.one)
    rule = next(one for one in retention.classes() if one.code == services.CONTACTS)
    (left,) = rule.left()
    assert (left.place, left.rows, left.due.date()) == (world.one.place.slug, 1, today(31))
    Contact._unscoped.filter(pk=contact.pk).update(agreed_on=today(-40), until=today(-1))
    assert tasks.forget_contacts() == 1
    assert list(rule.left()) == []
    proof = Line.objects.get(verb="journal.delete_on_time")
    assert (proof.thing, proof.place) == (f"kept:{services.CONTACTS}", world.one.place.slug)
    assert '"rows":"<10"' in proof.detail.replace(" ", "")


def test_of_two_who_change_the_tree_at_once_the_second_is_told(world):
    card = written(world.one)
    gone, stays = called(card, world.one), called(card, world.one, "Clinic")
    stale = queries.contact(world.one.officer, contact=gone.pk)
    services.remove_contact(contact=gone, by=world.one.officer)
    told = {"telephone": "", "agreed_on": today(-1), "until": today(9), "by": world.one.officer}
    with pytest.raises(RefusedError, match="gone"):
        services.change_contact(contact=stale, office="Station", **told)
    with pytest.raises(RefusedError, match="gone"):
        services.remove_contact(contact=stale, by=world.one.officer)
    with pytest.raises(ValidationError, match="this tree"):
        services.change_contact(contact=stays, office="Clinic", after=stale, **told)
    # Somebody has moved the caller below it meanwhile: what was loaded before does not count.
    top = called(card, world.one, "Secretariat")
    before = queries.contact(world.one.officer, contact=top.pk)
    services.change_contact(contact=top, office="Secretariat", after=stays, **told)
    with pytest.raises(ValidationError, match="does not call itself"):
        services.change_contact(contact=stays, office="Clinic", after=before, **told)


def test_of_two_who_write_the_first_card_at_once_the_second_changes_it(world, monkeypatch):
    first = written(world.one)
    looks = iter(["before the first has written"])

    def missed(find):
        def look(self, *args, **told):
            if self.model is ResponseCard and next(looks, ""):
                raise ResponseCard.DoesNotExist
            return find(self, *args, **told)

        return look

    monkeypatch.setattr(QuerySet, "get", missed(QuerySet.get))
    assert written(world.one, exercised_on=today(-1)) == first
    assert ResponseCard._unscoped.count() == 1


def test_a_lost_key_is_said_and_breaks_no_page(world):
    card = written(world.one)
    contact = called(card, world.one)
    seals.destroy(contact.sealed)
    seals.destroy(contact.sealed)
    page = officer(world.one).get(f"/en/coordination/{world.one.place.slug}/first-hour/calls/")
    assert "ask for it again" in text(page)
    assert seals.unseal(b"") == ""


def test_a_broken_journal_changes_nothing(world, monkeypatch):
    card = written(world.one)

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        called(card, world.one)
    assert not Contact._unscoped.exists()


def test_keys_lie_outside_the_database_folder_names_tell_nothing(world):
    contact = called(written(world.one), world.one)
    names = [path.name for path in settings.KEYS.iterdir()]
    assert any(bytes(contact.sealed)[:16].hex() in name for name in names)
    assert not any(NUMBER in name for name in names)


# --- paper


def test_the_sheet_fits_on_one_page(world):
    card = written(world.one)
    for number in range(12):
        called(card, world.one, f"Office {number}")
    paper = first_hour_paper(
        card, queries.tree(world.one.officer, card), language="en",
        source="https://hub.example/x/", made="30 November 2026",
    )  # fmt: skip
    made = paper_pdf(paper)
    assert made.content.startswith(b"%PDF")
    assert made.pages == 1


def test_the_sheet_is_for_the_team_alone(world):
    called(written(world.one), world.one)
    ResponseCard._unscoped.update(visibility="public")
    address = f"/en/coordination/{world.one.place.slug}/first-hour/card.pdf"
    answer = officer(world.one).get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert people.sign_in(world.one.users["mayor"]).get(address).status_code == 403
    assert officer(world.other).get(address).status_code == 403


# --- pages


def test_from_an_empty_card_to_a_call(world):
    client = officer(world.one)
    start = f"/en/coordination/{world.one.place.slug}/first-hour/"
    assert "Nothing is written down yet" in text(client.get(start))
    told = {**TEXTS, "language": "en", "exercised_on": "", "review_on": today(-2).isoformat()}
    answer = client.post(f"{start}edit/", told, follow=True)
    assert "The team wanted to look at this card again" in text(answer)
    assert "<li>Tell each other.</li>" in text(answer)
    assert "Nobody has agreed to be called yet" in text(client.get(f"{start}calls/"))
    told = {"office": "Station", "organisation": "", "after": "", "telephone": "077 123 4567",
            "agreed_on": today().isoformat(), "until": today(20).isoformat()}  # fmt: skip
    answer = client.post(f"{start}calls/new/", told, follow=True)
    assert 'href="tel:0771234567"' in text(answer)
    contact = Contact._unscoped.get()
    form = client.get(f"/en/coordination/contact/{contact.pk}/")
    assert "0771234567" not in text(form)
    answer = client.post(f"/en/coordination/contact/{contact.pk}/remove/", follow=True)
    assert "The number is gone" in text(answer)


def test_a_form_says_what_is_wrong(world):
    written(world.one)
    client = officer(world.one)
    start = f"/en/coordination/{world.one.place.slug}/first-hour/"
    answer = client.post(f"{start}edit/", {"language": "en", "who_speaks": "", "first_steps": ""})
    assert answer.status_code == 422
    told = {"office": "Station", "telephone": "x", "agreed_on": today().isoformat(),
            "until": today(20).isoformat()}  # fmt: skip
    answer = client.post(f"{start}calls/new/", told)
    assert (answer.status_code, "Write a telephone number" in text(answer)) == (422, True)


def test_more_people_see_the_card_with_a_second_person(world):
    card = written(world.one)
    start = f"/en/coordination/{world.one.place.slug}/first-hour/"
    officer(world.one).post(f"{start}share/", {"to": "hub", "reason": "Others learn."})
    network.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=world.one.mayor)
    assert queries.card(world.other.officer, place=world.one.place.slug) == card
    officer(world.one).post(f"{start}narrow/", {"to": "mechanism"})
    assert queries.card(world.other.officer, place=world.one.place.slug) is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_tree_takes_the_same_queries_whatever_it_holds(world, many, django_assert_num_queries):
    card = written(world.one)
    for _ in range(many):
        called(card, world.one)
    client = officer(world.one)
    address = f"/en/coordination/{world.one.place.slug}/first-hour/calls/"
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)


def test_sheets_have_a_limit(world):
    from baithak.coordination.limits import SHEETS
    from baithak.network import limits

    limits.clear()
    for _ in range(SHEETS.most - 1):  # what another worker has counted
        limits._counts.add(SHEETS.name, b"127.0.0.1", seconds=SHEETS.seconds)
    written(world.one)
    client = officer(world.one)
    address = f"/en/coordination/{world.one.place.slug}/first-hour/card.pdf"
    assert client.get(address).status_code == 200
    answer = client.get(address)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= SHEETS.seconds
