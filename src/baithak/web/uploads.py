"""Files that are looked at first and imported with a second press: kept meanwhile, for an hour."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

__all__ = ["KEPT", "drop", "held", "hold"]

#: Seconds after which what was looked at and never imported is deleted.
KEPT = 60 * 60


def hold(files: Mapping[str, Any]) -> Path:
    """Write uploads under these names into a folder of their own, for the hub's account alone."""
    folder = _all() / secrets.token_hex(12)
    folder.mkdir(mode=0o700)
    for name, file in files.items():
        with (folder / name).open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
    return folder


def held(name: str) -> Path | None:
    """The folder of this name; ``None`` where it is gone."""
    folder = _all() / name
    return folder if name and folder.parent == _all() and folder.is_dir() else None


def drop(folder: Path) -> None:
    """Delete what was held."""
    shutil.rmtree(folder, ignore_errors=True)


def _all() -> Path:
    folder = Path(settings.HOME) / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return folder
