"""The shelf: links that the hub never opens, files that go with their row, each seen by whom it may."""

from __future__ import annotations

import io
import socket
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from baithak.exchange.finding import Finder
from baithak.exchange.models import Change, Resource
from baithak.exchange.services import resources as services
from baithak.exchange.shelf import LICENCES, file_kind, host
from baithak.journal import services as journal
from baithak.journal.models import Line
from baithak.network import services as network
from baithak.network.queries import acts_waiting
from baithak.network.refusal import RefusedError
from baithak.network.scope import PUBLIC
from baithak.web import files
from factories import exchange as make
from factories import network as people
from factories.files import GPS, PDF, good

pytestmark = pytest.mark.django_db

SHELF = "/en/exchange/resources/"
ADD = "/en/exchange/resources/add/"
ANOTHER = PDF.replace(b"/Count 0", b"/Count  0")
WORDS = {
    "title": "How to listen",
    "about": "Whom to ask first.",
    "publisher": "Ward office",
    "licence": "CC BY 4.0",
    "language": "en",
    "kind": "guide",
    "step": "mapping",
}


@pytest.fixture(autouse=True)
def home(tmp_path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "files"


@pytest.fixture
def world():
    return make.two_cities()


def linked(team, **told) -> Resource:
    told = {**WORDS, "url": "https://guides.example/listen", **told}
    return services.add(place=team.place, by=team.officer, **told)


def upload(content: bytes = PDF, name: str = "guide.pdf", declared: str = "application/pdf"):
    return SimpleUploadedFile(name, content, declared)


def filed(team, content: bytes = PDF, **told) -> Resource:
    kept = files.keep(upload(content))
    return services.add(place=team.place, by=team.officer, file=kept, **{**WORDS, **told})


def at(resource: Resource, act: str = "") -> str:
    return f"/en/exchange/resource/{resource.pk}/{act}"


def seen_by_all(resource: Resource) -> Resource:
    Resource._unscoped.filter(pk=resource.pk).update(visibility="public")
    resource.refresh_from_db()
    return resource


def stored(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir()) if home.exists() else []


def as_officer(team) -> Client:
    client = people.sign_in(team.users["city_officer"])
    client.place = team.place.pk
    return client


def given_in(client: Client, **told):
    return client.post(ADD, {**WORDS, "place": client.place, **told})


def wrong_of(answer) -> dict[str, list[str]]:
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.content.decode()
    return {
        name: [str(one) for one in told] for name, told in answer.context["form"].errors.items()
    }


# --- links


def test_a_link_lies_on_the_shelf_for_its_team_and_leaves_its_line(world):
    resource = linked(world.one)
    assert (resource.visibility, resource.shipped, resource.file_name) == ("mechanism", False, "")
    assert Line.objects.order_by("n").last().verb == "exchange.add_resource"
    assert Change._unscoped.filter(thing=resource.finding_id).count() == 1
    assert Resource.objects.seen_by(world.one.mayor).get() == resource
    for stranger in (world.one.partner, world.other.officer, world.secretary, PUBLIC):
        assert not Resource.objects.seen_by(stranger).exists()
    assert list(journal.verify()) == []


NO_LINKS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://guides.example/a",
    "//guides.example/a",
    "https://",
    "https:///path",
    "https://name:word@guides.example/",
    "https://guides.example\\@evil.example/",
    "https://guides.example/a b",
    "https://guides.example:0/",
    "https://guides.example/\u202egro",
    "guides.example",
    "https://guides.example/" + "a" * 2000,
]


@pytest.mark.parametrize("url", NO_LINKS)
def test_what_is_no_link_of_the_web_is_refused_with_a_remedy(world, url):
    with pytest.raises(ValidationError) as trouble:
        linked(world.one, url=url)
    assert not Resource._unscoped.exists()
    assert len(str(trouble.value)) > 30
    wrong = wrong_of(given_in(as_officer(world.one), url=url))
    assert set(wrong) == {"url"}


