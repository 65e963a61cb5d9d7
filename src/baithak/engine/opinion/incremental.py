"""A fit that takes votes as they come: consistent after every handful, in about a millisecond.

What the model knows of the statements is a sum over people. So a fit is kept with these sums; when
somebody votes, their old contribution is taken out, their posterior is found anew, their new
contribution is put in and the statements are solved again: the incremental EM of Neal and Hinton.

Posteriors and contributions are taken at the statements of the fit this began with, never at those
of the update before. What comes out is therefore a function of that fit and of the votes as they
are now: the same in whatever order and in whatever portions the votes came, up to rounding (1e-12),
and equal to one batch step over everybody. Hyper-parameters stay as they were; fit again in the
background (``fit(votes, start=...)``) and begin anew from there.

Paper: R. Neal and G. Hinton, "A view of the EM algorithm that justifies incremental, sparse, and
other variants" (1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from baithak.engine.errors import EngineError
from baithak.engine.opinion.model import (
    Fit,
    Floats,
    Rows,
    found_anew,
    said,
    solved,
)
from baithak.engine.opinion.shards import cut, shared_out
from baithak.engine.opinion.votes import Statement, VoteMatrix

__all__ = ["Incremental"]

ROOM = 1.5  # how much longer the arrays become when they are full


class Incremental:
    """A fit and the votes that came since.

    Parameters
    ----------
    start : Fit
        Is not changed. One pass over its votes is made here.

    Examples
    --------
    >>> from baithak.engine.opinion.model import fit
    >>> people, subjects = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    >>> sides = np.where((people < 10) == (subjects < 3), 1, -1)
    >>> running = Incremental(fit(VoteMatrix.from_arrays(people, subjects, sides), dimensions=1))
    >>> running.vote(["Amina", "Amina", "3"], ["0", "5", "1"], [1, -1, 0])
    >>> running.size, running.n, bool(running.mean("Amina")[1] * running.mean("3")[1] > 0)
    (122, 21, True)
    """

    def __init__(self, start: Fit) -> None:
        votes = start.votes
        self.start = start
        self.revision = 0
        self.size = votes.size
        self._person = {name: i for i, name in enumerate(votes.participants)}
        self._subject = {s.id: j for j, s in enumerate(votes.statements)}
        # Where everybody's votes are: in those of the fit, or (own) in the pool below.
        self._first, self._count = votes.indptr[:-1].copy(), np.diff(votes.indptr)
        self._own = np.zeros(votes.n, dtype=bool)
        self._columns, self._values = np.empty(0, np.int64), np.empty(0, np.int8)
        self._used = 0
        self._z, self._packed, self._w = start.z.copy(), start.z_packed.copy(), start.w.copy()
        self._base = start.table, start.x
        # What is known of somebody without votes.
        upper = np.triu_indices(start.dimensions + 1)
        self._prior = np.diag(1 / start.prior_precision)[upper].astype(np.float32)
        held = self._held()

        def stretch(bounds: tuple[int, int]) -> tuple[Floats, ...]:
            low, high = bounds
            rows = votes.indptr[low : high + 1], votes.columns, votes.values
            z, packed, w = (part[low:high] for part in (start.z, start.z_packed, start.w))
            return said(held, rows, z, packed, w)

        parts = shared_out(stretch, cut(votes.indptr))
        self.sums: tuple[Floats, ...] = tuple(sum(kind) for kind in zip(*parts, strict=True))
        self._solve()

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self._person)

    @property
    def m(self) -> int:
        """Number of statements."""
        return len(self._subject)

    @property
    def statements(self) -> tuple[str, ...]:
        """Ids in the order of ``b_v``, ``b_v_cov`` and ``x``: new ones come last."""
        return tuple(self._subject)

    @property
    def participants(self) -> tuple[str, ...]:
        """Ids in the order in which they are held: new people come last."""
        return tuple(self._person)

    def vote(
        self, participant: Sequence[str], statement: Sequence[str], vote: Sequence[int]
    ) -> None:
        """Take votes in; people and statements may be new. Of several on one the last counts.

        Afterwards ``b_v`` [m, F], ``b_v_cov`` [m, F, F] and ``x`` [m] are those of all votes so far
        and ``revision`` is one higher.

        Raises
        ------
        EngineError
            ``votes.lengths_differ``, ``votes.unknown_value``; then nothing has changed.
        """
        given = np.asarray(vote, dtype=np.int64)
        if not len(participant) == len(statement) == len(given):
            lengths = (len(participant), len(statement), len(given))
            raise EngineError("votes.lengths_differ", field="vote", value=lengths)
        wrong = np.flatnonzero(np.abs(given) > 1)
        if len(wrong):
            first = int(wrong[0])
            raise EngineError(
                "votes.unknown_value", row=first + 1, field="vote", value=str(given[first])
            )
        if not len(given):
            return
        people, subjects = self._person, self._subject
        rows = np.array([people.setdefault(str(p), len(people)) for p in participant])
        columns = np.array([subjects.setdefault(str(s), len(subjects)) for s in statement])
        self._make_room()
        values = given.astype(np.int8)
        # By person and statement, the last of repeated votes alone.
        order = np.lexsort((columns, rows))
        rows, columns, values = rows[order], columns[order], values[order]
        last = np.append((rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1]), True)
        rows, columns, values = rows[last], columns[last], values[last]
        begins = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
        who = rows[begins]
        here = self._votes_of(who)
        there = _merged(here, np.append(begins, len(rows)), columns, values)
        self._replace(who, here, there)
        self.size += int(there[0][-1] - here[0][-1])
        self.revision += 1
        self._solve()

    def mean(self, participant: str) -> Floats:
        """Posterior mean of somebody's (a, u), float64 [F].

        Raises
        ------
        EngineError
            ``model.unknown_person``.
        """
        if participant not in self._person:
            raise EngineError("model.unknown_person", field="participant", value=participant)
        return self._z[self._person[participant]].astype(np.float64)

    def fit(self) -> Fit:
        """Everything as a ``Fit`` of all votes so far: one copy of them, so not for every vote."""
        names, subjects = list(self._person), list(self._subject)
        old = self.start.votes
        indptr, columns, values = self._votes_of(np.arange(self.n))
        rows = np.repeat(np.arange(self.n, dtype=np.int32), np.diff(indptr))
        known = {s.id: s for s in old.statements}
        channels = None
        if old.channels is not None:
            channels = dict(zip(old.participants, old.channels, strict=True))
        votes = VoteMatrix.from_codes(
            names,
            rows,
            subjects,
            columns.astype(np.int32),
            values,
            statements=[known.get(name, Statement(name)) for name in subjects],
            channels=channels,
            notes=old.notes,
        )
        people = [self._person[name] for name in votes.participants]
        subject = [self._subject[s.id] for s in votes.statements]
        return replace(
            self._held(),
            votes=votes,
            z=self._z[people],
            z_packed=self._packed[people],
            w=self._w[people],
            b_v=self.b_v[subject],
            b_v_cov=self.b_v_cov[subject],
            x=self.x[subject],
            base=None,
            sums=None,
        )

    # --- inside

    def _held(self) -> Fit:
        """The fit this began with, as the model's functions want it: at its own statements."""
        return replace(self.start, base=self._base, sums=None)

    def _solve(self) -> None:
        """The statements from the sums."""
        self.b_v, self.b_v_cov, self.x = solved(self.start, self._base[1], self.sums)

    def _votes_of(self, who: NDArray[np.int64]) -> Rows:
        """The present votes of these people, compressed."""
        indptr = np.zeros(len(who) + 1, np.int64)
        np.cumsum(self._count[who], out=indptr[1:])
        columns, values = np.empty(indptr[-1], np.int64), np.empty(indptr[-1], np.int8)
        votes, first, own = self.start.votes, self._first[who], self._own[who]
        _copy(first, own, False, votes.columns, votes.values, indptr, columns, values)
        _copy(first, own, True, self._columns, self._values, indptr, columns, values)
        return indptr, columns, values

    def _keep(self, who: NDArray[np.int64], there: Rows) -> None:
        """These are now the votes of these people. Their earlier ones in the pool are given up."""
        indptr, columns, values = there
        length = int(indptr[-1])
        if self._used + length > len(self._columns):
            others = self._own.copy()
            others[who] = False
            kept = np.flatnonzero(others)
            live = self._votes_of(kept)
            room = int(ROOM * (len(live[1]) + length)) + 1024
            self._columns, self._values = np.empty(room, np.int64), np.empty(room, np.int8)
            self._used = 0
            self._keep(kept, live)
        part = slice(self._used, self._used + length)
        self._columns[part], self._values[part] = columns, values
        self._first[who], self._count[who] = self._used + indptr[:-1], np.diff(indptr)
        self._own[who] = True
        self._used += length

    def _replace(self, who: NDArray[np.int64], here: Rows, there: Rows) -> None:
        """Take out what these people said, find them anew, put in what they say now."""
        held = self._held()
        said(held, here, self._z[who], self._packed[who], self._w[who], onto=self.sums, sign=-1)
        # From where the fit had them, not from the last update: the order shall not matter.
        F, old = self._z.shape[1], who < self.start.n
        z, w = np.zeros((len(who), F), np.float32), np.zeros(len(who), np.float32)
        packed = np.tile(self._prior, (len(who), 1))
        z[old], packed[old] = self.start.z[who[old]], self.start.z_packed[who[old]]
        w[old] = self.start.w[who[old]]
        z, packed, w = found_anew(held, self._base, there, z, packed, w)
        said(held, there, z, packed, w, onto=self.sums)
        self._z[who], self._packed[who], self._w[who] = z, packed, w
        self._keep(who, there)

    def _make_room(self) -> None:
        """Longer arrays where people or statements are new."""
        if self.n > len(self._z):
            length = max(self.n, int(ROOM * len(self._z)))
            self._z = _longer(self._z, length, 0.0)
            self._packed = _longer(self._packed, length, self._prior)
            self._w = _longer(self._w, length, 0.0)
            self._first = _longer(self._first, length, 0)
            self._count = _longer(self._count, length, 0)
            self._own = _longer(self._own, length, 0)
        if self.m > len(self._base[0]):
            table, x = self._base
            row = self.start.unknown_statement
            self._base = _longer(table, self.m, row), _longer(x, self.m, self.start.hyper.x_mean)
            self.sums = tuple(_longer(part, self.m, 0.0) for part in self.sums)


