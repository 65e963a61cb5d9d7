"""Counts of budgets beside pabutools: CPU time, the same winners, a city of a million voters.

``python -m benchmarks.budget`` measures and writes ``docs/benchmarks-budget.md``. Nothing here is
imported by Baithak; pabutools lives in an environment of its own.
"""
