"""My desk: what is mine, what is due, what waits on others; each list short, each person their own.

Every kind of thing is asked for once, whatever there is of it, and a role is asked only about what
concerns it: a department's staff meets its own tasks and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baithak.budget import queries as budgets
from baithak.budget.models import Budget
from baithak.budget.rules import MODERATORS as PROPOSAL_MODERATORS
from baithak.coordination.queries import desk as coordination
from baithak.coordination.rules import ANSWERERS
from baithak.dialogue import queries as dialogues
from baithak.dialogue.models import Dialogue
from baithak.dialogue.rules import MODERATORS
from baithak.exchange.queries import adoptions, practices, questions
from baithak.exchange.rules import REVIEWERS
from baithak.exchange.rules import WRITERS as EXCHANGE_WRITERS
from baithak.home.addresses import of, page
from baithak.home.rules import MAYORS_PAGE
from baithak.network import queries as network
from baithak.network.models import Organisation, Place, State
from baithak.network.rules import CONFIRMERS, MECHANISM, OFFICERS, Role
from baithak.network.scope import Viewer
from baithak.panel.models import Panel
from baithak.plan.queries import desk as plans
from baithak.plan.rules import WRITERS

__all__ = ["SOON", "Desk", "Item", "Part", "Way", "desk"]

#: What is due within a week is due.
SOON = timedelta(days=7)
#: So far ahead meetings are told.
AHEAD = timedelta(days=30)
#: Lines of a part; and of one kind of thing that are looked at for it.
SHORT, LOOKED_AT = 8, 17


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is, where it stands, until when, who does it.

    ``first`` lifts what needs a decision of this person above the work that goes on.
    """

    kind: str
    title: str
    address: str
    language: str = ""
    place: str = ""
    day: date | None = None
    late: bool = False
    note: str = ""
    first: bool = False

    @property
    def rank(self) -> tuple[bool, date]:
        return not self.first, self.day or date.max


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go on."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the desk: some lines, and whether there are more of them."""

    items: tuple[Item, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person meets in the morning."""

    due: Part
    mine: Part
    others: Part
    running: tuple[Item, ...] = ()
    told: tuple[Item, ...] = ()
    ways: tuple[Way, ...] = ()
    all_mine: tuple[Way, ...] = ()
    all_others: tuple[Way, ...] = ()
    #: Roles, so that the empty parts can teach what belongs there.
    roles: frozenset[Role] = frozenset()

    @property
    def is_member(self) -> bool:
        return bool(self.roles)

    @property
    def is_writer(self) -> bool:
        """Runs a place, and so waits on others."""
        return bool(self.roles & WRITERS)

    @property
    def is_partner(self) -> bool:
        return Role.PARTNER in self.roles

    @property
    def runs_consultations(self) -> bool:
        return bool(self.roles & MECHANISM)


@dataclass(slots=True)
class _Found:
    """What was gathered so far."""

    today: date
    work: list[Item] = field(default_factory=list)
    others: list[Item] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)

    def take(
        self,
        rows: QuerySet[Any] | Sequence[Any],
        item: Callable[[Any], Item],
        *,
        into: str = "work",
    ) -> None:
        """Lines of these rows; one row more than are looked at says that there are more."""
        if len(rows) >= LOOKED_AT:
            self.cut.add(into)
        getattr(self, into).extend(item(row) for row in rows)

    def due(self) -> list[Item]:
        until = self.today + SOON
        every = [*self.work, *self.others]
        return sorted(
            (one for one in every if one.day is not None and one.day <= until),
            key=lambda one: (one.day or date.max, not one.first),
        )

    def later(self, items: Iterable[Item]) -> list[Item]:
        until = self.today + SOON
        return sorted(
            (one for one in items if one.day is None or one.day > until), key=lambda one: one.rank
        )


def desk(viewer: Viewer) -> Desk:
    """The desk of whoever looks."""
    roles = frozenset(grant.role for grant in viewer.grants)
    found = _Found(timezone.localdate())
    if roles:
        _tasks(viewer, found)
    if roles & WRITERS:
        _of_writers(viewer, found)
    if roles & CONFIRMERS:
        _second_person(viewer, found)
    if roles & (CONFIRMERS | ANSWERERS):
        _between_levels(viewer, roles, found)
    if any(grant.organisation is not None for grant in viewer.grants):
        _of_partners(viewer, roles, found)
    _to_decide(viewer, roles, found)
    return Desk(
        due=_part(found.due(), most=SHORT + 2),
        mine=_part(found.later(found.work), more="work" in found.cut),
        others=_part(found.later(found.others), more="others" in found.cut),
        running=tuple(_running(viewer)) if roles & MECHANISM else (),
        told=tuple(_told(viewer, roles)),
        ways=tuple(_ways(viewer)),
        all_mine=tuple(_all_mine(viewer, roles)),
        all_others=tuple(_all_others(viewer, roles)),
        roles=roles,
    )


def _part(items: list[Item], *, most: int = SHORT, more: bool = False) -> Part:
    return Part(tuple(items[:most]), more or len(items) > most)


# --- what somebody does
def _tasks(viewer: Viewer, found: _Found) -> None:
    """Actions, promises, preparations and meetings: everybody's."""
    today = found.today
    found.take(plans.my_actions(viewer)[:LOOKED_AT], lambda one: _action(viewer, one))
    found.take(coordination.my_commitments(viewer)[:LOOKED_AT], lambda c: _commitment(viewer, c))
    found.take(coordination.to_prepare(viewer, today)[:LOOKED_AT], lambda p: _prepare(p, today))
    found.take(coordination.meetings_ahead(viewer, today, today + AHEAD)[:LOOKED_AT], _meeting)


def _action(viewer: Viewer, one: Any) -> Item:
    return Item(
        _("Action"), one.title, of(one), one.language, one.place.local_name,
        day=one.due, late=one.is_overdue, note=_who(viewer, one.owner),
    )  # fmt: skip


def _commitment(viewer: Viewer, one: Any) -> Item:
    return Item(
        _("Commitment"), one.title, of(one), one.language, one.place.local_name,
        day=one.due, late=one.is_overdue, note=_who(viewer, one.owner),
    )  # fmt: skip


def _prepare(one: coordination.ToPrepare, today: date) -> Item:
    day = one.preparation.day
    return Item(
        _("Preparation"), one.preparation.title, of(day), one.preparation.language,
        day.place.local_name, day=one.due, late=one.due < today, note=day.title,
    )  # fmt: skip


def _meeting(one: Any) -> Item:
    return Item(
        _("Meeting"), one.title, of(one), one.language, one.place.local_name,
        day=one.on, note=one.body.title if one.body is not None else "",
    )  # fmt: skip


def _who(viewer: Viewer, owner: Organisation | None) -> str:
    """Who does it: by name at one's own places, else by kind (R13)."""
    if owner is None:
        return _("Nobody does it yet")
    return owner.name if owner.place_id in viewer.places else ", ".join(owner.type_labels)


# --- what those who run a place wait for, and owe
def _of_writers(viewer: Viewer, found: _Found) -> None:
    today, soon = found.today, found.today + SOON
    take = found.take
    take(plans.actions_of_others(viewer)[:LOOKED_AT], lambda a: _action(viewer, a), into="others")
    take(
        coordination.commitments_of_others(viewer)[:LOOKED_AT],
        lambda one: _commitment(viewer, one),
        into="others",
    )
    take(
        plans.asked_to_sign(viewer)[:LOOKED_AT], lambda one: _check(one, asked=True), into="others"
    )
    take(plans.owed_an_answer(viewer)[:LOOKED_AT], _owed)
    take(coordination.meetings_unmarked(viewer, today)[:LOOKED_AT], _unmarked)
    take(plans.mandates_to_look_at(viewer, soon)[:LOOKED_AT], lambda one: _look(one, today))
    if viewer.places_as(OFFICERS):
        take(coordination.cards_to_look_at(viewer, soon)[:LOOKED_AT], lambda one: _look(one, today))


def _check(one: Any, *, asked: bool = False) -> Item:
    action = one.action
    address = page("plan:risk", code=action.plan.code, number=action.number)
    return Item(
        _("Check for harm"), action.title, address, action.language, action.place.local_name,
        note=_("Waits for design partners") if asked else _("Read it, and say whether you agree"),
        first=not asked,
    )  # fmt: skip


def _owed(one: Any) -> Item:
    who = one.organisation.name if one.organisation is not None else ""
    return Item(
        _("Answer owed"), one.plan.title, of(one.plan), one.plan.language,
        one.place.local_name, note=who or _("They helped to design it: tell what became of it"),
    )  # fmt: skip


def _unmarked(one: Any) -> Item:
    return Item(
        _("Meeting"), one.title, of(one), one.language, one.place.local_name,
        day=one.on, late=True, note=_("Was it held? Write it down, or that it was cancelled."),
    )  # fmt: skip


def _look(one: Any, today: date) -> Item:
    card = one._meta.model_name == "responsecard"
    return Item(
        _("Look again"), str(_("First hour") if card else _("Mandate sheet")),
        of(one), "", one.place.local_name, day=one.review_on,
        late=one.review_on < today,
    )  # fmt: skip


# --- two people, two levels, two organisations
def _second_person(viewer: Viewer, found: _Found) -> None:
    for act in network.acts_waiting(viewer)[:LOOKED_AT]:
        mine = act.asked_by_id == viewer.user_id
        item = Item(
            _("Waits for a second person"), act.label,
            page("network:requests", place=act.place.slug), "", act.place.local_name,
            note=_("until %(moment)s") % {"moment": _moment(act.expires_at)}, first=not mine,
        )  # fmt: skip
        (found.others if mine else found.work).append(item)


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "j F, H:i")


