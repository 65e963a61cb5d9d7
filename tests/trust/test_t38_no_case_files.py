"""T38: no case files (R1). Nothing in any room can hold what somebody is suspected of, or leads to a person.

Three walls, each with its control:

1. The tables of all rooms: no banned word in a model, a field, a text or a code; no foreign key from plans,
   coordination or anything like an incident to a person. What looks like one and is none stands below with
   its reason: the list is read by a person before each release.
2. Two hundred texts with numbers of papers, phones and plates, in the forms of five countries and in native
   digits, given to every free text of plans and coordination: all are refused. Honest texts pass.
3. The source: a text of these rooms is written by ``put_texts`` or ``no_persons``, and by nothing else.

What no pattern can tell: a bare number of seven digits (an amount, or a phone on the Maldives), a plate that
ends in a year, small letters. There the help texts and a second reader have to do.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.test.utils import isolate_apps
from django.utils import timezone

from baithak.coordination.services import commitments, first_hour, requests
from baithak.exchange.records import library
from baithak.network import wording
from baithak.network.models import Invitation, Membership, User, Worded
from baithak.network.services.texts import put_texts
from baithak.panel.models import Registrant
from baithak.plan.services import actions, indicators, reviews, risks
from factories import coordination as together
from factories import network as people
from factories import personal
from factories import plan as make

pytestmark = pytest.mark.trust

SOURCE = Path(__file__).resolve().parents[2] / "src" / "baithak"
#: The rooms that speak of situations: no person at all.
ROOMS = ("plan", "coordination")
#: Tables that stand for one person.
PERSONS = {User, Membership, Invitation, Registrant}

# --- 1. the tables

#: Words that no table, field, text or code may bear. Compared word by word, in the singular.
BANNED = frozenset(
    {
        "accused", "address", "affiliation", "allegation", "belief", "biometric", "birth",
        "birthday", "blacklist", "case", "casefile", "caste", "cnic", "contact", "denomination",
        "dob", "dossier", "email", "ethnicity", "extremist", "face", "faith", "fingerprint",
        "gang", "gender", "gps", "gun", "ideology", "imei", "informant", "informer", "ip",
        "latitude", "lat", "lon", "longitude", "member", "militant", "mobile", "nationality",
        "neighbour", "nic", "nid", "offence", "offender", "passport", "perpetrator", "person",
        "phone", "photo", "plate", "politics", "profile", "race", "radical", "radicalisation",
        "radicalised", "referral", "religion", "sect", "sex", "suspect", "suspicion", "target",
        "terrorist", "threat", "tribe", "vehicle", "victim", "vulnerability", "vulnerable",
        "watchlist", "witness",
    }
)  # fmt: skip
#: What bears such a word and describes no person by it, and why. Read before each release.
REVIEWED = {
    "coordination.Contact": "an office that agreed to be called, until a day; names nobody, its number is locked",
    "exchange.CityProfile": "what a city tells of itself: its languages, its form of government",
    "exchange.CityProfile.latitude": "where a city lies, as any map says",
    "exchange.CityProfile.longitude": "where a city lies, as any map says",
    "journal.Receipt.witness": "an office outside the hub that keeps heads of the journal",
    "journal.Witness": "an office outside the hub that keeps heads of the journal",
    "journal.Witness.address": "where that office can be written to; an office, no home",
    "network.Invitation.email": "whom to send an invitation to an account; gone when it ends",
    "network.TwoPersonAct": "that an act takes two people with accounts; it is about the act",
    "network.User.email": "an account of somebody who works here, to sign in with",
    "panel.Registrant.contact": "locked, to tell somebody who asked for it that they were drawn; deleted after",
    "panel.Registrant.contact_mark": "a keyed mark, so that nobody registers twice; deleted with it",
    "plan.Action.target_groups": "for whom an action is: codes of the library, which name nobody as a risk",
    "plan.Indicator.target": "the figure that should be reached",
    "plan.Indicator.target_on": "the day by which it should be reached",
}


def words(name: str) -> set[str]:
    """The words of a name, in the singular: ``RiskCheck``, ``target_groups``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return {w for word in apart if word for w in (word, word.removesuffix("s"))}


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("baithak.")]


def names(of: Iterable[type[models.Model]]) -> Iterator[tuple[str, str]]:
    """Everything that has a name in a table: where, and the name."""
    for model in of:
        label = model._meta.label
        yield label, model.__name__
        for field in model._meta.get_fields():
            if field.concrete:
                yield f"{label}.{field.name}", field.name
        for text in getattr(model, "LONGEST", {}):
            yield f"{label}[{text}]", text


