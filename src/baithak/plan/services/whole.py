"""Everything of the room comes into a place from one file: all of it or nothing.

What only two people decide (R14, R19) does not come along: plans come as drafts, do-no-harm checks without
what partners said, and the team alone sees them. Except (``levels``) where a place moves as a whole to a hub in
which nobody has had a role there yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from baithak.budget.models import Project
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.records import library
from baithak.network import files
from baithak.network.files import Part
from baithak.network.models import Levelled, Organisation, Place, Visibility, Worded
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services import refuse_around_election
from baithak.plan.files.whole import (
    FIELDS,
    KIND,
    NUMBER,
    loaded,
    mandate_told,
    plan_told,
    review_told,
)
from baithak.plan.models import (
    Action,
    ActionStep,
    Agreed,
    Challenge,
    CheckState,
    Contribution,
    Indicator,
    Mandate,
    Objective,
    Partnership,
    Plan,
    PlanState,
    Reading,
    Review,
    RiskCheck,
    Severity,
    SignOff,
    Task,
)
from baithak.plan.services.cells import settle
from baithak.plan.services.notes import note

__all__ = ["Brought", "import_whole"]

_CODE = re.compile(r"[a-z0-9]{5,12}", re.ASCII)
#: Texts that a thing cannot do without; all others need a title.
_NEEDED: dict[type[models.Model], tuple[str, ...]] = {
    Mandate: (),
    RiskCheck: ("who_could_be_harmed", "precautions"),
    Contribution: ("said",),
    Indicator: ("title", "unit"),
}
#: Fields that hold a list of codes, and of which part of the taxonomy.
_LISTS = {"target_groups": "target_groups"}
#: Fields that somebody wrote: nothing in them may lead to a person.
_FREE = frozenset({"note", "text", "source", "because_text"})
#: Fields that are codes of the taxonomy.
_CODED = {
    (Action, "admin_level"): "admin_levels",
    (Action, "prevention_level"): "prevention_levels",
    (Action, "approach"): "approaches",
    (Challenge, "code"): "challenges",
    (Severity, "group"): "target_groups",
    (Contribution, "group"): "target_groups",
}


@dataclass(slots=True)
class Brought:
    """How many things came, how many were here already, and which links were left out."""

    counts: dict[str, int] = field(default_factory=dict)
    here: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


class _DryRun(Exception):  # noqa: N818  (no error: it takes back what was tried)
    pass


def import_whole(
    *, content: bytes, place: Place, by: Viewer, levels: bool = False, dry_run: bool = False
) -> Brought:
    """Read a file into a place.

    What is here already and reads the same is left alone; what is here and reads otherwise refuses the file.
    Links to practices, adoptions and projects that this hub does not have are left out and told.

    Parameters
    ----------
    levels : bool
        Let everything stand as in the other hub: who may see it, what was decided, what partners signed.
        Only where nobody has had a role at the place yet, and nothing public around an election.
    dry_run : bool
        Only say what would come.

    Raises
    ------
    FileRefusedError
        Everything that is wrong, each with its place in the file; nothing was written.
    """
    brought = Brought()
    try:
        with transaction.atomic():
            _Reader(
                files.opened(content, kind=KIND, number=NUMBER), place, by, levels, brought
            ).read()
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return brought


class _Reader:
    """Builds and keeps one thing after another; what is wrong is noted, and in the end all is taken back."""

    def __init__(
        self, told: Part, place: Place, by: Viewer, levels: bool, brought: Brought
    ) -> None:
        self.told, self.place, self.by, self.levels, self.brought = told, place, by, levels, brought
        self.wrongs = told.wrongs
        self.organisations: dict[str, Organisation] = {}
        #: What was wrong before each part, by its place in the file.
        self.before: dict[str, int] = {}

    @cached_property
    def plans(self) -> dict[str, Any]:
        """Plans of the place before the import, by their codes."""
        return {plan.code: self._less(plan_told(plan)) for plan in loaded(self.place)}

    @cached_property
    def reviews(self) -> list[tuple[Review, Any]]:
        """The same of reviews."""
        held = Review._unscoped.prefetch_related("challenges__severities").filter(place=self.place)
        return [(one, _less(review_told(one))) for one in held.order_by("pk")]

    def _less(self, plan: Any) -> Any:
        """A plan as it is compared."""
        return _less(plan if self.levels else _undecided(plan))

    def read(self) -> None:
        told = self.told
        if self.levels:
            files.only_before_anybody(self.place)
        named = told.part("place")
        if named is not None:
            named.text("slug")
            named.text("name")
        found = files.organisations_in(told)
        self.wrongs.stop()
        self.organisations = files.bring_organisations(found.values(), place=self.place, by=self.by)
        mandate = told.part("mandate")
        if mandate is not None:
            self._mandate(mandate)
        reviews = [self._review(part) for part in told.parts("reviews")]
        for part in told.parts("plans"):
            self._plan(part, reviews)
        told.end()
        self.wrongs.stop()

    # --- one thing
    def _built(self, model: type[models.Model], part: Part, **more: Any) -> Any:
        """A thing with its fields and texts, not kept yet."""
        self.before[part.at] = self._troubles
        thing = model(**more)
        for name in FIELDS[model]:
            self._field(thing, part, name)
        if isinstance(thing, Worded):
            thing.texts, thing.languages = part.texts(
                type(thing), needed=_NEEDED.get(model, ("title",))
            )
        if isinstance(thing, Agreed):
            thing.agree()
        if isinstance(thing, Levelled):
            level = part.text("visibility", one_of=Visibility.values)
            if self.levels and level:
                thing.visibility = level
                self._quiet(level, part)
        return thing

    def _quiet(self, level: str, part: Part) -> None:
        if level == Visibility.PUBLIC:
            try:
                refuse_around_election(self.place)
            except ValidationError as trouble:
                self.wrongs.refused(trouble, at=part.where("visibility"))

    def _field(self, thing: Any, part: Part, name: str) -> None:
        model = type(thing)
        held = model._meta.get_field(name)
        terms = library().taxonomy
        needed = not held.null and not held.blank and not held.has_default()
        if name in _LISTS:
            setattr(thing, name, part.strings(name, one_of=terms.codes(_LISTS[name])))
        elif isinstance(held, models.BooleanField):
            setattr(thing, name, part.flag(name))
        elif isinstance(held, models.DateField):
            setattr(thing, name, part.day(name, needed=needed))
        elif isinstance(held, models.DecimalField):
            setattr(thing, name, part.amount(name, needed=needed))
        elif isinstance(held, models.IntegerField):
            number = part.whole(name, needed=needed or name == "number")
            if number is not None:
                setattr(thing, name, number)
        else:
            setattr(thing, name, self._text(thing, part, name, needed))

    def _text(self, thing: Any, part: Part, name: str, needed: bool) -> str:
        model = type(thing)
        held = model._meta.get_field(name)
        kind = _CODED.get((model, name))
        if kind is not None:
            codes = library().taxonomy.codes(kind)
            told = part.text(name, one_of=codes, needed=needed)
        elif held.choices:
            told = part.text(name, one_of=[code for code, _label in held.choices], needed=needed)
        elif name in _FREE:
            return part.free(name, held.max_length or 600, needed=needed)
        else:
            told = part.text(name, held.max_length or 200, needed=needed)
        return told or (
            held.get_default() if held.has_default() and name not in part.told else told
        )

    def _keep(self, thing: Any, part: Part, *, parents: tuple[str, ...] = ()) -> Any:
        """Save a thing that is right and whose parents were kept; note what is wrong with it."""
        part.end()
        if any(getattr(thing, name) is None or getattr(thing, name).pk is None for name in parents):
            return thing
        try:
            thing.full_clean()
        except ValidationError as trouble:
            self.wrongs.refused(trouble, at=part.at or "file")
            return thing
        if self._troubles == self.before[part.at]:
            thing.save()
        name = thing._meta.model_name
        self.brought.counts[name] = self.brought.counts.get(name, 0) + 1
        return thing

    @property
    def _troubles(self) -> int:
        return len(self.wrongs.found) + self.wrongs.more

    def _organisation(self, part: Part, name: str, *, needed: bool = False) -> Organisation | None:
        told = part.text(name, 200, needed=needed)
        if not told:
            return None
        if told not in self.organisations:
            part.wrong(
                name,
                _("“%(name)s” is neither among the organisations of this file nor of this place. Add it to “organisations” with its types.")
                % {"name": told},
            )  # fmt: skip
        return self.organisations.get(told)

    def _same(self, kind: str) -> None:
        self.brought.here[kind] = self.brought.here.get(kind, 0) + 1

    # --- mandate and reviews
    def _mandate(self, part: Part) -> None:
        here = Mandate._unscoped.prefetch_related("tasks").filter(place=self.place).first()
        if here is not None:
            if _less(mandate_told(here)) == _less(part.told):
                self._same("mandate")
            else:
                self.wrongs.add(
                    _("This place has a mandate sheet that reads otherwise. Change it on its page, or take it out of the file."),
                    at=part.at,
                )  # fmt: skip
            return
        mandate = self._built(Mandate, part, place=self.place)
        tasks = list(part.parts("tasks"))
        self._keep(mandate, part)
        self._numbered(
            tasks,
            lambda one: self._keep(
                self._built(Task, one, mandate=mandate), one, parents=("mandate",)
            ),
        )
        self._note(mandate)

    def _numbered(self, parts: list[Part], keep: Any) -> list[Any]:
        """Keep each of a numbered list, no number twice; what was kept by its number."""
        seen: set[Any] = set()
        kept = []
        for one in parts:
            number = one.told.get("number")
            if isinstance(number, int) and number in seen:
                one.wrong("number", _("Something stands here twice. Keep one of the two."))
            seen.add(number if isinstance(number, int) else None)
            kept.append(keep(one))
        return kept

    def _note(self, thing: Any) -> None:
        if thing.pk is not None:
            state = {"state": str(thing.state)} if isinstance(thing, Plan) else {}
            note(thing, "import_whole", self.by, to=str(thing.visibility), **state)

    def _review(self, part: Part) -> Review | None:
        reads = _less(part.told)
        for here, told in self.reviews:
            if told == reads:
                self._same("review")
                return here
        review = self._built(Review, part, place=self.place)
        challenges = list(part.parts("challenges"))
        self._keep(review, part)
        codes: set[Any] = set()

        def challenge(one: Part) -> Any:
            made = self._built(Challenge, one, review=review)
            if made.code and made.code in codes:
                one.wrong("code", _("Something stands here twice. Keep one of the two."))
            codes.add(made.code)
            severities = list(one.parts("severities"))
            self._keep(made, one, parents=("review",))
            groups: set[Any] = set()
            for told in severities:
                felt = self._built(Severity, told, challenge=made)
                if felt.group in groups:
                    told.wrong("group", _("Something stands here twice. Keep one of the two."))
                groups.add(felt.group)
                self._keep(felt, told, parents=("challenge",))
            return made

        self._numbered(challenges, challenge)
        self._note(review)
        return review

    # --- plans
    def _plan(self, part: Part, reviews: list[Review | None]) -> None:
        code = part.told.get("code")
        here = Plan._unscoped.filter(code=code).exists() if isinstance(code, str) else False
        before = self.plans
        at = part.whole("review", low=0, needed=False)
        review = None
        if at is not None:
            review = reviews[at] if at < len(reviews) else None
            review = review if review is not None and review.pk else None
            if at >= len(reviews):
                part.wrong("review", _("The file has no review with this number."))
        if here:
            told = {name: value for name, value in part.told.items() if name != "review"}
            if code in before and before[code] == self._less(told):
                self._same("plan")
            else:
                part.wrong(
                    "code",
                    _(
                        "A plan with this code is here already and reads otherwise: it is not written over."
                    ),
                )
            return
        plan = self._built(Plan, part, place=self.place, review=review)
        if not _CODE.fullmatch(plan.code):
            part.wrong("code", _("A code is 5 to 12 small letters and digits."))
        if not self.levels:
            plan.state, plan.decided_on, plan.reviewed_on = PlanState.DRAFT, None, None
            plan.texts = _without_decision(plan.texts)
            plan.languages = [code for code in plan.languages if code in plan.texts]
        lists = {
            name: list(part.parts(name))
            for name in ("objectives", "actions", "indicators", "contributions")
        }
        self._keep(plan, part)
        challenges = (
            {one.number: one for one in Challenge._unscoped.filter(review=review)}
            if review is not None and review.pk
            else {}
        )
        objectives = {
            one.number: one
            for one in self._numbered(
                lists["objectives"], lambda one: self._objective(one, plan, challenges)
            )
        }
        actions = {
            one.number: one
            for one in self._numbered(
                lists["actions"], lambda one: self._action(one, plan, objectives)
            )
        }
        self._numbered(
            lists["indicators"], lambda one: self._indicator(one, plan, objectives, actions)
        )
        for one in lists["contributions"]:
            organisation = self._organisation(one, "organisation")
            made = self._built(Contribution, one, plan=plan, organisation=organisation)
            self._keep(made, one, parents=("plan",))
        if plan.pk is not None:
            settle(plan)
        self._note(plan)

    def _linked(self, part: Part, name: str, known: Mapping[int, Any]) -> Any:
        """What a number of this file names."""
        number = part.whole(name, needed=False)
        if number is None:
            return None
        found = known.get(number)
        if found is None:
            part.wrong(name, _("The file has none with this number."))
        return found if found is not None and found.pk else None

    def _objective(self, part: Part, plan: Plan, challenges: Mapping[int, Any]) -> Any:
        challenge = self._linked(part, "challenge", challenges)
        made = self._built(Objective, part, plan=plan, challenge=challenge)
        return self._keep(made, part, parents=("plan",))

    def _action(self, part: Part, plan: Plan, objectives: Mapping[int, Any]) -> Any:
        made = self._built(
            Action,
            part,
            plan=plan,
            objective=self._linked(part, "objective", objectives),
            owner=self._organisation(part, "owner"),
            funded_by=self._organisation(part, "funded_by"),
            **self._sources(part),
        )
        partners = part.strings("partners")
        steps, check = list(part.parts("steps")), part.part("check")
        for name in [name for name in partners if name and name not in self.organisations]:
            part.wrong(
                "partners",
                _("“%(name)s” is not among the organisations of this file.") % {"name": name},
            )
        made.added_later = made.added_later and self.levels
        self._keep(made, part, parents=("plan",))
        if made.pk is not None:
            Partnership._unscoped.bulk_create(
                Partnership(action=made, organisation=self.organisations[name])
                for name in partners
                if name in self.organisations
            )
        for one in steps:
            self._keep(self._built(ActionStep, one, action=made), one, parents=("action",))
        if check is not None:
            self._check(check, made)
        return made

    def _sources(self, part: Part) -> dict[str, Any]:
        """What led to it, where this hub has it; what it has not is left out and told."""
        found: dict[str, Any] = {}
        code = part.text("practice")
        if code:
            found["practice"] = Practice.objects.seen_by(SYSTEM).filter(code=code).first()
        adopted = part.text("adoption")
        if adopted:
            found["adoption"] = (
                Adoption.objects.seen_by(SYSTEM)
                .filter(place=self.place, practice__code=adopted)
                .first()
            )
        project = part.part("project")
        if project is not None:
            budget, number = project.text("budget", needed=True), project.whole("number")
            project.end()
            found["project"] = (
                Project.objects.seen_by(SYSTEM)
                .filter(budget__code=budget, budget__place=self.place, number=number)
                .first()
            )
        for name, one in found.items():
            if one is None:
                self.brought.left.append(part.where(name))
        return found

    def _check(self, part: Part, action: Any) -> None:
        check = self._built(RiskCheck, part, action=action)
        said = list(part.parts("sign_offs"))
        if not self.levels:
            check.state, check.edition = CheckState.DRAFT, 1
            said = []
        self._keep(check, part, parents=("action",))
        seen: set[Any] = set()
        for one in said:
            organisation = self._organisation(one, "organisation", needed=True)
            made = self._built(SignOff, one, check_of=check, organisation=organisation)
            key = (made.edition, organisation and organisation.pk)
            if key in seen:
                one.wrong("organisation", _("Something stands here twice. Keep one of the two."))
            seen.add(key)
            self._keep(made, one, parents=("check_of", "organisation"))

    def _indicator(
        self, part: Part, plan: Plan, objectives: Mapping[int, Any], actions: Mapping[int, Any]
    ) -> Any:
        made = self._built(
            Indicator,
            part,
            plan=plan,
            objective=self._linked(part, "objective", objectives),
            action=self._linked(part, "action", actions),
        )
        readings = list(part.parts("readings"))
        self._shown(made, part)
        self._keep(made, part, parents=("plan",))
        seen: set[Any] = set()
        for one in readings:
            reading = self._built(Reading, one, indicator=made)
            reading.shown_as = one.amount("shown_as")
            if reading.day in seen:
                one.wrong("day", _("Something stands here twice. Keep one of the two."))
            seen.add(reading.day)
            self._keep(reading, one, parents=("indicator",))
        return made

    def _shown(self, indicator: Any, part: Part) -> None:
        """What figures about people were shown from in the other hub (``plan.shown``)."""
        indicator.k = part.whole("k", needed=False) or 0
        indicator.baseline_as = part.amount("baseline_as")
        counts = part.told.get("counts") or []
        part.seen.add("counts")
        if not isinstance(counts, list) or not all(type(one) is int and one > 0 for one in counts):
            part.wrong("counts", _("Write a list of whole numbers."))
            return
        indicator.counts = counts


#: Levels each hub decides for itself; what led to an action may not be in this hub.
_APART = frozenset({"visibility", "practice", "adoption", "project"})


def _less(told: Any) -> Any:
    """The same without what may differ between two hubs."""
    if isinstance(told, dict):
        return {name: _less(value) for name, value in told.items() if name not in _APART}
    return [_less(one) for one in told] if isinstance(told, list) else told


#: What two people decide of a plan, and who said what of a check.
_OF_PLAN = frozenset({"state", "decided_on", "reviewed_on"})
_OF_CHECK = frozenset({"state", "edition", "sign_offs"})
_WORDS = frozenset({"decided_by", "decision", "reviewed"})


def _undecided(plan: Any) -> Any:
    """A plan of a file as it comes where nothing of it is decided yet."""
    told = _without(plan, _OF_PLAN)
    told["texts"] = texts = _without_decision(told.get("texts"))
    if isinstance(texts, dict) and isinstance(told.get("languages"), list):
        told["languages"] = [code for code in told["languages"] if code in list(texts)]
    if isinstance(told.get("actions"), list):
        told["actions"] = [_unsigned(one) for one in told["actions"]]
    return told


def _unsigned(action: Any) -> Any:
    told = _without(action, frozenset({"added_later"}))
    if isinstance(told, dict) and "check" in told:
        told["check"] = _without(told["check"], _OF_CHECK)
    return told


def _without_decision(texts: Any) -> Any:
    if not isinstance(texts, dict):
        return texts
    told = {language: _without(words, _WORDS) for language, words in texts.items()}
    return {language: words for language, words in told.items() if words}


def _without(told: Any, names: frozenset[str]) -> Any:
    if not isinstance(told, dict):
        return told
    return {name: value for name, value in told.items() if name not in names}
