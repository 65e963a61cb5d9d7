"""What a closed dialogue loses: at sealing whatever ties, thirty days later the answers themselves."""

import importlib
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from baithak.dialogue import queries, services, tasks
from baithak.dialogue.models import (
    Batch,
    Declaration,
    Dialogue,
    Participation,
    Receipt,
    Run,
    Session,
    Sheet,
    Slip,
    Statement,
    Vote,
)
from baithak.dialogue.services import Answerable, AskedQuestion
from baithak.journal.models import Line
from baithak.network import keys
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from factories import dialogue as made

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = AskedQuestion(
    {"en": "Where do you live?"}, [Answerable({"en": "North"}), Answerable({"en": "South"})]
)


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def dialogue(team):
    """Thirty people with everything that can be stored of them."""
    draft = made.draft(team)
    services.add_questions(dialogue=draft, questions=[PARTS], by=team.officer)
    act = services.ask_to_open(dialogue=draft, reason="The council asked.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    dialogue = Dialogue._unscoped.select_related("place").get(pk=draft.pk)
    codes = services.make_slips(
        dialogue=dialogue, size=40, channel="token", handle=uuid.uuid4(), by=team.officer
    )
    session = Session._unscoped.create(
        dialogue=dialogue, day=timezone.localdate(), ward="North", language="en"
    )
    for one in range(30):
        token = f"resident-{one}"
        channel = services.use_slip(dialogue=dialogue, code=codes[one], token=token)
        for statement in made.statements(dialogue)[: 1 + one % 5]:
            services.cast_vote(
                dialogue=dialogue.pk, pid=made.pid(dialogue, token), statement=statement.pk,
                value=1 - one % 3, turn=one % 2, channel=channel, mark=bytes([one]) * 16,
            )  # fmt: skip
        services.declare(
            dialogue=dialogue.pk, pid=made.pid(dialogue, token), answers={1: 1 + one % 2},
            channel=channel,
        )  # fmt: skip
        Sheet._unscoped.bulk_create([Sheet(session=session, number=one + 1)])
    made.submission(dialogue, "The well should be mended.")
    return dialogue


def sealed(dialogue):
    services.close(dialogue=dialogue, by=SYSTEM)
    while tasks.redraw_a_map():
        pass
    assert tasks.seal_closed() == 1
    return Dialogue._unscoped.select_related("place").get(pk=dialogue.pk)


def rows(model, *fields):
    return sorted(model._unscoped.values_list(*fields), key=repr)


def test_sealing_keeps_what_was_said_and_drops_what_ties(dialogue):
    kept = {
        Vote: ("pid", "statement", "value"),
        Participation: ("pid", "channel"),
        Declaration: ("pid", "question", "category"),
    }
    before = {model: rows(model, *fields) for model, fields in kept.items()}
    ids = {model: set(model._unscoped.values_list("pk", flat=True)) for model in [*kept, Receipt]}
    marks = {bytes(m) for m in Receipt._unscoped.values_list("mark", flat=True)}
    key = Session._unscoped.get().key
    assert all(len(found) >= 30 for found in before.values())
    closed = sealed(dialogue)
    for model, fields in kept.items():
        assert rows(model, *fields) == before[model]
    for model, old in ids.items():
        assert not old & set(model._unscoped.values_list("pk", flat=True))
    assert marks < {bytes(m) for m in Receipt._unscoped.values_list("mark", flat=True)}
    assert set(Vote._unscoped.values_list("turn", "day")) == {
        (0, timezone.localdate(closed.closes))
    }
    assert not Slip._unscoped.exists()
    assert not Sheet._unscoped.exists()
    assert Session._unscoped.get().key != key
    assert not Statement._unscoped.filter(handle__isnull=False).exists()
    assert not Statement._unscoped.filter(waits_since__isnull=False).exists()
    assert Batch._unscoped.get().size == 40
    assert services.seal(dialogue.pk) is False


def test_an_interrupted_sealing_is_done_again_with_the_same_list(dialogue, monkeypatch):
    services.close(dialogue=dialogue, by=SYSTEM)
    with monkeypatch.context() as broken:
        broken.setattr(services.sealing, "_vacuum", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.seal(dialogue.pk)
    halfway = Dialogue._unscoped.get(pk=dialogue.pk)
    assert halfway.sealed is None
    assert services.seal(dialogue.pk) is True
    assert Dialogue._unscoped.get(pk=dialogue.pk).root == halfway.root
    assert Receipt._unscoped.count() == 40


def test_thirty_days_after_closing_the_answers_are_deleted_and_the_map_stays(dialogue):
    closed = sealed(dialogue)
    maps = list(Run._unscoped.values_list("revision", "published"))
    assert maps
    assert tasks.retire_sealed() == 0
    almost = timezone.now() - timedelta(days=29, hours=23)
    Dialogue._unscoped.filter(pk=closed.pk).update(opens=None, closes=almost)
    assert tasks.retire_sealed() == 0
    page = Client().get(f"/en/d/{dialogue.code}/").content.decode()
    assert "The answers themselves are deleted on" in page
    over = timezone.now() - timedelta(days=30)
    Dialogue._unscoped.filter(pk=closed.pk).update(closes=over)
    assert tasks.retire_sealed() == 1
    for model in (Vote, Participation, Declaration):
        assert not model._unscoped.exists()
    assert list(Run._unscoped.values_list("revision", "published")) == maps
    assert set(Run._unscoped.values_list("result", "table")) == {("", "")}
    assert hash_of(dialogue) == closed.root
    told = Dialogue._unscoped.get(pk=closed.pk)
    assert told.retired is not None
    assert (told.map_dirty, told.map_state) == (False, "current")
    assert services.claim_map() is None
    (line,) = Line.objects.filter(verb="dialogue.retire")
    assert line.details == {"people": "about 30", "votes": "about 90"}
    assert tasks.retire_sealed() == 0
    page = Client().get(f"/en/d/{dialogue.code}/").content.decode()
    assert "The answers themselves were deleted on" in page
    assert Client().get(f"/en/dialogue/{dialogue.code}/map/").status_code == 200
    assert Client().get(f"/en/d/{dialogue.code}/result/").status_code == 200


def hash_of(dialogue):
    return queries.receipt_root(dialogue.pk)


def test_imported_conversations_are_published_data_and_stay(team):
    dialogue = made.draft(team, imported=True, attribution="Somebody, CC BY 4.0")
    keys.create(dialogue.key)
    services.load_votes(
        dialogue=dialogue,
        votes=[("a", 1, 1), ("b", 2, -1)],
        channels={"a": "imported", "b": "imported"},
    )
    old = timezone.now() - timedelta(days=400)
    Dialogue._unscoped.filter(pk=dialogue.pk).update(state="closed", closes=old, sealed=old)
    assert tasks.retire_sealed() == 0
    assert services.retire(dialogue.pk) is False
    assert Vote._unscoped.count() == 2
    assert Dialogue._unscoped.get(pk=dialogue.pk).retires is None


def test_one_that_cannot_be_sealed_holds_up_no_other_and_all_are_vacuumed_once(
    dialogue, monkeypatch
):
    others = [made.opened(made.team(name)) for name in ("Noorabad", "Sundarpur")]
    for one in (dialogue, *others):
        services.close(dialogue=one, by=SYSTEM)
    assert dialogue.pk < min(one.pk for one in others)
    vacuumed = []
    monkeypatch.setattr(services.sealing, "_vacuum", lambda: vacuumed.append(1))
    rewrite = services.sealing._rewrite

    def broken(model, pk, *rest):
        if pk == dialogue.pk:
            raise OSError("no room is left")
        rewrite(model, pk, *rest)

    def left(**which):
        return set(Dialogue._unscoped.filter(**which).values_list("pk", flat=True))

    monkeypatch.setattr(services.sealing, "_rewrite", broken)
    with pytest.raises(OSError, match="no room"):
        tasks.seal_closed()
    assert left(sealed=None) == {dialogue.pk}
    assert vacuumed == [1]
    assert Slip._unscoped.filter(dialogue=dialogue).exists()  # nothing half done
    monkeypatch.setattr(services.sealing, "_rewrite", rewrite)
    assert tasks.seal_closed() == 1
    over = timezone.now() - timedelta(days=31)
    Dialogue._unscoped.update(opens=None, closes=over)
    counts = services.sealing._counts

    def uncounted(told):
        if told.pk == dialogue.pk:
            raise OSError("no room is left")
        return counts(told)

    monkeypatch.setattr(services.sealing, "_counts", uncounted)
    with pytest.raises(OSError, match="no room"):
        tasks.retire_sealed()
    assert left(retired=None) == {dialogue.pk}
    assert vacuumed == [1, 1, 1]


def test_no_limit_of_time_stops_sealing(dialogue, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such limit")

    def limit():
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    seen, rewrite, vacuum = [], services.sealing._rewrite, services.sealing._vacuum
    before = limit()
    monkeypatch.setattr(
        services.sealing, "_rewrite", lambda *told: (seen.append(limit()), rewrite(*told))
    )
    monkeypatch.setattr(services.sealing, "_vacuum", lambda: (seen.append(limit()), vacuum()))
    services.close(dialogue=dialogue, by=SYSTEM)
    assert services.seal(dialogue.pk)
    assert set(seen) == {"0"}
    assert limit() == before != "0"


def test_another_dialogue_keeps_everything(dialogue):
    other = made.opened(made.team("Noorabad"))
    made.crowd(other, people=12)
    before = rows(Vote, "pk", "dialogue")
    closed = sealed(dialogue)
    Dialogue._unscoped.filter(pk=closed.pk).update(
        opens=None, closes=timezone.now() - timedelta(days=31)
    )
    assert tasks.retire_sealed() == 1
    left = rows(Vote, "pk", "dialogue")
    assert left == [row for row in before if row[1] == other.pk]
    with connection.cursor() as cursor:
        assert "sealing" not in connection.introspection.table_names(cursor)


def test_a_map_that_was_being_drawn_while_the_answers_went_is_not_kept(dialogue, monkeypatch):
    closed = sealed(dialogue)
    runs = set(Run._unscoped.values_list("pk", flat=True))
    Dialogue._unscoped.filter(pk=closed.pk).update(map_dirty=True, map_due=None)
    assert services.claim_map() == closed.pk
    draw = services.maps.analysis.draw

    def slowly(pk):
        drawn = draw(pk)
        over = timezone.now() - timedelta(days=31)
        Dialogue._unscoped.filter(pk=closed.pk).update(opens=None, closes=over)
        assert tasks.retire_sealed() == 1
        return drawn

    monkeypatch.setattr(services.maps.analysis, "draw", slowly)
    assert services.draw_map(closed.pk) is None
    assert set(Run._unscoped.values_list("pk", flat=True)) <= runs
    assert set(Run._unscoped.values_list("result", "table")) == {("", "")}
    assert services.claim_map() is None


def test_a_hub_of_before_loses_the_exact_figures_it_still_holds(dialogue):
    """The migration that brought this, on rows as they were."""
    brought = importlib.import_module("baithak.dialogue.migrations.0005_two_of_a_threat")
    sealed(dialogue)
    (run,) = Run._unscoped.all()
    Run._unscoped.filter(pk=run.pk).update(revision=2, released=False)
    Run._unscoped.create(**{
        field.attname: getattr(run, field.attname)
        for field in Run._meta.concrete_fields if field.name not in {"id", "revision", "released"}
    }, revision=1, released=True)  # fmt: skip
    brought._figures(apps, None)
    assert list(Run._unscoped.order_by("revision").values_list("result", flat=True)) == [
        "", run.result,
    ]  # fmt: skip
    Dialogue._unscoped.filter(pk=dialogue.pk).update(retired=timezone.now())
    brought._figures(apps, None)
    assert list(Run._unscoped.values_list("revision", "result", "table")) == [(1, "", "")]
    user = made.team("Noorabad").users["moderator"]
    one = Statement._unscoped.filter(dialogue=dialogue).last()
    Statement._unscoped.filter(pk=one.pk).update(state="held", reason="threat", decided_by=user)
    brought._people(apps, None)
    one.refresh_from_db()
    assert (one.held_by_id, one.confirmed_by_id) == (user.pk, None)