def banned(of: Iterable[type[models.Model]]) -> set[str]:
    return {where for where, name in names(of) if words(name) & BANNED}


def test_no_table_describes_a_person():
    assert banned(ours()) == set(REVIEWED)
    assert all(len(reason) > 20 for reason in REVIEWED.values())
    # The floor: it looked at all rooms and at hundreds of names.
    assert len({model._meta.app_label for model in ours()}) >= 8
    assert len(list(names(ours()))) >= 500


@isolate_apps("baithak.plan")
def test_control_a_field_of_suspicion_is_found():
    class PersonOfConcern(models.Model):  # noqa: DJ008 (never shown)
        suspicion = models.TextField()
        fullName = models.TextField()  # noqa: N815 (capitals hide no word)

        LONGEST = {"religion": 200}

        class Meta:
            app_label = "plan"

    assert banned([PersonOfConcern]) == {
        "plan.PersonOfConcern",
        "plan.PersonOfConcern.suspicion",
        "plan.PersonOfConcern[religion]",
    }


#: Words that no code of the library may bear: who lives here is no risk. Of challenges, codes name what
#: happens; those about return speak of people who come back and are owed help.
NO_CODE = frozenset(
    {
        "suspect", "offender", "extremist", "radical", "terrorist", "perpetrator", "criminal",
        "informant",
    }
)  # fmt: skip


def test_no_group_of_the_library_is_a_suspicion():
    taxonomy = library().taxonomy
    codes = [
        code
        for kind in ("target_groups", "mechanisms", "approaches")
        for code in taxonomy.codes(kind)
    ]
    assert [code for code in codes if words(code) & NO_CODE] == []
    assert len(codes) >= 60


def leads_to_a_person(of: Iterable[type[models.Model]]) -> list[str]:
    """Foreign keys to a person, and to what is about one person, however far away."""
    found = []
    for model in of:
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model in PERSONS:
                found.append(f"{model._meta.label}.{field.name}")
    return found


#: What is like an incident in any room: it may not lead to a person either.
LIKE_AN_INCIDENT = frozenset(
    {
        "alert", "case", "challenge", "complaint", "concern", "event", "incident", "report",
        "risk", "rumour",
    }
)  # fmt: skip


def without_persons() -> list[type[models.Model]]:
    return [
        model
        for model in ours()
        if model._meta.app_label in ROOMS or words(model.__name__) & LIKE_AN_INCIDENT
    ]


def test_nothing_leads_from_a_situation_to_a_person():
    checked = without_persons()
    assert leads_to_a_person(checked) == []
    assert len(checked) >= 35


#: Tables with a mail address that stand for no person.
OFFICES = {"journal.Witness"}


def test_every_table_that_holds_an_address_counts_as_a_person():
    """Else the test above would overlook a new one."""
    holds = {
        model
        for model in ours()
        for field in model._meta.get_fields()
        if field.concrete and isinstance(field, models.EmailField)
    }
    assert {model._meta.label for model in holds - PERSONS} == OFFICES


@isolate_apps("baithak.coordination")
def test_control_a_foreign_key_to_a_person_is_found():
    class Incident(models.Model):  # noqa: DJ008 (never shown)
        about = models.ForeignKey(User, models.CASCADE, related_name="+")

        class Meta:
            app_label = "coordination"

    assert leads_to_a_person([Incident]) == ["coordination.Incident.about"]


# --- 2. the texts

TEXTS = personal.seeded(200, seed=38)


def of_the_rooms() -> list[type[models.Model]]:
    return [model for model in ours() if model._meta.app_label in ROOMS]


def worded() -> list[type[Worded]]:
    return [model for model in of_the_rooms() if issubclass(model, Worded)]


