"""Ballots: counted once, replaced at will, closed in time, tied to nobody."""

from __future__ import annotations

import datetime
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from baithak.budget import analysis, services
from baithak.budget.models import Ballot, BareBallotError, Budget, Sent, Slip, UsedSlip
from baithak.budget.services import Outcome, RefusedError
from baithak.engine import commitment
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network.scope import PUBLIC, SYSTEM
from factories import budget as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote():
    return made.voting(made.team())


def rows(budget):
    return sorted(Ballot._unscoped.filter(budget=budget).values_list("choices", "channel"))


def run(sql, values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_nadia_votes_once_and_the_same_send_changes_nothing(vote):
    handle = uuid.uuid4()
    first = made.cast(vote.budget, vote.tokens[0], [1, 3], handle=handle)
    again = made.cast(vote.budget, vote.tokens[0], [3, 1], handle=handle)
    assert (first.outcome, again.outcome) == (Outcome.RECORDED, Outcome.REPEATED)
    assert first.receipt == again.receipt
    assert rows(vote.budget) == [("1,3", "token")]


def test_nadia_votes_anew_and_a_late_repeat_of_the_first_does_not_bring_it_back(vote):
    old = uuid.uuid4()
    first = made.cast(vote.budget, vote.tokens[0], [1], handle=old)
    second = made.cast(vote.budget, vote.tokens[0], [2, 5])
    late = made.cast(vote.budget, vote.tokens[0], [1], handle=old)
    assert (second.outcome, late.outcome) == (Outcome.RECORDED, Outcome.REPEATED)
    assert rows(vote.budget) == [("2,5", "token")]
    # The receipt stays the same, so that it does not tell that somebody voted anew (R5).
    assert first.receipt == second.receipt == late.receipt


def test_one_form_sent_with_another_slip_or_other_choices_is_another_ballot(vote):
    """A family with one phone: the page of the first is sent again with the second one's slip."""
    handle = uuid.uuid4()
    made.cast(vote.budget, vote.tokens[0], [1], handle=handle)
    other = made.cast(vote.budget, vote.tokens[1], [1], handle=handle)
    changed = made.cast(vote.budget, vote.tokens[0], [2], handle=handle)
    assert {other.outcome, changed.outcome} == {Outcome.RECORDED}
    assert rows(vote.budget) == [("1", "token"), ("2", "token")]


def test_a_ballot_knows_no_time_of_day_no_account_and_no_address(vote):
    made.cast(vote.budget, vote.tokens[0], [1])
    told = {
        Ballot: {"id", "budget", "pid", "channel", "choices", "salt", "day"},
        UsedSlip: {"id", "budget", "pid", "channel"},
        Sent: {"id", "budget"},
        Slip: {"id", "budget", "pid", "channel", "batch"},
    }
    for model, names in told.items():
        assert {field.name for field in model._meta.get_fields()} == names
    day = Ballot._unscoped.get().day
    assert isinstance(day, datetime.date)
    assert not isinstance(day, datetime.datetime)


def test_the_tables_have_no_row_ids_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own row ids do not exist on this database")
    for model in (Ballot, UsedSlip, Sent, Slip):
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            assert cursor.fetchone()[0].endswith("WITHOUT ROWID")


def test_the_journal_never_holds_a_ballot_or_a_residents_proposal(vote):
    before = Line.objects.count()
    made.cast(vote.budget, vote.tokens[0], [1])
    assert Line.objects.count() == before
    budget = made.opened(made.team("Noorabad"))
    before = Line.objects.count()
    made.proposal(budget, "A well")
    assert Line.objects.count() == before


def test_nobody_sees_ballots_or_slips_through_the_scope(vote):
    made.cast(vote.budget, vote.tokens[0], [1])
    for model in (Ballot, Slip, Sent):
        assert not model.objects.seen_by(PUBLIC).exists()
        assert not model.objects.seen_by(vote.team.officer).exists()
        assert model.objects.seen_by(SYSTEM).exists()


def test_a_bare_save_is_refused(vote):
    made.cast(vote.budget, vote.tokens[0], [1])
    ballot = Ballot._unscoped.get()
    ballot.choices = "2"
    for act in (ballot.save, ballot.delete, Slip._unscoped.first().save):
        with pytest.raises(BareBallotError):
            act()


def test_a_slip_that_was_never_made_or_is_of_another_budget_gets_nothing(vote):
    other = made.voting(made.team("Noorabad"))
    for code in ("aaaa-bbbb-cccc", other.tokens[0]):
        with pytest.raises(RefusedError, match="no_such_slip"):
            made.cast(vote.budget, code, [1])
    assert rows(vote.budget) == []
    assert not Sent._unscoped.exists()


@pytest.mark.parametrize(
    ("chosen", "code"),
    [([], "empty"), ([9], "no_such_project"), ([1, 2, 3], "too_many"), ([1, 2], "too_dear")],
)
def test_limits_of_a_ballot(chosen, code):
    vote = made.voting(made.team(), most_projects=2, within_envelope=True, envelope=450)
    with pytest.raises(RefusedError, match=code):
        made.cast(vote.budget, vote.tokens[0], chosen)
    assert rows(vote.budget) == []
    made.cast(vote.budget, vote.tokens[0], [2, 3])
    assert rows(vote.budget) == [("2,3", "token")]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [({1: 0}, "points"), ({1: -3}, "points"), ({1: 6, 2: 5}, "too_many_points")],
)
def test_points(chosen, code):
    vote = made.voting(made.team(), way="points", points=10)
    assert vote.budget.utility == "points"
    with pytest.raises(RefusedError, match=code):
        made.cast(vote.budget, vote.tokens[0], chosen)
    made.cast(vote.budget, vote.tokens[0], {2: 4, 1: 6})
    assert rows(vote.budget) == [("1:6,2:4", "token")]


