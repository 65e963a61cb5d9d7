"""What each room gives for the pack: files with their titles, within what the office may see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from baithak.budget import analysis as budget_analysis
from baithak.budget import queries as budgets
from baithak.coordination.files import commitments as commitment_files
from baithak.coordination.files import whole as coordination_files
from baithak.coordination.first_hour_paper import first_hour_paper
from baithak.coordination.minutes import minutes
from baithak.coordination.queries import commitments, first_hour, meetings, statements, workshops
from baithak.coordination.reports.event import event_report
from baithak.coordination.statement_paper import statement_paper
from baithak.dialogue import analysis as dialogue_analysis
from baithak.dialogue import queries as dialogues
from baithak.exchange.exporting import exported
from baithak.exchange.queries import practices
from baithak.exchange.records import library
from baithak.home import mayor
from baithak.journal import queries as journal
from baithak.journal import services as journal_services
from baithak.journal import words
from baithak.network import queries as network
from baithak.network.letters import site
from baithak.network.models import Place
from baithak.network.scope import Viewer
from baithak.panel import queries as panels
from baithak.plan.files import actions_table
from baithak.plan.files import whole as plan_files
from baithak.plan.papers import plan_paper
from baithak.plan.queries import mandate as mandates
from baithak.plan.queries import plans
from baithak.plan.queries.files import parts as plan_parts
from baithak.report.paper import Paper, Paragraph, Section, Table, Text
from baithak.report.paper_html import page
from baithak.report.paper_pdf import paper_pdf
from baithak.report.tables import csv_text

__all__ = ["PARTS", "File"]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the pack. One with a title is linked on the first page, under its section."""

    path: str
    content: bytes
    title: str = ""
    section: str = ""


Part = Callable[[Place, Viewer, str], Iterable[File]]


def _paper(path: str, paper: Paper, title: str, section: str) -> Iterable[File]:
    """A paper twice: a page that is linked, and beside it a sheet to print."""
    yield File(f"{path}.html", page(paper).encode(), title, section)
    yield File(f"{path}.pdf", paper_pdf(paper).content, f"{title} (PDF)", section)


