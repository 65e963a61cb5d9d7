"""Statements in other languages: written by one person, read over by another, shown with its kind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from baithak.dialogue import analysis, queries, services, tasks
from baithak.dialogue.models import Dialogue, Wording
from baithak.journal.models import Line
from baithak.network.models import ElectionPeriod
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from factories import dialogue as made
from factories import network as people

pytestmark = pytest.mark.django_db

TAMIL = "பூங்காக்கள் இரவு பத்து மணி வரை திறந்திருக்க வேண்டும்."
BETTER = "பூங்காக்கள் இரவு 10 மணி வரை திறந்திருக்கட்டும்."


@pytest.fixture
def team():
    told = made.team()
    told.other = people.member(told.place, Role.MODERATOR, "Selvi")
    told.second = people.viewer(told.other)
    return told


@pytest.fixture
def dialogue(team):
    return made.opened(team)


@pytest.fixture
def first(dialogue):
    return made.statements(dialogue)[0]


def text(response):
    return response.content.decode()


def put(first, words=TAMIL, **kwargs):
    return services.translate(statement=first, language="ta", text=words, **kwargs)


def in_tamil(first):
    return Wording._unscoped.filter(statement=first, language="ta").first()


def test_one_writes_and_another_reads_it_over(team, first):
    row = put(first, by=team.moderator)
    assert (row.kind, row.reviewed, row.written_by_id) == ("human", False, team.moderator.user_id)
    with pytest.raises(RefusedError, match="writer"):
        services.read_over(statement=first, language="ta", by=team.moderator)
    assert services.read_over(statement=first, language="ta", by=team.second).reviewed
    lines = list(Line.objects.order_by("-n")[:2])
    assert [line.verb for line in lines] == ["dialogue.read_over", "dialogue.translate"]
    assert "பூங்கா" not in lines[0].detail + lines[1].detail
    assert '"language":"ta"' in lines[1].detail


def test_a_change_has_to_be_read_over_anew_and_can_be_taken_back_once(team, first):
    put(first, by=team.moderator)
    services.read_over(statement=first, language="ta", by=team.second)
    changed = put(first, BETTER, by=team.second)
    assert (changed.reviewed, changed.earlier) == (False, TAMIL)
    back = services.undo_translation(statement=first, language="ta", by=team.moderator)
    assert (back.text, back.earlier, back.reviewed) == (TAMIL, "", False)
    assert services.undo_translation(statement=first, language="ta", by=team.moderator) is None
    assert in_tamil(first) is None
    with pytest.raises(RefusedError, match="missing"):
        services.undo_translation(statement=first, language="ta", by=team.moderator)


def test_saving_the_same_words_changes_nothing(team, first):
    put(first, by=team.moderator)
    services.read_over(statement=first, language="ta", by=team.second)
    lines = Line.objects.count()
    assert put(first, f"  {TAMIL} ", by=team.second).reviewed
    assert Line.objects.count() == lines


def test_two_translators_do_not_write_over_each_other(team, first):
    put(first, by=team.moderator, seen="")
    with pytest.raises(RefusedError, match="changed"):
        put(first, BETTER, by=team.second, seen="")
    assert in_tamil(first).text == TAMIL
    with pytest.raises(RefusedError, match="changed"):
        services.read_over(statement=first, language="ta", by=team.second, seen=BETTER)
    put(first, BETTER, by=team.second, seen=TAMIL)


@pytest.mark.parametrize("words", ["", "  ", "x" * 281, "Pa\u202erks"])
def test_a_translation_is_safe_and_short(team, first, words):
    with pytest.raises(ValidationError):
        put(first, words, by=team.moderator)
    assert in_tamil(first) is None


@pytest.mark.parametrize("language", ["en", "xx", "ml"])
def test_only_another_known_language(team, first, language):
    with pytest.raises(ValidationError):
        services.translate(statement=first, language=language, text="Parks", by=team.moderator)


def test_what_a_second_person_confirms_is_what_was_asked(team):
    draft = made.draft(team)
    first = made.statements(draft)[0]
    put(first, by=team.moderator)
    services.ask_to_open(dialogue=draft, reason="Please.", by=team.officer)
    for act in (
        lambda: put(first, BETTER, by=team.moderator),
        lambda: services.undo_translation(statement=first, language="ta", by=team.moderator),
        lambda: services.read_over(statement=first, language="ta", by=team.second),
    ):
        with pytest.raises(RefusedError, match="waits_for_opening"):
            act()


# --- the page
def sheet(dialogue, rest="?language=ta"):
    return f"/en/dialogue/{dialogue.code}/words/{rest}"


def test_the_page_shows_what_is_missing_first_and_how_far_each_language_is(team, dialogue, first):
    put(first, by=team.moderator)
    page = text(people.sign_in(team.other).get(sheet(dialogue)))
    assert page.index('id="statement-2"') < page.index('id="statement-1"')
    assert "1 of 6" in page  # Tamil
    assert "6 of 6" in page  # English
    assert "2 of 6" in page  # Urdu
    assert 'lang="ta" dir="ltr"' in page
    assert "I have read it over" in page
    assert "I have read it over" not in text(
        people.sign_in(team.users["moderator"]).get(sheet(dialogue))
    )
    missing = text(people.sign_in(team.other).get(sheet(dialogue, "?language=ta&only=missing")))
    assert 'id="statement-1"' not in missing
    dhivehi = text(people.sign_in(team.other).get(sheet(dialogue, "?language=dv")))
    assert 'lang="dv" dir="rtl"' in dhivehi


@pytest.mark.parametrize("language", ["bn", "hi", "ur", "ta", "si", "dv", "ne"])
def test_all_eight_languages_can_be_written(team, dialogue, language):
    page = people.sign_in(team.other).get(sheet(dialogue, f"?language={language}"))
    assert page.status_code == 200
    assert f'<textarea name="text" id="text-2" rows="3" maxlength="400" lang="{language}"' in text(
        page
    )


def test_writing_reading_over_and_taking_back_by_the_page(team, dialogue, first):
    mine, other = people.sign_in(team.users["moderator"]), people.sign_in(team.other)
    base = sheet(dialogue, f"{first.pk}/ta/")
    answer = mine.post(base, {"text": TAMIL, "seen": ""})
    assert answer["Location"] == sheet(dialogue, "?language=ta#statement-1")
    again = mine.post(f"{base}read/", {"seen": TAMIL})
    assert again.status_code == 422
    assert "You wrote it, so another person reads it over." in text(again)
    part = other.post(f"{base}read/", {"seen": TAMIL}, headers={"hx-request": "true"})
    assert text(part).lstrip().startswith('<section class="card word" id="statement-1"')
    assert "Read over by another person" in text(part)
    clash = other.post(base, {"text": BETTER, "seen": ""}, headers={"hx-request": "true"})
    assert clash.status_code == 422
    assert BETTER in text(clash)
    assert "Saved there now:" in text(clash)
    other.post(f"{base}undo/", {"seen": TAMIL})
    assert in_tamil(first) is None


def test_no_such_row(team, dialogue, first):
    mine = people.sign_in(team.users["moderator"])
    waiting = made.submission(dialogue, "Benches in the shade.")
    for rest in (f"{first.pk}/en/", f"{first.pk}/xx/", f"{waiting.pk}/ta/", "999999/ta/"):
        assert mine.post(sheet(dialogue, rest), {"text": "x"}).status_code == 404
    partner = people.sign_in(team.users["partner"])
    assert partner.post(sheet(dialogue, f"{first.pk}/ta/"), {"text": "x"}).status_code == 403
    assert partner.get(sheet(dialogue)).status_code == 403


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_takes_a_fixed_number_of_queries(team, dialogue, count, django_assert_num_queries):
    for statement in made.statements(dialogue)[:count]:
        put(statement, f"{TAMIL} {statement.pk}", by=team.moderator)
    with django_assert_num_queries(
        4
    ):  # statements and their wordings; how many, in which languages
        assert len(queries.pairs(team.moderator, dialogue, "ta")) == 6
        assert len(queries.progress(team.moderator, dialogue)) == 8


# --- what residents read
def card(dialogue, language):
    queries.forget()
    return text(Client().get(f"/{language}/d/{dialogue.code}/"))


def test_residents_read_it_in_their_language_with_its_kind_and_the_original(team):
    dialogue = made.opened(team, seeds=made.SEEDS[:1])
    (first,) = made.statements(dialogue)
    with translation.override("ta"):
        missing = translation.gettext("Original, not yet translated")
    assert missing in card(dialogue, "ta")
    put(first, by=team.moderator)
    page = card(dialogue, "ta")
    assert f'<blockquote class="statement" lang="ta" dir="auto">{TAMIL}</blockquote>' in page
    with translation.override("ta"):
        unread = translation.gettext("Translated by a person, not yet read over")
        read = translation.gettext("Translated, and read over by another person")
    assert unread in page
    assert "Parks should stay open until 10 at night." in page  # behind "Show the original"
    services.read_over(statement=first, language="ta", by=team.second)
    page = card(dialogue, "ta")
    assert read in page
    assert unread not in page


# --- the dialogue's own texts
TEXTS = {"title": "துறைமுக சந்தை", "question": "சந்தை எல்லோருக்கும் எப்படி நல்லதாகும்?", "description": ""}


def test_the_dialogues_texts_in_one_more_language(team, dialogue):
    mine = people.sign_in(team.users["moderator"])
    sent = {f"texts-{name}": words for name, words in TEXTS.items()}
    assert mine.post(sheet(dialogue), {**sent, "texts-title": ""}).status_code == 422
    assert mine.post(sheet(dialogue), sent).status_code == 302
    told = Dialogue._unscoped.get(pk=dialogue.pk)
    assert told.languages == ["en", "ur", "ta"]
    assert told.first_language == "en"
    assert TEXTS["question"] in card(dialogue, "ta")
    again = mine.post(sheet(dialogue), {**sent, "texts-title": "சந்தை"})
    assert again.status_code == 422
    assert "You wrote these words last" in text(again)
    assert "Save the texts" not in text(mine.get(sheet(dialogue)))
    other = people.sign_in(team.other)
    assert other.post(sheet(dialogue), {**sent, "texts-title": "சந்தை"}).status_code == 302
    assert Dialogue._unscoped.get(pk=dialogue.pk).texts["ta"]["title"] == "சந்தை"
    assert mine.post(sheet(dialogue), sent).status_code == 302


def add_tamil(dialogue, by, **texts):
    return services.add_language(dialogue=dialogue, language="ta", texts={**TEXTS, **texts}, by=by)


def test_who_added_a_language_changes_it_in_no_other_role(team, dialogue):
    add_tamil(dialogue, team.moderator)
    people.grant(team.users["moderator"], team.place, Role.CITY_OFFICER)
    both = people.viewer(team.users["moderator"])
    assert add_tamil(dialogue, both).texts["ta"]["title"] == TEXTS["title"]  # the same words
    with pytest.raises(RefusedError, match="own_words"):
        add_tamil(dialogue, both, title="சந்தை")
    assert Line.objects.filter(verb="dialogue.add_language").count() == 1


def test_no_new_texts_around_an_election_and_none_in_the_end(team, dialogue):
    today = timezone.localdate()
    period = ElectionPeriod(place=team.place, begins=today, ends=today + timedelta(days=9))
    period.save()
    with pytest.raises(ValidationError, match="election"):
        add_tamil(dialogue, team.moderator)
    period.delete()
    add_tamil(dialogue, team.moderator)
    first = made.statements(dialogue)[0]
    put(first, by=team.moderator)
    now = timezone.now()
    Dialogue._unscoped.filter(pk=dialogue.pk).update(state="closed", sealed=now, retired=now)
    for act in (
        lambda: add_tamil(dialogue, team.second, title="சந்தை"),
        lambda: put(first, BETTER, by=team.second),
        lambda: services.read_over(statement=first, language="ta", by=team.second),
        lambda: services.undo_translation(statement=first, language="ta", by=team.second),
    ):
        with pytest.raises(RefusedError, match="retired"):
            act()
    page = text(people.sign_in(team.other).get(sheet(dialogue)))
    assert "The answers were deleted when their time was over." in page
    assert "<textarea" not in page


def test_what_was_confirmed_stays_as_it_is(team, dialogue):
    for language in ("en", "ur"):
        with pytest.raises(RefusedError, match="confirmed"):
            services.add_language(
                dialogue=dialogue, language=language, texts=TEXTS, by=team.moderator
            )
    with pytest.raises(RefusedError, match="draft"):
        services.add_language(
            dialogue=made.draft(team), language="ta", texts=TEXTS, by=team.moderator
        )
    assert "Title and question of the dialogue" not in text(
        people.sign_in(team.users["moderator"]).get(sheet(dialogue, "?language=ur"))
    )


# --- results in the reader's language
@pytest.mark.parametrize(
    ("language", "words"),
    [("ta", TAMIL), ("dv", "ޕާކުތައް ރޭގަނޑު 10 އާ ހަމައަށް ހުޅުވިފައި އޮންނަންވާނެ.")],
)
def test_result_map_and_table_are_in_the_readers_language(team, dialogue, first, language, words):
    services.translate(statement=first, language=language, text=words, by=team.moderator)
    made.crowd(dialogue)
    assert tasks.redraw_a_map() == 1
    queries.forget()
    for address in (f"/d/{dialogue.code}/result/", f"/dialogue/{dialogue.code}/map/"):
        page = text(Client().get(f"/{language}{address}"))
        assert f'lang="{language}" dir="auto">{words}<' in page
        assert "Loudspeakers should stop at nine." in page  # as it was written
    table = Client().get(f"/{language}/dialogue/{dialogue.code}/report/csv/")
    assert words in text(table)
    with translation.override(language):
        assert words in analysis.report(dialogue, "html").body.decode()
        assert analysis.report(dialogue, "pdf").body.startswith(b"%PDF-")
        unread = translation.gettext("Translated by a person, not yet read over")
        assert f"{words} [{unread}]" in analysis.report(dialogue, "html").body.decode()
        services.read_over(statement=first, language=language, by=team.second)
        queries.forget()
        assert unread not in analysis.report(dialogue, "html").body.decode()
