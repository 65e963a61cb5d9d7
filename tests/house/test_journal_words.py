"""Every verb that the source writes into the journal has plain words (docs/methods/journal.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from baithak.journal import words
from baithak.network.models import Levelled
from baithak.network.services import two_person

SOURCE = Path(__file__).resolve().parents[2] / "src" / "baithak"
#: Functions of rooms that add the room's name to a verb: the first plain string they are given. Inside
#: them the verb is handed on. Whatever else writes a verb that is no plain string fails the test.
NOTES = {"note", "_note", "_written", "note_session", "settle", "_become"}
HANDS_ON = {*NOTES, "narrow"}


def strings(node: ast.expr | None) -> Iterator[str]:
    """The plain strings an expression can be: itself, or both ends of ``a if b else c``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the function around it."""

    def walk(node: ast.AST, inside: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield inside, child
            here = child.name if isinstance(child, ast.FunctionDef) else inside
            yield from walk(child, here)

    yield from walk(tree, "")


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def beginning(node: ast.expr) -> str:
    """What an f-string begins with: ``add_`` of ``f"add_{kind}"``."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def written(source: str, room: str) -> tuple[set[str], set[str], list[int]]:
    """The verbs that a file writes, how others begin, and lines whose verb cannot be read."""
    verbs: set[str] = set()
    begin: set[str] = set()
    unread = []
    for inside, call in functions(ast.parse(source)):
        named = {k.arg: k.value for k in call.keywords}
        name = name_of(call)
        if name == "write" and "verb" in named and "thing" in named:
            verb = named["verb"]
            found = list(strings(verb))
            verbs |= set(found)
            handed = inside in HANDS_ON or isinstance(verb, ast.Name | ast.Attribute)
            if not found and not handed:
                unread.append(call.lineno)
        elif name in NOTES and len(call.args) > 1 and inside not in NOTES:
            told = next((list(strings(a)) for a in call.args if list(strings(a))), [])
            starts = {beginning(a) for a in call.args} - {""}
            verbs |= {f"{room}.{verb}" for verb in told}
            begin |= {f"{room}.{start}" for start in starts}
            if not told and not starts:
                unread.append(call.lineno)
    return verbs, begin, unread


def rooms() -> Iterator[tuple[str, Path]]:
    for folder in ("services", "services.py", "tasks.py", "commands.py", "retention.py"):
        for path in SOURCE.glob(f"*/{folder}"):
            for file in path.rglob("*.py") if path.is_dir() else [path]:
                yield path.relative_to(SOURCE).parts[0], file


def test_every_verb_of_the_source_has_words():
    verbs: set[str] = set()
    begin: set[str] = set()
    unread = []
    for room, path in rooms():
        found, starts, lines = written(path.read_text(), room)
        verbs, begin = verbs | found, begin | starts
        unread += [f"{path.relative_to(SOURCE)}:{line}" for line in lines]
    # What places share can be narrowed in every room that has such things.
    verbs |= {f"{m._meta.app_label}.narrow" for m in apps.get_models() if issubclass(m, Levelled)}
    assert unread == [], "say the verb as a plain string, or in a helper named in NOTES"
    assert len(verbs) > 120
    assert words.unknown(verbs) == [], "write them into <room>/journal_words.py"
    assert [b for b in sorted(begin) if not any(v.startswith(b) for v in words.VERBS)] == []


def test_every_act_of_two_people_has_words():
    assert set(two_person._KNOWN) <= set(words.ACTS)
    assert len(words.ACTS) >= 15


#: What is no thing of its own in the journal: its lines are about what it belongs to.
PARTS = {
    "plan.Severity", "plan.Partnership", "plan.ActionStep", "plan.Reading", "plan.SignOff",
    "coordination.Seat", "coordination.Balance", "coordination.AgendaItem",
    "coordination.Decision", "coordination.Attendance", "coordination.Reply",
    "coordination.Participants", "coordination.CommitmentStep", "coordination.Preparation",
    "coordination.Endorsement",
    "exchange.Version", "exchange.Translation", "exchange.AdoptionStep", "exchange.Answer",
    "home.Reapproval", "home.Tick", "network.TwoPersonAct", "journal.Line",
}  # fmt: skip


def kinds_of(source: str) -> set[str]:
    """What the things begin with that a file names: ``thing="plan:4"``, or a function ``thing``."""
    named: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "thing":
            named.append(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "thing":
            named += [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
    told = [text for node in named if node for text in (*strings(node), beginning(node))]
    return {words.kind_of(text) for text in told if ":" in text}


def without_kind(kinds: set[str]) -> list[str]:
    return sorted(kinds - {name for name, _label in words.kinds()})


def test_every_thing_of_the_journal_has_a_kind():
    kinds: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        kinds |= kinds_of(path.read_text())
    assert len(kinds) > 15
    # Notes of rooms and acts of two people name a thing of a place by its model.
    kinds |= {
        model._meta.model_name
        for model in apps.get_models()
        if model.__module__.startswith("baithak.")
        and hasattr(model, "place")
        and model._meta.label not in PARTS
    }
    assert without_kind(kinds) == [], "write them into <room>/journal_words.py"


def test_a_thing_without_a_kind_is_found():
    source = """
write(verb="moon.land", thing=f"rocket:{n}")
ask_two_person(thing="moon.crater:7" if deep else f"plan:{n}")
def thing(rover):
    return f"rover:{rover.pk}"
"""
    assert kinds_of(source) == {"rocket", "crater", "rover"}
    assert without_kind({"rocket", "plan"}) == ["rocket"]


def test_a_verb_without_words_is_found():
    found, _, unread = written(
        'note(x, "vanish", by)\njournal.write(verb="a.b", thing="c")', "moon"
    )
    assert (found, unread) == ({"moon.vanish", "a.b"}, [])
    assert words.unknown(found) == ["a.b", "moon.vanish"]
    found, _, _ = written('note(x, "on" if y else "off", by)\n_note("land", z)', "moon")
    assert found == {"moon.on", "moon.off", "moon.land"}
    assert written('note(x, f"add_{kind}", by)', "moon")[1:] == ({"moon.add_"}, [])
    assert written("note(x, verb, by)\nwrite(verb=f'a.{b}', thing=c)", "moon")[2] == [1, 2]
