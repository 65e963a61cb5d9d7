"""A workshop is planned, held and reported; what was raised, shown and taken home is written down.

Once its report is out its counts are settled, and what is written later about the room is looked at for
names as well (R7, R15).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.models import (
    Part,
    Participants,
    Raised,
    Showcase,
    Takeaway,
    Workshop,
    WorkshopState,
)
from baithak.coordination.queries import workshops as queries
from baithak.coordination.queries.series import of_place
from baithak.coordination.services.notes import note
from baithak.exchange.models import Practice
from baithak.exchange.records import library
from baithak.exchange.services.names import NamesError, look
from baithak.network.models import Kind, OrganisationType, Place
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts

__all__ = [
    "add_item",
    "begin",
    "change",
    "change_item",
    "count_people",
    "known_countries",
    "mark",
    "remove_item",
    "report",
]

#: What can be said of a workshop besides its texts.
FACTS = ("begins", "ends", "series", "closed_room", "name_countries", "licence")
#: From which state to which, besides the report.
_MOVES = {
    (WorkshopState.PLANNED, WorkshopState.HELD),
    (WorkshopState.PLANNED, WorkshopState.CANCELLED),
    (WorkshopState.CANCELLED, WorkshopState.PLANNED),
    (WorkshopState.HELD, WorkshopState.PLANNED),
}
_MOST_PEOPLE = 9999


@transaction.atomic
def begin(
    *, place: Place, language: str, texts: Mapping[str, str], by: Viewer, **facts: Any
) -> Workshop:
    """A new workshop, planned, seen by the place's team.

    Parameters
    ----------
    facts
        ``begins``, ``ends``, and any of ``series``, ``closed_room``, ``name_countries``, ``licence``.

    Raises
    ------
    ValidationError
        By field: no title, a text that is too long or leads to a person, days in the wrong order, a
        series of somebody else.
    """
    made = Workshop(place=place)
    _put(made, language, texts, facts, by)
    note(made, "plan_workshop", by, begins=made.begins.isoformat())
    return made


@transaction.atomic
def change(
    *,
    workshop: Workshop,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
    **facts: Any,
) -> Workshop:
    """Say anew what it is, in one language. ``looked``: names that the writer has looked at.

    Raises
    ------
    ValidationError
        As ``begin``; also a closed room that would be opened once it has begun or words of it are kept, and
        countries that a report would name which is out without them.
    NamesError
        The report is out and these names stand in the new words.
    """
    fresh = _held(workshop)
    if fresh.is_reported:
        look(" ".join(texts.get(name, "") for name in ("title", "summary")), by=by, looked=looked)
    if fresh.closed_room and facts.get("closed_room") is False and _spoken(fresh):
        why = _("This was promised to those who spoke: after the workshop it stays as it was.")
        how = _("If it never was promised, enter the workshop anew without the rule.")
        raise ValidationError({"closed_room": f"{why} {how}"})
    if fresh.is_reported and facts.get("name_countries") and not fresh.name_countries:
        raise ValidationError(
            {
                "name_countries": _(
                    "The report is out: what was counted and listed stays as it was told."
                )
            }
        )
    _put(fresh, language, texts, facts, by)
    note(fresh, "change_workshop", by, language=language)
    return fresh


@transaction.atomic
def mark(*, workshop: Workshop, state: str, by: Viewer) -> Workshop:
    """It was held, is called off, or is planned again. The report has a way of its own.

    Raises
    ------
    RefusedError
        ``not_from_here``; ``too_early``: it has not begun; ``has_words``: it would be still to come, but
        what was said in it is written down.
    """
    fresh = _held(workshop)
    if (fresh.state, state) not in _MOVES:
        raise RefusedError("not_from_here")
    if state == WorkshopState.HELD and fresh.begins > timezone.localdate():
        raise RefusedError("too_early")
    if fresh.state == WorkshopState.HELD and _is_written_down(fresh):
        raise RefusedError("has_words")
    fresh.state = WorkshopState(state)
    fresh.save(update_fields=["state"])
    note(fresh, "mark_workshop", by, state=state)
    return fresh


@transaction.atomic
def report(*, workshop: Workshop, looked: Collection[str], by: Viewer) -> Workshop:
    """The report is out for those who see the workshop; its counts are settled.

    Raises
    ------
    RefusedError
        ``not_from_here``: it was not held, or is out already; ``nothing``: there is no takeaway and no
        challenge to tell of.
    NamesError
        These names stand in it, and the writer has not looked at each of them.
    """
    fresh = _held(workshop)
    if fresh.state != WorkshopState.HELD:
        raise RefusedError("not_from_here")
    if not (
        Takeaway._unscoped.filter(workshop=fresh).exists()
        or Raised._unscoped.filter(workshop=fresh).exists()
    ):
        raise RefusedError("nothing")
    names = dict.fromkeys(name for flag in queries.flags(by, fresh) for name in flag.names)
    if not set(names) <= set(looked):
        raise NamesError(names)
    fresh.state = WorkshopState.REPORTED
    fresh.save(update_fields=["state"])
    note(fresh, "report_workshop", by)
    return fresh


@transaction.atomic
def count_people(
    *, workshop: Workshop, rows: Iterable[Mapping[str, Any]], by: Viewer
) -> list[Participants]:
    """Who came: all rows anew. Each with ``role``, ``country``, ``organisation_type``, ``people``.

    Raises
    ------
    RefusedError
        ``settled``: the report is out.
    ValidationError
        With the number of the row: an unknown code, no people, the same three codes twice.
    """
    fresh = _held(workshop)
    if fresh.is_reported:
        raise RefusedError("settled")
    told = [_checked_row(fresh, number, row) for number, row in enumerate(rows, start=1)]
    seen: dict[tuple[str, str, str], int] = {}
    for number, one in enumerate(told, start=1):
        key = (one.role, one.country, one.organisation_type)
        if key in seen:
            raise ValidationError(
                _(
                    "Rows %(first)d and %(second)d count the same people: add them up in one row."
                ) % {"first": seen[key], "second": number}
            )  # fmt: skip
        seen[key] = number
    Participants._unscoped.filter(workshop=fresh).delete()
    made = Participants._unscoped.bulk_create(told)
    note(fresh, "count_people", by)
    return made


def _checked_row(workshop: Workshop, number: int, row: Mapping[str, Any]) -> Participants:
    people = row.get("people")
    if not isinstance(people, int) or not 0 < people <= _MOST_PEOPLE:
        raise ValidationError(
            _("Row %(row)d: write how many people, a whole number from 1 on.") % {"row": number}
        )
    for name, known in (
        ("role", Role.values),
        ("country", known_countries()),
        ("organisation_type", OrganisationType.values),
    ):
        if row.get(name) not in known:
            raise ValidationError(
                _("Row %(row)d: choose role, country and type from the lists.") % {"row": number}
            )
    return Participants(
        workshop=workshop,
        role=row["role"],
        country=row["country"],
        organisation_type=row["organisation_type"],
        people=people,
    )


def known_countries() -> tuple[str, ...]:
    """Codes of countries: those of the taxonomy, and those of the network's own places."""
    own = (
        Place.objects.seen_by(SYSTEM)
        .filter(kind=Kind.COUNTRY)
        .exclude(country_code="")
        .order_by("country_code")
    )
    codes = own.values_list("country_code", flat=True)
    return tuple(dict.fromkeys([*library().taxonomy.codes("countries"), *codes]))


