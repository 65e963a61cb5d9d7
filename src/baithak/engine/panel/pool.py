"""A pool of people who volunteered, and the quotas a panel drawn from it has to meet.

Everybody has one feature in every category; a quota says how many people with a feature a panel
holds at least and at most. Names are matched without regard to case and outer blanks, and kept as
the quotas write them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from baithak.engine.errors import EngineError

__all__ = ["Pool", "Quota", "Quotas", "plain"]

MOST_ERRORS = 20  # problems told at once


def plain(text: str) -> str:
    """How names are compared: one blank between words, no regard to case.

    Examples
    --------
    >>> plain("  Social  Rent ")
    'social rent'
    """
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Quota:
    """From ``min`` to ``max`` members of a panel have ``feature`` in ``category``.

    ``min_flex`` and ``max_flex`` say how far the bounds may be loosened if they cannot be met;
    None: as far as it takes.
    """

    category: str
    feature: str
    min: int
    max: int
    min_flex: int | None = None
    max_flex: int | None = None


@dataclass(frozen=True)
class Quotas:
    """All quotas; those of one category stand together, categories in order of first mention.

    Parameters
    ----------
    quotas : sequence of Quota
        In any order; features keep their order within the category.

    Raises
    ------
    EngineError
        ``panel.quota_empty`` (no quota at all), ``panel.quota_twice``, ``panel.quota_negative``,
        ``panel.quota_reversed`` (min above max), ``panel.quota_flex`` (narrower than the quota
        itself); params ``category``, ``feature``, and ``min``, ``max`` where they matter. The
        first is raised, the next ones are its ``others``.

    Examples
    --------
    >>> quotas = Quotas((Quota("sex", "f", 1, 2), Quota("age", "old", 0, 1), Quota("sex", "m", 1, 2),
    ...                  Quota("age", "young", 1, 3)))
    >>> quotas.categories, quotas.find("SEX", " M")
    (('sex', 'age'), 1)
    """

    quotas: tuple[Quota, ...]

    def __post_init__(self) -> None:
        if not self.quotas:
            raise EngineError("panel.quota_empty")
        first: dict[str, int] = {}
        for quota in self.quotas:
            first.setdefault(plain(quota.category), len(first))
        ordered = sorted(self.quotas, key=lambda quota: first[plain(quota.category)])
        object.__setattr__(self, "quotas", tuple(ordered))
        _refuse(list(self._problems()))

    def _problems(self) -> Iterator[EngineError]:
        seen: set[tuple[str, str]] = set()
        for one in self.quotas:
            where = {"category": one.category, "feature": one.feature}
            name = plain(one.category), plain(one.feature)
            if name in seen:
                yield EngineError("panel.quota_twice", **where)
            seen.add(name)
            if one.min < 0:
                yield EngineError("panel.quota_negative", **where, min=one.min)
            if one.min > one.max:
                yield EngineError("panel.quota_reversed", **where, min=one.min, max=one.max)
            narrow_min = one.min_flex is not None and not 0 <= one.min_flex <= one.min
            narrow_max = one.max_flex is not None and one.max_flex < one.max
            if narrow_min or narrow_max:
                yield EngineError("panel.quota_flex", **where, min=one.min, max=one.max)

    def __len__(self) -> int:
        return len(self.quotas)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """As first written, each once."""
        names: dict[str, str] = {}
        for quota in self.quotas:
            names.setdefault(plain(quota.category), quota.category)
        return tuple(names.values())

    @cached_property
    def category_of(self) -> NDArray[np.int32]:
        """int32 [F]: the position of each quota's category."""
        place = {plain(name): i for i, name in enumerate(self.categories)}
        return np.array([place[plain(quota.category)] for quota in self.quotas], dtype=np.int32)

    @cached_property
    def low(self) -> NDArray[np.int64]:
        """int64 [F]: fewest members with each feature."""
        return np.array([quota.min for quota in self.quotas], dtype=np.int64)

    @cached_property
    def high(self) -> NDArray[np.int64]:
        """int64 [F]: most members with each feature."""
        return np.array([quota.max for quota in self.quotas], dtype=np.int64)

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        return {(plain(one.category), plain(one.feature)): i for i, one in enumerate(self.quotas)}

    def find(self, category: str, feature: str) -> int | None:
        """The position of a quota in ``quotas``; None where there is none of these names."""
        return self._places.get((plain(category), plain(feature)))

    def of(self, category: str) -> range:
        """The positions in ``quotas`` of a category's features; empty for an unknown category."""
        wanted = plain(category)
        found = [i for i, quota in enumerate(self.quotas) if plain(quota.category) == wanted]
        return range(found[0], found[-1] + 1) if found else range(0)

    def check(self, size: int) -> None:
        """Refuse quotas that no panel of this size can meet, whoever volunteers.

        Raises
        ------
        EngineError
            ``panel.size`` (not positive), ``panel.mins_above_size`` and ``panel.maxes_below_size``
            with params ``category``, ``total``, ``size``.

        Examples
        --------
        >>> Quotas((Quota("sex", "f", 1, 2), Quota("sex", "m", 1, 2))).check(5)
        Traceback (most recent call last):
        baithak.engine.errors.EngineError: panel.maxes_below_size(category='sex', size=5, total=4)
        """
        if size < 1:
            raise EngineError("panel.size", size=size)
        problems = []
        for category in self.categories:
            where = self.of(category)
            low, high = (
                int(each[where.start : where.stop].sum()) for each in (self.low, self.high)
            )
            told = {"category": category, "size": size}
            if low > size:
                problems.append(EngineError("panel.mins_above_size", **told, total=low))
            if high < size:
                problems.append(EngineError("panel.maxes_below_size", **told, total=high))
        _refuse(problems)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Everybody who can be chosen.

    Parameters
    ----------
    ids : tuple of str, length n
        Each once.
    features : int32 [n, categories]
        The position in ``quotas.quotas`` of each person's feature in each category.
    household : int32 [n] or None
        People with the same number live together; None where nothing is known about it.
    columns : mapping of str to tuple of str
        Further columns as written.
    """

    ids: tuple[str, ...]
    features: NDArray[np.int32]
    household: NDArray[np.int32] | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many people."""
        return len(self.ids)

    def counts(self, quotas: Quotas) -> NDArray[np.int64]:
        """int64 [F]: how many people of the pool have each feature."""
        return np.bincount(self.features.ravel(), minlength=len(quotas)).astype(np.int64)

    @classmethod
    def from_people(
        cls,
        people: Sequence[Mapping[str, str]],
        quotas: Quotas,
        *,
        ids: str | Sequence[str] | None = None,
        household: str | Sequence[str] | None = None,
    ) -> Pool:
        """A pool of rows with one column per category.

        Parameters
        ----------
        people : sequence of mappings
            Column names to values; what is no category becomes ``columns``.
        quotas : Quotas
        ids : str or sequence of str, optional
            A column, or one name per person; by default the number of the row, from 1.
        household : str or sequence of str, optional
            A column, or one name per person. Who has a blank one lives alone.

        Raises
        ------
        EngineError
            ``panel.pool_empty``; ``panel.column_missing`` (params ``field``); ``panel.blank`` and
            ``panel.unknown_value`` (``row`` from 1, ``field``, and ``value``, ``allowed``);
            ``panel.id_twice`` (``row``, ``value``). The first is raised, the next ones (up to 20)
            are its ``others``.

        Examples
        --------
        >>> quotas = Quotas((Quota("sex", "f", 1, 1), Quota("sex", "m", 1, 1)))
        >>> pool = Pool.from_people([{"sex": "F"}, {"sex": "m"}], quotas, household=["a", "a"])
        >>> pool.ids, pool.features.ravel().tolist(), pool.household.tolist()
        (('1', '2'), [0, 1], [0, 0])
        """
        if not people:
            raise EngineError("panel.pool_empty")
        names = {plain(name): name for person in people for name in person}
        missing = [name for name in quotas.categories if plain(name) not in names]
        missing += [
            name for name in (ids, household) if isinstance(name, str) and plain(name) not in names
        ]
        _refuse([EngineError("panel.column_missing", field=name) for name in missing])
        problems: list[EngineError] = []
        features = np.zeros((len(people), len(quotas.categories)), dtype=np.int32)
        for c, category in enumerate(quotas.categories):
            column = names[plain(category)]
            allowed = tuple(quotas.quotas[i].feature for i in quotas.of(category))
            for row, person in enumerate(people):
                value = person.get(column, "")
                place = quotas.find(category, value)
                if place is not None:
                    features[row, c] = place
                elif not value.strip():
                    problems.append(EngineError("panel.blank", row=row + 1, field=category))
                else:
                    where = {"row": row + 1, "field": category, "value": value}
                    problems.append(EngineError("panel.unknown_value", **where, allowed=allowed))
        own = _labels(people, names, ids) or [str(row + 1) for row in range(len(people))]
        problems += _twice(own)
        _refuse(problems)
        homes = _labels(people, names, household)
        categories = {plain(name) for name in quotas.categories}
        columns = {
            name: tuple(person.get(name, "") for person in people)
            for key, name in names.items()
            if key not in categories
        }
        return cls(tuple(own), features, None if homes is None else _numbered(homes), columns)


