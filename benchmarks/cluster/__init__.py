"""The opinion engine on the workers of a Dask cluster, all on this machine.

``python -m benchmarks.cluster`` measures and writes ``docs/benchmarks-cluster.md``.
"""
