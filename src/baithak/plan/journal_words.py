"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network.journal_words import language, level

# --- mandate, reviews, plans, objectives, who helped
words.kind("mandate", _("Mandate sheet"))
words.kind("task", _("Line of the mandate map"))
words.kind("review", _("Review of challenges"))
words.kind("challenge", _("Challenge of a review"))
words.kind("plan", _("Plan"))
words.kind("objective", _("Objective of a plan"))
words.kind("contribution", _("Who helped with a plan"))

words.verb("plan.write_mandate", _("wrote on the mandate sheet in %(language)s"), language=language)
words.verb("plan.add_task", _("put a task on the mandate map"))
words.verb("plan.change_task", _("changed a task of the mandate map"))
words.verb("plan.remove_task", _("took a task off the mandate map"))
words.verb("plan.begin_review", _("began a review of challenges"))
words.verb(
    "plan.change_review", _("wrote on a review of challenges in %(language)s"), language=language
)
words.verb("plan.finish_review", _("finished a review of challenges"))
words.verb("plan.add_challenge", _("named a challenge"))
words.verb("plan.change_challenge", _("changed a challenge"))
words.verb("plan.remove_challenge", _("took a challenge out of a review"))
words.verb("plan.tell_how_it_is_felt", _("told how groups feel a challenge"))
words.verb("plan.begin", _("began a plan"))
words.verb("plan.change", _("wrote on a plan in %(language)s"), language=language)
words.verb("plan.ask_to_adopt", _("asked to adopt a plan"))
words.verb("plan.adopt", _("adopted a plan, seen by: %(to)s"), to=level)
words.verb("plan.run", _("set a plan running"))
words.verb("plan.look_back", _("looked back at a plan"))
words.verb("plan.narrow", _("let fewer people see it: %(to)s"), to=level)
words.verb("plan.add_objective", _("wrote an objective of a plan"))
words.verb("plan.change_objective", _("changed an objective of a plan"))
words.verb("plan.remove_objective", _("took an objective out of a plan"))
words.verb("plan.add_contribution", _("noted who helped with a plan"))
words.verb("plan.change_contribution", _("told what became of what somebody said"))

# --- actions, indicators, do no harm
words.kind("action", _("Action of a plan"))
words.kind("indicator", _("Indicator of a plan"))
words.kind("riskcheck", _("Do-no-harm check of an action"))

words.verb("plan.add_action", _("added action %(number)s to a plan"))
words.verb("plan.change_action", _("changed action %(number)s of a plan"))
words.verb(
    "plan.translate_action",
    _("told action %(number)s of a plan in %(language)s"),
    language=language,
)
words.verb("plan.remove_action", _("took action %(number)s out of a plan"))
words.verb("plan.tell_action", _("told how action %(number)s of a plan goes"))
words.verb("plan.import_action", _("brought action %(number)s of a plan from a table"))
words.verb("plan.reimport_action", _("changed action %(number)s of a plan from a table"))
words.verb("plan.add_indicator", _("added indicator %(number)s to a plan"))
words.verb("plan.remove_indicator", _("took indicator %(number)s out of a plan"))
words.verb("plan.change_indicator", _("changed indicator %(number)s of a plan"))
words.verb(
    "plan.translate_indicator",
    _("told indicator %(number)s of a plan in %(language)s"),
    language=language,
)
words.verb("plan.add_reading", _("told a reading of an indicator for %(day)s"))
words.verb("plan.mend_reading", _("mended a reading of an indicator for %(day)s"))
words.verb("plan.answer_risk", _("answered what an action could break, edition %(edition)s"))
words.verb("plan.translate_risk", _("told a do-no-harm check in %(language)s"), language=language)
words.verb("plan.ask_partners", _("asked design partners, edition %(edition)s"))
words.verb("plan.sign_risk", _("agreed to a do-no-harm check, edition %(edition)s"))
words.verb("plan.tell_concern", _("told a concern about an action, edition %(edition)s"))
words.verb(
    "plan.import_whole", _("brought it from a file of another hub, seen by: %(to)s"), to=level
)
