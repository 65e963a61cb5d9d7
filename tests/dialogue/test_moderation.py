"""The moderators' queue: two people for threats, joining, taking back, the second look, the clock."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import threading
import tracemalloc
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.dialogue import analysis, queries, services, tasks
from baithak.dialogue.analysis.drawing import matrix
from baithak.dialogue.analysis.sounds import sounds
from baithak.dialogue.likeness import Word, near
from baithak.dialogue.models import Appeal, Dialogue, Reason, Statement, StatementState, Vote
from baithak.journal.models import Line
from baithak.network.models import Channel
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    told = made.team()
    told.second = people.viewer(people.member(told.place, Role.MODERATOR, "Second"))
    return told


@pytest.fixture
def dialogue(team):
    return made.opened(team)


def text(response):
    return response.content.decode()


def fresh(statement):
    return Statement._unscoped.get(pk=statement.pk)


def verbs():
    return list(Line.objects.order_by("n").values_list("verb", flat=True))


def browser(team, role="moderator"):
    return people.sign_in(team.users[role])


def address(dialogue, rest=""):
    return f"/en/dialogue/{dialogue.code}/queue/{rest}"


# --- threats
def test_a_threat_is_held_until_another_person_confirms_it(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    held = services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    assert (held.state, held.reason) == (StatementState.HELD, Reason.THREAT)
    for act in (
        lambda by: services.reject(statement=one, reason=Reason.THREAT, by=by),
        lambda by: services.accept(statement=one, by=by),
        lambda by: services.merge(statement=one, into=made.statements(dialogue)[0], by=by),
    ):
        with pytest.raises(RefusedError, match="second_person"):
            act(team.moderator)
    assert fresh(one).state == StatementState.HELD
    done = services.reject(statement=one, reason=Reason.THREAT, by=team.second)
    assert (done.state, done.reason, done.waits_since) == ("rejected", Reason.THREAT, None)
    assert verbs()[-2:] == ["dialogue.hold", "dialogue.reject"]


def test_the_second_person_may_let_it_in_or_put_it_back(team, dialogue):
    one, two = (made.submission(dialogue, f"Sentence number {n}.") for n in (1, 2))
    for statement in (one, two):
        services.reject(statement=statement, reason=Reason.THREAT, by=team.moderator)
    assert services.accept(statement=one, by=team.second).state == StatementState.ACCEPTED
    assert services.undo(statement=two, by=team.second).state == StatementState.PENDING


def test_a_slip_of_the_holder_is_taken_back_by_the_holder(team, dialogue):
    one = made.submission(dialogue, "The market needs a clock.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    assert services.undo(statement=one, by=team.moderator).state == StatementState.PENDING


def test_what_two_people_called_a_threat_is_not_let_in_by_one(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    services.reject(statement=one, reason=Reason.THREAT, by=team.second)
    back = services.undo(statement=one, by=team.moderator)
    assert back.state == StatementState.HELD
    with pytest.raises(RefusedError, match="second_person"):
        services.accept(statement=one, by=team.moderator)
    assert services.accept(statement=one, by=team.second).state == StatementState.ACCEPTED


def confirmed_threat(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    return services.reject(statement=one, reason=Reason.THREAT, by=team.second)


@pytest.mark.parametrize("who", ["moderator", "second", "third"])
def test_nobody_lets_in_alone_what_two_called_a_threat(team, dialogue, who):
    """Whatever one of them presses, in any order of three presses; control: two people do it in two."""
    team.third = people.viewer(people.member(team.place, Role.MODERATOR, "Third"))
    into = made.statements(dialogue)[0]
    acts = {
        "undo": lambda one, by: services.undo(statement=one, by=by),
        "accept": lambda one, by: services.accept(statement=one, by=by),
        "merge": lambda one, by: services.merge(statement=one, into=into, by=by),
        "reject": lambda one, by: services.reject(statement=one, reason=Reason.ATTACK, by=by),
    }
    for presses in itertools.product(acts, repeat=3):
        one = confirmed_threat(team, dialogue)
        for press in presses:
            with contextlib.suppress(RefusedError):
                acts[press](one, getattr(team, who))
        assert fresh(one).state in (StatementState.REJECTED, StatementState.HELD), presses
        Statement._unscoped.filter(pk=one.pk).delete()
    one = confirmed_threat(team, dialogue)
    other = team.second if who == "moderator" else team.moderator
    services.undo(statement=one, by=getattr(team, who))
    assert services.accept(statement=one, by=other).state == StatementState.ACCEPTED


def test_a_threat_that_was_joined_is_held_again_when_parted(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    services.merge(statement=one, into=made.statements(dialogue)[0], by=team.second)
    back = services.undo(statement=one, by=team.moderator)
    assert (back.state, back.reason) == (StatementState.HELD, Reason.THREAT)
    with pytest.raises(RefusedError, match="second_person"):
        services.accept(statement=one, by=team.moderator)


def test_neither_of_the_two_takes_the_second_look_at_a_threat(team, dialogue):
    third = people.member(team.place, Role.MODERATOR, "Third")
    one = confirmed_threat(team, dialogue)
    services.ask_again(statement=one, text="It is a line of a song.")
    for by in (team.moderator, team.second):
        with pytest.raises(RefusedError, match="another_person"):
            services.decide_again(statement=one, grant=True, by=by)
    first = text(browser(team).get(address(dialogue, "?pile=appeals")))
    assert "You turned it down, so another moderator takes the second look." in first
    assert "Show it after all" in text(
        people.sign_in(third).get(address(dialogue, "?pile=appeals"))
    )
    told = services.decide_again(statement=one, grant=True, by=people.viewer(third))
    assert (told.state, told.held_by_id, told.confirmed_by_id) == ("accepted", None, None)


def test_who_put_a_threat_on_hold_again_finds_no_button_to_end_that(team, dialogue):
    one = confirmed_threat(team, dialogue)
    moderator = browser(team)
    moderator.post(address(dialogue, f"{one.pk}/undo/"), {"seen": "rejected"})
    page = text(moderator.get(address(dialogue, "?pile=held")))
    assert "You decided about it, so another moderator takes the second look." in page
    assert f"{one.pk}/undo/" not in page
    told = moderator.post(
        address(dialogue, f"{one.pk}/undo/"), {"seen": "held"}, headers={"hx-request": "true"}
    )
    assert "You decided about it, so another moderator takes the second look." in text(told)
    assert fresh(one).state == StatementState.HELD


# --- after the end
def test_after_the_end_a_shown_statement_is_taken_away_and_nothing_new_let_in(team, dialogue):
    shown = services.accept(
        statement=made.submission(dialogue, "Karim of the tea stall cheats."), by=team.moderator
    )
    waits = made.submission(dialogue, "Benches in the shade.")
    services.close(dialogue=dialogue, by=team.officer)
    moderator = browser(team)
    page = text(moderator.get(address(dialogue, "?pile=decided")))
    assert f"{shown.pk}/undo/" in page
    assert f"{shown.pk}/merge/" not in page
    moderator.post(address(dialogue, f"{shown.pk}/undo/"), {"seen": "accepted"})
    moderator.post(
        address(dialogue, f"{shown.pk}/reject/"), {"seen": "pending", "reason": "person"}
    )
    assert (fresh(shown).state, fresh(shown).reason) == (StatementState.REJECTED, Reason.PERSON)
    assert fresh(shown).waits_since is None
    assert verbs()[-2:] == ["dialogue.undo", "dialogue.reject"]
    for act in (
        lambda: services.accept(statement=waits, by=team.moderator),
        lambda: services.merge(
            statement=made.statements(dialogue)[1], into=made.statements(dialogue)[0],
            by=team.moderator,
        ),
    ):  # fmt: skip
        with pytest.raises(RefusedError, match="not_open"):
            act()
    # A slip is put back.
    services.undo(statement=shown, by=team.moderator)
    assert services.accept(statement=shown, by=team.moderator).state == StatementState.ACCEPTED
    now = timezone.now()
    Dialogue._unscoped.filter(pk=dialogue.pk).update(sealed=now, retired=now)
    answer = moderator.post(address(dialogue, f"{shown.pk}/undo/"), {"seen": "accepted"})
    assert answer.status_code == 403
    assert f"{shown.pk}/undo/" not in text(moderator.get(address(dialogue, "?pile=decided")))


def test_closing_between_the_page_and_the_press_is_told(team, dialogue, monkeypatch):
    def late(**given):
        raise RefusedError("not_open")

    monkeypatch.setattr(services, "switch_intake", late)
    answer = browser(team).post(f"/en/dialogue/{dialogue.code}/intake/", {"on": "1"}, follow=True)
    assert answer.status_code == 200
    assert "This dialogue is not open." in text(answer)


def test_a_statement_sent_while_the_dialogue_closes_is_not_kept(team, dialogue, monkeypatch):
    """Between the look at its state and the writing it closes."""
    before = Statement._unscoped.count()

    def closes(told):
        services.close(dialogue=dialogue, by=team.officer)
        return True

    monkeypatch.setattr(queries, "takes_statements", closes)
    with pytest.raises(RefusedError, match="closed"):
        made.submission(dialogue, "Benches in the shade.")
    assert Statement._unscoped.count() == before


def test_residents_see_nothing_of_what_is_held(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    queries.forget()
    assert len(queries.ballot(dialogue.pk)) == 6
    page = text(Client().get(f"/en/d/{dialogue.code}/said/{one.handle}/"))
    assert "It waits for a moderator." in page
    assert "threat" not in page.split("<main")[1].split("</main")[0]


# --- two at once
def test_the_second_of_two_moderators_is_told_what_the_first_decided(team, dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    first, second = browser(team), people.sign_in(people.member(team.place, Role.MODERATOR, "B"))
    first.post(address(dialogue, f"{one.pk}/reject/"), {"reason": "unclear", "seen": "pending"})
    told = second.post(
        address(dialogue, f"{one.pk}/accept/"), {"seen": "pending"}, headers={"hx-request": "true"}
    )
    assert "Somebody else was faster" in text(told)
    assert "Not shown: It cannot be understood" in text(told)
    assert fresh(one).state == StatementState.REJECTED


def test_a_hold_that_somebody_did_not_see_is_not_confirmed_by_accident(team, dialogue):
    one = made.submission(dialogue, "They should be driven out by force.")
    services.reject(statement=one, reason=Reason.THREAT, by=team.moderator)
    with pytest.raises(RefusedError, match="decided"):
        services.reject(statement=one, reason=Reason.ATTACK, by=team.second, seen="pending")
    assert fresh(one).state == StatementState.HELD


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: nothing to race"
)
@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_decision(team, dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    told, go = [], threading.Barrier(2)

    def decide(act):
        go.wait()
        try:
            act()
            told.append("done")
        except RefusedError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    acts = (
        lambda: services.accept(statement=one, by=team.moderator, seen="pending"),
        lambda: services.reject(statement=one, reason="two", by=team.second, seen="pending"),
    )
    threads = [threading.Thread(target=decide, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["decided", "done"]
    assert len([v for v in verbs() if v in ("dialogue.accept", "dialogue.reject")]) == 1


# --- joining
def test_joining_keeps_the_votes_in_the_record_and_counts_them_no_more(team, dialogue):
    one = services.accept(
        statement=made.submission(dialogue, "Shade for the benches."), by=team.moderator
    )
    made.vote(dialogue, "nadia", one.number, 1)
    made.vote(dialogue, "nadia", 1, 1)
    into = made.statements(dialogue)[0]
    services.merge(statement=one, into=into, by=team.moderator)
    assert (fresh(one).state, fresh(one).merged_into_id) == (StatementState.MERGED, into.pk)
    assert Vote._unscoped.filter(statement=one).count() == 1
    told = {s.id: s.moderated_out for s in matrix(dialogue.pk).statements}
    assert told[str(one.number)]
    assert not told[str(into.number)]
    with pytest.raises(RefusedError, match="no_such_statement"):
        made.vote(dialogue, "omar", one.number, 1)
    assert services.undo(statement=one, by=team.moderator).state == StatementState.PENDING
    assert fresh(one).merged_into is None


def test_joining_needs_a_shown_one_of_the_same_dialogue(team, dialogue):
    one, waiting = (made.submission(dialogue, f"Sentence number {n}.") for n in (1, 2))
    elsewhere = made.statements(made.opened(made.team("Noorabad")))[0]
    for into in (waiting, elsewhere, one):
        with pytest.raises(RefusedError, match="not_shown"):
            services.merge(statement=one, into=into, by=team.moderator)
    moderator = browser(team)
    told = moderator.post(
        address(dialogue, f"{one.pk}/merge/"), {"into": "99"}, headers={"hx-request": "true"}
    )
    assert "no shown statement of this dialogue has this number" in text(told)
    moderator.post(address(dialogue, f"{one.pk}/merge/"), {"into": "2", "seen": "pending"})
    assert fresh(one).merged_into.number == 2


def test_what_was_joined_with_a_joined_one_leads_to_where_votes_are_cast(team, dialogue):
    one, two = (
        services.accept(statement=made.submission(dialogue, f"Seat {n}"), by=team.moderator)
        for n in (1, 2)
    )
    services.merge(statement=one, into=two, by=team.moderator)
    services.merge(statement=two, into=made.statements(dialogue)[0], by=team.moderator)
    page = text(Client().get(f"/en/d/{dialogue.code}/said/{one.handle}/"))
    assert "joined with number 1" in page
    services.undo(statement=two, by=team.moderator)
    assert "a moderator looks at again" in text(
        Client().get(f"/en/d/{dialogue.code}/said/{one.handle}/")
    )


def test_a_seed_that_was_joined_stands_again_where_it_stood(team, dialogue):
    first, second = made.statements(dialogue)[:2]
    services.merge(statement=second, into=first, by=team.moderator)
    again = services.undo(statement=second, by=team.moderator)
    assert (again.state, again.number) == (StatementState.ACCEPTED, 2)
    assert services.undo(statement=second, by=team.moderator).state == StatementState.ACCEPTED


# --- the journal
def test_the_journal_tells_decisions_and_neither_words_nor_authors_nor_receipt(team, dialogue):
    before = Line.objects.count()
    one = made.submission(dialogue, "Zebra crossings at the school.")
    assert Line.objects.count() == before
    services.reject(statement=one, reason="unclear", by=team.moderator)
    services.ask_again(statement=one, text="Quagga sentences.")
    assert Line.objects.count() == before + 1
    services.decide_again(statement=one, grant=True, by=team.second)
    into = made.statements(dialogue)[0]
    services.merge(statement=one, into=into, by=team.moderator)
    services.undo(statement=one, by=team.moderator)
    lines = list(Line.objects.order_by("n"))[before:]
    assert [line.verb for line in lines] == [
        f"dialogue.{verb}" for verb in ("reject", "grant", "merge", "undo")
    ]
    told = json.dumps([[line.verb, line.thing, line.by, line.detail] for line in lines])
    for secret in ("Zebra", "Quagga", str(one.handle), fresh(one).waits_since.isoformat()):
        assert secret not in told


# --- the pages
def test_the_piles_of_the_queue(team, dialogue):
    moderator = browser(team)
    pages = {
        name: text(moderator.get(address(dialogue, f"?pile={name}"))) for name in queries.PILES
    }
    for name, empty in {
        "waiting": "Nothing waits.",
        "held": "Nothing is held back.",
        "appeals": "Nobody asks for a second look.",
        "decided": "Nothing is decided yet.",
        "merged": "Nothing is joined.",
    }.items():
        assert empty in pages[name]
    for n in range(23):
        made.submission(dialogue, f"Bench number {n} in the shade.")
    first = text(moderator.get(address(dialogue)))
    assert first.count("data-item") == 20
    assert "pile=waiting&amp;page=2" in first
    second = text(moderator.get(address(dialogue, "?page=2")))
    assert second.count("data-item") == 3
    assert 'rel="prev"' in second
    assert text(moderator.get(address(dialogue, "?pile=nothing&page=x"))).count("data-item") == 20


def test_the_queue_tells_neither_author_nor_vote_nor_hour(team, dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    page = text(browser(team).get(address(dialogue)))
    item = page.split("data-item")[1].split("</li>")[0]
    assert str(one.handle) not in page
    assert not re.search(r"\d\d:\d\d", item)


def test_a_page_stays_where_it_was_after_a_decision(team, dialogue):
    for n in range(23):
        made.submission(dialogue, f"Bench number {n} in the shade.")
    last = made.statements(dialogue)[-1]
    answer = browser(team).post(
        address(dialogue, f"{last.pk}/accept/"), {"pile": "waiting", "page": "2", "seen": "pending"}
    )
    assert answer["Location"].endswith("?pile=waiting&page=2")


def test_every_hint_stands_beside_its_statement(team, dialogue):
    people.organisation(team.place, "Lotus Boat Club")
    for words in (
        "Call 0300-123 4567 now",
        "The car KA 01 AB 4821 blocks the lane",
        "The p\u0430rk is dark",
        "The lotus boat club owns the quay",
    ):
        made.submission(dialogue, words)
    page = text(browser(team).get(address(dialogue)))
    for hint in (
        "a telephone or identity number",
        "the number of a vehicle",
        "two alphabets that look alike are mixed in: p\u0430rk",
        "organisation that works in this city: Lotus Boat Club",
    ):
        assert hint in page
    assert made.statements(dialogue)[-1].state == StatementState.PENDING


# --- near duplicates
SAME = [
    ("پارک رات دس بجے تک کھلے رہیں۔", "पार्क रात दस बजे तक खुले रहें।"),
    ("پارک رات دس بجے تک کھلے رہیں۔", "park raat das bajay tak khule rahein"),
    ("The market needs more light.", "We need more light at the market"),
    ("Parks should stay open until 10 at night.", "Praks shuld stay opn until 10 at nite"),
    ("পার্ক রাত দশটা পর্যন্ত খোলা থাকুক", "রাত দশটা পর্যন্ত পার্ক খোলা রাখা হোক"),
    ("පාර රාත්‍රී 10 වන තෙක් විවෘතව තැබිය යුතුය", "පාර රාත්රී දහය වනතුරු විවෘතව තිබිය යුතුයි"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_another_spelling_or_script_is_near(one, other):
    far = {n: sounds(t["en"]) for n, t in enumerate(made.SEEDS)}
    told = {**far, 100: sounds(one), 101: sounds(other)}
    assert 101 in dict(near({100: told[100]}, told)[100])


def test_different_sentences_are_not_near():
    told = {n: sounds(t["en"]) for n, t in enumerate(made.SEEDS)}
    assert near(told, told) == {}


WORDS = st.lists(
    st.builds(Word, st.text("abdgklmnprst", min_size=1, max_size=6), st.sampled_from([0.3, 1.0])),
    min_size=1,
    max_size=12,
)


def test_thousands_of_texts_are_compared_in_little_memory():
    texts = {
        n: [Word(f"w{n * 12 + m}") for m in range(12)] for n in range(4_000)
    }  # 48,000 words: all texts by all words would be a gigabyte
    texts[0] = list(texts[3_999])
    tracemalloc.start()
    found = near({0: texts[0]}, texts)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[0][0][0] == 3_999
    assert peak < 200 << 20


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 30), WORDS, min_size=2, max_size=8))
def test_likeness_is_mutual_bounded_and_blind_to_order(texts):
    found = near(texts, texts, least=0.0, most=100)
    scores = {(a, b): score for a, told in found.items() for b, score in told}
    for (a, b), score in scores.items():
        assert a != b
        assert 0 <= score <= 1
        assert abs(scores[b, a] - score) < 1e-5
    turned = {key: list(reversed(words)) for key, words in texts.items()}
    for a, told in near(turned, turned, least=0.0, most=100).items():
        for b, score in told:
            assert abs(scores[a, b] - score) < 1e-5


@settings(deadline=None)
@given(WORDS, WORDS)
def test_a_copy_is_as_near_as_can_be(words, others):
    found = near({1: words}, {2: words, 3: others}, least=0.0, most=9)[1]
    assert found[0][1] > 1 - 1e-5


def test_the_queue_shows_what_is_near_and_joins_nothing_by_itself(team, dialogue):
    one = made.submission(dialogue, "The market needs much more light!", "en")
    two = made.submission(
        dialogue, "خواتین کے لئے رات کی بسیں چلیں", "ur"
    )  # of a seed's translation
    page = text(browser(team).get(address(dialogue)))
    assert "Join with number 4" in page
    assert "Join with number 3" in page
    assert {fresh(one).state, fresh(two).state} == {StatementState.PENDING}
    assert analysis.alike([one.pk], {one.pk: ["Only me"]}) == {}


# --- the clock
def late(statement, hours):
    Statement._unscoped.filter(pk=statement.pk).update(
        waits_since=timezone.now() - timedelta(hours=hours)
    )


def test_the_clock_knows_the_hour_alone(dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    since = one.waits_since
    assert (since.minute, since.second, since.microsecond) == (0, 0, 0)
    assert timezone.now() - since < timedelta(hours=1)


def test_a_decision_ends_the_wait_and_counts_it(team, dialogue):
    statements = [made.submission(dialogue, f"Bench {n}") for n in range(4)]
    for statement, hours in zip(statements, (1.5, 3.5, 3.5, 30), strict=True):
        late(statement, hours)
    services.accept(statement=statements[0], by=team.moderator)
    services.reject(statement=statements[1], reason="two", by=team.moderator)
    services.merge(statement=statements[2], into=made.statements(dialogue)[0], by=team.moderator)
    services.reject(statement=statements[3], reason="threat", by=team.moderator)
    told = Dialogue._unscoped.get(pk=dialogue.pk)
    assert told.waits == {"1": 1, "3": 2}  # what is held still waits
    assert queries.median_hours(told) == 4
    clock = queries.clock(team.moderator, told)
    assert (clock.hours, clock.median, clock.overdue) == (30, 4, True)
    services.reject(statement=statements[3], reason="threat", by=team.second)
    told.refresh_from_db()
    assert told.waits == {"1": 1, "3": 2, "30": 1}
    assert queries.clock(team.moderator, told).hours is None


def test_after_a_day_the_intake_closes_itself_and_answering_goes_on(team, dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    late(one, 23.5)
    made.submission(dialogue, "A second one.")
    late(one, 24.1)
    with pytest.raises(RefusedError, match="intake"):
        made.submission(dialogue, "A third one.")
    visitor = made.resident(dialogue)
    page = text(visitor.client.get(f"{visitor.link}add/"))
    assert "takes no new statements until the moderators have caught up" in page
    assert "<textarea" not in page
    assert made.vote(dialogue, "nadia", 1, 1).value == 1
    assert 'data-key="1"' in text(visitor.client.get(visitor.link))
    services.accept(statement=one, by=team.moderator)
    made.submission(dialogue, "A third one.")


def test_where_very_many_wait_no_more_are_taken(team, dialogue, monkeypatch):
    monkeypatch.setattr(queries.statements, "MOST_WAITING", 3)
    waiting = [made.submission(dialogue, f"Bench {n} is broken.") for n in range(3)]
    services.reject(statement=waiting[0], reason="threat", by=team.moderator)
    with pytest.raises(RefusedError, match="intake"):
        made.submission(dialogue, "A fourth one.")
    visitor = made.resident(dialogue)
    page = text(visitor.client.get(f"{visitor.link}add/"))
    assert "takes no new statements until the moderators have caught up" in page
    queue = text(
        people.sign_in(team.users["moderator"]).get(f"/en/dialogue/{dialogue.code}/queue/")
    )
    assert "Very many statements wait" in queue
    assert (services.note_intake(), services.note_intake()) == (1, 0)
    services.accept(statement=waiting[1], by=team.moderator)
    made.submission(dialogue, "A fourth one.")


def test_a_statement_on_hold_and_no_appeal_keeps_the_intake_closed(team, dialogue):
    held, gone = made.submission(dialogue, "One."), made.submission(dialogue, "Two.")
    services.reject(statement=held, reason="threat", by=team.moderator)
    services.reject(statement=gone, reason="two", by=team.moderator)
    services.ask_again(statement=gone, text="It says one thing.")
    late(gone, 30)
    assert queries.takes_statements(dialogue)
    late(held, 30)
    assert not queries.takes_statements(dialogue)


def test_the_worker_journals_once_that_it_closed_and_opened(team, dialogue):
    one = made.submission(dialogue, "Benches in the shade.")
    assert services.note_intake() == 0
    late(one, 25)
    assert (services.note_intake(), services.note_intake()) == (1, 0)
    services.accept(statement=one, by=team.moderator)
    assert (services.note_intake(), services.note_intake()) == (1, 0)
    assert [v for v in verbs() if "intake" in v] == [
        "dialogue.intake_stops",
        "dialogue.intake_resumes",
    ]


def test_letters_go_to_the_moderators_of_the_place_after_twenty_hours(
    team, dialogue, django_capture_on_commit_callbacks
):
    cache.clear()
    other = made.team("Noorabad")
    one = made.submission(dialogue, "Zebra crossings at the school.")
    late(one, 19)
    assert services.remind() == 0
    late(one, 21)
    with django_capture_on_commit_callbacks(execute=True):
        sent = services.remind()
        assert services.remind() == 0  # not again so soon
    told = {address for letter in mail.outbox for address in letter.to}
    assert team.users["moderator"].email in told
    assert team.users["partner"].email not in told
    assert other.users["moderator"].email not in told
    assert sent == len(mail.outbox) == len(told) == 4  # officer, facilitator, two moderators
    body = mail.outbox[0].body
    assert f"/dialogue/{dialogue.code}/queue/" in body
    assert "Zebra" not in body


def test_the_chore_looks_once_a_minute(dialogue, monkeypatch):
    asked = []
    monkeypatch.setattr(services, "note_intake", lambda: asked.append(1) or 0)
    monkeypatch.setattr(services, "remind", lambda: 0)
    monkeypatch.setitem(tasks._last, "queue", 0.0)
    tasks.watch_the_queue()
    tasks.watch_the_queue()
    assert len(asked) == 1


def test_a_moderator_closes_and_opens_the_box(team, dialogue):
    moderator = browser(team)
    where = f"/en/dialogue/{dialogue.code}/intake/"
    moderator.post(where, {})
    with pytest.raises(RefusedError, match="intake"):
        made.submission(dialogue, "Benches in the shade.")
    assert "A moderator has closed the box" in text(moderator.get(address(dialogue)))
    moderator.post(where, {"on": "1"})
    made.submission(dialogue, "Benches in the shade.")
    assert verbs()[-2:] == ["dialogue.close_intake", "dialogue.open_intake"]
    assert browser(team, "partner").post(where, {}).status_code == 403


def test_pausing_the_link_stops_statements_of_the_link_alone(team, dialogue):
    services.switch_link(dialogue=dialogue, on=False, by=team.officer)
    sent = {"dialogue": dialogue, "language": "en", "handle": uuid.uuid4()}
    with pytest.raises(RefusedError, match="closed"):
        services.submit(text="From the link.", **sent)
    assert services.submit(text="With a slip.", channel=Channel.TOKEN, **sent).pk


# --- the second look
@pytest.fixture
def refused(team, dialogue):
    one = made.submission(dialogue, "Mr Karim sells rotten fish.")
    services.reject(statement=one, reason=Reason.PERSON, by=team.moderator)
    return fresh(one)


def said(dialogue, statement, language="en"):
    return f"/{language}/d/{dialogue.code}/said/{statement.handle}/"


def test_who_sends_a_statement_gets_an_address_that_tells_what_became_of_it(team, dialogue):
    visitor = made.resident(dialogue)
    page = text(visitor.client.get(f"{visitor.link}add/"))
    proof = re.search(r'name="proof" value="([0-9a-f]+)"', page)[1]
    handle = re.search(r'name="handle" value="([0-9a-f-]+)"', page)[1]
    sent = {"proof": proof, "handle": handle, "text": "Benches in the shade.", "language": "en"}
    answer = visitor.client.post(f"{visitor.link}add/", sent)
    assert answer.status_code == 302, text(answer)
    where = answer["Location"]
    stranger = Client()  # the address alone is the key
    page = stranger.get(where)
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "private, no-store"
    assert "Keep this address" in text(page)
    assert "It waits for a moderator." in text(page)
    (one,) = Statement._unscoped.filter(dialogue=dialogue, seed=False)
    services.accept(statement=one, by=team.moderator)
    assert "It is shown, as number 7." in text(stranger.get(where))
    # It stands in no list, and another address leads nowhere.
    assert where not in text(visitor.client.get(visitor.link))
    assert stranger.get(f"/en/d/{dialogue.code}/said/{uuid.uuid4()}/").status_code == 404
    elsewhere = made.opened(made.team("Noorabad"))
    assert stranger.get(f"/en/d/{elsewhere.code}/said/{one.handle}/").status_code == 404


def test_one_second_look_by_another_moderator(team, dialogue, refused):
    where, nobody = said(dialogue, refused), Client()
    page = text(nobody.get(where))
    assert "It names a person, or tells where somebody can be found" in page
    assert nobody.post(where, {"text": "He is the market's own sign."}).status_code == 302
    assert "You asked for a second look." in text(nobody.get(where))
    assert nobody.post(where, {"text": "Again."}).status_code == 422
    with pytest.raises(RefusedError, match="another_person"):
        services.decide_again(statement=refused, grant=True, by=team.moderator)
    page = text(browser(team).get(address(dialogue, "?pile=appeals")))
    assert "He is the market&#x27;s own sign." in page
    assert "Show it after all" not in page
    second = people.sign_in(people.member(team.place, Role.MODERATOR, "B"))
    assert "Show it after all" in text(second.get(address(dialogue, "?pile=appeals")))
    second.post(address(dialogue, f"{refused.pk}/appeal/"), {"seen": "rejected"})
    told = fresh(refused)
    assert (told.state, told.appeal, told.appeal_text) == ("rejected", Appeal.UPHELD, "")
    assert "agrees with the first" in text(nobody.get(where))
    assert "<textarea" not in text(nobody.get(where))
    with pytest.raises(RefusedError, match="asked"):
        services.ask_again(statement=refused, text="Once more.")


def test_a_second_look_can_let_it_in(team, dialogue, refused):
    services.ask_again(statement=refused, text="Karim is the name of the quay.")
    with pytest.raises(RefusedError, match="appeal"):
        services.undo(statement=refused, by=team.moderator)
    told = services.decide_again(statement=refused, grant=True, by=team.second)
    assert (told.state, told.appeal, told.appeal_text) == ("accepted", Appeal.GRANTED, "")
    assert told.number == 7
    with pytest.raises(RefusedError, match="decided"):
        services.decide_again(statement=refused, grant=False, by=team.second)


@pytest.mark.parametrize("words", ["", "x" * 501, "Please\u202e look"])
def test_what_is_written_for_it_is_short_and_safe(team, dialogue, refused, words):
    with pytest.raises(ValidationError):
        services.ask_again(statement=refused, text=words)
    assert Client().post(said(dialogue, refused), {"text": words}).status_code == 422
    assert fresh(refused).appeal == Appeal.NONE


def test_personal_data_in_it_is_asked_about_once(dialogue, refused):
    sent = {"text": "Call me, 0300-123 4567"}
    answer = Client().post(said(dialogue, refused), sent)
    assert answer.status_code == 422
    assert "a telephone or identity number" in text(answer)
    assert Client().post(said(dialogue, refused), {**sent, "sure": "on"}).status_code == 302


@pytest.mark.parametrize("state", ["pending", "accepted"])
def test_only_what_is_not_shown_can_be_looked_at_again(team, dialogue, state):
    one = made.submission(dialogue, "Benches in the shade.")
    if state == "accepted":
        services.accept(statement=one, by=team.moderator)
    with pytest.raises(RefusedError, match="not_rejected"):
        services.ask_again(statement=one, text="Why not?")
    assert "<textarea" not in text(Client().get(said(dialogue, one)))


def test_after_the_end_nobody_can_ask(team, dialogue, refused):
    services.close(dialogue=dialogue, by=team.officer)
    with pytest.raises(RefusedError, match="not_open"):
        services.ask_again(statement=refused, text="Please.")
    assert Client().post(said(dialogue, refused), {"text": "Please."}).status_code == 422
    assert "It is not shown." in text(Client().get(said(dialogue, refused)))


def test_the_page_about_the_dialogue_tells_reasons_in_aggregate(team, dialogue):
    about = f"/en/d/{dialogue.code}/about/"
    assert "How many were turned down so far" not in text(Client().get(about))
    for n in range(12):
        one = made.submission(dialogue, f"Fish number {n} is bad.")
        services.reject(statement=one, reason="off_topic" if n else "two", by=team.moderator)
    told = dict(analysis.reasons_told(dialogue))
    assert told["It is not about the question"] == "10"  # eleven
    assert (
        told["It says two things at once, so nobody can agree with one of them"] == "fewer than 10"
    )
    page = text(Client().get(about))
    assert '<dd class="number">10</dd>' in page
    assert '<dd class="number">11</dd>' not in page
