"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.coordination.models import BodyState, CommitmentState, WorkshopState
from baithak.journal import words
from baithak.network.journal_words import language, level

# --- bodies, meetings, files
words.kind("body", _("Body"))
words.kind("meeting", _("Meeting"))

words.verb("coordination.begin_body", _("listed a body"))
words.verb("coordination.change_body", _("changed a body"))
words.verb(
    "coordination.set_body",
    _("said how a body stands: %(state)s"),
    state=lambda state: BodyState(state).label,
)
words.verb("coordination.add_seat", _("listed a seat of a body"))
words.verb("coordination.change_seat", _("changed a seat of a body"))
words.verb("coordination.remove_seat", _("took a seat off a body"))
words.verb("coordination.count_balance", _("counted how the seats are shared out on %(on)s"))
words.verb("coordination.import_seats", _("brought the seats of a body from a file"))
words.verb("coordination.plan_meeting", _("planned a meeting on %(on)s"))
words.verb("coordination.change_meeting", _("changed a meeting"))
words.verb("coordination.hold_meeting", _("noted that a meeting took place"))
words.verb("coordination.cancel_meeting", _("cancelled a meeting"))
words.verb("coordination.change_agenda", _("changed the agenda of a meeting"))
words.verb("coordination.note_decision", _("noted a decision of a meeting"))
words.verb("coordination.change_decision", _("changed a decision of a meeting"))
words.kind("note", _("Paragraph of minutes"))
words.verb("coordination.change_notes", _("changed the minutes of a meeting"))
words.verb("coordination.keep_attendance", _("noted which organisations were at a meeting"))
words.verb("coordination.import_whole", _("brought all coordination of a place from a file"))
words.verb("coordination.narrow", _("let fewer people see it: %(to)s"), to=level)

# --- requests between places, days, the first hour, statements, looking back
words.kind("request", _("Request between places"))
words.kind("day", _("Day to prepare for"))
words.kind("responsecard", _("First-hour card"))
words.kind("contact", _("Office to call"))
words.kind("jointstatement", _("Joint statement"))
words.kind("lookback", _("Look back"))

words.verb("coordination.ask", _("wrote down a request to another place"))
words.verb("coordination.change_request", _("changed a request that was not sent yet"))
words.verb("coordination.send", _("sent a request to another place"))
words.verb("coordination.agree_day", _("named the day of a reply: %(day)s"))
words.verb("coordination.reply", _("wrote to a request"))
words.verb("coordination.pass_on", _("passed a request on that was late"))
words.verb("coordination.close_request", _("closed a request"))
words.verb("coordination.remind_request", _("told both sides that the day of a reply is over"))
words.verb("coordination.begin_day", _("wrote a day into the calendar"))
words.verb("coordination.change_day", _("changed a day of the calendar"))
words.verb("coordination.set_next", _("set the next date of a day that moves: %(begins)s"))
words.verb("coordination.remove_day", _("took a day off the calendar"))
words.verb("coordination.add_preparation", _("added a line to a preparation list"))
words.verb("coordination.prepared", _("ticked a line of a preparation list, or took the tick back"))
words.verb("coordination.remove_preparation", _("took a line off a preparation list"))
words.verb(
    "coordination.edit_first_hour",
    _("changed the first-hour card: %(language)s"),
    language=language,
)
words.verb("coordination.add_contact", _("wrote down an office to call, until %(until)s"))
words.verb("coordination.change_contact", _("changed an office to call, until %(until)s"))
words.verb("coordination.remove_contact", _("removed an office to call, and its number"))
words.verb("coordination.forget_contact", _("deleted a number whose consent ended on %(due)s"))
words.verb("coordination.begin_statement", _("began a joint statement"))
words.verb("coordination.change_statement", _("changed a joint statement: edition %(edition)s"))
words.verb("coordination.ready", _("marked a joint statement as agreed: edition %(edition)s"))
words.verb("coordination.endorse", _("an organisation stood behind edition %(edition)s"))
words.verb(
    "coordination.take_back",
    _("an organisation took back that it stands behind edition %(edition)s"),
)
words.verb("coordination.release", _("released a joint statement: edition %(edition)s"))
words.verb("coordination.begin_look_back", _("looked back"))
words.verb("coordination.change_look_back", _("changed a look back"))

# --- series, workshops, commitments
words.kind("series", _("Series of workshops"))
words.kind("workshop", _("Workshop"))
words.kind("part", _("Part of a workshop"))
words.kind("raised", _("Challenge that was raised"))
words.kind("showcase", _("Practice that was shown"))
words.kind("takeaway", _("Takeaway"))
words.kind("commitment", _("Commitment"))

words.verb("coordination.begin_series", _("began a series of workshops"))
words.verb("coordination.change_series", _("changed a series of workshops"))
words.verb("coordination.plan_workshop", _("planned a workshop on %(begins)s"))
words.verb("coordination.change_workshop", _("changed a workshop"))
words.verb(
    "coordination.mark_workshop",
    _("said how a workshop stands: %(state)s"),
    state=lambda state: WorkshopState(state).label,
)
words.verb("coordination.report_workshop", _("brought the report of a workshop out"))
words.verb("coordination.count_people", _("counted who came to a workshop"))
words.verb("coordination.add_part", _("added a part to a workshop’s programme"))
words.verb("coordination.change_part", _("changed a part of a workshop’s programme"))
words.verb("coordination.remove_part", _("took a part off a workshop’s programme"))
words.verb("coordination.add_raised", _("noted a challenge that was raised"))
words.verb("coordination.change_raised", _("changed what was said about a challenge"))
words.verb("coordination.remove_raised", _("took a challenge off a workshop"))
words.verb("coordination.add_showcase", _("noted a practice that was shown"))
words.verb("coordination.remove_showcase", _("took a practice off a workshop"))
words.verb("coordination.add_takeaway", _("noted a takeaway of a workshop"))
words.verb("coordination.change_takeaway", _("changed a takeaway of a workshop"))
words.verb("coordination.remove_takeaway", _("took a takeaway off a workshop"))
words.verb("coordination.commit", _("noted a commitment"))
words.verb("coordination.change_commitment", _("changed a commitment"))
words.verb(
    "coordination.tell_commitment",
    _("told how a commitment goes: %(state)s"),
    state=lambda state: CommitmentState(state).label,
)
words.verb("coordination.remind", _("reminded who keeps a commitment"))
words.verb("coordination.import_commitment", _("brought a commitment from a file"))
