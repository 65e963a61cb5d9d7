"""R19: different people, different roles, neither appointed by the other lately, within a day."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import baithak
from baithak.journal.models import Line
from baithak.network import queries, services
from baithak.network.models import Membership, TwoPersonAct, Visibility
from baithak.network.rules import Role
from baithak.network.services import two_person
from factories import network as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def nadia(city):
    return make.member(city, Role.CITY_OFFICER, "Nadia")


@pytest.fixture
def dialogue(city):
    from baithak.dialogue.models import Dialogue

    return Dialogue._unscoped.create(place=city)


def ask(dialogue, user, to="public", reason="Residents asked for it."):
    return services.ask_widening(shared=dialogue, to=to, reason=reason, by=make.viewer(user))


def confirm(act, user):
    return services.confirm_two_person(act=act, by=make.viewer(user))


def level(dialogue):
    return type(dialogue)._unscoped.get(pk=dialogue.pk).visibility


def test_two_people_widen_one_narrows(city, nadia, dialogue):
    mayor = make.member(city, Role.MAYOR)
    act = ask(dialogue, nadia)
    assert (level(dialogue), act.is_open) == ("mechanism", True)
    confirm(act, mayor)
    assert level(dialogue) == "public"
    dialogue.refresh_from_db()
    services.narrow(shared=dialogue, to=Visibility.CITY, by=make.viewer(nadia))
    assert level(dialogue) == "city"
    assert [line.verb for line in Line.objects.order_by("-n")[:3]] == [
        "dialogue.narrow",
        "network.confirm_two_person",
        "network.ask_two_person",
    ]


@pytest.mark.parametrize("to", ["mechanism", "city"])
def test_narrowing_cannot_widen_and_widening_cannot_narrow(city, nadia, dialogue, to):
    type(dialogue)._unscoped.filter(pk=dialogue.pk).update(visibility="city")
    dialogue.refresh_from_db()
    with pytest.raises(ValidationError, match="wider"):
        ask(dialogue, nadia, to)
    with pytest.raises(ValidationError):
        services.narrow(shared=dialogue, to="public", by=make.viewer(nadia))
    assert level(dialogue) == "city"


def test_nobody_confirms_alone(city, nadia, dialogue):
    act = ask(dialogue, nadia)
    make.grant(nadia, city, Role.MAYOR)  # a second role of the same person helps nothing
    with pytest.raises(PermissionDenied, match="second person"):
        confirm(act, nadia)
    assert level(dialogue) == "mechanism"


def test_the_same_role_does_not_confirm(city, nadia, dialogue):
    omar = make.member(city, Role.CITY_OFFICER, "Omar")
    act = ask(dialogue, nadia)
    with pytest.raises(PermissionDenied, match="another role"):
        confirm(act, omar)
    make.grant(omar, city, Role.AUDITOR)
    confirm(act, omar)  # in the other role
    assert TwoPersonAct._unscoped.get().confirmed_role == Role.AUDITOR


@pytest.mark.parametrize("role", [Role.PARTNER, Role.DEPARTMENT_STAFF])
def test_some_roles_do_not_confirm(city, nadia, dialogue, role):
    with pytest.raises(PermissionDenied):
        confirm(ask(dialogue, nadia), make.member(city, role))


def test_somebody_of_another_city_does_not_confirm(city, nadia, dialogue):
    act = ask(dialogue, nadia)
    foreign = make.member(make.city(city.parent, "Noorabad"), Role.MAYOR)
    with pytest.raises(PermissionDenied):
        confirm(act, foreign)
    assert queries.act(make.viewer(foreign), act=act.pk) is None


@pytest.mark.parametrize("who_appointed", ["asker", "confirmer"])
def test_who_was_just_appointed_by_the_other_does_not_count(city, nadia, dialogue, who_appointed):
    mayor = make.member(city, Role.MAYOR)
    act = ask(dialogue, nadia)
    one, other = (mayor, nadia) if who_appointed == "asker" else (nadia, mayor)
    recent = timezone.now() - timedelta(hours=23)
    Membership._unscoped.filter(user=one).update(granted_by=other, starts=recent)
    with pytest.raises(PermissionDenied, match="within the last day"):
        confirm(act, mayor)
    Membership._unscoped.filter(user=one).update(starts=recent - timedelta(hours=2))
    confirm(act, mayor)


def test_a_request_ends_after_a_day(city, nadia, dialogue):
    act = ask(dialogue, nadia)
    mayor = make.member(city, Role.MAYOR)
    past = timezone.now() - timedelta(hours=25)
    TwoPersonAct._unscoped.update(asked_at=past, expires_at=past + timedelta(hours=24))
    act.refresh_from_db()
    assert not act.is_open
    with pytest.raises(ValidationError, match="older than a day"):
        confirm(act, mayor)
    assert not queries.acts_waiting(make.viewer(mayor)).exists()
    again = ask(dialogue, nadia)  # and it can be asked anew
    assert again.pk != act.pk


def test_one_request_at_a_time_with_a_reason(city, nadia, dialogue):
    with pytest.raises(ValidationError, match="Say why"):
        ask(dialogue, nadia, reason="   ")
    ask(dialogue, nadia)
    with pytest.raises(ValidationError, match="already"):
        ask(dialogue, nadia)
    with pytest.raises(PermissionDenied, match="does not allow"):
        ask(dialogue, make.member(city, Role.MODERATOR))


def test_a_request_is_confirmed_once_and_withdrawn_by_who_asked(city, nadia, dialogue):
    mayor, auditor = make.member(city, Role.MAYOR), make.member(city, Role.AUDITOR)
    act = ask(dialogue, nadia)
    with pytest.raises(PermissionDenied, match="Only who asked"):
        services.withdraw_two_person(act=act, by=make.viewer(mayor))
    confirm(act, mayor)
    for late in (
        lambda: confirm(act, auditor),
        lambda: services.withdraw_two_person(act=act, by=make.viewer(nadia)),
    ):
        with pytest.raises(ValidationError):
            late()


def test_an_act_that_fails_is_not_confirmed(city, nadia, dialogue, monkeypatch):
    act = ask(dialogue, nadia)
    mayor = make.member(city, Role.MAYOR)
    type(dialogue)._unscoped.filter(pk=dialogue.pk).update(visibility="public")
    with pytest.raises(ValidationError, match="reload"), transaction.atomic():
        confirm(act, mayor)
    assert TwoPersonAct._unscoped.get().confirmed_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmed_by": "same"},
        {"confirmed_role": "city_officer"},
        {"confirmed_at": "late"},
        {"reason": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_refuses_what_the_rule_forbids(city, nadia, dialogue, wrong):
    act = ask(dialogue, nadia)
    mayor = make.member(city, Role.MAYOR)
    right = {
        "confirmed_by": mayor.pk,
        "confirmed_role": "mayor",
        "confirmed_at": timezone.now(),
        "reason": "Why not",
    }
    wrong = {
        k: {"same": nadia.pk, "late": act.expires_at + timedelta(hours=1)}.get(v, v)
        for k, v in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        TwoPersonAct._unscoped.filter(pk=act.pk).update(**{**right, **wrong})
    TwoPersonAct._unscoped.filter(pk=act.pk).update(**right)


def test_two_people_bring_a_second_officer(city, nadia):
    mayor = make.member(city, Role.MAYOR)
    act = services.ask_to_invite(
        place=city,
        role=Role.CITY_OFFICER,
        email="omar@city.example",
        site="https://hub.example",
        reason="Nadia leaves in spring.",
        by=make.viewer(nadia),
    )
    assert "omar@" not in act.thing
    assert not queries.invitations_open(make.viewer(nadia), city).exists()
    confirm(act, mayor)
    (invitation,) = queries.invitations_open(make.viewer(nadia), city)
    assert (invitation.email, invitation.role) == ("omar@city.example", "city_officer")


def ask_for_omar(city, nadia):
    return services.ask_to_invite(
        place=city,
        role=Role.CITY_OFFICER,
        email="omar@city.example",
        site="https://hub.example",
        reason="Nadia leaves in spring.",
        by=make.viewer(nadia),
    )


def test_the_second_person_reads_whom_they_let_in(city, nadia):
    ask_for_omar(city, nadia)
    page = make.sign_in(make.member(city, Role.MAYOR)).get(f"/en/places/{city.slug}/requests/")
    assert "City officer · omar@city.example" in page.text


def calls_of(name):
    """Every call of this function in the hub's own files."""
    for path in sorted(Path(baithak.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name in (
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            ):
                yield path.name, node


def test_every_guarded_act_of_every_room_is_asked_with_its_title():
    """One call for each, and none with fixed words: they would say nothing of the thing."""
    asked = [
        (path, {k.arg: k.value for k in node.keywords}) for path, node in calls_of("ask_two_person")
    ]
    assert len(asked) == len(two_person._KNOWN) >= 20
    blind = [
        path
        for path, told in asked
        if "title" not in told or isinstance(told["title"], ast.Constant)
    ]
    assert blind == []


def test_who_lost_the_role_asks_for_nothing_any_more(city, nadia, dialogue):
    make.member(city, Role.CITY_OFFICER, "Omar")
    mayor = make.member(city, Role.MAYOR)
    act = ask(dialogue, nadia)
    held = Membership._unscoped.filter(user=nadia)
    ends = timezone.now()
    held.update(ends=ends)  # past the service, which closes the request
    with pytest.raises(ValidationError, match="no longer waits"):
        confirm(act, mayor)
    held.update(ends=None)
    services.end_membership(membership=held.get(), by=make.viewer(nadia))
    act.refresh_from_db()
    assert (act.closed_at is not None, level(dialogue)) == (True, "mechanism")
    with pytest.raises(ValidationError):
        confirm(act, mayor)


def test_what_is_gone_is_refused_and_not_an_error(city, nadia, dialogue):
    mayor = make.member(city, Role.MAYOR)
    widening = ask(dialogue, nadia)
    type(dialogue)._unscoped.filter(pk=dialogue.pk).delete()
    today = timezone.localdate()
    period = services.begin_election(
        place=city, begins=today + timedelta(days=3), ends=today + timedelta(days=9),
        by=make.viewer(nadia),
    )  # fmt: skip
    ending = services.ask_to_end_election(period=period, reason="Why.", by=make.viewer(nadia))
    type(period)._unscoped.filter(pk=period.pk).delete()
    client = make.sign_in(mayor)
    for act, said in ((widening, "reload the page"), (ending, "It is over already")):
        answer = client.post(f"/en/requests/{act.pk}/confirm/", follow=True)
        assert (answer.status_code, said in answer.text) == (200, True)
        act.refresh_from_db()
        assert act.confirmed_at is None


def test_taking_back_what_somebody_confirmed_meanwhile_is_refused(
    city, nadia, dialogue, monkeypatch
):
    act = ask(dialogue, nadia)
    client = make.sign_in(nadia)

    def late(**told):
        raise ValidationError("This request no longer waits.")

    monkeypatch.setattr(services, "withdraw_two_person", late)
    answer = client.post(f"/en/requests/{act.pk}/withdraw/", follow=True)
    assert (answer.status_code, "no longer waits" in answer.text) == (200, True)


def test_a_double_click_is_refused_by_the_table_in_the_same_words(
    city, nadia, dialogue, monkeypatch
):
    """The other click is written between the look and the writing, as it is on PostgreSQL."""
    mayor = make.member(city, Role.MAYOR)
    letter = {
        "place": city, "role": Role.FACILITATOR, "email": "rumi@city.example",
        "site": "https://hub.example", "by": make.viewer(nadia),
    }  # fmt: skip
    services.invite(**letter)
    ask(dialogue, nadia)
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda self: False)
    monkeypatch.setattr(TwoPersonAct, "full_clean", lambda self: None)
    with pytest.raises(ValidationError, match="asked already"):
        ask(dialogue, nadia)
    monkeypatch.setattr("django.db.models.query.QuerySet.update", lambda self, **told: 0)
    with pytest.raises(ValidationError, match="already has an invitation"):
        services.invite(**letter)
    monkeypatch.undo()
    assert TwoPersonAct._unscoped.count() == 1
    assert queries.invitations_open(make.viewer(mayor), city).count() <= 1


ROLES = [
    Role.CITY_OFFICER,
    Role.MAYOR,
    Role.AUDITOR,
    Role.MODERATOR,
    Role.FACILITATOR,
    Role.PARTNER,
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "confirm", "withdraw", "narrow"]),
        st.integers(0, 2),
        st.sampled_from(ROLES),
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_person_never_completes_a_guarded_act(city, nadia, dialogue, steps):
    """Whatever one person tries, in whatever roles, nothing becomes wider."""
    with transaction.atomic():
        for act, number, role in steps:
            if not Membership._unscoped.filter(user=nadia, role=role).exists():
                make.grant(nadia, city, role)
            waiting = TwoPersonAct._unscoped.order_by("pk")
            chosen = waiting[number] if number < waiting.count() else None
            try:
                with transaction.atomic():
                    if act == "ask":
                        ask(dialogue, nadia, ["city", "network", "public"][number])
                    elif act == "narrow":
                        services.narrow(shared=dialogue, to="mechanism", by=make.viewer(nadia))
                    elif chosen is not None and act == "confirm":
                        confirm(chosen, nadia)
                    elif chosen is not None:
                        services.withdraw_two_person(act=chosen, by=make.viewer(nadia))
            except (PermissionDenied, ValidationError):
                pass
        assert level(dialogue) == "mechanism"
        assert not TwoPersonAct._unscoped.filter(confirmed_at__isnull=False).exists()
        transaction.set_rollback(True)


def test_control_without_the_check_one_person_would(city, nadia, dialogue, monkeypatch):
    """The test above can fail: with the check off, and the database's wall down, nothing else stops it."""
    act = ask(dialogue, nadia)
    make.grant(nadia, city, Role.MAYOR)
    monkeypatch.setattr(two_person, "may_confirm", lambda by, act: Role.MAYOR)
    with pytest.raises(IntegrityError), transaction.atomic():  # the second wall holds still
        confirm(act, nadia)
