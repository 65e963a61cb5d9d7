"""Everything of a place goes out as one file and comes back equal; a damaged file is refused calmly."""

from __future__ import annotations

import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.utils import timezone

from baithak.cli import main
from baithak.exchange.models import Adoption
from baithak.journal.models import Line
from baithak.network.files import FileRefusedError
from baithak.network.models import ElectionPeriod, Organisation
from baithak.network.rules import Role
from baithak.network.scope import SYSTEM
from baithak.plan.files.whole import whole_told
from baithak.plan.models import (
    Action,
    Challenge,
    Contribution,
    Indicator,
    Mandate,
    Objective,
    Plan,
    Review,
    Severity,
    SignOff,
    Task,
)
from baithak.plan.queries import indicators as figures
from baithak.plan.services import indicators as reading
from baithak.plan.services import whole as services
from baithak.plan.services.cells import settle
from baithak.plan.shown import shown
from factories import exchange as practices
from factories import network as people
from factories import plan_parts as make

pytestmark = pytest.mark.django_db


class _Enough(Exception):  # noqa: N818
    pass


def hub():
    """The same hub, with nothing in the room of plans."""
    land = people.country(people.hub(slug="south"), "Examplia", slug="examplia", country_code="XA")
    return people.city(land, "Kandarpur", slug="kandarpur"), people.city(
        land, "Noorabad", slug="noorabad"
    )


def shelf(other):
    """The practice that both hubs have."""
    teams = practices.two_cities()
    return practices.published(teams)


def filled(city, practice):
    """A place with one of everything, in several languages."""
    lamps = people.organisation(city, "Lamp office; east", types=["local_government"])
    club = people.organisation(city, "Club", types=["cso", "community_group"])
    elders = people.organisation(city, "Elders", types=["local_peace_body"])
    mandate = Mandate._unscoped.create(
        place=city, visibility="public", integrated=True, decided_on=date(2025, 5, 5), languages=["ta", "en"],
        texts={"ta": {"summary": "சந்தைகள்"}, "en": {"summary": "Markets", "reserved": "Police.\n\nCourts."}},
    )  # fmt: skip
    Task._unscoped.create(
        mandate=mandate,
        number=2,
        holder="unclear",
        texts={"en": {"title": "Permits"}},
        languages=["en"],
    )
    review = Review._unscoped.create(
        place=city,
        begins=date(2025, 6, 1),
        finished=True,
        texts={"en": {"title": "Review", "limits": "Few women"}},
        languages=["en"],
    )
    challenge = Challenge._unscoped.create(
        review=review, number=1, code="hate_speech", trend="rising", because="dialogue:abc:1", because_text="Words hurt.",
        texts={"bn": {"title": "ঘৃণা"}}, languages=["bn"],
    )  # fmt: skip
    Severity._unscoped.create(challenge=challenge, group="youth", level="heavy", note="Two walks")
    plan = make.plan(
        city, state="running", visibility="hub", review=review, languages=["en", "ur"],
        texts={"en": {"title": "Harbour plan", "vision": "Calm", "decided_by": "Council"}, "ur": {"title": "منصوبہ"}},
    )  # fmt: skip
    goal = make.objective(plan, challenge=challenge)
    one = make.action(
        plan, owner=lamps, funded_by=club, partners=[elders, club], objective=goal, number=3, cost=Decimal("12.50"),
        currency="INR", due=date(2027, 1, 1), target_groups=["youth"], because="dialogue:abc:1",
        practice=practice, adoption=Adoption._unscoped.create(place=city, practice=practice, reason="x", language="en"),
        texts={"en": {"title": "Lamps", "area": "Ward 4"}, "dv": {"title": "ބައްތި"}},
    )  # fmt: skip
    make.step(one)
    make.step(one, "Later.", language="si", day=date(2026, 4, 1))
    make.step(one, "Who does it: Club.", automatic=True, day=date(2026, 5, 1))
    check = make.check(one, state="asked", edition=2)
    make.sign_off(check, elders, edition=1, agrees=False, note="Too dark.")
    make.sign_off(check, elders)
    make.indicator(
        plan,
        action=one,
        of_people=True,
        readings=[(date(2026, 1, 1), 7), (date(2026, 2, 1), 12)],
        target=50,
        target_on=date(2028, 1, 1),
    )
    make.action(plan, "Walks", number=4, added_later=True)
    settle(plan)
    Contribution._unscoped.create(
        plan=plan,
        organisation=club,
        stage="goals",
        on=date(2025, 9, 1),
        texts={"en": {"said": "More light"}},
        languages=["en"],
    )
    Contribution._unscoped.create(
        plan=plan,
        group="women",
        stage="risks",
        on=date(2025, 9, 2),
        told_back_on=date(2025, 9, 3),
        texts={"ta": {"said": "இருள்"}},
        languages=["ta"],
    )
    make.plan(city, "Second", begins=date(2027, 1, 1))
    return plan


