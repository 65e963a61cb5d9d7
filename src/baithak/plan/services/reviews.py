"""A place reviews its challenges, step by step, and finishes: then it stands as it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.exchange import findings
from baithak.network import wording
from baithak.network.models import Place
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import (
    Challenge,
    Objective,
    Plan,
    Review,
    Severity,
    SeverityLevel,
    Trend,
)
from baithak.plan.queries import reviews as queries
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note
from baithak.plan.services.standing import keep

__all__ = [
    "Felt",
    "add_challenge",
    "begin",
    "change",
    "change_challenge",
    "finish",
    "remove_challenge",
    "tell_how_it_is_felt",
]


@dataclass(frozen=True, slots=True)
class Felt:
    """How a group feels a challenge, and how that is known."""

    level: str
    note: str = ""


@transaction.atomic
def begin(
    *,
    place: Place,
    begins: date,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    ends: date | None = None,
) -> Review:
    """Begin a review; only the team sees it."""
    review = Review(place=place, begins=begins, ends=ends)
    _put(review, language, texts)
    note(review, "begin_review", by, language=language)
    return review


@transaction.atomic
def change(
    *,
    review: Review,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    begins: date | None = None,
    ends: date | None = None,
) -> Review:
    """Tell more of it, or translate it. Once finished, only other languages can be added.

    ``begins`` is None where only words are told.
    """
    held = _held(review)
    if held.finished and (language == held.first_language or begins is not None):
        raise ValidationError(_finished())
    before = held.texts
    if begins is not None:
        held.begins, held.ends = begins, ends
    _put(held, language, texts)
    if held.finished:
        keep(held, language, before, _finished())
    note(held, "change_review", by, language=language)
    return held


@transaction.atomic
def add_challenge(
    *,
    review: Review,
    code: str,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    trend: str = Trend.UNKNOWN,
    because: str = "",
) -> Challenge:
    """Name a challenge. ``because`` names a finding; one that the viewer may not see is left out.

    Raises
    ------
    ValidationError
        Unknown or named already; the review is finished; a text that is too long or leads to a person.
    """
    held = _open(review)
    if Challenge._unscoped.filter(review=held, code=code).exists():
        raise ValidationError({"code": _("This review names it already: go on there.")})
    last = Challenge._unscoped.filter(review=held).aggregate(last=Max("number"))["last"] or 0
    found = findings.finding(by, because)
    challenge = Challenge(
        review=held,
        number=last + 1,
        because=because if found else "",
        because_text=found.text[:600] if found and findings.is_public(because) else "",
    )
    _put_challenge(challenge, code, trend, language, texts)
    note(challenge, "add_challenge", by, challenge=code, language=language)
    return challenge


@transaction.atomic
def change_challenge(
    *,
    challenge: Challenge,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    code: str | None = None,
    trend: str | None = None,
) -> Challenge:
    """Say it anew, or in another language; ``code`` and ``trend`` are None where only words are told."""
    _held(challenge.review)
    held = (
        Challenge._unscoped.select_for_update(of=("self",))
        .select_related("review__place")
        .get(pk=challenge.pk)
    )
    before = held.texts
    if held.review.finished and (language == held.first_language or code or trend):
        raise ValidationError(_finished())
    others = Challenge._unscoped.filter(review=held.review, code=code).exclude(pk=held.pk)
    if code and others.exists():
        raise ValidationError({"code": _("This review names it already: go on there.")})
    # An indicator that answers it keeps its smallest cell, whatever the challenge is called now (R6).
    answering = Objective._unscoped.filter(challenge=held).values("plan")
    plans = list(Plan._unscoped.select_for_update().filter(pk__in=answering).order_by("pk"))
    for plan in plans:
        settle(plan)
    _put_challenge(held, code or held.code, trend or held.trend, language, texts)
    if held.review.finished:
        keep(held, language, before, _finished())
    for plan in plans:
        settle(plan)
    note(held, "change_challenge", by, challenge=held.code, language=language)
    return held


@transaction.atomic
def remove_challenge(*, challenge: Challenge, by: Viewer) -> None:
    """Take it out, as long as the review is being written and no objective answers it."""
    _open(challenge.review)
    if challenge.objectives.exists():
        raise ValidationError(
            _("An objective answers this challenge. Change the objective first, then remove it.")
        )
    note(challenge, "remove_challenge", by, challenge=challenge.code)
    challenge.delete()


@transaction.atomic
def tell_how_it_is_felt(*, challenge: Challenge, felt: Mapping[str, Felt], by: Viewer) -> None:
    """Keep how each group feels it, in words; groups that are not named are taken out.

    Raises
    ------
    ValidationError
        A group or a word that the library does not have; a note that leads to a person.
    """
    _open(challenge.review)
    known = queries.groups()
    rows = []
    for group, told in felt.items():
        if group not in known or told.level not in SeverityLevel.values:
            raise ValidationError(_("Choose groups and words from the list."))
        row = Severity(
            challenge=challenge,
            group=group,
            level=told.level,
            note=wording.no_persons(wording.clean(told.note)),
        )
        row.full_clean(exclude=["challenge"], validate_unique=False)
        rows.append(row)
    Severity._unscoped.filter(challenge=challenge).delete()
    Severity._unscoped.bulk_create(rows)
    note(challenge, "tell_how_it_is_felt", by, groups=" ".join(felt))


@transaction.atomic
def finish(*, review: Review, by: Viewer) -> Review:
    """Finish it: from now on it stands as it was told, and other cities that may see it find it.

    Raises
    ------
    ValidationError
        Finished already, or what it still has to tell.
    """
    held = _open(review)
    lacking = queries.lacking(held, queries.challenges(SYSTEM, held))
    if lacking:
        raise ValidationError(lacking)
    held.finished = True
    held.agree()
    for one in Challenge._unscoped.filter(review=held):
        one.agree()
        one.save(update_fields=["agreed"])
    held.ends = held.ends or max(held.begins, timezone.localdate())
    held.save()
    note(held, "finish_review", by)
    return held


def _held(review: Review) -> Review:
    return (
        Review._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=review.pk)
    )


def _open(review: Review) -> Review:
    held = _held(review)
    if held.finished:
        raise ValidationError(_finished())
    return held


def _finished() -> str:
    return _("This review is finished: it stands as it was told. Begin a new one for a new look.")


def _put(review: Review, language: str, texts: Mapping[str, str]) -> None:
    if review.ends and review.ends < review.begins:
        raise ValidationError({"ends": _("It must end after it begins.")})
    put_texts(review, language, texts)
    review.full_clean(exclude=["place"])
    review.save()


def _put_challenge(
    challenge: Challenge, code: str, trend: str, language: str, texts: Mapping[str, str]
) -> None:
    if code not in queries.codes():
        raise ValidationError({"code": _("Choose a challenge from the list.")})
    if trend not in Trend.values:
        raise ValidationError({"trend": _("Choose where it goes, or “Not known”.")})
    challenge.code, challenge.trend = code, trend
    put_texts(challenge, language, texts)
    challenge.full_clean(exclude=["review"], validate_unique=False)
    challenge.save()
