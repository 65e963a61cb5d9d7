"""Who can see an undertaking: narrowing is one click, widening takes two people (R14)."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services as journal
from baithak.network.models import TwoPersonAct, Undertaking
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer, Visibility
from baithak.network.services.two_person import ask_two_person, guarded

__all__ = ["ask_widening", "narrow"]


@transaction.atomic
def narrow(*, undertaking: Undertaking, to: str, by: Viewer) -> None:
    """Fewer people see it, at once."""
    _set(undertaking, Visibility(to), wider=False)
    journal.write(
        verb=f"{undertaking._meta.app_label}.narrow",
        thing=f"{undertaking._meta.model_name}:{undertaking.pk}",
        by=by.signature(undertaking.place),
        place=undertaking.place.slug,
        detail={"to": str(to)},
    )


@transaction.atomic
def ask_widening(*, undertaking: Undertaking, to: str, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that more people see it; a second person confirms."""
    if Visibility(to).width <= Visibility(undertaking.visibility).width:
        raise ValidationError(_("As many people see it already: choose a wider level."))
    return ask_two_person(
        verb="network.widen",
        thing=f"{undertaking._meta.label_lower}:{undertaking.pk}",
        place=undertaking.place,
        detail={"to": str(to)},
        reason=reason,
        by=by,
    )


@guarded("network.widen", label=gettext_lazy("Let more people see it"), askers=OFFICERS)
def _widen(act: TwoPersonAct, by: Viewer) -> None:
    label, pk = act.thing.rsplit(":", 1)
    model: type[Undertaking] = apps.get_model(label)
    undertaking = model._unscoped.get(pk=pk, place=act.place)
    _set(undertaking, Visibility(act.detail["to"]), wider=True)


def _set(undertaking: Undertaking, to: Visibility, *, wider: bool) -> None:
    """Change the level only from the level it was read at, so that two clicks cannot add up."""
    before = Visibility(undertaking.visibility)
    if (to.width > before.width) is not wider or to == before:
        raise ValidationError(
            _("It is seen by others than you thought: reload the page and choose again.")
        )
    changed = (
        type(undertaking)
        ._unscoped.filter(pk=undertaking.pk, visibility=before)
        .update(visibility=to)
    )
    if changed != 1:
        raise ValidationError(
            _("Somebody changed this meanwhile: reload the page and choose again.")
        )
    undertaking.visibility = to
