"""All coordination of a place as one file, and back into a hub that has none of it yet.

Bodies with seats and balances; meetings with agenda, decisions and minutes; series and workshops;
requests with replies; commitments with their steps; days with preparations; the first-hour card;
joint statements; looks back. Never who was at a meeting (R15) and never a number to call (R8).

Things of the file are named by their place in it (``"body": 2`` is the third body), organisations by
name, places by their short name, practices and plans by code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.coordination.dates import within
from baithak.coordination.models import (
    AgendaItem,
    Balance,
    Body,
    Commitment,
    CommitmentStep,
    Day,
    Decision,
    Endorsement,
    JointStatement,
    LookBack,
    Meeting,
    Note,
    Part,
    Participants,
    Preparation,
    Raised,
    Reply,
    Request,
    RequestState,
    ResponseCard,
    Seat,
    Series,
    Showcase,
    StatementState,
    Takeaway,
    Workshop,
)
from baithak.coordination.queries.workshops import hears
from baithak.exchange.models import Practice
from baithak.exchange.records import library
from baithak.network import files
from baithak.network.files import NewOrganisation, Wrongs
from baithak.network.models import Levelled, Organisation, Place, Worded
from baithak.network.scope import SYSTEM, Viewer
from baithak.plan.models import Action

__all__ = ["KIND", "NOT_TOLD", "NOUNS", "NUMBER", "Read", "read_whole", "whole_told"]

KIND, NUMBER = "coordination", 1

#: Of each model the fields that are told; keys to other things are told apart (``_LINKS``).
_FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Body: ("kind", "state", "rhythm", "quorum", "begins", "ends"),
    Seat: ("group", "chairs", "votes", "vacant"),
    Balance: ("on", "taken", "women", "young", "civil"),
    Meeting: ("on", "at", "where", "state", "closed_room", "present"),
    AgendaItem: (),
    Decision: (),
    Note: ("visibility",),
    Series: (),
    Workshop: ("begins", "ends", "state", "closed_room", "name_countries", "licence"),
    Participants: ("role", "country", "organisation_type", "people"),
    Part: (),
    Raised: ("code",),
    Showcase: (),
    Takeaway: (),
    Request: (
        "office", "kind", "state", "sent_on", "reply_by", "proposed", "agreed", "answered_on",
        "escalated_on",
    ),
    Reply: ("on", "answers"),
    Commitment: ("due", "state", "done_on", "because", "because_text"),
    CommitmentStep: ("day", "text", "language", "state"),
    Day: ("kind", "begins", "ends", "repeats"),
    Preparation: ("days_before", "done_on"),
    ResponseCard: ("exercised_on", "review_on"),
    JointStatement: ("state", "edition", "released_on"),
    Endorsement: ("edition", "on", "named"),
    LookBack: ("on", "exercise"),
}  # fmt: skip
#: Keys to other things, and what of the file they name.
_LINKS: dict[type[models.Model], dict[str, str]] = {
    Seat: {"organisation": "organisation"},
    Meeting: {"body": "bodies"},
    Workshop: {"series": "series"},
    Showcase: {"practice": "practice"},
    Request: {"to": "place", "escalated_to": "place", "day_by": "place"},
    Reply: {"at_place": "place"},
    Commitment: {
        "owner": "organisation", "decision": "decision", "takeaway": "takeaway", "request": "requests",
        "action": "action",
    },
    Preparation: {"organisation": "organisation"},
    Endorsement: {"organisation": "organisation"},
}  # fmt: skip
#: What is not told, and why.
NOT_TOLD = {
    "Attendance": "who was at a meeting is in no file (R15)",
    "Contact": "numbers to call stay where somebody agreed to them (R8)",
    "reminded_on": "which letters went out is the other hub's affair",
    "waits_since": "which letters wait is the other hub's affair",
    "latest": "in another hub the day of a meeting stands as it comes, and moves no later (R15)",
    "looked": "what was looked through for names of one hub is looked through anew in another (R15)",
}
#: When and where a closed room met is told to nobody afterwards (R15).
_CLOSED = ("at", "where")
#: Counts of people: for the operator of a hub alone.
_OF_PEOPLE: dict[type[models.Model], tuple[str, ...]] = {Meeting: ("present",)}
_COUNTS = (Participants, Balance)
#: Things of a place in the order of the file, with the lists inside each.
NOUNS: tuple[tuple[str, type[Levelled] | type[Request], tuple[tuple[str, Any], ...]], ...] = (
    ("bodies", Body, (("seats", Seat), ("balances", Balance))),
    ("meetings", Meeting, (("agenda", AgendaItem), ("decisions", Decision), ("notes", Note))),
    ("series", Series, ()),
    (
        "workshops",
        Workshop,
        (
            ("participants", Participants),
            ("parts", Part),
            ("raised", Raised),
            ("showcases", Showcase),
            ("takeaways", Takeaway),
        ),
    ),
    ("requests", Request, (("replies", Reply),)),
    ("commitments", Commitment, (("steps", CommitmentStep),)),
    ("days", Day, (("preparations", Preparation),)),
    ("first_hour", ResponseCard, ()),
    ("statements", JointStatement, (("endorsements", Endorsement),)),
    ("look_backs", LookBack, ()),
)
#: The name of the key from a thing inside to the thing it is of.
_PARENT = {
    "bodies": "body", "meetings": "meeting", "workshops": "workshop", "requests": "request",
    "commitments": "commitment", "days": "day", "statements": "statement",
}  # fmt: skip
_NUMBERED = (Seat, AgendaItem, Decision, Note, Part, Takeaway, Preparation)
_TAXONOMY = {
    (Body, "kind"): "mechanisms",
    (Seat, "group"): "target_groups",
    (Raised, "code"): "challenges",
}
#: Texts that a new thing needs; others are told alone.
_NEEDED: dict[type[models.Model], tuple[str, ...]] = {ResponseCard: (), Raised: ()}


# --- out
def whole_told(viewer: Viewer, place: Place, *, of_people: bool = False) -> bytes:
    """Everything at this place that the viewer may see, always in the same order.

    ``of_people``: with counts of people; without them no file that is passed on holds a small one (R6).
    """
    known = _seen(viewer, place)
    index: dict[tuple[str, int], Any] = {}
    named: list[Organisation] = []
    told: dict[str, Any] = {"place": place.slug}
    for name, model, inside in NOUNS:
        found = model.objects.seen_by(viewer).filter(place=place).select_related(*_places_of(model))
        rows = list(found.order_by("pk"))
        parent = _PARENT.get(name, "")
        children = {
            part: _grouped(viewer, kind, parent, rows, known)
            for part, kind in inside
            if of_people or kind not in _COUNTS
        }
        for number, row in enumerate(rows):
            index[model._meta.model_name or "", row.pk] = number
            for there in children.values():
                for at, child in enumerate(there.get(row.pk, ())):
                    index[child._meta.model_name or "", child.pk] = {parent: number, "number": at}
        told[name] = [
            _told(row, index, known, named, of_people)
            | {
                part: [_told(child, index, known, named, of_people) for child in there[row.pk]]
                for part, there in children.items()
                if there.get(row.pk)
            }
            for row in rows
        ]
        if model is Workshop:
            _unsaid(viewer, place, rows, told[name])
    _above(viewer, place, told["bodies"], index)
    told["organisations"] = files.organisations_told(named)
    return files.written(KIND, NUMBER, {name: part for name, part in told.items() if part})


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the viewer may know of other rooms, by its key, and how the file names it."""

    organisation: Mapping[int, Organisation]
    practice: Mapping[int, str]
    action: Mapping[int, dict[str, Any]]


