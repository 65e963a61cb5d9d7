"""The public library: published practices that everybody may see, whoever asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from zipfile import ZipFile

from django.conf import settings

from baithak.exchange.models import Practice, TranslationStatus
from baithak.exchange.queries.practices import cities, published
from baithak.exchange.records import LANGUAGES, Library, Rendering, Translation, library
from baithak.network.models import Kind, Place
from baithak.network.scope import PUBLIC

__all__ = ["as_library", "digest", "member_cities", "offline_folder", "offline_pack", "public"]


def public() -> list[Practice]:
    """All of it, in the order of codes."""
    return list(published(PUBLIC).order_by("code"))


def digest(practices: Iterable[Practice]) -> str:
    """Changes whenever a reader of these practices would see something else."""
    told = [
        [
            practice.code,
            practice.current_id,
            str(practice.changed_on),
            [
                [code, told.of_version, told.status, told.texts]
                for code, told in sorted(practice.renderings.items())
            ],
        ]
        for practice in practices
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def member_cities() -> list[Place]:
    """Cities of the network that everybody may see."""
    return list(Place.objects.seen_by(PUBLIC).filter(kind=Kind.CITY).select_related("parent"))


def as_library(practices: Iterable[Practice]) -> Library:
    """These practices with their words in other languages, as the offline pages read them."""
    shipped, told = library(), tuple(practices)
    translations = {}
    for language in LANGUAGES:
        found = [p.renderings[language] for p in told if language in p.renderings]
        base = shipped.translations.get(language)
        if not (base or found):
            continue
        base = base or Translation(language, "", "", date.min, {}, {}, {}, {})
        reviewed = bool(found) and all(one.is_reviewed for one in found)
        translations[language] = replace(
            base,
            status=(TranslationStatus.REVIEWED if reviewed else TranslationStatus.UNREVIEWED).value,
            practices={
                p.code: Rendering(p.renderings[language].title, p.renderings[language].summary)
                for p in told
                if language in p.renderings
            },
        )
    return Library(
        tuple(practice.record for practice in told),
        shipped.taxonomy,
        cities(member_cities()),
        MappingProxyType(translations),
    )


def offline_folder() -> Path:
    """Where packs lie that are ready to be taken along."""
    return Path(settings.HOME) / "exchange"


def offline_pack() -> Path | None:
    """The newest pack, unless it holds a practice that is not public any more."""
    packs = sorted(offline_folder().glob("offline-*.zip"), key=lambda path: path.stat().st_mtime)
    if not packs:
        return None
    with ZipFile(packs[-1]) as pack:
        held = {
            Path(name).stem
            for name in pack.namelist()
            if "/en/" in name and not name.endswith("/index.html")
        }
    open_to_all = published(PUBLIC).filter(code__in=held).values_list("code", flat=True)
    return packs[-1] if held <= set(open_to_all) else None
