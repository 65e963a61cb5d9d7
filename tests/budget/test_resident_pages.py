"""What residents meet: without accounts, in their language, with and without scripts, honest answers."""

from __future__ import annotations

import gzip
import logging
import re
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from baithak.budget import analysis, grid, services
from baithak.budget.models import Ballot, Budget, Project, ProjectState
from baithak.budget.views import resident as pages
from baithak.budget.views import voting
from baithak.network import keys
from baithak.network.scope import SYSTEM
from factories import budget as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_so_far():
    cache.clear()


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def vote(team):
    return made.voting(team)


@pytest.fixture
def proposing(team):
    return made.opened(team)


def text(response):
    return response.content.decode()


def proof(page):
    return re.search(r'name="proof" value="(\w+)"', text(page))[1]


def handle(page):
    return re.search(r'name="handle" value="([\w-]+)"', text(page))[1]


def looks_over(amina, *numbers, **more):
    data = {"proof": proof(amina.page), "choose": numbers, **more}
    return amina.client.post(f"{amina.link}ballot/", data)


def sends(amina, review, *numbers):
    data = {"proof": proof(review), "handle": handle(review), "choose": numbers}
    return amina.client.post(f"{amina.link}ballot/send/", data)


def stored(budget):
    return sorted(Ballot._unscoped.filter(budget=budget).values_list("choices", flat=True))


# --- the front page, by phase
def test_the_link_opens_in_the_readers_language(proposing):
    answer = Client().get(f"/b/{proposing.code}/", headers={"accept-language": "ur"})
    assert (answer.status_code, answer["Location"]) == (302, f"/ur/b/{proposing.code}/")
    page = text(Client().get(answer["Location"]))
    assert 'lang="ur" dir="rtl"' in page
    assert "شہر اس رقم سے کیا بنائے؟" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "Propose a project"),
        ({"opens": timedelta(days=1)}, "Proposals are taken from"),
        ({"proposals_until": timedelta(seconds=-1)}, "Proposals have ended. The city checks"),
        (
            {"proposals_until": timedelta(days=-1), "voting_opened": timedelta(0),
             "voting_from": timedelta(days=1)},
            "The projects are fixed. You can vote from",
        ),
        (
            {"proposals_until": timedelta(days=-1), "voting_opened": timedelta(days=-1)},
            "Vote with your slip",
        ),
    ],
)  # fmt: skip
def test_the_front_page_says_what_can_be_done_now(team, change, said):
    budget = made.opened(team)
    now = timezone.now()
    moments = {"opens": timedelta(days=-9), **change}
    frozen = {"eligible_root": "0" * 64, "eligible_count": 1} if "voting_opened" in change else {}
    Budget._unscoped.filter(pk=budget.pk).update(
        **{name: now + delta for name, delta in moments.items()}, **frozen
    )
    page = Client().get(f"/en/b/{budget.code}/")
    assert said in text(page)
    assert page["Referrer-Policy"] == "no-referrer"


def test_a_draft_or_another_level_is_not_there(team):
    budget = made.draft(team)
    for path in ("", "projects/", "propose/", "ballot/", "result/", "check/", "about/"):
        assert Client().get(f"/en/b/{budget.code}/{path}").status_code == 404
    opened = made.opened(team)
    Budget._unscoped.filter(pk=opened.pk).update(visibility="hub")
    assert Client().get(f"/en/b/{opened.code}/").status_code == 404


# --- proposals
PROPOSAL = {
    "title": "A well by the market",
    "description": "For the stalls.",
    "language": "en",
    "area": "1",
    "landmark": "behind the old scale",
    "at": "8.58741, 81.21523",
    "cost_low": "80",
    "cost_high": "120",
}


def proposes(budget, client=None, **change):
    client = client or Client()
    link = f"/en/b/{budget.code}/propose/"
    page = client.get(link)
    data = {**PROPOSAL, "proof": proof(page), "handle": handle(page), **change}
    return client.post(link, data), client, data


