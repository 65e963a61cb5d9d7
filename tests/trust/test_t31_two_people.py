"""T31: one person with several accounts completes no guarded act, whatever they try in whatever order.

They hold an officer's and an auditor's role with one account, and may invite further accounts of
their own to every role that one person can give. They ask, confirm, withdraw, fetch, spend and write
rows past the services, through services as pages call them and through the pages themselves. Time
does not pass: after a day a second account is a second person for any program.

Control: with the check for the same person switched off, and the database's own walls with it, acts
are completed.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace

import pytest
import rules
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from baithak.dialogue import services as dialogues
from baithak.dialogue.models import Batch, Dialogue
from baithak.journal.models import Witness
from baithak.journal.services import witnesses
from baithak.network import letters
from baithak.network import services as network
from baithak.network.models import Demand, Invitation, Membership, TwoPersonAct, Visibility
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM, Viewer
from baithak.network.services import two_person
from factories import dialogue as made
from factories import network as people

pytestmark = [pytest.mark.trust, pytest.mark.django_db]

SEQUENCES = 5_000
#: Every so many sequences one goes through the pages.
BY_PAGE = 25
REFUSED = (PermissionDenied, ValidationError, dialogues.RefusedError, DatabaseError)
ASKED = "Because the council wants it."
ROLES = (Role.MAYOR, Role.MODERATOR, Role.FACILITATOR, Role.AUDITOR, Role.CITY_OFFICER)


class Alone:
    """One person, their accounts, and everything they can try. ``done`` counts what was let through."""

    def __init__(self, place, draft, closed, imported) -> None:
        self.place, self.draft, self.closed, self.imported = place, draft, closed, imported
        self.main = people.member(place, Role.CITY_OFFICER, "Alone")
        people.grant(self.main, place, Role.AUDITOR)
        self.others = [people.person(f"Alone {n}") for n in range(2)]
        self.letters: list[str] = []
        self.witness = witnesses.add(
            place=place.slug, label="Office of records", kind="printed", by="system"
        )
        self.demand = network.write_demand(
            place=place, received=timezone.localdate(), asker="police", basis="none named",
            asked="Who took part in a dialogue", by=SYSTEM,
        )  # fmt: skip
        self.tried: Counter = Counter()
        self.allowed: Counter = Counter()

    # --- who acts

    def viewer(self, draw: random.Random, *, main: float = 0.5) -> Viewer:
        user = self.main if draw.random() < main else draw.choice(self.others)
        return people.viewer(user)

    def act(self, draw: random.Random) -> TwoPersonAct | None:
        acts = list(TwoPersonAct._unscoped.select_related("place").order_by("pk"))
        return draw.choice(acts) if acts else None

    # --- what they try; as a page does it: the permission first, then the service

    def ask_to_open(self, draw):
        by = self.viewer(draw, main=0.8)
        if rules.test_rule("dialogue.ask_to_open", by, self.draft):
            dialogues.ask_to_open(dialogue=self.draft, reason=ASKED, by=by)

    def ask_to_export(self, draw):
        by = self.viewer(draw, main=0.8)
        if rules.test_rule("dialogue.ask_to_export", by, self.closed):
            dialogues.ask_to_export(dialogue=self.closed, reason=ASKED, by=by)

    def ask_to_widen(self, draw):
        by = self.viewer(draw, main=0.8)
        if rules.test_rule("dialogue.publish", by, self.imported):
            network.ask_widening(
                shared=self.imported, to=Visibility.PUBLIC, reason=ASKED, by=by
            )  # fmt: skip

    def ask_for_an_officer(self, draw):
        network.ask_to_invite(
            place=self.place, role=Role.CITY_OFFICER, email=draw.choice(self.others).email,
            site="https://hub.example", reason=ASKED, by=self.viewer(draw, main=0.8),
        )  # fmt: skip

    def ask_for_a_witness(self, draw):
        """Naming one's own mailbox a witness of the journal, or letting the real one go (R20)."""
        by = self.viewer(draw, main=0.8)
        if draw.random() < 0.5:
            network.ask_for_witness(
                place=self.place, label="Mine alone", kind="printed", address="", key="",
                reason=ASKED, by=by,
            )  # fmt: skip
        else:
            network.ask_to_let_witness_go(
                place=self.place, witness=self.witness, reason=ASKED, by=by
            )

    def ask_to_answer_a_demand(self, draw):
        network.ask_to_answer_demand(
            demand=self.demand, state="answered", answer="We gave it.", not_held=False,
            answered=timezone.localdate(), reason=ASKED, by=self.viewer(draw, main=0.8),
        )  # fmt: skip

    def ask_for_anything(self, draw):
        """Any guarded act of any room, in the name of a thing of this place."""
        network.ask_two_person(
            verb=draw.choice(sorted(two_person._KNOWN)), thing=f"dialogue:{self.draft.pk}",
            title="One thing", place=self.place, reason=ASKED, by=self.viewer(draw, main=0.8),
        )  # fmt: skip

    def confirm(self, draw):
        act = self.act(draw)
        if act is not None:
            network.confirm_two_person(act=act, by=self.viewer(draw))

    def confirm_as_if_in_one_role_only(self, draw):
        """A viewer that forgets all roles but one: pages build no such viewer."""
        act = self.act(draw)
        by = people.viewer(self.main)
        if act is not None:
            grants = tuple(grant for grant in by.grants if grant.role == Role.AUDITOR)
            network.confirm_two_person(act=act, by=Viewer(user_id=by.user_id, grants=grants))

    def withdraw(self, draw):
        act = self.act(draw)
        if act is not None:
            network.withdraw_two_person(act=act, by=self.viewer(draw))

    def spend(self, draw):
        act = self.act(draw)
        if act is not None:
            network.spend_two_person(act=act, by=self.viewer(draw))

    def fetch(self, draw):
        by = self.viewer(draw)
        if rules.test_rule("dialogue.fetch_export", by, self.closed):
            dialogues.fetch_export(dialogue=self.closed, by=by)

    def invite_another_account(self, draw):
        by = self.viewer(draw, main=0.7)
        if rules.test_rule("network.invite", by, self.place):
            network.invite(
                place=self.place, role=draw.choice(ROLES), email=draw.choice(self.others).email,
                site="https://hub.example", by=by,
            )  # fmt: skip

    def accept(self, draw):
        if self.letters:
            network.accept_invitation(token=self.letters[-1], by=self.viewer(draw, main=0.1))

    def leave(self, draw):
        held = Membership._unscoped.filter(user__in=[self.main, *self.others]).order_by("pk")
        network.end_membership(membership=draw.choice(list(held)), by=people.viewer(self.main))

    def print_slips_of_a_draft(self, draw):
        by = self.viewer(draw, main=0.9)
        if rules.test_rule("dialogue.make_slips", by, self.draft):
            self.allowed["slips"] += 1

    def write_the_row(self, draw):
        """Past every service: the tables have walls of their own."""
        act = self.act(draw)
        if act is not None:
            TwoPersonAct._unscoped.filter(pk=act.pk).update(
                confirmed_by=act.asked_by_id,
                confirmed_role=draw.choice([act.asked_role, Role.AUDITOR.value]),
                confirmed_at=timezone.now(),
            )

    ACTIONS = (
        ask_to_open, ask_to_export, ask_to_widen, ask_for_an_officer, ask_for_anything,
        ask_for_a_witness, ask_to_answer_a_demand,
        confirm, confirm, confirm, confirm_as_if_in_one_role_only, withdraw, spend, fetch,
        invite_another_account, accept, leave, print_slips_of_a_draft, write_the_row,
    )  # fmt: skip

    # --- the same through pages

    def by_page(self, draw) -> None:
        client = people.sign_in(self.main if draw.random() < 0.7 else draw.choice(self.others))
        for _step in range(draw.randint(3, 6)):
            act = self.act(draw)
            address, sent = draw.choice(
                [
                    (f"/en/dialogue/{self.draft.code}/opening/", {"reason": ASKED}),
                    (f"/en/dialogue/{self.draft.code}/opening/confirm/", {}),
                    (f"/en/dialogue/{self.closed.code}/export/ask/", {"reason": ASKED}),
                    (f"/en/dialogue/{self.closed.code}/export/confirm/", {}),
                    (f"/en/dialogue/{self.closed.code}/export/fetch/", {}),
                    (f"/en/dialogue/{self.imported.code}/publish/", {"reason": ASKED}),
                    (
                        f"/en/places/{self.place.slug}/witnesses/add/",
                        {"label": "Mine alone", "kind": "printed", "reason": ASKED},
                    ),
                    (
                        f"/en/places/{self.place.slug}/witnesses/{self.witness.pk}/go/",
                        {"reason": ASKED},
                    ),
                    (
                        f"/en/demands/{self.demand.pk}/answer/",
                        {
                            "state": "answered",
                            "answer": "We gave it.",
                            "reason": ASKED,
                            "answered": str(timezone.localdate()),
                        },
                    ),
                    (f"/en/requests/{act.pk if act else 0}/confirm/", {}),
                ]
            )
            answer = client.post(address, sent)
            self.tried["page"] += 1
            if answer.get("Content-Type") == "application/zip":
                self.allowed["fetched"] += 1

    # --- one sequence

    def sequence(self, draw: random.Random, *, page: bool) -> int:
        """How many guarded acts were completed in it; afterwards all is as before."""
        with transaction.atomic():
            del self.letters[:]
            if page:
                self.by_page(draw)
            else:
                for _step in range(draw.randint(3, 7)):
                    action = draw.choice(self.ACTIONS)
                    self.tried[action.__name__] += 1
                    try:
                        with transaction.atomic():
                            action(self, draw)
                    except REFUSED:
                        self.tried["refused"] += 1
            completed = self.completed()
            transaction.set_rollback(True)
        return completed

    def completed(self) -> int:
        mine = [self.main.pk, *(user.pk for user in self.others)]
        confirmed = TwoPersonAct._unscoped.filter(confirmed_at__isnull=False).count()
        spent = TwoPersonAct._unscoped.filter(spent_at__isnull=False).count()
        opened = Dialogue._unscoped.exclude(pk__in=[self.closed.pk]).filter(
            visibility=Visibility.PUBLIC
        )
        raised = Membership._unscoped.filter(user__in=mine[1:], role=Role.CITY_OFFICER)
        asked_twice = Invitation._unscoped.filter(role__in=[Role.CITY_OFFICER, Role.AUDITOR])
        # A witness more or one fewer, a demand answered.
        changed = Witness.objects.filter(label="Mine alone").count()
        changed += Witness.objects.filter(pk=self.witness.pk, ended__isnull=False).count()
        changed += Demand._unscoped.exclude(state="received").count()
        slips = Batch._unscoped.filter(dialogue=self.draft)
        return (
            confirmed + spent + opened.count() + raised.count() + asked_twice.count()
            + slips.count() + changed + self.allowed.total()
        )  # fmt: skip


