"""The one way to query: read from the source, so that nobody forgets it (R13)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from baithak.network.scope import PUBLIC, Scoped, ScopedModel, UnscopedError

SOURCE = Path(__file__).resolve().parents[2] / "src" / "baithak"
#: Tables that belong to no place, and why.
WITHOUT_PLACE = {
    "journal.Line": "filtered by place in journal.queries; below the room that knows viewers",
    "journal.Check": "the chain is one for the whole hub",
    "journal.Head": "the chain is one for the whole hub; a head is public",
    "journal.Kept": "counts of rows by place, filtered in journal.retention; below the room that knows viewers",
    "journal.Receipt": "a head that came back; it holds number, hash and signatures",
    "journal.Seen": "heads of other hubs, as they published them",
    "journal.Witness": "named by a place's slug, filtered in journal.queries; below the room that knows viewers",
    "network.User": "an account has no place; what it may do comes from memberships",
}


def models():
    return [m for m in apps.get_models() if m.__module__.startswith("baithak.")]


def test_every_table_is_scoped_or_says_why():
    bare = {m._meta.label for m in models() if not issubclass(m, ScopedModel)}
    assert bare == set(WITHOUT_PLACE)


@pytest.mark.parametrize("model", [m for m in models() if issubclass(m, ScopedModel)], ids=str)
def test_objects_gives_nothing_without_a_viewer(model):
    assert isinstance(model.objects, Scoped)
    for query in ("all", "get", "count", "first", "create", "filter", "exclude", "values", "none"):
        with pytest.raises(UnscopedError, match="who is looking"):
            getattr(model.objects, query)()
    with pytest.raises(TypeError, match="Viewer"):
        model.objects.seen_by(None)
    assert model.objects.seen_by(PUBLIC).query is not None
    assert model._default_manager.name == "_unscoped"


def test_no_related_name_opens_a_side_door_between_places():
    """From a place or a person no attribute leads to scoped rows: only a room's own parts may."""
    found = []
    for model in models():
        for field in model._meta.get_fields():
            related = getattr(field, "remote_field", None)
            if not (
                field.is_relation and field.concrete and related and issubclass(model, ScopedModel)
            ):
                continue
            within = field.related_model._meta.app_label == model._meta.app_label != "network"
            if not related.hidden and not within:
                found.append(f"{model._meta.label}.{field.name}")
    assert found == []


def unscoped(path: Path) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"_unscoped", "_base_manager", "_default_manager"}
    ]


def allowed(path: Path) -> bool:
    """In a room's own models, queries and services (and migrations), nowhere else."""
    room, *rest = path.relative_to(SOURCE).parts
    inside = Path(rest[0]).stem if rest else ""
    if inside in {"models", "queries", "services", "migrations"}:
        return True
    # Scope defines the manager; chores act for the hub itself on their own room's tables.
    return (room, inside) == ("network", "scope") or inside == "tasks"


def test_the_unscoped_manager_stays_in_its_rooms_cellar():
    found = {
        f"{path.relative_to(SOURCE)}:{line}"
        for path in SOURCE.rglob("*.py")
        if not allowed(path)
        for line in unscoped(path)
    }
    assert found == set()


def from_elsewhere(source: str, room: str) -> list[str]:
    """Uses of ``_unscoped`` on what this file took from another room, as line and name."""
    tree = ast.parse(source)
    home = {
        alias.asname or alias.name: node.module.split(".")[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("baithak.")
        for alias in node.names
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "_unscoped":
            owner = node.value
            while isinstance(owner, ast.Attribute):  # models.Slip
                owner = owner.value
            name = getattr(owner, "id", "")
            if home.get(name, room) != room:
                found.append(f"{node.lineno} {name}")
    return found


def test_no_room_reaches_into_anothers_cellar():
    """Where ``_unscoped`` is allowed, it is that of a model of the same room."""
    found = []
    for path in SOURCE.rglob("*.py"):
        relative = path.relative_to(SOURCE)
        told = from_elsewhere(path.read_text(), relative.parts[0])
        found += [f"{relative}:{one}" for one in told]
    assert found == []


def test_reaching_into_anothers_cellar_is_found():
    """Control: by the model's own name, under another one, and through its module."""
    told = """
from baithak.budget.models import Slip
from baithak.budget.models import Slip as Paper
from baithak.budget import models
Slip._unscoped.all(), Paper._unscoped.all(), models.Slip._unscoped.all()
"""
    assert len(from_elsewhere(told, "dialogue")) == 3
    assert from_elsewhere(told, "budget") == []


def test_the_search_finds_a_side_door(tmp_path):
    path = tmp_path / "views.py"
    path.write_text("def page(request):\n    return Dialogue._unscoped.all()\n")
    assert unscoped(path) == [2]
