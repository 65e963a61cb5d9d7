"""Places, invitations, roles: what happens, what is refused, and that the journal goes with it."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.journal.services import witnesses
from baithak.network import queries, services, tasks
from baithak.network.models import (
    BareSaveError,
    Invitation,
    Membership,
    Organisation,
    Place,
    TwoPersonAct,
    User,
)
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC, SYSTEM, Viewer
from factories import network as make

pytestmark = pytest.mark.django_db
SITE = "https://hub.example"


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def officer(city):
    return make.viewer(make.member(city, Role.CITY_OFFICER, "Nadia"))


@pytest.fixture
def letters(django_capture_on_commit_callbacks):
    """Run what waits for the commit, and give the tokens of the letters sent."""

    def sent(act):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [re.search(r"/invitation/([\w-]+)/", m.body)[1] for m in mail.outbox]

    return sent


def invite(city, by, email="rumi@city.example", role=Role.FACILITATOR, **more):
    return services.invite(place=city, role=role, email=email, site=SITE, by=by, **more)


# --- places


def test_a_hub_a_country_and_a_city_make_a_tree():
    hub = make.hub()
    land = make.country(hub, country_code="XA")
    city = make.city(land)
    assert (hub.hub, land.hub, city.hub, city.country_code) == (None, hub, hub, "XA")
    assert [line.verb for line in Line.objects.all()] == ["network.add_place"] * 3
    assert {line.place for line in Line.objects.all()} == {hub.slug, land.slug, city.slug}


@pytest.mark.parametrize("kind", ["country", "city"])
def test_places_need_the_right_place_above_them(kind):
    with pytest.raises(ValidationError, match="choose the place above"):
        services.add_place(kind=kind, name="Nowhere", slug="nowhere", by=SYSTEM)
    assert Place._unscoped.count() == 0


def test_the_database_refuses_a_city_without_a_hub(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        Place._unscoped.filter(pk=city.pk).update(hub=None)


def test_organisations_have_types_of_the_taxonomy(city, officer):
    made = make.organisation(city, types=["faith_organisation", "school"])
    assert made.type_labels == ["Faith organisation", "School"]
    for types in (["sect"], [], ["school", "school"]):
        with pytest.raises(ValidationError, match="Choose one or more types"):
            make.organisation(city, "Other", types=types)
    with pytest.raises(ValidationError):
        make.organisation(city)  # the same name twice
    assert Organisation._unscoped.count() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Boat club 0771234567", "number of a phone"),
        ("amal@city.example", "a mail address"),
        ("Boat\u202eclub", "an invisible sign"),
    ],
)
def test_the_name_of_an_organisation_leads_to_no_person(city, officer, name, said):
    with pytest.raises(ValidationError, match=said) as refusal:
        services.add_organisation(place=city, name=name, types=["cso"], by=officer)
    assert list(refusal.value.error_dict) == ["name"]
    assert Organisation._unscoped.count() == 0
    services.add_organisation(place=city, name=" Boat  club ", types=["cso"], by=officer)
    assert Organisation._unscoped.get().name == "Boat club"


# --- invitations


def test_an_invitation_is_accepted_once(city, officer, letters):
    (token,) = letters(lambda: invite(city, officer))
    assert "You are invited" in mail.outbox[0].body
    assert mail.outbox[0].to == ["rumi@city.example"]
    made = services.accept_invitation(
        token=token, name="Rumi", password=make.PASSWORD, language="bn", by=PUBLIC
    )
    user = made.user
    assert (user.name, user.email, user.language) == ("Rumi", "rumi@city.example", "bn")
    assert user.check_password(make.PASSWORD)
    assert make.viewer(user).roles_at(city) == {Role.FACILITATOR}
    with pytest.raises(ValidationError, match="used, revoked or older"):
        services.accept_invitation(token=token, by=make.viewer(user))
    assert Membership._unscoped.filter(user=user).count() == 1


def test_the_token_is_kept_as_a_hash_only(city, officer, letters):
    (token,) = letters(lambda: invite(city, officer))
    row = Invitation._unscoped.values().get()
    assert token not in str(row)
    assert len(row["token_hash"]) == 64


def test_an_invitation_expires_after_seven_days(city, officer, letters):
    (token,) = letters(lambda: invite(city, officer))
    held = Invitation._unscoped.get()
    assert timedelta(days=6, hours=23) < held.expires_at - timezone.now() < timedelta(days=7)
    past = timezone.now() - timedelta(days=8)
    Invitation._unscoped.update(invited_at=past, expires_at=past + timedelta(days=7))
    with pytest.raises(ValidationError, match="older than seven days"):
        services.accept_invitation(token=token, name="Rumi", password=make.PASSWORD, by=PUBLIC)
    assert User.objects.filter(email="rumi@city.example").count() == 0
    # The address can be invited again, and the old letter stays dead.
    (fresh,) = letters(lambda: invite(city, officer))
    assert fresh != token


def test_a_revoked_invitation_opens_nothing(city, officer, letters):
    (token,) = letters(lambda: invite(city, officer))
    services.revoke_invitation(invitation=Invitation._unscoped.get(), by=officer)
    with pytest.raises(ValidationError, match="revoked"):
        services.accept_invitation(token=token, name="Rumi", password=make.PASSWORD, by=PUBLIC)
    with pytest.raises(ValidationError, match="already"):
        services.revoke_invitation(invitation=Invitation._unscoped.get(), by=officer)


def test_an_invitation_is_for_one_address(city, officer, letters):
    zara = make.person("Zara")
    (token,) = letters(lambda: invite(city, officer))
    with pytest.raises(ValidationError, match="another address"):
        services.accept_invitation(token=token, by=make.viewer(zara))
    (token,) = letters(lambda: invite(city, officer, email=zara.email))
    with pytest.raises(ValidationError, match="sign in"):
        services.accept_invitation(token=token, name="Mallory", password="x" * 12, by=PUBLIC)
    assert services.accept_invitation(token=token, by=make.viewer(zara)).user == zara


def test_the_same_address_is_invited_once_to_a_role(city, officer):
    invite(city, officer)
    with pytest.raises(ValidationError, match="revoke it"):
        invite(city, officer, email="RUMI@city.example")
    invite(city, officer, role=Role.MAYOR)
    make.grant(make.person("Zara", email="zara@city.example"), city, Role.PARTNER)
    with pytest.raises(ValidationError, match="already has this role"):
        invite(city, officer, email="zara@city.example", role=Role.PARTNER)


@pytest.mark.parametrize("role", [Role.HUB_SECRETARIAT, Role.NATIONAL_REPRESENTATIVE, "emperor"])
def test_roles_exist_where_they_belong(city, officer, role):
    with pytest.raises(ValidationError, match="does not exist at this place"):
        invite(city, officer, role=role)


def test_an_organisation_of_another_place_does_not_fit(city, officer):
    foreign = make.organisation(make.city())
    with pytest.raises(ValidationError, match="another place"):
        invite(city, officer, organisation=foreign)


def test_the_first_in_charge_needs_one_the_second_needs_two(city):
    secretary = make.viewer(make.member(city.hub, Role.HUB_SECRETARIAT))
    invite(city, secretary, role=Role.CITY_OFFICER)
    officer = make.viewer(make.member(city, Role.CITY_OFFICER))
    for role in (Role.CITY_OFFICER, Role.AUDITOR):
        with pytest.raises(PermissionDenied, match="Two people"):
            invite(city, officer, role=role, email="new@city.example")


def test_a_country_changes_hands_by_its_own_two_people(city):
    land = city.parent
    representative = make.viewer(make.member(land, Role.NATIONAL_REPRESENTATIVE))
    auditor = make.viewer(make.member(land, Role.AUDITOR))
    secretary = make.viewer(make.member(land.hub, Role.HUB_SECRETARIAT))
    client = make.sign_in(User.objects.get(pk=representative.user_id))
    for who in (representative, secretary):  # both are there: nobody alone brings another one
        for role in (Role.NATIONAL_REPRESENTATIVE, Role.AUDITOR):
            with pytest.raises(PermissionDenied, match="Two people"):
                invite(land, who, role=role, email="new@country.example")
    told = {"email": "new@country.example", "role": "national_representative", "reason": "I leave."}
    assert client.post(f"/en/places/{land.slug}/people/invite/", told).status_code == 302
    services.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=auditor)
    (letter,) = queries.invitations_open(representative, land)
    assert letter.role == Role.NATIONAL_REPRESENTATIVE
    make.member(land, Role.NATIONAL_REPRESENTATIVE, "Successor")
    (held,) = Membership._unscoped.filter(user=representative.user_id)
    assert client.post(f"/en/roles/{held.pk}/end/").status_code == 302
    held.refresh_from_db()
    assert held.ends is not None


def test_who_is_missing_at_a_country_is_brought_by_the_secretariat_alone(city):
    land = city.parent
    representative = make.viewer(make.member(land, Role.NATIONAL_REPRESENTATIVE))
    secretary = make.member(land.hub, Role.HUB_SECRETARIAT)
    client, first = make.sign_in(secretary), f"/en/places/{land.slug}/people/first/"
    with pytest.raises(PermissionDenied, match="Two people"):  # nobody chooses who controls them
        invite(land, representative, role=Role.AUDITOR, email="friend@country.example")
    assert "Invite the first person in charge" in client.get(f"/en/places/{land.slug}/").text
    told = {"email": "new@country.example", "role": "auditor"}
    refused = client.post(first, {**told, "role": "national_representative"})
    assert refused.status_code == 422
    assert client.post(first, told).status_code == 302
    assert Invitation._unscoped.get().role == Role.AUDITOR
    make.member(land, Role.AUDITOR)
    assert client.get(first).status_code == 403


def test_a_lost_letter_does_not_break_the_invitation(city, officer, letters, monkeypatch, caplog):
    def fail(*arguments, **named):
        raise ConnectionRefusedError

    monkeypatch.setattr("baithak.network.letters.send_mail", fail)
    letters(lambda: invite(city, officer))
    assert Invitation._unscoped.get().is_open
    assert "could not be sent" in caplog.text
    assert "rumi@" not in caplog.text.splitlines()[0]


# --- roles


def test_a_role_is_written_by_services_alone(city):
    user = make.person("Zara")
    with pytest.raises(BareSaveError):
        Membership(user=user, place=city, role=Role.MAYOR).save()
    with pytest.raises(BareSaveError):
        Membership._unscoped.create(user=user, place=city, role=Role.MAYOR)
    held = make.grant(user, city, Role.MAYOR)
    with pytest.raises(BareSaveError):
        held.delete()


def test_people_do_not_grant_themselves_roles(city, officer):
    with pytest.raises(PermissionDenied, match="by an invitation"):
        services.grant_role(
            user=User.objects.get(pk=officer.user_id), place=city, role=Role.MAYOR, by=officer
        )


def test_the_database_knows_each_role_once(city):
    user = make.person("Zara")
    make.grant(user, city, Role.MAYOR)
    with pytest.raises(ValidationError, match="already"):
        make.grant(user, city, Role.MAYOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership(user=user, place=city, role=Role.MAYOR).save(by_service=True)


def test_the_last_in_charge_stays_until_a_successor_comes(city, officer):
    held = Membership._unscoped.get(user=officer.user_id)
    with pytest.raises(ValidationError, match="successor"):
        services.end_membership(membership=held, by=officer)
    make.member(city, Role.CITY_OFFICER, "Omar")
    services.end_membership(membership=held, by=officer)
    assert make.viewer(User.objects.get(pk=officer.user_id)) == Viewer(user_id=officer.user_id)
    with pytest.raises(ValidationError, match="already ended"):
        services.end_membership(membership=held, by=officer)


def test_so_does_the_last_who_runs_a_country(city):
    country, role = city.parent, Role.NATIONAL_REPRESENTATIVE
    first = make.viewer(make.member(country, role, "Ravi"))
    held = Membership._unscoped.get(user=first.user_id)
    with pytest.raises(ValidationError, match="successor"):
        services.end_membership(membership=held, by=first)
    make.member(country, role, "Mira")
    services.end_membership(membership=held, by=first)


def test_sessions_end_with_a_change_of_roles(city, officer):
    user = make.member(city, Role.PARTNER)
    before = user.epoch
    (held,) = Membership._unscoped.filter(user=user)
    services.end_membership(membership=held, by=officer)
    user.refresh_from_db()
    assert user.epoch == before + 1


def test_addresses_of_old_invitations_go(city, officer):
    invite(city, officer)
    assert tasks.forget_addresses() == 0
    past = timezone.now() - timedelta(days=40)
    Invitation._unscoped.update(invited_at=past, expires_at=past + timedelta(days=7))
    assert tasks.forget_addresses() == 1
    assert not Invitation._unscoped.exists()


# --- the journal goes with every act


class BrokenJournalError(Exception):
    """The journal cannot be written."""


def test_what_has_expired_in_the_cache_is_deleted(monkeypatch):
    cache.clear()  # a row that another test left behind would count here
    cache.set("limit:sign-in:1:abc", 3, 60)
    cache.set("limit:sign-in:2:def", 1, 60 * 60 * 3)
    monkeypatch.setitem(tasks._last, "cache", 0.0)
    assert tasks.forget_counts() == 0
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(tasks.timezone, "now", lambda: later)
    assert tasks.forget_counts() == 0  # not twice within the hour
    monkeypatch.setitem(tasks._last, "cache", 0.0)
    assert tasks.forget_counts() == 1


def acts(city, officer):
    """Every service of the room that writes, as a call that would succeed."""
    partner = make.member(city, Role.PARTNER, "Bilal")
    mayor = make.viewer(make.member(city, Role.MAYOR, "Meera"))
    auditor = {"place": city, "role": Role.AUDITOR, "site": SITE, "reason": "Ours leaves."}
    waiting = services.ask_to_invite(**auditor, email="a@city.example", by=officer)
    other = services.ask_to_invite(**auditor, email="b@city.example", by=officer)
    allowed = services.ask_to_invite(**auditor, email="d@city.example", by=officer)
    services.confirm_two_person(act=allowed, by=mayor)
    open_one = invite(city, officer, email="open@city.example")
    (held,) = Membership._unscoped.filter(user=partner)
    today = timezone.localdate()
    written = {"received": today, "basis": "A law.", "asked": "Who voted how.", "by": officer}
    demand = services.write_demand(place=city, asker="court", **written)
    witness = witnesses.add(place=city.slug, label="Archive", kind="printed", by="system")
    quiet = {"begins": today + timedelta(days=9), "ends": today + timedelta(days=19)}
    answer = {"state": "answered", "answer": "We do not hold this.", "answered": today}
    return {
        "add_place": lambda: make.city(city.parent, "Sahilpur"),
        "add_organisation": lambda: make.organisation(city, "Boat club"),
        "add_person": lambda: make.person("Noor"),
        "invite": lambda: invite(city, officer),
        "ask": lambda: services.ask_to_invite(**auditor, email="c@city.example", by=officer),
        "confirm": lambda: services.confirm_two_person(act=waiting, by=mayor),
        "spend": lambda: services.spend_two_person(act=allowed, by=officer),
        "withdraw": lambda: services.withdraw_two_person(act=other, by=officer),
        "revoke": lambda: services.revoke_invitation(invitation=open_one, by=officer),
        "end": lambda: services.end_membership(membership=held, by=officer),
        "grant": lambda: make.grant(partner, city, Role.MODERATOR),
        "language": lambda: services.choose_language(user=partner, language="ur", by=officer),
        "sign_out": lambda: services.sign_out_everywhere(user=partner, by=officer),
        "quiet_hours": lambda: services.choose_quiet_hours(
            begins=time(21), ends=time(7), by=officer
        ),
        "begin_election": lambda: services.begin_election(place=city, by=officer, **quiet),
        "end_election": lambda: services.ask_to_end_election(
            period=services.begin_election(place=city, by=officer, **quiet),
            reason="The vote was held.",
            by=officer,
        ),
        "demand": lambda: services.write_demand(place=city, asker="police", **written),
        "answer": lambda: services.ask_to_answer_demand(
            demand=demand, not_held=True, reason="It is due.", by=officer, **answer
        ),
        "witness": lambda: services.ask_for_witness(
            place=city,
            label="Library",
            kind="printed",
            address="",
            key="",
            reason="A second one.",
            by=officer,
        ),
        "witness_goes": lambda: services.ask_to_let_witness_go(
            place=city, witness=witness, reason="It closed.", by=officer
        ),
    }


def state():
    """Every row of the room."""
    from django.apps import apps

    return {
        model._meta.label: sorted(map(str, model._base_manager.values()))
        for model in [*apps.get_app_config("network").get_models(), Line]
    }


@pytest.mark.parametrize(
    "name",
    [
        "add_place",
        "add_organisation",
        "add_person",
        "invite",
        "ask",
        "confirm",
        "spend",
        "withdraw",
        "revoke",
        "end",
        "grant",
        "language",
        "sign_out",
        "quiet_hours",
        "begin_election",
        "end_election",
        "demand",
        "answer",
        "witness",
        "witness_goes",
    ],
)
def test_without_the_journal_nothing_changes(city, officer, monkeypatch, name):
    act = acts(city, officer)[name]
    before = state()

    def broken(**told):
        raise BrokenJournalError

    with monkeypatch.context() as broken_journal, transaction.atomic():
        broken_journal.setattr(journal, "write", broken)
        with pytest.raises(BrokenJournalError):
            act()
    assert state() == before
    act()  # and with the journal it happens, with at least one line
    after = state()
    assert after["journal.Line"] != before["journal.Line"]
    assert after != before


def test_every_service_is_in_that_list(city, officer):
    named = {
        "accept_invitation",
        "ask_two_person",
        "ask_widening",
        "checked_texts",
        "guarded",
        "narrow",
        "refuse_around_election",
        "to_everybody",
    }  # tested apart
    assert len(acts(city, officer)) == len(set(services.__all__) - named)


def test_no_journal_line_names_a_person(city, officer, letters):
    (token,) = letters(lambda: invite(city, officer))
    services.accept_invitation(token=token, name="Rumi", password=make.PASSWORD, by=PUBLIC)
    told = " ".join(str(row) for row in Line.objects.values())
    assert "@" not in told
    assert "Rumi" not in told
    assert "Nadia" not in told
    assert list(journal.verify()) == []
