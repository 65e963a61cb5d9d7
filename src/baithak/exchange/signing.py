"""The key with which this hub signs its bundles: in a file of its own beside the other secrets."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

__all__ = ["hub_key"]

_FILE = "bundles.key"


def hub_key() -> Ed25519PrivateKey:
    """The hub's private key, made when it is first needed; readable by the hub's account only."""
    path = Path(settings.KEYS) / _FILE
    if not path.exists():
        _make(path)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _make(path: Path) -> None:
    """Written aside, synced and linked: of two processes at once the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    side = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(Ed25519PrivateKey.generate().private_bytes_raw())
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(side, path)
    except FileExistsError:
        pass
    finally:
        side.unlink()
