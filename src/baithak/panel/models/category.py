"""What a panel is balanced by: categories, the features people can have in them, the quotas."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.scope import NOTHING, ScopedModel, Viewer
from baithak.panel.models.panel import Panel

__all__ = ["Category", "CategoryKind", "Feature"]


class CategoryKind(models.TextChoices):
    """The usual categories, and one of the city's own making.

    None of them is about what somebody believes, or how they are judged (R1).
    """

    AGE = "age", _("Age")
    GENDER = "gender", _("Gender")
    AREA = "area", _("Area")
    EDUCATION = "education", _("Education")
    LANGUAGE = "language", _("Language at home")
    WORK = "work", _("Work")
    HOUSING = "housing", _("Housing")
    OWN = "own", _("A category of our own")


def in_readers_language(labels: dict[str, str], first: str) -> tuple[str, str]:
    """The label and its language: the reader's where it exists, else the first one."""
    wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    language = wanted if labels.get(wanted) else first
    return str(labels.get(language, "")), language


class _OfAPanel(ScopedModel):
    """Read together with its panel, which decides who sees it."""

    class Meta(ScopedModel.Meta):
        abstract = True

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else NOTHING


class Category(_OfAPanel):
    """One question of the registration page. Its name in the panel's first language is its name in
    the public documents of the draw.
    """

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="categories")
    kind = models.CharField(max_length=10, choices=CategoryKind)
    position = models.PositiveSmallIntegerField(default=0)
    labels = models.JSONField(default=dict)
    #: About religion, ethnicity, caste, displacement or health: it needs a reason, and no figure
    #: about fewer than 20 people is shown.
    sensitive = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)

    class Meta(_OfAPanel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="panel_category_kind", condition=Q(kind__in=CategoryKind.values)
            ),
            models.CheckConstraint(
                name="panel_category_sensitive_with_reason",
                condition=Q(sensitive=False) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_readers_language(self.labels, self.panel.first_language)[0]

    @property
    def label_language(self) -> str:
        return in_readers_language(self.labels, self.panel.first_language)[1]

    @property
    def name(self) -> str:
        """In the panel's first language: its name in the documents of the draw."""
        return str(self.labels.get(self.panel.first_language, ""))


class Feature(_OfAPanel):
    """One answer: from ``low`` to ``high`` people of a panel give it. ``share`` is its share of the
    population in per cent, as the officer found it in a census or a survey.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="features")
    position = models.PositiveSmallIntegerField(default=0)
    labels = models.JSONField(default=dict)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    low = models.PositiveSmallIntegerField(null=True, blank=True)
    high = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(_OfAPanel.Meta):
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="panel_feature_share",
                condition=Q(share=None) | Q(share__gte=0, share__lte=100),
            ),
            models.CheckConstraint(
                name="panel_feature_low_to_high",
                condition=Q(low=None, high=None) | Q(low__isnull=False, high__gte=F("low")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_readers_language(self.labels, self.category.panel.first_language)[0]

    @property
    def label_language(self) -> str:
        return in_readers_language(self.labels, self.category.panel.first_language)[1]

    @property
    def name(self) -> str:
        """In the panel's first language: its name in the documents of the draw."""
        return str(self.labels.get(self.category.panel.first_language, ""))
