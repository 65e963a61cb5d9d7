"""One city's worked example: challenge, finding, practice, plan, actions, body, meetings, commitments, workshops.

Everything goes through the services that people use, with the second person's word where two are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from baithak.budget import queries as budgets
from baithak.coordination.models import (
    Body,
    Commitment,
    Day,
    JointStatement,
    LookBack,
    Meeting,
    Request,
    ResponseCard,
    Seat,
    Series,
    Workshop,
)
from baithak.coordination.queries import commitments as origins
from baithak.coordination.queries import workshops as shown
from baithak.coordination.services import (
    bodies,
    commitments,
    days,
    first_hour,
    look_backs,
    meetings,
    requests,
    series,
    statements,
    workshops,
)
from baithak.dialogue import findings
from baithak.dialogue import queries as dialogues
from baithak.exchange.queries import adoptions, practices
from baithak.home.demonstration import content
from baithak.home.models import Handover, Purpose
from baithak.home.services import handover
from baithak.network import queries as network_queries
from baithak.network import services as network
from baithak.network.models import Levelled, Organisation, Place
from baithak.network.scope import SYSTEM, Viewer
from baithak.plan.models import (
    Action,
    Challenge,
    Contribution,
    Indicator,
    Mandate,
    Objective,
    Plan,
    Review,
    RiskCheck,
    Task,
)
from baithak.plan.services import (
    actions,
    contributions,
    indicators,
    mandate,
    objectives,
    plans,
    reviews,
    risks,
)

__all__ = ["has_handover", "has_plan", "load_together", "rehearse"]

Texts = Mapping[str, str]
Thing = TypeVar("Thing")
People = Mapping[str, Viewer]
Places = Mapping[str, Place]
_FIRST, *_OTHERS = content.LANGUAGES


def has_plan(places: Places) -> bool:
    """Whether the example is there already."""
    place = places[content.together()["place"]]
    return Plan.objects.seen_by(SYSTEM).filter(place=place).exists()


@transaction.atomic
def load_together(places: Places, people: People) -> None:
    """From the mandate to the look back, as ``together.toml`` tells it."""
    told = content.together()
    city = _City(places, people, told["place"])
    city.write_mandate(told["mandate"])
    review = city.review(told["review"])
    city.plan(told["plan"], review)
    city.body(told["body"])
    for one in told["requests"]:
        city.ask(one, places["example-country"], people["national_representative@example-country"])
    for one in told["days"]:
        city.day(one)
    city.first_hour(told["first_hour"])
    city.statement(told["statement"])
    city.look_back(told["look_back"])
    _workshops(_City(places, people, told["series"]["place"]), told["series"])


def has_handover(places: Places) -> bool:
    """Whether a handover was rehearsed already."""
    place = places[content.together()["place"]]
    return Handover.objects.seen_by(SYSTEM).filter(place=place).exists()


@transaction.atomic
def rehearse(places: Places, people: People) -> None:
    """The officer asks for a rehearsal of the handover, the mayor confirms; the worker makes the pack."""
    slug = content.together()["place"]
    asked = handover.ask_to_hand_over(
        place=places[slug],
        purpose=Purpose.REHEARSAL,
        language=_FIRST,
        reason="Once a year we look whether a successor would find everything.",
        by=people[f"city_officer@{slug}"],
    )
    network.confirm_two_person(act=asked, by=people[f"mayor@{slug}"])


# --- texts and days as the file tells them
def _texts(told: Mapping[str, Any], names: Mapping[str, int]) -> dict[str, dict[str, str]]:
    """Language to the texts of a thing, by their names."""
    inner = told.get("texts", told)
    given = {name: inner[name] for name in names if isinstance(inner.get(name), dict)}
    return {
        language: {name: text[language] for name, text in given.items()}
        for language in content.LANGUAGES
    }


def _in_all_languages(
    told: Mapping[str, Any],
    names: Mapping[str, int],
    write: Callable[[str, Texts], Thing],
    again: Callable[[Thing, str, Texts], object],
) -> Thing:
    """Written in the first language, then told in the others."""
    texts = _texts(told, names)
    made = write(_FIRST, texts[_FIRST])
    for language in _OTHERS:
        again(made, language, texts[language])
    return made


def _day(days_from_now: int) -> date:
    return timezone.localdate() + timedelta(days=days_from_now)


class _City:
    """A place of the demonstration with those who act for it."""

    def __init__(self, places: Places, people: People, slug: str) -> None:
        self.place, self.people, self.slug = places[slug], people, slug
        asks, confirms = (
            ("hub_secretariat", "auditor")
            if self.place.kind == "hub"
            else ("city_officer", "mayor")
        )
        self.officer, self.second = people[f"{asks}@{slug}"], people[f"{confirms}@{slug}"]
        self.dialogue = dialogues.dialogues(SYSTEM, slug).first()

    def organisation(self, slug: str) -> Organisation:
        """One of the place's organisations, by its name in ``hub.toml``."""
        (name,) = (one["name"] for one in content.hub()["organisations"] if one["slug"] == slug)
        return network_queries.organisations(SYSTEM, self.place).get(name=name)

    def share(self, thing: Levelled, to: str) -> None:
        """Shown to more people, with a second person's word."""
        asked = network.ask_widening(
            shared=thing, to=to, reason="Those whom it concerns can read it.", by=self.officer
        )
        network.confirm_two_person(act=asked, by=self.second)
        thing.refresh_from_db()

    def finding(self, statement: str) -> str:
        """How a statement of the example dialogue is named, where its map shows it as a finding."""
        numbers = {
            one["id"]: at for at, one in enumerate(content.dialogue()["statements"], start=1)
        }
        return findings.name(self.dialogue.code, numbers[statement]) if self.dialogue else ""

    # --- mandate and review
    def write_mandate(self, told: Mapping[str, Any]) -> None:
        def write(language: str, texts: Texts) -> Any:
            return mandate.write(
                place=self.place,
                language=language,
                texts=texts,
                decided_on=_day(told["decided"]),
                review_on=_day(told["review"]),
                by=self.officer,
            )

        sheet = _in_all_languages(
            told,
            Mandate.LONGEST,
            write,
            lambda made, language, texts: write(language, texts),
        )
        for one in told["tasks"]:
            _in_all_languages(
                one,
                Task.LONGEST,
                lambda language, texts, holder=one["holder"]: mandate.add_task(
                    mandate=sheet, holder=holder, language=language, texts=texts, by=self.officer
                ),
                lambda made, language, texts: mandate.change_task(
                    task=made, language=language, texts=texts, by=self.officer
                ),
            )
        self.share(sheet, "public")

    def review(self, told: Mapping[str, Any]) -> Review:
        def write(language: str, texts: Texts) -> Any:
            return reviews.begin(
                place=self.place, begins=_day(told["begins"]), language=language, texts=texts,
                by=self.officer,
            )  # fmt: skip

        def again(made: Any, language: str, texts: Texts) -> None:
            reviews.change(review=made, language=language, texts=texts, by=self.officer)

        review = _in_all_languages(told, Review.LONGEST, write, again)
        for one in told["challenges"]:
            self._challenge(review, one)
        review = reviews.finish(review=review, by=self.officer)
        self.share(review, "public")
        return review

    def _challenge(self, review: Review, told: Mapping[str, Any]) -> None:
        because = self.finding(told["because"]) if "because" in told else ""
        made = _in_all_languages(
            told,
            Challenge.LONGEST,
            lambda language, texts: reviews.add_challenge(
                review=review, code=told["code"], trend=told["trend"], because=because,
                language=language, texts=texts, by=self.officer,
            ),
            lambda made, language, texts: reviews.change_challenge(
                challenge=made, language=language, texts=texts, by=self.officer
            ),
        )  # fmt: skip
        felt = {group: reviews.Felt(level) for group, level in told["felt"].items()}
        reviews.tell_how_it_is_felt(challenge=made, felt=felt, by=self.officer)

    # --- the plan
    def plan(self, told: Mapping[str, Any], review: Review) -> None:
        plan = _in_all_languages(
            told,
            Plan.LONGEST,
            lambda language, texts: plans.begin(
                place=self.place, begins=_day(told["begins"]), ends=_day(told["ends"]),
                review=review, language=language, texts=texts, by=self.officer,
            ),
            lambda made, language, texts: plans.change(
                plan=made, language=language, texts=texts, review=review, by=self.officer
            ),
        )  # fmt: skip
        challenges = {one.code: one for one in review.challenges.all()}
        goals = [
            _in_all_languages(
                one,
                Objective.LONGEST,
                lambda language, texts, of=challenges[one["challenge"]]: objectives.add(
                    plan=plan, challenge=of, language=language, texts=texts, by=self.officer
                ),
                lambda made, language, texts: objectives.change(
                    objective=made, challenge=made.challenge, language=language, texts=texts,
                    by=self.officer,
                ),
            )
            for one in told["objectives"]
        ]  # fmt: skip
        added = [(one, self._action(plan, goals, one)) for one in told["actions"]]
        for one in told["indicators"]:
            self._indicator(plan, goals, one)
        for one in told["contributions"]:
            self._contribution(plan, one)
        asked = plans.ask_to_adopt(
            plan=plan, to=told["level"], decided_by=told["decided_by"],
            decided_on=_day(told["decided"]), decision=told["decision"],
            reason="The council has decided.", by=self.officer,
        )  # fmt: skip
        network.confirm_two_person(act=asked, by=self.second)
        plan.refresh_from_db()
        plans.run(plan=plan, by=self.officer)
        for one, action in added:
            for step in one.get("steps", ()):
                actions.tell(
                    action=action, day=_day(step["day"]), text=step["text"], state=step["state"],
                    by=self.officer,
                )  # fmt: skip
            if "risk" in one:
                self._risk(action, one["risk"])

    def _action(self, plan: Plan, goals: list[Any], told: Mapping[str, Any]) -> Any:
        links: dict[str, Any] = {}
        if "practice" in told:
            links["practice"] = practices.practice(SYSTEM, code=told["practice"])
        if "adoption" in told:
            practice = practices.practice(SYSTEM, code=told["adoption"])
            if practice is not None:
                links["adoption"] = adoptions.of_place(SYSTEM, self.place, practice)
        if "project" in told:
            budget = budgets.budgets(SYSTEM, self.slug).first()
            links["project"] = (
                budget and budgets.on_the_ballot(budget.pk).order_by("number")[told["project"]]
            )
        facts = {
            name: told[name]
            for name in ("approach", "prevention_level", "target_groups", "cost", "currency")
            if name in told
        }
        return _in_all_languages(
            told,
            Action.LONGEST,
            lambda language, texts: actions.add(
                plan=plan, language=language, texts=texts, by=self.officer,
                objective=goals[told["objective"] - 1],
                owner=self.organisation(told["owner"]),
                partners=[self.organisation(slug) for slug in told["partners"]],
                begins=_day(told["begins"]), due=_day(told["due"]),
                because=self.finding(told["because"]) if "because" in told else "",
                **facts, **links,
            ),
            lambda made, language, texts: actions.translate(
                action=made, language=language, texts=texts, by=self.officer
            ),
        )  # fmt: skip

    def _risk(self, action: Any, told: Mapping[str, Any]) -> None:
        check = _in_all_languages(
            told,
            RiskCheck.LONGEST,
            lambda language, texts: risks.answer(
                action=action, language=language, texts=texts, left_over=told["left_over"],
                by=self.officer,
            ),
            lambda made, language, texts: risks.translate(
                check=made, language=language, texts=texts, by=self.officer
            ),
        )  # fmt: skip
        check = risks.ask(check=check, by=self.officer)
        for slug in told["sign"]:
            organisation = self.organisation(slug)
            risks.sign(
                check=check, organisation=organisation, edition=check.edition, agrees=True,
                by=self.speaker(organisation),
            )  # fmt: skip

    def speaker(self, organisation: Organisation) -> Viewer:
        """Who speaks for a partner organisation."""
        member = (
            network_queries.members(SYSTEM, self.place)
            .filter(organisation=organisation, role="partner")
            .get()
        )
        return network_queries.viewer_of(member.user)

    def _indicator(self, plan: Plan, goals: list[Any], told: Mapping[str, Any]) -> None:
        made = _in_all_languages(
            told,
            Indicator.LONGEST,
            lambda language, texts: indicators.add(
                plan=plan, language=language, texts=texts, by=self.officer, kind=told["kind"],
                objective=goals[told["objective"] - 1], baseline=told["baseline"],
                baseline_on=_day(told["baseline_day"]), target=told["target"],
                target_on=_day(told["target_day"]),
            ),
            lambda made, language, texts: indicators.translate(
                indicator=made, language=language, texts=texts, by=self.officer
            ),
        )  # fmt: skip
        for one in told["readings"]:
            indicators.read(
                indicator=made, day=_day(one["day"]), value=Decimal(one["value"]),
                source=told["source"], by=self.officer,
            )  # fmt: skip

    def _contribution(self, plan: Plan, told: Mapping[str, Any]) -> None:
        who: dict[str, Any] = {
            "organisation": self.organisation(told["organisation"])
            if "organisation" in told
            else None,
            "group": told.get("group", ""),
            "stage": told["stage"],
            "on": _day(told["day"]),
            "told_back_on": _day(told["told_back"]) if "told_back" in told else None,
        }
        _in_all_languages(
            told,
            Contribution.LONGEST,
            lambda language, texts: contributions.add(
                plan=plan, language=language, texts=texts, by=self.officer, **who
            ),
            lambda made, language, texts: contributions.change(
                contribution=made, language=language, texts=texts, by=self.officer, **who
            ),
        )

    # --- body, meetings, commitments
    def body(self, told: Mapping[str, Any]) -> None:
        facts = {"kind": told["kind"], "quorum": told["quorum"], "begins": _day(told["begins"])}
        body = _in_all_languages(
            told,
            Body.LONGEST,
            lambda language, texts: bodies.begin(
                place=self.place, language=language, texts=texts, by=self.officer, **facts
            ),
            lambda made, language, texts: bodies.change(
                body=made, language=language, texts=texts, by=self.officer, **facts
            ),
        )
        for one in told["seats"]:
            seat = {
                "organisation": self.organisation(one["organisation"]),
                **{k: one[k] for k in ("group", "chairs", "votes", "vacant") if k in one},
            }
            _in_all_languages(
                one,
                Seat.LONGEST,
                lambda language, texts, seat=seat: bodies.add_seat(
                    body=body, language=language, texts=texts, by=self.officer, **seat
                ),
                lambda made, language, texts, seat=seat: bodies.change_seat(
                    seat=made, language=language, texts=texts, by=self.officer, **seat
                ),
            )
        counted = told["balance"]
        bodies.put_balance(
            body=body, on=_day(counted["on"]), by=self.officer,
            **{name: counted[name] for name in ("taken", "women", "young", "civil")},
        )  # fmt: skip
        self.share(body, told["level"])
        for one in told["meetings"]:
            self._meeting(body, one, told["level"])

    def _meeting(self, body: Any, told: Mapping[str, Any], level: str) -> None:
        facts = {"body": body, "on": _day(told["day"])}
        meeting = _in_all_languages(
            told,
            Meeting.LONGEST,
            lambda language, texts: meetings.begin(
                place=self.place, language=language, texts=texts, by=self.officer, **facts
            ),
            lambda made, language, texts: meetings.change(
                meeting=made, language=language, texts=texts, by=self.officer, **facts
            ),
        )
        for item in told["agenda"]:
            self._line(meeting, meetings.add_item, meetings.change_item, "item", {"title": item})
        if told["day"] > 0:
            return
        meeting = meetings.hold(meeting=meeting, present=told["present"], by=self.officer)
        self.share(meeting, level)
        for note in told.get("notes", ()):
            meetings.add_note(
                meeting=meeting, language=_FIRST, texts={"title": note["text"]},
                visibility=note["level"], by=self.officer,
            )  # fmt: skip
        for one in told.get("decisions", ()):
            decision = self._line(
                meeting, meetings.add_decision, meetings.change_decision, "decision", one
            )
            if "commitment" in one:
                self.commitment(one["commitment"], {"decision": str(decision.pk)}, level)

    def _line(
        self, meeting: Any, add: Callable[..., Any], change: Callable[..., Any], name: str,
        told: Mapping[str, Any],
    ) -> Any:  # fmt: skip
        return _in_all_languages(
            told,
            {"title": 0},
            lambda language, texts: add(
                meeting=meeting, language=language, texts=texts, by=self.officer
            ),
            lambda made, language, texts: change(
                **{name: made}, language=language, texts=texts, by=self.officer
            ),
        )

    def commitment(self, told: Mapping[str, Any], born: Mapping[str, str], level: str) -> None:
        """A promise with its day, born of a decision or a takeaway; how far it is."""
        origin = origins.source(self.officer, born)
        facts = {
            "owner": self.organisation(told["owner"]) if "owner" in told else None,
            "due": _day(told["due"]),
        }
        made = _in_all_languages(
            told,
            Commitment.LONGEST,
            lambda language, texts: commitments.begin(
                place=self.place, language=language, texts=texts, by=self.officer, origin=origin,
                **facts,
            ),
            lambda made, language, texts: commitments.change(
                commitment=made, language=language, texts=texts, by=self.officer, **facts
            ),
        )  # fmt: skip
        for state, name in (("started", "started"), ("done", "done")):
            if name in told:
                commitments.tell(
                    commitment=made, day=_day(told[name]), text=told["told"], language=_FIRST,
                    state=state, by=self.officer,
                )  # fmt: skip
        made.refresh_from_db()
        self.share(made, level)

    # --- requests, days, the first hour
    def ask(self, told: Mapping[str, Any], country: Place, national: Viewer) -> None:
        facts = {
            "to": country, "kind": told["kind"], "office": told["office"],
            "reply_by": _day(told["reply_in"]),
        }  # fmt: skip
        made = _in_all_languages(
            told,
            Request.LONGEST,
            lambda language, texts: requests.ask(
                place=self.place, language=language, texts=texts, by=self.officer, **facts
            ),
            lambda made, language, texts: requests.change(
                request=made, language=language, texts=texts, by=self.officer, **facts
            ),
        )
        requests.send(request=made, by=self.officer)
        requests.agree_day(request=made, at=country, day=facts["reply_by"], by=national)
        if told.get("answered"):
            requests.reply(
                request=made, at=country, language=_FIRST, text=told["reply"], answers=True,
                by=national,
            )  # fmt: skip

    def day(self, told: Mapping[str, Any]) -> None:
        begins = _day(told["begins"])
        facts = {
            "kind": told["kind"], "begins": begins,
            "ends": begins + timedelta(days=told["days"] - 1), "repeats": "yearly",
        }  # fmt: skip
        day = _in_all_languages(
            told,
            Day.LONGEST,
            lambda language, texts: days.begin(
                place=self.place, language=language, texts=texts, by=self.officer, **facts
            ),
            lambda made, language, texts: days.change(
                day=made, language=language, texts=texts, by=self.officer, **facts
            ),
        )
        for one in told["prepare"]:
            made = days.add_preparation(
                day=day, language=_FIRST, text=one["title"][_FIRST], days_before=one["before"],
                organisation=self.organisation(one["owner"]), by=self.officer,
            )  # fmt: skip
            if "done" in one:
                days.prepared(preparation=made, done=True, by=self.officer)
        self.share(day, told["level"])

    def first_hour(self, told: Mapping[str, Any]) -> None:
        def write(language: str, texts: Texts) -> Any:
            return first_hour.edit(
                place=self.place, language=language, texts=texts, by=self.officer,
                exercised_on=_day(told["exercised"]), review_on=_day(told["review"]),
            )  # fmt: skip

        card = _in_all_languages(
            told,
            ResponseCard.LONGEST,
            write,
            lambda made, language, texts: write(language, texts),
        )
        self.share(card, "city")

    def statement(self, told: Mapping[str, Any]) -> None:
        made = _in_all_languages(
            told,
            JointStatement.LONGEST,
            lambda language, texts: statements.begin(
                place=self.place, language=language, texts=texts, by=self.officer
            ),
            lambda made, language, texts: statements.change(
                statement=made, language=language, texts=texts, by=self.officer
            ),
        )
        statements.ready(statement=made, ticked=statements.CHECKS, by=self.officer)
        made.refresh_from_db()
        asked = statements.share(
            statement=made, to="city", reason="Partners read what they stand behind.",
            by=self.officer,
        )  # fmt: skip
        network.confirm_two_person(act=asked, by=self.second)
        made.refresh_from_db()
        for slug in told["endorsed"]:
            organisation = self.organisation(slug)
            statements.endorse(
                statement=made, organisation=organisation, named=True,
                by=self.speaker(organisation),
            )  # fmt: skip

    def look_back(self, told: Mapping[str, Any]) -> None:
        made = _in_all_languages(
            told,
            LookBack.LONGEST,
            lambda language, texts: look_backs.begin(
                place=self.place, on=_day(told["day"]), exercise=True, language=language,
                texts=texts, by=self.officer,
            ),
            lambda made, language, texts: look_backs.change(
                look_back=made, on=made.on, exercise=True, language=language, texts=texts,
                by=self.officer,
            ),
        )  # fmt: skip
        self.share(made, "hub")


