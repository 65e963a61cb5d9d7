"""What a query means: for each of its words, everything in the index that would answer it.

A clause is one word of the query with its alternatives: the word itself, words spelt or sounding
nearly alike where nobody knows it, concepts of the glossary, places, taxonomy codes named by their labels,
codes that a concept stands close to. A document answers a clause as well as its best alternative does
(alternatives never add up), so expansion widens a query without drowning it.

Paper: A. Pirkola (1998), SIGIR, for clauses of alternatives ("structured queries").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from baithak.engine.search.lexicon import Lexicon
from baithak.engine.search.tokens import Token, tokenise
from baithak.engine.search.vocabulary import Vocabulary

__all__ = ["MOST_WORDS", "Clause", "expand"]

#: Words of a query beyond these are not looked at.
MOST_WORDS = 24
#: Characters of a query beyond these are not looked at.
MOST_CHARACTERS = 2_000
SPELT = 0.9
SOUNDING = 0.85
CONCEPT = 0.95
INNER = 0.5
RELATED = 0.75
LABEL = 1.0
PARTLY = 0.7
LEAST_SHARE = 0.3


@dataclass(slots=True)
class Clause:
    """One word of the query.

    Parameters
    ----------
    asked : str
        As it was typed.
    term : str
        As it is indexed.
    words : dict of str to float
        Terms that answer it, with the weight of each.
    concepts : dict of str to float
        Concepts that answer it (without the ``#``), with the weight of each.
    known : bool
        Whether the word itself is known; otherwise ``words`` holds what was put in its place.
    """

    asked: str
    term: str
    words: dict[str, float] = field(default_factory=dict)
    concepts: dict[str, float] = field(default_factory=dict)
    known: bool = True

    def add(self, concept: str, weight: float) -> None:
        """A concept, unless it is there with more weight."""
        if weight > self.concepts.get(concept, 0.0):
            self.concepts[concept] = weight


def expand(query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> tuple[list[Clause], bool]:
    """The clauses of a query, and whether it had to be shortened.

    Examples
    --------
    >>> lexicon = Lexicon()
    >>> vocabulary = Vocabulary(lexicon.terms)
    >>> clauses, shortened = expand("வதந்திகளை", lexicon, vocabulary)
    >>> sorted(clauses[0].concepts)
    ['challenge:rumours_misinformation', 'glossary:rumour']
    >>> expand("the of 🙂", lexicon, vocabulary)
    ([], False)
    """
    shortened = len(query) > MOST_CHARACTERS
    query = query[:MOST_CHARACTERS]
    tokens: list[Token] = []
    seen: set[str] = set()
    for token in tokenise(query):
        if token.term in seen:
            continue
        if len(tokens) == MOST_WORDS:
            shortened = True
            break
        seen.add(token.term)
        tokens.append(token)
    clauses = [_clause(token, query, vocabulary) for token in tokens]
    _add_phrases(clauses, lexicon)
    _add_labels(clauses, lexicon)
    return clauses, shortened


def _clause(token: Token, query: str, vocabulary: Vocabulary) -> Clause:
    clause = Clause(query[token.start : token.end], token.term)
    if token.term in vocabulary:
        clause.words[token.term] = 1.0
        others = vocabulary.sounding(token.term)
    else:
        clause.known = False
        near = vocabulary.variants(token.term)
        clause.words.update((word, SPELT * alike) for word, alike in near)
        others = vocabulary.sounding(token.term, own_script=not near)
    for word, alike in others:
        clause.words.setdefault(word, SOUNDING * alike)
    return clause


def _add_phrases(clauses: Sequence[Clause], lexicon: Lexicon) -> None:
    """Concepts whose phrase stands in the query: the longest at each place fully, inner ones less."""
    covered = [0] * len(clauses)
    spans: list[tuple[int, int, str, float]] = []
    for start, clause in enumerate(clauses):
        for word in clause.words:
            for phrase, concepts in lexicon.phrases(word):
                likely = _stands(phrase, clauses[start:])
                if likely:
                    end = start + len(phrase)
                    spans += [(start, end, concept, likely) for concept in sorted(concepts)]
                    for place in range(start, end):
                        covered[place] = max(covered[place], len(phrase))
    for start, end, concept, likely in spans:
        outer = max(covered[start:end]) > end - start
        weight = likely * (INNER if outer else 1.0)
        place = concept.startswith(("country:", "city:", "area:"))
        for clause in clauses[start:end]:
            clause.add(concept, weight * (CONCEPT if concept.startswith("glossary:") else LABEL))
            for code in lexicon.related.get(concept, ()):
                clause.add(code, weight * (1.0 if place else RELATED))


def _stands(phrase: tuple[str, ...], clauses: Sequence[Clause]) -> float:
    """How surely a phrase stands at the beginning of clauses; 0 where it does not."""
    if len(phrase) > len(clauses):
        return 0.0
    likely = 1.0
    for term, clause in zip(phrase, clauses, strict=False):
        likely *= clause.words.get(term, 0.0)
    return likely


def _add_labels(clauses: Sequence[Clause], lexicon: Lexicon) -> None:
    """Taxonomy codes of whose label or definition the query holds a good part."""
    told: dict[str, float] = {}
    helped: dict[str, list[Clause]] = {}
    for clause in clauses:
        best: dict[str, float] = {}
        for word, weight in clause.words.items():
            for concept, share in lexicon.shares.get(word, {}).items():
                best[concept] = max(best.get(concept, 0.0), weight * share)
        for concept, share in best.items():
            told[concept] = told.get(concept, 0.0) + share
            helped.setdefault(concept, []).append(clause)
    for concept, share in told.items():
        if share >= LEAST_SHARE:
            for clause in helped[concept]:
                clause.add(concept, PARTLY * min(1.0, share))
