"""A place asks another one: written, sent, a day agreed, answered, passed on when it is late, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination import request_letters as letters
from baithak.coordination.dates import within
from baithak.coordination.models import Reply, Request, RequestState
from baithak.coordination.queries import requests as queries
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import Place, User
from baithak.network.quiet import may_send
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services.texts import put_texts

__all__ = ["agree_day", "ask", "change", "close", "pass_on", "remind", "reply", "send"]


@transaction.atomic
def ask(
    *,
    place: Place,
    to: Place,
    kind: str,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    office: str = "",
    reply_by: date | None = None,
) -> Request:
    """Write a request down. The other side sees it when it is sent.

    Raises
    ------
    ValidationError
        To a place that cannot be asked, a day that is over, no title, a text that leads to a person.
    """
    asked = Request(place=place)
    _put(asked, to=to, kind=kind, office=office, reply_by=reply_by, by=by)
    put_texts(asked, language, texts)
    asked.full_clean()
    asked.save()
    _note(asked, "ask", by, place, kind=kind, to=to.slug)
    return asked


@transaction.atomic
def change(
    *,
    request: Request,
    to: Place,
    kind: str,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    office: str = "",
    reply_by: date | None = None,
) -> Request:
    """Write a draft anew, or in one more language.

    Raises
    ------
    RefusedError
        ``sent``: what the other side has read stays as it is.
    ValidationError
        As ``ask``.
    """
    fresh = _held(request)
    if fresh.state != RequestState.DRAFT:
        raise RefusedError("sent")
    _put(fresh, to=to, kind=kind, office=office, reply_by=reply_by, by=by)
    put_texts(fresh, language, texts)
    fresh.full_clean()
    fresh.save()
    _note(fresh, "change_request", by, fresh.place, language=language)
    return fresh


@transaction.atomic
def send(*, request: Request, by: Viewer) -> None:
    """The other side sees it from now on, and those who answer there get a letter.

    Raises
    ------
    RefusedError
        ``sent``; ``late``: the day of reply is over by now.
    """
    fresh, today = _held(request), timezone.localdate()
    if fresh.state != RequestState.DRAFT:
        raise RefusedError("sent")
    if fresh.reply_by is not None and fresh.reply_by < today:
        raise RefusedError("late")
    fresh.state, fresh.sent_on = RequestState.SENT, today
    fresh.save(update_fields=["state", "sent_on"])
    _note(fresh, "send", by, fresh.place, to=fresh.to.slug)
    _tell(fresh, "asked", queries.answerers_of(fresh.to))


@transaction.atomic
def agree_day(*, request: Request, at: Place, day: date, by: Viewer) -> Request:
    """One side says that this day is possible, or names another one. That one counts from when the asking side
    and one that answers are agreed on it; until then the clock goes by the day that stands. Where none stands,
    the one that the asking side names counts at once, as if it had been asked with it.

    Raises
    ------
    RefusedError
        ``answered``: nobody waits any more.
    ValidationError
        The day is over.
    """
    fresh = _held(request)
    _only_sides(by, fresh, at)
    if not fresh.is_waiting:
        raise RefusedError("answered")
    _to_come(day, "day")
    asks = at.pk == fresh.place_id
    if day == fresh.reply_by:
        # Not agreed yet it is what the asking side asked for.
        fresh.agreed = fresh.agreed or not asks
        fresh.proposed, fresh.day_by = None, fresh.place
    elif day == fresh.proposed and asks is not (fresh.day_by_id == fresh.place_id):
        fresh.agreed = True
        fresh.reply_by, fresh.proposed, fresh.reminded_on = day, None, None
    elif fresh.reply_by is None and asks:
        fresh.reply_by, fresh.proposed, fresh.day_by = day, None, fresh.place
    else:
        fresh.proposed, fresh.day_by = day, at
    if not asks:
        fresh.state = RequestState.RECEIVED
    fresh.save(update_fields=["agreed", "reply_by", "proposed", "day_by", "reminded_on", "state"])
    agreed = fresh.agreed and fresh.proposed is None
    _note(fresh, "agree_day", by, at, day=day.isoformat(), agreed="yes" if agreed else "no")
    return fresh


@transaction.atomic
def reply(
    *,
    request: Request,
    at: Place,
    language: str,
    text: str,
    by: Viewer,
    answers: bool = False,
    open_again: bool = False,
) -> Reply:
    """Write for one side. The asked side can say that this answers it; the asking side that it does not.

    Raises
    ------
    RefusedError
        ``draft``, ``closed``.
    ValidationError
        No text, or one that leads to a person.
    """
    fresh, today = _held(request), timezone.localdate()
    _only_sides(by, fresh, at)
    if fresh.state in (RequestState.DRAFT, RequestState.CLOSED):
        raise RefusedError(fresh.state)
    asking = at.pk == fresh.place_id
    told = Reply(request=fresh, at_place=at, on=today, answers=answers and not asking)
    try:
        put_texts(told, language, {"title": text})
    except ValidationError as trouble:
        raise ValidationError(
            {{"title": "text"}.get(name, name): found for name, found in trouble.error_dict.items()}
        ) from None
    told.full_clean(exclude=["request"])
    told.save()
    if told.answers:
        fresh.state, fresh.answered_on = RequestState.ANSWERED, today
    elif not asking and fresh.state == RequestState.SENT:
        fresh.state = RequestState.RECEIVED
    elif asking and open_again and fresh.state == RequestState.ANSWERED:
        fresh.state, fresh.answered_on = RequestState.RECEIVED, None
    fresh.save(update_fields=["state", "answered_on"])
    _note(fresh, "reply", by, at, answers="yes" if told.answers else "no")
    if asking:
        for place in (fresh.to, fresh.escalated_to):
            _tell(fresh, "replied", queries.answerers_of(place))
    else:
        _tell(fresh, "replied", queries.officers_of(fresh.place))
    return told


@transaction.atomic
def pass_on(*, request: Request, by: Viewer, day: date | None = None) -> Place:
    """The day is over: the place above the asked one sees it too, and can answer. A new day can be asked for.

    Raises
    ------
    RefusedError
        ``not_late``: its day is not over; ``top``: nobody is above, or it was passed on already.
    """
    fresh, today = _held(request), timezone.localdate()
    if not fresh.is_overdue:
        raise RefusedError("not_late")
    higher = queries.above(fresh)
    if higher is None:
        raise RefusedError("top")
    if day is not None:
        _to_come(day, "day")
    fresh.escalated_to, fresh.escalated_on = higher, today
    if day is not None:
        fresh.reply_by, fresh.day_by = day, fresh.place
        fresh.agreed, fresh.proposed, fresh.reminded_on = False, None, None
    fresh.save()
    _note(fresh, "pass_on", by, fresh.place, to=higher.slug)
    _tell(fresh, "passed_on", queries.answerers_of(higher))
    return higher


@transaction.atomic
def close(*, request: Request, by: Viewer) -> None:
    """The asking side needs nothing more. What was written stays.

    Raises
    ------
    RefusedError
        ``draft``, ``closed``.
    """
    fresh = _held(request)
    if fresh.state in (RequestState.DRAFT, RequestState.CLOSED):
        raise RefusedError(fresh.state)
    fresh.state = RequestState.CLOSED
    fresh.save(update_fields=["state"])
    _note(fresh, "close_request", by, fresh.place)


@transaction.atomic
def remind(request: int) -> bool:
    """Tell both sides, once, that the day is over. Of two workers one does it.

    It waits while any of them has quiet hours, a day at most: False then, and the next look asks again.
    """
    today = timezone.localdate()
    found = Request._unscoped.select_related("place", "to", "escalated_to").filter(pk=request)
    asked = found.first()
    if asked is None or asked.reply_by is None:
        return False
    readers = _told_of(asked)
    # Its letter's own day is the first on which it is late.
    waits = today <= asked.reply_by + timedelta(days=1)
    if waits and not all(may_send(reader) for reader in readers):
        return False
    claimed = Request._unscoped.filter(
        pk=request,
        state__in=[RequestState.SENT, RequestState.RECEIVED],
        reply_by__lt=today,
        reminded_on=None,
    ).update(reminded_on=today)
    if claimed != 1:
        return False
    fresh = _held(asked)
    _note(fresh, "remind_request", SYSTEM, fresh.place)
    _tell(fresh, "overdue", readers)
    return True


def _told_of(request: Request) -> list[User]:
    """Those who answer at the places that were asked, and the officers of the place that asks; each once."""
    told: dict[int, User] = {}
    for place in (request.to, request.escalated_to):
        told |= {reader.pk: reader for reader in queries.answerers_of(place)}
    told |= {reader.pk: reader for reader in queries.officers_of(request.place)}
    return list(told.values())


def _put(
    request: Request, *, to: Place, kind: str, office: str, reply_by: date | None, by: Viewer
) -> None:
    if to not in queries.places_to_ask(by, request.place):
        raise ValidationError({"to": _("Choose a place of your hub from the list.")})
    if reply_by is not None:
        _to_come(reply_by, "reply_by")
    try:
        request.office = wording.no_persons(wording.clean(office))
    except ValidationError as trouble:
        raise ValidationError({"office": trouble}) from None
    request.to, request.kind, request.reply_by = to, kind, reply_by
    request.day_by = request.place if reply_by else None


def _to_come(day: date, name: str) -> None:
    if day < timezone.localdate():
        raise ValidationError({name: _("This day is over: choose one that is still to come.")})
    try:
        within(day)
    except ValidationError as trouble:
        raise ValidationError({name: trouble}) from None


def _only_sides(by: Viewer, request: Request, at: Place) -> None:
    if at not in queries.sides(by, request):
        raise PermissionDenied(_("Your role there does not allow to write to this."))


def _held(request: Request) -> Request:
    """As it is now, held until the transaction ends."""
    return (
        Request._unscoped.select_for_update(of=("self",))
        .select_related("place", "to__parent", "escalated_to", "day_by")
        .get(pk=request.pk)
    )


def _note(request: Request, verb: str, by: Viewer, at: Place, **detail: str) -> None:
    """In the journal of the side that acts."""
    journal.write(
        verb=f"coordination.{verb}",
        thing=f"request:{request.pk}",
        by=by.signature(at),
        place=at.slug,
        detail=detail,
    )


def _tell(request: Request, what: str, readers: Iterable[User]) -> None:
    for reader in readers:
        transaction.on_commit(partial(letters.about, request=request, reader=reader, what=what))
