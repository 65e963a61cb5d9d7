"""Sessions in person: begun, mended, and written down without saying who said what (R15)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.dialogue.models import Dialogue, Session
from baithak.dialogue.queries.sessions import minutes_to_forget
from baithak.dialogue.wards import too_exact
from baithak.exchange.naming import names_in
from baithak.exchange.queries.names import names_to_leave_out
from baithak.journal import services as journal
from baithak.network import wording
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "LONGEST_MINUTES",
    "MOST_PEOPLE",
    "TellingError",
    "begin_session",
    "checked_ward",
    "edit_session",
    "fingerprint",
    "forget_minutes",
    "note_session",
    "write_minutes",
]

LONGEST_MINUTES = 10_000
MOST_PEOPLE = 5_000


class TellingError(RefusedError):
    """This stands in the minutes, and nobody said yet that it gives nobody away.

    ``names`` of members, organisations and cities as they were found; ``hints`` at personal data
    (``mail``, ``number``, ``link``).
    """

    def __init__(self, names: Collection[str], hints: Collection[str]) -> None:
        super().__init__("telling")
        self.names, self.hints = tuple(names), tuple(hints)


def note_session(session: Session, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on a session, in the act's transaction. Never a sheet's number."""
    place = session.dialogue.place
    journal.write(
        verb=f"dialogue.{verb}",
        thing=f"session:{session.pk}",
        by=by.signature(place),
        place=place.slug,
        detail={"dialogue": str(session.dialogue_id), **detail},
    )


def checked_ward(text: str) -> str:
    """Where a session is held, or what is wrong with it: a ward or village, never an address (R16)."""
    told = wording.clean(text)
    if not told:
        raise ValidationError(_("Say in which ward, village or neighbourhood it is."), code="empty")
    if too_exact(told):
        raise ValidationError(
            _(
                "This looks like an address or a number that leads to somebody. Name the ward, village "
                "or neighbourhood alone, such as “Ward 12” or “the old harbour”."
            ),
            code="exact",
        )
    return told


def _checked(
    session: Session, *, day: date, ward: str, language: str, people: int | None
) -> Session:
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError({"language": _("Choose the language that was spoken.")})
    today = timezone.localdate()
    if not today - timedelta(days=366) <= day <= today + timedelta(days=366):
        raise ValidationError({"day": _("Choose a day within a year from today.")})
    if people is not None and not 0 <= people <= MOST_PEOPLE:
        raise ValidationError(
            {"people": _("A session has at most %(most)d people.") % {"most": MOST_PEOPLE}}
        )
    try:
        session.ward = checked_ward(ward)
    except ValidationError as trouble:
        raise ValidationError({"ward": trouble}) from None
    session.day, session.language, session.people = day, language, people
    session.full_clean(exclude=["owner", "dialogue"])
    return session


@transaction.atomic
def begin_session(
    *,
    dialogue: Dialogue,
    day: date,
    ward: str,
    language: str,
    by: Viewer,
    people: int | None = None,
) -> Session:
    """A session in person: its sheets can be printed and typed from now on.

    Raises
    ------
    RefusedError
        ``not_open``: the dialogue does not take answers.
    ValidationError
        The day is far away, the place looks like an address, the language is unknown.
    """
    fresh = Dialogue._unscoped.select_related("place").get(pk=dialogue.pk)
    if fresh.state != State.OPEN:
        raise RefusedError("not_open")
    session = _checked(
        Session(dialogue=fresh, owner_id=by.user_id),
        day=day,
        ward=ward,
        language=language,
        people=people,
    )
    session.save()
    note_session(session, "begin_session", by)
    return session


@transaction.atomic
def edit_session(
    *, session: Session, day: date, ward: str, language: str, by: Viewer, people: int | None = None
) -> Session:
    """Mend what was said of a session. Numbers on its sheets stay as they are."""
    fresh = _checked(held(session), day=day, ward=ward, language=language, people=people)
    fresh.save(update_fields=["day", "ward", "language", "people"])
    note_session(fresh, "edit_session", by)
    return fresh


def held(session: Session) -> Session:
    """The session as it is now, held until the transaction ends."""
    return (
        Session._unscoped.select_for_update(of=("self",))
        .select_related("dialogue__place")
        .get(pk=session.pk)
    )


def fingerprint(minutes: str) -> str:
    """What a writer's page keeps of the minutes it was opened with: no earlier text is kept (R15)."""
    return hashlib.sha256(minutes.encode()).hexdigest()


@transaction.atomic
def write_minutes(
    *,
    session: Session,
    text: str,
    by: Viewer,
    looked: Collection[str] = (),
    seen: str | None = None,
) -> Session:
    """What was said, for the place's team: no author, no time, no earlier text is kept (R15).

    The journal tells that minutes were written, neither by whom nor of which session. ``looked``:
    names and hints in the text that the writer has looked at. ``seen``: fingerprint of the minutes
    that stood there when the writer began; ``None`` where nobody looked.

    Raises
    ------
    TellingError
        With everything found, the new and what was looked at before.
    RefusedError
        ``changed``: somebody else has written meanwhile.
    ValidationError
        Invisible signs, or far too long.
    """
    told = "\n".join(wording.clean(line) for line in text.splitlines()).strip()
    if len(told) > LONGEST_MINUTES:
        raise ValidationError(
            _("This is %(length)d letters long. Please say it in %(longest)d or fewer.")
            % {"length": len(told), "longest": LONGEST_MINUTES}
        )
    names = names_in(told, names_to_leave_out(by))
    hints = wording.hints(told)
    if not {*names, *hints} <= set(looked):
        raise TellingError(names, hints)
    fresh = held(session)
    if fresh.minutes != told:
        if seen is not None and seen != fingerprint(fresh.minutes):
            raise RefusedError("changed")
        fresh.minutes = told
        fresh.save(update_fields=["minutes"])
        journal.write(
            verb="dialogue.write_minutes", thing="session:minutes", by="chatham", place=""
        )
    return fresh


def forget_minutes() -> int:
    """Empty the minutes of sessions held a year ago; gives their number."""
    forgotten = 0
    for pk in minutes_to_forget():
        with transaction.atomic():
            fresh = (
                Session._unscoped.select_for_update(of=("self",))
                .select_related("dialogue__place")
                .exclude(minutes="")
                .filter(pk=pk)
                .first()
            )
            if fresh is not None:
                fresh.minutes = ""
                fresh.save(update_fields=["minutes"])
                note_session(fresh, "forget_minutes", SYSTEM)
                forgotten += 1
    return forgotten