def test_the_database_itself_refuses_a_second_ballot_and_another_channel(vote):
    made.cast(vote.budget, vote.tokens[0], [1])
    table = Ballot._meta.db_table
    cast = "%s::uuid" if connection.vendor == "postgresql" else "%s"
    again = (
        f"INSERT INTO {table} (id, budget_id, pid, channel, choices, day) "
        f"SELECT {cast}, budget_id, pid, channel, choices, day FROM {table}"
    )
    for sql, values in ((f"UPDATE {table} SET channel = 'x'", []), (again, ["0" * 31 + "1"])):
        with pytest.raises(IntegrityError):
            run(sql, values)


def test_no_ballot_before_the_vote_opens_nor_after_it_has_closed(vote):
    later = made.voting(made.team("Noorabad"), voting_from=made.soon(days=1))
    with pytest.raises(RefusedError, match="not_yet"):
        made.cast(later.budget, later.tokens[0], [1])
    proposing = made.opened(made.team("Farafield"))
    code = made.load_slips(proposing, 1)[0]
    with pytest.raises(RefusedError, match="not_yet"):
        services.cast_ballot(
            budget=proposing.pk, pid=made.pid(proposing, code), choices="1", handle=uuid.uuid4()
        )
    pid = made.pid(vote.budget, vote.tokens[0])
    services.close(budget=vote.budget, by=SYSTEM)
    with pytest.raises(RefusedError, match="closed"):
        services.cast_ballot(budget=vote.budget.pk, pid=pid, choices="1", handle=uuid.uuid4())
    assert not Ballot._unscoped.exists()
    assert not Sent._unscoped.exists()


def test_past_its_end_nothing_is_taken_though_the_worker_has_not_closed_it(vote):
    Budget._unscoped.filter(pk=vote.budget.pk).update(
        opens=timezone.now() - timedelta(days=2), closes=timezone.now() - timedelta(seconds=1)
    )
    with pytest.raises(RefusedError, match="closed"):
        made.cast(vote.budget, vote.tokens[0], [1])


def test_a_paper_ballot_is_marked_and_a_second_one_of_its_slip_is_found(vote):
    code = vote.tokens[0]
    first = made.cast(vote.budget, code, [1], channel="session", replace=False)
    second = made.cast(vote.budget, code, [2], channel="session", replace=False)
    assert (first.outcome, second.outcome) == (Outcome.RECORDED, Outcome.ALREADY)
    assert rows(vote.budget) == [("1", "session")]
    mended = made.cast(vote.budget, code, [2], channel="session", replace=True)
    assert mended.outcome is Outcome.RECORDED
    assert rows(vote.budget) == [("2", "session")]


def test_a_ballot_costs_few_queries(vote, django_assert_num_queries):
    pid = made.pid(vote.budget, vote.tokens[0])
    # the send, the ballot, the look at the state; the rest are savepoints of this test, and on
    # PostgreSQL the shared hold
    with django_assert_num_queries(6 if connection.vendor == "postgresql" else 5):
        services.cast_ballot(budget=vote.budget.pk, pid=pid, choices="1", handle=uuid.uuid4())


