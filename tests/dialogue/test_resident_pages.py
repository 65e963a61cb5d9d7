"""What residents meet: quick, small, without accounts, in their language, with and without scripts."""

from __future__ import annotations

import gzip
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from baithak.dialogue import queries, services
from baithak.dialogue.models import Statement, StatementState, Vote
from baithak.network import keys
from baithak.network.scope import SYSTEM
from factories import dialogue as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue():
    return made.opened(made.team())


def text(response):
    return response.content.decode()


def proof(page):
    return re.search(r'name="proof" value="(\w+)"', text(page))[1]


def number(page):
    return int(re.search(r'name="statement" value="(\d+)"', text(page))[1])


def send(resident, page, value, *, turn=0, client=None, **headers):
    data = {"proof": proof(page), "statement": number(page), "value": value, "turn": turn}
    return (client or resident.client).post(f"{resident.link}vote/", data, headers=headers)


def test_the_link_opens_in_the_readers_language(dialogue):
    answer = Client().get(f"/d/{dialogue.code}/", headers={"accept-language": "ur"})
    assert (answer.status_code, answer["Location"]) == (302, f"/ur/d/{dialogue.code}/")


def test_amina_votes_without_scripts_and_is_told_that_it_is_saved(dialogue):
    amina = made.resident(dialogue)
    assert amina.page.status_code == 200
    assert "0 of about 6. You can stop at any time, it is saved." in text(amina.page)
    answer = send(amina, amina.page, 1)
    assert answer.status_code == 302
    page = amina.client.get(answer["Location"])
    assert "Saved: you agree." in text(page)
    assert "1 of about 6." in text(page)
    assert number(page) != number(amina.page)
    assert Vote._unscoped.get().value == 1


def test_with_htmx_only_the_card_comes_back_and_it_is_small(dialogue):
    amina = made.resident(dialogue)
    answer = send(amina, amina.page, -1, hx_request="true")
    assert answer.status_code == 200
    assert text(answer).lstrip().startswith('<div id="card"')
    assert "Saved: you disagree." in text(answer)
    assert len(gzip.compress(answer.content)) < 2_000


def test_the_buttons_stand_in_the_same_order_in_every_language(dialogue):
    for language in ("en", "ur", "bn"):
        page = made.resident(dialogue, language).page
        assert re.findall(r'<button name="value" value="(-?\d)"', text(page)) == ["1", "-1", "0"]
        assert re.findall(r'data-key="(\d)"', text(page)) == ["1", "2", "3"]


def test_three_residents_in_two_directions(dialogue):
    urdu = made.resident(dialogue, "ur")
    assert 'lang="ur" dir="rtl"' in text(urdu.page)
    shown = Statement._unscoped.get(dialogue=dialogue, number=number(urdu.page))
    words = {w.language: w.text for w in shown.wordings.all()}
    assert words.get("ur", words["en"]) in text(urdu.page)


def test_a_statement_without_translation_keeps_its_language_and_says_so(dialogue):
    page = Client().get(f"/ur/d/{dialogue.code}/statement/2/")
    assert '<blockquote class="statement" lang="en" dir="auto">Loudspeakers' in text(page)
    assert 'class="translation"' in text(page)
    page = Client().get(f"/ur/d/{dialogue.code}/statement/1/")
    assert 'lang="ur" dir="auto">پارک' in text(page)
    assert 'lang="en" dir="auto">Parks should' in text(page)  # the original, one tap away


def test_switching_the_language_keeps_the_answers(dialogue):
    amina = made.resident(dialogue)
    send(amina, amina.page, 1)
    urdu = amina.client.get(f"/ur/d/{dialogue.code}/?after={number(amina.page)}")
    assert number(urdu) != number(amina.page)
    data = {"proof": proof(urdu), "statement": number(urdu), "value": 1, "turn": 0}
    assert amina.client.post(f"/ur/d/{dialogue.code}/vote/", data).status_code == 302
    assert Vote._unscoped.count() == 2
    assert len({bytes(p) for p in Vote._unscoped.values_list("pid", flat=True)}) == 1


