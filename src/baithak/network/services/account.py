"""Accounts: made by an invitation or a command, never by signing up."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import User
from baithak.network.scope import Viewer

__all__ = ["add_person", "choose_language", "sign_out_everywhere"]


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    by: Viewer,
    password: str | None = None,
    language: str = "en",
    example: bool = False,
) -> User:
    """Make an account whose address is proved: by the letter it answered, or by who runs the hub."""
    told = wording.clean(name)
    user = User(email=email.strip().lower(), name=told, language=language, example=example)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    journal.write(
        verb="network.add_person",
        thing=f"person:{journal.pseudonym(user.pk, 'person')}",
        by=by.signature(),
        place="",
    )
    return user


@transaction.atomic
def choose_language(*, user: User, language: str, by: Viewer) -> None:
    """Pages and letters come in this language from now on."""
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose one of the languages in the list."))
    User.objects.filter(pk=user.pk).update(language=language)
    journal.write(
        verb="network.choose_language",
        thing=f"person:{journal.pseudonym(user.pk, 'person')}",
        by=by.signature(),
        place="",
        detail={"language": language},
    )


def end_sessions(user_id: int) -> None:
    """Every session of this account is dead at its next request."""
    User.objects.filter(pk=user_id).update(epoch=F("epoch") + 1)


@transaction.atomic
def sign_out_everywhere(*, user: User, by: Viewer) -> None:
    """End all sessions of this account, the present one too."""
    end_sessions(user.pk)
    journal.write(
        verb="network.sign_out_everywhere",
        thing=f"person:{journal.pseudonym(user.pk, 'person')}",
        by=by.signature(),
        place="",
    )