@given(st.text(max_size=60))
def test_whatever_is_written_as_a_link_leads_to_a_host_over_http_or_is_refused(told):
    try:
        address = services._address(told)
    except ValidationError:
        return
    assert address.startswith(("http://", "https://", "HTTP://", "HTTPS://", "hTTP"))
    assert host(address)


#: Addresses at which a hub that opened links would find itself, its neighbours or its landlord.
INSIDE = [
    "http://127.0.0.1:8000/en/",
    "http://[::1]/",
    "http://localhost/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/admin",
    "http://intranet/guide",
    "https://guides.example/listen",
]


@pytest.mark.parametrize("url", INSIDE)
def test_the_hub_never_opens_a_link(world, monkeypatch, url):
    """No name is asked for and no connection made, from the form to the page (SSRF)."""
    client = as_officer(world.one)

    def refuse(*args, **kwargs):
        raise AssertionError(f"asked elsewhere: {args[:2]}")

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    with pytest.raises(AssertionError, match="asked elsewhere"):  # the trap itself springs
        socket.create_connection(("127.0.0.1", 9))
    answer = given_in(client, url=url)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert f'href="{url}"' in page
    assert "The link leads to another site" in page
    assert 'rel="external noopener noreferrer nofollow"' in page
    assert client.get(SHELF).status_code == 200
    resource = Resource._unscoped.get()
    assert client.post(at(resource, "edit/"), {**WORDS, "url": url}).status_code == 302
    Finder().find(world.one.officer, "listen")


# --- either a link or a file


def test_neither_link_nor_file_or_both_is_refused(world, home):
    client = as_officer(world.one)
    assert wrong_of(given_in(client)) == {"url": ["Give a link or a file: one of the two."]}
    both = given_in(client, url="https://guides.example/", file=upload())
    assert "url" in wrong_of(both)
    assert (stored(home), Resource._unscoped.count()) == ([], 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"licence": ""}, "licence"),
        ({"licence": "other", "other_licence": ""}, "other_licence"),
        ({"title": " "}, "title"),
        ({"title": "Turned\u202e round"}, "title"),
        ({"about": "Turned\u202e round"}, "about"),
        ({"publisher": ""}, "publisher"),
        ({"language": "xx"}, "language"),
        ({"kind": "rumour"}, "kind"),
        ({"step": "no_such_step"}, "step"),
        ({"challenges": ["no_such_thing"]}, "challenges"),
    ],
)
def test_what_is_missing_or_unknown_is_told_at_its_field_and_no_file_stays(
    world, home, wrong, field
):
    answer = given_in(as_officer(world.one), file=upload(), **wrong)
    assert set(wrong_of(answer)) == {field}
    assert (stored(home), Resource._unscoped.count()) == ([], 0)


@pytest.mark.parametrize(
    "wrong", [{"step": "none"}, {"language": "xx"}, {"kind": "rumour"}, {"challenges": ["none"]}]
)
def test_the_service_checks_what_no_form_has(world, wrong):
    with pytest.raises(ValidationError):
        linked(world.one, **wrong)


def test_another_licence_is_kept_as_it_is_written(world):
    client = as_officer(world.one)
    given_in(client, url="https://a.example/", licence="other", other_licence="MIT")
    resource = Resource._unscoped.get()
    assert resource.licence == "MIT"
    form = client.get(at(resource, "edit/")).context["form"]
    assert (form["licence"].value(), form["other_licence"].value()) == ("other", "MIT")


def test_what_may_only_be_linked_to_is_not_kept_as_a_file(world, home):
    reserved = "All rights reserved"
    assert reserved in LICENCES
    client = as_officer(world.one)
    assert set(wrong_of(given_in(client, file=upload(), licence=reserved))) == {"licence"}
    assert stored(home) == []
    assert given_in(client, url="https://a.example/", licence=reserved).status_code == 302


# --- files


