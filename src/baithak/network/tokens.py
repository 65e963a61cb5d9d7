"""A resident's token: a random sign in a cookie of this one consultation. No account, no session.

The cookie is signed, out of reach of scripts, and sent only to the consultation's own pages: its path
is the consultation's address (``<room>:take_part``), once for every language of the interface. ``proof`` goes into the forms:
another site can neither read nor guess it, so it does what Django's token does elsewhere. Django's
own check needs a referrer or an origin, which these pages forbid browsers to send.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from baithak.network import keys
from baithak.network.models import Channel, Consultation

__all__ = ["Participant", "forget", "newcomer", "participant"]

_NAME = "__Secure-baithak-voice" if settings.HTTPS else "baithak-voice"
#: Long enough for any consultation; a closed one makes the cookie worthless anyway.
_AGE = 180 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody at the page: their token, whether it was drawn just now, and how they came.

    ``channel`` stands in the signed cookie: that somebody came with a slip is known of each answer,
    and nothing else of them.
    """

    token: str
    fresh: bool
    consultation: Consultation
    channel: str = Channel.OPEN

    @property
    def pid(self) -> bytes:
        """The pseudonym (R3). Raises ``keys.KeyMissingError`` once it is closed."""
        return keys.pseudonym(self.consultation.key, self.token)

    @property
    def mark(self) -> bytes:
        """What the list of receipts shows of this participant (R5): 16 bytes, a hash of the token."""
        return hashlib.sha256(f"baithak.receipt:{self.token}".encode()).digest()[:16]

    @property
    def proof(self) -> str:
        """What a form of these pages carries to show that it is theirs."""
        return str(
            salted_hmac(f"baithak.{_room(self.consultation)}.proof", self.token).hexdigest()
        )[:32]

    def sent(self, request: HttpRequest) -> bool:
        """Whether this form was sent from our own page by the very same person."""
        if self.fresh or request.headers.get("Sec-Fetch-Site") == "cross-site":
            return False
        return constant_time_compare(request.POST.get("proof", ""), self.proof)

    def keep(self, response: HttpResponse, *, age: int = _AGE) -> None:
        """Give a new participant the cookie, for the consultation's pages in every language.

        ``age`` is how many seconds it stays: short where several people share a phone.
        """
        if not self.fresh:
            return
        for language, path in _paths(self.consultation):
            # One name per language: a response can set each name once only.
            response.set_cookie(
                f"{_NAME}-{language}",
                _signer(self.consultation).sign(_written(self.token, self.channel)),
                max_age=age,
                path=path,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )


def participant(request: HttpRequest, consultation: Consultation) -> Participant:
    """Who is at the page: the token of the cookie, or a new one."""
    try:
        cookie = request.COOKIES.get(f"{_NAME}-{translation.get_language()}", "")
        token, _dot, channel = _signer(consultation).unsign(cookie).partition(".")
    except signing.BadSignature:
        return newcomer(consultation)
    return Participant(token, False, consultation, channel or Channel.OPEN)


def newcomer(consultation: Consultation, channel: str = Channel.OPEN) -> Participant:
    """Somebody new: a token drawn now. ``keep`` gives it to their browser."""
    return Participant(secrets.token_urlsafe(16), True, consultation, channel)


def _written(token: str, channel: str) -> str:
    """What the cookie holds. Tokens have no dot."""
    return token if channel == Channel.OPEN else f"{token}.{channel}"


def forget(response: HttpResponse, consultation: Consultation) -> None:
    """Take the cookie back: the next person at this phone begins anew."""
    for language, path in _paths(consultation):
        response.delete_cookie(f"{_NAME}-{language}", path=path, samesite="Lax")


def _paths(consultation: Consultation) -> tuple[tuple[str, str], ...]:
    """Each language of the interface and the consultation's address in it."""
    return _addresses(_room(consultation), consultation.code)


@lru_cache(maxsize=256)
def _addresses(room: str, code: str) -> tuple[tuple[str, str], ...]:
    """Looked up once: a crowd that comes in at the same time comes to the same addresses."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append((language, reverse(f"{room}:take_part", kwargs={"code": code})))
    return tuple(found)


def _room(consultation: Consultation) -> str:
    return consultation._meta.app_label


def _signer(consultation: Consultation) -> signing.Signer:
    return signing.Signer(salt=f"baithak.{_room(consultation)}.token.{consultation.code}")
