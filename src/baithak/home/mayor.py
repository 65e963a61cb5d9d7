"""The mayor's page: what divides us, what we share, what we do, who leads, what is overdue, what to say.

One sheet, in any of the languages. Every figure leads to the page that it was counted from, figures
about people come from released maps and counted budgets alone (R6), and what is missing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from baithak.budget import analysis as counts
from baithak.budget import queries as budgets
from baithak.coordination import health
from baithak.coordination.queries import bodies as bodies_queries
from baithak.coordination.queries import desk as coordination
from baithak.dialogue import analysis as maps
from baithak.dialogue import queries as dialogues
from baithak.exchange.queries import readiness as readiness_queries
from baithak.exchange.readiness import next_steps
from baithak.home import addresses
from baithak.home.rules import MAYORS_PAGE
from baithak.network.models import Kind, Place
from baithak.network.queries import place_named
from baithak.network.scope import Viewer
from baithak.plan.models import ActionState
from baithak.plan.queries import desk as plans
from baithak.plan.queries import mandate as mandates
from baithak.plan.queries.desk import Counted
from baithak.report.paper import (
    Block,
    Cell,
    Fact,
    Facts,
    Heading,
    Link,
    Notice,
    Paper,
    Paragraph,
    Points,
    Section,
    Table,
    Text,
)
from baithak.report.words import words

__all__ = ["Page", "page", "paper", "place_of"]

#: Dialogues, and budgets, whose results stand on the page: the latest.
RESULTS = 3
#: So far ahead the calendar is told.
AHEAD = timedelta(days=45)
#: Overdue things of one kind that the page names; a sheet names the first of them.
LATE = 50


def place_of(viewer: Viewer, *, place: str) -> Place | None:
    """The city whose page this viewer opens; to others it does not exist."""
    if not viewer.roles_at(place) & MAYORS_PAGE:
        return None
    found = place_named(viewer, place=place)
    return found if found is not None and found.kind == Kind.CITY else None


# --- what is known
@dataclass(frozen=True, slots=True)
class Finding:
    """A statement of a released map, with what may be said of it, and the map's address."""

    text: str
    language: str
    told: str
    address: str


@dataclass(frozen=True, slots=True)
class Late:
    """How many things of one kind are overdue, and where all of them are listed."""

    label: str
    number: int
    address: str


@dataclass(slots=True)
class Page:
    """Everything that the sheet tells, gathered within what the viewer may see."""

    place: Place
    today: date
    shared: list[Finding] = field(default_factory=list)
    divides: list[Finding] = field(default_factory=list)
    asking: list[Any] = field(default_factory=list)
    has_map: bool = False
    plans: list[Any] = field(default_factory=list)
    actions: Counted = field(default_factory=lambda: Counted({}, 0, {}))
    money: list[Fact] = field(default_factory=list)
    mandate: Any = None
    bodies: list[Any] = field(default_factory=list)
    facts: dict[int, Any] = field(default_factory=dict)
    overdue: list[tuple[date, Cell]] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    steps: tuple[Any, ...] = ()
    has_checklist: bool = False
    days: list[Any] = field(default_factory=list)
    card: Any = None


def page(viewer: Viewer, place: Place) -> Page:
    """Gather it, in a number of questions to the database that does not grow with the city."""
    told = Page(place, timezone.localdate())
    _hear(viewer, told)
    told.plans = list(plans.plans_of_place(viewer, place))
    told.actions = plans.actions_counted(viewer, place, told.today)
    told.money = list(_money(viewer, place))
    told.mandate = mandates.kept(viewer, place=place.slug)
    told.bodies = list(coordination.bodies_of_place(viewer, place)[:6])
    told.facts = bodies_queries.facts_of(viewer, told.bodies)
    kept = readiness_queries.kept(viewer, place=place.slug)
    told.has_checklist = kept is not None
    if kept is not None:
        told.steps = next_steps(readiness_queries.answers(kept), told.today)
    told.days = coordination.days_ahead(viewer, place, told.today, told.today + AHEAD)[:6]
    told.card = coordination.card_of(viewer, place)
    _overdue(viewer, told)
    return told


