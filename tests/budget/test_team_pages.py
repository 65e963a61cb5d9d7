"""The city's team: begin, open with a second person, let in, check, print slips, type ballots, close."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from baithak.budget import queries, services
from baithak.budget.models import (
    Ballot,
    Batch,
    Budget,
    Project,
    ProjectState,
    ProjectWording,
    Reason,
    Slip,
)
from baithak.budget.services import RefusedError
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network import services as network
from baithak.network.models import State, Visibility
from baithak.network.slips import ALPHABET
from factories import budget as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def officer(team):
    return people.sign_in(team.users["city_officer"])


@pytest.fixture
def proposing(team):
    return made.opened(team)


def browser(team, role):
    return people.sign_in(team.users[role])


def text(response):
    return response.content.decode()


def verbs():
    return list(Line.objects.order_by("n").values_list("verb", flat=True))


def shown(team, budget, title="Benches in the shade", **kwargs):
    project = made.proposal(budget, title, **kwargs)
    return services.show(project=project, by=team.moderator)


FORM = {
    "title_en": "Kandarpur shares out",
    "question_en": "What should be built?",
    "areas_en": "Harbour\nHill\n",
    "title_ur": "کندرپور",
    "question_ur": "کیا بنے؟",
    "areas_ur": "بندرگاہ",
    "language": ["en", "ur"],
    "envelope": "600000.50",
    "currency": "inr",
    "way": "approval",
    "most_projects": "5",
    "points": "10",
    "rule": "equal-shares",
    "utility": "cost",
    "completion": "add1u",
    "ties": "votes",
}


# --- drafts
def test_an_officer_writes_a_draft_in_two_languages(team, officer):
    assert officer.get("/en/budget/new/").status_code == 200
    answer = officer.post("/en/budget/new/", {**FORM, "place": team.place.pk})
    assert answer.status_code == 302, text(answer)
    budget = Budget._unscoped.get()
    assert (budget.state, budget.visibility) == (State.DRAFT, Visibility.MECHANISM)
    assert (budget.envelope, budget.currency) == (Decimal("600000.50"), "INR")
    assert budget.areas == [
        {"code": "1", "names": {"en": "Harbour", "ur": "بندرگاہ"}},
        {"code": "2", "names": {"en": "Hill"}},
    ]
    assert verbs()[-1] == "budget.create"
    again = officer.post(
        f"/en/budget/{budget.code}/edit/", {**FORM, "way": "points", "areas_ur": ""}
    )
    assert again.status_code == 302, text(again)
    budget.refresh_from_db()
    assert (budget.way, budget.utility, budget.most_projects) == ("points", "points", 5)
    assert 'value="600000.50"' in text(officer.get(f"/en/budget/{budget.code}/edit/"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title_en": ""}, "This field is required."),
        ({"title_ur": ""}, "Each language needs both a title and a question."),
        ({"areas_ur": "ا\nب\nج"}, "line them up"),
        ({"areas_en": "Harbour\nharbour!"}, "stands there twice"),
        ({"envelope": "0"}, "greater than or equal to"),
        ({"envelope": "12.345"}, "2 decimal places"),
        ({"currency": "12"}, "at least 3 characters"),
        ({"currency": "1N2"}, "Three capital letters"),
        ({"way": "points", "points": ""}, "how many points"),
        ({"question_en": "What\u202e next?"}, "invisible sign"),
        (
            {"voting_from": "2030-05-02T10:00", "closes": "2030-05-01T10:00"},
            "must follow each other",
        ),
        (
            {"closes": "2030-05-01T10:00", "result_on": "2030-04-01"},
            "before the vote has ended",
        ),
    ],
)
def test_a_mistake_is_named_and_the_words_are_kept(team, officer, change, said):
    answer = officer.post("/en/budget/new/", {**FORM, "place": team.place.pk, **change})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "کیا بنے؟" in text(answer)
    assert Budget._unscoped.count() == 0


def test_an_area_with_a_project_cannot_be_taken_out(team, officer):
    budget = made.draft(team)
    services.add(budget=budget, words={"title": "Trees"}, language="en", area="2", by=team.officer)
    answer = officer.post(f"/en/budget/{budget.code}/edit/", {**FORM, "areas_en": "Harbour"})
    assert answer.status_code == 422
    assert "put the area back" in text(answer)


# --- opening, twice with two people
def test_opening_takes_two_people_in_two_roles(team, officer):
    budget = made.draft(team)
    address = f"/en/budget/{budget.code}/"
    assert "two people decide" in text(officer.get(address))
    assert officer.post(f"{address}opening/", {"reason": "The council asked."}).status_code == 302
    waiting = text(officer.get(address))
    assert "You asked, so somebody else confirms" in waiting
    assert "Confirm and open" not in waiting
    officer.post(f"{address}opening/confirm/")
    assert made.fresh(budget).state == State.DRAFT
    assert not keys.exists(budget.key)
    mayor = browser(team, "mayor")
    assert "Confirm and open" in text(mayor.get(address))
    assert mayor.post(f"{address}opening/confirm/").status_code == 302
    budget = made.fresh(budget)
    assert (budget.state, budget.visibility) == (State.OPEN, Visibility.PUBLIC)
    assert keys.exists(budget.key)
    assert "budget.open" in verbs()
    assert Client().get(f"/en/b/{budget.code}/").status_code == 200


def test_only_an_officer_asks_and_a_waiting_draft_does_not_change(team, officer):
    budget = made.draft(team)
    with pytest.raises(PermissionDenied):
        services.ask_to_open(budget=budget, reason="I want it.", by=team.moderator)
    services.ask_to_open(budget=budget, reason="Please.", by=team.officer)
    answer = officer.post(f"/en/budget/{budget.code}/edit/", FORM)
    assert answer.status_code == 422
    assert "Withdraw the request" in text(answer)


def test_opening_the_vote_freezes_projects_and_slips_and_commits_to_them(team, officer, proposing):
    made.on_the_ballot(team, proposing)
    made.slips(team, proposing, 5)
    address = f"/en/budget/{proposing.code}/"
    assert officer.post(f"{address}vote/", {"reason": "All checked."}).status_code == 302
    officer.post(f"{address}vote/confirm/")
    assert not made.fresh(proposing).is_frozen
    mayor = browser(team, "mayor")
    assert "compare the number of slips" in text(mayor.get(address))
    mayor.post(f"{address}vote/confirm/")
    budget = made.fresh(proposing)
    assert budget.phase == "voting"
    assert budget.eligible_count == 5
    pids = queries.slips_of(budget.pk)
    from baithak.engine import commitment

    assert budget.eligible_root == commitment.root(map(commitment.leaf, pids)).hex()
    line = Line.objects.get(verb="budget.open_vote")
    assert budget.eligible_root in line.detail
    assert set(Slip._unscoped.values_list("batch", flat=True)) == {None}
    assert budget.eligible_root in text(Client().get(f"/en/b/{budget.code}/about/"))
    project = Project._unscoped.filter(budget=budget).first()
    batch = Batch._unscoped.get()
    for act in (
        lambda: services.accept(project=project, cost=Decimal(1), by=team.officer),
        lambda: services.decline(project=project, reason={"en": "No."}, by=team.officer),
        lambda: services.undo(project=project, by=team.officer),
        lambda: services.translate(
            project=project, language="ur", words={"title": "ا"}, by=team.officer
        ),
        lambda: services.add(budget=budget, words={"title": "X"}, language="en", by=team.officer),
        lambda: made.slips(team, budget, 1),
        lambda: services.void_batch(batch=batch, by=team.officer),
    ):
        with pytest.raises(RefusedError, match="frozen"):
            act()


@pytest.mark.parametrize("change", ["a project", "a cost", "a slip", "a word"])
def test_what_changed_since_it_was_asked_is_not_confirmed(team, proposing, change):
    projects = made.on_the_ballot(team, proposing)
    made.slips(team, proposing, 2)
    act = services.ask_to_vote(budget=proposing, reason="All checked.", by=team.officer)
    if change == "a project":
        services.decline(project=projects[0], reason={"en": "No."}, by=team.officer)
    elif change == "a cost":
        services.accept(project=projects[0], cost=Decimal(1), by=team.officer)
    elif change == "a slip":
        made.slips(team, proposing, 1)
    else:
        ProjectWording._unscoped.filter(project=projects[0]).update(title="Another thing")
    with pytest.raises(ValidationError, match="changed since this was asked"):
        network.confirm_two_person(act=act, by=team.mayor)
    assert not made.fresh(proposing).is_frozen


def test_the_vote_does_not_open_with_something_missing(team, officer, proposing):
    def says():
        answer = officer.post(f"/en/budget/{proposing.code}/vote/", {"reason": "Now."})
        assert answer.status_code == 422
        return text(answer)

    assert "No project is on the ballot yet." in says()
    project = made.proposal(proposing)
    assert "decide about all first" in says()
    services.show(project=project, by=team.moderator)
    assert "decide about all first" in says()
    services.accept(project=project, cost=Decimal(10), by=team.officer)
    assert "There are no slips yet" in says()


# --- moderation and checks
def test_a_moderator_lets_in_and_turns_down_for_a_published_reason(team, proposing):
    moderator = browser(team, "moderator")
    one, other = made.proposal(proposing), made.proposal(proposing, "Buy my lamps")
    queue = text(moderator.get(f"/en/budget/{proposing.code}/proposals/"))
    assert "Benches in the shade" in queue
    assert "Buy my lamps" in queue
    assert "Nothing waits." not in queue
    link = f"/en/budget/{proposing.code}/proposals"
    answer = moderator.post(f"{link}/{one.pk}/show/", headers={"HX-Request": "true"})
    assert "Let in: people read it from now on." in text(answer)
    assert text(answer).startswith('<div id="proposals"')
    assert moderator.post(f"{link}/{other.pk}/reject/", {"reason": "ugly"}).status_code == 302
    other.refresh_from_db()
    assert other.state == ProjectState.PENDING
    moderator.post(f"{link}/{other.pk}/reject/", {"reason": Reason.UNCLEAR})
    other.refresh_from_db()
    assert (other.state, other.reason) == (ProjectState.REJECTED, Reason.UNCLEAR)
    moderator.post(f"{link}/{other.pk}/undo/")
    other.refresh_from_db()
    assert (other.state, other.reason) == (ProjectState.PENDING, "")
    assert {"budget.show", "budget.reject", "budget.undo"} <= set(verbs())
    for line in Line.objects.filter(verb__in=("budget.show", "budget.reject")):
        assert "Benches" not in line.detail


def test_a_moderator_takes_back_no_officers_decision(team, proposing):
    project = shown(team, proposing)
    services.accept(project=project, cost=Decimal(10), by=team.officer)
    moderator = browser(team, "moderator")
    link = f"/en/budget/{proposing.code}/proposals/{project.pk}"
    assert moderator.get(f"{link}/decide/").status_code == 403
    page = text(moderator.post(f"{link}/undo/", follow=True))
    assert "An officer decided this" in page
    project.refresh_from_db()
    assert project.state == ProjectState.ACCEPTED
    browser(team, "city_officer").post(f"{link}/undo/")
    project.refresh_from_db()
    assert (project.state, project.cost) == (ProjectState.PROPOSED, None)


def test_an_officer_decides_with_a_public_reason(team, officer, proposing):
    one, two, three = (shown(team, proposing, f"Well {n}") for n in range(3))
    link = f"/en/budget/{proposing.code}/proposals"
    page = officer.get(f"{link}/{one.pk}/decide/")
    assert "Public reason in English" in text(page)
    answer = officer.post(f"{link}/{one.pk}/decide/", {"decision": "accept", "cost": "150"})
    assert answer.status_code == 302, text(answer)
    data = {"decision": "merge", "into": str(one.pk), "reason_en": "It is the same well."}
    assert officer.post(f"{link}/{two.pk}/decide/", data).status_code == 302
    data = {"decision": "decline", "reason_en": "There is no water.", "reason_ur": "پانی نہیں۔"}
    assert officer.post(f"{link}/{three.pk}/decide/", data).status_code == 302
    told = {p.number: p for p in Project._unscoped.filter(budget=proposing)}
    assert (told[1].state, told[1].cost) == (ProjectState.ACCEPTED, Decimal(150))
    assert (told[2].state, told[2].merged_into_id) == (ProjectState.MERGED, one.pk)
    assert told[3].decision == {"en": "There is no water.", "ur": "پانی نہیں۔"}
    urdu = text(Client().get(f"/ur/b/{proposing.code}/projects/3/"))
    assert 'lang="ur" dir="auto">پانی نہیں۔' in urdu


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "This field is required."),
        ({"decision": "accept"}, "The ballot needs a fixed cost."),
        ({"decision": "accept", "cost": "601"}, "costs more than there is"),
        ({"decision": "merge", "reason_en": "Same."}, "Choose the project"),
        ({"decision": "decline", "reason_en": "  "}, "everybody can read the reason"),
        ({"decision": "decline", "reason_en": "No\u202ewater"}, "invisible sign"),
    ],
)
def test_a_decision_with_something_missing_changes_nothing(team, officer, proposing, data, said):
    project = shown(team, proposing)
    answer = officer.post(f"/en/budget/{proposing.code}/proposals/{project.pk}/decide/", data)
    assert answer.status_code == 422
    assert said in text(answer)
    project.refresh_from_db()
    assert project.state == ProjectState.PROPOSED


def test_a_project_others_were_joined_with_stays_until_they_are_taken_back(team, proposing):
    one, two = (shown(team, proposing, f"Well {n}") for n in range(2))
    services.merge(project=two, into=one, reason={"en": "Same."}, by=team.officer)
    with pytest.raises(RefusedError, match="others_in_it"):
        services.decline(project=one, reason={"en": "No."}, by=team.officer)
    with pytest.raises(RefusedError, match="no_such_project"):
        services.merge(project=one, into=two, reason={"en": "Same."}, by=team.officer)
    elsewhere = shown(made.team("Noorabad"), made.opened(made.team("Farafield")))
    with pytest.raises(RefusedError, match="no_such_project"):
        services.merge(project=one, into=elsewhere, reason={"en": "Same."}, by=team.officer)


def test_a_translation_stands_beside_the_original_which_nobody_changes(team, officer, proposing):
    project = shown(team, proposing)
    link = f"/en/budget/{proposing.code}/proposals/{project.pk}/words"
    page = text(officer.get(f"{link}/ta/"))
    assert "Translate into தமிழ்" in page
    assert "For everybody." in page
    assert officer.post(f"{link}/ta/", {"title": "நிழலில்"}).status_code == 302
    assert officer.post(f"{link}/en/", {"title": "Other"}).status_code == 422
    assert officer.get(f"{link}/xx/").status_code == 404
    told = {w.language: (w.title, w.kind) for w in project.wordings.all()}
    assert told == {"en": ("Benches in the shade", "original"), "ta": ("நிழலில்", "human")}


def test_a_department_proposes_with_its_name_in_the_journal(team, proposing):
    staff = people.member(team.place, "department_staff", "Works")
    works = people.sign_in(staff)
    page = works.get(f"/en/budget/{proposing.code}/proposals/new/")
    handle = re.search(r'name="handle" value="([\w-]+)"', text(page))[1]
    data = {"title": "Drains in the old town", "language": "en", "handle": handle}
    for _ in range(2):
        assert works.post(f"/en/budget/{proposing.code}/proposals/new/", data).status_code == 302
    project = Project._unscoped.get()
    assert (project.source, project.state, project.number) == ("department", "proposed", 1)
    assert verbs().count("budget.add") == 1
    assert works.get(f"/en/budget/{proposing.code}/proposals/").status_code == 403


# --- slips
def test_slips_are_shown_once_with_qr_codes_and_kept_as_pseudonyms(team, officer, proposing):
    link = f"/en/budget/{proposing.code}/slips/"
    page = officer.get(link)
    handle = re.search(r'name="handle" value="([\w-]+)"', text(page))[1]
    data = {"size": "6", "channel": "token", "handle": handle}
    sheet = officer.post(link, data)
    codes = re.findall(r'<p class="code">([\w-]+)</p>', text(sheet))
    assert len(set(codes)) == 6
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", c) for c in codes)
    assert text(sheet).count("<svg") == 6 + 1  # and the mark of the hub
    assert sheet["Cache-Control"] == "no-store"
    assert "کندرپور کا بجٹ" in text(sheet)
    stored = {bytes(pid) for pid in Slip._unscoped.values_list("pid", flat=True)}
    assert stored == {made.pid(proposing, code) for code in codes}
    again = officer.post(link, data)
    assert again.status_code == 422
    assert "make that batch void" in text(again)
    assert Slip._unscoped.count() == 6
    whole = repr(list(Line.objects.values_list("detail", flat=True))) + text(officer.get(link))
    assert not any(code in whole for code in codes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM budget_slip")
        rows = repr(cursor.fetchall())
    assert not any(code in rows for code in codes)


def test_the_order_of_print_is_not_the_order_of_the_table(team, proposing):
    codes = made.slips(team, proposing, 40)
    printed = [made.pid(proposing, code) for code in codes]
    rows = [bytes(pid) for pid in Slip._unscoped.values_list("pid", flat=True)]
    for order in (rows, rows[::-1], sorted(rows)):
        assert sum(a == b for a, b in zip(order, printed, strict=True)) < 10


def test_a_lost_print_out_is_made_void(team, officer, proposing):
    lost = made.slips(team, proposing, 3)
    kept = made.slips(team, proposing, 2)
    batch = Batch._unscoped.order_by("pk").first()
    assert officer.post(f"/en/budget/{proposing.code}/slips/{batch.pk}/void/").status_code == 302
    left = {bytes(pid) for pid in Slip._unscoped.values_list("pid", flat=True)}
    assert left == {made.pid(proposing, code) for code in kept}
    assert not left & {made.pid(proposing, code) for code in lost}
    assert "Void" in text(officer.get(f"/en/budget/{proposing.code}/slips/"))
    assert verbs().count("budget.void_slips") == 1


@pytest.mark.parametrize(("size", "channel"), [(0, "token"), (1001, "token"), (5, "open")])
def test_what_is_no_batch_is_refused(team, officer, proposing, size, channel):
    data = {"size": size, "channel": channel, "handle": uuid.uuid4()}
    assert officer.post(f"/en/budget/{proposing.code}/slips/", data).status_code == 422
    with pytest.raises(RefusedError):
        services.make_slips(
            budget=proposing, size=size, channel=channel, handle=uuid.uuid4(), by=team.officer
        )
    assert not Slip._unscoped.exists()


# --- paper ballots
@pytest.fixture
def vote(team):
    return made.voting(team)


def types(facilitator, vote, slip, numbers, **more):
    link = f"/en/budget/{vote.budget.code}/entry/"
    data = {"slip": slip, "numbers": numbers, "handle": uuid.uuid4(), **more}
    return facilitator.post(link, data)


def test_a_facilitator_types_a_ballot_and_a_second_one_of_its_slip_is_said(team, vote):
    facilitator = browser(team, "facilitator")
    code = vote.sessions[0]
    saved = types(facilitator, vote, code.upper(), "3 1")
    assert saved.status_code == 200
    assert "Saved." in text(saved)
    assert "Benches in the shade" in text(saved)
    double = types(facilitator, vote, code, "2")
    assert double.status_code == 422
    assert "A ballot of this slip is there already" in text(double)
    assert 'type="checkbox" name="replace"' in text(double)
    assert types(facilitator, vote, code, "2", replace="on").status_code == 200
    rows = list(Ballot._unscoped.values_list("choices", "channel"))
    assert rows == [("2", "session")]
    assert "budget.enter_ballots" not in verbs()


@pytest.mark.parametrize(
    ("slip", "numbers", "said"),
    [
        ("aaaa-bbbb-cccc", "1", "No slip of this budget has this code."),
        ("abc", "1", "twelve letters and digits"),
        ("", "1", "This field is required."),
        (None, "1 x", "“x” cannot be read."),
        (None, "1 1", "Number 1 stands there twice."),
        (None, "77", "not on the ballot"),
        (None, "1:4", "cannot be read"),
    ],
)
def test_a_slip_of_the_fingers_is_named(team, vote, slip, numbers, said):
    answer = types(
        browser(team, "facilitator"), vote, vote.sessions[0] if slip is None else slip, numbers
    )
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Ballot._unscoped.exists()


def test_paper_with_points(team):
    vote = made.voting(team, way="points", points=10)
    answer = types(browser(team, "facilitator"), vote, vote.sessions[0], "3:5, 1:5")
    assert answer.status_code == 200, text(answer)
    assert list(Ballot._unscoped.values_list("choices", flat=True)) == ["1:5,3:5"]


def test_only_facilitators_type_and_only_while_the_vote_is_open(team, vote):
    assert browser(team, "city_officer").get(
        f"/en/budget/{vote.budget.code}/entry/"
    ).status_code == 403  # fmt: skip
    facilitator = browser(team, "facilitator")
    Budget._unscoped.filter(pk=vote.budget.pk).update(
        opens=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(hours=1)
    )
    answer = types(facilitator, vote, vote.sessions[0], "1")
    assert answer.status_code == 422
    assert "this ballot was not counted" in text(answer)


# --- closing
def test_closing_asks_once_more_and_destroys_the_key(
    team, officer, vote, django_capture_on_commit_callbacks
):
    link = f"/en/budget/{vote.budget.code}/close/"
    assert "cannot be undone" in text(officer.get(link))
    assert officer.post(link).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(link, {"sure": "on"}).status_code == 302
    budget = made.fresh(vote.budget)
    assert budget.state == State.CLOSED
    assert not keys.exists(budget.key)
    assert officer.get(link).status_code == 403


# --- who sees what, and how it is kept
def test_a_stranger_sees_no_draft_and_the_list_only_what_it_may(team, officer):
    made.draft(team)
    assert "Kandarpur shares out" in text(officer.get("/en/budget/"))
    nobody = text(Client().get("/en/budget/"))
    assert "Kandarpur shares out" not in nobody
    assert "No budget yet." in nobody


def test_a_citys_page_gets_that_citys_rows_alone(team, proposing):
    there = made.opened(made.team("Noorabad"), texts={"en": {"title": "T", "question": "Q"}})
    rows = Client().get(f"/en/budget/?place={team.place.slug}", headers={"HX-Request": "true"})
    assert "Kandarpur shares out" in text(rows)
    assert there.code not in text(rows)
    assert "<html" not in text(rows)
    assert "HX-Request" in rows["Vary"]
    assert f"/en/budget/?place={team.place.slug}" in text(
        Client().get(f"/en/places/{team.place.slug}/")
    )


def test_pages_cost_a_fixed_number_of_queries():
    counts = {}
    for size in (1, 3):
        team = made.team(f"City {size}")
        for number in range(size):
            made.draft(team, texts={"en": {"title": f"T{number}", "question": "Q"}})
        budget = made.opened(team)
        for number in range(size):
            shown(team, budget, f"Well {number}", area="1")
            made.proposal(budget, f"Lamp {number}")
            made.slips(team, budget, 2)
        client = people.sign_in(team.users["city_officer"])
        for path in ("", f"{budget.code}/", f"{budget.code}/proposals/", f"{budget.code}/slips/"):
            client.get(f"/en/budget/{path}")  # the session's own first look
            with CaptureQueriesContext(connection) as told:
                assert client.get(f"/en/budget/{path}?place={team.place.slug}").status_code == 200
            counts.setdefault(path.replace(budget.code, "*"), []).append(len(told))
    assert {path: len(set(n)) for path, n in counts.items()} == dict.fromkeys(counts, 1), counts
    assert all(n[0] <= 24 for n in counts.values()), counts


def _acts(team):
    """Every journaled act, made ready: what it changes is counted before and after."""
    draft, open_ = made.draft(team), made.opened(team)
    waiting, project = made.proposal(open_), shown(team, open_, "A well")
    batch_of = made.slips(team, open_, 2)
    assert batch_of
    batch = Batch._unscoped.get(budget=open_)
    fresh = {"texts": made.TEXTS, "envelope": Decimal(5), "currency": "INR"}
    return {
        "create": lambda: services.create(place=team.place, by=team.officer, **fresh),
        "edit": lambda: services.edit(budget=draft, by=team.officer, **fresh),
        "ask_to_open": lambda: services.ask_to_open(budget=draft, reason="R", by=team.officer),
        "end_proposals": lambda: services.end_proposals(budget=open_, by=team.officer),
        "add": lambda: services.add(
            budget=open_, words={"title": "X"}, language="en", by=team.officer
        ),
        "show": lambda: services.show(project=waiting, by=team.moderator),
        "reject": lambda: services.reject(project=waiting, reason="unclear", by=team.moderator),
        "accept": lambda: services.accept(project=project, cost=Decimal(9), by=team.officer),
        "decline": lambda: services.decline(project=project, reason={"en": "N"}, by=team.officer),
        "undo": lambda: services.undo(project=project, by=team.officer),
        "translate": lambda: services.translate(
            project=project, language="ur", words={"title": "ک"}, by=team.officer
        ),
        "make_slips": lambda: made.slips(team, open_, 3),
        "void_slips": lambda: services.void_batch(batch=batch, by=team.officer),
        "close": lambda: services.close(budget=open_, by=team.officer),
    }


def _everything():
    tables = (Budget, Project, ProjectWording, Batch, Slip)
    return {table.__name__: sorted(map(repr, table._unscoped.values_list())) for table in tables}


@pytest.mark.parametrize(
    "act",
    ["create", "edit", "ask_to_open", "end_proposals", "add", "show", "reject", "accept",
     "decline", "undo", "translate", "make_slips", "void_slips", "close"],
)  # fmt: skip
def test_a_broken_journal_changes_nothing(team, monkeypatch, act):
    acts = _acts(team)
    before = _everything()

    def broken(**_):
        raise OSError("the journal's disk is gone")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(OSError, match="the journal's disk"):
        acts[act]()
    assert _everything() == before


def test_without_the_broken_journal_every_act_changes_something(team):
    """The control: each of them, by itself, does what the test above saw undone."""
    for name in ("create", "edit", "add", "show", "accept", "translate", "make_slips", "close"):
        acts = _acts(made.team(f"City {name}"))
        before = _everything()
        acts[name]()
        assert _everything() != before, name
