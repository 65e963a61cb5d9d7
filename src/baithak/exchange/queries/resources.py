"""What lies on the shelf, in the order of the guide."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from baithak.exchange import guide
from baithak.exchange.models import Resource
from baithak.network.models import TwoPersonAct
from baithak.network.queries import acts_waiting
from baithak.network.scope import SYSTEM, Viewer
from baithak.web.files import Kept

__all__ = ["resource", "resources", "shipped", "stored", "waiting", "with_file"]

#: What is for every step comes first.
_PATH = Case(
    When(step="", then=Value(-1)),
    *(When(step=code, then=Value(number)) for number, code in enumerate(guide.CODES)),
    default=Value(len(guide.CODES)),
    output_field=IntegerField(),
)


def resources(
    viewer: Viewer, *, step: str = "", language: str = "", kind: str = ""
) -> QuerySet[Resource]:
    """What the viewer may see; each of ``step``, ``language`` and ``kind`` narrows it."""
    wanted = {"step": step, "language": language, "kind": kind}
    return (
        Resource.objects.seen_by(viewer)
        .filter(**{name: value for name, value in wanted.items() if value})
        .select_related("place")
        .order_by(_PATH, "title", "pk")
    )


def resource(viewer: Viewer, *, resource: int) -> Resource | None:
    """One of them."""
    return resources(viewer).filter(pk=resource).first()


def with_file(viewer: Viewer, *, resource: int) -> Resource | None:
    """One of them, if it is a file: who may not see the row may not have the file."""
    return resources(viewer).filter(pk=resource).exclude(file_name="").first()


def stored(resource: Resource) -> Kept:
    """The file of a resource, as the store knows it."""
    return Kept(
        name=resource.file_name,
        media_type=resource.file_type,
        size=resource.file_size or 0,
        sha256=resource.file_digest,
        title=resource.title,
    )


def shipped() -> QuerySet[Resource]:
    """The links that came with the hub, whoever may see them now."""
    return Resource._unscoped.filter(shipped=True).select_related("place")


def waiting(resource: Resource) -> TwoPersonAct | None:
    """The request that more people see it, where one waits for a second person."""
    thing = f"{resource._meta.label_lower}:{resource.pk}"
    return acts_waiting(SYSTEM, resource.place).filter(verb="network.widen", thing=thing).first()
