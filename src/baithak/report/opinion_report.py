"""What an opinion report says, in order, before anybody decides how it looks.

``compose`` turns a published map into titled sections of plain blocks in the reader's language;
``opinion_html`` and ``opinion_pdf`` set the same blocks as a page and as a paper, so the two never
tell different stories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baithak.report.disclosure import (
    PublishedCell,
    PublishedGroup,
    PublishedMap,
    PublishedStatement,
    Share,
)
from baithak.report.opinion_time import LEAST, Moment
from baithak.report.words import Words, words

__all__ = [
    "About",
    "Block",
    "Cards",
    "Facts",
    "GroundRow",
    "GroundTable",
    "GroupCard",
    "GroupRow",
    "Heard",
    "MapPicture",
    "Notice",
    "Paragraph",
    "Points",
    "Report",
    "Section",
    "Table",
    "TimePicture",
    "compose",
]

MOST_ROWS = 10
SHARED = 0.6  # a statement is common ground where every group reaches this
APART = 0.3  # and divides where two groups are this far apart
EVEN = 0.25  # or, without groups, where each side has this much


@dataclass(frozen=True, slots=True)
class About:
    """What the votes are about and where they come from; all of it shown as given.

    ``date`` is a day in words or figures, ``source`` the place the votes come from (a page or a
    file), ``attribution`` the line a licence asks for, ``statements_language`` the language of the
    statements where it is known.
    """

    title: str
    question: str = ""
    source: str = ""
    attribution: str = ""
    date: str = ""
    statements_language: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences, in order of weight."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class GroundRow:
    """A statement, its bar, and what each group (or everybody) says of it.

    ``bar`` is drawn as an interval; without it the ``cells`` are drawn as lettered discs: group
    letter, share, and the share in words.
    """

    text: str
    votes: str
    bar: Share | None
    said: str
    between: str
    cells: tuple[tuple[str, Share, str], ...]


@dataclass(frozen=True, slots=True)
class GroundTable:
    """Statements under a caption; ``letters`` are the group columns, ``answer`` what is counted."""

    caption: str
    answer: str
    total: str
    letters: tuple[str, ...]
    rows: tuple[GroundRow, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of the table beside the map."""

    letter: str
    people: str
    share: str
    sure: str
    stability: str


@dataclass(frozen=True, slots=True)
class MapPicture:
    """The map (drawn from ``Report.map``), its caption, and the table that says the same."""

    caption: str
    header: tuple[str, str, str, str, str]
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group in words: title, sentences, and what it holds more (or less) than the others."""

    letter: str
    title: str
    sentences: tuple[str, ...]
    tables: tuple[GroundTable, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """The groups, one after another."""

    cards: tuple[GroupCard, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Words and treated figures in rows; the first cell of a row says what the others are about."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TimePicture:
    """Depth and breadth on every released map; the table beside it says the same."""

    caption: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a dialogue knows of its voices beyond the map, each past the small-cell rule.

    ``ways`` how people came and how many; ``tables`` who they say they are beside the city, and
    lists of common ground beside each other; ``unheard`` sentences that must not be overlooked;
    ``moments`` the released maps, the oldest first.
    """

    ways: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    unheard: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    asked: bool = False


Block = Paragraph | Points | Notice | GroundTable | MapPicture | Cards | Facts | Table | TimePicture


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
    map: PublishedMap
    words: Words
    kind: str
    big: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


def compose(
    told: PublishedMap, about: About, *, language: str = "en", heard: Heard | None = None
) -> Report:
    """Write the report on a published map.

    Parameters
    ----------
    told : PublishedMap
        With at least ``k`` people (not ``told.too_few``).
    about : About
    language : str
        ``en``, ``ur``, ``bn`` …; sentences without a translation stay English.
    heard : Heard, optional
        What is known of the voices beside the map.

    Returns
    -------
    Report
    """
    say = words(language)
    _ = say.gettext
    sections = [
        _in_short(told, say),
        _shared(told, say),
        _apart(told, say),
        _picture(told, say),
        *([_groups(told, say)] if told.groups else []),
        _how_divided(told, say),
        *([_over_time(heard.moments, say)] if heard and len(heard.moments) >= LEAST else []),
        _heard(told, say, heard or Heard()),
        _worked_out(told, about, say),
    ]
    count = len(told.groups)
    big = [
        (say.count(told.participants, told.k), _("people")),
        (say.count(told.votes, told.k), _("votes")),
        (f"{len(told.statements):,}", _("statements")),
    ]
    if count:
        big.append((str(count), say.ngettext("group", "groups", count)))
    footer = [part for part in (about.attribution, about.date) if part]
    return Report(
        about, told, say, _("What people think"), tuple(big), tuple(sections), tuple(footer)
    )


