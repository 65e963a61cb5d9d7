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


def test_no_room_reaches_into_anothers_cellar():
    """Where ``_unscoped`` is allowed, it is that of a model of the same room."""
    room_of = {m.__name__: m._meta.app_label for m in models()}
    found = []
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "_unscoped":
                owner = getattr(node.value, "id", None)
                if owner in room_of and room_of[owner] != room:
                    found.append(f"{path.relative_to(SOURCE)}:{node.lineno} {owner}")
    assert found == []


def test_the_search_finds_a_side_door(tmp_path):
    path = tmp_path / "views.py"
    path.write_text("def page(request):\n    return Dialogue._unscoped.all()\n")
    assert unscoped(path) == [2]
