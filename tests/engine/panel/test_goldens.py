"""Every published pool: the chances that an independent program reached, panels checked one by one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from baithak.engine.panel.check import bound_of, check_panels, counts_of
from baithak.engine.panel.lottery import lottery
from baithak.engine.panel.pool import Pool, Quotas
from baithak.engine.panel.readers import read_pool, read_quotas
from baithak.engine.panel.statistics import statistics

M = 1000
INSTANCES = [
    "example_small_20",
    "example_large_200",
    "synth_n400_k40_c6",
    "synth_n400_k40_c6 household",
    "synth_n2000_k150_c8",
    "synth_n2000_k150_c8 household",
    pytest.param("synth_n20000_k200_c8", marks=pytest.mark.slow),
]


def expected(data) -> dict[str, dict]:
    return json.loads(Path(data("panels/expected.json")).read_text(encoding="utf-8"))


def read(data, name: str, *, household: bool) -> tuple[Pool, Quotas]:
    folder = data("panels") / name.partition(" ")[0]
    quotas = read_quotas(folder / "categories.csv")
    columns = ["household"] if household else []
    return read_pool(folder / "respondents.csv", quotas, household=columns), quotas


@pytest.mark.parametrize("name", INSTANCES)
def test_a_published_pool(data, name):
    wanted = expected(data)[name]
    size, household = wanted["size"], wanted["household"]
    pool, quotas = read(data, name, household=household)
    told = lottery(pool, quotas, size, panels=M, household=household)

    assert told.panels.shape == (M, size)
    check_panels(told.panels, pool, quotas, size, household=household)
    assert counts_of(told.panels, pool.n).tolist() == told.counts.tolist()
    assert told.excluded == ()
    assert told.types == wanted["types"]

    # No lottery can do better, and this list does as well as M equally likely panels can.
    assert told.certificate is not None
    proven = bound_of(told.certificate, pool, quotas, size, household=household)
    assert told.bound == float(proven)
    assert told.bound == pytest.approx(wanted["leximin_min"], abs=1e-9)
    assert told.counts.min() > M * wanted["leximin_min"] - 1 - 1e-6
    assert told.certified
    assert told.gap == pytest.approx(told.bound - told.counts.min() / M, abs=1e-12)

    # The whole order of chances is leximin's, not only its lowest.
    exact = _of(told.ideal)
    assert exact[0] == pytest.approx(wanted["gini"], abs=1e-5)
    assert exact[1] == pytest.approx(wanted["geometric_mean"], abs=1e-5)
    assert told.ideal.min() == pytest.approx(wanted["leximin_min"], abs=1e-8)
    assert told.ideal.sum() == pytest.approx(size, abs=1e-5)
    assert np.abs(told.probabilities - told.ideal).max() < 1 / M + 1e-6
    listed = statistics(told)
    assert listed.people == pool.n
    assert listed.gini == pytest.approx(wanted["gini"], abs=0.005)
    assert listed.geometric_mean == pytest.approx(wanted["geometric_mean"], abs=0.001)


def test_every_instance_is_asked(data):
    asked = {getattr(one, "values", (one,))[0] for one in INSTANCES}
    assert asked == set(expected(data))


def _of(chances) -> tuple[float, float]:
    """Gini coefficient, as twice the area above the Lorenz curve, and geometric mean."""
    ordered = np.sort(chances)
    shares = np.cumsum(ordered) / ordered.sum()
    gini = 1 - (2 * shares.sum() - 1) / len(chances)
    return gini, float(np.prod(chances ** (1 / len(chances))))
