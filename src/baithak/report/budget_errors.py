"""One sentence, with its remedy, for every code of ``engine.budget``."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["budget_sentences"]


def budget_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and field in front."""
    return {**_sources(_), **_tables(_), **_ballots(_), **_notices(_), **_counts(_)}


def _sources(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "source.broken_archive": _(
            "This archive is broken (%(value)s). Save it again, or give the files one by one."
        ),
        "source.bomb": _(
            "Unpacked, this file would take %(value)s MB or more, or it hides what it holds, so it "
            "was not opened. Save the tables as CSV and give those."
        ),
        "source.broken_workbook": _(
            "This workbook cannot be read (%(value)s). Open it, save it again as .xlsx, or save its "
            "tables as CSV."
        ),
        "source.too_wide": _(
            "The sheet “%(value)s” has more than %(expected)s columns. Delete what lies to the "
            "right of the table."
        ),
        "source.gap": _(
            "The sheet “%(value)s” goes on after a thousand empty rows. Delete what lies below the "
            "table."
        ),
        "budget.too_large": _(
            "The file is larger than %(value)s MB. Leave out what a count does not need, or split "
            "the election by area."
        ),
        "budget.too_many_lines": _(
            "The file has more than %(value)s lines, more than any election. Look for blank lines, "
            "or split the election by area."
        ),
        "budget.line_too_long": _(
            "This line is longer than two million signs. Look for a table that lost its line ends."
        ),
        "budget.empty_file": _("The file is empty. Export the election again."),
        "budget.not_text": _(
            "This is neither a text file nor a workbook. Give a .pb file, an .xlsx workbook, or a "
            "folder or zip with meta.csv, projects.csv and votes.csv."
        ),
        "budget.old_workbook": _(
            "This is a workbook of the old kind (.xls). Open it and save it as .xlsx."
        ),
        "budget.encoding": _(
            "These bytes are not of this encoding: %(value)s. Save the file as UTF-8, or name its "
            "encoding with --encoding, for instance %(offer)s."
        ),
        "budget.unknown_encoding": _(
            "There is no encoding “%(value)s” here. Choose one of %(expected)s."
        ),
        "budget.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed."
        ),
        "budget.open_quote": _(
            "A quotation mark is opened here and never closed. Close it, or write it twice if it is "
            "part of the text."
        ),
        "budget.missing_table": _(
            "Missing: %(value)s. An election has the tables meta, projects and votes: three CSV "
            "files in a folder or zip, or three sheets of a workbook."
        ),
        "budget.no_section": _(
            "The file does not begin with a section. A .pb file begins with the line META; for "
            "tables, give a folder with meta.csv, projects.csv and votes.csv."
        ),
        "budget.missing_section": _(
            "The section %(value)s is missing. A .pb file has META, PROJECTS and VOTES, each name on "
            "a line of its own."
        ),
        "budget.section_twice": _(
            "The section %(value)s begins a second time. Put all its rows under one heading."
        ),
        "budget.cell_too_long": _(
            "This cell has %(value)s characters, more than a workbook can hold. Write CSV or .pb "
            "instead."
        ),
        "budget.too_many_rows": _(
            "%(value)s voters are more than the %(expected)s that a sheet can hold. Write CSV or "
            ".pb instead."
        ),
    }


def _tables(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "budget.missing_key": _(
            "META does not say “%(value)s”. Add a line with this key and its value."
        ),
        "budget.key_twice": _(
            "This key stands twice with different values, here “%(value)s”. Keep one of the lines."
        ),
        "budget.missing_column": _(
            "This column is missing; found: %(value)s. Add it to the header, or correct its name."
        ),
        "budget.column_twice": _("The column “%(value)s” stands twice. Remove one of them."),
        "budget.nameless_column": _(
            "This column has no name in the header. Give it a name, or remove it."
        ),
        "budget.too_many_cells": _(
            "This row has %(value)s cells, the header has %(expected)s. Look for a delimiter inside "
            "a text and put the text in quotation marks."
        ),
        "budget.missing_value": _("The field is empty. Fill it in, or remove the row."),
        "budget.not_an_amount": _(
            "“%(value)s” is not an amount of money. Write digits with a decimal point and no other "
            "signs, from 0, such as 12500 or 12500.50."
        ),
        "budget.no_money": _(
            "The budget is %(value)s, so nothing can be funded. Write an amount above 0."
        ),
        "budget.unknown_vote_type": _(
            "“%(value)s” is not a kind of vote. Write approval, choose-1, ordinal, cumulative or "
            "scoring."
        ),
        "budget.comma_in_id": _(
            "The project id “%(value)s” holds a comma, but commas part the ids in a ballot. Choose "
            "an id without one."
        ),
        "budget.duplicate_project": _(
            "The project “%(value)s” stands there already. Keep one row for each project."
        ),
        "budget.no_projects": _("There are no projects. Add at least one with its cost."),
    }


