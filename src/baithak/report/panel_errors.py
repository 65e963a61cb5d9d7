"""One sentence, with its remedy, for every code of ``engine.panel``, and why no panel is possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from baithak.report.words import words

if TYPE_CHECKING:
    from baithak.engine.panel.pool import Quotas
    from baithak.engine.panel.results import Bound, Feasibility, Relaxation

__all__ = ["panel_sentences", "why_infeasible"]


def panel_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, row and field in front."""
    return {**_files(_), **_quotas(_), **_people(_), **_lotteries(_), **_draws(_)}


def why_infeasible(found: Feasibility, quotas: Quotas, *, language: str = "en") -> list[str]:
    """Why no panel meets the quotas, and the smallest change that makes one possible.

    Parameters
    ----------
    found : Feasibility
        With ``feasible`` False.
    quotas : Quotas
    language : str

    Returns
    -------
    list of str
        What is the matter, then a sentence per quota to change. Exact counts of the pool are in
        them: for the desk of those who run the panel, not for the public.

    Examples
    --------
    >>> from baithak.engine.panel.pool import Quota, Quotas
    >>> from baithak.engine.panel.results import Feasibility, Relaxation
    >>> quotas = Quotas((Quota("age", "under 30", 3, 4), Quota("age", "30+", 2, 4)))
    >>> relax = (Relaxation("age", "under 30", "min", 3, 2),)
    >>> found = Feasibility(False, 6, False, (2, 9), relax)
    >>> why_infeasible(found, quotas)[1]
    '“age: under 30” needs at least 3; the pool has 2: lower the minimum to 2 or invite more of them.'
    """
    _ = words(language).gettext
    if not found.relax and not found.conflict:
        return [
            _("The panel has %(size)d seats, and fewer people are in the pool. Invite more people.")
            % {"size": found.size}
        ]
    told = [_("No panel of %(size)d people meets all quotas.") % {"size": found.size}]
    if found.conflict and not (len(found.conflict) == len(found.relax) == 1):
        bounds = "; ".join(_bound(_, one) for one in found.conflict)
        told[0] += " " + _("These contradict each other: %(bounds)s.") % {"bounds": bounds}
    for one in found.relax:
        at = quotas.find(one.category, one.feature)
        told.append(_change(_, one, 0 if at is None else found.pool[at]))
    if found.beyond_flex:
        told.append(_("These changes go beyond what min_flex and max_flex allow."))
    return told


def _bound(_: Callable[[str], str], one: Bound) -> str:
    told = {"category": one.category, "feature": one.feature, "value": one.value}
    if one.bound == "min":
        return _("at least %(value)d of “%(category)s: %(feature)s”") % told
    return _("at most %(value)d of “%(category)s: %(feature)s”") % told


def _change(_: Callable[[str], str], one: Relaxation, pool: int) -> str:
    told = {
        "category": one.category,
        "feature": one.feature,
        "from": one.from_,
        "to": one.to,
        "pool": pool,
    }
    if one.bound == "max":
        return (
            _(
                "“%(category)s: %(feature)s” allows at most %(from)d; beside the other quotas %(to)d "
                "are needed: raise the maximum to %(to)d or invite more of the others."
            )
            % told
        )
    if pool < one.from_:
        return (
            _(
                "“%(category)s: %(feature)s” needs at least %(from)d; the pool has %(pool)d: lower "
                "the minimum to %(to)d or invite more of them."
            )
            % told
        )
    return (
        _(
            "“%(category)s: %(feature)s” needs at least %(from)d; beside the other quotas only "
            "%(to)d of the %(pool)d in the pool find a seat: lower the minimum to %(to)d or invite "
            "more of them."
        )
        % told
    )


def _files(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "panel.empty_file": _("The file is empty. Export the table again."),
        "panel.header_only": _("The file has a header and no rows. Export it again with its rows."),
        "panel.not_text": _(
            "This is neither a text file nor an .xlsx workbook. Save the table as CSV (UTF-8) or as "
            ".xlsx."
        ),
        "panel.encoding": _("This is not UTF-8 (%(value)s). Save the file as “CSV UTF-8”."),
        "panel.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed, "
            "and save it as CSV again."
        ),
        "panel.broken_workbook": _(
            "The workbook cannot be read (%(value)s). Open it, save it again as .xlsx, or save the "
            "table as CSV."
        ),
        "panel.too_large": _(
            "This is more than a pool or a list of quotas may hold (%(limit)s). Remove what does not "
            "belong to it."
        ),
        "panel.cell_long": _(
            "A cell has more than %(most)s letters. Remove the column, or shorten the text."
        ),
        "panel.wrong_field_count": _(
            "This row has %(value)s fields, the header has %(expected)s. Look for a missing or an "
            "unquoted comma."
        ),
        "panel.duplicate_column": _("The column “%(value)s” stands twice. Remove one of them."),
        "panel.blank": _("The field is empty. Fill it in, or remove the row."),
    }


