"""The example dialogue and its simulated residents."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import pytest

from baithak.home.demonstration import content
from baithak.home.demonstration.simulation import simulate
from baithak.network import wording


@pytest.fixture(scope="module")
def drawn():
    return simulate()


@pytest.fixture(scope="module")
def shares(drawn):
    """Camp and statement to the shares of agree and disagree."""
    camp = {resident.token: resident.group for resident in drawn.residents}
    counts = defaultdict(Counter)
    for vote in drawn.votes:
        counts[camp[vote.token], vote.statement][vote.vote] += 1
    return {
        key: (count[1] / count.total(), count[-1] / count.total()) for key, count in counts.items()
    }


def test_there_are_600_residents_with_tokens_of_their_own(drawn):
    assert len(drawn.residents) == 600
    assert len({resident.token for resident in drawn.residents}) == 600


def test_the_same_seed_draws_the_same_votes(drawn):
    assert simulate() == drawn
    assert simulate(seed=drawn.seed) == drawn


def test_another_seed_draws_others(drawn):
    assert simulate(seed=drawn.seed + 1).votes != drawn.votes


def test_nobody_votes_twice_on_one_statement(drawn):
    assert len({(vote.token, vote.statement) for vote in drawn.votes}) == len(drawn.votes)


def test_some_answer_five_statements_and_some_all(drawn):
    answered = Counter(vote.token for vote in drawn.votes)
    assert len(answered) == 600
    assert min(answered.values()) == 5
    assert max(answered.values()) == len(content.dialogue()["statements"])
    assert 10_000 < len(drawn.votes) < 25_000


def test_people_come_through_three_channels_and_in_three_languages(drawn):
    channels = Counter(resident.channel for resident in drawn.residents)
    assert set(channels) == {"open", "token", "session"}
    assert min(channels.values()) >= 60
    assert set(Counter(resident.language for resident in drawn.residents)) == {"en", "ur", "bn"}


def test_everybody_in_a_session_answers_everything(drawn):
    answered = Counter(vote.token for vote in drawn.votes)
    in_session = [r.token for r in drawn.residents if r.channel == "session"]
    assert {answered[token] for token in in_session} == {len(content.dialogue()["statements"])}


def test_a_vote_is_agree_pass_or_disagree(drawn):
    counts = Counter(vote.vote for vote in drawn.votes)
    assert set(counts) == {-1, 0, 1}
    assert 0.10 < counts[0] / counts.total() < 0.30


def test_camps_have_their_declared_sizes(drawn):
    plan = content.dialogue()["simulation"]
    sizes = Counter(resident.group for resident in drawn.residents)
    assert sizes == {group["name"]: round(600 * group["share"]) for group in plan["groups"]}


@pytest.mark.parametrize(
    "statement", ["water-hours", "say-why", "heard-same-day", "papers", "lights"]
)
def test_common_ground_is_common_to_every_camp(shares, statement):
    camps = {camp for camp, _ in shares}
    assert len(camps) == 4
    assert min(shares[camp, statement][0] for camp in camps) > 0.75


def test_what_divides_divides_as_the_file_says(shares):
    assert shares["quiet and order", "quiet-at-ten"][0] > 0.6
    assert shares["lively quay", "quiet-at-ten"][1] > 0.6
    assert shares["mend first", "those-who-waited"][0] > 0.6
    assert shares["lively quay", "those-who-waited"][1] > 0.5


def test_some_statements_leave_people_unsure(drawn):
    passes = defaultdict(list)
    for vote in drawn.votes:
        passes[vote.statement].append(vote.vote == 0)
    share = {name: sum(told) / len(told) for name, told in passes.items()}
    assert share["believed-a-rumour"] > 0.35
    assert share["say-why"] < 0.15


# --- the writing itself


def statements():
    return [
        pytest.param(statement[language], id=f"{statement['id']}-{language}")
        for statement in content.dialogue()["statements"]
        for language in content.LANGUAGES
    ]


@pytest.mark.parametrize("text", statements())
def test_a_statement_is_short_clean_text(text):
    assert 10 < len(text) <= 140
    assert wording.clean(text) == text
    assert wording.hints(text) == ()


def test_statements_are_enough_and_all_different():
    told = content.dialogue()["statements"]
    assert 40 <= len(told) <= 60
    assert len({statement["id"] for statement in told}) == len(told)
    for language in content.LANGUAGES:
        assert len({wording.same(statement[language]) for statement in told}) == len(told)


def test_statements_are_in_their_scripts():
    scripts = {"en": "LATIN", "ur": "ARABIC", "bn": "BENGALI"}
    for statement in content.dialogue()["statements"]:
        for language, script in scripts.items():
            letters = [sign for sign in statement[language] if unicodedata.category(sign)[0] == "L"]
            found = {unicodedata.name(letter).split()[0] for letter in letters}
            assert found == {script}, statement["id"]


def test_every_theme_of_the_brief_is_there():
    themes = Counter(statement["theme"] for statement in content.dialogue()["statements"])
    assert set(themes) == {
        "services", "festivals", "language", "newcomers", "youth", "safety", "rumours", "trust", "memory",
    }  # fmt: skip


def test_the_moderator_has_something_to_reject_and_something_to_accept():
    waiting = content.dialogue()["waiting"]
    advice = Counter(statement["advice"] for statement in waiting)
    assert 12 <= len(waiting) <= 15
    assert set(advice) == {"accept", "reject"}
    assert advice["reject"] >= 4
    assert any("number" in wording.hints(statement["text"]) for statement in waiting)


def test_addresses_can_reach_nobody():
    for person in content.hub()["people"]:
        assert person["email"].endswith(".example")
        assert "example" in person["name"]


def test_organisations_and_people_belong_to_places_of_the_file():
    told = content.hub()
    places = {place["slug"] for place in told["places"]}
    organisations = {organisation["slug"] for organisation in told["organisations"]}
    assert {o["place"] for o in told["organisations"]} <= places
    assert {p["place"] for p in told["people"]} <= places
    assert {p["organisation"] for p in told["people"] if "organisation" in p} <= organisations
