"""From the pool to a seated panel: feasibility, freezing, promises, chance, seats, replacements."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from baithak.journal.models import Line
from baithak.network import services as network
from baithak.panel import analysis, queries, services, tasks
from baithak.panel.models import (
    BareDrawError,
    Draw,
    DrawState,
    Feature,
    Panel,
    PoolState,
    Registrant,
    Seat,
)
from baithak.panel.services import RefusedError
from factories import network as make
from factories import panel as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def panel(team):
    """Forty people have registered, and the worker has looked at them."""
    panel = made.opened(team)
    made.crowd(panel, 40)
    return made.check(panel)


@pytest.fixture
def frozen(team, panel):
    return made.frozen(team, panel)


@pytest.fixture
def drawn(team, frozen):
    return made.drawn(team, frozen)


def verbs():
    return list(Line.objects.order_by("n").values_list("verb", flat=True))


def features(panel):
    return {f.name: f for c in queries.categories(panel.pk) for f in c.features.all()}


def gone(panel, name, but=0):
    """Those with this answer are not in the pool any more, but for so many."""
    pk = features(panel)[name].pk
    those = [p.pk for p in made.people(panel) if pk in p.answers.values()]
    assert len(those) > but
    Registrant._unscoped.filter(pk__in=those[but:]).delete()


def text(response):
    return response.content.decode()


# --- the pool against the quotas
def test_the_worker_checks_once_for_many_registrations(team):
    panel = made.opened(team)
    made.crowd(panel, 12)
    assert tasks.check_a_pool() == 1
    assert tasks.check_a_pool() == 0
    told = made.fresh(panel)
    assert (told.pool_state, told.pool_counted, told.pool_dirty) == (PoolState.CURRENT, 12, False)


def test_counts_are_rounded_small_ones_hidden_and_never_one_alone(team):
    panel = made.opened(team)
    for n in range(33):
        made.register(panel, "Woman" if n < 26 else "Man", "18 to 29" if n % 2 else "30 to 59")
    told = made.check(panel).pool_report["counts"]
    by_name = {name: told["features"][str(f.pk)] for name, f in features(panel).items()}
    assert told["people"] == 35
    # 7 men are too few, so the women would tell them; 16 and 17 are shown rounded, 0 takes one along.
    assert (by_name["Woman"], by_name["Man"]) == (None, None)
    shown = sorted(str(by_name[name]) for name in ("18 to 29", "30 to 59", "60 and over"))
    assert shown == ["15", "None", "None"]
    # Sixteen men were to be expected; of the old eight, which is too few to say.
    assert analysis.pool_page(made.fresh(panel)).unheard == ["Gender: Man"]
    page = text(make.sign_in(team.users["city_officer"]).get(f"/en/panel/{panel.code}/"))
    assert ">7<" not in page
    assert ">26<" not in page
    assert "not shown" in page


def test_new_counts_wait_until_enough_have_come(team, panel):
    before = panel.pool_report["counts"]
    assert before["people"] == 40
    for _ in range(9):
        made.register(panel, "Woman", "18 to 29")
    told = made.check(panel)
    assert told.pool_report["counts"] == before
    assert told.pool_counted == 49  # known to the lottery, shown to nobody
    made.register(panel, "Woman", "18 to 29")
    assert made.check(panel).pool_report["counts"]["people"] == 50


def test_too_few_people_and_impossible_quotas_are_told_with_the_smallest_change(team):
    panel = made.opened(team)
    made.crowd(panel, 3)
    told = analysis.pool_page(made.check(panel))
    assert told.verdict == [
        "Fewer people have registered than the panel has seats (8). Invite more."
    ]
    for n in range(24):
        made.register(panel, ("Woman", "Man")[n % 2], ("18 to 29", "30 to 59")[n // 12])
    old = features(panel)["60 and over"]
    services.set_quotas(panel=panel, quotas={old.pk: (2, 4)}, by=team.officer)
    gone(panel, "60 and over")
    report = made.check(panel).pool_report
    assert not report["feasible"]
    words = " ".join(analysis.pool_page(made.fresh(panel)).verdict)
    assert "“Age: 60 and over” ask for at least" in words
    assert "invite more of these people" in words


def test_a_check_that_breaks_is_noted_and_tried_again_later(panel, monkeypatch):
    def broken(_panel):
        raise MemoryError("too much")

    made.register(panel)
    Panel._unscoped.update(pool_due=None)
    monkeypatch.setattr(analysis, "check", broken)
    with pytest.raises(MemoryError):
        tasks.check_a_pool()
    told = made.fresh(panel)
    assert (told.pool_state, told.pool_failures, told.pool_dirty) == (PoolState.FAILED, 1, True)
    assert told.pool_due > timezone.now()
    assert tasks.check_a_pool() == 0
    monkeypatch.undo()
    Panel._unscoped.update(pool_due=None)
    assert tasks.check_a_pool() == 1
    assert made.fresh(panel).pool_state == PoolState.CURRENT


def test_two_workers_never_take_the_same_and_a_dead_ones_is_taken_over(panel):
    made.register(panel)
    Panel._unscoped.update(pool_due=None)
    assert services.claim_pool() == panel.pk
    assert services.claim_pool() is None
    Panel._unscoped.update(pool_claimed=timezone.now() - timedelta(hours=1))
    assert services.claim_pool() == panel.pk


# --- freezing
def test_freezing_takes_two_people_in_two_roles(team, panel):
    act = services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    told = made.fresh(panel)
    assert told.frozen is not None
    assert verbs()[-2:] == ["panel.freeze", "network.confirm_two_person"]
    draw = made.draw(panel)
    assert (draw.state, draw.number, draw.read) == (DrawState.WAITING, 1, "number")
    with pytest.raises(RefusedError, match="closed"):
        made.register(panel)


@pytest.mark.parametrize("reason", ["being_checked", "infeasible", "chance_is_known", "frozen"])
def test_a_list_is_not_frozen_unless_a_panel_can_be_drawn_and_chance_lies_ahead(
    team, panel, reason
):
    wrong = {
        "being_checked": {"pool_dirty": True},
        "infeasible": {"pool_report": {"feasible": False}},
        "chance_is_known": {"source_at": timezone.now()},
        "frozen": {"frozen": timezone.now()},
    }[reason]
    Panel._unscoped.filter(pk=panel.pk).update(**wrong)
    with pytest.raises(RefusedError, match=reason):
        services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)


def test_somebody_registers_between_asking_and_confirming(team, panel):
    act = services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)
    made.register(panel)
    with pytest.raises(ValidationError, match="has changed since"):
        network.confirm_two_person(act=act, by=team.mayor)
    assert made.fresh(panel).frozen is None
    assert Draw._unscoped.count() == 0


def test_who_registered_twice_is_not_on_the_list(team):
    panel = made.opened(team)
    made.crowd(panel, 30)
    for _ in range(2):
        code = made.register(panel, "Woman", "18 to 29", contact="03001234567")
    frozen = made.frozen(team, panel)
    assert made.draw(frozen).head["registrants"] == 31
    (left_out,) = made.people(frozen, counted=False)
    assert left_out.pseudonym == ""
    # One of the two codes opens it; its page says so.
    pages = text(Client().post(f"/en/p/{panel.code}/mine/", {"code": code}))
    assert ("each person counts once" in pages) == (
        services.find(panel=panel, code=code) == left_out
    )


# --- the promise
def test_the_commitment_is_public_before_chance_and_names_nobody(frozen):
    draw = made.draw(frozen)
    assert draw.state == DrawState.COMMITTED
    assert draw.committed < draw.source_at
    page = text(Client().get(f"/en/p/{frozen.code}/draw/"))
    for told in (draw.head["root"], draw.list_hash, "100 panels are listed", "the youngest guest"):
        assert told in page
    answer = Client().get(f"/en/p/{frozen.code}/draw/1/commitment/")
    document = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert document["list_sha256"] == draw.list_hash
    assert len(document["list"]) == 100
    assert {len(line.split()) for line in document["list"]} == {8}
    assert document["commitment"]["title"] == "Harbour panel"
    assert Client().get(f"/en/p/{frozen.code}/draw/1/receipt/").status_code == 404
    line = Line.objects.get(verb="panel.commit")
    assert json.loads(line.detail)["list"] == draw.list_hash


def test_every_listed_panel_keeps_the_quotas_and_no_two_of_a_household(team):
    panel = made.opened(team)
    made.crowd(panel, 30)
    for n in range(4):
        made.register(panel, "Woman", made.AGE[n % 3][0], household="Red door")
    frozen = made.frozen(team, panel)
    assert made.draw(frozen).trouble == {}
    people = {p.pseudonym: p for p in made.people(frozen)}
    quotas = {f.pk: (f.low, f.high) for f in features(frozen).values()}
    home = next(p.household_mark for p in people.values() if p.household_mark)
    for line in json.loads(queries.commitment_of(made.draw(frozen)))["list"]:
        seated = [people[name] for name in line.split()]
        for pk, (low, high) in quotas.items():
            assert low <= sum(pk in p.answers.values() for p in seated) <= high
        assert sum(p.household_mark == home for p in seated) <= 1


def test_a_list_that_is_ready_after_chance_is_never_published(team, panel):
    act = services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    Draw._unscoped.update(source_at=timezone.now() - timedelta(seconds=1))
    Panel._unscoped.update(source_at=timezone.now() - timedelta(seconds=1))
    tasks.prepare_a_draw()
    draw = made.draw(panel)
    assert (draw.state, draw.trouble) == (DrawState.FAILED, {"code": "chance_is_known"})
    with pytest.raises(RefusedError, match="chance_is_known"):
        services.try_again(panel=panel, by=team.officer)
    services.name_chance(
        panel=panel, source="dice", name="in the hall", known_from=panel.closes + timedelta(days=2), by=team.officer,
    )  # fmt: skip
    services.try_again(panel=panel, by=team.officer)
    tasks.prepare_a_draw()
    draw = made.draw(panel)
    assert (draw.state, draw.read) == (DrawState.COMMITTED, "hash")
    assert "dice" in draw.head["randomness"]
    # The database itself refuses a promise after chance.
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw._unscoped.update(source_at=draw.committed)


def test_quotas_that_turn_out_impossible_can_be_mended(team, panel):
    act = services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    old = features(panel)["60 and over"]
    Feature._unscoped.filter(pk=old.pk).update(low=0, high=0)
    middle = features(panel)["30 to 59"]
    Feature._unscoped.filter(pk=middle.pk).update(low=0, high=0)
    young = features(panel)["18 to 29"]
    gone(panel, "18 to 29", but=3)
    Feature._unscoped.filter(pk=young.pk).update(low=8, high=8)
    tasks.prepare_a_draw()
    draw = made.draw(panel)
    assert draw.state == DrawState.FAILED
    assert "No panel can meet all quotas with this pool." in analysis.trouble(draw)
    page = text(make.sign_in(team.users["city_officer"]).get(f"/en/panel/{panel.code}/"))
    assert "The list of panels could not be made" in page
    services.set_quotas(
        panel=panel, quotas={old.pk: (0, 8), middle.pk: (0, 8), young.pk: (0, 8)}, by=team.officer
    )
    services.try_again(panel=panel, by=team.officer)
    tasks.prepare_a_draw()
    assert made.draw(panel).state == DrawState.COMMITTED


def test_after_freezing_quotas_and_chance_stay(team, frozen):
    for act in (
        lambda: services.set_quotas(panel=frozen, quotas={}, by=team.officer),
        lambda: services.name_chance(
            panel=frozen,
            source="dice",
            name="x",
            known_from=made.soon() + timedelta(days=20),
            by=team.officer,
        ),
        lambda: services.try_again(panel=frozen, by=team.officer),
    ):
        with pytest.raises(RefusedError):
            act()


# --- chance
def test_two_witnesses_write_the_same_and_the_panel_of_that_number_sits(team, drawn):
    draw = made.draw(drawn)
    listed = json.loads(draw.commitment)["list"][7].split()
    assert (draw.state, draw.drawn_number, draw.selected) == (DrawState.DRAWN, 7, listed)
    assert draw.witnesses == ["city_officer", "mayor"]
    seated = made.people(drawn, seat=Seat.DRAWN)
    assert sorted(p.pseudonym for p in seated) == sorted(listed)
    assert {p.draw for p in seated} == {1}
    line = Line.objects.get(verb="panel.draw")
    assert json.loads(line.detail)["number"] == "7"
    page = text(Client().get(f"/en/p/{drawn.code}/draw/"))
    for name in listed:
        assert name in page


def test_chance_is_not_written_down_before_its_moment_nor_when_it_cannot_be(team, frozen):
    with pytest.raises(RefusedError, match="chance_to_come"):
        services.ask_to_draw(panel=frozen, randomness="07", by=team.officer)
    made.past(frozen)
    with pytest.raises(ValidationError):
        services.ask_to_draw(panel=frozen, randomness="100", by=team.officer)
    with pytest.raises(ValidationError):
        services.ask_to_draw(panel=frozen, randomness="seven", by=team.officer)
    act = services.ask_to_draw(panel=frozen, randomness=" 0  7 ", by=team.officer)
    assert "Chance showed: 0 7" in act.reason
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=team.officer)
    assert made.draw(frozen).state == DrawState.COMMITTED


def test_a_broken_journal_draws_nothing(team, frozen, monkeypatch):
    made.past(frozen)
    act = services.ask_to_draw(panel=frozen, randomness="07", by=team.officer)

    def broken(**_kwargs):
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr("baithak.journal.services.write", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        network.confirm_two_person(act=act, by=team.mayor)
    assert made.draw(frozen).state == DrawState.COMMITTED
    assert made.people(frozen, seat=Seat.DRAWN) == []
    act.refresh_from_db()
    assert act.confirmed_at is None


def test_draws_refuse_a_bare_save_and_are_never_deleted(frozen):
    draw = made.draw(frozen)
    with pytest.raises(BareDrawError):
        draw.save()
    with pytest.raises(BareDrawError):
        draw.delete()


def test_a_stranger_replays_the_draw_with_the_program_alone(team, drawn, tmp_path):
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(Client().get(f"/en/p/{drawn.code}/draw/1/receipt/").content)
    program = tmp_path / "verify_draw.py"
    program.write_bytes(Client().get("/en/panel/verify_draw.py").content)

    def run(*more):
        return subprocess.run(
            [sys.executable, "-I", program, receipt, *more],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    published = made.draw(drawn).list_hash
    assert run("--published", published).returncode == 0
    assert run("--published", "0" * 64).returncode == 1
    told = json.loads(receipt.read_text())
    told["selected"][0] = "XXXXXXXX"
    receipt.write_text(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    assert run().returncode == 1


def test_a_registrant_checks_the_own_line_and_nobody_elses(team, panel, tmp_path):
    code = made.register(panel, "Woman", "60 and over")
    frozen = made.frozen(team, panel)
    drawn = made.drawn(team, frozen)
    amina, address = Client(), f"/en/p/{panel.code}/mine/"
    page = text(amina.post(address, {"code": code}))
    own = services.find(panel=drawn, code=code).pseudonym
    assert own in page
    assert "of 100 listed panels" in page
    slip = amina.post(f"{address}slip/", {"code": code, "number": "1"})
    told = json.loads(slip.content)
    assert (told["member"], told["features"]) == (own, {"Gender": "Woman", "Age": "60 and over"})
    receipt, mine = tmp_path / "receipt.json", tmp_path / "mine.json"
    receipt.write_text(queries.receipt_of(made.draw(drawn)))
    program = tmp_path / "verify_draw.py"
    program.write_text(analysis.verifier())

    def verify(slip):
        mine.write_text(slip)
        return subprocess.run(
            [sys.executable, "-I", program, receipt, "--member", mine],
            capture_output=True, text=True, check=False,
        ).returncode  # fmt: skip

    assert verify(slip.content.decode()) == 0
    assert verify(slip.content.decode().replace("Woman", "Man")) == 1
    assert amina.post(f"{address}slip/", {"code": code, "number": "2"}).status_code == 422


def test_the_table_beside_the_city_tells_no_small_number(drawn):
    page = text(Client().get(f"/en/p/{drawn.code}/draw/"))
    draw = made.draw(drawn)
    assert len(draw.figures) == 5
    # Nearly every count of a panel is below ten people: its quotas alone are told.
    assert all("seats" not in row for row in draw.figures)
    assert "The panel beside the city" in page
    table = page.split("The panel beside the city")[1].split("Every quota is kept")[0]
    assert table.count("within its quota") == 5
    assert "≈" not in table


# --- answers, replacements
def test_those_drawn_answer_with_their_code_or_to_an_officer(team, panel):
    codes = [made.register(panel, "Woman", "18 to 29") for _ in range(3)]
    frozen = made.frozen(team, panel)
    drawn = made.drawn(team, frozen)
    not_drawn = next(
        code for code in codes if services.find(panel=drawn, code=code).seat == Seat.NONE
    )
    with pytest.raises(RefusedError, match="not_drawn"):
        services.answer(panel=drawn, code=not_drawn, takes_it=True, by=made.PUBLIC)
    one, other = made.people(drawn, seat=Seat.DRAWN)[:2]
    services.answer(panel=drawn, pseudonym=one.pseudonym, takes_it=True, by=team.officer)
    services.answer(panel=drawn, pseudonym=other.pseudonym, takes_it=False, by=team.officer)
    assert queries.seats(drawn) == {"yes": 1, "no": 1, "drawn": 6}
    with pytest.raises(RefusedError, match="declined"):
        services.answer(panel=drawn, pseudonym=other.pseudonym, takes_it=True, by=team.officer)
    line = Line.objects.filter(verb="panel.answer_for").first()
    assert json.loads(line.detail) == {"member": one.pseudonym, "answer": "yes"}


def test_a_drawn_resident_says_yes_on_her_own_page(team):
    panel = made.opened(team)
    codes = made.crowd(panel, 24)
    drawn = made.drawn(team, made.frozen(team, panel))
    code = next(c for c in codes if services.find(panel=drawn, code=c).seat == Seat.DRAWN)
    amina, address = Client(), f"/en/p/{panel.code}/mine/"
    assert "You have been drawn." in text(amina.post(address, {"code": code}))
    page = text(amina.post(f"{address}answer/", {"code": code, "answer": "yes"}))
    assert "You have a seat on the panel." in page
    assert "I cannot come after all" in text(
        amina.post(f"{address}answer/", {"code": code, "answer": "yes"})
    )
    assert services.find(panel=drawn, code=code).seat == Seat.YES


def again(team, panel, kind="replacement", shown="42"):
    act = services.ask_again(
        panel=panel, kind=kind, reason="Two cannot come.", source="balls", name="the drum, once more",
        known_from=made.soon(), by=team.officer,
    )  # fmt: skip
    network.confirm_two_person(act=act, by=team.mayor)
    tasks.prepare_a_draw()
    return made.drawn(team, made.fresh(panel), shown)


def test_replacements_keep_those_who_sit_and_leave_out_who_declined(team, drawn):
    people = made.people(drawn, seat=Seat.DRAWN)
    declined, withdrawn = people[0], people[1]
    kept = {p.pseudonym for p in people[2:]}
    services.answer(panel=drawn, pseudonym=declined.pseudonym, takes_it=False, by=team.officer)
    services.answer(panel=drawn, pseudonym=withdrawn.pseudonym, takes_it=False, by=team.officer)
    for name in sorted(kept)[:3]:
        services.answer(panel=drawn, pseudonym=name, takes_it=True, by=team.officer)
    told = again(team, drawn)
    second = made.draw(told, 2)
    assert (second.kind, second.reason, second.state) == (
        "replacement",
        "Two cannot come.",
        "drawn",
    )
    assert kept <= set(second.selected)
    assert not {declined.pseudonym, withdrawn.pseudonym} & set(second.selected)
    assert second.head["standing"] == sorted(kept)
    assert second.head["previous"] == made.draw(told, 1).list_hash
    assert len(made.people(told, draw=2)) == 2
    page = text(Client().get(f"/en/p/{told.code}/draw/"))
    assert page.index("Draw 2") < page.index("Draw 1")
    assert "Two cannot come." in page


def test_a_redraw_is_a_new_number_and_both_stay(team, drawn):
    first = made.draw(drawn, 1)
    told = again(team, drawn, kind="redraw", shown="3")
    second = made.draw(told, 2)
    assert second.head["standing"] == []
    now = {p.pseudonym for p in made.people(told, seat=Seat.DRAWN)}
    assert now == set(second.selected)
    assert made.draw(told, 1).receipt == first.receipt
    assert verbs().count("panel.draw") == 2


@pytest.mark.parametrize("kind", ["replacement", "first", "nonsense"])
def test_without_a_free_seat_there_is_no_replacement(team, drawn, kind):
    with pytest.raises(RefusedError, match=r"no_seat_free|no_such_kind"):
        services.ask_again(
            panel=drawn, kind=kind, reason="Why not.", source="dice", name="x", known_from=made.soon(), by=team.officer,
        )  # fmt: skip


def test_who_withdraws_after_the_list_is_frozen_is_emptied_and_never_drawn(team, panel):
    code = made.register(panel, "Man", "60 and over", contact="03001234567", needs=["sign"])
    frozen = made.frozen(team, panel)
    name = services.find(panel=frozen, code=code).pseudonym
    services.withdraw(panel=frozen, code=code, by=made.PUBLIC)
    (row,) = made.people(frozen, pseudonym=name)
    assert (row.contact, row.line, row.answers, row.seat) == ("", "", {}, Seat.WITHDRAWN)
    assert row.leaf  # the published list can still be checked
    drawn = made.drawn(team, frozen)
    (row,) = made.people(drawn, pseudonym=name)
    assert row.seat == Seat.WITHDRAWN
    told = again(team, drawn, kind="redraw")
    assert name not in queries.commitment_of(made.draw(told, 2))


def test_a_withdrawal_while_the_list_is_made_makes_it_anew(team, panel, monkeypatch):
    code = made.register(panel)
    made.check(panel)
    act = services.ask_to_freeze(panel=panel, reason="It is time.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    prepare = analysis.prepare

    def meanwhile(draw):
        found = prepare(draw)
        monkeypatch.undo()
        services.withdraw(panel=panel, code=code, by=made.PUBLIC)
        return found

    monkeypatch.setattr(analysis, "prepare", meanwhile)
    tasks.prepare_a_draw()
    assert made.draw(panel).state == DrawState.WAITING
    tasks.prepare_a_draw()
    draw = made.draw(panel)
    assert (draw.state, draw.head["registrants"]) == (DrawState.COMMITTED, 40)


# --- contacts, attendance, seating
def test_contacts_are_shown_to_officers_of_the_place_by_a_press_that_is_journaled(team, drawn):
    officer = make.sign_in(team.users["city_officer"])
    address = f"/en/panel/{drawn.code}/drawn/"
    page = text(officer.get(address))
    assert "@people.example" not in page
    before = verbs().count("panel.read_contacts")
    told = officer.post(f"{address}contacts/")
    assert text(told).count("@people.example") == 8
    assert told["Cache-Control"] == "no-store"
    assert verbs().count("panel.read_contacts") == before + 1
    for role in ("mayor", "moderator", "facilitator", "partner", "auditor"):
        browser = make.sign_in(team.users[role])
        assert browser.get(address).status_code == 403
        assert browser.post(f"{address}contacts/").status_code == 403
    stranger = make.sign_in(made.team("Noorabad").users["city_officer"])
    assert stranger.get(address).status_code == 403
    # Who declined is not called again.
    one = made.people(drawn, seat=Seat.DRAWN)[0]
    services.answer(panel=drawn, pseudonym=one.pseudonym, takes_it=False, by=team.officer)
    assert len(services.read_contacts(panel=drawn, by=team.officer)) == 7


def test_a_national_representative_never_sees_a_person(team, drawn):
    land = team.place.parent
    browser = make.sign_in(make.member(land, "national_representative"))
    pages = [browser.get(f"/en/panel/{drawn.code}/"), browser.get(f"/en/p/{drawn.code}/draw/")]
    for page in pages:
        assert page.status_code == 200
        assert "people.example" not in text(page)
    for name in ("drawn/", "attendance/", "pool/", "register/"):
        assert browser.get(f"/en/panel/{drawn.code}/{name}").status_code == 403


def test_attendance_tells_needs_and_no_names(team, panel):
    for _ in range(30):
        made.register(panel, "Woman", "60 and over", needs=["step_free", "transport"])
    drawn = made.drawn(team, made.frozen(team, panel))
    for person in made.people(drawn, seat=Seat.DRAWN):
        services.answer(panel=drawn, pseudonym=person.pseudonym, takes_it=True, by=team.officer)
    page = text(make.sign_in(team.users["facilitator"]).get(f"/en/panel/{drawn.code}/attendance/"))
    coming = queries.drawn_people(drawn)
    for person in coming:
        assert person.pseudonym in page
    assert "A way without steps" in page
    assert "people.example" not in page


def test_a_panel_is_seated_when_all_have_answered(team, drawn):
    people = made.people(drawn, seat=Seat.DRAWN)
    with pytest.raises(RefusedError, match="unanswered"):
        services.seat(panel=drawn, by=team.officer)
    for person in people[1:]:
        services.answer(panel=drawn, pseudonym=person.pseudonym, takes_it=True, by=team.officer)
    services.answer(panel=drawn, pseudonym=people[0].pseudonym, takes_it=False, by=team.officer)
    with pytest.raises(RefusedError, match="seats_free"):
        services.seat(panel=drawn, by=team.officer)
    told = services.seat(panel=drawn, why_fewer="No time for a further draw.", by=team.officer)
    assert told.seated is not None
    assert told.state == "closed"
    assert told.erased_on <= timezone.localdate() + timedelta(days=30)
    assert services.seat(panel=drawn, by=team.officer).seated == told.seated
    with pytest.raises(RefusedError, match="seated"):
        services.answer(panel=drawn, pseudonym=people[1].pseudonym, takes_it=False, by=team.officer)


# --- pages and speed
def test_the_team_walks_from_freezing_to_the_seats_in_the_browser(team, panel):
    officer, mayor = (make.sign_in(team.users[role]) for role in ("city_officer", "mayor"))
    address = f"/en/panel/{panel.code}/"
    assert officer.post(f"{address}freezing/", {"reason": "It is time."}).status_code == 302
    assert "You asked, so somebody else confirms" in text(officer.get(address))
    assert "Confirm and freeze" in text(mayor.get(address))
    assert mayor.post(f"{address}freezing/confirm/").status_code == 302
    assert "The list of panels is being made" in text(officer.get(address))
    tasks.prepare_a_draw()
    assert "That moment lies ahead." in text(officer.get(address))
    made.past(panel)
    answer = officer.post(f"{address}draw/", {"randomness": "777"})
    assert answer.status_code == 422
    assert "from 0 to 99" in text(answer)
    assert officer.post(f"{address}draw/", {"randomness": "77"}).status_code == 302
    assert "Chance showed: 77" in text(mayor.get(address))
    assert mayor.post(f"{address}draw/confirm/").status_code == 302
    assert "Fill the seats" in text(officer.get(address))
    name = made.draw(panel).selected[0]
    answer = officer.post(
        f"{address}drawn/answer/", {"pseudonym": name, "answer": "no"}, follow=True
    )
    assert "Written down." in text(answer)
    when = timezone.localtime(made.soon()).strftime("%Y-%m-%dT%H:%M")
    data = {
        "kind": "replacement", "reason": "One cannot come.", "source": "dice",
        "source_name": "in the hall", "source_at": when,
    }  # fmt: skip
    assert officer.post(f"{address}draw/again/", data).status_code == 302
    assert mayor.post(f"{address}draw/again/confirm/").status_code == 302
    tasks.prepare_a_draw()
    assert made.draw(panel, 2).state == DrawState.COMMITTED


def test_lists_take_the_same_queries_for_one_row_and_for_three(team, django_assert_num_queries):
    officer = make.sign_in(team.users["city_officer"])
    made.draft(team)
    officer.get("/en/panel/")
    # session, user, second step, roles, count, rows; the session kept (3)
    with django_assert_num_queries(9):
        officer.get("/en/panel/")
    for _ in range(2):
        made.draft(team)
    with django_assert_num_queries(9):
        assert text(officer.get("/en/panel/")).count("<li>\n<div><a") == 3


def test_the_public_draw_takes_the_same_queries_for_one_draw_and_for_two(
    team, drawn, django_assert_num_queries
):
    with django_assert_num_queries(4):  # panel, categories, answers, draws
        Client().get(f"/en/p/{drawn.code}/draw/")
    again(team, drawn, kind="redraw")
    with django_assert_num_queries(4):
        Client().get(f"/en/p/{drawn.code}/draw/")


def test_the_list_of_those_drawn_takes_no_query_for_a_person(
    team, drawn, django_assert_num_queries
):
    officer = make.sign_in(team.users["city_officer"])
    address = f"/en/panel/{drawn.code}/drawn/"
    officer.get(address)
    with django_assert_num_queries(9):
        officer.get(address)
    for person in made.people(drawn, seat=Seat.DRAWN)[1:]:
        Registrant._unscoped.filter(pk=person.pk).update(seat=Seat.NONE, draw=None)
    with django_assert_num_queries(9):
        officer.get(address)
