"""The report of a city for a quarter or a year, as a paper. It writes itself: nobody adds a figure by hand.

Honest before handsome: what is late, dropped or did not work has a part of its own, what nobody noted
is said and never filled with a zero, and every figure leads to the page that lists what was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from statistics import median_high
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baithak.budget.templatetags.budget import money
from baithak.coordination.models import Preparation, RequestKind, WorkshopState
from baithak.coordination.occurrences import before
from baithak.coordination.queries import days as calendar
from baithak.coordination.queries import workshops as workshop_queries
from baithak.exchange.models import Outcome
from baithak.exchange.records import library
from baithak.home.reports.composing import (
    MOST,
    Composing,
    day,
    here,
    linked,
    mark_of,
    titled,
    view_of,
)
from baithak.home.reports.figures import Book, Picked, Scope
from baithak.home.reports.heard import Heard, came, heard, shared_out
from baithak.home.reports.periods import clock_of
from baithak.home.reports.worked import Worked, worked
from baithak.network.models import Organisation
from baithak.network.scope import SYSTEM
from baithak.plan.charts import line
from baithak.plan.models import PlanState
from baithak.plan.queries import indicators, plans
from baithak.plan.queries.organisations import named
from baithak.plan.shown import shown
from baithak.report.paper import (
    Bar,
    Bars,
    Block,
    Cell,
    Fact,
    Facts,
    Heading,
    Lead,
    Line,
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

__all__ = ["City", "city_report"]

#: So many indicators are drawn; of further ones the newest figure stands in a table.
CHARTS = 6
#: So many organisations stand in the table of who does what.
WHO = 20


def city_report(scope: Scope, *, source: str, preview: bool = False) -> Paper:
    """The report within this scope, in the language that is active.

    Parameters
    ----------
    source : str
        The whole address of the page of the report: it stands at its foot.
    preview : bool
        A member looks at the public view: links stay in it.
    """
    return City(scope, source, preview=preview).paper()


class City(Composing):
    """One report of one place. A report of several places says of its own place the same parts."""

    def __init__(self, scope: Scope, source: str, *, preview: bool) -> None:
        super().__init__(scope, preview=preview)
        self.source = source
        self.numbers = Book(scope)
        self.bodies: list[Worked] = worked(scope)

    # --- reading
    def all_of(self, figure: str) -> QuerySet[Any] | Picked:
        found = self.numbers.listed(figure)
        assert found is not None
        return found

    def rows(self, figure: str, most: int | None = None) -> list[Any]:
        return list(self.all_of(figure)[:most])

    def some(self, figure: str) -> list[Any]:
        """The first of them; none is asked for where there is none."""
        return self.rows(figure, MOST) if self.numbers[figure] else []

    def number(self, figure: str, **narrowed: Any) -> Link:
        return self.linked_number(self.numbers[figure], figure, **narrowed)

    def fact(self, figure: str, note: str = "") -> Fact:
        return Fact(self.label(figure), self.number(figure), note)

    def facts(self, *figures: str, always: int = 0) -> Facts | None:
        """The first ``always`` in any case, of the others those that are not nought."""
        rows = [
            self.fact(name) for at, name in enumerate(figures) if at < always or self.numbers[name]
        ]
        return Facts(tuple(rows)) if rows else None

    # --- the paper
    def paper(self) -> Paper:
        scope = self.scope
        yearly = not scope.period.quarter
        marks = [mark_of(scope)]
        if scope.place.example:
            marks.insert(0, _("Example"))
        if scope.runs:
            marks.append(_("Still running"))
        return Paper(
            title=scope.place.local_name,
            language=here(),
            kind=_("Yearly report") if yearly else _("Quarterly report"),
            subtitle=scope.period.words,
            marks=tuple(marks),
            facts=self.big(),
            sections=(
                self.short_form(),
                self.listening(),
                self.shared_money(),
                self.panels(),
                self.plan(),
                *self.indicators(),
                self.bodies_and_meetings(),
                self.workshops(),
                self.promises(),
                self.between_levels(),
                self.calendar(),
                self.learning(),
                self.hard(),
                self.next(),
                self.how(),
            ),
            source=self.source,
            made=day(scope.today),
        )

    def big(self) -> tuple[Fact, ...]:
        """The few figures at the top: only of what there is."""
        told = (
            ("dialogues", "dialogues"),
            ("actions-done", "actions"),
            ("meetings-held", "meetings-held"),
            ("commitments-kept", "commitments"),
        )
        return tuple(self.fact(name) for name, there in told if self.numbers[there])

    def short_form(self) -> Section:
        scope = self.scope
        blocks: list[Block] = [Notice(view_of(scope))]
        if scope.runs:
            told = _("This time is not over: figures are those of %(day)s and will change.")
            blocks.append(Paragraph(told % {"day": day(scope.today)}))
        sentences = [sentence for sentence in self.sentences() if sentence]
        if sentences:
            blocks.append(Lead(" ".join(sentences)))
        else:
            blocks.append(Lead(self.missing()))
        return Section(_("In short"), tuple(blocks), "short")

    def sentences(self) -> Iterable[str]:
        n = self.numbers
        if n["dialogues"]:
            yield ngettext(
                "Residents were heard in %(n)d dialogue.",
                "Residents were heard in %(n)d dialogues.",
                n["dialogues"],
            ) % {"n": n["dialogues"]}
        if n["actions"]:
            yield _(
                "Actions of the plan: %(all)d; done in this time: %(done)d, late: %(late)d."
            ) % {"all": n["actions"], "done": n["actions-done"], "late": n["actions-late"]}  # fmt: skip
        if n["commitments"]:
            yield _("Commitments: kept in this time: %(kept)d, overdue: %(late)d.") % {
                "kept": n["commitments-kept"], "late": n["commitments-late"],
            }  # fmt: skip

    # --- listening
    def listening(self) -> Section:
        blocks: list[Block | None] = [self.facts("dialogues", "dialogues-closed", always=2)]
        found = self.rows("dialogues") if self.numbers["dialogues"] else []
        for one in heard(found[:MOST]) if found else ():
            blocks += self.one_dialogue(one)
        left = len(found) - MOST
        if left > 0:
            blocks.append(self.short([], "dialogues", left))
        languages = self.languages(found)
        if languages:
            blocks.append(Facts((Fact(_("Languages of these dialogues"), languages),)))
        return Section(_("Listening"), self.or_missing(blocks, there=bool(found)), "listening")

    def one_dialogue(self, one: Heard) -> list[Block]:
        dialogue = one.dialogue
        address = reverse("dialogue:map", kwargs={"code": dialogue.code})
        blocks: list[Block] = [Heading(titled(dialogue))]
        rows = [Fact(_("Where it stands"), linked(dialogue, str(dialogue.get_state_display())))]
        if dialogue.closes:
            clock = clock_of(self.scope.place)
            rows.append(Fact(_("Until"), day(timezone.localtime(dialogue.closes, clock).date())))
        if not one.has_map:
            rows.append(Fact(_("Who took part"), _("No result is released yet.")))
        else:
            people = self.people(one.people, one.k)
            rows.append(Fact(_("Who took part"), Link(people, address), _("rounded to five")))
        blocks.append(Facts(tuple(rows)))
        if one.common_ground:
            lines: list[Cell] = [
                Link(Text(said.text, said.language), f"{address}#common-ground")
                for said in one.common_ground
            ]
            blocks.append(Paragraph(_("What all groups agree on:")))
            blocks.append(Points(tuple(lines)))
        return blocks

    def people(self, number: int | None, k: int) -> str:
        told = words(here()).count(number, k)
        return told if number is None else _("about %(people)s people") % {"people": told}

    def languages(self, things: Iterable[Any]) -> str:
        names = dict(settings.CONTENT_LANGUAGES)
        codes = dict.fromkeys(code for thing in things for code in thing.languages)
        return ", ".join(str(names.get(code, code)) for code in codes)

    # --- money and panels
    def shared_money(self) -> Section:
        rows: list[tuple[Cell, ...]] = []
        shown = self.some("budgets")
        for one in shared_out(shown) if shown else ():
            budget = one.budget
            result = reverse("budget:outcome", kwargs={"code": budget.code})
            given = _("Not counted yet.")
            if one.has_result:
                given = ngettext(
                    "%(money)s for %(n)d project", "%(money)s for %(n)d projects", one.projects
                ) % {"money": money(one.cost, budget.currency), "n": one.projects}
            voted = self.people(one.people, one.k) if one.has_result else "–"
            rows.append(
                (
                    linked(budget),
                    money(budget.envelope, budget.currency),
                    Link(given, result) if one.has_result else given,
                    Link(voted, result) if one.has_result else voted,
                )
            )
        table = Table(
            _("Money that residents shared out"),
            (_("Budget"), _("Money"), _("What was given"), _("Who voted")),
            tuple(rows),
            widths=(3, 2, 3, 2),
        )
        blocks: list[Block | None] = [
            self.facts("budgets", "budgets-counted", always=1),
            table,
        ]
        left = self.numbers["budgets"] - len(shown)
        if left > 0:
            blocks.append(self.short([], "budgets", left))
        return Section(_("Money shared out"), self.or_missing(blocks, there=bool(shown)), "money")

    def panels(self) -> Section:
        there = bool(self.numbers["panels"] or self.numbers["panels-seated"])
        items: list[Cell] = []
        for panel in self.some("panels"):
            seats = ngettext("%(n)d seat", "%(n)d seats", panel.size) % {"n": panel.size}
            stage = {
                "seated": _("the seats are taken"),
                "erased": _("the seats are taken"),
                "frozen": _("the list is closed, the draw follows or is made"),
                "registering": _("residents can register"),
                "soon": _("begins soon"),
                "over": _("registration is over"),
            }.get(panel.stage, "")
            told = titled(panel)
            items.append(
                linked(
                    panel,
                    Text(f"{told.text} ({', '.join(filter(None, [seats, stage]))})", told.language),
                )
            )
        blocks = [
            self.facts("panels", "panels-seated", always=1),
            self.short(items, "panels", self.numbers["panels"]) if items else None,
        ]
        return Section(_("Panels drawn by lot"), self.or_missing(blocks, there=there), "panels")

    # --- the plan
    def plan(self) -> Section:
        n = self.numbers
        found = list(
            plans.plans(self.scope.viewer, self.scope.place.slug).filter(
                decided_on__lte=self.scope.until, ends__gte=self.scope.first
            ).exclude(state=PlanState.DRAFT)[:MOST]
        )  # fmt: skip
        if not found and not n["actions"]:
            return Section(_("The plan"), (Paragraph(self.missing()),), "plan")
        blocks: list[Block] = []
        if found:
            blocks.append(Points(tuple(linked(one) for one in found)))
        if not n["actions"]:
            return Section(
                _("The plan"), (*blocks, Paragraph(_("No action is noted in it."))), "plan"
            )
        names = (
            "actions-done", "actions-running", "actions-late", "actions-planned", "actions-paused",
            "actions-dropped",
        )  # fmt: skip
        blocks.append(self.bars(_("Actions of the plan"), names))
        blocks.append(self.by_level())
        blocks.append(self.by_whom())
        if n["actions-done"]:
            done = [linked(one) for one in self.some("actions-done")]
            blocks += [
                Heading(_("Done in this time")),
                self.short(done, "actions-done", n["actions-done"]),
            ]
        return Section(_("The plan"), tuple(blocks), "plan")

    def bars(self, caption: str, names: Iterable[str]) -> Bars:
        return Bars(
            caption,
            tuple(
                Bar(
                    self.label(name),
                    float(self.numbers[name]),
                    str(self.number(name).text),
                    self.address(name),
                )
                for name in names
            ),
            heads=(_("How far"), _("How many")),
        )

    def by_level(self) -> Table:
        """Done, under way and late by prevention level, in the taxonomy's order."""
        figures = ("actions-done", "actions-running", "actions-late", "actions")
        told = {name: self.numbers.by("level", name) for name in figures}
        taxonomy = library().taxonomy
        codes = [*taxonomy.codes("prevention_levels")]
        codes += sorted(set(told["actions"]) - set(codes))
        rows = tuple(
            (
                taxonomy.label("prevention_levels", code, here()) if code else _("Not said"),
                *(
                    self.linked_number(told[name][code], name, level=code)
                    if code
                    else str(told[name][code])
                    for name in figures
                ),
            )
            for code in codes
            if told["actions"][code]
        )
        heads = (_("Level"), _("Done"), _("Under way"), _("Late"), _("All"))
        return Table(_("By prevention level"), heads, rows, (1, 2, 3, 4), (4, 1, 1, 1, 1))

    def by_whom(self) -> Table:
        """By who does it, in the order of names: nobody is first. Names as the reader may know them (R13)."""
        figures = ("actions-done", "actions-running", "actions-late", "actions")
        told = {name: self.numbers.by("owner", name) for name in figures}
        ids = [pk for pk in told["actions"] if pk is not None and told["actions"][pk]]
        owners = Organisation.objects.seen_by(SYSTEM).filter(pk__in=ids)
        called = named(self.scope.viewer, owners)
        known = set(
            Organisation.objects.seen_by(self.scope.viewer)
            .filter(pk__in=ids)
            .values_list("pk", flat=True)
        )
        groups: dict[tuple[str, int], Counter[str]] = {}
        for pk in ids:
            group = groups.setdefault((called[pk], pk if pk in known else 0), Counter())
            group.update({name: told[name][pk] for name in figures})
        in_order = sorted(groups.items(), key=lambda item: (item[0][0].casefold(), item[0][1]))
        rows: list[tuple[Cell, ...]] = [
            (
                name,
                *(
                    self.linked_number(numbers[figure], figure, **({"owner": pk} if pk else {}))
                    for figure in figures
                ),
            )
            for (name, pk), numbers in in_order[:WHO]
        ]
        left = len(in_order) - WHO
        if left > 0:
            more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}
            rows.append((Link(more, self.address("actions")), "", "", "", ""))
        if told["actions"][None]:
            rows.append((_("Nobody yet"), *(str(told[name][None]) for name in figures)))
        heads = (_("Who does it"), _("Done"), _("Under way"), _("Late"), _("All"))
        return Table(_("By whom"), heads, tuple(rows), (1, 2, 3, 4), (4, 1, 1, 1, 1))

    # --- indicators
    def indicators(self) -> list[Section]:
        scope = self.scope
        found = [
            shown(one)
            for one in indicators.indicators(scope.viewer)
            .filter(
                plan__place=scope.place,
                plan__decided_on__lte=scope.until,
                plan__ends__gte=scope.first,
            )
            .exclude(plan__state=PlanState.DRAFT)
            .order_by("plan", "number")
        ]
        told = [
            replace(one, readings=tuple(r for r in one.readings if r.day <= scope.until))
            for one in found
        ]
        blocks: list[Block] = []
        for one in [one for one in told if one.all][:CHARTS]:
            blocks += self.one_indicator(one)
        rest = [one for one in told if one.all][CHARTS:]
        if rest:
            rows = tuple(
                (
                    linked(one.indicator),
                    Link(one.all[-1].words, one.indicator.get_absolute_url()),
                    one.target or "–",
                )
                for one in rest
            )
            heads = (_("Indicator"), _("Newest figure"), _("Target"))
            blocks.append(Table(_("Further indicators"), heads, rows, (1, 2), (4, 2, 2)))
        silent: list[Cell] = [linked(one.indicator) for one in told if not one.all]
        if silent:
            blocks.append(Paragraph(_("Of these nobody has noted a figure yet:")))
            blocks.append(self.short(silent))
        if not told:
            blocks.append(Paragraph(self.missing()))
        return [Section(_("Indicators"), tuple(blocks), "indicators")]

    def one_indicator(self, told: Any) -> list[Block]:
        drawn: Line = line(told, href=told.indicator.get_absolute_url())
        last = told.last
        blocks: list[Block] = [Heading(titled(told.indicator)), drawn]
        if last is None or last.day < self.scope.first:
            blocks.append(Paragraph(_("No figure was noted in this time.")))
        return blocks

    # --- bodies, meetings, workshops
    def bodies_and_meetings(self) -> Section:
        names = (
            "meetings-held",
            "meetings-cancelled",
            "meetings-unmarked",
            "decisions",
            "decisions-done",
        )
        there = bool(self.bodies) or any(self.numbers[name] for name in names)
        rows = tuple((linked(one.body), one.line) for one in self.bodies[:WHO])
        table = Table(_("How they worked"), (_("Body"), _("In this time")), rows, widths=(2, 3))
        always = 1 if self.numbers["meetings-held"] or self.scope.sees_all else 0
        blocks = [self.facts(*names, always=always), table if rows else None]
        return Section(_("Bodies and meetings"), self.or_missing(blocks, there=there), "bodies")

    def workshops(self) -> Section:
        number = self.numbers["workshops"]
        blocks: list[Block | None] = []
        if number:
            found = self.all_of("workshops")
            assert isinstance(found, QuerySet)
            rows = list(workshop_queries.with_numbers(self.scope.viewer, found)[:MOST])
            people = came(rows)
            blocks = [self.facts("workshops", "workshops-cancelled", always=1)]
            for one in rows:
                blocks += self.one_workshop(one, people)
            if number > MOST:
                blocks.append(self.short([], "workshops", number - MOST))
        elif self.numbers["workshops-cancelled"]:
            blocks = [self.facts("workshops-cancelled", always=1)]
        return Section(_("Workshops"), self.or_missing(blocks, there=bool(blocks)), "workshops")

    def one_workshop(self, one: Any, people: dict[int, Any]) -> list[Block]:
        address = one.get_absolute_url()
        rows = [Fact(_("Days"), day(one.begins) if one.begins == one.ends else _(
            "%(first)s to %(last)s") % {"first": day(one.begins), "last": day(one.ends)})]  # fmt: skip
        came_there = people.get(one.pk)
        if came_there is not None:
            told = self.people(came_there.total, came_there.k)
            rows.append(Fact(_("Who came"), Link(told, address), _("rounded to five")))
        elif one.state != WorkshopState.REPORTED:
            rows.append(Fact(_("Who came"), _("Told when its report is out.")))
        rows.append(Fact(_("Takeaways"), Link(str(one.takeaway_number), f"{address}#takeaways")))
        rows.append(
            Fact(
                _("Commitments born of them"),
                Link(str(one.commitment_number), f"{address}#takeaways"),
            )
        )
        return [Heading(titled(one)), Facts(tuple(rows))]

    # --- commitments and requests
    def promises(self) -> Section:
        n = self.numbers
        names = ("commitments-kept", "commitments-open", "commitments-late", "commitments-dropped")
        blocks: list[Block | None] = []
        if n["commitments"]:
            blocks = [
                self.bars(_("What was promised, and how far it is"), names),
                self.facts("commitments-due"),
            ]
            if n["commitments-kept"]:
                kept = [linked(one) for one in self.some("commitments-kept")]
                blocks += [
                    Heading(_("Kept in this time")),
                    self.short(kept, "commitments-kept", n["commitments-kept"]),
                ]
        return Section(
            _("Commitments"), self.or_missing(blocks, there=bool(n["commitments"])), "commitments"
        )

    def between_levels(self) -> Section:
        """Both sides of a request see it, and nobody else: then that is said, and no figure."""
        asked = ("requests-sent", "requests-answered", "requests-waiting", "requests-late")
        was_asked = ("asked-of-us", "answered-by-us", "waiting-for-us")
        there = any(self.numbers[name] for name in (*asked, *was_asked))
        title = _("Requests between places")
        if not self.scope.sees_all and not there:
            told = _("Requests between places are seen by their two sides alone.")
            return Section(title, (Paragraph(told),), "requests")
        blocks: list[Block | None] = [
            self.facts(*asked, always=3 if any(self.numbers[name] for name in asked) else 0),
            self.facts(
                *was_asked, always=3 if any(self.numbers[name] for name in was_asked) else 0
            ),
        ]
        blocks.append(self.answers())
        return Section(title, self.or_missing(blocks, there=there), "requests")

    def answers(self) -> Table | None:
        """How long answers took, by what was asked: days of offices, never of people."""
        found: dict[str, list[int]] = {}
        answered = self.rows("requests-answered") if self.numbers["requests-answered"] else []
        for one in answered:
            found.setdefault(one.kind, []).append(max((one.answered_on - one.sent_on).days, 1))
        if not found:
            return None
        rows = tuple(
            (
                str(kind.label),
                self.linked_number(len(found[kind.value]), "requests-answered"),
                ngettext("%(n)d day", "%(n)d days", median_high(found[kind.value]))
                % {"n": median_high(found[kind.value])},
            )
            for kind in RequestKind
            if kind.value in found
        )
        heads = (_("What we asked for"), _("Answered"), _("Half of the answers came within"))
        return Table(_("How long answers took"), heads, rows, (1, 2), (3, 1, 2))

    # --- the calendar
    def calendar(self) -> Section:
        scope = self.scope
        found = calendar.between(scope.viewer, scope.first, scope.until, place=scope.place.slug)
        lines: dict[int, list[Preparation]] = {}
        if found:
            prepared = Preparation.objects.seen_by(scope.viewer).filter(
                day__in={one.day.pk for one in found}
            )
            for row in prepared:
                lines.setdefault(row.day_id, []).append(row)
        rows: list[tuple[Cell, ...]] = []
        for one in found[:WHO]:
            of_day = lines.get(one.day.pk, [])
            since = before(one.day, one.when)
            done = sum(
                row.done_on is not None and since < row.done_on <= one.when.ends for row in of_day
            )
            told = (
                _("%(done)d of %(n)d done") % {"done": done, "n": len(of_day)}
                if of_day
                else _("No list was made.")
            )
            rows.append(
                (linked(one.day), day(one.when.begins), Link(told, one.day.get_absolute_url()))
            )
        heads = (_("Day"), _("On"), _("What was prepared"))
        blocks: list[Block | None] = [
            Table(_("Days of all communities"), heads, tuple(rows), widths=(3, 2, 2))
        ]
        if len(found) > WHO:
            left = len(found) - WHO
            address = f"{reverse('coordination:calendar')}?place={scope.place.slug}"
            blocks.append(Paragraph(Link(ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}, address)))  # fmt: skip
        return Section(_("The calendar"), self.or_missing(blocks, there=bool(found)), "calendar")

    # --- learning
    def learning(self) -> Section:
        names = ("practices", "adoptions", "adoptions-ended", "lessons")
        there = any(self.numbers[name] for name in names)
        blocks: list[Block | None] = [self.facts(*names)]
        for name in names:
            items = [
                Link(self.adopted(one), one.get_absolute_url())
                if name.startswith("adoptions")
                else linked(one)
                for one in self.some(name)
            ]
            if items:
                blocks += [Heading(self.label(name)), self.short(items, name, self.numbers[name])]
        return Section(_("Learning"), self.or_missing(blocks, there=there), "learning")

    def adopted(self, one: Any) -> Text | str:
        """Which practice was taken up, and what came of it: failures too."""
        told = Text(one.practice.title, one.practice.language) if one.practice_shown else None
        came_of = "" if one.outcome == Outcome.OPEN else str(one.get_outcome_display())
        name = told.text if told else _("A practice that is not shown any more")
        language = told.language if told else ""
        return Text(f"{name} · {came_of}" if came_of else name, language)

    # --- what was hard, what comes
    def hard(self) -> Section:
        """What did not go well, said as plainly as what did."""
        blocks: list[Block] = []
        for name in (
            "actions-late", "actions-dropped", "commitments-late", "commitments-dropped",
            "requests-late", "late-by-us", "meetings-cancelled", "meetings-unmarked",
            "workshops-cancelled", "decisions-without", "adoptions-failed",
        ):  # fmt: skip
            if name == "decisions-without" and not self.scope.sees_all:
                continue  # somebody may have promised what this reader does not see
            number = self.numbers[name]
            if not number:
                continue
            words_of_it = Link(f"{self.label(name)}: {number}", self.address(name))
            blocks.append(Paragraph(words_of_it))
            items = [
                Link(self.adopted(one), one.get_absolute_url())
                if name == "adoptions-failed"
                else self.late(one)
                for one in self.some(name)
            ]
            blocks.append(self.short(items, name, number))
        behind: list[Cell] = [linked(one.body) for one in self.bodies if one.fell_behind]
        if behind:
            blocks.append(Paragraph(_("Bodies that met less often than their rhythm asks for:")))
            blocks.append(self.short(behind))
        if not blocks:
            told = (
                _("Nothing is late, dropped or did not work, as far as it is noted.")
                if self.scope.sees_all
                else _("Nothing that is late, dropped or did not work is shown to you.")
            )
            blocks.append(Paragraph(told))
        return Section(_("What was hard"), tuple(blocks), "hard")

    def late(self, one: Any) -> Cell:
        """Its name, and the day on which it was due."""
        due = (
            getattr(one, "due", None) or getattr(one, "reply_by", None) or getattr(one, "on", None)
        )
        if getattr(one, "meeting", None) is not None:
            return linked(one.meeting, titled(one))
        told = titled(one)
        return linked(one, Text(f"{told.text} · {day(due)}", told.language) if due else told)

    def next(self) -> Section:
        scope = self.scope
        after = scope.period.after
        blocks: list[Block] = []
        for name in ("next-actions", "next-commitments", "next-meetings", "next-workshops"):
            items = [self.late(one) for one in self.some(name)]
            if items:
                blocks += [Heading(self.label(name)), self.short(items, name, self.numbers[name])]
        ahead = calendar.between(scope.viewer, after.first, after.last, place=scope.place.slug)
        if ahead:
            days: list[Cell] = [
                linked(one.day, Text(f"{one.day.title} · {day(one.when.begins)}", one.day.language))
                for one in ahead
            ]
            blocks += [Heading(_("Days of the calendar")), self.short(days)]
        if not blocks:
            blocks.append(Paragraph(self.missing()))
        title = _("What comes next: %(period)s") % {"period": after.words}
        return Section(title, tuple(blocks), "next")

    def how(self) -> Section:
        scope = self.scope
        told: list[Cell] = [
            _("Every figure leads to the page that lists what was counted. Who may see less counts less."),
            _("How things stood at the end of this time is read from the days that were noted with them."),
            _(
                "Figures about people are never told for a time, never below ten (on tense issues twenty), "
                "and are rounded to five: nobody can be found by taking one report from another."
            ),
            _("What nobody has noted is missing here, and is not the same as nothing."),
        ]  # fmt: skip
        clock = clock_of(scope.place)
        told.append(
            _("Days are those of the clock in %(place)s (%(clock)s).")
            % {"place": scope.place.local_name, "clock": clock.key}
        )
        return Section(_("How this was counted"), (Points(tuple(told)),), "how")
