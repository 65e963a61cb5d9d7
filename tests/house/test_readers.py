"""The list of files that speak to residents is the truth: pages are opened, and code is followed."""

from __future__ import annotations

import ast
import inspect
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import trans_real

from baithak.web import messages, readers
from baithak.web.gate import gates
from baithak.web.readers import for_residents
from factories import network as make
from factories import things as stock
from trust.test_t12_permissions import ROUTES

#: Open to everybody, and written for people who run such work (the head of readers.py says so).
FOR_TEAMS = {
    "dialogue:practices",
    "exchange:fitting",
    "exchange:guide",
    "exchange:guide_step",
    "exchange:profile",
    "exchange:readiness",
    "exchange:resource",
    "exchange:resources",
    "exchange:question",
    "home:stop_letters",
    "network:accept",
    "network:election",
}
#: Rooms of those who work for a place: everybody may read what it shows, residents read this page.
TOOLS = ("plan:", "coordination:", "home:report")
OF_TOOLS_FOR_RESIDENTS = {"plan:progress"}
#: Teams sign in, residents never.
SIGN_IN = ("account_", "mfa_")


def test_every_line_of_the_list_names_a_file():
    for pattern in readers.RESIDENTS:
        assert list(messages.PACKAGE.glob(pattern.partition(":")[0])), pattern


def test_every_owner_named_in_the_list_says_something():
    """A class that was renamed would take its sentences to the teams unnoticed."""
    for pattern in readers.RESIDENTS:
        name, _colon, owner = pattern.partition(":")
        if owner:
            assert owner in {told for _, told in messages._owners(messages.PACKAGE / name)}, pattern


def heard(things: dict, nobody: stock.Somebody, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Every page as somebody who has not signed in: the route's name and what it said."""
    said: set[str] = set()
    for name in ("gettext", "ngettext"):
        told = getattr(trans_real.DjangoTranslation, name)

        def listens(self, message, *rest, _told=told):
            said.add(message.rpartition("\x04")[2])
            return _told(self, message, *rest)

        monkeypatch.setattr(trans_real.DjangoTranslation, name, listens)
    assert nobody.user_id is None
    for name, route in ROUTES.items():
        for thing in things.get(route["thing"], []):
            for method in route["methods"]:
                said.clear()
                with transaction.atomic():
                    answer = nobody.asks(method, reverse(name, kwargs=thing.kwargs))
                    if answer.streaming:
                        answer.getvalue()
                    transaction.set_rollback(True)
                yield name, set(said)


def unlisted(pages: list, homes: dict[str, bool]) -> set[tuple[str, str]]:
    """Sentences of ours that a page for residents said and that only files for teams hold."""
    return {
        (name, sentence)
        for name, said in pages
        if name not in FOR_TEAMS and not name.startswith(SIGN_IN)
        if not name.startswith(TOOLS) or name in OF_TOOLS_FOR_RESIDENTS
        for sentence in said
        if homes.get(sentence) is False
    }


@pytest.fixture(scope="module")
def homes() -> dict[str, bool]:
    """Each sentence of the interface, and whether it is one that residents meet."""
    found: dict[str, bool] = {}
    for message in messages.gathered():
        if message.id:
            sentence = messages._forms(message.id)[0]
            found[sentence] = found.get(sentence, False) or messages.met_by_residents(message)
    return found


@pytest.fixture
def quiet(monkeypatch):
    cache.clear()
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    return make.world()


@pytest.mark.slow
@pytest.mark.django_db
def test_nobody_meets_a_sentence_that_counts_as_teams(quiet, homes, monkeypatch):
    pages = list(heard(stock.things(quiet), stock.everybody(quiet)[0], monkeypatch))
    assert unlisted(pages, homes) == set()
    # The control: were one file left out of the list, it would be noticed.
    left_out = messages.sentences_of(messages.PACKAGE / "dialogue/templates/dialogue/about.html")
    assert unlisted(pages, {**homes, **dict.fromkeys(left_out, False)})


# --- what pages reach that only an answer opens: the code is followed instead

TEMPLATE = re.compile(r"[a-z_]+/[a-z_/]+\.html")
INSIDE = re.compile(r"{% (?:include|extends) \"([^\"]+)\"")


def templates_of(view: object) -> set[str]:
    """The templates that a view's function, and those of its module which it calls, name."""
    function = inspect.unwrap(view)  # type: ignore[arg-type]
    tree = ast.parse(Path(inspect.getsourcefile(function)).read_text())  # type: ignore[arg-type]
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    waiting, seen, found = [function.__name__], set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        for node in ast.walk(known[name]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)
            elif isinstance(node, ast.Constant) and TEMPLATE.fullmatch(str(node.value)):
                found.add(node.value)
    return found


def whole(names: set[str]) -> set[Path]:
    """These templates with those they include and extend."""
    waiting, found = list(names), set()
    while waiting:
        path = Path(get_template(waiting.pop()).origin.name)
        if path not in found and path.is_relative_to(messages.PACKAGE):
            found.add(path)
            waiting += INSIDE.findall(path.read_text())
    return found


def where_residents_take_part() -> dict[str, object]:
    """The views under d/, b/ and p/ that need no sign-in."""
    return {
        path: view
        for path, _name, view in gates()
        if re.match(r"\w+/[dbp]/", path)
        and getattr(getattr(view, "gate", None), "permission", "") is None
    }


def test_every_page_where_residents_take_part_is_in_the_list():
    views = where_residents_take_part()
    assert len(views) >= 20
    found = whole({name for view in views.values() for name in templates_of(view)})
    assert len(found) >= 40
    names = [path.relative_to(messages.PACKAGE).as_posix() for path in found]
    speaking = {n for n, path in zip(names, found, strict=True) if messages.sentences_of(path)}
    assert {name for name in speaking if not for_residents(name)} == set()