def _longer(array: NDArray, length: int, blank: NDArray | float) -> NDArray:
    wider = np.empty((length, *array.shape[1:]), array.dtype)
    wider[: len(array)] = array
    wider[len(array) :] = blank
    return wider


def _merged(
    here: Rows, first: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.int8]
) -> Rows:
    """Votes of people with new ones put in; the new one counts where there was one before."""
    length = len(here[1]) + len(columns)
    ends = np.zeros(len(here[0]), np.int64)
    at, what = np.empty(length, np.int64), np.empty(length, np.int8)
    _merge(*here, first, columns, values, ends, at, what)
    return ends, at[: ends[-1]], what[: ends[-1]]


@njit(cache=True, nogil=True)
def _copy(first, own, which, columns, values, indptr, at, what):  # type: ignore[no-untyped-def]
    """Bring together the votes of those people for whom ``own`` is ``which``."""
    for i in range(first.size):
        if own[i] == which:
            for k in range(indptr[i + 1] - indptr[i]):
                at[indptr[i] + k] = columns[first[i] + k]
                what[indptr[i] + k] = values[first[i] + k]


@njit(cache=True, nogil=True)
def _merge(indptr, columns, values, first, new, new_values, ends, at, what):  # type: ignore[no-untyped-def]
    out = 0
    for i in range(indptr.size - 1):
        k, stop = indptr[i], indptr[i + 1]
        t, last = first[i], first[i + 1]
        while k < stop or t < last:
            if t == last or (k < stop and columns[k] < new[t]):
                at[out], what[out] = columns[k], values[k]
                k += 1
            else:
                if k < stop and columns[k] == new[t]:
                    k += 1
                at[out], what[out] = new[t], new_values[t]
                t += 1
            out += 1
        ends[i + 1] = out