class Storm(TestCase):
    """Whatever arrives in whatever order: one ballot for each slip, the newest send that was new."""

    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 1), st.sampled_from([(1,), (2,), (1, 2)]), st.integers(0, 2)),
            max_size=15,
        )
    )
    def test_newest_new_send_stands(self, sent):
        vote = made.voting(made.team(), tokens=2, sessions=0)
        expected, seen = {}, set()
        for who, chosen, form in sent:
            made.cast(vote.budget, vote.tokens[who], list(chosen), handle=uuid.UUID(int=form))
            if (who, chosen, form) not in seen:
                seen.add((who, chosen, form))
                expected[vote.tokens[who]] = ",".join(map(str, chosen))
        stored = {
            bytes(pid): choices
            for pid, choices in Ballot._unscoped.filter(budget=vote.budget).values_list(
                "pid", "choices"
            )
        }
        assert stored == {made.pid(vote.budget, c): told for c, told in expected.items()}


# --- closing and sealing
def test_closing_destroys_the_key(vote, django_capture_on_commit_callbacks):
    assert keys.exists(vote.budget.key)
    with django_capture_on_commit_callbacks(execute=True):
        services.close(budget=vote.budget, by=SYSTEM)
    assert not keys.exists(vote.budget.key)


@pytest.mark.django_db(transaction=True)
def test_sealing_unties_ballots_from_slips_and_keeps_every_choice():
    vote = made.voting(made.team(), tokens=12, sessions=3)
    made.crowd(vote)
    made.cast(vote.budget, vote.tokens[0], [5])  # voted anew
    Ballot._unscoped.update(day=datetime.date(2026, 1, 1))
    used = {bytes(p) for p in Ballot._unscoped.values_list("pid", flat=True)}
    before, ids = rows(vote.budget), set(Ballot._unscoped.values_list("pk", flat=True))
    budget = made.closed(vote)
    assert services.seal(budget.pk) is False
    assert rows(budget) == before
    assert not ids & set(Ballot._unscoped.values_list("pk", flat=True))
    left = {bytes(p) for p in Ballot._unscoped.values_list("pid", flat=True)}
    assert not left & used
    assert len(left) == 15
    assert {bytes(p) for p in UsedSlip._unscoped.values_list("pid", flat=True)} == used
    days = set(Ballot._unscoped.values_list("day", flat=True))
    assert len(days) == 1
    assert days != {datetime.date(2026, 1, 1)}
    assert not Sent._unscoped.exists()
    line = Line.objects.get(verb="budget.seal")
    assert budget.ballot_root in line.detail
    assert budget.count_state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_an_auditor_with_the_rows_finds_the_root_and_any_flipped_ballot_changes_it():
    vote = made.voting(made.team(), tokens=12, sessions=0)
    made.crowd(vote)
    budget = made.closed(vote)
    rows = [(bytes(s), c) for s, c in Ballot._unscoped.values_list("salt", "choices")]
    assert len({salt for salt, _choices in rows}) == 12
    # By hand, as an auditor would: nothing of the room but its rows.
    lines = [f"{salt.hex()}\t{','.join(sorted(told.split(',')))}\t" for salt, told in rows]
    leaves = [commitment.leaf(line.encode()) for line in lines]
    assert commitment.root(leaves).hex() == budget.ballot_root
    for at, (salt, told) in enumerate(rows):
        flipped = rows.copy()
        flipped[at] = (salt, "4" if told != "4" else "3")
        assert analysis.ballot_root(flipped) != budget.ballot_root
    assert analysis.ballot_root(rows[1:]) != budget.ballot_root


@pytest.mark.django_db(transaction=True)
def test_a_receipt_proves_inclusion_and_nothing_leads_from_it_to_a_ballot():
    vote = made.voting(made.team(), tokens=12, sessions=0)
    told = [made.cast(vote.budget, code, [1, 5]).receipt for code in vote.tokens[:11]]
    silent = analysis.receipt(made.pid(vote.budget, vote.tokens[11]))
    budget = made.closed(vote)
    pids = [bytes(p) for p in UsedSlip._unscoped.values_list("pid", flat=True)]
    for receipt in told:
        steps = analysis.receipt_proof(pids, receipt)
        proof = [(bytes.fromhex(step), left) for step, left in steps]
        mine = commitment.leaf(receipt.encode())
        assert commitment.holds(mine, proof, bytes.fromhex(budget.receipt_root))
    assert analysis.receipt_proof(pids, silent) is None
    assert not {receipt.replace("-", "") for receipt in told} & {
        bytes(pid)[:10].hex() for pid in Ballot._unscoped.values_list("pid", flat=True)
    }
