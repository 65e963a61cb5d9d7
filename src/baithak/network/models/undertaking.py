"""What dialogues, panels, budgets and concerns share."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models.place import Place
from baithak.network.scope import ScopedModel, Visibility

__all__ = ["State", "Undertaking"]


class State(models.TextChoices):
    """Where an undertaking stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Undertaking(ScopedModel):
    """Something a place does for a while: it has an owner, an opening, a closing and a level.

    New ones start at the narrowest level. ``services.narrow`` is one click, ``services.ask_widening``
    needs a second person (R14, R19).
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    #: Who looks after it now. It belongs to the place: when this person leaves, the place stays.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opens = models.DateTimeField(_("opens"), null=True, blank=True)
    closes = models.DateTimeField(_("closes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    visibility = models.CharField(
        _("who can see it"), max_length=16, choices=Visibility, default=Visibility.MECHANISM
    )

    class Meta(ScopedModel.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_state", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_visibility",
                condition=Q(visibility__in=Visibility.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_closes_after_opening",
                condition=Q(opens=None) | Q(closes=None) | Q(closes__gt=F("opens")),
            ),
        ]
