"""What the permission matrix asks about: a staffed world, and in it things of every kind.

A new room adds a function here that yields its things, and its routes to ``trust/policy.toml``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from unittest import mock

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from baithak.dialogue.models import Dialogue, Statement, StatementState, Wording, WordingKind
from baithak.network import keys, letters, services
from baithak.network.models import Membership, State, Visibility
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from factories import network as make

#: The hub above each place of the world.
HUB_OF = {
    "hub": "hub",
    "country": "hub",
    "city": "hub",
    "other_city": "hub",
    "other_hub": "other_hub",
    "far_city": "other_hub",
}


@dataclass(frozen=True)
class Thing:
    """A thing with the facts about it that decide, and the arguments of its address."""

    name: str
    kwargs: dict[str, Any]
    place: str = ""
    visibility: str = ""
    marks: frozenset[str] = frozenset()
    ties: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Somebody:
    """Who asks: a browser and the roles of the person in front of it."""

    name: str
    client: Client
    user_id: int | None = None
    roles: frozenset[tuple[str, str]] = frozenset()
    session: str | None = None

    def asks(self, method: str, path: str, **headers: str) -> Any:
        """The hub's answer in a browser that keeps nothing from one question to the next."""
        cookies = {} if self.session is None else {settings.SESSION_COOKIE_NAME: self.session}
        self.client.cookies = SimpleCookie(cookies)
        return self.client.generic(method, path, headers=headers)


def everybody(world: SimpleNamespace) -> list[Somebody]:
    """One person for every role at every place, one without a role, and nobody."""
    found = [Somebody("nobody", _client()), _signed_in("no role", make.person("Zara"), [])]
    for place, people in world.people.items():
        for role, user in people.items():
            found.append(_signed_in(f"{role} of {place}", user, [(role, place)]))
    return found


def _client() -> Client:
    return Client(raise_request_exception=False)


def _signed_in(name: str, user: Any, roles: list[tuple[str, str]]) -> Somebody:
    client = make.sign_in(user, _client())
    return Somebody(name, client, user.pk, frozenset(roles), client.session.session_key)


NONE = Thing("none", {})


def things(world: SimpleNamespace, canary: str = "") -> dict[str, list[Thing]]:
    """Everything of the city (and its hub and country), by kind. ``canary`` is written into what stays inside."""
    return {
        "none": [NONE],
        "place": list(_places(world)),
        "membership": list(_memberships(world)),
        "invitation": list(_invitations(world, canary)),
        "letter": list(_letters(world, canary)),
        "act": list(_acts(world, canary)),
        "passkey": list(_passkeys(world)),
        "reset": [Thing("a made-up key", {"uidb36": "1", "key": "made-up"})],
        **_dialogues(world, canary),
    }


def _places(world: SimpleNamespace) -> Iterator[Thing]:
    empty = make.city(world.country, "Sahilpur", slug="sahilpur")
    world.people["empty_city"] = {}
    for name in ("hub", "country", "city"):
        marks = {"hub_place"} if name == "hub" else set()
        yield Thing(
            name, {"place": getattr(world, name).slug}, name, marks=frozenset({"in_charge", *marks})
        )
    yield Thing("a city without an officer", {"place": empty.slug}, "empty_city")


HUB_OF["empty_city"] = "hub"


def _memberships(world: SimpleNamespace) -> Iterator[Thing]:
    for place, role in (("city", "partner"), ("hub", "facilitator")):
        (held,) = Membership._unscoped.filter(user=world.people[place][role])
        yield Thing(f"{role} of {place}", {"membership": held.pk}, place)


def _invite(world: SimpleNamespace, by: Any, email: str, place: str = "city") -> tuple[Any, str]:
    with (
        mock.patch.object(letters, "invite") as sent,
        mock.patch("django.db.transaction.on_commit", lambda act, **_: act()),
    ):
        made = services.invite(
            place=getattr(world, place),
            role=Role.FACILITATOR,
            email=email,
            site="https://hub.example",
            by=by,
        )
    return made, sent.call_args.kwargs["token"]


