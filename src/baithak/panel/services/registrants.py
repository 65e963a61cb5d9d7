"""Registering, changing, withdrawing, answering: what a resident does, with a code instead of an account.

Nothing that a resident does here is journaled: a line has a time, and a registration has none. What
somebody does for a resident is: the line names who, not for whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.network.models import Channel
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.panel import queries
from baithak.panel.models import NOTICE, Consent, Need, NeedKind, Panel, Registrant, Seat
from baithak.panel.services import locks
from baithak.panel.services.notes import held, note
from baithak.panel.services.pool import mark_stale

__all__ = ["PURPOSE", "Registered", "answer", "change", "find", "register", "withdraw"]

#: What registrants agree to, and nothing else is done with what they tell (P2).
PURPOSE = "draw a panel and invite those drawn"


@dataclass(frozen=True, slots=True)
class Registered:
    """The code that opens the registration, and whether it was made just now."""

    code: str
    fresh: bool


def register(
    *,
    panel: Panel,
    answers: Mapping[int, int],
    contact: str,
    language: str,
    handle: UUID,
    by: Viewer,
    household: str = "",
    needs: Iterable[str] = (),
    channel: str = Channel.OPEN,
    adult: bool = False,
    agreed: bool = False,
) -> Registered:
    """Add somebody to the pool. When this returns outside a transaction, it is on disk (R26).

    Parameters
    ----------
    answers : category id to feature id, one for every category.
    contact : telephone number or mail address.
    handle : the random key of the form; the same one again gives the same code and changes nothing.
    household : a word that people of one household share.
    needs : values of ``NeedKind``.
    adult, agreed : ticked by the person, or for them by whoever registers them.

    Raises
    ------
    ValidationError
        An answer is missing or not among the category's; the contact is none; not ticked.
    RefusedError
        ``closed``: registration is not open.
    KeyMissingError
        The panel's key is gone: nothing can be locked.
    """
    if not adult or not agreed:
        raise ValidationError(_("Only adults who agree to the notice can register."), code="gate")
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError(_("Choose the language of the notice."), code="language")
    told = _checked(panel, answers, needs)
    reached = locks.checked_contact(contact)
    code = locks.code_for(panel, handle)
    mark = locks.code_mark(panel, code)
    try:
        with transaction.atomic():
            fresh = held(panel.pk)
            if Registrant._unscoped.filter(panel=fresh, code_mark=mark).exists():
                return Registered(code, fresh=False)
            if not fresh.takes_registrations:
                raise RefusedError("closed")
            row = Registrant(
                panel=fresh,
                code_mark=mark,
                contact=locks.lock(fresh, reached),
                contact_mark=locks.contact_mark(fresh, reached),
                household_mark=locks.household_mark(fresh, household),
                answers=told,
                channel=channel,
            )
            row.save(by_service=True, force_insert=True)
            _set_needs(row, needs)
            Consent(
                panel=fresh,
                who=row.pk,
                purpose=PURPOSE,
                notice=NOTICE,
                language=language,
                channel=channel,
                day=timezone.localdate(),
            ).save(by_service=True, force_insert=True)
            mark_stale(fresh.pk)
            if by.user_id is not None:
                note(fresh, "register_for", by, channel=str(channel))
    except IntegrityError:
        # Of two equal sends at once the second one finds the first one's row.
        if not Registrant._unscoped.filter(panel=panel, code_mark=mark).exists():
            raise
        return Registered(code, fresh=False)
    return Registered(code, fresh=True)


def _checked(panel: Panel, answers: Mapping[int, int], needs: Iterable[str]) -> dict[str, int]:
    """One known answer for every category, keyed as it is stored."""
    told: dict[str, int] = {}
    for category in queries.categories(panel.pk):
        chosen = answers.get(category.pk)
        if chosen not in {feature.pk for feature in category.features.all()}:
            raise ValidationError(
                _("Choose one of the answers to “%(category)s”.") % {"category": category.label},
                code="answer",
            )
        told[str(category.pk)] = int(chosen or 0)
    if not told:
        raise RefusedError("closed")
    if not set(needs) <= set(NeedKind.values):
        raise ValidationError(_("Choose from the list what you need."), code="needs")
    return told


def _set_needs(row: Registrant, needs: Iterable[str]) -> None:
    kinds = sorted(set(needs))
    Need._unscoped.filter(registrant=row).delete()
    if kinds:
        Need(registrant=row, kinds=kinds).save(by_service=True)


def find(*, panel: Panel, code: str) -> Registrant | None:
    """The registration that this code opens. Reading, but it needs the panel's key."""
    return queries.registrant(panel, mark=locks.code_mark(panel, code))


