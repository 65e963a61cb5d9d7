"""The pack of a handover: where its file lies, and that it is made whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from baithak.home.models import Handover

__all__ = ["LANGUAGES", "delete", "drop", "keep", "path", "put", "read"]

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def path(handover: Handover) -> Path:
    """Beside the database, readable by the hub's account only."""
    return Path(settings.HOME) / "handovers" / f"{handover.pk}.zip"


def _aside(handover: Handover) -> Path:
    """Where the worker that claimed it writes: a slow one and its successor never write the same file."""
    claimed = f"{handover.claimed:%Y%m%dT%H%M%S%f}" if handover.claimed else "0"
    return path(handover).with_name(f"{handover.pk}-{claimed}.unfinished")


def put(handover: Handover, pack: bytes) -> str:
    """Write it aside and sync; its SHA-256."""
    side = _aside(handover)
    side.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(pack)
        out.flush()
        os.fsync(out.fileno())
    return hashlib.sha256(pack).hexdigest()


def keep(handover: Handover) -> None:
    """What was put aside is the pack: by a rename, so that a power cut leaves a whole pack or none."""
    _aside(handover).replace(path(handover))


def drop(handover: Handover) -> None:
    """What was put aside is not needed."""
    _aside(handover).unlink(missing_ok=True)


def read(handover: Handover) -> bytes:
    """The pack as it was made.

    Raises
    ------
    OSError : it is not there, or is not what was made.
    """
    pack = path(handover).read_bytes()
    if hashlib.sha256(pack).hexdigest() != handover.digest:
        raise OSError(f"The pack of handover {handover.pk} is not what was made.")
    return pack


def delete(handover: Handover) -> None:
    """Nothing of it is left, nor of what workers that died had put aside."""
    where = path(handover)
    for one in (where, *where.parent.glob(f"{handover.pk}-*.unfinished")):
        one.unlink(missing_ok=True)