@pytest.fixture
def alone(monkeypatch, settings) -> Alone:
    settings.SESSION_SAVE_EVERY_REQUEST = False
    cache.clear()
    team = made.team()
    closed = made.opened(team)
    made.crowd(closed, 12)
    dialogues.close(dialogue=closed, by=team.officer)
    Dialogue._unscoped.filter(pk=closed.pk).update(sealed=timezone.now())
    imported = made.draft(team, seeds=made.SEEDS[:1])
    Dialogue._unscoped.filter(pk=imported.pk).update(imported=True, state="closed")
    draft = made.draft(team)
    TwoPersonAct._unscoped.all().delete()
    person = Alone(
        team.place,
        draft,
        *(Dialogue._unscoped.select_related("place").get(pk=d.pk) for d in (closed, imported)),
    )
    # Letters are read at once: their owner is the one who sends them.
    monkeypatch.setattr(letters, "invite", lambda **told: person.letters.append(told["token"]))
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_: act())
    monkeypatch.setattr("baithak.network.keys.create", lambda name: None)
    return person


def attempts(person: Alone, count: int, seed: int) -> int:
    draw = random.Random(seed)
    return sum(person.sequence(draw, page=n % BY_PAGE == 0) for n in range(count))


@pytest.mark.slow
def test_one_person_completes_nothing(alone):
    began = time.process_time()
    assert attempts(alone, SEQUENCES, seed=31) == 0
    print(f"\n{alone.tried.total()} attempts, {time.process_time() - began:.0f} s of CPU")
    assert alone.allowed.total() == 0
    # The floor: it was tried in earnest, in every way, and something was there to confirm.
    assert all(alone.tried[action.__name__] >= 300 for action in Alone.ACTIONS)
    assert alone.tried["page"] >= 600
    assert alone.tried["refused"] >= 2_000


