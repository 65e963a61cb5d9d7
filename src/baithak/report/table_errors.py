"""One sentence, with its remedy, for every code of the tables that cities bring (``network.tables``)."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["table_sentences"]


def table_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and column in front."""
    return {
        "table.too_large": _(
            "The file is larger than %(value)s MB. Split it into several smaller ones."
        ),
        "table.empty": _(
            "The file is empty. Start from the empty table, and fill one row at least."
        ),
        "table.encoding": _("This is not UTF-8. Save the table as “CSV UTF-8”, or as a workbook."),
        "table.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark too many or too few, or "
            "save it as a workbook (XLSX)."
        ),
        "table.no_sheet": _(
            "There is no sheet “%(value)s”. Name the sheet with your rows so, as in the empty table."
        ),
        "table.too_many_rows": _(
            "More than %(value)s rows. Split the table into several smaller ones."
        ),
        "table.long_cell": _("This cell holds more than %(value)s letters. Shorten it."),
    }