def test_a_picture_comes_back_without_the_place_it_was_taken_at(world, home):
    told = next(f for f in good() if f.name.endswith(".png"))
    picture = io.BytesIO()
    with Image.open(io.BytesIO(told.content)) as image:
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (23.0, 42.0, 37.44), 3: "E", 4: (90.0, 24.0, 0.0)}
        exif[0x010E] = "Dhaka-canary GPSLat"
        image.save(picture, "PNG", exif=exif)
    assert any(sign in picture.getvalue() for sign in GPS)  # it was there
    client = as_officer(world.one)
    answer = given_in(client, file=upload(picture.getvalue(), "square.png", "image/png"))
    assert answer.status_code == 302
    resource = Resource._unscoped.get()
    back = client.get(at(resource, "file/"))
    content = b"".join(back.streaming_content)
    with Image.open(io.BytesIO(content)) as image:
        assert dict(image.getexif()) == {}
    assert not any(sign in content for sign in GPS)
    assert len(content) == resource.file_size


@pytest.mark.parametrize(
    ("content", "name", "declared", "remedy"),
    [
        (b"<html><script>alert(1)</script></html>", "guide.pdf", "application/pdf", "as PDF"),
        (b"<svg onload='x()'/>", "drawing.svg", "image/svg+xml", "as PNG"),
        (b"", "guide.pdf", "application/pdf", "Choose it again"),
        (b"\0\1\2\3", "tool.exe", "application/octet-stream", "Give a picture"),
    ],
)
def test_what_is_not_what_it_says_is_refused_with_a_remedy(
    world, home, content, name, declared, remedy
):
    answer = given_in(as_officer(world.one), file=upload(content, name, declared))
    (told,) = wrong_of(answer)["file"]
    assert remedy in told
    assert (stored(home), Resource._unscoped.count()) == ([], 0)


def test_a_file_that_is_too_large_is_refused(world, home, settings):
    settings.FILES_LARGEST = 1024 * 1024
    answer = given_in(as_officer(world.one), file=upload(PDF + b"\n" * 1024 * 1024))
    assert "1 MB" in wrong_of(answer)["file"][0]
    assert stored(home) == []


def test_a_file_is_a_download_under_its_title_and_nothing_of_it_runs(world):
    resource = seen_by_all(filed(world.one, title="A/B: how\nto <listen>".replace("\n", " ")))
    answer = Client().get(at(resource, "file/"))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=3600"


def test_caches_keep_only_what_everybody_sees_and_nothing_of_who_is_signed_in(world):
    resource = filed(world.one)
    client = as_officer(world.one)
    for _ in range(2):
        answer = client.get(at(resource, "file/"))
        b"".join(answer)  # to its end: the client then closes it
        assert "no-store" in answer["Cache-Control"]
        seen_by_all(resource)


def test_a_file_is_for_those_who_see_its_row(world):
    resource = filed(world.one)
    clients = {
        "team": as_officer(world.one),
        "partner": people.sign_in(world.one.users["partner"]),
        "other city": as_officer(world.other),
        "secretary": people.sign_in(world.secretary_user),
        "nobody": Client(),
    }

    def allowed() -> set[str]:
        answers = {who: client.get(at(resource, "file/")) for who, client in clients.items()}
        for answer in answers.values():
            b"".join(answer)  # to its end: the client then closes it
        assert {answer.status_code for answer in answers.values()} <= {200, 404}
        return {who for who, answer in answers.items() if answer.status_code == 200}

    seen = [allowed()]
    for level in ("city", "hub", "network", "public"):
        Resource._unscoped.filter(pk=resource.pk).update(visibility=level)
        seen.append(allowed())
    inside = {"team", "partner"}
    members = {*inside, "other city", "secretary"}
    assert seen == [{"team"}, inside, members, members, {*members, "nobody"}]


def test_a_link_has_no_file_and_a_file_that_is_gone_is_not_found(world, home):
    client = as_officer(world.one)
    assert client.get(at(linked(world.one), "file/")).status_code == 404
    resource = filed(world.one)
    files.forget(resource.file_name)
    assert client.get(at(resource, "file/")).status_code == 404
    assert client.get(at(resource)).status_code == 200


