"""How a plan knows whether it helps; figures that count people pass the small-cell rule everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network.rules import Role
from baithak.plan.files.actions_table import read_rows
from baithak.plan.models import Challenge, Indicator, Plan, Reading, Review
from baithak.plan.queries import indicators as queries
from baithak.plan.services import actions, imports, objectives, reviews
from baithak.plan.services import indicators as services
from baithak.plan.shown import Figure, _counts, plain, shown
from baithak.report.disclosure import rounded
from factories import network as people
from factories import plan_parts as make

PAGE = 10


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def plan(world):
    return make.plan(world.city, visibility="city")


def who(world, role="city_officer"):
    return people.viewer(world.people["city"][role])


def signed_in(world, role="city_officer"):
    return people.sign_in(world.people["city"][role])


def told(**kwargs):
    return {
        "language": "en",
        "texts": {"title": "Households that know where to complain", "unit": "households"},
        "kind": "outcome",
        **kwargs,
    }


def loaded(indicator):
    return queries.indicators(people.SYSTEM).get(pk=indicator.pk)


def figures(indicator):
    return [
        (f.value if f.value is None else int(f.value), f.as_before)
        for f in shown(loaded(indicator)).readings
    ]


# --- writing
@pytest.mark.django_db
def test_an_indicator_and_its_readings(world, plan):
    by = who(world)
    made = services.add(
        plan=plan, by=by, **told(baseline=Decimal(4), baseline_on=date(2025, 12, 1))
    )
    assert made.number == 1
    services.read(
        indicator=made, day=date(2026, 2, 1), value=Decimal("5.5"), source="Register", by=by
    )
    services.read(
        indicator=made, day=date(2026, 2, 1), value=Decimal(6), source="Register, mended", by=by
    )
    reading = Reading._unscoped.get()
    assert (reading.value, reading.source) == (Decimal(6), "Register, mended")
    assert [line.verb for line in Line.objects.filter(verb__startswith="plan.").order_by("pk")] == [
        "plan.add_indicator", "plan.add_reading", "plan.mend_reading",
    ]  # fmt: skip
    # The journal holds no figure: it cannot be taken back.
    assert not any(
        "6" in str(line.detail).replace("2026", "")
        for line in Line.objects.filter(verb="plan.mend_reading")
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"texts": {"title": "x", "unit": ""}}, "unit"),
        ({"texts": {"title": "", "unit": "x"}}, "title"),
        ({"kind": "wish"}, "kind"),
        ({"baseline": Decimal(3)}, "baseline_on"),
        ({"baseline_on": date(2026, 1, 1)}, "baseline"),
        ({"target_on": date(2026, 1, 1)}, "target"),
        ({"baseline": Decimal(3), "baseline_on": date(2999, 1, 1)}, "baseline_on"),
        ({"of_people": True, "target": Decimal("3.5"), "target_on": date(2027, 1, 1)}, "target"),
        (
            {"baseline": Decimal(3), "baseline_on": date(2026, 1, 1), "target": Decimal(9),
             "target_on": date(2025, 1, 1)}, "target_on",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(world, plan, wrong, field):
    with pytest.raises(ValidationError) as refused:
        services.add(plan=plan, by=who(world), **told(**wrong))
    assert field in refused.value.error_dict
    assert not Indicator._unscoped.exists()


TOLD = {
    "a reading": {"readings": [(date(2026, 2, 1), 4)]},
    "people counted": {"of_people": True, "baseline": 40, "baseline_on": date(2026, 1, 1)},
    "figures shown once": {"of_people": True, "counts": [40]},
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", [*TOLD, "an adopted plan"])
def test_figures_that_were_told_keep_an_indicator(world, plan, what):
    indicator = make.indicator(plan, **TOLD.get(what, {}))
    if what == "an adopted plan":
        Plan._unscoped.filter(pk=plan.pk).update(state="adopted", decided_on=date(2026, 1, 15))
    page = signed_in(world).post(f"{indicator.get_absolute_url()}remove/", follow=True)
    assert "not read any more" in " ".join(page.content.decode().split())
    assert page.request["PATH_INFO"] == indicator.get_absolute_url()
    assert Indicator._unscoped.filter(pk=indicator.pk).exists()
    assert not Line.objects.filter(verb="plan.remove_indicator").exists()


@pytest.mark.django_db
def test_an_indicator_of_a_draft_is_taken_out_before_anything_was_read(world, plan):
    indicator = make.indicator(plan, baseline=4, baseline_on=date(2026, 1, 1))
    browser, there = signed_in(world), f"{indicator.get_absolute_url()}remove/"
    assert there in browser.get(f"{indicator.get_absolute_url()}edit/").content.decode()
    assert "The indicator is taken out." in browser.post(there, follow=True).content.decode()
    assert not Indicator._unscoped.exists()
    assert '"number":"1"' in Line.objects.get(verb="plan.remove_indicator").detail


@pytest.mark.django_db
def test_parts_of_another_plan_are_refused(world, plan):
    other = make.plan(world.city)
    for wrong in ({"objective": make.objective(other)}, {"action": make.action(other)}):
        with pytest.raises(ValidationError) as refused:
            services.add(plan=plan, by=who(world), **told(**wrong))
        assert list(refused.value.error_dict) == list(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": date(2999, 1, 1)}, "day"),
        ({"value": Decimal("2.5")}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"source": ""}, "source"),
        ({"source": "asha@city.example"}, "source"),
    ],
)
def test_readings_that_are_refused(world, plan, wrong, field):
    made = make.indicator(plan, of_people=True)
    with pytest.raises(ValidationError) as refused:
        services.read(
            indicator=made, by=who(world),
            **{"day": date(2026, 1, 1), "value": Decimal(40), "source": "Register", **wrong},
        )  # fmt: skip
    assert field in refused.value.error_dict
    assert not Reading._unscoped.exists()


@pytest.mark.django_db
def test_what_was_read_in_parts_cannot_become_a_count_of_people(world, plan):
    made = make.indicator(plan, readings=[(date(2026, 1, 1), "2.5")])
    with pytest.raises(ValidationError) as refused:
        services.change(indicator=made, by=who(world), **told(of_people=True))
    assert "of_people" in refused.value.error_dict


@pytest.mark.django_db
def test_without_a_journal_nothing_changes(world, plan, monkeypatch):
    made = make.indicator(plan)

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        services.read(
            indicator=made, day=date(2026, 1, 1), value=Decimal(1), source="x", by=who(world)
        )
    assert not Reading._unscoped.exists()


# --- the small-cell rule
def days(*values):
    return [(date(2026, 1, 1) + timedelta(days=30 * at), value) for at, value in enumerate(values)]


@pytest.mark.django_db
def test_no_figure_about_fewer_than_ten_people(plan):
    made = make.indicator(plan, of_people=True, readings=days(0, 9, 10, 23, 41, 44, 52))
    assert figures(made) == [
        (None, False), (None, False), (10, False), (25, False), (40, False), (40, True), (50, False),
    ]  # fmt: skip
    told = shown(loaded(made)).readings
    assert [f.words for f in told][:3] == ["fewer than 10", "fewer than 10", "about 10"]
    assert told[5].words == "about 40, as before"


@pytest.mark.django_db
def test_the_baseline_counts_too(plan):
    made = make.indicator(
        plan, of_people=True, baseline=41, baseline_on=date(2025, 12, 1), readings=days(45)
    )
    assert figures(made) == [(40, True)]
    assert shown(loaded(made)).baseline.value == 40


@pytest.mark.django_db
def test_figures_of_things_are_shown_as_they_are(plan):
    made = make.indicator(plan, readings=days("0", "3.50", "1234"))
    told = shown(loaded(made))
    assert [f.words for f in told.readings] == ["0", "3.5", "1,234"]
    assert told.k == 0


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["action's groups", "action's objective", "objective"])
def test_twenty_where_religion_ethnicity_caste_or_displacement_is_concerned(world, plan, by):
    review = Review._unscoped.create(place=world.city, begins=date(2026, 1, 1))
    challenge = Challenge._unscoped.create(
        review=review,
        number=1,
        code="caste_discrimination",
        texts={"en": {"title": "x"}},
        languages=["en"],
    )
    goal = make.objective(plan, challenge=challenge)
    more = {
        "action's groups": {"action": make.action(plan, target_groups=["youth", "idps"])},
        "action's objective": {"action": make.action(plan, objective=goal)},
        "objective": {"objective": goal},
    }[by]
    made = make.indicator(plan, of_people=True, readings=days(15, 21), **more)
    assert figures(made) == [(None, False), (20, False)]
    assert shown(loaded(made)).readings[0].words == "fewer than 20"


class Held:
    """An indicator without a database."""

    def __init__(self, values):
        self.of_people, self.baseline, self.baseline_on = True, None, None
        self.baseline_as, self.k, self.counts = None, 0, []
        self.action = self.objective = None
        self.target = None
        self.readings = self
        self._rows = [
            type(
                "Row",
                (),
                {"day": day, "value": Decimal(value), "source": "", "shown_as": None},
            )()
            for day, value in days(*values)
        ]

    def all(self):
        return self._rows


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
@example([21, 10, 20, 11])
def test_neither_a_figure_nor_a_difference_tells_of_fewer_than_k(values):
    counts = _counts(Held(values), 10)
    told = shown(Held(values)).readings
    for one, figure in zip(counts, told, strict=True):
        if one.value < 10:
            assert figure.value is None
            continue
        # Shown from a count nearby, which may be an earlier one.
        assert abs(one.value - one.shown_as) < 10
        assert figure.value == rounded(float(one.shown_as), 10)
        assert figure.value % 5 == 0
    # Two figures that differ come from counts that are at least k apart.
    shown_from = {one.shown_as for one in counts if one.value >= 10}
    assert all(abs(a - b) >= 10 for a, b in combinations(shown_from, 2))


@given(st.integers(10, 400), st.integers(-9, 9))
def test_a_change_of_a_handful_leaves_no_trace(count, change):
    if count + change < 10:
        return
    before = [f.value for f in shown(Held([count, count])).readings]
    after = [f.value for f in shown(Held([count, count + change])).readings]
    assert before == after


def test_figures_for_machines():
    assert [plain(Decimal(text)) for text in ("40.00", "0.50", "0", "1200")] == [
        "40",
        "0.5",
        "0",
        "1200",
    ]
    assert Figure(date(2026, 1, 1), None, 10).words == "fewer than 10"


# --- pages
@pytest.mark.django_db
def test_the_page_draws_and_lists_what_may_be_shown_and_nothing_else(world):
    plan = make.plan(world.city, visibility="public")
    made = make.indicator(
        plan, of_people=True, readings=days(7, 83, 87, 131),
        target=200, target_on=date(2028, 1, 1), texts={"en": {"title": "Young people who take part", "unit": "people"}},
    )  # fmt: skip
    for client in (Client(), signed_in(world)):
        page = client.get(made.get_absolute_url()).content.decode()
        assert "<svg" in page
        assert "<table" in page
        assert "fewer than 10" in page
        assert "about 85, as before" in page
        assert "about 130" in page
        for hidden in (">83", ">87", "131", " 7 ", ">7<"):
            assert hidden not in page, hidden


@pytest.mark.django_db
def test_readings_are_told_on_the_page(world, plan):
    lamps = people.organisation(world.city, "Lamp office")
    made = make.indicator(plan, action=make.action(plan, owner=lamps))
    worker = people.person("Ravi")
    people.grant(worker, world.city, Role.DEPARTMENT_STAFF, organisation=lamps)
    client = people.sign_in(worker)
    assert "No figure yet." in client.get(made.get_absolute_url()).content.decode()
    wrong = client.post(
        f"{made.get_absolute_url()}read/", {"day": "2026-02-30", "value": "x", "source": ""}
    )
    assert wrong.status_code == 422
    assert not Reading._unscoped.exists()
    answer = client.post(
        f"{made.get_absolute_url()}read/",
        {"day": "2026-02-20", "value": "12.5", "source": "Register"},
    )
    assert answer.status_code == 302
    assert Reading._unscoped.get().value == Decimal("12.5")
    other = signed_in(world, "department_staff")
    assert other.post(f"{made.get_absolute_url()}read/", {}).status_code == 403
    assert "Tell a reading" not in other.get(made.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_an_indicator_is_written_changed_and_translated_in_one_form(world, plan):
    client = signed_in(world)
    new = f"/en/plan/{plan.code}/indicator/new/"
    assert client.get(f"{new}?action=x&objective=²").status_code == 200
    wrong = client.post(
        new,
        {
            "title": "Evenings",
            "unit": "evenings",
            "kind": "output",
            "language": "en",
            "baseline": "3",
        },
    )
    assert wrong.status_code == 422
    assert "Say on which day." in wrong.content.decode()
    client.post(new, {"title": "Evenings", "unit": "evenings", "kind": "output", "language": "en"})
    made = Indicator._unscoped.get()
    client.post(
        f"{made.get_absolute_url()}edit/?language=bn",
        {"title": "সন্ধ্যা", "unit": "সন্ধ্যা", "language": "bn"},
    )
    client.post(
        f"{made.get_absolute_url()}edit/",
        {"title": "Evenings", "unit": "evenings", "kind": "outcome", "language": "en"},
    )
    made.refresh_from_db()
    assert (made.kind, made.languages) == ("outcome", ["en", "bn"])


@pytest.mark.django_db
def test_the_page_asks_the_database_as_often_for_three_readings_as_for_one(
    world, plan, django_assert_num_queries
):
    client = signed_in(world)
    few = make.indicator(plan, readings=days(1), action=make.action(plan))
    many = make.indicator(plan, readings=days(1, 2, 3), action=make.action(plan))
    for made in (few, many):
        with django_assert_num_queries(PAGE):
            client.get(made.get_absolute_url())


# --- what was shown stays
@pytest.fixture
def counted(world, plan):
    """42 people at first, then 60, as services tell it."""
    made = services.add(plan=plan, by=who(world), **told(of_people=True))
    for day, value in days(42, 60):
        services.read(
            indicator=made, day=day, value=Decimal(value), source="Register", by=who(world)
        )
    return made


def read_anew(world, indicator, at, value):
    day = date(2026, 1, 1) + timedelta(days=at)
    services.read(indicator=indicator, day=day, value=Decimal(value), source="x", by=who(world))
    return [value for value, _again in figures(indicator)]


@pytest.mark.django_db
def test_what_counted_people_goes_on_counting_people(world, plan, counted):
    with pytest.raises(ValidationError) as refused:
        services.change(indicator=counted, by=who(world), **told(of_people=False))
    assert "of_people" in refused.value.error_dict
    based = services.add(
        plan=plan,
        by=who(world),
        **told(of_people=True, baseline=Decimal(43), baseline_on=date(2026, 1, 1)),
    )
    # Neither by taking the baseline out first, nor at once.
    nothing = {"baseline": None, "baseline_on": None}
    with pytest.raises(ValidationError):
        services.change(indicator=based, by=who(world), **told(of_people=False, **nothing))
    services.change(indicator=based, by=who(world), **told(of_people=True, **nothing))
    with pytest.raises(ValidationError):
        services.change(indicator=based, by=who(world), **told(of_people=False))
    # Where nothing was ever shown, it may be taken back, also with a first figure in the same form.
    for more in ({}, {"baseline": Decimal("4.5"), "baseline_on": date(2026, 1, 1)}):
        empty = services.add(plan=plan, by=who(world), **told(of_people=True))
        services.change(indicator=empty, by=who(world), **told(of_people=False, **more))
        assert not Indicator._unscoped.get(pk=empty.pk).of_people


@pytest.mark.django_db
def test_a_mend_by_a_handful_is_not_seen(world, counted):
    assert read_anew(world, counted, 0, 43) == [40, 60]  # 45 if it were told
    assert read_anew(world, counted, 0, 51) == [40, 60]
    assert read_anew(world, counted, 0, 55) == [60, 60]
    # Nor by two mends of more: what was shown once is shown again.
    assert read_anew(world, counted, 0, 51) == [60, 60]
    assert read_anew(world, counted, 0, 41) == [40, 60]
    assert read_anew(world, counted, 0, 9) == [None, 60]
    assert read_anew(world, counted, 0, 10) == [None, 60]


@pytest.mark.django_db
def test_a_late_earlier_reading_moves_no_later_one(world, plan):
    made = services.add(plan=plan, by=who(world), **told(of_people=True))
    read_anew(world, made, 30, 42)
    assert read_anew(world, made, 60, 49) == [40, 40]
    # Told later, of a day between the two and before both: 49 would read 50 now.
    assert read_anew(world, made, 40, 60) == [40, 60, 40]
    assert read_anew(world, made, 10, 33) == [40, 40, 60, 40]


@pytest.mark.django_db
def test_a_baseline_mended_by_a_handful_is_not_seen(world, plan):
    on = {"of_people": True, "baseline_on": date(2026, 1, 1)}
    made = services.add(plan=plan, by=who(world), **told(baseline=Decimal(42), **on))
    for value, seen in ((43, 40), (51, 40), (52, 50), (43, 50), (42, 40)):
        services.change(indicator=made, by=who(world), **told(baseline=Decimal(value), **on))
        assert shown(loaded(made)).baseline.value == seen, value


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way", ["groups", "table", "objective of the action", "off the action", "the challenge"]
)
def test_k_never_falls_again(world, plan, way):
    by = who(world)
    review = Review._unscoped.create(place=world.city, begins=date(2026, 1, 1))
    tense = way not in ("groups", "table", "off the action")
    challenge = reviews.add_challenge(
        review=review, code="caste_discrimination", language="en", texts={"title": "x"}, by=by
    )
    calm = objectives.add(plan=plan, language="en", texts={"title": "Calm"}, by=by)
    goal = objectives.add(
        plan=plan, language="en", texts={"title": "x"}, challenge=challenge, by=by
    )
    groups = [] if tense else ["idps"]
    doing = actions.add(
        plan=plan, language="en", texts={"title": "x"}, by=by, target_groups=groups,
        objective=goal if tense else calm,
    )  # fmt: skip
    made = make.indicator(plan, action=doing, of_people=True, readings=days(15, 31))
    assert figures(made) == [(None, False), (30, False)]
    words = {"language": "en", "texts": {"title": "x"}, "by": by}
    if way == "groups":
        actions.change(action=doing, **words, target_groups=[])
    elif way == "table":
        head = ["number", "title", "target_groups"]
        rows = read_rows([(1, head), (2, ["1", "x", ""])], language="en")
        imports.import_actions(plan=plan, rows=rows, by=by)
    elif way == "objective of the action":
        actions.change(action=doing, **words, objective=calm)
    elif way == "off the action":
        services.change(indicator=made, by=by, **told(of_people=True, action=None))
    else:
        reviews.change_challenge(challenge=challenge, code="hate_speech", **words)
    assert figures(made) == [(None, False), (30, False)]
    assert shown(loaded(made)).k == 20


@pytest.mark.django_db
def test_an_objective_that_answers_another_challenge_leaves_k(world, plan):
    by = who(world)
    review = Review._unscoped.create(place=world.city, begins=date(2026, 1, 1))
    words = {"language": "en", "texts": {"title": "x"}, "by": by}
    challenge = reviews.add_challenge(review=review, code="caste_discrimination", **words)
    goal = objectives.add(plan=plan, challenge=challenge, **words)
    made = make.indicator(plan, objective=goal, of_people=True, readings=days(15))
    objectives.change(objective=goal, challenge=None, **words)
    assert figures(made) == [(None, False)]


@pytest.mark.django_db
def test_when_k_rises_two_that_were_apart_are_told_as_one(world, plan):
    doing = make.action(plan)
    made = services.add(plan=plan, by=who(world), **told(of_people=True, action=doing))
    read_anew(world, made, 0, 30)
    assert read_anew(world, made, 30, 42) == [30, 40]
    actions.change(
        action=doing, language="en", texts={"title": "x"}, by=who(world), target_groups=["idps"]
    )
    assert figures(made) == [(30, False), (30, True)]
    # And then stay, whatever is told later of an earlier day.
    assert read_anew(world, made, -20, 50) == [40, 30, 30]


@pytest.mark.django_db
def test_the_form_tells_no_exact_baseline_and_an_empty_one_stays(world, plan):
    on = {"of_people": True, "baseline_on": date(2026, 1, 1)}
    made = services.add(plan=plan, by=who(world), **told(baseline=Decimal(1742), **on))
    client = signed_in(world)
    page = client.get(f"{made.get_absolute_url()}edit/")
    assert "1742" not in page.content.decode()
    assert "1,742" not in page.content.decode()
    sent = {
        "title": "Sellers", "unit": "people", "kind": "output", "language": "en", "of_people": "on",
        "baseline": "", "baseline_on": "2026-01-02",
    }  # fmt: skip
    assert client.post(f"{made.get_absolute_url()}edit/", sent).status_code == 302
    made.refresh_from_db()
    assert (made.baseline, made.baseline_on, made.kind) == (1742, date(2026, 1, 2), "output")
    # Without its day it is taken out.
    client.post(f"{made.get_absolute_url()}edit/", {**sent, "baseline_on": ""})
    made.refresh_from_db()
    assert made.baseline is None
    # What does not count people is filled in as ever.
    plain_one = services.add(
        plan=plan, by=who(world), **told(baseline=Decimal(1743), baseline_on=date(2026, 1, 1))
    )
    assert "1743" in client.get(f"{plain_one.get_absolute_url()}edit/").content.decode()
