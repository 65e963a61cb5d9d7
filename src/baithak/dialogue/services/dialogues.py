"""A dialogue from draft to closed: create, edit, open (two people), close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.dialogue import queries
from baithak.dialogue.models import Dialogue, Statement, StatementState
from baithak.dialogue.queries import OPEN_VERB, thing
from baithak.dialogue.services.statements import add_seeds
from baithak.journal import services as journal
from baithak.network import keys
from baithak.network import services as network
from baithak.network.models import Place, State, TwoPersonAct, Visibility
from baithak.network.refusal import RefusedError
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "ask_to_open",
    "close",
    "create",
    "edit",
    "end_overdue",
    "held",
    "note",
    "switch_link",
]


def note(dialogue: Dialogue, verb: str, by: Viewer, **detail: str) -> None:
    """The journal line of an act on a dialogue, in the act's transaction."""
    journal.write(
        verb=f"dialogue.{verb}",
        thing=thing(dialogue),
        by=by.signature(dialogue.place),
        place=dialogue.place.slug,
        detail=detail,
    )


def held(pk: int) -> Dialogue:
    """The dialogue as it is now, held until the transaction ends."""
    return Dialogue._unscoped.select_for_update(of=("self",)).select_related("place").get(pk=pk)


@transaction.atomic
def create(
    *,
    place: Place,
    texts: Mapping[str, Mapping[str, str]],
    by: Viewer,
    seeds: Sequence[Mapping[str, str]] = (),
    opens: datetime | None = None,
    closes: datetime | None = None,
    tense: bool = False,
    open_link: bool = True,
    before: Dialogue | None = None,
    attribution: str = "",
    source_url: str = "",
    imported: bool = False,
) -> Dialogue:
    """A new draft, seen by the team that runs it.

    ``texts``: language to ``title``, ``question`` and ``description``; the first language is the
    one it was written in. ``open_link``: whether the link alone admits people. ``seeds``: one mapping of language to text for each statement.
    """
    checked = network.checked_texts(texts)
    dialogue = Dialogue(
        place=place,
        owner_id=by.user_id,
        texts=checked,
        languages=list(checked),
        opens=opens,
        closes=closes,
        tense=tense,
        open_link=open_link,
        before=_earlier(before, place),
        attribution=attribution,
        source_url=source_url,
        imported=imported,
    )
    dialogue.full_clean(exclude=["owner", "place"])
    dialogue.save()
    add_seeds(dialogue=dialogue, seeds=seeds)
    note(dialogue, "create", by, languages=",".join(dialogue.languages), seeds=str(len(seeds)))
    return dialogue


def _earlier(before: Dialogue | None, place: Place) -> Dialogue | None:
    """The earlier round, if it is one of the same place."""
    if before is not None and before.place_id != place.pk:
        raise ValidationError(_("The earlier round must be a dialogue of the same place."))
    return before


@transaction.atomic
def edit(
    *,
    dialogue: Dialogue,
    texts: Mapping[str, Mapping[str, str]],
    by: Viewer,
    opens: datetime | None = None,
    closes: datetime | None = None,
    tense: bool = False,
    open_link: bool = True,
    before: Dialogue | None = None,
    more_seeds: Sequence[Mapping[str, str]] = (),
) -> Dialogue:
    """Change a draft. RefusedError while a request to open it waits: what is confirmed must be what
    was asked.
    """
    fresh = held(dialogue.pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if queries.opening_request(fresh) is not None:
        raise RefusedError("waits_for_opening")
    checked = network.checked_texts(texts)
    fresh.texts, fresh.languages = checked, list(checked)
    fresh.opens, fresh.closes, fresh.tense = opens, closes, tense
    fresh.open_link = open_link
    fresh.before = _earlier(before, fresh.place)
    fresh.full_clean(exclude=["owner", "place"])
    fresh.save(
        update_fields=["texts", "languages", "opens", "closes", "tense", "open_link", "before"]
    )
    add_seeds(dialogue=fresh, seeds=more_seeds)
    note(fresh, "edit", by, languages=",".join(fresh.languages), seeds=str(len(more_seeds)))
    return fresh


@transaction.atomic
def ask_to_open(*, dialogue: Dialogue, reason: str, by: Viewer) -> TwoPersonAct:
    """Ask that residents be asked. A second person in another role confirms (R14, R19).

    Raises
    ------
    RefusedError
        ``not_a_draft``; ``no_statements``: there is nothing to vote on; ``over``: its closing
        date has passed.
    """
    fresh = held(dialogue.pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if not _shown(fresh).exists():
        raise RefusedError("no_statements")
    if fresh.closes is not None and fresh.closes <= timezone.now():
        raise RefusedError("over")
    return network.ask_two_person(
        verb=OPEN_VERB,
        thing=thing(fresh),
        title=str(fresh),
        place=fresh.place,
        reason=reason,
        by=by,
    )


def _shown(dialogue: Dialogue) -> QuerySet[Statement]:
    return Statement._unscoped.filter(dialogue=dialogue, state=StatementState.ACCEPTED)


@network.guarded(
    OPEN_VERB,
    label=gettext_lazy("Open a dialogue to residents"),
    askers=OFFICERS,
    publishes=lambda detail: True,
)
def _open(act: TwoPersonAct, by: Viewer) -> None:
    """The second person has confirmed: make the key, open the doors."""
    pk = int(act.thing.removeprefix("dialogue:"))
    fresh = held(pk)
    if fresh.place_id != act.place_id or fresh.state != State.DRAFT:
        raise ValidationError(_("This dialogue is open or closed already."))
    if fresh.closes is not None and fresh.closes <= timezone.now():
        raise ValidationError(_("Its closing date has passed: choose a later one first."))
    # Before the row says open: a dialogue that takes votes always has its key.
    keys.create(fresh.key)
    fresh.state, fresh.visibility = State.OPEN, Visibility.PUBLIC
    fresh.opens = fresh.opens or timezone.now()
    fresh.save(update_fields=["state", "visibility", "opens"])
    note(fresh, "open", by, request=str(act.pk))


def close(*, dialogue: Dialogue, by: Viewer) -> Dialogue:
    """No more votes, at once. The key is destroyed as soon as the closing is on disk."""
    with transaction.atomic():
        fresh = held(dialogue.pk)
        if fresh.state != State.OPEN:
            raise RefusedError("not_open")
        fresh.state = State.CLOSED
        now = timezone.now()
        if fresh.closes is None or fresh.closes > now:
            fresh.closes = now if fresh.opens is None or fresh.opens < now else None
        fresh.save(update_fields=["state", "closes"])
        note(fresh, "close", by)
        transaction.on_commit(partial(keys.destroy, fresh.key))
    return fresh


@transaction.atomic
def switch_link(*, dialogue: Dialogue, on: bool, by: Viewer) -> Dialogue:
    """Pause or resume taking part by the open link, say while somebody floods the dialogue."""
    fresh = held(dialogue.pk)
    if fresh.state != State.OPEN:
        raise RefusedError("not_open")
    if fresh.open_link != on:
        fresh.open_link = on
        fresh.save(update_fields=["open_link"])
        note(fresh, "resume" if on else "pause", by)
    return fresh


def end_overdue() -> int:
    """Close every open dialogue whose end has passed; gives their number."""
    overdue = Dialogue.objects.seen_by(SYSTEM).filter(state=State.OPEN, closes__lte=timezone.now())
    ended = 0
    for dialogue in overdue:
        close(dialogue=dialogue, by=SYSTEM)
        ended += 1
    return ended
