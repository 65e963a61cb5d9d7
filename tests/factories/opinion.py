"""Opinion maps for tests: simulated people in camps, with counts and intervals that fit together."""

from __future__ import annotations

import numpy as np

from baithak.engine.opinion.results import (
    Axis,
    Defence,
    Group,
    GroupView,
    Interval,
    OpinionMap,
    Person,
    Polarisation,
    StatementResult,
    Weights,
)

TEXTS = (
    "Parks should stay open until ten at night.",
    "Night buses for women are worth the cost.",
    "Loudspeakers should be off after nine in the evening.",
    "Every ward should have a youth centre.",
    "The market road should be closed to cars on Fridays.",
    "Schools should teach the languages of all neighbours.",
    "The city should publish what each festival costs.",
    "More street lights make the harbour lanes safer.",
)


def _interval(part: int, whole: int) -> Interval:
    """A shrunken share and a rough 80 % interval."""
    value = (part + 1) / (whole + 2)
    half = 1.28 * (value * (1 - value) / (whole + 3)) ** 0.5
    return Interval(value, max(0.0, value - half), min(1.0, value + half))


def opinion_map(
    sizes: tuple[int, ...] = (240, 150),
    statements: int = 24,
    *,
    seen: float = 0.7,
    seed: int = 1,
    unanimous: bool = False,
    people: bool = True,
    texts: tuple[str, ...] = TEXTS,
    method: str = "baithak",
) -> OpinionMap:
    """A conversation of ``sum(sizes)`` people in ``len(sizes)`` camps."""
    chance = np.random.default_rng(seed)
    names = [str(i) for i in range(len(sizes))]
    group = np.repeat(np.arange(len(sizes)), sizes)
    n = len(group)
    rates = chance.uniform(0.05, 0.95, (len(sizes), statements))
    rates[:, ::3] = rates[:1, ::3] * 0.1 + 0.85  # common ground on every third
    if unanimous:
        rates[:] = 1.0
    results = []
    for j in range(statements):
        voted = chance.random(n) < seen
        agrees = voted & (chance.random(n) < rates[group, j])
        disagrees = voted & ~agrees & (chance.random(n) < (0.0 if unanimous else 0.85))
        views = {}
        for g, name in enumerate(names):
            mine = group == g
            v, a, d = (int((x & mine).sum()) for x in (voted, agrees, disagrees))
            views[name] = GroupView(v, a, d, v - a - d, _interval(a, v), _interval(d, v))
        v, a, d = int(voted.sum()), int(agrees.sum()), int(disagrees.sum())
        weakest = min(views.values(), key=lambda view: view.agree.value)
        refusing = min(views.values(), key=lambda view: view.disagree.value)
        spread = [view.agree.value for view in views.values()]
        results.append(
            StatementResult(
                id=str(j),
                text=texts[j % len(texts)],
                votes=v,
                agrees=a,
                disagrees=d,
                passes=v - a - d,
                agree=_interval(a, v),
                by_group=views,
                common_ground=weakest.agree,
                common_ground_no=refusing.disagree,
                divisiveness=max(spread) - min(spread),
                depth=(max(spread) - min(spread)) ** 2,
                disagreement=min(a, d) / v if v else 0.0,
                bridging=0.4,
                representative_of=(names[int(np.argmax(spread))],) if len(names) > 1 else (),
            )
        )
    centres = [(3 * np.cos(2.4 * g), 2 * np.sin(2.4 * g)) for g in range(len(sizes))]
    places = np.array([centres[g] for g in group]).reshape(n, 2) + chance.normal(size=(n, 2))
    sure = chance.random(n) < 0.8
    persons = tuple(
        Person(
            id=f"p{i}",
            votes=statements // 2,
            x=float(places[i, 0]),
            y=float(places[i, 1]),
            covariance=(0.2, 0.0, 0.2),
            membership=tuple(0.9 if g == group[i] else 0.1 for g in range(len(sizes))),
            between=not sure[i],
        )
        for i in range(n)
    )
    return OpinionMap(
        participants=n,
        votes=sum(s.votes for s in results),
        axes=(Axis(1, 0.88, 0.7), Axis(2, 0.41, 0.3)),
        groups=tuple(
            Group(
                id=name,
                size=size,
                sure=int(sure[group == g].sum()),
                share=size / n,
                stability=0.92 - 0.1 * g,
                centre=(float(centres[g][0]), float(centres[g][1])),
                spread=((1.0, 0.0), (0.0, 1.0)),
            )
            for g, (name, size) in enumerate(zip(names, sizes, strict=True))
        ),
        one_continuum=len(sizes) == 1,
        repeats=100,
        statements=tuple(results),
        polarisation=Polarisation(Interval(0.18, 0.15, 0.21), Interval(0.4, 0.33, 0.47), {}),
        weights=Weights(float(n) * 0.8, 2.4, (("age", "18 to 25", 0.11, 0.06),)),
        defence=Defence(12, 2, (), ("0", "3"), ("0", "6"), True),
        people=persons if people else (),
        method=method,
        seed=seed,
        version="0.1.0",
        notes=("axis_2_mostly_noise", "people_without_votes:4"),
    )
