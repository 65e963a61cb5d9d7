"""The example budget, through the same services as everybody: from proposals to the counted result."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from baithak.budget import services, tasks
from baithak.budget.models import Budget, Project
from baithak.home.demonstration import content
from baithak.home.demonstration.ballots import Voter, simulate_ballots
from baithak.network import keys
from baithak.network import services as network
from baithak.network.models import Place
from baithak.network.scope import SYSTEM, Viewer

__all__ = ["count", "has_budget", "load_budget"]

#: One name for each form of the example: a second load finds that it was sent before.
_HANDLES = uuid.UUID("0c1d5b2e-6f0a-4f64-8d53-6d6f6e657921")


def has_budget(places: Mapping[str, Place]) -> bool:
    """Whether the example is there already."""
    place = places[content.budget()["budget"]["place"]]
    return Budget.objects.seen_by(SYSTEM).filter(place=place).exists()


def load_budget(places: Mapping[str, Place], people: Mapping[str, Viewer]) -> None:
    """Set up, proposed, checked, voted on and closed; the count is the worker's."""
    told = content.budget()
    place = told["budget"]["place"]
    officer, mayor = people[f"city_officer@{place}"], people[f"mayor@{place}"]
    with transaction.atomic():
        budget = _set_up(told, places[place], officer, mayor)
        numbers = _projects(told, budget, officer, people[f"moderator@{place}"])
        voters = simulate_ballots()
        codes = _slips(budget, voters, officer)
        asked = services.ask_to_vote(budget=budget, reason="All proposals are checked.", by=officer)
        network.confirm_two_person(act=asked, by=mayor)
        budget.refresh_from_db()
        for voter, code in zip(voters, codes, strict=True):
            chosen = {numbers[name]: 1 for name in voter.projects}
            services.cast_ballot(
                budget=budget.pk,
                pid=keys.pseudonym(budget.key, code),
                choices=services.checked_choices(budget, chosen),
                handle=uuid.uuid5(_HANDLES, code),
            )
        services.close(budget=budget, by=officer)


def count() -> None:
    """Seal and count what is closed; later ones are the worker's."""
    while any([chore() for chore in tasks.CHORES]):
        pass


def _words(told: Mapping[str, Any], language: str) -> dict[str, str]:
    return {
        "title": told["title"][language],
        "description": told["description"][language],
        "landmark": "",
    }


def _set_up(told: Mapping[str, Any], place: Place, officer: Viewer, mayor: Viewer) -> Budget:
    of = told["budget"]
    budget = services.create(
        place=place,
        texts={
            language: {part: of[part][language] for part in ("title", "question", "description")}
            for language in content.LANGUAGES
        },
        areas=[{code: area[code] for code in content.LANGUAGES} for area in told["areas"]],
        envelope=Decimal(of["envelope"]),
        currency=of["currency"],
        most_projects=of["most_projects"],
        by=officer,
    )
    asked = services.ask_to_open(
        budget=budget, reason="The council has set the money aside.", by=officer
    )
    network.confirm_two_person(act=asked, by=mayor)
    budget.refresh_from_db()
    return budget


def _projects(
    told: Mapping[str, Any], budget: Budget, officer: Viewer, moderator: Viewer
) -> dict[str, int]:
    """Every project proposed, let in, translated and checked; gives the number of each."""
    areas = {area["slug"]: str(at) for at, area in enumerate(told["areas"], start=1)}
    areas[""] = ""
    numbers = {}
    first, *others = content.LANGUAGES
    for one in [*told["projects"], *told["declined"]]:
        facts: dict[str, Any] = {
            "budget": budget,
            "words": _words(one, first),
            "language": first,
            "handle": uuid.uuid5(_HANDLES, one["id"]),
            "cost": tuple(Decimal(bound) for bound in one["range"]),
            "area": areas[one["area"]],
            "at": tuple(one["at"]) if "at" in one else None,
        }
        project: Project
        if one.get("by") == "department":
            project = services.add(**facts, by=officer)
        else:
            project = services.show(project=services.propose(**facts), by=moderator)
        for language in others:
            services.translate(
                project=project, language=language, words=_words(one, language), by=officer
            )
        if "cost" in one:
            project = services.accept(project=project, cost=Decimal(one["cost"]), by=officer)
            numbers[one["id"]] = project.number or 0
        else:
            services.decline(project=project, reason=one["reason"], by=officer)
    return numbers


def _slips(budget: Budget, voters: tuple[Voter, ...], officer: Viewer) -> list[str]:
    """A code for every voter, from the batch of the channel by which it reached them."""
    drawn = {
        channel: services.make_slips(
            budget=budget,
            size=sum(voter.channel == channel for voter in voters),
            channel=channel,
            handle=uuid.uuid5(_HANDLES, channel),
            by=officer,
        )
        for channel in sorted({voter.channel for voter in voters})
    }
    return [drawn[voter.channel].pop() for voter in voters]
