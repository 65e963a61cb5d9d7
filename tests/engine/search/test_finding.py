"""Documents are found across languages, slips and scripts; counted, filtered, explained; come and go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baithak.engine.errors import EngineError
from baithak.engine.search import Document, Entry, Index, Lexicon, Text

TAXONOMY = (
    Entry(
        "challenge",
        "rumours_misinformation",
        {"en": "Rumours, mis- and disinformation", "ta": "வதந்திகளும் தவறான தகவல்களும்"},
        {"en": "False or unverified messages that inflame tension or trigger violence."},
    ),
    Entry("challenge", "caste_discrimination", {"en": "Caste-based discrimination"}),
    Entry("approach", "peace_committee", {"en": "Peace or harmony committee"}),
    Entry("approach", "sport_for_peace", {"en": "Sport for peace"}),
)


def document(name: str, title: str, summary: str = "", **more) -> Document:
    facets = {k: v for k, v in more.items() if k in ("challenge", "approach", "year", "country")}
    city, country = more.get("city", ""), more.get("country", ("",))[0]
    texts = (Text("title", title, "en"), Text("summary", summary, "en"), *more.get("texts", ()))
    return Document(name, title, texts, "en", facets, city, country)


LIBRARY = [
    document(
        "bilbao", "Anti-rumour agents", "Residents are trained to answer rumours about migrants.",
        challenge=("rumours_misinformation",), country=("ES",), city="Bilbao", year=("2013",),
    ),
    document(
        "delhi", "Aman committees in mixed neighbourhoods",
        "Police and residents of several faiths keep the peace before each festival.",
        approach=("peace_committee",), country=("IN",), city="Delhi", year=("1980",),
    ),
    document(
        "mumbai", "Cricket teams of officers and residents", "Matches build trust.",
        approach=("sport_for_peace",), country=("IN",), city="Mumbai",
    ),
    document(
        "madurai", "Award for a village where everybody may use the well",
        "A yearly prize for villages free of untouchability.",
        challenge=("caste_discrimination",), country=("IN",), city="Madurai", year=("2012",),
    ),
    document(
        "khulna", "শান্তিপূর্ণ নির্বাচন", "A month of events for a calm vote.",
        country=("BD",), city="Khulna", year=("2018",),
        texts=(Text("summary", "নির্বাচনের আগে প্রার্থী ও নাগরিকদের আলোচনা।", "bn"),),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def index():
    return Index.build(LIBRARY, Lexicon(TAXONOMY))


ASKED = [
    ("rumours", "bilbao"),
    ("rumor", "bilbao"),
    ("gossip", "bilbao"),
    ("গুজব", "bilbao"),
    ("अफवाहें", "bilbao"),
    ("افواہوں کی روک تھام", "bilbao"),
    ("வதந்திகளைத் தடுப்பது", "bilbao"),
    ("කටකතා", "bilbao"),
    ("ދޮގު ޚަބަރު", "bilbao"),
    ("हल्ला", "bilbao"),
    ("aman committee", "delhi"),
    ("अमन कमेटी", "delhi"),
    ("امن کمیٹی", "delhi"),
    ("aman comittee", "delhi"),
    ("শান্তি কমিটি", "delhi"),
    ("دہلی", "delhi"),
    ("டெல்லி", "delhi"),
    ("ක්‍රිකට්", "mumbai"),
    ("ކްރިކެޓް", "mumbai"),
    ("crickett", "mumbai"),
    ("छुवाछूत", "madurai"),
    ("தீண்டாமை", "madurai"),
    ("chhuachhoot", "madurai"),
    ("peaceful election", "khulna"),
    ("शान्तिपूर्ण निर्वाचन", "khulna"),
    ("nirbachon", "khulna"),
    ("2018", "khulna"),
    ("Bangladesh", "khulna"),
    ("ބަންގްލަދޭޝް", "khulna"),
    ("Spain rumours", "bilbao"),
]


@pytest.mark.parametrize(("query", "wanted"), ASKED)
def test_found_first(index, query, wanted):
    found = index.search(query)
    assert found.hits, query
    assert found.hits[0].id == wanted


@pytest.mark.parametrize("query", ["গুজব", "தீண்டாமை", "دہلی", "ක්‍රිකට්"])
def test_without_the_glossary_other_languages_find_nothing(query):
    """The control: it is the lexicon that makes the languages meet."""
    bare = Index.build(LIBRARY, Lexicon(built_in=False))
    assert bare.search(query).hits == ()


def test_reasons_are_codes_with_what_their_sentences_need(index):
    hit = index.search("வதந்திகள் ஸ்பெயின்").hits[0]
    told = [reason.plain() for reason in hit.why]
    assert {"code": "why.field", "field": "title"} in told
    assert {"code": "why.concept", "concept": "rumour"} in told
    assert {"code": "why.label", "facet": "challenge", "value": "rumours_misinformation"} in told
    assert {"code": "why.place", "place": "country:ES"} in told


def test_a_slip_is_told(index):
    hit = index.search("crickett").hits[0]
    assert {"code": "why.close", "asked": "crickett", "found": "cricket"} in [
        reason.plain() for reason in hit.why
    ]


def test_the_snippet_shows_the_words_that_were_found(index):
    snippet = index.search("trained residents").hits[0].snippet
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["Residents", "trained"]
    assert snippet.marked("<", ">").startswith("<Residents> are <trained> to answer")


def test_the_snippet_speaks_the_readers_language(index):
    assert index.search("election", language="bn").hits[0].snippet.language == "bn"
    assert index.search("election").hits[0].snippet.language == "en"
    assert index.search("নির্বাচন").hits[0].snippet.language == "bn"


def test_a_long_text_is_cut_around_the_match():
    text = "Nothing here. " * 40 + "At last a mediator came. " + "Nothing more. " * 40
    index = Index.build([document("long", "Long", text)])
    snippet = index.search("mediator").hits[0].snippet
    assert len(snippet.text) <= 250
    assert "mediator" in snippet.text
    assert snippet.text.startswith("… ")
    assert snippet.text.endswith(" …")


def test_facets_count_what_matches_and_filters_narrow(index):
    everything = index.search("", limit=9)
    assert [hit.id for hit in everything.hits] == ["bilbao", "delhi", "khulna", "madurai", "mumbai"]
    assert everything.facets["country"] == {"IN": 3, "BD": 1, "ES": 1}
    india = index.search("", filters={"country": ["IN"]})
    assert {hit.id for hit in india.hits} == {"delhi", "madurai", "mumbai"}
    assert india.total == 3
    # Its own facet is counted as without it: what another choice would bring.
    assert india.facets["country"] == {"IN": 3, "BD": 1, "ES": 1}
    assert india.facets["approach"] == {"peace_committee": 1, "sport_for_peace": 1}
    both = index.search("", filters={"country": ["IN", "ES"], "year": ["2012", "2013"]})
    assert {hit.id for hit in both.hits} == {"bilbao", "madurai"}
    assert index.search("", filters={"country": ["ZZ"]}).total == 0
    assert index.search("rumours", filters={"country": ["IN"]}).hits == ()


def test_a_translation_does_not_count_twice():
    once = document("once", "Peace committee", "They meet.")
    twice = replace(once, id="twice", texts=(*once.texts, Text("title", "அமைதிக் குழு", "ta")))
    found = Index.build([twice, once]).search("शांति समिति")
    assert found.hits[0].score == pytest.approx(found.hits[1].score)


def test_a_translated_document_does_not_hide_those_that_are_not():
    """A word nobody translated must not drown what the query's other words mean."""
    plain = document("plain", "Mediation of land disputes", "Mediators settle land disputes.")
    other = document("other", "Music", "Songs.", texts=(Text("summary", "வெறும் சொற்கள்", "ta"),))
    crowd = [document(f"d{n}", "Something else", "Nothing of the kind.") for n in range(20)]
    found = Index.build([other, plain, *crowd]).search("நிலத் தகராறு வெறும்")
    assert found.hits[0].id == "plain"