def test_a_resident_proposes_without_an_account_and_nobody_sees_it_before_a_person_did(
    team, proposing
):
    answer, client, data = proposes(proposing)
    assert answer.status_code == 302, text(answer)
    assert "A person reads it first" in text(client.get(answer["Location"]))
    project = Project._unscoped.get()
    assert (project.state, project.cost_low, project.area) == ("pending", Decimal(80), "1")
    for path in ("", "projects/", "projects/1/"):
        assert "A well by the market" not in text(Client().get(f"/en/b/{proposing.code}/{path}"))
    again = client.post(f"/en/b/{proposing.code}/propose/", data)
    assert again.status_code == 302
    assert Project._unscoped.count() == 1
    services.show(project=project, by=team.moderator)
    assert "A well by the market" in text(Client().get(f"/en/b/{proposing.code}/projects/1/"))
    assert Session.objects.count() == 0


def test_of_the_place_only_a_square_of_500_metres_is_kept(proposing):
    proposes(proposing)
    project = Project._unscoped.get()
    assert (project.row, project.column) == grid.cell_of(8.58741, 81.21523)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM budget_project")
        kept = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM budget_projectwording")
        kept += repr(cursor.fetchall())
    assert "58741" not in kept
    assert "21523" not in kept
    latitude, longitude = grid.centre(project.row, project.column)
    assert abs(latitude - 8.58741) * 111_320 <= 251
    assert abs(longitude - 81.21523) * 110_100 <= 251


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 101}, "This is 101 letters long."),
        ({"description": "Look \u202e here"}, "invisible sign"),
        ({"description": "Call 0771 234 567 89"}, "a telephone or identity number"),
        ({"at": "by the sea"}, "Write latitude and longitude"),
        ({"at": "99.5, 10"}, "There is no such place on the earth."),
        ({"area": "7"}, "Select a valid choice."),
        ({"cost_low": "50", "cost_high": "20"}, "must not be below the lower one"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_the_words_are_kept(proposing, change, said):
    answer, _client, _data = proposes(proposing, **change)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "behind the old scale" in text(answer)
    assert Project._unscoped.count() == 0


def test_what_looks_like_personal_data_is_asked_about_once_and_then_taken(proposing):
    answer, client, data = proposes(proposing, description="Write to a@b.example")
    assert 'name="sure"' in text(answer)
    data |= {"sure": "on", "proof": data["proof"]}
    assert client.post(f"/en/b/{proposing.code}/propose/", data).status_code == 302


def test_the_same_title_is_not_taken_twice(proposing):
    proposes(proposing)
    answer, _client, _data = proposes(proposing, title="a WELL, by the market!")
    assert answer.status_code == 422
    assert "stands there already" in text(answer)


def test_no_proposal_after_the_end_nor_from_another_sites_form(proposing):
    page = Client().get(f"/en/b/{proposing.code}/propose/")
    stranger = Client().post(
        f"/en/b/{proposing.code}/propose/",
        {**PROPOSAL, "proof": proof(page), "handle": uuid.uuid4()},
    )
    assert stranger.status_code == 403
    services.end_proposals(budget=proposing, by=SYSTEM)
    assert Client().get(f"/en/b/{proposing.code}/propose/").status_code == 302
    assert Project._unscoped.count() == 0


def test_thirty_proposals_an_hour_from_one_address_then_a_pause(proposing):
    client = Client()
    link = f"/en/b/{proposing.code}/propose/"
    page = client.get(link)
    data = {**PROPOSAL, "proof": proof(page), "title": ""}
    statuses = [client.post(link, data).status_code for _ in range(pages._PROPOSALS.most + 1)]
    assert statuses == [422] * pages._PROPOSALS.most + [429]


def test_projects_are_filtered_by_area_without_scripts(vote):
    whole = text(Client().get(f"/en/b/{vote.budget.code}/projects/"))
    hill = text(Client().get(f"/en/b/{vote.budget.code}/projects/?area=2"))
    assert "Benches in the shade" in whole
    assert "Benches in the shade" not in hill
    assert "A clinic in the evening" in hill
    nowhere = text(Client().get(f"/en/b/{vote.budget.code}/projects/?area=nowhere"))
    assert "No project here yet." in nowhere


def test_a_project_shows_its_decision_and_every_language(team, proposing):
    project = made.proposal(proposing, "A night bus")
    other = made.proposal(proposing, "A bus at night for women")
    for one in (project, other):
        services.show(project=one, by=team.moderator)
    words = {"title": "رات کی بس", "description": "سب کے لیے", "landmark": ""}
    services.translate(project=project, language="ur", words=words, by=team.moderator)
    services.merge(project=other, into=project, reason={"en": "It is one bus."}, by=team.officer)
    page = text(Client().get(f"/en/b/{proposing.code}/projects/2/"))
    assert "It is one bus." in page
    assert f"/en/b/{proposing.code}/projects/1/" in page
    urdu = text(Client().get(f"/ur/b/{proposing.code}/projects/1/"))
    assert '<h1 lang="ur" dir="auto">رات کی بس</h1>' in urdu
    assert "A bus at night for women" in urdu


# --- the slip
def test_amina_votes_without_scripts_and_is_told_that_it_is_saved(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    assert amina.page.request["PATH_INFO"] == f"{amina.link}ballot/"
    amina.page = looks_over(amina, 1, 3)
    assert "Nothing is saved yet." in text(amina.page)
    assert stored(vote.budget) == []
    answer = sends(amina, amina.page, 1, 3)
    assert answer.status_code == 302
    page = amina.client.get(answer["Location"])
    assert "Your ballot is saved" in text(page)
    assert analysis.receipt(made.pid(vote.budget, vote.tokens[0])) in text(page)
    assert stored(vote.budget) == ["1,3"]
    assert Session.objects.count() == 0


def test_a_double_send_counts_once_and_says_so(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    review = looks_over(amina, 1)
    first, second = sends(amina, review, 1), sends(amina, review, 1)
    assert first["Location"].endswith("/done/")
    assert second["Location"].endswith("/done/?again=1")
    assert "sending it again changed nothing" in text(amina.client.get(second["Location"]))
    assert stored(vote.budget) == ["1"]


def test_voting_anew_replaces_and_no_page_shows_what_was_chosen_or_how_often(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    sends(amina, looks_over(amina, 2), 2)
    before = text(amina.client.get(f"{amina.link}ballot/done/"))
    ballot = text(amina.client.get(f"{amina.link}ballot/"))
    assert "checked" not in ballot
    sends(amina, looks_over(amina, 1), 1)
    assert stored(vote.budget) == ["1"]
    after = text(amina.client.get(f"{amina.link}ballot/done/"))
    assert before == after


@pytest.mark.parametrize("typed", ["upper", "spaced", "bare"])
def test_a_code_can_be_typed_in_many_ways(vote, typed):
    code = vote.tokens[0]
    told = {
        "upper": code.upper(),
        "spaced": f" {code.replace('-', ' – ')} ",
        "bare": code.replace("-", ""),
    }[typed]
    amina = made.resident(vote.budget, told)
    assert amina.page.request["PATH_INFO"].endswith("/ballot/")


def test_the_code_stands_in_no_address_no_log_and_in_a_cookie_of_this_budget_alone(vote, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client()
    link = f"/en/b/{vote.budget.code}/"
    answer = client.post(f"{link}slip/", {"slip": vote.tokens[0]})
    assert vote.tokens[0] not in answer["Location"]
    assert set(answer.cookies) == {f"baithak-voice-{code}" for code, _name in settings.LANGUAGES}
    for code, _name in settings.LANGUAGES:
        cookie = answer.cookies[f"baithak-voice-{code}"]
        assert cookie["path"] == f"/{code}/b/{vote.budget.code}/"
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert cookie["max-age"] == 2 * 60 * 60
    page = client.get(answer["Location"])
    assert vote.tokens[0] not in text(page)
    assert "no-store" in page["Cache-Control"]
    assert vote.tokens[0] not in caplog.text


def test_a_wrong_code_is_told_apart_from_nothing_and_another_budgets_slip_is_wrong(vote):
    other = made.voting(made.team("Noorabad"))
    for code in ("aaaa-bbbb-cccc", "short", other.tokens[0]):
        answer = Client().post(f"/en/b/{vote.budget.code}/slip/", {"slip": code})
        assert answer.status_code == 422
        assert "No slip of this budget has this code." in text(answer)
        assert not answer.cookies


def test_thirty_wrong_codes_from_one_address_then_a_pause_also_for_right_ones(vote):
    client = Client()
    link = f"/en/b/{vote.budget.code}/slip/"
    for _ in range(voting._WRONG.most):
        assert client.post(link, {"slip": "aaaa-bbbb-cccc"}).status_code == 422
    answer = client.post(link, {"slip": vote.tokens[0]})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= voting._WRONG.seconds
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert elsewhere.post(link, {"slip": vote.tokens[0]}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM web_cache")
        assert "127.0.0.1" not in repr(cursor.fetchall())


def test_a_cyber_cafe_of_many_honest_people_passes(team):
    vote = made.voting(team, tokens=60, sessions=0)
    for number, code in enumerate(vote.tokens):
        if number % 3 == 0:  # every third one mistypes it first
            assert made.resident(vote.budget, code[:-1] + "?").page.status_code == 422
        assert made.resident(vote.budget, code).page.request["PATH_INFO"].endswith("/ballot/")


def test_a_second_slip_on_the_same_phone_is_a_second_ballot(vote):
    phone = made.resident(vote.budget, vote.tokens[0])
    sends(phone, looks_over(phone, 1), 1)
    done = phone.client.get(f"{phone.link}ballot/done/")
    phone.client.post(f"{phone.link}leave/", {"proof": proof(done)})
    assert "baithak-voice-en" not in {k for k, m in phone.client.cookies.items() if m.value}
    assert phone.client.get(f"{phone.link}ballot/").status_code == 302
    phone.page = phone.client.post(f"{phone.link}slip/", {"slip": vote.tokens[1]}, follow=True)
    sends(phone, looks_over(phone, 2), 2)
    assert stored(vote.budget) == ["1", "2"]


# --- the ballot
def test_a_filter_by_area_loses_no_choice(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    hill = looks_over(amina, 1, 2, show="2")
    assert "Benches in the shade" not in text(hill)
    assert re.findall(r'type="hidden" name="choose" value="(\d)"', text(hill)) in (
        ["1", "2"], ["2", "1"],
    )  # fmt: skip
    whole = looks_over(amina, 1, 2, 3, show="all")
    assert text(whole).count(" checked") == 3
    assert stored(vote.budget) == []


def test_every_slip_has_an_order_of_its_own_which_stays(vote):
    def order(code):
        page = made.resident(vote.budget, code).page
        return re.findall(r'name="choose" value="(\d)"', text(page))

    orders = {tuple(order(code)) for code in vote.tokens}
    assert len(orders) > 1
    assert order(vote.tokens[0]) == order(vote.tokens[0])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [((), "Choose at least one project."), ((1, 2, 3), "at most 2"), ((99,), "not on the ballot")],
)
def test_limits_are_explained_and_the_choice_is_kept(team, chosen, said):
    vote = made.voting(team, most_projects=2)
    amina = made.resident(vote.budget, vote.tokens[0])
    answer = looks_over(amina, *chosen)
    assert answer.status_code == 422
    assert said in text(answer)
    assert text(answer).count(" checked") == len([n for n in chosen if n <= 5])
    assert stored(vote.budget) == []


def test_points_are_spread_and_counted_on_the_page(team):
    vote = made.voting(team, way="points", points=10)
    amina = made.resident(vote.budget, vote.tokens[0])
    data = {"proof": proof(amina.page), "points-1": "6", "points-2": "5", "points-3": ""}
    answer = amina.client.post(f"{amina.link}ballot/", data)
    assert answer.status_code == 422
    assert "more points than a ballot has: 10" in text(answer)
    assert 'name="points-1" value="6"' in text(answer)
    data["points-2"] = "4"
    review = amina.client.post(f"{amina.link}ballot/", data)
    assert "10 of 10 points given" in text(review)
    sent = {**data, "handle": handle(review)}
    assert amina.client.post(f"{amina.link}ballot/send/", sent).status_code == 302
    assert stored(vote.budget) == ["1:6,2:4"]


def test_a_ballot_that_was_tampered_with_is_refused(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    review = looks_over(amina, 1)
    other = made.resident(vote.budget, vote.tokens[1])
    assert sends(other, review, 1).status_code == 403  # another person's form
    data = {"proof": proof(review), "handle": "x", "choose": [1]}
    assert amina.client.post(f"{amina.link}ballot/send/", data).status_code == 400
    data = {"proof": proof(review), "handle": handle(review), "choose": [99]}
    assert amina.client.post(f"{amina.link}ballot/send/", data).status_code == 422
    assert stored(vote.budget) == []


def test_closed_in_between_nothing_is_acknowledged(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    review = looks_over(amina, 1)
    services.close(budget=vote.budget, by=SYSTEM)
    answer = sends(amina, review, 1)
    assert answer.status_code == 410
    assert "This ballot was not counted." in text(answer)
    assert stored(vote.budget) == []


def test_a_full_disk_is_told_and_not_acknowledged(vote, monkeypatch):
    amina = made.resident(vote.budget, vote.tokens[0])
    review = looks_over(amina, 1)

    def full(**_):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(services, "cast_ballot", full)
    answer = sends(amina, review, 1)
    assert answer.status_code == 503
    assert "Your ballot was not saved." in text(answer)


def test_a_lost_key_is_said_plainly(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    keys.destroy(vote.budget.key)
    for answer in (
        Client().post(f"{amina.link}slip/", {"slip": vote.tokens[0]}),
        amina.client.get(f"{amina.link}ballot/"),
    ):
        assert answer.status_code == 503
        assert "it is a fault on our side" in text(answer)


def test_who_has_no_slip_reaches_no_ballot(vote):
    client = Client()
    for path in ("ballot/", "ballot/done/"):
        answer = client.get(f"/en/b/{vote.budget.code}/{path}")
        assert answer["Location"] == f"/en/b/{vote.budget.code}/"


# --- receipts
@pytest.mark.django_db(transaction=True)
def test_a_receipt_can_be_checked_after_closing():
    vote = made.voting(made.team(), tokens=12, sessions=0)
    receipt = made.cast(vote.budget, vote.tokens[0], [1]).receipt
    link = f"/en/b/{vote.budget.code}/check/"
    early = Client().post(link, {"receipt": receipt})
    assert early.status_code == 410
    made.closed(vote)
    yes = text(Client().post(link, {"receipt": receipt.upper()}))
    assert "was sealed and counted" in yes
    assert "was sealed and counted" not in text(Client().post(link, {"receipt": "0" * 20}))
    assert Client().post(link, {"receipt": "nonsense"}).status_code == 422


# --- how it is made
def test_pages_cost_a_fixed_number_of_queries(team):
    counts = {}
    for size in (1, 3):
        place = made.team(f"City {size}")
        budget = made.opened(place)
        for number in range(size):
            project = made.proposal(budget, f"Well {number}", area="1", at=(8.5, 81.2))
            services.show(project=project, by=place.moderator)
            services.accept(project=project, cost=Decimal(10), by=place.officer)
        code = made.slips(place, budget, 1)[0]
        budget = made.open_vote(place, budget)
        amina = made.resident(budget, code)
        for path in ("", "projects/", "projects/1/", "ballot/", "result/", "about/"):
            with CaptureQueriesContext(
                connection,
            ) as told:
                assert amina.client.get(f"{amina.link}{path}").status_code == 200
            counts.setdefault(path, []).append(len(told))
    # budget; slip; projects and their words; who is signed in is not looked up.
    assert counts == {
        "": [4, 4], "projects/": [3, 3], "projects/1/": [4, 4], "ballot/": [4, 4],
        "result/": [2, 2], "about/": [1, 1],
    }  # fmt: skip


def test_a_ballot_page_is_light(team):
    vote = made.voting(team)
    amina = made.resident(vote.budget, vote.tokens[0])
    from django.contrib.staticfiles import finders

    files = (
        "web/style.css",
        "budget/budget.css",
        "budget/ballot.js",
        "web/vendor/htmx-4.0.1.min.js",
    )
    weight = len(gzip.compress(amina.page.content)) + sum(
        len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files
    )
    assert weight <= 60_000


def test_no_session_no_csrf_cookie_no_referrer(vote):
    amina = made.resident(vote.budget, vote.tokens[0])
    for path in ("", "projects/", "projects/1/", "ballot/", "about/", "check/", "result/"):
        page = amina.client.get(f"{amina.link}{path}")
        assert page["Referrer-Policy"] == "no-referrer"
        assert "private" in page["Cache-Control"]
        assert "csrf" not in " ".join(page.cookies)
    assert Session.objects.count() == 0


def test_signed_in_people_are_nobody_here(team, proposing):
    officer = people.sign_in(team.users["city_officer"])
    made.proposal(proposing, "Only for the moderator")
    assert "Only for the moderator" not in text(officer.get(f"/en/b/{proposing.code}/projects/"))
    assert Project._unscoped.get().state == ProjectState.PENDING
