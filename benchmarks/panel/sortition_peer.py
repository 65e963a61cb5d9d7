"""The peer's side: runs inside sortition-algorithms' own environment, which does not know Baithak."""

from __future__ import annotations

import gurobipy
from sortition_algorithms.committee_generation.leximin import find_distribution_leximin
from sortition_algorithms.features import FeatureValueMinMax, read_in_features
from sortition_algorithms.people import People
from sortition_algorithms.utils import set_random_provider

from benchmarks.clock import capped, job, report, serve
from benchmarks.panel.data import Made, made


def read(pool: Made) -> tuple[dict[str, dict[str, FeatureValueMinMax]], People]:
    """The same pool in the peer's words."""
    rows = [
        {"feature": category, "value": feature, "min": str(low), "max": str(high)}
        for (category, feature), low, high in zip(pool.names, pool.low, pool.high, strict=True)
    ]
    features, _, _ = read_in_features(list(rows[0]), rows)
    people = People(columns_to_keep=[])
    for i, row in enumerate(pool.features):
        people.add(str(i), dict(pool.names[f] for f in row), features, i + 2)
    return features, people


def main() -> None:
    asked = job()
    pool = made(asked)
    features, people = read(pool)
    set_random_provider(asked["seed"])

    def leximin() -> tuple[list[frozenset[str]], list[float], object]:
        gurobipy.setParam("OutputFlag", 0)  # here, because it prints a line about its licence
        gurobipy.setParam("Threads", 1)
        return find_distribution_leximin(features, people, pool.size, [])

    work = capped(leximin, asked["seconds"])
    runs, found = serve(work)
    told: dict[str, object] = {"fingerprint": pool.fingerprint, "finished": found is not None}
    if found is not None:
        committees, weights, _ = found
        chances = dict.fromkeys(people, 0.0)
        for committee, weight in zip(committees, weights, strict=True):
            for person in committee:
                chances[person] += float(weight)
        told |= {"lowest": min(chances.values()), "panels": sum(bool(w > 0) for w in weights)}
    report(runs, **told)


if __name__ == "__main__":
    main()
