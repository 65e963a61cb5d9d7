"""Between a city and the levels above it: a request, an agreed day of reply, what both sides said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.coordination.rules import ANSWERERS
from baithak.network.models import Place, Worded
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import NOTHING, ScopedModel, Viewer

__all__ = ["Reply", "Request", "RequestKind", "RequestState"]


class RequestKind(models.TextChoices):
    """What is asked for."""

    DATA = "data", _("Data")
    MONEY = "money", _("Money")
    CLARITY = "clarity", _("Clarity")
    ALERT = "alert", _("An alert")


class RequestState(models.TextChoices):
    """Where it stands."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class Request(Worded, ScopedModel):
    """A request of one place (``place``) to another one (``to``): a country, a hub or a city.

    Both sides see the same page; nobody else does. ``reply_by`` is the day that both agreed, or that the
    city asks for; ``proposed`` is another one that the other side has not agreed to, and changes nothing
    until it has. Unanswered after its day it can be passed on to ``escalated_to``, which then sees it.
    """

    LONGEST: ClassVar = {"title": 200, "description": 2000}

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("from"))
    to = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("to"))
    #: Which ministry, department or office there.
    office = models.CharField(_("office"), max_length=200, blank=True)
    kind = models.CharField(_("what is asked for"), max_length=8, choices=RequestKind)
    state = models.CharField(_("state"), max_length=8, choices=RequestState, default="draft")
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    reply_by = models.DateField(_("reply by"), null=True, blank=True)
    proposed = models.DateField(null=True, blank=True, editable=False)
    #: Who named the day that is not agreed yet: the other side agrees, or names another day.
    day_by = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    agreed = models.BooleanField(_("agreed by both"), default=False)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    escalated_to = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    escalated_on = models.DateField(_("passed on"), null=True, blank=True)
    #: Both sides had their one letter about this day being over.
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    class Meta(ScopedModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_request_kind", condition=Q(kind__in=RequestKind.values)
            ),
            models.CheckConstraint(
                name="coordination_request_state", condition=Q(state__in=RequestState.values)
            ),
            models.CheckConstraint(
                name="coordination_request_to_another", condition=~Q(place=F("to"))
            ),
            models.CheckConstraint(
                name="coordination_request_sent_with_its_day",
                condition=Q(state="draft", sent_on=None)
                | ~Q(state="draft") & Q(sent_on__isnull=False),
            ),
            models.CheckConstraint(
                name="coordination_request_passed_on_wholly",
                condition=Q(escalated_to=None, escalated_on=None)
                | Q(escalated_to__isnull=False, escalated_on__isnull=False),
            ),
        ]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those who run the asking place, and, once it is sent, those who answer at the other one."""
        if viewer.system:
            return Q()
        asking, answering = viewer.places_as(CONFIRMERS), viewer.places_as(ANSWERERS)
        if not (asking or answering):
            return NOTHING
        return Q(place__in=asking) | ~Q(state="draft") & (
            Q(to__in=answering) | Q(escalated_to__in=answering)
        )

    def get_absolute_url(self) -> str:
        return reverse("coordination:request", kwargs={"asked": self.pk})

    @property
    def is_waiting(self) -> bool:
        """Sent, and not yet answered."""
        return self.state in (RequestState.SENT, RequestState.RECEIVED)

    @property
    def is_overdue(self) -> bool:
        """The agreed day is over."""
        return (
            self.is_waiting and self.reply_by is not None and self.reply_by < timezone.localdate()
        )


class Reply(Worded, ScopedModel):
    """What one side wrote. ``at_place`` says which side; no person is named."""

    LONGEST: ClassVar = {"title": 2000}

    request = models.ForeignKey(Request, models.CASCADE, related_name="replies")
    at_place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    on = models.DateField(_("on"))
    #: It answers the request, so that the clock stops.
    answers = models.BooleanField(_("this answers the request"), default=False)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        asking, answering = viewer.places_as(CONFIRMERS), viewer.places_as(ANSWERERS)
        if not (asking or answering):
            return NOTHING
        return Q(request__place__in=asking) | ~Q(request__state="draft") & (
            Q(request__to__in=answering) | Q(request__escalated_to__in=answering)
        )

    @property
    def place(self) -> Place:
        return self.at_place
