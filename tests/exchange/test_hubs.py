"""Practices move between two hubs with two databases; nothing tampered comes in."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from baithak.exchange import bundle, uploaded
from baithak.exchange.models import Practice, TrustedHub, Version
from baithak.exchange.queries import hubs as queries
from baithak.exchange.records import write_practices
from baithak.exchange.services import hubs as services
from baithak.exchange.signing import hub_key
from baithak.exchange.views import files
from baithak.exchange.views import hubs as views
from baithak.network import services as network
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.web.limited import EngineError
from factories import exchange as make
from factories import network as people

ORIGIN = "https://north.example"


@pytest.fixture
def world():
    world = make.two_cities()
    world.auditor = people.viewer(people.member(world.hub, Role.AUDITOR))
    return world


def trust(world, key: str, origin: str = ORIGIN) -> None:
    act = services.ask_trust(
        place=world.hub, name="North", origin=origin, key=key, reason="We met.", by=world.secretary
    )
    network.confirm_two_person(act=act, by=world.auditor)


@pytest.mark.django_db
def test_a_key_is_trusted_by_two_people(world):
    key = bundle.fingerprint(hub_key().public_key())
    act = services.ask_trust(
        place=world.hub, name="North", origin=ORIGIN, key=key, reason="We met.", by=world.secretary
    )
    assert not queries.trusted(world.hub).exists()
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=world.secretary)
    network.confirm_two_person(act=act, by=world.auditor)
    assert queries.trusted(world.hub).get().key == key
    for wrong in ({"key": "abc"}, {"origin": "north.example"}, {"origin": "https://x.example/a"}):
        with pytest.raises(ValidationError):
            services.ask_trust(
                place=world.hub, reason="We met.", by=world.secretary,
                **{"name": "North", "origin": ORIGIN, "key": key, **wrong},
            )  # fmt: skip


@pytest.mark.django_db
def test_a_bundle_holds_what_everybody_may_see_and_nothing_else(world):
    make.load(world)
    with pytest.raises(RefusedError, match="nothing_public"):
        services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    make.published(world, "kandarpur-lamps", aim="public")
    make.published(world, "kandarpur-walks", aim="hub")
    make.draft(world.one, "kandarpur-songs")
    sent, content = services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    told = read(world, content, trusted=True)
    assert [one["id"] for one in told["practices"]] == ["kandarpur-lamps"]
    assert (sent.number, sent.practices) == (1, 1)
    again, _ = services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    assert again.number == 2


def read(world, content: bytes, *, trusted: bool = False) -> dict:
    if trusted and not queries.trusted(world.hub).exists():
        trust(world, bundle.fingerprint(hub_key().public_key()))
    return views.read(content, world.hub)


@pytest.mark.django_db
def test_practices_of_the_hub_itself_travel_too(world):
    practice = make.published(world)
    Practice._unscoped.filter(pk=practice.pk).update(place=world.hub)
    assert list(queries.own_public(world.hub)) == [practice]


@pytest.mark.django_db
def test_a_sign_that_nobody_types_breaks_nothing(world):
    client = people.sign_in(world.secretary_user)
    assert (
        client.post(f"/en/exchange/hubs/{world.hub.slug}/forget/", {"origin": "a\0"}).status_code
        == 302
    )
    officer = people.sign_in(world.one.users["city_officer"])
    assert officer.post("/en/exchange/new/", {"from": "a\0b"}).status_code == 422


@pytest.mark.django_db
def test_what_strangers_sign_and_what_was_changed_is_refused(world):
    make.published(world)
    _, content = services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    with pytest.raises(EngineError) as refused:
        views.read(content, world.hub)
    assert refused.value.code == "bundle.unknown_origin"
    trust(world, "0" * 63 + "1")
    with pytest.raises(EngineError) as refused:
        views.read(content, world.hub)
    assert refused.value.code == "bundle.other_key"
    trust(world, bundle.fingerprint(hub_key().public_key()))
    assert views.read(content, world.hub)["number"] == 1
    for at in range(40, len(content), max(1, len(content) // 12)):
        changed = bytearray(content)
        changed[at] ^= 1
        with pytest.raises(EngineError):
            views.read(bytes(changed), world.hub)


@pytest.mark.django_db
def test_an_older_bundle_does_not_undo_a_newer_one(world):
    make.published(world)
    _, first = services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    trust(world, bundle.fingerprint(hub_key().public_key()))
    told = views.read(first, world.hub)
    TrustedHub._unscoped.update(last_number=2)
    with pytest.raises(EngineError) as refused:
        views.read(first, world.hub)
    assert refused.value.code == "bundle.older"
    with pytest.raises(RefusedError, match="older"):
        services.take(place=world.hub, told=told, by=world.secretary)


#: What each of two hubs does in a process and a database of its own.
HUB = """
import base64, json, os, sys
from dataclasses import replace
told = json.loads(sys.stdin.read())
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
sys.path[:0] = told["tests"]
from baithak.exchange import bundle
from baithak.exchange.models import Practice, TrustedHub
from baithak.exchange.services import hubs, practices
from baithak.exchange.signing import hub_key
from baithak.exchange.views import hubs as views
from baithak.network import queries, services as network
from baithak.network.models import Place
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from baithak.web.limited import EngineError
from factories import exchange as make, network as people

