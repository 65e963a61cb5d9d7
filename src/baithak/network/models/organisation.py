"""Who works at a place: departments, associations, bodies."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.network.models.place import Place
from baithak.network.scope import ScopedModel, Viewer

__all__ = ["Level", "Organisation", "OrganisationType"]


class OrganisationType(models.TextChoices):
    """Codes of the practice library's taxonomy: never renamed."""

    LOCAL_GOVERNMENT = "local_government", _("Local government")
    REGIONAL_GOVERNMENT = "regional_government", _("Regional government")
    NATIONAL_GOVERNMENT = "national_government", _("National government")
    DISTRICT_ADMINISTRATION = "district_administration", _("District administration")
    POLICE = "police", _("Police")
    MILITARY = "military", _("Armed forces")
    JUDICIARY = "judiciary", _("Judiciary and legal profession")
    LOCAL_PEACE_BODY = "local_peace_body", _("Local peace or interfaith body")
    MULTI_ACTOR_BODY = "multi_actor_body", _("Joint body")
    CSO = "cso", _("Civil society organisation")
    COMMUNITY_GROUP = "community_group", _("Community group")
    FAITH_ORGANISATION = "faith_organisation", _("Faith organisation")
    POLITICAL_PARTY = "political_party", _("Political parties")
    ELECTED_OFFICIAL = "elected_official", _("Elected officials")
    SCHOOL = "school", _("School")
    ACADEMIA = "academia", _("Academia")
    HEALTH_SERVICE = "health_service", _("Health service")
    SOCIAL_SERVICES = "social_services", _("Social services")
    HUMAN_RIGHTS_BODY = "human_rights_body", _("Human rights or equality body")
    INDIGENOUS_BODY = "indigenous_body", _("Indigenous body")
    PRIVATE_SECTOR = "private_sector", _("Private sector")
    MEDIA = "media", _("Media")
    CITY_NETWORK = "city_network", _("City network")
    INTERNATIONAL_ORGANISATION = "international_organisation", _("International organisation")
    DONOR = "donor", _("Donor")


class Level(models.TextChoices):
    """At which level an organisation acts."""

    LOCAL = "local", _("Local")
    REGIONAL = "regional", _("Regional")
    NATIONAL = "national", _("National")
    INTERNATIONAL = "international", _("International")


def only_known_types(codes: object) -> None:
    """Every code is in the taxonomy, and none comes twice."""
    if (
        not isinstance(codes, list)
        or not codes
        or len(set(codes)) != len(codes)
        or not set(codes) <= set(OrganisationType.values)
    ):
        raise ValidationError(_("Choose one or more types from the list."))


class Organisation(ScopedModel):
    """An organisation at a place. Seen by that place's members: partners may need quiet (R13)."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    types = models.JSONField(_("types"), validators=[only_known_types])
    level = models.CharField(_("level"), max_length=16, choices=Level, default=Level.LOCAL)

    class Meta(ScopedModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("place", "name", name="network_organisation_name"),
            models.CheckConstraint(
                name="network_organisation_level", condition=Q(level__in=Level.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return Q() if viewer.system else Q(place__in=viewer.places)

    @property
    def type_labels(self) -> list[str]:
        """The types in the reader's language."""
        return [str(OrganisationType(code).label) for code in self.types]
