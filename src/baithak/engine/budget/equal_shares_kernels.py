"""The compiled inner loops of equal shares (``equal_shares.py`` has the mathematics).

Everything here is float64 with a bound on its error beside it: ``doubt`` of what a group holds,
``blur`` of a project's price. Whatever the numbers cannot tell apart (``NEAR`` of each other, or
within those bounds) is not decided here: the loop stops with a question, Python answers it with
exact fractions, and the loop goes on.

A price is what one unit of utility costs where ``Support.units`` count it; the price per utility,
rho, is that divided by ``factor`` (the project's cost under ``cost`` utility, else 1).
"""

# numba infers the types of compiled loops; mypy cannot follow it there.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "ACTIVE", "AFFORDABLE", "AT", "CAPPED", "DONE", "NEVER", "ORDER", "ROUND", "SEVERAL", "STATE",
    "TOP", "WINNER", "advance", "settled", "tallied", "unclear",
]  # fmt: skip

_EPS = 2.0**-53
NEAR = 1e-9  # relative: what is closer is decided by exact fractions
_TRACE = 1e-300  # money of a group that holds more than nothing, though less than can be told
_BLOCK = 256  # entries summed at once: the error of a sum grows with the block, not with the whole
NEVER = np.iinfo(np.int32).max  # ``broke`` of a group that never paid all it had

# What the loop answers: finished, or the question it needs an exact answer to.
DONE, AFFORDABLE, ORDER, CAPPED = 0, 1, 2, 3
# Places in ``state``: projects bought so far, projects still in the running, what comes next (0 a
# new round, 1 to pay for WINNER, 2 to pay, CAPPED being answered), the winner, the project asked
# about, how many may have the smallest rho.
ROUND, ACTIVE, AT, WINNER, TOP, SEVERAL, STATE = 0, 1, 2, 3, 4, 5, 6


@njit(cache=True, nogil=True)
def _weigh(low, high, groups, weights, units, money, price):
    """Money of the supporters who cannot pay ``price``, units of the others, money of all.

    And the price up to which those others can go.
    """
    short, pull, whole, most = 0.0, 0.0, 0.0, np.inf
    for block in range(low, high, _BLOCK):
        some, open_, all_ = 0.0, 0.0, 0.0
        for k in range(block, min(block + _BLOCK, high)):
            held = money[groups[k]]
            weight = weights[k]
            unit = 1.0 if units is None else units[k]
            capped = held < price * unit
            all_ += weight * held
            some += weight * held if capped else 0.0
            open_ += 0.0 if capped else weight * unit
            share = held if units is None else held / unit
            most = min(most, np.inf if capped else share)
        short += some
        pull += open_
        whole += all_
    return short, pull, whole, most


@njit(cache=True, nogil=True)
def _capped_sum(low, high, groups, weights, units, money, price, column):
    """Sum of ``column`` over the voters who cannot pay ``price``."""
    total = 0.0
    for k in range(low, high):
        g = groups[k]
        unit = 1.0 if units is None else units[k]
        share = weights[k] * column[g]  # before it is asked for: a branch costs more
        total += share if money[g] < price * unit else 0.0
    return total


@njit(cache=True, nogil=True)
def _below(a, b, c, d):
    """-1, 0 or 1 as a/b is less than, equal to or more than c/d, in whole numbers, exactly."""
    while True:
        whole, other = a // b, c // d
        if whole != other:
            return -1 if whole < other else 1
        a -= whole * b
        c -= other * d
        if a == 0 or c == 0:
            return 0 if a == c else (-1 if a == 0 else 1)
        a, b, c, d = d, c, b, a


@njit(cache=True, nogil=True)
def _simple_order(left, right, per_cost, whole, pulls):
    """The same for the rho of two projects whose capped supporters hold nothing at all."""
    if per_cost:
        return -1 if pulls[left] > pulls[right] else (1 if pulls[left] < pulls[right] else 0)
    return _below(whole[left], np.int64(pulls[left]), whole[right], np.int64(pulls[right]))


@njit(cache=True, nogil=True)
def unclear(low, high, groups, units, money, doubt, price, blur, found):
    """Groups of which it is not clear whether they hold at least their price; returns how many."""
    count = 0
    for k in range(low, high):
        g = groups[k]
        held = money[g]
        if held > 0.0:
            unit = 1.0 if units is None else units[k]
            due = price * unit
            if abs(held - due) <= NEAR * due + doubt[g] + blur * unit:
                found[count] = g
                count += 1
    return count


@njit(cache=True, nogil=True)
def _any_close(low, high, groups, units, money, price, fuzz):
    """Does anybody hold so nearly the price that it is not clear who pays all?"""
    count = 0
    for k in range(low, high):
        held = money[groups[k]]
        unit = 1.0 if units is None else units[k]
        due = price * unit
        count += (held > 0.0) & (abs(held - due) <= NEAR * due + fuzz * unit)
    return count > 0


