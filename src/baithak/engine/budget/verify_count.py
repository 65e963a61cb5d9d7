#!/usr/bin/env python3
"""Count a budget again without Baithak: any Python 3.8 or newer, no other package.

    python verify_count.py FILE.pb RESULT.json [--root HEX] [--every-step]

RESULT is what `baithak budget count FILE.pb --json RESULT.json` wrote. HEX is the root of the ballots as
published when the vote closed: only that can show a ballot changed before the count. Exit 0: the
same winners in the same order; 1: something was found; 2: it cannot be read or recounted.

Money is counted in whole numbers of ever smaller units, so nothing is rounded. Where the start was
raised (Add1), the last step is counted, the one before it and the one after it; with --every-step
all of them, which can take hours. A ballot's line is its voter, the ids joined by commas, and the
points joined by commas, with a tab in between; ids of ballots without an order are sorted as text. Its
hash is SHA-256(0x00, line), a node's SHA-256(0x01, left, right); leaves are sorted (RFC 6962).
"""

import csv
import hashlib
import io
import json
import sys
from fractions import Fraction
from math import gcd
from typing import Any, Iterator  # noqa: UP035  (Python 3.8 has no other)


def table(rows: list) -> Iterator[dict]:
    names = [name.strip().lower() for name in rows[0]]
    for row in rows[1:]:
        cells = [*row, *[""] * len(names)][: len(names)]
        yield {name: cells[at].strip() for at, name in enumerate(names)}


def number(text: str) -> Fraction:
    told = Fraction(text.strip().replace(",", "."))
    if told < 0:
        raise ValueError(f"{text} is below zero")
    return told


def tree(hashes: list) -> bytes:
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = [hashes[at : at + 2] for at in range(0, len(hashes) - 1, 2)]
        hashes = [hashlib.sha256(b"\1" + a + b).digest() for a, b in pairs] + odd
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


class Election:
    """The file, as it stands there: ballots are pairs of voter and what they give to each project."""

    def __init__(self, content: bytes) -> None:
        rows: dict = {"META": [], "PROJECTS": [], "VOTES": []}
        now = "META"
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
            if row and row[0].strip().upper() in rows and not any(row[1:]):
                now = row[0].strip().upper()
            elif any(cell.strip() for cell in row):
                rows[now].append(row)
        self.meta = {row[0].strip(): ";".join(row[1:]).strip(" ;") for row in rows["META"]}
        self.budget, kind = number(self.meta["budget"]), self.meta["vote_type"].lower()
        self.costs = {row["project_id"]: number(row["cost"]) for row in table(rows["PROJECTS"])}
        self.ordered, self.pointed = kind == "ordinal", kind in ("cumulative", "scoring")
        self.ballots: list = []
        for cells in table(rows["VOTES"]):
            ids = [name.strip() for name in cells["vote"].split(",")] if cells["vote"] else []
            points: list = cells["points"].split(",") if self.pointed and ids else ["1"] * len(ids)
            given = {name: number(points[at]) for at, name in enumerate(ids)}
            self.ballots.append((cells["voter_id"], {c: p for c, p in given.items() if p}))

    def root(self) -> str:
        """Give the root over all ballots."""
        leaves = []
        for voter, given in self.ballots:
            ids = list(given) if self.ordered else sorted(given)
            points = ",".join(str(given[name]) for name in ids) if self.pointed else ""
            line = "\t".join([voter, ",".join(ids), points])
            leaves.append(hashlib.sha256(b"\0" + line.encode()).digest())
        return tree(sorted(leaves)).hex()