def _between_levels(viewer: Viewer, roles: frozenset[Role], found: _Found) -> None:
    if roles & ANSWERERS:
        found.take(
            coordination.requests_to_answer(viewer)[:LOOKED_AT], lambda one: _request(one, True)
        )
    if roles & CONFIRMERS:
        found.take(
            coordination.requests_sent(viewer)[:LOOKED_AT],
            lambda one: _request(one, False),
            into="others",
        )


def _request(one: Any, to_answer: bool) -> Item:
    asked = one.escalated_to or one.to
    return Item(
        _("Request to answer") if to_answer else _("Request sent"), one.title,
        of(one), one.language,
        one.place.local_name if to_answer else asked.local_name,
        day=one.reply_by, late=one.is_overdue, note=one.get_kind_display(), first=to_answer,
    )  # fmt: skip


def _of_partners(viewer: Viewer, roles: frozenset[Role], found: _Found) -> None:
    if Role.PARTNER in roles:
        found.take(plans.to_sign(viewer)[:LOOKED_AT], _check)
    found.take(coordination.statements_to_endorse(viewer)[:LOOKED_AT], _endorse)


def _endorse(one: Any) -> Item:
    return Item(
        _("Joint statement"), one.title, of(one), one.language,
        one.place.local_name, note=_("Does your organisation stand behind it?"), first=True,
    )  # fmt: skip