def _of(panel: Panel, code: str) -> tuple[Panel, Registrant]:
    """Panel and registration, both held until the transaction ends."""
    fresh = held(panel.pk)
    row = (
        Registrant._unscoped.select_for_update(of=("self",))
        .filter(panel=fresh, code_mark=locks.code_mark(fresh, code))
        .first()
    )
    if row is None or row.seat == Seat.WITHDRAWN:
        raise RefusedError("no_such_code")
    return fresh, row


@transaction.atomic
def change(
    *,
    panel: Panel,
    code: str,
    answers: Mapping[int, int],
    contact: str,
    by: Viewer,
    household: str | None = None,
    needs: Iterable[str] = (),
) -> None:
    """Change what was told, until the list is frozen; afterwards only contact and needs.

    ``contact`` empty and ``household`` ``None`` leave what is there.
    """
    fresh, row = _of(panel, code)
    if fresh.frozen is None:
        row.answers = _checked(fresh, answers, needs)
        if household is not None:
            row.household_mark = locks.household_mark(fresh, household)
    elif not set(needs) <= set(NeedKind.values):
        raise ValidationError(_("Choose from the list what you need."), code="needs")
    if contact:
        reached = locks.checked_contact(contact)
        row.contact = locks.lock(fresh, reached)
        if fresh.frozen is None:
            row.contact_mark = locks.contact_mark(fresh, reached)
    row.save(
        by_service=True, update_fields=["answers", "household_mark", "contact", "contact_mark"]
    )
    _set_needs(row, needs)
    _left_over(fresh)
    if fresh.frozen is None:
        mark_stale(fresh.pk)


def _left_over(panel: Panel) -> None:
    Panel._unscoped.filter(pk=panel.pk, leftovers=False).update(leftovers=True)


@transaction.atomic
def withdraw(*, panel: Panel, code: str, by: Viewer) -> None:
    """Take a registration back, at any time; as easy as giving it.

    Before the list is frozen the row is gone. Afterwards a row without contact, answers, needs and
    line stays, so that the published list can still be checked and nobody draws it.
    """
    fresh, row = _of(panel, code)
    Consent._unscoped.filter(panel=fresh, who=row.pk).update(withdrawn=timezone.localdate())
    Need._unscoped.filter(registrant=row).delete()
    if fresh.frozen is None:
        row.delete()
        mark_stale(fresh.pk)
    else:
        row.contact = row.contact_mark = row.household_mark = row.line = ""
        row.answers, row.seat = {}, Seat.WITHDRAWN
        row.save(
            by_service=True,
            update_fields=[
                "contact", "contact_mark", "household_mark", "line", "answers", "seat",
            ],
        )  # fmt: skip
    _left_over(fresh)


@transaction.atomic
def answer(
    *, panel: Panel, by: Viewer, takes_it: bool, code: str = "", pseudonym: str = ""
) -> Registrant:
    """Take or decline the seat: by oneself with the ``code``, or told to an officer (``pseudonym``).

    A seat that was declined is free for somebody else, so “no” stands.

    Raises
    ------
    RefusedError
        ``no_such_code``; ``not_drawn``; ``declined``; ``seated``: the panel is complete.
    """
    if code:
        fresh, row = _of(panel, code)
    else:
        fresh = held(panel.pk)
        found = Registrant._unscoped.select_for_update(of=("self",)).filter(
            panel=fresh, pseudonym=pseudonym, draw__isnull=False
        )
        row = found.exclude(pseudonym="").first()  # type: ignore[assignment]
        if row is None:
            raise RefusedError("no_such_code")
    if row.seat in (Seat.NONE, Seat.WITHDRAWN):
        raise RefusedError("not_drawn")
    wanted = Seat.YES if takes_it else Seat.NO
    if row.seat == wanted:
        return row
    if row.seat == Seat.NO:
        raise RefusedError("declined")
    if fresh.seated is not None:
        raise RefusedError("seated")
    row.seat = wanted
    row.save(by_service=True, update_fields=["seat"])
    if not code:
        note(fresh, "answer_for", by, member=row.pseudonym, answer=str(wanted))
    return row
