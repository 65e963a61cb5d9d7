"""What the permission matrix asks about in the room of coordination: one function for each noun."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from baithak.coordination import seals
from baithak.coordination.models import (
    AgendaItem,
    Attendance,
    Balance,
    Body,
    Commitment,
    CommitmentStep,
    Contact,
    Day,
    Decision,
    Endorsement,
    JointStatement,
    LookBack,
    Meeting,
    Note,
    Part,
    Participants,
    Preparation,
    Raised,
    Reply,
    Request,
    ResponseCard,
    Seat,
    Series,
    Takeaway,
    Workshop,
)
from baithak.network.models import Organisation
from factories.plan_part_things import speaks_for
from factories.thing import Thing

TODAY = date(2026, 11, 24)


def things(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Everything of the room, by kind."""
    return {
        **_series(world, canary),
        **_workshops(world, canary),
        **_commitments(world, canary),
        **_bodies(world, canary),
        **_meetings(world, canary),
        **_requests(world, canary),
        **_days(world, canary),
        **_first_hours(world, canary),
        **_statements(world, canary),
        **_look_backs(world, canary),
        "matrix_kind": [Thing("csv", {"place": world.city.slug, "kind": "csv"}, "city")],
    }


# --- series, workshops, commitments
_LEVELS = ("mechanism", "city", "hub", "network", "public")