def test_the_cookie_is_out_of_reach_and_of_this_dialogue_only(dialogue):
    cookies = made.resident(dialogue).page.cookies
    assert set(cookies) == {f"baithak-voice-{code}" for code, _name in settings.LANGUAGES}
    for code, _name in settings.LANGUAGES:
        cookie = cookies[f"baithak-voice-{code}"]
        assert cookie["path"] == f"/{code}/d/{dialogue.code}/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_no_session_no_csrf_cookie_no_referrer(dialogue):
    amina = made.resident(dialogue)
    send(amina, amina.page, 1)
    assert Session.objects.count() == 0
    for page in (
        amina.page,
        amina.client.get(f"{amina.link}add/"),
        amina.client.get(f"{amina.link}result/"),
    ):
        assert page["Referrer-Policy"] == "no-referrer"
        assert "private" in page["Cache-Control"]
        assert "csrf" not in " ".join(page.cookies)


def test_a_form_of_another_site_or_of_another_person_is_refused(dialogue):
    amina, omar = made.resident(dialogue), made.resident(dialogue)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = amina.client.cookies
    assert send(amina, amina.page, 1, client=strict).status_code == 302
    assert send(amina, omar.page, 1).status_code == 403
    assert send(amina, amina.page, 1, sec_fetch_site="cross-site").status_code == 403
    data = {"proof": proof(amina.page), "statement": 1, "value": 1, "turn": 0}
    assert Client().post(f"{amina.link}vote/", data).status_code == 403
    assert Vote._unscoped.count() == 1


def test_a_forged_token_is_a_new_person(dialogue):
    amina = made.resident(dialogue)
    amina.client.cookies["baithak-voice-en"] = "someone-else:nosignature"
    page = amina.client.get(amina.link)
    assert "baithak-voice-en" in page.cookies


def test_sending_twice_counts_once(dialogue):
    amina = made.resident(dialogue)
    first, again = send(amina, amina.page, 1), send(amina, amina.page, 1)
    assert first["Location"] == again["Location"]
    assert Vote._unscoped.count() == 1


def test_a_change_of_mind_takes_the_place_of_the_answer(dialogue):
    amina = made.resident(dialogue)
    send(amina, amina.page, 1)
    page = amina.client.get(f"{amina.link}statement/{number(amina.page)}/")
    assert "So far you agree." in text(page)
    assert 'name="turn" value="1"' in text(page)
    send(amina, page, -1, turn=1)
    assert Vote._unscoped.get().value == -1
    # the first page, still open in another window, is told what stands
    late = send(amina, amina.page, 0)
    assert late["Location"].endswith(f"/statement/{number(amina.page)}/")
    assert Vote._unscoped.get().value == -1


@pytest.mark.parametrize(
    "wrong",
    [{"value": "2"}, {"value": "yes"}, {"statement": "999"}, {"turn": "-1"}, {"statement": ""}],
)
def test_nonsense_is_answered_in_words_and_not_stored(dialogue, wrong):
    amina = made.resident(dialogue)
    data = {"proof": proof(amina.page), "statement": 1, "value": 1, "turn": 0, **wrong}
    answer = amina.client.post(f"{amina.link}vote/", data)
    assert answer.status_code == 400
    assert "It was not saved." in text(answer)
    assert Vote._unscoped.count() == 0


def test_after_the_last_statement_comes_thanks_and_what_is_next(dialogue):
    amina = made.resident(dialogue)
    page = amina.page
    for _ in range(6):
        page = amina.client.get(send(amina, page, 1)["Location"])
    assert "Thank you." in text(page)
    assert "You answered 6 statements. All are saved." in text(page)
    assert "You have answered everything there is." in text(page)


