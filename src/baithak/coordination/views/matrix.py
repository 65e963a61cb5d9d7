"""Who does what at a place: a table to see gaps in, lists behind its figures, files to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from baithak.coordination import who_does_what as counting
from baithak.coordination.forms.matrix import asked
from baithak.coordination.limits import SHEETS
from baithak.coordination.matrix_files import KINDS, csv_file, xlsx_file
from baithak.coordination.queries import matrix as queries
from baithak.coordination.who_does_what import NOTHING, OTHERS, Asked, Fact, Gaps, Matrix, Office
from baithak.exchange.records import library
from baithak.network.limits import too_often
from baithak.network.models import OrganisationType, Place
from baithak.network.queries import place_of_members
from baithak.network.scope import Viewer
from baithak.plan.models import ActionState, Objective, Plan
from baithak.web.files import POLICY
from baithak.web.gate import gate

__all__ = ["file", "page"]

ROWS = 25


@dataclass
class _Told:
    """Everything that is known for one page, asked once."""

    viewer: Viewer
    place: Place
    told: Any

    def __post_init__(self) -> None:
        self.plans: list[Plan] = list(queries.plans(self.viewer, self.place))
        self.asked: Asked = asked(self.told, self.plans)
        self.offices: list[Office] = queries.offices(self.viewer, self.place)
        self.facts: list[Fact] = queries.facts(self.viewer, self.plans)
        self.pairs = queries.partnerships(self.viewer, self.plans)
        self.objectives: list[Objective] = list(queries.objectives(self.viewer, self.plans))
        self.language = (get_language() or "en").split("-")[0]

    @cached_property
    def of_type(self) -> list[Office]:
        """The organisations of the asked type."""
        return [one for one in self.offices if not self.asked.type or self.asked.type in one.types]

    @cached_property
    def found(self) -> list[Fact]:
        """The actions that are asked for."""
        joined = {action for action, office in self.pairs if office == self.asked.organisation}
        return counting.narrowed(
            self.facts, self.asked, of_type={one.pk for one in self.of_type}, joined=joined
        )

    @cached_property
    def matrix(self) -> Matrix:
        joins = queries.joining(self.pairs, {fact.action for fact in self.found})
        order = {
            "level": library().taxonomy.codes("admin_levels"),
            "prevention": library().taxonomy.codes("prevention_levels"),
            "state": tuple(ActionState.values),
            "objective": tuple(str(one.pk) for one in self.objectives),
        }.get(self.asked.by, ())
        return counting.matrix(self.found, self.of_type, joins, self.asked.by, order)

    @cached_property
    def gaps(self) -> Gaps:
        """Of the whole place, or of the plan that is asked for."""
        facts = [f for f in self.facts if not self.asked.plan or f.plan == self.asked.plan]
        kept = {fact.action for fact in facts if fact.state != "dropped"}
        taxonomy = library().taxonomy
        return counting.gaps(
            facts,
            self.offices,
            {office for action, office in self.pairs if action in kept},
            levels=taxonomy.codes("admin_levels"),
            preventions=taxonomy.codes("prevention_levels"),
            groups=taxonomy.codes("target_groups"),
            objectives=[
                one.pk
                for one in self.objectives
                if not self.asked.plan or one.plan_id == self.asked.plan
            ],
        )

    def label(self, kind: str, code: str) -> str:
        return library().taxonomy.label(kind, code, self.language)

    @cached_property
    def titles(self) -> dict[int, str]:
        return {one.pk: f"{one.number}. {one.title}" for one in self.objectives}

    def head(self, code: str) -> str:
        """What a column is called."""
        by = self.asked.by
        if code == OTHERS:
            return _("Others")
        if code == NOTHING:
            return _("Not said")
        if by in ("level", "prevention"):
            return self.label({"level": "admin_levels"}.get(by, "prevention_levels"), code)
        if by == "state":
            return str(ActionState(code).label)
        return self.titles.get(int(code), code) if by == "objective" else code


@gate("coordination.see_matrix", on=place_of_members)
@require_GET
def page(request: HttpRequest, place: Place) -> HttpResponse:
    """The table, or the actions or organisations behind one of its figures."""
    told = _Told(request.viewer, place, request.GET)  # type: ignore[attr-defined]
    words: dict[str, Any] = {
        "place": place,
        "asked": told.asked,
        "plans": told.plans,
        "plan": next((one for one in told.plans if one.pk == told.asked.plan), None),
        "choices": _choices(told),
        "bys": [(code, _BY[code]()) for code in counting.BY],
        "actions": len(told.found),
        "offices": len(told.offices),
        "office": next((o for o in told.offices if o.pk == told.asked.organisation), None),
        "objective": told.titles.get(told.asked.objective, ""),
    }
    if told.asked.wants_actions:
        paged = Paginator([fact.action for fact in told.found], ROWS).get_page(
            request.GET.get("page")
        )
        words |= {"page": paged, "listed": queries.actions(told.viewer, paged.object_list)}
    else:
        words |= _table(told, request.GET.get("page"))
    return render(request, "coordination/matrix.html", words)


def _table(told: _Told, number: str | None) -> dict[str, Any]:
    gaps, rows = told.gaps, told.matrix.rows
    if told.asked.gap == "idle":
        idle = set(gaps.idle)
        rows = tuple(row for row in rows if row.office and row.office.pk in idle)
    paged = Paginator(rows, ROWS).get_page(number)
    columns = [_Column(told.head(code), _address(told, code)) for code in told.matrix.columns]
    return {
        "page": paged,
        "rows": [(row, _types(row.office), list(zip(columns, row.cells, strict=True)))
                 for row in paged.object_list],
        "columns": columns,
        "whole": _address(told, None),
        "nobody": list(zip(columns, told.matrix.nobody.cells, strict=True)),
        "nobody_leads": told.matrix.nobody.leads,
        "totals": list(zip(columns, told.matrix.totals, strict=True)),
        "gaps": gaps,
        "gap_levels": [told.label("admin_levels", code) for code in gaps.levels],
        "gap_preventions": [told.label("prevention_levels", code) for code in gaps.preventions],
        "gap_groups": [told.label("target_groups", code) for code in gaps.groups],
        "gap_objectives": [one for one in told.objectives if one.pk in set(gaps.objectives)],
    }  # fmt: skip


@dataclass(frozen=True)
class _Column:
    """What it is called, and the address of its actions; none where it holds several codes."""

    label: str
    address: str


def _address(told: _Told, column: str | None) -> str:
    """What stands in the address of the actions of a column, or with ``None`` of all."""
    if column in (OTHERS, NOTHING):
        return ""
    kept = {name: value for name in _KEPT if (value := getattr(told.asked, name))}
    if told.asked.plan:
        kept["plan"] = next(one.code for one in told.plans if one.pk == told.asked.plan)
    if column is not None:
        kept[told.asked.by] = column
    return "?" + urlencode({"by": told.asked.by, "show": "actions", **kept})


#: What stays when somebody looks behind a figure.
_KEPT = ("level", "prevention", "area", "state", "type", "objective")


def _types(office: Office | None) -> str:
    codes = office.types if office else ()
    return ", ".join(
        str(OrganisationType(code).label) for code in codes if code in OrganisationType.values
    )


_BY = {
    "level": lambda: _("Level of administration"),
    "prevention": lambda: _("Prevention level"),
    "area": lambda: _("Area"),
    "objective": lambda: _("Objective"),
    "state": lambda: _("How far it is"),
}


def _choices(told: _Told) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Every way to narrow the page: name, label, what is chosen, and what there is."""
    taxonomy, here = library().taxonomy, told.asked
    areas = sorted({fact.area for fact in told.facts} - {""})
    types = {code for office in told.offices for code in office.types}
    plan = next((one.code for one in told.plans if one.pk == here.plan), "")
    return [
        ("plan", _("Plan"), plan, [(one.code, one.title) for one in told.plans]),
        ("level", _("Level of administration"), here.level, [
            (code, told.label("admin_levels", code)) for code in taxonomy.codes("admin_levels")]),
        ("prevention", _("Prevention level"), here.prevention, [
            (code, told.label("prevention_levels", code))
            for code in taxonomy.codes("prevention_levels")]),
        ("area", _("Area"), here.area, [(area, area) for area in areas]),
        ("state", _("How far it is"), here.state, [
            (code, str(label)) for code, label in ActionState.choices]),
        ("type", _("Type of organisation"), here.type, [
            (code, str(label)) for code, label in OrganisationType.choices if code in types]),
    ]  # fmt: skip


