"""A plan as IATI activities (version 2.03), as donors' systems read it.

The plan is one activity (hierarchy 1), each action another one below it (hierarchy 2). Places are named,
never located; organisations are named, people never are; figures that count people are those that may be
shown (R6). The order of elements and the codes are those of the standard (iati-activities-schema.xsd).

What a hub cannot know is who the publisher is: ``reporter`` is the identifier under which an organisation is
registered with IATI. Without one the file carries a local name and says in a comment what to put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from xml.etree.ElementTree import Comment, Element, SubElement, indent, tostring

from baithak.exchange.records import library
from baithak.network.models import Organisation, Worded
from baithak.plan.models import Action, Challenge, Indicator, Plan
from baithak.plan.shown import Figure, plain, shown

__all__ = ["REPORTER", "activities"]

#: An organisation's identifier: no spaces, slashes or signs that the standard forbids.
REPORTER = re.compile(r"[A-Za-z0-9][\w.:-]{1,99}", re.ASCII)
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: ActivityStatus: 1 pipeline, 2 implementation, 4 closed, 5 cancelled, 6 suspended.
_STATUS = {"planned": "1", "running": "2", "done": "4", "paused": "6", "dropped": "5"}
_PLAN_STATUS = {"draft": "1", "adopted": "1", "running": "2", "reviewed": "4"}
#: ActivityScope: 4 national, 5 and 6 and 7 areas of first and second level, 8 a single place.
_SCOPE = {"city": "8", "district": "7", "region": "6", "country": "4", "multi-city": "7"}
#: OrganisationType by the codes of the taxonomy; 90 is other.
_TYPES = {
    "local_government": "11", "regional_government": "10", "national_government": "10",
    "district_administration": "10", "police": "15", "military": "15", "judiciary": "15",
    "cso": "22", "academia": "80", "school": "80", "health_service": "15", "social_services": "15",
    "human_rights_body": "15", "private_sector": "70", "international_organisation": "40",
    "city_network": "40",
}  # fmt: skip
_FUNDING, _ACCOUNTABLE, _EXTENDING, _IMPLEMENTING = "1", "2", "3", "4"
#: ResultType: 1 output, 2 outcome. Sector 15220 of DAC: civilian peace-building.
_RESULT = {"output": "1", "outcome": "2"}
_SECTOR = "15220"
#: What XML cannot hold, though it is text.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Head:
    """What every activity of the file shares."""

    plan: Plan
    reporter: str
    name: str
    made: str


def activities(
    plan: Plan,
    actions: Sequence[Action],
    indicators: Sequence[Indicator],
    *,
    names: Mapping[int, str],
    made: datetime,
    challenges: Iterable[Challenge] = (),
    reporter: str = "",
) -> bytes:
    """The whole file, UTF-8.

    Parameters
    ----------
    plan, actions, indicators, challenges
        As ``queries.files`` loads them.
    names
        How organisations are called, by id: their names for their own place, their kind for others (R13).
    made : datetime
        With its offset from UTC.
    reporter : str
        Identifier of the reporting organisation, as it is registered with IATI.
    """
    code = plan.place.country_code or "XX"
    local = f"{code}-LOCAL-{plan.place.slug}"
    head = _Head(plan, reporter or local, plan.place.name, made.isoformat(timespec="seconds"))
    root = Element("iati-activities", {"version": "2.03", "generated-datetime": head.made})
    if not reporter:
        root.append(
            Comment(
                f" Before this is published: put the registered IATI identifier of your organisation in "
                f"place of {local.replace('--', '-')}, everywhere in this file. "
            )
        )
    own = [one for one in indicators if one.action_id is None]
    root.append(_plan(head, actions, own, challenges))
    for action in actions:
        held = [one for one in indicators if one.action_id == action.pk]
        root.append(_action(head, action, held, names))
    indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


# --- an activity, in the order of the standard
def _plan(
    head: _Head,
    actions: Sequence[Action],
    indicators: Sequence[Indicator],
    challenges: Iterable[Challenge],
) -> Element:
    plan = head.plan
    made = _begin(head, plan, _name(head, None), "1")
    _narratives(SubElement(made, "description", {"type": "1"}), plan, "vision", "title")
    if _tells(plan, "theory_of_change"):
        _narratives(SubElement(made, "description", {"type": "2"}), plan, "theory_of_change")
    _org(made, head.name, _ACCOUNTABLE, "11")
    SubElement(made, "activity-status", {"code": _PLAN_STATUS[plan.state]})
    planned = {"1": plan.begins, "3": plan.ends}
    started = plan.decided_on if plan.state in ("running", "reviewed") else None
    _dates(made, {**planned, "2": started, "4": plan.reviewed_on})
    _where(head, made, "8", None)
    _tags(made, [("challenges", one.code) for one in challenges])
    for action in actions:
        SubElement(made, "related-activity", {"ref": _name(head, action), "type": "2"})
    _results(made, indicators, plan)
    return made


def _action(
    head: _Head, action: Action, indicators: Sequence[Indicator], names: Mapping[int, str]
) -> Element:
    plan = head.plan
    made = _begin(head, action, _name(head, action), "2")
    _narratives(SubElement(made, "description", {"type": "1"}), action, "description", "title")
    for organisation, role in _who(action):
        _org(made, names[organisation.pk], role, _type(organisation))
    if action.funded_by is None and _tells(action, "funder"):
        funder = SubElement(made, "participating-org", {"role": _FUNDING})
        _narratives(funder, action, "funder")
    if action.owner is None:
        _org(made, head.name, _ACCOUNTABLE, "11")
    SubElement(made, "activity-status", {"code": _STATUS[action.state]})
    begun = [one.day for one in action.steps.all() if one.state in ("running", "done")]
    _dates(
        made,
        {
            "1": action.begins or (None if action.due else plan.begins),
            "2": min(begun, default=None),
            "3": action.due,
            "4": action.done_on,
        },
    )
    _where(head, made, _SCOPE.get(action.admin_level, "8"), action)
    _tags(made, [("approaches", action.approach)] if action.approach else [])
    _tags(made, [("prevention_levels", action.prevention_level)])
    _tags(made, [("target_groups", code) for code in action.target_groups])
    if action.cost:
        _budget(made, action, plan)
    SubElement(made, "related-activity", {"ref": _name(head, None), "type": "1"})
    _results(made, indicators, plan)
    return made


def _begin(head: _Head, thing: Plan | Action, name: str, hierarchy: str) -> Element:
    made = Element(
        "iati-activity",
        {
            "last-updated-datetime": head.made,
            _LANG: thing.first_language,
            "hierarchy": hierarchy,
        },
    )
    currency = getattr(thing, "currency", "")
    if currency:
        made.set("default-currency", currency)
    SubElement(made, "iati-identifier").text = name
    reporter = SubElement(made, "reporting-org", {"ref": head.reporter, "type": "11"})
    SubElement(reporter, "narrative").text = _xml(head.name)
    _narratives(SubElement(made, "title"), thing, "title")
    return made


def _name(head: _Head, action: Action | None) -> str:
    """The activity's identifier: the reporter's, the plan's code, the action's number."""
    own = f"{head.reporter}-plan-{head.plan.code}"
    return own if action is None else f"{own}-{action.number}"


def _xml(text: str) -> str:
    return _NOT_XML.sub("", text)


def _tells(thing: Worded, name: str) -> bool:
    return any(told.get(name) for told in thing.texts.values())


def _narratives(into: Element, thing: Worded, name: str, instead: str = "") -> None:
    """A text in every language it is told in; the title where it is not told at all."""
    chosen = name if _tells(thing, name) or not instead else instead
    for language in thing.languages:
        text = _xml(str(thing.texts[language].get(chosen, "")))
        if text:
            SubElement(into, "narrative", {_LANG: language}).text = text


def _who(action: Action) -> Iterable[tuple[Organisation, str]]:
    """Who pays, who answers for it and does it, who takes part."""
    if action.funded_by is not None:
        yield action.funded_by, _FUNDING
    if action.owner is not None:
        yield action.owner, _ACCOUNTABLE
        yield action.owner, _IMPLEMENTING
    for one in action.partnerships.all():
        yield one.organisation, _IMPLEMENTING


def _type(organisation: Organisation) -> str:
    return next((_TYPES[code] for code in organisation.types if code in _TYPES), "90")


def _org(into: Element, name: str, role: str, kind: str) -> None:
    made = SubElement(into, "participating-org", {"role": role, "type": kind})
    SubElement(made, "narrative").text = _xml(name)


def _dates(into: Element, told: Mapping[str, date | None]) -> None:
    for kind in sorted(told):
        day = told[kind]
        if day is not None:
            SubElement(into, "activity-date", {"type": kind, "iso-date": day.isoformat()})


def _where(head: _Head, into: Element, scope: str, action: Action | None) -> None:
    """Country and names of places: no point, no address (R16). Invented country codes are left out."""
    SubElement(into, "activity-scope", {"code": scope})
    code = head.plan.place.country_code
    if code and not re.fullmatch(r"AA|Q[M-Z]|X[A-JL-Z]|ZZ", code):
        SubElement(into, "recipient-country", {"code": code, "percentage": "100"})
    if action is not None and _tells(action, "area"):
        name = SubElement(SubElement(into, "location"), "name")
        _narratives(name, action, "area")
    else:
        name = SubElement(SubElement(into, "location"), "name")
        SubElement(name, "narrative").text = _xml(head.plan.place.name)
    SubElement(into, "sector", {"vocabulary": "1", "code": _SECTOR, "percentage": "100"})


def _tags(into: Element, told: Iterable[tuple[str, str]]) -> None:
    """Codes of the practice library: vocabulary 99 is the reporter's own."""
    terms = library().taxonomy
    for kind, code in told:
        tag = SubElement(into, "tag", {"vocabulary": "99", "code": code})
        SubElement(tag, "narrative", {_LANG: "en"}).text = terms.label(kind, code)