def _hear(viewer: Viewer, told: Page) -> None:
    """The latest released maps, and what is being asked now."""
    place = told.place
    told.asking = [one for one in dialogues.open_now(viewer).filter(place=place)[:RESULTS]]
    say = words(get_language() or "en")
    for dialogue in dialogues.with_a_map(viewer).filter(place=place)[:RESULTS]:
        run = dialogues.released_run(dialogue.pk)
        if run is None:
            continue
        map_of = maps.published(run)
        if map_of.too_few:
            continue
        told.has_map = True
        cards = {str(card.number): card.shown for card in dialogues.ballot(dialogue.pk)}
        address = addresses.page("dialogue:map", code=dialogue.code)
        for name in [n for n in map_of.common_ground if n in cards][:3]:
            share = say.share(map_of.statement(name).common_ground)
            told.shared.append(
                Finding(
                    cards[name].text, cards[name].language,
                    share,
                    f"{address}#common-ground",
                )
            )  # fmt: skip
        letters = {group.id: group.letter for group in map_of.groups}
        for name in [n for n in map_of.dividing if n in cards][:3]:
            by_group = map_of.statement(name).by_group
            shares = [
                f"{letters[g]}: {say.share(c.agree)}" for g, c in by_group.items() if g in letters
            ]
            told.divides.append(
                Finding(
                    cards[name].text, cards[name].language,
                    ", ".join(shares), f"{address}#dividing",
                )
            )  # fmt: skip


def _money(viewer: Viewer, place: Place) -> Iterator[Fact]:
    """What residents have shared out, by the newest count."""
    for budget in budgets.with_a_result(viewer).filter(place=place)[:RESULTS]:
        run = budgets.latest_result(budget.pk)
        if run is None:
            continue
        result = counts.published(run)["result"]
        cost = number_format(Decimal(str(result["cost"])), 0, force_grouping=True)
        number = len(result["selected"])
        yield Fact(
            Text(budget.title, budget.language),
            Link(f"{cost} {budget.currency}", addresses.page("budget:result", code=budget.code)),
            ngettext("%(n)d project, shared out by residents", "%(n)d projects, shared out by residents", number)
            % {"n": number},
        )  # fmt: skip


def _overdue(viewer: Viewer, told: Page) -> None:
    """What should be done by now, with its day and where to look; how much there is of it, by kind."""
    place, today = told.place, told.today
    actions = plans.actions_overdue(viewer, place, today)
    promised = coordination.commitments_of_place(viewer, place).filter(due__lt=today)
    unmarked = coordination.meetings_unmarked(viewer, today, place)
    asked = coordination.requests_of_place(viewer, place).filter(reply_by__lt=today)
    lines = [
        *(_late(_("Action"), one, one.due) for one in actions[:LATE]),
        *(_late(_("Commitment"), one, one.due) for one in promised[:LATE]),
        *(_late(_("Meeting not noted as held"), one, one.on) for one in unmarked[:LATE]),
        *(_late(_unanswered(one), one, one.reply_by) for one in asked[:LATE]),
    ]
    told.overdue = sorted(lines, key=lambda pair: pair[0])
    slug = place.slug
    told.late = [
        Late(_("Actions"), told.actions.overdue,
             addresses.page("plan:actions", f"place={slug}&state=overdue")),
        Late(_("Commitments"), promised.count(),
             addresses.page("coordination:commitments", f"place={slug}&late=on")),
        Late(_("Meetings"), unmarked.count(),
             addresses.page("coordination:meetings", f"place={slug}&when=open")),
        Late(_("Requests"), asked.count(), addresses.page("coordination:requests", f"place={slug}&late=on")),
    ]  # fmt: skip


def _unanswered(request: Any) -> str:
    return _("No reply from %(place)s") % {"place": request.to.local_name}


def _late(kind: str, one: Any, day: date | None) -> tuple[date, Cell]:
    due = day or date.min  # the queries ask for things with a day
    line = _("%(kind)s, due %(day)s: %(title)s") % {
        "kind": kind, "day": _day(due), "title": _quoted(_short(one.title, 90)),
    }  # fmt: skip
    return due, _link(line, addresses.of(one))


# --- the sheet
def paper(told: Page, *, source: str, most: int = 3, whole: bool = False) -> Paper:
    """The sheet in the language that is active; ``most`` lines of each list, so that it fits on one.

    ``whole``: nothing has to fit, so all overdue things that were gathered are listed.
    """
    place = told.place
    marks = (_("Example"),) if place.example else ()
    return Paper(
        title=place.local_name,
        language=get_language() or "en",
        kind=_("Mayor's page"),
        marks=marks,
        facts=tuple(_top(told)),
        sections=(
            Section(_("What we share"), tuple(_shared(told, most)), name="share", half=True),
            Section(_("What divides us"), tuple(_divides(told, most)), name="divide", half=True),
            Section(_("What we do"), tuple(_does(told, most)), name="do", half=True),
            Section(_("Who leads"), tuple(_leads(told, most)), name="lead", half=True),
            Section(_("What is overdue"), tuple(_late_lines(told, None if whole else most + 1)), name="overdue", half=True),
            Section(_("What is missing"), tuple(_missing(told, most)), name="missing", half=True),
            Section(_("What to say today"), tuple(_say(told, most)), name="say"),
        ),
        source=source,
        made=_day(told.today),
        footer=(
            _("For the mayor and those who prepare it. Figures about people are rounded; none is about"
              " fewer than ten."),
        ),
        compact=True,
    )  # fmt: skip