def _in_short(told: PublishedMap, say: Words) -> Section:
    _ = say.gettext
    points = []
    if told.groups:
        names = ", ".join(
            _("%(letter)s (%(share)s)") % {"letter": g.letter, "share": say.share(g.share)}
            for g in told.groups
        )
        points.append(_("People who answer alike form these groups: %(names)s.") % {"names": names})
    elif told.undivided:
        points.append(
            _(
                "There are groups, but too small to be shown without telling on their members: "
                "this report speaks of everybody together."
            )
        )
    else:
        points.append(
            _("There are no separate groups here: opinions run from one side to the other.")
        )
    shared = [s for s in _common(told, "common_ground") if s.certain]
    if shared:
        points.append(
            say.ngettext(
                "%(n)d statement is common ground for certain: “%(text)s”",
                "%(n)d statements are common ground for certain, first of all: “%(text)s”",
                len(shared),
            )
            % {"n": len(shared), "text": say.quoted(_short(shared[0]))}
        )
    else:
        points.append(_("No statement is shared by everybody for certain."))
    divided = _divided(told)
    if divided:
        points.append(_("What divides most: “%(text)s”") % {"text": say.quoted(_short(divided[0]))})
    if told.groups:
        points.append(say.trust(told))
    if told.depth is not None and told.groups:
        points.append(say.depth(told.depth.value))
    blocks: list[Block] = [Points(tuple(points))]
    if told.defence is not None and told.defence.alarm:
        blocks.append(
            Notice(
                _(
                    "Some votes look organised. The result with and without them differs: see "
                    "“Who was heard” before you act on it."
                )
            )
        )
    return Section("short", _("In short"), tuple(blocks))


def _shared(told: PublishedMap, say: Words) -> Section:
    _ = say.gettext
    blocks: list[Block] = []
    agreed = _common(told, "common_ground")[:MOST_ROWS]
    refused = _common(told, "common_ground_no")[:5]
    if told.groups:
        blocks.append(
            Paragraph(
                _(
                    "Every group, also the least convinced one, is on the same side here. The bar "
                    "shows that least convinced group: the line is the best estimate, the band "
                    "around it where the truth lies in 8 of 10 cases."
                )
            )
        )
    else:
        blocks.append(
            Paragraph(
                _(
                    "The bar shows everybody: the line is the best estimate, the band around it "
                    "where the truth lies in 8 of 10 cases."
                )
            )
        )
    sides = [*(s.common_ground for s in agreed), *(s.common_ground_no for s in refused)]
    if any(side.kind in {"under", "over"} for side in sides):
        blocks.append(
            Paragraph(
                _(
                    "A band without a line: so few people are on the other side that only a bound "
                    "may be shown."
                )
            )
        )
    if told.others:
        blocks.append(Paragraph(_small_groups(told, say)))
    if agreed:
        title = _("Every group agrees") if told.groups else _("Most people agree")
        blocks.append(_table(told, say, title, _("agree"), agreed, "common_ground"))
    if refused:
        title = _("Every group disagrees") if told.groups else _("Most people disagree")
        blocks.append(_table(told, say, title, _("disagree"), refused, "common_ground_no"))
    if not agreed and not refused:
        blocks.append(
            Paragraph(
                _(
                    "No statement reaches 6 in 10 in every group. That is a finding too: the "
                    "conversation has not yet found words that everybody can sign."
                )
                if told.groups
                else _("No statement reaches 6 in 10.")
            )
        )
    return Section("shared", _("What we share"), tuple(blocks))


def _small_groups(told: PublishedMap, say: Words) -> str:
    return say.gettext(
        "There are also people in groups too small to be shown: on most statements fewer than "
        "%(least)d of them voted, and any figure would tell on them. “Every group” leaves them out."
    ) % {"least": 2 * told.k}


