"""Sign-in: invitation only, two steps for everybody, sessions that end."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from baithak.network import demo, passwords, services
from baithak.network.models import User
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC
from factories import network as make

pytestmark = pytest.mark.django_db
LOGIN = "/en/account/login/"
SECOND = "/en/account/second-step/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def still(monkeypatch):
    """The clock stands: a code lives 30 seconds, and may have begun 29 ago."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.fixture
def city():
    return make.city()


@pytest.fixture
def nadia(city):
    return make.member(city, Role.CITY_OFFICER, "Nadia", password=make.PASSWORD)


def who(client):
    return client.session.get(SESSION_KEY)


def log_in(client, user, password=make.PASSWORD):
    return client.post(LOGIN, {"login": user.email, "password": password})


@pytest.mark.usefixtures("still")
def test_both_steps_open_the_desk_under_a_new_session_number(client, nadia):
    client.get(LOGIN)
    before = client.session.session_key
    answer = log_in(client, nadia)
    assert answer["Location"] == SECOND + "authenticate/"
    assert who(client) is None
    assert client.get(SECOND + "authenticate/").status_code == 200
    answer = client.post(SECOND + "authenticate/", {"code": demo.code_now(make.SECRET)})
    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/")
    assert who(client) == str(nadia.pk)
    assert client.session.session_key != before
    page = client.get("/en/me/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("still")
def test_a_wrong_code_or_password_opens_nothing(client, nadia):
    assert log_in(client, nadia, "wrong password here").status_code == 200
    log_in(client, nadia)
    now = demo.code_now(make.SECRET)
    wrong = f"{(int(now) + 1) % 10**6:06}"
    answer = client.post(SECOND + "authenticate/", {"code": wrong})
    assert answer.status_code == 200
    assert who(client) is None


@pytest.mark.usefixtures("still")
def test_a_code_works_once(client, nadia):
    code = demo.code_now(make.SECRET)
    log_in(client, nadia)
    client.post(SECOND + "authenticate/", {"code": code})
    other = Client()
    log_in(other, nadia)
    other.post(SECOND + "authenticate/", {"code": code})
    assert (who(client), who(other)) == (str(nadia.pk), None)


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_unknown_addresses_get_the_same_answer(client, nadia):
    known = log_in(client, nadia, "wrong password here").content.decode()
    cache.clear()
    unknown = client.post(
        LOGIN, {"login": "nobody@city.example", "password": "wrong password here"}
    ).content.decode()
    plain = [re.sub(r'value="[^"]*"|nonce-\S+', "", page) for page in (known, unknown)]
    assert plain[0] == plain[1]


def test_guessing_is_slowed_down(client, nadia):
    answers = [log_in(client, nadia, f"wrong password {i}") for i in range(8)]
    assert "too many" in answers[-1].content.decode().lower()
    assert "too many" in log_in(client, nadia).content.decode().lower()  # even the right one waits
    assert who(client) is None


@pytest.mark.parametrize("path", ["/en/desk/", "/en/me/", "/en/places/", "/en/journal/x/"])
def test_without_a_second_step_only_setting_one_up_is_reachable(client, city, path):
    user = make.member(city, Role.PARTNER, "Bilal", second_step=False)
    make.sign_in(user, client)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, SECOND)
    fragment = client.get(path, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (403, SECOND)
    for reachable in (SECOND, SECOND + "totp/activate/", SECOND + "webauthn/add/"):
        assert client.get(reachable).status_code == 200
    assert client.post("/en/account/logout/").status_code == 302
    assert who(client) is None


@pytest.mark.parametrize("role", list(Role))
def test_every_role_needs_the_second_step(role):
    from baithak.network.rules import ROLES_AT

    place = make.city()
    place = next(p for p in (place, place.parent, place.hub) if role in ROLES_AT[p.kind])
    user = make.member(place, role, second_step=False)
    client = make.sign_in(user)
    assert client.get("/en/me/")["Location"] == SECOND
    TOTP.activate(user, make.SECRET)
    assert client.get("/en/me/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(client, city):
    user = make.member(city, Role.PARTNER, second_step=False)
    Authenticator.objects.create(
        user=user, type="recovery_codes", data={"seed": "x", "used_mask": 0}
    )
    make.sign_in(user, client)
    assert client.get("/en/me/")["Location"] == SECOND


@pytest.mark.usefixtures("still")
def test_setting_up_an_app_gives_recovery_codes_and_opens_the_hub(client, city):
    user = make.member(city, Role.PARTNER, second_step=False)
    make.sign_in(user, client)
    page = client.get(SECOND + "totp/activate/").content.decode()
    secret = re.search(r'<code dir="ltr">([A-Z2-7]{32})</code>', page)[1]
    answer = client.post(SECOND + "totp/activate/", {"code": demo.code_now(secret)})
    assert answer["Location"] == SECOND + "recovery-codes/"
    codes = client.get(SECOND + "recovery-codes/").content.decode()
    assert len(re.findall(r'<code dir="ltr">\d{8}</code>', codes)) == 10
    assert client.get("/en/me/").status_code == 200


def test_secrets_of_apps_are_encrypted_and_survive_a_new_hub_secret(nadia, settings):
    row = Authenticator.objects.get(user=nadia, type="totp")
    assert make.SECRET not in str(row.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one " * 6
    assert get_adapter().decrypt(row.data["secret"]) == make.SECRET


def test_a_session_ends_after_eight_hours_however_active(client, nadia):
    make.sign_in(nadia, client)
    session = client.session
    session["signed_in_at"] = int(time.time()) - 8 * 3600 + 60
    session.save()
    assert client.get("/en/me/").status_code == 200
    session = client.session
    session["signed_in_at"] = int(time.time()) - 8 * 3600 - 1
    session.save()
    old = client.session.session_key
    assert client.get("/en/me/")["Location"].startswith(LOGIN)
    assert not Session.objects.filter(session_key=old).exists()


def test_sign_out_everywhere_kills_every_session(nadia):
    browsers = [make.sign_in(nadia) for _ in range(5)]
    answer = browsers[0].post("/en/me/sign-out-everywhere/")
    assert "cookies" in answer["Clear-Site-Data"]
    for browser in browsers:
        assert browser.get("/en/me/").status_code == 302


def test_signing_out_clears_the_browser_and_the_session(client, nadia):
    make.sign_in(nadia, client)
    old = (
        client.cookies["baithak"].value
        if "baithak" in client.cookies
        else client.session.session_key
    )
    answer = client.post("/en/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not Session.objects.filter(session_key=old).exists()


def test_a_new_role_ends_old_sessions(city, nadia):
    client = make.sign_in(nadia)
    make.grant(nadia, city, Role.AUDITOR)
    assert client.get("/en/me/").status_code == 302


def test_a_guarded_act_asks_once_more_who_it_is(client, city, nadia):
    mayor = make.member(city, Role.MAYOR, "Meera", password=make.PASSWORD)
    act = services.ask_to_invite(
        place=city,
        role=Role.AUDITOR,
        email="new@city.example",
        site="https://hub.example",
        reason="Ours leaves.",
        by=make.viewer(nadia),
    )
    make.sign_in(mayor, client)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 3600
    session.save()
    path = f"/en/requests/{act.pk}/confirm/"
    answer = client.post(path)
    assert "reauthenticate" in answer["Location"]
    act.refresh_from_db()
    assert act.confirmed_at is None
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert f'name="next" value="{path}"' in page.content.decode()
    # The very request that was asked for goes on by itself.
    client.post("/en/account/reauthenticate/", {"password": make.PASSWORD, "next": path})
    act.refresh_from_db()
    assert act.confirmed_at is not None


def test_the_way_from_the_letter_to_the_desk(
    client, city, nadia, django_capture_on_commit_callbacks
):
    officer = make.sign_in(nadia)
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(
            f"/en/places/{city.slug}/people/invite/",
            {"email": "rumi@city.example", "role": "moderator"},
        )
    assert answer["Location"] == f"/en/places/{city.slug}/people/"
    path = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    page = client.get(path)
    assert page.status_code == 200
    assert "rumi@city.example" in page.content.decode()
    weak = client.post(path, {"name": "Rumi", "password": "password1234"})
    assert weak.status_code == 422
    answer = client.post(path, {"name": "Rumi", "password": make.PASSWORD})
    assert answer.status_code == 302
    assert client.get("/en/me/")["Location"] == SECOND
    assert Client().get(path).status_code == 404
    assert User.objects.get(email="rumi@city.example").name == "Rumi"


def test_somebody_with_an_account_accepts_and_stays_signed_in(client, city, nadia):
    zara = make.person("Zara")
    make.sign_in(zara, client)
    before = client.session.session_key
    token = make_token(city, nadia, zara.email)
    page = client.get(f"/en/invitation/{token}/")
    assert page.status_code == 200
    client.post(f"/en/invitation/{token}/")
    assert client.get(f"/en/places/{city.slug}/people/").status_code == 200
    assert client.session.session_key != before


def test_a_letter_for_somebody_else_tells_how_to_go_on(client, city, nadia):
    zara = make.person("Zara")
    token = make_token(city, nadia, zara.email)
    assert "Sign in to accept" in client.get(f"/en/invitation/{token}/").content.decode()
    client.post(f"/en/invitation/{token}/", {"name": "Mallory", "password": make.PASSWORD})
    assert make.viewer(zara).grants == ()
    make.sign_in(nadia, client)
    assert "another address" in client.get(f"/en/invitation/{token}/").content.decode()


def make_token(city, by, email):
    from unittest import mock

    from baithak.network import letters

    with (
        mock.patch.object(letters, "invite") as sent,
        mock.patch("baithak.network.services.membership.transaction.on_commit", lambda act: act()),
    ):
        services.invite(
            place=city,
            role=Role.PARTNER,
            email=email,
            site="https://hub.example",
            by=make.viewer(by),
        )
    return sent.call_args.kwargs["token"]


def test_the_demonstration_shows_sign_ins_of_invented_people_only(client, settings):
    hub = make.hub(example=True)
    city = make.city(make.country(hub, example=True), example=True)
    invented = demo.add_example_person(email="nadia@example.example", name="Nadia")
    make.grant(invented, city, Role.CITY_OFFICER)
    both = demo.add_example_person(email="omar@example.example", name="Omar")
    make.grant(both, city, Role.MAYOR)
    make.grant(both, make.city(), Role.MAYOR)
    make.member(city, Role.MODERATOR, "Real")
    assert demo.sign_ins() == []
    settings.DEMO = True
    (only,) = demo.sign_ins()
    assert (only.role, only.email, only.password) == ("City officer", invented.email, demo.PASSWORD)
    page = client.get(LOGIN).content.decode()
    assert only.code in page
    log_in(client, invented, only.password)
    client.post(SECOND + "authenticate/", {"code": only.code})
    assert who(client) == str(invented.pk)


def test_the_demonstration_is_refused_beside_a_real_city(settings):
    from baithak.network.checks import no_demonstration_beside_real_cities as check

    settings.DEMO = True
    make.city(make.country(make.hub(example=True), example=True), example=True)
    make.city(make.country(), "Bowling Green", open_data=True)
    assert check(databases=["default"]) == []
    make.city(name="Mardan")
    (error,) = check(databases=["default"])
    assert "Mardan" in error.msg
    settings.DEMO = False
    assert check(databases=["default"]) == []


def test_passwords_are_argon2_with_a_bounded_cost():
    hasher = passwords.Argon2()
    encoded = hasher.encode("four quiet lamps", hasher.salt())
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("four quiet lamps", encoded)
    assert not hasher.verify("four loud lamps", encoded)


def test_an_anonymous_page_reads_no_session(django_assert_num_queries, client):
    with django_assert_num_queries(0):
        client.get("/en/account/password/reset/done/")


def test_a_session_dies_with_the_password(nadia):
    request = RequestFactory().get("/")
    client = make.sign_in(nadia)
    nadia.set_password("another good password")
    nadia.save()
    request.session = client.session
    assert get_user(request).is_anonymous


def test_a_viewer_without_sign_in_is_public(client):
    answer = client.get("/en/places/")
    assert answer.wsgi_request.viewer == PUBLIC