#: Fields of letters in these rooms that nobody fills freely, and why.
NOT_FREE = {
    **dict.fromkeys(
        ("coordination.Commitment.because", "plan.Action.because", "plan.Challenge.because"),
        "the name of a finding, kept only where it is one",
    ),
    **dict.fromkeys(
        (
            "coordination.Commitment.because_text",
            "plan.Action.because_text",
            "plan.Challenge.because_text",
        ),
        "the words of a public finding, which moderators let pass",
    ),
    **dict.fromkeys(
        (
            "coordination.Body.kind", "coordination.Participants.country",
            "coordination.Raised.code", "coordination.Seat.group", "plan.Action.admin_level",
            "plan.Action.approach", "plan.Action.prevention_level", "plan.Action.target_groups",
            "plan.Challenge.code", "plan.Contribution.group", "plan.Severity.group",
        ),
        "codes of the library",
    ),
    **dict.fromkeys(
        ("coordination.CommitmentStep.language", "plan.ActionStep.language", "plan.SignOff.language"),
        "two letters of a language",
    ),
    **dict.fromkeys(
        (
            "plan.Action.agreed", "plan.Challenge.agreed", "plan.Objective.agreed", "plan.Plan.agreed",
            "plan.Review.agreed", "plan.RiskCheck.agreed",
        ),
        "the names of the texts that were agreed to, never their words",
    ),
    "coordination.Meeting.looked": "a keyed sign",
    "plan.Indicator.counts": "whole numbers alone",
    "coordination.Workshop.licence": "chosen from the licences on offer",
    "plan.Action.currency": "three letters of a currency",
    "plan.Plan.code": "drawn by chance",
}  # fmt: skip


def free() -> set[str]:
    """Fields in which somebody can write what they like, beside the texts in languages."""
    found = set()
    for model in of_the_rooms():
        for field in model._meta.get_fields():
            letters = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if field.concrete and letters and not getattr(field, "choices", None):
                found.add(f"{model._meta.label}.{field.name}")
    told = {f"{model._meta.label}.{name}" for model in worded() for name in ("texts", "languages")}
    return found - told


def refused(write: Callable[[str], Any], text: str) -> bool:
    """Whether the text was refused because it leads to a person, and not for anything else."""
    said = {str(sentence) for sentence in wording._PERSONAL.values()}
    try:
        with transaction.atomic():
            write(text)
            transaction.set_rollback(True)
    except ValidationError as trouble:
        return bool(said & set(trouble.messages))
    return False


def let_through(writers: dict[str, Callable[[str], Any]], texts: Iterable[str]) -> list[str]:
    told = list(texts)
    return [
        f"{name}: {text}"
        for name, write in writers.items()
        for text in told
        if not refused(write, text)
    ]


def into_texts() -> dict[str, Callable[[str], Any]]:
    """For each text of each table a call that writes it, as the services do."""

    def writer(model: type[Worded], name: str) -> Callable[[str], Any]:
        return lambda text: put_texts(model(), "en", {name: text}, needed=())

    return {
        f"{model._meta.label}[{name}]": writer(model, name)
        for model in worded()
        for name in model.LONGEST
    }


def into_fields() -> dict[str, Callable[[str], Any]]:
    """For each free field the service that writes it, on things that are there."""
    world = make.team()
    one, officer = world.one, world.one.officer
    plan = make.adopted(one)
    action = plan.actions.get()
    in_review = make.review(one)
    challenge = make.challenge(one, in_review)
    indicator = indicators.add(
        plan=plan, language="en", texts={"title": "Calm days", "unit": "days", "method": "Count"},
        kind="outcome", by=officer,
    )  # fmt: skip
    partner = people.organisation(one.place, "Boat club")
    speaks = people.person("Nimal")
    people.grant(speaks, one.place, "partner", organisation=partner)
    check = risks.answer(
        action=action, language="en", by=officer, left_over="low",
        texts=dict.fromkeys(risks.NEEDED, "Nobody is left out."),
    )  # fmt: skip
    risks.ask(check=check, by=officer)
    check.refresh_from_db()
    meeting = together.meeting(one)
    promise = together.commitment(one)
    today = timezone.localdate()
    day = today - timedelta(days=1)
    card = first_hour.edit(
        place=one.place, language="en", by=officer,
        texts={"who_speaks": "The mayor's office", "first_steps": "Meet at the town hall."},
    )  # fmt: skip
    return {
        "plan.ActionStep.text": lambda text: actions.tell(
            action=action, day=day, text=text, state="running", by=officer
        ),
        "plan.Reading.source": lambda text: indicators.read(
            indicator=indicator, day=day, value=Decimal(3), source=text, by=officer
        ),
        "plan.Severity.note": lambda text: reviews.tell_how_it_is_felt(
            challenge=challenge, felt={"youth": reviews.Felt("some", text)}, by=officer
        ),
        "plan.SignOff.note": lambda text: risks.sign(
            check=check,
            organisation=partner,
            edition=check.edition,
            agrees=False,
            text=text,
            by=people.viewer(speaks),
        ),
        "coordination.CommitmentStep.text": lambda text: commitments.tell(
            commitment=promise, day=day, text=text, language="en", state="open", by=officer
        ),
        "coordination.Meeting.where": lambda text: together.meeting_services.change(
            meeting=meeting, language="en", texts={}, where=text, by=officer
        ),
        "coordination.Request.office": lambda text: requests.ask(
            place=one.place,
            to=one.place.parent,
            kind="clarity",
            office=text,
            language="en",
            texts={"title": "Who may close a road?"},
            by=officer,
        ),
        "coordination.Contact.office": lambda text: first_hour.add_contact(
            card=card,
            office=text,
            telephone="+94 11 234 5678",
            agreed_on=today,
            until=today + timedelta(days=30),
            by=officer,
        ),
    }


