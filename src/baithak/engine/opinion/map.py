"""The whole opinion map in one call: from votes to everything a report or a page shows.

``method="baithak"`` fits ordinal ideal points with their uncertainty, finds groups that may be one,
and counts what groups think as if every member had seen every statement. ``method="polis"`` is
Polis' pipeline, exactly, in the same result type, for comparison.

Moderated-out and meta statements take no part and are not listed. People count from their first
vote on a listed statement. All shares are rounded to five decimals, so that the same votes give
the same bytes wherever they are computed.

Papers: see the files this one calls; the methods page tells it in plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.special import betaincinv

from baithak import __version__
from baithak.engine.errors import EngineError
from baithak.engine.opinion.classic import Classic, classic
from baithak.engine.opinion.common_ground import CommonGround, common_ground
from baithak.engine.opinion.defences import (
    VOUCHED,
    Collapsed,
    alarm,
    collapse,
    concerted,
    doubted,
    shared,
    spokespeople,
)
from baithak.engine.opinion.distinctive import distinctive
from baithak.engine.opinion.divisiveness import divisiveness, divisiveness_expected
from baithak.engine.opinion.draws import INFLATION, Z_80, Draws, draw
from baithak.engine.opinion.expected import SAMPLED, Expected, expected
from baithak.engine.opinion.groups import (
    LIKELY,
    MOST_GROUPS,
    Mixture,
    find_groups,
    person_likelihood,
)
from baithak.engine.opinion.model import Fit, fit, place
from baithak.engine.opinion.polarisation import (
    between_group_share,
    bimodality,
    breadth,
    camps_bic,
    disagreement,
    duclos_esteban_ray,
    esteban_ray,
)
from baithak.engine.opinion.representative import group_counts
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
)
from baithak.engine.opinion.shards import THREADS, Crew
from baithak.engine.opinion.stability import SAME, Repeats, axis_reliability, repeats
from baithak.engine.opinion.stability import refits as refit_repeats
from baithak.engine.opinion.votes import VoteMatrix
from baithak.engine.opinion.weights import Raked, rake

__all__ = ["MapRun", "map_run", "opinion_map"]

FEW_PEOPLE = 4  # below, nobody can speak of groups
NOISE = 0.5  # reliability under which an axis is mostly noise
SHAKY = 0.5  # stability under which a group gets a note
DECIMALS = 5
LETTERS = "ABCDE"

Floats = NDArray[np.float64]
Method = Literal["baithak", "polis"]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class MapRun:
    """A map and what it was made from, for callers that place people or route statements.

    ``fit`` and ``mixture`` are None for ``method="polis"``.
    """

    map: OpinionMap
    fit: Fit | None
    mixture: Mixture | None


def opinion_map(
    votes: VoteMatrix,
    *,
    method: Method = "baithak",
    seed: int = 0,
    dimensions: int = 4,
    population: Mapping[str, Mapping[str, float]] | None = None,
    declared: Mapping[str, Mapping[str, str]] | None = None,
    previous: OpinionMap | None = None,
    people: bool = False,
    refits: int = 0,
    crew: Crew = THREADS,
    progress: Progress | None = None,
) -> OpinionMap:
    """Make the opinion map of a conversation.

    Parameters
    ----------
    votes : VoteMatrix
        With ``channels``, the defences against organised voting run and tell what they did.
    method : "baithak" or "polis"
    seed : int
        Of every draw: the same seed and votes give the same bytes, in whatever order they came.
    dimensions : int
        Axes of the model (the map shows the first two). Not used by ``polis``.
    population, declared : mappings, optional
        Known shares and what people said of themselves, see ``weights.rake``.
    previous : OpinionMap, optional
        The last map: the number of groups is kept unless the votes speak clearly, and groups keep
        their letters.
    people : bool
        Whether rows per person are wanted.
    refits : int
        Judge the stability of groups by so many whole fits to halves of the people (each half the
        work of the map) instead of 50 quick repeats; see ``stability``. For background work.
    crew : Crew
        Who goes through the people: threads of this process, or a ``cluster.Cluster``. The result
        is the same.
    progress : callable, optional
        Told the share of the work done, 0 to 1.

    Returns
    -------
    OpinionMap
        Small conversations get a map too, with one group and notes such as ``too_few_people``.

    Raises
    ------
    EngineError
        ``votes.empty`` where nobody voted on a listed statement; ``map.method``; those of
        ``weights.rake`` and ``model.fit``.

    Examples
    --------
    >>> people, subjects = np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40)
    >>> sides = np.where((people < 20) == (subjects < 4), 1, -1)
    >>> told = opinion_map(VoteMatrix.from_arrays(people, subjects, sides))
    >>> told.participants, [(g.id, g.size) for g in told.groups]
    (40, [('A', 20), ('B', 20)])
    """
    return map_run(
        votes,
        method=method,
        seed=seed,
        dimensions=dimensions,
        population=population,
        declared=declared,
        previous=previous,
        people=people,
        refits=refits,
        crew=crew,
        progress=progress,
    ).map


def map_run(
    votes: VoteMatrix,
    *,
    method: Method = "baithak",
    seed: int = 0,
    dimensions: int = 4,
    population: Mapping[str, Mapping[str, float]] | None = None,
    declared: Mapping[str, Mapping[str, str]] | None = None,
    previous: OpinionMap | None = None,
    people: bool = False,
    refits: int = 0,
    start: Fit | None = None,
    crew: Crew = THREADS,
    progress: Progress | None = None,
) -> MapRun:
    """As ``opinion_map``, keeping the fit and the groups; ``start`` is an earlier fit."""
    if method not in ("baithak", "polis"):
        raise EngineError("map.method", field="method", value=method)
    tell = progress or (lambda share: None)
    used = votes if votes.shown.all() else votes.keep_votes(votes.shown[votes.columns])
    if not used.size:
        raise EngineError("votes.empty", field="vote")
    here = used.votes_per_person > 0
    raked = None
    if population is not None:
        raked = rake(votes.participants, population, declared or {}, counts=here)
    if method == "polis":
        told = _polis_map(votes, used, here, raked, seed, people, crew, tell)
        return MapRun(told, None, None)
    return _baithak_map(
        votes, used, here, raked, seed, dimensions, previous, people, refits, start, crew, tell
    )


# --- method "baithak" ------------------------------------------------------------------------


def _baithak_map(
    votes: VoteMatrix,
    used: VoteMatrix,
    here: NDArray[np.bool_],
    raked: Raked | None,
    seed: int,
    dimensions: int,
    previous: OpinionMap | None,
    people: bool,
    refits: int,
    start: Fit | None,
    crew: Crew,
    tell: Progress,
) -> MapRun:
    voters = here.astype(np.float64)
    few = int(here.sum()) < FEW_PEOPLE
    most = 1 if few else MOST_GROUPS
    previous_k = None if previous is None else len(previous.groups)
    # 1. Where everybody stands.
    model = fit(
        used, dimensions=dimensions, seed=seed, start=start, crew=crew,
        progress=lambda s: tell(0.5 * s),
    )  # fmt: skip
    # 1b. Where organised voting is possible: what the map says without defences, then with blocks
    #     of look-alikes counted as few people, also in the fit.
    verified = used.verified
    collapsed: Collapsed | None = None
    top_without: tuple[str, ...] = ()
    top_verified: tuple[str, ...] = ()
    ground: NDArray[np.int64] = np.empty(0, dtype=np.int64)
    if verified is not None:
        collapsed = collapse(used, positions=model.z[:, 1:], seed=seed)
        J, h = _likelihood(model, here)
        plain = find_groups(J, h, weights=voters, most=most, previous_k=previous_k, crew=crew)
        own = voters if raked is None else raked.weights
        shares = expected(model, used, plain.membership * own[:, None]).agree
        top_without = _top(used, shares.min(axis=0))
        top_verified = _verified_top(used, verified, here, collapsed.kept, dimensions, seed, crew)
        ground = _ground(used, verified, top_verified)
        trusted = doubted(used, verified, ground)
        kept = collapsed.kept & (trusted > 0.5)
        if not kept.all():
            model = _without(model, used, kept, seed, crew)
            voters = voters * collapsed.weights * trusted
    # 2. Groups, if there are any.
    mean, cov = _on_map(model)
    J, h = _likelihood(model, here)
    found = find_groups(J, h, weights=voters, most=most, previous_k=previous_k, crew=crew)
    k = found.k
    tell(0.6)
    # 3. Would it look the same again?
    reliability = axis_reliability(used, model, seed=seed)
    if refits:
        again = refit_repeats(used, model, found, weights=voters, seed=seed, count=refits)
    else:
        again = repeats(model, found, weights=voters, seed=seed)
    tell(0.8)
    # 4. What groups, everybody, and everybody outside a group think.
    own = voters if raked is None else raked.weights * voters
    inside = found.membership * own[:, None]
    speaking, veto = inside[:, :0], np.ones(k, dtype=bool)
    if verified is not None:
        speaking, veto = spokespeople(found.membership, own, verified)
    columns = np.concatenate((inside, own[:, None], own[:, None] - inside, speaking), axis=1)
    told = expected(model, used, columns, extra=_retold(again, raked) if again.crowds else None)
    drawn = draw(told, model.b_v_cov, seed=seed)
    groups = np.flatnonzero(veto) + (0 if verified is None else 2 * k + 1)
    agreed = common_ground(told, drawn, groups)
    refused = common_ground(told, drawn, groups, side="disagree")
    tell(0.9)
    # 5. Letters, and everything in its place.
    ids = _letters(told.agree[:k], used, previous)
    defence = None
    if collapsed is not None and verified is not None:
        top_with = _top(used, agreed.value)
        defence = Defence(
            collapsed.people,
            len(collapsed.sizes),
            tuple(sorted(ids[g] for g in range(k) if not veto[g])),
            top_without,
            top_with,
            alarm(top_without, top_with, concerted(used, verified, ground)),
            top_verified,
        )
    statements = _statements(used, model, found, told, drawn, agreed, refused, ids, here, own, seed)
    axes = tuple(
        Axis(d + 1, _maybe(reliability[d]), _number(_strength(model)[d])) for d in range(2)
    )
    labels = np.where(here, found.membership.argmax(axis=1), -1)
    sure = found.membership.max(axis=1) >= LIKELY
    share = told.weight[:k] / max(told.weight[k], 1e-12)
    result = OpinionMap(
        participants=int((votes.votes_per_person > 0).sum()),
        votes=votes.size,
        axes=axes,
        groups=tuple(
            Group(
                ids[g],
                int((labels == g).sum()),
                int(((labels == g) & sure).sum()),
                _number(share[g]),
                None if few else _number(again.stability[g]),
                _pair(found.centres[g]),
                (_pair(found.spread[0]), _pair(found.spread[1])),
            )
            for g in range(k)
        ),
        one_continuum=k == 1,
        repeats=again.count,
        statements=statements,
        polarisation=_polarisation(model, used, found, told, drawn, again, own, here),
        weights=None if raked is None else raked.summary,
        defence=defence,
        people=_people(used, mean, cov, found.membership) if people else (),
        method="baithak",
        seed=seed,
        version=__version__,
        notes=_notes(votes, model, found, reliability, again, few, ids, raked),
        parameters={
            "dimensions": model.dimensions,
            "sweeps": model.sweeps,
            "bic": [[tried, _number(bic - found.bics[0][1])] for tried, bic in found.bics],
            "same_group_overlap": SAME,
            "repeats_by": "refits" if refits else "redrawn crowds and axes",
            "interval_inflation": INFLATION,
            "people_averaged": told.people,
        },
    )
    tell(1.0)
    return MapRun(result, model, found)


def _likelihood(model: Fit, here: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    J, h = person_likelihood(*_on_map(model))
    J[~here], h[~here] = 0.0, 0.0
    return J, h


def _without(model: Fit, used: VoteMatrix, kept: NDArray[np.bool_], seed: int, crew: Crew) -> Fit:
    """A fit that learned from some people only and then placed everybody."""
    taught = fit(used.keep_people(kept), dimensions=model.dimensions, seed=seed, crew=crew)
    z, packed, w = place(taught, used)
    return replace(taught, votes=used, z=z, z_packed=packed, w=w)


def _verified_top(
    used: VoteMatrix,
    verified: NDArray[np.bool_],
    here: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    dimensions: int,
    seed: int,
    crew: Crew,
) -> tuple[str, ...]:
    """The top ten of a map made by the verified people alone, blocks of look-alikes being few."""
    vouched = int((verified & here).sum())
    if vouched < VOUCHED or vouched == int(here.sum()):
        return ()
    part = used.keep_people(verified & here & kept)
    model = fit(part, dimensions=dimensions, seed=seed, crew=crew)
    everybody = np.ones(part.n, dtype=bool)
    found = find_groups(*_likelihood(model, everybody), crew=crew)
    veto = spokespeople(found.membership, np.ones(part.n), everybody)[1]
    return _top(part, expected(model, part, found.membership).agree[veto].min(axis=0))


def _ground(
    used: VoteMatrix, verified: NDArray[np.bool_], top: tuple[str, ...]
) -> NDArray[np.int64]:
    """Columns of what verified people share; of what all do where these are too few to say.

    Their top ten, or where nobody refuses that, what they agree with by plain shares: a handful of
    attackers with tokens can turn the first and not the second.
    """
    if not top:
        return shared(used, np.ones(used.n, dtype=bool))
    first = np.array([j for j, s in enumerate(used.statements) if s.id in top], dtype=np.int64)
    return first if concerted(used, verified, first) is not None else shared(used, verified)


def _top(used: VoteMatrix, value: Floats) -> tuple[str, ...]:
    listed = used.shown & (used.votes_per_statement > 0)
    best = CommonGround(value, value, value).best(listed)
    return tuple(used.statements[j].id for j in best)


def _on_map(model: Fit) -> tuple[Floats, Floats]:
    """Positions [n, 2] and covariances [n, 2, 2] on the two map axes."""
    mean = np.zeros((len(model.z), 2))
    cov = np.tile(np.eye(2), (len(model.z), 1, 1))
    axes = min(2, model.dimensions)
    mean[:, :axes] = model.z[:, 1 : 1 + axes]
    cov[:, :axes, :axes] = model.cov_of(slice(1, 1 + axes))
    return mean, cov


def _strength(model: Fit) -> Floats:
    told = np.zeros(2)
    told[: model.dimensions] = model.strength[:2]
    return told


def _retold(again: Repeats, raked: Raked | None) -> NDArray[np.float32]:
    """Memberships in redrawn crowds, side by side, with population weights."""
    out = np.concatenate(again.crowds, axis=1)
    if raked is not None:
        out *= raked.weights[:, None].astype(np.float32)
    return out


def _polarisation(
    model: Fit,
    used: VoteMatrix,
    found: Mixture,
    told: Expected,
    drawn: Draws,
    again: Repeats,
    own: Floats,
    here: NDArray[np.bool_],
) -> Polarisation:
    k = found.k
    listed = used.shown & (used.votes_per_statement > 0)
    depth = float(between_group_share(told.agree[:k], told.weight[:k])[listed].mean())
    wide = breadth(drawn.agree[:, :k], listed)
    depths, widths = [depth], [wide]
    if k > 1:
        apart = np.ptp(drawn.agree[:, :k], axis=1)
        # What the wide-margin rule takes off the plain difference of a statement.
        margin = np.ptp(told.agree[:k], axis=0) - np.quantile(apart, 0.1, axis=0)
        at = 0
        for crowd in again.crowds:
            kb = crowd.shape[1]
            shares = told.extra[at : at + kb]
            at += kb
            depths.append(float(between_group_share(shares, crowd.sum(axis=0))[listed].mean()))
            widths.append(float((np.ptp(shares, axis=0) - margin > 0.3)[listed].mean()))
    x = model.positions[:, 0]
    spread = np.sqrt(np.maximum(model.cov_of(slice(1, 2))[:, 0, 0], 0.0))
    own = own * here
    # What the votes say of the first axis alone.
    alone = np.maximum(1.0 / np.maximum(spread**2, 1e-9) - 1.0, 0.0) * here
    pull = x / np.maximum(spread**2, 1e-9) * here
    mass = max(float(own.sum()), 1e-12)
    between = found.membership.max(axis=1)
    measures = {
        "esteban_ray_1": esteban_ray(found.weights, found.centres[:, 0], 1.0),
        "esteban_ray_1_6": esteban_ray(found.weights, found.centres[:, 0], 1.6),
        "duclos_esteban_ray": duclos_esteban_ray(x, weights=own, spreads=spread),
        "bimodality": bimodality(x[here], own[here]),
        "people_sure": float(own @ (between >= LIKELY)) / mass if k > 1 else 0.0,
        "camps_bic": camps_bic(alone, pull, here.astype(np.float64)),
    }
    return Polarisation(
        _of_repeats(depth, depths), _of_repeats(wide, widths),
        {name: _number(value) for name, value in measures.items()},
    )  # fmt: skip


def _of_repeats(value: float, values: Sequence[float]) -> Interval:
    low, high = np.quantile(values, [0.1, 0.9])
    return Interval(
        _number(value), _number(min(value, float(low))), _number(max(value, float(high)))
    )


def _statements(
    used: VoteMatrix,
    model: Fit,
    found: Mixture,
    told: Expected,
    drawn: Draws,
    agreed: CommonGround,
    refused: CommonGround,
    ids: Sequence[str],
    here: NDArray[np.bool_],
    own: Floats,
    seed: int,
) -> tuple[StatementResult, ...]:
    k = found.k
    shown = used.shown & (used.votes_per_statement > 0)
    stands: list[list[str]] = [[] for _ in range(used.m)]
    if k > 1:
        for g in sorted(range(k), key=lambda g: ids[g]):
            for d in distinctive(told, drawn, g, k + 1 + g, shown):
                stands[d.column].append(ids[g])
    means = (found.membership * here[:, None]).T @ model.z
    means /= np.maximum((found.membership * here[:, None]).sum(axis=0), 1e-12)[:, None]
    balanced = means.mean(axis=0)
    bridging = model.b_v[:, 0] + balanced[0] + model.b_v[:, 1:] @ balanced[1:]
    yes = _bounds(told.agree[: k + 1], drawn.agree_sd[: k + 1], told.weight[: k + 1])
    no = _bounds(told.disagree[: k + 1], drawn.disagree_sd[: k + 1], told.weight[: k + 1])
    return _rows(
        used,
        ids,
        _counts(used, np.where(here, found.membership.argmax(axis=1), -1), k),
        yes,
        no,
        agreed,
        refused,
        divisiveness_expected(model, own, shown, seed=seed),
        between_group_share(told.agree[:k], told.weight[:k]),
        disagreement(told.agree[k], told.disagree[k]),
        bridging,
        stands,
    )


def _bounds(rate: Floats, sd: Floats, weight: Floats) -> Floats:
    """(value, low, high) [3, K, m] of shares, normal on the log-odds scale."""
    floor = 0.5 / (weight[:, None] + 1.0)
    centre = np.clip(rate, floor, 1.0 - floor)
    odds = np.log(centre / (1.0 - centre))
    away = np.minimum(Z_80 * sd / (centre * (1.0 - centre)), 8.0)
    low, high = 1.0 / (1.0 + np.exp(away - odds)), 1.0 / (1.0 + np.exp(-away - odds))
    return np.stack((rate, np.minimum(low, rate), np.maximum(high, rate)))


def _notes(
    votes: VoteMatrix,
    model: Fit,
    found: Mixture,
    reliability: Sequence[float | None],
    again: Repeats,
    few: bool,
    ids: Sequence[str],
    raked: Raked | None,
) -> tuple[str, ...]:
    notes = list(votes.notes)
    if few:
        notes.append("too_few_people")
    for d, value in enumerate(reliability):
        if value is None:
            notes.append(f"axis_{d + 1}_reliability_unknown")
        elif value < NOISE:
            notes.append(f"axis_{d + 1}_mostly_noise")
    if found.k > 1:
        notes += [f"group_{ids[g]}_unstable" for g in range(found.k) if again.stability[g] < SHAKY]
    if not model.converged:
        notes.append("model_not_settled")
    if len(model.z) > SAMPLED:
        notes.append("people_sampled")
    return tuple(notes + _weight_notes(raked))


def _weight_notes(raked: Raked | None) -> list[str]:
    if raked is None:
        return []
    notes = [] if raked.fits else ["weights_do_not_fit"]
    return notes + (["population_unheard"] if raked.unreachable else [])


def _people(used: VoteMatrix, mean: Floats, cov: Floats, belongs: Floats) -> tuple[Person, ...]:
    where = np.round(mean, DECIMALS).tolist()
    spread = np.round(cov[:, [0, 0, 1], [0, 1, 1]], DECIMALS).tolist()
    member = np.round(belongs, DECIMALS).tolist()
    counts = used.votes_per_person.tolist()
    return tuple(
        Person(
            name,
            counts[i],
            where[i][0],
            where[i][1],
            (spread[i][0], spread[i][1], spread[i][2]),
            tuple(member[i]),
            max(member[i]) < LIKELY,
        )
        for i, name in enumerate(used.participants)
        if counts[i]
    )


def _letters(shares: Floats, used: VoteMatrix, previous: OpinionMap | None) -> tuple[str, ...]:
    """A letter for each group: by size, or those of the previous map's most similar groups."""
    k = len(shares)
    if previous is None or not previous.groups:
        return tuple(LETTERS[:k])
    before = {s.id: s.by_group for s in previous.statements}
    common = [j for j, s in enumerate(used.statements) if s.id in before]
    old = [g.id for g in previous.groups]
    if not common:
        return tuple(LETTERS[:k])
    there = np.array(
        [[before[used.statements[j].id][name].agree.value for j in common] for name in old]
    )
    gap = np.abs(shares[:, None, common] - there[None]).mean(axis=2)
    rows, columns = linear_sum_assignment(np.round(gap, 9))
    given = {int(r): old[int(c)] for r, c in zip(rows, columns, strict=True)}
    free = iter(letter for letter in LETTERS if letter not in given.values())
    return tuple(given.get(g) or next(free) for g in range(k))


