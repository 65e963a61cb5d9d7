"""What strangers' files hold, read in a process of its own (R21): ``web.limited`` calls these.

Both take one line of JSON with what the reader must know, then the file as it came, and give what
JSON can hold. They need no Django.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from baithak.engine.errors import EngineError
from baithak.exchange.bundle import named_origin, open_bundle
from baithak.exchange.records import City, Practice, library, read_practices
from baithak.exchange.records.stored import plain, record_of
from baithak.exchange.tables import read_table

__all__ = ["bundle", "cities_of", "file", "parcel", "practices_of"]


def parcel(content: bytes, **told: Any) -> bytes:
    """The line and the file in one, as the process is given them."""
    return json.dumps(told).encode() + b"\n" + content


def _opened(source: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, content = source.partition(b"\n")
    return json.loads(line), content


def file(source: bytes) -> dict[str, Any]:
    """Practices of a YAML file or a table. Told: ``name`` of the file, ``cities`` known here."""
    told, content = _opened(source)
    name = str(told["name"])
    cities = (*library().cities, *cities_of(told["cities"]))
    yaml = name.lower().endswith((".yaml", ".yml"))
    found = (read_practices if yaml else read_table)(content, library().taxonomy, cities, name)
    return {"practices": [plain(practice) for practice in found.practices]}


def bundle(source: bytes) -> dict[str, Any]:
    """A bundle from another hub. Told: ``keys``, the trusted key of each origin; ``cities``."""
    told, content = _opened(source)
    origin = named_origin(content)
    if origin not in told["keys"]:
        raise EngineError("bundle.unknown_origin", value=origin)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["keys"][origin]))
    cities = (*library().cities, *cities_of(told["cities"]))
    found = open_bundle(content, key, library().taxonomy, cities)
    return {
        "origin": found.origin,
        "number": found.number,
        "day": found.day.isoformat(),
        "practices": [plain(practice) for practice in found.practices],
        "cities": [{**asdict(city), "labels": dict(city.labels)} for city in found.cities],
    }


def cities_of(told: list[dict[str, Any]]) -> tuple[City, ...]:
    """The cities of a line."""
    return tuple(City(**one) for one in told)


def practices_of(told: list[dict[str, Any]]) -> tuple[Practice, ...]:
    """The practices of an answer."""
    return tuple(record_of(one) for one in told)
