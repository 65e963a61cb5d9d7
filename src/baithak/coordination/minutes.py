"""The minutes of a meeting as a paper: only what its reader may see, never who was there (R15)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from baithak.coordination.models import Meeting
from baithak.coordination.queries import meetings as queries
from baithak.network.models import Worded
from baithak.network.scope import Viewer
from baithak.report.paper import Fact, Notice, Paper, Paragraph, Points, Section, Table, Text
from baithak.report.paper_docx import paper_docx
from baithak.report.paper_pdf import paper_pdf

__all__ = ["KINDS", "minutes", "minutes_paper", "quorum_sentence"]

#: Media types by the ending of the file.
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def minutes_paper(viewer: Viewer, meeting: Meeting, kind: str, language: str, *, url: str) -> bytes:
    """The paper as a file."""
    paper = minutes(viewer, meeting, language, url=url)
    return paper_pdf(paper).content if kind == "pdf" else paper_docx(paper)


def quorum_sentence(meeting: Meeting) -> str:
    """How many seats were taken and whether that was enough; empty where it is not known."""
    if meeting.present is None:
        return ""
    told = ngettext("%(n)d seat was taken.", "%(n)d seats were taken.", meeting.present) % {
        "n": meeting.present
    }
    enough = meeting.has_quorum
    if enough is None:
        return told
    return f"{told} " + (
        _("There was a quorum.") if enough else _("There was no quorum: what was decided needs another meeting.")
    )  # fmt: skip


def minutes(viewer: Viewer, meeting: Meeting, language: str, *, url: str) -> Paper:
    """What this viewer may see of the meeting, in this language where it is told in it."""
    with override(language):
        return _paper(viewer, meeting, language, url)


def _say(thing: Worded, name: str = "title") -> Text:
    return Text(thing.text(name), thing.language)


def _paper(viewer: Viewer, meeting: Meeting, language: str, url: str) -> Paper:
    facts = [Fact(_("Day"), date_format(meeting.on))]
    if meeting.at and not meeting.closed_room:
        facts.append(Fact(_("Time"), time_format(meeting.at)))
    if meeting.where and not meeting.closed_room:
        facts.append(Fact(_("Where"), Text(meeting.where, "")))
    body = meeting.body if getattr(meeting, "body_shown", False) else None
    if body is not None:
        facts.append(Fact(_("Body"), _say(body)))
    if meeting.state == "held" and meeting.present is not None:
        facts.append(Fact(_("Seats"), quorum_sentence(meeting)))
    marks: list[Any] = [_("Example")] if meeting.place.example else []
    if meeting.state != "held":
        marks.append(str(meeting.get_state_display()))
    return Paper(
        title=_say(meeting),
        language=language,
        kind=_("Minutes"),
        subtitle=Text(meeting.place.local_name, ""),
        marks=tuple(marks),
        facts=tuple(facts),
        sections=tuple(_sections(viewer, meeting)),
        source=url,
        made=date_format(timezone.localdate()),
        footer=(
            _("It holds what its maker may see: %(level)s.")
            % {"level": meeting.get_visibility_display()},
        ),
    )


def _sections(viewer: Viewer, meeting: Meeting) -> list[Section]:
    told: list[Section] = []
    if meeting.closed_room:
        rule = _(
            "Under the Chatham House Rule: what was said may be used, never who said it or for whom."
        )
        told.append(Section("", (Notice(rule),)))
    agenda = [_say(item) for item in queries.agenda(viewer, meeting)]
    if agenda:
        told.append(Section(_("Agenda"), (Points(tuple(agenda), numbered=True),)))
    decisions = queries.decisions(viewer, meeting)
    rows = tuple(
        (_say(d), "; ".join(f"{c.title} ({c.get_state_display()})" for c in d.promised) or "–")  # type: ignore[attr-defined]
        for d in decisions
    )
    told.append(
        Section(
            _("Decisions"),
            (
                Table(
                    _("What was decided, and what was promised because of it"),
                    (_("Decision"), _("Commitments")),
                    rows,
                    widths=(3, 2),
                    empty=_("No decision is noted."),
                ),
            ),
        )
    )
    notes = [Paragraph(_say(line)) for line in queries.notes(viewer, meeting)]
    if notes:
        told.append(Section(_("Minutes"), tuple(notes)))
    return told
