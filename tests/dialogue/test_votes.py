"""Votes: counted once, changed at will, closed in time, tied to nobody."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from baithak.dialogue import services
from baithak.dialogue.models import (
    BareVoteError,
    Dialogue,
    MapState,
    Participation,
    Statement,
    Vote,
)
from baithak.dialogue.services import Outcome, RefusedError
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network.scope import PUBLIC, SYSTEM
from factories import dialogue as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue():
    return made.opened(made.team())


def rows(dialogue):
    return list(
        Vote._unscoped.filter(dialogue=dialogue).values_list("statement__number", "value", "turn")
    )


def run(sql, values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_nadia_votes_once_and_a_retry_changes_nothing(dialogue):
    first = made.vote(dialogue, "nadia", 1, 1)
    again = made.vote(dialogue, "nadia", 1, 1)
    assert (first.outcome, again.outcome) == (Outcome.RECORDED, Outcome.REPEATED)
    assert rows(dialogue) == [(1, 1, 0)]
    assert Participation._unscoped.filter(dialogue=dialogue).count() == 1


def test_nadia_changes_her_mind_and_a_late_retry_does_not_change_it_back(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    made.vote(dialogue, "nadia", 1, -1, turn=1)
    late = made.vote(dialogue, "nadia", 1, 1)
    assert (late.outcome, late.value, late.turn) == (Outcome.SUPERSEDED, -1, 1)
    assert rows(dialogue) == [(1, -1, 1)]


def test_two_people_are_two_pseudonyms_and_nobody_else_could_compute_them(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    made.vote(dialogue, "omar", 1, -1)
    pids = {bytes(p) for p in Vote._unscoped.values_list("pid", flat=True)}
    assert pids == {made.pid(dialogue, "nadia"), made.pid(dialogue, "omar")}
    assert all(len(pid) == 32 for pid in pids)
    other = made.opened(made.team("Noorabad"))
    assert made.pid(other, "nadia") not in pids


def test_a_vote_knows_no_time_of_day_no_account_and_no_address(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    names = {field.name for field in Vote._meta.get_fields()}
    assert names == {"id", "dialogue", "pid", "statement", "value", "turn", "day"}
    day = Vote._unscoped.get().day
    assert isinstance(day, datetime.date)
    assert not isinstance(day, datetime.datetime)


def test_the_tables_of_votes_have_no_row_ids_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own row ids do not exist on this database")
    for model in (Vote, Participation):
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
            assert cursor.fetchone()[0].endswith("WITHOUT ROWID")


def test_the_journal_never_holds_a_vote(dialogue):
    before = Line.objects.count()
    made.vote(dialogue, "nadia", 1, 1)
    made.submission(dialogue, "Benches in the shade.")
    assert Line.objects.count() == before


def test_nobody_sees_votes_through_the_scope(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    assert not Vote.objects.seen_by(PUBLIC).exists()
    assert Vote.objects.seen_by(SYSTEM).count() == 1


def test_a_bare_save_is_refused(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    vote = Vote._unscoped.get()
    vote.value = -1
    with pytest.raises(BareVoteError):
        vote.save()
    with pytest.raises(BareVoteError):
        vote.delete()
    with pytest.raises(BareVoteError):
        Participation._unscoped.get().save()


@pytest.mark.parametrize(("value", "turn"), [(2, 0), (-2, 0), (1, -1), (0, 1001)])
def test_what_is_no_vote_is_refused(dialogue, value, turn):
    with pytest.raises(RefusedError, match="not_a_vote"):
        made.vote(dialogue, "nadia", 1, value, turn)
    assert rows(dialogue) == []


def test_the_database_itself_refuses_other_values_and_a_second_vote(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    table = Vote._meta.db_table
    cast = "%s::uuid" if connection.vendor == "postgresql" else "%s"
    again = (
        f"INSERT INTO {table} (id, dialogue_id, pid, statement_id, value, turn, day) "
        f"SELECT {cast}, dialogue_id, pid, statement_id, value, turn, day FROM {table}"
    )
    for sql, values in ((f"UPDATE {table} SET value = 2", []), (again, ["0" * 31 + "1"])):
        with pytest.raises(IntegrityError):
            run(sql, values)


def test_no_vote_on_a_draft_a_closed_dialogue_or_a_statement_that_is_not_shown(dialogue):
    waiting = made.submission(dialogue, "Benches in the shade.")
    with pytest.raises(RefusedError, match="no_such_statement"):
        services.cast_vote(
            dialogue=dialogue.pk, pid=made.pid(dialogue, "nadia"), statement=waiting.pk, value=1
        )
    elsewhere = made.opened(made.team("Noorabad"))
    with pytest.raises(RefusedError, match="no_such_statement"):
        services.cast_vote(
            dialogue=dialogue.pk,
            pid=made.pid(dialogue, "nadia"),
            statement=made.statements(elsewhere)[0].pk,
            value=1,
        )
    pid = made.pid(dialogue, "nadia")
    shown = made.statements(dialogue)[0]
    services.close(dialogue=dialogue, by=SYSTEM)
    with pytest.raises(RefusedError, match="closed"):
        services.cast_vote(dialogue=dialogue.pk, pid=pid, statement=shown.pk, value=1)
    assert rows(dialogue) == []
    assert not Participation._unscoped.filter(dialogue=dialogue).exists()


def test_the_first_vote_marks_the_map_stale_and_a_vote_while_it_is_drawn_marks_it_again(dialogue):
    made.vote(dialogue, "nadia", 1, 1)
    dialogue.refresh_from_db()
    assert (dialogue.map_state, dialogue.map_dirty) == (MapState.STALE, True)
    assert services.claim_map() == dialogue.pk
    made.vote(dialogue, "omar", 1, 1)
    dialogue.refresh_from_db()
    assert (dialogue.map_state, dialogue.map_dirty) == (MapState.COMPUTING, True)


def test_a_hundred_votes_mark_the_map_once(dialogue, django_assert_num_queries):
    made.vote(dialogue, "nadia", 1, 1)
    statement = made.statements(dialogue)[1].pk
    pid = made.pid(dialogue, "nadia")
    # vote, participation, one look, and on PostgreSQL a mark (no row changes); the rest are savepoints
    with django_assert_num_queries(5 if connection.vendor == "sqlite" else 8):
        services.cast_vote(dialogue=dialogue.pk, pid=pid, statement=statement, value=1)


class Storm(TestCase):
    """Whatever arrives in whatever order: one row for each person and statement, the newest turn."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["nadia", "omar"]),
                st.integers(1, 2),
                st.sampled_from([-1, 0, 1]),
                st.integers(0, 3),
            ),
            max_size=25,
        )
    )
    def test_newest_turn_stands(self, sent):
        dialogue = made.opened(made.team())
        expected: dict[tuple[str, int], tuple[int, int]] = {}
        for who, number, value, turn in sent:
            made.vote(dialogue, who, number, value, turn)
            known = expected.get((who, number))
            if known is None or turn > known[1]:
                expected[who, number] = (value, turn)
        stored = {
            (bytes(pid), number): (value, turn)
            for pid, number, value, turn in Vote._unscoped.filter(dialogue=dialogue).values_list(
                "pid", "statement__number", "value", "turn"
            )
        }
        assert stored == {
            (made.pid(dialogue, who), number): told for (who, number), told in expected.items()
        }


