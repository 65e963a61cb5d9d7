"""What a budget's report says, in order, before anybody decides how it looks.

``compose`` turns a ``PublishedBudget`` into titled sections of plain blocks in the reader's language;
page and paper set the same blocks.
"""

from __future__ import annotations

from fractions import Fraction

from baithak.engine.budget.money import rounded
from baithak.report.budget_disclosure import (
    PublishedBudget,
    PublishedFunded,
    PublishedGroup,
    PublishedUnfunded,
)
from baithak.report.budget_svg import draw_money, pair_bar
from baithak.report.errors import sentence
from baithak.report.opinion_report import Facts, Notice, Paragraph, Points
from baithak.report.opinion_svg import Picture
from baithak.report.panel_report import About, Block, Figure, Report, Section, Table
from baithak.report.words import Words, words

__all__ = ["compose", "rule_words", "why_words"]

MOST_ROWS = 40  # of a table on paper; the CSV holds them all


def compose(
    told: PublishedBudget, about: About, *, source: str = "", language: str = "en"
) -> Report:
    """Write the report on a counted budget.

    Parameters
    ----------
    told : PublishedBudget
        With at least ``k`` people (not ``told.too_few``).
    about : About
    source : str
        The file or place the ballots come from.
    language : str
        ``en``, ``ur``, ``bn`` …; sentences without a translation stay English.
    """
    say = words(language)
    _ = say.gettext
    sections = [
        _in_short(told, say),
        _funded(told, say),
        *([_unfunded(told, say)] if told.unfunded else []),
        _fairness(told, say),
        *([_groups(told, say)] if told.fairness.groups else []),
        _worked_out(told, source, say),
    ]
    big = (
        (say.count(told.participants, told.k), _("voters")),
        (_money(told.budget, told, say), _("budget")),
        (f"{len(told.funded):,}", _("projects funded")),
        (f"{len(told.funded) + len(told.unfunded):,}", _("projects proposed")),
    )
    version = f"Baithak {told.result['receipt']['version']}"
    footer = tuple(part for part in (about.date, version) if part)
    return Report(about, say, _("How the money is spent"), big, tuple(sections), footer)


def rule_words(rule: str, say: Words) -> str:
    """The name of a rule."""
    _ = say.gettext
    return {
        "equal-shares": _("equal shares"),
        "greedy": _("most votes first"),
        "phragmen": _("sequential Phragmén"),
        "bounded-overspending": _("equal shares with bounded overspending (experimental)"),
    }[rule]


def why_words(why: str, say: Words) -> str:
    """Why a project is not funded, in a few words."""
    _ = say.gettext
    return {
        "costs_nothing": _("costs nothing: nothing to decide"),
        "no_support": _("nobody supports it"),
        "below_threshold": _("below the city's threshold"),
        "dearer_than_budget": _("costs more than the whole budget"),
        "supporters_lack_money": _("its supporters' shares did not suffice"),
        "does_not_fit": _("more than what was left at its turn"),
        "count_had_stopped": _("the count had stopped before it"),
        "not_reached": _("the count ended before it was reached"),
    }[why]


def _digits(amount: Fraction) -> str:
    whole, _unused, after = rounded(amount, 2).partition(".")
    return f"{int(whole):,}" + (f".{after:0<2}" if after else "")


def _money(amount: Fraction, told: PublishedBudget, say: Words) -> str:
    # Figures run from the left in every script; the currency stays beside them.
    return say.quoted(f"{_digits(amount)} {told.currency}".rstrip())


def _in_currency(head: str, told: PublishedBudget) -> str:
    """The head of a column of amounts, which then stand without the currency."""
    return f"{head} ({told.currency})" if told.currency else head


def _name(name: str, own: str, say: Words) -> str:
    text = own.strip() or name
    return text if len(text) <= 100 else text[:99].rpartition(" ")[0] + " …"


def _in_short(told: PublishedBudget, say: Words) -> Section:
    _ = say.gettext
    points = [
        say.ngettext(
            "%(n)d project is funded with %(cost)s of %(budget)s, counted by %(rule)s.",
            "%(n)d projects are funded with %(cost)s of %(budget)s, counted by %(rule)s.",
            len(told.funded),
        )
        % {
            "n": len(told.funded),
            "cost": _money(told.cost, told, say),
            "budget": _money(told.budget, told, say),
            "rule": rule_words(told.rule, say),
        },
        _plainly(told, say),
        _("Voters with nothing funded of what they supported: %(share)s.")
        % {"share": say.share(told.fairness.without)},
    ]
    if told.other is not None and told.other_rule is not None:
        if set(told.selected) == set(told.other_selected):
            points.append(
                _("By %(rule)s the very same projects would be funded.")
                % {"rule": rule_words(told.other_rule, say)}
            )
        else:
            points.append(
                _("By %(rule)s it would be: %(share)s.")
                % {
                    "rule": rule_words(told.other_rule, say),
                    "share": say.share(told.other.without),
                }
            )
    if told.decided_by_tie:
        points.append(
            say.ngettext(
                "%(n)d tie decided something; it is named below.",
                "%(n)d ties decided something; they are named below.",
                len(told.decided_by_tie),
            )
            % {"n": len(told.decided_by_tie)}
        )
    return Section("short", _("In short"), (Points(tuple(points)),))