def test_two_documents_of_one_id_are_refused():
    with pytest.raises(EngineError) as error:
        Index.build([LIBRARY[0], LIBRARY[0]])
    assert error.value.code == "search.twice"


def test_what_is_not_there_cannot_be_removed_and_nothing_cannot_be_shown(index):
    with pytest.raises(EngineError) as error:
        Index.build(LIBRARY).remove("nobody")
    assert (error.value.code, error.value.params) == ("search.unknown", {"value": "nobody"})
    with pytest.raises(EngineError) as error:
        index.search("peace", limit=0)
    assert error.value.code == "search.limit"


def told(index: Index) -> list:
    return [
        (
            [(hit.id, round(hit.score, 5)) for hit in found.hits],
            found.total,
            {f: dict(sorted(c.items())) for f, c in found.facets.items() if c},
        )
        for found in (
            index.search(query, limit=9)
            for query in ("peace committee", "গুজব", "residents well", "comittee", "", "2012")
        )
    ]


LEXICON = Lexicon(TAXONOMY)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "ask"]), st.integers(0, 4)), max_size=25)
)
def test_an_index_grown_one_by_one_is_the_one_built_at_once(steps):
    index = Index(LEXICON)
    held: dict[str, Document] = {}
    for act, number in steps:
        chosen = LIBRARY[number]
        if act == "add":
            index.add(chosen)
            held.pop(chosen.id, None)
            held[chosen.id] = chosen
        elif act == "remove" and chosen.id in held:
            index.remove(chosen.id)
            del held[chosen.id]
        elif act == "ask":
            index.search("peace")
    assert len(index) == len(held)
    assert told(index) == told(Index.build(held.values(), LEXICON))


def test_many_changes_are_tidied_up_without_a_trace():
    index = Index.build(LIBRARY, LEXICON)
    for turn in range(700):
        index.add(LIBRARY[turn % 5])
        if turn % 3 == 0:
            index.search("peace")
    for chosen in LIBRARY:
        index.add(chosen)
    assert told(index) == told(Index.build(LIBRARY, LEXICON))
    assert len(index._segments) <= 9
    assert len(index._documents) < 900
