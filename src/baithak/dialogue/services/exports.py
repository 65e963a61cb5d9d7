"""All votes of a closed dialogue as a file: two people decide, one of them fetches it, once (R19)."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue
from baithak.dialogue.queries import thing
from baithak.dialogue.queries.exports import EXPORT_VERB
from baithak.dialogue.services.dialogues import held, note
from baithak.network import services as network
from baithak.network.models import State, TwoPersonAct
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import Viewer
from baithak.report.polis_export import Exported, polis_export

__all__ = ["ask_to_export", "fetch_export"]


@transaction.atomic
def ask_to_export(*, dialogue: Dialogue, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask for the file. A second person in another role confirms within a day.

    Raises
    ------
    RefusedError
        ``not_closed``; ``not_sealed``: the votes are still being written anew; ``retired``: they
        were deleted; ``imported``: who published them has the file.
    """
    fresh = held(dialogue.pk)
    _can_be_exported(fresh)
    return network.ask_two_person(
        verb=EXPORT_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
    )


def _can_be_exported(dialogue: Dialogue) -> None:
    if dialogue.state != State.CLOSED:
        raise RefusedError("not_closed")
    if dialogue.imported:
        raise RefusedError("imported")
    if dialogue.retired is not None:
        raise RefusedError("retired")
    if dialogue.sealed is None:
        raise RefusedError("not_sealed")


@network.guarded(
    EXPORT_VERB, label=gettext_lazy("Hand out all answers of a dialogue as a file"), askers=OFFICERS
)
def _allow(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: from now on who asked can fetch it, once."""
    fresh = held(int(act.thing.removeprefix("dialogue:")))
    if fresh.place_id != act.place_id:
        raise ValidationError(_("This dialogue belongs to another place."))
    try:
        _can_be_exported(fresh)
    except RefusedError:
        raise ValidationError(
            _("The answers of this dialogue can no longer be handed out.")
        ) from None
    note(fresh, "allow_export", by, request=str(act.pk))


@transaction.atomic
def fetch_export(*, dialogue: Dialogue, by: Viewer) -> bytes:
    """The file, to the person who asked for it, once. What was fetched cannot be fetched again.

    Raises
    ------
    RefusedError
        ``nothing_allowed``: nobody confirmed a request of this person within a day, or the file was
        fetched; and those of ``ask_to_export``.
    """
    fresh = held(dialogue.pk)
    _can_be_exported(fresh)
    act = queries.export_allowed(fresh, by.user_id)
    if act is None:
        raise RefusedError("nothing_allowed")
    network.spend_two_person(act=act, by=by)
    told = _exported(fresh)
    note(
        fresh, "fetch_export", by, request=str(act.pk), statements=str(len(told.statements)),
    )  # fmt: skip
    return polis_export(told)


def _exported(dialogue: Dialogue) -> Exported:
    """Statements that stand, and the answers to them, with people numbered anew by chance."""
    cards = {card.id: card for card in queries.ballot_now(dialogue.pk)}
    rows: dict[str, dict[int, int]] = {}
    for person, statement, value in zip(*queries.votes_of(dialogue.pk), strict=True):
        if statement in cards:
            rows.setdefault(person, {})[cards[statement].number] = value
    people = list(rows.values())
    # Pseudonyms sort in an order that a later leak of the table would repeat: this one is lost.
    secrets.SystemRandom().shuffle(people)
    first = dialogue.texts[dialogue.first_language]
    return Exported(
        topic=first["title"],
        description=first.get("question", ""),
        url="",
        day=timezone.localdate(dialogue.closes or dialogue.sealed or timezone.now()),
        statements={card.number: card.wordings[card.original].text for card in cards.values()},
        people=people,
        warning=_(
            "These files hold one row for each person who took part. Names, tokens, days and ways in "
            "are not in them. Still, a row can give somebody away: who knows six of a person's answers "
            "can pick their row out in one case of three, and then reads all their other answers.\n\n"
            "Keep them where only those can read them who need to. Do not publish them, do not put "
            "them beside other data about residents, and delete them when the work is done. The report "
            "of the dialogue holds everything that may be shown.\n\n"
            "Columns are those of a Polis export: 1 agrees, -1 disagrees, 0 passes."
        ),
    )
