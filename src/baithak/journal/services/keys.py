"""Secrets of the journal, each in a file of its own beside the hub's other keys."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

__all__ = ["pseudonyms", "public_key", "sign", "signed_by"]

_PSEUDONYMS = "journal-pseudonyms"
_HEADS = "journal-heads"


def _secret(folder: Path, name: str, fresh: Callable[[], bytes]) -> bytes:
    """The file's bytes, made when they are first needed; readable by the hub's account only."""
    path = folder / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    side = folder / f".{name}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(fresh())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(side, path)  # of two processes at once, the first one's key stays
    except FileExistsError:
        pass
    finally:
        side.unlink()
    return path.read_bytes()


def pseudonyms() -> bytes:
    """What turns a person in a role into a pseudonym."""
    return _secret(Path(settings.KEYS), _PSEUDONYMS, lambda: secrets.token_bytes(32))


def _heads() -> Ed25519PrivateKey:
    told = _secret(
        Path(settings.KEYS), _HEADS, lambda: Ed25519PrivateKey.generate().private_bytes_raw()
    )
    return Ed25519PrivateKey.from_private_bytes(told)


def public_key() -> str:
    """The key with which anybody checks this hub's signatures on heads, in hexadecimal."""
    return _heads().public_key().public_bytes_raw().hex()


def sign(message: bytes) -> str:
    """The hub's signature, in hexadecimal."""
    return _heads().sign(message).hex()


@cache
def _public(key: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))


def signed_by(key: str, message: bytes, signature: str) -> bool:
    """Whether the holder of this key signed this message. False too for what is no key at all."""
    try:
        _public(key).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
