"""The simulated ballots and pool keep to what their files declare."""

from __future__ import annotations

from collections import Counter

import pytest

from baithak.home.demonstration import content
from baithak.home.demonstration.ballots import simulate_ballots
from baithak.home.demonstration.pool import simulate_pool
from baithak.network import wording


def test_ballots_keep_to_the_file():
    told = content.budget()
    voters = simulate_ballots()
    assert len(voters) == told["simulation"]["voters"]
    known = {project["id"] for project in told["projects"]}
    for voter in voters:
        assert set(voter.projects) <= known
        assert (
            1 <= len(voter.projects) == len(set(voter.projects)) <= told["budget"]["most_projects"]
        )
    for area, share in told["simulation"]["areas"].items():
        assert abs(sum(v.area == area for v in voters) / len(voters) - share) < 0.06


def test_another_seed_gives_other_ballots():
    assert simulate_ballots() == simulate_ballots()
    assert simulate_ballots(seed=1) != simulate_ballots(seed=2)


def test_what_an_area_wants_is_named_more_in_that_area():
    voters = simulate_ballots()
    homes = {project["id"]: project["area"] for project in content.budget()["projects"]}

    def share(area: str, project: str) -> float:
        there = [v for v in voters if v.area == area]
        return sum(project in v.projects for v in there) / len(there)

    for project, home in homes.items():
        others = {"quay", "upper", "station"} - {home}
        if home:
            assert all(share(home, project) > share(other, project) for other in others)


def test_the_pool_is_not_like_the_city():
    told = content.panel()
    pool = simulate_pool()
    assert len(pool) == told["simulation"]["people"]
    seen = Counter(feature for one in pool for feature in one.features.items())
    for category in told["categories"]:
        assert sum(f["share"] for f in category["features"]) == pytest.approx(1)
        shares = {
            f["slug"]: seen[category["slug"], f["slug"]] / len(pool) for f in category["features"]
        }
        pulled = [f for f in category["features"] if f["pull"] > 1.2]
        pushed = [f for f in category["features"] if f["pull"] < 0.8]
        assert pulled
        assert all(shares[f["slug"]] > f["share"] for f in pulled)
        assert all(shares[f["slug"]] < f["share"] for f in pushed)


def test_some_share_a_home():
    homes = Counter(one.home for one in simulate_pool())
    assert 20 <= sum(size > 1 for size in homes.values()) <= 50


def texts(told):
    if isinstance(told, dict):
        if set(told) >= set(content.LANGUAGES):
            yield {language: told[language] for language in content.LANGUAGES}
        for value in told.values():
            yield from texts(value)
    elif isinstance(told, list):
        for value in told:
            yield from texts(value)


@pytest.mark.parametrize("file", [content.budget, content.panel])
def test_every_text_is_safe_and_in_all_three_languages(file):
    found = list(texts(file()))
    assert len(found) > 10
    for one in found:
        for _language, text in one.items():
            assert wording.clean(text) == text
            assert text
        assert not any("\u0980" <= sign <= "\u09ff" for sign in one["ur"])
        assert not any("\u0600" <= sign <= "\u06ff" for sign in one["bn"])
