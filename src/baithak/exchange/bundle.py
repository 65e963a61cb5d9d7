"""Bundles: practices on their way from one hub to another, signed, in one file.

A bundle is a ZIP of three parts, stored as they are: ``manifest.json`` says whose practices these
are (origin), the number of the bundle, the day, the signer's key and the SHA-256 of
``practices.yaml``; ``manifest.sig`` is the Ed25519 signature of the manifest. There is one way to
pack the same parts, and a file packed in any other way is refused: so no bit of it can change
unseen, not even in what ZIP keeps around its parts.

Trust comes from the key a hub was given beforehand, never from the one the bundle names.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from baithak.engine.errors import EngineError
from baithak.engine.workbook import archive
from baithak.exchange.merging import Held
from baithak.exchange.records import (
    City,
    Practice,
    Taxonomy,
    cities_of,
    read_practices,
    write_practices,
)

__all__ = ["ORIGIN", "Bundle", "create_bundle", "fingerprint", "named_origin", "open_bundle"]

FORM = 1
_MANIFEST, _SIGNATURE, _PRACTICES = "manifest.json", "manifest.sig", "practices.yaml"
_PARTS = (_MANIFEST, _SIGNATURE, _PRACTICES)
# What is signed can be taken for nothing else that this key may sign.
_PURPOSE = b"baithak practices bundle\n"
#: An address without a path: https://hub.example
ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")
_LARGEST = 5 * 1024 * 1024
_LAST = 2**31 - 1  # the largest number a database keeps


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an opened bundle says; ``number`` counts the bundles of an origin, ``key`` is in hex."""

    origin: str
    number: int
    day: date
    key: str
    practices: tuple[Practice, ...]
    cities: tuple[City, ...]

    @property
    def held(self) -> tuple[Held, ...]:
        """The practices with their origin, as ``plan_import`` compares them."""
        return tuple(Held(self.origin, practice) for practice in self.practices)


def create_bundle(
    practices: Iterable[Practice],
    cities: Iterable[City],
    *,
    origin: str,
    number: int,
    day: date,
    key: Ed25519PrivateKey,
) -> bytes:
    """Pack and sign practices of one origin.

    Parameters
    ----------
    practices : iterable of Practice
        Of this hub's own: a hub does not pass on what others wrote.
    cities : iterable of City
        Those the practices name are packed too: the other hub may not know them.
    origin : str
        The address of this hub, without a path.
    number : int
        1 and upwards: tells a later bundle from an earlier one.
    day : date
    key : Ed25519PrivateKey
        Of this hub.

    Raises
    ------
    EngineError
        ``bundle.bad_origin``.
    """
    if not ORIGIN.fullmatch(origin):
        raise EngineError("bundle.bad_origin", value=origin)
    own = tuple(practices)
    text = write_practices(own, cities_of(own, cities)).encode()
    manifest = _manifest(
        {
            "form": FORM,
            "origin": origin,
            "number": number,
            "date": day.isoformat(),
            "key": fingerprint(key.public_key()),
            "practices": len(own),
            "sha256": {_PRACTICES: hashlib.sha256(text).hexdigest()},
        }
    )
    return _pack((manifest, key.sign(_PURPOSE + manifest), text))