# --- method "polis" --------------------------------------------------------------------------


def _polis_map(
    votes: VoteMatrix,
    used: VoteMatrix,
    here: NDArray[np.bool_],
    raked: Raked | None,
    seed: int,
    people: bool,
    crew: Crew,
    tell: Progress,
) -> OpinionMap:
    told: Classic = classic(votes, seed=seed, crew=crew)
    tell(0.7)
    k = told.k
    ids = tuple(LETTERS[:k])
    own = here.astype(np.float64) if raked is None else raked.weights
    labels = told.labels
    statistics = told.statistics
    mass = np.bincount(labels[labels >= 0], weights=own[labels >= 0], minlength=k)
    everybody = told.counts
    seen = everybody.sum(axis=1)
    yes = _beta(np.vstack((statistics.agrees, everybody[:, 2])), np.vstack((statistics.seen, seen)))
    no = _beta(
        np.vstack((statistics.disagrees, everybody[:, 0])), np.vstack((statistics.seen, seen))
    )
    agreed = _product(statistics.p_agree, statistics.seen)
    refused = _product(statistics.p_disagree, statistics.seen)
    stands: list[list[str]] = [[] for _ in range(votes.m)]
    for g in range(k):
        for chosen in told.representative[g]:
            stands[chosen.column].append(ids[g])
    depth = between_group_share(yes[0, :k], np.maximum(mass, 1e-12))
    counts = np.zeros((k, votes.m, 3), dtype=np.int64)
    counts[:, :, 0], counts[:, :, 2] = statistics.disagrees, statistics.agrees
    counts[:, :, 1] = statistics.seen - statistics.agrees - statistics.disagrees
    statements = _rows(
        used, ids, counts, yes, no, agreed, refused,
        divisiveness(used), depth, disagreement(yes[0, k], no[0, k]), None, stands,
    )  # fmt: skip
    listed = votes.shown & (used.votes_per_statement > 0)
    apart = yes[:, :k]
    wide = apart[1].max(axis=0) - apart[2].min(axis=0) > 0.3 if k > 1 else listed & False
    x = told.projections[:, 0]
    spreads = [
        np.cov(told.projections[labels == g].T, ddof=0) if (labels == g).any() else np.zeros((2, 2))
        for g in range(k)
    ]
    centres = told.centres[:, 0]
    at = float(depth[listed].mean())
    width = float(wide[listed].mean())
    shares = mass / max(mass.sum(), 1e-12)
    few = int(here.sum()) < FEW_PEOPLE
    explained = told.explained
    tell(1.0)
    return OpinionMap(
        participants=int((votes.votes_per_person > 0).sum()),
        votes=votes.size,
        axes=tuple(Axis(d + 1, None, _number(explained[d])) for d in range(2)),
        groups=tuple(
            Group(
                ids[g],
                int(told.sizes[g]),
                int(told.sizes[g]),
                _number(shares[g]),
                None,
                _pair(told.centres[g]),
                (_pair(spreads[g][0]), _pair(spreads[g][1])),
            )
            for g in range(k)
        ),
        one_continuum=k == 1,
        repeats=0,
        statements=statements,
        polarisation=Polarisation(
            Interval(_number(at), _number(at), _number(at)),
            Interval(_number(width), _number(width), _number(width)),
            {
                "esteban_ray_1": _number(esteban_ray(np.maximum(mass, 1e-12), centres, 1.0)),
                "esteban_ray_1_6": _number(esteban_ray(np.maximum(mass, 1e-12), centres, 1.6)),
                "duclos_esteban_ray": _number(duclos_esteban_ray(x[here], weights=own[here])),
                "bimodality": _number(bimodality(x[here], own[here])),
            },
        ),
        weights=None if raked is None else raked.summary,
        defence=None,
        people=_polis_people(used, told) if people else (),
        method="polis",
        seed=seed,
        version=__version__,
        notes=(
            *votes.notes, *(("too_few_people",) if few else ()), *told.notes,
            *_weight_notes(raked),
        ),
        parameters={
            "silhouettes": [
                [tried, None if value is None else _number(value)]
                for tried, value in told.silhouettes
            ],
        },
    )  # fmt: skip