def exported() -> bytes:
    """The file of a hub that is gone afterwards, as if it had been another machine."""
    told = b""
    try:
        with transaction.atomic():
            city, other = hub()
            filled(city, shelf(other))
            told = whole_told(city)
            raise _Enough
    except _Enough:
        return told


def test_an_empty_hub_gives_the_same_file_again():
    content = exported()
    assert json.loads(content)["format"] == "baithak.plan"
    city, other = hub()
    practice = shelf(other)
    Adoption._unscoped.create(place=city, practice=practice, reason="x", language="en")
    brought = services.import_whole(content=content, place=city, by=SYSTEM, levels=True)
    assert (brought.counts["plan"], brought.counts["action"], brought.counts["signoff"]) == (
        2,
        2,
        2,
    )
    assert brought.left == []
    assert whole_told(city) == content
    # Once more it is all here already.
    again = services.import_whole(content=content, place=city, by=SYSTEM, levels=True)
    assert (again.counts, again.here) == ({}, {"mandate": 1, "review": 1, "plan": 2})
    assert whole_told(city) == content


def test_a_figure_is_shown_in_the_other_hub_as_in_this_one():
    def page(plan):
        one = figures.of_plan(SYSTEM, plan).get()
        return [figure.words for figure in shown(one).all]

    content = b""
    try:
        with transaction.atomic():
            city, _ = hub()
            plan = make.plan(city, visibility="public", code="harbour")
            one = make.indicator(plan, of_people=True, readings=[(date(2026, 1, 1), 42)])
            by = people.viewer(people.member(city, Role.CITY_OFFICER, "Officer"))
            # Mended by one: 43 alone would read “about 45”.
            reading.read(
                indicator=one, day=date(2026, 1, 1), value=Decimal(43), source="Register", by=by
            )
            assert page(plan) == ["about 40"]
            content = whole_told(city)
            raise _Enough
    except _Enough:
        city, _ = hub()
    services.import_whole(content=content, place=city, by=SYSTEM)
    assert page(Plan._unscoped.get()) == ["about 40"]


def test_what_two_people_decide_does_not_come_along():
    content = exported()
    city, _ = hub()
    services.import_whole(content=content, place=city, by=SYSTEM)
    plan = Plan._unscoped.get(texts__en__title="Harbour plan")
    assert (plan.state, plan.decided_on, plan.visibility) == ("draft", None, "mechanism")
    assert plan.texts["en"] == {"title": "Harbour plan", "vision": "Calm"}
    check = plan.actions.get(number=3).risk_check
    assert (check.state, check.edition) == ("draft", 1)
    assert not SignOff._unscoped.exists()
    assert not plan.actions.filter(added_later=True).exists()
    assert {one.visibility for one in (Mandate._unscoped.get(), Review._unscoped.get())} == {
        "mechanism"
    }
    line = Line.objects.filter(verb="plan.import_whole", thing=f"plan:{plan.pk}").get()
    assert json.loads(line.detail) == {"to": "mechanism", "state": "draft"}
    # Once more: it is here already, though it was further in the other hub.
    again = services.import_whole(content=content, place=city, by=SYSTEM)
    assert (again.counts, again.here) == ({}, {"mandate": 1, "review": 1, "plan": 2})
    # What reads otherwise is still seen.
    other = changed(content, lambda f: f["plans"][0]["actions"][0].update(state="paused"))
    with pytest.raises(FileRefusedError):
        services.import_whole(content=other, place=city, by=SYSTEM)


