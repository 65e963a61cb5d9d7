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
from baithak.engine.search.normalise import script_of
from baithak.engine.search.tokens import Token, tokenise
from baithak.engine.search.vocabulary import Vocabulary

__all__ = ["MOST_WORDS", "Clause", "expand"]

#: Words of a query beyond these are not looked at.
MOST_WORDS = 24
#: Characters of a query beyond these are not looked at.
MOST_CHARACTERS = 2_000
SPELT = 0.9
SOUNDING = 0.85
OWN = 0.6
CONCEPT = 1.0
INNER = 0.3
ALONE = 0.9
APART = 0.6
RELATED = 0.75
FURTHER = 0.55
LABEL = 1.0
PARTLY = 0.6
LEAST = 0.4
BESIDE = 0.4
#: In a library of what cities did, these say little about what is sought.
WEAK = frozenset(f"glossary:{name}" for name in ("programme", "local", "city", "community"))
SAYS_LITTLE = 0.6


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
    share : float
        What the clause counts beside others, for words that every practice might hold.
    """

    asked: str
    term: str
    words: dict[str, float] = field(default_factory=dict)
    concepts: dict[str, float] = field(default_factory=dict)
    known: bool = True
    share: float = 1.0

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
    clauses = [_clause(token, query, lexicon, vocabulary) for token in tokens]
    _add_phrases(clauses, lexicon)
    _add_labels(clauses, lexicon)
    return clauses, shortened


def _clause(token: Token, query: str, lexicon: Lexicon, vocabulary: Vocabulary) -> Clause:
    clause = Clause(query[token.start : token.end], token.term)
    if token.term in vocabulary:
        clause.words[token.term] = 1.0
        if lexicon.phrases(token.term):  # its meaning is known: no need to go by its sound
            return clause
        others = vocabulary.sounding(token.term)
        if script_of(token.term) != "Latin":  # more likely a word of its own than a name
            others = [(word, OWN * alike) for word, alike in others]
    else:
        clause.known = False
        near = vocabulary.variants(token.term)
        clause.words.update((word, SPELT * alike) for word, alike in near)
        others = vocabulary.sounding(token.term, own_script=not near)
    for word, alike in others:
        clause.words.setdefault(word, SOUNDING * alike)
    return clause


def _add_phrases(clauses: Sequence[Clause], lexicon: Lexicon) -> None:
    """Concepts whose phrase stands in the query: the longest of each word fully, inner ones less.

    The words of a phrase may stand apart or in another order, for a little less.
    """
    spans: list[tuple[tuple[int, ...], str, float]] = []
    longest = [1] * len(clauses)
    for start, clause in enumerate(clauses):
        for word in clause.words:
            for phrase, concepts in lexicon.phrases(word):
                places, likely = _stands(phrase, clauses, start)
                if likely:
                    spans += [(places, concept, likely) for concept in sorted(concepts)]
                    for place in places:
                        longest[place] = max(longest[place], len(places))
    for clause, size in zip(clauses, longest, strict=True):
        if size > 1:  # alone it means less than the phrase it belongs to
            clause.words = {word: ALONE * weight for word, weight in clause.words.items()}
    for places, concept, likely in spans:
        outer = max(longest[place] for place in places) > len(places)
        weight = likely * (INNER if outer else 1.0)
        is_place = concept.startswith(("country:", "city:", "area:"))
        own = CONCEPT if concept.startswith("glossary:") else _label(concept)
        for clause in (clauses[place] for place in places):
            clause.add(concept, weight * own)
            if not outer and concept in WEAK:
                clause.share = SAYS_LITTLE
            for rank, code in enumerate(lexicon.related.get(concept, ())):
                near = 1.0 if is_place else RELATED if not rank else FURTHER
                clause.add(code, weight * near * _label(code))


def _stands(
    phrase: tuple[str, ...], clauses: Sequence[Clause], start: int
) -> tuple[tuple[int, ...], float]:
    """Where the words of a phrase stand, the first at ``start``, and how surely; 0 if they do not."""
    places = [start]
    likely = clauses[start].words[phrase[0]]
    for term in phrase[1:]:
        found = [n for n, c in enumerate(clauses) if n not in places and term in c.words]
        if not found:
            return (), 0.0
        places.append(min(found, key=lambda n: abs(n - places[-1] - 1)))
        likely *= clauses[places[-1]].words[term]
    in_order = places == list(range(start, start + len(phrase)))
    return tuple(places), likely * (1.0 if in_order else APART)


def _label(concept: str) -> float:
    """Who led and how well it is known describe a practice less than what it is about."""
    return BESIDE if concept.startswith(("lead:", "evidence:")) else LABEL


def _add_labels(clauses: Sequence[Clause], lexicon: Lexicon) -> None:
    """Taxonomy codes that the query describes: much of it stands in their label or definition."""
    told: dict[str, float] = {}
    helped: dict[str, list[tuple[Clause, float]]] = {}
    rarest = max(lexicon.rarity.values(), default=1.0)
    whole = 0.0
    for clause in clauses:
        features = [
            *clause.words.items(),
            *((f"#{name}", weight) for name, weight in clause.concepts.items()),
        ]
        known = [lexicon.rarity[feature] for feature, _ in features if feature in lexicon.rarity]
        rare = min(known, default=rarest)
        whole += rare
        best: dict[str, float] = {}
        for feature, weight in features:
            for concept, share in lexicon.shares.get(feature, {}).items():
                best[concept] = max(best.get(concept, 0.0), weight * share)
        for concept, share in best.items():
            told[concept] = told.get(concept, 0.0) + share
            helped.setdefault(concept, []).append((clause, rare))
    for concept, share in told.items():
        asked = sum(rare for _, rare in helped[concept]) / whole
        strength = asked * (0.5 + 0.5 * min(1.0, share))
        if strength >= LEAST:
            for clause, _ in helped[concept]:
                clause.add(concept, PARTLY * strength * _label(concept))