def _top(told: Page) -> Iterator[Fact]:
    states = told.actions.states
    to = addresses.page("plan:list", f"place={told.place.slug}")
    if states:
        running, done = states.get(ActionState.RUNNING, 0), states.get(ActionState.DONE, 0)
        yield Fact(_("Actions under way"), _link(str(running), to))
        yield Fact(_("Actions done"), _link(str(done), to))
    yield Fact(_("Overdue"), _link(str(_number_late(told)), _section_of_late(told)))
    near = told.days[0] if told.days else None
    if near is not None:
        yield Fact(_("Next day to prepare"), _link(_day(near.when.begins), addresses.of(near.day)))


def _shared(told: Page, most: int) -> Iterator[Block]:
    if told.shared:
        yield _findings(_("Agree in every group"), told.shared[:most])
    else:
        yield Paragraph(_nothing_heard(told))


def _divides(told: Page, most: int) -> Iterator[Block]:
    if told.divides:
        yield _findings(_("Agree, by group of opinion"), told.divides[:most])
    elif told.has_map:
        yield Paragraph(
            _("The maps that were released show nothing on which groups are far apart.")
        )
    else:
        yield Paragraph(_nothing_heard(told))


def _findings(head: str, found: Sequence[Finding]) -> Table:
    """The words of residents, in their own language, with what may be said of them."""
    rows = tuple(
        (Text(_short(one.text, 130), one.language), _link(one.told, one.address)) for one in found
    )
    return Table("", (_("Statement"), head), rows, widths=(3, 2))


def _nothing_heard(told: Page) -> str:
    if told.has_map:
        return _("The maps that were released show no common ground of all groups.")
    if told.asking:
        return _("Residents are being asked. A result stands here when enough have answered.")
    return _("No dialogue with residents has a result yet.")


_IN_ORDER = (ActionState.RUNNING, ActionState.PLANNED, ActionState.DONE, ActionState.PAUSED)


def _does(told: Page, most: int) -> Iterator[Block]:
    if not told.plans:
        yield Paragraph(_("No plan is adopted."))
    for plan in told.plans[:2]:
        yield Paragraph(_link(Text(_short(plan.title, 90), plan.language), addresses.of(plan)))
    states = told.actions.states
    to = (
        addresses.of(told.plans[0])
        if len(told.plans) == 1
        else addresses.page("plan:list", f"place={told.place.slug}")
    )
    rows = [
        Fact(str(state.label), _link(str(states[state]), to))
        for state in _IN_ORDER
        if states.get(state)
    ]
    cost = _costs(told.actions.costs)
    if cost:
        rows.append(Fact(_("Costs of all actions, as planned"), _link(cost, to)))
    rows += told.money[: max(1, most - 1)]
    if rows:
        yield Facts(tuple(rows))


def _costs(sums: dict[str, Decimal]) -> str:
    return ", ".join(
        f"{number_format(total, 0, force_grouping=True)} {currency}"
        for currency, total in sorted(sums.items())
    )


def _leads(told: Page, most: int) -> Iterator[Block]:
    lead = told.mandate.text("lead_office") if told.mandate is not None else ""
    if lead:
        deputy = told.mandate.text("deputy_office")
        yield Facts(
            (
                Fact(
                    _("Leads"),
                    _link(Text(lead, told.mandate.language), addresses.of(told.mandate)),
                    Text(deputy, told.mandate.language) if deputy else "",
                ),
            )
        )
    else:
        yield Paragraph(_("Nobody is named who leads."))
    rows = []
    for body in told.bodies[: max(1, most - 1)]:
        line = health.sentence(told.facts[body.pk]) if body.pk in told.facts else ""
        label = Text(_short(body.title, 60), body.language)
        rows.append(Fact(label, _link(line, addresses.of(body))))
    if rows:
        yield Facts(tuple(rows))


def _number_late(told: Page) -> int:
    return sum(kind.number for kind in told.late)


def _section_of_late(told: Page) -> str:
    """The part of the page that names what is overdue, and leads on to the rest."""
    return addresses.page("home:mayor", place=told.place.slug) + "#overdue"


def _late_lines(told: Page, most: int | None) -> Iterator[Block]:
    """The longest overdue; a sheet leads to the page for the rest, the page to the list of each kind."""
    if not told.overdue:
        yield Paragraph(_("Nothing is overdue."))
        return
    shown = told.overdue[:most]
    yield Points(tuple(cell for _on, cell in shown))
    left = _number_late(told) - len(shown)
    if not left:
        return
    more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}
    if most is not None:
        yield Paragraph(_link(more, _section_of_late(told)))
        return
    yield Paragraph(more)
    kinds = [kind for kind in told.late if kind.number]
    yield Facts(tuple(Fact(kind.label, _link(str(kind.number), kind.address)) for kind in kinds))