def test_closing_destroys_the_key(dialogue, django_capture_on_commit_callbacks):
    made.vote(dialogue, "nadia", 1, 1)
    assert keys.exists(dialogue.key)
    with django_capture_on_commit_callbacks(execute=True):
        services.close(dialogue=dialogue, by=SYSTEM)
    assert not keys.exists(dialogue.key)
    with pytest.raises(keys.KeyMissingError):
        made.pid(dialogue, "nadia")


@pytest.mark.django_db(transaction=True)
def test_sealing_rewrites_rows_days_and_turns_and_keeps_the_answers():
    dialogue = made.opened(made.team())
    for person in range(12):
        made.vote(dialogue, f"person {person}", 1 + person % 3, 1)
    made.vote(dialogue, "person 0", 1, -1, turn=1)
    Vote._unscoped.filter(dialogue=dialogue).update(day=datetime.date(2026, 1, 1))
    told = ("pid", "statement", "value")
    before = sorted((bytes(p), s, v) for p, s, v in Vote._unscoped.values_list(*told))
    ids = set(Vote._unscoped.values_list("pk", flat=True))
    services.close(dialogue=dialogue, by=SYSTEM)
    assert services.seal(dialogue.pk) is True
    assert services.seal(dialogue.pk) is False
    assert sorted((bytes(p), s, v) for p, s, v in Vote._unscoped.values_list(*told)) == before
    assert not ids & set(Vote._unscoped.values_list("pk", flat=True))
    assert set(Vote._unscoped.values_list("turn", flat=True)) == {0}
    closed = Dialogue._unscoped.get(pk=dialogue.pk)
    assert closed.sealed is not None
    days = set(Vote._unscoped.values_list("day", flat=True))
    assert len(days) == 1
    assert days != {datetime.date(2026, 1, 1)}
    assert Participation._unscoped.count() == 12
    assert Statement._unscoped.filter(dialogue=dialogue).count() == 6
