"""T13: nothing of city A reaches anybody of city B, of another hub, above, or nobody."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from baithak.dialogue import analysis
from baithak.network.models import User
from factories import network as make
from factories import things as stock
from factories.things import Somebody
from trust.test_t12_permissions import ROUTES, expected, routes

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

CANARY = "zqcanaryqz"
#: Things whose address is itself the key: whoever holds the letter may read it.
KEYS = {"letter", "reset"}
#: What a stranger might add to an address to be told more.
PROBES = [
    "",
    "?page=2",
    "?place={place}",
    "?order=name",
    "?next=/en/places/{place}/people/",
]


@pytest.fixture
def world(monkeypatch, settings) -> SimpleNamespace:
    cache.clear()
    settings.SESSION_SAVE_EVERY_REQUEST = False
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume_or_429", lambda *a, **k: None)
    drawn = SimpleNamespace(body=CANARY.encode(), content_type="text/csv", revision=1)
    monkeypatch.setattr(analysis, "report", lambda dialogue, kind: drawn)
    world = make.world()
    found = stock.things(world, CANARY)
    world.things = {
        kind: [t for t in kept if t.place == "city" and t.visibility in ("", "mechanism", "city")]
        for kind, kept in found.items()
        if kind != "none"
    }
    world.things["none"] = found["none"]
    everybody = stock.everybody(world)
    world.strangers = [
        who for who in everybody if not any(place == "city" for _, place in who.roles)
    ]
    world.officer = next(who for who in everybody if ("city_officer", "city") in who.roles)
    for user in world.people["city"].values():
        User.objects.filter(pk=user.pk).update(name=f"{user.name} {CANARY}")
    make.organisation(world.city, f"Boat club {CANARY}")
    return world


def ask(who: Somebody, method: str, path: str, **headers: str):
    with transaction.atomic():
        answer = who.asks(method, path, **headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer.status_code, body.decode(errors="replace") + str(dict(answer.headers))


def sweep(world: SimpleNamespace, people: list[Somebody], asked: set[str]):
    """Every route with every thing of the city, as these people: what leaked, what told too much."""
    for name, route in ROUTES.items():
        for thing in world.things.get(route["thing"], []):
            if route["thing"] in KEYS:
                continue
            path = reverse(name, kwargs=thing.kwargs)
            if thing.kwargs:
                asked.add(name)
            for who in people:
                for method in route["methods"]:
                    status, told = ask(who, method, path)
                    if CANARY in told:
                        yield f"canary: {method} {path} as {who.name}"
                    if status != 404 and expected(route, method, who, thing) == "hidden":
                        yield f"{status}, not 404: {method} {path} as {who.name}"


def test_no_stranger_sees_a_canary(world):
    asked: set[str] = set()
    assert list(sweep(world, world.strangers, asked)) == []
    with_ids = {name for name, _ in routes() if ROUTES[name]["thing"] != "none"}
    assert len(asked) >= 0.9 * len(with_ids)
    keyed = {name for name in with_ids if ROUTES[name]["thing"] in KEYS}
    # The two others take a key instead of an id; what a wrong key gets is in the matrix.
    assert with_ids - asked == keyed
    print(
        f"\n{len(asked)} of {len(with_ids) - len(keyed)} routes with a real id, {len(world.strangers)} strangers"
    )


def test_no_list_count_or_fragment_tells_of_the_city(world):
    lists = [(name, {}) for name, route in ROUTES.items() if route["thing"] == "none"]
    for place in ("city", "other_city", "country", "hub"):
        slug = getattr(world, place).slug
        lists += [(n, {"place": slug}) for n, r in ROUTES.items() if r["thing"] == "place"]
    # One of each kind: what they are told differs by kind only.
    names = {"nobody", "no role", "city_officer of other_city", "partner of far_city",
             "hub_secretariat of hub", "national_representative of country"}  # fmt: skip
    some = [who for who in world.strangers if who.name in names]
    assert len(some) == len(names)
    leaks = []
    for name, kwargs in lists:
        path = reverse(name, kwargs=kwargs)
        for who in world.strangers:
            for probe in PROBES:
                for headers in ({}, {"HX-Request": "true"}):
                    if headers and probe:
                        continue
                    _, told = ask(who, "GET", path + probe.format(place=world.city.slug), **headers)
                    if CANARY in told:
                        leaks.append(f"{path}{probe} as {who.name}")
    assert leaks == []


def test_a_role_at_one_place_is_no_role_at_another(world):
    """Right id of a thing, wrong place in the address."""
    thing = world.things["statement"][0]
    other = stock.dialogue(world.other_city, "open", "public")
    moderator = next(w for w in world.strangers if ("moderator", "other_city") in w.roles)
    for act in ("accept", "reject", "undo"):
        kwargs = {"code": other.code, "statement": thing.kwargs["statement"]}
        status, told = ask(moderator, "POST", reverse(f"dialogue:{act}", kwargs=kwargs))
        assert (status, CANARY in told) == (404, False)


def test_an_organisation_of_another_city_cannot_be_chosen(world):
    foreign = make.organisation(world.city, f"Secret {CANARY}")
    officer = next(w for w in world.strangers if ("city_officer", "other_city") in w.roles)
    officer.client.force_login(
        world.people["other_city"]["city_officer"],
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    answer = officer.client.post(
        reverse("network:invite", kwargs={"place": world.other_city.slug}),
        {"email": "a@city.example", "role": "partner", "organisation": foreign.pk},
    )
    assert answer.status_code == 422
    assert CANARY not in answer.content.decode()


def test_control_the_citys_own_officer_sees_the_canaries(world):
    """The sweep can find: as an officer of the city itself it finds many."""
    found = list(sweep(world, [world.officer], set()))
    assert len([line for line in found if line.startswith("canary")]) >= 10


def test_control_a_loader_without_scope_is_found(world, monkeypatch):
    """If every place counted the viewer as its officer, the sweep would tell."""
    monkeypatch.setattr(
        "baithak.network.scope.Viewer.roles_at", lambda self, place: frozenset({"city_officer"})
    )
    strangers = [w for w in world.strangers if ("city_officer", "other_city") in w.roles]
    assert next(sweep(world, strangers, set()), None) is not None
