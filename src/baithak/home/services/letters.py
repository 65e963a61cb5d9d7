"""How often the hub writes to somebody: chosen by them, or ended by the link in a letter."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from baithak.home.models import Digest, Preference
from baithak.home.queries.preferences import due
from baithak.journal import services as journal
from baithak.network.models import User
from baithak.network.scope import PUBLIC, Viewer

__all__ = ["choose_digest", "claim", "settle", "stop_letters"]


def _note(verb: str, user_id: int, by: Viewer, **detail: str) -> None:
    journal.write(
        verb=f"home.{verb}",
        thing=f"person:{journal.pseudonym(user_id, 'person')}",
        by=by.signature(),
        place="",
        detail=detail,
    )


@transaction.atomic
def choose_digest(*, digest: str, by: Viewer) -> Preference:
    """The viewer gets the letter this often from now on."""
    if by.user_id is None:
        raise PermissionDenied("home.choose_letters")
    if digest not in Digest.values:
        raise ValidationError({"digest": _("Choose one of the three.")})
    chosen, _made = Preference._unscoped.update_or_create(
        user_id=by.user_id, defaults={"digest": digest}
    )
    _note("choose_digest", by.user_id, by, digest=digest)
    return chosen


@transaction.atomic
def stop_letters(*, user: User, by: Viewer = PUBLIC) -> None:
    """No digest from now on: whoever holds the link of a letter may end the letters, and nothing else."""
    Preference._unscoped.update_or_create(user_id=user.pk, defaults={"digest": Digest.NEVER})
    _note("stop_letters", user.pk, by)


def claim(*, user: User, today: date) -> bool:
    """Take this person's letter of today; False where another worker has it, or none is due.

    No line in the journal: nothing was done yet, and the day alone would say when somebody reads.
    """
    try:
        with transaction.atomic():
            Preference._unscoped.get_or_create(user_id=user.pk)
    except IntegrityError:
        pass  # another worker has just written it
    return Preference._unscoped.filter(due(today), user=user.pk).update(tried_on=today) == 1


def settle(*, user: User, today: date) -> None:
    """The letter of today was sent, or there was nothing to write: the next one tells what comes from now on."""
    Preference._unscoped.filter(user=user.pk).update(sent_on=today)