def test_a_long_dialogue_pauses_after_thirty_and_goes_on_if_asked():
    seeds = [{"en": f"Street {n} needs a lamp."} for n in range(1, 36)]
    dialogue = made.opened(made.team(), seeds=seeds)
    amina = made.resident(dialogue)
    page = amina.page
    assert "0 of about 30." in text(page)
    for _ in range(30):
        page = amina.client.get(send(amina, page, 1)["Location"])
    assert "Answer more (5 left)" in text(page)
    more = amina.client.get(f"{amina.link}?more=1")
    assert 'name="more" value="1"' in text(more)


def test_each_person_has_an_order_of_their_own(dialogue):
    firsts = {number(made.resident(dialogue).page) for _ in range(30)}
    assert len(firsts) > 1


def test_where_the_key_is_lost_the_page_says_so_and_stores_nothing(dialogue):
    amina = made.resident(dialogue)
    keys.destroy(dialogue.key)
    answer = send(amina, amina.page, 1)
    assert answer.status_code == 503
    assert "Nothing was saved." in text(answer)
    assert Vote._unscoped.count() == 0


def test_a_database_in_trouble_is_said_honestly(dialogue, monkeypatch):
    from django.db import OperationalError

    amina = made.resident(dialogue)

    def full(**_kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(services, "cast_vote", full)
    answer = send(amina, amina.page, 1, hx_request="true")
    assert answer.status_code == 503
    assert "Your answer was not saved." in text(answer)


def test_trouble_after_the_vote_is_stored_never_says_that_it_was_not(dialogue, monkeypatch):
    from django.db import OperationalError

    amina = made.resident(dialogue)

    def gone(*_asked):
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(queries, "answers", gone)
    answer = send(amina, amina.page, 1, hx_request="true")
    assert answer.status_code == 503
    assert "not saved" not in text(answer)
    assert "sending twice counts once" in text(answer)
    assert Vote._unscoped.count() == 1


def test_a_closed_dialogue_says_so_and_takes_nothing(dialogue):
    amina = made.resident(dialogue)
    services.close(dialogue=dialogue, by=SYSTEM)
    page = amina.client.get(amina.link)
    assert "This dialogue closed on" in text(page)
    assert send(amina, amina.page, 1).status_code == 410
    assert amina.client.get(f"{amina.link}add/").status_code == 302
    assert Vote._unscoped.count() == 0


def test_a_paused_link_takes_nothing_until_it_is_resumed():
    team = made.team()
    dialogue = made.opened(team)
    amina = made.resident(dialogue)
    services.switch_link(dialogue=dialogue, on=False, by=team.officer)
    assert "answers are taken from people with a slip" in text(amina.client.get(amina.link))
    assert send(amina, amina.page, 1).status_code == 503
    assert Vote._unscoped.count() == 0
    services.switch_link(dialogue=dialogue, on=True, by=team.officer)
    assert send(amina, amina.page, 1).status_code == 302


def test_a_dialogue_that_begins_later_says_when():
    dialogue = made.opened(made.team(), opens=timezone.now() + timedelta(days=2))
    assert "This dialogue opens on" in text(made.resident(dialogue).page)


def test_drafts_and_made_up_codes_are_not_there(dialogue):
    draft = made.draft(made.team("Noorabad"))
    for code in (draft.code, "aaaaaaa"):
        for page in ("", "about/", "result/", "add/", "statement/1/"):
            assert Client().get(f"/en/d/{code}/{page}").status_code == 404


def test_an_officer_who_follows_the_link_is_nobody_in_particular(dialogue):
    from factories import network

    team = made.team("Noorabad")
    browser = network.sign_in(team.users["city_officer"])
    page = browser.get(f"/en/d/{dialogue.code}/")
    assert page.status_code == 200
    draft = made.draft(team)
    assert browser.get(f"/en/d/{draft.code}/").status_code == 404


# --- adding a statement
def add(resident, words, handle=None, **more):
    page = resident.client.get(f"{resident.link}add/")
    data = {
        "proof": proof(page), "text": words, "language": "en",
        "handle": handle or re.search(r'name="handle" value="([0-9a-f-]+)"', text(page))[1], **more,
    }  # fmt: skip
    return resident.client.post(f"{resident.link}add/", data)


def test_amina_adds_a_statement_that_waits_for_a_moderator(dialogue):
    amina = made.resident(dialogue)
    answer = add(amina, "  Benches   in the shade. ")
    assert answer.status_code == 302
    assert "A moderator reads it first" in text(amina.client.get(answer["Location"]))
    added = Statement._unscoped.get(seed=False)
    assert added.state == StatementState.PENDING
    assert added.wordings.get().text == "Benches in the shade."
    queries.forget()
    assert len(queries.ballot(dialogue.pk)) == 6


def test_the_same_form_twice_is_one_statement(dialogue):
    amina, handle = made.resident(dialogue), str(uuid.uuid4())
    assert [add(amina, "Benches.", handle).status_code for _ in range(2)] == [302, 302]
    assert Statement._unscoped.filter(seed=False).count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "This field is required."),
        ("x" * 141, "This is 141 letters long."),
        ("Parks\u202e should close", "invisible sign"),
        ("parks SHOULD stay open until 10 at night!!", "Somebody has said this already."),
    ],
)
def test_what_is_wrong_is_said_and_the_words_are_kept(dialogue, words, said):
    answer = add(made.resident(dialogue), words)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Statement._unscoped.filter(seed=False).count() == 0


