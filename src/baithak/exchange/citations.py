"""Citations of practices and of their sources: BibTeX and RIS, as text.

Each practice is cited as an entry of the library, each of its sources as the page it is. The year
of a page is not known to us; the day on which it was read is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from baithak.exchange.records import Practice, Source

__all__ = ["PUBLISHER", "bibtex", "ris"]

PUBLISHER = "Baithak practice library"
_LATEX = {
    "\\": r"\textbackslash{}",
    # Readers of BibTeX count braces whether a backslash stands before them or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


_Address = Callable[[str], str]


def _nowhere(code: str) -> str:
    return ""


def bibtex(practices: Iterable[Practice], address: _Address = _nowhere) -> str:
    """BibTeX entries, UTF-8: ``id`` for a practice, ``id-source-1`` … for its sources.

    Parameters
    ----------
    practices : iterable of Practice
    address : callable, optional
        A practice's id to the address of its page; it is then cited with it.
    """
    entries: list[str] = []
    for practice in practices:
        entries.append(
            _entry(
                practice.id,
                {
                    "title": f"{{{_latex(practice.title)}}}",
                    "howpublished": _latex(PUBLISHER),
                    "year": _read(practice)[:4],
                    "url": address(practice.id),
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


def ris(practices: Iterable[Practice], address: _Address = _nowhere) -> str:
    """RIS records, UTF-8, lines ended as the format wants them; ``address`` as in ``bibtex``."""
    records: list[str] = []
    for practice in practices:
        records.append(
            _record(
                [
                    ("ID", practice.id),
                    ("TI", practice.title),
                    ("PB", PUBLISHER),
                    ("CY", f"{practice.city}, {practice.country}"),
                    ("PY", _read(practice)[:4]),
                    ("LA", practice.language),
                    ("AB", practice.summary),
                    ("UR", address(practice.id)),
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
        *(f"{name}  - {' '.join(value.split())}" for name, value in fields if value),
        "ER  - ",
    ]
    return "\r\n".join(lines) + "\r\n\r\n"


def _read(practice: Practice) -> str:
    """The day its sources were read last; empty for a draft without one."""
    return max((source.accessed.isoformat() for source in practice.sources), default="")


def _version(practice: Practice) -> str:
    read = _read(practice)
    return f"version {practice.version}" + (f", sources read by {read}" if read else "")