# --- what it is made of
@transaction.atomic
def add_item(
    *,
    workshop: Workshop,
    kind: str,
    by: Viewer,
    language: str = "en",
    texts: Mapping[str, str] | None = None,
    code: str = "",
    practice: Practice | None = None,
    looked: Collection[str] = (),
) -> Part | Raised | Showcase | Takeaway:
    """A part of the programme, a challenge (``code``), a practice that was shown, a takeaway.

    Raises
    ------
    ValidationError
        By field: a text that is missing, too long or leads to a person; an unknown code; what is there
        already.
    NamesError
        The report is out and these names stand in the words.
    """
    fresh = _held(workshop)
    made = queries.ITEMS[kind](workshop=fresh)
    if isinstance(made, Part | Takeaway):
        last = type(made)._unscoped.filter(workshop=fresh).aggregate(last=Max("number"))["last"]
        made.number = (last or 0) + 1
    if isinstance(made, Raised):
        made.code = _challenge(fresh, code)
    if isinstance(made, Showcase):
        made.practice = _shown(fresh, practice)
        made.save()
    else:
        _put_item(made, language, texts or {}, by, looked)
    note(fresh, f"add_{kind}", by)
    return made


@transaction.atomic
def change_item(
    *,
    item: Part | Raised | Takeaway,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
) -> Part | Raised | Takeaway:
    """Say it anew, or in another language."""
    _held(item.workshop)
    fresh = type(item)._unscoped.select_related("workshop__place").get(pk=item.pk)
    _put_item(fresh, language, texts, by, looked)
    note(fresh.workshop, f"change_{_name(fresh)}", by, language=language)
    return fresh


