"""Ask a peer: a question to the owner of a practice, or to everybody who faces a challenge."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models.lesson import Lesson
from baithak.exchange.models.practice import Practice
from baithak.exchange.records import LANGUAGES
from baithak.network.models import Place, Shared
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Answer", "Question"]


class Question(Shared):
    """A question of a place's team. To an owner (``to_place``) it is a letter between two teams and
    stays at the narrowest level; to a challenge's community it is widened like everything else.

    ``chatham``: what is said may be used, who said it may not be told (R15): neither the asking nor
    the answering place is shown, days are told by the week, and answers keep no place at all.
    """

    practice = models.ForeignKey(
        Practice, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    to_place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    challenge = models.CharField(_("challenge"), max_length=64, blank=True)
    text = models.TextField(_("question"), max_length=1500)
    language = models.CharField(_("language"), max_length=2, default="en")
    chatham = models.BooleanField(_("Chatham House Rule"), default=False)
    asked = models.DateField()
    #: The day (or week) of the first answer, and whether the asker has closed it.
    answered = models.DateField(null=True, blank=True, editable=False)
    closed = models.BooleanField(default=False, editable=False)

    class Meta(Shared.Meta):
        ordering = ["closed", "-asked", "-pk"]
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                name="exchange_question_to_one",
                condition=Q(practice__isnull=False, to_place__isnull=False, challenge="")
                | Q(practice=None, to_place=None) & ~Q(challenge=""),
            ),
            models.CheckConstraint(
                name="exchange_question_to_an_owner_stays_between_two",
                condition=Q(to_place=None) | Q(visibility="mechanism"),
            ),
            models.CheckConstraint(
                name="exchange_question_language", condition=Q(language__in=list(LANGUAGES))
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def unnamed(self) -> str:
        return "question:chatham" if self.chatham else ""

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """By its level, by those who can confirm a wider one, and by the team it was put to."""
        if viewer.system:
            return Q()
        return (
            lattice(viewer)
            | Q(place__in=viewer.places_as(CONFIRMERS))
            | Q(to_place__in=viewer.places_as(MECHANISM))
        )

    def get_absolute_url(self) -> str:
        return reverse("exchange:question", kwargs={"question": self.pk})


class Answer(ScopedModel):
    """An answer. It has no author; under the Chatham House Rule it has no place either (R15)."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    by_place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("answer"), max_length=3000)
    language = models.CharField(_("language"), max_length=2, default="en")
    day = models.DateField()
    #: The lesson that was made of it.
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="answers"
    )

    class Meta(ScopedModel.Meta):
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        return (
            lattice(viewer, "question__")
            | Q(question__place__in=viewer.places_as(CONFIRMERS))
            | Q(question__to_place__in=viewer.places_as(MECHANISM))
        )

    @property
    def place(self) -> Place:
        """Of the question: the asker decides what becomes of an answer."""
        return self.question.place
