"""A place is handed over: two people, one pack, every role looked at anew (R25)."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from lxml import html

from baithak.home import packs, tasks
from baithak.home.models import Handover, HandoverState, Reapproval, ReapprovalState
from baithak.home.queries import handover as queries
from baithak.home.services import handover as services
from baithak.journal import queries as journal
from baithak.journal import retention, words
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import TwoPersonAct
from baithak.network.queries import invitations_open
from baithak.network.scope import SYSTEM
from factories import network as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _chores_may_run_again(monkeypatch):
    monkeypatch.setattr(tasks, "_last", dict.fromkeys(tasks._last, 0.0))


@pytest.fixture
def city(settings, tmp_path):
    settings.HOME = tmp_path
    return make.city()


@pytest.fixture
def team(city):
    return {role: make.member(city, role) for role in ("city_officer", "mayor", "partner")}


def browser(user):
    """Signed in anew: a handover ended the sessions before."""
    user.refresh_from_db()
    return make.sign_in(user)


def asked(city, team, purpose="change", language="en"):
    officer = make.viewer(team["city_officer"])
    return services.ask_to_hand_over(
        place=city, purpose=purpose, language=language, reason="A new mayor takes over.", by=officer
    )


def handed(city, team, purpose="change", language="en") -> Handover:
    act = asked(city, team, purpose, language)
    network.confirm_two_person(act=act, by=make.viewer(team["mayor"]))
    return Handover.objects.seen_by(SYSTEM).get(act=act)


def packed(handover: Handover) -> zipfile.ZipFile:
    while tasks.make_a_pack():
        pass
    handover.refresh_from_db()
    assert handover.state == HandoverState.READY
    return zipfile.ZipFile(io.BytesIO(packs.read(handover)))


def test_one_person_hands_nothing_over(city, team):
    asked(city, team)
    assert not Handover.objects.seen_by(SYSTEM).exists()
    assert make.sign_in(team["partner"]).get("/en/desk/").status_code == 200


def test_two_people_end_every_session_and_invitation_of_the_place_and_no_other(
    city, team, django_capture_on_commit_callbacks
):
    secretary = make.member(city.hub, "hub_secretariat")
    elsewhere = make.sign_in(secretary)
    inside = make.sign_in(team["partner"])
    network.invite(
        place=city, role="facilitator", email="new@city.example", site="https://hub.example",
        by=make.viewer(team["city_officer"]),
    )  # fmt: skip
    assert inside.get("/en/desk/").status_code == 200
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        handover = handed(city, team)
    assert inside.get("/en/desk/").status_code == 302
    assert elsewhere.get("/en/desk/").status_code == 200
    assert not invitations_open(SYSTEM, city)
    assert [letter.to for letter in mail.outbox] == [[secretary.email]]
    assert {one.membership.user for one in Reapproval.objects.seen_by(SYSTEM)} == set(team.values())
    assert handover.approve_by == timezone.localdate() + services.APPROVE_WITHIN


def test_a_rehearsal_changes_nothing_for_anybody(city, team):
    inside = make.sign_in(team["partner"])
    handover = handed(city, team, "rehearsal")
    assert inside.get("/en/desk/").status_code == 200
    assert not Reapproval.objects.seen_by(SYSTEM).exists()
    assert packed(handover).testzip() is None


def test_the_pack_is_signed_and_a_changed_file_is_found(city, team, tmp_path):
    handover = handed(city, team)
    folder = tmp_path / "pack"
    packed(handover).extractall(folder)
    check = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "signature/public-key.pem"]
    check += ["-rawin", "-in", "signature/manifest.json", "-sigfile", "signature/manifest.sig"]

    def verified() -> bool:
        return subprocess.run(check, cwd=folder, capture_output=True, check=False).returncode == 0

    assert verified()
    told = json.loads((folder / "signature/manifest.json").read_text())
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert there == {*told["files"], "signature/manifest.json", "signature/manifest.sig"}
    for name, digest in told["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    manifest = folder / "signature/manifest.json"
    manifest.write_text(manifest.read_text().replace(city.slug, "elsewhere"))
    assert not verified()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ur", "rtl"), ("bn", "ltr")])
def test_its_first_page_opens_without_a_server_and_links_to_what_is_there(
    city, team, language, direction
):
    pack = packed(handed(city, team, "rehearsal", language))
    page = pack.read("index.html").decode()
    assert f'lang="{language}"' in page
    assert f'dir="{direction}"' in page
    assert "<script" not in page
    links = {a.get("href") for a in html.fromstring(page).iter("a")}
    near = {link for link in links if link and "://" not in link and not link.startswith("#")}
    assert near, "the first page leads somewhere"
    assert near <= set(pack.namelist())


def test_who_asked_fetches_it_once_and_nobody_else(city, team):
    handover = handed(city, team)
    packed(handover)
    mayor, officer = make.viewer(team["mayor"]), make.viewer(team["city_officer"])
    with pytest.raises(PermissionDenied):
        services.fetch(handover=handover, by=mayor)
    answer = browser(team["city_officer"]).post(f"/en/handover/{handover.pk}/fetch/")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == handover.digest
    with pytest.raises(ValidationError):
        services.fetch(handover=handover, by=officer)


def test_a_role_goes_on_or_ends_and_nobody_decides_on_their_own(city, team):
    handed(city, team)
    by_user = {one.membership.user_id: one for one in Reapproval.objects.seen_by(SYSTEM)}
    officer, mayor = (make.viewer(team[role]) for role in ("city_officer", "mayor"))
    with pytest.raises(PermissionDenied):
        services.decide(reapproval=by_user[officer.user_id], keep=True, by=officer)
    services.decide(reapproval=by_user[officer.user_id], keep=True, by=mayor)
    services.decide(reapproval=by_user[team["partner"].pk], keep=False, by=officer)
    assert not make.viewer(team["partner"]).roles_at(city)
    with pytest.raises(ValidationError):
        services.decide(reapproval=by_user[team["partner"].pk], keep=True, by=officer)


def test_roles_that_nobody_looked_at_end_but_never_the_last_person_in_charge(city, team):
    handover = handed(city, team)
    assert services.end_what_nobody_approved() == 0
    Handover._unscoped.filter(pk=handover.pk).update(
        approve_by=timezone.localdate() - timedelta(days=1)
    )
    assert services.end_what_nobody_approved() == 2
    assert make.viewer(team["city_officer"]).roles_at(city)
    for role in ("mayor", "partner"):
        assert not make.viewer(team[role]).roles_at(city)
    waiting = Reapproval.objects.seen_by(SYSTEM).filter(state=ReapprovalState.WAITING)
    assert [one.membership.user for one in waiting] == [team["city_officer"]]


def its_time_is_over():
    Handover._unscoped.update(approve_by=timezone.localdate() - timedelta(days=1))


def test_a_second_handover_takes_over_what_waits_in_the_first(city, team):
    first = handed(city, team)
    officer, mayor = (make.viewer(team[role]) for role in ("city_officer", "mayor"))
    of_first = {one.membership.user_id: one for one in Reapproval.objects.seen_by(SYSTEM)}
    services.decide(reapproval=of_first[mayor.user_id], keep=True, by=officer)
    page = f"/en/handover/{first.pk}/"
    assert "Goes on</button>" in browser(team["city_officer"]).get(page).text
    second = handed(city, team)
    told = browser(team["city_officer"]).get(page).text
    assert "Looked at in a later handover" in told
    assert "Goes on</button>" not in told
    looked_at = next(line for line in queries.checklist(SYSTEM, first) if "Every role" in line.text)
    assert not looked_at.done
    with pytest.raises(ValidationError):
        services.decide(reapproval=of_first[team["partner"].pk], keep=True, by=officer)
    for one in Reapproval.objects.seen_by(SYSTEM).filter(handover=second):
        by = mayor if one.membership.user_id == officer.user_id else officer
        services.decide(reapproval=one, keep=True, by=by)
    its_time_is_over()
    assert services.end_what_nobody_approved() == 0
    assert make.viewer(team["partner"]).roles_at(city)
    kept = Reapproval.objects.seen_by(SYSTEM).get(pk=of_first[mayor.user_id].pk)
    assert kept.state == ReapprovalState.KEPT


def test_what_somebody_decides_while_a_worker_ends_roles_stands_and_no_end_is_noted_twice(
    city, team, monkeypatch
):
    guest = make.member(city, "partner", "Guest")
    handed(city, team)
    its_time_is_over()
    by_user = {one.membership.user_id: one for one in Reapproval.objects.seen_by(SYSTEM)}
    officer, end = make.viewer(team["city_officer"]), network.end_membership
    network.end_membership(membership=by_user[guest.pk].membership, by=officer)

    def meanwhile(*, membership, by):
        monkeypatch.setattr(network, "end_membership", end)
        services.decide(reapproval=by_user[team["partner"].pk], keep=True, by=officer)
        Reapproval._unscoped.filter(pk=by_user[guest.pk].pk).update(state=ReapprovalState.ENDED)
        end(membership=membership, by=by)

    monkeypatch.setattr(network, "end_membership", meanwhile)
    assert services.end_what_nobody_approved() == 1  # the mayor's
    assert make.viewer(team["partner"]).roles_at(city)
    assert Line.objects.filter(verb="home.end_role").count() == 1


def test_two_workers_forget_a_pack_once(city, team, monkeypatch):
    one, other = handed(city, team), handed(city, team, "rehearsal")
    for handover in (one, other):
        ready(handover)
    Handover._unscoped.update(until=timezone.localdate() - timedelta(days=1))
    delete = packs.delete

    def meanwhile(handover):
        Handover._unscoped.exclude(pk=handover.pk).update(state=HandoverState.GONE)
        delete(handover)

    monkeypatch.setattr(packs, "delete", meanwhile)
    assert services.forget_old_packs() == 1
    assert Line.objects.filter(verb="home.forget_pack").count() == 1
    [proof] = Line.objects.filter(verb="journal.delete_on_time")
    assert proof.details["rows"] == "1"


def test_an_old_pack_is_deleted_and_its_hash_stays(city, team):
    handover = handed(city, team)
    packed(handover)
    assert services.forget_old_packs() == 0
    Handover._unscoped.filter(pk=handover.pk).update(until=timezone.localdate() - timedelta(days=1))
    assert services.forget_old_packs() == 1
    assert not packs.path(handover).exists()
    handover.refresh_from_db()
    assert (handover.state, len(handover.digest)) == (HandoverState.GONE, 64)


def test_a_pack_that_cannot_be_made_says_so_and_is_not_tried_for_ever(city, team, monkeypatch):
    handover = handed(city, team)

    def broken(of):
        raise OSError("no space")

    monkeypatch.setattr(tasks.pack, "build", broken)
    assert tasks.make_a_pack() == 1
    assert tasks.make_a_pack() == 0
    page = browser(team["city_officer"]).get(f"/en/handover/{handover.pk}/").text
    assert page.count("ask for a rehearsal to try again") == 2  # above, and in the checklist
    assert "ask anew" not in page


def its_worker_died():
    Handover._unscoped.update(claimed=timezone.now() - services.PATIENCE - timedelta(seconds=1))


def test_a_worker_that_died_leaves_it_to_the_next_one(city, team):
    handover = handed(city, team)
    assert services.claim().pk == handover.pk
    assert services.claim() is None
    its_worker_died()
    assert services.claim().pk == handover.pk


def test_what_kills_every_worker_is_given_up_and_does_not_block_the_next_one(city, team):
    deadly = handed(city, team)
    for _ in range(services.TRIES):
        assert services.claim().pk == deadly.pk
        its_worker_died()
    next_one = handed(city, team, "rehearsal")
    assert services.claim() is None
    deadly.refresh_from_db()
    assert deadly.state == HandoverState.FAILED
    assert Line.objects.filter(verb="home.fail_pack").count() == 1
    assert services.claim().pk == next_one.pk


def test_a_slow_worker_changes_nothing_of_what_its_successor_made(city, team):
    handed(city, team)
    slow = services.claim()
    its_worker_died()
    slow.refresh_from_db(fields=["claimed"])  # as the slow one knows it
    quick = services.claim()
    slow_digest, quick_digest = packs.put(slow, b"slow"), packs.put(quick, b"quick")
    services.finish(handover=slow, digest=slow_digest, size=4)
    assert not packs.path(slow).exists()
    services.finish(handover=quick, digest=quick_digest, size=5)
    services.finish(handover=slow, digest="", size=0)
    quick.refresh_from_db()
    assert (quick.state, quick.size) == (HandoverState.READY, 5)
    assert packs.read(quick) == b"quick"
    assert Line.objects.filter(verb="home.make_pack").count() == 1
    assert not Line.objects.filter(verb="home.fail_pack").exists()
    assert [one.name for one in packs.path(quick).parent.iterdir()] == [f"{quick.pk}.zip"]


def ready(handover: Handover) -> None:
    """A pack whose content does not matter."""
    mine = services.claim()
    assert mine.pk == handover.pk
    services.finish(handover=mine, digest=packs.put(mine, b"a pack"), size=6)


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_file_that_is_gone_or_damaged_is_said_and_the_one_fetch_is_not_spent(city, team, damage):
    handover = handed(city, team)
    ready(handover)
    file = packs.path(handover)
    file.unlink() if damage == "gone" else file.write_bytes(b"another")
    officer = browser(team["city_officer"])
    answer = officer.post(f"/en/handover/{handover.pk}/fetch/", follow=True)
    assert answer.status_code == 200
    assert "The file of the pack is gone or damaged" in answer.text
    handover.refresh_from_db()
    assert handover.fetched is None
    assert not Line.objects.filter(verb="home.fetch_pack").exists()
    file.write_bytes(b"a pack")
    assert officer.post(f"/en/handover/{handover.pk}/fetch/").content == b"a pack"


def test_chores_with_nothing_to_do_rest(city, django_assert_num_queries):
    for chore in (tasks.make_a_pack, tasks.forget_old_packs, tasks.end_roles):
        assert chore() == 0
        with django_assert_num_queries(0):
            assert chore() == 0


def test_a_pack_that_was_made_does_not_let_the_next_one_wait(city, team, monkeypatch):
    monkeypatch.setattr(tasks.pack, "build", lambda of: b"a pack")
    for purpose in ("change", "rehearsal"):
        handed(city, team, purpose)
    assert [tasks.make_a_pack() for _ in range(3)] == [1, 1, 0]


def test_packs_are_a_class_of_the_clock_of_what_is_kept(city, team):
    handover = handed(city, team)
    ready(handover)
    rule = next(one for one in retention.classes() if one.code == services.PACKS)
    [left] = rule.left()
    assert (left.place, left.rows, left.due.date()) == (city.slug, 1, handover.until)
    Handover._unscoped.update(until=timezone.localdate() - timedelta(days=1))
    assert tasks.forget_old_packs() == 1
    assert list(rule.left()) == []
    [proof] = Line.objects.filter(verb="journal.delete_on_time")
    assert (proof.place, proof.details["kept"]) == (city.slug, services.PACKS)


def test_the_journal_names_the_thing(city, team):
    handover = handed(city, team)
    assert words.thing_named(f"handover:{handover.pk}") == f"Handover {handover.pk}"


# --- where no city is: a hub, a country
@pytest.mark.parametrize(
    ("where", "first"), [("hub", "hub_secretariat"), ("country", "national_representative")]
)
def test_who_is_in_charge_of_a_hub_or_a_country_hands_it_over_and_the_auditor_confirms(
    city, where, first
):
    place = city.hub if where == "hub" else city.parent
    asks, other = (make.member(place, first, name) for name in ("Asks", "Stays"))
    auditor = make.member(place, "auditor")
    start = f"/en/handover/at/{place.slug}/"
    told = {"purpose": "change", "language": "en", "reason": "Somebody else takes over."}
    assert make.sign_in(auditor).post(f"{start}ask/", told).status_code == 403
    assert make.sign_in(asks).post(f"{start}ask/", told).status_code == 302
    act = TwoPersonAct.objects.seen_by(SYSTEM).get()
    network.confirm_two_person(act=act, by=make.viewer(auditor))
    handover = Handover.objects.seen_by(SYSTEM).get()
    by_user = {one.membership.user_id: one.pk for one in Reapproval.objects.seen_by(SYSTEM)}
    assert set(by_user) == {asks.pk, other.pk, auditor.pk}

    def decides(user, about, keep):
        address = f"/en/handover/role/{by_user[about.pk]}/"
        return browser(user).post(address, {"keep": keep}).status_code

    assert decides(auditor, auditor, "yes") == 403
    assert decides(auditor, asks, "no") == 302
    assert decides(auditor, other, "no") == 302  # refused: nobody would be in charge
    assert decides(other, auditor, "yes") == 302
    states = {one.pk: one.state for one in Reapproval.objects.seen_by(SYSTEM)}
    assert states == {
        by_user[asks.pk]: ReapprovalState.ENDED,
        by_user[other.pk]: ReapprovalState.WAITING,
        by_user[auditor.pk]: ReapprovalState.KEPT,
    }
    assert make.viewer(other).roles_at(place) == {first}
    assert (
        "Only one person is in charge here"
        in browser(other).get(f"/en/handover/{handover.pk}/").text
    )


def test_an_auditor_of_a_city_looks_at_no_role(city, team):
    auditor = make.member(city, "auditor")
    handed(city, team)
    one = Reapproval.objects.seen_by(SYSTEM).get(membership__user=team["partner"])
    address = f"/en/handover/role/{one.pk}/"
    assert browser(auditor).post(address, {"keep": "no"}).status_code == 403
    assert browser(team["mayor"]).post(address, {"keep": "no"}).status_code == 302


def test_roles_of_a_country_that_nobody_looked_at_end_but_not_its_last_representative(city):
    nation = make.member(city.parent, "national_representative")
    auditor = make.member(city.parent, "auditor")
    handed(city.parent, {"city_officer": nation, "mayor": auditor})
    Handover._unscoped.update(approve_by=timezone.localdate() - timedelta(days=1))
    assert services.end_what_nobody_approved() == 1
    assert make.viewer(nation).roles_at(city.parent)
    assert not make.viewer(auditor).roles_at(city.parent)


def test_the_page_leads_through_it(city, team):
    officer, mayor = make.sign_in(team["city_officer"]), make.sign_in(team["mayor"])
    start = f"/en/handover/at/{city.slug}/"
    assert "None yet" in officer.get(start).text
    told = {"purpose": "change", "language": "en", "reason": "A new mayor."}
    assert officer.post(f"{start}ask/", {**told, "reason": ""}).status_code == 422
    assert officer.post(f"{start}ask/", told).status_code == 302
    assert mayor.post(f"{start}ask/", told).status_code == 403
    act = TwoPersonAct.objects.seen_by(SYSTEM).get()
    network.confirm_two_person(act=act, by=make.viewer(team["mayor"]))
    officer = browser(team["city_officer"])
    handover = Handover.objects.seen_by(SYSTEM).get()
    page = f"/en/handover/{handover.pk}/"
    assert "being made" in officer.get(page).text
    packed(handover)
    told = officer.get(page).text
    assert "Fetch it, once" in told
    assert told.count("Goes on") == 2  # not the officer's own role
    assert officer.post(f"{page}tick/", {"code": "partners"}).status_code == 302
    assert officer.post(f"{page}tick/", {"code": "nonsense"}).status_code == 302
    assert handover.ticks.count() == 1
    assert make.sign_in(make.member(city, "department_staff")).get(page).status_code == 404


def test_a_broken_journal_hands_nothing_over(city, team, monkeypatch):
    act = asked(city, team)
    monkeypatch.setattr(services.journal, "write", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        network.confirm_two_person(act=act, by=make.viewer(team["mayor"]))
    assert not Handover.objects.seen_by(SYSTEM).exists()


def test_the_journal_tells_it_in_the_pack(city, team):
    handover = handed(city, team)
    told = packed(handover).read("journal/journal.csv").decode()
    assert "began to hand the place over" in told
    officer = make.viewer(team["city_officer"])
    lines = journal.journal_of(officer, place=city.slug).lines
    assert lines.filter(verb="home.hand_over").count() == 1
    assert Line.objects.filter(verb="network.change_hands").count() == 1
