"""Meetings: planned, held, cancelled; agenda, decisions, minutes, and who was there.

A closed room (R15): whatever is written into one that others than the team see is looked through for names
first (``NamesError``; ``looked``: the names that the writer has looked at), and the journal tells neither
who wrote nor of which meeting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.coordination.dates import within
from baithak.coordination.health import later
from baithak.coordination.models import (
    AgendaItem,
    Attendance,
    Body,
    Commitment,
    Decision,
    Meeting,
    MeetingState,
    Note,
    Seat,
)
from baithak.coordination.queries.meetings import agenda_may_go
from baithak.coordination.rules import WRITERS
from baithak.coordination.services.notes import note
from baithak.exchange.naming import names_in
from baithak.exchange.queries.names import names_to_leave_out
from baithak.exchange.services.names import look
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import Organisation, Place, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer, Visibility
from baithak.network.services import ask_two_person, guarded, to_everybody
from baithak.network.services.texts import put_texts
from baithak.network.signals import level_changed

__all__ = [
    "ATTENDANCE_DAYS",
    "NOTES_MONTHS",
    "add_decision",
    "add_item",
    "add_note",
    "ask_to_widen_note",
    "begin",
    "cancel",
    "change",
    "change_decision",
    "change_item",
    "change_note",
    "copy_agenda",
    "hold",
    "keep_attendance",
    "look_at_room",
    "move_item",
    "plan",
    "remove_decision",
    "remove_item",
    "remove_note",
]

#: Who was there is gone so many days after the meeting (R15).
ATTENDANCE_DAYS = 30
#: And its minutes after so many months.
NOTES_MONTHS = 12
_FIELDS = ("body", "on", "at", "where", "closed_room")
#: As many as this may see a paragraph by one person's word.
ALONE = Visibility.CITY


def _held(meeting: Meeting) -> Meeting:
    """The row as it is now, for us alone until the end."""
    return (
        Meeting._unscoped.select_for_update(of=("self",))
        .select_related("place", "body")
        .get(pk=meeting.pk)
    )


@transaction.atomic
def begin(
    *, place: Place, language: str, texts: Mapping[str, str], by: Viewer, **told: Any
) -> Meeting:
    """A new meeting, seen by the team. ``told``: ``body``, ``on``, ``at``, ``where``, ``closed_room``.

    Raises
    ------
    ValidationError
        By the name of the field: missing title or day, a body of another place or one that is dissolved,
        something that leads to a person (R1).
    """
    meeting = Meeting(place=place)
    _put(meeting, language, texts, told)
    note(meeting, "plan_meeting", by, on=meeting.on.isoformat())
    return meeting


@transaction.atomic
def change(
    *,
    meeting: Meeting,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
    **told: Any,
) -> Meeting:
    """Other words, another day. Raises as ``begin``, and when the rule of the room would be lifted
    after something was written down under it, when minutes would be kept for longer by a later day than
    the one when they were begun, or when they would be gone at once by an earlier one.

    Raises
    ------
    NamesError
        Of a closed room that others than the team see: these names stand in it.
    """
    fresh = _held(meeting)
    if fresh.closed_room and told.get("closed_room") is False and _is_spoken(fresh):
        raise ValidationError(
            {
                "closed_room": _(
                    "What is written down was said under the Chatham House Rule: it stays so. Plan "
                    "another meeting without the rule."
                )
            }
        )
    _may_be_on(fresh, told.get("on") or fresh.on)
    _put(fresh, language, texts, told)
    if _leaves_the_room(fresh):
        outside = Note._unscoped.filter(meeting=fresh).exclude(visibility=Visibility.MECHANISM)
        _look_through(fresh, by, looked, outside)
    note(fresh, "change_meeting", by)
    return fresh


def _may_be_on(meeting: Meeting, day: date) -> None:
    """A day may be put right, but what is deleted so long after it is neither kept longer nor gone by this."""
    if _is_kept(meeting):
        meeting.latest = meeting.latest or meeting.on
        if day > max(meeting.latest, meeting.on):
            raise ValidationError(
                {
                    "on": _("It was held, or minutes were written: its day can be %(day)s at the latest.")
                    % {"day": date_format(meeting.latest, "j M Y")}
                }
            )  # fmt: skip
    if day < meeting.on:
        today = timezone.localdate()
        minutes = later(day, NOTES_MONTHS) <= today
        there = day + timedelta(days=ATTENDANCE_DAYS) <= today
        if (minutes and Note._unscoped.filter(meeting=meeting).exists()) or (
            there and Attendance._unscoped.filter(meeting=meeting).exists()
        ):
            raise ValidationError(
                {
                    "on": _(
                        "By this day its minutes, or who was there, would be deleted at once. Look at month and "
                        "year again, or take them out first."
                    )
                }
            )


def _is_kept(meeting: Meeting) -> bool:
    """Whether something is kept of it that is deleted so long after its day."""
    return meeting.state == MeetingState.HELD or Note._unscoped.filter(meeting=meeting).exists()


def _is_spoken(meeting: Meeting) -> bool:
    return (
        meeting.state == MeetingState.HELD
        or Note._unscoped.filter(meeting=meeting).exists()
        or Decision._unscoped.filter(meeting=meeting).exists()
    )


def _put(
    meeting: Meeting, language: str, texts: Mapping[str, str], told: Mapping[str, Any]
) -> None:
    unknown = told.keys() - set(_FIELDS)
    if unknown:
        raise TypeError(f"A meeting has no {', '.join(sorted(unknown))}.")
    trouble: dict[str, Any] = {}
    body = told.get("body")
    if body is not None and body.pk != meeting.body_id:
        if body.place_id != meeting.place_id:
            trouble["body"] = _("Choose a body of this place.")
        elif body.state == "dissolved":
            trouble["body"] = _("This body is dissolved: choose another one, or none.")
    for name, value in told.items():
        setattr(meeting, name, value)
    try:
        put_texts(meeting, language, texts)
    except ValidationError as refused:
        trouble.update(refused.error_dict)
    if meeting.on is None:
        trouble["on"] = _("Choose a day.")
    else:
        try:
            within(meeting.on)
        except ValidationError as refused:
            trouble["on"] = refused
    try:
        meeting.where = wording.no_persons(wording.clean(meeting.where or ""))
    except ValidationError as refused:
        trouble["where"] = refused
    if trouble:
        raise ValidationError(trouble)
    meeting.full_clean(exclude=["place", "body"])
    meeting.save()


@transaction.atomic
def plan(
    *, body: Body, days: Iterable[date], by: Viewer, at: time | None = None, where: str = ""
) -> list[Meeting]:
    """A planned meeting of the body on each of these days, called as the body is.

    Raises
    ------
    ValidationError
        A day in the past or with a meeting of the body already, a body that is dissolved.
    """
    held = Body._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=body.pk)
    wanted, today = sorted(set(days)), timezone.localdate()
    if held.state == "dissolved":
        raise ValidationError(_("This body is dissolved: it does not meet any more."))
    if any(day < today for day in wanted):
        raise ValidationError(_("A day lies in the past: choose days from today on."))
    taken = Meeting._unscoped.filter(body=held, on__in=wanted).exclude(state="cancelled")
    if taken.exists():
        raise ValidationError(_("On one of these days a meeting is planned already: leave it out."))
    made = []
    for day in wanted:
        meeting = Meeting(
            place=held.place,
            texts={code: {"title": told["title"]} for code, told in held.texts.items() if "title" in told},
            languages=list(held.languages),
        )  # fmt: skip
        first = meeting.languages[0]
        title = {"title": meeting.texts[first]["title"]}
        _put(meeting, first, title, {"body": held, "on": day, "at": at, "where": where})
        note(meeting, "plan_meeting", by, on=day.isoformat())
        made.append(meeting)
    return made


@transaction.atomic
def hold(*, meeting: Meeting, present: int | None, by: Viewer) -> Meeting:
    """It took place. ``present``: how many seats were taken; a second time corrects the number.

    Raises
    ------
    ValidationError
        Its day lies ahead, it was cancelled, more seats than the body has.
    """
    fresh = _held(meeting)
    if fresh.state == MeetingState.CANCELLED:
        raise ValidationError(
            _("It was cancelled. Plan another meeting if it took place after all.")
        )
    if fresh.on > timezone.localdate():
        raise ValidationError(
            _("Its day lies ahead: change the day first if it took place earlier.")
        )
    seats = Seat._unscoped.filter(body=fresh.body_id).count() if fresh.body_id else 0
    if present is not None and seats and present > seats:
        raise ValidationError(
            {"present": _("The body has %(n)d seats: not more can be taken.") % {"n": seats}}
        )
    if not _is_kept(fresh):
        fresh.latest = fresh.on
    fresh.state, fresh.present = MeetingState.HELD, present
    fresh.full_clean(exclude=["place", "body"])
    fresh.save(update_fields=["state", "present", "latest"])
    note(fresh, "hold_meeting", by)
    return fresh


@transaction.atomic
def cancel(
    *, meeting: Meeting, language: str, why: str, by: Viewer, looked: Collection[str] = ()
) -> Meeting:
    """It does not take place.

    Raises
    ------
    ValidationError
        It was held already, or ``why`` leads to a person.
    NamesError
        Of a closed room that others than the team see: these names stand in it.
    """
    fresh = _held(meeting)
    if fresh.state != MeetingState.PLANNED:
        raise ValidationError(_("Only a meeting that is planned can be cancelled."))
    put_texts(fresh, language, {"cancelled": why}, needed=())
    if _leaves_the_room(fresh):
        look("\n".join(_words(fresh)), by=by, looked=looked)
    fresh.state = MeetingState.CANCELLED
    fresh.save(update_fields=["state", "texts", "languages"])
    note(fresh, "cancel_meeting", by)
    return fresh


# --- numbered lines: points of the agenda, decisions, paragraphs of the minutes
def _next(model: Any, meeting: Meeting) -> int:
    return (
        model._unscoped.filter(meeting=meeting).aggregate(Max("number"))["number__max"] or 0
    ) + 1


def _say(
    line: Any, language: str, texts: Mapping[str, str], by: Viewer, looked: Collection[str]
) -> None:
    put_texts(line, language, texts)
    if _leaves_the_room(line.meeting):
        # Every language leaves the room, not only the one that was just written.
        look("\n".join(_words(line)), by=by, looked=looked)
    line.full_clean(exclude=["meeting"])
    line.save()


def _fresh(line: Any) -> Any:
    """The line as it is now; its meeting is ours until the end."""
    meeting = _held(line.meeting)
    found = type(line)._unscoped.get(pk=line.pk, meeting=meeting)
    found.meeting = meeting
    return found


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
) -> AgendaItem:
    """One point more, at the end."""
    fresh = _held(meeting)
    item = AgendaItem(meeting=fresh, number=_next(AgendaItem, fresh))
    _say(item, language, texts, by, looked)
    _written(fresh, "change_agenda", by)
    return item


@transaction.atomic
def change_item(
    *,
    item: AgendaItem,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
) -> AgendaItem:
    """The point in other words."""
    fresh = _fresh(item)
    _say(fresh, language, texts, by, looked)
    _written(fresh.meeting, "change_agenda", by)
    return fresh


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, by: Viewer) -> None:
    """One place earlier or later; at the end of the list nothing happens."""
    fresh = _fresh(item)
    others = AgendaItem._unscoped.filter(meeting=fresh.meeting)
    other = (
        others.filter(number__lt=fresh.number).order_by("-number").first()
        if up
        else others.filter(number__gt=fresh.number).order_by("number").first()
    )
    if other is None:
        return
    mine, theirs = fresh.number, other.number
    others.filter(pk=other.pk).update(number=_next(AgendaItem, fresh.meeting))
    others.filter(pk=fresh.pk).update(number=theirs)
    others.filter(pk=other.pk).update(number=mine)
    _written(fresh.meeting, "change_agenda", by)


@transaction.atomic
def remove_item(*, item: AgendaItem, by: Viewer) -> None:
    """The point is not spoken of."""
    fresh = _fresh(item)
    fresh.delete()
    _written(fresh.meeting, "change_agenda", by)


@transaction.atomic
def copy_agenda(*, meeting: Meeting, of: Meeting, by: Viewer) -> int:
    """The points of an earlier meeting of the same body, behind those that are there; how many came.

    Raises
    ------
    ValidationError
        It is a meeting of another body, one that fewer people see, or a closed room that its points would leave.
    """
    fresh = _held(meeting)
    if fresh.body_id is None or of.body_id != fresh.body_id or of.pk == fresh.pk:
        raise ValidationError(_("Choose an earlier meeting of the same body."))
    if not agenda_may_go(Meeting._unscoped.get(pk=of.pk), fresh):
        raise ValidationError(
            _("More people would see its points than see that meeting: write the points here.")
        )
    there = [item.texts for item in AgendaItem._unscoped.filter(meeting=fresh)]
    number, count = _next(AgendaItem, fresh), 0
    for item in AgendaItem._unscoped.filter(meeting=of).order_by("number"):
        if item.texts in there:
            continue
        AgendaItem._unscoped.create(
            meeting=fresh, number=number + count, texts=item.texts, languages=item.languages
        )
        count += 1
    if count:
        _written(fresh, "change_agenda", by)
    return count


@transaction.atomic
def add_decision(
    *,
    meeting: Meeting,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
) -> Decision:
    """What was decided.

    Raises
    ------
    ValidationError
        Nothing written, the meeting is cancelled or its day lies ahead.
    """
    fresh = _held(meeting)
    if fresh.state == MeetingState.CANCELLED or fresh.on > timezone.localdate():
        raise ValidationError(_("It has not taken place: a decision is noted on the day or later."))
    decision = Decision(meeting=fresh, number=_next(Decision, fresh))
    _say(decision, language, texts, by, looked)
    _written(fresh, "note_decision", by)
    return decision


@transaction.atomic
def change_decision(
    *,
    decision: Decision,
    language: str,
    texts: Mapping[str, str],
    by: Viewer,
    looked: Collection[str] = (),
) -> Decision:
    """The decision in other words."""
    fresh = _fresh(decision)
    _say(fresh, language, texts, by, looked)
    _written(fresh.meeting, "change_decision", by)
    return fresh


@transaction.atomic
def remove_decision(*, decision: Decision, by: Viewer) -> None:
    """It was noted by mistake.

    Raises
    ------
    ValidationError
        Somebody has promised something because of it.
    """
    fresh = _fresh(decision)
    if Commitment._unscoped.filter(decision=fresh).exists():
        raise ValidationError(
            _("A commitment was born from this decision: it stays. Drop the commitment with a reason instead.")
        )  # fmt: skip
    fresh.delete()
    _written(fresh.meeting, "change_decision", by)


# --- minutes (R15)
@transaction.atomic
def add_note(
    *,
    meeting: Meeting,
    language: str,
    texts: Mapping[str, str],
    visibility: str,
    by: Viewer,
    looked: Collection[str] = (),
) -> Note:
    """A paragraph of the minutes. It keeps neither who wrote it nor when.

    Raises
    ------
    ValidationError
        Nothing written, a level wider than the meeting's or than the place, something that leads to a person.
    NamesError
        Of a closed room, for others than the team: these names stand in it (``looked``: seen by the writer).
    """
    fresh = _held(meeting)
    line = Note(meeting=fresh, number=_next(Note, fresh))
    _put_note(line, language, texts, visibility, by, looked)
    return line


@transaction.atomic
def change_note(
    *,
    line: Note,
    language: str,
    texts: Mapping[str, str],
    visibility: str,
    by: Viewer,
    looked: Collection[str] = (),
) -> Note:
    """Other words or another level; what stood there before is not kept. Raises as ``add_note``.

    A level beyond the place gets narrower here, or stays while the words stay: what two people let out
    is not written anew by one. ``ask_to_widen_note`` is for more people.
    """
    fresh = _fresh(line)
    _put_note(fresh, language, texts, visibility, by, looked)
    return fresh


def _put_note(
    line: Note,
    language: str,
    texts: Mapping[str, str],
    visibility: str,
    by: Viewer,
    looked: Collection[str],
) -> None:
    meeting, before, words = line.meeting, Visibility(line.visibility), list(_words(line))
    level = Visibility(visibility)
    _never_wider(level, meeting)
    put_texts(line, language, texts)
    allowed = before.width if list(_words(line)) == words else ALONE.width
    if level.width > max(allowed, ALONE.width):
        raise ValidationError(
            {
                "visibility": _(
                    "Save it for your place first, then ask a second person to let more people see it."
                )
            }
        )
    if meeting.on > timezone.localdate():
        raise ValidationError(_("The meeting lies ahead: minutes are written on the day or later."))
    line.visibility = level
    if meeting.closed_room and level != Visibility.MECHANISM:
        look("\n".join(_words(line)), by=by, looked=looked)
    line.full_clean(exclude=["meeting"])
    if not _is_kept(meeting):
        Meeting._unscoped.filter(pk=meeting.pk).update(latest=meeting.on)
    line.save()
    _notes_changed(meeting, by)


def _never_wider(level: Visibility, meeting: Meeting) -> None:
    if level.width > Visibility(meeting.visibility).width:
        raise ValidationError(
            {
                "visibility": _(
                    "More people than see the meeting itself: choose a narrower level, or let more "
                    "people see the meeting first."
                )
            }
        )


@transaction.atomic
def ask_to_widen_note(
    *, line: Note, to: str, reason: str, by: Viewer, looked: Collection[str] = ()
) -> TwoPersonAct:
    """Ask that more people than the place see a paragraph; a second person confirms (R14, R19).

    Raises
    ------
    ValidationError
        As many see it already, a level wider than the meeting's, no reason.
    NamesError
        Of a closed room: these names stand in it.
    """
    fresh, level = _fresh(line), Visibility(to)
    if level.width <= max(Visibility(fresh.visibility).width, ALONE.width):
        raise ValidationError(_("As many people see it already: choose a wider level."))
    _never_wider(level, fresh.meeting)
    if fresh.meeting.closed_room:
        look("\n".join(_words(fresh)), by=by, looked=looked)
    return ask_two_person(
        verb="coordination.widen_note",
        thing=f"{fresh._meta.label_lower}:{fresh.pk}",
        # Never its words: the act is kept for longer than minutes are.
        title=str(fresh.meeting),
        place=fresh.place,
        detail={"to": str(to), "looked": _seal([fresh])},
        reason=reason,
        by=by,
    )


@guarded(
    "coordination.widen_note",
    label=gettext_lazy("Let more people see it"),
    askers=OFFICERS,
    publishes=to_everybody,
)
def _widen_note(act: TwoPersonAct, by: Viewer) -> None:
    found = Note._unscoped.select_related("meeting").filter(
        pk=act.thing.rsplit(":", 1)[1], meeting__place=act.place
    )
    if not found.exists():
        raise ValidationError(_changed())
    line, level = _fresh(found.get()), Visibility(act.detail["to"])
    _never_wider(level, line.meeting)
    if act.detail["looked"] != _seal([line]) or level.width <= Visibility(line.visibility).width:
        raise ValidationError(_changed())
    line.visibility = level
    line.save(update_fields=["visibility"])


def _changed() -> str:
    return _("Somebody changed this meanwhile: reload the page and choose again.")


@transaction.atomic
def remove_note(*, line: Note, by: Viewer) -> None:
    """The paragraph is gone."""
    fresh = _fresh(line)
    fresh.delete()
    _notes_changed(fresh.meeting, by)


def _notes_changed(meeting: Meeting, by: Viewer) -> None:
    """Only that they changed: no person's sign stands beside a note (R15)."""
    if meeting.closed_room:
        _written(meeting, "change_notes", by)
        return
    journal.write(
        verb="coordination.change_notes",
        thing=f"meeting:{meeting.pk}",
        by="system" if by.system else str(by.acting_at(meeting.place, WRITERS) or "member"),
        place=meeting.place.slug,
        detail={},
    )


