"""What people may say of themselves, in this dialogue alone, if they like (P10)."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.dialogue.models.anonymous import Anonymous
from baithak.dialogue.models.dialogue import Dialogue
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = ["Category", "Declaration", "Question"]


def _said(texts: dict[str, Any], first: str) -> str:
    """The reader's language where it exists, else the first."""
    here = (get_language() or "").split("-")[0]
    return str(texts.get(here) or texts.get(first) or next(iter(texts.values()), ""))


class Question(ScopedModel):
    """A question about oneself: "In which part of the city do you live?" Nobody has to answer.

    ``texts``: language to question. ``source`` says where the city's shares come from.
    """

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    source = models.CharField(_("where the shares come from"), max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dialogue", "number"], name="dialogue_question_number"),
            models.CheckConstraint(
                name="dialogue_question_number_from_1", condition=Q(number__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return _said(self.texts, self.dialogue.first_language)

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "dialogue__")


class Category(ScopedModel):
    """One answer to choose, and its share of the city's population where that is known."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="categories")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField(default=dict)
    share = models.DecimalField(
        _("share of the city"),
        max_digits=6,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )

    class Meta(ScopedModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="dialogue_category_number"),
            models.CheckConstraint(
                name="dialogue_category_share",
                condition=Q(share=None) | Q(share__gte=0, share__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return _said(self.texts, self.question.dialogue.first_language)

    @property
    def percent(self) -> str:
        """The share as people write it, without needless digits; empty where it is not known."""
        return "" if self.share is None else f"{self.share * 100:.3f}".rstrip("0").rstrip(".")

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "question__dialogue__")


class Declaration(Anonymous):
    """What one participant said of themselves. No row: they left it out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="+", db_index=False)
    pid = models.BinaryField(max_length=32)
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", db_index=False)

    class Meta(Anonymous.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "pid", "question"], name="dialogue_declaration_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}"
