"""A budget's outcome as CSV tables, from the same treated figures, safe to open in a workbook."""

from __future__ import annotations

from fractions import Fraction

from baithak.engine.budget.money import written
from baithak.report.budget_disclosure import PublishedBudget
from baithak.report.disclosure import Share
from baithak.report.tables import csv_text

__all__ = ["tables"]

Cell = str | int | float | None


def tables(told: PublishedBudget) -> dict[str, str]:
    """File name to CSV text: ``projects.csv``, ``groups.csv``, ``about.csv``.

    Hidden figures are empty cells; bounds stand in words of fixed form.
    """
    funded: list[tuple[Cell, ...]] = [
        (f.id, f.name, "yes", f.rank, f.phase, _money(f.cost), f.supporters, f.payers,
         _money(f.highest), "", None, None, None)
        for f in told.funded
    ]  # fmt: skip
    lost: list[tuple[Cell, ...]] = [
        (u.id, u.name, "no", None, "", _money(u.cost), u.supporters, None, None, u.why,
         _money(u.missing_money), _money(u.winning_cost), u.more_supporters)
        for u in told.unfunded
    ]  # fmt: skip
    return {
        "projects.csv": csv_text(
            (
                "project_id", "name", "funded", "rank", "funded_by", "cost", "supporters", "payers",
                "highest_payment", "why_not", "missing_money", "winning_cost", "more_supporters",
            ),
            [*funded, *lost],
        ),
        "groups.csv": csv_text(
            (
                "column", "group", "voters", "voters_share", "money_share", "without_share",
                "mean_funded_share",
            ),
            [
                (g.column, g.value, g.voters, _share(g.voters_share), g.money_share,
                 _share(g.without), g.mean_funded)
                for g in told.fairness.groups
            ],
        ),
        "about.csv": csv_text(
            ("name", "value"),
            [
                ("voters", told.participants),
                ("budget", _money(told.budget)),
                ("cost", _money(told.cost)),
                ("currency", told.currency),
                ("rule", told.rule),
                ("utility", told.utility),
                ("completion", told.completion),
                ("ties", told.ties),
                ("steps", told.steps),
                ("smallest cell", told.k),
                ("counts rounded to", 5),
                ("voters without anything funded", _share(told.fairness.without)),
                ("mean funded share", told.fairness.mean_funded),
                ("file sha256", told.result["receipt"]["file_sha256"]),
                ("version", told.result["receipt"]["version"]),
            ],
        ),
    }  # fmt: skip


def _money(amount: Fraction | None) -> Cell:
    if amount is None:
        return None
    return amount.numerator if amount.denominator == 1 else float(written(amount))


def _share(told: Share) -> Cell:
    if told.kind in {"about", "hidden"}:
        return told.value
    if told.value is None:
        return told.kind
    return f"{'<' if told.kind == 'under' else '>'}{round(100 * told.value)}%"