@njit(cache=True, nogil=True)
def _pay(
    low, high, groups, weights, units, money, slope, doubt, broke, verdict, turn, price, error,
    rise, limit, most,
):  # fmt: skip
    """Take the price, or all; returns voters who paid, the new ``limit`` and the new ``most``.

    Without branches, of which a processor would guess every other one wrong.
    """
    payers = 0.0
    for k in range(low, high):
        g = groups[k]
        held = money[g]
        unit = 1.0 if units is None else units[k]
        due = price * unit
        told = verdict[g]
        has = held > 0.0
        capped = (held < due) if told == 0 else told == 1
        payers += weights[k] if has else 0.0
        gap = due - held if capped else held - due
        closing = slope[g] - rise * unit if capped else rise * unit - slope[g]
        fuzz = NEAR * due + doubt[g] + error * unit
        reach = (gap - fuzz) / closing if has & (closing > 0.0) else np.inf
        limit = min(limit, reach)
        # Something is left, if only a trace: zero means that all was paid.
        money[g] = 0.0 if capped else max(held - due, _TRACE)
        slope[g] = 0.0 if capped else slope[g] - rise * unit
        unsure = 0.0 if capped else doubt[g] + error * unit + 2.0 * _EPS * (held + due)
        doubt[g] = unsure
        most = max(most, unsure)
        broke[g] = turn if has & capped else broke[g]
        verdict[g] = 0
    return payers, limit, most


@njit(cache=True, nogil=True)
def _remove(active, state, at):
    """Take a project out of the running; the others keep their order."""
    state[ACTIVE] -= 1
    for k in range(at, state[ACTIVE]):
        active[k] = active[k + 1]


@njit(cache=True, nogil=True)
def _sort(active, fresh, count, bound):
    """Put the first ``fresh`` projects, whose bounds have grown, to their places again."""
    for at in range(fresh - 1, -1, -1):
        c = active[at]
        k = at
        while k + 1 < count and bound[active[k + 1]] < bound[c]:
            active[k] = active[k + 1]
            k += 1
        active[k] = c


@njit(cache=True, nogil=True)
def advance(
    first, groups, weights, units, cost, factor, whole, votes, per_cost, tie,
    state, active, order, price, pull, blur, rise, bound, stamp, simple, gone, payers,
    money, slope, doubt, broke, verdict, close, most, limit, follow, record,
):  # fmt: skip
    """Go on buying until nothing is affordable or a question comes up.

    Parameters
    ----------
    first, groups, weights, units, cost, factor, whole, votes, per_cost, tie
        The election. ``whole`` holds the costs as int64 (0 where they do not fit), ``tie`` the
        places in the order of ties.
    state, active, order
        int64: see the names of its places; projects in the running, by ``bound``; projects bought.
    price, pull, blur, rise, bound, stamp, simple, gone, payers
        Of each project, from the last time it was looked at: price, units of those who can pay it,
        bound on the price's error, change of the price per unit of start money, rho, the round, is
        the price exactly cost / pull, round in which it was found unaffordable (-2 - round: in which
        fractions found it affordable), voters who paid.
    money, slope, doubt, broke, verdict
        Of each group: what a voter holds, its change per unit of start money, bound on the error,
        round in which the voter paid all (or NEVER), answer to CAPPED (1 pays all, 2 keeps some).
    close : int64 (m)
        Receives the projects that ORDER asks about.
    most : float64 (1)
        The largest ``doubt`` so far.
    limit : float64 (1)
        By how much the start money may grow with the same purchases (where ``follow``).
    follow : bool
        Whether to find ``limit``.
    record : bool
        Whether to ask about every tie, so that it can be noted.
    """
    while True:
        turn = state[ROUND]
        if state[AT] == 0:
            # 1. Look at projects in the order of their last rho, which only grows, until the next
            #    one cannot be the best.
            best, best_blur, top, at = np.inf, 0.0, -1, 0
            while True:
                if at == state[ACTIVE]:
                    break
                c = active[at]
                if stamp[c] == turn:  # looked at before the last question
                    if bound[c] < best:
                        best, best_blur, top = bound[c], blur[c] / factor[c], c
                    at += 1
                    continue
                if bound[c] > best * (1.0 + NEAR) + best_blur + blur[c] / factor[c]:
                    break
                low, high = first[c], first[c + 1]
                size = 2.0 * _EPS * (_BLOCK + 4 + (high - low) / _BLOCK)
                due = price[c]
                short, open_, held, up_to = _weigh(low, high, groups, weights, units, money, due)
                if gone[c] != -2 - turn:  # -2 - turn: found affordable in this round by fractions
                    fuzz = NEAR * cost[c] + votes[c] * most[0] + size * held
                    if abs(held - cost[c]) <= fuzz:
                        state[TOP] = c
                        return AFFORDABLE
                    if held < cost[c]:
                        gone[c] = turn
                        _remove(active, state, at)
                        if follow:
                            grows = 0.0
                            for k in range(low, high):
                                grows += weights[k] * slope[groups[k]]
                            if grows > 0.0:
                                limit[0] = min(limit[0], (cost[c] - held - fuzz) / grows)
                        continue
                if open_ <= 0.0:  # only where they hold just the cost: start from the lowest price
                    short, open_, held, up_to = _weigh(
                        low, high, groups, weights, units, money, 0.0
                    )
                while True:
                    due = (cost[c] - short) / open_
                    if due <= up_to:
                        break
                    more, left, held, up_to = _weigh(low, high, groups, weights, units, money, due)
                    if left == open_ or left <= 0.0:
                        break
                    short, open_ = more, left
                # 2. What is known of this price: its error, and how it moves with the start money.
                price[c], pull[c] = due, open_
                simple[c] = short == 0.0
                rise[c] = 0.0
                error = 4.0 * _EPS * due
                if not simple[c]:
                    error += size * cost[c] / open_
                    most_of_all = votes[c] * most[0] / open_
                    if most_of_all > 0.01 * NEAR * due:
                        most_of_all = (
                            2.0
                            * _capped_sum(low, high, groups, weights, units, money, due, doubt)
                            / open_
                        )
                    error += most_of_all
                    if follow:
                        rise[c] = (
                            -_capped_sum(low, high, groups, weights, units, money, due, slope)
                            / open_
                        )
                blur[c] = error
                bound[c] = due / factor[c]
                stamp[c] = turn
                at += 1
                if bound[c] < best:
                    best, best_blur, top = bound[c], blur[c] / factor[c], c
            if top < 0:
                return DONE
            # 3. Which of them may be the best?
            several, plain = 0, True
            for k in range(at):
                j = active[k]
                fuzz = NEAR * best + best_blur + blur[j] / factor[j]
                if bound[j] <= best + fuzz:
                    close[several] = j
                    several += 1
                    plain = plain and simple[j] and (per_cost or whole[j] > 0)
            _sort(active, at, state[ACTIVE], bound)
            if several > 1:
                if record or not plain:
                    state[SEVERAL] = several
                    return ORDER
                top = close[0]
                for k in range(1, several):
                    told = _simple_order(close[k], top, per_cost, whole, pull)
                    if told < 0 or (told == 0 and tie[close[k]] < tie[top]):
                        top = close[k]
            state[WINNER] = top
            state[AT] = 1
        # 4. Pay. Whoever holds less than the price pays all.
        c = state[WINNER]
        low, high = first[c], first[c + 1]
        due, error, answered = price[c], blur[c], state[AT] == 2
        if not answered and _any_close(low, high, groups, units, money, due, error + most[0]):
            return CAPPED
        if follow:
            for k in range(state[ACTIVE]):
                j = active[k]
                if j != c:
                    gap = bound[j] - bound[c]
                    closing = rise[c] / factor[c] - rise[j] / factor[j]
                    if closing > 0.0:
                        fuzz = NEAR * bound[c] + blur[c] / factor[c] + blur[j] / factor[j]
                        limit[0] = min(limit[0], (gap - fuzz) / closing)
        payers[c], limit[0], most[0] = _pay(
            low, high, groups, weights, units, money, slope, doubt, broke, verdict, turn, due,
            error, rise[c], limit[0], most[0],
        )  # fmt: skip
        order[turn] = c
        at = 0
        while active[at] != c:
            at += 1
        _remove(active, state, at)
        state[ROUND] += 1
        state[AT] = 0


