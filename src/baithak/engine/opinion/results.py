"""What an opinion map says: frozen dataclasses, ready for a page, a file or a test.

Everything here is plain data. Shares and probabilities lie between 0 and 1; intervals are central
80 % credible intervals unless a field says otherwise; people are counted, never named, except in
``OpinionMap.people``, which leaves the engine only where the caller asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from baithak.engine.errors import EngineError

__all__ = [
    "Axis",
    "Defence",
    "Group",
    "GroupView",
    "Interval",
    "OpinionMap",
    "Person",
    "Polarisation",
    "StatementResult",
    "Weights",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its central 80 % credible interval (``low <= value <= high``)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the map.

    ``reliability`` is the canonical correlation of this axis between two disjoint halves of the
    votes (0 to 1; ``None`` where there are too few votes to say). Below 0.5 it is mostly noise.
    ``share`` is the part of the explained opinion variance that lies along this axis.
    """

    number: int
    reliability: float | None
    share: float


@dataclass(frozen=True, slots=True)
class Group:
    """One opinion group.

    ``size`` counts the people whose most probable group this is, ``sure`` those of them with a
    membership probability of at least 0.8; ``share`` is the (weighted) sum of memberships.
    ``stability`` is the share of repeats in which the group reappears (0 to 1): see the methods
    page. ``centre`` and ``spread`` (2 x 2 covariance) lie on map axes 1 and 2.
    """

    id: str
    size: int
    sure: int
    share: float
    stability: float | None
    centre: tuple[float, float]
    spread: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class GroupView:
    """What one group says of one statement.

    Counts are of the people whose most probable group this is. ``agree`` and ``disagree`` are
    the shares that would agree or disagree if every member had seen the statement.
    """

    votes: int
    agrees: int
    disagrees: int
    passes: int
    agree: Interval
    disagree: Interval


@dataclass(frozen=True, slots=True)
class StatementResult:
    """One statement: counts, what each group says, and how it unites or divides.

    ``common_ground`` is the smallest agreement over the groups (with a veto); ``common_ground_no``
    the same for disagreement. ``divisiveness`` follows Navarrete et al. (2024); ``depth`` is the
    between-group variance share; ``disagreement`` is (1 - A)/2 with van der Eijk's agreement A;
    ``bridging`` the support that is not explained by camp, on the log-odds scale (0: as many for
    as against). ``representative_of`` lists ids of groups that agree or disagree with it more than
    everybody else.
    """

    id: str
    text: str
    votes: int
    agrees: int
    disagrees: int
    passes: int
    agree: Interval
    by_group: dict[str, GroupView]
    common_ground: Interval
    common_ground_no: Interval
    divisiveness: float | None
    depth: float
    disagreement: float
    bridging: float | None
    representative_of: tuple[str, ...]
    moderated_out: bool = False


