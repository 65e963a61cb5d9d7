"""The checklist on screen: three next steps, every question, and no mark anywhere."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.exchange.models import Readiness
from baithak.exchange.queries import readiness as queries
from baithak.exchange.readiness import GROUPS, QUESTIONS, Answer, State
from baithak.exchange.services import readiness as services
from baithak.exchange.services.readiness import Given
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import TwoPersonAct
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

FIRST_DAY = date(2026, 11, 24)


@pytest.fixture
def world():
    return make.two_cities()


@pytest.fixture
def officer(world):
    return people.sign_in(world.one.users["city_officer"])


def at(team, name: str = "readiness", **more: str) -> str:
    return reverse(f"exchange:{name}", kwargs={"place": team.place.slug, **more})


def today(monkeypatch, day: date) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: day)


def edit(team, **told: Given) -> Readiness:
    return services.edit(place=team.place, given=told, by=team.officer)


# --- who sees it


def test_it_is_the_teams_own_until_two_people_show_it(world):
    edit(world.one, A1=Given(State.STARTED, "A note of the legal office", "Legal office"))
    path = at(world.one)
    for role, status in {
        "city_officer": 200,
        "facilitator": 200,
        "mayor": 200,
        "partner": 404,
    }.items():
        assert people.sign_in(world.one.users[role]).get(path).status_code == status
    for stranger in (Client(), people.sign_in(world.other.users["city_officer"])):
        assert stranger.get(path).status_code == 404
    officer = people.sign_in(world.one.users["city_officer"])
    officer.post(at(world.one, "share_readiness"), {"to": "public", "reason": "The council asked."})
    assert Client().get(path).status_code == 404
    act = TwoPersonAct._unscoped.get()
    assert act.detail["title"] == f"Readiness checklist of {world.one.place.name}"
    assert "has asked to show it to more people" in officer.get(path).content.decode()
    network.confirm_two_person(act=act, by=world.one.mayor)
    shown = Client().get(path)
    assert shown.status_code == 200
    assert "A note of the legal office" in shown.content.decode()
    assert "/group/" not in shown.content.decode()
    officer.post(at(world.one, "narrow_readiness"), {"to": "mechanism"})
    assert Client().get(path).status_code == 404


def test_before_the_first_answer_it_is_there_for_the_team_alone(world, officer):
    page = officer.get(at(world.one))
    assert page.status_code == 200
    assert page.content.decode().count("Not answered yet") == len(QUESTIONS)
    assert Client().get(at(world.one)).status_code == 404
    assert Readiness._unscoped.count() == 0
    # Nothing is there to show to others yet.
    share = officer.post(at(world.one, "share_readiness"), {"to": "public", "reason": "Now."})
    assert share.status_code == 404


def test_only_cities_have_one(world):
    secretary = people.sign_in(world.secretary_user)
    path = reverse("exchange:readiness", kwargs={"place": world.hub.slug})
    assert secretary.get(path).status_code == 404


def test_a_wider_level_needs_a_reason(world, officer):
    edit(world.one, A1=Given(State.STARTED))
    answer = officer.post(at(world.one, "share_readiness"), {"to": "public", "reason": ""})
    assert answer.status_code == 422
    assert not TwoPersonAct._unscoped.exists()


# --- what it shows


def test_three_next_steps_come_first_each_with_its_reason(world, officer):
    edit(world.one, I1=Given(State.REVIEWED), A1=Given(State.STARTED))
    text = unescape(officer.get(at(world.one)).content.decode())
    steps = text[text.index("Next steps") : text.index("All questions")]
    assert re.findall(r'<span class="quiet">([A-K]\d)</span>', steps) == ["A2", "A3", "I2"]
    assert steps.count("Rights, safety and the mandate come first, and this is not there yet.") == 3
    assert reverse("exchange:guide_step", kwargs={"code": "mandate"}) in steps
    assert all(str(group.title) in text for group in GROUPS)
    assert all(str(question.text) in text for question in QUESTIONS)


def test_no_score_no_share_no_bar_no_other_city(world, officer):
    edit(world.one, **{q.code: Given(State.STARTED) for q in QUESTIONS[:20]})
    edit(world.other, **{q.code: Given(State.REVIEWED) for q in QUESTIONS})
    text = officer.get(at(world.one)).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "%" not in main
    assert "<progress" not in main
    assert "<meter" not in main
    assert world.other.place.name not in main
    words = re.sub(r"<[^>]+>", " ", main)
    assert not re.search(r"\b\d+ (of|/|out of) \d+\b", words)
    for number in (20, len(QUESTIONS), len(QUESTIONS) - 20):
        assert not re.search(rf"(?<![\w]){number}(?![\w])", words.replace(f"{FIRST_DAY:%d}", ""))


def test_all_in_place_and_fresh_leaves_nothing_to_do(world, officer):
    edit(world.one, **{q.code: Given(State.REVIEWED) for q in QUESTIONS})
    assert "Everything is in place" in officer.get(at(world.one)).content.decode()


def test_a_review_older_than_a_year_is_shown_as_in_place(world, officer, monkeypatch):
    today(monkeypatch, FIRST_DAY)
    kept = edit(world.one, A1=Given(State.REVIEWED))
    (line, *_rest) = queries.lines(kept, GROUPS[0], date(2027, 11, 24))
    assert line.state is State.REVIEWED
    (line, *_rest) = queries.lines(kept, GROUPS[0], date(2027, 11, 25))
    assert (line.state, line.day) == (State.IN_PLACE, FIRST_DAY)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_much_is_answered(
    world, officer, django_assert_num_queries, number
):
    edit(world.one, **{q.code: Given(State.STARTED, "Yes") for q in QUESTIONS[: number * 10]})
    officer.get(at(world.one))
    # Session, account, second factor, roles, the checklist, its request; three that keep the session.
    with django_assert_num_queries(9):
        officer.get(at(world.one))


# --- answering


def test_one_group_is_answered_and_the_others_stay(world, officer):
    edit(world.one, B1=Given(State.IN_PLACE, "Survey"))
    path = at(world.one, "edit_readiness", group="A")
    text = officer.get(path).content.decode()
    assert text.count('type="radio"') == 4 * len(GROUPS[0].questions)
    answer = officer.post(
        path,
        {
            "A1_state": "started",
            "A1_evidence": " A  note ",
            "A1_owner": "Legal office",
            "go_on": "1",
        },
    )
    assert answer.headers["Location"] == at(world.one, "edit_readiness", group="B")
    kept = Readiness._unscoped.get(place=world.one.place)
    assert set(kept.answers) == {"A1", "B1"}
    assert kept.answers["A1"]["evidence"] == "A note"
    assert kept.answers["A1"]["owner"] == "Legal office"
    assert kept.changed_on is not None
    shown = officer.get(at(world.one)).content.decode()
    assert "Legal office" in shown


def test_the_day_is_kept_until_the_state_changes(world, monkeypatch):
    today(monkeypatch, FIRST_DAY)
    edit(world.one, A1=Given(State.STARTED))
    today(monkeypatch, date(2026, 12, 1))
    kept = edit(world.one, A1=Given(State.STARTED, "A note"))
    assert kept.answers["A1"]["day"] == "2026-11-24"
    kept = edit(world.one, A1=Given(State.IN_PLACE, "A note"))
    assert kept.answers["A1"]["day"] == "2026-12-01"


def test_who_looks_again_after_a_year_says_reviewed_and_gets_the_day(world, monkeypatch):
    today(monkeypatch, FIRST_DAY)
    edit(world.one, A1=Given(State.REVIEWED))
    later = date(2028, 1, 10)
    today(monkeypatch, later)
    # Left as it is shown, nothing is claimed; "reviewed" again is a new look.
    kept = edit(world.one, A1=Given(State.IN_PLACE))
    assert kept.answers["A1"] == {
        "state": "reviewed", "evidence": "", "owner": "", "day": "2026-11-24"
    }  # fmt: skip
    kept = edit(world.one, A1=Given(State.REVIEWED))
    assert queries.answers(kept)["A1"] == Answer(State.REVIEWED, later)


def test_the_journal_names_questions_not_answers(world):
    edit(world.one, A1=Given(State.STARTED, "Secret words"), A2=Given(State.NOT_YET))
    line = Line.objects.get(verb="exchange.edit_readiness")
    assert line.details == {"questions": "A1 A2"}
    assert list(journal.verify()) == []


def test_saving_the_same_again_leaves_no_line(world):
    edit(world.one, A1=Given(State.STARTED, "A note"))
    edit(world.one, A1=Given(State.STARTED, "A note"))
    assert Line.objects.filter(verb="exchange.edit_readiness").count() == 1


def test_evidence_without_a_state_asks_for_the_state(world, officer):
    path = at(world.one, "edit_readiness", group="A")
    answer = officer.post(path, {"A2_evidence": "Decision 12"})
    assert answer.status_code == 422
    assert "Choose how far you are with this." in answer.content.decode()
    assert "Decision 12" in answer.content.decode()
    assert not Readiness._unscoped.exists()


def test_an_invisible_sign_is_refused(world, officer):
    path = at(world.one, "edit_readiness", group="A")
    answer = officer.post(path, {"A1_state": "started", "A1_evidence": "Parks\u202e open"})
    assert answer.status_code == 422
    with pytest.raises(ValidationError):
        edit(world.one, A1=Given(State.STARTED, "Parks\u202e open"))
    assert not Readiness._unscoped.exists()


def test_a_group_that_does_not_exist_is_404_and_a_question_is_refused(world, officer):
    assert officer.get(at(world.one, "edit_readiness", group="Z")).status_code == 404
    with pytest.raises(ValueError, match="Z9"):
        edit(world.one, Z9=Given(State.STARTED))


def test_who_may_read_it_but_does_not_write_is_told_so(world):
    edit(world.one, A1=Given(State.STARTED))
    mayor = people.sign_in(world.one.users["mayor"])
    assert mayor.get(at(world.one, "edit_readiness", group="A")).status_code == 403
    facilitator = people.sign_in(world.one.users["facilitator"])
    refused = facilitator.post(at(world.one, "share_readiness"), {"to": "public", "reason": "Now."})
    assert refused.status_code == 403


_kept = st.dictionaries(
    st.sampled_from([q.code for q in QUESTIONS] + ["Z9"]),
    st.dictionaries(
        st.sampled_from(["state", "evidence", "owner", "day"]),
        st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["reviewed", "2026-01-01"])),
    ),
    max_size=6,
)


@settings(deadline=None)  # a busy machine is no fault of ours
@given(kept=_kept)
def test_whatever_is_kept_can_be_read(kept):
    checklist = Readiness(answers=kept)
    told = queries.groups(checklist, FIRST_DAY)
    assert [line.question for _group, lines in told for line in lines] == list(QUESTIONS)
    assert set(queries.answers(checklist)) == set(kept)
    answered = {line.question.code for _group, lines in told for line in lines if line.state}
    assert answered == set(kept) - {"Z9"}
