"""The one way to write into the journal."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from baithak.journal.models import BEGINNING, LONGEST, Line, canonical, seal
from baithak.journal.services import keys

__all__ = ["pseudonym", "write"]

#: Any number: the advisory lock of the journal on PostgreSQL.
_LOCK = 8_274_645_101
_ADDRESS = re.compile(r"\S+@\S+\.\S+")


def write(
    *,
    verb: str,
    thing: str,
    by: str,
    place: str,
    detail: Mapping[str, str] | None = None,
) -> Line:
    """Add a line, in the transaction of the act it tells of.

    Parameters
    ----------
    verb : what was done, as room and verb (``dialogue.open``).
    thing : what it was done to, as kind and id (``dialogue:4711``).
    by : who did it: ``pseudonym(...)``, ``"system"`` or ``"public"``. Never a name or an address.
    place : the slug of the place the thing belongs to; ``""`` for the hub as a whole.
    detail : further strings by name. No personal data and never a vote.

    Raises
    ------
    RuntimeError : outside ``transaction.atomic()``: the act could happen without its line.
    TypeError, ValueError : something that is not a string, is too long or holds an e-mail address.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.services.write needs transaction.atomic() around the act.")
    details = dict(detail or {})
    _only_plain_strings({"verb": verb, "thing": thing, "by": by, "place": place}, details)
    if connection.vendor == "postgresql":
        # Held until the transaction ends, so the next writer sees this line committed. SQLite's
        # IMMEDIATE transactions already let one writer in at a time.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Line.objects.order_by("-n").values_list("n", "hash").first() or (0, BEGINNING)
    line = Line(
        n=last[0] + 1,
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        verb=verb,
        thing=thing,
        by=by,
        place=place,
        detail=canonical(details),
        previous=last[1],
    )
    line.hash = seal(line.previous, line.content)
    return Line.objects.bulk_create([line])[0]


def _only_plain_strings(fields: dict[str, Any], details: dict[Any, Any]) -> None:
    for name, value in (*fields.items(), *details.items()):
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"The journal holds strings only; {name!r} is {type(value).__name__}.")
        if "\0" in value or _ADDRESS.search(value):
            raise ValueError(f"The journal holds no e-mail address and no NUL: look at {name!r}.")
    for name, value in fields.items():
        longest = LONGEST[name]
        if len(value) > longest or (not value and name != "place"):
            raise ValueError(f"{name!r} of a journal line has 1 to {longest} letters.")


def pseudonym(user_id: int | str, role: str) -> str:
    """A person in one role: the same each time, another in another role, readable by nobody.

    Keyed with a secret beside the database, so that the journal alone names nobody.
    """
    told = hmac.new(keys.pseudonyms(), f"{user_id}:{role}".encode(), hashlib.sha256)
    return f"{role}:{told.hexdigest()[:20]}"