def test_a_telephone_number_is_asked_about_once_and_never_forbidden(dialogue):
    amina = made.resident(dialogue)
    words = "Call the office on 0300 123 45 67."
    answer = add(amina, words)
    assert answer.status_code == 422
    assert "a telephone or identity number" in text(answer)
    assert add(amina, words, sure="on").status_code == 302


def test_a_statement_knows_no_author():
    names = {field.name for field in Statement._meta.get_fields()}
    assert not names & {"author", "owner", "user", "pid", "participant", "created", "at"}


# --- size and speed
def test_the_first_page_fits_into_35_kilobytes(dialogue):
    page = made.resident(dialogue, "ur").page
    total = len(gzip.compress(page.content))
    source = Path(settings.PACKAGE)
    for address in re.findall(r'(?:src|href)="/static/([^"]+)"', text(page)):
        total += len(
            gzip.compress((source / address.split("/")[0] / "static" / address).read_bytes())
        )
    assert total < 35_000


def test_a_vote_takes_few_queries(dialogue, django_assert_num_queries):
    amina = made.resident(dialogue)
    send(amina, amina.page, 1)
    page = amina.client.get(amina.link)
    # dialogue, vote (three, on PostgreSQL four, and the savepoints of this test), answers
    with django_assert_num_queries(7 if connection.vendor == "sqlite" else 10):
        send(amina, page, 1, hx_request="true")


def test_pages_name_who_sees_this_and_offer_a_quick_way_out(dialogue):
    amina = made.resident(dialogue)
    for address in ("", "add/"):
        page = text(amina.client.get(f"{amina.link}{address}"))
        assert "Who sees this?" in page
        assert 'id="leave"' in page
        assert "noreferrer" in page


@pytest.mark.parametrize("number", ["9" * 4301, "٣" * 5000, "²", "-1", ""])
def test_an_address_with_a_strange_number_opens_the_dialogue(dialogue, number):
    answer = Client().get(f"/en/d/{dialogue.code}/", {"after": number})
    assert answer.status_code == 200


@pytest.mark.parametrize(("tense", "k"), [(False, 10), (True, 20)])
def test_pages_tell_the_smallest_figure_of_this_dialogue(tense, k):
    dialogue = made.opened(made.team(), tense=tense)
    amina = made.resident(dialogue)
    page = amina.page
    for _ in made.SEEDS:
        page = amina.client.get(send(amina, page, 1)["Location"])
    assert f"the figures of groups of at least {k} people" in text(page)
    about = text(amina.client.get(f"{amina.link}about/"))
    assert f"and at least {k} by the link" in about
