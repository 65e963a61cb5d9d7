"""The shipped library comes into a hub: added, brought up to date, never doubled."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from baithak.exchange.merging import SHIPPED, Held, Plan, plan_import
from baithak.exchange.models import Practice, PracticeState, Translation, Version, VersionState
from baithak.exchange.records import Library
from baithak.exchange.records import Practice as Record
from baithak.exchange.records.stored import plain
from baithak.exchange.services.notes import note, touched
from baithak.exchange.services.resources import load_shelf
from baithak.network.models import Place, Visibility
from baithak.network.scope import Viewer

__all__ = ["copies", "load_library", "take"]


def copies() -> list[Held]:
    """All that this hub holds, drafts too: each short name is there once, whoever wrote it."""
    work = Version._unscoped.exclude(state=VersionState.PUBLISHED)
    found = Practice._unscoped.select_related("current")
    return [
        Held(practice.origin, practice.record)
        for practice in found.prefetch_related(Prefetch("versions", work, "work"))
    ]


@transaction.atomic
def load_library(*, library: Library, place: Place, by: Viewer) -> Plan:
    """Add what the shipped library has and this hub has not, and bring the rest up to date.

    Everything in it was published elsewhere and names its sources; it is shown to everybody. Its
    links go on the shelf. Doing it twice changes nothing the second time.
    """
    plan = take(
        place=place,
        held=[Held(SHIPPED, practice) for practice in library.practices],
        existing=copies(),
        by=by,
    )
    changed = {held.practice.id for held in (*plan.additions, *plan.updates)}
    found = Practice._unscoped.filter(origin=SHIPPED, code__in=changed).select_related("current")
    made: list[Translation] = []
    for practice in found.prefetch_related("translations"):
        made += _translations(practice, library)
    Translation._unscoped.bulk_create(made)
    load_shelf(library=library, place=place, by=by)
    return plan


def take(*, place: Place, held: list[Held], existing: list[Held], by: Viewer) -> Plan:
    """Write what an import adds and updates, published as it is where it comes from; give the plan.

    Call it within a transaction.
    """
    plan = plan_import(existing, held)
    for one in plan.additions:
        practice = Practice._unscoped.create(
            place=place, origin=one.origin, code=one.practice.id, visibility=Visibility.MECHANISM
        )
        _publish(practice, one.practice)
    for one in plan.updates:
        practice = Practice._unscoped.get(origin=one.origin, code=one.practice.id)
        _publish(practice, one.practice)
    if plan.changes:
        note(
            place, "take", by,
            origin=held[0].origin,
            added=str(len(plan.additions)), updated=str(len(plan.updates)),
        )  # fmt: skip
    return plan


def _translations(practice: Practice, library: Library) -> list[Translation]:
    """The library's words in other languages that are not here yet; its older ones are brought up to
    date. What a person wrote here stays, of its own version; words that did not change stay reviewed.
    """
    made = []
    here = {one.language: one for one in practice.translations.all()}  # those that wait too
    for language, translation in library.translations.items():
        rendering = translation.practices.get(practice.code)
        held = here.get(language)
        if rendering is None or (held is not None and not held.by_machine):
            continue
        told = held or Translation(practice=practice, language=language, by_machine=True)
        texts = {"title": rendering.title, "summary": rendering.summary}
        if told.texts != texts:
            told.texts, told.status = texts, translation.status
        told.of_version = practice.record.version
        if held is None:
            made.append(told)
        else:
            told.save()
    return made


def _publish(practice: Practice, record: Record) -> None:
    """Shown to everybody when it first comes. A newer version changes the words, not who sees them: a
    copy that was narrowed or retired here stays so (R14).
    """
    today = timezone.localdate()
    first = practice.current_id is None
    practice.current = Version._unscoped.create(
        practice=practice,
        number=record.version,
        state=VersionState.PUBLISHED,
        data=plain(record),
        level=Visibility.PUBLIC,  # so it is where it comes from
        published_on=today,
    )
    if first:
        practice.state, practice.visibility = PracticeState.PUBLISHED, Visibility.PUBLIC
    practice.published_on = practice.published_on or today
    practice.changed_on = today
    practice.save()
    touched(practice)
