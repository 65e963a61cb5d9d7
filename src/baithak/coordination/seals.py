"""Numbers of the contact tree, locked so that nobody reads them once their consent has ended (R8).

Each number has a key of its own (``network.keys``): a file outside the database and outside its
backups. What is stored is the key's name and the locked number. With the key destroyed the number is
gone, whatever copy of the database is left.
"""

from __future__ import annotations

import base64
import uuid

from cryptography.fernet import Fernet, InvalidToken

from baithak.network import keys

__all__ = ["destroy", "seal", "unseal"]

_NAME = 16  # bytes of the key's name, in front of what is locked


def _box(name: uuid.UUID) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(keys.pseudonym(name, "first hour")))


def seal(number: str) -> bytes:
    """The number as it is stored, under a new key."""
    name = uuid.uuid4()
    keys.create(name)
    return name.bytes + _box(name).encrypt(number.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The number as it was typed; empty where its key is gone."""
    told = bytes(sealed)
    try:
        return _box(uuid.UUID(bytes=told[:_NAME])).decrypt(told[_NAME:]).decode()
    except (keys.KeyMissingError, InvalidToken, ValueError):
        return ""


def destroy(sealed: bytes | memoryview) -> None:
    """Nobody can read it any more. Doing it twice does no harm."""
    name = bytes(sealed)[:_NAME]
    if len(name) == _NAME:
        keys.destroy(uuid.UUID(bytes=name))