def test_levels_hold_only_before_anybody_has_a_role_there():
    content = exported()
    city, _ = hub()
    people.member(city, Role.CITY_OFFICER, "Officer")
    with pytest.raises(FileRefusedError, match="two people decide"):
        services.import_whole(content=content, place=city, by=SYSTEM, levels=True)
    assert not Plan._unscoped.exists()
    services.import_whole(content=content, place=city, by=SYSTEM)
    assert {plan.state for plan in Plan._unscoped.all()} == {"draft"}


def test_around_an_election_nothing_public_comes():
    content = exported()
    city, _ = hub()
    today = timezone.localdate()
    ElectionPeriod._unscoped.create(place=city, begins=today, ends=today)
    with pytest.raises(FileRefusedError) as refused:
        services.import_whole(content=content, place=city, by=SYSTEM, levels=True)
    assert [wrong.at for wrong in refused.value.wrongs] == ["mandate.visibility"]
    services.import_whole(content=content, place=city, by=SYSTEM)
    assert Mandate._unscoped.get().visibility == "mechanism"


def test_levels_are_asked_for_and_links_that_lead_nowhere_are_told():
    content = exported()
    city, _ = hub()
    brought = services.import_whole(content=content, place=city, by=SYSTEM)
    assert {p.visibility for p in Plan._unscoped.all()} == {"mechanism"}
    assert brought.left == ["plans[0].actions[0].practice", "plans[0].actions[0].adoption"]
    assert {one.practice for one in Action._unscoped.all()} == {None}


def test_a_dry_run_writes_nothing():
    content = exported()
    city, _ = hub()
    brought = services.import_whole(content=content, place=city, by=SYSTEM, dry_run=True)
    assert brought.counts["plan"] == 2
    assert not Plan._unscoped.exists()
    assert not Organisation._unscoped.exists()


