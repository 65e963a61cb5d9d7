"""Witnesses outside the hub, the signed heads they are to get, and what they brought back (R20)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

__all__ = ["Delivery", "Head", "Receipt", "Seen", "Witness", "WitnessKind"]


class WitnessKind(models.TextChoices):
    """How a witness gets the heads."""

    HUB = "hub", _("Another city's hub, which fetches the heads")
    MAIL = "mail", _("An address outside this hub, by letter")
    PRINTED = "printed", _("A printed page, kept in a safe place")


class Delivery(models.TextChoices):
    """What became of the newest head that a witness is to get: a state in a row."""

    NONE = "none", _("nothing yet")
    WAITING = "waiting", _("waits to be sent")
    SENDING = "sending", _("is being sent")
    SENT = "sent", _("sent")
    OFFERED = "offered", _("ready to be fetched or printed")
    FAILED = "failed", _("could not be sent")


class Head(models.Model):
    """The last line of the journal at one hour, signed with the hub's key for witnesses."""

    hour = models.CharField(max_length=13, unique=True)
    n = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["-hour"]

    def __str__(self) -> str:
        return f"{self.n}:{self.hash}"


class Witness(models.Model):
    """Somebody outside who keeps heads of this hub's journal. Strings only: no account, no person.

    ``place`` is the slug of the place that named it, ``every`` how many hours lie between two heads,
    ``key`` the public key with which it countersigns (Ed25519, hexadecimal), empty for none.
    """

    place = models.CharField(max_length=64, db_index=True)
    label = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=WitnessKind)
    address = models.EmailField(_("e-mail address"), blank=True)
    key = models.CharField(_("public key"), max_length=64, blank=True)
    every = models.PositiveSmallIntegerField(default=24)
    since = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)

    head = models.ForeignKey(Head, models.PROTECT, null=True, blank=True, related_name="+")
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.NONE)
    queued = models.DateTimeField(null=True, blank=True)
    claimed = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["label", "pk"]
        constraints = [
            models.CheckConstraint(
                name="journal_witness_kind", condition=Q(kind__in=WitnessKind.values)
            ),
            models.CheckConstraint(
                name="journal_witness_address",
                condition=Q(kind=WitnessKind.MAIL) & ~Q(address="")
                | ~Q(kind=WitnessKind.MAIL) & Q(address=""),
            ),
            models.CheckConstraint(
                name="journal_witness_head",
                condition=Q(delivery=Delivery.NONE, head=None)
                | ~Q(delivery=Delivery.NONE) & Q(head__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Receipt(models.Model):
    """A head that a witness brought back. What disagrees with the journal is kept above all.

    ``signed``: it carries this hub's own signature, so that nobody made it up. ``countersigned``: the
    witness's key signed it too.
    """

    witness = models.ForeignKey(Witness, models.PROTECT, related_name="receipts")
    n = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    signed = models.BooleanField(default=False)
    countersigned = models.BooleanField(default=False)
    brought = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=64)

    class Meta:
        ordering = ["-n", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["witness", "n", "hash"], name="journal_receipt_once"),
        ]

    def __str__(self) -> str:
        return f"{self.n}:{self.hash}"


class Seen(models.Model):
    """A head of another hub that this hub witnessed: the other side of ``Receipt``."""

    key = models.CharField(max_length=64, db_index=True)
    n = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.CharField(max_length=20)
    seen = models.CharField(max_length=20)

    class Meta:
        ordering = ["-n"]
        constraints = [models.UniqueConstraint(fields=["key", "n"], name="journal_seen_once")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.n}"
