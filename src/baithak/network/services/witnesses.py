"""Witnesses of the journal outside this hub: naming one and letting one go take two people (R19, R20).

The witnesses themselves live in the journal, below; who may decide about them is decided here.
"""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal.models import Witness
from baithak.journal.services import witnesses as journal
from baithak.network import wording
from baithak.network.models import Place, TwoPersonAct
from baithak.network.rules import IN_CHARGE
from baithak.network.scope import Viewer
from baithak.network.services.two_person import ask_two_person, guarded

__all__ = ["ask_for_witness", "ask_to_let_witness_go"]

ADD_VERB, GO_VERB = "network.add_witness", "network.remove_witness"


@transaction.atomic
def ask_for_witness(
    *, place: Place, label: str, kind: str, address: str, key: str, reason: str, by: Viewer
) -> TwoPersonAct:
    """Ask that somebody outside keeps heads of the journal from now on."""
    try:
        label = wording.no_persons(wording.clean(label))
    except ValidationError as trouble:
        raise ValidationError({"label": trouble.messages}) from None
    told = journal.checked(label=label, kind=kind, address=address, key=key)
    # Keyed by its name, so that one witness is asked for once; the address stays out of the journal.
    sign = hashlib.sha256(told["label"].encode()).hexdigest()[:20]
    return ask_two_person(
        verb=ADD_VERB,
        thing=f"witness:new:{sign}",
        title=" · ".join(filter(None, (told["label"], told["address"]))),
        place=place,
        detail=told,
        reason=reason,
        by=by,
    )


@guarded(ADD_VERB, label=gettext_lazy("Name a witness of the journal"), askers=IN_CHARGE)
def _add(act: TwoPersonAct, by: Viewer) -> None:
    told = {name: act.detail[name] for name in ("label", "kind", "address", "key")}
    journal.add(place=act.place.slug, by=by.signature(act.place), **told)


@transaction.atomic
def ask_to_let_witness_go(
    *, place: Place, witness: Witness, reason: str, by: Viewer
) -> TwoPersonAct:
    """Ask that a witness gets no more heads. Only the place that named it can."""
    if witness.place != place.slug:
        raise ValidationError(_("Another place named this witness: only that place can let it go."))
    return ask_two_person(
        verb=GO_VERB,
        thing=f"witness:{witness.pk}",
        title=witness.label,
        place=place,
        reason=reason,
        by=by,
    )


@guarded(GO_VERB, label=gettext_lazy("Let a witness of the journal go"), askers=IN_CHARGE)
def _go(act: TwoPersonAct, by: Viewer) -> None:
    pk = act.thing.removeprefix("witness:")
    found = Witness.objects.filter(
        pk=pk if pk.isdigit() else 0, place=act.place.slug, ended=None
    ).first()
    if found is None:
        raise ValidationError(_("This witness has been let go already."))
    journal.remove(witness=found.pk, by=by.signature(act.place))