def _invitations(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    officer = world.people["city"]["city_officer"]
    made, _ = _invite(world, make.viewer(officer), f"one{canary}@city.example")
    yield Thing("invitation", {"invitation": made.pk}, "city", ties={"inviter": officer.pk})
    secretary = world.people["hub"]["hub_secretariat"]
    made, _ = _invite(world, make.viewer(secretary), "two@city.example")
    yield Thing(
        "from the secretariat", {"invitation": made.pk}, "city", ties={"inviter": secretary.pk}
    )


def _letters(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    _, token = _invite(world, SYSTEM, f"three{canary}@city.example")
    yield Thing("open", {"token": token}, "city")
    made, token = _invite(world, SYSTEM, f"four{canary}@city.example")
    services.revoke_invitation(invitation=made, by=SYSTEM)
    yield Thing("revoked", {"token": token}, "city", marks=frozenset({"used"}))
    yield Thing("made up", {"token": secrets.token_urlsafe(32)}, "city", marks=frozenset({"used"}))


def _acts(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    for place, role in (("city", "city_officer"), ("hub", "hub_secretariat")):
        user, inside = world.people[place][role], canary if place == "city" else ""
        act = services.ask_to_invite(
            place=getattr(world, place), role=Role.AUDITOR, email=f"five{inside}@city.example",
            site="https://hub.example", reason=f"Ours leaves {inside}.", by=make.viewer(user),
        )  # fmt: skip
        yield Thing(f"asked at the {place}", {"act": act.pk}, place, ties={"asker": user.pk})


def _passkeys(world: SimpleNamespace) -> Iterator[Thing]:
    owner = world.people["city"]["mayor"]
    made = Authenticator.objects.create(
        user=owner, type="webauthn", data={"name": "Key ring", "credential": {}}
    )
    yield Thing("passkey", {"pk": made.pk}, "city", ties={"owner": owner.pk})


def _dialogues(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {"dialogue": [], "statement": [], "numbered": [], "report": []}
    for visibility in Visibility:
        for state in State:
            imported = (visibility, state) == (Visibility.MECHANISM, State.CLOSED)
            inside = canary if visibility in (Visibility.MECHANISM, Visibility.CITY) else ""
            made = dialogue(world.city, state, visibility, inside, imported=imported)
            waiting, number = statements(made, inside)
            facts = {
                "place": "city",
                "visibility": visibility.value,
                "marks": frozenset({state.value} | ({"imported"} if imported else set())),
            }
            name = f"{visibility.value} {state.value}"
            found["dialogue"].append(Thing(name, {"code": made.code}, **facts))
            found["report"].append(Thing(name, {"code": made.code, "kind": "csv"}, **facts))
            found["numbered"].append(Thing(name, {"code": made.code, "number": number}, **facts))
            found["statement"].append(
                Thing(name, {"code": made.code, "statement": waiting.pk}, **facts)
            )
    return found


def dialogue(
    place: Any, state: str, visibility: str, canary: str = "", *, imported: bool = False
) -> Dialogue:
    """A dialogue as it would be after its whole way, without going it."""
    made = Dialogue._unscoped.create(
        place=place,
        state=state,
        visibility=visibility,
        imported=imported,
        languages=["en"],
        texts={
            "en": {
                "title": f"Rivers {canary}",
                "question": f"And now {canary}?",
                "description": canary,
            }
        },
    )
    if state == State.OPEN:
        keys.create(made.key)
    return made


def statements(of: Dialogue, canary: str = "") -> tuple[Statement, int]:
    """One that waits for a moderator, and the number of one that is shown."""
    shown = Statement._unscoped.create(
        dialogue=of, number=1, state=StatementState.ACCEPTED, seed=True, received=date(2026, 11, 23)
    )
    waiting = Statement._unscoped.create(
        dialogue=of, state=StatementState.PENDING, received=date(2026, 11, 23)
    )
    for statement in (shown, waiting):
        Wording._unscoped.create(
            statement=statement,
            language="en",
            text=f"Parks stay open {canary}",
            kind=WordingKind.ORIGINAL,
        )
    return waiting, 1
