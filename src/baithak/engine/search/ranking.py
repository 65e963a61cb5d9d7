"""How well documents answer a query: BM25F over clauses, and how much of the query is answered.

The score of a document is the sum over the clauses of rarity times the best alternative's impact,
times the share of the query (rare words count more) that the document answers at all, and divided by
what a perfect document would get. Rarity is that of the clause as a whole: a rare misspelling does not
make its word rare.

Papers: S. Robertson, H. Zaragoza (2009), "The probabilistic relevance framework: BM25 and beyond",
Foundations and Trends in IR 3(4); A. Pirkola (1998), SIGIR.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baithak.engine.search.expansion import Clause
from baithak.engine.search.normalise import script_of
from baithak.engine.search.postings import Segment
from baithak.engine.search.vocabulary import Vocabulary

__all__ = ["MATCH", "best", "rarity", "reach", "score"]

Floats = NDArray[np.float32]

#: A document matches if it answers this share of what the best document answers.
MATCH = 0.2
#: How much of an alternative's impact counts as having answered the clause.
HALF = 0.3


def rarity(documents: float, of: int) -> float:
    """The weight of a clause that ``documents`` of ``of`` documents answer (BM25's idf).

    Examples
    --------
    >>> rarity(1, 1000) > rarity(500, 1000) > rarity(1000, 1000) > 0
    True
    """
    return float(np.log1p((of - documents + 0.5) / (documents + 0.5)))


def score(
    clauses: Sequence[Clause],
    segments: Sequence[Segment],
    alive: Sequence[NDArray[np.bool_]],
    vocabulary: Vocabulary,
) -> tuple[Floats, Floats, list[float]]:
    """Score every document.

    Parameters
    ----------
    clauses : sequence of Clause
    segments, alive
        The index: its segments, and for each which of its documents have not been removed.
    vocabulary : Vocabulary
        Numbers of the terms.

    Returns
    -------
    scores, answered : float32 [documents of all segments]
        Score, 0 to 1, and the share of the query that is answered; 0 for removed documents.
    weights : list of float
        Rarity of each clause.
    """
    living = np.concatenate(list(alive)) if alive else np.zeros(0, dtype=np.bool_)
    total = len(living)
    remaining = int(np.count_nonzero(living))
    scores = np.zeros(total, dtype=np.float32)
    answered = np.zeros(total, dtype=np.float32)
    weights: list[float] = []
    for clause in clauses:
        found = _answers(clause, segments, total, vocabulary)
        if remaining < total:
            found *= living
        most = float(found.max(initial=0.0))
        # Documents that answer half as well count half: weak alternatives do not make a word common.
        count = float(found.sum()) / most if most else 0.0
        weight = clause.share * rarity(count, max(remaining, 1))
        meant = max(clause.concepts.values(), default=0.0)
        weight *= max(meant, reach(clause, segments, max(remaining, 1), vocabulary))
        weights.append(weight)
        if most:
            scores += np.float32(weight) * found
            answered += np.float32(weight) * (found / (found + np.float32(HALF)))
    whole = np.float32(sum(weights) or 1.0)
    answered *= np.float32(1.0 + HALF) / whole
    scores *= answered
    scores /= whole
    return scores, answered, weights


def reach(
    clause: Clause, segments: Sequence[Segment], documents: int, vocabulary: Vocabulary
) -> float:
    """Share of the documents that hold any text in the script of a clause's words.

    A word without a concept can only be found in them; where they are few, it would tell translated
    documents from others rather than fitting ones, and so it weighs less.
    """
    told = 0
    for script in {script_of(clause.term)} if clause.known else set(map(script_of, clause.words)):
        number = vocabulary.find(f"#script:{script}")
        if number is not None:
            told = max(told, sum(len(s.postings(number)[0]) for s in segments))
    return min(1.0, told / documents)


def _answers(
    clause: Clause, segments: Sequence[Segment], total: int, vocabulary: Vocabulary
) -> Floats:
    """How well each document answers one clause: its best alternative."""
    found = np.zeros(total, dtype=np.float32)
    alternatives = [
        *clause.words.items(),
        *((f"#{concept}", weight) for concept, weight in clause.concepts.items()),
    ]
    numbers = [(vocabulary.find(term), weight) for term, weight in alternatives]
    offset = 0
    for segment in segments:
        part = found[offset : offset + segment.size]
        for number, weight in numbers:
            if number is None:
                continue
            documents, impacts = segment.postings(number)
            if len(documents):
                part[documents] = np.maximum(part[documents], np.float32(weight) * impacts)
        offset += segment.size
    return found


def best(scores: Floats, matching: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Numbers of the best matching documents, best first; ties in order of their numbers.

    Examples
    --------
    >>> scores = np.array([0.1, 0.5, 0.3, 0.5], dtype=np.float32)
    >>> best(scores, scores > 0.2, 2).tolist()
    [1, 3]
    """
    numbers = np.flatnonzero(matching)
    if len(numbers) > 4 * most:
        worst = np.partition(scores[numbers], len(numbers) - most)[len(numbers) - most]
        numbers = numbers[scores[numbers] >= worst]
    return numbers[np.argsort(-scores[numbers], kind="stable")][:most]