def _mayor(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """The one page that a new leader reads first."""
    if place.kind == "city":
        address = site() + reverse("home:mayor", kwargs={"place": place.slug})
        sheet = mayor.paper(mayor.page(viewer, place), source=address)
        yield from _paper("mayor", sheet, _("The page for the mayor"), _("Where we stand"))


def _mandate(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """What the law lets the place do, who leads, what others hold."""
    sheet = mandates.kept(viewer, place=place.slug)
    if sheet is None:
        return
    rows = tuple(
        (Text(task.title, task.language), str(task.get_holder_display()),
         Text(task.text("legal_basis"), task.language))
        for task in mandates.tasks(viewer, sheet)
    )  # fmt: skip
    told = [
        Section(label, (Paragraph(Text(sheet.text(name), sheet.language)),))
        for name, label in (
            ("summary", _("What we may do")),
            ("decision", _("The decision to start")),
            ("lead_office", _("Who leads")),
            ("deputy_office", _("Who stands in")),
            ("across_parties", _("Agreed across parties")),
            ("budget_line", _("Line in the budget")),
            ("reserved", _("What is with others")),
        )
        if sheet.text(name)
    ]
    if rows:
        head = (_("Task"), _("Who may do it"), _("By which law"))
        told.append(Section(_("Mandate map"), (Table("", head, rows),)))
    paper = Paper(
        title=_("Mandate of %(place)s") % {"place": place.local_name},
        language=language,
        marks=_marks(place),
        sections=tuple(told),
        source=site() + sheet.get_absolute_url(),
        made=_today(),
    )
    yield from _paper("mandate", paper, _("Mandate sheet"), _("Where we stand"))


def _plans(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Each plan on a page and as tables; all of them whole, to be read into another hub."""
    section = _("What is planned, and how far it is")
    for plan in plans.plans(viewer, place.slug):
        parts = plan_parts(viewer, plan)
        paper = plan_paper(
            parts, list(plans.objectives(viewer, plan)), language=language, site=site()
        )
        yield from _paper(f"plans/{plan.code}", paper, plan.title, section)
        table = actions_table.table("xlsx", parts.actions, parts.indicators)
        yield File(f"plans/{plan.code}.xlsx", table, f"{plan.title} (XLSX)", section)
    whole = plan_files.whole_told(place, of_people=False)
    yield File("data/plan.json", whole, _("Mandate, reviews and plans, whole (JSON)"), section)


def _coordination(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Minutes, promises, reports of workshops, the first hour; all of it whole."""
    section, to_do = _("Who meets, and what was decided"), _("What was promised")
    for meeting in meetings.meetings(viewer, place.slug):
        if meeting.state == "held":
            title = f"{date_format(meeting.on, 'j M Y')}: {meeting.title}"
            paper = minutes(viewer, meeting, language, url=site() + meeting.get_absolute_url())
            yield File(f"meetings/{meeting.pk}.html", page(paper).encode(), title, section)
    for workshop in workshops.workshops(viewer, place.slug):
        if workshop.state == "reported":
            address = reverse("coordination:event_report", kwargs={"workshop": workshop.pk})
            paper = event_report(viewer, workshop, source=site() + address)
            yield from _paper(f"workshops/{workshop.pk}", paper, workshop.title, section)
    promised = commitments.of_place(viewer, place)
    table = commitment_files.commitments_table("csv", promised)
    yield File("data/commitments.csv", table, _("Commitments (CSV)"), to_do)
    for statement in statements.statements(viewer, place.slug):
        paper = statement_paper(
            statement, (), language=language, languages=statement.languages,
            source=site() + statement.get_absolute_url(), made=_today(),
        )  # fmt: skip
        yield from _paper(
            f"first-hour/statement-{statement.pk}", paper, statement.title, _("The first hour")
        )
    card = first_hour.card(viewer, place=place.slug)
    if card is not None and card.pk:
        # Without the numbers: who was asked for this team has not agreed to be called by another one.
        paper = first_hour_paper(
            card, (), language=language, source=site() + card.get_absolute_url(), made=_today()
        )
        yield from _paper("first-hour/card", paper, _("First-hour card"), _("The first hour"))
    whole = coordination_files.whole_told(viewer, place)
    yield File("data/coordination.json", whole, _("Coordination, whole (JSON)"), to_do)


def _marks(place: Place) -> tuple[str, ...]:
    return (_("Example"),) if place.example else ()


def _today() -> str:
    return str(date_format(timezone.localdate()))


def _organisations(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Who works together: organisations, never persons."""
    rows = [
        (one.name, " ".join(one.types), one.level) for one in network.organisations(viewer, place)
    ]
    table = csv_text(("organisation", "types", "level"), rows)
    yield File(
        "data/organisations.csv", table.encode(), _("Organisations (CSV)"), _("Who works together")
    )


def _dialogues(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Reports of dialogues with a released map, as everybody who may see them gets them."""
    section = _("What residents said")
    for dialogue in dialogues.dialogues(viewer, place.slug):
        for kind in ("html", "pdf", "csv"):
            made = dialogue_analysis.report(dialogue, kind)
            if made is not None:
                ending = "zip" if "zip" in made.content_type else kind
                title = f"{dialogue.title} ({ending.upper()})"
                yield File(f"dialogues/{dialogue.code}.{ending}", made.body, title, section)


def _budgets(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Counted budgets: treated figures, and what is needed to check them."""
    for budget in budgets.budgets(viewer, place.slug):
        told = budget_analysis.result_file(budget)
        if told is not None:
            yield File(
                f"budgets/{budget.code}.json",
                told.encode(),
                f"{budget.title} (JSON)",
                _("How money was shared out"),
            )


def _panels(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Public draws: what anybody verifies them with; registrants are not in it."""
    for panel in panels.panels(viewer, place.slug):
        draw = panels.newest_draw(panel.pk)
        if draw is not None and draw.commitment and draw.state == "drawn":
            told = json.dumps(json.loads(draw.commitment), ensure_ascii=False, indent=1)
            yield File(
                f"panels/{panel.code}-draw-{draw.number}.json",
                told.encode(),
                f"{panel.title} (JSON)",
                _("Panels that were drawn"),
            )


def _practices(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """The place's own practices, as the exchange gives them out."""
    own = list(practices.practices(viewer).filter(place=place, origin=""))
    if own:
        yield File(
            "practices/practices.yaml",
            exported("yaml", [one.record for one in own], library().taxonomy, library().cities),
            _("Practices of our own (YAML)"),
            _("What we learnt and share"),
        )


def _journal(place: Place, viewer: Viewer, language: str) -> Iterable[File]:
    """Who did what, in which role: readable, and as a chain that anybody can check."""
    section = _("Who did what")
    found = journal.journal_of(viewer, place=place.slug)
    if found is None:
        return
    rows = ((line.at, words.tell(line).sentence, line.thing, line.by) for line in found.lines)
    table = csv_text(("at", "sentence", "thing", "by"), rows)
    yield File("journal/journal.csv", table.encode(), _("Journal of the place (CSV)"), section)
    chain = "".join(journal_services.as_json_lines(place.slug))
    yield File("journal/chain.jsonl", chain.encode(), _("The chain to check (JSON lines)"), section)


#: In the order of the first page.
PARTS: tuple[Part, ...] = (
    _mayor,
    _mandate,
    _plans,
    _coordination,
    _dialogues,
    _budgets,
    _panels,
    _organisations,
    _practices,
    _journal,
)