class Recount:
    """The rule that a result names, once more on the ballots."""

    def __init__(self, election: Election, result: dict) -> None:
        told = result["receipt"].get("options", {})
        self.ties, self.seed = result["ties"], result["receipt"]["seed"]
        self.utility, self.budget = result["utility"], election.budget
        self.skip = told.get("skip", "True") == "True"
        self.exhaustive = told.get("stop", "exhaustive") == "exhaustive"
        self.increment = Fraction(told.get("increment", "1"))
        self.share = election.budget / len(election.ballots)
        if told.get("start") == "floor":
            self.share = Fraction(self.share // 1)
        # Identical ballots become one group; a group gives whole numbers to projects.
        alike: dict = {}
        score, whole = dict.fromkeys(election.costs, Fraction(0)), 1
        for _, given in election.ballots:
            if election.ordered:
                given = {c: Fraction(len(given) - at) for at, c in enumerate(given)}
            for c, value in given.items():
                score[c] += value
                whole = whole * value.denominator // gcd(whole, value.denominator)
            if self.utility == "borda":
                given = {c: value - 1 for c, value in given.items() if value > 1}
            elif self.utility != "points":
                given = dict.fromkeys(given, Fraction(1))
            key = tuple(sorted(given.items()))
            alike[key] = alike.get(key, 0) + 1
        least = Fraction(0)
        if told.get("threshold") == "True":
            least = number(election.meta["min_project_score_threshold"])
        self.weights = list(alike.values())
        self.supports: dict = {}
        for group, key in enumerate(alike):
            for c, value in key:
                if election.costs[c] and score[c] >= least:
                    self.supports.setdefault(c, []).append((group, int(value * whole)))
        self.costs = {c: election.costs[c] for c in self.supports}
        self.votes = {c: sum(self.weights[g] for g, _ in s) for c, s in self.supports.items()}
        self.pull = {c: sum(self.weights[g] * u for g, u in s) for c, s in self.supports.items()}
        self.place = {c: at for at, c in enumerate(self.order())}

    def order(self) -> list:
        """Give the order of ties."""
        ids = sorted(self.costs)
        if self.ties == "votes":
            return sorted(ids, key=lambda c: (-self.votes[c], self.costs[c]))
        if self.ties == "cost":
            return sorted(ids, key=lambda c: self.costs[c])
        if self.ties == "lot":
            material, counter = f"baithak budget ties, seed {self.seed}".encode(), 0
            for last in range(len(ids) - 1, 0, -1):
                told = 2**256
                while told >= 2**256 - 2**256 % (last + 1):
                    block = hashlib.sha256(material + counter.to_bytes(8, "big")).digest()
                    told, counter = int.from_bytes(block, "big"), counter + 1
                ids[last], ids[told % (last + 1)] = ids[told % (last + 1)], ids[last]
        return ids

    def greedy(self, bought: list, skip: bool) -> list:
        """Buy what still fits, by support per cost."""
        left, told = self.budget - sum(self.costs[c] for c in bought), list(bought)
        rates = {c: Fraction(self.votes[c]) for c in self.costs}
        if self.utility != "cost":
            rates = {c: Fraction(self.pull[c]) / self.costs[c] for c in self.costs}
        for c in sorted(set(self.costs) - set(bought), key=lambda c: (-rates[c], self.place[c])):
            if self.costs[c] <= left:
                told.append(c)
                left -= self.costs[c]
            elif not skip:
                break
        return told

    def equal_shares(self, share: Fraction) -> list:
        """Buy with everybody's share until nothing is affordable."""
        unit = share.denominator
        for cost in self.costs.values():
            unit = unit * cost.denominator // gcd(unit, cost.denominator)
        money = [int(share * unit)] * len(self.weights)
        bound: Any = dict.fromkeys(self.costs, Fraction(0))
        bought: list = []
        while True:
            best: Any = None
            for c in sorted(bound, key=lambda c: bound[c]):
                if best and bound[c] > best[0]:
                    break  # the price of a gain only grows as money goes: nobody behind is cheaper
                rho = self.price(self.supports[c], money, int(self.costs[c] * unit))
                if rho is None:
                    del bound[c]
                    continue
                bound[c] = rho / unit / (self.costs[c] if self.utility == "cost" else 1)
                best = min(best or (bound[c], self.place[c], c), (bound[c], self.place[c], c))
            if best is None:
                return bought
            rho = bound.pop(best[2]) * unit * (self.costs[best[2]] if self.utility == "cost" else 1)
            unit, money = unit * rho.denominator, [held * rho.denominator for held in money]
            for group, gain in self.supports[best[2]]:
                money[group] -= min(money[group], rho.numerator * gain)
            bought.append(best[2])

    def price(self, payers: list, money: list, cost: int) -> Any:
        """Give the price of one unit of gain, or nothing where the payers have too little."""
        if sum(self.weights[g] * money[g] for g, _ in payers) < cost:
            return None
        rich = payers
        while True:
            gains = sum(self.weights[g] * u for g, u in rich)
            if not gains:
                return max(Fraction(money[g], u) for g, u in payers)
            poor = [(g, u) for g, u in rich if money[g] * gains < cost * u]
            if not poor:
                return Fraction(cost, gains)
            rich = [(g, u) for g, u in rich if money[g] * gains >= cost * u]
            cost -= sum(self.weights[g] * money[g] for g, _ in poor)

    def phragmen(self) -> list:
        """Money flows to everybody alike; supporters buy the moment they can, and all they hold goes."""
        last: list = [-1] * len(self.weights)
        bound: Any = {
            c: cost / self.votes[c] for c, cost in self.costs.items() if cost <= self.budget
        }
        bought: list = []
        moments: list = []
        while bound:
            best: Any = None
            for c in sorted(bound, key=lambda c: bound[c]):
                if best is not None and bound[c] > best:
                    break  # a moment only moves back as others buy
                had: dict = {}
                for g, _ in self.supports[c]:
                    had[last[g]] = had.get(last[g], 0) + self.weights[g]
                paid = sum(moments[turn] * count for turn, count in had.items() if turn >= 0)
                bound[c] = (self.costs[c] + paid) / self.votes[c]
                best = bound[c] if best is None else min(best, bound[c])
            first = sorted((c for c in bound if bound[c] == best), key=lambda c: self.place[c])
            if any(self.costs[c] + sum(self.costs[b] for b in bought) > self.budget for c in first):
                break
            for g, _ in self.supports[first[0]]:
                last[g] = len(bought)
            bought.append(first[0])
            moments.append(bound.pop(first[0]))
        return bought

    def raised(self, told: int, every: bool) -> Iterator[str]:
        """Check that raising the start money ended with this step."""
        for step in range(0 if every else max(0, told - 1), told + 1):
            left, ends = self.ends(step)
            if step < told and (left < 0 or ends):
                yield f"raising the start ends with step {step}, not {told}"
            elif step == told and left >= 0 and not ends:
                yield f"raising the start goes on after step {told}"

    def ends(self, step: int) -> tuple:
        """Give what is left of the budget at a step, and whether nothing further fits."""
        bought = self.equal_shares(self.share + step * self.increment)
        left = self.budget - sum(self.costs[c] for c in bought)
        fits = any(self.costs[c] <= left for c in self.costs if c not in bought)
        return left, len(bought) == len(self.costs) or (self.exhaustive and not fits)

    def winners(self, result: dict) -> list:
        """Give what is funded, in the order of purchase."""
        rule, completion = result["rule"], result["completion"]
        if rule == "greedy":
            return self.greedy([], self.skip)
        if rule == "phragmen":
            bought = self.phragmen()
        elif rule == "equal-shares" and completion != "epsilon":
            steps = result["steps"] or 0
            if steps and self.ends(steps)[0] < 0:
                steps -= 1  # the last step cost too much: the one before it holds
            bought = self.equal_shares(self.share + steps * self.increment)
        else:
            raise ValueError(f"{rule} with {completion} is not recounted here")
        return self.greedy(bought, True) if completion in ("greedy", "add1u") else bought


def findings(content: bytes, result: dict, root: str = "", every: bool = False) -> Iterator[str]:
    """Give a sentence for everything in a result that does not follow from the ballots."""
    told = result["receipt"]["file_sha256"]
    if told and told != hashlib.sha256(content).hexdigest():
        yield "the file is not the one that was counted (its SHA-256 differs)"
    election = Election(content)
    if root and root.strip().lower() != election.root():
        yield "the ballots are not those whose root was published"
    recount = Recount(election, result)
    if result["steps"] is not None:
        yield from recount.raised(result["steps"], every)
    winners, named = recount.winners(result), result["selected"]
    for c in sorted(set(winners) ^ set(named)):
        yield f"project {c} is {'funded' if c in winners else 'not funded'} in the recount"
    if set(winners) == set(named) and winners != named:
        yield "the recount funds the same projects in another order"
    if Fraction(result["cost"]) != sum(recount.costs[c] for c in winners):
        yield "the funded projects do not cost what the result says"


def main(arguments: list) -> int:
    told = [argument for argument in arguments if argument != "--every-step"]
    try:
        root = told.pop(told.index("--root") + 1) if "--root" in told else ""
        paths = [argument for argument in told if argument != "--root"]
        if len(paths) != 2:
            raise ValueError(__doc__)
        with open(paths[0], "rb") as file, open(paths[1], encoding="utf-8") as result:
            content, counted = file.read(), json.load(result)
        found = list(findings(content, counted, root, "--every-step" in arguments))
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, csv.Error) as trouble:
        sys.stderr.write(f"This cannot be recounted: {trouble}\n")
        return 2
    for sentence in found:
        print(f"Found: {sentence}.")
    if not found:
        print("The recount gives the same" + ("." if root else "; no root of ballots was given."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
