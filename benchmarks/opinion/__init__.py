"""The opinion engine beside red-dwarf: CPU time, memory, scale-up, held-out votes.

``python -m benchmarks.opinion`` (or ``make bench``) measures and writes ``docs/benchmarks.md``.
Nothing here is imported by Baithak; red-dwarf lives in an environment of its own.
"""
