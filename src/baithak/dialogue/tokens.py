"""A resident's token: a random sign in a cookie of this dialogue alone. No account, no session.

The cookie is signed, out of reach of scripts, and sent only to the dialogue's own pages: its path
is the dialogue's address, once for every language of the interface. ``proof`` goes into the forms:
another site can neither read nor guess it, so it does what Django's token does elsewhere. Django's
own check needs a referrer or an origin, which these pages forbid browsers to send.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from baithak.dialogue import keys
from baithak.dialogue.models import Dialogue

__all__ = ["Participant", "participant"]

_NAME = "__Secure-baithak-voice" if settings.HTTPS else "baithak-voice"
#: Long enough for any dialogue; a closed one makes the cookie worthless anyway.
_AGE = 180 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody at the page: their token, and whether it was drawn just now."""

    token: str
    fresh: bool
    dialogue: Dialogue

    @property
    def pid(self) -> bytes:
        """The pseudonym (R3). Raises ``keys.KeyMissingError`` once the dialogue is closed."""
        return keys.pseudonym(self.dialogue.key, self.token)

    @property
    def proof(self) -> str:
        """What a form of these pages carries to show that it is theirs."""
        return str(salted_hmac("baithak.dialogue.proof", self.token).hexdigest())[:32]

    def sent(self, request: HttpRequest) -> bool:
        """Whether this form was sent from our own page by the very same person."""
        if self.fresh or request.headers.get("Sec-Fetch-Site") == "cross-site":
            return False
        return constant_time_compare(request.POST.get("proof", ""), self.proof)

    def keep(self, response: HttpResponse) -> None:
        """Give a new participant the cookie, for the dialogue's pages in every language."""
        if not self.fresh:
            return
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                path = reverse("dialogue:take_part", kwargs={"code": self.dialogue.code})
            # One name per language: a response can set each name once only.
            response.set_cookie(
                f"{_NAME}-{language}",
                _signer(self.dialogue).sign(self.token),
                max_age=_AGE,
                path=path,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )


def participant(request: HttpRequest, dialogue: Dialogue) -> Participant:
    """Who is at the page: the token of the cookie, or a new one."""
    try:
        cookie = request.COOKIES.get(f"{_NAME}-{translation.get_language()}", "")
        token = _signer(dialogue).unsign(cookie)
    except signing.BadSignature:
        return Participant(secrets.token_urlsafe(16), True, dialogue)
    return Participant(token, False, dialogue)


def _signer(dialogue: Dialogue) -> signing.Signer:
    return signing.Signer(salt=f"baithak.dialogue.token.{dialogue.code}")
