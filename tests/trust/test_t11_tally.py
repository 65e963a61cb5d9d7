"""T11: every count is found again by another program, and every changed ballot by the published root."""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import benchmarks.peers as peers
import pytest

from baithak.engine.budget.count import count
from baithak.engine.budget.outcome import DEFAULT_UTILITY, outcome
from baithak.engine.budget.readers import read
from baithak.engine.budget.sealed import ballot_lines, ballots_root
from baithak.engine.budget.verify_count import Election, findings
from baithak.engine.commitment import holds, leaf, proof, root
from engine.budget.test_pabulib import SHARED
from engine.conftest import data_folder

pytestmark = pytest.mark.trust

#: Rule, completion; the utility is that of the ballots.
RULES = [
    ("greedy", "none"),
    ("equal-shares", "none"),
    ("equal-shares", "greedy"),
    ("equal-shares", "add1u"),
    ("phragmen", "none"),
]
#: The largest files: fewer rules, for their recounts take seconds each.
LARGE = {"Poland_Lodz_2022"}


def rules(name: str) -> list[tuple[str, str]]:
    return [("equal-shares", "add1u"), ("greedy", "none")] if name in LARGE else RULES


@pytest.mark.parametrize("name", SHARED)
def test_real_elections_are_recounted_by_the_small_program(name):
    path = data_folder("budgets") / f"{name}.pb"
    content, election = path.read_bytes(), read(path)
    told = ballots_root(election)
    for rule, completion in rules(name):
        utility = "cardinality" if rule == "phragmen" else DEFAULT_UTILITY[election.vote_type]
        made = outcome(election, rule=rule, completion=completion, utility=utility, versus=None)
        result = json.loads(made.to_json())
        assert list(findings(content, result, told)) == [], (rule, completion)


# --- ballots


def flipped(content: bytes, chance: random.Random) -> bytes:
    """The file with one project of one ballot changed into another, or taken off, or put on."""
    lines = content.decode().splitlines()
    first = lines.index("VOTES") + 2
    names = [line.partition(";")[0] for line in lines[lines.index("PROJECTS") + 2 : first - 2]]
    at = chance.randrange(first, len(lines))
    cells = lines[at].split(";")
    vote = cells[1].split(",") if cells[1] else []
    others = [name for name in names if name not in vote]
    kind = chance.choice(["change", "off", "on"]) if vote else "on"
    if kind in ("change", "off"):
        vote.remove(chance.choice(vote))
    if kind in ("change", "on"):
        vote.append(chance.choice(others))
    lines[at] = ";".join([cells[0], ",".join(vote), *cells[2:]])
    return ("\n".join(lines) + "\n").encode()


def test_a_thousand_changed_ballots_are_found_by_the_root():
    """One ballot of Assen's 84 is changed, a thousand times, and the result honestly made anew."""
    path = data_folder("budgets") / "Netherlands_Assen_2024.pb"
    content = path.read_bytes()
    published = ballots_root(read(path))
    chance, found, unseen = random.Random(11), 0, 0
    for _ in range(1000):
        changed = flipped(content, chance)
        assert changed != content
        again = read(changed)
        result = outcome(again, versus=None).to_dict()
        told = list(findings(changed, result, published))
        found += told == ["the ballots are not those whose root was published"]
        # Control: without the root nothing is amiss, for the result follows from the changed file.
        unseen += list(findings(changed, result)) == []
        assert ballots_root(again) == Election(changed).root() != published
    assert (found, unseen) == (1000, 1000)


def test_every_voter_can_see_that_a_ballot_is_in():
    election = read(data_folder("budgets") / "Netherlands_Assen_2024.pb")
    leaves = [leaf(line) for line in ballot_lines(election)]
    told = root(leaves)
    assert told.hex() == ballots_root(election)
    assert all(holds(one, proof(leaves, one), told) for one in leaves)
    assert not holds(leaf(b"somebody\t3\t"), proof(leaves, leaves[0]), told)


# --- another library

COUNT = """
import json, sys
from pabutools.election import parse_pabulib, Cost_Sat
from pabutools.rules import method_of_equal_shares, greedy_utilitarian_welfare
from pabutools.tiebreaking import lexico_tie_breaking
told = {}
for path in sys.argv[1:]:
    instance, profile = parse_pabulib(path)
    shares = method_of_equal_shares(
        instance, profile.as_multiprofile(), sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking
    )
    greedy = greedy_utilitarian_welfare(
        instance, profile.as_multiprofile(), sat_class=Cost_Sat, tie_breaking=lexico_tie_breaking
    )
    told[path] = {"equal-shares": sorted(map(str, shares)), "greedy": sorted(map(str, greedy))}
print(json.dumps(told))
"""
COMPARED = (
    "Netherlands_Assen_2024", "Netherlands_Amsterdam_604", "Hungary_Budapest_2022_VIII_Jozsefvaros",
    "Poland_Swiecie_2023", "Poland_Gdynia_2021_Chwarzno-Wiczlino__small",
    "Poland_Wieliczka_2023_Green_Budget",
    "US_Stanford_Dataset_SF_Tenderloin_December_2022_vote_knapsacks",
)  # fmt: skip


def pabutools() -> Path:
    """The interpreter of the peer's environment, where it was made (make bench)."""
    program = Path(peers.__file__).parent / ".peers" / "pabutools-1.2.3" / "bin" / "python"
    if program.exists():
        return program
    if os.environ.get("BAITHAK_PEERS_REQUIRED") == "1":
        return peers.python("budget", "pabutools", "1.2.3")
    pytest.skip("pabutools has no environment here: run a benchmark of budgets once to make it.")


def test_pabutools_finds_the_same_winners():
    program = pabutools()
    paths = [str(data_folder("budgets") / f"{name}.pb") for name in COMPARED]
    done = subprocess.run(
        [str(program), "-c", COUNT, *paths], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    for path in paths:
        for rule, winners in told[path].items():
            assert sorted(count(read(path), rule=rule, ties="id").selected) == winners, path
