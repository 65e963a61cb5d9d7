"""All coordination of a place as one file: out, into an empty hub, and equal when it comes out again."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baithak.cli.coordination import coordination
from baithak.coordination import models as room
from baithak.coordination.files.whole import _FIELDS, _LINKS, _PARENT, NOT_TOLD, NOUNS, whole_told
from baithak.coordination.queries import requests as request_queries
from baithak.coordination.services.meetings import keep_attendance
from baithak.coordination.services.whole import import_whole
from baithak.exchange.models import Practice
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.files import FileRefusedError
from baithak.network.models import ElectionPeriod, Membership, Organisation, Place
from baithak.network.scope import PUBLIC, SYSTEM
from baithak.plan.models import Action, Plan
from factories import coordination as make
from factories import exchange
from factories import network as people

TODAY = timezone.localdate()


@pytest.fixture
def world(db):
    return exchange.two_cities()


def told(title, language="en", **more):
    return {"languages": [language], "texts": {language: {"title": title, **more}}}


def everything(world):
    """One of each noun and more, at every level, with every link between them."""
    team, place = world.one, world.one.place
    traders = people.organisation(place, "Canal traders")
    council = people.organisation(place, "Ward council", types=["local_government"])
    low, top = make.body(team, "Low"), make.body(team, "Top", charter="Seven seats.", quorum=3)
    room.Body._unscoped.filter(pk=low.pk).update(above=top, visibility="public")
    make.seat(team, low, "Traders", organisation=traders, chairs=True)
    make.seat(team, low, "Youth", group="youth", votes=False, vacant=True)
    room.Balance._unscoped.create(body=low, on=TODAY, taken=7, women=3, young=1, civil=4)
    meeting = make.held(team, low, present=2, closed_room=True)
    keep_attendance(meeting=meeting, organisations=[traders], by=team.officer)
    of = {"meeting": meeting, "number": 1}
    room.AgendaItem._unscoped.create(**of, **told("Lamps"))
    decision = room.Decision._unscoped.create(**of, **told("Two lamps"))
    room.Note._unscoped.create(**of, **told("Quiet words"))
    room.Note._unscoped.create(meeting=meeting, number=3, visibility="city", **told("Loud words"))
    room.Meeting._unscoped.filter(pk=meeting.pk).update(visibility="city")
    series = room.Series._unscoped.create(place=place, **told("Walks"))
    workshop = room.Workshop._unscoped.create(
        place=place, series=series, begins=TODAY, ends=TODAY, state="held", visibility="hub",
        name_countries=True, **told("Workshop", where="Hall", thanks="All"),
    )  # fmt: skip
    room.Participants._unscoped.create(
        workshop=workshop, role="mayor", country="LK", organisation_type="cso", people=12
    )
    room.Part._unscoped.create(workshop=workshop, number=1, **told("Walk"))
    room.Raised._unscoped.create(
        workshop=workshop, code="hate_speech", languages=["en"], texts={"en": {"description": "Rumours"}}
    )  # fmt: skip
    practice = exchange.published(world)
    room.Showcase._unscoped.create(workshop=workshop, practice=practice)
    takeaway = room.Takeaway._unscoped.create(workshop=workshop, number=1, **told("Light it"))
    request = room.Request._unscoped.create(
        place=place, to=world.other.place, day_by=world.other.place, office="Ministry", kind="data",
        state="answered", sent_on=TODAY, answered_on=TODAY, agreed=True, reply_by=TODAY, **told("Figures"),
    )  # fmt: skip
    room.Reply._unscoped.create(
        request=request, at_place=world.other.place, on=TODAY, answers=True, **told("Here they are")
    )
    plan = Plan._unscoped.create(
        place=place, begins=TODAY, ends=TODAY + timedelta(days=365), **told("Plan")
    )
    action = Action._unscoped.create(plan=plan, number=1, **told("Lamps"))
    for number, link in enumerate(
        ({"decision": decision}, {"takeaway": takeaway}, {"request": request})
    ):
        made = room.Commitment._unscoped.create(
            place=place, owner=traders if number else council, due=TODAY + timedelta(days=number),
            action=action, because="dialogue:abc:1", because_text="Dark lanes", **link,
            **told(f"Promise {number}"),
        )  # fmt: skip
        room.CommitmentStep._unscoped.create(
            commitment=made, day=TODAY, text="Asked", language="en", state="started"
        )
    day = room.Day._unscoped.create(
        place=place, kind="both", begins=TODAY, ends=TODAY, repeats="yearly", **told("Lamp festival", "ta")
    )  # fmt: skip
    room.Preparation._unscoped.create(
        day=day, number=1, organisation=traders, **told("Ask the shops")
    )
    card = room.ResponseCard._unscoped.create(
        place=place, exercised_on=TODAY, languages=["en"], texts={"en": {"who_speaks": "The mayor"}}
    )
    room.Contact._unscoped.create(
        card=card, number=1, office="Zqoffice", sealed=b"zqsealed", agreed_on=TODAY, until=TODAY
    )
    statement = room.JointStatement._unscoped.create(
        place=place, state="released", released_on=TODAY, edition=2, **told("We stand together", text="All.")
    )  # fmt: skip
    room.Endorsement._unscoped.create(
        statement=statement, organisation=traders, edition=2, on=TODAY, named=True
    )
    room.LookBack._unscoped.create(place=place, on=TODAY, exercise=True, **told("The drill"))
    return place


def exact(place):
    """As the operator of a hub takes it along."""
    return whole_told(SYSTEM, place, of_people=True)


def emptied(place):
    """The same place in a hub that has none of it; organisations, practices and plans stay."""
    room.Attendance._unscoped.all().delete()
    room.Contact._unscoped.all().delete()
    room.Body._unscoped.update(above=None)
    for _name, model, inside in reversed(NOUNS):
        for _part, kind in inside:
            if kind is not room.Decision and kind is not room.Takeaway:
                kind._unscoped.all().delete()
        model._unscoped.all().delete()
    return place


def nobody_at(place):
    """As on the first day in another hub: nobody has had a role there."""
    Membership._unscoped.filter(place=place).delete()


def test_what_comes_out_goes_into_an_empty_hub_and_comes_out_equal(world):
    place = everything(world)
    first = exact(place)
    told = json.loads(first)
    assert {name for name, _m, _i in NOUNS} <= set(told)
    assert told["bodies"][0]["above"] == {"body": 1}
    assert told["commitments"][0]["decision"] == {"meeting": 0, "number": 0}
    assert told["commitments"][1]["takeaway"] == {"workshop": 0, "number": 0}
    emptied(place)
    for organisation in ("Canal traders", "Ward council"):
        Organisation._unscoped.filter(name=organisation).delete()
    nobody_at(place)
    read = import_whole(content=first, place=place, by=SYSTEM, levels=True)
    assert (read.counts["commitments"], read.left) == (3, [])
    assert exact(place) == first
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.thing) == ("coordination.import_whole", f"place:{place.slug}")
    assert list(journal.verify()) == []


def test_without_the_levels_everything_begins_with_the_team(world):
    place = everything(world)
    first = exact(place)
    emptied(place)
    import_whole(content=first, place=place, by=SYSTEM)
    assert set(room.Body._unscoped.values_list("visibility", flat=True)) == {"mechanism"}
    assert set(room.Note._unscoped.values_list("visibility", flat=True)) == {"mechanism"}
    made = room.JointStatement._unscoped.get()
    assert (made.state, made.released_on, room.Endorsement._unscoped.count()) == ("draft", None, 0)


def test_around_an_election_nothing_public_comes(world):
    place = everything(world)
    room.Body._unscoped.update(visibility="public")
    first = exact(place)
    emptied(place)
    nobody_at(place)
    ElectionPeriod._unscoped.create(place=place, begins=TODAY, ends=TODAY)
    with pytest.raises(FileRefusedError, match="election"):
        import_whole(content=first, place=place, by=SYSTEM, levels=True)
    assert not room.Body._unscoped.exists()
    import_whole(content=first, place=place, by=SYSTEM)
    assert room.Body._unscoped.exists()


def test_without_the_levels_requests_begin_as_drafts(world):
    place = everything(world)
    first = exact(place)
    emptied(place)
    read = import_whole(content=first, place=place, by=SYSTEM)
    made = room.Request._unscoped.get()
    assert (made.state, made.sent_on, made.agreed, made.day_by) == ("draft", None, False, place)
    assert (read.drafts, room.Reply._unscoped.count()) == (1, 0)
    assert not room.Request.objects.seen_by(world.other.officer).exists()
    assert room.Request.objects.seen_by(world.one.officer).exists()


def test_nobody_gets_a_letter_about_a_day_that_was_over_when_a_request_came_in(world):
    place = everything(world)
    told = json.loads(exact(place))
    over, ahead = ((TODAY + timedelta(days=n)).isoformat() for n in (-9, 9))
    old = {**told["requests"][0], "state": "sent", "reply_by": over, "sent_on": over, "replies": []}
    told["requests"] = [{n: v for n, v in old.items() if n != "answered_on"}]
    told["requests"].append({**told["requests"][0], "reply_by": ahead, "proposed": over})
    emptied(place)
    told["commitments"] = []
    nobody_at(place)
    import_whole(content=json.dumps(told).encode(), place=place, by=SYSTEM, levels=True)
    assert request_queries.overdue(TODAY) == []
    assert list(room.Request._unscoped.order_by("pk").values_list("reminded_on", flat=True)) == [
        TODAY,
        None,
    ]
    assert (
        request_queries.overdue(TODAY + timedelta(days=10)) != []
    )  # control: a later day is told of


def test_neither_the_hour_nor_the_hall_of_a_closed_room_is_in_it(world):
    place = everything(world)
    room.Meeting._unscoped.update(at=time(16, 45), where="Zqhall")
    for content in (exact(place), whole_told(world.one.officer, place)):
        assert b"16:45" not in content
        assert b"Zqhall" not in content
    room.Meeting._unscoped.update(closed_room=False)
    assert json.loads(exact(place))["meetings"][0]["at"] == "16:45"


def test_what_is_passed_on_counts_nobody(world):
    place = everything(world)
    told = json.loads(whole_told(SYSTEM, place))
    text = json.dumps(told)
    for word in ("participants", "balances", "women", "present"):
        assert word not in text
    assert told["workshops"][0]["takeaways"]
    assert told["bodies"][0]["seats"]
    assert "participants" in json.loads(exact(place))["workshops"][0]


def test_what_the_reader_may_not_see_in_other_rooms_is_not_named(world):
    place = everything(world)
    practice = Practice._unscoped.get()
    plan = Plan._unscoped.get()
    room.Workshop._unscoped.update(visibility="public")
    room.Commitment._unscoped.update(visibility="public")

    def named(viewer):
        told = json.loads(whole_told(viewer, place))
        return (
            practice.code in json.dumps(told["workshops"]),
            plan.code in json.dumps(told["commitments"]),
        )

    Practice._unscoped.update(visibility="mechanism")
    assert named(world.one.officer) == (True, True)
    assert named(PUBLIC) == (False, False)
    assert "showcases" not in json.loads(whole_told(PUBLIC, place))["workshops"][0]


def test_the_file_asks_the_database_as_often_for_one_as_for_three(world, django_assert_num_queries):
    place = everything(world)
    with CaptureQueriesContext(connection) as once:
        exact(place)
    for number in range(2):
        made = room.Request._unscoped.create(
            place=place,
            to=people.city(world.one.place.parent, f"Ask {number}"),
            kind="data",
            **told("More"),
        )
        room.Commitment._unscoped.create(
            place=place, request=made, action=Action._unscoped.get(), **told("More")
        )
    with django_assert_num_queries(len(once)):
        exact(place)


def test_neither_who_was_there_nor_a_number_to_call_is_in_it(world):
    told = json.loads(exact(everything(world)))
    text = json.dumps(told)
    for word in ("ttendance", "Zqoffice", "zqsealed", "contacts", "sealed"):
        assert word not in text
    # The organisation that was there is named by its seat and promises alone.
    assert "Canal traders" not in json.dumps(told["meetings"])


def test_each_exporter_gets_what_they_may_see(world):
    place = everything(world)
    assert "Quiet words" in json.dumps(json.loads(whole_told(world.one.officer, place)))
    partner = json.loads(whole_told(world.one.partner, place))
    text = json.dumps(partner)
    assert "Quiet words" not in text
    assert "Loud words" in text
    assert [body["texts"]["en"]["title"] for body in partner["bodies"]] == ["Low"]
    assert "above" not in partner["bodies"][0]  # what it may not see
    outside = json.dumps(json.loads(whole_told(PUBLIC, place)))
    assert "Canal traders" not in outside
    assert "Loud words" not in outside


def test_it_goes_into_an_empty_place_alone(world):
    place = everything(world)
    content = exact(place)
    with pytest.raises(FileRefusedError, match="of its own already"):
        import_whole(content=content, place=place, by=SYSTEM)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda t: t["bodies"][0].update(kind="circle"), "bodies[0].kind"),
        (
            lambda t: t["bodies"][0]["seats"][0].update(organisation="Nobody"),
            "bodies[0].seats[0].organisation",
        ),
        (lambda t: t["bodies"][1].update(above={"body": 0}), "bodies[0].above"),
        (lambda t: t["meetings"][0].update(on="soon"), "meetings[0].on"),
        (lambda t: t["meetings"][0].update(on="9999-12-31"), "meetings[0].on"),
        (lambda t: t["days"][0].update(begins="0001-01-01"), "days[0].begins"),
        (lambda t: t["meetings"][0].update(body=9), "meetings[0].body"),
        (lambda t: t["meetings"][0].update(attendance=["Canal traders"]), "meetings[0].attendance"),
        (
            lambda t: t["workshops"][0]["showcases"][0].update(practice="none"),
            "workshops[0].showcases[0].practice",
        ),
        (lambda t: t["requests"][0].update(to="atlantis"), "requests[0].to"),
        (
            lambda t: t["commitments"][0].update(decision={"meeting": 0, "number": 7}),
            "commitments[0].decision",
        ),
        (
            lambda t: t["commitments"][0].update(action={"plan": "x", "number": 1}),
            "commitments[0].action",
        ),
        (
            lambda t: t["commitments"][0]["texts"]["en"].update(title="Ring 0771234567"),
            "commitments[0].texts.en.title",
        ),
        (lambda t: t["days"][0].update(kind="sad"), "days[0].kind"),
        (lambda t: t["first_hour"].append(t["first_hour"][0]), "first_hour"),
        (lambda t: t.update(person="somebody"), "person"),
    ],
)
def test_what_is_wrong_is_told_with_its_way_and_nothing_is_written(world, change, where):
    place = everything(world)
    told = json.loads(exact(place))
    emptied(place)
    change(told)
    with pytest.raises(FileRefusedError) as refused:
        import_whole(content=json.dumps(told).encode(), place=place, by=SYSTEM)
    assert any(wrong.at == where for wrong in refused.value.wrongs), refused.value.wrongs
    assert not room.Body._unscoped.exists()


def test_every_field_of_the_room_is_told_or_left_out_for_a_reason():
    parents = {(kind, _PARENT[name]) for name, _m, inside in NOUNS for _p, kind in inside}
    always = {"id", "place", "visibility", "texts", "languages", "number"}
    for model in apps.get_app_config("coordination").get_models():
        if model.__name__ in NOT_TOLD:
            continue
        fields = {f.name for f in model._meta.fields}
        told = {*_FIELDS[model], *_LINKS.get(model, ())} | {p for k, p in parents if k is model}
        told |= {"above"} if model is room.Body else set()
        assert fields - told - always <= set(NOT_TOLD), model.__name__


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_and_never_breaks(db, data):
    whole = {"format": "baithak.coordination", "number": 1, "place": "x"}
    junk = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    )  # fmt: skip
    name = data.draw(st.sampled_from([name for name, _m, _i in NOUNS] + ["organisations"]))
    keys = st.sampled_from(
        ["languages", "texts", "on", "state", "kind", "seats", "above", "to", "decision"]
    )
    whole[name] = data.draw(
        st.lists(st.dictionaries(keys, junk, min_size=1, max_size=4), min_size=1, max_size=2)
    )
    place = _damaged_place()
    with pytest.raises(FileRefusedError):
        import_whole(content=json.dumps(whole).encode(), place=place, by=SYSTEM)


def _damaged_place():
    found = Place._unscoped.filter(slug="damaged-town").first()
    return found or people.city(people.country(people.hub()), "Damaged", slug="damaged-town")


def test_the_commands_write_and_read_the_file(world, tmp_path, monkeypatch):
    monkeypatch.setattr("django.setup", lambda: None)
    place, run = everything(world), CliRunner()
    file = tmp_path / "coordination.json"
    done = run.invoke(coordination, ["export", place.slug, str(file)])
    assert (done.exit_code, file.read_bytes()) == (0, exact(place))
    assert file.stat().st_mode & 0o077 == 0
    refused = run.invoke(coordination, ["import", place.slug, str(file)])
    assert refused.exit_code == 2
    assert "of its own already" in refused.output
    assert run.invoke(coordination, ["export", "atlantis", str(file)]).exit_code == 2
    content = file.read_bytes()
    emptied(place)
    refused = run.invoke(coordination, ["import", place.slug, str(file), "--levels"])
    assert refused.exit_code == 2
    assert "two people decide" in refused.output
    assert not room.Body._unscoped.exists()
    nobody_at(place)
    done = run.invoke(coordination, ["import", place.slug, str(file), "--levels"])
    assert done.exit_code == 0, done.output
    assert "2 bodies" in done.output
    assert exact(place) == content


def test_members_take_it_along_from_the_hub(world):
    place = everything(world)
    address = f"/en/coordination/at/{place.slug}/whole/"
    answer = people.sign_in(world.one.users["partner"]).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Quiet words" not in answer.content.decode()
    assert people.sign_in(world.other.users["city_officer"]).get(address).status_code == 403
