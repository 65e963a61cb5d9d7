"""Sign-ins of the demonstration: shown to everybody, so only for invented people."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import NamedTuple

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings

from baithak.network.models import User
from baithak.network.queries import example_people
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from baithak.network.services import add_person

__all__ = ["PASSWORD", "SignIn", "add_example_person", "code_now", "sign_ins"]

#: The same for all example people, and printed on the sign-in page.
PASSWORD = "sitting together 2026"  # noqa: S105  # shown to everybody on purpose, for invented people


class SignIn(NamedTuple):
    """How to enter the demonstration in one role."""

    role: str
    email: str
    password: str
    code: str


def add_example_person(*, email: str, name: str, language: str = "en") -> User:
    """An invented person with a password and an authenticator app whose code the page shows."""
    user = add_person(
        email=email, name=name, by=SYSTEM, password=PASSWORD, language=language, example=True
    )
    # From the hub's secret and the address: the demonstration can be loaded anew with the same apps.
    TOTP.activate(user, _secret_of(email))
    return user


def _secret_of(email: str) -> str:
    told = hmac.new(settings.SECRET_KEY.encode(), f"example:{email}".encode(), hashlib.sha256)
    return base64.b32encode(told.digest()[:20]).decode()


def code_now(secret: str) -> str:
    """The six digits that an authenticator app with this secret shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_ins() -> list[SignIn]:
    """Everybody who can be tried, or nobody where this is not the demonstration."""
    if not settings.DEMO:
        return []
    adapter = get_adapter()
    return [
        SignIn(
            str(Role(role).label),
            email,
            PASSWORD,
            code_now(adapter.decrypt(data["secret"])),
        )
        for role, email, data in example_people()
    ]
