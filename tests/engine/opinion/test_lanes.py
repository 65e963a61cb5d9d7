"""Vector sums against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from baithak.engine.opinion.lanes import axpy, dot


@njit
def _dot(a, b):
    return dot(a, 3, b, 1, 24)


@njit
def _axpy(y, x, s):
    axpy(y, 2, x, 5, s, 8)


def test_dot_is_the_inner_product_of_two_stretches():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 40)).astype(np.float32)
    assert _dot(a, b) == pytest.approx(float(a[3:27].astype(float) @ b[1:25]), abs=1e-5)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_axpy_adds_to_one_stretch_and_to_nothing_else(kind):
    random = np.random.default_rng(1)
    y, x = random.normal(size=20).astype(kind), random.normal(size=20).astype(np.float32)
    wanted = y.astype(float)
    wanted[2:10] += 0.5 * x[5:13]
    _axpy(y, x, np.float32(0.5))
    assert y == pytest.approx(wanted, abs=1e-6)
    assert y[:2].tolist() == wanted[:2].tolist()
    assert y[10:].tolist() == wanted[10:].tolist()