@njit(cache=True, nogil=True)
def tallied(members, starts, items, gains, sizes, turn_of, broke, count):
    """What these groups hold, in terms of start money and payments.

    Parameters
    ----------
    members : int64 (k)
        Ballot groups.
    turn_of : int64 (m)
        Round in which each project was bought; -1 where it was not.
    broke : int32 (groups)
    count : int
        How many rounds there were.

    Returns
    -------
    voters : int64
        Those who hold anything at all: each ``start`` ...
    paid : int64 (count)
        ... less these units times the price of each round.
    """
    voters = 0
    paid = np.zeros(count, np.int64)
    for g in members:
        if broke[g] != NEVER:
            continue
        voters += sizes[g]
        for t in range(starts[g], starts[g + 1]):
            c = items[t]
            if c >= 0 and turn_of[c] >= 0:
                paid[turn_of[c]] += sizes[g] * (1 if gains is None else gains[t])
    return voters, paid


@njit(cache=True, nogil=True)
def settled(starts, items, gains, sizes, turn_of, broke, count):
    """Who paid what in every round, in whole numbers.

    Returns
    -------
    pull : int64 (count)
        Units that paid the price in full.
    voters : int64 (count)
        Voters who paid all they had: each ``start`` ...
    paid : int64 (count, count)
        ... less these units times the prices of earlier rounds.
    """
    pull, voters = np.zeros(count, np.int64), np.zeros(count, np.int64)
    paid = np.zeros((count, count), np.int64)
    for g in range(len(starts) - 1):
        last = broke[g]
        if last != NEVER:
            voters[last] += sizes[g]
        for t in range(starts[g], starts[g + 1]):
            c = items[t]
            if c < 0 or turn_of[c] < 0 or turn_of[c] >= last:
                continue
            units = sizes[g] * (1 if gains is None else gains[t])
            pull[turn_of[c]] += units
            if last != NEVER:
                paid[last, turn_of[c]] += units
    return pull, voters, paid