# --- changed, removed


def test_other_words_leave_the_file_alone(world, home, django_capture_on_commit_callbacks):
    resource = filed(world.one)
    before = stored(home)
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_officer(world.one).post(at(resource, "edit/"), {**WORDS, "title": "Anew"})
    assert answer.status_code == 302
    resource.refresh_from_db()
    assert (resource.title, [resource.file_name]) == ("Anew", before) == ("Anew", stored(home))


def test_another_file_replaces_the_first_once_it_is_written(
    world, home, django_capture_on_commit_callbacks
):
    resource = filed(world.one)
    (before,) = stored(home)
    client = as_officer(world.one)
    with django_capture_on_commit_callbacks() as waiting:
        client.post(at(resource, "edit/"), {**WORDS, "file": upload(ANOTHER)})
        assert before in stored(home)  # not before the row is safe
    for forget in waiting:
        forget()
    resource.refresh_from_db()
    assert stored(home) == [resource.file_name] != [before]
    assert Line.objects.order_by("n").last().verb == "exchange.change_resource"


def test_a_change_that_is_refused_keeps_the_old_file_and_not_the_new(world, home):
    resource = filed(world.one)
    before = stored(home)
    told = {**WORDS, "title": "Turned\u202e round", "file": upload(ANOTHER)}
    wrong_of(as_officer(world.one).post(at(resource, "edit/"), told))
    assert stored(home) == before


def test_a_link_takes_the_place_of_a_file(world, home, django_capture_on_commit_callbacks):
    resource = filed(world.one)
    with django_capture_on_commit_callbacks(execute=True):
        as_officer(world.one).post(at(resource, "edit/"), {**WORDS, "url": "https://a.example/"})
    resource.refresh_from_db()
    assert (resource.url, resource.file_name, resource.file_size) == (
        "https://a.example/",
        "",
        None,
    )
    assert stored(home) == []
    assert "url" in wrong_of(as_officer(world.one).post(at(resource, "edit/"), WORDS))


def test_it_is_removed_after_a_tick_with_its_file_and_cannot_be_found(
    world, home, django_capture_on_commit_callbacks
):
    resource = filed(world.one)
    client = as_officer(world.one)
    index = Finder()
    assert len(index.find(world.one.officer, "listen", filters={"kind": ["resource"]}).hits) == 1
    refused = client.post(at(resource, "remove/"))
    assert refused.status_code == 422
    assert "Tick this first" in refused.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at(resource, "remove/"), {"sure": "on"}, follow=True)
    assert "It is removed from the shelf." in answer.content.decode()
    assert (stored(home), Resource._unscoped.count()) == ([], 0)
    assert index.find(world.one.officer, "listen", filters={"kind": ["resource"]}).hits == ()
    line = Line.objects.order_by("n").last()
    assert (line.verb, line.details["is"]) == ("exchange.remove_resource", "file")
    assert list(journal.verify()) == []


def test_it_is_not_removed_under_somebody_who_decides_about_it(world):
    resource = linked(world.one)
    act = network.ask_widening(
        shared=resource, to="hub", reason="Others ask.", by=world.one.officer
    )
    client = as_officer(world.one)
    told = client.post(at(resource, "remove/"), {"sure": "on"}, follow=True).content.decode()
    assert "Withdraw the request" in told
    network.confirm_two_person(act=act, by=world.one.mayor)
    Resource._unscoped.filter(pk=resource.pk).update(shipped=True)
    with pytest.raises(RefusedError, match="shipped"):
        services.remove(resource=resource, by=world.one.officer)


def test_what_came_with_the_hub_is_hidden_never_changed_here(world):
    make.load(world)
    resource = Resource._unscoped.filter(shipped=True).first()
    client = people.sign_in(world.secretary_user)
    page = client.get(at(resource)).content.decode()
    assert "It came with Baithak" in page
    assert "Change it" not in page
    for act in ("edit/", "remove/"):
        assert client.post(at(resource, act), WORDS).status_code == 403
    client.post(at(resource, "narrow/"), {"to": "city"})
    assert Client().get(at(resource)).status_code == 404


