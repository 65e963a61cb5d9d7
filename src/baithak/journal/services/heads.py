"""The head of the journal: signed every hour, countersigned by other hubs (R20).

A head is number and hash of the last line. Its signature covers four lines of text::

    baithak journal head
    <n>
    <hash>
    <at>

and a countersignature ``baithak journal receipt``, the head's signature and the moment it was seen.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from baithak.journal.models import Head, Seen
from baithak.journal.services import keys
from baithak.journal.services.checking import head

__all__ = ["HeadText", "as_json", "countersign", "latest", "read", "sign_head", "signed_heads"]

HEAD, RECEIPT, FEED = (
    "baithak-journal-head/1",
    "baithak-journal-receipt/1",
    "baithak-journal-heads/1",
)
#: Heads in the feed: two days, so that a witness who was away for a night misses none.
FEED_HEADS = 48
#: Letters of a head, a receipt or a feed that are read at all.
LARGEST = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MOST = 2**53


@dataclass(frozen=True)
class HeadText:
    """What a witness has in hand. ``key`` and ``signature`` are empty where it was typed from paper;
    ``witness``, ``seen`` and ``countersignature`` only where another hub signed it.
    """

    n: int
    hash: str
    at: str = ""
    key: str = ""
    signature: str = ""
    witness: str = ""
    seen: str = ""
    countersignature: str = ""


def now() -> str:
    """The moment as the journal writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def message(n: int, hash: str, at: str) -> bytes:
    """What the hub signs."""
    return f"baithak journal head\n{n}\n{hash}\n{at}\n".encode()


def receipt_message(signature: str, seen: str) -> bytes:
    """What a witness signs."""
    return f"baithak journal receipt\n{signature}\n{seen}\n".encode()


# --- this hub's heads


def sign_head() -> Head | None:
    """Sign the head of this hour; ``None`` where it was done already. Two workers sign one head."""
    moment = now()
    hour = moment[:13]
    if Head.objects.filter(hour=hour).exists():
        return None
    n, told = head()
    signed = Head(
        hour=hour,
        n=n,
        hash=told,
        at=moment,
        key=keys.public_key(),
        signature=keys.sign(message(n, told, moment)),
    )
    try:
        with transaction.atomic():
            signed.save()
    except IntegrityError:
        return None  # another worker was first
    return signed


def latest() -> Head | None:
    """The newest signed head."""
    return Head.objects.first()


def as_json(signed: Head | HeadText) -> dict[str, Any]:
    """A signed head as it leaves the hub."""
    return {
        "format": HEAD,
        "n": signed.n,
        "hash": signed.hash,
        "at": signed.at,
        "key": signed.key,
        "signature": signed.signature,
    }


def signed_heads() -> dict[str, Any]:
    """The feed: the newest heads, newest first."""
    return {
        "format": FEED,
        "key": keys.public_key(),
        "heads": [as_json(one) for one in Head.objects.all()[:FEED_HEADS]],
    }


# --- what comes in


def read(text: str, *, feed: bool = False) -> HeadText:
    """A head, a receipt or ``N:HASH`` as typed from paper; with ``feed`` a feed's newest head too.

    Raises
    ------
    ValidationError
        It is none of these, or a signature in it is wrong.
    """
    told = text.strip()
    if len(told) > LARGEST:
        raise ValidationError(
            _("This is too long for a head: bring the one file the witness gave.")
        )
    typed = re.fullmatch(r"(\d{1,15}):([0-9a-fA-F]{64})", "".join(told.split()))
    if typed is not None:
        return HeadText(int(typed[1]), typed[2].lower())
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(found, dict):
        raise _unreadable()
    if found.get("format") == FEED:
        if not feed:
            raise ValidationError(
                _(
                    "This is what the hub shows to everybody, and proves nothing. Bring the file that "
                    "the witness gave back."
                )
            )
        heads = found.get("heads")
        if not isinstance(heads, list) or not heads:
            raise ValidationError(_("This feed holds no head yet: fetch it again in an hour."))
        found = heads[0]
    if isinstance(found, dict) and found.get("format") == RECEIPT:
        return _receipt(found)
    return _signed(found)


def _unreadable() -> ValidationError:
    return ValidationError(
        _(
            "This is no head of a journal. Bring the file as the witness gave it, or type number and "
            "hash from the paper, like 12:9f3a… (64 letters and digits after the colon)."
        )
    )


def _signed(found: Any) -> HeadText:
    if not isinstance(found, dict) or found.get("format") != HEAD:
        raise _unreadable()
    n, told = found.get("n"), {name: found.get(name) for name in ("hash", "at", "key", "signature")}
    shapes = {"hash": _HASH, "at": _TIME, "key": _HASH, "signature": _SIGNATURE}
    if (
        not isinstance(n, int)
        or isinstance(n, bool)
        or not 0 <= n < _MOST
        or not all(isinstance(v, str) and shapes[k].fullmatch(v) for k, v in told.items())
    ):
        raise _unreadable()
    head = HeadText(n, **{name: str(value) for name, value in told.items()})
    if not keys.signed_by(head.key, message(head.n, head.hash, head.at), head.signature):
        raise ValidationError(
            _(
                "The signature of this head is wrong: it was changed on its way. Bring the file anew."
            )
        )
    return head


def _receipt(found: dict[str, Any]) -> HeadText:
    head = _signed(found.get("head"))
    told = {name: found.get(name) for name in ("witness", "seen", "signature")}
    shapes = {"witness": _HASH, "seen": _TIME, "signature": _SIGNATURE}
    if not all(isinstance(v, str) and shapes[k].fullmatch(v) for k, v in told.items()):
        raise _unreadable()
    witness, seen, signature = (str(told[name]) for name in ("witness", "seen", "signature"))
    if not keys.signed_by(witness, receipt_message(head.signature, seen), signature):
        raise ValidationError(
            _(
                "The witness's signature is wrong: the receipt was changed on its way. Ask for it anew."
            )
        )
    return HeadText(head.n, head.hash, head.at, head.key, head.signature, witness, seen, signature)


# --- this hub as a witness of another


@transaction.atomic
def countersign(text: str) -> dict[str, Any]:
    """Keep the newest head of another hub and sign that it was seen: the receipt to give back.

    Raises
    ------
    ValidationError
        It carries no signature, or it does not follow from what this hub saw before: a shorter
        journal, or another line under the same number. Then something was cut or written anew.
    """
    told = read(text, feed=True)
    if not told.signature:
        raise ValidationError(_("Only a head with its hub's signature can be witnessed."))
    if told.key == keys.public_key():
        raise ValidationError(_("This is this hub's own head: a witness stands outside."))
    last = Seen.objects.select_for_update().filter(key=told.key).first()
    if last is not None and (
        told.n < last.n or (told.n == last.n and told.hash != last.hash) or told.at < last.at
    ):
        raise ValidationError(
            _(
                "This hub saw line %(n)d of that journal on %(at)s, and the head does not follow from "
                "it: the journal was cut, restored from a backup or written anew. Nothing is signed. "
                "Show this to the auditors of both hubs: %(n)d:%(hash)s"
            )
            % {"n": last.n, "at": last.at, "hash": last.hash}
        )
    seen = now()
    Seen.objects.update_or_create(
        key=told.key, n=told.n, defaults={"hash": told.hash, "at": told.at, "seen": seen}
    )
    return {
        "format": RECEIPT,
        "head": as_json(told),
        "witness": keys.public_key(),
        "seen": seen,
        "signature": keys.sign(receipt_message(told.signature, seen)),
    }
