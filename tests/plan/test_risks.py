"""Do no harm: two partners of different organisations sign; a changed answer asks them anew."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from baithak.journal import services as journal
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.plan.files.actions_table import read_rows
from baithak.plan.models import CheckState, RiskCheck, SignOff
from baithak.plan.services import actions, imports
from baithak.plan.services import risks as services
from factories import network as people
from factories import plan_parts as make

pytestmark = pytest.mark.django_db

PAGE = 11
ANSWERS = {
    "who_could_be_harmed": "Those who are seen at the market late.",
    "precautions": "They go home in company.",
}


@pytest.fixture
def world():
    return people.world()


@pytest.fixture
def action(world):
    owner = people.organisation(world.city, "Lamp office")
    return make.action(make.plan(world.city, visibility="city"), owner=owner)


def partner(world, name, organisation=None):
    organisation = organisation or people.organisation(world.city, name)
    user = people.person(name)
    people.grant(user, world.city, Role.PARTNER, organisation=organisation)
    return user, organisation


def officer(world):
    return people.viewer(world.people["city"]["city_officer"])


def answered(world, action, **texts):
    return services.answer(
        action=action, language="en", texts={**ANSWERS, **texts}, left_over="low", by=officer(world)
    )


def signs(check, person, agrees=True, **kwargs):
    user, organisation = person
    told = {
        "edition": RiskCheck._unscoped.get(pk=check.pk).edition,
        "text": "" if agrees else "Too dark.",
        **kwargs,
    }
    return services.sign(
        check=check, organisation=organisation, agrees=agrees, by=people.viewer(user), **told
    )


def state(check):
    check.refresh_from_db()
    return check.state


def test_two_partners_of_different_organisations_sign_it(world, action):
    check = services.ask(check=answered(world, action), by=officer(world))
    one, two = partner(world, "Youth club"), partner(world, "Elders council")
    signs(check, one)
    assert state(check) == CheckState.ASKED
    # A second person of the same organisation does not count twice.
    with pytest.raises(RefusedError, match="said"):
        signs(check, partner(world, "Another of the club", one[1]))
    signs(check, two)
    assert state(check) == CheckState.SIGNED


def test_a_concern_sends_it_back_until_an_answer_changes(world, action):
    check = services.ask(check=answered(world, action), by=officer(world))
    one, two = partner(world, "Youth club"), partner(world, "Elders council")
    signs(check, one)
    signs(check, two)
    third = partner(world, "Traders")
    signs(check, third, agrees=False)
    assert state(check) == CheckState.RETURNED
    with pytest.raises(RefusedError, match="unchanged"):
        services.ask(check=check, by=officer(world))
    # The very same answers are no change.
    answered(world, action)
    assert (state(check), check.edition) == (CheckState.RETURNED, 1)
    answered(world, action, stop_signs="Stones are thrown.")
    assert (state(check), check.edition) == (CheckState.ASKED, 2)
    with pytest.raises(RefusedError, match="changed"):
        signs(check, one, edition=1)
    for person in (one, two, third):
        signs(check, person)
    assert state(check) == CheckState.SIGNED
    assert SignOff._unscoped.count() == 6


def test_a_changed_risk_level_asks_anew_too_and_a_translation_does_not(world, action):
    check = services.ask(check=answered(world, action), by=officer(world))
    for name in ("Youth club", "Elders council"):
        signs(check, partner(world, name))
    services.translate(
        check=check, language="bn", texts={"precautions": "সবাই মিলে বাড়ি যায়।"}, by=officer(world)
    )
    assert (state(check), check.edition) == (CheckState.SIGNED, 1)
    services.answer(
        action=action, language="en", texts=ANSWERS, left_over="high", by=officer(world)
    )
    assert (state(check), check.edition) == (CheckState.ASKED, 2)


def test_what_partners_signed_stands_in_every_language(world, action):
    check = services.ask(check=answered(world, action), by=officer(world))
    told = {"check": check, "language": "bn", "by": officer(world)}
    services.translate(**told, texts={"precautions": "সবাই মিলে বাড়ি যায়।"})
    services.translate(**told, texts={"precautions": "সবাই মিলে যায়।"})
    signs(check, partner(world, "Youth club"))
    with pytest.raises(ValidationError, match="agreed to it as it reads"):
        services.translate(**told, texts={"precautions": "কিছু না।"})
    # What came later can be put right, until another partner agrees to it.
    for labels in ("নেই", "নেই।"):
        services.translate(**told, texts={"labels": labels})
    signs(check, partner(world, "Elders council"))
    with pytest.raises(ValidationError, match="agreed to it as it reads"):
        services.translate(**told, texts={"labels": "আছে।"})
    check.refresh_from_db()
    assert check.texts["bn"] == {"precautions": "সবাই মিলে যায়।", "labels": "নেই।"}


CHANGES = {
    "words": {"texts": {"title": "Guards at the harbour market"}},
    "how": {"texts": {"title": "Lamps at the harbour market", "description": "All night."}},
    "for whom": {"target_groups": ["idps"]},
    "approach": {"approach": "peace_committee"},
    "partners": {"partners": []},
}


@pytest.mark.parametrize("door", ["form", "table"])
@pytest.mark.parametrize("what", [*CHANGES, "owner"])
def test_no_signature_outlives_a_changed_action(world, action, what, door):
    elders, club = partner(world, "Elders council"), partner(world, "Youth club")
    traders = people.organisation(world.city, "Traders")
    guards = people.organisation(world.city, "Guards office")
    make.Partnership._unscoped.create(action=action, organisation=traders)
    check = services.ask(check=answered(world, action), by=officer(world))
    for one in (elders, club):
        signs(check, one)
    assert state(check) == CheckState.SIGNED
    facts = {
        "texts": {"title": "Lamps at the harbour market"},
        "owner": action.owner,
        "partners": [traders],
        "target_groups": [],
        "approach": "",
    }
    wanted = {**facts, **CHANGES.get(what, {"owner": guards})}
    write(world, action, door, due=date(2027, 1, 1), **facts)
    assert (state(check), check.edition) == (CheckState.SIGNED, 1)
    write(world, action, door, due=date(2027, 1, 1), **wanted)
    assert (state(check), check.edition) == (CheckState.ASKED, 2)
    with pytest.raises(RefusedError, match="changed"):
        signs(check, club, edition=1)


def write(world, action, door, *, texts, owner, partners, target_groups, approach, due):
    """The action anew, by its form or by a table."""
    if door == "form":
        actions.change(
            action=action, language="en", texts={"description": "", **texts}, owner=owner,
            partners=partners, target_groups=target_groups, approach=approach, due=due,
            by=officer(world),
        )  # fmt: skip
        return
    told = {
        "number": "1", "title": texts["title"], "description": texts.get("description", ""),
        "owner": owner.name, "partners": ";".join(one.name for one in partners),
        "target_groups": ";".join(target_groups), "approach": approach, "due": due.isoformat(),
    }  # fmt: skip
    rows = read_rows([(1, list(told)), (2, list(told.values()))], language="en")
    imports.import_actions(plan=action.plan, rows=rows, by=officer(world))


def test_answers_of_a_draft_are_changed_without_a_new_edition(world, action):
    answered(world, action)
    check = answered(world, action, labels="None.")
    assert (check.edition, check.state) == (1, CheckState.DRAFT)
    with pytest.raises(RefusedError, match="not_asked"):
        signs(check, partner(world, "Youth club"))


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"precautions": ""}, "precautions"),
        ({"who_could_be_harmed": ""}, "who_could_be_harmed"),
        ({"labels": "Ask MH 12 AB 3456"}, "labels"),
        ({"stop_signs": "x" * 1001}, "stop_signs"),
    ],
)
def test_answers_that_are_refused(world, action, texts, field):
    with pytest.raises(ValidationError) as refused:
        answered(world, action, **texts)
    assert field in refused.value.error_dict
    assert not RiskCheck._unscoped.exists()


def test_who_cannot_sign(world, action):
    check = services.ask(check=answered(world, action), by=officer(world))
    club = partner(world, "Youth club")
    owner = partner(world, "Of the lamp office", action.owner)
    with pytest.raises(RefusedError, match="not_yours"):
        signs(check, owner)
    with pytest.raises(RefusedError, match="not_yours"):
        signs(check, (club[0], people.organisation(world.city, "Somebody else")))
    with pytest.raises(RefusedError, match="not_yours"):
        signs(check, (world.people["city"]["city_officer"], club[1]))
    with pytest.raises(ValidationError):
        signs(check, club, agrees=False, text="  ")
    with pytest.raises(ValidationError):
        signs(check, club, agrees=False, text="Ask asha@city.example")
    assert not SignOff._unscoped.exists()


def test_without_a_journal_nothing_is_signed(world, action, monkeypatch):
    check = services.ask(check=answered(world, action), by=officer(world))
    club = partner(world, "Youth club")

    def broken(**_):
        raise RuntimeError("no journal")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        signs(check, club)
    assert not SignOff._unscoped.exists()


# --- pages
def test_the_whole_way_on_the_pages(world, action):
    client = people.sign_in(world.people["city"]["city_officer"])
    there = f"{action.get_absolute_url()}risk/"
    assert "Nobody has checked yet" in client.get(there).content.decode()
    wrong = client.post(
        f"{there}answer/", {"language": "en", "left_over": "low", "checked_on": "2026-02-01"}
    )
    assert wrong.status_code == 422
    sent = {"language": "en", "left_over": "low", "checked_on": "2026-02-01", **ANSWERS}
    assert client.post(f"{there}answer/", sent)["Location"] == there
    note = "Partners can sign only what they may see"
    assert note not in client.get(there).content.decode()
    assert client.post(f"{there}ask/").status_code == 302
    club, elders = partner(world, "Youth club"), partner(world, "Elders council")
    first = people.sign_in(club[0])
    page = first.get(there).content.decode()
    assert "Your word as a design partner" in page
    assert "whoever else may see the plan reads its type and your words" in page
    word = {
        "organisation": club[1].pk,
        "agrees": "no",
        "text": "",
        "language": "en",
        "edition": "1",
    }
    answer = first.post(f"{there}sign/", word)
    assert answer.status_code == 422
    assert "Say what worries you" in answer.content.decode()
    assert first.post(f"{there}sign/", {**word, "agrees": "yes"}).status_code == 302
    page = first.post(f"{there}sign/", {**word, "agrees": "yes"}, follow=True).content.decode()
    assert "Your organisation has said what it thinks" in page
    second = people.sign_in(elders[0])
    second.post(f"{there}sign/", {**word, "organisation": elders[1].pk, "agrees": "yes"})
    assert "Signed by design partners" in client.get(there).content.decode()
    assert client.post(f"{there}sign/", word).status_code == 403
    assert first.post(f"{there}ask/").status_code == 403
    assert first.get(f"{there}answer/").status_code == 403
    # Answers change between reading and signing: the partner is told.
    client.post(f"{there}answer/", {**sent, "labels": "None."})
    page = second.post(
        f"{there}sign/", {**word, "organisation": elders[1].pk, "agrees": "yes"}, follow=True
    ).content.decode()
    assert "have changed since you opened this page" in page


def test_the_page_asks_the_database_as_often_for_three_words_as_for_one(
    world, action, django_assert_num_queries
):
    client = people.sign_in(world.people["city"]["city_officer"])
    check = make.check(action, state="asked")
    for said in (1, 3):
        while SignOff._unscoped.count() < said:
            make.sign_off(
                check, people.organisation(world.city, f"Club {SignOff._unscoped.count()}")
            )
        with django_assert_num_queries(PAGE):
            client.get(f"{action.get_absolute_url()}risk/")