def _budget(into: Element, action: Action, plan: Plan) -> None:
    """An indicative budget: the standard wants parts of a year at most, so the cost is spread by days."""
    begins = action.begins or plan.begins
    ends = max(action.due or plan.ends, begins)
    cost = action.cost or Decimal(0)
    periods = list(_years(begins, ends))
    days = (ends - begins).days + 1
    left = cost
    for number, (first, last) in enumerate(periods, start=1):
        share = cost * ((last - first).days + 1) / days
        value = left if number == len(periods) else share.quantize(Decimal("0.01"), ROUND_DOWN)
        left -= value
        made = SubElement(into, "budget", {"type": "1", "status": "1"})
        SubElement(made, "period-start", {"iso-date": first.isoformat()})
        SubElement(made, "period-end", {"iso-date": last.isoformat()})
        told = {"currency": action.currency, "value-date": first.isoformat()}
        SubElement(made, "value", told).text = plain(value)


def _years(begins: date, ends: date) -> Iterable[tuple[date, date]]:
    while begins <= ends:
        last = min(ends, date(begins.year, 12, 31))
        yield begins, last
        begins = last + timedelta(days=1)


# --- results
def _results(into: Element, indicators: Iterable[Indicator], plan: Plan) -> None:
    for one in indicators:
        result = SubElement(into, "result", {"type": _RESULT[one.kind], "aggregation-status": "0"})
        _narratives(SubElement(result, "title"), one, "title")
        told = shown(one)
        base = told.baseline.value if told.baseline else None
        rises = one.target is None or base is None or one.target >= base
        made = SubElement(
            result,
            "indicator",
            {
                "measure": _measure(one),
                "ascending": "1" if rises else "0",
                "aggregation-status": "0",
            },
        )
        _narratives(SubElement(made, "title"), one, "title")
        if _tells(one, "unit"):
            _narratives(SubElement(made, "description", {"type": "1"}), one, "unit")
        if told.baseline is not None:
            day = told.baseline.day
            kept = {"iso-date": day.isoformat(), "year": str(day.year)}
            _figure(made, "baseline", told.baseline, kept)
        since = told.baseline.day if told.baseline else plan.begins
        for figure in told.readings:
            period = _period(made, since, figure.day)
            _figure(period, "actual", figure, {})
            since = figure.day
        if one.target is not None and one.target_on is not None:
            period = _period(made, plan.begins, one.target_on)
            SubElement(period, "target", {"value": plain(one.target)})


def _measure(indicator: Indicator) -> str:
    """1 is a unit, 2 a percentage."""
    unit = str(indicator.texts.get(indicator.first_language, {}).get("unit", "")).lower()
    return "2" if "%" in unit or "per cent" in unit or "percent" in unit else "1"


def _period(into: Element, begins: date, ends: date) -> Element:
    made = SubElement(into, "period")
    SubElement(made, "period-start", {"iso-date": min(begins, ends).isoformat()})
    SubElement(made, "period-end", {"iso-date": ends.isoformat()})
    return made


def _figure(into: Element, name: str, figure: Figure, told: dict[str, str]) -> None:
    """A figure as it may be shown; what may not is told in words."""
    if figure.value is not None:
        told = {**told, "value": plain(figure.value)}
    made = SubElement(into, name, told)
    if figure.value is None:
        comment = SubElement(made, "comment")
        SubElement(
            comment, "narrative", {_LANG: "en"}
        ).text = f"Fewer than {figure.k} people: not published."
    elif figure.about:
        comment = SubElement(made, "comment")
        SubElement(comment, "narrative", {_LANG: "en"}).text = "Counts people: rounded to 5."