def test_two_people_complete_it(alone):
    """Else nothing could be completed by anybody, and the test above would tell nothing."""
    mayor = people.viewer(people.member(alone.place, Role.MAYOR, "Somebody else"))
    officer = people.viewer(alone.main)
    act = dialogues.ask_to_export(dialogue=alone.closed, reason=ASKED, by=officer)
    network.confirm_two_person(act=act, by=mayor)
    assert dialogues.fetch_export(dialogue=alone.closed, by=officer)[:2] == b"PK"
    assert alone.completed() == 2


def test_an_account_that_one_appointed_lately_is_no_second_person(alone):
    network.invite(
        place=alone.place, role=Role.MAYOR, email=alone.others[0].email,
        site="https://hub.example", by=people.viewer(alone.main),
    )  # fmt: skip
    network.accept_invitation(token=alone.letters[-1], by=people.viewer(alone.others[0]))
    act = dialogues.ask_to_open(dialogue=alone.draft, reason=ASKED, by=people.viewer(alone.main))
    other = people.viewer(alone.others[0])
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=other)


def by_letter(alone, place, role, user, by) -> Viewer:
    """One account takes a role that another gave it, a moment ago."""
    network.invite(
        place=place, role=role, email=user.email, site="https://hub.example", by=people.viewer(by)
    )  # fmt: skip
    return taken(alone, user)


