"""Two rounds of a dialogue: an officer names the earlier one, a page compares what both published."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from baithak.dialogue import queries, services, tasks
from baithak.dialogue.analysis.rounds import matched
from baithak.dialogue.models import Dialogue
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


def drawn(dialogue, people=60, seed=1, numbers=range(1, 7), value=1):
    votes = []
    for one in range(people):
        side = 1 if one % 2 else -1
        for number in numbers:
            votes.append((f"r{seed}-{one}", number, side if number == 1 else value))
    channels = {f"r{seed}-{one}": "open" for one in range(people)}
    services.load_votes(dialogue=dialogue, votes=votes, channels=channels)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(map_due=None)
    queries.forget()
    assert tasks.redraw_a_map() == 1


def test_the_page_says_what_surely_changed(team):
    first = made.opened(team)
    drawn(first, 80)
    later = made.opened(
        team,
        before=first,
        seeds=[
            {"en": "the market needs more LIGHT"},
            made.SEEDS[1],
            {"en": "Buses should be free."},
        ],
    )
    drawn(later, 80, seed=2, numbers=(1, 2, 3), value=-1)
    told = Client().get(f"/en/dialogue/{later.code}/rounds/").content.decode()
    assert "people of the two rounds are not matched" in told
    sure = told[told.index("What has surely changed") : told.index("All statements asked")]
    assert "Loudspeakers should stop at nine." in sure
    assert "Fewer people agree than before" in sure
    assert "the market needs more LIGHT" in told
    only_now = told[told.index("Asked only now") : told.index("Asked only then")]
    assert "Buses should be free." in only_now
    assert "Night buses should run for women." in told[told.index("Asked only then") :]
    public = Client().get(f"/ur/d/{later.code}/result/").content.decode()
    assert f"/ur/dialogue/{later.code}/rounds/" in public


def test_without_an_earlier_round_or_map_it_says_what_to_do(team):
    first = made.opened(team)
    assert "No earlier round is linked." in page(first)
    later = made.opened(team, before=first)
    assert "There is nothing to compare yet." in page(later)


def page(dialogue):
    return Client().get(f"/en/dialogue/{dialogue.code}/rounds/").content.decode()


def test_an_earlier_round_that_is_not_public_is_not_told(team):
    first = made.opened(team)
    drawn(first)
    later = made.opened(team, before=first)
    drawn(later, seed=2)
    Dialogue._unscoped.filter(pk=first.pk).update(visibility="mechanism")
    assert "No earlier round is linked." in page(later)
    client = people.sign_in(team.users["city_officer"])
    told = client.get(f"/en/dialogue/{later.code}/rounds/").content.decode()
    assert "What has surely changed" in told


def test_an_officer_names_the_earlier_round_in_the_draft(team):
    first = made.opened(team)
    client = people.sign_in(team.users["city_officer"])
    draft = made.draft(team)
    address = f"/en/dialogue/{draft.code}/edit/"
    assert 'name="before"' not in client.get(address).content.decode()
    drawn(first)
    assert 'name="before"' in client.get(address).content.decode()
    sent = {"title_en": "Again", "question_en": "What has changed?", "before": str(first.pk)}
    assert client.post(address, sent).status_code == 302
    draft.refresh_from_db()
    assert draft.before_id == first.pk
    assert "selected" in client.get(address).content.decode().split('name="before"')[1][:400]
    assert client.post(address, {**sent, "before": "99999"}).status_code == 422


def test_only_of_the_same_place(team):
    other = made.team("Noorabad")
    first = made.opened(other)
    with pytest.raises(ValidationError):
        made.draft(team, before=first)


def test_matching_knows_other_spellings_and_other_languages(team):
    first = made.opened(team)
    later = made.opened(
        team, seeds=[{"ur": "خواتین کے لیے رات کی بسیں چلیں"}, {"en": "STALLS should be given, by lot!"}]
    )  # fmt: skip
    one = {str(card.number): card for card in queries.ballot(first.pk)}
    two = {str(card.number): card for card in queries.ballot(later.pk)}
    assert matched(one, two) == {"3": "1", "5": "2"}
