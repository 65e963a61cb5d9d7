"""What the permission matrix asks about: a staffed world, and in it things of every kind.

A new room adds a function here that yields its things, and its routes to ``trust/policy.toml``.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from unittest import mock

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from baithak.budget import models as budgets
from baithak.dialogue.analysis import plain
from baithak.dialogue.models import (
    Dialogue,
    Run,
    Session,
    Statement,
    StatementState,
    Wording,
    WordingKind,
)
from baithak.home.models import Handover, Reapproval
from baithak.home.services import handover as handing
from baithak.journal.services import witnesses
from baithak.network import keys, letters, services
from baithak.network.models import Membership, State, Visibility
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from baithak.panel import models as panels
from baithak.panel.services import locks
from baithak.report.disclosure import HexMap, PublishedMap, PublishedStatement, Share
from factories import coordination_things as coordination
from factories import exchange_things as exchange
from factories import home_things as house
from factories import network as make
from factories import plan_things as plans
from factories import reports
from factories.thing import Thing

#: The hub above each place of the world.
HUB_OF = {
    "hub": "hub",
    "country": "hub",
    "city": "hub",
    "other_city": "hub",
    "other_hub": "other_hub",
    "far_city": "other_hub",
}


@dataclass(frozen=True)
class Somebody:
    """Who asks: a browser and the roles of the person in front of it."""

    name: str
    client: Client
    user_id: int | None = None
    roles: frozenset[tuple[str, str]] = frozenset()
    session: str | None = None

    def asks(self, method: str, path: str, **headers: str) -> Any:
        """The hub's answer in a browser that keeps nothing from one question to the next."""
        cookies = {} if self.session is None else {settings.SESSION_COOKIE_NAME: self.session}
        self.client.cookies = SimpleCookie(cookies)
        return self.client.generic(method, path, headers=headers)


def everybody(world: SimpleNamespace) -> list[Somebody]:
    """One person for every role at every place, one without a role, and nobody."""
    found = [Somebody("nobody", _client()), _signed_in("no role", make.person("Zara"), [])]
    for place, people in world.people.items():
        for role, user in people.items():
            found.append(_signed_in(f"{role} of {place}", user, [(role, place)]))
    return found


def _client() -> Client:
    return Client(raise_request_exception=False)


def _signed_in(name: str, user: Any, roles: list[tuple[str, str]]) -> Somebody:
    client = make.sign_in(user, _client())
    return Somebody(name, client, user.pk, frozenset(roles), client.session.session_key)


NONE = Thing("none", {})


def things(world: SimpleNamespace, canary: str = "") -> dict[str, list[Thing]]:
    """Everything of the city (and its hub and country), by kind. ``canary`` is written into what stays inside."""
    rooms: list[dict[str, list[Thing]]] = [
        {
            "none": [NONE],
            "place": list(_places(world)),
            "membership": list(_memberships(world)),
            "invitation": list(_invitations(world, canary)),
            "letter": list(_letters(world, canary)),
            "election": list(_elections(world)),
        },
        _handovers(world, canary),
        house.things(world, canary),
        {
            "act": list(_acts(world, canary)),
            "passkey": list(_passkeys(world)),
            "demand": list(_demands(world, canary)),
            "witness": list(_witnesses(world, canary)),
            "trail": list(_trails(world)),
        },
        _reports(world, canary),
        {"reset": [Thing("a made-up key", {"uidb36": "1", "key": "made-up"})]},
        _budgets(world, canary),
        _dialogues(world, canary),
        exchange.things(world, canary),
        _panels(world, canary),
        plans.things(world, canary),
        coordination.things(world, canary),
    ]
    found: dict[str, list[Thing]] = {}
    for room in rooms:
        # A kind of two rooms would hide one room's things from every question.
        assert not found.keys() & room.keys(), found.keys() & room.keys()
        found |= room
    return found


def _places(world: SimpleNamespace) -> Iterator[Thing]:
    empty = make.city(world.country, "Sahilpur", slug="sahilpur")
    world.people["empty_city"] = {}
    for name in ("hub", "country", "city"):
        marks = {"hub_place"} if name == "hub" else set()
        yield Thing(
            name, {"place": getattr(world, name).slug}, name, marks=frozenset({"in_charge", *marks})
        )
    yield Thing("a city without an officer", {"place": empty.slug}, "empty_city")


HUB_OF["empty_city"] = "hub"


