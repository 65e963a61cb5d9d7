"""The vote matrix: who said what of which statement, sparse, in one canonical order.

Everything the opinion engine computes starts from here. Rows (people) and columns (statements) are
sorted by id, so that no result depends on the order in which votes were stored or sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from baithak.engine.errors import EngineError

__all__ = ["AGREE", "DISAGREE", "OPEN", "PASS", "Statement", "Transposed", "VoteMatrix"]

AGREE, PASS, DISAGREE = 1, 0, -1
OPEN = "open"  # the one channel on which nobody vouches for the person

FEW = 8  # one vote in so many is few

_INTEGER = re.compile(r"-?[0-9]{1,18}")  # longer digits are names, not numbers


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement people vote on.

    ``moderated_out``: a moderator has taken it away; ``meta``: a question about the person, not
    an opinion. Both are left out of the map and of every list of results.
    """

    id: str
    text: str = ""
    moderated_out: bool = False
    meta: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Transposed:
    """The same votes by statement (compressed columns).

    ``indptr`` int64 [m+1]; ``rows`` int32 [V], ascending inside a column; ``values`` int8 [V];
    ``source`` int32 (int64 above 2**31 votes) [V], the position of each vote in the row-wise
    arrays.
    """

    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]
    values: NDArray[np.int8]
    source: NDArray[Any]


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """Votes of n people on m statements, V of them cast, row-wise and sparse.

    Parameters
    ----------
    participants : tuple of str, length n
        Ids in canonical order: numerically if all are whole numbers, else as text.
    statements : tuple of Statement, length m
        In the canonical order of their ids.
    indptr : int64 [n+1]
        Votes of person i are ``columns[indptr[i]:indptr[i+1]]`` and ``values`` likewise.
    columns : uint16 (int32 above 65,535 statements) [V]
        Statement positions, ascending within a person.
    values : int8 [V]
        +1 agree, 0 pass, -1 disagree. Not seen is not stored.
    channels : tuple of str, length n, or None
        How each person came: ``open``, ``token``, ``session``, ``lottery``. None: not known.
    notes : tuple of str
        Codes of what the reader had to do, such as ``identical_votes_dropped:3``.

    Treat the arrays as read-only. They are not locked, because numba would compile every kernel a
    second time for locked arrays.

    Examples
    --------
    >>> votes = VoteMatrix.from_arrays(["Amina", "Bilal", "Amina"], [10, 9, 9], [1, -1, 0])
    >>> votes.participants, [s.id for s in votes.statements]
    (('Amina', 'Bilal'), ['9', '10'])
    >>> votes.dense().tolist()
    [[0.0, 1.0], [-1.0, nan]]
    """

    participants: tuple[str, ...]
    statements: tuple[Statement, ...]
    indptr: NDArray[np.int64]
    columns: NDArray[Any]
    values: NDArray[np.int8]
    channels: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VoteMatrix):
            return NotImplemented
        return (
            self.participants == other.participants
            and self.statements == other.statements
            and self.channels == other.channels
            and np.array_equal(self.indptr, other.indptr)
            and np.array_equal(self.columns, other.columns)
            and np.array_equal(self.values, other.values)
        )

    __hash__ = None  # type: ignore[assignment]  # arrays inside: equal by content, not hashable

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.participants)

    @property
    def m(self) -> int:
        """Number of statements."""
        return len(self.statements)

    @property
    def size(self) -> int:
        """Number of votes cast."""
        return len(self.values)

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The person of each vote, int32 [V]."""
        counts = np.diff(self.indptr)
        return np.repeat(np.arange(self.n, dtype=np.int32), counts)

    @cached_property
    def votes_per_person(self) -> NDArray[np.int64]:
        """Votes each person cast, int64 [n]."""
        return np.diff(self.indptr)

    @cached_property
    def votes_per_statement(self) -> NDArray[np.int64]:
        """Votes cast on each statement, int64 [m]."""
        return _tally(self.columns, self.m)

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Statements that count as opinions, bool [m]: neither moderated out nor meta."""
        return np.array([not (s.moderated_out or s.meta) for s in self.statements], dtype=bool)

    @cached_property
    def verified(self) -> NDArray[np.bool_] | None:
        """People who did not come by the open channel, bool [n]; None where not known."""
        if self.channels is None:
            return None
        return np.array([channel != OPEN for channel in self.channels], dtype=bool)

    def transposed(self) -> Transposed:
        """The votes by statement; computed once."""
        return self._transposed

    @cached_property
    def _transposed(self) -> Transposed:
        source = _order(self.columns, self.m)
        indptr = np.zeros(self.m + 1, dtype=np.int64)
        np.cumsum(self.votes_per_statement, out=indptr[1:])
        return Transposed(indptr, self.rows[source], self.values[source], source)

    def dense(self) -> NDArray[np.float64]:
        """The matrix as float64 [n, m] with NaN for not seen: for small data and for tests."""
        table = np.full((self.n, self.m), np.nan)
        table[self.rows, self.columns] = self.values
        return table

    def keep_votes(self, keep: NDArray[np.bool_]) -> VoteMatrix:
        """The same people and statements with only the votes where ``keep`` (bool [V]) is true."""
        counts = _tally(self.rows[keep], self.n)
        indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return replace(self, indptr=indptr, columns=self.columns[keep], values=self.values[keep])

    def keep_people(self, keep: NDArray[np.bool_]) -> VoteMatrix:
        """The same statements with only the people where ``keep`` (bool [n]) is true."""
        chosen = np.flatnonzero(keep)
        counts = self.votes_per_person[chosen]
        indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        cast: NDArray[Any]
        if indptr[-1] * FEW < self.size:  # a look at the votes of all would take longer
            cast = np.repeat(self.indptr[chosen] - indptr[:-1], counts) + np.arange(indptr[-1])
        else:
            cast = np.repeat(keep, self.votes_per_person)
        return replace(
            self,
            participants=tuple(self.participants[i] for i in chosen),
            channels=None if self.channels is None else tuple(self.channels[i] for i in chosen),
            indptr=indptr,
            columns=self.columns[cast],
            values=self.values[cast],
        )

    def with_votes(
        self, participant: Sequence[Any], statement: Sequence[Any], vote: Sequence[int]
    ) -> VoteMatrix:
        """The matrix after new or changed votes, in the order given: the last one of a pair wins.

        New people and new statements may appear; their channel is ``open`` where channels are
        known at all.
        """
        person_at = {name: k for k, name in enumerate(self.participants)}
        subject_at = {s.id: k for k, s in enumerate(self.statements)}
        new_rows = [person_at.setdefault(str(p), len(person_at)) for p in participant]
        new_columns = [subject_at.setdefault(str(s), len(subject_at)) for s in statement]
        cast = _values(vote)
        if not len(new_rows) == len(new_columns) == len(cast):
            lengths = (len(new_rows), len(new_columns), len(cast))
            raise EngineError("votes.lengths_differ", field="vote", value=lengths)
        channels = None
        if self.channels is not None:
            channels = dict(zip(self.participants, self.channels, strict=True))
        added = [Statement(name) for name in list(subject_at)[self.m :]]
        return VoteMatrix.from_codes(
            list(person_at),
            np.concatenate((self.rows, np.array(new_rows, dtype=np.int32))),
            list(subject_at),
            np.concatenate((self.columns, new_columns)).astype(np.int32),
            np.concatenate((self.values, cast)),
            statements=(*self.statements, *added),
            channels=channels,
            times=np.arange(self.size + len(cast)),
        )

    @classmethod
    def from_arrays(
        cls,
        participant: ArrayLike | Iterable[Any],
        statement: ArrayLike | Iterable[Any],
        vote: ArrayLike,
        *,
        statements: Sequence[Statement] | None = None,
        channels: Mapping[str, str] | None = None,
        times: ArrayLike | None = None,
        people: Sequence[str] = (),
        notes: tuple[str, ...] = (),
    ) -> VoteMatrix:
        """Build the matrix from three equally long columns of votes.

        Parameters
        ----------
        participant, statement : [V] of int or str
            Whose vote, on what. Integer arrays are the fast way in.
        vote : [V] of int
            +1 agree, 0 pass, -1 disagree.
        statements : sequence of Statement, optional
            All statements, in any order, also those without votes. Default: those voted on.
        channels : mapping of participant id to channel, optional
            People not named in it came by ``open``.
        times : [V], optional
            When each vote was cast: of several votes of one person on one statement the last
            wins. Without times only identical repeats are accepted (kept once, with a note).
        people : sequence of str, optional
            Participants to keep although they may have no votes.

        Raises
        ------
        EngineError
            ``votes.empty``, ``votes.lengths_differ``, ``votes.unknown_value``,
            ``votes.unknown_statement``, ``votes.duplicate_statement``,
            ``votes.contradictory_duplicate``. Rows count from 1 in the arrays given.
        """
        persons, person_codes = _codes(participant)
        subjects, subject_codes = _codes(statement)
        values = _values(vote)
        lengths = (len(person_codes), len(subject_codes), len(values))
        if len(set(lengths)) > 1:
            raise EngineError("votes.lengths_differ", field="vote", value=lengths)
        return cls.from_codes(
            persons,
            person_codes,
            subjects,
            subject_codes,
            values,
            statements=statements,
            channels=channels,
            times=times,
            people=people,
            notes=notes,
        )

    @classmethod
    def from_codes(
        cls,
        persons: Sequence[str],
        person_codes: NDArray[np.int32],
        subjects: Sequence[str],
        subject_codes: NDArray[np.int32],
        values: NDArray[np.int8],
        *,
        statements: Sequence[Statement] | None = None,
        channels: Mapping[str, str] | None = None,
        times: ArrayLike | None = None,
        people: Sequence[str] = (),
        notes: tuple[str, ...] = (),
    ) -> VoteMatrix:
        """As ``from_arrays``, where the ids are already numbered.

        ``person_codes`` and ``subject_codes`` (int32 [V]) are positions in ``persons`` and
        ``subjects`` (distinct ids, in any order); ``values`` is checked already.
        """
        if not len(values):
            raise EngineError("votes.empty", field="vote")
        table = _statement_table(subjects, subject_codes, statements)
        known = set(persons)
        everybody = [*persons, *(name for name in dict.fromkeys(people) if name not in known)]
        participants, person_rank = _canonical(everybody)
        statement_ids, statement_rank = _canonical([s.id for s in table])
        found = {s.id: s for s in table}
        position = {s.id: k for k, s in enumerate(table)}
        to_rank = statement_rank[[position[name] for name in subjects]]
        rows = person_rank[person_codes]
        columns = to_rank[subject_codes].astype(np.uint16 if len(table) <= 65_535 else np.int32)
        indptr, columns, values, dropped = _compress(
            rows, columns, values, participants, statement_ids, times
        )
        if dropped:
            notes = (*notes, f"identical_votes_dropped:{dropped}")
        return cls(
            participants,
            tuple(found[name] for name in statement_ids),
            indptr,
            columns,
            values,
            None if channels is None else tuple(channels.get(p, OPEN) for p in participants),
            notes,
        )


