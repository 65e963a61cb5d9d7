"""The city's team: begin, ask, confirm, watch, decide on statements, close."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from baithak.dialogue import queries, services
from baithak.dialogue.models import Dialogue, Reason, Statement, StatementState, Vote
from baithak.dialogue.services import RefusedError
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network.models import State, Visibility
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def officer(team):
    return people.sign_in(team.users["city_officer"])


def browser(team, role):
    return people.sign_in(team.users[role])


def text(response):
    return response.content.decode()


def verbs():
    return list(Line.objects.order_by("n").values_list("verb", flat=True))


FORM = {
    "title_en": "Harbour market",
    "question_en": "What makes the market good?",
    "description_en": "The council decides in May.",
    "seeds_en": "More light.\nNight buses.\n\n",
    "title_ur": "بازار",
    "question_ur": "بازار کیسے اچھا ہو؟",
    "seeds_ur": "زیادہ روشنی۔\nرات کی بسیں۔",
    "language": ["en", "ur"],
}


def test_an_officer_writes_a_draft_in_two_languages(team, officer):
    page = officer.get("/en/dialogue/new/")
    assert page.status_code == 200
    answer = officer.post("/en/dialogue/new/", {**FORM, "place": team.place.pk})
    assert answer.status_code == 302, text(answer)
    dialogue = Dialogue._unscoped.get()
    assert dialogue.languages == ["en", "ur"]
    assert (dialogue.state, dialogue.visibility) == (State.DRAFT, Visibility.MECHANISM)
    first = made.statements(dialogue)[0]
    assert {w.language: (w.text, w.kind) for w in first.wordings.all()} == {
        "en": ("More light.", "original"),
        "ur": ("زیادہ روشنی۔", "human"),
    }
    assert verbs()[-1] == "dialogue.create"
    assert "The draft is saved." in text(officer.get(answer["Location"]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title_en": ""}, "This field is required."),
        ({"title_ur": ""}, "Each language needs both a title and a question."),
        ({"seeds_en": "Fine.\n" + "x" * 141}, "Line 2: This is 141 letters long."),
        ({"seeds_ur": "ایک\nدو\nتین"}, "line them up"),
        ({"question_en": "What\u202e next?"}, "invisible sign"),
        (
            {"opens": "2030-05-02T10:00", "closes": "2030-05-01T10:00"},
            "It must close after it opens.",
        ),
    ],
)
def test_a_mistake_is_named_and_the_words_are_kept(team, officer, change, said):
    answer = officer.post("/en/dialogue/new/", {**FORM, "place": team.place.pk, **change})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "The council decides in May." in text(answer)
    assert Dialogue._unscoped.count() == 0


def test_another_language_is_one_press_away(officer):
    page = text(officer.get("/en/dialogue/new/?language=en&language=ta"))
    assert 'name="title_ta"' in page
    assert 'lang="ta"' in page


def test_opening_takes_two_people_in_two_roles(team, officer):
    dialogue = made.draft(team)
    address = f"/en/dialogue/{dialogue.code}/"
    assert "two people decide" in text(officer.get(address))
    answer = officer.post(f"{address}opening/", {"reason": "The council asked for it."})
    assert answer.status_code == 302
    waiting = text(officer.get(address))
    assert "You asked, so somebody else confirms" in waiting
    assert "Confirm and open" not in waiting
    officer.post(f"{address}opening/confirm/")
    dialogue.refresh_from_db()
    assert dialogue.state == State.DRAFT
    assert not keys.exists(dialogue.key)
    mayor = browser(team, "mayor")
    assert "Confirm and open" in text(mayor.get(address))
    assert mayor.post(f"{address}opening/confirm/").status_code == 302
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.visibility) == (State.OPEN, Visibility.PUBLIC)
    assert keys.exists(dialogue.key)
    assert {"network.ask_two_person", "dialogue.open", "network.confirm_two_person"} <= set(verbs())
    assert Client().get(f"/en/d/{dialogue.code}/").status_code == 200


def test_who_confirms_after_the_closing_date_is_told_so(team, officer):
    dialogue = made.draft(team, closes=timezone.now() + timedelta(hours=1))
    address = f"/en/dialogue/{dialogue.code}/"
    officer.post(f"{address}opening/", {"reason": "The council asked for it."})
    Dialogue._unscoped.filter(pk=dialogue.pk).update(closes=timezone.now() - timedelta(minutes=1))
    answer = browser(team, "mayor").post(f"{address}opening/confirm/", follow=True)
    assert answer.status_code == 200
    assert "Its closing date has passed: choose a later one first." in text(answer)
    dialogue.refresh_from_db()
    assert dialogue.state == State.DRAFT
    assert not keys.exists(dialogue.key)


def test_closing_between_the_page_and_pausing_the_link_is_told(team, officer, monkeypatch):
    dialogue = made.opened(team)

    def late(**given):
        raise services.RefusedError("not_open")

    monkeypatch.setattr(services, "switch_link", late)
    answer = officer.post(f"/en/dialogue/{dialogue.code}/link/", follow=True)
    assert answer.status_code == 200
    assert "This dialogue is not open." in text(answer)


def test_a_partner_or_a_stranger_neither_sees_nor_confirms_a_draft(team):
    dialogue = made.draft(team)
    services.ask_to_open(dialogue=dialogue, reason="Please.", by=team.officer)
    other = made.team("Noorabad")
    for visitor in (browser(team, "partner"), browser(other, "mayor"), Client()):
        for part in ("", "opening/", "opening/confirm/", "edit/", "close/", "queue/", "map/"):
            assert visitor.get(f"/en/dialogue/{dialogue.code}/{part}").status_code == 404
            assert visitor.post(f"/en/dialogue/{dialogue.code}/{part}").status_code == 404


def test_only_an_officer_asks(team):
    dialogue = made.draft(team)
    with pytest.raises(PermissionDenied):
        services.ask_to_open(dialogue=dialogue, reason="I want it.", by=team.moderator)
    moderator = browser(team, "moderator")
    answer = moderator.post(f"/en/dialogue/{dialogue.code}/opening/", {"reason": "I want it."})
    assert answer.status_code == 403


def test_there_must_be_something_to_vote_on_and_time_left(team):
    empty = made.draft(team, seeds=[])
    with pytest.raises(RefusedError, match="no_statements"):
        services.ask_to_open(dialogue=empty, reason="Please.", by=team.officer)
    late = made.draft(team)
    Dialogue._unscoped.filter(pk=late.pk).update(closes=timezone.now() - timedelta(minutes=1))
    with pytest.raises(RefusedError, match="over"):
        services.ask_to_open(dialogue=late, reason="Please.", by=team.officer)


def test_a_draft_cannot_change_under_the_second_persons_eyes(team, officer):
    dialogue = made.draft(team)
    services.ask_to_open(dialogue=dialogue, reason="Please.", by=team.officer)
    with pytest.raises(RefusedError, match="waits_for_opening"):
        services.edit(dialogue=dialogue, texts=made.TEXTS, by=team.officer)
    answer = officer.post(f"/en/dialogue/{dialogue.code}/edit/", FORM)
    assert answer.status_code == 422
    assert "Withdraw the request" in text(answer)


def test_editing_a_draft(team, officer):
    dialogue = made.draft(team)
    page = text(officer.get(f"/en/dialogue/{dialogue.code}/edit/"))
    assert "What makes the market good for everybody?" in page
    answer = officer.post(
        f"/en/dialogue/{dialogue.code}/edit/",
        {**FORM, "title_en": "Quay market", "seeds_en": "Clean water."},
    )
    assert answer.status_code == 422  # one line of English beside two of Urdu
    answer = officer.post(
        f"/en/dialogue/{dialogue.code}/edit/",
        {**FORM, "title_en": "Quay market", "seeds_en": "Clean water.", "seeds_ur": ""},
    )
    assert answer.status_code == 302
    dialogue.refresh_from_db()
    assert dialogue.title == "Quay market"
    assert len(made.statements(dialogue)) == 7
    opened = made.opened(team)
    assert officer.get(f"/en/dialogue/{opened.code}/edit/").status_code == 403


def test_figures_are_rounded_and_hidden_below_ten(team, officer):
    dialogue = made.opened(team)
    address = f"/en/dialogue/{dialogue.code}/"
    for n in range(9):
        made.vote(dialogue, f"resident {n}", 1, 1)
    assert "<dd>fewer than 10</dd>" in text(officer.get(address))
    for n in range(9, 13):
        made.vote(dialogue, f"resident {n}", 1, 1)
    page = text(officer.get(address))
    assert "<dd>15</dd>" in page
    assert ">13<" not in page
    assert "<dd>15</dd>" not in text(browser(team, "partner").get(address))
    assert "People who take part" not in text(Client().get(address))


def test_closing_asks_first_and_cannot_be_undone(team, officer, django_capture_on_commit_callbacks):
    dialogue = made.opened(team)
    address = f"/en/dialogue/{dialogue.code}/close/"
    assert "it cannot be undone" in text(officer.get(address))
    assert officer.post(address).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(address, {"sure": "on"}).status_code == 302
    dialogue.refresh_from_db()
    assert dialogue.state == State.CLOSED
    assert not keys.exists(dialogue.key)
    assert officer.post(address, {"sure": "on"}).status_code == 403
    assert browser(team, "moderator").post(address, {"sure": "on"}).status_code == 403


def test_an_officer_pauses_the_link(team, officer):
    dialogue = made.opened(team)
    address = f"/en/dialogue/{dialogue.code}/"
    officer.post(f"{address}link/", {})
    assert "The link is off: only people with a slip can take part." in text(officer.get(address))
    officer.post(f"{address}link/", {"on": "1"})
    assert "Pause the link" in text(officer.get(address))
    assert verbs()[-2:] == ["dialogue.pause", "dialogue.resume"]
    assert browser(team, "moderator").post(f"{address}link/", {}).status_code == 403


def test_what_is_over_closes_itself(team):
    dialogue = made.opened(team, closes=timezone.now() + timedelta(hours=1))
    assert services.end_overdue() == 0
    Dialogue._unscoped.filter(pk=dialogue.pk).update(
        opens=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(minutes=1)
    )
    assert services.end_overdue() == 1
    dialogue.refresh_from_db()
    assert dialogue.state == State.CLOSED
    assert verbs()[-1] == "dialogue.close"


# --- the list
def test_the_list_shows_each_viewer_their_own(team, officer):
    draft, opened = made.draft(team), made.opened(team)
    told = {d.pk for d in queries.dialogues(team.officer)}
    assert told == {draft.pk, opened.pk}
    assert {d.pk for d in queries.dialogues(made.team("Noorabad").officer)} == {opened.pk}
    page = text(Client().get("/en/dialogue/"))
    assert opened.get_absolute_url() in page
    assert draft.get_absolute_url() not in page


def test_the_empty_list_says_what_belongs_here(team):
    assert "No dialogue yet." in text(Client().get("/en/dialogue/"))
    page = text(people.sign_in(team.users["city_officer"]).get("/en/dialogue/"))
    assert "Begin a dialogue" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_two_queries(team, count, django_assert_num_queries):
    for _ in range(count):
        made.opened(team)
    with django_assert_num_queries(2):  # how many, and which
        assert Client().get("/en/dialogue/").status_code == 200


# --- statements
def test_a_moderator_accepts_rejects_with_a_reason_and_takes_back(team):
    dialogue = made.opened(team)
    one = made.submission(dialogue, "Benches in the shade.")
    two = made.submission(dialogue, "Mr Karim sells rotten fish.")
    moderator = browser(team, "moderator")
    address = f"/en/dialogue/{dialogue.code}/queue/"
    assert "2 wait" in text(moderator.get(address))
    moderator.post(f"{address}{one.pk}/accept/")
    one.refresh_from_db()
    assert (one.state, one.number) == (StatementState.ACCEPTED, 7)
    answer = moderator.post(
        f"{address}{two.pk}/reject/", {"reason": ""}, headers={"hx-request": "true"}
    )
    assert "choose one of the reasons first" in text(answer)
    answer = moderator.post(
        f"{address}{two.pk}/reject/", {"reason": "person"}, headers={"hx-request": "true"}
    )
    assert text(answer).lstrip().startswith('<div id="queue"')
    assert "Nothing waits." in text(answer)
    two.refresh_from_db()
    assert (two.state, two.reason) == (StatementState.REJECTED, Reason.PERSON)
    moderator.post(f"{address}{two.pk}/undo/")
    two.refresh_from_db()
    assert (two.state, two.reason) == (StatementState.PENDING, "")
    assert verbs()[-3:] == ["dialogue.accept", "dialogue.reject", "dialogue.undo"]


def test_accepting_twice_is_one_decision(team):
    dialogue = made.opened(team)
    one = made.submission(dialogue, "Benches in the shade.")
    services.accept(statement=one, by=team.moderator)
    lines = len(verbs())
    services.accept(statement=one, by=team.moderator)
    assert len(verbs()) == lines


def test_an_accepted_statement_that_is_taken_back_leaves_the_ballot_and_keeps_its_number(team):
    dialogue = made.opened(team)
    one = services.accept(
        statement=made.submission(dialogue, "Benches in the shade."), by=team.moderator
    )
    made.vote(dialogue, "nadia", 7, 1)
    services.undo(statement=one, by=team.moderator)
    queries.forget()
    assert len(queries.ballot(dialogue.pk)) == 6
    again = services.accept(statement=one, by=team.moderator)
    assert again.number == 7
    assert Vote._unscoped.count() == 1


def test_a_reason_outside_the_published_list_is_none(team):
    one = made.submission(made.opened(team), "Benches in the shade.")
    for reason in ("because", "", "elsewhere"):
        with pytest.raises(RefusedError, match="no_reason"):
            services.reject(statement=one, reason=reason, by=team.moderator)


def test_who_may_decide(team):
    dialogue = made.opened(team)
    one = made.submission(dialogue, "Benches in the shade.")
    other = made.team("Noorabad")
    address = f"/en/dialogue/{dialogue.code}/queue/"
    for visitor, status in (
        (browser(team, "partner"), 403),
        (browser(team, "mayor"), 403),
        (browser(other, "moderator"), 403),
        (Client(), 302),
    ):
        assert visitor.get(address).status_code == status
        assert visitor.post(f"{address}{one.pk}/accept/").status_code == status
    one.refresh_from_db()
    assert one.state == StatementState.PENDING
    elsewhere = made.opened(other)
    wrong = f"/en/dialogue/{elsewhere.code}/queue/{one.pk}/accept/"
    assert browser(other, "moderator").post(wrong).status_code == 404


def test_a_broken_journal_stops_the_decision(team, monkeypatch):
    dialogue = made.opened(team)
    one = made.submission(dialogue, "Benches in the shade.")

    def broken(**_line):
        raise RuntimeError("the journal is broken")

    monkeypatch.setattr("baithak.journal.services.write", broken)
    for act in (
        lambda: services.accept(statement=one, by=team.moderator),
        lambda: services.close(dialogue=dialogue, by=team.officer),
        lambda: made.draft(team),
    ):
        with pytest.raises(RuntimeError):
            act()
    one.refresh_from_db()
    dialogue.refresh_from_db()
    assert (one.state, dialogue.state) == (StatementState.PENDING, State.OPEN)
    assert Dialogue._unscoped.count() == 1
    assert keys.exists(dialogue.key)


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_a_fixed_number_of_queries(team, count, django_assert_num_queries):
    dialogue = made.opened(team)
    for n in range(count):
        made.submission(dialogue, f"Bench number {n} in the shade.")
    with django_assert_num_queries(4):  # how many wait, which, their wordings; what was decided
        told = list(queries.pending(team.moderator, dialogue))
        assert [w.text for s in told for w in s.wordings.all()]
        assert queries.pending(team.moderator, dialogue).count() == count
        assert list(queries.decided(team.moderator, dialogue)[:10]) == []


def test_texts_are_refused_where_they_could_deceive(team):
    with pytest.raises(ValidationError):
        made.draft(team, texts={"en": {"title": "Safe\u2066ty", "question": "What?"}})
    with pytest.raises(ValidationError):
        made.draft(team, texts={"xx": {"title": "Safety", "question": "What?"}})
    with pytest.raises(ValidationError):
        made.draft(team, texts={})
    assert Statement._unscoped.count() == 0
