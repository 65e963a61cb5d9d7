"""The one way to write into the journal, and to check it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from baithak.journal.models import BEGINNING, LONGEST, Line, canonical, seal

__all__ = ["Finding", "export", "head", "pseudonym", "verify", "write"]

#: Any number: the advisory lock of the journal on PostgreSQL.
_LOCK = 8_274_645_101
_KEY_FILE = "journal-pseudonyms"
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
    told = hmac.new(_key(settings.KEYS), f"{user_id}:{role}".encode(), hashlib.sha256)
    return f"{role}:{told.hexdigest()[:20]}"


def _key(folder: Path) -> bytes:
    path = folder / _KEY_FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f".{_KEY_FILE}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(fresh, path)  # of two processes at once, the first one's key stays
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()


@dataclass(frozen=True)
class Finding:
    """Line ``n`` is not as it was written; ``what`` says what is wrong, in the reader's language."""

    n: int
    what: str


def verify(
    lines: Iterable[Line] | None = None, *, witness: tuple[int, str] | None = None
) -> Iterator[Finding]:
    """Walk the chain from its beginning; give every place where it is broken.

    ``witness`` is a line number and its hash, kept outside (``baithak journal head``). Only a
    witness can show that the tail was cut, that an old backup was restored or that the whole
    chain was written anew.
    """
    previous, expected, seen = BEGINNING, 1, False
    for line in Line.objects.order_by("n").iterator() if lines is None else lines:
        if line.n != expected:
            yield Finding(expected, _("line %(n)d is missing or out of place") % {"n": expected})
        if line.previous != previous:
            yield Finding(line.n, _("line %(n)d does not seal the line before it") % {"n": line.n})
        if not _as_written(line):
            yield Finding(line.n, _("line %(n)d was changed") % {"n": line.n})
        if witness is not None and line.n == witness[0]:
            seen = True
            if line.hash != witness[1]:
                yield Finding(
                    line.n, _("line %(n)d is not the line the witness saw") % {"n": line.n}
                )
        previous, expected = line.hash, line.n + 1
    if witness is not None and not seen:
        yield Finding(
            witness[0],
            _("line %(n)d, which the witness saw, is not there: the journal ends earlier")
            % {"n": witness[0]},
        )


def _as_written(line: Line) -> bool:
    try:
        return canonical(line.details) == line.detail and line.hash == seal(
            line.previous, line.content
        )
    except ValueError:
        return False


def head() -> tuple[int, str]:
    """Number and hash of the last line, for a witness outside the hub."""
    return Line.objects.order_by("-n").values_list("n", "hash").first() or (0, BEGINNING)


def export(out: IO[str]) -> int:
    """Write all lines as JSON lines; give their number. ``verify_journal.py`` reads the result."""
    count = 0
    with transaction.atomic():
        for line in Line.objects.order_by("n").iterator():
            out.write(
                canonical({**line.content, "previous": line.previous, "hash": line.hash}) + "\n"
            )
            count += 1
    return count
