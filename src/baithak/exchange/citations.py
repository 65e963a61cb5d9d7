"""Citations of practices and of their sources: BibTeX and RIS, as text.

Each practice is cited as an entry of the library, each of its sources as the page it is. The year
of a page is not known to us; the day on which it was read is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from baithak.exchange.records import Practice, Source

__all__ = ["PUBLISHER", "bibtex", "ris"]

PUBLISHER = "Baithak practice library"
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(practices: Iterable[Practice], base: str = "") -> str:
    """BibTeX entries, UTF-8: ``id`` for a practice, ``id-source-1`` … for its sources.

    Parameters
    ----------
    practices : iterable of Practice
    base : str
        The address practices hang from, such as ``https://hub.example/exchange/``; a practice is
        then cited with its page.
    """
    entries: list[str] = []
    for practice in practices:
        entries.append(
            _entry(
                practice.id,
                {
                    "title": f"{{{_latex(practice.title)}}}",
                    "howpublished": _latex(PUBLISHER),
                    "year": str(_read(practice).year),
                    "url": f"{base}{practice.id}" if base else "",
                    "language": practice.language,
                    "note": _latex(f"{practice.city}, {practice.country}; {_version(practice)}"),
                },
            )
        )
        for number, source in enumerate(practice.sources, start=1):
            entries.append(
                _entry(
                    f"{practice.id}-source-{number}",
                    {
                        "title": f"{{{_latex(source.title)}}}",
                        "publisher": f"{{{_latex(source.publisher)}}}",
                        "url": source.url,
                        "urldate": source.accessed.isoformat(),
                    },
                )
            )
    return "\n\n".join(entries) + "\n" if entries else ""


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _latex(text: str) -> str:
    return re.sub(r"[\\{}&%$#_~^]", lambda found: _LATEX[found[0]], text)


def ris(practices: Iterable[Practice], base: str = "") -> str:
    """RIS records, UTF-8, lines ended as the format wants them; ``base`` as in ``bibtex``."""
    records: list[str] = []
    for practice in practices:
        records.append(
            _record(
                [
                    ("ID", practice.id),
                    ("TI", practice.title),
                    ("PB", PUBLISHER),
                    ("CY", f"{practice.city}, {practice.country}"),
                    ("PY", str(_read(practice).year)),
                    ("LA", practice.language),
                    ("AB", practice.summary),
                    ("UR", f"{base}{practice.id}" if base else ""),
                    ("N1", _version(practice)),
                    *(("KW", code.replace("_", " ")) for code in practice.challenges),
                ]
            )
        )
        records += [_source(source) for source in practice.sources]
    return "".join(records)


def _source(source: Source) -> str:
    return _record(
        [
            ("TI", source.title),
            ("PB", source.publisher),
            ("UR", source.url),
            ("Y2", source.accessed.strftime("%Y/%m/%d/")),
        ]
    )


def _record(fields: list[tuple[str, str]]) -> str:
    lines = [
        "TY  - ELEC",
        *(f"{name}  - {value}" for name, value in fields if value),
        "ER  - ",
    ]
    return "\r\n".join(lines) + "\r\n\r\n"


def _read(practice: Practice) -> date:
    return max(source.accessed for source in practice.sources)


def _version(practice: Practice) -> str:
    return f"version {practice.version}, sources read by {_read(practice).isoformat()}"