def changed(content, change):
    told = json.loads(content)
    change(told)
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("change", "at"),
    [
        (lambda f: f["plans"][0].update(state="gone"), "plans[0].state"),
        (lambda f: f["plans"][0].update(code="a/b"), "plans[0].code"),
        (lambda f: f["plans"][0].update(ends="2020-01-01"), "plans[0]"),
        (lambda f: f["plans"][0].pop("decided_on"), "plans[0]"),
        (lambda f: f["plans"][0].update(review=7), "plans[0].review"),
        (lambda f: f["plans"][0].update(vision="x"), "plans[0].vision"),
        (lambda f: f["plans"][0]["actions"][0].update(owner="Nobody"), "plans[0].actions[0].owner"),
        (lambda f: f["plans"][0]["actions"][0].update(objective=9), "plans[0].actions[0].objective"),
        (lambda f: f["plans"][0]["actions"][0].update(state="done"), "plans[0].actions[0]"),
        (lambda f: f["plans"][0]["actions"][0].update(cost="1e9"), "plans[0].actions[0].cost"),
        (lambda f: f["plans"][0]["actions"].append(dict(f["plans"][0]["actions"][0])), "plans[0].actions[2].number"),
        (lambda f: f["plans"][0]["actions"][0]["steps"][0].update(text="Ask 0771234567"), "plans[0].actions[0].steps[0].text"),
        (lambda f: f["plans"][0]["actions"][0]["check"]["sign_offs"][0].pop("note"), "plans[0].actions[0].check.sign_offs[0]"),
        (lambda f: f["plans"][0]["indicators"][0]["readings"].append(dict(f["plans"][0]["indicators"][0]["readings"][0])), "plans[0].indicators[0].readings[2].day"),
        (lambda f: f["plans"][0]["contributions"][0].update(group="youth"), "plans[0].contributions[0]"),
        (lambda f: f["reviews"][0]["challenges"][0].update(code="nonsense"), "reviews[0].challenges[0].code"),
        (lambda f: f["mandate"].update(languages=[]), "mandate.languages"),
        (lambda f: f["organisations"][0].update(types=["ghosts"]), "organisations[0].types[0]"),
        (lambda f: f.update(people=["Asha"]), "people"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_written(change, at):
    content = changed(exported(), change)
    city, _ = hub()
    with pytest.raises(FileRefusedError) as refused:
        services.import_whole(content=content, place=city, by=SYSTEM, levels=True)
    assert any(wrong.at == at for wrong in refused.value.wrongs), [
        str(w) for w in refused.value.wrongs
    ]
    assert not any(
        model._unscoped.exists() for model in (Plan, Review, Mandate, Organisation, SignOff)
    )


def test_what_reads_otherwise_here_is_not_written_over():
    content = exported()
    city, other = hub()
    services.import_whole(content=content, place=city, by=SYSTEM)
    for change, at in (
        (lambda f: f["plans"][1]["texts"]["en"].update(title="Third"), "plans[1].code"),
        (lambda f: f["mandate"]["texts"]["en"].update(summary="Parks"), "mandate"),
    ):
        with pytest.raises(FileRefusedError) as refused:
            services.import_whole(content=changed(content, change), place=city, by=SYSTEM)
        assert [wrong.at for wrong in refused.value.wrongs] == [at]
    with pytest.raises(FileRefusedError):
        services.import_whole(content=content, place=other, by=SYSTEM)


def test_damaged_files_are_refused_calmly():
    content = exported()
    city, _ = hub()
    chance = random.Random(3)
    refused = 0
    for _ in range(60):
        broken = bytearray(content)
        for _hit in range(chance.randrange(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            with transaction.atomic():
                services.import_whole(content=bytes(broken), place=city, by=SYSTEM)
                transaction.set_rollback(True)
        except FileRefusedError:
            refused += 1
    assert refused > 40


def test_kinds_of_values_that_do_not_belong_are_refused_calmly():
    content = exported()
    city, _ = hub()

    def places(told, way=()):
        items = (
            told.items()
            if isinstance(told, dict)
            else enumerate(told)
            if isinstance(told, list)
            else ()
        )
        for name, value in list(items):
            yield told, name
            yield from places(value, (*way, name))

    chance = random.Random(5)
    count, told_of = len(list(places(json.loads(content)))), 0
    for number in chance.sample(range(count), 60):
        told = json.loads(content)
        holder, name = list(places(told))[number]
        holder[name] = chance.choice(
            [None, 7, -1, "x", [], {}, [[]], {"a": 1}, True, 1.5, "\ud800", "x" * 9000]
        )
        try:
            with transaction.atomic():
                services.import_whole(content=json.dumps(told).encode(), place=city, by=SYSTEM)
                transaction.set_rollback(True)
        except FileRefusedError as refused:
            told_of += bool(refused.wrongs)
    assert told_of > 40
    assert not Plan._unscoped.exists()


def test_the_commands(tmp_path: Path):
    city, other = hub()
    filled(city, shelf(other))
    file = tmp_path / "plans.json"
    run = CliRunner().invoke(main, ["plan", "export", "kandarpur", str(file)])
    assert run.exit_code == 0, run.output
    assert file.read_bytes() == whole_told(city)
    assert file.stat().st_mode & 0o077 == 0
    for model in (Indicator, Action, Objective, Plan):
        model._unscoped.all().delete()
    run = CliRunner().invoke(
        main, ["plan", "import", str(file), "--place", "kandarpur", "--dry-run"]
    )
    assert "Would come: 2 plan" in run.output.replace("1 objective, ", "")
    assert not Plan._unscoped.exists()
    run = CliRunner().invoke(main, ["plan", "import", str(file), "--place", "kandarpur"])
    assert run.exit_code == 0, run.output
    assert Plan._unscoped.count() == 2
    file.write_text("{")
    run = CliRunner().invoke(main, ["plan", "import", str(file), "--place", "kandarpur"])
    assert run.exit_code == 2
    assert "Nothing was imported" in run.output
    assert CliRunner().invoke(main, ["plan", "export", "nowhere", str(file)]).exit_code == 2