@pytest.mark.django_db
def test_two_hundred_texts_are_refused_in_every_text_in_languages():
    writers = into_texts()
    assert len(TEXTS) == len(set(TEXTS)) == 200
    assert len(writers) >= 90
    assert let_through(writers, TEXTS) == []


@pytest.mark.django_db
def test_two_hundred_texts_are_refused_in_every_other_free_field():
    writers = into_fields()
    assert set(writers) == free() - set(NOT_FREE)
    assert let_through(writers, TEXTS) == []


@pytest.mark.django_db
def test_honest_texts_pass():
    writers = into_texts() | into_fields()
    held = [
        f"{name}: {text}"
        for name, write in writers.items()
        for text in personal.HONEST
        if refused(write, text)
    ]
    assert held == []
    # They pass, and are not only refused for something else: where there is room, they are written.
    for text in personal.HONEST:
        thing = apps.get_model("plan", "Plan")()
        put_texts(thing, "en", {"title": "Calm", "need": text})
        assert thing.texts["en"]["need"] == text
    assert len(personal.HONEST) >= 20


@pytest.mark.django_db
def test_control_without_the_guard_every_text_passes(monkeypatch):
    writers = into_texts() | into_fields()
    monkeypatch.setattr(wording, "no_persons", lambda text: text)
    some = TEXTS[:5]
    assert len(let_through(writers, some)) == len(writers) * len(some)


def test_every_form_of_every_country_is_among_them():
    """Two hundred go five times through all forms; each form alone is refused a hundred times."""
    assert len(TEXTS) >= 5 * len(personal.FORMS)
    chance = random.Random(1)
    passed = [
        (name, told)
        for name, form in personal.FORMS.items()
        for told in (form(chance) for _ in range(100))
        if not set(wording.hints(f"Seen: {told}.")) & set(wording._PERSONAL)
    ]
    assert passed == []


# --- 3. the source

#: Where a text may be put into a table of these rooms without the guard, and why.
UNGUARDED = {
    "coordination/services/meetings.py": "copies a body's title and points of an earlier agenda, let through before",
    "plan/services/whole.py": "leaves out of texts that were let through what was decided",
}


_WRITES = {"bulk_create", "create", "get_or_create", "update", "update_or_create"}


def texts_written_past_the_guard(source: str, where: str) -> Iterator[str]:
    """Places that set ``texts`` of a thing themselves, or make one with its texts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                while isinstance(target, ast.Subscript):
                    target = target.value
                if isinstance(target, ast.Attribute) and target.attr == "texts":
                    yield f"{where}:{node.lineno}"
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            makes = called in {model.__name__ for model in of_the_rooms()} | _WRITES
            if makes and any(keyword.arg == "texts" for keyword in node.keywords):
                yield f"{where}:{node.lineno}"


def files() -> list[Path]:
    return [
        path
        for room in ROOMS
        for path in sorted((SOURCE / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_texts_are_written_through_the_guard_alone():
    found = [
        line
        for path in files()
        for line in texts_written_past_the_guard(path.read_text(), str(path.relative_to(SOURCE)))
    ]
    assert {line.rpartition(":")[0] for line in found} == set(UNGUARDED), found
    assert len(files()) >= 60


@pytest.mark.parametrize(
    "told",
    ["thing.texts = {}", "thing.texts['en']['title'] = x", "Plan(place=p, texts=t)",
     "Plan._unscoped.filter(pk=1).update(texts=t)", "thing.texts |= {}"],
)  # fmt: skip
def test_control_a_text_written_past_the_guard_is_found(told):
    assert list(texts_written_past_the_guard(told, "here")) == ["here:1"]


def test_the_guard_is_no_setting():
    """No role and no setting switches it off (R1)."""
    tree = ast.parse((SOURCE / "network" / "wording.py").read_text())
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not named & {"settings", "environ", "getenv", "viewer", "by"}
    assert {
        node.name
        for path in (
            SOURCE / "network" / "wording.py",
            SOURCE / "network" / "services" / "texts.py",
        )
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    } >= {"put_texts", "no_persons"}