def _memberships(world: SimpleNamespace) -> Iterator[Thing]:
    for place, role in (("city", "partner"), ("hub", "facilitator")):
        (held,) = Membership._unscoped.filter(user=world.people[place][role])
        yield Thing(f"{role} of {place}", {"membership": held.pk}, place)


def _invite(world: SimpleNamespace, by: Any, email: str, place: str = "city") -> tuple[Any, str]:
    with (
        mock.patch.object(letters, "invite") as sent,
        mock.patch("django.db.transaction.on_commit", lambda act, **_: act()),
    ):
        made = services.invite(
            place=getattr(world, place),
            role=Role.FACILITATOR,
            email=email,
            site="https://hub.example",
            by=by,
        )
    return made, sent.call_args.kwargs["token"]


def _invitations(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    officer = world.people["city"]["city_officer"]
    made, _ = _invite(world, make.viewer(officer), f"one{canary}@city.example")
    yield Thing("invitation", {"invitation": made.pk}, "city", ties={"inviter": officer.pk})
    secretary = world.people["hub"]["hub_secretariat"]
    made, _ = _invite(world, make.viewer(secretary), "two@city.example")
    yield Thing(
        "from the secretariat", {"invitation": made.pk}, "city", ties={"inviter": secretary.pk}
    )


def _letters(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    _, token = _invite(world, SYSTEM, f"three{canary}@city.example")
    yield Thing("open", {"token": token}, "city")
    made, token = _invite(world, SYSTEM, f"four{canary}@city.example")
    services.revoke_invitation(invitation=made, by=SYSTEM)
    yield Thing("revoked", {"token": token}, "city", marks=frozenset({"used"}))
    yield Thing("made up", {"token": secrets.token_urlsafe(32)}, "city", marks=frozenset({"used"}))


def _elections(world: SimpleNamespace) -> Iterator[Thing]:
    today = timezone.localdate()
    for name in ("city", "country"):
        begins = today + timedelta(days=200)
        made = services.begin_election(
            place=getattr(world, name), begins=begins, ends=begins + timedelta(days=30), by=SYSTEM
        )
        yield Thing(f"of the {name}", {"period": made.pk}, name)


def _handovers(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Written as rows: the act itself would sign everybody out."""
    officer = world.people["city"]["city_officer"]
    act = handing.ask_to_hand_over(
        place=world.city, purpose="change", language="en", reason=f"A new mayor {canary}.",
        by=make.viewer(officer),
    )  # fmt: skip
    today = timezone.localdate()
    made = Handover._unscoped.create(
        place=world.city, act=act, purpose="change", until=today + timedelta(days=7),
        approve_by=today + timedelta(days=14),
    )  # fmt: skip
    roles = []
    for role in ("city_officer", "partner"):
        user = world.people["city"][role]
        (held,) = Membership._unscoped.filter(user=user)
        waits = Reapproval._unscoped.create(handover=made, membership=held)
        roles.append(Thing(role, {"reapproval": waits.pk}, "city", ties={"owner": user.pk}))
    handover = Thing("handover", {"handover": made.pk}, "city", ties={"asker": officer.pk})
    return {"handover": [handover], "reapproval": roles}


def _acts(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    for place, role in (("city", "city_officer"), ("hub", "hub_secretariat")):
        user, inside = world.people[place][role], canary if place == "city" else ""
        act = services.ask_to_invite(
            place=getattr(world, place), role=Role.AUDITOR, email=f"five{inside}@city.example",
            site="https://hub.example", reason=f"Ours leaves {inside}.", by=make.viewer(user),
        )  # fmt: skip
        yield Thing(f"asked at the {place}", {"act": act.pk}, place, ties={"asker": user.pk})


def _demands(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    for place in ("city", "hub"):
        made = services.write_demand(
            place=getattr(world, place), received=date(2026, 1, 5), asker="court", by=SYSTEM,
            basis="Section 94", asked=f"Who took part {canary if place == 'city' else ''}",
        )  # fmt: skip
        yield Thing(f"put to the {place}", {"demand": made.pk}, place)


def _witnesses(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    for place in ("city", "hub"):
        inside, slug = canary if place == "city" else "", getattr(world, place).slug
        made = witnesses.add(
            place=slug, label=f"Office of {place} {inside}", kind="printed", by="system"
        )
        yield Thing(f"named by the {place}", {"place": slug, "witness": made.pk}, place)


def _trails(world: SimpleNamespace) -> Iterator[Thing]:
    for name in ("hub", "city"):
        place = getattr(world, name)
        yield Thing(f"the {name} itself", {"place": place.slug, "thing": f"place:{place.pk}"}, name)


def _reports(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Reports of this year, over things of the city that stay inside it and some that do not."""
    today = timezone.localdate()
    for level in ("mechanism", "city", "public"):
        reports.busy(world.city, None, today, level=level, mark="" if level == "public" else canary)
    told: dict[str, list[Thing]] = {"periodic": [], "periodic_paper": [], "periodic_figure": []}
    for name in ("hub", "country", "city"):
        named = {"place": getattr(world, name).slug, "period": str(today.year)}
        told["periodic"].append(Thing(f"of the {name}", named, name))
        told["periodic_paper"].append(Thing(f"of the {name}", named | {"kind": "html"}, name))
        told["periodic_figure"] += [
            Thing(f"{figure} of the {name}", named | {"figure": figure}, name)
            for figure in ("actions", "commitments", "meetings-held")
            if name == "city" or figure == "actions"
        ]
    return told


def _passkeys(world: SimpleNamespace) -> Iterator[Thing]:
    owner = world.people["city"]["mayor"]
    made = Authenticator.objects.create(
        user=owner, type="webauthn", data={"name": "Key ring", "credential": {}}
    )
    yield Thing("passkey", {"pk": made.pk}, "city", ties={"owner": owner.pk})


def _dialogues(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {"dialogue": [], "statement": [], "numbered": [], "report": []}
    found |= {"dialogue_words": [], "dialogue_said": []}
    found["finding"] = list(_findings(world, canary))
    found["dialogue_session"] = []
    for visibility in Visibility:
        # Each level open; what a draft and a closed one allow is asked where most and fewest see it.
        all_states = visibility in (Visibility.MECHANISM, Visibility.PUBLIC)
        for state in State if all_states else (State.OPEN,):
            imported = (visibility, state) == (Visibility.MECHANISM, State.CLOSED)
            inside = canary if visibility in (Visibility.MECHANISM, Visibility.CITY) else ""
            made = dialogue(world.city, state, visibility, inside, imported=imported)
            waiting, number = statements(made, inside)
            facts = {
                "place": "city",
                "visibility": visibility.value,
                "marks": frozenset({state.value} | ({"imported"} if imported else set())),
            }
            name = f"{visibility.value} {state.value}"
            found["dialogue"].append(Thing(name, {"code": made.code}, **facts))
            found["report"].append(Thing(name, {"code": made.code, "kind": "csv"}, **facts))
            shown = Statement._unscoped.get(dialogue=made, number=number)
            for kind, more in (
                ("dialogue_words", {"statement": shown.pk, "language": "ta"}),
                ("dialogue_said", {"handle": waiting.handle}),
            ):
                found[kind].append(Thing(name, {"code": made.code} | more, **facts))
            found["numbered"].append(Thing(name, {"code": made.code, "number": number}, **facts))
            found["statement"].append(
                Thing(name, {"code": made.code, "statement": waiting.pk}, **facts)
            )
            held = {"code": made.code, "session": session(made, inside).pk}
            found["dialogue_session"].append(Thing(name, held, **facts))
    return found


def _findings(world: SimpleNamespace, canary: str) -> Iterator[Thing]:
    """Dialogues whose map is released and holds one statement as common ground."""
    hidden = Share("hidden", None, None, None)
    nothing = PublishedStatement(
        "1", "", None, None, {}, hidden, hidden, None, None, None, None, None, ()
    )
    for visibility in (Visibility.MECHANISM, Visibility.CITY, Visibility.HUB, Visibility.PUBLIC):
        inside = canary if visibility in (Visibility.MECHANISM, Visibility.CITY) else ""
        made = dialogue(world.city, State.OPEN, visibility, inside)
        _, number = statements(made, inside)
        told = PublishedMap(
            k=10, tense=False, participants=60, votes=60, axes=(), groups=(), others=False,
            undivided=False, one_continuum=True, repeats=0, statements=(nothing,),
            common_ground=("1",), no_ground=(), dividing=(), depth=None, breadth=None, effective=None,
            missing=(), defence=None, hexes=HexMap((), 0.0, 0.0, 1.0), method="none", seed=0,
            version="0", notes=(),
        )  # fmt: skip
        Run._unscoped.create(
            dialogue=made, revision=1, method="none", version="0", computed=timezone.now(),
            seconds=0, participants=60, votes=60, released=True, result="{}", table="",
            published=json.dumps(plain(told)),
        )  # fmt: skip
        yield Thing(
            visibility.value, {"code": made.code, "number": number}, "city", visibility.value
        )


def _budgets(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Budgets from draft to counted, each with a proposal that waits, one that is shown, and slips."""
    kinds = ("budget", "budget_project", "budget_numbered", "budget_words", "budget_batch")
    found: dict[str, list[Thing]] = {kind: [] for kind in kinds}
    for visibility, state, mark in (
        ("mechanism", "draft", ""),
        ("public", "draft", ""),
        ("city", "open", ""),
        ("hub", "open", "frozen"),
        ("public", "open", "frozen"),
        ("mechanism", "closed", "imported"),
        ("public", "closed", "frozen"),
    ):
        inside = canary if visibility in ("mechanism", "city") else ""
        made = budget(world.city, state, visibility, inside, mark=mark)
        waiting, number, batch = parts(made, inside)
        facts = {
            "place": "city",
            "visibility": visibility,
            "marks": frozenset({state, mark} - {""}),
        }
        name, code = f"{visibility} {state} {mark}".strip(), {"code": made.code}
        for kind, more in (
            ("budget", {}),
            ("budget_project", {"project": waiting.pk}),
            ("budget_numbered", {"number": number}),
            ("budget_words", {"project": waiting.pk, "language": "ta"}),
            ("budget_batch", {"batch": batch.pk}),
        ):
            if kind != "budget" and visibility == "public" and state != "closed":
                continue  # what is asked of a part is told apart by the others
            found[kind].append(Thing(name, code | more, **facts))
    return found


def budget(
    place: Any, state: str, visibility: str, canary: str = "", *, mark: str = ""
) -> budgets.Budget:
    """A budget as it would be after its whole way, without going it."""
    frozen = {"eligible_root": "0" * 64, "eligible_count": 1, "voting_opened": timezone.now()}
    made = budgets.Budget._unscoped.create(
        place=place,
        state=state,
        visibility=visibility,
        imported=mark == "imported",
        languages=["en"],
        texts={"en": {"title": f"Wells {canary}", "question": f"Where {canary}?"}},
        areas=[{"code": "1", "names": {"en": f"Harbour {canary}"}}],
        envelope=600,
        currency="INR",
        count_state="counted" if state == "closed" else "none",
        **(frozen if mark == "frozen" else {}),
    )
    if state == State.OPEN:
        keys.create(made.key)
    return made


def parts(of: budgets.Budget, canary: str = "") -> tuple[budgets.Project, int, budgets.Batch]:
    """A proposal that waits, the number of one that is shown, a batch of slips; and a result."""
    today = date(2026, 11, 23)
    of_residents = {"budget": of, "source": "resident", "area": "1", "received": today}
    waiting = budgets.Project._unscoped.create(**of_residents)
    shown = budgets.Project._unscoped.create(number=1, state="proposed", **of_residents)
    for project in (waiting, shown):
        budgets.ProjectWording._unscoped.create(
            project=project,
            language="en",
            title=f"A well {canary}",
            landmark=f"By the tree {canary}",
            kind="original",
        )
    nothing = {
        "k": 10, "participants": None, "ways": {}, "fair": None, "other_fair": None,
        "preferences": None, "result": {
            "selected": [], "cost": 0, "rounds": [], "not_selected": [], "fairness": {},
            "note": canary,
        },
    }  # fmt: skip
    budgets.Result._unscoped.create(
        budget=of, revision=1, version="0", computed=timezone.now(), seconds=0, ballots=0,
        root="", outcome="{}", published=json.dumps(nothing),
    )  # fmt: skip
    batch = budgets.Batch._unscoped.create(
        budget=of, channel="token", size=1, handle=uuid.uuid4(), made=today
    )
    return waiting, 1, batch


def dialogue(
    place: Any, state: str, visibility: str, canary: str = "", *, imported: bool = False
) -> Dialogue:
    """A dialogue as it would be after its whole way, without going it."""
    made = Dialogue._unscoped.create(
        place=place,
        state=state,
        visibility=visibility,
        imported=imported,
        languages=["en"],
        texts={
            "en": {
                "title": f"Rivers {canary}",
                "question": f"And now {canary}?",
                "description": canary,
            }
        },
    )
    if state == State.OPEN:
        keys.create(made.key)
    return made


def statements(of: Dialogue, canary: str = "") -> tuple[Statement, int]:
    """One that waits for a moderator, and the number of one that is shown."""
    shown = Statement._unscoped.create(
        dialogue=of, number=1, state=StatementState.ACCEPTED, seed=True, received=date(2026, 11, 23)
    )
    waiting = Statement._unscoped.create(
        dialogue=of,
        state=StatementState.PENDING,
        received=date(2026, 11, 23),
        handle=uuid.uuid4(),
    )
    for statement in (shown, waiting):
        Wording._unscoped.create(
            statement=statement,
            language="en",
            text=f"Parks stay open {canary}",
            kind=WordingKind.ORIGINAL,
        )
    return waiting, 1


def session(of: Dialogue, canary: str = "") -> Session:
    """A session in person, with its minutes."""
    return Session._unscoped.create(
        dialogue=of,
        day=timezone.localdate(),
        ward=f"Ward 12 {canary}",
        language="en",
        people=30,
        minutes=f"They want light {canary}.",
    )


def _panels(world: SimpleNamespace, canary: str) -> dict[str, list[Thing]]:
    """Panels from draft to seated; where the list is frozen, with a draw and somebody drawn."""
    found: dict[str, list[Thing]] = {"panel": [], "panel_category": [], "panel_document": []}
    for visibility, state, draw in (
        ("mechanism", "open", "drawn"),
        ("city", "open", ""),
        ("hub", "closed", "drawn"),
        ("network", "draft", ""),
        ("public", "open", ""),
        ("public", "open", "committed"),
    ):
        inside = canary if visibility in ("mechanism", "city") else ""
        made = panel(world.city, state, visibility, inside, draw=draw)
        category = panels.Category._unscoped.get(panel=made)
        marks = {state} | ({"frozen"} if draw else set())
        marks |= {"published"} if draw in ("committed", "drawn") else set()
        facts = {"place": "city", "visibility": visibility, "marks": frozenset(marks)}
        name = f"{visibility} {state} {draw}".strip()
        found["panel"].append(Thing(name, {"code": made.code}, **facts))
        found["panel_category"].append(
            Thing(name, {"code": made.code, "category": category.pk}, **facts)
        )
        if draw:
            document = {"code": made.code, "number": 1, "kind": "commitment"}
            found["panel_document"].append(Thing(name, document, **facts))
    return found


def panel(
    place: Any, state: str, visibility: str, canary: str = "", *, draw: str = ""
) -> panels.Panel:
    """A panel as it would be after its whole way, without going it."""
    now = timezone.now()
    made = panels.Panel._unscoped.create(
        place=place,
        state=state,
        visibility=visibility,
        languages=["en"],
        texts={"en": {"title": f"Wells {canary}", "question": f"Whose {canary}?"}},
        size=2,
        closes=now + timedelta(days=2),
        keep_until=(now + timedelta(days=60)).date(),
        source_name=f"the drum {canary}",
        source_at=now + timedelta(days=3),
        frozen=now if draw else None,
        seated=now if state == "closed" else None,
    )
    keys.create(made.key)
    category = panels.Category._unscoped.create(
        panel=made, kind="own", position=1, labels={"en": f"Part {canary}"}
    )
    for at, name in enumerate(("North", "South")):
        panels.Feature._unscoped.create(
            category=category, position=at, labels={"en": name}, low=0, high=2
        )
    if draw:
        _a_draw(made, draw, canary)
    return made


def _a_draw(made: panels.Panel, state: str, canary: str) -> None:
    """One draw in this state, and somebody whom it gave a seat."""
    now = timezone.now()
    told: dict[str, Any] = {"panel": made, "number": 1, "state": state, "named": f"drum {canary}"}
    if state in ("committed", "drawn"):
        told |= {
            "committed": now, "commitment": f'{{"list":["AAAA2222 BBBB3333"],"by":"{canary}"}}',
            "list_hash": "0" * 64, "head": {"panels": 1, "size": 2, "registrants": 2, "root": "0"},
        }  # fmt: skip
    if state == "drawn":
        told |= {
            "drawn": now, "drawn_number": 0, "receipt": "{}", "selected": ["AAAA2222"],
            "randomness": f"0 {canary}",
        }  # fmt: skip
    panels.Draw(**told, source_at=now + timedelta(days=3)).save(by_service=True)
    panels.Registrant(
        panel=made,
        code_mark="1" * 64,
        contact=locks.lock(made, f"{canary}@people.example"),
        channel="open",
        pseudonym="AAAA2222",
        seat="drawn",
        draw=1,
    ).save(by_service=True)
