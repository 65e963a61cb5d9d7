"""Compile every kernel of the engine once, so that the first real map does not wait for it.

``python -m baithak.engine.warm`` runs a small made-up conversation through every public
computation. numba keeps the machine code beside the modules; later processes only load it. It has
to be run again after the engine's source changes (``make`` does).
"""

from __future__ import annotations

import time
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from baithak.engine.opinion.classic import classic
from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["small_conversation", "warm"]


def small_conversation(seed: int = 0) -> VoteMatrix:
    """Sixty made-up people in two camps on 120 statements: enough to reach every kernel.

    More than ``pca.DIRECT`` statements, or the iterative solver would stay uncompiled.
    """
    random = np.random.default_rng(seed)
    camp, tilt = random.choice([-1.0, 1.0], 60), random.normal(size=120)
    people, subjects = np.nonzero(random.random((60, 120)) < 0.3)
    lean = camp[people] * tilt[subjects] + random.normal(scale=0.7, size=len(people))
    return VoteMatrix.from_arrays(
        people,
        subjects,
        np.where(np.abs(lean) < 0.3, 0, np.sign(lean)).astype(np.int8),
        channels={str(person): "token" for person in range(40)},
    )


def warm() -> float:
    """Run everything once; returns the seconds it took."""
    start = time.perf_counter()
    votes = small_conversation()
    votes.transposed()
    classic(votes)
    if find_spec("baithak.engine.opinion.map"):
        opinion_map = import_module("baithak.engine.opinion.map").opinion_map
        for method in ("baithak", "polis"):
            opinion_map(votes, method=method, people=True)
    if find_spec("baithak.engine.opinion.evaluate"):
        import_module("baithak.engine.opinion.evaluate").evaluate(votes)
    return time.perf_counter() - start


if __name__ == "__main__":
    print(f"The engine's kernels are compiled ({warm():.1f} s).")