place = Place.objects.seen_by(SYSTEM).filter(kind="hub").first()
answer = {}
for step, *given in told["steps"]:
    if step == "found":
        world = make.two_cities()
        world.auditor = people.member(world.hub, Role.AUDITOR)
        place = world.hub
        make.load(world)
        make.published(world, "kandarpur-lamps")
        make.published(world, "kandarpur-secret", aim="hub")
    elif step == "write":
        practice = Practice._unscoped.select_related("current", "place").get(code=given[0])
        one, other = Place.objects.seen_by(SYSTEM).filter(kind="city").order_by("pk")
        team = lambda at: {m.role: people.viewer(m.user) for m in queries.members(SYSTEM, at)}
        class Team: pass
        t = Team(); t.officer, t.mayor = team(one)["city_officer"], team(one)["mayor"]
        practices.write(practice=practice, record=replace(practice.record, title=given[1]), by=t.officer)
        practice.refresh_from_db()
        version = make.in_review(t, Practice._unscoped.select_related("current", "place").get(pk=practice.pk))
        from baithak.exchange.services import publishing
        publishing.approve(version=version, text="", by=team(other)["city_officer"])
    elif step == "key":
        answer["key"] = bundle.fingerprint(hub_key().public_key())
    elif step == "send":
        _, content = hubs.send(place=place, origin="https://north.example", by=SYSTEM)
        answer["bundle"] = base64.b64encode(content).decode()
    elif step == "trust":
        m = {m.role: people.viewer(m.user) for m in queries.members(SYSTEM, place)}
        act = hubs.ask_trust(place=place, name="North", origin="https://north.example", key=given[0],
                             reason="We met.", by=m["hub_secretariat"])
        network.confirm_two_person(act=act, by=m["auditor"])
    elif step == "take":
        try:
            plan = hubs.take(place=place, told=views.read(base64.b64decode(given[0]), place), by=SYSTEM)
            answer.setdefault("taken", []).append(
                [len(plan.additions), len(plan.updates), len(plan.unchanged), len(plan.conflicts)])
        except EngineError as error:
            answer.setdefault("taken", []).append(error.code)
answer["practices"] = {
    p.code: [p.origin, p.current.number if p.current else 0, p.title, p.place.kind]
    for p in Practice._unscoped.select_related("current", "place").exclude(origin="baithak")}
