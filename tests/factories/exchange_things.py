"""Things of the exchange for the permission matrix: one function per noun, each gives its kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from baithak.exchange.models import (
    Adoption,
    AdoptionStep,
    Answer,
    CityProfile,
    Lesson,
    Practice,
    Question,
    Readiness,
    Resource,
    Translation,
    Version,
)
from baithak.exchange.records.stored import plain
from baithak.web.files import keep
from factories.exchange import record
from factories.thing import Thing

TODAY = date(2026, 11, 24)


def things(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Everything of the exchange, by kind. ``canary`` is written into what stays inside the city."""
    return {
        **_practices(world, canary),
        **_adoptions(world, canary),
        **_questions(world, canary),
        **_shelf(world, canary),
        **_files(),
        **_guide(),
        **_checklists(world, canary),
        **_profiles(world, canary),
    }


def practice(
    world: SimpleNamespace,
    code: str,
    state: str,
    visibility: str,
    canary: str = "",
    *,
    origin: str = "",
    place: str = "city",
) -> Practice:
    """A practice as it would be after its whole way, without going it."""
    out = state in ("published", "retired")
    made = Practice._unscoped.create(
        place=getattr(world, place),
        owner=world.people[place].get("city_officer"),
        code=code,
        origin=origin,
        visibility=visibility,
    )
    version = Version._unscoped.create(
        practice=made,
        number=1,
        state="published" if out else state,
        aim="public" if state == "review" else "",
        level=("public" if out else ""),
        data=plain(
            record(code, title=f"Lamps {canary}", summary=f"A lamp in every lane {canary}.")
        ),
        published_on=TODAY if out else None,
    )
    if out:
        made.current, made.published_on, made.changed_on = version, TODAY, TODAY
    made.state = state
    made.retired_because = "The fund ended." if state == "retired" else ""
    made.save()
    return made


