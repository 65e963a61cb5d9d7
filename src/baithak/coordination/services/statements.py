"""Joint statements: written, agreed, endorsed, and released by two people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.coordination.models import Endorsement, JointStatement, StatementState
from baithak.coordination.queries import statements as queries
from baithak.coordination.services.notes import note
from baithak.network import services as network
from baithak.network.models import Organisation, Place, TwoPersonAct, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer
from baithak.network.services import guarded
from baithak.network.services.texts import put_texts
from baithak.network.signals import level_changed

__all__ = ["CHECKS", "ask_release", "begin", "change", "endorse", "ready", "share", "take_back"]

#: What is ticked before a statement counts as agreed. Nobody's machine can know it.
CHECKS: dict[str, Any] = {
    "known": gettext_lazy("It says only what is known, and what is not known yet."),
    "no_rumour": gettext_lazy("It repeats no rumour, not even to deny it."),
    "what_to_do": gettext_lazy("It says what people can do and where they find help."),
    "nobody_blamed": gettext_lazy("It names no person, and no community as the cause."),
    "languages": gettext_lazy(
        "In each of its languages, somebody who grew up with that language has read it."
    ),
}


@transaction.atomic
def begin(*, place: Place, language: str, texts: Mapping[str, str], by: Viewer) -> JointStatement:
    """Write a statement, seen by the place's team.

    Raises
    ------
    ValidationError
        No title, no words, a text that leads to a person.
    """
    statement = JointStatement(place=place)
    put_texts(statement, language, texts, needed=("title", "text"))
    statement.full_clean()
    statement.save()
    note(statement, "begin_statement", by, language=language)
    return statement


@transaction.atomic
def change(
    *, statement: JointStatement, language: str, texts: Mapping[str, str], by: Viewer
) -> JointStatement:
    """Write it anew, or in one more language: a new edition, which is agreed and endorsed anew.

    Raises
    ------
    RefusedError
        ``released``: what was said was said.
    ValidationError
        As ``begin``.
    """
    fresh = _held(statement.pk)
    if fresh.state == StatementState.RELEASED:
        raise RefusedError("released")
    before = (fresh.texts, fresh.languages)
    put_texts(fresh, language, texts, needed=("title", "text"))
    if (fresh.texts, fresh.languages) != before:
        fresh.edition += 1
        fresh.state = StatementState.DRAFT
    fresh.full_clean()
    fresh.save()
    note(fresh, "change_statement", by, language=language, edition=str(fresh.edition))
    return fresh


@transaction.atomic
def ready(*, statement: JointStatement, ticked: Collection[str], by: Viewer) -> None:
    """Agreed, and ready for the day it is needed.

    Raises
    ------
    RefusedError
        ``released``.
    ValidationError
        Something of the list is not ticked.
    """
    fresh = _held(statement.pk)
    if fresh.state == StatementState.RELEASED:
        raise RefusedError("released")
    if set(CHECKS) - set(ticked):
        raise ValidationError(
            {
                "ticked": _(
                    "Go through all points. Where one is not true yet, change the words first."
                )
            }
        )
    fresh.state = StatementState.READY
    fresh.save(update_fields=["state"])
    note(fresh, "ready", by, edition=str(fresh.edition))


@transaction.atomic
def endorse(
    *, statement: JointStatement, organisation: Organisation, by: Viewer, named: bool = False
) -> Endorsement:
    """An organisation stands behind the present words; ``named``: everybody may read that.

    Raises
    ------
    PermissionDenied
        The viewer has no role for this organisation at the place.
    RefusedError
        ``endorsed``: it does already.
    """
    fresh = _held(statement.pk)
    _speaks_for(organisation, fresh, by)
    if _present(fresh).filter(organisation=organisation).exists():
        raise RefusedError("endorsed")
    made = Endorsement(
        statement=fresh,
        organisation=organisation,
        edition=fresh.edition,
        on=timezone.localdate(),
        named=named,
    )
    made.full_clean(exclude=["statement", "organisation"])
    made.save()
    note(fresh, "endorse", by, edition=str(fresh.edition))
    return made


@transaction.atomic
def take_back(*, statement: JointStatement, organisation: Organisation, by: Viewer) -> None:
    """It does not stand behind the present words any more.

    Raises
    ------
    PermissionDenied
        The viewer has no role for this organisation at the place.
    RefusedError
        ``not_endorsed``.
    """
    fresh = _held(statement.pk)
    _speaks_for(organisation, fresh, by)
    gone, _parts = _present(fresh).filter(organisation=organisation).delete()
    if not gone:
        raise RefusedError("not_endorsed")
    note(fresh, "take_back", by, edition=str(fresh.edition))


@transaction.atomic
def share(*, statement: JointStatement, to: str, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that more people see it, for instance the organisations that should stand behind it.

    Raises
    ------
    ValidationError
        To everybody before it was released: that is what releasing is for.
    """
    if to == Visibility.PUBLIC and statement.state != StatementState.RELEASED:
        raise ValidationError(
            _(
                "Everybody sees a statement when it is released, not before: choose a narrower level."
            )
        )
    return network.ask_widening(shared=statement, to=to, reason=reason, by=by)


# --- two people release it


@transaction.atomic
def ask_release(*, statement: JointStatement, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask a second person to release a statement that is ready.

    Raises
    ------
    RefusedError
        ``not_ready``.
    ValidationError
        No reason, or it was asked already.
    """
    fresh = _held(statement.pk)
    if fresh.state != StatementState.READY:
        raise RefusedError("not_ready")
    return network.ask_two_person(
        verb="coordination.release",
        thing=f"jointstatement:{fresh.pk}",
        title=fresh.title,
        place=fresh.place,
        detail={"edition": fresh.edition},
        reason=reason,
        by=by,
    )


@guarded("coordination.release", label=gettext_lazy("Release a joint statement"), askers=OFFICERS)
def _release(act: TwoPersonAct, by: Viewer) -> None:
    """Everybody sees it from now on, in all its languages.

    Also around an election, when nothing else of the place becomes public: a joint statement is about
    safety for everybody, has been agreed beforehand, and a rumour does not wait for the result. That
    two people release it, in two roles, is the wall against using it for a campaign.
    """
    pk = act.thing.rsplit(":", 1)[1]
    fresh = (
        JointStatement._unscoped.select_for_update(of=("self",))
        .select_related("place")
        .filter(pk=pk, place=act.place)
        .first()
    )
    if fresh is None or fresh.state != StatementState.READY or fresh.edition != act.detail.get(
        "edition"
    ):  # fmt: skip
        raise ValidationError(
            _("The statement was changed or released since this was asked. Read it, and ask anew.")
        )
    fresh.state, fresh.released_on = StatementState.RELEASED, timezone.localdate()
    fresh.visibility = Visibility.PUBLIC
    fresh.save(update_fields=["state", "released_on", "visibility"])
    level_changed.send(sender=JointStatement, shared=fresh, wider=True)
    note(fresh, "release", by, edition=str(fresh.edition))


def _held(pk: int) -> JointStatement:
    return (
        JointStatement._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=pk)
    )


def _present(of: JointStatement) -> Any:
    return Endorsement._unscoped.filter(statement=of, edition=of.edition)


def _speaks_for(organisation: Organisation, statement: JointStatement, by: Viewer) -> None:
    if organisation not in queries.organisations_of(by, statement.place):
        raise PermissionDenied(_("You have no role here for this organisation."))
