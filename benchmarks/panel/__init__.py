"""Lotteries for panels beside sortition-algorithms: CPU time, the lowest chance, pools of a large city.

``python -m benchmarks.panel`` measures and writes ``docs/benchmarks-panel.md``. Nothing here is
imported by Baithak; sortition-algorithms lives in an environment of its own.
"""
