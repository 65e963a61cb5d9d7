"""The letter that says what is new: titles and links, at most one a day, never in quiet hours.

A letter leaves the house, so it tells less than the page of news: nothing of a closed room (R15),
nothing of a place that keeps quiet around an election, and no title of what a team keeps to itself or
of what was promised in a closed room.
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from baithak.exchange.letters import site
from baithak.home.news import Entry, news
from baithak.home.queries import preferences
from baithak.home.services import claim, settle
from baithak.network.letters import not_sent
from baithak.network.models import User
from baithak.network.queries import viewer_of
from baithak.network.quiet import may_send

__all__ = ["may_be_told", "reader_of", "send_to", "send_waiting", "token_of"]

#: People that one look of a worker writes to.
AT_ONCE = 20
#: Lines of a letter; what is beyond stands on the page.
MOST = 15

_signer = Signer(salt="baithak.home.stop_letters")


def token_of(user: User) -> str:
    """What the link in a letter carries: it ends this person's letters and does nothing else.

    Bound to the address, so that it dies with it.
    """
    return _signer.sign_object({"user": user.pk, "to": user.email})


def reader_of(token: str) -> User | None:
    """Whose letters this link ends; ``None`` for anything that is no such link."""
    try:
        told = _signer.unsign_object(token)
        user, to = int(told["user"]), str(told["to"])
    except (BadSignature, KeyError, TypeError, ValueError):
        return None
    return User.objects.filter(pk=user, email=to, is_active=True).first()


def may_be_told(entry: Entry, *, quiet_places: frozenset[int]) -> bool:
    """Whether a letter may speak of it at all."""
    return bool(entry.address) and not entry.closed_room and entry.place_id not in quiet_places


def send_waiting(now: datetime | None = None) -> int:
    """Letters that are due and whose readers do not sleep; how many were sent."""
    moment = now or timezone.now()
    today = timezone.localdate(moment)
    looked = sent = 0
    for user in preferences.waiting(today):
        if looked == AT_ONCE:
            break
        if not may_send(user, moment):
            continue  # others are awake
        since = (
            preferences.last_letter(user) or today - preferences.WEEK
        )  # a first letter looks back
        if claim(user=user, today=today):
            looked += 1
            sent += send_to(user, today, since=since)
    return sent


def send_to(user: User, today: date, *, since: date) -> int:
    """One letter in its reader's language with what came since that day, and what is still due.

    Where a place kept quiet around an election on that day and does no more, what was not told then counts
    as new. 0 where nothing has come on the whole days between, so that what is due alone makes a letter once a
    week and not every day; 0 too where it could not be sent.
    """
    with translation.override(user.language):
        every = news(viewer_of(user), today)
        quiet_then = preferences.quiet_on(since, today, (one.place_id for one in every))
        fresh = {one for one in every if quiet_then.get(one.place_id, since) <= one.came < today}
        again = today - since >= preferences.WEEK
        told = [one for one in every if one in fresh or one.due]
        told = told if fresh or again else []
        quiet_places = preferences.quiet_places((one.place_id for one in told), today)
        entries = [one for one in told if may_be_told(one, quiet_places=quiet_places)]
        if not entries:
            if not told:  # what must not be told today waits for the next letter
                settle(user=user, today=today)
            return 0
        address = site()
        text = render_to_string(
            "home/letters/digest.txt",
            {
                "lines": [(_title(one), address + one.address) for one in entries[:MOST]],
                "more": len(entries) > MOST,
                "news": address + reverse("home:news"),
                "stop": address + reverse("home:stop_letters", kwargs={"token": token_of(user)}),
            },
        )
        subject = _("What is new on your desk")
    try:
        send_mail(subject, text, None, [user.email])
    except OSError as trouble:
        # It all stands on the page of news; tomorrow's letter tells it once more.
        not_sent("a letter with what is new", trouble)
        return 0
    settle(user=user, today=today)
    return 1


def _title(entry: Entry) -> str:
    """What it is; and its title, unless that must stay in the house."""
    return entry.kind if entry.untitled else f"{entry.kind}: {entry.title}"