@dataclass(frozen=True, slots=True)
class Polarisation:
    """How deep and how wide a conversation is divided.

    ``depth``: mean between-group variance share over statements. ``breadth``: share of statements
    on which two groups differ by more than 30 points with probability above 0.9. ``measures``
    holds the others by name (``esteban_ray_1``, ``esteban_ray_1_6``, ``duclos_esteban_ray``,
    ``bimodality``, ``people_sure``, ``camps_bic``); see the methods page for each formula.
    """

    depth: Interval
    breadth: Interval
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """Population weights: what was asked for, what came out, and who is missing.

    ``effective`` is Kish's effective number of people; ``missing`` lists the categories that are
    under-represented: question, category, share of the population, share of the voices.
    """

    effective: float
    largest: float
    missing: tuple[tuple[str, str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Defence:
    """What the defences against organised voting did (TRUST.md section 5).

    ``collapsed_people``: people in blocks of near-identical votes that were counted with less
    weight (D1); ``unverified_without_veto``: ids of small groups without verified voices (D3).
    ``top_without`` and ``top_with`` are the ten best common-ground statements before and after;
    ``top_verified`` those of the verified people alone (D2; empty where these are too few).
    ``alarm`` is true where the lists differ enough to be looked at by a person.
    """

    collapsed_people: int
    collapsed_blocks: int
    unverified_without_veto: tuple[str, ...]
    top_without: tuple[str, ...]
    top_with: tuple[str, ...]
    alarm: bool
    top_verified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Where one person stands: only for the caller's own files, never on a page.

    ``covariance`` is (xx, xy, yy); ``membership`` is in the order of ``OpinionMap.groups``;
    ``between`` says that no group reaches 0.8.
    """

    id: str
    votes: int
    x: float
    y: float
    covariance: tuple[float, float, float]
    membership: tuple[float, ...]
    between: bool


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """The whole result of one run of the opinion engine.

    ``one_continuum`` is true where the votes do not carry separate groups: then ``groups`` holds
    one group with everybody. ``notes`` are codes (no prose) that a page puts into words, such as
    ``axis_2_mostly_noise`` or ``silhouette_sampled``.
    """

    participants: int
    votes: int
    axes: tuple[Axis, ...]
    groups: tuple[Group, ...]
    one_continuum: bool
    repeats: int
    statements: tuple[StatementResult, ...]
    polarisation: Polarisation
    weights: Weights | None
    defence: Defence | None
    people: tuple[Person, ...]
    method: str
    seed: int
    version: str
    notes: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)

    def to_dict(self, *, people: bool = False) -> dict[str, Any]:
        """Plain dictionaries and lists; rows per person only with ``people=True``."""
        told = {
            f.name: _plain(getattr(self, f.name))
            for f in fields(self)
            if people or f.name != "people"
        }
        return told

    def to_json(self, *, people: bool = False, indent: int | None = None) -> str:
        """The same input gives the same bytes: sorted keys, shortest exact floats, no NaN."""
        return json.dumps(
            self.to_dict(people=people),
            sort_keys=True,
            indent=indent,
            ensure_ascii=False,
            allow_nan=False,
        )

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> OpinionMap:
        """The map back from ``to_dict``; without rows per person ``people`` is empty.

        Raises
        ------
        EngineError
            ``map.unreadable`` where a field is missing, unknown or of the wrong shape.

        Examples
        --------
        >>> OpinionMap.from_dict({})
        Traceback (most recent call last):
        baithak.engine.errors.EngineError: map.unreadable(value="'axes'")
        """
        try:
            return _map_from(told)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineError("map.unreadable", value=str(error)) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> OpinionMap:
        """The map back from ``to_json``; raises as ``from_dict``."""
        try:
            told = json.loads(text)
        except ValueError as error:
            raise EngineError("map.unreadable", value=str(error)) from None
        return cls.from_dict(told)


def _plain(value: Any) -> Any:
    """Dataclasses as dictionaries, all the way down (``asdict`` would copy every number)."""
    kind = type(value)
    if kind is float or kind is str or kind is int:
        return value
    if kind is tuple or kind is list:
        return [_plain(part) for part in value]
    if kind is dict:
        return {name: _plain(part) for name, part in value.items()}
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in kind.__dataclass_fields__}
    return value


def _map_from(told: Mapping[str, Any]) -> OpinionMap:
    rest = dict(told)
    axes = tuple(Axis(**axis) for axis in rest.pop("axes"))
    groups = tuple(
        Group(
            **{
                **group,
                "centre": tuple(group["centre"]),
                "spread": tuple(tuple(row) for row in group["spread"]),
            }
        )
        for group in rest.pop("groups")
    )
    statements = tuple(_statement_from(row) for row in rest.pop("statements"))
    wide = rest.pop("polarisation")
    weights, defence = rest.pop("weights"), rest.pop("defence")
    people = tuple(
        Person(
            **{
                **person,
                "covariance": tuple(person["covariance"]),
                "membership": tuple(person["membership"]),
            }
        )
        for person in rest.pop("people", ())
    )
    return OpinionMap(
        axes=axes,
        groups=groups,
        statements=statements,
        polarisation=Polarisation(
            Interval(**wide["depth"]), Interval(**wide["breadth"]), dict(wide["measures"])
        ),
        weights=None
        if weights is None
        else Weights(**{**weights, "missing": tuple(tuple(row) for row in weights["missing"])}),
        defence=None if defence is None else _defence_from(defence),
        people=people,
        notes=tuple(rest.pop("notes")),
        **rest,
    )


def _defence_from(row: Mapping[str, Any]) -> Defence:
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list | tuple) else value
        for name, value in row.items()
    }
    return Defence(**kept)


def _statement_from(row: Mapping[str, Any]) -> StatementResult:
    views = {
        name: GroupView(
            **{
                **view,
                "agree": Interval(**view["agree"]),
                "disagree": Interval(**view["disagree"]),
            }
        )
        for name, view in row["by_group"].items()
    }
    intervals = {
        name: Interval(**row[name]) for name in ("agree", "common_ground", "common_ground_no")
    }
    return StatementResult(
        **{
            **row,
            **intervals,
            "by_group": views,
            "representative_of": tuple(row["representative_of"]),
        }
    )
