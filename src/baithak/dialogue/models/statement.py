"""What people vote on, in the languages it exists in. It knows no author."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from baithak.dialogue.models.dialogue import Dialogue
from baithak.network.scope import ScopedModel, Viewer, lattice

__all__ = [
    "LONGEST",
    "Appeal",
    "Reason",
    "Statement",
    "StatementState",
    "Wording",
    "WordingKind",
]

#: Letters of a statement: one thought, readable on a small screen (as in Polis).
LONGEST = 140
#: Imported conversations hold longer ones.
LONGEST_STORED = 2000


class StatementState(models.TextChoices):
    """Whether a moderator let it in."""

    PENDING = "pending", _("Waits for a moderator")
    #: A threat or incitement, in the eyes of one moderator: kept away until a second one has looked.
    HELD = "held", _("Held back: waits for a second moderator")
    ACCEPTED = "accepted", _("Shown")
    REJECTED = "rejected", _("Not shown")
    #: Somebody had said it before: it stands there, and votes are cast there.
    MERGED = "merged", _("Joined with another one")


class Appeal(models.TextChoices):
    """Whether who wrote a statement that is not shown asked for a second look (R11)."""

    NONE = "none", _("None")
    ASKED = "asked", _("Asked for a second look")
    UPHELD = "upheld", _("A second moderator agreed that it is not shown")
    GRANTED = "granted", _("A second moderator let it in")


class Reason(models.TextChoices):
    """The published list: a statement is turned down for one of these and for nothing else."""

    PERSON = "person", _("It names a person, or tells where somebody can be found")
    ATTACK = "attack", _("It attacks or insults people, instead of saying what should change")
    THREAT = "threat", _("It threatens, or calls for violence")
    TWO = "two", _("It says two things at once, so nobody can agree with one of them")
    OFF_TOPIC = "off_topic", _("It is not about the question")
    DUPLICATE = "duplicate", _("Somebody has said it already")
    UNCLEAR = "unclear", _("It cannot be understood, or advertises something")
    #: Of imported conversations only; nobody chooses it here.
    ELSEWHERE = "elsewhere", _("It was turned down where it was collected")

    @classmethod
    def published(cls) -> list[tuple[str, str]]:
        """The reasons a moderator chooses from, and residents read beforehand."""
        return [(r.value, str(r.label)) for r in cls if r is not cls.ELSEWHERE]


class Statement(ScopedModel):
    """One statement of a dialogue.

    ``number`` is its name for people; it is given when the statement is first shown. ``handle`` is
    the random key of the form it came from: it makes a repeated submit harmless and says nothing
    about who sent it. There is no author, no pseudonym and no time of day (R2-R4, TRUST.md M7).
    """

    dialogue = models.ForeignKey(Dialogue, models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField(null=True)
    seed = models.BooleanField(default=False)
    meta = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=StatementState, default=StatementState.PENDING)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    handle = models.UUIDField(null=True)
    received = models.DateField()
    #: The hour since when it waits for a moderator: the clock of the queue. Gone once decided.
    waits_since = models.DateTimeField(null=True)
    #: The moderator of the last decision, or of the hold: an appeal and a hold need another person.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    #: Who first took it for a threat, and who confirmed that: neither lets it in alone. Empty otherwise.
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    appeal = models.CharField(max_length=8, choices=Appeal, default=Appeal.NONE)
    #: Why who wrote it thinks it should be shown. Deleted when the appeal is decided.
    appeal_text = models.CharField(max_length=500, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "number"], name="dialogue_statement_number"
            ),
            models.UniqueConstraint(
                fields=["dialogue", "handle"], name="dialogue_statement_handle"
            ),
            models.CheckConstraint(
                name="dialogue_statement_state", condition=Q(state__in=StatementState.values)
            ),
            models.CheckConstraint(
                name="dialogue_statement_rejected_with_reason",
                condition=Q(state=StatementState.REJECTED, reason__in=Reason.values)
                | Q(state=StatementState.HELD, reason=Reason.THREAT)
                | ~Q(state__in=[StatementState.REJECTED, StatementState.HELD]) & Q(reason=""),
            ),
            models.CheckConstraint(
                name="dialogue_statement_merged_into_another",
                condition=Q(state=StatementState.MERGED, merged_into__isnull=False)
                | ~Q(state=StatementState.MERGED) & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="dialogue_statement_appeal", condition=Q(appeal__in=Appeal.values)
            ),
            models.CheckConstraint(
                name="dialogue_statement_shown_with_number",
                condition=~Q(state=StatementState.ACCEPTED) | Q(number__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["dialogue"],
                name="dialogue_pending",
                condition=Q(state=StatementState.PENDING),
            ),
            models.Index(
                fields=["dialogue"],
                name="dialogue_second_look",
                condition=Q(state=StatementState.HELD) | Q(appeal=Appeal.ASKED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue_id}/{self.number or '-'}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "dialogue__")


class WordingKind(models.TextChoices):
    """How a wording came about; readers are told."""

    ORIGINAL = "original", _("Original")
    HUMAN = "human", _("Translated by a person")
    MACHINE = "machine", _("Translated by machine, not yet checked")


class Wording(ScopedModel):
    """A statement in one language."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=LONGEST_STORED)
    kind = models.CharField(max_length=8, choices=WordingKind)
    #: Who translated it: another person reviews it. Of residents' own words this is empty.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed = models.BooleanField(default=False)
    #: The translation before the last change, so that the change can be taken back.
    earlier = models.CharField(max_length=LONGEST_STORED, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "language"], name="dialogue_wording_once_a_language"
            ),
            models.UniqueConstraint(
                fields=["statement"],
                condition=Q(kind=WordingKind.ORIGINAL),
                name="dialogue_wording_one_original",
            ),
            models.CheckConstraint(
                name="dialogue_wording_kind", condition=Q(kind__in=WordingKind.values)
            ),
            models.CheckConstraint(name="dialogue_wording_not_empty", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        return lattice(viewer, "statement__dialogue__")
