"""Letters about requests between places: the title and the way to the page, and no more."""

from __future__ import annotations

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from baithak.coordination.models import Request
from baithak.exchange.letters import site
from baithak.network.letters import not_sent
from baithak.network.models import User

__all__ = ["about"]


def about(*, request: Request, reader: User, what: str) -> None:
    """Tell somebody of one of the two sides.

    Parameters
    ----------
    what
        ``asked``, ``passed_on``, ``replied`` or ``overdue``.
    """
    with translation.override(reader.language):
        subjects = {
            "asked": _("A request to your office"),
            "passed_on": _("A request was passed on to your office"),
            "replied": _("Somebody wrote to a request"),
            "overdue": _("The day of reply to a request is over"),
        }
        text = render_to_string(
            "coordination/letters/request.txt",
            {
                "what": what,
                "title": request.title,
                "address": site() + request.get_absolute_url(),
            },
        )
    try:
        send_mail(subjects[what], text, None, [reader.email])
    except OSError as trouble:
        # It stands on the page of requests all the same.
        not_sent(f"a letter about request {request.pk}", trouble)