def open_bundle(
    content: bytes,
    key: Ed25519PublicKey,
    taxonomy: Taxonomy,
    cities: Collection[City],
    file: str = "",
) -> Bundle:
    """Check a bundle bit by bit, then read it.

    Parameters
    ----------
    content : bytes
    key : Ed25519PublicKey
        The one this hub trusts for the sender.
    taxonomy : Taxonomy
    cities : collection of City
        Those known here.
    file : str
        Its name, for errors.

    Raises
    ------
    EngineError
        ``bundle.broken``, ``bundle.other_key``, ``bundle.bad_signature``, ``bundle.version``,
        ``bundle.changed``, ``bundle.repacked``, ``source.bomb``, ``source.broken_archive``, and
        what ``read_practices`` raises: a right signature does not make right records.
    """
    manifest, signature, text = _unpack(content, file)
    told = _told(manifest, file)
    trusted = fingerprint(key)
    try:
        key.verify(signature, _PURPOSE + manifest)
    except InvalidSignature:
        if told.get("key") != trusted:
            raise _wrong(
                "bundle.other_key", file, value=_said(told.get("key")), expected=trusted
            ) from None
        raise _wrong("bundle.bad_signature", file) from None
    if told.get("form") != FORM:
        raise _wrong("bundle.version", file, value=_said(told.get("form")))
    if not _is_whole(told, trusted):
        raise _wrong("bundle.broken", file, value=_MANIFEST)
    if told["sha256"] != {_PRACTICES: hashlib.sha256(text).hexdigest()}:
        raise _wrong("bundle.changed", file, value=_PRACTICES)
    if content != _pack((manifest, signature, text)):
        raise _wrong("bundle.repacked", file)
    found = read_practices(text, taxonomy, cities, f"{file}: {_PRACTICES}" if file else _PRACTICES)
    return Bundle(
        told["origin"],
        told["number"],
        date.fromisoformat(told["date"]),
        told["key"],
        found.practices,
        found.cities,
    )


def named_origin(content: bytes, file: str = "") -> str:
    """The origin that a bundle names for itself: to choose the key it is then checked with, no more.

    Raises
    ------
    EngineError
        ``bundle.broken``, ``bundle.changed``, ``source.bomb``, ``source.broken_archive``.
    """
    manifest, _, _ = _unpack(content, file)
    origin = _told(manifest, file).get("origin")
    if not _is_origin(origin):
        raise _wrong("bundle.broken", file, value=_MANIFEST)
    return str(origin)


def fingerprint(key: Ed25519PublicKey) -> str:
    """A public key as 64 letters and digits, short enough to be read out on the telephone."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _manifest(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, indent=1, sort_keys=True) + "\n").encode()


def _pack(parts: tuple[bytes, bytes, bytes]) -> bytes:
    """The one way to pack these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as parcel:
        for name, content in zip(_PARTS, parts, strict=True):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # the same bytes on every machine
            entry.external_attr = 0o644 << 16
            parcel.writestr(entry, content)
    return out.getvalue()


def _unpack(content: bytes, file: str) -> tuple[bytes, bytes, bytes]:
    if len(content) > _LARGEST:
        raise _wrong("bundle.broken", file, value=f"{len(content)} bytes")
    with archive(content, file) as parcel:
        names = tuple(parcel.namelist())
        if names != _PARTS:
            raise _wrong("bundle.broken", file, value=", ".join(names)[:120] or "empty")
        manifest, signature, text = (_part(parcel, name, file) for name in _PARTS)
    return manifest, signature, text


def _part(parcel: zipfile.ZipFile, name: str, file: str) -> bytes:
    try:
        return parcel.read(name)
    except zipfile.BadZipFile:  # its checksum, or its place
        raise _wrong("bundle.changed", file, value=name) from None
    except Exception as error:  # unknown methods, encryption: whatever zipfile stumbles over
        raise _wrong("bundle.broken", file, value=type(error).__name__) from None


def _told(manifest: bytes, file: str) -> dict[str, Any]:
    try:
        told = json.loads(manifest)
    except (ValueError, RecursionError):
        raise _wrong("bundle.broken", file, value=_MANIFEST) from None
    if not isinstance(told, dict):
        raise _wrong("bundle.broken", file, value=_MANIFEST)
    return told


def _is_whole(told: dict[str, Any], trusted: str) -> bool:
    """Whether a manifest says all of it, in the right forms: a right signature does not tell."""
    number = told.get("number")
    try:
        date.fromisoformat(told["date"])
    except (KeyError, TypeError, ValueError):
        return False
    return (
        _is_origin(told.get("origin"))
        and told.get("key") == trusted
        and type(number) is int
        and 0 < number <= _LAST
        and "sha256" in told
    )


def _is_origin(told: object) -> bool:
    return isinstance(told, str) and ORIGIN.fullmatch(told) is not None


def _said(told: object) -> str:
    """What a manifest says, fit for a sentence."""
    return ascii(told).strip("'")[:64]


def _wrong(code: str, file: str, **params: object) -> EngineError:
    return EngineError(code, **({"file": file} if file else {}), **params)
