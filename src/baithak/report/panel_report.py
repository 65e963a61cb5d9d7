"""What a panel's report says, in order, before anybody decides how it looks.

``compose`` turns a ``PublishedPanel`` into titled sections of plain blocks in the reader's language;
``panel_html`` and ``panel_pdf`` set the same blocks as a page and as a paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from baithak.report.opinion_report import Facts, Notice, Paragraph, Points
from baithak.report.opinion_svg import Picture
from baithak.report.panel_figures import PublishedFeature, PublishedPair, PublishedPanel
from baithak.report.panel_svg import chance_curve, seats_bar
from baithak.report.tables import csv_text
from baithak.report.words import Words, words

__all__ = ["About", "Block", "Figure", "Report", "Section", "Table", "compose", "tables"]


@dataclass(frozen=True, slots=True)
class About:
    """What the panel is about; all of it shown as given. ``date`` is a day in words or figures."""

    title: str
    date: str = ""
    public: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, what it shows in words, and its caption."""

    picture: Picture
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a caption; the first cell of a row is its head, a cell may be a picture."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | Picture, ...], ...]


Block = Paragraph | Points | Notice | Facts | Figure | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part; ``name`` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language, ready to be set as a page or a paper."""

    about: About
    words: Words
    kind: str
    big: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


def compose(told: PublishedPanel, about: About, *, language: str = "en") -> Report:
    """Write the report on a drawn panel.

    Parameters
    ----------
    told : PublishedPanel
    about : About
        ``public`` is False where the seed decided instead of a public chance: the report says so.
    language : str
        ``en``, ``ur``, ``bn`` …; sentences without a translation stay English.
    """
    say = words(language)
    _ = say.gettext
    sections = [
        _in_short(told, about, say),
        _seats(told, say),
        *([_pairs(told, say)] if told.pairs else []),
        _fairness(told, say),
        _draw(told, say),
        _worked_out(told, say),
    ]
    big = (
        (f"{told.size:,}", _("seats")),
        (f"{told.registered:,}", _("people registered")),
        (_percent(say, told.smallest), _("smallest chance")),
        (f"{told.number}", _("panel drawn")),
    )
    version = told.head.get("version", "")
    footer = tuple(part for part in (about.date, f"Baithak {version}".strip()) if part)
    return Report(about, say, _("A panel by public lottery"), big, tuple(sections), footer)


def tables(told: PublishedPanel) -> dict[str, str]:
    """File name to CSV text: ``seats.csv`` and ``two-way.csv``; hidden figures are empty cells."""
    return {
        "seats.csv": csv_text(
            (
                "category", "feature", "seats_min", "seats_max", "registered", "registered_share",
                "chance_low", "chance_high",
            ),
            [
                (f.category, f.feature, f.low, f.high, f.pool, f.share, *(f.chance or (None, None)))
                for f in told.features
            ],
        ),
        "two-way.csv": csv_text(
            ("category", "feature", "category_2", "feature_2", "registered_share", "seats_share"),
            [
                (p.first, row, p.second, column, *((c.share, c.seats) if c else (None, None)))
                for p in told.pairs
                for row, cells in zip(p.rows, p.cells, strict=True)
                for column, c in zip(p.columns, cells, strict=True)
            ],
        ),
    }  # fmt: skip


def _percent(say: Words, value: float) -> str:
    """A chance with two figures: 5.7%, 0.54%, 12%."""
    mark = "\u200e" if say.direction == "rtl" else ""
    value *= 100
    decimals = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{mark}{value:.{decimals}f}%"


def _in_short(told: PublishedPanel, about: About, say: Words) -> Section:
    _ = say.gettext
    seats = {
        "size": f"{told.size - told.standing:,}",
        "pool": f"{told.registered:,}",
        "standing": f"{told.standing:,}",
    }
    points = [
        _(
            "%(size)s people were drawn by lot from %(pool)s who had registered. The panel meets "
            "every target that was published before the draw."
        )
        % seats
        if not told.standing
        else _(
            "%(standing)s people kept the seats they had confirmed; %(size)s were drawn by lot from "
            "the others who had registered. The whole panel meets every target."
        )
        % seats,
        _fair_words(told, say),
        _(
            "%(panels)s panels were listed beforehand, each as likely as the next. Chance named number "
            "%(number)s. Anybody can check this with the receipt."
        )
        % {"panels": f"{told.panels:,}", "number": told.number},
    ]
    blocks: list[Points | Notice] = [Points(tuple(points))]
    if not about.public:
        blocks.append(
            Notice(
                _(
                    "The number was made from the seed of the computation, not by a public chance: "
                    "nobody outside can know how many seeds were tried. For a panel that people "
                    "should trust, publish the commitment first and let dice or a public source "
                    "of randomness decide."
                )
            )
        )
    return Section("short", _("In short"), tuple(blocks))


def _fair_words(told: PublishedPanel, say: Words) -> str:
    _ = say.gettext
    least = {"least": _percent(say, told.smallest), "bound": _percent(say, told.bound)}
    if told.method == "legacy":
        return (
            _(
                "Seats were filled one after another, the value most in need first. The person with "
                "the smallest chance had %(least)s; a fair lottery could give %(bound)s."
            )
            % least
        )
    if told.certified:
        return (
            _(
                "Nobody who could be in a panel had a chance below %(least)s. It is proven that no "
                "lottery with these targets can lift the smallest chance above %(bound)s."
            )
            % least
        )
    return (
        _(
            "The person with the smallest chance had %(least)s. No lottery with these targets can "
            "lift it above %(bound)s."
        )
        % least
    )


def _seats(told: PublishedPanel, say: Words) -> Section:
    _ = say.gettext
    blocks: list[Paragraph | Table] = [
        Paragraph(
            _(
                "The bar shows the seats, the ring the people who registered. A ring far from its bar "
                "means that these people came forward more, or less, than their target asks for."
            )
        )
    ]
    for category in dict.fromkeys(f.category for f in told.features):
        mine = [f for f in told.features if f.category == category]
        longest = max(max(f.high / told.size, f.share or 0.0) for f in mine)
        blocks.append(
            Table(
                category,
                ("", _("Picture"), _("Seats"), _("Registered"), _("Chance")),
                tuple(_feature(f, told, longest, say) for f in mine),
            )
        )
    blocks.append(
        Paragraph(
            _(
                "A panel is small, and most counts of it would tell on single members. So its seats "
                "are given as the targets that were public before anybody was drawn: every listed "
                "panel meets them. Counts of those who registered are rounded to 5 and not shown "
                "below %(k)d. Chance: where the middle 8 in 10 of these people lie."
            )
            % {"k": told.k}
        )
    )
    return Section("seats", _("Who has a seat"), tuple(blocks))


def _feature(
    told: PublishedFeature, panel: PublishedPanel, longest: float, say: Words
) -> tuple[str | Picture, ...]:
    _ = say.gettext
    hidden = _("not shown")
    drawn = seats_bar(
        told.low / panel.size,
        told.high / panel.size,
        told.share,
        longest,
        rtl=say.direction == "rtl",
    )
    pool = hidden
    if told.pool is not None and told.share is not None:
        pool = f"{told.pool:,} ({say.percent(told.share)})"
    chance = hidden
    if told.chance is not None:
        low, high = (_percent(say, end) for end in told.chance)
        chance = low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
    return (say.quoted(told.feature), drawn, _between(told.low, told.high, say), pool, chance)


def _between(low: int, high: int, say: Words) -> str:
    if low == high:
        return f"{low:,}"
    return say.gettext("%(low)s to %(high)s") % {"low": f"{low:,}", "high": f"{high:,}"}


def _pairs(told: PublishedPanel, say: Words) -> Section:
    _ = say.gettext
    blocks: list[Paragraph | Table] = [
        Paragraph(
            _(
                "The first figure is the part of the seats to be expected of the lottery, in "
                "brackets the part of those who registered. These are averages over all listed "
                "panels, not counts of the panel that was drawn: those would tell on its members."
            )
        )
    ]
    blocks += [_pair(pair, say) for pair in told.pairs]
    blocks.append(
        Paragraph(
            _(
                "A dash: fewer than %(k)d people registered, or the number could be found by "
                "subtraction."
            )
            % {"k": told.k}
        )
    )
    return Section("pairs", _("Two features at once"), tuple(blocks))


def _pair(told: PublishedPair, say: Words) -> Table:
    rows = [
        (
            say.quoted(row),
            *(
                "–" if cell is None else f"{say.percent(cell.seats)} ({say.percent(cell.share)})"
                for cell in cells
            ),
        )
        for row, cells in zip(told.rows, told.cells, strict=True)
    ]
    caption = f"{say.quoted(told.first)} × {say.quoted(told.second)}"
    return Table(caption, ("", *map(say.quoted, told.columns)), tuple(rows))


def _fairness(told: PublishedPanel, say: Words) -> Section:
    _ = say.gettext
    equal = (told.size - told.standing) / max(1, told.lots)
    alt = _("Everybody's chance, from %(least)s to %(most)s") % {
        "least": _percent(say, told.smallest),
        "most": _percent(say, told.largest),
    }
    blocks: list[Figure | Facts | Paragraph] = [
        Figure(
            chance_curve(told.curve, equal, alt),
            alt,
            (
                _(
                    "All who could be drawn, ordered by their chance, the smallest on the left. All "
                    "have the same (%(equal)s): the dashed line."
                )
                if told.largest - told.smallest < 1.5 / told.panels
                else _(
                    "All who could be drawn, ordered by their chance, the smallest on the left. The "
                    "dashed line is the chance if all had the same (%(equal)s), which the targets do "
                    "not allow."
                )
            )
            % {"equal": _percent(say, equal)},
        ),
        Facts(
            (
                (_("Smallest chance"), _percent(say, told.smallest)),
                (_("Largest smallest chance that is possible"), _percent(say, told.bound)),
                (_("Largest chance"), _percent(say, told.largest)),
                (_("Inequality of chances (Gini, 0 is equal)"), f"{told.gini:.2f}"),
            )
        ),
    ]
    if told.shut_out != 0:
        count = say.count(told.shut_out, told.k)
        blocks.append(
            Paragraph(
                _(
                    "%(count)s of those who registered fit into no panel that meets all targets, so "
                    "they had no chance. Wider targets would give them one."
                )
                % {"count": count}
            )
        )
    return Section("fair", _("How fair the chances were"), tuple(blocks))


def _draw(told: PublishedPanel, say: Words) -> Section:
    _ = say.gettext
    head = told.head
    facts = [(_("Draw"), f"{head['draw']}")]
    if head["draw"] > 1:
        facts += [
            (_("Reason of the re-draw"), say.quoted(head["reason"])),
            (_("List's hash of the draw before"), head["previous"]),
        ]
    facts += [
        (_("Listed panels"), f"{told.panels:,} (0 – {told.panels - 1})"),
        (_("Root over all who registered"), head["root"]),
        (_("List's hash"), told.list_hash),
        (_("Randomness named beforehand"), say.quoted(head["randomness"])),
        (_("Randomness"), say.quoted(told.randomness)),
        (_("Panel drawn"), f"{told.number}"),
        (_("Who sits, by pseudonym"), " ".join(told.selected)),
    ]
    return Section(
        "draw",
        _("The draw, and how to check it"),
        (
            Facts(tuple(facts)),
            Paragraph(
                _(
                    "Compare the list's hash with the one that was published before the draw. Then run "
                    "“python verify_draw.py receipt.json --published HASH”: it needs nothing but "
                    "Python. With your own slip (--member) it also checks that you were registered "
                    "as you said."
                )
            ),
        ),
    )


def _worked_out(told: PublishedPanel, say: Words) -> Section:
    _ = say.gettext
    methods = {
        "leximin": _(
            "Leximin: the smallest chance as large as possible, then the second smallest, and so on"
        ),
        "maximin": _("Maximin: the smallest chance as large as possible"),
        "nash": _("Nash: the product of all chances as large as possible"),
        "goldilocks": _("Goldilocks: neither very small nor very large chances"),
        "legacy": _("Legacy: the value most in need first, a random person of it, again if stuck"),
    }
    limits = [
        _("A lottery is fair among those who registered. It cannot reach those who did not."),
        _("Balance on these features is not balance of opinions."),
        _("The features are what people said of themselves."),
    ]
    if told.household:
        limits.append(_("At most one person of a household is in any panel."))
    return Section(
        "method",
        _("How this was worked out"),
        (
            Facts(
                (
                    (_("Method"), methods.get(told.method, told.method)),
                    (_("Version and seed"), f"Baithak {told.head.get('version', '')}, {told.seed}"),
                )
            ),
            Paragraph(_("What this report cannot tell:")),
            Points(tuple(limits)),
        ),
    )
