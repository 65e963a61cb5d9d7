"""A plan on one page: what it wants, who does what by when, how it goes; to print and to hand over."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from baithak.exchange.records import LANGUAGES
from baithak.network.models import Worded
from baithak.plan.models import Action, ActionState, Indicator, Objective, Plan
from baithak.plan.queries.files import Parts
from baithak.plan.shown import shown
from baithak.report.paper import Cell, Fact, Lead, Link, Paper, Paragraph, Section, Table, Text
from baithak.report.paper_docx import paper_docx
from baithak.report.paper_pdf import paper_pdf

__all__ = ["PAPERS", "made", "plan_paper"]

PAPERS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
#: So many actions fit on one sheet that can still be read; the rest is named by number and address.
MOST = 24


def made(
    parts: Parts, objectives: list[Objective], kind: str, language: str, *, site: str
) -> bytes:
    """The file, in one of the eight languages. ``site`` is the address of this hub."""
    with override(language):
        paper = plan_paper(parts, objectives, language=language, site=site)
    return paper_pdf(paper).content if kind == "pdf" else paper_docx(paper)


def plan_paper(parts: Parts, objectives: list[Objective], *, language: str, site: str) -> Paper:
    """The plan as a paper. Texts that are not told in this language stand in their own.

    Call it under ``translation.override(language)``.
    """
    plan = parts.plan
    words = _Words(language, parts, site)
    marks = [_("Draft")] if plan.is_draft else []
    marks += [_("Example")] if plan.place.example else []
    span = _("%(first)s to %(last)s") % {"first": _day(plan.begins), "last": _day(plan.ends)}
    return Paper(
        title=words.text(plan, "title"),
        language=language,
        kind=_("Plan on a page"),
        subtitle=Text(plan.place.local_name),
        marks=tuple(marks),
        facts=words.facts(plan, span),
        sections=tuple(_sections(words, parts, objectives)),
        source=site + plan.get_absolute_url(),
        made=date_format(timezone.localdate(), "j F Y"),
        compact=True,
    )


def _day(day: date) -> str:
    return str(date_format(day, "j M Y"))


def _sections(words: _Words, parts: Parts, objectives: list[Objective]) -> list[Section]:
    plan = parts.plan
    found = []
    if words.told(plan, "vision"):
        found.append(Section(_("Vision"), (Lead(words.text(plan, "vision")),)))
    if objectives:
        rows = tuple((str(one.number), words.text(one, "title")) for one in objectives)
        two = (_("No."), _("What should be different"))
        found.append(Section(_("Objectives"), (Table("", two, rows, widths=(1, 12)),)))
    actions = [one for one in parts.actions if one.state != ActionState.DROPPED]
    head = (_("What is done"), _("Who does it"), _("Done by"), _("State"))
    table = Table(
        "",
        head,
        tuple(words.action(one) for one in actions[:MOST]),
        widths=(6, 4, 2, 2),
        empty=_("No action yet."),
    )
    blocks: list[Table | Paragraph] = [table]
    if len(actions) > MOST:
        more = _("%(n)d further actions stand on the living page.") % {"n": len(actions) - MOST}
        blocks.append(Paragraph(more))
    found.append(Section(_("Who does what by when"), tuple(blocks)))
    if parts.indicators:
        rows_read = tuple(words.indicator(one) for one in parts.indicators)
        three = (_("What is read"), _("Where it is"), _("Where it should go"))
        table = Table("", three, rows_read, widths=(6, 3, 3))
        found.append(Section(_("How we know whether it helps"), (table,)))
    if words.told(plan, "after_an_incident"):
        text = words.text(plan, "after_an_incident")
        found.append(Section(_("When something happens"), (Paragraph(text),)))
    return found


class _Words:
    """Texts of the plan in the paper's language where they are told in it."""

    def __init__(self, language: str, parts: Parts, site: str) -> None:
        self.language, self.parts, self.site = language, parts, site

    def told(self, thing: Worded, name: str) -> bool:
        return any(told.get(name) for told in thing.texts.values())

    def text(self, thing: Worded, name: str) -> Text:
        for code in dict.fromkeys((self.language, *thing.languages)):
            text = thing.texts.get(code, {}).get(name)
            if text:
                return Text(str(text), code if code in LANGUAGES else "")
        return Text("")

    def facts(self, plan: Plan, span: str) -> tuple[Fact, ...]:
        counted = len(self.parts.actions)
        done = sum(one.state == ActionState.DONE for one in self.parts.actions)
        late = sum(one.is_overdue for one in self.parts.actions)
        found = [
            Fact(_("From and until"), span),
            Fact(_("State"), str(plan.get_state_display())),
            Fact(
                _("Actions done"),
                Link(
                    _("%(done)d of %(all)d") % {"done": done, "all": counted},
                    self.site + plan.get_absolute_url(),
                ),
                _("%(n)d overdue") % {"n": late} if late else "",
            ),
        ]
        if self.told(plan, "decided_by") and plan.decided_on:
            found.append(
                Fact(_("Decided by"), self.text(plan, "decided_by"), _day(plan.decided_on))
            )
        return tuple(found)

    def action(self, action: Action) -> tuple[Cell, ...]:
        who = self.parts.names.get(action.owner_id or 0, "") or _("Not clear yet")
        state = str(action.get_state_display())
        if action.is_overdue:
            state = _("%(state)s, overdue") % {"state": state}
        if action.added_later:
            state = f"{state} · {_('Added after the decision')}"
        return (
            Link(self.text(action, "title"), self.site + action.get_absolute_url()),
            Text(who),
            _day(action.due) if action.due else _("No day yet"),
            state,
        )

    def indicator(self, indicator: Indicator) -> tuple[Cell, ...]:
        told = shown(indicator)
        one = indicator
        last = told.last or told.baseline
        now = f"{last.words} ({_day(last.day)})" if last else _("No reading yet")
        aim = (
            f"{told.target} ({_day(one.target_on)})"
            if told.target and one.target_on
            else _("No target set")
        )
        unit = self.text(one, "unit")
        title = self.text(one, "title")
        both = Text(f"{title.text} ({unit.text})" if unit.text else title.text, title.language)
        return (Link(both, self.site + one.get_absolute_url()), now, aim)