def _plainly(told: PublishedBudget, say: Words) -> str:
    _ = say.gettext
    return {
        "equal-shares": _(
            "Every voter was given the same part of the budget. A project is funded if its supporters "
            "can pay for it together out of their parts; the one that asks least of each comes first."
        ),
        "greedy": _(
            "Projects were taken in the order of their support, as long as they fitted the budget."
        ),
        "phragmen": _(
            "Money flows to every voter at the same rate. A project is bought the moment its "
            "supporters hold its cost, and what they held is gone."
        ),
        "bounded-overspending": _(
            "Every voter was given the same part of the budget, and supporters may overdraw theirs "
            "within limits. This rule is experimental."
        ),
    }[told.rule]


def _funded(told: PublishedBudget, say: Words) -> Section:
    _ = say.gettext
    if not told.funded:
        return Section("funded", _("What is funded"), (Paragraph(_("No project is funded.")),))
    caption = _(
        "The whole line is the budget, each piece a project, as long as its cost and numbered in the "
        "order of purchase; what is empty is left over."
    )
    if told.other_rule is not None:
        caption += " " + _(
            "Above: %(rule)s; below: %(other)s. Green: funded by both; with a dashed edge: by one of "
            "them alone."
        ) % {
            "rule": rule_words(told.rule, say),
            "other": rule_words(told.other_rule, say),
        }
    picture = draw_money(told, say)
    alt = _("%(cost)s of %(budget)s is spent on %(n)d projects") % {
        "cost": _money(told.cost, told, say),
        "budget": _money(told.budget, told, say),
        "n": len(told.funded),
    }
    paid = any(f.highest is not None for f in told.funded)
    header = [_("Project"), _in_currency(_("Cost"), told), _("Supporters")]
    header += [_in_currency(_("Most that one voter paid"), told)] if paid else []
    rows = tuple(_funded_row(f, told, paid, say) for f in told.funded)
    blocks: list[Block] = [
        Figure(picture, alt, caption),
        Table(_("In the order of purchase"), tuple(header), rows),
    ]
    phases = {f.phase for f in told.funded}
    if "greedy" in phases:
        names = [_name(f.id, f.name, say) for f in told.funded if f.phase == "greedy"]
        blocks.append(
            Paragraph(
                _("Bought at the end with what was left, by most votes: %(names)s.")
                % {"names": "; ".join(map(say.quoted, names))}
            )
        )
    if "epsilon" in phases:
        names = [_name(f.id, f.name, say) for f in told.funded if f.phase == "epsilon"]
        blocks.append(
            Paragraph(
                _("Bought at the end, with help of voters who had not named them: %(names)s.")
                % {"names": "; ".join(map(say.quoted, names))}
            )
        )
    if told.steps:
        blocks.append(
            Paragraph(
                _(
                    "So that little money is left over, everybody's part was raised in small steps "
                    "(%(n)s of them) and the count made anew each time; the last count within the "
                    "budget holds."
                )
                % {"n": f"{told.steps:,}"}
            )
        )
    for equal, taken in told.decided_by_tie:
        blocks.append(
            Paragraph(
                _("These were exactly equal: %(names)s. Taken first: %(taken)s (%(by)s).")
                % {
                    "names": "; ".join(
                        say.quoted(_name(one, told.names[one], say)) for one in equal
                    ),
                    "taken": say.quoted(_name(taken, told.names[taken], say)),
                    "by": _ties(told.ties, say),
                }
            )
        )
    return Section("funded", _("What is funded"), tuple(blocks))


def _funded_row(
    told: PublishedFunded, budget: PublishedBudget, paid: bool, say: Words
) -> tuple[str, ...]:
    row = [
        f"{told.rank}. {say.quoted(_name(told.id, told.name, say))}",
        _digits(told.cost),
        say.count(told.supporters, budget.k),
    ]
    if paid:
        row.append("–" if told.highest is None else "≈ " + _digits(told.highest))
    return tuple(row)


