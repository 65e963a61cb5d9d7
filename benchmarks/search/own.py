"""The engine's measured process: make documents, build the index, answer, add and remove."""

from __future__ import annotations

import time

from baithak.engine.search import Index
from benchmarks.clock import job, report
from benchmarks.search.data import generated, lexicon
from benchmarks.search.timing import timed


def main() -> None:
    """One run: what the parent wants to know stands in the report."""
    told = job()
    documents = generated(told["count"], told["seed"])
    words = lexicon()
    began = time.process_time()
    index = Index.build(documents, words)
    built = time.process_time() - began

    def answer(query: str, limit: int) -> object:
        return index.search(query, limit=limit)

    first = timed(answer, told["queries"])
    times = timed(answer, told["queries"])
    began = time.process_time()
    for document in documents[:100]:
        index.add(document)
        index.search("peace")
    changed = (time.process_time() - began) / 100
    report(build_cpu=built, first_cpu=first["cpu_each"][0], slowest_first=max(first["cpu_each"]),
           changed_cpu=changed, **times)  # fmt: skip


if __name__ == "__main__":
    main()
