"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network.journal_words import language, level

words.kind("budget", _("Budget"))
words.kind("project", _("Project"))

words.verb("budget.create", _("wrote a new budget"))
words.verb("budget.edit", _("changed the texts of a budget"))
words.verb("budget.open", _("opened a budget for proposals"))
words.verb("budget.end_proposals", _("ended the time for proposals"))
words.verb("budget.open_vote", _("opened the vote on a budget"))
words.verb("budget.close", _("closed the vote on a budget"))
words.verb("budget.narrow", _("let fewer people see a budget: %(to)s"), to=level)
words.verb("budget.seal", _("sealed the ballots, so that they are tied to nobody any more"))
words.verb("budget.publish_result", _("published the result of a budget"))
words.verb("budget.ask_for_recount", _("asked for a recount of a budget"))
words.verb("budget.count_differs", _("found that two counts differ, and published nothing"))
words.verb("budget.import", _("brought in a budget from a file"))
words.verb("budget.make_slips", _("had slips printed"))
words.verb("budget.void_slips", _("made slips void that nobody had used"))
words.verb("budget.add", _("proposed a project"))
words.verb("budget.show", _("let everybody see a project"))
words.verb("budget.reject", _("did not let a project be seen"))
words.verb("budget.accept", _("accepted a project for the vote"))
words.verb("budget.merge", _("joined a project with one that wants the same"))
words.verb("budget.decline", _("declined a project"))
words.verb("budget.undo", _("took a decision about a project back"))
words.verb("budget.translate", _("translated a project into %(language)s"), language=language)
