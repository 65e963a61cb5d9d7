"""Citations that other programs read: every practice, every source, no broken sign."""

from __future__ import annotations

import re
from datetime import date

from baithak.exchange.citations import bibtex, ris
from baithak.exchange.records import Source
from factories.practices import SUNRISE, changed


def test_bibtex_of_one_practice():
    told = changed(
        sources=(
            Source("https://a.example/x_y?a=1%20", "100% of A & B_C", "P#1", date(2026, 1, 2)),
        )
    )
    assert bibtex([told], "https://hub.example/exchange/{}".format) == (
        "@misc{colombo-sunrise-walks,\n"
        "  title = {{Neighbours walk together at sunrise}},\n"
        "  howpublished = {Baithak practice library},\n"
        "  year = {2026},\n"
        "  url = {https://hub.example/exchange/colombo-sunrise-walks},\n"
        "  language = {en},\n"
        "  note = {Colombo, LK; version 1, sources read by 2026-01-02}\n"
        "}\n\n"
        "@misc{colombo-sunrise-walks-source-1,\n"
        "  title = {{100\\% of A \\& B\\_C}},\n"
        "  publisher = {{P\\#1}},\n"
        "  url = {https://a.example/x_y?a=1%20},\n"
        "  urldate = {2026-01-02}\n"
        "}\n"
    )  # fmt: skip


def test_bibtex_of_the_library_is_balanced(shipped):
    text = bibtex(shipped.practices)
    sources = sum(len(p.sources) for p in shipped.practices)
    assert len(re.findall(r"^@misc\{", text, re.M)) == 153 + sources
    keys = re.findall(r"^@misc\{([a-z0-9-]+),$", text, re.M)
    assert len(set(keys)) == 153 + sources
    assert text.count("{") == text.count("}")


def test_bibtex_keeps_strange_signs_apart():
    told = bibtex([changed(title=r"{a} \b ~c ^d $e")])
    assert (
        r"\textbraceleft{}a\textbraceright{} \textbackslash{}b \textasciitilde{}c "
        r"\textasciicircum{}d \$e"
    ) in told


def test_ris_of_one_practice():
    lines = ris([SUNRISE], "https://hub.example/{}".format).split("\r\n")
    assert lines[0] == "TY  - ELEC"
    assert "TI  - Neighbours walk together at sunrise" in lines
    assert "UR  - https://hub.example/colombo-sunrise-walks" in lines
    assert "UR  - https://council.example/walks" in lines
    assert "Y2  - 2026/11/01/" in lines
    assert lines.count("ER  - ") == 3
    assert "UR  - https://hub.example/colombo-sunrise-walks" not in ris([SUNRISE])


def test_ris_of_the_library_has_one_tag_on_every_line(shipped):
    text = ris(shipped.practices)
    records = text.split("\r\n\r\n")[:-1]
    assert len(records) == 153 + sum(len(p.sources) for p in shipped.practices)
    for record in records:
        lines = record.split("\r\n")
        assert (lines[0], lines[-1]) == ("TY  - ELEC", "ER  - ")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)


def test_a_draft_without_a_source_is_cited_without_a_year():
    bare = changed(sources=())
    assert "year" not in bibtex([bare])
    assert "N1  - version 1\r\n" in ris([bare])


def test_nothing_gives_nothing():
    assert bibtex([]) == ris([]) == ""
