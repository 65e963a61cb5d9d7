"""Hub, country, city: one tree."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.scope import ScopedModel, Viewer

__all__ = ["Kind", "Place"]


class Kind(models.TextChoices):
    """The storeys of the tree."""

    HUB = "hub", _("Hub")
    COUNTRY = "country", _("Country")
    CITY = "city", _("City")


class Place(ScopedModel):
    """A hub, a country or a city. That a place belongs to the network is no secret.

    A list of places, never a map with borders: which country a city belongs to is what its hub
    wrote down, and the interface draws no line.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )
    #: The hub above; a hub has none. Kept here so that one comparison decides about R14's "hub".
    hub = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=64, unique=True)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)
    country_code = models.CharField(
        _("country code"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as in ISO 3166."))],
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    example = models.BooleanField(
        _("example"), default=False, help_text=_("Invented, to show what Baithak does.")
    )
    open_data = models.BooleanField(
        _("published conversations only"),
        default=False,
        help_text=_("Nobody runs this place here; it holds conversations that others published."),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="network_place_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="network_place_tree",
                condition=Q(kind=Kind.HUB, parent=None, hub=None)
                | Q(~Q(kind=Kind.HUB), parent__isnull=False, hub__isnull=False),
            ),
            models.CheckConstraint(
                name="network_place_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
            ),
            models.CheckConstraint(
                name="network_place_country_code",
                condition=Q(kind=Kind.HUB, country_code="")
                | Q(~Q(kind=Kind.HUB), ~Q(country_code="")),
            ),
            models.CheckConstraint(
                name="network_place_example_or_open_data",
                condition=Q(example=False) | Q(open_data=False),
            ),
        ]

    def __str__(self) -> str:
        return self.local_name

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Everybody may know which places take part."""
        return Q()

    @property
    def local_name(self) -> str:
        """The name in the reader's language, where the place gave one."""
        given: dict[str, Any] = self.names or {}
        return given.get((get_language() or "").split("-")[0]) or self.name

    @property
    def language_names(self) -> list[str]:
        """The place's languages, each named in itself."""
        names = dict(settings.CONTENT_LANGUAGES)
        return [str(names.get(code, code)) for code in self.languages]

    @property
    def place(self) -> Place:
        """A place belongs to itself: so rules ask a place what they ask of other things."""
        return self
