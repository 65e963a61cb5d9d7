"""A city takes a practice up, changes what it says of it, tells how it goes; its owner is told."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange import findings, letters
from baithak.exchange.models import Adoption, AdoptionStep, Practice
from baithak.exchange.queries import adoptions as queries
from baithak.exchange.records import LANGUAGES
from baithak.exchange.services.agreed import back_to_the_city, refuse_while_asked
from baithak.exchange.services.notes import note
from baithak.exchange.services.practices import held
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.queries import viewer_of
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer, Visibility
from baithak.network.services.texts import paragraphs
from baithak.network.signals import level_changed

__all__ = ["add_step", "adopt", "change"]


@transaction.atomic
def adopt(
    *,
    place: Place,
    practice: Practice,
    reason: str,
    language: str,
    by: Viewer,
    changed: str = "",
    because: str = "",
    begins: date | None = None,
) -> Adoption:
    """Take a published practice up, seen by the place's team.

    ``because`` names a finding (``findings``); one that the viewer may not see is left out. Its
    words are kept where everybody may read them.

    Raises
    ------
    RefusedError
        ``not_published``; ``own``: it is the place's own practice; ``adopted_already``.
    ValidationError
        No reason, invisible signs, a text that is too long, an unknown language.
    """
    fresh = held(practice.pk)
    if not fresh.is_published:
        raise RefusedError("not_published")
    if fresh.is_own and fresh.place_id == place.pk:
        raise RefusedError("own")
    if Adoption._unscoped.filter(place=place, practice=fresh).exists():
        raise RefusedError("adopted_already")
    found = findings.finding(by, because)
    adoption = Adoption(
        place=place,
        owner_id=by.user_id,
        practice=fresh,
        because=because if found else "",
        because_text=found.text[:600] if found and findings.is_public(because) else "",
        begins=begins,
    )
    _put(adoption, {"reason": reason, "changed": changed, "language": language})
    note(adoption, "adopt", by, practice=fresh.code, language=language)
    return adoption


#: The longer texts of an adoption, and how many letters each may have.
TEXTS = {"reason": 1000, "changed": 2000, "result": 2000, "lesson": 1000}
#: What a team can change of its adoption.
FIELDS = (
    "reason", "changed", "state", "result", "outcome", "lesson", "begins", "ends", "language",
)  # fmt: skip


@transaction.atomic
def change(*, adoption: Adoption, by: Viewer, **told: Any) -> Adoption:
    """Say anew what is changed and why, how far it is, what came of it, what others can learn.

    How it goes on is told to those who see it. Words that two people let out fall back to the city
    where they change, until two people let them out again.

    Parameters
    ----------
    told
        Any of ``reason``, ``changed``, ``state``, ``result``, ``outcome``, ``lesson``, ``begins``,
        ``ends``, ``language``.

    Raises
    ------
    ValidationError
        As ``adopt``; a request that more people see it waits; everybody would read new words around an
        election.
    """
    unknown = told.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"An adoption has no {', '.join(sorted(unknown))} to change.")
    fresh = _held(adoption)
    refuse_while_asked(fresh)
    before = {name: getattr(fresh, name) for name in (*TEXTS, "language")}
    _put(fresh, told)
    note(fresh, "change_adoption", by, state=fresh.state, outcome=fresh.outcome)
    changed = [name for name in before if getattr(fresh, name) != before[name]]
    if any(before[name] for name in changed):
        back_to_the_city(fresh, by=by)
    elif changed:
        _refuse_around_election(fresh)
    return fresh


@transaction.atomic
def add_step(*, adoption: Adoption, day: date, text: str, by: Viewer) -> AdoptionStep:
    """A line of progress, for those who see the adoption. What is still to come is no progress.

    Raises
    ------
    ValidationError
        As ``change``; a day to come.
    """
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day is still to come: write what has happened.")})
    fresh = _held(adoption)
    refuse_while_asked(fresh)
    _refuse_around_election(fresh)
    step = AdoptionStep(adoption=fresh, day=day, text=wording.clean(text))
    step.full_clean(exclude=["adoption"])
    step.save()
    note(step.adoption, "add_step", by, day=day.isoformat())
    return step


def _refuse_around_election(adoption: Adoption) -> None:
    if adoption.visibility == Visibility.PUBLIC:
        network.refuse_around_election(adoption.place)


def _held(adoption: Adoption) -> Adoption:
    return (
        Adoption._unscoped.select_for_update(of=("self",))
        .select_related("place", "practice__place")
        .get(pk=adoption.pk)
    )


def _put(adoption: Adoption, told: dict[str, Any]) -> None:
    for name, value in told.items():
        most = TEXTS.get(name)
        setattr(adoption, name, paragraphs(value, most) if most else value)
    if adoption.language not in LANGUAGES:
        raise ValidationError({"language": _("Choose one of the languages.")})
    if adoption.begins and adoption.ends and adoption.ends < adoption.begins:
        raise ValidationError({"ends": _("It must end after it begins.")})
    adoption.full_clean(exclude=["place", "owner", "practice"])
    adoption.save()


@receiver(level_changed, sender=Adoption, dispatch_uid="baithak.exchange.tell_owner")
def _tell_the_owner(sender: Any, shared: Adoption, wider: bool, **kwargs: Any) -> None:
    """The first time that the owner's city may see it, and once (R14): on the page, and by a letter to
    who looks after the practice, if that person still has a role there.
    """
    adoption = _held(shared)
    practice = adoption.practice
    if not wider or adoption.told_on or not practice.is_own or not queries.reaches_owner(adoption):
        return
    adoption.told_on = timezone.localdate()
    adoption.save(update_fields=["told_on"])
    note(adoption, "tell_owner", SYSTEM, owner=practice.place.slug)
    owner = practice.owner
    if owner is not None and owner.is_active and viewer_of(owner).roles_at(practice.place):
        transaction.on_commit(partial(letters.taken_up, adoption=adoption, email=owner.email))