def _polis_people(used: VoteMatrix, told: Classic) -> tuple[Person, ...]:
    """Polis knows no uncertainty; people with too few votes are in no group."""
    where = np.round(told.projections, DECIMALS).tolist()
    return tuple(
        Person(
            name,
            int(used.votes_per_person[i]),
            where[i][0],
            where[i][1],
            (0.0, 0.0, 0.0),
            tuple(float(told.labels[i] == g) for g in range(told.k)),
            bool(told.labels[i] < 0),
        )
        for i, name in enumerate(used.participants)
        if used.votes_per_person[i]
    )


def _beta(successes: NDArray[np.int64], trials: NDArray[np.int64]) -> Floats:
    """Posterior mean and 80 % interval of shares under a uniform prior, [3, ...]."""
    up, down = successes + 1.0, trials - successes + 1.0
    value = up / (up + down)
    low, high = betaincinv(up, down, 0.1), betaincinv(up, down, 0.9)
    return np.stack((value, np.minimum(low, value), np.maximum(high, value)))


def _product(p: Floats, seen: NDArray[np.int64]) -> CommonGround:
    """Polis' group-aware consensus with an interval from the smoothed shares' variances."""
    value = p.prod(axis=0)
    away = Z_80 * np.sqrt(((1.0 - p) / (p * (seen + 3.0))).sum(axis=0))
    return CommonGround(value, value * np.exp(-away), np.minimum(value * np.exp(away), 1.0))


