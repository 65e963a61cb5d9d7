"""What a file of practices is compared with before it becomes drafts."""

from __future__ import annotations

from collections.abc import Iterable

from baithak.exchange.models import Practice, Version, VersionState

__all__ = ["present"]


def present(codes: Iterable[str]) -> dict[str, tuple[Practice, list[Version]]]:
    """Of these practices those that are here, wherever: with the version readers see and the one in work."""
    found = Practice._unscoped.filter(code__in=list(codes)).select_related("place", "current")
    told: dict[str, tuple[Practice, list[Version]]] = {p.code: (p, []) for p in found}
    for practice, versions in told.values():
        if practice.current is not None:
            versions.append(practice.current)
    work = Version._unscoped.filter(practice__code__in=told).exclude(state=VersionState.PUBLISHED)
    for version in work.select_related("practice"):
        told[version.practice.code][1].append(version)
    return told