def _written(meeting: Meeting, verb: str, by: Viewer) -> None:
    """The journal's line of what was written. Of a closed room it tells that it was done, and no more."""
    if meeting.closed_room:
        journal.write(verb=f"coordination.{verb}", thing="meeting:chatham", by="chatham", place="")
    else:
        note(meeting, verb, by)


# --- what leaves a closed room (R15)
def _leaves_the_room(meeting: Meeting) -> bool:
    return meeting.closed_room and meeting.visibility != Visibility.MECHANISM


def _words(line: Any) -> list[str]:
    return [text for texts in line.texts.values() for text in texts.values()]


def _room(meeting: Meeting) -> list[Any]:
    """The meeting with its agenda and decisions; paragraphs have levels of their own."""
    told: list[Any] = [meeting]
    for model in (AgendaItem, Decision):
        told += model._unscoped.filter(meeting=meeting).order_by("number")
    return told


def _all_words(lines: Iterable[Any]) -> str:
    told: list[str] = []
    for line in lines:
        told += [line.where] if isinstance(line, Meeting) else []
        told += _words(line)
    return "\n".join(told)


def _seal(lines: Iterable[Any]) -> str:
    """A keyed sign of these words, and of every city and organisation that stands in them, to know later
    that they are still those that somebody has looked through.
    """
    words = _all_words(lines)
    names = sorted(names_in(words, names_to_leave_out(SYSTEM)))
    return salted_hmac(
        "baithak.coordination.looked", "\n".join([words, *names]), algorithm="sha256"
    ).hexdigest()