def _unfunded(told: PublishedBudget, say: Words) -> Section:
    _ = say.gettext
    shares = told.rule == "equal-shares"
    blocks: list[Block] = [
        Paragraph(
            _(
                "In the final count, with everything else unchanged: how much was missing, up to "
                "which cost the project would have been taken, and how many further supporters "
                "would have been enough. Amounts are rounded to two digits."
            )
        )
    ]
    shown = sorted(told.unfunded, key=lambda u: -(u.supporters or 0))
    rows = tuple(_unfunded_row(u, told, say) for u in shown[:MOST_ROWS])
    blocks.append(
        Table(
            _("By number of supporters"),
            (
                _("Project"),
                _in_currency(_("Cost"), told),
                _("Supporters"),
                _in_currency(_("Missing"), told),
                _in_currency(_("Would have been taken at"), told),
                _("Further supporters"),
            ),
            rows,
        )
    )
    if len(shown) > MOST_ROWS:
        blocks.append(
            Paragraph(
                say.ngettext(
                    "%(n)d further project is in the table projects.csv.",
                    "%(n)d further projects are in the table projects.csv.",
                    len(shown) - MOST_ROWS,
                )
                % {"n": len(shown) - MOST_ROWS}
            )
        )
    reasons: dict[str, list[str]] = {}
    for u in told.unfunded:
        if u.why not in ("supporters_lack_money", "does_not_fit"):
            reasons.setdefault(u.why, []).append(say.quoted(_name(u.id, u.name, say)))
    if reasons:
        blocks.append(
            Points(
                tuple(
                    _("%(why)s: %(names)s")
                    % {"why": why_words(why, say), "names": "; ".join(names)}
                    for why, names in reasons.items()
                )
            )
        )
    if shares:
        blocks.append(
            Paragraph(
                _(
                    "Missing is what the parts of its supporters lacked at the end. A supporter whose "
                    "part was spent on other projects has been served by those."
                )
            )
        )
    return Section("unfunded", _("What is not, and why"), tuple(blocks))


def _unfunded_row(told: PublishedUnfunded, budget: PublishedBudget, say: Words) -> tuple[str, ...]:
    def money(amount: Fraction | None) -> str:
        return "–" if amount is None else "≈ " + _digits(amount)

    return (
        say.quoted(_name(told.id, told.name, say)),
        _digits(told.cost),
        say.count(told.supporters, budget.k),
        money(told.missing_money),
        money(told.winning_cost),
        "–" if told.more_supporters is None else f"≈ {told.more_supporters:,}",
    )


def _fairness(told: PublishedBudget, say: Words) -> Section:
    _ = say.gettext
    mine, other = told.fairness, told.other
    rtl = say.direction == "rtl"
    header = ["", _("Picture"), rule_words(told.rule, say)]
    if other is not None and told.other_rule is not None:
        header.append(rule_words(told.other_rule, say))
    rows: list[tuple[str | Picture, ...]] = []
    for label, point, said in (
        (
            _("Voters with nothing funded"),
            [f.without.point for f in (mine, other) if f],
            [say.share(f.without) for f in (mine, other) if f],
        ),
        (
            _("Funded part of what a voter supports, on average"),
            [f.mean_funded for f in (mine, other) if f],
            [say.percent(f.mean_funded) for f in (mine, other) if f],
        ),
    ):
        second = point[1] if len(point) > 1 else None
        rows.append((label, pair_bar(point[0], second, 1.0, rtl=rtl), *said))
    blocks: list[Block] = [Table(_("How the outcome treats voters"), tuple(header), tuple(rows))]
    if other is not None:
        blocks.append(
            Paragraph(
                _("Bar: %(rule)s; ring: %(other)s.")
                % {
                    "rule": rule_words(told.rule, say),
                    "other": rule_words(told.other_rule or "", say),
                }
            )
        )
    if told.preferences is not None:
        one, two, same = (f"{n:,}" for n in told.preferences)
        blocks.append(
            Paragraph(
                _(
                    "For %(one)s voters more of what they support is funded by %(rule)s, for %(two)s by "
                    "%(other)s, for %(same)s it is the same."
                )
                % {
                    "one": one,
                    "two": two,
                    "same": same,
                    "rule": rule_words(told.rule, say),
                    "other": rule_words(told.other_rule or "", say),
                }
            )
        )
    blocks += [_claims(told, mine.claims, told.rule, say)]
    if other is not None and told.other_rule is not None:
        blocks.append(_claims(told, other.claims, told.other_rule, say))
    return Section("fair", _("How fair it is"), tuple(blocks))


