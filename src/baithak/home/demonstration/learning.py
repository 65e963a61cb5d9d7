"""The library in the example hub, a practice that an example city wrote, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from baithak.dialogue import findings
from baithak.dialogue import queries as dialogues
from baithak.exchange.queries import adoptions as adopted
from baithak.exchange.queries import practices as queries
from baithak.exchange.readiness import State
from baithak.exchange.records import Practice as Record
from baithak.exchange.records import Source, library
from baithak.exchange.services import (
    adoptions,
    lessons,
    loading,
    practices,
    profiles,
    publishing,
    questions,
    readiness,
    translations,
)
from baithak.home.demonstration import content
from baithak.network import services as network
from baithak.network.models import Place, Shared, Visibility
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "has_adoptions",
    "has_library",
    "has_practice",
    "load_adoptions",
    "load_library",
    "load_practice",
]


def has_library() -> bool:
    """Whether the shipped library is there as it is now."""
    held = {one.practice.id: one.practice for one in loading.copies()}
    return all(held.get(practice.id) == practice for practice in library().practices)


def load_library(places: Mapping[str, Place]) -> None:
    """The 153 practices that come with Baithak, held by the example hub."""
    loading.load_library(library=library(), place=places["example-hub"], by=SYSTEM)


def has_practice() -> bool:
    """Whether the example is there already."""
    told = content.practices()["practice"]["record"]
    return queries.practice(SYSTEM, code=told["id"]) is not None


@transaction.atomic
def load_practice(people: Mapping[str, Viewer], places: Mapping[str, Place]) -> None:
    """Written by the officer, let out with the mayor's word, reviewed by the other city."""
    told = content.practices()["practice"]
    place = told["place"]
    officer, mayor = people[f"city_officer@{place}"], people[f"mayor@{place}"]
    practice = practices.begin(place=places[place], record=_record(told["record"]), by=officer)
    asked = publishing.ask_review(
        practice=practice, aim=told["aim"], reason=told["reason"], by=officer
    )
    network.confirm_two_person(act=asked, by=mayor)
    reviewer = people[f"city_officer@{told['reviewer']}"]
    version = queries.review(reviewer, code=practice.code)
    if version is None:
        raise LookupError(f"{practice.code} is not in review")
    practice = publishing.approve(version=version, text=told["review"], by=reviewer)
    for language, texts in told["translations"].items():
        translations.translate(
            practice=practice, language=language, texts=texts, by=officer, by_machine=True
        )


def _record(told: Mapping[str, Any]) -> Record:
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
    values["sources"] = tuple(Source(**source) for source in told["sources"])
    return Record(**values)


def has_adoptions() -> bool:
    """Whether the cities have taken something up already."""
    return adopted.adoptions(SYSTEM).exists()


@transaction.atomic
def load_adoptions(people: Mapping[str, Viewer], places: Mapping[str, Place]) -> None:
    """Profiles, adoptions with what came of them, a lesson, questions with answers, a checklist."""
    told = content.practices()
    for one in told["profiles"]:
        made = profiles.write(
            place=places[one["place"]],
            challenges=one["challenges"],
            traits=one["traits"],
            mandate=one["mandate"],
            latitude=None,
            longitude=None,
            by=_officer(people, one),
        )
        _share(made, people, one["place"])
    for one in told["adoptions"]:
        _adopt(one, people, places)
    for one in told["questions"]:
        _ask(one, people, places)
    lesson = told["lesson"]
    practice = _practice(told["practice"]["record"]["id"])
    made_lesson = lessons.write(
        place=places[lesson["place"]],
        title=lesson["title"],
        text=lesson["text"],
        language="en",
        practice=practice,
        adoption=adopted.of_place(SYSTEM, places[lesson["place"]], practice),
        by=_officer(people, lesson),
    )
    _share(made_lesson, people, lesson["place"])
    _fill_in(told["readiness"], people, places)


def _officer(people: Mapping[str, Viewer], told: Mapping[str, Any]) -> Viewer:
    return people[f"city_officer@{told['place']}"]


def _practice(code: str) -> Any:
    found = queries.practice(SYSTEM, code=code)
    if found is None:
        raise LookupError(f"there is no practice {code}")
    return found


def _share(made: Shared, people: Mapping[str, Viewer], place: str) -> None:
    """With the mayor's word."""
    asked = network.ask_widening(
        shared=made,
        to=Visibility.HUB,
        reason="The other city has asked for it.",
        by=people[f"city_officer@{place}"],
    )
    network.confirm_two_person(act=asked, by=people[f"mayor@{place}"])


def _finding(place: Place, statement: str) -> str:
    """How the statement of the example dialogue is named, where its map shows it as a finding."""
    numbers = {one["id"]: at for at, one in enumerate(content.dialogue()["statements"], start=1)}
    dialogue = dialogues.dialogues(SYSTEM, place.slug).first()
    return findings.name(dialogue.code, numbers[statement]) if dialogue is not None else ""


def _adopt(
    told: Mapping[str, Any], people: Mapping[str, Viewer], places: Mapping[str, Place]
) -> None:
    place, officer = places[told["place"]], _officer(people, told)
    today = timezone.localdate()
    adoption = adoptions.adopt(
        place=place,
        practice=_practice(told["practice"]),
        reason=told["reason"],
        changed=told["changed"],
        because=_finding(place, told["because"]) if "because" in told else "",
        begins=today - timedelta(days=told["steps"][0]["days_ago"]),
        language="en",
        by=officer,
    )
    for step in told["steps"]:
        adoptions.add_step(
            adoption=adoption,
            day=today - timedelta(days=step["days_ago"]),
            text=step["text"],
            by=officer,
        )
    said = {k: told[k] for k in ("state", "result", "outcome", "lesson") if k in told}
    adoption = adoptions.change(adoption=adoption, by=officer, **said)
    if "shared" in told:
        _share(adoption, people, told["place"])


def _ask(
    told: Mapping[str, Any], people: Mapping[str, Viewer], places: Mapping[str, Place]
) -> None:
    question = questions.ask(
        place=places[told["place"]],
        text=told["text"],
        language="en",
        practice=_practice(told["practice"]) if "practice" in told else None,
        challenge=told.get("challenge", ""),
        chatham=told.get("chatham", False),
        by=_officer(people, told),
    )
    if "challenge" in told:
        _share(question, people, told["place"])
    questions.answer(
        question=question,
        by_place=places[told["answerer"]],
        text=told["answer"],
        language="en",
        by=people[f"city_officer@{told['answerer']}"],
    )


def _fill_in(
    told: Mapping[str, Any], people: Mapping[str, Viewer], places: Mapping[str, Place]
) -> None:
    given = {}
    for group in ("mandate", "understanding", "rights", "coordination"):
        for pair in told[group].split():
            code, _, state = pair.partition(":")
            given[code] = readiness.Given(
                State(state), evidence=told["evidence"] if state == "in_place" else ""
            )
    readiness.edit(place=places[told["place"]], given=given, by=_officer(people, told))
