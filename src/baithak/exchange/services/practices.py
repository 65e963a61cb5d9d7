"""A practice is written: a draft, its next versions, its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange.models import Practice, PracticeState, Version, VersionState
from baithak.exchange.queries import practices as queries
from baithak.exchange.records import Practice as Record
from baithak.exchange.records.stored import plain
from baithak.exchange.services.notes import note, touched
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import Place, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.network.signals import level_changed

__all__ = ["begin", "held", "narrow", "republish", "retire", "to_draft", "write"]


def held(pk: int) -> Practice:
    """The practice as it is now, held until the transaction ends."""
    return (
        Practice._unscoped.select_for_update(of=("self",))
        .select_related("place", "current")
        .get(pk=pk)
    )


@transaction.atomic
def begin(
    *,
    place: Place,
    record: Record,
    by: Viewer,
    adapted_from: Practice | None = None,
    change_note: str = "",
) -> Practice:
    """A new draft, seen by the place's team. The record was read and checked (``records.checks``).

    Raises
    ------
    ValidationError
        A practice with this id is here already.
    """
    if Practice._unscoped.filter(code=record.id).exists():
        raise ValidationError(
            {"id": _("A practice with the short name “%(id)s” is here already: choose another.")
             % {"id": record.id}}
        )  # fmt: skip
    practice = Practice(place=place, owner_id=by.user_id, code=record.id, adapted_from=adapted_from)
    practice.full_clean(exclude=["owner", "place", "adapted_from"])
    practice.save()
    _write(practice, replace(record, version=1), by, change_note)
    note(practice, "begin", by, language=record.language)
    return practice


@transaction.atomic
def write(*, practice: Practice, record: Record, by: Viewer, change_note: str = "") -> Version:
    """Change the version that is being written; where the last one is published, begin the next.

    Raises
    ------
    RefusedError
        ``copy``: it comes from elsewhere and is changed there; ``in_review``: somebody reads it
        now; ``waits``: a second person is asked about it.
    """
    fresh = held(practice.pk)
    if not fresh.is_own:
        raise RefusedError("copy")
    if queries.publish_request(fresh) is not None:
        raise RefusedError("waits")
    version = _write(fresh, replace(record, id=fresh.code), by, change_note)
    note(fresh, "write", by, version=str(version.number))
    return version


def _write(practice: Practice, record: Record, by: Viewer, change_note: str) -> Version:
    version = queries.in_work(practice)
    if version is not None and version.state == VersionState.REVIEW:
        raise RefusedError("in_review")
    if version is None:
        number = practice.current.number + 1 if practice.current else 1
        version = Version(practice=practice, number=number)
    version.data = plain(replace(record, version=version.number))
    version.note = wording.clean(change_note)
    version.author_id = by.user_id
    version.full_clean(exclude=["practice", "author"])
    version.save()
    return version


@transaction.atomic
def retire(*, practice: Practice, because: str, by: Viewer) -> None:
    """Readers are told that it is no longer done or no longer holds; nothing is deleted.

    Members read why; two people did not agree on these words, so not everybody does (R14).
    """
    reason = wording.clean(because)
    if not reason:
        raise ValidationError({"because": _("Say why, in a sentence: readers will see it.")})
    changed = Practice._unscoped.filter(pk=practice.pk, state=PracticeState.PUBLISHED).update(
        state=PracticeState.RETIRED, retired_because=reason, changed_on=timezone.localdate()
    )
    if changed != 1:
        raise RefusedError("not_published")
    note(practice, "retire", by)
    touched(practice)


@transaction.atomic
def republish(*, practice: Practice, by: Viewer) -> None:
    """Take the retirement back: as many people see it as before, so one person is enough."""
    changed = Practice._unscoped.filter(pk=practice.pk, state=PracticeState.RETIRED).update(
        state=PracticeState.PUBLISHED, retired_because="", changed_on=timezone.localdate()
    )
    if changed != 1:
        raise RefusedError("not_retired")
    note(practice, "republish", by)
    touched(practice)


@transaction.atomic
def narrow(*, practice: Practice, to: str, by: Viewer) -> None:
    """Fewer people see what is published, at once; a version in review goes no further either: it is
    taken back where nobody of another city may see the practice any more.

    Raises
    ------
    RefusedError
        ``not_published``: a draft is the team's, and in review the hub's, whatever anybody says.
    ValidationError
        No such level, or not a narrower one.
    """
    fresh = held(practice.pk)
    if fresh.current is None:
        raise RefusedError("not_published")
    if to not in Visibility:
        raise ValidationError(_("Choose who may still see it."))
    network.narrow(shared=fresh, to=to, by=by)
    version = queries.in_work(fresh)
    level = Visibility(fresh.visibility)
    if version is None or not version.aim or Visibility(version.aim).width <= level.width:
        return
    if level.width >= Visibility.HUB.width:
        version.aim = level
        version.save(update_fields=["aim"])
    else:
        to_draft(version)
        note(fresh, "take_back", by, version=str(version.number))


def to_draft(version: Version, *, review: str = "", reviewer: int | None = None) -> None:
    """Out of review; before the first publication the practice is the team's again."""
    version.state, version.aim, version.review = VersionState.DRAFT, "", review
    version.reviewer_id = reviewer
    version.reviewed_on = timezone.localdate() if review else None
    version.save()
    Practice._unscoped.filter(pk=version.practice_id, state=PracticeState.REVIEW).update(
        state=PracticeState.DRAFT, visibility=Visibility.MECHANISM
    )


@receiver(level_changed, sender=Practice, dispatch_uid="baithak.exchange.practice_level")
def _level_changed(sender: Any, shared: Practice, wider: bool, **kwargs: Any) -> None:
    """What readers see follows the level, older versions do not; who finds it follows too."""
    fresh = held(shared.pk)
    if wider:
        version = queries.in_work(fresh)
        if version is not None and version.state == VersionState.REVIEW:
            # Two people agreed how far this version goes: not on this.
            raise ValidationError(
                _("Somebody of another city reads it now. Take it back first to change it.")
            )
        current = fresh.current
        if (
            current is not None
            and Visibility(current.level).width < Visibility(fresh.visibility).width
        ):
            current.level = fresh.visibility
            current.save(update_fields=["level"])
    touched(shared)
