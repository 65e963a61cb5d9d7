"""Who is looking, and the one way to query (R13, R14).

Every model that belongs to a place has two managers. ``Model.objects.seen_by(viewer)`` is the one
way to query: it gives what this viewer may see. ``Model.objects`` refuses everything else.
``Model._unscoped`` sees all; only ``models``, ``queries`` and ``services`` of the model's own room
may touch it (a house test reads the source).

The lattice: mechanism < city < hub < network < public.

=========  ==================================================================================
mechanism  officer, facilitator, moderator or secretariat of the very place
city       anybody with a role at the very place
hub        anybody with a role at any place of the hub
network    anybody with a role anywhere
public     everybody, signed in or not
=========  ==================================================================================

So a national representative (a role at a country) and the secretariat (a role at the hub) see what
a city shares with its hub and wider, never what a city keeps to itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.journal.services import pseudonym
from baithak.network.rules import MECHANISM, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "NOTHING",
    "PUBLIC",
    "SHARED",
    "SYSTEM",
    "Grant",
    "Scoped",
    "ScopedModel",
    "UnscopedError",
    "Viewer",
    "Visibility",
    "lattice",
]

#: A condition no row meets.
NOTHING = Q(pk__in=[])
Model = TypeVar("Model", bound=models.Model)
#: In which role somebody with several acts, when nothing says otherwise: the first of these.
_ORDER = tuple(Role)


class Visibility(models.TextChoices):
    """How far a thing can be seen, from the narrowest to the widest."""

    MECHANISM = "mechanism", _("The team that runs it")
    CITY = "city", _("Everybody with a role in this place")
    HUB = "hub", _("Members of all places of the hub")
    NETWORK = "network", _("Members of the whole network")
    PUBLIC = "public", _("Everybody")

    @property
    def width(self) -> int:
        """0 for the narrowest, 4 for the widest."""
        return list(Visibility).index(self)


#: What a place shares with its hub, and wider.
SHARED = (Visibility.HUB, Visibility.NETWORK, Visibility.PUBLIC)


@dataclass(frozen=True)
class Grant:
    """One role that holds now: at which place, in which hub."""

    place: int
    slug: str
    kind: str
    hub: int
    role: Role
    organisation: int | None = None


@dataclass(frozen=True)
class Viewer:
    """Who is looking: an account with its roles, nobody (``PUBLIC``) or the hub (``SYSTEM``)."""

    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    system: bool = False

    def roles_at(self, place: Any) -> frozenset[Role]:
        """The roles at this place: a ``Place``, its id or its slug."""
        key = getattr(place, "pk", place)
        return frozenset(g.role for g in self.grants if key in (g.place, g.slug))

    def has(self, role: str, place: Any) -> bool:
        """Whether the viewer has this role at this place."""
        return role in self.roles_at(place)

    @property
    def is_member(self) -> bool:
        """Whether the viewer has any role anywhere."""
        return bool(self.grants)

    @property
    def places(self) -> frozenset[int]:
        """Where the viewer has any role."""
        return frozenset(g.place for g in self.grants)

    @property
    def hubs(self) -> frozenset[int]:
        """The hubs of these places."""
        return frozenset(g.hub for g in self.grants)

    def places_as(self, roles: Iterable[str]) -> frozenset[int]:
        """Where the viewer has one of these roles."""
        wanted = frozenset(roles)
        return frozenset(g.place for g in self.grants if g.role in wanted)

    def acting_at(self, place: Any, among: Iterable[str] = tuple(Role)) -> Role | None:
        """The role in which the viewer acts at this place, or ``None``."""
        roles = self.roles_at(place) & frozenset(among)
        return next((role for role in _ORDER if role in roles), None)

    def signature(self, place: Any = None) -> str:
        """How the journal names this viewer: a role and a pseudonym, never a person."""
        if self.system:
            return "system"
        if self.user_id is None:
            return "public"
        role = self.acting_at(place) if place is not None else None
        return pseudonym(self.user_id, role or "member")


#: Nobody in particular: a page without sign-in.
PUBLIC = Viewer()
#: The hub itself: commands and background work.
SYSTEM = Viewer(system=True)


def lattice(viewer: Viewer, prefix: str = "") -> Q:
    """The condition on rows with ``place`` and ``visibility``, reached over ``prefix``.

    Example
    -------
    A statement belongs to a dialogue: ``lattice(viewer, "dialogue__")``.
    """
    if viewer.system:
        return Q()
    level, place = f"{prefix}visibility", f"{prefix}place"
    seen = Q(**{level: Visibility.PUBLIC})
    if viewer.is_member:
        in_the_hubs = Q(**{f"{place}__hub__in": viewer.hubs}) | Q(**{f"{place}__in": viewer.hubs})
        seen |= Q(**{level: Visibility.NETWORK})
        seen |= Q(**{level: Visibility.HUB}) & in_the_hubs
        seen |= Q(**{level: Visibility.CITY, f"{place}__in": viewer.places})
        seen |= Q(**{level: Visibility.MECHANISM, f"{place}__in": viewer.places_as(MECHANISM)})
    return seen


class UnscopedError(RuntimeError):
    """A query that does not say who is looking."""


class Scoped(models.Manager[Model]):
    """Gives nothing but ``seen_by(viewer)``."""

    def seen_by(self, viewer: Viewer) -> models.QuerySet[Model]:
        """What this viewer may see."""
        if not isinstance(viewer, Viewer):
            raise TypeError(f"seen_by needs a Viewer, not {type(viewer).__name__}.")
        condition: Q = self.model.seen(viewer)  # type: ignore[attr-defined]
        return super().get_queryset().filter(condition)

    def get_queryset(self) -> models.QuerySet[Model]:
        raise UnscopedError(
            f"Say who is looking: {self.model.__name__}.objects.seen_by(viewer). "
            "UnscopedError queries belong into the models, queries and services of the model's room."
        )


class ScopedModel(models.Model):
    """A model that belongs to a place. Give it ``seen(viewer)``: which rows a viewer may see."""

    # First, so that Django itself (uniqueness checks, related objects) uses it.
    _unscoped: ClassVar[models.Manager[Self]] = models.Manager()
    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        abstract = True
        default_manager_name = "_unscoped"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """Which rows this viewer may see. The default follows ``place`` and ``visibility``."""
        return lattice(viewer)
