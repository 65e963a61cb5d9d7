"""The catalogue of open data sets and where their files lie on this machine.

A data set is found in ``BAITHAK_DATA`` (folders, separated like ``PATH``), as ``FOLDER/NAME`` or
``FOLDER/dialogues/NAME`` (``panels/`` for pools and quotas), and in the current folder. Its files count only if their checksums are
those of the publisher.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from baithak.opendata.errors import DataError

__all__ = ["DataFile", "DataSet", "catalogue", "find", "folders", "locate", "recognise", "verify"]

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DataFile:
    """One published file: its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """One open data set. ``base`` is the publisher's address its files hang from.

    ``kind`` says what it is good for: ``dialogue`` (votes on statements), ``panel`` (a pool and
    quotas) or ``budget`` (ballots); its folder is called so, too, in the plural.
    """

    name: str
    alias: str
    title: str
    about: str
    year: int
    language: str
    publisher: str
    licence: str
    licence_page: str
    attribution: str
    page: str
    base: str
    files: tuple[DataFile, ...]
    kind: str = "dialogue"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@lru_cache(maxsize=1)
def catalogue() -> tuple[DataSet, ...]:
    """All data sets, in the order of the catalogue."""
    told = tomllib.loads((HERE / "catalogue.toml").read_text(encoding="utf-8"))
    return tuple(
        DataSet(
            name=name,
            files=tuple(DataFile(**file) for file in entry.pop("files")),
            **entry,
        )
        for name, entry in told.items()
    )


def find(name: str) -> DataSet:
    """The data set with this name or alias.

    Raises
    ------
    DataError
        ``data.unknown_name``.
    """
    for entry in catalogue():
        if name in (entry.name, entry.alias):
            return entry
    raise DataError("data.unknown_name", value=name)


def folders() -> tuple[Path, ...]:
    """Where data are looked for: every folder of ``BAITHAK_DATA``, then the current one."""
    told = os.environ.get("BAITHAK_DATA", "")
    return (*(Path(part) for part in told.split(os.pathsep) if part), Path())


def locate(entry: DataSet, where: Iterable[Path] | None = None) -> Path | None:
    """The folder with the files of this data set, checked; None where there is none.

    Raises
    ------
    DataError
        ``data.damaged`` if a folder is there and one of its files is not as published.
    """
    for folder in folders() if where is None else where:
        for path in (folder / f"{entry.kind}s" / entry.name, folder / entry.name):
            if path.is_dir():
                verify(entry, path)
                return path
        # Files of budgets carry their own names, and may lie beside others.
        path = folder / "budgets"
        if entry.kind == "budget" and path.is_dir() and _holds(entry, path):
            return path
    return None


def _holds(entry: DataSet, folder: Path) -> bool:
    try:
        verify(entry, folder)
    except DataError:
        return False
    return True


def verify(entry: DataSet, folder: Path) -> None:
    """Check every file of a data set against its published checksum.

    Raises
    ------
    DataError
        ``data.damaged`` with the file.
    """
    for file in entry.files:
        path = folder / file.name
        if not path.is_file() or _checksum(path) != file.sha256:
            raise DataError("data.damaged", file=str(path))


def recognise(folder: Path) -> DataSet | None:
    """The data set these files are, if they are one of the catalogue's, unchanged."""
    for entry in catalogue():
        if entry.name != folder.resolve().name:
            continue
        return entry if _holds(entry, folder) else None
    return None


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
