"""Tests of the building itself: gates, directions of foreign keys, documents, no hosts, no drawers."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core import checks

from baithak.web import gate

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "baithak"
#: From the lowest to the highest room that keeps tables.
ROOMS = [
    "journal",
    "network",
    "exchange",
    "budget",
    "panel",
    "dialogue",
    "plan",
    "coordination",
    "home",
]


def tracked() -> list[Path]:
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [ROOT / name for name in told.split("\0") if name and (ROOT / name).is_file()]


def test_every_url_has_a_gate():
    assert gate.every_url_has_a_gate(None) == []
    assert len(list(gate.gates())) > 20


def test_a_view_without_a_gate_is_found(monkeypatch):
    def naked(request):
        return None

    monkeypatch.setattr(gate, "gates", lambda: [("naked/", "naked", naked)])
    assert [error.id for error in gate.every_url_has_a_gate(None)] == ["baithak.E001"]


def test_foreign_keys_point_downwards():
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("baithak."):
            continue
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            there = field.related_model._meta.app_label
            if there in ROOMS and ROOMS.index(there) > ROOMS.index(here):
                wrong.append(f"{model._meta.label}.{field.name} -> {there}")
    assert wrong == []


def test_no_drawers():
    drawers = {"utils", "helpers", "common", "misc", "core"}
    found = [path for path in SOURCE.rglob("*") if path.stem in drawers]
    assert found == []


def test_system_checks_are_clean():
    assert checks.run_checks() == []


@pytest.mark.parametrize(
    "room", sorted(p.name for p in SOURCE.iterdir() if (p / "__init__.py").exists())
)
def test_every_room_is_on_the_newcomers_map(room):
    assert f"`{room}/`" in (ROOT / "docs" / "rooms.md").read_text()


def test_every_setting_is_documented():
    source = (SOURCE / "settings.py").read_text()
    names = set(re.findall(r'"((?:BAITHAK_[A-Z_]+|DATABASE_URL))"', source))
    assert len(names) > 10
    told = (ROOT / "docs" / "settings.md").read_text()
    assert sorted(name for name in names if f"`{name}`" not in told) == []


def test_every_command_is_documented():
    from baithak.cli import main

    def commands(group, before=""):
        import click

        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            full = f"{before}{name}"
            if hasattr(command, "list_commands"):
                yield from commands(command, full + " ")
            else:
                yield full, command

    told = (ROOT / "docs" / "running.md").read_text()
    found = list(commands(main))
    assert len(found) > 8
    assert [name for name, _ in found if f"baithak {name}" not in told] == []
    assert [
        name
        for name, command in found
        if "Example" not in (command.help or "") + (command.epilog or "")
    ] == []


def test_permissions_page_is_up_to_date():
    from baithak.home.docs import text

    assert (ROOT / "docs" / "permissions.md").read_text() == text()


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(p.name[:4]) for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_file_names_a_package_registry():
    hosts = [
        ".".join(parts)
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("registry", "npmjs", "org"),
            ("deb", "debian", "org"),
        )
    ]
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert found == []


def test_pinned_requirements_hold_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") > 100


def test_every_dependency_carries_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    requirement = re.compile(r'^  "[A-Za-z0-9\[\]_.-]+[><=]')
    bare = [line for line in lines if requirement.match(line) and "#" not in line]
    assert bare == []
    assert sum(bool(requirement.match(line)) for line in lines) > 15


def test_exceptions_to_lint_carry_their_reason():
    """`noqa` and `type: ignore` name their rule; in the source they also say why."""
    bare = []
    for path in SOURCE.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)", line):
                bare.append(f"{path.relative_to(ROOT)}:{number}")
    assert bare == []


def test_templates_use_no_unsafe_doors():
    """No inline script or style, no |safe, no mark_safe: the policy of the browser would break."""
    wrong = []
    for path in SOURCE.rglob("*.html"):
        text = path.read_text()
        for pattern in (
            r"\|\s*safe\b",
            r"\sstyle=",
            r"\son[a-z]+=",
            r"<script(?![^>]*\bsrc=)",
            "{% autoescape off",
        ):
            if re.search(pattern, text):
                wrong.append(f"{path.relative_to(ROOT)}: {pattern}")
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in {"mark_safe", "RawSQL", "extra"}:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert wrong == []
