"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network.journal_words import language, level

words.kind("dialogue", _("Dialogue"))
words.kind("statement", _("Statement"))
words.kind("session", _("Session"))

words.verb("dialogue.create", _("wrote a new dialogue"))
words.verb("dialogue.edit", _("changed the texts of a dialogue"))
words.verb("dialogue.open", _("opened a dialogue to the public"))
words.verb("dialogue.close", _("closed a dialogue"))
words.verb("dialogue.pause", _("paused a dialogue"))
words.verb("dialogue.resume", _("let a dialogue go on"))
words.verb("dialogue.narrow", _("let fewer people see a dialogue: %(to)s"), to=level)
words.verb("dialogue.seal", _("sealed the votes, so that they are tied to nobody any more"))
words.verb("dialogue.retire", _("deleted the answers, because their time was over"))
words.verb("dialogue.allow_export", _("allowed that all answers leave as a file, once"))
words.verb("dialogue.fetch_export", _("fetched all answers as a file"))
words.verb("dialogue.import", _("brought in a conversation that others published"))
words.verb("dialogue.load", _("brought in a conversation from a file"))
words.verb("dialogue.release_map", _("published the opinion map number %(revision)s"))
words.verb("dialogue.add_language", _("added a language: %(language)s"), language=language)
words.verb("dialogue.translate", _("translated a statement into %(language)s"), language=language)
words.verb("dialogue.read_over", _("read a translation over: %(language)s"), language=language)
words.verb(
    "dialogue.undo_translation", _("took a translation back: %(language)s"), language=language
)

words.verb("dialogue.add_question", _("added a question about the people who take part"))
words.verb("dialogue.change_question", _("changed a question about the people who take part"))
words.verb("dialogue.remove_question", _("removed a question about the people who take part"))

words.verb("dialogue.open_intake", _("let new statements come in"))
words.verb("dialogue.close_intake", _("stopped new statements from coming in"))
words.verb("dialogue.intake_stops", _("stopped new statements, because too many waited"))
words.verb("dialogue.intake_resumes", _("let new statements come in again"))
words.verb("dialogue.accept", _("let everybody see a statement"))
words.verb("dialogue.reject", _("did not let a statement be seen"))
words.verb("dialogue.hold", _("left a statement to a second moderator"))
words.verb("dialogue.merge", _("joined a statement with one that says the same"))
words.verb("dialogue.undo", _("took a decision about a statement back"))
words.verb("dialogue.grant", _("agreed with somebody who asked to look at a statement again"))
words.verb("dialogue.uphold", _("looked at a statement again and left the decision as it was"))

words.verb("dialogue.make_slips", _("had slips printed"))
words.verb("dialogue.void_slips", _("made slips void that nobody had used"))
words.verb("dialogue.begin_session", _("began a session in person"))
words.verb("dialogue.edit_session", _("changed a session in person"))
words.verb("dialogue.write_minutes", _("wrote minutes of a session"))
words.verb("dialogue.forget_minutes", _("deleted the minutes of a session held a year ago"))
words.verb("dialogue.enter_table", _("entered paper sheets from a table"))
words.verb("dialogue.replace_sheets", _("replaced paper sheets by others"))
words.verb("dialogue.take_out_sheet", _("took a paper sheet out"))
