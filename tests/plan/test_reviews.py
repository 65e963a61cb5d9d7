"""A review step by step, its challenges, how groups feel them, and the same elsewhere without a ranking."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from baithak.journal import services as journal
from baithak.plan.models import Challenge, Review, Severity
from baithak.plan.services import reviews as services
from baithak.plan.services.reviews import Felt
from factories import network as people
from factories import plan as make

pytestmark = pytest.mark.django_db

CODE = "rumours_misinformation"


def at(name, **told):
    return reverse(f"plan:{name}", kwargs=told)


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def finished(team, *, place_sees="hub", trend="steady", **texts):
    """A finished review of a team that names one challenge."""
    review = make.review(team)
    make.challenge(team, review, CODE, trend=trend, texts=texts)
    services.finish(review=review, by=team.officer)
    Review._unscoped.filter(pk=review.pk).update(visibility=place_sees)
    return review


# --- services


def test_a_challenge_is_named_once_under_a_shared_code(one):
    review = make.review(one)
    make.challenge(one, review, CODE)
    for code, field in ((CODE, "code"), ("our_own_word", "code")):
        with pytest.raises(ValidationError) as refused:
            make.challenge(one, review, code)
        assert field in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        make.challenge(one, review, "hate_speech", trend="soaring")
    assert "trend" in refused.value.message_dict
    assert Challenge._unscoped.count() == 1


def test_a_finding_leads_to_a_challenge_and_only_a_public_one_keeps_its_words(one, finding):
    review = make.review(one)
    closed = make.challenge(one, review, CODE, because="dialogue:k7m2p:12")
    public = make.challenge(one, review, "hate_speech", because="dialogue:k7m2p:13")
    unknown = make.challenge(one, review, "youth_marginalisation", because="dialogue:k7m2p:99")
    assert (closed.because, closed.because_text) == ("dialogue:k7m2p:12", "")
    assert public.because_text == "Lamps make the lane ours"
    assert (unknown.because, unknown.because_text) == ("", "")


def test_how_a_group_feels_it_is_a_word_of_the_list(one):
    challenge = make.challenge(one, make.review(one), CODE, felt={})
    for felt in (
        {"the neighbours": Felt("some")},
        {"youth": Felt("7 of 10")},
        {"youth": Felt("some", "Ask 0771234567")},
        {"youth": Felt("some", "x" * 301)},
    ):
        with pytest.raises(ValidationError):
            services.tell_how_it_is_felt(challenge=challenge, felt=felt, by=one.officer)
    assert not Severity._unscoped.exists()
    services.tell_how_it_is_felt(
        challenge=challenge, felt={"youth": Felt("heavy"), "women": Felt("unheard")}, by=one.officer
    )
    services.tell_how_it_is_felt(challenge=challenge, felt={"youth": Felt("some")}, by=one.officer)
    assert list(Severity._unscoped.values_list("group", "level")) == [("youth", "some")]


def test_a_review_is_finished_when_it_is_told_and_then_stands(one):
    review = make.review(one, limits="", method="")
    with pytest.raises(ValidationError) as refused:
        services.finish(review=review, by=one.officer)
    assert refused.value.messages == [
        "Name at least one challenge.",
        "Tell how you looked.",
        "Tell what this review cannot say.",
    ]
    more = {"limits": "Night workers were not heard.", "method": "Walks."}
    services.change(review=review, language="en", texts=more, by=one.officer)
    challenge = make.challenge(one, review, CODE, felt={})
    with pytest.raises(ValidationError, match="is felt"):
        services.finish(review=review, by=one.officer)
    services.tell_how_it_is_felt(challenge=challenge, felt={"youth": Felt("some")}, by=one.officer)
    services.change(review=review, language="ta", texts={"title": "ஆய்வு"}, by=one.officer)
    services.finish(review=review, by=one.officer)
    for act in (
        lambda: services.finish(review=review, by=one.officer),
        lambda: make.challenge(one, review, "hate_speech"),
        lambda: services.remove_challenge(challenge=challenge, by=one.officer),
        lambda: services.change(review=review, language="en", texts=more, by=one.officer),
        lambda: services.change_challenge(
            challenge=challenge, language="en", texts={"title": "Other"}, by=one.officer
        ),
        lambda: services.tell_how_it_is_felt(challenge=challenge, felt={}, by=one.officer),
    ):
        with pytest.raises(ValidationError, match="finished"):
            act()
    # Other languages can still be added, and put right; what was told in them before stands.
    told = {"review": review, "language": "ur", "by": one.officer}
    services.change(**told, texts={"title": "جائزہ"})
    services.change(**told, texts={"title": "نیا جائزہ", "strengths": "بازار"})
    of_it = {"challenge": challenge, "language": "ur", "by": one.officer}
    for words in ("افواہ", "افواہیں"):
        services.change_challenge(**of_it, texts={"title": words})
    for act in (
        lambda: services.change(**{**told, "language": "ta"}, texts={"title": "வேறு"}),
        lambda: services.change_challenge(**{**of_it, "language": "en"}, texts={"title": ""}),
        lambda: services.change_challenge(**of_it, texts={"drivers": "x"}, trend="rising"),
    ):
        with pytest.raises(ValidationError, match="finished"):
            act()
    review.refresh_from_db()
    assert review.languages == ["en", "ta", "ur"]
    assert review.texts["ur"] == {"title": "نیا جائزہ", "strengths": "بازار"}


def test_two_who_translate_a_challenge_at_once_lose_nothing(one):
    challenge = make.challenge(one, make.review(one), CODE)
    for language in ("ur", "ta"):
        stale = challenge  # as each of them opened it
        services.change_challenge(
            challenge=stale, language=language, texts={"title": "x"}, by=one.officer
        )
    challenge.refresh_from_db()
    assert challenge.languages == ["en", "ur", "ta"]


def test_an_answered_challenge_stays(one):
    review = make.review(one)
    challenge = make.challenge(one, review, CODE)
    make.objective(one, make.plan(one), challenge=challenge)
    with pytest.raises(ValidationError, match="objective"):
        services.remove_challenge(challenge=challenge, by=one.officer)
    assert Challenge._unscoped.filter(pk=challenge.pk).exists()


def test_days_are_in_order_and_texts_lead_to_nobody(one):
    told = {"place": one.place, "begins": date(2026, 3, 1), "language": "en", "by": one.officer}
    with pytest.raises(ValidationError) as refused:
        services.begin(ends=date(2026, 2, 1), texts={"title": "Review"}, **told)
    assert "ends" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        services.begin(texts={"title": "Review", "method": "CNIC 42101-1234567-1"}, **told)
    assert "method" in refused.value.message_dict
    assert not Review._unscoped.exists()


def test_without_its_journal_line_nothing_is_finished(one, monkeypatch):
    review = make.review(one)
    make.challenge(one, review, CODE)

    def broken(**told):
        raise RuntimeError

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        services.finish(review=review, by=one.officer)
    review.refresh_from_db()
    assert not review.finished


# --- pages, one for each step


def test_the_steps_in_a_browser(one, finding):
    browser = officer(one)
    how = {
        "language": "en", "title": "Review 2026", "method": "Walks", "who_was_heard": "Schools",
        "not_heard": "", "sources": "", "begins": "2026-03-01", "ends": "",
    }  # fmt: skip
    answer = browser.post(at("new_review", place=one.place.slug), how)
    review = Review._unscoped.get()
    assert answer["Location"].endswith(f"/plan/review/{review.pk}/step/challenges/")
    new = at("new_challenge", review=review.pk)
    page = text(browser.get(new + "?because=dialogue:k7m2p:12"))
    assert "Lamps make the lane ours" in page
    assert "not shown to you" in text(browser.get(new + "?because=dialogue:k7m2p:99"))
    sent = {
        "language": "en", "title": "Rumours", "code": CODE, "trend": "rising",
        "because": "dialogue:k7m2p:12",
    }  # fmt: skip
    assert browser.post(new, sent).status_code == 302
    assert browser.post(new, sent).status_code == 422  # named already
    felt = at("edit_severity", review=review.pk, number=1)
    wrong = browser.post(felt, {"note_youth": "Told on the walks."})
    assert wrong.status_code == 422
    assert "Choose a word for this group" in text(wrong)
    assert browser.post(felt, {"felt_youth": "strong", "note_youth": "Walks."}).status_code == 302
    page = text(browser.get(at("review", review=review.pk)))
    assert "Tell what this review cannot say." in page
    limits = at("review_step", review=review.pk, step="limits")
    assert browser.post(
        limits, {"language": "en", "limits": "No night shift.", "strengths": "The market."}
    ).status_code == 302  # fmt: skip
    page = text(browser.get(at("review", review=review.pk)))
    assert "Finish the review" in page
    assert f"/exchange/fitting/?challenge={CODE}" in page
    assert f"/new/?review={review.pk}" in page  # no draft yet: begin a plan that answers it
    browser.post(at("finish_review", review=review.pk))
    review.refresh_from_db()
    assert review.finished
    for step in ("how", "limits"):
        page = browser.get(at("review_step", review=review.pk, step=step))
        assert "it stands as it was told" in text(page)
    assert browser.get(at("review_step", review=review.pk, step="votes")).status_code == 404


def test_from_a_challenge_to_an_objective(one):
    review = make.review(one)
    challenge = make.challenge(one, review, CODE)
    plan = make.plan(one)
    browser = officer(one)
    way = at("new_objective", code=plan.code) + f"?challenge={challenge.pk}"
    assert way in text(browser.get(at("review", review=review.pk)))
    page = text(browser.get(way))
    assert f'<option value="{challenge.pk}" selected>' in page


def test_where_a_finding_could_go(one, finding):
    path = at("because")
    assert "There is no such finding or practice" in text(
        Client().get(path + "?because=dialogue:k7m2p:12")
    )
    browser = officer(one)
    page = text(browser.get(path + "?because=dialogue:k7m2p:12"))
    assert "No review and no plan of your place is being written" in page
    review, plan = make.review(one), make.plan(one)
    page = text(browser.get(path + "?because=dialogue:k7m2p:12"))
    assert at("new_challenge", review=review.pk) + "?because=dialogue%3Ak7m2p%3A12" in page
    assert at("new_objective", code=plan.code) + "?because=dialogue%3Ak7m2p%3A12" in page
    page = people.sign_in(one.users["partner"]).get(path + "?because=dialogue:k7m2p:12")
    assert "Officers and facilitators" in text(page)


# --- across places


def test_places_stand_in_the_order_of_their_names_never_of_their_words(world):
    finished(world.other, trend="falling", title="Other words")  # Noorabad
    finished(world.one, trend="rising", title="Our words")  # Kandarpur
    page = text(officer(world.one).get(at("challenge_across", code=CODE)))
    assert page.index("Kandarpur</bdi>") < page.index("Noorabad</bdi>")
    assert page.index("Our words") < page.index("Other words")
    assert "Growing" in page
    assert "Felt strongly" in page
    assert f"/exchange/?challenge={CODE}" in page
    # The other way round, with the same words: names decide.
    Challenge._unscoped.filter(review__place=world.one.place).update(trend="falling")
    Challenge._unscoped.filter(review__place=world.other.place).update(trend="rising")
    page = text(officer(world.one).get(at("challenge_across", code=CODE)))
    assert page.index("Kandarpur</bdi>") < page.index("Noorabad</bdi>")


def test_who_may_not_see_a_review_sees_no_place_for_it(world):
    finished(world.other, place_sees="mechanism")
    unfinished = make.review(world.one)
    make.challenge(world.one, unfinished, CODE)
    Review._unscoped.filter(pk=unfinished.pk).update(visibility="public")
    for browser in (Client(), officer(world.other)):
        page = text(browser.get(at("challenge_across", code=CODE)))
        assert "Kandarpur</bdi>" not in page  # it is still being written
    page = text(Client().get(at("challenge_across", code=CODE)))
    assert "No place has shown a review to you" in page
    index = text(Client().get(at("challenges")))
    assert "No place has shown a finished review to you yet" in index
    index = text(officer(world.other).get(at("challenges")))
    assert "Noorabad" in index
    assert "Kandarpur" not in index
    assert Client().get(at("challenge_across", code="no_such_challenge")).status_code == 404


def test_of_a_place_the_newest_review_counts(one):
    old = finished(one, title="Old words")
    Review._unscoped.filter(pk=old.pk).update(begins=date(2020, 1, 1))
    finished(one, title="New words")
    page = text(officer(one).get(at("challenge_across", code=CODE)))
    assert "New words" in page
    assert "Old words" not in page


def test_more_places_take_no_more_queries(world, django_assert_num_queries):
    finished(world.one, place_sees="public")
    with django_assert_num_queries(2):  # challenges with their places, how groups feel them
        Client().get(at("challenge_across", code=CODE))
    with django_assert_num_queries(1):
        Client().get(at("challenges"))
    finished(world.other, place_sees="public")
    third = make.practices.city(world.hub, "Chandpur")
    finished(third, place_sees="public")
    with django_assert_num_queries(2):
        assert "Chandpur" in text(Client().get(at("challenge_across", code=CODE)))
    with django_assert_num_queries(1):
        assert "Chandpur" in text(Client().get(at("challenges")))


def test_the_list_has_its_empty_state_and_constant_queries(world, django_assert_num_queries):
    assert "No review is shown here yet." in text(Client().get(at("reviews")))
    finished(world.one, place_sees="public")
    with django_assert_num_queries(2):  # how many, and the rows
        Client().get(at("reviews"))
    finished(world.other, place_sees="public")
    finished(world.other, place_sees="public")
    with django_assert_num_queries(2):
        assert text(Client().get(at("reviews"))).count("/plan/review/") == 3


def test_a_longer_review_takes_no_more_queries(one, django_assert_num_queries):
    review = make.review(one)
    make.challenge(one, review, CODE)
    Review._unscoped.filter(pk=review.pk).update(visibility="public")
    page = at("review", review=review.pk)
    with django_assert_num_queries(3):
        Client().get(page)
    make.challenge(one, review, "hate_speech")
    make.challenge(one, review, "youth_marginalisation")
    with django_assert_num_queries(3):
        Client().get(page)
