"""One sentence, with its remedy, for every mistake in a table of paper sheets."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["sheet_sentences"]


def sheet_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and column in front."""
    return {
        "sheets.too_large": _(
            "The file is larger than %(value)s MB. Send the sheets of one session, and no pictures."
        ),
        "sheets.encoding": _("This is not UTF-8. Save the table as “CSV UTF-8”, or as .xlsx."),
        "sheets.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed, or "
            "save it as .xlsx."
        ),
        "sheets.empty_file": _(
            "The file is empty. Download the empty table, and write the answers into it."
        ),
        "sheets.too_many_rows": _(
            "There are more rows than a session has sheets (%(value)s). Delete what lies below the "
            "table, and send one session at a time."
        ),
        "sheets.no_statements": _(
            "No column is headed with the number of a statement. Write 1, 2, 3 … into the first row, "
            "or download the empty table."
        ),
        "sheets.unknown_statement": _(
            "“%(value)s” begins with no number of a statement that is shown now. Correct the number, "
            "or delete the column."
        ),
        "sheets.statement_twice": _(
            "Statement %(value)s has a column already. Keep one of the two."
        ),
        "sheets.number_missing": _(
            "The number of the sheet is missing. Write the number that is printed on the paper."
        ),
        "sheets.bad_number": _(
            "“%(value)s” is no number of a sheet. Write a whole number from 1 to %(most)s."
        ),
        "sheets.number_twice": _(
            "Sheet %(value)s stands already in row %(first_row)s. Keep one of the two rows."
        ),
        "sheets.unknown_answer": _(
            "“%(value)s” is no answer to statement %(statement)s. Write a, d or s for agree, disagree "
            "or skip, or leave the cell empty."
        ),
        "sheets.outside": _(
            "“%(value)s” stands in a column that no statement heads. Head it with a number, or empty it."
        ),
        "sheets.no_answers": _(
            "The table holds no answer. Write a, d or s into the cells, one row for each sheet."
        ),
    }