def _ballots(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "budget.duplicate_voter": _(
            "The voter “%(value)s” stands there already. Keep one ballot for each voter."
        ),
        "budget.unknown_project": _(
            "The ballot names “%(value)s”, and there is no such project. Add the project, or "
            "correct the ballot."
        ),
        "budget.lengths_differ": _(
            "The ballot names %(expected)s projects and gives %(value)s points. Give points to each "
            "of them, in the same order."
        ),
        "budget.not_points": _(
            "“%(value)s” are not points. Write a number from 0 for each project of a cumulative or "
            "scoring ballot, and none for other ballots."
        ),
        "budget.points_too_large": _(
            "The points are too large to be added exactly. Write smaller numbers, or fewer digits "
            "after the point."
        ),
        "budget.no_ballots": _(
            "There are no ballots, so there is nothing to count. Come back when people have voted."
        ),
    }


def _notices(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "budget.key_replaced": _(
            "This key of META stands twice. The last value counts: “%(value)s”."
        ),
        "budget.everything_fits": _(
            "All projects together cost no more than the budget. Every supported one can be funded."
        ),
        "budget.withdrawn": _(
            "Project “%(value)s” costs 999999999, which is how files mark a withdrawn project. It "
            "is kept and cannot be funded."
        ),
        "budget.too_dear": _(
            "Project “%(value)s” costs more than the whole budget. It is kept and cannot be funded."
        ),
        "budget.unread_cell": _(
            "“%(value)s” was not understood here. It is kept as it is and not used."
        ),
        "budget.cell_of_lines": _(
            "A cell of this row goes over several lines. If that is not meant, look for an open "
            "quotation mark."
        ),
        "budget.named_twice": _(
            "A ballot names project “%(value)s” twice (ballots like this: %(count)s). It counts "
            "once; of its points the last hold."
        ),
        "budget.zero_points": _(
            "A ballot gives project “%(value)s” zero points (ballots like this: %(count)s). That is "
            "no support, and the project is taken off the ballot."
        ),
        "budget.empty_ballot": _(
            "A ballot names no project (ballots like this: %(count)s). These voters count and hold "
            "their share of the budget."
        ),
        "budget.more_than_one": _(
            "A ballot names several projects though each voter had one vote (ballots like this: "
            "%(count)s). All of them are counted: check the ballots."
        ),
        "budget.count_differs": _(
            "META says “%(value)s”, the file holds %(found)s. What the file holds is counted."
        ),
    }


def _counts(_: Callable[[str], str]) -> dict[str, str]:
    return {
        # --- what a count is asked for
        "budget.rule_unknown": _("There is no rule “%(value)s”. Choose one of %(allowed)s."),
        "budget.utility_unknown": _("There is no utility “%(value)s”. Choose one of %(allowed)s."),
        "budget.utility_not_for_ballots": _(
            "Ballots of the kind %(vote_type)s cannot tell the utility %(utility)s. Choose one of "
            "%(allowed)s."
        ),
        "budget.utility_not_for_rule": _(
            "The rule %(rule)s cannot use the utility %(value)s. Choose one of %(allowed)s."
        ),
        "budget.completion_not_for_rule": _(
            "The rule %(rule)s has no completion “%(value)s”. Choose one of %(allowed)s."
        ),
        "budget.ties_unknown": _(
            "There is no way to break ties called “%(value)s”. Choose one of %(allowed)s."
        ),
        "budget.stop_unknown": _(
            "Raising the start cannot stop by “%(value)s”. Choose one of %(allowed)s."
        ),
        "budget.start_unknown": _("There is no start “%(value)s”. Choose one of %(allowed)s."),
        "budget.increment_not_positive": _(
            "The start cannot be raised by %(value)s at a time. Choose an amount above 0."
        ),
        "budget.no_threshold": _(
            "META does not say “%(field)s”, so there is no threshold to apply. Add it, or count "
            "without --threshold."
        ),
        "budget.threshold_unreadable": _(
            "The threshold “%(value)s” is not a number. Correct it in META, or count without "
            "--threshold."
        ),
        # --- what a count left out or did not do
        "budget.costs_nothing": _(
            "Project “%(project)s” costs nothing, so there is nothing to decide. It is left out."
        ),
        "budget.no_support": _("Nobody supports project “%(project)s”. It is left out."),
        "budget.below_threshold": _(
            "Project “%(project)s” has %(score)s where at least %(least)s are asked for. It is left "
            "out."
        ),
        "budget.threshold_not_applied": _(
            "The city asked for at least %(value)s votes or points for a project. That is not "
            "applied here: add --threshold file to apply it."
        ),
        # --- recounting, writing
        "budget.not_a_result": _(
            "This is not a result of “baithak budget count --json” (%(value)s). Count again and "
            "keep the JSON."
        ),
        "budget.not_recounted": _(
            "This cannot be recounted (%(value)s). The recount reads .pb files and knows equal "
            "shares, greedy and Phragmén."
        ),
        "budget.unknown_kind": _(
            "“%(value)s” does not say what to write. End the name in .pb, .xlsx or .zip, or name a "
            "folder for CSV files."
        ),
    }