def _missing(told: Page, most: int) -> Iterator[Block]:
    """Said openly, with the page where it begins; and the next steps of the city's own checklist."""
    slug = told.place.slug
    gaps: list[Cell] = []
    for is_there, line, at in (
        (told.mandate, _("The mandate sheet is not written."), ("plan:mandate", slug)),
        (told.plans, _("No plan is adopted."), ("plan:list", "")),
        (told.has_map, _("Residents have not been heard with a result."), ("dialogue:list", "")),
        (told.bodies, _("No body is noted."), ("coordination:bodies", "")),
        (told.card, _("There is no first-hour card."), ("coordination:first_hour", slug)),
        (told.days, _("No day is in the calendar for the next six weeks."), ("coordination:calendar", "")),
    ):  # fmt: skip
        if not is_there:
            named = {"place": at[1]} if at[1] else {}
            gaps.append(_link(line, addresses.page(at[0], **named)))
    if gaps:
        yield Points(tuple(gaps[: most + 2]))
    to = addresses.page("exchange:readiness", place=slug)
    if not told.has_checklist:
        yield Paragraph(_link(_("The readiness checklist has no answers yet."), to))
    elif told.steps:
        yield Heading(_("Next on the readiness checklist"))
        yield Points(
            tuple(_link(_short(_asked(step), 110), to) for step in told.steps[: max(1, most - 1)])
        )
    elif not gaps:
        yield Paragraph(_("Nothing that this page knows of."))


def _asked(step: Any) -> str:
    return str(step.question.text)


# --- what to say
def _say(told: Page, most: int) -> Iterator[Block]:
    yield Points(tuple(sentences(told)), numbered=True)
    near = [
        _link(f"{_quoted(_short(one.day.title, 50))}, {_day(one.when.begins)} ({one.day.get_kind_display()})",
              addresses.of(one.day))
        for one in told.days[:most]
    ]  # fmt: skip
    if near:
        yield Heading(_("The next days that many look forward to or worry about"))
        yield Points(tuple(near))
    if told.card is not None:
        yield Notice(
            _link(_("If something happens: the first-hour card."), addresses.of(told.card))
        )


def sentences(told: Page) -> Sequence[Cell]:
    """Three neutral sentences, each from what stands above, none of them about a group or a party."""
    return (_said_of_residents(told), _said_of_work(told), _said_of_tomorrow(told))


def _said_of_residents(told: Page) -> Cell:
    if told.shared:
        best = told.shared[0]
        line = _("In our city people of all groups of opinion agree: %(statement)s") % {
            "statement": _quoted(_short(best.text, 130))
        }
        return _link(line, best.address)
    if told.asking:
        asking = told.asking[0]
        line = _("We are asking everybody: %(question)s") % {"question": _quoted(asking.question)}
        return _link(line, addresses.of(asking))
    return _("We do not know yet what all groups share, and we are going to ask.")


def _said_of_work(told: Page) -> Cell:
    states = told.actions.states
    number = sum(states.get(state, 0) for state in _IN_ORDER)
    if not number:
        return _(
            "A plan for living together is not adopted yet; we make it with those it concerns."
        )
    line = ngettext(
        "We have agreed on %(all)d action; done so far: %(done)d, under way: %(running)d.",
        "We have agreed on %(all)d actions; done so far: %(done)d, under way: %(running)d.",
        number,
    ) % {
        "all": number, "done": states.get(ActionState.DONE, 0), "running": states.get(ActionState.RUNNING, 0),
    }  # fmt: skip
    to = addresses.page("plan:list", f"place={told.place.slug}")
    return _link(line, to)


def _said_of_tomorrow(told: Page) -> Cell:
    if told.days:
        near = told.days[0]
        line = _("We prepare together for %(day)s on %(date)s, so that everybody is at ease.") % {
            "day": _quoted(_short(near.day.title, 60)), "date": _day(near.when.begins),
        }  # fmt: skip
        return _link(line, addresses.of(near.day))
    lead = told.mandate.text("lead_office") if told.mandate is not None else ""
    if lead:
        line = _("Whoever wants to take part can turn to: %(office)s.") % {"office": _quoted(lead)}
        return _link(line, addresses.of(told.mandate))
    return _("Who leads this work is being decided; until then every office here listens.")


# --- small things
def _link(text: str | Text, to: str) -> Cell:
    return Link(text, to) if to else text


def _quoted(text: str) -> str:
    """Words of another language or side inside a sentence: kept apart by signs of order alone."""
    return f"\u2068{text}\u2069" if text else ""


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _day(day: date) -> str:
    return str(date_format(day, "j F Y"))
