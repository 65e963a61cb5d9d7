"""The pages of a practice: read, write, review, translate, from the first draft to the end."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from baithak.exchange.models import Practice, Translation, Version
from baithak.exchange.queries import practices as queries
from baithak.exchange.records import library
from baithak.exchange.services import practices as services
from baithak.exchange.services import publishing, translations
from baithak.journal import services as journal
from baithak.network import services as network
from baithak.network.scope import SYSTEM
from factories import exchange as make
from factories import network as people
from factories.practices import SUNRISE

pytestmark = pytest.mark.django_db

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror=alert(1)>"


@pytest.fixture
def world():
    return make.two_cities()


def browser(team, role="city_officer"):
    return people.sign_in(team.users[role])


def text(response):
    return unescape(response.content.decode())


def url(practice, rest=""):
    return f"/en/exchange/practice/{practice.code}/{rest}"


def fresh(practice):
    return Practice._unscoped.select_related("place", "current").get(pk=practice.pk)


def form(**fields):
    """A practice as a browser sends it."""
    return {
        "title": "Lamps in every lane",
        "id": "",
        "language": "en",
        "city": "Colombo",
        "country": "LK",
        "admin_level": "city",
        "lead_organisation_type": "local_government",
        "challenges": ["hate_speech"],
        "approaches": ["intercultural_dialogue"],
        "target_groups": ["general_public"],
        "summary": "A lamp in every lane.",
        "evidence_level": "none_stated",
        "source_rows": "1",
        **fields,
    }


def source(row=0, **fields):
    told = {
        "url": "https://council.example/lamps",
        "title": "Lamps",
        "publisher": "Council",
        "accessed": "2026-11-01",
        **fields,
    }
    return {f"source_{row}_{name}": value for name, value in told.items()}


class TestReading:
    def test_everybody_reads_a_published_practice_with_its_evidence_and_gaps(self, world):
        practice = make.published(world, stimulus="It was dark.", failures=("The lamps broke.",))
        page = text(Client().get(url(practice)))
        assert practice.record.title in page
        assert "No result stated" in page
        assert "None of them says what came of it" in page
        assert "What did not work" in page
        assert "The lamps broke." in page
        untold = re.search(r'class="quiet untold">(.*?)</p>', page, re.S)[1]
        assert "Cost" in untold
        assert "What did not work" not in untold
        assert "From Kandarpur" in page
        assert 'href="/en/exchange/?challenge=language_barriers"' in page
        assert 'rel="noopener noreferrer"' in page
        assert "read on 1 Nov 2026" in page

    def test_a_copy_says_where_it_comes_from(self, world):
        make.load(world)
        copy = Practice._unscoped.filter(origin="baithak").first()
        assert "From the library that comes with Baithak" in text(Client().get(url(copy)))
        Practice._unscoped.filter(pk=copy.pk).update(origin="https://hub.example")
        assert "From the hub at https://hub.example, version 1" in text(Client().get(url(copy)))

    def test_an_example_and_a_retirement_are_marked(self, world):
        practice = make.published(world)
        assert "badge-example" not in text(Client().get(url(practice)))
        practice.place.example = True
        practice.place.save()
        services.retire(practice=practice, because="The fund ended.", by=world.one.officer)
        page = text(Client().get(url(practice)))
        assert "badge-example" in page
        assert "Retired" in page
        assert "The fund ended." not in page  # the words of one person
        assert "The fund ended." in text(browser(world.other).get(url(practice)))

    @pytest.mark.parametrize("rest", ["", "versions/", "versions/1/", "linked/"])
    def test_a_draft_is_not_there_for_strangers(self, world, rest):
        practice = make.draft(world.one)
        assert browser(world.one).get(url(practice, rest)).status_code == 200
        for stranger in (Client(), browser(world.other), browser(world.one, "partner")):
            assert stranger.get(url(practice, rest)).status_code == 404

    def test_each_text_stands_in_its_language(self, world):
        practice = make.published(world, stimulus="It was dark.")
        translated(world, practice, by_machine=True)
        page = text(Client().get(f"/ur/exchange/practice/{practice.code}/"))
        assert '<h1 lang="ur" dir="auto">چراغ</h1>' in page
        assert '<p lang="en" dir="auto">It was dark.</p>' in page
        english = text(Client().get(url(practice)))
        assert "چراغ" not in english.replace("workTranslation", "").split("</head>")[1]

    def test_side_by_side_tells_how_far_the_translation_can_be_trusted(self, world):
        practice = make.published(world)
        told = translated(world, practice, by_machine=True)
        page = text(Client().get(url(practice, "?side=ur")))
        assert f'<h1 lang="en" dir="auto">{practice.record.title}</h1>' in page
        assert "چراغ" in page
        assert "Not reviewed by a speaker" in page
        assert "Translated by machine" in page
        assert "Of an older version" not in page
        translations.mark_reviewed(translation=told, by=SYSTEM)
        Version._unscoped.filter(practice=practice).update(number=2)
        page = text(Client().get(url(practice, "?side=ur")))
        assert "Not reviewed by a speaker" not in page
        assert "Of an older version" in page
        assert Client().get(url(practice, "?side=nothing")).status_code == 200

    def test_machines_read_it_on_the_page_and_beside_it(self, world):
        practice = make.published(world, title=f"Lamps {HOSTILE}")
        page = Client().get(url(practice)).content.decode()
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        beside = Client().get(url(practice, "linked/"))
        assert beside["Content-Type"] == "application/ld+json"
        told = json.loads(block)
        assert told == json.loads(beside.content)
        assert told["headline"] == f"Lamps {HOSTILE}"
        assert "unsafe" not in Client().get(url(practice))["Content-Security-Policy"]

    def test_nothing_that_people_write_becomes_markup(self, world):
        told = {
            name: HOSTILE
            for name in ("title", "summary", "stimulus", "cost", "results", "harm", "legal_basis")
        }
        lists = dict.fromkeys(("what_was_done", "lessons", "failures", "partners"), (HOSTILE,))
        practice = make.published(world, **told, **lists)
        for rest in ("", "versions/", "versions/1/"):
            page = Client().get(url(practice, rest)).content.decode()
            assert "<script>window" not in page
            assert "<img src=x" not in page

    def test_only_writers_of_other_places_are_led_to_ask_its_owner(self, world):
        practice = make.published(world)
        asking = f"/en/exchange/questions/ask/?practice={practice.code}"
        assert asking in text(browser(world.other).get(url(practice)))
        for who in (browser(world.one), browser(world.other, "partner"), Client()):
            assert asking not in text(who.get(url(practice)))

    def test_the_footer_tells_the_version_of_baithak_and_no_other(self, world):
        practice = make.draft(world.one)
        make.in_review(world.one, practice)
        footer = re.compile(r"<p>Baithak (\S+) is free software")
        told = {
            footer.search(text(browser(world.other).get(url(practice, rest))))[1]
            for rest in ("", "versions/", "versions/1/", "judge/")
        }
        assert told == {footer.search(text(Client().get("/en/")))[1]}

    @pytest.mark.parametrize(("others", "expected"), [(0, 5), (3, 5)])
    def test_the_page_costs_the_same_whatever_the_hub_holds(
        self, world, others, expected, django_assert_num_queries
    ):
        practice = make.published(world)
        for number in range(others):
            make.published(world, f"kandarpur-lamps-{number}")
        stranger = Client()
        stranger.get(url(practice))
        with django_assert_num_queries(expected):
            stranger.get(url(practice))

    def test_what_grew_out_of_it_is_shown_to_whom_it_may_be(self, world):
        practice = make.published(world)
        child = services.begin(
            place=world.other.place,
            record=make.record("noorabad-lamps", title="Lamps of Noorabad"),
            by=world.other.officer,
            adapted_from=practice,
        )
        assert "Lamps of Noorabad" not in text(Client().get(url(practice)))
        assert practice.record.title in text(browser(world.other).get(url(child)))
        version = make.in_review(world.other, child)
        publishing.approve(version=version, text="", by=world.one.officer)
        assert "Lamps of Noorabad" in text(Client().get(url(practice)))


class TestVersions:
    def test_a_reader_sees_what_changed_and_who_reviewed_it(self, world):
        practice = make.published(world)
        record = replace(practice.record, summary="Every Monday the council invites neighbours.")
        services.write(
            practice=practice, record=record, by=world.one.officer, change_note="The day moved."
        )
        version = make.in_review(world.one, fresh(practice))
        publishing.approve(version=version, text="Clear enough.", by=world.other.officer)
        listed = text(Client().get(url(practice, "versions/")))
        assert "The day moved." in listed
        assert "reviewed by Noorabad" in listed
        page = text(Client().get(url(practice, "versions/2/")))
        assert "<del>Sunday </del>" in page
        assert "<ins>Monday </ins>" in page
        assert "Clear enough." in page
        first = text(Client().get(url(practice, "versions/1/")))
        assert "What changed since" not in first
        assert Client().get(url(practice, "versions/3/")).status_code == 404

    def test_a_version_in_work_is_the_teams(self, world):
        practice = make.published(world)
        record = replace(practice.record, title="Lamps tomorrow")
        services.write(practice=practice, record=record, by=world.one.officer)
        assert Client().get(url(practice, "versions/2/")).status_code == 404
        assert browser(world.other).get(url(practice, "versions/2/")).status_code == 404
        assert "Lamps tomorrow" in text(browser(world.one).get(url(practice, "versions/2/")))
        assert "Version 2" not in text(Client().get(url(practice, "versions/")))

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_costs_the_same_for_one_and_for_three(
        self, world, count, django_assert_num_queries
    ):
        practice = make.published(world)
        for number in range(2, count + 1):
            Version._unscoped.create(
                practice=practice, number=number, state="published",
                data=practice.current.data, published_on="2026-11-24", level="public",
            )  # fmt: skip
        with django_assert_num_queries(4):
            Client().get(url(practice, "versions/"))


class TestWriting:
    def test_a_draft_needs_no_source_and_gets_a_short_name(self, world):
        officer = browser(world.one)
        assert officer.get("/en/exchange/new/").status_code == 200
        answer = officer.post("/en/exchange/new/", form(place=world.one.place.pk))
        practice = Practice._unscoped.get()
        assert answer["Location"] == url(practice)
        assert practice.code == "colombo-lamps-in-every-lane"
        assert (practice.state, practice.record.sources) == ("draft", ())
        assert "Without one it cannot be published" in text(officer.get(url(practice)))
        assert list(journal.verify()) == []

    def test_every_field_comes_into_the_record(self, world):
        told = form(
            place=world.one.place.pk, id="my-lamps", start_year="2020", end_year="2024",
            stimulus="Dark.", what_was_done="First.\r\n\r\nSecond.\r\n", cost="100 LKR", staff="Two",
            results="Light.", lessons="Ask.\nListen.", failures="It rained.", replaced="Candles",
            after_change="Stayed", not_reached="Night workers", harm="None", legal_basis="By-law 3",
            partner_types=["cso"], partner_names="Friends of the Lake",
            languages=["ta", "si"], more_languages="sw, PS",
            prevention_levels=["primary"], source_rows="2", **source(1),
        )  # fmt: skip
        browser(world.one).post("/en/exchange/new/", told)
        record = Practice._unscoped.get().record
        assert (record.id, record.start_year, record.end_year) == ("my-lamps", 2020, 2024)
        assert record.what_was_done == ("First.", "Second.")
        assert (record.lessons, record.failures) == (("Ask.", "Listen."), ("It rained.",))
        assert record.partners == ("cso", "Friends of the Lake")
        assert set(record.languages) == {"ta", "si", "sw", "ps"}
        assert [one.publisher for one in record.sources] == ["Council"]
        for name in ("stimulus", "cost", "staff", "results", "replaced", "after_change"):
            assert getattr(record, name)
        for name in ("not_reached", "harm", "legal_basis"):
            assert getattr(record, name)

    @pytest.mark.parametrize(
        ("wrong", "field", "words"),
        [
            ({"title": ""}, "title", "Something must stand here"),
            ({"challenges": []}, "challenges", "Tick at least one"),
            ({"city": "Kolombo"}, "city", "not in the list of cities. Did you mean: Colombo"),
            ({"country": "NP"}, "city", "in LK, not in NP"),
            ({"start_year": "soon"}, "start_year", "is not a year"),
            ({"start_year": "2020", "end_year": "2010"}, "end_year", "before it began"),
            ({"id": "My Lamps"}, "id", "cannot be an id"),
            ({"title": "چراغ"}, "id", "none can be made of this title"),
            ({"summary": "a" * 2001}, "summary", "at most 2000"),
            ({"lessons": "Ask.\n" + "b" * 601}, "lessons", "row 2: The text has 601"),
            ({"lessons": "Ask.\nAsk."}, "lessons", "listed twice"),
            ({"summary": "A\u202elamp"}, "summary", "invisible sign"),
            ({"more_languages": "klingon"}, "more_languages", "is not known here"),
            (source(url="lamps"), "source_0_url", "is not an address"),
            (source(accessed="yesterday"), "source_0_accessed", "is not a day"),
            (source(publisher=""), "source_0_publisher", "Something must stand here"),
        ],
    )
    def test_each_problem_stands_at_its_field_and_nothing_is_lost(self, world, wrong, field, words):
        told = form(
            place=world.one.place.pk, harm="Somebody stumbled.", **{"lessons": "Ask.", **wrong}
        )
        answer = browser(world.one).post("/en/exchange/new/", told)
        assert answer.status_code == 422
        errors = answer.context["form"].errors
        assert set(errors) == {field}
        assert words in unescape(errors[field][0])
        page = text(answer)
        assert "Somebody stumbled." in page
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}"' in page
        assert (
            'value="hate_speech" checked' in re.sub(r'\s+id="\w+"', "", page)
            or "challenges" in wrong
        )
        assert not Practice._unscoped.exists()

    def test_a_short_name_that_is_taken_is_said_at_its_field(self, world):
        make.draft(world.one, "my-lamps")
        answer = browser(world.one).post(
            "/en/exchange/new/", form(place=world.one.place.pk, id="my-lamps")
        )
        assert answer.status_code == 422
        assert "is here already" in answer.context["form"].errors["id"][0]

    def test_one_more_source_loses_nothing_and_blames_nobody(self, world):
        told = form(title="", harm="A stumble", more_sources="1", **source())
        answer = browser(world.one).post("/en/exchange/new/", told)
        page = text(answer)
        assert answer.status_code == 200
        assert "error-summary" not in page
        assert "A stumble" in page
        assert "https://council.example/lamps" in page
        assert 'name="source_1_url"' in page
        assert 'name="source_rows" value="2"' in page

    @pytest.mark.parametrize("rows", ["999", "-1", "x", "99999999999999"])
    def test_nobody_asks_for_a_thousand_sources(self, world, rows):
        answer = browser(world.one).post(
            "/en/exchange/new/", form(more_sources="1", source_rows=rows)
        )
        assert answer.status_code == 200
        assert answer.context["form"].rows <= 40

    def test_an_unchanged_practice_saved_again_has_not_changed(self, world):
        for record in [SUNRISE, *library().practices[::12]]:
            practice = services.begin(place=world.one.place, record=record, by=world.one.officer)
            officer = browser(world.one)
            shown = officer.get(url(practice, "edit/")).context["form"]
            told = {
                name: shown[name].value()
                for name in shown.fields
                if shown[name].value() is not None
            }
            answer = officer.post(url(practice, "edit/"), {**told, "source_rows": str(shown.rows)})
            assert answer.status_code == 302, answer.context["form"].errors
            assert fresh(practice).record == replace(record, version=1)

    def test_a_published_practice_goes_on_with_its_next_version(self, world):
        practice = make.published(world)
        answer = browser(world.one).post(
            url(practice, "edit/"), form(change_note="New lamps.", **source())
        )
        version = queries.in_work(practice)
        assert answer["Location"] == url(practice, "versions/2/")
        assert (version.number, version.note) == (2, "New lamps.")
        assert fresh(practice).title == practice.record.title

    def test_what_waits_or_is_read_is_not_changed(self, world):
        practice = make.draft(world.one)
        publishing.ask_review(practice=practice, aim="hub", reason="Now.", by=world.one.officer)
        officer = browser(world.one)
        assert "waits for a second person" in text(officer.get(url(practice, "edit/"), follow=True))
        answer = officer.post(url(practice, "edit/"), form(**source()))
        assert answer.status_code == 422
        assert "Withdraw the request" in text(answer)

    def test_who_may_write_and_change(self, world):
        practice = make.published(world)
        for role, status in (("facilitator", 200), ("mayor", 403), ("partner", 403)):
            assert browser(world.one, role).get("/en/exchange/new/").status_code == status
            assert browser(world.one, role).get(url(practice, "edit/")).status_code == status
        assert browser(world.other).get(url(practice, "edit/")).status_code == 403
        assert Client().get("/en/exchange/new/").status_code == 302
        answer = browser(world.one).post("/en/exchange/new/", form(place=world.other.place.pk))
        assert set(answer.context["form"].errors) == {"place"}

    def test_a_practice_grows_out_of_one_that_can_be_seen(self, world):
        practice = make.published(world, title="Walks at sunrise")
        officer = browser(world.other)
        page = text(officer.get(f"/en/exchange/new/?from={practice.code}"))
        assert 'value="Walks at sunrise"' in page
        assert practice.record.summary not in page
        officer.post(
            "/en/exchange/new/", form(place=world.other.place.pk, **{"from": practice.code})
        )
        assert Practice._unscoped.get(place=world.other.place).adapted_from == practice
        hidden = make.draft(world.one, "hidden-lamps", title="Nobody knows")
        assert "Nobody knows" not in text(officer.get(f"/en/exchange/new/?from={hidden.code}"))

    def test_mine_tells_the_next_step(self, world):
        make.draft(world.one, "lamps-a", title="First")
        asked = make.draft(world.one, "lamps-b", title="Second")
        publishing.ask_review(practice=asked, aim="hub", reason="Now.", by=world.one.officer)
        make.in_review(world.one, make.draft(world.one, "lamps-c", title="Third"))
        back = make.in_review(world.one, make.draft(world.one, "lamps-d", title="Fourth"))
        publishing.send_back(version=back, text="Who paid?", by=world.other.officer)
        page = text(browser(world.one).get("/en/exchange/mine/"))
        for words in (
            "First", "Write on", "Waits for a second person", "Somebody of another city reads it",
            "Sent back",
        ):  # fmt: skip
            assert words in page
        assert "First" not in text(browser(world.other).get("/en/exchange/mine/"))
        assert "told of nothing yet" in text(browser(world.other).get("/en/exchange/mine/"))

    @pytest.mark.parametrize("count", [1, 3])
    def test_mine_costs_the_same_for_one_and_for_three(
        self, world, count, django_assert_num_queries
    ):
        for number in range(count):
            make.draft(world.one, f"lamps-{number}")
        officer = browser(world.one)
        officer.get("/en/exchange/mine/")
        with django_assert_num_queries(MINE):
            officer.get("/en/exchange/mine/")


#: Session, person, second factor, roles; then count, practices, translations, versions, requests; the
#: session is kept in three.
MINE = 12


class TestReview:
    def test_the_whole_way_in_the_browser(self, world):
        practice = make.draft(world.one)
        officer, other = browser(world.one), browser(world.other)
        page = text(officer.get(url(practice, "ask-review/")))
        assert "three people" in page
        assert officer.post(url(practice, "ask-review/"), {"to": "public"}).status_code == 422
        assert (
            officer.post(url(practice, "ask-review/"), {"to": "city", "reason": "x"}).status_code
            == 422
        )
        told = {"to": "public", "reason": "Others ask for it."}
        assert officer.post(url(practice, "ask-review/"), told).status_code == 302
        assert "second person" in text(officer.get(url(practice)))
        assert other.get(url(practice, "judge/")).status_code == 404
        network.confirm_two_person(act=queries.publish_request(practice), by=world.one.mayor)
        assert practice.record.title in text(other.get("/en/exchange/reviews/"))
        assert "Review it" in text(other.get(url(practice)))
        assert "What to judge by" in text(other.get(url(practice, "judge/")))
        answer = other.post(url(practice, "judge/"), {"verdict": "approve", "text": "Clear."})
        assert answer["Location"] == url(practice)
        assert Client().get(url(practice)).status_code == 200
        assert "Nothing waits" in text(other.get("/en/exchange/reviews/"))

    def test_nobody_judges_their_own(self, world):
        practice = make.draft(world.one)
        make.in_review(world.one, practice)
        for role in ("city_officer", "facilitator", "mayor"):
            assert browser(world.one, role).get(url(practice, "judge/")).status_code == 403
        for role in ("mayor", "partner"):
            assert browser(world.other, role).get(url(practice, "judge/")).status_code == 403
        assert practice.record.title not in text(browser(world.one).get("/en/exchange/reviews/"))

    def test_sent_back_with_words_or_not_at_all(self, world):
        practice = make.draft(world.one)
        make.in_review(world.one, practice)
        other = browser(world.other)
        bare = other.post(url(practice, "judge/"), {"verdict": "send_back", "text": " "})
        assert bare.status_code == 422
        assert set(bare.context["form"].errors) == {"text"}
        assert other.post(url(practice, "judge/"), {}).status_code == 422
        answer = other.post(url(practice, "judge/"), {"verdict": "send_back", "text": "Who paid?"})
        assert answer["Location"] == "/en/exchange/reviews/"
        assert other.get(url(practice)).status_code == 404
        assert "Who paid?" in text(browser(world.one).get(url(practice)))

    def test_without_a_source_it_is_not_sent(self, world):
        practice = make.draft(world.one, sources=())
        answer = browser(world.one).post(
            url(practice, "ask-review/"), {"to": "hub", "reason": "Now."}
        )
        assert answer.status_code == 422
        assert "no source yet" in text(answer)

    def test_taken_back_it_can_be_changed(self, world):
        practice = make.draft(world.one)
        make.in_review(world.one, practice)
        officer = browser(world.one)
        assert officer.get(url(practice, "take-back/")).status_code == 405
        assert "a draft again" in text(officer.post(url(practice, "take-back/"), follow=True))
        assert officer.get(url(practice, "edit/")).status_code == 200
        again = text(officer.post(url(practice, "take-back/"), follow=True))
        assert "not in review any more" in again

    def test_retired_with_a_reason_and_published_again(self, world):
        practice = make.published(world)
        officer = browser(world.one)
        assert officer.post(url(practice, "retire/"), {"because": " "}).status_code == 422
        officer.post(url(practice, "retire/"), {"because": "The fund ended."})
        assert "The fund ended." in text(browser(world.other).get(url(practice)))
        assert officer.get(url(practice, "retire/")).status_code == 403
        officer.post(url(practice, "republish/"))
        assert fresh(practice).state == "published"
        assert browser(world.one, "facilitator").get(url(practice, "retire/")).status_code == 403

    def test_narrowed_at_once_by_an_officer(self, world):
        practice = make.published(world)
        officer = browser(world.one)
        assert (
            browser(world.one, "mayor").post(url(practice, "narrow/"), {"to": "hub"}).status_code
            == 403
        )
        officer.post(url(practice, "narrow/"), {"to": "hub"})
        assert Client().get(url(practice)).status_code == 404
        assert browser(world.other).get(url(practice)).status_code == 200
        for to in ("public", "nothing", ""):
            officer.post(url(practice, "narrow/"), {"to": to})
            assert fresh(practice).visibility == "hub"
        draft = make.draft(world.one, "lamps-b")
        assert "is not published" in text(
            officer.post(url(draft, "narrow/"), {"to": "city"}, follow=True)
        )

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_of_reviews_costs_the_same_for_one_and_for_three(
        self, world, count, django_assert_num_queries
    ):
        for number in range(count):
            make.in_review(world.one, make.draft(world.one, f"lamps-{number}"))
        other = browser(world.other)
        other.get("/en/exchange/reviews/")
        with django_assert_num_queries(REVIEWS):
            other.get("/en/exchange/reviews/")


#: The same, but for count and versions in between.
REVIEWS = 9


class TestTranslating:
    def test_side_by_side_and_read_by_another_speaker(self, world):
        practice = make.published(world, lessons=("Ask.", "Listen."))
        officer, colleague = browser(world.one), browser(world.one, "facilitator")
        page = text(officer.get(url(practice, "in/ur/")))
        assert practice.record.summary in page
        assert 'lang="ur"' in page
        told = {"title": "چراغ", "summary": "ہر گلی میں۔", "lessons_0": "پوچھیے"}
        answer = officer.post(url(practice, "in/ur/"), told)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"lessons_1"}
        assert "پوچھیے" in text(answer)
        answer = officer.post(url(practice, "in/ur/"), {**told, "lessons_1": "سنیے"})
        assert answer["Location"] == url(practice, "in/ur/")
        translation = Translation._unscoped.get()
        assert translation.texts["lessons"] == ["پوچھیے", "سنیے"]
        assert "what_was_done" not in translation.texts
        seen = {"seen": officer.get(url(practice, "in/ur/")).context["seen"]}
        own = officer.post(url(practice, "in/ur/reviewed/"), seen, follow=True)
        assert "another speaker" in text(own)
        colleague.post(url(practice, "in/ur/reviewed/"), seen)
        assert Translation._unscoped.get().is_reviewed
        assert "ہر گلی میں۔" in text(officer.get(url(practice, "in/ur/")))

    def test_title_and_summary_are_needed_and_unseen_signs_refused(self, world):
        practice = make.published(world)
        answer = browser(world.one).post(url(practice, "in/ur/"), {"title": "چ\u202eراغ"})
        assert set(answer.context["form"].errors) == {"title", "summary"}

    @pytest.mark.parametrize("language", ["en", "xx", "english"])
    def test_no_other_language_is_there(self, world, language):
        practice = make.published(world)
        assert browser(world.one).get(url(practice, f"in/{language}/")).status_code == 404

    def test_who_may_translate(self, world):
        make.load(world)
        copy = Practice._unscoped.filter(origin="baithak").first()
        own = make.published(world)
        assert browser(world.one).get(url(own, "in/ur/")).status_code == 200
        assert browser(world.other).get(url(own, "in/ur/")).status_code == 403
        assert browser(world.one).get(url(copy, "in/ur/")).status_code == 403
        assert people.sign_in(world.secretary_user).get(url(copy, "in/ur/")).status_code == 200
        assert Client().get(url(own, "in/ur/")).status_code == 302
        assert browser(world.one).post(url(own, "in/ur/reviewed/")).status_code == 404


def translated(world, practice, **kwargs):
    return translations.translate(
        practice=practice,
        language="ur",
        texts={"title": "چراغ", "summary": "ہر گلی میں چراغ۔"},
        by=world.one.officer,
        **kwargs,
    )