def _seen(viewer: Viewer, place: Place) -> _Seen:
    shown = Showcase.objects.seen_by(viewer).filter(workshop__place=place).order_by()
    promised = Commitment.objects.seen_by(viewer).filter(place=place).order_by()
    practices = Practice.objects.seen_by(viewer).filter(pk__in=shown.values("practice"))
    actions = Action.objects.seen_by(viewer).filter(pk__in=promised.values("action"))
    return _Seen(
        Organisation.objects.seen_by(viewer).in_bulk(),
        dict(practices.values_list("pk", "code")),
        {
            key: {"plan": code, "number": number}
            for key, code, number in actions.values_list("pk", "plan__code", "number")
        },
    )


def _grouped(
    viewer: Viewer, model: Any, parent: str, rows: list[Any], known: _Seen
) -> dict[int, list[models.Model]]:
    found: dict[int, list[models.Model]] = {}
    order = "number" if model in _NUMBERED else "pk"
    seen = model.objects.seen_by(viewer).filter(**{f"{parent}__in": [row.pk for row in rows]})
    for child in seen.select_related(*_places_of(model)).order_by(order):
        if _is_whole(child, known):
            found.setdefault(getattr(child, f"{parent}_id"), []).append(child)
    return found


def _is_whole(child: Any, known: _Seen) -> bool:
    """Whether the viewer may know what it cannot be without."""
    return all(
        getattr(child, f"{name}_id") in getattr(known, what)
        for name, what in _LINKS.get(type(child), {}).items()
        if what in ("organisation", "practice") and not child._meta.get_field(name).null
    )


