"""Whatever is typed, the answer is calm: no error, no result out of bounds, a note where one is due."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.search import Document, Index, Text

INDEX = Index.build(
    [
        Document("a", "Peace committees", (Text("summary", "Residents & police keep the peace."),)),
        Document("b", "শান্তি কমিটি", (Text("summary", "পুলিশ ও বাসিন্দারা।", "bn"),), "bn"),
    ]
)
EMPTY = Index.build([])

NO_WORDS = ["🙂", "🙂👍🏽🇱🇰", "???", "--", "the of and", "और का की", "\u200d\u200c", "।॥", "‏‎"]
CALM = [
    "peace " * 2_000,
    "ශාන්ති" * 2_000,
    "x" * 10_000,
    "\u0301" * 500,
    "'; DROP TABLE practices; --",
    '" OR 1=1 --',
    "peace* NEAR(committee) AND NOT",
    "peace\x00committee\r\n\t",
    "\ud800peace",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%s %(name)s {0} {{",
    "a" * 63 + "é" * 200,
    "1" * 400,
    "\x00\x01\x1b[31m",
    "\u202epeace\u202c",
]


@pytest.mark.parametrize("query", NO_WORDS)
def test_no_word_no_result_and_it_is_said(query):
    found = INDEX.search(query)
    assert found.hits == ()
    assert found.total == 0
    assert [note.code for note in found.notes] == ["query.no_words"]


@pytest.mark.parametrize("query", CALM)
@pytest.mark.parametrize("index", [INDEX, EMPTY], ids=["two", "none"])
def test_odd_queries_are_answered(index, query):
    found = index.search(query)
    assert found.total >= len(found.hits)


def test_a_long_query_is_shortened_and_it_is_said():
    found = INDEX.search("peace " * 2_000)
    assert [note.code for note in found.notes] == ["query.shortened"]
    assert found.hits[0].id == "a"
    many = " ".join(f"word{n}" for n in range(60))
    assert [note.plain() for note in INDEX.search(many).notes] == [
        {"code": "query.shortened", "most": "24"}
    ]


@pytest.mark.parametrize("query", ["", " ", "\n\t", "\u3000"])
def test_a_blank_query_shows_everything(query):
    assert [hit.id for hit in INDEX.search(query).hits] == ["a", "b"]
    assert EMPTY.search(query).hits == ()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text("peacে শান্তিකअमनامن'\"\\ *()", max_size=40))
def test_any_text_is_answered_within_bounds(query):
    found = INDEX.search(query)
    for hit in found.hits:
        assert 0.0 <= hit.score <= 1.0001
        last = 0
        for start, end in hit.snippet.marks:
            assert last <= start < end <= len(hit.snippet.text)
            last = end
        hit.snippet.marked()