# --- the hub's workshops
def _workshops(hub: _City, told: Mapping[str, Any]) -> None:
    row = _in_all_languages(
        told,
        Series.LONGEST,
        lambda language, texts: series.begin(
            place=hub.place, language=language, texts=texts, by=hub.officer
        ),
        lambda made, language, texts: series.change(
            series=made, language=language, texts=texts, by=hub.officer
        ),
    )
    hub.share(row, told["level"])
    for one in told["workshops"]:
        _workshop(hub, row, one)


def _workshop(hub: _City, row: Any, told: Mapping[str, Any]) -> None:
    facts = {"begins": _day(told["begins"]), "ends": _day(told["ends"]), "series": row}
    workshop = _in_all_languages(
        told,
        Workshop.LONGEST,
        lambda language, texts: workshops.begin(
            place=hub.place, language=language, texts=texts, by=hub.officer, **facts
        ),
        lambda made, language, texts: workshops.change(
            workshop=made, language=language, texts=texts, by=hub.officer, **facts
        ),
    )
    workshop = workshops.mark(workshop=workshop, state="held", by=hub.officer)
    names = ("role", "country", "organisation_type", "people")
    workshops.count_people(
        workshop=workshop,
        rows=[dict(zip(names, one, strict=True)) for one in told["people"]],
        by=hub.officer,
    )

    def item(kind: str, told: Mapping[str, Any], **more: Any) -> Any:
        return _in_all_languages(
            told,
            {"title": 0, "description": 0},
            lambda language, texts: workshops.add_item(
                workshop=workshop, kind=kind, language=language, texts=texts, by=hub.officer, **more
            ),
            lambda made, language, texts: workshops.change_item(
                item=made, language=language, texts=texts, by=hub.officer
            ),
        )

    for part in told["parts"]:
        item("part", {"title": part})
    for raised in told["raised"]:
        item("raised", raised, code=raised["code"])
    for code in told["shown"]:
        workshops.add_item(
            workshop=workshop, kind="showcase", practice=practices.practice(SYSTEM, code=code),
            by=hub.officer,
        )  # fmt: skip
    takeaways = [(one, item("takeaway", one)) for one in told["takeaways"]]
    hub.share(workshop, told["level"])
    for one, takeaway in takeaways:
        hub.commitment(one["commitment"], {"takeaway": str(takeaway.pk)}, told["level"])
    flagged = {name for flag in shown.flags(hub.officer, workshop) for name in flag.names}
    workshops.report(workshop=workshop, looked=flagged, by=hub.officer)