def _labels(
    people: Sequence[Mapping[str, str]], names: Mapping[str, str], given: str | Sequence[str] | None
) -> list[str] | None:
    if isinstance(given, str):
        return [person.get(names[plain(given)], "").strip() for person in people]
    if given is not None and len(given) != len(people):
        raise ValueError(f"{len(given)} labels for {len(people)} people")
    return None if given is None else [str(label).strip() for label in given]


def _numbered(homes: Sequence[str]) -> NDArray[np.int32]:
    """A number per household in order of first mention; a blank is a household of its own."""
    numbers: dict[str, int] = {}
    told = []
    for row, home in enumerate(homes):
        told.append(numbers.setdefault(plain(home) or f"\0{row}", len(numbers)))
    return np.array(told, dtype=np.int32)


def _twice(ids: Sequence[str]) -> list[EngineError]:
    seen: set[str] = set()
    problems = []
    for row, name in enumerate(ids):
        if not name:
            problems.append(EngineError("panel.blank", row=row + 1, field="id"))
        elif name in seen:
            problems.append(EngineError("panel.id_twice", row=row + 1, value=name))
        seen.add(name)
    return problems


def _refuse(problems: Sequence[EngineError]) -> None:
    """Raise the first problem; the next ones travel with it."""
    if problems:
        first, *others = sorted(problems, key=lambda error: error.params.get("row", 0))
        first.others = tuple(others[: MOST_ERRORS - 1])
        raise first
