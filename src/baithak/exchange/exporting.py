"""Practices as files: every open format with its name and its media type."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from baithak.exchange import citations, linked_data, tables
from baithak.exchange.records import City, Practice, Taxonomy, cities_of, write_practices
from baithak.exchange.records.stored import plain

__all__ = ["KINDS", "NAMES", "TABLES", "exported"]

#: Media types by the ending of the file; texts are UTF-8.
KINDS = {
    "yaml": "application/yaml",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
#: What people call those that they open themselves.
NAMES = {
    "xlsx": "Excel (XLSX)",
    "csv": "CSV",
    "yaml": "YAML",
    "json": "JSON",
    "bib": "BibTeX",
    "ris": "RIS",
}
#: Those of which there is an empty one to fill in.
TABLES = ("csv", "xlsx")


def exported(
    kind: str,
    practices: Sequence[Practice],
    taxonomy: Taxonomy,
    cities: Sequence[City],
    address: Callable[[str], str] | None = None,
) -> bytes:
    """A file of practices. YAML, CSV and XLSX can be read again and are then the same.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    practices : sequence of Practice
    taxonomy : Taxonomy
    cities : sequence of City
        Those the practices name; more do no harm.
    address : callable, optional
        A practice's id to the address of its page: for citations and linked data.
    """
    if kind == "xlsx":
        return tables.write_xlsx(practices, taxonomy)
    if kind == "csv":
        return tables.write_csv(practices).encode()
    if kind == "json":
        return _json({"practices": [plain(practice) for practice in practices]})
    if kind == "jsonld":
        places = {(city.name, city.country): city for city in cities}
        return _json(linked_data.graph(practices, taxonomy, places, address))
    cited = {"bib": citations.bibtex, "ris": citations.ris}
    if kind in cited:
        return cited[kind](practices, *([address] if address else [])).encode()
    return write_practices(practices, cities_of(practices, cities)).encode()


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
