"""Who does what as tables to take along: CSV, and a workbook that tells the gaps on a sheet of its own.

No cell can be taken for a formula: texts of CSV are guarded, a workbook's cells are written as texts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.exchange.records import library
from baithak.plan.models import Action
from baithak.report.tables import csv_text

__all__ = ["KINDS", "csv_file", "header", "rows", "xlsx_file"]

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WIDTHS = (32, 12, 28, 8, 44, 16, 16, 20, 36, 32, 12, 12, 12)


def header() -> tuple[str, ...]:
    """The heads, in the reader's language."""
    return (
        _("Organisation"), _("Part"), _("Plan"), _("Number"), _("Action"), _("Level"),
        _("Prevention level"), _("Area"), _("Objective"), _("For whom"), _("State"), _("Begins"),
        _("Done by"),
    )  # fmt: skip


def rows(actions: Iterable[Action]) -> Iterator[tuple[str, ...]]:
    """A row for each organisation of an action: who does it, then who takes part; one where nobody does it."""
    taxonomy, language = library().taxonomy, (get_language() or "en").split("-")[0]
    for action in actions:
        told = (
            action.plan.title,
            str(action.number),
            action.title,
            taxonomy.label("admin_levels", action.admin_level, language),
            taxonomy.label("prevention_levels", action.prevention_level, language),
            action.text("area"),
            action.objective.title if action.objective else "",
            ", ".join(
                taxonomy.label("target_groups", code, language) for code in action.target_groups
            ),
            str(action.get_state_display()),
            action.begins.isoformat() if action.begins else "",
            action.due.isoformat() if action.due else "",
        )
        yield (action.owner.name if action.owner else "", _("does it"), *told)
        for partner in action.partners:  # type: ignore[attr-defined]  # queries.matrix.readable
            yield (partner.organisation.name, _("takes part"), *told)


def csv_file(actions: Iterable[Action]) -> bytes:
    """Everything in one table."""
    return csv_text(header(), rows(actions)).encode()


def xlsx_file(actions: Iterable[Action], gaps: Iterable[tuple[str, str]]) -> bytes:
    """A sheet of who does what, and one of what is missing (what, which)."""
    from xlsxwriter import Workbook  # costs a moment: only when a workbook is made

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        sheets = (
            (_("Who does what"), header(), rows(actions), _WIDTHS),
            (_("Gaps"), (_("What is missing"), _("Which")), gaps, (40, 60)),
        )
        for name, heads, lines, widths in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 1)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            for column, head in enumerate(heads):
                sheet.write_string(0, column, head, bold)
            for number, line in enumerate(lines, 1):
                for column, cell in enumerate(line):
                    sheet.write_string(number, column, cell, plain)
    return out.getvalue()