def _look_through(
    meeting: Meeting, by: Viewer, looked: Collection[str], notes: Iterable[Note] = ()
) -> None:
    room = _room(meeting)
    look(_all_words([*room, *notes]), by=by, looked=looked)
    Meeting._unscoped.filter(pk=meeting.pk).update(looked=_seal(room))


@transaction.atomic
def look_at_room(*, meeting: Meeting, by: Viewer, looked: Collection[str]) -> None:
    """Before a closed room's agenda and decisions reach more people: which names stand in them?

    Raises
    ------
    NamesError
        Names that the viewer has not looked at.
    """
    if meeting.closed_room:
        _look_through(_held(meeting), by, looked)


@receiver(level_changed, sender=Meeting, dispatch_uid="baithak.coordination.meeting_level")
def _looked_through_again(sender: type, shared: Meeting, wider: bool, **_told: Any) -> None:
    """In the confirmation itself: what is in a closed room is still what somebody has looked through."""
    if wider and shared.closed_room and shared.looked != _seal(_room(shared)):
        raise ValidationError(
            _(
                "Its agenda or decisions were not looked through for names, or changed since: ask again."
            )
        )


# --- who was there: kept apart, for the team alone, for thirty days
@transaction.atomic
def keep_attendance(*, meeting: Meeting, organisations: Iterable[Organisation], by: Viewer) -> int:
    """Which organisations were there, to know whom to send the minutes to. Replaces what was noted.

    Raises
    ------
    ValidationError
        The meeting was not held, is longer ago than that may be kept, an organisation the viewer does not see.
    """
    fresh = _held(meeting)
    if fresh.state != MeetingState.HELD:
        raise ValidationError(_("Mark the meeting as held first."))
    if fresh.on + timedelta(days=ATTENDANCE_DAYS) <= timezone.localdate():
        raise ValidationError(
            _("The meeting is %(n)d days ago or more: who was there is not kept any more.")
            % {"n": ATTENDANCE_DAYS}
        )
    wanted = {one.pk for one in organisations}
    known = Organisation.objects.seen_by(by).filter(pk__in=wanted)
    if known.count() != len(wanted):
        raise ValidationError({"organisations": _("Choose organisations from the list.")})
    rows = Attendance._unscoped.filter(meeting=fresh)
    rows.exclude(organisation__in=wanted).delete()
    there = set(rows.values_list("organisation_id", flat=True))
    Attendance._unscoped.bulk_create(
        Attendance(meeting=fresh, organisation_id=pk) for pk in sorted(wanted - there)
    )
    note(fresh, "keep_attendance", by)
    return len(wanted)
