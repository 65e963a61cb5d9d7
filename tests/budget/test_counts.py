"""Counting: twice, with one result or none; published under the small-cell rule; checked by others."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from baithak.budget import analysis, services, tasks
from baithak.budget.models import Ballot, Budget, CountState, Result
from baithak.engine.budget import pabulib, sealed, verify_count
from baithak.journal.models import Line
from baithak.network.scope import SYSTEM
from factories import budget as made

pytestmark = pytest.mark.django_db(transaction=True)


def counted(tokens=30, sessions=15, **kwargs):
    vote = made.voting(made.team(), tokens=tokens, sessions=sessions, **kwargs)
    made.crowd(vote)
    budget = made.closed(vote)
    assert tasks.count_a_budget() == 1
    return made.fresh(budget)


def text(response):
    return response.content.decode()


def test_a_closed_budget_is_sealed_counted_and_published_by_the_worker():
    vote = made.voting(made.team(), tokens=30, sessions=15)
    made.crowd(vote)
    Budget._unscoped.update(
        opens=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(seconds=1)
    )
    assert tasks.close_overdue() == 1
    assert tasks.seal_closed() == 1
    assert tasks.count_a_budget() == 1
    assert [chore() for chore in tasks.CHORES] == [0, 0, 0]
    budget = made.fresh(vote.budget)
    assert budget.count_state == CountState.COUNTED
    result = Result._unscoped.get()
    assert (result.revision, result.ballots, result.root) == (1, 45, budget.ballot_root)
    lines = Line.objects.exclude(verb="journal.delete_on_time").order_by("n")
    verbs = list(lines.values_list("verb", flat=True))
    assert verbs[-3:] == ["budget.close", "budget.seal", "budget.publish_result"]
    page = text(Client().get(f"/en/b/{budget.code}/result/"))
    assert "projects are funded" in page
    assert budget.ballot_root in page


def test_the_hill_gets_its_share_where_most_votes_would_give_all_to_the_harbour():
    """Forty for the harbour's two projects, twenty for the hill's clinic: known by eye."""
    vote = made.voting(made.team(), tokens=60, sessions=0, envelope=Decimal(600))
    for code in vote.tokens[:40]:
        made.cast(vote.budget, code, [1, 2])
    for code in vote.tokens[40:]:
        made.cast(vote.budget, code, [3])
    budget = made.closed(vote)
    tasks.count_a_budget()
    told = json.loads(Result._unscoped.get().published)["result"]
    # Twenty people hold 200 of 600 and pay 150; forty hold 400: lamps for 300 or benches for 200.
    assert "3" in told["selected"]
    assert told["fairness"]["compared"]["selected"] == ["1", "2"]
    page = text(Client().get(f"/en/b/{budget.code}/result/"))
    assert "Most votes first would not fund it" in page
    assert "Most votes first would fund it" in page


def test_an_auditor_recounts_from_the_rows_with_the_standalone_program(tmp_path):
    budget = counted()
    election = analysis.election(budget)
    assert sealed.ballots_root(election) == budget.ballot_root
    content = pabulib.write_pb(election).encode()
    outcome = json.loads(Result._unscoped.get().outcome)
    assert list(verify_count.findings(content, outcome, budget.ballot_root)) == []
    (tmp_path / "votes.pb").write_bytes(content)
    (tmp_path / "result.json").write_text(json.dumps(outcome))
    paths = [str(tmp_path / "votes.pb"), str(tmp_path / "result.json")]
    assert verify_count.main([*paths, "--root", budget.ballot_root]) == 0


@pytest.mark.parametrize("change", ["a ballot", "a lost ballot", "the winners"])
def test_what_does_not_agree_is_never_published(change, monkeypatch):
    vote = made.voting(made.team(), tokens=20, sessions=0)
    made.crowd(vote)
    budget = made.closed(vote)
    first = Ballot._unscoped.order_by("pk").first()
    if change == "a ballot":
        other = "4" if first.choices != "4" else "3"
        Ballot._unscoped.filter(pk=first.pk).update(choices=other)
    elif change == "a lost ballot":
        Ballot._unscoped.filter(pk=first.pk).delete()
    else:
        wrong = lambda self, result: ["4"]  # noqa: E731
        monkeypatch.setattr(verify_count.Recount, "winners", wrong)
    assert tasks.count_a_budget() == 1
    budget = made.fresh(budget)
    assert budget.count_state == CountState.DIFFERS
    assert budget.count_trouble
    assert not Result._unscoped.exists()
    assert Line.objects.filter(verb="budget.count_differs").count() == 1
    page = text(Client().get(f"/en/b/{budget.code}/result/"))
    assert "do not agree, so nothing is published" in page
    assert tasks.count_a_budget() == 0  # a person has to look, and to ask
    monkeypatch.undo()
    services.ask_for_recount(budget=budget, by=vote.team.officer)
    assert tasks.count_a_budget() == 1
    state = made.fresh(budget).count_state
    assert state == (CountState.COUNTED if change == "the winners" else CountState.DIFFERS)


def test_a_count_that_breaks_rests_and_is_tried_again(monkeypatch):
    vote = made.voting(made.team(), tokens=12, sessions=0)
    made.crowd(vote)
    made.closed(vote)

    def broken(budget):
        raise OSError("disk")

    monkeypatch.setattr(analysis, "count", broken)
    with pytest.raises(OSError, match="disk"):
        tasks.count_a_budget()
    budget = made.fresh(vote.budget)
    assert (budget.count_state, budget.count_failures) == (CountState.FAILED, 1)
    assert budget.count_due > timezone.now()
    assert tasks.count_a_budget() == 0
    monkeypatch.undo()
    Budget._unscoped.update(count_due=timezone.now())
    assert tasks.count_a_budget() == 1
    assert made.fresh(budget).count_state == CountState.COUNTED


def test_a_worker_that_died_leaves_a_count_for_the_next_one():
    vote = made.voting(made.team(), tokens=12, sessions=0)
    made.crowd(vote)
    budget = made.closed(vote)
    assert services.claim_count() == budget.pk
    assert services.claim_count() is None
    Budget._unscoped.update(count_claimed=timezone.now() - timedelta(minutes=11))
    assert services.claim_count() == budget.pk


def test_nobody_voted_and_nobody_could():
    vote = made.voting(made.team(), tokens=2, sessions=0)
    budget = made.closed(vote)
    assert tasks.count_a_budget() == 1
    assert "Nothing is funded" in text(Client().get(f"/en/b/{budget.code}/result/"))
    never = made.opened(made.team("Noorabad"))
    services.close(budget=never, by=SYSTEM)
    assert tasks.seal_closed() == 1
    assert tasks.count_a_budget() == 0
    assert "there is nothing to count" in text(Client().get(f"/en/b/{never.code}/result/"))


_FIGURES = ("supporters", "payers", "highest_payment", "missing_money", "winning_cost",
            "more_supporters")  # fmt: skip


def figures(told):
    rows = (*told["result"]["rounds"], *told["result"]["not_selected"])
    return [row.get(name) for row in rows for name in _FIGURES]


def test_nothing_is_told_about_few_people():
    budget = counted(tokens=7, sessions=2)
    told = json.loads(Result._unscoped.get().published)
    assert (told["participants"], told["ways"], told["fair"], told["preferences"]) == (
        None, {}, None, None,
    )  # fmt: skip
    assert set(figures(told)) == {None}
    assert set(told["result"]["fairness"]["compared"]) == {"rule", "cost", "selected"}
    page = text(Client().get(f"/en/b/{budget.code}/result/"))
    assert "fewer than 10" in page
    assert "How fair is it?" not in page


def test_counts_are_rounded_and_a_small_way_hides_all_ways():
    counted(tokens=33, sessions=9)
    told = json.loads(Result._unscoped.get().published)
    assert told["participants"] == 40
    assert told["ways"] == {}
    for facts in (*told["result"]["rounds"], *told["result"]["not_selected"]):
        assert facts["supporters"] is None or facts["supporters"] % 5 == 0
    assert any(figures(told))


def test_a_tense_budget_tells_nothing_below_twenty():
    counted(tokens=15, sessions=0, tense=True)
    told = json.loads(Result._unscoped.get().published)
    assert (told["k"], told["participants"], set(figures(told))) == (20, None, {None})


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "greedy"},
        {"completion": "none"},
        {"completion": "add1", "utility": "cardinality"},
        {"completion": "greedy", "ties": "id"},
        {"way": "points"},
    ],
)
def test_every_rule_a_city_can_choose_is_counted_twice_with_one_result(rule):
    budget = counted(tokens=18, sessions=12, **rule)
    assert budget.count_state == CountState.COUNTED
    for language in ("en", "ur"):
        assert Client().get(f"/{language}/b/{budget.code}/result/").status_code == 200


def test_the_file_holds_what_is_published_and_no_ballot():
    budget = counted()
    answer = Client().get(f"/en/budget/{budget.code}/count.json")
    told = json.loads(answer.content)
    assert told["ballot_root"] == budget.ballot_root
    assert told["result"] == json.loads(Result._unscoped.get().published)["result"]
    salts = {bytes(s).hex() for s in Ballot._unscoped.values_list("salt", flat=True)}
    assert not any(salt in text(answer) for salt in salts)