# --- what residents and other cities wait for
def _to_decide(viewer: Viewer, roles: frozenset[Role], found: _Found) -> None:
    if roles & MODERATORS:
        found.work.extend(
            _queue(dialogue, "dialogue:queue", _statements(count))
            for dialogue, count in dialogues.waiting_statements(viewer)
        )
    if roles & PROPOSAL_MODERATORS:
        found.work.extend(
            _queue(budget, "budget:queue", _proposals(count))
            for budget, count in budgets.waiting_proposals(viewer)
        )
    if roles & REVIEWERS:
        found.take(practices.to_review(viewer)[:LOOKED_AT], _review)
    if roles & EXCHANGE_WRITERS:
        waiting = questions.to_answer(viewer).filter(closed=False, answered=None)
        found.take(waiting[:LOOKED_AT], _question)


def _queue(thing: Any, queue: str, note: str) -> Item:
    address = page(queue, code=thing.code)
    return Item(
        _("To decide"),
        thing.title,
        address,
        thing.language,
        thing.place.local_name,
        note=note,
        first=True,
    )


def _statements(count: int) -> str:
    return ngettext("%(n)d statement waits", "%(n)d statements wait", count) % {"n": count}


def _proposals(count: int) -> str:
    return ngettext("%(n)d proposal waits", "%(n)d proposals wait", count) % {"n": count}


