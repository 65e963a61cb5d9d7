"""Exports: right names and types, only for who may see, and the same when they come back."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.cache import cache
from django.test import Client

from baithak.exchange import finding
from baithak.exchange.merging import SHIPPED, Held, plan_import
from baithak.exchange.models import Adoption, Practice
from baithak.exchange.queries import public
from baithak.exchange.records import library, read_practices
from baithak.exchange.services import loading
from baithak.exchange.tables import read_table
from baithak.exchange.views import exports
from baithak.network import limits
from factories import exchange as make
from factories import network as people

pytestmark = pytest.mark.django_db
ALL = "/en/exchange/export/{}/"
ONE = "/en/exchange/practice/{}/as/{}/"
KINDS = ("yaml", "csv", "xlsx", "json", "jsonld", "bib", "ris")
PAPERS = ("pdf", "docx")


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(finding, "_finder", finding.Finder())


@pytest.fixture
def world():
    return make.two_cities()


def read(kind: str, content: bytes):
    shipped = library()
    if kind == "yaml":
        return read_practices(content, shipped.taxonomy, shipped.cities, "x.yaml").practices
    return read_table(content, shipped.taxonomy, shipped.cities, f"x.{kind}").practices


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_what_is_exported_comes_back_and_changes_nothing(world, client, kind):
    make.load(world)
    told = read(kind, client.get(ALL.format(kind)).content)
    assert len(told) == 153
    plan = plan_import(loading.copies(), [Held(SHIPPED, practice) for practice in told])
    assert (len(plan.unchanged), plan.changes, plan.conflicts) == (153, False, ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_has_its_name_and_type_and_is_never_shown_as_a_page(world, client, kind):
    make.published(world, "kandarpur-walks", city="Colombo")
    for path, name in (
        (ALL.format(kind), "practices"), (ONE.format("kandarpur-walks", kind), "kandarpur-walks")
    ):  # fmt: skip
        told = client.get(path)
        assert told.status_code == 200
        assert told["Content-Disposition"] == f'attachment; filename="{name}.{kind}"'
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Content-Type"] == exports.KINDS[kind]
        assert told.content
    assert client.get(ALL.format("exe")).status_code == 404
    assert client.get(ONE.format("kandarpur-walks", "exe")).status_code == 404


def test_the_library_is_exported_as_it_is_searched(world, client):
    make.load(world)
    shown = client.get("/en/exchange/", {"q": "rumours", "kind": "practice"})
    told = json.loads(client.get(ALL.format("json"), {"q": "rumours"}).content)["practices"]
    assert len(told) == shown.context["total"] > 5
    lanka = json.loads(client.get(ALL.format("json"), {"country": "LK"}).content)["practices"]
    assert {practice["country"] for practice in lanka} == {"LK"}
    none = client.get(ALL.format("csv"), {"q": "qqqqqqxxxxzzzz"})
    assert none.status_code == 200
    assert len(none.content.decode().splitlines()) == 1


def test_the_library_holds_what_everybody_may_see_whoever_asks(world):
    make.published(world, "kandarpur-lamps", aim="network")
    make.published(world, "kandarpur-walks", aim="public")
    make.draft(world.one, "kandarpur-drafts")
    for client in (Client(), people.sign_in(world.one.users["city_officer"])):
        for told in ({}, {"q": "walk"}, {"country": "LK"}):
            found = json.loads(client.get(ALL.format("json"), told).content)["practices"]
            assert [practice["id"] for practice in found] == ["kandarpur-walks"]


@pytest.mark.parametrize("kind", [*KINDS, *PAPERS])
def test_a_draft_is_exported_for_its_team_alone(world, kind):
    draft = make.draft(world.one, sources=())
    path = ONE.format(draft.code, kind)
    assert people.sign_in(world.one.users["city_officer"]).get(path).status_code == 200
    for stranger in (Client(), people.sign_in(world.other.users["city_officer"])):
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("language", ["en", "bn", "hi", "ur", "ta", "si", "dv", "ne"])
def test_a_paper_is_in_the_language_that_is_asked_for(world, client, language):
    make.load(world)
    path = ONE.format("bilbao-anti-rumour-strategy", "pdf")
    told = client.get(path, {"language": language})
    assert told.content.startswith(b"%PDF-")
    assert told["Content-Type"] == "application/pdf"
    assert f'filename="bilbao-anti-rumour-strategy-{language}.pdf"' in told["Content-Disposition"]
    assert f"/Lang({language})".encode() in told.content.replace(b"/Lang (", b"/Lang(")


def test_a_paper_is_in_the_readers_language_if_nobody_says_otherwise(world, client):
    make.load(world)
    told = client.get("/ur/exchange/practice/bilbao-anti-rumour-strategy/as/docx/")
    assert "strategy-ur.docx" in told["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(told.content)) as parts:
        assert "ur-PK" in parts.read("word/document.xml").decode()
    assert client.get(ONE.format("aarhus-model", "pdf"), {"language": "xx"}).status_code == 404


def test_a_paper_travels_so_it_names_only_what_everybody_may_see(world):
    practice = make.published(world)
    adoption = Adoption._unscoped.create(
        place=world.other.place, practice=practice, reason="Ours too.", outcome="failed",
        visibility="hub",
    )  # fmt: skip
    client = people.sign_in(world.other.users["city_officer"])

    def words() -> str:
        told = client.get(ONE.format(practice.code, "docx"))
        with zipfile.ZipFile(io.BytesIO(told.content)) as parts:
            return parts.read("word/document.xml").decode()

    assert "Noorabad" not in words()
    Adoption._unscoped.filter(pk=adoption.pk).update(visibility="public")
    assert "Noorabad: It did not work" in words()


def test_an_empty_table_is_read_as_one_without_practices(world, client):
    for kind in ("csv", "xlsx"):
        told = client.get(f"/en/exchange/template/{kind}/")
        assert told["Content-Disposition"] == f'attachment; filename="practices-empty.{kind}"'
        assert read(kind, told.content) == ()
    assert client.get("/en/exchange/template/pdf/").status_code == 404


def test_citations_name_the_page_of_the_practice(world, client):
    make.published(world)
    told = client.get(ONE.format("kandarpur-lamps", "bib")).content.decode()
    assert "url = {http://testserver/en/exchange/practice/kandarpur-lamps/}" in told


def test_too_many_files_from_one_address_wait(world, client, monkeypatch):
    make.published(world)
    monkeypatch.setitem(limits._table, exports.FILES.name, exports.FILES)  # put back afterwards
    monkeypatch.setattr(exports, "FILES", exports.Limit("exchange.files", most=1, seconds=600))
    assert client.get(ALL.format("json")).status_code == 200
    for path in (ALL.format("json"), ONE.format("kandarpur-lamps", "pdf")):
        told = client.get(path)
        assert told.status_code == 429
        assert int(told["Retry-After"]) > 0


def test_the_public_library_is_told_apart_by_what_a_reader_sees(world):
    make.published(world, "kandarpur-walks")
    before = public.digest(public.public())
    make.published(world, "kandarpur-lamps", aim="network")
    assert public.digest(public.public()) == before
    Practice._unscoped.filter(code="kandarpur-lamps").update(visibility="public")
    assert public.digest(public.public()) != before
