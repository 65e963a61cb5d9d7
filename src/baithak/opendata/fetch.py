"""Get the files of a data set from its publisher, under the rules for outgoing requests (R22).

Https only, on port 443; every address the name resolves to must be on the public internet, and the
connection goes to the very address that was checked; no redirects; 5 seconds for every step; never
more bytes than were published; the checksum decides. Files appear all together or not at all.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import shutil
import socket
import ssl
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from baithak.opendata.catalogue import DataFile, DataSet, verify
from baithak.opendata.errors import DataError

__all__ = ["Door", "copy", "fetch", "get", "is_public"]

STEP = 5.0  # seconds for connecting, and for every read
SLOWEST = 8 * 1024  # bytes per second, below which a download is given up
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether an address is a plain one of the public internet, however it is written.

    Examples
    --------
    >>> [is_public(a) for a in ("8.8.8.8", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    try:
        told: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner: list[_Address] = [told]
    if isinstance(told, ipaddress.IPv6Address):
        # Addresses of the old kind that hide inside one of the new kind.
        inner += [a for a in (told.ipv4_mapped, told.sixtofour) if a is not None]
        if told.teredo is not None:
            inner += list(told.teredo)
        if told in _NAT64:
            inner.append(ipaddress.IPv4Address(int(told) & 0xFFFFFFFF))
        if told.ipv4_mapped is not None:
            inner.remove(told)
    return all(a.is_global and not a.is_multicast for a in inner)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Door:
    """The way out. Tests give another one; nobody can set one from outside.

    ``resolve`` turns a name into addresses, ``allowed`` judges each of them, ``ports`` may be
    connected to, ``context`` checks the certificate.
    """

    resolve: Callable[[str, int], list[str]] = _resolve
    allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] | None = frozenset({443})
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def get(
    entry: DataSet,
    into: Path,
    *,
    door: Door | None = None,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Download a data set into the folder ``into / entry.name``.

    Parameters
    ----------
    entry : DataSet
    into : Path
        Made if need be. An undamaged folder that is there already is left as it is.
    door : Door, optional
        For tests.
    progress : callable, optional
        Told the bytes of each file that has come.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataError
        ``data.address_refused``, ``data.unreachable``, ``data.refused``, ``data.too_large``,
        ``data.damaged``, ``data.unwritable``.
    """
    door = door or Door()
    return _gather(
        entry, into, lambda file: fetch(entry.base + file.name, file, door), progress or _silent
    )


def copy(entry: DataSet, found: Path, into: Path) -> Path:
    """Copy a checked data set from a folder of this machine; otherwise as ``get``."""
    return _gather(entry, into, lambda file: (found / file.name).read_bytes(), _silent)


def _silent(_: int) -> None:
    return None


def _gather(
    entry: DataSet,
    into: Path,
    take: Callable[[DataFile], bytes],
    tell: Callable[[int], None],
) -> Path:
    """All files under a hidden name first, then the folder appears at once."""
    target = into / entry.name
    if target.is_dir():
        verify(entry, target)
        return target
    try:
        into.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{entry.name}.", dir=into))
    except OSError as error:
        raise DataError("data.unwritable", value=str(into), reason=error.strerror) from None
    try:
        for file in entry.files:
            (partial / file.name).write_bytes(take(file))
            tell(file.size)
        verify(entry, partial)
        partial.chmod(0o755)
        os.replace(partial, target)
    except OSError as error:
        raise DataError("data.unwritable", value=str(target), reason=error.strerror) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def fetch(url: str, file: DataFile, door: Door) -> bytes:
    """One file, checked; see ``get`` for what may be raised."""
    parts = urlsplit(url)
    port = parts.port or 443
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise DataError("data.address_refused", value=url)
    if door.ports is not None and port not in door.ports:
        raise DataError("data.address_refused", value=url)
    try:
        addresses = door.resolve(parts.hostname, port)
    except OSError as error:
        raise DataError(
            "data.unreachable", value=parts.hostname, reason=error.strerror or str(error)
        ) from None
    if not addresses or not all(door.allowed(address) for address in addresses):
        raise DataError("data.address_refused", value=parts.hostname)
    try:
        body = _read(parts.hostname, port, addresses[0], parts.path, file, door)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DataError("data.unreachable", value=parts.hostname, reason=reason) from None
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise DataError("data.damaged", file=file.name)
    return body


def _read(host: str, port: int, address: str, path: str, file: DataFile, door: Door) -> bytes:
    """Ask the checked address, under the certificate of the name."""
    deadline = time.monotonic() + STEP + file.size / SLOWEST
    connection = http.client.HTTPSConnection(host, port, timeout=STEP, context=door.context)
    with (
        socket.create_connection((address, port), timeout=STEP) as plain,
        door.context.wrap_socket(plain, server_hostname=host) as safe,
    ):
        connection.sock = safe
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        with connection.getresponse() as answer:
            if answer.status != http.client.OK:
                raise DataError("data.refused", value=host, status=answer.status)
            body = bytearray()
            while chunk := answer.read(64 * 1024):
                body += chunk
                if len(body) > file.size:
                    raise DataError("data.too_large", value=host, size=file.size)
                if time.monotonic() > deadline:
                    raise TimeoutError("too slow")
            return bytes(body)