def _apart(told: PublishedMap, say: Words) -> Section:
    _ = say.gettext
    rows = _divided(told)[:MOST_ROWS]
    if not rows:
        return Section(
            "apart",
            _("What divides us"),
            (
                Paragraph(
                    _("No statement sets the groups clearly apart.")
                    if told.groups
                    else _("On no statement are people evenly split.")
                ),
            ),
        )
    if told.groups:
        lead = _(
            "Each disc is a group; the further apart they stand, the more the statement divides."
        )
    else:
        lead = _("On these statements people are split most evenly.")
    table = _table(told, say, _("How many agree"), _("agree"), rows, None)
    return Section("apart", _("What divides us"), (Paragraph(lead), table))


def _picture(told: PublishedMap, say: Words) -> Section:
    _ = say.gettext
    caption = _(
        "People who answer alike stand close together. Every mark is at least %(k)d people, a "
        "larger mark more; where fewer stand, nothing is drawn. Faint marks: most people there "
        "stand between groups. Directions have no names: only distances count."
    ) % {"k": told.k}
    if told.others:
        caption += " " + _("Grey marks are people of groups too small to be shown.")
    rows = tuple(
        GroupRow(
            g.letter,
            say.count(g.size, told.k),
            say.share(g.share),
            say.share(g.sure),
            _("not tested")
            if g.stability is None
            else _("%(n)d of %(all)d")
            % {"n": round(told.repeats * g.stability), "all": told.repeats},
        )
        for g in told.groups
    )
    header = (
        _("Group"),
        _("People"),
        _("Share of voices"),
        _("Clearly in it"),
        _("Came back in repeats"),
    )
    blocks: list[Block] = []
    if len(told.hexes.cells) >= 3:
        blocks.append(MapPicture(caption, header, rows))
    else:
        blocks.append(
            Paragraph(_("Too few people took part to draw a map in which nobody stands alone."))
        )
        if rows:
            blocks.append(MapPicture("", header, rows))
    if rows:
        blocks.append(
            Paragraph(
                _(
                    "People stands for those to whom this group is the nearest; in the share of "
                    "voices, who stands between groups counts partly for each."
                )
            )
        )
    noisy = [a.number for a in told.axes[:2] if a.reliability is not None and a.reliability < 0.5]
    if noisy:
        blocks.append(Notice(say.note(f"axis_{noisy[0]}_mostly_noise")))
    return Section("map", _("The opinion map"), tuple(blocks))


def _groups(told: PublishedMap, say: Words) -> Section:
    return Section(
        "groups",
        say.gettext("The groups"),
        (Cards(tuple(_card(told, group, say) for group in told.groups)),),
    )


def _card(told: PublishedMap, group: PublishedGroup, say: Words) -> GroupCard:
    _ = say.gettext
    sentences = [
        _("About %(people)s people, %(share)s of all voices.")
        % {"people": say.count(group.size, told.k), "share": say.share(group.share)},
        say.stability(group, told.repeats),
    ]
    more: list[tuple[float, PublishedStatement]] = []
    for statement in told.statements:
        lead = _ahead(statement, group)
        if group.id in statement.representative_of and lead is not None:
            more.append((lead, statement))
    more.sort(key=lambda pair: (-abs(pair[0]), -(pair[1].votes or 0)))
    above = [s for lead, s in more if lead > 0][:4]
    below = [s for lead, s in more if lead < 0][:4]
    tables = []
    if above:
        title = _("More than others, this group agrees that …")
        tables.append(_table(told, say, title, _("agree"), above, None))
    if below:
        title = _("Less than others, this group agrees that …")
        tables.append(_table(told, say, title, _("agree"), below, None))
    if not tables:
        sentences.append(_("No single statement sets this group apart."))
    return GroupCard(
        group.letter,
        _("Group %(letter)s") % {"letter": group.letter},
        tuple(sentences),
        tuple(tables),
    )


def _ahead(told: PublishedStatement, group: PublishedGroup) -> float | None:
    """By how much the group agrees more than the mean of the other shown groups."""
    mine = told.by_group[group.id].agree.point
    others = [c.agree.point for g, c in told.by_group.items() if g != group.id]
    known = [p for p in others if p is not None]
    return None if mine is None or not known else mine - sum(known) / len(known)


