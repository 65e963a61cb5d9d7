"""Joint statements: a list is gone through, organisations stand behind one edition, two people release it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from baithak.coordination.models import Endorsement, JointStatement
from baithak.coordination.queries import statements as queries
from baithak.coordination.services import statements as services
from baithak.coordination.sms import message
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.models import ElectionPeriod, TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.network.scope import PUBLIC
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db

TEXTS = {
    "title": "The market is open",
    "text": "A stall burnt.\n\nNobody is hurt. The lane is open.",
}
TAMIL = {"title": "சந்தை திறந்துள்ளது", "text": "ஒரு கடை எரிந்தது. யாருக்கும் காயமில்லை."}


@pytest.fixture
def world():
    found = make.two_cities()
    found.club = people.organisation(found.one.place, "Boat club")
    user = people.person("Speaker")
    people.grant(user, found.one.place, Role.PARTNER, organisation=found.club)
    found.speaker = SimpleNamespace(user=user, viewer=people.viewer(user))
    return found


def written(team, **texts):
    return services.begin(place=team.place, language="en", texts=texts or TEXTS, by=team.officer)


def agreed(team, **texts):
    made = written(team, **texts)
    services.ready(statement=made, ticked=services.CHECKS, by=team.officer)
    made.refresh_from_db()
    return made


def released(team, made=None):
    made = made or agreed(team)
    act = services.ask_release(statement=made, reason="Rumours since noon.", by=team.officer)
    network.confirm_two_person(act=act, by=team.mayor)
    made.refresh_from_db()
    return made


def within(made, level="city"):
    JointStatement._unscoped.filter(pk=made.pk).update(visibility=level)
    made.refresh_from_db()
    return made


def officer(team):
    return people.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


# --- writing


def test_it_begins_with_the_team_and_leaves_a_line(world):
    made = written(world.one)
    assert (made.state, made.visibility, made.edition) == ("draft", "mechanism", 1)
    for stranger in (world.one.partner, world.other.officer, PUBLIC):
        assert queries.statement(stranger, statement=made.pk) is None
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.place) == ("coordination.begin_statement", world.one.place.slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x", "text": ""},
        {"title": "", "text": "x"},
        {"title": "x", "text": "Ring 0771234567"},
    ],
)
def test_what_does_not_fit_is_not_kept(world, wrong):
    with pytest.raises(ValidationError):
        written(world.one, **wrong)
    assert not JointStatement._unscoped.exists()


def test_every_point_of_the_list_is_gone_through(world):
    made = written(world.one)
    for missing in services.CHECKS:
        with pytest.raises(ValidationError, match="all points"):
            services.ready(
                statement=made, ticked=set(services.CHECKS) - {missing}, by=world.one.officer
            )
    made.refresh_from_db()
    assert made.state == "draft"


def test_new_words_are_a_new_edition_and_agreed_anew(world):
    made = agreed(world.one)
    services.change(statement=made, language="en", texts=TEXTS, by=world.one.officer)
    made.refresh_from_db()
    assert (made.state, made.edition) == ("ready", 1)  # the very same words
    services.change(statement=made, language="ta", texts=TAMIL, by=world.one.officer)
    made.refresh_from_db()
    assert (made.state, made.edition, made.languages) == ("draft", 2, ["en", "ta"])


def test_a_broken_journal_changes_nothing(world, monkeypatch):
    made = written(world.one)

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        services.ready(statement=made, ticked=services.CHECKS, by=world.one.officer)
    made.refresh_from_db()
    assert made.state == "draft"


# --- who stands behind it


def test_an_organisation_stands_behind_one_edition(world):
    made = within(agreed(world.one))
    services.endorse(statement=made, organisation=world.club, by=world.speaker.viewer)
    with pytest.raises(RefusedError, match="endorsed"):
        services.endorse(statement=made, organisation=world.club, by=world.speaker.viewer)
    assert queries.endorsements(world.one.officer, made).count() == 1
    services.change(statement=made, language="ta", texts=TAMIL, by=world.one.officer)
    made.refresh_from_db()
    assert list(queries.endorsements(world.one.officer, made)) == []


def test_nobody_speaks_for_another_organisation(world):
    made = within(agreed(world.one))
    for by in (world.one.officer, world.one.partner, world.other.officer):
        with pytest.raises(PermissionDenied):
            services.endorse(statement=made, organisation=world.club, by=by)
        with pytest.raises(PermissionDenied):
            services.take_back(statement=made, organisation=world.club, by=by)
    assert not Endorsement._unscoped.exists()


def test_a_name_is_told_outside_only_where_it_was_allowed(world):
    made = within(agreed(world.one))
    services.endorse(statement=made, organisation=world.club, by=world.speaker.viewer)
    made = released(world.one, made)
    assert [one.organisation for one in queries.endorsements(world.one.officer, made)] == [
        world.club
    ]
    for stranger in (world.other.officer, PUBLIC):
        assert list(queries.endorsements(stranger, made)) == []
    services.take_back(statement=made, organisation=world.club, by=world.speaker.viewer)
    with pytest.raises(RefusedError, match="not_endorsed"):
        services.take_back(statement=made, organisation=world.club, by=world.speaker.viewer)
    services.endorse(statement=made, organisation=world.club, named=True, by=world.speaker.viewer)
    assert [one.organisation for one in queries.endorsements(PUBLIC, made)] == [world.club]


# --- two people release it


def test_two_people_release_it_and_everybody_sees_it(world):
    made = released(world.one)
    assert (made.state, made.visibility, made.released_on) == (
        "released", "public", timezone.localdate(),
    )  # fmt: skip
    assert queries.statement(PUBLIC, statement=made.pk) == made
    verbs = list(Line.objects.order_by("n").values_list("verb", flat=True))[-2:]
    assert verbs == ["coordination.release", "network.confirm_two_person"]
    for refused in (
        lambda: services.change(statement=made, language="en", texts=TEXTS, by=world.one.officer),
        lambda: services.ready(statement=made, ticked=services.CHECKS, by=world.one.officer),
    ):
        with pytest.raises(RefusedError, match="released"):
            refused()


def test_only_what_is_agreed_is_released(world):
    with pytest.raises(RefusedError, match="not_ready"):
        services.ask_release(statement=written(world.one), reason="Now.", by=world.one.officer)
    made = agreed(world.one)
    act = services.ask_release(statement=made, reason="Now.", by=world.one.officer)
    services.change(statement=made, language="ta", texts=TAMIL, by=world.one.officer)
    services.ready(statement=made, ticked=services.CHECKS, by=world.one.officer)
    # Agreed again, but with other words than those that the first person asked for.
    with pytest.raises(ValidationError, match="changed or released"):
        network.confirm_two_person(act=act, by=world.one.mayor)
    made.refresh_from_db()
    assert (made.state, made.visibility) == ("ready", "mechanism")


def test_the_same_person_does_not_confirm(world):
    act = services.ask_release(statement=agreed(world.one), reason="Now.", by=world.one.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=world.one.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=world.other.mayor)


def test_it_is_released_around_an_election_too(world):
    today = timezone.localdate()
    ElectionPeriod._unscoped.create(
        place=world.one.place, begins=today - timedelta(days=3), ends=today + timedelta(days=3)
    )
    assert released(world.one).visibility == "public"


def test_sharing_never_reaches_everybody(world):
    made = agreed(world.one)
    with pytest.raises(ValidationError, match="released"):
        services.share(statement=made, to="public", reason="Now.", by=world.one.officer)
    services.share(statement=made, to="city", reason="Partners read it.", by=world.one.officer)
    network.confirm_two_person(act=TwoPersonAct._unscoped.get(), by=world.one.mayor)
    assert queries.statement(world.one.partner, statement=made.pk) == made


def test_what_was_released_and_narrowed_is_shown_to_everybody_again_by_two(world):
    made = released(world.one)
    browser = officer(world.one)
    browser.post(f"{made.get_absolute_url()}narrow/", {"to": "city"})
    assert queries.statement(PUBLIC, statement=made.pk) is None
    page = text(browser.get(made.get_absolute_url()))
    assert 'value="public"' in page
    told = {"to": "public", "reason": "It was hidden by mistake."}
    assert browser.post(f"{made.get_absolute_url()}share/", told).status_code == 302
    act = TwoPersonAct._unscoped.get(verb="network.widen")
    network.confirm_two_person(act=act, by=world.one.mayor)
    assert queries.statement(PUBLIC, statement=made.pk) == made


# --- text messages


def test_messages_are_counted_as_telephones_do():
    assert (
        message("a" * 160).messages,
        message("a" * 161).messages,
        message("a" * 307).messages,
    ) == (1, 2, 3)
    assert message("[" * 80).letters == 160
    assert (message("த" * 70).fits, message("த" * 71).messages, message("😀").letters) == (
        True,
        2,
        2,
    )


# --- pages


def test_from_writing_to_everybody_reading_it(world, client):
    browser = officer(world.one)
    address = f"/en/coordination/at/{world.one.place.slug}/statement/new/"
    answer = browser.post(address, {**TEXTS, "language": "en"}, follow=True)
    assert "This has not been released" in text(answer)
    made = JointStatement._unscoped.get()
    browser.post(f"{made.get_absolute_url()}edit/", {**TAMIL, "language": "ta"})
    answer = browser.post(f"{made.get_absolute_url()}ready/", {"ticked": ["known"]})
    assert (answer.status_code, "all points" in text(answer)) == (422, True)
    browser.post(f"{made.get_absolute_url()}ready/", {"ticked": list(services.CHECKS)})
    answer = browser.post(f"{made.get_absolute_url()}release/", {"reason": "Now."}, follow=True)
    assert "Somebody has asked to release it" in text(answer)
    assert client.get(made.get_absolute_url()).status_code == 404
    mayor = people.sign_in(world.one.users["mayor"])
    mayor.post(f"/en/requests/{TwoPersonAct._unscoped.get().pk}/confirm/")
    page = text(client.get(made.get_absolute_url()))
    for told in (
        TEXTS["title"],
        TAMIL["title"],
        "one message of at most 160",
        f"/ta/coordination/statement/{made.pk}/",
    ):
        assert told in page
    assert page.count("statement-words") == 2
    assert "The market is open" in text(client.get("/en/coordination/statements/"))
    answer = browser.get(f"{made.get_absolute_url()}edit/", follow=True)
    assert "It has been released" in text(answer)


def test_an_organisation_says_so_in_the_browser(world):
    made = within(agreed(world.one))
    browser = people.sign_in(world.speaker.user)
    assert "We stand behind these words" in text(browser.get(made.get_absolute_url()))
    answer = browser.post(
        f"{made.get_absolute_url()}endorse/",
        {"organisation": world.club.pk, "named": "on"},
        follow=True,
    )
    assert "Boat club" in text(answer)
    answer = browser.post(
        f"{made.get_absolute_url()}take-back/", {"organisation": world.club.pk}, follow=True
    )
    assert "Taken back" in text(answer)


def test_papers_name_only_those_who_may_be_named(world):
    made = within(agreed(world.one))
    services.endorse(statement=made, organisation=world.club, by=world.speaker.viewer)
    services.change(statement=made, language="ta", texts=TAMIL, by=world.one.officer)
    browser = officer(world.one)
    whole = browser.get(f"{made.get_absolute_url()}paper.pdf")
    one = browser.get(f"{made.get_absolute_url()}paper.pdf?language=ta")
    assert whole.content.startswith(b"%PDF")
    assert one.content.startswith(b"%PDF")
    assert len(whole.content) > len(one.content)
    assert browser.get(f"{made.get_absolute_url()}paper.pdf?language=xx").status_code == 404


def test_empty_lists_say_what_to_do(world, client):
    assert "when they are released" in text(client.get("/en/coordination/statements/"))
    assert "agreed in a calm week" in text(officer(world.one).get("/en/coordination/statements/"))


@pytest.mark.parametrize("many", [1, 3])
def test_a_list_takes_the_same_queries_whatever_it_holds(world, many, django_assert_num_queries):
    for _ in range(many):
        written(world.one)
    browser = officer(world.one)
    browser.get("/en/coordination/statements/")
    with django_assert_num_queries(10):
        browser.get("/en/coordination/statements/")
