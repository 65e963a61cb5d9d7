"""A lesson: a few sentences that another city can use, from an answer, an adoption or by itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.exchange.models.adoption import Adoption
from baithak.exchange.models.practice import Practice
from baithak.exchange.records import LANGUAGES
from baithak.network.models import Place, Shared

__all__ = ["Lesson"]


class Lesson(Shared):
    """What one place offers others to learn. ``place`` is who offers it: with a lesson out of a
    Chatham House answer that is who asked, never who answered (R15).
    """

    title = models.CharField(_("the lesson in one line"), max_length=200)
    text = models.TextField(_("the lesson"), max_length=2000)
    language = models.CharField(_("language"), max_length=2, default="en")
    practice = models.ForeignKey(
        Practice, models.PROTECT, null=True, blank=True, related_name="told_lessons"
    )
    adoption = models.OneToOneField(
        Adoption, models.PROTECT, null=True, blank=True, related_name="told_lesson"
    )
    challenges = models.JSONField(_("challenges"), default=list, blank=True)
    day = models.DateField()
    #: Whether its words came from a Chatham House question: no place is shown then.
    unattributed = models.BooleanField(default=False)

    class Meta(Shared.Meta):
        ordering = ["-day", "-pk"]
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                name="exchange_lesson_language", condition=Q(language__in=list(LANGUAGES))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exchange:lesson", kwargs={"lesson": self.pk})

    @property
    def told_by(self) -> Place | None:
        """Whose lesson to say it is: nobody's where it came from a Chatham House question (R15)."""
        return None if self.unattributed else self.place

    @property
    def finding_id(self) -> str:
        """How the index names it."""
        return f"lesson:{self.pk}"