def _series(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found = []
    for level in _LEVELS:
        inside = canary if level in ("mechanism", "city") else ""
        made = Series._unscoped.create(
            place=world.city, visibility=level, languages=["en"],
            texts={"en": {"title": f"Walks {inside}", "description": f"For all {inside}"}},
        )  # fmt: skip
        found.append(Thing(level, {"series": made.pk}, "city", level))
    return {"series": found}


def _workshops(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Held ones under the Chatham House Rule, whose words stay in the room, and reported ones."""
    workshops, items, adds, files = [], [], [], []
    for level, state in (
        ("mechanism", "held"), ("city", "reported"), ("hub", "held"), ("network", "reported"),
        ("public", "held"), ("public", "reported"),
    ):  # fmt: skip
        inside = canary if level in ("mechanism", "city") else ""
        said = canary if state == "held" else inside
        made = Workshop._unscoped.create(
            place=world.city, visibility=level, state=state, begins=TODAY, ends=TODAY,
            languages=["en"], texts={"en": {"title": f"Workshop {inside}", "hosts": inside}},
        )  # fmt: skip
        told = {"workshop": made, "languages": ["en"]}
        part = Part._unscoped.create(number=1, texts={"en": {"title": f"Walk {inside}"}}, **told)
        raised = Raised._unscoped.create(
            code="hate_speech", texts={"en": {"description": f"Rumours {said}"}}, **told
        )
        takeaway = Takeaway._unscoped.create(
            number=1, texts={"en": {"title": f"Lamps {said}"}}, **told
        )
        Participants._unscoped.create(
            workshop=made, role="mayor", country="XA", organisation_type="cso", people=12
        )
        marks = frozenset({"published"} if state == "reported" else {"draft"})
        thing = Thing(f"{level} {state}", {"workshop": made.pk}, "city", level, marks)
        workshops.append(thing)
        files.append(replace(thing, kwargs={"workshop": made.pk, "kind": "docx"}))
        adds.append(replace(thing, kwargs={"workshop": made.pk, "kind": "takeaway"}))
        for kind, one in (("part", part), ("raised", raised), ("takeaway", takeaway)):
            if kind != "takeaway" and level in ("hub", "network"):
                continue  # the same levels as of a takeaway
            seen = marks | ({"open"} if kind == "part" else set())
            items.append(
                replace(
                    thing,
                    name=f"{thing.name} {kind}",
                    marks=seen,
                    kwargs={"kind": kind, "item": one.pk},
                )
            )
    return {
        "workshop": workshops,
        "workshop_item": items,
        "workshop_add": adds,
        "event_report": workshops,
        "event_report_file": files,
    }


def _commitments(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Each kept by the organisation for which the city's department staff speaks."""
    found = []
    doer, owner = speaks_for(world, "department_staff", canary)
    for level in _LEVELS:
        inside = canary if level in ("mechanism", "city") else ""
        made = Commitment._unscoped.create(
            place=world.city, visibility=level, owner=owner, due=TODAY, languages=["en"],
            texts={"en": {"title": f"Two lamps {inside}"}},
        )  # fmt: skip
        CommitmentStep._unscoped.create(
            commitment=made, day=TODAY, text=f"Asked the shops {inside}", state="open"
        )
        found.append(Thing(level, {"commitment": made.pk}, "city", level, ties={"doer": doer.pk}))
    table = Thing("csv", {"place": world.city.slug, "kind": "csv"}, "city")
    return {"commitment": found, "commitment_table": [table]}


# --- bodies and meetings
def _bodies(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """A body of each level. Which organisation sits in it is the city's own, however many see the body."""
    bodies, seats, files = [], [], []
    sits = Organisation._unscoped.create(
        place=world.city, name=f"Canal traders {canary}", types=["cso"]
    )
    for level in _LEVELS:
        inside = canary if level in ("mechanism", "city") else ""
        made = Body._unscoped.create(
            place=world.city, visibility=level, kind="peace_committee", languages=["en"],
            texts={"en": {"title": f"Committee {inside}", "charter": f"Seven seats {inside}"}},
        )  # fmt: skip
        seat = Seat._unscoped.create(
            body=made, number=1, organisation=sits, languages=["en"],
            texts={"en": {"title": f"Traders {inside}"}},
        )  # fmt: skip
        Balance._unscoped.create(body=made, on=TODAY, taken=7, women=3, young=1, civil=4)
        bodies.append(Thing(level, {"body": made.pk}, "city", level))
        seats.append(Thing(level, {"seat": seat.pk}, "city", level))
        files.append(Thing(level, {"body": made.pk, "kind": "csv"}, "city", level))
    return {"body": bodies, "seat": seats, "body_file": files}


def _meetings(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """A held meeting of each level, every second one under the Chatham House Rule. Who was there is the
    team's own, and so is a quiet note of a meeting that everybody may see.
    """
    kinds = ("meeting", "meeting_point", "meeting_decision", "meeting_note", "meeting_file")
    found: dict[str, list[Thing]] = {kind: [] for kind in kinds}
    there = Organisation._unscoped.create(
        place=world.city, name=f"Boat owners {canary}", types=["cso"]
    )
    for number, level in enumerate(_LEVELS):
        inside = canary if level in ("mechanism", "city") else ""
        told = {"languages": ["en"]}
        made = Meeting._unscoped.create(
            place=world.city, visibility=level, on=TODAY, state="held", present=4,
            closed_room=number % 2 == 0, texts={"en": {"title": f"Evening {inside}"}}, **told,
        )  # fmt: skip
        of = {"meeting": made, "number": 1, **told}
        point = AgendaItem._unscoped.create(texts={"en": {"title": f"Lamps {inside}"}}, **of)
        decision = Decision._unscoped.create(texts={"en": {"title": f"Two lamps {inside}"}}, **of)
        note = Note._unscoped.create(
            texts={"en": {"title": f"Dark lanes {inside}"}}, visibility=level, **of
        )
        Attendance._unscoped.create(meeting=made, organisation=there)
        for kind, more in (
            ("meeting", {"meeting": made.pk}),
            ("meeting_point", {"item": point.pk}),
            ("meeting_decision", {"decision": decision.pk}),
            ("meeting_note", {"note": note.pk}),
            ("meeting_file", {"meeting": made.pk, "kind": "docx"}),
        ):
            found[kind].append(Thing(level, more, "city", level))
        if level == "public":
            quiet = Note._unscoped.create(
                meeting=made, number=2, texts={"en": {"title": f"Quiet {canary}"}}, **told
            )
            found["meeting_note"].append(
                Thing("quiet in public", {"note": quiet.pk}, "city", "mechanism")
            )
    return found


# --- requests, days, the first hour, statements, looking back
def _requests(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """From the city to the other city: a draft, which the other side does not see, and later ones."""
    found = []
    for name, state in (("draft", "draft"), ("open", "sent"), ("closed", "closed")):
        inside = canary if name == "draft" else ""
        made = Request._unscoped.create(
            place=world.city, to=world.other_city, kind="data", state=state, office=inside,
            sent_on=None if name == "draft" else TODAY, languages=["en"],
            texts={"en": {"title": f"Counts {inside}", "description": f"By ward {inside}"}},
        )  # fmt: skip
        if name != "draft":
            Reply._unscoped.create(
                request=made, at_place=world.city, on=TODAY, languages=["en"],
                texts={"en": {"title": "For the council"}},
            )  # fmt: skip
        marks = frozenset({name})
        found.append(Thing(name, {"asked": made.pk}, "city", marks=marks, asked="other_city"))
    return {"request": found}


def _days(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    days, lines = [], []
    for level in _LEVELS:
        inside = canary if level in ("mechanism", "city") else ""
        made = Day._unscoped.create(
            place=world.city, visibility=level, kind="both", begins=TODAY, ends=TODAY,
            repeats="yearly", languages=["en"],
            texts={"en": {"title": f"New year {inside}", "description": f"Ask first {inside}"}},
        )  # fmt: skip
        line = Preparation._unscoped.create(
            day=made, number=1, languages=["en"], texts={"en": {"title": f"Lamps {inside}"}}
        )
        days.append(Thing(level, {"day": made.pk}, "city", level))
        lines.append(Thing(level, {"preparation": line.pk}, "city", level))
    return {"day": days, "preparation": lines}


def _first_hours(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """A place has one card: each level stands with another city. The offices are their own team's."""
    cards, contacts = [], []
    for place, level in (("city", "mechanism"), ("other_city", "hub"), ("far_city", "public")):
        inside = canary if place == "city" else ""
        city = getattr(world, place)
        card = ResponseCard._unscoped.create(
            place=city, visibility=level, languages=["en"],
            texts={"en": {"who_speaks": f"The mayor {inside}", "first_steps": f"Find out {inside}"}},
        )  # fmt: skip
        contact = Contact._unscoped.create(
            card=card, number=1, office=f"Station {inside}", sealed=seals.seal(f"0771234567{inside}"),
            agreed_on=TODAY, until=date(2099, 1, 1),
        )  # fmt: skip
        cards.append(Thing(level, {"place": city.slug}, place, level))
        contacts.append(Thing(level, {"contact": contact.pk}, place, level))
    return {"first_hour": cards, "contact": contacts}


def _statements(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """From a draft to a released one; who stands behind it unnamed is the city's own. Two of the city speak
    for an organisation.
    """
    found = []
    (doer, _office), (signer, _club) = (
        speaks_for(world, role, canary) for role in ("department_staff", "partner")
    )
    ties = {"doer": doer.pk, "signer": signer.pk}
    behind = Organisation._unscoped.create(
        place=world.city, name=f"Ferry union {canary}", types=["cso"]
    )
    for level, state in (
        ("mechanism", "draft"), ("city", "ready"), ("hub", "ready"), ("public", "released"),
    ):  # fmt: skip
        inside = canary if level in ("mechanism", "city") else ""
        made = JointStatement._unscoped.create(
            place=world.city, visibility=level, state=state, languages=["en"],
            released_on=TODAY if state == "released" else None,
            texts={"en": {"title": f"The market is open {inside}", "text": f"Go {inside}"}},
        )  # fmt: skip
        Endorsement._unscoped.create(statement=made, organisation=behind, edition=1, on=TODAY)
        name = f"{level} {state}"
        marks = frozenset({state} & {"draft", "ready"})
        found.append(Thing(name, {"statement": made.pk}, "city", level, marks, ties))
    return {"joint_statement": found}


def _look_backs(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found = []
    for level in _LEVELS:
        inside = canary if level in ("mechanism", "city") else ""
        made = LookBack._unscoped.create(
            place=world.city, visibility=level, on=TODAY, languages=["en"],
            texts={"en": {"title": f"The market {inside}", "change": f"One list {inside}"}},
        )  # fmt: skip
        found.append(Thing(level, {"look_back": made.pk}, "city", level))
    return {"look_back": found}