answer["all"] = Practice._unscoped.count()
answer["database"] = str(django.conf.settings.DATABASES["default"]["NAME"])
print(json.dumps(answer))
"""


def hub(home: Path, *steps: tuple) -> dict:
    tests = Path(__file__).resolve().parents[1]
    environment = {
        **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BAITHAK_KEYS")},
        "BAITHAK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "baithak.settings",
        "BAITHAK_DEMO": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", HUB],
        input=json.dumps({"steps": steps, "tests": [str(tests)]}),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.slow
def test_two_hubs_exchange_bundles(tmp_path):
    north, south = tmp_path / "north", tmp_path / "south"
    north.mkdir()
    south.mkdir()
    one = hub(north, ("found",), ("key",), ("send",))
    tampered = bytearray(base64.b64decode(one["bundle"]))
    tampered[-600] ^= 1
    two = hub(
        south,
        ("found",),
        ("take", one["bundle"]),
        ("trust", one["key"]),
        ("take", encoded(bytes(tampered))),
        ("take", one["bundle"]),
        ("take", one["bundle"]),
    )
    assert one["database"] != two["database"]
    # The south has a practice of the same short name of its own: it is kept, the other not taken.
    assert two["taken"][0] == "bundle.unknown_origin"
    assert two["taken"][1] in {"bundle.changed", "bundle.broken", "bundle.bad_signature"}
    assert two["taken"][2:] == [[0, 0, 0, 1], [0, 0, 0, 1]]
    third = tmp_path / "third"
    third.mkdir()
    hub(north, ("write", "kandarpur-lamps", "Lamps, second edition"))
    newer = hub(north, ("send",))
    three = hub(third, ("found",), ("trust", one["key"]), ("key",))
    assert three["key"] != one["key"]
    rename = hub_without(third, "kandarpur-lamps", one, newer)
    assert rename["taken"] == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], "bundle.older"]
    assert rename["practices"]["kandarpur-lamps"] == [
        ORIGIN, 2, "Lamps, second edition", "hub"
    ]  # fmt: skip
    assert rename["all"] == 153 + 1 + 1  # the library, the copy, and its own secret one


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def hub_without(home: Path, code: str, *bundles: dict) -> dict:
    """The third hub never wrote the practice itself: take its own away, then take the bundles."""
    with sqlite3.connect(next(home.glob("*.sqlite3"))) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        (pk,) = database.execute("SELECT id FROM exchange_practice WHERE code=?", [code]).fetchone()
        database.execute("DELETE FROM exchange_version WHERE practice_id=?", [pk])
        database.execute("DELETE FROM exchange_practice WHERE id=?", [pk])
    first, newer = (one["bundle"] for one in bundles)
    return hub(home, ("take", first), ("take", first), ("take", newer), ("take", first))


@pytest.mark.django_db
def test_the_page_looks_first_and_takes_second(world):
    make.published(world)
    _, content = services.send(place=world.hub, origin=ORIGIN, by=world.secretary)
    trust(world, bundle.fingerprint(hub_key().public_key()))
    own = Practice._unscoped.get(code="kandarpur-lamps")
    Practice._unscoped.filter(pk=own.pk).update(code="lamps-of-old")
    Version._unscoped.update(data={**own.current.data, "id": "lamps-of-old"})
    client = people.sign_in(world.secretary_user)
    address = f"/en/exchange/hubs/{world.hub.slug}/receive/"
    looked = client.post(address, {"file": SimpleUploadedFile("b.zip", content)})
    assert looked.status_code == 200
    assert Practice._unscoped.filter(origin=ORIGIN).count() == 0
    held = looked.context["held"]
    answer = client.post(address, {"held": held}, follow=True)
    assert "1 new, 0 brought up to date" in answer.content.decode()
    copy = Practice._unscoped.get(origin=ORIGIN)
    assert (copy.visibility, copy.place) == ("public", world.hub)
    broken = client.post(address, {"file": SimpleUploadedFile("b.zip", content[:-9])})
    assert broken.status_code == 422
    assert "not" in broken.context["problems"][0]


@pytest.mark.django_db
def test_the_library_and_a_file_of_ours_are_read_in_a_process_of_their_own(world):
    record = make.record(city="Kandarpur")
    text = write_practices([record]).encode()
    assert files.read(text, "ours.yaml") == [record]
    with pytest.raises(EngineError) as refused:
        files.read(text.replace(b"title:", b"tilte:"), "ours.yaml")
    codes = {refused.value.code, *(other.code for other in refused.value.others)}
    assert codes == {"library.unknown_field", "library.missing"}
    assert uploaded.parcel(b"x", name="a").endswith(b"\nx")
