"""The key of an open consultation: what turns a resident's token into the name on the votes (R3).

``pid = HMAC-SHA256(K, token)``. K is 32 random bytes in a file of its own, outside the database
and outside its backups. It is made when the consultation opens and destroyed when it closes: from then
on nobody, the hub included, can say which token cast which votes. While it exists the votes are
pseudonymous, not anonymous, and the pages say so.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from django.conf import settings

__all__ = ["KeyMissingError", "create", "destroy", "exists", "pseudonym"]

_SIZE = 32


class KeyMissingError(Exception):
    """It is closed, or its key file was lost."""


def _path(consultation: UUID) -> Path:
    return Path(settings.KEYS) / f"{consultation.hex}.key"


def create(consultation: UUID) -> None:
    """Make the key, readable by the hub's account only. An existing key is kept.

    Written to a side file, synced and renamed, so that a power cut leaves a whole key or none.
    """
    path = _path(consultation)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    side = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(side, path)  # fails where another worker was first: its key stands
    except FileExistsError:
        return
    finally:
        side.unlink()
        _sync(path.parent)


def exists(consultation: UUID) -> bool:
    """Whether this consultation still has its key."""
    return _path(consultation).exists()


def pseudonym(consultation: UUID, token: str) -> bytes:
    """The 32 bytes that stand for this token in this consultation, and in no other.

    Raises
    ------
    KeyMissingError
        It is closed: nobody can compute it any more.
    """
    try:
        key = _path(consultation).read_bytes()
    except FileNotFoundError:
        raise KeyMissingError(str(consultation)) from None
    return hmac.digest(key, token.encode(), "sha256")


def destroy(consultation: UUID) -> None:
    """Overwrite the key and remove its file. Doing it twice does no harm."""
    path = _path(consultation)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
