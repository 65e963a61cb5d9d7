"""A file of practices becomes drafts of a place, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from baithak.exchange.models import VersionState
from baithak.exchange.queries import imports as queries
from baithak.exchange.queries.practices import practice as by_code
from baithak.exchange.queries.practices import publish_request
from baithak.exchange.records import Practice as Record
from baithak.exchange.services import practices
from baithak.network.models import Place
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer

__all__ = ["Change", "import_practices", "plan"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one practice of a file.

    ``what``: ``new`` (a draft), ``changed`` (the next version, a draft), ``same`` (nothing to do),
    or why it cannot be taken: ``elsewhere`` (another place holds a practice with this id),
    ``copy`` (it comes from the library or another hub), ``in_review``, ``waits`` (a second person is
    asked about it).
    """

    record: Record
    what: str

    @property
    def is_refused(self) -> bool:
        return self.what in ("elsewhere", "copy", "in_review", "waits")


def plan(*, records: Sequence[Record], place: Place) -> list[Change]:
    """Compare a file with what is here; writes nothing. Version numbers of the file do not count:
    the hub numbers what it publishes.
    """
    here = queries.present(record.id for record in records)
    told = []
    for record in records:
        if record.id not in here:
            told.append(Change(record, "new"))
            continue
        practice, versions = here[record.id]
        same = any(replace(record, version=v.number) == v.record for v in versions)
        if same:
            what = "same"
        elif not practice.is_own:
            what = "copy"
        elif practice.place_id != place.pk:
            what = "elsewhere"
        elif any(v.state == VersionState.REVIEW for v in versions):
            what = "in_review"
        elif publish_request(practice) is not None:
            what = "waits"
        else:
            what = "changed"
        told.append(Change(record, what))
    return told


@transaction.atomic
def import_practices(*, records: Sequence[Record], place: Place, by: Viewer) -> list[Change]:
    """Write what ``plan`` says.

    Raises
    ------
    RefusedError
        ``conflict``: something in the file cannot be taken; nothing was written.
    """
    changes = plan(records=records, place=place)
    if any(change.is_refused for change in changes):
        raise RefusedError("conflict")
    for change in changes:
        if change.what == "new":
            practices.begin(place=place, record=change.record, by=by)
        elif change.what == "changed":
            held = by_code(by, code=change.record.id)
            if held is None:
                raise RefusedError("conflict")
            practices.write(practice=held, record=change.record, by=by)
    return changes