def _places_of(model: Any) -> tuple[str, ...]:
    return tuple(name for name, what in _LINKS.get(model, {}).items() if what == "place")


def _told(
    row: Any,
    index: Mapping[tuple[str, int], Any],
    known: _Seen,
    named: list[Organisation],
    of_people: bool,
) -> dict[str, Any]:
    model = type(row)
    left: tuple[str, ...] = _CLOSED if isinstance(row, Meeting) and row.closed_room else ()
    left += () if of_people else _OF_PEOPLE.get(model, ())
    told: dict[str, Any] = files.worded(row) if isinstance(row, Worded) else {}
    if isinstance(row, Levelled):
        told["visibility"] = row.visibility
    for name in _FIELDS[model]:
        value = getattr(row, name)
        if name in left or value in (None, "", False):
            continue
        if isinstance(value, time):
            value = value.strftime("%H:%M")
        told[name] = value.isoformat() if isinstance(value, date) else value
    for name, what in _LINKS.get(model, {}).items():
        key = getattr(row, f"{name}_id")
        if key is None:
            continue
        value = _link(row, name, what, key, index, known)
        if value is not None:
            told[name] = value
            if what == "organisation":
                named.append(known.organisation[key])
    return told


def _unsaid(viewer: Viewer, place: Place, rows: list[Any], told: list[dict[str, Any]]) -> None:
    """Leave out what came of closed rooms for those who do not read it yet (R15)."""

    def without(thing: dict[str, Any], word: str) -> None:
        texts = thing["texts"].items()
        thing["texts"] = {
            language: {name: text for name, text in said.items() if name != word}
            for language, said in texts
        }

    for row, one in zip(rows, told, strict=True):
        row.place = place
        if not hears(viewer, row):
            without(one, "summary")
            for part in one.get("parts", ()):
                without(part, "description")


def _link(
    row: Any,
    name: str,
    what: str,
    key: int,
    index: Mapping[tuple[str, int], Any],
    known: _Seen,
) -> Any:
    """How the file names the other thing; nothing where the viewer may not know it."""
    if what == "organisation":
        return known.organisation[key].name if key in known.organisation else None
    if what == "place":
        return getattr(row, name).slug
    if what in ("practice", "action"):
        return getattr(known, what).get(key)
    return index.get((type(row)._meta.get_field(name).related_model._meta.model_name, key))


def _above(
    viewer: Viewer, place: Place, bodies: list[dict[str, Any]], index: Mapping[tuple[str, int], Any]
) -> None:
    """Which body each reports to: by its number in the file, or by place and title elsewhere."""
    rows = Body.objects.seen_by(viewer).filter(place=place, above__isnull=False)
    seen = Body.objects.seen_by(viewer).select_related("place").in_bulk(
        list(rows.values_list("above", flat=True))
    )  # fmt: skip
    for row in rows:
        above = seen.get(row.above_id or 0)
        if above is None:
            continue
        here = index.get(("body", above.pk))
        elsewhere = {"place": above.place.slug, "title": _first_title(above)}
        bodies[index["body", row.pk]]["above"] = {"body": here} if here is not None else elsewhere


def _first_title(body: Body) -> str:
    return str(body.texts.get(body.first_language, {}).get("title", ""))


