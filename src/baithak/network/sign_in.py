"""How allauth behaves here: nobody signs up, secrets are encrypted, leaving clears the browser."""

from __future__ import annotations

import base64
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import ResetPasswordForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override

from baithak.network.letters import not_sent

__all__ = ["AccountAdapter", "ForgottenPasswordForm", "SecondFactorAdapter", "recently_proved"]

#: For guarded acts (R19, R23): the view runs only when the person proved who they are in the last
#: five minutes; otherwise the sign-in page asks once more and then goes on with the very request.
recently_proved = reauthentication_required()

#: Letters on their way; those that wait when the process ends are sent first.
post = ThreadPoolExecutor(1, thread_name_prefix="post")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not where somebody signed in a moment ago: that proved who they are just as well."""
        records = get_authentication_records(self.request, self.request.user)
        since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > since for record in records)

    def get_logout_redirect_url(self, request: HttpRequest) -> Any:
        # The middleware sees this mark and tells the browser to forget what it kept (R23).
        request.forget_everything = True  # type: ignore[attr-defined]  # allauth hands on no response
        return super().get_logout_redirect_url(request)


class ForgottenPasswordForm(ResetPasswordForm):
    """Whom to write to, and the letter, are worked out after the answer: how long the answer takes must
    not tell that there is such an account (T25).
    """

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        language, around = get_language() or settings.LANGUAGE_CODE, copy_context()

        def write() -> None:
            try:
                with override(language):
                    super(ForgottenPasswordForm, self).save(request, **kwargs)
            except Exception as trouble:  # nobody else looks at what becomes of it
                not_sent("a letter about a forgotten password", trouble)
            finally:
                connection.close()

        post.submit(around.run, write)
        return str(self.cleaned_data["email"])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps lie encrypted in the database (R8); the key is the hub's secret."""

    def encrypt(self, text: str) -> str:
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _lock().decrypt(encrypted_text.encode()).decode()


def _lock() -> MultiFernet:
    """The newest secret locks, the fallbacks still open."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(hashlib.sha256(b"second factor:" + s.encode()).digest())
            )
            for s in secrets
        ]
    )


def forget(response: HttpResponse) -> None:
    """Tell the browser to drop pages, cookies and stored data of this hub."""
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
