"""A city takes a practice up: once, seen by its team first; the owner is told when it may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from baithak.exchange import findings
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.queries import adoptions as queries
from baithak.exchange.services import adoptions
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import Membership
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make.two_cities()


@pytest.fixture
def practice(world):
    return make.published(world)


def adopted(team, practice, **kwargs):
    told = {"reason": "Our lanes are dark too.", "language": "en", **kwargs}
    return adoptions.adopt(place=team.place, practice=practice, by=team.officer, **told)


def widened(adoption, team, to):
    act = network.ask_widening(shared=adoption, to=to, reason="Others ask.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    adoption.refresh_from_db()
    return adoption


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


# --- taking up


def test_it_begins_with_the_team_and_leaves_a_line(world, practice):
    adoption = adopted(world.other, practice)
    assert (adoption.visibility, adoption.state, adoption.outcome) == (
        "mechanism",
        "planned",
        "open",
    )
    assert adoption.told_on is None
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.place) == ("exchange.adopt", world.other.place.slug)
    assert list(journal.verify()) == []
    assert queries.adoption(world.other.officer, adoption=adoption.pk) == adoption
    assert queries.adoption(world.other.mayor, adoption=adoption.pk) == adoption
    for stranger in (world.other.partner, world.one.officer, world.secretary, PUBLIC):
        assert queries.adoption(stranger, adoption=adoption.pk) is None


def test_a_place_takes_a_practice_up_once(world, practice):
    adopted(world.other, practice)
    with pytest.raises(RefusedError, match="adopted_already"):
        adopted(world.other, practice)


def test_nobody_takes_up_their_own_practice_or_a_draft(world, practice):
    with pytest.raises(RefusedError, match="own"):
        adopted(world.one, practice)
    draft = make.draft(world.one, "kandarpur-walks")
    with pytest.raises(RefusedError, match="not_published"):
        adopted(world.other, draft)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " \n "},
        {"reason": "x" * 1001},
        {"language": "xx"},
        {"changed": "Turned\u202e round"},
    ],
)
def test_what_cannot_be_read_is_not_kept(world, practice, wrong):
    with pytest.raises(ValidationError):
        adopted(world.other, practice, **wrong)
    assert not Adoption._unscoped.exists()


def test_a_broken_journal_changes_nothing(world, practice, monkeypatch):
    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        adopted(world.other, practice)
    assert not Adoption._unscoped.exists()


# --- how it goes


def test_it_tells_how_it_goes(world, practice):
    adoption = adopted(world.other, practice)
    adoptions.add_step(
        adoption=adoption, day=date(2026, 3, 1), text="First lamp.", by=world.other.officer
    )
    adoptions.change(
        adoption=adoption,
        by=world.other.officer,
        state="stopped",
        outcome="failed",
        result="The shops\n\nswitched them off.",
        lesson="Ask the shops.",
        begins=date(2026, 2, 1),
        ends=date(2026, 6, 1),
    )
    adoption.refresh_from_db()
    assert (adoption.outcome, adoption.reason) == ("failed", "Our lanes are dark too.")
    assert adoption.result == "The shops\n\nswitched them off."
    page = text(officer(world.other).get(adoption.get_absolute_url()))
    for told in ("It did not work", "First lamp.", "Ask the shops.", "1 Mar 2026", "Stopped"):
        assert told in page


def test_progress_is_not_what_is_still_to_come(world, practice):
    adoption = adopted(world.other, practice)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="still to come"):
        adoptions.add_step(adoption=adoption, day=tomorrow, text="Soon.", by=world.other.officer)


def test_it_ends_after_it_begins(world, practice):
    adoption = adopted(world.other, practice, begins=date(2026, 5, 1))
    with pytest.raises(ValidationError, match="end after"):
        adoptions.change(adoption=adoption, ends=date(2026, 4, 1), by=world.other.officer)


# --- the owner is told


def told_lines():
    return Line.objects.filter(verb="exchange.tell_owner").count()


def test_the_owner_is_told_when_it_reaches_their_city_and_once(
    world, practice, django_capture_on_commit_callbacks
):
    adoption = adopted(world.other, practice)
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, world.other, "city")
    assert (adoption.told_on, mail.outbox, told_lines()) == (None, [], 0)
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, world.other, "hub")
    assert adoption.told_on == timezone.localdate()
    (letter,) = mail.outbox
    assert letter.to == [world.one.users["city_officer"].email]
    assert letter.subject == "Noorabad takes up your practice"
    assert practice.title in letter.body
    assert f"/en/exchange/adoption/{adoption.pk}/" in letter.body
    assert "Our lanes are dark too." not in letter.body
    with django_capture_on_commit_callbacks(execute=True):
        network.narrow(shared=adoption, to="mechanism", by=world.other.officer)
        adoption.refresh_from_db()
        widened(adoption, world.other, "public")
    assert len(mail.outbox) == told_lines() == 1


def test_a_city_of_another_hub_is_told_when_it_reaches_the_network(
    world, practice, django_capture_on_commit_callbacks
):
    far = make.city(people.hub(), "Farafield")
    adoption = adopted(far, practice)
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, far, "hub")
    assert (adoption.told_on, mail.outbox) == (None, [])
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, far, "network")
    assert adoption.told_on is not None
    assert len(mail.outbox) == 1


def test_who_has_left_the_city_gets_no_letter(world, practice, django_capture_on_commit_callbacks):
    left = world.one.users["city_officer"]
    Membership._unscoped.filter(user=left).update(ends=timezone.now() - timedelta(days=1))
    adoption = adopted(world.other, practice)
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, world.other, "hub")
    assert mail.outbox == []
    assert adoption.told_on is not None


def test_nobody_is_told_about_a_copy(world, practice, django_capture_on_commit_callbacks):
    Practice._unscoped.filter(pk=practice.pk).update(origin="https://far.example")
    adoption = adopted(world.other, practice)
    with django_capture_on_commit_callbacks(execute=True):
        widened(adoption, world.other, "public")
    assert (adoption.told_on, mail.outbox) == (None, [])


def test_the_letter_is_in_the_language_of_the_owners_place(
    world, practice, django_capture_on_commit_callbacks
):
    world.one.place.languages = ["ur", "en"]
    world.one.place.save()
    with django_capture_on_commit_callbacks(execute=True):
        adoption = widened(adopted(world.other, practice), world.other, "hub")
    assert f"/ur/exchange/adoption/{adoption.pk}/" in mail.outbox[0].body


def test_the_owner_sees_failures_too(world, practice):
    adoption = widened(adopted(world.other, practice), world.other, "hub")
    adoptions.change(adoption=adoption, outcome="failed", by=world.other.officer)
    page = text(officer(world.one).get("/en/exchange/what-became/"))
    assert "Noorabad" in page
    assert "It did not work" in page
    assert "Noorabad" not in text(officer(world.other).get("/en/exchange/what-became/"))
    network.narrow(shared=adoption, to="city", by=world.other.officer)
    again = text(officer(world.one).get("/en/exchange/what-became/"))
    assert "Noorabad" not in again
    assert "Nothing is shown here yet." in again


def test_an_adoption_seen_by_more_people_than_its_practice_shows_nothing_of_it(world):
    practice = make.published(world, aim="hub")
    adoption = widened(adopted(world.other, practice), world.other, "public")
    assert queries.adoption(PUBLIC, adoption=adoption.pk) is None
    assert list(queries.adoptions(PUBLIC)) == []
    assert Client().get(adoption.get_absolute_url()).status_code == 404
    network.narrow(shared=practice, to="mechanism", by=world.one.officer)
    own = text(officer(world.other).get(adoption.get_absolute_url()))
    assert practice.title not in own
    assert "The practice is shown to fewer people now." in own
    assert practice.title not in text(officer(world.other).get("/en/exchange/adoptions/"))


# --- where it comes from


@pytest.fixture
def source():
    """A finding everybody may read, one for members alone."""
    kept = dict(findings._KNOWN)

    @findings.source("wall")
    def _read(viewer, name):
        if name == "open" or (name == "inside" and viewer.is_member):
            return findings.Finding(f"Words {name}.", "en", "/en/")
        return None

    yield
    findings._KNOWN.clear()
    findings._KNOWN.update(kept)


@pytest.mark.parametrize(
    ("because", "kept", "words"),
    [
        ("wall:open", "wall:open", "Words open."),
        ("wall:inside", "wall:inside", ""),
        ("wall:secret", "", ""),
        ("nobody:knows", "", ""),
        ("nonsense", "", ""),
        ("wall:" + "x" * 300, "", ""),
        ("", "", ""),
    ],
)
def test_a_finding_is_kept_as_far_as_it_may_be_read(world, practice, source, because, kept, words):
    adoption = adopted(world.other, practice, because=because)
    assert (adoption.because, adoption.because_text) == (kept, words)


def test_what_members_alone_may_read_does_not_travel_with_the_adoption(world, practice, source):
    adoption = adopted(world.other, practice, because="wall:inside")
    widened(adoption, world.other, "public")
    assert "Words inside." in text(officer(world.one).get(adoption.get_absolute_url()))
    assert "Words inside." not in text(Client().get(adoption.get_absolute_url()))


# --- pages


def test_an_officer_takes_it_up_on_the_page(world, practice):
    browser, address = officer(world.other), f"/en/exchange/practice/{practice.code}/adopt/"
    page = text(browser.get(address))
    assert "Kandarpur, whose practice it is, is told as soon as people there may see it" in page
    wrong = browser.post(address, {"place": world.other.place.pk, "language": "en"})
    assert wrong.status_code == 422
    answer = browser.post(
        address,
        {
            "place": world.other.place.pk,
            "language": "en",
            "reason": "Dark lanes.",
            "because": "x:1",
        },
    )
    adoption = Adoption._unscoped.get()
    assert answer["Location"] == adoption.get_absolute_url()
    again = browser.post(
        address, {"place": world.other.place.pk, "language": "en", "reason": "Again."}
    )
    assert again.status_code == 422
    assert adoption.get_absolute_url() in text(again)
    assert adoption.get_absolute_url() in text(browser.get(address))


def test_the_owners_officer_finds_nothing_to_take_up(world, practice):
    address = f"/en/exchange/practice/{practice.code}/adopt/"
    assert "there is nothing to take up" in text(officer(world.one).get(address))
    forged = officer(world.one).post(
        address, {"place": world.one.place.pk, "language": "en", "reason": "Ours."}
    )
    assert forged.status_code == 422


def test_progress_sharing_and_narrowing_on_the_page(world, practice):
    adoption = adopted(world.other, practice)
    browser, address = officer(world.other), adoption.get_absolute_url()
    assert browser.post(f"{address}step/", {"day": "2026-01-05"}).status_code == 422
    browser.post(f"{address}step/", {"day": "2026-01-05", "text": "The first lamp."})
    browser.post(
        f"{address}edit/",
        {"reason": "r", "state": "running", "outcome": "open", "language": "en"},
    )
    assert browser.post(f"{address}share/", {"to": "hub"}).status_code == 422
    browser.post(f"{address}share/", {"to": "hub", "reason": "Others ask."})
    page = text(browser.get(address))
    assert "The first lamp." in page
    assert "Running" in page
    assert "has asked to show it to more people" in page
    widened(adopted(world.other, make.published(world, "kandarpur-walks")), world.other, "hub")
    other = Adoption._unscoped.latest("pk")
    browser.post(f"{other.get_absolute_url()}narrow/", {"to": "public"})
    other.refresh_from_db()
    assert other.visibility == "hub"
    browser.post(f"{other.get_absolute_url()}narrow/", {"to": "city"})
    other.refresh_from_db()
    assert other.visibility == "city"


def test_lists_take_as_many_queries_for_three_as_for_one(
    world, practice, django_assert_num_queries
):
    browser = officer(world.other)
    widened(adopted(world.other, practice), world.other, "hub")
    owner = officer(world.one)
    for address, who in (
        ("/en/exchange/adoptions/", browser),
        ("/en/exchange/what-became/", owner),
    ):
        who.get(address)  # the session says when it was used, once in a while
        with django_assert_num_queries(QUERIES):
            who.get(address)
    for name in ("kandarpur-walks", "kandarpur-songs"):
        more = make.published(world, name)
        widened(adopted(world.other, more), world.other, "hub")
    for address, who in (
        ("/en/exchange/adoptions/", browser),
        ("/en/exchange/what-became/", owner),
    ):
        with django_assert_num_queries(QUERIES):
            assert text(who.get(address)).count("/exchange/adoption/") == 3


#: Session, account, second step, roles, count, rows, translations; the session is kept in three.
QUERIES = 10


def test_one_place_can_be_picked(world, practice):
    widened(adopted(world.other, practice), world.other, "public")
    assert "Noorabad" in text(Client().get("/en/exchange/adoptions/"))
    here = text(Client().get(f"/en/exchange/adoptions/?place={world.other.place.slug}"))
    assert "Noorabad" in here
    assert "Noorabad" not in text(
        Client().get(f"/en/exchange/adoptions/?place={world.one.place.slug}")
    )