def _how_divided(told: PublishedMap, say: Words) -> Section:
    _ = say.gettext
    if not told.groups or told.depth is None or told.breadth is None:
        return Section(
            "division",
            _("How deep, how wide"),
            (
                Paragraph(
                    _(
                        "Without separate groups there is no division between camps to measure; "
                        "the statements above show where people are split."
                    )
                ),
            ),
        )
    return Section(
        "division",
        _("How deep, how wide"),
        (
            Paragraph(say.depth(told.depth.value)),
            Paragraph(say.breadth(told.breadth.value)),
            Facts(
                (
                    (
                        _("Depth: part of the answers explained by the group, 0 to 1"),
                        _interval(told.depth.value, told.depth.low, told.depth.high, say),
                    ),
                    (
                        _("Breadth: share of statements on which two groups are far apart, 0 to 1"),
                        _interval(told.breadth.value, told.breadth.low, told.breadth.high, say),
                    ),
                )
            ),
        ),
    )


def _over_time(moments: Sequence[Moment], say: Words) -> Section:
    _ = say.gettext
    none = _("no separate groups")
    rows = tuple(
        (
            moment.day,
            moment.people,
            none if moment.depth is None else f"{moment.depth:.2f}",
            none if moment.breadth is None else f"{moment.breadth:.2f}",
        )
        for moment in moments
    )
    caption = _(
        "Line with discs: depth. Broken line with squares: breadth. A gap: no separate groups."
    )
    return Section(
        "time",
        _("Over time"),
        (
            Paragraph(
                _(
                    "Every map that was shown, with the figures it showed. Both run from 0 to 1 and "
                    "are rounded to 0.05."
                )
            ),
            TimePicture(caption, tuple(moments)),
            Table("", (_("Map of"), _("People"), _("Depth"), _("Breadth")), rows),
        ),
    )


def _heard(told: PublishedMap, say: Words, heard: Heard) -> Section:
    _ = say.gettext
    blocks: list[Block] = []
    if heard.ways:
        blocks.append(Table(_("How people came"), (_("Way"), _("People")), heard.ways))
    blocks += [Notice(sentence) for sentence in heard.unheard]
    blocks += heard.tables
    if heard.asked:
        if told.effective is not None:
            blocks.append(Paragraph(_weighted(told, say)))
    elif told.missing:
        blocks.append(Paragraph(_("Compared with the population, these people are missing:")))
        blocks.append(
            Points(
                tuple(
                    _("%(category)s (%(question)s): %(voices)s of the voices, %(share)s of people")
                    % {
                        "category": m.category,
                        "question": m.question,
                        "voices": say.share(m.voices),
                        "share": say.percent(m.population),
                    }
                    for m in told.missing
                )
            )
        )
        if told.effective is not None:
            blocks.append(Paragraph(_weighted(told, say)))
    else:
        blocks.append(
            Paragraph(
                _(
                    "Only those who took part were heard. Nobody asked who they are, so this "
                    "report cannot say who is missing: compare it with what you know of the city."
                )
                if told.effective is None
                else _("Compared with the population, no group of people is clearly missing.")
            )
        )
    defence = told.defence
    if defence is not None:
        if defence.collapsed_people is None or defence.collapsed_people:
            blocks.append(
                Paragraph(
                    _(
                        "Nearly identical sets of votes (%(n)s people) were counted with less "
                        "weight, as a guard against organised voting."
                    )
                    % {"n": say.count(defence.collapsed_people, told.k)}
                )
            )
        if defence.unverified_without_veto:
            blocks.append(
                Paragraph(
                    _(
                        "Small groups that came by the open link alone cannot veto common ground "
                        "by themselves: %(names)s."
                    )
                    % {"names": ", ".join(defence.unverified_without_veto)}
                )
            )
        if defence.alarm:
            texts = {s.id: _short(s) for s in told.statements}
            gone = [
                texts[i] for i in defence.top_without if i not in defence.top_with and i in texts
            ]
            come = [
                texts[i] for i in defence.top_with if i not in defence.top_without and i in texts
            ]
            blocks.append(
                Notice(
                    _(
                        "With and without this guard the list of common ground differs. Look at "
                        "the statements below before you act."
                    )
                )
            )
            for title, rows in (
                (_("Shared only without the guard:"), gone),
                (_("Shared only with the guard:"), come),
            ):
                if rows:
                    blocks += [
                        Paragraph(title),
                        Points(tuple(f"“{say.quoted(text)}”" for text in rows)),
                    ]
    return Section("heard", _("Who was heard, and who was not"), tuple(blocks))


def _weighted(told: PublishedMap, say: Words) -> str:
    return say.gettext(
        "Voices were weighted to the population. The weighted result is as sure as "
        "one from about %(n)s people asked at random."
    ) % {"n": say.count(told.effective, told.k)}


