"""The draft: texts, categories, quotas from shares, the named chance; opened by two people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from baithak.journal.models import Line
from baithak.network import keys
from baithak.network import services as network
from baithak.network.models import State, Visibility
from baithak.panel import analysis, queries, services
from baithak.panel.models import Category, Feature, Panel
from baithak.panel.services import RefusedError
from factories import network as make
from factories import panel as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return made.team()


@pytest.fixture
def officer(team):
    return make.sign_in(team.users["city_officer"])


def text(response):
    return response.content.decode()


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def form(team, **more):
    now = timezone.now()
    return {
        "place": team.place.pk, "language": ["en", "ur"],
        "title_en": "Harbour panel", "question_en": "How should the harbour be shared?",
        "description_en": "The council invites you.", "title_ur": "بندرگاہ پینل",
        "question_ur": "بندرگاہ کیسے بانٹی جائے؟", "size": 24, "panels": 1000, "method": "leximin",
        "household": "on", "closes": local(now + timedelta(days=20)),
        "keep_until": (now + timedelta(days=80)).date().isoformat(), **more,
    }  # fmt: skip


def answers(*pairs):
    return [
        services.Answer({"en": name}, None if share is None else Decimal(share))
        for name, share in pairs
    ]


# --- quotas from shares
@given(
    shares=st.lists(st.integers(0, 100), min_size=1, max_size=12).filter(any),
    size=st.integers(2, 400),
    slack=st.integers(0, 50),
)
def test_quotas_from_shares_always_leave_room_for_a_panel(shares, size, slack):
    found = analysis.quotas_from_shares(shares, size, slack)
    assert sum(low for low, _ in found) <= size <= sum(high for _, high in found)
    total = sum(shares)
    for share, (low, high) in zip(shares, found, strict=True):
        exact = Fraction(share * size, total)
        assert 0 <= low <= exact <= high <= size
        # No wider than asked, to the next whole seat.
        assert exact - low < Fraction(slack * size, 100) + 1
        assert high - exact < Fraction(slack * size, 100) + 1


@given(shares=st.lists(st.integers(1, 99), min_size=2, max_size=6), size=st.integers(2, 100))
def test_more_slack_never_narrows_a_quota(shares, size):
    narrow = analysis.quotas_from_shares(shares, size, 2)
    wide = analysis.quotas_from_shares(shares, size, 9)
    assert all(w[0] <= n[0] and n[1] <= w[1] for n, w in zip(narrow, wide, strict=True))


# --- the draft
def test_an_officer_writes_a_draft_that_only_the_team_sees(team, officer):
    assert officer.get("/en/panel/new/?language=en&language=ur").status_code == 200
    answer = officer.post("/en/panel/new/", form(team))
    panel = Panel._unscoped.get()
    assert answer["Location"] == f"/en/panel/{panel.code}/categories/"
    assert (panel.state, panel.visibility) == (State.DRAFT, Visibility.MECHANISM)
    assert (panel.size, panel.panels, panel.household, panel.languages) == (
        24,
        1000,
        True,
        ["en", "ur"],
    )
    assert Line.objects.filter(verb="panel.create", thing=f"panel:{panel.pk}").count() == 1
    assert Client().get(f"/en/panel/{panel.code}/").status_code == 404
    assert make.sign_in(team.users["partner"]).get(f"/en/panel/{panel.code}/").status_code == 404
    assert make.sign_in(team.users["mayor"]).get(f"/en/panel/{panel.code}/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title_en": ""}, "This field is required."),
        ({"size": "1"}, "Seats"),
        ({"panels": "7"}, "Listed panels"),
        ({"closes": ""}, "Registration ends: This field is required."),
        ({"question_ur": ""}, "Each language needs both a title and a question."),
        ({"keep_until": "2020-01-01"}, "choose a later day"),
        ({"keep_until": "2099-01-01"}, "a year after registration at most"),
        ({"title_en": "Pan\u202eel"}, "invisible sign"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_stored(team, officer, wrong, said):
    answer = officer.post("/en/panel/new/", form(team) | wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Panel._unscoped.count() == 0


def test_a_draft_is_changed_until_a_request_waits(team, officer):
    panel = made.draft(team)
    data = form(team, size=30, title_en="Quay panel")
    assert officer.post(f"/en/panel/{panel.code}/edit/", data).status_code == 302
    told = made.fresh(panel)
    assert (told.size, told.texts["en"]["title"]) == (30, "Quay panel")
    services.fill_quotas(panel=panel, slack=Decimal(15), by=team.officer)
    services.name_chance(
        panel=panel, source="dice", name="the hall", known_from=told.closes + timedelta(days=1), by=team.officer,
    )  # fmt: skip
    services.ask_to_open(panel=panel, reason="The council asked.", by=team.officer)
    answer = officer.post(f"/en/panel/{panel.code}/edit/", data)
    assert "A request waits for a second person." in text(answer)
    for act in (
        lambda: services.add_category(panel=panel, kind="work", by=team.officer),
        lambda: services.set_quotas(panel=panel, quotas={}, by=team.officer),
        lambda: services.remove_category(category=queries.categories(panel.pk)[0], by=team.officer),
    ):
        with pytest.raises(RefusedError, match="waits"):
            act()


def test_retention_cannot_be_changed_once_it_is_promised(team):
    panel = made.opened(team)
    with pytest.raises(RefusedError, match="not_a_draft"):
        services.edit(panel=panel, texts=made.TEXTS, keep_until=made.soon().date(), by=team.officer)


def test_a_broken_journal_changes_nothing(team, monkeypatch):
    panel = made.draft(team)

    def broken(**_kwargs):
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr("baithak.journal.services.write", broken)
    before = list(Feature._unscoped.values_list("low", "high"))
    for act in (
        lambda: services.edit(panel=panel, texts=made.TEXTS, size=99, by=team.officer),
        lambda: services.add_category(panel=panel, kind="work", by=team.officer),
        lambda: services.fill_quotas(panel=panel, slack=Decimal(0), by=team.officer),
        lambda: services.name_chance(
            panel=panel,
            source="dice",
            name="elsewhere",
            known_from=made.soon() + timedelta(days=9),
            by=team.officer,
        ),
        lambda: services.remove_category(category=queries.categories(panel.pk)[0], by=team.officer),
    ):
        with pytest.raises(RuntimeError):
            act()
    told = made.fresh(panel)
    assert (told.size, told.source) == (8, "balls")
    assert Category._unscoped.count() == 2
    assert list(Feature._unscoped.values_list("low", "high")) == before


# --- categories
def test_a_usual_category_comes_with_its_answers_in_the_languages_we_have(team, officer):
    panel = services.create(
        place=team.place, texts=made.TEXTS, size=8, keep_until=made.soon().date() + timedelta(days=60),
        closes=made.soon(), by=team.officer,
    )  # fmt: skip
    address = f"/en/panel/{panel.code}/categories/"
    assert "No category yet." in text(officer.get(address))
    answer = officer.post(f"{address}add/", {"kind": "age"})
    category = Category._unscoped.get()
    assert answer["Location"] == f"{address}{category.pk}/"
    page = text(officer.get(answer["Location"]))
    assert "18 to 29\n30 to 44\n45 to 59\n60 and over" in page
    assert "This category is there already" in text(officer.post(f"{address}add/", {"kind": "age"}))
    data = {
        "name_en": "Age", "answers_en": "Young\nOld", "name_ur": "عمر", "answers_ur": "جوان\nبوڑھے",
        "shares": "62,5 %\n37.5",
    }  # fmt: skip
    assert officer.post(f"{address}{category.pk}/", data).status_code == 302
    assert list(Feature._unscoped.filter(category=category).values_list("labels", "share")) == [
        ({"en": "Young", "ur": "جوان"}, Decimal("62.50")),
        ({"en": "Old", "ur": "بوڑھے"}, Decimal("37.50")),
    ]
    assert officer.post(f"{address}{category.pk}/remove/").status_code == 302
    assert Category._unscoped.count() == Feature._unscoped.count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"answers_en": "Young"}, "line them up"),
        ({"answers_en": "Young", "answers_ur": "جوان", "shares": ""}, "from 2 to 20 answers"),
        ({"answers_en": "Old\nold!"}, "Two answers are alike"),
        ({"shares": "50\n40"}, "add up to 90.00 per cent"),
        ({"shares": "50"}, "1 shares for 2 answers"),
        ({"shares": "50\nhalf"}, "Line 2, “half”, is no number"),
        ({"shares": "nan\n50"}, "is no number"),
        ({"name_en": ""}, "This field is required."),
        ({"name_en": "Gender"}, "Another category has this name already."),
        ({"name_en": "Religion"}, "Say why the panel cannot do without it"),
        ({"sensitive": "on"}, "Say why, or leave the category out."),
        (
            {"name_en": "Political opinion", "reason": "Balance"},
            "not balanced by what people believe",
        ),
        ({"answers_en": "Suspect\nLoyal", "reason": "x"}, "not balanced by what people believe"),
    ],
)
def test_what_is_wrong_with_a_category_is_said(team, officer, wrong, said):
    panel = made.draft(team)
    category = next(c for c in queries.categories(panel.pk) if c.kind == "age")
    before = category.labels
    data = {
        "name_en": "Age", "answers_en": "Young\nOld", "name_ur": "عمر", "answers_ur": "جوان\nبوڑھے",
        "shares": "60\n40", **wrong,
    }  # fmt: skip
    answer = officer.post(f"/en/panel/{panel.code}/categories/{category.pk}/", data)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Category._unscoped.get(pk=category.pk).labels == before
    assert Feature._unscoped.filter(category=category).count() == 3


def test_a_sensitive_category_needs_a_reason_and_shows_fewer_figures(team):
    panel = made.draft(team)
    category = services.add_category(panel=panel, kind="own", by=team.officer)
    told = {"category": category, "labels": {"en": "Caste"}, "by": team.officer}
    two = answers(("Listed", "20"), ("Other", "80"))
    with pytest.raises(ValidationError, match="sensitive"):
        services.edit_category(answers=two, **told)
    made_so = services.edit_category(
        answers=two, reason="The law reserves places in the market for listed castes.", **told
    )
    assert made_so.sensitive
    assert analysis._k(panel, made_so) == 20
    assert (
        analysis._k(panel, next(c for c in queries.categories(panel.pk) if c.kind == "age")) == 10
    )


def test_eight_categories_are_the_most(team):
    panel = made.draft(team)
    for _ in range(6):
        services.add_category(panel=panel, kind="own", by=team.officer)
    with pytest.raises(RefusedError, match="too_many"):
        services.add_category(panel=panel, kind="own", by=team.officer)


def test_a_category_of_another_panel_is_not_there(team, officer):
    panel, other = made.draft(team), made.draft(made.team("Noorabad"))
    foreign = queries.categories(other.pk)[0]
    for act in ("", "remove/"):
        answer = officer.post(f"/en/panel/{panel.code}/categories/{foreign.pk}/{act}")
        assert answer.status_code == 404


# --- quotas and chance
def test_quotas_are_worked_out_from_shares_and_mended_by_hand(team, officer):
    panel = made.draft(team)
    address = f"/en/panel/{panel.code}/quotas/"
    assert officer.post(f"{address}fill/", {"slack": "0"}).status_code == 302
    told = {f.name: (f.low, f.high) for c in queries.categories(panel.pk) for f in c.features.all()}
    assert told == {
        "Woman": (4, 4), "Man": (4, 4), "18 to 29": (2, 3), "30 to 59": (3, 4), "60 and over": (2, 2),
    }  # fmt: skip
    page = text(officer.get(address))
    assert page.count('inputmode="numeric"') == 10
    old = Feature._unscoped.get(labels__en="60 and over")
    data = {
        f"{side}_{f.pk}": getattr(f, side)
        for f in Feature._unscoped.all()
        for side in ("low", "high")
    }
    assert officer.post(address, {**data, f"high_{old.pk}": 3}).status_code == 302
    old.refresh_from_db()
    assert (old.low, old.high) == (2, 3)
    for wrong, said in (
        ({f"low_{old.pk}": 5}, "The most cannot be less than the fewest."),
        ({f"high_{old.pk}": ""}, "Give both, or neither."),
        ({f"high_{old.pk}": 99}, "less than or equal to 8"),
        (
            {f"low_{old.pk}": 8, f"high_{old.pk}": 8},
            "13",
        ),  # 2 + 3 + 8 seats are promised, there are 8
    ):
        answer = officer.post(address, {**data, **wrong})
        assert answer.status_code == 422
        assert said in text(answer)
    old.refresh_from_db()
    assert (old.low, old.high) == (2, 3)


def test_changed_quotas_are_checked_anew(team):
    panel = made.opened(team)
    made.crowd(panel, 12)
    assert made.check(panel).pool_state == "current"
    old = Feature._unscoped.get(labels__en="60 and over")
    services.set_quotas(panel=panel, quotas={old.pk: (0, 8)}, by=team.officer)
    assert made.fresh(panel).pool_state == "stale"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"source": "coin"}, "Select a valid choice."),
        ({"source_name": ""}, "This field is required."),
        ({"source_at": "2020-01-01T10:00"}, "It must lie in the future"),
        ({"source_at": "soon"}, "It must lie after the end of registration"),
    ],
)
def test_a_chance_is_exact_and_lies_after_registration(team, officer, wrong, said):
    panel = made.draft(team)
    if wrong.get("source_at") == "soon":
        wrong = {"source_at": local(panel.closes - timedelta(hours=1))}
    data = {
        "source": "drand", "source_name": "5012345", "source_at": local(panel.closes + timedelta(days=2)),
    }  # fmt: skip
    answer = officer.post(f"/en/panel/{panel.code}/chance/", {**data, **wrong})
    assert answer.status_code == 422
    assert said in text(answer)
    assert made.fresh(panel).source == "balls"
    assert officer.post(f"/en/panel/{panel.code}/chance/", data).status_code == 302
    assert made.fresh(panel).source == "drand"


@pytest.mark.parametrize("source", ["drand", "lottery", "dice", "balls"])
def test_a_named_chance_leaves_no_choice_of_how_it_is_read(source):
    named, read = analysis.named(source, "Hall, 5 December")
    assert "Hall, 5 December" in named
    assert read == ("number" if source == "balls" else "hash")


# --- opening
def test_opening_takes_two_people_in_two_roles(team, officer):
    panel = made.draft(team)
    address = f"/en/panel/{panel.code}/"
    assert officer.post(f"{address}opening/", {"reason": ""}).status_code == 422
    assert officer.post(f"{address}opening/", {"reason": "The council asked."}).status_code == 302
    assert "You asked, so somebody else confirms" in text(officer.get(address))
    assert officer.post(f"{address}opening/confirm/").status_code == 302
    assert made.fresh(panel).state == State.DRAFT
    mayor = make.sign_in(team.users["mayor"])
    assert "Confirm and open" in text(mayor.get(address))
    # A confirmation of another act does nothing.
    mayor.post(f"{address}draw/confirm/")
    assert made.fresh(panel).state == State.DRAFT
    assert mayor.post(f"{address}opening/confirm/").status_code == 302
    told = made.fresh(panel)
    assert (told.state, told.visibility, told.notice) == (State.OPEN, Visibility.PUBLIC, "1")
    assert keys.exists(told.key)
    assert Client().get(f"/en/p/{panel.code}/").status_code == 200
    assert "Share the link" in text(officer.get(address))


def test_an_officer_alone_opens_nothing(team):
    panel = made.draft(team)
    act = services.ask_to_open(panel=panel, reason="Now.", by=team.officer)
    with pytest.raises(PermissionDenied):
        network.confirm_two_person(act=act, by=team.officer)
    second = make.viewer(make.member(team.place, "city_officer"))
    with pytest.raises(PermissionDenied):  # another person, but the same role
        network.confirm_two_person(act=act, by=second)
    assert made.fresh(panel).state == State.DRAFT


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (lambda p: Category._unscoped.all().delete(), "no_categories"),
        (lambda p: Feature._unscoped.update(low=None, high=None), "no_quotas"),
        (lambda p: Feature._unscoped.update(labels={"en": "x"}), "no_labels"),
        (lambda p: Feature._unscoped.update(low=8, high=8), "bad_quotas"),
        (lambda p: Panel._unscoped.update(closes=None), "no_deadline"),
        (lambda p: Panel._unscoped.update(closes=timezone.now()), "over"),
        (lambda p: Panel._unscoped.update(source_at=None), "no_chance"),
        (lambda p: Panel._unscoped.update(source_at=timezone.now()), "chance_too_early"),
        (lambda p: Panel._unscoped.update(keep_until=p.source_at.date()), "erased_too_early"),
        (lambda p: Panel._unscoped.update(state="closed"), "not_a_draft"),
    ],
)
def test_everything_is_fixed_before_residents_are_asked(team, officer, missing, code):
    panel = made.draft(team)
    missing(panel)
    with pytest.raises(RefusedError, match=code):
        services.ask_to_open(panel=panel, reason="Now.", by=team.officer)
    if code != "not_a_draft":
        answer = officer.post(f"/en/panel/{panel.code}/opening/", {"reason": "Now."})
        assert answer.status_code == 422
        assert "not possible any more. Reload" not in text(answer)  # it has words of its own


# --- lists
def test_a_citys_page_gets_that_citys_rows_alone(team, officer):
    made.draft(team)
    other = made.opened(made.team("Noorabad"))
    rows = officer.get(f"/en/panel/?place={team.place.slug}", headers={"HX-Request": "true"})
    assert text(rows).count("Harbour panel") == 1
    assert other.code not in text(rows)
    assert "<html" not in text(rows)
    assert "HX-Request" in rows["Vary"]
    page = text(officer.get(f"/en/places/{team.place.slug}/"))
    assert f"/en/panel/?place={team.place.slug}" in page
    assert "No panel yet." in text(Client().get(f"/en/panel/?place={team.place.slug}"))
