"""One sentence, with its remedy, for every code of the engine, the open data and the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from baithak.report.budget_errors import budget_sentences
from baithak.report.library_errors import library_sentences
from baithak.report.panel_errors import panel_sentences
from baithak.report.search_errors import search_sentences
from baithak.report.sheet_errors import sheet_sentences
from baithak.report.table_errors import table_sentences
from baithak.report.words import words

__all__ = ["CODES", "sentence"]

_Table = dict[str, str]


def sentence(code: str, params: Mapping[str, Any], *, language: str = "en") -> str:
    """Where it is wrong, what is wrong, and what to do, in one sentence or two.

    Parameters
    ----------
    code : str
        Of an ``EngineError`` or a ``DataError``.
    params : mapping
        ``file``, ``row``, ``field`` say where; others are named in the sentences; ``more`` counts
        further problems of the same file.
    language : str

    Examples
    --------
    >>> sentence("votes.unknown_value", {"file": "v.csv", "row": 7, "field": "vote", "value": "7"})
    'v.csv, row 7, field “vote”: “7” is not a vote. Write 1, 0, -1 or agree, pass, disagree.'
    """
    say = words(language)
    _ = say.gettext
    told = _all(_).get(code)
    if told is None:
        told = _("This cannot be done (%(code)s).")
    lists = {key: ", ".join(value) for key, value in params.items() if isinstance(value, list)}
    named: dict[str, Any] = defaultdict(lambda: "?", {**params, **lists, "code": code})
    text = told % named
    where = _where(_, params)
    if where:
        text = _("%(where)s: %(problem)s") % {"where": where, "problem": text}
    more = params.get("more")
    if isinstance(more, int) and more > 0:
        text += " " + say.ngettext(
            "(%(n)d more problem of this kind of file was found.)",
            "(%(n)d more problems were found.)",
            more,
        ) % {"n": more}
    return text


def _where(_: Callable[[str], str], params: Mapping[str, Any]) -> str:
    """ "votes.csv, row 7, field “vote”", as far as it is known."""
    parts = []
    if params.get("file"):
        parts.append(str(params["file"]))
    if params.get("practice"):
        parts.append(_("practice “%(practice)s”") % {"practice": params["practice"]})
    if isinstance(params.get("row"), int):
        parts.append(_("row %(row)d") % {"row": params["row"]})
    field = params.get("field")
    if isinstance(field, int):
        parts.append(_("column %(column)d") % {"column": field})
    elif field and params.get("file"):
        parts.append(_("field “%(field)s”") % {"field": field})
    return ", ".join(parts)


def _sentences(_: Callable[[str], str]) -> _Table:
    return {
        # --- where the votes come from
        "source.not_found": _(
            "There is no file, folder or open data set called “%(value)s”. Check the name, or see "
            "“baithak data list”."
        ),
        "source.unreadable": _(
            "“%(value)s” cannot be read (%(reason)s). Check who may read it, and the disk."
        ),
        "source.no_votes_file": _(
            "The folder “%(value)s” holds no votes. Put participants-votes.csv or votes.csv in it, "
            "or name the file itself."
        ),
        # --- files of votes
        "votes.empty_file": _("The file is empty. Export the votes again."),
        "votes.header_only": _(
            "The file has a header and no votes. Export it again after people have voted."
        ),
        "votes.empty": _(
            "Nobody has voted yet, so there is nothing to map. Come back when people have."
        ),
        "votes.not_text": _(
            "This is not a text file. Save the table as CSV (UTF-8), not as a workbook."
        ),
        "votes.encoding": _("This is not UTF-8 (%(value)s). Save the file as “CSV UTF-8”."),
        "votes.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed, "
            "and save it as CSV again."
        ),
        "votes.wrong_field_count": _(
            "This row has %(value)s fields, the header has %(expected)s. Look for a missing or an "
            "unquoted comma."
        ),
        "votes.missing_columns": _(
            "This column is missing; found: %(value)s. A table of votes has the columns "
            "participant, statement, vote, or participant and one column per statement number."
        ),
        "votes.duplicate_column": _("The column “%(value)s” stands twice. Remove one of them."),
        "votes.unknown_column": _(
            "“%(value)s” is not a statement number. Columns after the first statement must be "
            "statement numbers: remove this one or move it to the front."
        ),
        "votes.missing_value": _("The field is empty. Fill it in, or remove the row."),
        "votes.unknown_value": _(
            "“%(value)s” is not a vote. Write 1, 0, -1 or agree, pass, disagree."
        ),
        "votes.unknown_time": _(
            "“%(value)s” is not a time. Write a number or a date such as 2026-11-23T18:00."
        ),
        "votes.unknown_channel": _(
            "“%(value)s” is not a channel. Write open, token, session or lottery."
        ),
        "votes.channel_differs": _(
            "This participant came by another channel in row %(first_row)s. Give each participant "
            "one channel."
        ),
        "votes.unknown_moderation": _(
            "“%(value)s” is not a moderation state. Write 1 accepted, 0 not looked at, -1 rejected."
        ),
        "votes.duplicate_participant": _(
            "Participant “%(value)s” stands already in row %(first_row)s. Keep one row for each."
        ),
        "votes.duplicate_statement": _(
            "Statement “%(value)s” is listed twice. Keep one of the two rows."
        ),
        "votes.unknown_statement": _(
            "Statement “%(value)s” is not in the list of statements. Add it to comments.csv, or "
            "remove its votes."
        ),
        "votes.contradictory_duplicate": _(
            "Participant “%(participant)s” voted on statement “%(statement)s” already in row "
            "%(first_row)s, and differently. Keep one row, or add a column timestamp: then the "
            "last vote counts."
        ),
        "votes.lengths_differ": _(
            "Participants, statements and votes differ in number: %(value)s. Give one of each for "
            "every vote."
        ),
        # --- the model, evaluation
        "map.unreadable": _(
            "This is not a result of “baithak opinion map --json” (%(value)s). Make the map anew."
        ),
        "map.method": _("There is no method “%(value)s”. Choose baithak or polis."),
        "cluster.not_installed": _(
            "The package for maps on a cluster is missing. Install it here and on every worker: "
            "pip install 'baithak[cluster]'."
        ),
        "cluster.unreachable": _(
            "Nobody answers at “%(value)s”. Start the scheduler (dask scheduler), or look at its "
            "first lines for the right address; or leave --cluster out to work on this machine."
        ),
        "cluster.no_workers": _(
            "The scheduler answers but no worker has joined it. Start one on each machine: "
            "dask worker and the scheduler's address."
        ),
        "cluster.other_version": _(
            "The worker %(value)s has %(found)s, here it is %(expected)s. Install the same version "
            "on every worker."
        ),
        "cluster.lost": _(
            "The cluster broke off (%(reason)s). See the last lines of the scheduler and the "
            "workers, often one had too little memory; then start the map again."
        ),
        "model.dimensions": _("%(value)s dimensions cannot be fitted. Choose 1 to 16."),
        "model.lost_people": _(
            "People of the earlier result are missing. An update may only add votes: run the map "
            "anew instead."
        ),
        "model.lost_statements": _(
            "Statements of the earlier result are missing. An update may only add votes: run the "
            "map anew instead."
        ),
        "model.unknown_person": _("There is no person number %(value)s. Count from 0."),
        "model.unknown_statement": _("There is no statement number %(value)s. Count from 0."),
        "evaluate.holdout": _(
            "A part of %(value)s cannot be held out. Choose more than 0 and less than 1, such as "
            "0.2."
        ),
        "evaluate.too_few_votes": _(
            "With %(value)s votes there are too few to hold some out; at least %(least)s are "
            "needed. Use a larger conversation, or hold out a smaller part."
        ),
        # --- population shares and what participants declared
        "population.not_found": _("There is no file “%(value)s”. Check the name."),
        "population.encoding": _("This is not UTF-8. Save the file as “CSV UTF-8”."),
        "population.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed, "
            "and save it as CSV again."
        ),
        "population.columns": _(
            "This column is missing or stands twice. Shares need the columns question, category, "
            "share; the declared table needs participant and one column for each question."
        ),
        "population.cells": _(
            "This row has %(value)s fields, unlike the header. Look for a missing or an unquoted "
            "comma."
        ),
        "population.blank": _("The field is empty. Fill it in, or remove the row."),
        "population.share": _(
            "“%(value)s” is not a share. Write a part between 0 and 1, such as 0.52, or 52%%."
        ),
        "population.duplicate": _("“%(value)s” stands twice. Keep one of the rows."),
        "population.total": _(
            "The shares of this question add up to %(value)s. They must add up to 1 (or 100%%)."
        ),
        "population.empty": _("There are no shares to weight by. Add at least one question."),
        "population.nobody": _(
            "No participant declared anything the shares ask for. Compare the names of questions "
            "and categories in the two files."
        ),
        # --- reports
        "report.too_few_people": _(
            "Fewer than %(k)s people took part, so no figure may leave the house and no report was "
            "written. Wait for more people, or take the exact figures for yourself with --json."
        ),
        "report.folder_taken": _(
            "The folder “%(value)s” holds other files. Choose a new folder, or an earlier report's."
        ),
        "report.unwritable": _(
            "“%(value)s” cannot be written (%(reason)s). Choose another place, or free some space."
        ),
        # --- open data
        "data.unknown_name": _(
            "There is no open data set called “%(value)s”. “baithak data list” shows the names."
        ),
        "data.not_here": _(
            "The open data set “%(value)s” is not on this machine. Fetch it with “baithak data get "
            "%(value)s”, or name its folder in BAITHAK_DATA."
        ),
        "data.damaged": _(
            "The file “%(file)s” is not the one that was published (its checksum differs). Delete "
            "it and fetch it again with “baithak data get”."
        ),
        "data.address_refused": _(
            "“%(value)s” leads to an address that is not on the public internet, so it was not "
            "asked. Fetch the files yourself and name their folder in BAITHAK_DATA."
        ),
        "data.unreachable": _(
            "“%(value)s” cannot be reached (%(reason)s). Try again with a connection, or fetch the "
            "files elsewhere and name their folder in BAITHAK_DATA."
        ),
        "data.refused": _(
            "“%(value)s” did not hand out the file (answer %(status)s). Fetch it from the source "
            "page and name its folder in BAITHAK_DATA."
        ),
        "data.too_large": _(
            "“%(value)s” sends more than the %(size)s bytes that were published. Nothing was kept; "
            "tell the people who run the source."
        ),
        "data.unwritable": _(
            "“%(value)s” cannot be written (%(reason)s). Choose another place with --into."
        ),
    }


def _all(_: Callable[[str], str]) -> _Table:
    return {
        **_sentences(_),
        **budget_sentences(_),
        **panel_sentences(_),
        **library_sentences(_),
        **search_sentences(_),
        **sheet_sentences(_),
        **table_sentences(_),
    }


CODES = frozenset(_all(lambda text: text))
