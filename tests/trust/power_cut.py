"""A disk that loses power: SQLite writes through a shim that remembers every write and every sync.

What was synced before the cut is on the disk. Of what was written since, each sector of 512 bytes
is there or not, at random, as real disks do it. Then a fresh SQLite opens what is left.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512


@dataclass
class Disk:
    """What happened to the files, in order; ``acknowledged`` notes what was promised when."""

    events: list[tuple] = field(default_factory=list)

    def acknowledged(self, what: object) -> None:
        self.events.append(("promise", what))


class _File(apsw.VFSFile):
    def __init__(self, vfs: str, name, flags, disk: Disk):
        self.disk = disk
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name).name
        super().__init__(vfs, name, flags)

    def xWrite(self, data, offset):
        self.disk.events.append(("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size):
        self.disk.events.append(("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags):
        self.disk.events.append(("sync", self.name))
        super().xSync(flags)


class Shim(apsw.VFS):
    """The machine's file system, with every write and sync noted down."""

    def __init__(self, disk: Disk, name: str = "power-cut"):
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name, flags):
        return _File("", name, flags, self.disk)

    def xDelete(self, name, sync):
        self.disk.events.append(("delete", Path(name).name))
        super().xDelete(name, sync)


def cuts(
    disk: Disk, begin: dict[str, bytes], how_many: int, seed: int, folder: Path
) -> Iterator[tuple[list[object], Path]]:
    """For ``how_many`` moments: what had been promised by then, and the database as it is left.

    ``begin``: the files as they were, safely on the disk, before the first event.
    """
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(1, len(disk.events)), how_many))
    safe = {name: bytearray(data) for name, data in begin.items()}
    open_writes: dict[str, list[tuple]] = {}
    promised: list[object] = []
    position = 0
    for number, moment in enumerate(moments):
        for event in disk.events[position:moment]:
            _happen(event, safe, open_writes, promised)
        position = moment
        left = folder / f"cut-{number}"
        left.mkdir()
        for name in {*safe, *open_writes}:
            image = bytearray(safe.get(name, b""))
            for event in open_writes.get(name, ()):
                _maybe(image, event, chance)
            (left / name).write_bytes(image)
        yield list(promised), left


def _happen(event: tuple, safe: dict, open_writes: dict, promised: list) -> None:
    kind = event[0]
    if kind == "promise":
        promised.append(event[1])
    elif kind == "delete":
        safe.pop(event[1], None)
        open_writes.pop(event[1], None)
    elif kind == "sync":
        image = safe.setdefault(event[1], bytearray())
        for waiting in open_writes.pop(event[1], []):
            _apply(image, waiting)
    else:
        open_writes.setdefault(event[1], []).append(event)


def _apply(image: bytearray, event: tuple) -> None:
    if event[0] == "truncate":
        del image[event[2] :]
        return
    _put(image, event[2], event[3])


def _maybe(image: bytearray, event: tuple, chance: random.Random) -> None:
    """Nothing, all or some sectors of a write that was never synced."""
    luck = chance.random()
    if luck < 0.4:
        return
    if event[0] == "truncate" or luck < 0.7:
        _apply(image, event)
        return
    offset, data = event[2], event[3]
    for start in range(0, len(data), SECTOR):
        if chance.random() < 0.5:
            _put(image, offset + start, data[start : start + SECTOR])


def _put(image: bytearray, offset: int, data: bytes) -> None:
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


def judge(left: Path, name: str, found: Callable[[apsw.Connection], set]) -> tuple[bool, set]:
    """Open what is left: whether it is sound, and what it holds."""
    database = apsw.Connection(str(left / name))
    try:
        sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return sound, found(database)
    except (apsw.CorruptError, apsw.NotADBError):
        return False, set()
    finally:
        database.close()