def _quotas(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "panel.quota_columns": _(
            "This column is missing; found: %(found)s. Quotas have the columns category, feature, "
            "min, max, or feature, value, min, max."
        ),
        "panel.not_a_number": _("“%(value)s” is not a whole number. Write one, such as 12."),
        "panel.too_many_quotas": _(
            "There are more than %(most)s quotas. Check that this is the file of the quotas."
        ),
        "panel.quota_empty": _("There is no quota. Write at least one row."),
        "panel.quota_twice": _(
            "“%(category)s: %(feature)s” has two quotas. Keep one of the two rows."
        ),
        "panel.quota_negative": _(
            "“%(category)s: %(feature)s” asks for fewer than nobody. Write a minimum of 0 or more."
        ),
        "panel.quota_reversed": _(
            "“%(category)s: %(feature)s” asks for at least %(min)s and at most %(max)s. Lower the "
            "minimum or raise the maximum."
        ),
        "panel.quota_flex": _(
            "For “%(category)s: %(feature)s”, min_flex and max_flex are narrower than min and max. "
            "Widen them, or leave them empty."
        ),
        "panel.size": _("A panel of %(size)s people cannot be drawn. Choose a size of at least 1."),
        "panel.mins_above_size": _(
            "The minimums of “%(category)s” add up to %(total)s, the panel has %(size)s seats. Lower "
            "some of them, or enlarge the panel."
        ),
        "panel.maxes_below_size": _(
            "The maximums of “%(category)s” add up to %(total)s, the panel has %(size)s seats. Raise "
            "some of them, or make the panel smaller."
        ),
    }


def _people(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "panel.pool_empty": _("Nobody is in the pool. Invite people first."),
        "panel.column_missing": _(
            "This column is missing; found: %(found)s. Add it, or correct the name here or in the "
            "quotas."
        ),
        "panel.unknown_value": _(
            "“%(value)s” is not in the quotas; they know: %(allowed)s. Correct the spelling, or add "
            "a quota for it."
        ),
        "panel.id_twice": _(
            "“%(value)s” stands already in row %(first_row)s. Give everybody an id of their own, and "
            "list nobody twice."
        ),
        "panel.size_above_pool": _(
            "The panel has %(size)s seats, the pool %(pool)s people. Invite more people, or make the "
            "panel smaller."
        ),
        "panel.infeasible": _(
            "No panel of %(size)s people meets all quotas. “baithak panel check” says which to "
            "change, and by how little."
        ),
    }


def _lotteries(_: Callable[[str], str]) -> dict[str, str]:
    fault = _("This is a fault of Baithak: nothing was kept. Please tell its makers.")
    return {
        "panel.method": _("There is no method “%(value)s”. Choose one of: %(allowed)s."),
        "panel.panels": _(
            "%(value)s panels cannot be listed. Choose from 1 to %(most)s; 1,000 suit three balls."
        ),
        "panel.legacy_stuck": _(
            "The legacy method found no panel in many tries. Choose leximin, which always finds one "
            "where there is one."
        ),
        "panel.no_free_seat": _(
            "%(confirmed)s people have confirmed %(size)s seats, so none is free. Nothing has to be drawn."
        ),
        "panel.confirmed_break_quota": _(
            "%(found)s of those who confirmed are “%(category)s: %(feature)s”, and at most %(max)s may "
            "be. Check who has confirmed, or raise the maximum."
        ),
        "panel.confirmed_and_declined": _(
            "Somebody is among those who confirmed and those who declined. Keep them in one of both."
        ),
        "panel.check_size": _("The check of the result found a panel of another size.")
        + " "
        + fault,
        "panel.check_person": _("The check of the result found somebody twice in a panel.")
        + " "
        + fault,
        "panel.check_quota": _("The check of the result found a panel that misses a quota.")
        + " "
        + fault,
        "panel.check_household": _("The check of the result found a household twice in a panel.")
        + " "
        + fault,
        "panel.check_certificate": _("The check of the result found a proof that does not hold.")
        + " "
        + fault,
    }


def _draws(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "panel.short_secret": _(
            "The secret that pseudonyms are made from has %(value)s bytes. Give at least 16."
        ),
        "panel.unknown_person": _(
            "“%(value)s” is not in this pool. Check the name, or take the files of this draw."
        ),
        "panel.broken_panel": _(
            "Panel %(value)s of the list is not a panel of this pool. Make the lottery anew."
        ),
        "panel.randomness_unnamed": _(
            "No randomness was named. Name one that lies in the future and that nobody controls, such "
            "as “dice in the town hall on 5 December”."
        ),
        "panel.redraw_reason": _(
            "Draw number %(value)s does not fit. A re-draw has a number from 2, a reason, and the hash "
            "of the list before it; a first draw has number 1 and neither."
        ),
        "panel.commitment_damaged": _(
            "This is not the commitment as it was published. Take the published file."
        ),
        "panel.commitment_differs": _(
            "The files and options of today do not give the list that this commitment promised. Take "
            "the very files, options and version of Baithak it was made with."
        ),
        "panel.receipt_damaged": _(
            "This is not the receipt as it was written. Take the published receipt.json."
        ),
        "panel.not_seated": _(
            "“%(value)s” has no seat in the draw before, so it cannot be given back. Check the id."
        ),
        "panel.unknown_pair": _(
            "“%(value)s” are not two categories. Choose two of: %(allowed)s, with a comma between."
        ),
        "panel.randomness_number": _(
            "“%(value)s” is not the number of a listed panel. Read the balls or dice as one number "
            "from 0 to %(last)s."
        ),
        "panel.randomness_short": _(
            "“%(value)s” has fewer than %(least)s letters and figures, so that some panels could "
            "never be drawn. Throw the dice more often, or write the whole value down."
        ),
        "panel.slip_unreadable": _(
            "This is not a registrant's slip. Copy the whole text, from the first brace to the last."
        ),
        "panel.slip_differs": _(
            "“%(value)s” was not registered as this slip says, or not in this draw. Ask those who "
            "run the panel to explain it in public."
        ),
    }