def _canonical(ids: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Ids in canonical order, and the place of each given id in it."""
    whole = all(_INTEGER.fullmatch(name) for name in ids)
    if whole:
        order = sorted(range(len(ids)), key=lambda k: (int(ids[k]), ids[k]))
    else:
        order = sorted(range(len(ids)), key=lambda k: ids[k])
    rank = np.empty(len(ids), dtype=np.int32)
    rank[order] = np.arange(len(ids), dtype=np.int32)
    return tuple(ids[k] for k in order), rank


def _codes(column: ArrayLike | Iterable[Any]) -> tuple[list[str], NDArray[np.int32]]:
    """Distinct ids as text and, for every vote, the position of its id among them."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu" and column.size:
        low, high = int(column.min()), int(column.max())
        if high - low < max(4 * len(column), 1_000_000):
            # A table over the range is far cheaper than sorting ten million ids.
            present = np.zeros(high - low + 1, dtype=bool)
            present[column - low] = True
            seen = np.flatnonzero(present)
            place = np.zeros(high - low + 1, dtype=np.int32)
            place[seen] = np.arange(len(seen))
            return [str(v) for v in (seen + low).tolist()], place[column - low]
        unique, codes = np.unique(column, return_inverse=True)
        return [str(v) for v in unique.tolist()], codes.astype(np.int32)
    table: dict[Any, int] = {}
    given = column.tolist() if isinstance(column, np.ndarray) else column
    numbers = np.fromiter(
        (table.setdefault(str(name), len(table)) for name in given),  # type: ignore[union-attr]
        dtype=np.int64,
    ).astype(np.int32)
    return list(table), numbers


def _values(vote: ArrayLike) -> NDArray[np.int8]:
    given = np.asarray(vote)
    if given.size == 0:
        return np.empty(0, dtype=np.int8)
    try:
        wrong = (given != AGREE) & (given != PASS) & (given != DISAGREE)
        values = np.where(wrong, 0, given).astype(np.int8)
    except (TypeError, ValueError):
        wrong = np.ones(given.shape, dtype=bool)
        values = np.empty(0, dtype=np.int8)
    if np.any(wrong):
        first = int(np.flatnonzero(wrong)[0])
        raise EngineError(
            "votes.unknown_value",
            row=first + 1,
            field="vote",
            value=str(given.ravel()[first]),
            more=int(wrong.sum()) - 1,
        )
    return values


def _statement_table(
    subjects: Sequence[str], codes: NDArray[np.int32], statements: Sequence[Statement] | None
) -> Sequence[Statement]:
    if statements is None:
        return [Statement(name) for name in subjects]
    known: set[str] = set()
    for k, statement in enumerate(statements):
        if statement.id in known:
            raise EngineError(
                "votes.duplicate_statement", row=k + 1, field="statement", value=statement.id
            )
        known.add(statement.id)
    strangers = [k for k, name in enumerate(subjects) if name not in known]
    if strangers:
        first = int(np.flatnonzero(np.isin(codes, strangers))[0])
        raise EngineError(
            "votes.unknown_statement",
            row=first + 1,
            field="statement",
            value=subjects[int(codes[first])],
            more=len(strangers) - 1,
        )
    return statements


def _compress(
    rows: NDArray[np.int32],
    columns: NDArray[Any],
    values: NDArray[np.int8],
    participants: Sequence[str],
    statement_ids: Sequence[str],
    times: ArrayLike | None,
) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[np.int8], int]:
    """Sort into rows and columns, settle repeated votes; also how many identical ones fell away."""
    n, m = len(participants), len(statement_ids)
    if times is None:
        when = np.zeros(0)
        order = _order(columns, m)
    else:
        when = np.asarray(times)
        by_time = np.argsort(when, kind="stable")
        order = by_time[_order(columns[by_time], m)]
    order = order[_order(rows[order], n)]
    rows, columns, values = rows[order], columns[order], values[order]
    same = (rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1])
    dropped = 0
    if same.any():
        together = same if times is None else same & (when[order[1:]] == when[order[:-1]])
        clash = np.flatnonzero(together & (values[1:] != values[:-1]))
        if len(clash):
            # The clash the reader of the file meets first, with both of its rows.
            k = min(clash.tolist(), key=lambda c: int(order[c + 1]))
            raise EngineError(
                "votes.contradictory_duplicate",
                row=int(order[k + 1]) + 1,
                first_row=int(order[k]) + 1,
                field="vote",
                value=int(values[k + 1]),
                participant=participants[int(rows[k])],
                statement=statement_ids[int(columns[k])],
                more=len(clash) - 1,
            )
        dropped = int(together.sum())
        last = np.append(~same, True)
        rows, columns, values = rows[last], columns[last], values[last]
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(_tally(rows, n), out=indptr[1:])
    return indptr, columns, values, dropped


def _order(keys: NDArray[Any], bins: int) -> NDArray[Any]:
    """A stable order of small whole-number keys, in linear time (numpy has none)."""
    order = np.empty(len(keys), dtype=np.int32 if len(keys) < 2**31 else np.int64)
    _counting_order(keys, np.zeros(bins + 1, dtype=np.int64), order)
    return order


def _tally(keys: NDArray[Any], bins: int) -> NDArray[np.int64]:
    """How often each key occurs, int64 [bins]; ``np.bincount`` would first copy all to int64."""
    counts = np.zeros(bins, dtype=np.int64)
    _add_up(keys, counts)
    return counts


@njit(cache=True, nogil=True)
def _add_up(keys, counts):  # type: ignore[no-untyped-def]
    for k in range(keys.size):
        counts[np.int64(keys[k])] += 1


@njit(cache=True, nogil=True)
def _counting_order(keys, start, order):  # type: ignore[no-untyped-def]
    for k in range(keys.size):
        start[np.int64(keys[k]) + 1] += 1
    for b in range(start.size - 1):
        start[b + 1] += start[b]
    for k in range(keys.size):
        key = np.int64(keys[k])
        order[start[key]] = k
        start[key] += 1
