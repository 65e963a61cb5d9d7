"""Practices move between hubs: trust a key with two people, send what is public, take what is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.exchange import bundle, uploaded
from baithak.exchange.merging import Held, Plan, plan_import
from baithak.exchange.models import SentBundle, TrustedHub
from baithak.exchange.queries import hubs as queries
from baithak.exchange.services import loading
from baithak.exchange.services.notes import note
from baithak.exchange.signing import hub_key
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network import wording
from baithak.network.models import Place, TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer

__all__ = ["ask_trust", "forget_hub", "look", "send", "take"]


@transaction.atomic
def ask_trust(
    *, place: Place, name: str, origin: str, key: str, reason: str, by: Viewer
) -> TwoPersonAct:
    """Ask to take the bundles of another hub. A second person confirms (R19: operations on keys).

    Raises
    ------
    ValidationError
        The address or the key is not one; or a request for this hub waits already.
    """
    asked = TrustedHub(
        place=place, name=wording.clean(name), origin=origin.strip().rstrip("/"),
        key=key.strip().lower(), since=timezone.localdate(),
    )  # fmt: skip
    asked.full_clean(exclude=["place"], validate_constraints=False)
    if not bundle.ORIGIN.fullmatch(asked.origin):
        raise ValidationError(
            {"origin": _("Write the address as https://hub.example, without a path.")}
        )
    return network.ask_two_person(
        verb=queries.TRUST_VERB,
        thing=f"hub:{hashlib.sha256(asked.origin.encode()).hexdigest()[:40]}",
        title=f"{asked.name} · {asked.origin} · {asked.key}",
        place=place,
        reason=reason,
        by=by,
        detail={
            "name": asked.name,
            "origin": asked.origin,
            "key": asked.key,
        },
    )


@network.guarded(
    queries.TRUST_VERB, label=gettext_lazy("Take practices of another hub"), askers=OFFICERS
)
def _trust(act: TwoPersonAct, by: Viewer) -> None:
    told = act.detail
    trusted, _made = TrustedHub._unscoped.update_or_create(
        place=act.place,
        origin=told["origin"],
        defaults={"name": told["name"], "key": told["key"], "since": timezone.localdate()},
    )
    note(trusted, "trust_hub", by, origin=trusted.origin, key=trusted.key)


@transaction.atomic
def forget_hub(*, trusted: TrustedHub, by: Viewer) -> None:
    """Take no more bundles of it, at once. What came from it stays."""
    note(trusted, "forget_hub", by, origin=trusted.origin)
    trusted.delete()


@transaction.atomic
def send(*, place: Place, origin: str, by: Viewer) -> tuple[SentBundle, bytes]:
    """Sign everything of this hub that everybody may see, for other hubs.

    Raises
    ------
    RefusedError
        ``nothing_public``.
    EngineError
        ``bundle.bad_origin``.
    """
    practices = [practice.record for practice in queries.own_public(place)]
    if not practices:
        raise RefusedError("nothing_public")
    Place.objects.seen_by(by).select_for_update().get(pk=place.pk)  # one number each
    last = queries.sent(place).aggregate(last=Max("number"))["last"] or 0
    today = timezone.localdate()
    content = bundle.create_bundle(
        practices,
        queries.known_cities(),
        origin=origin,
        number=last + 1,
        day=today,
        key=hub_key(),
    )
    sent = SentBundle._unscoped.create(
        place=place,
        number=last + 1,
        day=today,
        practices=len(practices),
        digest=hashlib.sha256(content).hexdigest(),
    )
    note(sent, "send_bundle", by, number=str(sent.number), sha256=sent.digest)
    return sent, content


def look(*, place: Place, told: Mapping[str, Any]) -> Plan:
    """What a bundle would change; ``told`` is what ``uploaded.bundle`` read. Changes nothing."""
    return plan_import(loading.copies(), _held(told))


def _held(told: Mapping[str, Any]) -> list[Held]:
    return [Held(str(told["origin"]), p) for p in uploaded.practices_of(told["practices"])]


@transaction.atomic
def take(*, place: Place, told: Mapping[str, Any], by: Viewer) -> Plan:
    """Take a bundle that was read and checked: additions and updates, nothing twice.

    Raises
    ------
    RefusedError
        ``not_trusted``: the hub is no longer trusted; ``older``: a newer bundle of it is here.
    """
    trusted = (
        TrustedHub._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .filter(place=place, origin=told["origin"])
        .first()
    )
    if trusted is None:
        raise RefusedError("not_trusted")
    if told["number"] < trusted.last_number:
        raise RefusedError("older")
    plan = loading.take(place=place, held=_held(told), existing=loading.copies(), by=by)
    trusted.last_number = told["number"]
    trusted.save(update_fields=["last_number"])
    journal.write(
        verb="exchange.take_bundle",
        thing=f"trustedhub:{trusted.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"origin": trusted.origin, "number": str(told["number"])},
    )
    return plan