def _claims(
    told: PublishedBudget, claims: tuple[str, ...], rule: str, say: Words
) -> Paragraph | Notice:
    _ = say.gettext
    if not claims:
        return Paragraph(
            _(
                "By %(rule)s, no group of voters that could have paid for a project they share out of "
                "their part of the budget goes short of what that part would buy."
            )
            % {"rule": rule_words(rule, say)}
        )
    names = "; ".join(say.quoted(_name(name, told.names[name], say)) for name in claims[:6])
    text = say.ngettext(
        "By %(rule)s, a group of voters goes short: their part of the budget would pay for a project "
        "they share, and they got less than that: %(names)s.",
        "By %(rule)s, groups of voters go short: their part of the budget would pay for a project "
        "they share, and they got less than that. %(n)d projects, among them: %(names)s.",
        len(claims),
    ) % {"rule": rule_words(rule, say), "names": names, "n": len(claims)}
    return Notice(text) if rule == told.rule else Paragraph(text)


def _groups(told: PublishedBudget, say: Words) -> Section:
    _ = say.gettext
    rtl = say.direction == "rtl"
    blocks: list[Block] = [
        Paragraph(
            _(
                "The cost of each funded project is split evenly among those who supported it. The bar "
                "is the part of the money that went to a group's projects in this way, the ring its "
                "part of the voters."
            )
        )
    ]
    for column in dict.fromkeys(g.column for g in told.fairness.groups):
        mine = [g for g in told.fairness.groups if g.column == column]
        longest = max(max(g.money_share, g.voters_share.point or 0.0) for g in mine) or 1.0
        blocks.append(
            Table(
                _column(column, say),
                ("", _("Picture"), _("Money"), _("Voters"), _("With nothing funded")),
                tuple(_group_row(g, longest, rtl, say) for g in mine),
            )
        )
    if told.fairness.hidden_groups:
        blocks.append(
            Paragraph(
                _(
                    "Groups with fewer than %(k)d voters are not shown, nor those from which the "
                    "number of the others could be worked out."
                )
                % {"k": told.k}
            )
        )
    return Section("groups", _("Areas and groups"), tuple(blocks))


def _column(column: str, say: Words) -> str:
    _ = say.gettext
    known = {
        "sex": _("Sex"),
        "age": _("Age"),
        "voting_method": _("How they voted"),
        "district": _("District"),
        "neighbourhood": _("Neighbourhood"),
        "neighborhood": _("Neighbourhood"),
        "area": _("Area"),
        "subunit": _("Area"),
    }
    return known.get(column.lower(), column)


def _group_row(
    told: PublishedGroup, longest: float, rtl: bool, say: Words
) -> tuple[str | Picture, ...]:
    return (
        say.quoted(told.value),
        pair_bar(told.money_share, told.voters_share.point, longest, rtl=rtl),
        say.percent(told.money_share),
        f"{told.voters:,} ({say.share(told.voters_share)})",
        say.share(told.without),
    )


def _ties(ties: str, say: Words) -> str:
    _ = say.gettext
    return {
        "votes": _("more votes first, then cheaper, then the smaller id"),
        "cost": _("cheaper first, then the smaller id"),
        "id": _("the smaller id first"),
        "lot": _("by a lot that anybody can draw again"),
    }[ties]


def _worked_out(told: PublishedBudget, source: str, say: Words) -> Section:
    _ = say.gettext
    receipt = told.result["receipt"]
    utility = {
        "cost": _("a funded project is worth its cost to each supporter"),
        "cardinality": _("every funded project is worth the same to each supporter"),
        "points": _("a funded project is worth the points that a voter gave it"),
        "borda": _("a funded project is worth more, the higher a voter ranked it"),
    }[told.utility]
    completion = {
        "none": _("left over"),
        "greedy": _("spent by most votes first"),
        "add1": _("everybody's start is raised in small steps while the budget holds"),
        "add1u": _(
            "everybody's start is raised in small steps while the budget holds, then most votes first"
        ),
        "epsilon": _("others help to pay for what supporters cannot afford alone"),
    }[told.completion]
    rows = [
        (_("Rule"), rule_words(told.rule, say)),
        (_("Worth"), utility),
        (_("Money left over"), completion),
        (_("Ties"), _ties(told.ties, say)),
        *([(_("Ballots from"), source)] if source else []),
        *([("SHA-256", receipt["file_sha256"])] if receipt["file_sha256"] else []),
    ]
    notes = tuple(
        sentence(notice.code, notice.params, language=say.language) for notice in told.notices
    )
    blocks: list[Block] = [
        Facts(tuple(rows)),
        Paragraph(
            _(
                "Winners are computed exactly. Whoever holds the ballots can count again with another "
                "program: baithak budget verify."
            )
        ),
        Paragraph(
            _(
                "Counts of people are rounded to 5 and not shown below %(k)d; parts are of rounded "
                "counts, so they need not add up."
            )
            % {"k": told.k}
        ),
    ]
    if notes:
        blocks.append(Points(notes))
    return Section("how", _("How this was worked out"), tuple(blocks))
