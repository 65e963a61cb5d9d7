"""A practice in the words of schema.org, for search engines and other libraries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from baithak.exchange.records import City, Practice, Rendering, Taxonomy

__all__ = ["as_script", "dataset", "graph", "linked"]

CONTEXT = "https://schema.org"


def linked(
    practice: Practice,
    taxonomy: Taxonomy,
    city: City | None,
    *,
    url: str = "",
    renderings: Mapping[str, Rendering] | None = None,
) -> dict[str, Any]:
    """One practice as a dictionary that JSON can hold, with its own ``@context``.

    Parameters
    ----------
    practice : Practice
    taxonomy : Taxonomy
        For the labels of what it is about.
    city : City, optional
        For the place on the map.
    url : str
        The address of its page, if it has one.
    renderings : mapping of language to Rendering, optional
        Translations of title and summary.

    Returns
    -------
    dict
        Without a person's name: records hold none.
    """
    return {"@context": CONTEXT, **_article(practice, taxonomy, city, url, renderings or {})}


def graph(
    practices: Iterable[Practice],
    taxonomy: Taxonomy,
    cities: Mapping[tuple[str, str], City],
    address: Callable[[str], str] | None = None,
) -> dict[str, Any]:
    """Many practices in one ``@graph``; ``address`` gives a practice's page for its id."""
    return {
        "@context": CONTEXT,
        "@graph": [
            _article(
                p,
                taxonomy,
                cities.get((p.city, p.country)),
                address(p.id) if address else "",
                {},
            )
            for p in practices
        ],
    }


def dataset(
    told: Mapping[str, Any],
    *,
    name: str,
    description: str,
    url: str,
    changed: str,
    files: Mapping[str, str],
) -> dict[str, Any]:
    """A ``graph`` with a schema.org Dataset in front: what a catalogue of open data reads.

    Parameters
    ----------
    told : mapping
        From ``graph``.
    name, description, url
        Of the library and its page.
    changed : str
        The day of the last change, ISO 8601; empty where there is none.
    files : mapping of str to str
        Addresses of its files with their media types.
    """
    parts = told["@graph"]
    head: dict[str, Any] = {
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": name,
        "description": description,
        "isAccessibleForFree": True,
        "inLanguage": sorted({part["inLanguage"] for part in parts}),
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}
            for address, media_type in files.items()
        ],
    }
    if changed:
        head["dateModified"] = changed
    return {"@context": CONTEXT, "@graph": [head, *parts]}


def as_script(told: Mapping[str, Any]) -> str:
    """JSON that cannot end the ``<script>`` it stands in."""

    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _article(
    practice: Practice,
    taxonomy: Taxonomy,
    city: City | None,
    url: str,
    renderings: Mapping[str, Rendering],
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Article",
        "@id": url or f"urn:baithak:practice:{practice.id}",
        "identifier": practice.id,
        "headline": practice.title,
        "abstract": practice.summary,
        "inLanguage": practice.language,
        "version": practice.version,
        "about": _terms(practice.challenges, "challenges", taxonomy),
        "keywords": [taxonomy.label("approaches", code) for code in practice.approaches],
        "audience": [
            {"@type": "Audience", "audienceType": taxonomy.label("target_groups", code)}
            for code in practice.target_groups
        ],
        "spatialCoverage": _place(practice, city),
        "citation": [
            {
                "@type": "WebPage",
                "url": source.url,
                "name": source.title,
                "publisher": {"@type": "Organization", "name": source.publisher},
            }
            for source in practice.sources
        ],
    }
    if practice.sources:  # a draft may have none yet
        told["dateModified"] = max(s.accessed for s in practice.sources).isoformat()
    if url:
        told["url"] = url
    if practice.start_year:
        told["temporalCoverage"] = f"{practice.start_year}/{practice.end_year or '..'}"
    if renderings:
        told["workTranslation"] = [
            {
                "@type": "Article",
                "inLanguage": language,
                "headline": rendering.title,
                "abstract": rendering.summary,
            }
            for language, rendering in renderings.items()
        ]
    return told


def _terms(codes: Iterable[str], kind: str, taxonomy: Taxonomy) -> list[dict[str, str]]:
    return [
        {"@type": "DefinedTerm", "termCode": code, "name": taxonomy.label(kind, code)}
        for code in codes
    ]


def _place(practice: Practice, city: City | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@type": "Place",
        "name": practice.city,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": practice.city,
            "addressCountry": practice.country,
        },
    }
    if city is not None and city.latitude is not None:
        told["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": city.latitude,
            "longitude": city.longitude,
        }
    return told
