"""The search engine beside SQLite FTS5 and PostgreSQL full text: quality by judged queries, speed.

``python -m benchmarks.search`` (or ``make bench``) measures and writes ``docs/benchmarks-search.md``.
"""