def _worked_out(told: PublishedMap, about: About, say: Words) -> Section:
    _ = say.gettext
    if told.method == "polis":
        method = _("Polis method: principal components, k-means, counts by group")
    else:
        method = _("Baithak method: ordinal ideal points by variational Bayes, soft groups")
    limits = [
        _("No figure below %(k)d people is shown; counts are rounded to 5, so sums may not add up.")
        % {"k": told.k},
        _("A group is a pattern in answers, not a community. Nobody chose to belong to it."),
        _("Who takes part decides what is heard: this is a conversation, not a survey or a vote."),
        _("The words of a statement matter; most were written by participants, in haste."),
    ]
    if told.tense:
        limits.insert(
            1,
            _(
                "The subject is tense: where 19 in 20 or more of a group say the same, the report "
                "says “most”, because an exact figure would tell on every member."
            ),
        )
    if told.method != "polis":
        limits.append(
            _(
                "Shares by group estimate what all its members would answer, also those who have "
                "not seen a statement yet."
            )
        )
    limits += [sentence for code in told.notes if (sentence := say.note(code))]
    facts = [
        (_("Method"), method),
        (_("Version and seed"), f"Baithak {told.version}, {told.seed}"),
        *([(_("Source"), about.source)] if about.source else []),
        *([(_("Date"), about.date)] if about.date else []),
        *([(_("Data licence"), about.attribution)] if about.attribution else []),
    ]
    return Section(
        "method",
        _("How this was worked out"),
        (
            Facts(tuple(facts)),
            Paragraph(_("What this report cannot tell:")),
            Points(tuple(dict.fromkeys(limits))),
        ),
    )


def _table(
    told: PublishedMap,
    say: Words,
    caption: str,
    answer: str,
    rows: Sequence[PublishedStatement],
    side: str | None,
) -> GroundTable:
    """A table of statements; ``side`` names the share drawn as a bar, None draws the groups."""
    letters = tuple(g.letter for g in told.groups)
    return GroundTable(
        caption=caption,
        answer=answer,
        total=say.gettext("votes"),
        letters=letters,
        rows=tuple(_row(told, s, say, side) for s in rows),
    )


def _row(told: PublishedMap, s: PublishedStatement, say: Words, side: str | None) -> GroundRow:
    def share(cell: PublishedCell) -> Share:
        return cell.disagree if side == "common_ground_no" else cell.agree

    if told.groups:
        cells = tuple(
            (g.letter, share(s.by_group[g.id]), say.share(share(s.by_group[g.id])))
            for g in told.groups
        )
        bar = None if side is None else getattr(s, side)
    else:
        assert s.everybody is not None
        cells = ()
        bar = share(s.everybody)
    return GroundRow(
        text=s.text or say.gettext("Statement %(id)s") % {"id": s.id},
        # By group, each of them may have just too few.
        votes=say.count(s.votes, told.k * max(1, len(told.groups))),
        bar=bar,
        said="" if bar is None else say.share(bar),
        between="" if bar is None else say.between(bar),
        cells=cells,
    )


def _common(told: PublishedMap, side: str) -> list[PublishedStatement]:
    found = {s.id: s for s in told.statements}
    names = told.common_ground if side == "common_ground" else told.no_ground
    ranked = [found[name] for name in names]
    kept = [s for s in ranked if (getattr(s, side).least or 0.0) >= SHARED]
    # What is certain comes first; inside both parts the order stays.
    return sorted(kept, key=lambda s: (getattr(s, side).low or 0.0) <= 0.5)


def _divided(told: PublishedMap) -> list[PublishedStatement]:
    found = {s.id: s for s in told.statements}
    ranked = [found[name] for name in told.dividing]
    return [s for s in ranked if (s.gap or 0.0) >= APART or _evenly_split(s)]


def _evenly_split(told: PublishedStatement) -> bool:
    cell = told.everybody
    return cell is not None and min(cell.agree.least or 0.0, cell.disagree.least or 0.0) >= EVEN


def _short(told: PublishedStatement, longest: int = 140) -> str:
    text = told.text or told.id
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _interval(value: float, low: float, high: float, say: Words) -> str:
    return say.gettext("%(value).2f (between %(low).2f and %(high).2f)") % {
        "value": value,
        "low": low,
        "high": high,
    }
