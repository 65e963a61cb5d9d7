"""Every code that can be raised has a sentence with a remedy, and no sentence is left over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from baithak.report.errors import CODES, sentence

SOURCE = Path(__file__).resolve().parents[2] / "src" / "baithak"
RAISERS = {"EngineError", "DataError", "_wrong", "add", "__init__"}
#: Readers of budgets also collect notices, and say them by the same table.
OF_BUDGETS = RAISERS | {"Notice", "notice", "note", "problem", "_problem", "_stop"}


def raised() -> Iterator[tuple[str, str]]:
    """Codes given to an error, or to a collector of problems, anywhere in the source."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            first = node.args[0]
            if (
                isinstance(first, ast.Constant)
                and isinstance(first.value, str)
                and name in (OF_BUDGETS if first.value.startswith("budget.") else RAISERS)
                and first.value.partition(".")[0]
                in {
                    "votes",
                    "source",
                    "model",
                    "map",
                    "evaluate",
                    "population",
                    "data",
                    "report",
                    "panel",
                    "budget",
                    "search",
                    "library",
                    "bundle",
                    "cluster",
                    "sheets",
                    "table",
                }
            ):
                yield first.value, f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_every_code_has_a_sentence():
    found = dict(raised())
    assert len(found) > 35
    assert {code: where for code, where in found.items() if code not in CODES} == {}


def test_no_sentence_is_left_over():
    assert sorted(CODES - set(dict(raised()))) == []


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("language", ["en", "ur", "bn"])
def test_a_sentence_can_always_be_said(code, language):
    text = sentence(code, {"file": "votes.csv", "row": 7, "field": "vote"}, language=language)
    assert "votes.csv" in text
    assert "7" in text
    assert "%(" not in text
    # What is wrong, and then what to do.
    assert text.count(". ") >= 1 or "। " in text or "۔ " in text


def test_the_row_the_field_and_how_many_more():
    params = {"file": "v.csv", "row": 7, "field": "vote", "value": "maybe", "more": 3}
    assert sentence("votes.unknown_value", params) == (
        "v.csv, row 7, field “vote”: “maybe” is not a vote. Write 1, 0, -1 or agree, pass, "
        "disagree. (3 more problems were found.)"
    )


def test_a_code_nobody_knows_is_said_too():
    assert "moon.full" in sentence("moon.full", {})