# --- files


def _of_kind(viewer: Viewer, *, place: str, kind: str) -> _Kind | None:
    here = place_of_members(viewer, place=place)
    return None if here is None or kind not in KINDS else _Kind(here, kind)


@dataclass(frozen=True)
class _Kind:
    """A place and the kind of file that is asked for."""

    place: Place
    kind: str


@gate("coordination.export", on=_of_kind)
@require_GET
def file(request: HttpRequest, of: _Kind) -> HttpResponse:
    """What is asked for, as a table to take along."""
    wait = SHEETS.wait(request)
    if wait:
        return too_often(request, wait)
    told = _Told(request.viewer, of.place, request.GET)  # type: ignore[attr-defined]
    wanted = {fact.action for fact in told.found}
    actions = [
        action
        for action in queries.readable(told.viewer)
        .filter(plan__in=[plan.pk for plan in told.plans])
        .order_by("plan", "number")
        if action.pk in wanted
    ]
    content = csv_file(actions) if of.kind == "csv" else xlsx_file(actions, _gap_rows(told))
    return HttpResponse(
        content,
        content_type=KINDS[of.kind],
        headers={
            "Content-Disposition": f'attachment; filename="who-does-what-{of.place.slug}.{of.kind}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        },
    )


def _gap_rows(told: _Told) -> list[tuple[str, str]]:
    gaps = told.gaps
    found = [(_("Actions that nobody does yet"), str(gaps.no_owner))] if gaps.no_owner else []
    idle = set(gaps.idle)
    found += [
        (_("Organisation without an action"), one.name) for one in told.offices if one.pk in idle
    ]
    found += [
        (_("Level without an action"), told.label("admin_levels", code)) for code in gaps.levels
    ]
    found += [
        (_("Prevention level without an action"), told.label("prevention_levels", code))
        for code in gaps.preventions
    ]
    found += [(_("Area where nothing is planned or running"), area) for area in gaps.areas]
    found += [(_("Objective without an action"), told.titles[pk]) for pk in gaps.objectives]
    found += [
        (_("Group that no action serves"), told.label("target_groups", code))
        for code in gaps.groups
    ]
    return found
