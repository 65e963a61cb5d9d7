"""Who can see what a place shares: narrowing is one click, widening takes two people (R14)."""

from __future__ import annotations

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.journal import services as journal
from baithak.network.models import Levelled, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer, Visibility
from baithak.network.services.two_person import ask_two_person, guarded, to_everybody
from baithak.network.signals import level_changed

__all__ = ["ask_widening", "narrow"]


@transaction.atomic
def narrow(*, shared: Levelled, to: str, by: Viewer) -> None:
    """Fewer people see it, at once."""
    _set(shared, Visibility(to), wider=False)
    unnamed = shared.unnamed
    journal.write(
        verb=f"{shared._meta.app_label}.narrow",
        thing=unnamed or f"{shared._meta.model_name}:{shared.pk}",
        by="chatham" if unnamed else by.signature(shared.place),
        place="" if unnamed else shared.place.slug,
        detail={"to": str(to)},
    )


@transaction.atomic
def ask_widening(*, shared: Levelled, to: str, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that more people see it; a second person confirms."""
    if Visibility(to).width <= Visibility(shared.visibility).width:
        raise ValidationError(_("As many people see it already: choose a wider level."))
    return ask_two_person(
        verb="network.widen",
        thing=f"{shared._meta.label_lower}:{shared.pk}",
        place=shared.place,
        title=str(shared),
        detail={"to": str(to)} | ({"unnamed": shared.unnamed} if shared.unnamed else {}),
        reason=reason,
        by=by,
    )


@guarded(
    "network.widen",
    label=gettext_lazy("Let more people see it"),
    askers=OFFICERS,
    publishes=to_everybody,
)
def _widen(act: TwoPersonAct, by: Viewer) -> None:
    label, pk = act.thing.rsplit(":", 1)
    model: type[Levelled] = apps.get_model(label)
    shared = model._unscoped.filter(pk=pk, place=act.place).first()
    if shared is None:
        raise ValidationError(
            _("Somebody changed this meanwhile: reload the page and choose again.")
        )
    _set(shared, Visibility(act.detail["to"]), wider=True)


def _set(shared: Levelled, to: Visibility, *, wider: bool) -> None:
    """Change the level only from the level it was read at, so that two clicks cannot add up."""
    before = Visibility(shared.visibility)
    if (to.width > before.width) is not wider or to == before:
        raise ValidationError(
            _("It is seen by others than you thought: reload the page and choose again.")
        )
    changed = type(shared)._unscoped.filter(pk=shared.pk, visibility=before).update(visibility=to)
    if changed != 1:
        raise ValidationError(
            _("Somebody changed this meanwhile: reload the page and choose again.")
        )
    shared.visibility = to
    level_changed.send(sender=type(shared), shared=shared, wider=wider)