def _practices(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: list[Thing] = []
    for state, visibility, origin, place in (
        ("draft", "mechanism", "", "city"),
        ("review", "hub", "", "city"),
        ("published", "city", "", "city"),
        ("published", "network", "", "city"),
        ("published", "public", "", "city"),
        ("retired", "hub", "", "city"),
        ("published", "public", "baithak", "hub"),
    ):
        code = f"{state}-{visibility}-{place}"
        inside = canary if place == "city" and visibility in ("mechanism", "city") else ""
        practice(world, code, state, visibility, inside, origin=origin, place=place)
        marks = frozenset({state, "copy" if origin else "own"})
        found.append(Thing(code, {"code": code}, place, visibility, marks))
    files = [replace(one, kwargs={**one.kwargs, "kind": "json"}) for one in found]
    return {"practice": found, "practice_file": files, **_parts(found, canary)}


def _parts(practices: list[Thing], canary: str) -> dict[str, list[Thing]]:
    """The first version of each, and its words in another language."""
    versions, translations = [], []
    for one in practices:
        inside = canary if one.visibility in ("mechanism", "city") else ""
        Translation._unscoped.create(
            practice=Practice._unscoped.get(code=one.name),
            language="ta",
            texts={"title": f"Lamps {inside}", "summary": f"In Tamil {inside}"},
            of_version=1,
            status="reviewed",
        )
        versions.append(replace(one, kwargs={**one.kwargs, "number": 1}))
        translations.append(replace(one, kwargs={**one.kwargs, "language": "ta"}))
    return {"version": versions, "translation": translations}


def _files() -> dict[str, list[Thing]]:
    """Kinds of files that hold no more than everybody may see: strangers look for the city's own in them."""
    return {
        "export_kind": [Thing(kind, {"kind": kind}, "city") for kind in ("csv", "jsonld")],
        "table_kind": [Thing("csv", {"kind": "csv"}, "city")],
    }


def _guide() -> dict[str, list[Thing]]:
    return {"guide_step": [Thing("mapping", {"code": "mapping"})]}


#: A city has one checklist and one profile: each level stands with another city.
_LEVELS = (("city", "mechanism"), ("other_city", "hub"), ("far_city", "public"))


def _checklists(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: list[Thing] = []
    for place, visibility in _LEVELS:
        inside = canary if place == "city" else ""
        city = getattr(world, place)
        told = {"state": "started", "evidence": f"A draft {inside}", "owner": "", "day": ""}
        Readiness._unscoped.create(place=city, visibility=visibility, answers={"I1": told})
        found.append(Thing(visibility, {"place": city.slug}, place, visibility))
    parts = [replace(one, kwargs={**one.kwargs, "group": "I"}) for one in found]
    return {"readiness": found, "readiness_group": parts}


def _profiles(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: list[Thing] = []
    for place, visibility in _LEVELS:
        city = getattr(world, place)
        # A page shows labels of codes; what is no code of the taxonomy is its own label.
        challenges = ["hate_speech", f"local {canary}" if place == "city" else "online_hate"]
        CityProfile._unscoped.create(place=city, visibility=visibility, challenges=challenges)
        found.append(Thing(visibility, {"place": city.slug}, place, visibility))
    hub = Thing("hub", {"place": world.hub.slug}, "hub", marks=frozenset({"hub_place"}))
    return {"profile": found, "city_page": [Thing("city", {"place": world.city.slug}, "city"), hub]}


def _questions(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Questions of the city: to the other city's team, and to communities, each with an answer."""
    found: list[Thing] = []
    answers: list[Thing] = []
    about = practice(world, "asked-about", "published", "public", place="other_city")
    for visibility, letter, closed, chatham in (
        ("mechanism", True, False, False),
        ("mechanism", True, True, True),
        ("mechanism", False, False, False),
        ("city", False, False, False),
        ("hub", False, False, True),
        ("network", False, True, False),
    ):
        inside = canary if visibility in ("mechanism", "city") and not letter else ""
        asked = Question._unscoped.create(
            place=world.city,
            practice=about if letter else None,
            to_place=world.other_city if letter else None,
            challenge="" if letter else "hate_speech",
            text=f"What helped {inside}?",
            visibility=visibility,
            chatham=chatham,
            closed=closed,
            asked=TODAY,
        )
        told = Answer._unscoped.create(question=asked, by_place=None if chatham else world.other_city,
                                       text=f"Tea {inside}", day=TODAY)  # fmt: skip
        marks = {"closed" if closed else "open"}
        marks |= {"community"} if visibility in ("hub", "network") else set()
        name = f"{visibility} {'letter' if letter else 'community'}"
        facts = {
            "place": "city",
            "visibility": visibility,
            "marks": frozenset(marks),
            "asked": "other_city" if letter else "",
        }
        found.append(Thing(name, {"question": asked.pk}, **facts))
        answers.append(Thing(name, {"answer": told.pk}, **facts))
    return {"question": found, "answer": answers}


def _adoptions(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """What the city took up of the library, and the lessons it tells; the last names no place."""
    found: list[Thing] = []
    lessons: list[Thing] = []
    for visibility in ("mechanism", "city", "hub", "network", "public"):
        inside = canary if visibility in ("mechanism", "city") else ""
        taken = practice(
            world, f"taken-up-{visibility}", "published", "public", origin="baithak", place="hub"
        )
        made = Adoption._unscoped.create(
            place=world.city,
            practice=taken,
            visibility=visibility,
            reason=f"Dark lanes {inside}",
            lesson=f"Ask the shops {inside}",
        )
        AdoptionStep._unscoped.create(adoption=made, day=TODAY, text=f"A lamp {inside}")
        told = Lesson._unscoped.create(
            place=world.city,
            practice=taken,
            adoption=made,
            visibility=visibility,
            title=f"Ask first {inside}",
            text=f"Then light {inside}",
            day=TODAY,
            unattributed=visibility == "public",
        )
        found.append(Thing(visibility, {"adoption": made.pk}, "city", visibility))
        lessons.append(Thing(visibility, {"lesson": told.pk}, "city", visibility))
    return {"adoption": found, "lesson": lessons}


def _shelf(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Files of the city at every level, a link, and a link that came with the hub."""
    found: list[Thing] = []
    for visibility in ("mechanism", "city", "hub", "network", "public"):
        inside = canary if visibility in ("mechanism", "city") else ""
        upload = SimpleUploadedFile("a.txt", f"Ask first {inside}\n".encode(), "text/plain")
        kept = keep(upload)
        made = _resource(
            world.city, visibility, inside, file_name=kept.name, file_type=kept.media_type,
            file_size=kept.size, file_digest=kept.sha256,
        )  # fmt: skip
        found.append(
            Thing(visibility, {"resource": made.pk}, "city", visibility, frozenset({"own"}))
        )
    files = list(found)
    for place, name, shipped in (("city", "own", False), ("hub", "copy", True)):
        made = _resource(
            getattr(world, place), "public", "", url="https://guides.example/a", shipped=shipped
        )
        found.append(Thing(name, {"resource": made.pk}, place, "public", frozenset({name})))
    return {"resource": found, "resource_file": files}


def _resource(place: Any, visibility: str, canary: str, **told: Any) -> Resource:
    return Resource._unscoped.create(
        place=place, visibility=visibility, title=f"How to listen {canary}", about=canary,
        publisher=f"Ward office {canary}", licence="CC0", added_on=TODAY, **told,
    )  # fmt: skip
