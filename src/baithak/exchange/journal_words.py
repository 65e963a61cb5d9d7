"""What the journal calls this room's acts and things."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baithak.journal import words
from baithak.network.journal_words import language, level

words.kind("practice", _("Practice"))
words.kind("adoption", _("Adoption of a practice"))
words.kind("lesson", _("Lesson"))
words.kind("resource", _("Something on the shelf"))
words.kind("question", _("Question to other cities"))
words.kind("cityprofile", _("What a city tells of itself"))
words.kind("readiness", _("Readiness checklist"))
words.kind("trustedhub", _("Other hub"))
words.kind("hub", _("Other hub"))
words.kind("sentbundle", _("Bundle for another hub"))

words.verb("exchange.begin", _("began to write a practice"))
words.verb("exchange.write", _("wrote version %(version)s of a practice"))
words.verb(
    "exchange.into_review", _("gave version %(version)s of a practice to another city to read")
)
words.verb("exchange.publish", _("published version %(version)s of a practice"))
words.verb("exchange.send_back", _("sent version %(version)s of a practice back with remarks"))
words.verb("exchange.take_back", _("took version %(version)s of a practice back from review"))
words.verb("exchange.retire", _("took a practice off the library"))
words.verb("exchange.republish", _("put a practice back into the library"))
words.verb("exchange.translate", _("translated a practice into %(language)s"), language=language)
words.verb(
    "exchange.review_translation", _("read a translation over: %(language)s"), language=language
)
words.verb("exchange.narrow", _("let fewer people see it: %(to)s"), to=level)
words.verb("exchange.adopt", _("began to adopt a practice of another city"))
words.verb("exchange.change_adoption", _("wrote down how an adoption goes on"))
words.verb("exchange.add_step", _("wrote down a step of an adoption"))
words.verb("exchange.tell_owner", _("told another city that its practice is being adopted"))
words.verb("exchange.write_lesson", _("wrote a lesson"))
words.verb("exchange.change_lesson", _("changed a lesson"))
words.verb("exchange.add_resource", _("put something on the shelf"))
words.verb("exchange.change_resource", _("changed something on the shelf"))
words.verb("exchange.remove_resource", _("took something off the shelf"))
words.verb("exchange.load_shelf", _("put the tools that come with Baithak on the shelf"))
words.verb("exchange.take", _("took practices into the library"))
words.verb("exchange.ask", _("put a question to other cities"))
words.verb("exchange.answer", _("answered another city's question"))
words.verb("exchange.close_question", _("closed a question"))
words.verb("exchange.edit_profile", _("changed what the city tells of itself"))
words.verb("exchange.edit_readiness", _("went through the readiness checklist"))
words.verb("exchange.trust_hub", _("began to trust the bundles of another hub: %(origin)s"))
words.verb("exchange.forget_hub", _("stopped to trust the bundles of another hub: %(origin)s"))
words.verb("exchange.send_bundle", _("made bundle %(number)s for another hub"))
words.verb("exchange.take_bundle", _("took in bundle %(number)s of another hub"))
