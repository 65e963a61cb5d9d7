"""The first hour: what the card says, and whom the team calls, as long as they agreed to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination import seals
from baithak.coordination.models import Contact, ResponseCard
from baithak.coordination.services.notes import note
from baithak.journal import retention
from baithak.network import wording
from baithak.network.models import Organisation, Place
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts

__all__ = [
    "CONTACTS",
    "LONGEST",
    "add_contact",
    "change_contact",
    "edit",
    "forget",
    "remove_contact",
]

#: The class of data that the clock of what is kept knows them by (``coordination/tasks.py``).
CONTACTS = "coordination.contacts"

#: After so many days an office is asked again whether it may be called.
LONGEST = 366
_SIGNS = re.compile(r"[\s()./\-\u2010-\u2015]+")


@transaction.atomic
def edit(
    *,
    place: Place,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    exercised_on: date | None = None,
    review_on: date | None = None,
) -> ResponseCard:
    """Write a place's card, in one language at a time. There is one for each place.

    Raises
    ------
    ValidationError
        Nobody speaks, no first steps, a text that leads to a person, an exercise that is still to come.
    """
    if exercised_on is not None and exercised_on > timezone.localdate():
        raise ValidationError(
            {"exercised_on": _("This day is still to come: write down when it was done.")}
        )
    card = _card(place)
    card.exercised_on, card.review_on = exercised_on, review_on
    put_texts(card, language, texts, needed=("who_speaks", "first_steps"))
    card.full_clean()
    card.save()
    note(card, "edit_first_hour", by, language=language)
    return card


def _card(place: Place) -> ResponseCard:
    # Of two who write the first one at once, the second finds it.
    ResponseCard._unscoped.get_or_create(place=place)
    return (
        ResponseCard._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .get(place=place)
    )


@transaction.atomic
def add_contact(
    *,
    card: ResponseCard,
    office: str,
    telephone: str,
    agreed_on: date,
    until: date,
    by: Viewer,
    organisation: Organisation | None = None,
    after: Contact | None = None,
) -> Contact:
    """An office that agreed to be called, until a day of at most a year ahead. The number is locked.

    Raises
    ------
    ValidationError
        No telephone number, no office, a consent that has ended or is too long, another place's
        organisation or contact.
    """
    kept = _tree(card.pk)
    last = Contact._unscoped.filter(card=kept).aggregate(last=Max("number"))["last"] or 0
    contact = Contact(card=kept, number=last + 1)
    _put(contact, office=office, agreed_on=agreed_on, until=until, organisation=organisation,
         after=after)  # fmt: skip
    contact.sealed = seals.seal(_telephone(telephone))
    contact.save()
    note(contact, "add_contact", by, until=until.isoformat())
    return contact


@transaction.atomic
def change_contact(
    *,
    contact: Contact,
    office: str,
    telephone: str,
    agreed_on: date,
    until: date,
    by: Viewer,
    organisation: Organisation | None = None,
    after: Contact | None = None,
) -> Contact:
    """Another number, another office, a consent given again. Without a number the old one stays.

    Raises
    ------
    ValidationError
        As ``add_contact``; and where nobody could be called in a circle.
    RefusedError
        ``gone``: it was removed meanwhile.
    """
    fresh = _held(contact)
    _put(fresh, office=office, agreed_on=agreed_on, until=until, organisation=organisation,
         after=after)  # fmt: skip
    if telephone.strip():
        old, fresh.sealed = fresh.sealed, seals.seal(_telephone(telephone))
        transaction.on_commit(partial(seals.destroy, old))
    fresh.save()
    note(fresh, "change_contact", by, until=until.isoformat())
    return fresh


@transaction.atomic
def remove_contact(*, contact: Contact, by: Viewer) -> None:
    """They do not want to be called any more: the number is gone at once.

    Raises
    ------
    RefusedError
        ``gone``: it was removed already.
    """
    _remove(_held(contact))
    note(contact, "remove_contact", by)


@transaction.atomic
def forget(contact: int) -> bool:
    """Its consent has ended: the key first, then the row. Of two workers one does it."""
    known = Contact._unscoped.filter(pk=contact, until__lt=timezone.localdate()).first()
    if known is None:
        return False
    _tree(known.card_id)
    found = (
        Contact._unscoped.select_for_update(of=("self",))
        .select_related("card__place")
        .filter(pk=contact, until__lt=timezone.localdate())
        .first()
    )
    if found is None:
        return False
    due = found.until.isoformat()
    _remove(found)
    note(Contact(pk=contact, card=found.card), "forget_contact", SYSTEM, due=due)
    retention.ran(CONTACTS, {found.place.slug: 1})
    return True


def _remove(contact: Contact) -> None:
    # Whom it would have called, those before it call now.
    Contact._unscoped.filter(after=contact).update(after=contact.after_id)
    seals.destroy(contact.sealed)
    Contact._unscoped.filter(pk=contact.pk).delete()


def _put(
    contact: Contact,
    *,
    office: str,
    agreed_on: date,
    until: date,
    organisation: Organisation | None,
    after: Contact | None,
) -> None:
    today, trouble = timezone.localdate(), {}
    try:
        told = wording.no_persons(wording.clean(office))
        if not told:
            raise ValidationError(_("Which office is it?"))
        contact.office = told
    except ValidationError as refused:
        trouble["office"] = refused
    if agreed_on > today:
        trouble["agreed_on"] = ValidationError(
            _("This day is still to come: write down when they agreed.")
        )
    if until < today:
        trouble["until"] = ValidationError(
            _("This day is over: ask them again until when they may be called.")
        )
    elif until > today + timedelta(days=LONGEST):
        trouble["until"] = ValidationError(_("Ask them again after a year: choose an earlier day."))
    card = contact.card
    if organisation is not None and organisation.place_id != card.place_id:
        trouble["organisation"] = ValidationError(_("Choose an organisation of this place."))
    caller = Contact._unscoped.filter(pk=after.pk, card=card.pk).first() if after else None
    if after is not None and (caller is None or _circle(contact, caller)):
        trouble["after"] = ValidationError(
            _("Choose an office of this tree that this one does not call itself.")
        )
    if trouble:
        raise ValidationError(trouble)
    contact.agreed_on, contact.until = agreed_on, until
    contact.organisation, contact.after = organisation, caller
    contact.full_clean(exclude=["card", "sealed"])


def _circle(contact: Contact, after: Contact | None) -> bool:
    """Whether the office that should call this one is called by it."""
    seen: set[int] = set()
    while after is not None and after.pk not in seen:
        if after.pk == contact.pk:
            return True
        seen.add(after.pk)
        after = after.after
    return False


def _telephone(text: str) -> str:
    """A number that a telephone understands.

    Raises
    ------
    ValidationError
        It is none.
    """
    told = _SIGNS.sub("", unicodedata.normalize("NFKC", wording.clean(text)))
    digits = "".join(
        str(unicodedata.digit(sign, -1)) if sign.isdecimal() else sign for sign in told
    )
    if not re.fullmatch(r"\+?[0-9]{3,15}", digits):
        raise ValidationError(
            {
                "telephone": _(
                    "Write a telephone number: 3 to 15 digits, with a + in front if you like."
                )
            }
        )
    return digits


def _tree(card: int) -> ResponseCard:
    """The card, held: its tree has one writer at a time, else two would make a circle."""
    return ResponseCard._unscoped.select_for_update(of=("self",)).get(pk=card)


def _held(contact: Contact) -> Contact:
    _tree(contact.card_id)
    found = (
        Contact._unscoped.select_for_update(of=("self",))
        .select_related("card__place")
        .filter(pk=contact.pk)
        .first()
    )
    if found is None:
        raise RefusedError("gone")
    return found
