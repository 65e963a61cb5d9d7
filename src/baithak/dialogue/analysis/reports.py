"""The report to keep: the released map as a page, a paper or tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.dialogue import queries
from baithak.dialogue.analysis.heard import besides, voices_shown
from baithak.dialogue.analysis.kept import published
from baithak.dialogue.analysis.page import texts_of
from baithak.dialogue.analysis.times import moments
from baithak.dialogue.models import Dialogue, Run
from baithak.dialogue.queries import Card
from baithak.network.models import Channel
from baithak.report import opinion_docx, opinion_html, opinion_pdf
from baithak.report.disclosure import PublishedMap
from baithak.report.opinion_report import About, Heard, Table, compose
from baithak.report.tables import csv_text, tables
from baithak.report.words import Words, words

__all__ = ["REPORTS", "Made", "report"]

#: Address to what the file is.
REPORTS = ("html", "pdf", "docx", "csv", "zip")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Made:
    """A file to download."""

    body: bytes
    content_type: str
    revision: int


def report(dialogue: Dialogue, kind: str) -> Made | None:
    """The released map as a page, a paper, a Word file or tables, in the language that is on.

    Statements stand in it where they were put into that language, else as they were written; those that
    are not shown any more do not, as on the page.
    ``None`` while there is no map to show.
    """
    run = queries.released_run(dialogue.pk)
    told = None if run is None else published(run)
    if run is None or told is None or told.too_few:
        return None
    say = words(get_language() or "en")
    heard = _heard(dialogue, run, told, say)
    told = _of_shown(told, texts_of(dialogue))
    if kind in {"csv", "zip"}:
        return _tables(told, heard, kind, run.revision)
    about = About(
        title=dialogue.title,
        question=dialogue.question,
        source=dialogue.source_url,
        attribution=dialogue.attribution,
        date=date_format(run.computed, "j F Y"),
        statements_language=dialogue.language,
    )
    composed = compose(told, about, language=say.language, heard=heard)
    if kind == "pdf":
        return Made(opinion_pdf.paper(composed), "application/pdf", run.revision)
    if kind == "docx":
        return Made(opinion_docx.word_file(composed), _WORD, run.revision)
    return Made(opinion_html.page(composed).encode(), "text/html; charset=utf-8", run.revision)


def _of_shown(told: PublishedMap, texts: Mapping[str, Card]) -> PublishedMap:
    """The map with the words of the statements that are shown now; no word of those taken away since."""

    def kept(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in texts)

    defence = told.defence
    if defence is not None:
        defence = replace(
            defence,
            top_without=kept(defence.top_without),
            top_with=kept(defence.top_with),
            top_verified=kept(defence.top_verified),
        )
    return replace(
        told,
        statements=tuple(
            replace(s, text=_marked(texts[s.id].shown)) for s in told.statements if s.id in texts
        ),
        common_ground=kept(told.common_ground),
        no_ground=kept(told.no_ground),
        dividing=kept(told.dividing),
        top_unweighted=kept(told.top_unweighted),
        defence=defence,
    )


def _marked(shown: queries.Shown) -> str:
    """The words as the file has them: a translation that nobody has read over says so."""
    if not shown.translated or shown.reviewed:
        return shown.text
    by_machine = _("Translated by machine, not yet checked")
    mark = by_machine if shown.by_machine else _("Translated by a person, not yet read over")
    return f"{shown.text} [{mark}]"


def _heard(dialogue: Dialogue, run: Run, told: PublishedMap, say: Words) -> Heard:
    """What the page of results says of the voices, for the file."""
    voices = voices_shown(dialogue, run, say)
    header = (_("Answer"), _("People"), _("Of the voices"), _("Of the city"), _("Heard?"))
    tables = [
        Table(
            told_by.question,
            header if told_by.has_shares else header[:3],
            tuple(
                (row.category, row.people, row.voices, row.city, row.heard)[
                    : 5 if told_by.has_shares else 3
                ]
                for row in told_by.rows
            ),
        )
        for told_by in voices
    ]
    yes, no = _("yes"), _("no")
    tables += [
        Table(
            f"{beside.title}: {_('Among the ten statements with most common ground')}",
            (_("Statement"), beside.first, beside.second),
            tuple(
                (_marked(shown), yes if one else no, yes if two else no)
                for shown, one, two in beside.rows
            ),
        )
        for beside in besides(told, texts_of(dialogue), say)
    ]
    return Heard(
        ways=tuple((str(Channel(way).label), f"{count:,}") for way, count in run.channels.items()),
        tables=tuple(tables),
        unheard=tuple(
            _("Not heard yet: %(names)s.") % {"names": ", ".join(told_by.unheard)}
            for told_by in voices
            if told_by.unheard
        ),
        moments=tuple(moments(dialogue, say)),
        asked=bool(voices),
    )


def _tables(told: PublishedMap, heard: Heard, kind: str, revision: int) -> Made:
    """One table of statements by group, or all tables in one parcel."""
    made = tables(told)
    if kind == "csv":
        name = "statements-by-group.csv" if told.groups else "statements.csv"
        return Made(made[name].encode(), "text/csv; charset=utf-8", revision)
    made["ways-in.csv"] = csv_text(("way", "people"), heard.ways)
    made["over-time.csv"] = csv_text(
        ("map_of", "people", "depth", "breadth"),
        [(moment.day, moment.people, moment.depth, moment.breadth) for moment in heard.moments],
    )
    for number, table in enumerate(heard.tables, 1):
        made[f"heard-{number}.csv"] = csv_text((table.caption, *table.header[1:]), table.rows)
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in sorted(made.items()):
            # A fixed date: the same map gives the same bytes.
            out.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text.encode())
    return Made(parcel.getvalue(), "application/zip", revision)
