"""What several pages say: refusals of services in words with a remedy."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

__all__ = ["refused", "said"]


def refused(code: str) -> str:
    """A refusal of a service, in words with a remedy."""
    return {
        "not_a_draft": _("Only a draft can be changed. This panel is open or closed already."),
        "waits": _("A request waits for a second person. Withdraw it to change something."),
        "first_language": _(
            "The panel's first language cannot be left out once it has categories."
        ),
        "no_categories": _("There are no categories yet: add one, such as age or area."),
        "no_quotas": _("A category has fewer than two answers, or no quotas yet: fill them in."),
        "no_labels": _("A category or an answer has no name in one of the panel's languages."),
        "bad_quotas": _("No panel could meet these quotas, whoever registers: look at them again."),
        "no_deadline": _("Say when registration ends."),
        "over": _("The end of registration has passed: choose a later one first."),
        "no_chance": _("Name the chance that will decide first."),
        "chance_too_early": _(
            "The named chance lies before the end of registration: name a later one."
        ),
        "erased_too_early": _("Registrants would be erased before the draw: choose a later day."),
        "frozen": _("The list is frozen: this cannot be changed any more."),
        "being_checked": _("The pool is just being checked. Try again in a minute."),
        "infeasible": _(
            "No panel that meets all quotas can be drawn from this pool: change quotas, or invite more."
        ),
        "chance_is_known": _("The named chance has happened already: name a later one first."),
        "nothing_promised": _("Nothing is published that chance could decide about."),
        "chance_to_come": _(
            "The named moment lies ahead. Write down what chance shows when it has come."
        ),
        "not_drawn": _("The draw is not over yet."),
        "seated": _("The panel is seated already."),
        "no_seat_free": _("No seat is free: first write down who does not take theirs."),
        "unanswered": _("Some people have not answered yet: write their answers down first."),
        "nobody": _("Nobody has taken a seat yet."),
        "seats_free": _("Seats are free: draw replacements, or say why the panel sits with fewer."),
        "category_twice": _("This category is there already: change it instead."),
        "too_many_categories": _(
            "Eight categories are the most: with more, nearly everybody would be a kind of their own."
        ),
        "no_such_code": _("There is no such registration. Look at the letters again."),
        "declined": _("The seat was declined, so somebody else may be drawn for it."),
    }.get(code, _("This is not possible any more. Reload the page to see how things stand."))


def said(trouble: ValidationError | PermissionDenied) -> str:
    """What a service or the two-person rule objects to, in one line."""
    if isinstance(trouble, ValidationError):
        return " ".join(trouble.messages)
    return str(trouble)
