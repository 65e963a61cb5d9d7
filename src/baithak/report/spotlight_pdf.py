"""A spotlight as a PDF: A4, letters inside, readable aloud, the same bytes every time.

Set by Typst from ``spotlight.typ``. Texts reach it as data, never as markup, so that nothing in
them can be a command.
"""

from __future__ import annotations

import json
from typing import Any

from baithak.report.opinion_pdf import HERE, head, missing_letters
from baithak.report.spotlight import (
    Block,
    Cited,
    Fact,
    Paragraph,
    Points,
    Spotlight,
    Tags,
    Text,
    first_mark,
    link,
    phrase,
)
from baithak.report.words import words

__all__ = ["spotlight_pdf"]


def N_(text: str) -> str:  # noqa: N802  (what translators' tools look for)
    """Marks a sentence of the catalogue."""
    return text


MISSING = N_("Some letters cannot be printed on this machine. The Word file has them all.")


def spotlight_pdf(spotlight: Spotlight) -> bytes:
    """The spotlight as PDF/UA-1.

    Where a text holds letters that the bundled fonts do not have, the fonts of the machine are
    asked; if these do not have them either, the paper says that letters are missing.
    """
    import typst  # costs a tenth of a second: only when a paper is made

    told = _told(spotlight)
    own = not missing_letters("".join(text.printable for text in spotlight.texts()))
    try:
        return _set(told, own_fonts=own)
    except typst.TypstError:
        # A paper with gaps that says so is better than none; it cannot be called accessible.
        told["notes"].append(_text(phrase(MISSING, spotlight.language)))
        return _set(told, own_fonts=False, readable=False)


def _set(told: dict[str, Any], *, own_fonts: bool, readable: bool = True) -> bytes:
    import typst

    compiler = typst.Compiler(
        str(HERE / "spotlight.typ"),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=own_fonts,
        sys_inputs={"spotlight": json.dumps(told, ensure_ascii=False, sort_keys=True)},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"] if readable else [])
    assert isinstance(made, bytes)
    return made


def _told(spotlight: Spotlight) -> dict[str, Any]:
    return {
        **head(words(spotlight.language)),
        "separator": spotlight.separator,
        "kind": _text(spotlight.kind),
        "title": _heading(spotlight.title),
        "original": _text(spotlight.original) if spotlight.original else None,
        "place": _text(spotlight.place),
        "facts": [_block(fact) for fact in spotlight.facts],
        "notes": [_text(note) for note in spotlight.notes],
        "marks": [_text(mark) for mark in spotlight.marks],
        "footer": [_text(line) for line in spotlight.footer],
        "sections": [
            {
                "heading": _heading(section.heading),
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in spotlight.sections
        ],
    }


def _heading(text: Text) -> dict[str, Any]:
    """A heading must hold something for those who hear the paper."""
    return _text(text if text.printable.strip() else Text("–"))


def _text(text: Text) -> dict[str, Any]:
    return {
        **head(words(text.language or "en")),
        "text": text.printable,
        "language": text.language.split("-")[0] or "und",
        "direction": text.direction,
        "mark": Text(text.mark).printable,
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": _text(text), "mark": Text(text.mark).printable}
        case Points(items):
            return {"kind": "points", "items": list(map(_text, items)), "mark": first_mark(items)}
        case Tags(items):
            return {"kind": "tags", "items": list(map(_text, items))}
        case Fact(name, values):
            return {
                "kind": "fact",
                "name": _text(name),
                "values": list(map(_text, values)),
                "mark": first_mark(values),
            }
        case Cited(title, url, about):
            return {
                "kind": "cited",
                "title": _text(title),
                "url": _text(Text(url)),
                "link": link(url),
                "about": list(map(_text, about)),
            }
