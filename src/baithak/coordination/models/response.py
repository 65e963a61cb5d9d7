"""The first hour: who calls whom, who speaks, what they say together, and what was learnt afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import NOTHING, ScopedModel, Viewer, lattice

__all__ = ["Contact", "Endorsement", "JointStatement", "LookBack", "ResponseCard", "StatementState"]


class ResponseCard(Worded, Levelled):
    """What a place does in the first hour: one for each place."""

    LONGEST: ClassVar = {
        "who_speaks": 500,
        "first_steps": 3000,
        "never": 1500,
        "support": 1500,
        "national_link": 500,
    }

    exercised_on = models.DateField(_("last exercise"), null=True, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)

    class Meta(Levelled.Meta):
        constraints = [
            *Levelled.Meta.constraints,
            models.UniqueConstraint("place", name="coordination_responsecard_once"),
        ]

    def __str__(self) -> str:
        return str(self.place)

    def get_absolute_url(self) -> str:
        return reverse("coordination:first_hour", kwargs={"place": self.place.slug})


class Contact(ScopedModel):
    """An office in the contact tree, with a number that it agreed to be called on until a day (R8).

    The number is encrypted with a key outside the database, is seen by the team alone, is never exported
    and is gone when the consent ends.
    """

    card = models.ForeignKey(ResponseCard, models.CASCADE, related_name="contacts")
    after = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="calls")
    number = models.PositiveSmallIntegerField()
    office = models.CharField(_("office"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed = models.BinaryField(editable=False)
    agreed_on = models.DateField(_("agreed on"))
    until = models.DateField(_("agreed until"))

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("card", "number", name="coordination_contact_number"),
        ]

    def __str__(self) -> str:
        return self.office

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        places = viewer.places_as(MECHANISM)
        return Q(card__place__in=places) if places else NOTHING

    @property
    def place(self) -> Place:
        return self.card.place


class StatementState(models.TextChoices):
    """Where a joint statement stands."""

    DRAFT = "draft", _("Draft")
    READY = "ready", _("Agreed, ready for the day it is needed")
    RELEASED = "released", _("Released")


class JointStatement(Worded, Levelled):
    """A joint statement in several languages: what is known, what to do. It repeats no rumour."""

    LONGEST: ClassVar = {"title": 200, "text": 3000}

    state = models.CharField(_("state"), max_length=8, choices=StatementState, default="draft")
    #: Counts up with each change of the words: an endorsement is for one edition.
    edition = models.PositiveSmallIntegerField(default=1)
    released_on = models.DateField(_("released on"), null=True, blank=True)

    class Meta(Levelled.Meta):
        ordering = ["-pk"]
        constraints = [
            *Levelled.Meta.constraints,
            models.CheckConstraint(
                name="coordination_statement_state",
                condition=Q(state__in=StatementState.values),
            ),
            models.CheckConstraint(
                name="coordination_statement_released_with_its_day",
                condition=Q(state="released", released_on__isnull=False)
                | ~Q(state="released") & Q(released_on=None),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("coordination:statement", kwargs={"statement": self.pk})


class Endorsement(ScopedModel):
    """An organisation stands behind one edition of a statement."""

    statement = models.ForeignKey(JointStatement, models.CASCADE, related_name="endorsements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    edition = models.PositiveSmallIntegerField()
    on = models.DateField(_("on"))
    #: It agreed that everybody may read its name.
    named = models.BooleanField(_("may be named"), default=False)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "statement", "organisation", "edition", name="coordination_endorsement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.organisation_id}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Those with a role at the place; others where it may be named."""
        if viewer.system:
            return Q()
        return Q(statement__place__in=viewer.places) & (
            lattice(viewer, "statement__") | Q(statement__place__in=viewer.places_as(CONFIRMERS))
        ) | Q(named=True) & lattice(viewer, "statement__")

    @property
    def place(self) -> Place:
        return self.statement.place


class LookBack(Worded, Levelled):
    """A calm look back after a tense time or an exercise: places, themes, responses, never persons (R1)."""

    LONGEST: ClassVar = {
        "title": 200,
        "expected": 1500,
        "happened": 2000,
        "went_well": 1500,
        "change": 1500,
        "for_those_affected": 1500,
    }

    on = models.DateField(_("day"))
    exercise = models.BooleanField(_("it was an exercise"), default=False)

    class Meta(Levelled.Meta):
        ordering = ["-on", "-pk"]
        constraints = [*Levelled.Meta.constraints]

    def get_absolute_url(self) -> str:
        return reverse("coordination:look_back", kwargs={"look_back": self.pk})