def taken(alone, user) -> Viewer:
    network.accept_invitation(token=alone.letters[-1], by=people.viewer(user))
    user.refresh_from_db()
    return people.viewer(user)


def of_a_country(alone) -> tuple[TwoPersonAct, Viewer]:
    """The secretariat brings both people of a country: accounts of its own."""
    land = alone.place.parent
    secretary = people.member(land.hub, Role.HUB_SECRETARIAT, "Alone at the hub")
    one, other = alone.others
    asks = by_letter(alone, land, Role.NATIONAL_REPRESENTATIVE, one, secretary)
    confirms = by_letter(alone, land, Role.AUDITOR, other, secretary)
    return network.ask_for_witness(
        place=land, label="Mine", kind="printed", address="", key="", reason=ASKED, by=asks
    ), confirms  # fmt: skip


def of_two_first_officers(alone) -> tuple[TwoPersonAct, Viewer]:
    """Two letters to officers while there is none, one of whom brings the second person."""
    fresh = people.city(alone.place.parent, "Sahilpur")
    secretary = people.member(fresh.hub, Role.HUB_SECRETARIAT, "Alone at the hub")
    one, other = alone.others
    for user in (one, other):
        network.invite(
            place=fresh, role=Role.CITY_OFFICER, email=user.email, site="https://hub.example",
            by=people.viewer(secretary),
        )  # fmt: skip
    first, second = alone.letters[-2:]
    network.accept_invitation(token=first, by=people.viewer(one))
    network.accept_invitation(token=second, by=people.viewer(other))
    other.refresh_from_db()
    confirms = by_letter(alone, fresh, Role.MAYOR, people.person("Alone 3"), other)
    one.refresh_from_db()
    return network.ask_for_witness(
        place=fresh, label="Mine", kind="printed", address="", key="", reason=ASKED,
        by=people.viewer(one),
    ), confirms  # fmt: skip


