"""All answers as a file: two people, once, a day; nothing in it but numbers; read back to the same map."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from baithak.dialogue import queries, services
from baithak.dialogue.models import Declaration, Dialogue, Participation, Vote
from baithak.engine.opinion.map import map_run
from baithak.engine.opinion.readers import read_conversation
from baithak.engine.opinion.votes import Statement, VoteMatrix
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import Membership, TwoPersonAct
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def closed(team):
    dialogue = made.opened(team)
    made.crowd(dialogue, 60)
    services.close(dialogue=dialogue, by=team.officer)
    assert services.seal(dialogue.pk)
    return Dialogue._unscoped.select_related("place").get(pk=dialogue.pk)


def allowed(dialogue, team):
    act = services.ask_to_export(dialogue=dialogue, reason="The university asks.", by=team.officer)
    return network.confirm_two_person(act=act, by=team.mayor)


def files(parcel: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(parcel)) as found:
        return {name: found.read(name).decode() for name in found.namelist()}


def refused(dialogue, by):
    with pytest.raises(services.RefusedError) as refusal:
        services.fetch_export(dialogue=dialogue, by=by)
    return refusal.value.code


def test_who_asked_fetches_it_once(closed, team):
    assert refused(closed, team.officer) == "nothing_allowed"
    act = services.ask_to_export(dialogue=closed, reason="The university asks.", by=team.officer)
    assert refused(closed, team.officer) == "nothing_allowed"
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    assert refused(closed, team.mayor) == "nothing_allowed"
    told = files(services.fetch_export(dialogue=closed, by=team.officer))
    assert set(told) == {
        "README.txt", "comments.csv", "participants-votes.csv", "summary.csv", "votes.csv"
    }  # fmt: skip
    assert "six of a person's answers" in told["README.txt"]
    assert refused(closed, team.officer) == "nothing_allowed"
    verbs = list(Line.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["network.spend_two_person", "dialogue.fetch_export"]


def test_the_day_ends(closed, team):
    act = allowed(closed, team)
    yesterday = timezone.now() - timedelta(hours=24, seconds=1)
    TwoPersonAct._unscoped.filter(pk=act.pk).update(confirmed_at=yesterday)
    assert refused(closed, team.officer) == "nothing_allowed"
    with pytest.raises(ValidationError):
        network.spend_two_person(act=act, by=team.officer)


def test_who_lost_the_role_fetches_nothing(closed, team):
    allowed(closed, team)
    held = Membership._unscoped.filter(user=team.users["city_officer"])
    held.update(ends=timezone.now())
    with pytest.raises(PermissionDenied):
        services.fetch_export(dialogue=closed, by=people.viewer(team.users["city_officer"]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"imported": True}, "imported"),
        ({"sealed": None}, "not_sealed"),
        ({"retired": timezone.now()}, "retired"),
    ],
)
def test_what_cannot_be_handed_out(closed, team, change, code):
    Dialogue._unscoped.filter(pk=closed.pk).update(**change)
    with pytest.raises(services.RefusedError) as refusal:
        services.ask_to_export(dialogue=closed, reason="Research.", by=team.officer)
    assert refusal.value.code == code


def test_a_dialogue_that_is_retired_meanwhile_is_not_handed_out(closed, team):
    allowed(closed, team)
    Dialogue._unscoped.filter(pk=closed.pk).update(retired=timezone.now())
    assert refused(closed, team.officer) == "retired"


def test_nothing_of_a_person_but_numbers(closed, team):
    Participation._unscoped.filter(dialogue=closed).update(channel="token")
    allowed(closed, team)
    told = files(services.fetch_export(dialogue=closed, by=team.officer))
    pids = {bytes(pid).hex() for pid in Vote._unscoped.values_list("pid", flat=True)}
    for text in told.values():
        assert not any(pid in text for pid in pids)
        assert "token" not in text.replace("tokens", "")
    wide = list(csv.DictReader(io.StringIO(told["participants-votes.csv"])))
    assert [row["participant"] for row in wide] == [str(n) for n in range(60)]
    assert {row["group-id"] for row in wide} == {""}
    long = list(csv.DictReader(io.StringIO(told["votes.csv"])))
    assert len({row["timestamp"] for row in long}) == 1
    assert {row["author-id"] for row in csv.DictReader(io.StringIO(told["comments.csv"]))} == {"-1"}
    assert not Declaration._unscoped.exists()


def test_the_order_of_people_is_drawn_anew_each_time(closed, team):
    orders = []
    for _ in range(2):
        allowed(closed, team)
        orders.append(
            files(services.fetch_export(dialogue=closed, by=team.officer))["participants-votes.csv"]
        )
    assert orders[0] != orders[1]
    cut = [sorted(line.partition(",")[2] for line in told.splitlines()) for told in orders]
    assert cut[0] == cut[1]


def test_a_rejected_statement_and_its_answers_stay_inside(closed, team):
    statement = made.statements(closed)[0]
    type(statement)._unscoped.filter(pk=statement.pk).update(state="rejected", reason="off_topic")
    queries.forget()
    allowed(closed, team)
    told = files(services.fetch_export(dialogue=closed, by=team.officer))
    assert "Parks should stay open" not in told["comments.csv"]
    header = told["participants-votes.csv"].splitlines()[0]
    assert header.endswith("n-disagree,2,3,4,5,6")


@pytest.mark.parametrize("wide", [True, False])
def test_our_own_reader_finds_the_same_map(closed, team, tmp_path, wide):
    who, what, said = queries.votes_of(closed.pk)
    number = {s.pk: str(s.number) for s in made.statements(closed)}
    own = VoteMatrix.from_arrays(
        who,
        [number[s] for s in what],
        said,
        statements=[Statement(id=str(n)) for n in range(1, 7)],
    )
    allowed(closed, team)
    for name, text in files(services.fetch_export(dialogue=closed, by=team.officer)).items():
        if wide or name != "participants-votes.csv":
            (tmp_path / name).write_text(text)
    told = read_conversation(tmp_path)
    assert told.topic == "Harbour market"
    assert told.votes.size == own.size == 360
    one, two = map_run(own).map, map_run(told.votes).map
    assert sorted(g.size for g in one.groups) == sorted(g.size for g in two.groups)
    by_id = {s.id: s for s in two.statements}
    for statement in one.statements:
        again = by_id[statement.id]
        assert again.common_ground.value == pytest.approx(statement.common_ground.value, abs=0.01)
        assert again.agree.value == pytest.approx(statement.agree.value, abs=0.01)


def test_the_pages_lead_from_asking_to_fetching(closed, team):
    officer, mayor = (people.sign_in(team.users[name]) for name in ("city_officer", "mayor"))
    address = f"/en/dialogue/{closed.code}/export/"
    assert "six of a person" in officer.get(address).content.decode()
    assert "No request waits." in mayor.get(address).content.decode()
    assert officer.post(f"{address}ask/", {"reason": ""}).status_code == 422
    assert officer.post(f"{address}ask/", {"reason": "A thesis."}).status_code == 302
    assert "You asked, so somebody else confirms" in officer.get(address).content.decode()
    officer.post(f"{address}confirm/")
    assert "Fetch the file now" not in officer.get(address).content.decode()
    assert "A thesis." in mayor.get(address).content.decode()
    mayor.post(f"{address}confirm/")
    assert "Fetch the file now" not in mayor.get(address).content.decode()
    assert officer.get(f"{address}fetch/").status_code == 405
    assert "Fetch the file now" in officer.get(address).content.decode()
    got = officer.post(f"{address}fetch/")
    assert (got["Content-Type"], got["Cache-Control"]) == ("application/zip", "no-store")
    assert "votes.csv" in files(got.content)
    again = officer.post(f"{address}fetch/", follow=True)
    assert "There is no file for you to fetch" in again.content.decode()
    assert "fetched it last" in officer.get(address).content.decode()
