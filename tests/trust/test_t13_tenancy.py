"""T13: nothing of city A reaches anybody of city B, of another hub, above, or nobody."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from baithak.dialogue import analysis
from baithak.network.models import User
from baithak.web import views as web
from factories import network as make
from factories import things as stock
from factories.standing import standing
from factories.things import Somebody
from trust.test_t12_permissions import ROUTES, expected, routes

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

CANARY = "zqcanaryqz"
#: Things whose address is itself the key: whoever holds the letter may read it.
KEYS = {"letter", "reset", "stop_letter"}
#: Part of the program itself, the same for every city.
NOBODYS = {"guide_step"}
#: Roles that are asked of a strange city; the matrix (T12) does the same.
STRANGE = {"city_officer", "moderator", "mayor", "partner"}
#: One of each kind of stranger: what they are told differs by kind only.
FEW = {
    "nobody", "no role", "city_officer of other_city", "partner of far_city", "hub_secretariat of hub",
    "national_representative of country",
}  # fmt: skip
#: What a stranger might add to an address to be told more.
PROBES = [
    "?page=2",
    "?place={place}",
    "?order=name",
    "?next=/en/places/{place}/people/",
]


@pytest.fixture(scope="module")
def staffed(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    """Everybody, and everything of the city that stays inside it, made once."""
    with standing(django_db_blocker):
        cache.clear()
        world = make.world()
        found = stock.things(world, CANARY)
        world.things = {
            kind: [
                t for t in kept if t.place == "city" and t.visibility in ("", "mechanism", "city")
            ]
            for kind, kept in found.items()
            if kind != "none"
        }
        world.things["none"] = found["none"]
        everybody = stock.everybody(world)
        # A few roles stand for all of a strange city: what decides there is the place, whatever the role.
        world.strangers = [
            who
            for who in everybody
            if not any(place == "city" for _, place in who.roles)
            and all(
                place != "other_hub"
                and (place not in ("other_city", "far_city") or role in STRANGE)
                for role, place in who.roles
            )
        ]
        world.few = [who for who in world.strangers if who.name in FEW]
        assert len(world.few) == len(FEW)
        world.officer = next(who for who in everybody if ("city_officer", "city") in who.roles)
        for user in world.people["city"].values():
            User.objects.filter(pk=user.pk).update(name=f"{user.name} {CANARY}")
        make.organisation(world.city, f"Boat club {CANARY}")
        yield world


@pytest.fixture
def world(staffed, monkeypatch, settings) -> SimpleNamespace:
    settings.SESSION_SAVE_EVERY_REQUEST = False
    # Who signed in when the sweep began is still to be known as such when it ends.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60 * 60
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr("allauth.core.internal.ratelimit.consume_or_429", lambda *a, **k: None)
    drawn = SimpleNamespace(body=CANARY.encode(), content_type="text/csv", revision=1)
    monkeypatch.setattr(analysis, "report", lambda dialogue, kind: drawn)
    # A refusal is drawn, which is most of its time, once for everybody in each room.
    refuse, told = web._page, set()

    def once(request, status, **words):
        whom = (request.viewer.user_id, status, request.resolver_match.namespace)
        if whom in told:
            return HttpResponse(status=status)
        told.add(whom)
        return refuse(request, status, **words)

    monkeypatch.setattr(web, "_page", once)
    return staffed


def ask(who: Somebody, method: str, path: str, **headers: str):
    with transaction.atomic():
        answer = who.asks(method, path, **headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    if body[:2] == b"PK":  # a packed file: what its parts say
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    return answer.status_code, body.decode(errors="replace") + str(dict(answer.headers))


def sweep(world: SimpleNamespace, people: list[Somebody], asked: set[str]):
    """Every route with every thing of the city: what leaked, what told too much.

    All these people ask, by the route's first method, about the first thing of the kind; those among them
    who stand for a kind of stranger ask about all things, by every method.
    """
    few = [who for who in people if who in world.few] or people
    for name, route in ROUTES.items():
        for number, thing in enumerate(world.things.get(route["thing"], [])):
            if route["thing"] in KEYS:
                continue
            path = reverse(name, kwargs=thing.kwargs)
            if thing.kwargs:
                asked.add(name)
            for method in route["methods"]:
                first = not number and method == route["methods"][0]
                for who in people if first else few:
                    status, told = ask(who, method, path)
                    if CANARY in told:
                        yield f"canary: {method} {path} as {who.name}"
                    if status != 404 and expected(route, method, who, thing) == "hidden":
                        yield f"{status}, not 404: {method} {path} as {who.name}"


def test_no_stranger_sees_a_canary(world):
    asked: set[str] = set()
    assert list(sweep(world, world.strangers, asked)) == []
    with_ids = {name for name, _ in routes() if ROUTES[name]["thing"] not in {"none", *NOBODYS}}
    assert len(asked) >= 0.9 * len(with_ids)
    keyed = {name for name in with_ids if ROUTES[name]["thing"] in KEYS}
    # The two others take a key instead of an id; what a wrong key gets is in the matrix.
    assert with_ids - asked == keyed
    print(
        f"\n{len(asked)} of {len(with_ids) - len(keyed)} routes with a real id, {len(world.strangers)} strangers"
    )


def test_no_list_count_or_fragment_tells_of_the_city(world):
    gets = {name: route["thing"] for name, route in ROUTES.items() if "GET" in route["methods"]}
    lists = [(name, {}) for name, thing in gets.items() if thing == "none"]
    for place in ("city", "other_city", "country", "hub"):
        slug = getattr(world, place).slug
        lists += [(name, {"place": slug}) for name, thing in gets.items() if thing == "place"]
    leaks = []
    for name, kwargs in lists:
        path = reverse(name, kwargs=kwargs)
        for who in world.few:
            status, told = ask(who, "GET", path)
            answers = {
                "": told,
                " as a fragment": ask(who, "GET", path, **{"HX-Request": "true"})[1],
            }
            # Who is not let in is not let in with more in the address either: nobody tries it for all.
            if status in (200, 422) or who is world.few[0]:
                for probe in PROBES:
                    answers[probe] = ask(who, "GET", path + probe.format(place=world.city.slug))[1]
            leaks += [f"{path}{p} as {who.name}" for p, told in answers.items() if CANARY in told]
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


#: What an officer reads there holds no words of the city's people: codes, templates, files that hold what is
#: published, the acts on the place itself. Strangers look for the city's words in them all the same.
WORDLESS = {"city_page", "export_kind", "table_kind", "trail"}
#: Kinds that an officer has no page of: residents' own, somebody else's, of a later or an earlier state.
NOT_THEIRS = {
    "budget_numbered", "dialogue_said", "numbered", "overview", "panel_category", "panel_document", "passkey",
}  # fmt: skip


def test_control_the_citys_own_officer_sees_the_canaries(world):
    """The sweep can find: the city's officer reads one in something of every kind that holds words."""
    found = dict.fromkeys((r["thing"] for r in ROUTES.values() if "GET" in r["methods"]), 0)
    for name, route in ROUTES.items():
        kind = route["thing"]
        if "GET" not in route["methods"] or kind in KEYS:
            continue
        for thing in world.things[kind]:
            if found[kind]:
                break
            _, told = ask(world.officer, "GET", reverse(name, kwargs=thing.kwargs))
            found[kind] += CANARY in told
    without = {kind for kind, seen in found.items() if not seen}
    assert without == WORDLESS | NOT_THEIRS | KEYS | NOBODYS
    assert len(found) - len(without) >= 60


def test_control_a_loader_without_scope_is_found(world, monkeypatch):
    """If every place counted the viewer as its officer, the sweep would tell."""
    monkeypatch.setattr(
        "baithak.network.scope.Viewer.roles_at", lambda self, place: frozenset({"city_officer"})
    )
    strangers = [w for w in world.strangers if ("city_officer", "other_city") in w.roles]
    assert next(sweep(world, strangers, set()), None) is not None