# --- in
@dataclass(slots=True)
class Read:
    """What a file holds, ready to be saved in this order; nothing is written yet."""

    things: list[Any] = field(default_factory=list)
    #: Organisations by the things and keys that name them, to be set once all are there.
    organisations: list[tuple[Any, str, str]] = field(default_factory=list)
    brings: dict[str, NewOrganisation] = field(default_factory=dict)
    #: Bodies and what they report to.
    above: list[tuple[Body, Body]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    #: Links to bodies of other places that are not here: they are left out, and told.
    left: list[str] = field(default_factory=list)
    #: So many requests were sent in the other hub and begin anew here, without their replies.
    drafts: int = 0


def read_whole(content: bytes, *, place: Place, levels: bool) -> Read:
    """The things of a file for this place.

    ``levels``: each is seen by as many as the file says; else by the team alone (R14): of requests that is
    a draft without what the other side wrote, of joint statements a draft that nobody stands behind yet.

    Raises
    ------
    FileRefusedError
        Everything that is wrong with it, each with the way to it and a remedy.
    """
    told = files.opened(content, kind=KIND, number=NUMBER)
    told.text("place")
    reader = _Reader(told.wrongs, place, levels)
    reader.read.brings = files.organisations_in(told)
    for name, model, inside in NOUNS:
        rows = []
        for part in told.parts(name):
            row = reader.thing(part, model, {"place": place})
            rows.append((row, part))
            reader.read.things.append(row)
            reader.at[row._meta.model_name, len(rows) - 1] = row
            for list_, kind in inside:
                for number, child in enumerate(part.parts(list_)):
                    of = {_PARENT[name]: row}
                    if kind in _NUMBERED:
                        of["number"] = number + 1
                    made = reader.thing(child, kind, of)
                    child.end()
                    if kind in (Reply, Endorsement) and not levels:
                        continue
                    reader.at[made._meta.model_name, len(rows) - 1, number] = made
                    reader.read.things.append(made)
        if name == "bodies":
            reader.reports(rows)
        for _row, part in rows:
            part.end()
        reader.read.counts[name] = len(rows)
    if reader.read.counts["first_hour"] > 1:
        told.wrong("first_hour", _("A place has one card for the first hour. Keep one."))
    told.end()
    told.wrongs.stop()
    return reader.read


class _Reader:
    """Makes things of a file's objects; what is wrong is noted."""

    def __init__(self, wrongs: Wrongs, place: Place, levels: bool) -> None:
        self.wrongs = wrongs
        self.place = place
        self.levels = levels
        self.read = Read()
        self.at: dict[tuple[Any, ...], Any] = {}
        self._places = {one.slug: one for one in Place.objects.seen_by(SYSTEM)}

    def thing(self, part: files.Part, model: Any, of: dict[str, Any]) -> Any:
        """One thing with its texts, fields and keys, checked as far as it can be alone."""
        before = len(self.wrongs.found) + self.wrongs.more
        row = model(**of)
        if issubclass(model, Worded):
            row.texts, row.languages = part.texts(model, _NEEDED.get(model, _first(model)))
        if issubclass(model, Levelled):
            level = part.text("visibility", one_of=_values(model, "visibility"))
            if self.levels and level:
                row.visibility = level
        for name in _FIELDS[model]:
            value = self._field(part, model, name)
            if value is not None:
                setattr(row, name, value)
        if model is Note and not self.levels:
            row.visibility = "mechanism"
        for name, what in _LINKS.get(model, {}).items():
            self._link(part, row, name, what)
        if len(self.wrongs.found) + self.wrongs.more == before:
            self._whole(part, row, model)
        if model is Request:
            self._sent(row)
        if model is JointStatement and not self.levels:
            row.state, row.released_on = StatementState.DRAFT, None
        return row

    def _sent(self, request: Request) -> None:
        """The other side sees only what it saw before, and nobody gets a letter about it."""
        if self.levels:
            request.reminded_on = timezone.localdate() if request.is_overdue else None
        elif request.state != RequestState.DRAFT:
            self.read.drafts += 1
            request.state, request.agreed = RequestState.DRAFT, False
            request.sent_on = request.answered_on = request.proposed = None
            request.escalated_to = request.escalated_on = None
            request.day_by = request.place if request.reply_by else None

    def _whole(self, part: files.Part, row: Any, model: Any) -> None:
        keys = {f.name for f in model._meta.fields if f.is_relation}
        try:
            row.full_clean(exclude=keys)
        except ValidationError as trouble:
            self.wrongs.refused(trouble, at=part.at)

    def _field(self, part: files.Part, model: Any, name: str) -> Any:
        kind = model._meta.get_field(name)
        if isinstance(kind, models.BooleanField):
            return part.flag(name)
        if isinstance(kind, models.DateField):
            return self._day(part, name, needed=not kind.null)
        if isinstance(kind, models.TimeField):
            return self._time(part, name)
        if isinstance(kind, models.IntegerField):
            return part.whole(name, low=0, needed=False)
        codes = _TAXONOMY.get((model, name))
        if codes is not None:
            needed = not kind.blank
            return part.text(name, needed=needed, one_of=library().taxonomy.codes(codes))
        if kind.choices:
            return part.text(name, one_of=_values(model, name)) or None
        return part.free(
            name, kind.max_length or 200, needed=not kind.blank and not kind.has_default()
        )

    def _day(self, part: files.Part, name: str, *, needed: bool) -> date | None:
        day = part.day(name, needed=needed)
        try:
            within(day)
        except ValidationError as trouble:
            part.wrong(name, trouble.messages[0])
            return None
        return day

    def _time(self, part: files.Part, name: str) -> time | None:
        text = part.text(name)
        try:
            return time.fromisoformat(text) if text else None
        except ValueError:
            part.wrong(name, _("Write a time such as 09:30."))
            return None

    # --- keys to other things
    def _link(self, part: files.Part, row: Any, name: str, what: str) -> None:
        if what == "organisation":
            given = part.text(name)
            if given and given not in self.read.brings:
                part.wrong(name, _("Name it among the file’s organisations too, with its types."))
            elif given:
                self.read.organisations.append((row, name, given))
            elif not row._meta.get_field(name).null:
                part.wrong(name, _("This is needed."))
            return
        found = _FINDERS[what](self, part, name)
        if found is not None:
            setattr(row, name, found)
        elif not row._meta.get_field(name).null and name not in part.told:
            part.wrong(name, _("This is needed."))

    def place_named(self, part: files.Part, name: str) -> Place | None:
        given = part.text(name)
        if given and given not in self._places:
            part.wrong(
                name,
                _("No place of this hub is called “%(name)s”. Add the place first.")
                % {"name": given[:60]},
            )
        return self._places.get(given)

    def practice(self, part: files.Part, name: str) -> Practice | None:
        given = part.text(name)
        found = Practice.objects.seen_by(SYSTEM).filter(code=given).first() if given else None
        if given and found is None:
            part.wrong(
                name,
                _("No practice “%(code)s” is here. Bring the practices first.")
                % {"code": given[:60]},
            )
        return found

    def action(self, part: files.Part, name: str) -> Action | None:
        inside = part.part(name)
        if inside is None:
            return None
        code, number = inside.text("plan", needed=True), inside.whole("number")
        inside.end()
        found = Action.objects.seen_by(SYSTEM).filter(plan__code=code, number=number or 0).first()
        if found is None and code and number:
            part.wrong(
                name,
                _("No action %(number)d of a plan “%(code)s” is here. Import the plans first.")
                % {"number": number, "code": code[:20]},
            )
        return found

    def row(self, part: files.Part, name: str, model: str) -> Any:
        """Another thing of the file by its number."""
        number = part.whole(name, low=0, needed=False)
        return self._there(part, name, (model, number)) if number is not None else None

    def child(self, part: files.Part, name: str, parent: str) -> Any:
        """A thing inside another one of the file."""
        inside = part.part(name)
        if inside is None:
            return None
        of, number = inside.whole(parent, low=0), inside.whole("number", low=0)
        inside.end()
        return None if of is None or number is None else self._there(part, name, (name, of, number))

    def _there(self, part: files.Part, name: str, key: tuple[Any, ...]) -> Any:
        if key not in self.at:
            part.wrong(name, _("The file holds no such thing: count from 0 in its list."))
        return self.at.get(key)

    def reports(self, bodies: list[tuple[Body, files.Part]]) -> None:
        """Which body each reports to; none to itself, not even around several corners."""
        for body, part in bodies:
            inside = part.part("above")
            if inside is None:
                continue
            above = self.row(inside, "body", "body") or self._elsewhere(inside)
            inside.end()
            if above is not None:
                self.read.above.append((body, above))
        up = {id(body): above for body, above in self.read.above}
        for body, part in bodies:
            step, seen = up.get(id(body)), 0
            while step is not None and step is not body and seen <= len(up):
                step, seen = up.get(id(step)), seen + 1
            if step is body:
                part.wrong(
                    "above",
                    _("It reports to itself, maybe around a corner. Leave one of them out."),
                )

    def _elsewhere(self, inside: files.Part) -> Body | None:
        slug, title = inside.text("place"), inside.text("title", 400)
        place = self._places.get(slug)
        found = Body.objects.seen_by(SYSTEM).filter(place=place) if place is not None else ()
        above = next((body for body in found if _first_title(body) == title), None)
        if above is None and slug:
            self.read.left.append(f"{slug}: {title}")
        return above


_FINDERS: dict[str, Callable[[_Reader, files.Part, str], Any]] = {
    "place": _Reader.place_named,
    "practice": _Reader.practice,
    "action": _Reader.action,
    "bodies": lambda reader, part, name: reader.row(part, name, "body"),
    "series": lambda reader, part, name: reader.row(part, name, "series"),
    "requests": lambda reader, part, name: reader.row(part, name, "request"),
    "decision": lambda reader, part, name: reader.child(part, name, "meeting"),
    "takeaway": lambda reader, part, name: reader.child(part, name, "workshop"),
}


def _first(model: type[Worded]) -> tuple[str, ...]:
    return ("title",) if "title" in model.LONGEST else ()


def _values(model: Any, name: str) -> list[str]:
    return [str(value) for value, _label in model._meta.get_field(name).choices or ()]
