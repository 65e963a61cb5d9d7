"""A hub, two countries' worth of cities and a person for every role, each with the second step done."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace

from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from baithak.network import queries, services
from baithak.network.models import Kind, Organisation, Place, User
from baithak.network.rules import ROLES_AT, Role
from baithak.network.scope import SYSTEM, Viewer

#: Not a real secret: base32 of nothing in particular.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "four quiet lamps burning"

_SEEN: dict[str, int] = {}


def _nth(kind: str) -> int:
    _SEEN[kind] = _SEEN.get(kind, 0) + 1
    return _SEEN[kind]


def hub(name: str = "South Asia hub", **kwargs) -> Place:
    slug = kwargs.pop("slug", f"hub-{_nth('hub')}")
    return services.add_place(kind=Kind.HUB, name=name, slug=slug, by=SYSTEM, **kwargs)


def country(parent: Place | None = None, name: str = "Examplia", **kwargs) -> Place:
    return services.add_place(
        kind=Kind.COUNTRY,
        name=name,
        slug=kwargs.pop("slug", f"country-{_nth('country')}"),
        country_code=kwargs.pop("country_code", "XA"),
        parent=parent or hub(),
        by=SYSTEM,
        **kwargs,
    )


def city(parent: Place | None = None, name: str = "Kandarpur", **kwargs) -> Place:
    return services.add_place(
        kind=Kind.CITY,
        name=name,
        slug=kwargs.pop("slug", f"city-{_nth('city')}"),
        parent=parent or country(),
        by=SYSTEM,
        **kwargs,
    )


def organisation(place: Place, name: str = "Ward peace committee", **kwargs) -> Organisation:
    return services.add_organisation(
        place=place, name=name, types=kwargs.pop("types", ["local_peace_body"]), by=SYSTEM, **kwargs
    )


def person(
    name: str = "Ayesha", *, second_step: bool = True, password: str | None = None, **kwargs
) -> User:
    """Somebody with an account and no role. Without ``password`` only ``sign_in`` opens it."""
    email = kwargs.pop("email", f"{name.lower().replace(' ', '.')}.{_nth('person')}@city.example")
    user = services.add_person(email=email, name=name, by=SYSTEM, password=password, **kwargs)
    if second_step:
        TOTP.activate(user, SECRET)
    return user


def member(place: Place, role: str, name: str | None = None, *, days: int = 30, **kwargs) -> User:
    """Somebody who has had this role at this place for some days."""
    user = person(name or str(role).replace("_", " ").title(), **kwargs)
    grant(user, place, role, days=days)
    return user


def grant(user: User, place: Place, role: str, *, days: int = 30, **kwargs):
    starts = timezone.now() - timedelta(days=days)
    membership = services.grant_role(
        user=user, place=place, role=role, starts=starts, by=SYSTEM, **kwargs
    )
    user.refresh_from_db()
    return membership


def viewer(user: User) -> Viewer:
    return queries.viewer_of(user)


def sign_in(user: User, client: Client | None = None) -> Client:
    """A browser in which this person signed in a moment ago, with both steps."""
    client = client or Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def staffed(place: Place) -> dict[str, User]:
    """One person per role that exists at this place."""
    return {
        role.value: member(place, role, f"{role.value} of {place.name}")
        for role in Role
        if role in ROLES_AT[place.kind]
    }


def world() -> SimpleNamespace:
    """A hub with a country, two cities in it, a country with a city in another hub, all staffed."""
    one = hub("South Asia hub")
    land = country(one, "Examplia", country_code="XA")
    first, second = city(land, "Kandarpur"), city(land, "Noorabad")
    other_hub = hub("East Africa hub")
    other_land = country(other_hub, "Otherland", country_code="XB")
    far = city(other_land, "Farafield")
    places = {
        "hub": one,
        "country": land,
        "city": first,
        "other_city": second,
        "other_hub": other_hub,
        "far_city": far,
    }
    return SimpleNamespace(
        **places, people={name: staffed(place) for name, place in places.items()}
    )