def _review(version: Any) -> Item:
    practice = version.practice
    address = page("exchange:judge", code=practice.code)
    return Item(
        _("To review"), version.record.title, address, version.record.language,
        practice.place.local_name, first=True,
    )  # fmt: skip


def _question(question: Any) -> Item:
    text = question.text if len(question.text) <= 120 else question.text[:119] + "…"
    return Item(_("To answer"), text, of(question), question.language, first=True)


# --- what was answered
def _told(viewer: Viewer, roles: frozenset[Role]) -> Iterator[Item]:
    """To a partner what became of what they said; to those who wrote a practice who took it up."""
    if Role.PARTNER in roles:
        for one in plans.my_contributions(viewer)[:5]:
            yield Item(
                _("What became of it") if one.told_back_on else _("No answer yet"),
                one.text("said") or one.plan.title, of(one.plan), one.language,
                one.place.local_name, day=one.told_back_on, note=one.text("became"),
            )  # fmt: skip
    if roles & EXCHANGE_WRITERS:
        for adoption in adoptions.what_became(viewer)[:5]:
            yield Item(
                str(adoption.get_outcome_display()), adoption.practice.title,
                of(adoption), adoption.practice.language, adoption.place.local_name,
            )  # fmt: skip


def _running(viewer: Viewer) -> Iterator[Item]:
    """Dialogues, budgets and panels of the viewer's places that are prepared or run, a few of each."""
    for kind, model in ((_("Dialogue"), Dialogue), (_("Budget"), Budget), (_("Panel"), Panel)):
        rows = model.objects.seen_by(viewer).filter(place__in=viewer.places)
        alive = rows.exclude(state=State.CLOSED).select_related("place").order_by("-state", "-pk")
        for one in alive[:4]:
            state = one.phase.label if isinstance(one, Budget) else one.get_state_display()
            yield _consultation(kind, one, str(state))


def _consultation(kind: str, one: Any, state: str) -> Item:
    return Item(kind, one.title, of(one), one.language, one.place.local_name, note=state)


# --- where to go on
def _ways(viewer: Viewer) -> Iterator[Way]:
    """The few pages that this person opens again and again."""
    mayors = viewer.places_as(MAYORS_PAGE)
    grants = {grant.place: grant for grant in viewer.grants}
    found = Place.objects.seen_by(viewer).filter(pk__in=grants)
    places = {place.pk: place.local_name for place in found}
    for pk, grant in grants.items():
        name = places.get(pk, grant.slug)
        if pk in mayors and grant.kind == "city":
            yield Way(
                _("Mayor's page: %(place)s") % {"place": name},
                page("home:mayor", place=grant.slug),
            )
        if grant.kind in ("hub", "country"):
            label = (
                _("Cities of the hub: %(place)s")
                if grant.kind == "hub"
                else _("What cities asked and shared: %(place)s")
            )
            yield Way(label % {"place": name}, page("home:hub", place=grant.slug))
        if Role.AUDITOR in viewer.roles_at(pk):
            yield Way(
                _("Journal: %(place)s") % {"place": name},
                page("journal:place", place=grant.slug),
            )
    if any(grant.role == Role.AUDITOR for grant in viewer.grants):
        yield Way(_("Witnesses of the journal"), page("journal:heads"))


def _all_mine(viewer: Viewer, roles: frozenset[Role]) -> Iterator[Way]:
    if not roles:
        return
    yield Way(_("All plans and actions"), page("plan:list"))
    yield Way(_("All commitments"), page("coordination:commitments", "state=left"))
    yield Way(_("All days to prepare"), page("coordination:calendar"))
    if roles & ANSWERERS:
        yield Way(_("All requests"), page("coordination:requests"))


def _all_others(viewer: Viewer, roles: frozenset[Role]) -> Iterator[Way]:
    for grant in viewer.grants:
        if grant.role in WRITERS and grant.kind == "city":
            yield Way(_("Who does what"), page("coordination:matrix", place=grant.slug))
    if roles & WRITERS:
        yield Way(_("All commitments"), page("coordination:commitments", "state=left"))
    if roles & CONFIRMERS:
        yield Way(_("All requests"), page("coordination:requests"))
