"""Who does what: organisations against levels, areas or objectives, counted from bare facts about actions.

Nothing here asks a database: the queries bring one line for each action, this counts them. So a page
about five thousand actions costs the same few queries as one about five.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["BY", "Asked", "Fact", "Gaps", "Matrix", "Office", "Row", "gaps", "matrix", "narrowed"]

#: By what the columns can be told apart.
BY = ("level", "prevention", "area", "objective", "state")
#: More columns than this nobody reads: the largest stay, the others share one.
WIDEST = 8
#: The column of what is none of the others, and of what says nothing.
OTHERS, NOTHING = "*", ""
_OPEN = frozenset({"planned", "running", "paused"})


class Fact(NamedTuple):
    """What is counted of one action."""

    action: int
    plan: int
    owner: int | None
    objective: int | None
    level: str
    prevention: str
    state: str
    area: str
    groups: tuple[str, ...]

    def column(self, by: str) -> str:
        """In which column it stands."""
        if by == "objective":
            return NOTHING if self.objective is None else str(self.objective)
        return str(getattr(self, by))


class Office(NamedTuple):
    """An organisation or department of the place."""

    pk: int
    name: str
    types: tuple[str, ...]
    level: str


@dataclass(frozen=True, slots=True)
class Asked:
    """By what the page is narrowed. Empty or zero: by nothing."""

    by: str = "level"
    plan: int = 0
    level: str = ""
    prevention: str = ""
    area: str = ""
    state: str = ""
    type: str = ""
    organisation: int = 0
    #: ``leads``, ``joins`` or both: the part of that organisation.
    part: str = ""
    objective: int = 0
    #: ``no_owner``: actions that nobody does; ``idle``: organisations that do nothing.
    gap: str = ""
    #: ``actions``: a list of actions instead of the table.
    show: str = ""

    @property
    def wants_actions(self) -> bool:
        return bool(self.organisation) or self.show == "actions" or self.gap == "no_owner"


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation (``None``: nobody yet): how many actions it leads, by column, and joins."""

    office: Office | None
    cells: tuple[int, ...]
    leads: int
    joins: int = 0


@dataclass(frozen=True, slots=True)
class Matrix:
    """``columns`` are codes; ``totals`` count each action once."""

    columns: tuple[str, ...]
    nobody: Row
    rows: tuple[Row, ...]
    totals: tuple[int, ...]
    actions: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing, as codes and numbers."""

    no_owner: int
    #: Organisations without an action.
    idle: tuple[int, ...] = ()
    levels: tuple[str, ...] = ()
    preventions: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    objectives: tuple[int, ...] = ()

    @property
    def any(self) -> bool:
        return bool(
            self.no_owner or self.idle or self.levels or self.preventions or self.areas
            or self.groups or self.objectives
        )  # fmt: skip


def narrowed(
    facts: Iterable[Fact],
    asked: Asked,
    *,
    of_type: Collection[int] = (),
    joined: Collection[int] = (),
) -> list[Fact]:
    """Those that are asked for. What was dropped is asked for by its name only.

    Parameters
    ----------
    facts : iterable of Fact
    asked : Asked
    of_type : collection of int
        The organisations of the asked type.
    joined : collection of int
        The actions that the asked organisation takes part in.
    """
    found: list[Fact] = []
    for fact in facts:
        if fact.state != asked.state if asked.state else fact.state == "dropped":
            continue
        if (
            (asked.plan and fact.plan != asked.plan)
            or (asked.level and fact.level != asked.level)
            or (asked.prevention and fact.prevention != asked.prevention)
            or (asked.area and fact.area != asked.area)
            or (asked.objective and fact.objective != asked.objective)
            or (asked.type and fact.owner not in of_type)
            or (asked.gap == "no_owner" and fact.owner is not None)
            or (asked.organisation and not _takes_part(fact, asked, joined))
        ):
            continue
        found.append(fact)
    return found


def _takes_part(fact: Fact, asked: Asked, joined: Collection[int]) -> bool:
    leads, joins = fact.owner == asked.organisation, fact.action in joined
    return {"leads": leads, "joins": joins}.get(asked.part, leads or joins)


def matrix(
    facts: Sequence[Fact],
    offices: Iterable[Office],
    joins: Mapping[int, int],
    by: str,
    order: Sequence[str] = (),
) -> Matrix:
    """Count them.

    Parameters
    ----------
    facts : sequence of Fact
        Those that are asked for.
    offices : iterable of Office
        The rows, in their order.
    joins : mapping of int to int
        In how many of these actions an organisation takes part.
    by : str
        One of ``BY``.
    order : sequence of str
        Codes of columns that have an order of their own; others go by their size.
    """
    at = [fact.column(by) for fact in facts]
    sizes = Counter(at)
    columns = _columns(sizes, order)
    place = {code: number for number, code in enumerate(columns)}
    last = place.get(OTHERS)
    cells: dict[int | None, list[int]] = defaultdict(lambda: [0] * len(columns))
    for fact, code in zip(facts, at, strict=True):
        cells[fact.owner][place.get(code, last if last is not None else 0)] += 1
    empty = (0,) * len(columns)

    def row(office: Office | None, key: int | None, joined: int) -> Row:
        told = tuple(cells[key]) if key in cells else empty
        return Row(office, told, sum(told), joined)

    rows = tuple(row(office, office.pk, joins.get(office.pk, 0)) for office in offices)
    totals = tuple(
        sum(sizes[code] for code in sizes if code not in place) if code == OTHERS else sizes[code]
        for code in columns
    )
    return Matrix(columns, row(None, None, 0), rows, totals, len(facts))


def _columns(sizes: Mapping[str, int], order: Sequence[str]) -> tuple[str, ...]:
    known = [code for code in order if sizes.get(code)]
    free = sorted(set(sizes) - set(known) - {NOTHING}, key=lambda code: (-sizes[code], code))
    columns = known + free
    if len(columns) > WIDEST:
        columns = [*columns[: WIDEST - 1], OTHERS]
    return (*columns, NOTHING) if sizes.get(NOTHING) else tuple(columns)


def gaps(
    facts: Iterable[Fact],
    offices: Iterable[Office],
    joining: Collection[int],
    *,
    levels: Sequence[str],
    preventions: Sequence[str],
    groups: Sequence[str],
    objectives: Sequence[int],
) -> Gaps:
    """What is missing. The sequences are what there could be; ``joining`` are organisations that take part."""
    at_levels: set[str] = set()
    at_preventions: set[str] = set()
    served: set[str] = set()
    used: set[int | None] = set()
    leading: set[int | None] = set()
    areas: dict[str, bool] = {}
    no_owner = 0
    for fact in facts:
        is_open = fact.state in _OPEN
        if fact.area:
            areas[fact.area] = areas.get(fact.area, False) or is_open
        if fact.state == "dropped":
            continue
        at_levels.add(fact.level)
        at_preventions.add(fact.prevention)
        served.update(fact.groups)
        used.add(fact.objective)
        leading.add(fact.owner)
        no_owner += is_open and fact.owner is None
    return Gaps(
        no_owner=no_owner,
        idle=tuple(o.pk for o in offices if o.pk not in leading and o.pk not in joining),
        levels=tuple(code for code in levels if code not in at_levels),
        preventions=tuple(code for code in preventions if code not in at_preventions),
        areas=tuple(sorted(area for area, is_open in areas.items() if not is_open)),
        groups=tuple(code for code in groups if code not in served),
        objectives=tuple(pk for pk in objectives if pk not in used),
    )
