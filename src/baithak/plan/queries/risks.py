"""Do-no-harm checks with what design partners said."""

from __future__ import annotations

from dataclasses import dataclass

from baithak.network.models import Organisation
from baithak.network.rules import Role
from baithak.network.scope import Viewer
from baithak.plan.models import Action, RiskCheck, SignOff
from baithak.plan.queries.organisations import named

__all__ = ["Said", "check", "check_of", "said", "speaks_for"]


def check(viewer: Viewer, *, code: str, number: int) -> RiskCheck | None:
    """The check of an action, where there is one."""
    return (
        RiskCheck.objects.seen_by(viewer)
        .select_related("action__plan__place", "action__owner")
        .filter(action__plan__code=code, action__number=number)
        .first()
    )


def check_of(viewer: Viewer, of: Action) -> RiskCheck | None:
    """The same, from the action."""
    return check(viewer, code=of.plan.code, number=of.number)


@dataclass(frozen=True, slots=True)
class Said:
    """What an organisation said of an edition; ``now`` where that is the one that stands."""

    who: str
    sign_off: SignOff
    now: bool


def said(viewer: Viewer, of: RiskCheck) -> list[Said]:
    """Sign-offs and concerns, those of the present edition first."""
    held = list(
        SignOff.objects.seen_by(viewer)
        .filter(check_of=of.pk)
        .select_related("organisation")
        .order_by("-edition", "pk")
    )
    names = named(viewer, (one.organisation for one in held))
    return [Said(names[one.organisation_id], one, one.edition == of.edition) for one in held]


def speaks_for(viewer: Viewer, of: RiskCheck) -> list[Organisation]:
    """Partner organisations for which the viewer can sign, and which have not said anything yet."""
    mine = {
        grant.organisation
        for grant in viewer.grants
        if grant.place == of.place.pk
        and grant.role == Role.PARTNER
        and grant.organisation not in (None, of.action.owner_id)
    }
    done = SignOff._unscoped.filter(check_of=of.pk, edition=of.edition).values("organisation")
    return list(
        Organisation.objects.seen_by(viewer)
        .filter(pk__in=mine)
        .exclude(pk__in=done)
        .order_by("name")
    )
