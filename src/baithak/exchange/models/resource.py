"""The resource shelf: documents and links, each with its language, licence and step of the guide."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from baithak.exchange.records import LANGUAGES
from baithak.network.models import Shared

__all__ = ["Resource", "ResourceKind"]


class ResourceKind(models.TextChoices):
    """What it is."""

    GUIDE = "guide", _("Guide")
    TEMPLATE = "template", _("Template")
    WORKSHOP_REPORT = "workshop_report", _("Workshop report")
    RESEARCH = "research", _("Research")
    LAW = "law", _("Law or decision")
    OTHER = "other", _("Other")


class Resource(Shared):
    """Either a link or a file that ``web.files`` checked and keeps under ``file_name``."""

    title = models.CharField(_("title"), max_length=200)
    about = models.TextField(_("what it is about"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    kind = models.CharField(_("kind"), max_length=16, choices=ResourceKind, default="guide")
    step = models.CharField(_("step of the guide"), max_length=32, blank=True)
    challenges = models.JSONField(_("challenges"), default=list, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200)
    licence = models.CharField(_("licence"), max_length=100)
    url = models.URLField(_("link"), max_length=2000, blank=True)
    file_name = models.CharField(max_length=80, blank=True, editable=False)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_size = models.PositiveIntegerField(null=True, blank=True, editable=False)
    file_digest = models.CharField(max_length=64, blank=True, editable=False)
    added_on = models.DateField()
    #: Comes with Baithak or from somebody else's list: nobody here answers for it.
    shipped = models.BooleanField(default=False, editable=False)

    class Meta(Shared.Meta):
        ordering = ["step", "title", "pk"]
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                name="exchange_resource_link_or_file",
                condition=Q(file_name="", file_size=None) & ~Q(url="")
                | Q(url="", file_size__isnull=False) & ~Q(file_name=""),
            ),
            models.CheckConstraint(
                name="exchange_resource_kind", condition=Q(kind__in=ResourceKind.values)
            ),
            models.CheckConstraint(
                name="exchange_resource_language", condition=Q(language__in=list(LANGUAGES))
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exchange:resource", kwargs={"resource": self.pk})

    @property
    def finding_id(self) -> str:
        """How the index names it."""
        return f"resource:{self.pk}"
