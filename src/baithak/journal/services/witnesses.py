"""Witnesses outside the hub: who they are, what they get, what they bring back (R20).

Naming a witness and letting one go take two people: ``network.services`` asks and confirms, and
calls ``add`` and ``remove`` here.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from baithak.journal.models import BEGINNING, Delivery, Head, Line, Receipt, Witness, WitnessKind
from baithak.journal.services import heads
from baithak.journal.services.checking import queue_check
from baithak.journal.services.lines import write

__all__ = ["EVERY", "add", "checked", "queue", "receive", "remove", "send_a_head", "sign_and_queue"]

#: Hours between two heads for a witness of each kind: nobody reads a letter an hour.
EVERY = {WitnessKind.HUB: 1, WitnessKind.MAIL: 24, WitnessKind.PRINTED: 168}
_KEY = re.compile(r"[0-9a-f]{64}")
#: A letter is tried so often; after that the next head is tried.
_TRIES = 3
#: A letter claimed by a worker that died is taken over after this, a failed one tried again.
_STUCK = timedelta(minutes=10)

log = logging.getLogger(__name__)


# --- who they are


def checked(*, label: str, kind: str, address: str = "", key: str = "") -> dict[str, str]:
    """What a witness is made of, in its kept form.

    Raises
    ------
    ValidationError
        Something is missing or does not fit.
    """
    told = {
        "label": " ".join(label.split()),
        "kind": str(kind),
        "address": address.strip().lower(),
        "key": key.strip().lower(),
    }
    if not told["label"]:
        raise ValidationError({"label": _("Say what the witness is called, such as another city.")})
    if told["key"] and not _KEY.fullmatch(told["key"]):
        raise ValidationError(
            {"key": _("A public key has 64 letters and digits: copy it from the witness's hub.")}
        )
    if told["key"] and told["key"] == heads.keys.public_key():
        raise ValidationError({"key": _("This is this hub's own key: a witness stands outside.")})
    if (kind == WitnessKind.MAIL) != bool(told["address"]):
        raise ValidationError(
            {
                "address": _("A witness by letter needs an e-mail address.")
                if kind == WitnessKind.MAIL
                else _("Only a witness by letter has an e-mail address: leave this empty.")
            }
        )
    witness = Witness(**told)
    witness.full_clean(exclude=["place"])
    if Witness.objects.filter(label=told["label"], ended=None).exists():
        raise ValidationError({"label": _("A witness of this name is there already.")})
    return told


@transaction.atomic
def add(*, place: str, label: str, kind: str, by: str, address: str = "", key: str = "") -> Witness:
    """A new witness. The newest head is for it at once."""
    told = checked(label=label, kind=kind, address=address, key=key)
    witness = Witness(place=place, every=EVERY[WitnessKind(kind)], **told)
    witness.full_clean()
    witness.save()
    write(
        verb="journal.add_witness",
        thing=f"witness:{witness.pk}",
        by=by,
        place=place,
        detail={"kind": witness.kind, "label": witness.label},
    )
    newest = heads.latest()
    if newest is not None:
        queue(newest)
    return witness


@transaction.atomic
def remove(*, witness: int, by: str) -> Witness:
    """The witness gets no more heads. What it brought back is still held against the chain."""
    if Witness.objects.filter(pk=witness, ended=None).update(ended=timezone.now()) != 1:
        raise ValidationError(_("This witness has been let go already."))
    gone = Witness.objects.get(pk=witness)
    write(
        verb="journal.remove_witness",
        thing=f"witness:{gone.pk}",
        by=by,
        place=gone.place,
        detail={"kind": gone.kind, "label": gone.label},
    )
    return gone


# --- what they get


def sign_and_queue() -> int:
    """Sign the head of this hour and queue it for every witness whose time has come."""
    signed = heads.sign_head()
    if signed is None:
        return 0
    queue(signed)
    return 1


def queue(signed: Head) -> int:
    """This head is for each witness whose last one is old enough; an unsent older one is replaced."""
    now, queued = timezone.now(), 0
    for witness in Witness.objects.filter(ended=None).exclude(delivery=Delivery.SENDING):
        # A minute of grace: an hourly clock does not tick to the second.
        before = now - timedelta(hours=witness.every) + timedelta(minutes=1)
        if witness.queued is not None and witness.queued > before:
            continue
        by_mail = witness.kind == WitnessKind.MAIL
        queued += (
            Witness.objects.filter(pk=witness.pk, queued=witness.queued)
            .exclude(delivery=Delivery.SENDING)
            .update(
                head=signed,
                delivery=Delivery.WAITING if by_mail else Delivery.OFFERED,
                queued=now,
                tries=0,
            )
        )
    return queued


def send_a_head() -> int:
    """Send one letter that waits; 1 where one was tried."""
    now = timezone.now()
    Witness.objects.filter(delivery=Delivery.SENDING, claimed__lt=now - _STUCK).update(
        delivery=Delivery.WAITING
    )
    waiting = (
        Witness.objects.filter(delivery=Delivery.WAITING, ended=None)
        .exclude(claimed__gt=now - _STUCK, tries__gt=0)
        .order_by("queued", "pk")
        .select_related("head")
        .first()
    )
    if waiting is None or waiting.head is None:
        return 0
    claimed = Witness.objects.filter(pk=waiting.pk, delivery=Delivery.WAITING).update(
        delivery=Delivery.SENDING, claimed=now, tries=F("tries") + 1
    )
    if claimed != 1:
        return 0
    sent = _letter(waiting, waiting.head)
    if sent:
        became = Delivery.SENT
    else:
        became = Delivery.WAITING if waiting.tries + 1 < _TRIES else Delivery.FAILED
    Witness.objects.filter(pk=waiting.pk, delivery=Delivery.SENDING).update(delivery=became)
    return 1


def _letter(witness: Witness, signed: Head) -> bool:
    told = json.dumps(heads.as_json(signed), indent=1)
    with translation.override(settings.LANGUAGE_CODE):
        words = {"head": signed, "short": f"{signed.n}:{signed.hash}", "label": witness.label}
        text = render_to_string("journal/letters/head.txt", words)
        subject = _("Please keep this: head of a journal, line %(n)d") % {"n": signed.n}
    letter = EmailMessage(subject, text, None, [witness.address])
    letter.attach(f"journal-head-{signed.n}.json", told, "application/json")
    try:
        letter.send()
    except OSError as trouble:
        # Not to whom: mail servers repeat addresses in what they answer (T34).
        log.error(
            "the head for witness %d could not be sent: %s", witness.pk, type(trouble).__name__
        )
        return False
    return True


# --- what they bring back


@transaction.atomic
def receive(*, witness: Witness, text: str, by: str, place: str, differs: bool = False) -> Receipt:
    """Keep a head that a witness brought back, and have the chain checked against it.

    A head that disagrees with the journal is kept above all: it is what a witness is for. Typed from
    paper it may also be a slip of the pen, so that ``differs`` has to say that it was read twice.

    Raises
    ------
    ValidationError
        It cannot be read, is another hub's, is signed by another witness, or differs unsaid.
    """
    told = heads.read(text)
    if told.key and told.key not in {
        heads.keys.public_key(),
        *Head.objects.filter(key=told.key).values_list("key", flat=True)[:1],
    }:
        raise ValidationError(
            _(
                "This head was signed with a key that is not this hub's. If the hub lost its key, type "
                "number and hash instead, like 12:9f3a…"
            )
        )
    if told.witness and witness.key and told.witness != witness.key:
        raise ValidationError(_("Another witness signed this: choose that one from the list."))
    known = (
        Line.objects.filter(n=told.n).values_list("hash", flat=True).first()
        if told.n
        else BEGINNING
    )
    agrees = known == told.hash
    if not agrees and not told.signature and not differs:
        raise ValidationError(
            _(
                "The journal has another line %(n)d, or none. Compare each letter with the paper. If "
                "it stands there like this, tick that you have compared, and send it again."
            )
            % {"n": told.n},
            code="differs",
        )
    told_by = {
        "signed": bool(told.signature),
        "countersigned": bool(told.witness) and told.witness == witness.key,
        "by": by,
    }
    receipt, new = Receipt.objects.get_or_create(
        witness=witness, n=told.n, hash=told.hash, defaults=told_by
    )
    if not new:
        # Once somebody typed it, the witness's own signature still adds what makes it count.
        if receipt.countersigned or not told_by["countersigned"]:
            raise ValidationError(_("This head of this witness is kept already."))
        for name, value in {**told_by, "brought": timezone.now()}.items():
            setattr(receipt, name, value)
        receipt.save()
    write(
        verb="journal.bring_receipt" if agrees else "journal.bring_differing_receipt",
        thing=f"witness:{witness.pk}",
        by=by,
        place=place,
        detail={"line": str(told.n), "hash": told.hash},
    )
    queue_check()
    return receipt