def of_who_asked_for_the_role(alone) -> tuple[TwoPersonAct, Viewer]:
    """Somebody else agreed to an auditor, in good faith; who asked for that auditor is served by it."""
    mayor = people.viewer(people.member(alone.place, Role.MAYOR, "Somebody else"))
    officer = people.viewer(people.member(alone.place, Role.CITY_OFFICER, "Alone the officer"))
    act = network.ask_to_invite(
        place=alone.place, role=Role.AUDITOR, email=alone.others[0].email,
        site="https://hub.example", reason=ASKED, by=officer,
    )  # fmt: skip
    network.confirm_two_person(act=act, by=mayor)
    auditor = taken(alone, alone.others[0])
    return dialogues.ask_to_export(dialogue=alone.closed, reason=ASKED, by=officer), auditor


ONE_HAND = [of_a_country, of_two_first_officers, of_who_asked_for_the_role]


@pytest.mark.parametrize("story", ONE_HAND)
def test_three_accounts_of_one_hand_complete_nothing_within_the_day(alone, story):
    act, confirms = story(alone)
    with pytest.raises(PermissionDenied, match="within the last day"):
        network.confirm_two_person(act=act, by=confirms)
    act.refresh_from_db()
    assert act.confirmed_at is None


@pytest.mark.parametrize("story", ONE_HAND)
def test_control_with_a_look_at_the_two_alone_three_accounts_do(alone, story, monkeypatch):
    """As it was: only whether one of the two gave the other the role, as its letter was signed."""

    def given(user: int, since) -> set[int]:
        held = Membership._unscoped.filter(user=user, starts__gt=since, granted_by__isnull=False)
        return {*held.values_list("granted_by", flat=True)} & {act.asked_by_id, confirms.user_id}

    act, confirms = story(alone)
    monkeypatch.setattr(two_person, "_hands", given)
    network.confirm_two_person(act=act, by=confirms)
    act.refresh_from_db()
    assert act.confirmed_at is not None


def test_control_without_the_check_for_the_same_person_acts_are_completed(alone, monkeypatch):
    """The service lets the asker confirm, in any role; the walls of the table are taken down too.

    What the act then does is not asked here, only that it is let through.
    """

    def anybody(by: Viewer, act: TwoPersonAct) -> Role | None:
        known = two_person._KNOWN.get(act.verb)
        return (
            None
            if known is None
            else by.acting_at(act.place_id, known.confirmers - {act.asked_role})
        )

    monkeypatch.setattr(two_person, "may_confirm", anybody)
    for verb, known in two_person._KNOWN.items():
        monkeypatch.setitem(two_person._KNOWN, verb, replace(known, do=lambda act, by: None))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "ALTER TABLE network_twopersonact DROP CONSTRAINT network_twopersonact_two_people"
            )
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        assert attempts(alone, 200, seed=31) > 0
    finally:
        if connection.vendor != "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_control_without_the_check_the_table_still_refuses(alone, monkeypatch):
    """The second wall: a service that lost its check meets the table's."""
    monkeypatch.setattr(
        two_person,
        "may_confirm",
        lambda by, act: Role.AUDITOR if by.user_id == act.asked_by_id else None,
    )
    act = dialogues.ask_to_open(dialogue=alone.draft, reason=ASKED, by=people.viewer(alone.main))
    with pytest.raises(DatabaseError), transaction.atomic():
        network.confirm_two_person(act=act, by=people.viewer(alone.main))
    assert alone.completed() == 0