# --- who sees it


def test_two_people_show_it_to_more_one_click_to_fewer_and_the_search_follows(world):
    resource = linked(world.one)
    index, found = Finder(), {"query": "listen", "filters": {"kind": ["resource"]}}
    assert index.find(world.other.officer, **found).hits == ()
    client = as_officer(world.one)
    refused = client.post(at(resource, "share/"), {"to": "hub", "reason": ""})
    assert refused.status_code == 422
    client.post(at(resource, "share/"), {"to": "hub", "reason": "Others ask."})
    resource.refresh_from_db()
    assert resource.visibility == "mechanism"
    network.confirm_two_person(act=acts_waiting(world.one.mayor).get(), by=world.one.mayor)
    assert [hit.id for hit in index.find(world.other.officer, **found).hits] == [
        resource.finding_id
    ]
    client.post(at(resource, "narrow/"), {"to": "city"})
    assert index.find(world.other.officer, **found).hits == ()


def test_the_page_names_the_place_and_never_a_person(world):
    resource = seen_by_all(linked(world.one))
    page = Client().get(at(resource)).content.decode()
    assert world.one.place.name in page
    assert world.one.users["city_officer"].name not in page
    assert "Change it" not in page


# --- the list


def test_the_shelf_follows_the_guide_and_narrows(world):
    for title, step, language, kind in (
        ("Zebra", "sustain", "en", "law"),
        ("Yak", "mandate", "ur", "guide"),
        ("Ant", "mapping", "en", "guide"),
        ("All", "", "en", "template"),
        ("Bee", "mapping", "ta", "workshop_report"),
    ):
        linked(world.one, title=title, step=step, language=language, kind=kind)
    Resource._unscoped.update(visibility="public")

    def titles(asked: str = "") -> list[str]:
        groups = Client().get(SHELF + asked).context["groups"]
        return [row.title for _code, _title, rows in groups for row in rows]

    assert titles() == ["All", "Yak", "Ant", "Bee", "Zebra"]
    assert titles("?step=mapping") == ["Ant", "Bee"]
    assert titles("?language=ur") == ["Yak"]
    assert titles("?kind=guide&language=en") == ["Ant"]
    assert titles("?step=nonsense&language='&kind=%00") == titles()
    page = Client().get(SHELF + "?language=ur").content.decode()
    assert 'lang="ur">اردو' in page
    assert "Link to guides.example" in page


def test_an_empty_shelf_says_what_to_do(world):
    assert "The shelf is empty." in Client().get(SHELF).content.decode()
    assert "Put the first guide" in as_officer(world.one).get(SHELF).content.decode()
    assert "Nothing on the shelf fits." in Client().get(f"{SHELF}?step=mapping").content.decode()


def test_thirty_lie_on_a_page_and_the_choice_goes_along(world):
    for number in range(31):
        linked(world.one, title=f"Guide {number:02}", url=f"https://a.example/{number}")
    Resource._unscoped.update(visibility="public")
    page = Client().get(f"{SHELF}?step=mapping").content.decode()
    assert page.count("<li><div>") == 30
    assert "?step=mapping&amp;page=2" in page
    second = Client().get(f"{SHELF}?step=mapping&page=2").content.decode()
    assert second.count("<li><div>") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_a_page_ask_the_database_equally_often(world, rows, django_assert_num_queries):
    made = [linked(world.one, title=f"Guide {n}", step="") for n in range(rows)]
    Resource._unscoped.update(visibility="public")
    client = Client()
    client.get(SHELF)
    with django_assert_num_queries(2):
        client.get(SHELF)
    with django_assert_num_queries(1):
        client.get(at(made[0]))


def test_files_are_called_by_what_people_know():
    for ending, media_type in files._TYPES.items():
        if ending != "gif":
            assert file_kind(media_type) != "File"
    assert file_kind("application/x-unknown") == "File"
    assert django_settings.FILES_LARGEST > 0
