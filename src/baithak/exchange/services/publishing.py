"""From draft to published: two people of the place agree, somebody of another city reviews.

Both are needed. The two people (R14, R19) decide that, and how far, the practice leaves the place;
with that the version is in review, and members of the hub can read it. The reviewer, who has no role
at the place, judges whether a stranger can follow it and whether it is honest about its sources;
with that it is published at the level the two agreed on.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.exchange.models import Practice, PracticeState, Version, VersionState
from baithak.exchange.queries import practices as queries
from baithak.exchange.rules import REVIEWERS, reviews_for_another_city
from baithak.exchange.services.notes import note, touched
from baithak.exchange.services.practices import held, to_draft
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import TwoPersonAct, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer

__all__ = ["AIMS", "aims", "approve", "ask_review", "send_back", "take_back"]

#: How far a reviewed practice may go: the review itself needs the hub.
AIMS = (Visibility.HUB, Visibility.NETWORK, Visibility.PUBLIC)


def aims(practice: Practice) -> tuple[Visibility, ...]:
    """How far its next version may go: never less far than what is published, that is one click."""
    least = Visibility(practice.visibility).width if practice.current_id else 0
    return tuple(level for level in AIMS if level.width >= least)


@transaction.atomic
def ask_review(*, practice: Practice, aim: str, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that the version in work is reviewed, and published at this level when it has passed.

    Raises
    ------
    RefusedError
        ``copy``, ``nothing_in_work``, ``in_review``, ``no_source`` (nothing is published without
        one), ``no_owner``.
    ValidationError
        The level is too narrow, no reason is given, or it was asked already.
    """
    fresh = held(practice.pk)
    if not fresh.is_own:
        raise RefusedError("copy")
    version = queries.in_work(fresh)
    if version is None:
        raise RefusedError("nothing_in_work")
    if version.state == VersionState.REVIEW:
        raise RefusedError("in_review")
    if not version.record.sources:
        raise RefusedError("no_source")
    if fresh.owner_id is None:
        raise RefusedError("no_owner")
    if aim not in aims(fresh):
        raise ValidationError(_("Choose who may see it: members of the hub, or more people."))
    return network.ask_two_person(
        verb=queries.PUBLISH_VERB,
        thing=queries.thing(fresh),
        title=fresh.title,
        place=fresh.place,
        reason=reason,
        by=by,
        detail={"to": aim, "version": version.number},
    )


@network.guarded(
    queries.PUBLISH_VERB,
    label=gettext_lazy("Have a practice reviewed, then published"),
    askers=OFFICERS,
    publishes=network.to_everybody,
)
def _into_review(act: TwoPersonAct, by: Viewer) -> None:
    fresh = held(int(act.thing.rsplit(":", 1)[1]))
    if act.detail["to"] not in aims(fresh):  # more people see it since it was asked
        raise ValidationError(
            _("It is seen by others than you thought: reload the page and choose again.")
        )
    moved = Version._unscoped.filter(
        practice=fresh, number=act.detail["version"], state=VersionState.DRAFT
    ).update(
        state=VersionState.REVIEW,
        aim=act.detail["to"],
        review="",
        reviewer=None,
        reviewed_on=None,
    )
    if moved != 1:
        raise ValidationError(_("This version is no longer a draft: ask again."))
    if fresh.state == PracticeState.DRAFT:
        Practice._unscoped.filter(pk=fresh.pk).update(
            state=PracticeState.REVIEW, visibility=Visibility.HUB
        )
    note(fresh, "into_review", by, version=str(act.detail["version"]), aim=act.detail["to"])


def _reviewer(version: Version, by: Viewer) -> int:
    """The place for which the viewer judges."""
    if not reviews_for_another_city(by, version):
        raise PermissionDenied(_("Somebody of another city of the hub must review this."))
    hub = version.place.hub_id or version.place.pk
    return next(g.place for g in by.grants if g.hub == hub and g.role in REVIEWERS)


def _under_review(told: Version) -> Version:
    """The version as it is now; its practice is held first, as everywhere."""
    held(told.practice_id)
    version = (
        Version._unscoped.select_for_update(of=("self",))
        .select_related("practice__place")
        .filter(pk=told.pk, state=VersionState.REVIEW)
        .first()
    )
    if version is None:
        raise RefusedError("not_in_review")
    return version


@transaction.atomic
def approve(*, version: Version, text: str, by: Viewer) -> Practice:
    """Publish it, as somebody of another city.

    Raises
    ------
    RefusedError
        ``not_in_review``; ``author``: who wrote it cannot review it.
    ValidationError
        It would become public around an election of its place.
    """
    fresh = _under_review(version)
    reviewer = _reviewer(fresh, by)
    if fresh.author_id == by.user_id:
        raise RefusedError("author")
    if fresh.aim == Visibility.PUBLIC:
        network.refuse_around_election(fresh.place)
    today = timezone.localdate()
    practice = held(fresh.practice_id)
    # Never less far than it was, as ``aims`` and ``narrow`` keep it, and never further than two agreed.
    practice.visibility = fresh.aim
    fresh.state, fresh.level, fresh.aim = VersionState.PUBLISHED, fresh.aim, ""
    fresh.reviewer_id, fresh.review = reviewer, wording.clean(text)
    fresh.reviewed_on = fresh.published_on = today
    fresh.full_clean(exclude=["practice", "author", "reviewer"])
    fresh.save()
    practice.current = fresh
    practice.state, practice.retired_because = PracticeState.PUBLISHED, ""
    practice.published_on = practice.published_on or today
    practice.changed_on = today
    practice.save()
    note(practice, "publish", by, version=str(fresh.number), level=practice.visibility)
    touched(practice)
    return practice


@transaction.atomic
def send_back(*, version: Version, text: str, by: Viewer) -> None:
    """Back to the authors, with what is missing; the level is the team's again before the first
    publication.
    """
    fresh = _under_review(version)
    reviewer = _reviewer(fresh, by)
    told = wording.clean(text)
    if not told:
        raise ValidationError({"text": _("Say what is missing, so that the authors can mend it.")})
    to_draft(fresh, review=told, reviewer=reviewer)
    note(fresh.practice, "send_back", by, version=str(fresh.number))


@transaction.atomic
def take_back(*, practice: Practice, by: Viewer) -> None:
    """The place itself takes its version out of review."""
    version = queries.in_work(held(practice.pk))
    if version is None or version.state != VersionState.REVIEW:
        raise RefusedError("not_in_review")
    to_draft(version)
    note(practice, "take_back", by, version=str(version.number))
