"""What each field of a practice is called on pages and forms, and what a level of evidence means."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["EVIDENCE", "HEADINGS", "SOURCE_HEADINGS"]

HEADINGS: dict[str, Any] = {
    "id": _("Short name in addresses"),
    "language": _("Language of the text"),
    "title": _("Title"),
    "city": _("City"),
    "country": _("Country"),
    "admin_level": _("Reaches"),
    "lead_organisation_type": _("Led by"),
    "partners": _("Took part"),
    "start_year": _("Began in"),
    "end_year": _("Ended in"),
    "challenges": _("Challenges"),
    "approaches": _("Approaches"),
    "target_groups": _("For whom"),
    "prevention_levels": _("Prevention level"),
    "mechanisms": _("Kind of body"),
    "languages": _("Languages it worked in"),
    "summary": _("Summary"),
    "stimulus": _("Why it began"),
    "what_was_done": _("What was done"),
    "cost": _("Cost"),
    "staff": _("People working on it"),
    "results": _("What came of it"),
    "evidence_level": _("How well results are known"),
    "lessons": _("What others can learn"),
    "failures": _("What did not work"),
    "replaced": _("What it replaced"),
    "after_change": _("After the mayor changed"),
    "not_reached": _("Who was not reached"),
    "harm": _("Harm that was noticed"),
    "legal_basis": _("Legal basis"),
    "sources": _("Sources"),
}
SOURCE_HEADINGS: dict[str, Any] = {
    "url": _("Address of the page"),
    "title": _("Title of the source"),
    "publisher": _("Published by"),
    "accessed": _("Day you read it"),
}
#: How far a reader may trust what is said of results; never whether it worked.
EVIDENCE: dict[str, Any] = {
    "none_stated": _("The sources tell what was done. None of them says what came of it."),
    "self_reported": _(
        "Those who did it, paid for it or wrote about it say what came of it. Nobody else has checked."
    ),
    "external_evaluation": _("Somebody from outside looked at what came of it."),
    "study": _("Researchers studied it. What they found stands in the sources."),
}