# --- both ------------------------------------------------------------------------------------


def _counts(used: VoteMatrix, labels: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Votes -1, 0, +1 of each group on each statement, int64 [k, m, 3]."""
    return group_counts(used, labels.astype(np.int32), k)[:k]


def _rows(
    used: VoteMatrix,
    ids: Sequence[str],
    counts: NDArray[np.int64],
    yes: Floats,
    no: Floats,
    agreed: CommonGround,
    refused: CommonGround,
    divides: Floats,
    depth: Floats,
    apart: Floats,
    bridging: Floats | None,
    stands: Sequence[Sequence[str]],
) -> tuple[StatementResult, ...]:
    """Everything about every listed statement, as plain numbers."""
    m, k = used.m, len(ids)
    everybody = _counts(used, np.zeros(used.n, dtype=np.int64), 1)[0].tolist()
    of_group = counts.tolist()
    up = np.round(yes, DECIMALS).transpose(1, 2, 0).tolist()
    down = np.round(no, DECIMALS).transpose(1, 2, 0).tolist()
    ground = np.round(np.stack((agreed.value, agreed.low, agreed.high), 1), DECIMALS).tolist()
    refusal = np.round(np.stack((refused.value, refused.low, refused.high), 1), DECIMALS).tolist()
    split = [None if np.isnan(d) else d for d in np.round(divides, DECIMALS).tolist()]
    deep, cleft = np.round(depth, DECIMALS).tolist(), np.round(apart, DECIMALS).tolist()
    bridge = [None] * m if bridging is None else np.round(bridging, DECIMALS).tolist()
    order = sorted(range(k), key=lambda g: ids[g])
    rows = []
    for j in np.flatnonzero(used.shown).tolist():
        statement = used.statements[j]
        against, passed, for_it = everybody[j]
        views = {}
        for g in order:
            minus, zero, plus = of_group[g][j]
            views[ids[g]] = GroupView(
                minus + zero + plus, plus, minus, zero,
                Interval(*up[g][j]), Interval(*down[g][j]),
            )  # fmt: skip
        rows.append(
            StatementResult(
                statement.id,
                statement.text,
                against + passed + for_it,
                for_it,
                against,
                passed,
                Interval(*up[k][j]),
                views,
                Interval(*ground[j]),
                Interval(*refusal[j]),
                split[j],
                deep[j],
                cleft[j],
                bridge[j],
                tuple(stands[j]),
            )
        )
    return tuple(rows)


def _number(value: float) -> float:
    return round(float(value), DECIMALS)


def _maybe(value: float | None) -> float | None:
    return None if value is None else _number(value)


def _pair(values: Floats) -> tuple[float, float]:
    return _number(values[0]), _number(values[1])