@transaction.atomic
def remove_item(*, item: Part | Raised | Showcase | Takeaway, by: Viewer) -> None:
    """Take it out again.

    Raises
    ------
    RefusedError
        ``has_commitments``: commitments were born of this takeaway; ``settled``: the report is out.
    """
    fresh = _held(item.workshop)
    if fresh.is_reported:
        raise RefusedError("settled")
    if isinstance(item, Takeaway) and item.commitments.exists():
        raise RefusedError("has_commitments")
    item.delete()
    note(fresh, f"remove_{_name(item)}", by)


def _name(item: Any) -> str:
    return next(name for name, model in queries.ITEMS.items() if isinstance(item, model))


def _challenge(workshop: Workshop, code: str) -> str:
    if code not in library().taxonomy.codes("challenges"):
        raise ValidationError({"code": _("Choose one of the challenges.")})
    if Raised._unscoped.filter(workshop=workshop, code=code).exists():
        raise ValidationError(
            {"code": _("This challenge is listed already: add to what stands there.")}
        )
    return code


def _shown(workshop: Workshop, practice: Practice | None) -> Practice:
    if practice is None:
        raise ValidationError({"practice": _("Choose one of the practices.")})
    if Showcase._unscoped.filter(workshop=workshop, practice=practice).exists():
        raise ValidationError({"practice": _("This practice is listed already.")})
    return practice


def _put_item(
    item: Any, language: str, texts: Mapping[str, str], by: Viewer, looked: Collection[str]
) -> None:
    if item.workshop.is_reported:
        look(" ".join(texts.values()), by=by, looked=looked)
    put_texts(item, language, texts, needed=() if isinstance(item, Raised) else ("title",))
    # A challenge may be named without a word more.
    item.full_clean(exclude=["workshop", "texts", "languages"])
    item.save()


def _held(workshop: Workshop) -> Workshop:
    return (
        Workshop._unscoped.select_for_update(of=("self",))
        .select_related("place", "series")
        .get(pk=workshop.pk)
    )


def _spoken(workshop: Workshop) -> bool:
    """Whether somebody may have spoken in the room already, whatever is marked."""
    begun = workshop.begins <= timezone.localdate()
    held = workshop.state in (WorkshopState.HELD, WorkshopState.REPORTED)
    return begun or held or _is_written_down(workshop)


def _is_written_down(workshop: Workshop) -> bool:
    """Whether anything that was said in the room is kept; titles of the programme are written before."""
    kept = (Raised, Takeaway)
    if any(model._unscoped.filter(workshop=workshop).exists() for model in kept):
        return True
    parts = Part._unscoped.filter(workshop=workshop)
    return any(told.get("description") for part in parts for told in part.texts.values())


def _put(
    workshop: Workshop,
    language: str,
    texts: Mapping[str, str],
    facts: Mapping[str, Any],
    by: Viewer,
) -> None:
    unknown = facts.keys() - set(FACTS)
    if unknown:
        raise TypeError(f"A workshop has no {', '.join(sorted(unknown))}.")
    series = facts.get("series")
    if series is not None and not of_place(by, workshop.place).filter(pk=series.pk).exists():
        raise ValidationError({"series": _("Choose a series of this place or of its hub.")})
    put_texts(workshop, language, texts)
    for name, value in facts.items():
        setattr(workshop, name, value)
    if workshop.begins and workshop.ends and workshop.ends < workshop.begins:
        raise ValidationError({"ends": _("It must end after it begins, or on the same day.")})
    workshop.full_clean(exclude=["place", "series"])
    workshop.save()
