"""Dialogues, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from baithak.dialogue.models import Dialogue, Run, StatementState
from baithak.dialogue.models.dialogue import KEPT_FOR
from baithak.network.models import Place, State, TwoPersonAct
from baithak.network.rules import OFFICERS
from baithak.network.scope import SYSTEM, Viewer

__all__ = [
    "OPEN_VERB",
    "dialogue",
    "dialogues",
    "earlier_round",
    "earlier_rounds",
    "is_tense",
    "of_my_places",
    "open_now",
    "opening_request",
    "places_to_begin_in",
    "thing",
    "to_retire",
    "to_seal",
    "with_a_map",
]

#: The guarded act: a dialogue and its residents' pages become public (R14, R19).
OPEN_VERB = "dialogue.open"


def thing(dialogue: Dialogue) -> str:
    """How journal and guarded acts name a dialogue."""
    return f"dialogue:{dialogue.pk}"


def dialogues(viewer: Viewer, place: str = "") -> QuerySet[Dialogue]:
    """What the viewer may see: open ones first, then drafts, then closed ones, newest first.

    ``place`` is the slug of the place whose dialogues are wanted; empty for all.
    """
    order = {State.OPEN: 0, State.DRAFT: 1, State.CLOSED: 2}
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Q(place__slug=place) if place else Q())
        .select_related("place")
        .annotate(
            shown=Count("statements", filter=Q(statements__state=StatementState.ACCEPTED)),
            waiting=Count("statements", filter=Q(statements__state=StatementState.PENDING)),
            has_result=Exists(Run._unscoped.filter(dialogue=OuterRef("pk"), released=True)),
        )
        .order_by(_rank(order), "-pk")
    )


def _rank(order: dict[State, int]) -> Any:
    return Case(
        *(When(state=state, then=Value(rank)) for state, rank in order.items()),
        default=Value(len(order)),
        output_field=IntegerField(),
    )


def dialogue(viewer: Viewer, *, code: str) -> Dialogue | None:
    """The dialogue with this code."""
    return Dialogue.objects.seen_by(viewer).select_related("place").filter(code=code).first()


def earlier_round(viewer: Viewer, dialogue: Dialogue) -> Dialogue | None:
    """The round before this one, where there is one and the viewer may see it."""
    if dialogue.before_id is None:
        return None
    seen = Dialogue.objects.seen_by(viewer).select_related("place")
    return seen.filter(pk=dialogue.before_id).first()


def earlier_rounds(places: Iterable[Place], but: Dialogue | None = None) -> QuerySet[Dialogue]:
    """What a dialogue of these places can name as its earlier round: those whose map was shown."""
    shown = Run._unscoped.filter(dialogue=OuterRef("pk"), released=True)
    found = Dialogue._unscoped.filter(Exists(shown), place__in=list(places))
    if but is not None:
        found = found.exclude(pk=but.pk)
    return found.select_related("place")


def open_now(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues that take votes from everybody."""
    now = timezone.now()
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Q(opens=None) | Q(opens__lte=now), Q(closes=None) | Q(closes__gt=now))
        .filter(state=State.OPEN, open_link=True)
        .select_related("place")
        .order_by("closes", "-pk")
    )


def with_a_map(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues whose opinion map can be seen, the latest first."""
    shown = Run._unscoped.filter(dialogue=OuterRef("pk"), released=True)
    return (
        Dialogue.objects.seen_by(viewer)
        .filter(Exists(shown))
        .select_related("place")
        .order_by("-pk")
    )


def of_my_places(viewer: Viewer) -> QuerySet[Dialogue]:
    """Dialogues of the places where the viewer has a role."""
    return dialogues(viewer).filter(place__in=viewer.places)


def places_to_begin_in(viewer: Viewer) -> QuerySet[Place]:
    """Where the viewer may begin a dialogue."""
    return Place.objects.seen_by(viewer).filter(pk__in=viewer.places_as(OFFICERS))


def opening_request(dialogue: Dialogue) -> TwoPersonAct | None:
    """The request to open it that waits for a second person."""
    return (
        TwoPersonAct.objects.seen_by(SYSTEM)
        .filter(
            verb=OPEN_VERB,
            thing=thing(dialogue),
            confirmed_at=None,
            closed_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("asked_by")
        .first()
    )


#: So many dialogues at once have their answers sealed or deleted.
_AT_ONCE = 50


def to_seal() -> list[int]:
    """Closed dialogues whose votes are not sealed yet."""
    found = Dialogue._unscoped.filter(state=State.CLOSED, sealed=None, imported=False)
    return list(found.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])


def to_retire() -> list[int]:
    """Sealed dialogues whose answers are to be deleted now. Imported ones are published data."""
    day = timezone.now() - KEPT_FOR
    over = Dialogue._unscoped.filter(
        Q(closes__lte=day) | Q(closes=None, sealed__lte=day),
        sealed__isnull=False,
        retired=None,
        imported=False,
    )
    return list(over.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])


def is_tense(dialogue: int) -> bool:
    """Whether the stricter small-cell rule holds."""
    return Dialogue._unscoped.filter(pk=dialogue, tense=True).exists()
