"""The one file of the room that calls the engine: ballots in, commitments and explained results out."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak.budget import queries
from baithak.budget.grid import centre
from baithak.budget.models import Budget, Result, Rule, Way
from baithak.budget.picture import Dot, draw_dots
from baithak.budget.queries import Sheet
from baithak.engine.commitment import leaf, proof, root
from baithak.engine.errors import EngineError
from baithak.network.models import Channel
from baithak.report import disclosure, errors
from baithak.report.words import Words, words
from baithak.web.limited import LimitError, limited

# The engine's own modules are imported where they are used: a web worker that is started anew must
# answer at once, and never counts.
if TYPE_CHECKING:
    from baithak.engine.budget.election import Election
    from baithak.engine.budget.outcome import Outcome
    from baithak.report.budget_disclosure import PublishedBudget, PublishedFairness

__all__ = [
    "Counted",
    "EngineError",
    "LimitError",
    "Participation",
    "ballot_line",
    "ballot_root",
    "beyond_limit",
    "count",
    "election",
    "election_file",
    "notes",
    "participation",
    "read_upload",
    "receipt",
    "receipt_proof",
    "receipt_root",
    "result_file",
    "result_page",
    "slip_root",
    "trouble",
]


# --- commitments (R18)
def slip_root(pids: Iterable[bytes]) -> str:
    """What commits to the list of slips before the vote opens."""
    return root(leaf(pid) for pid in pids).hex()


def ballot_line(salt: bytes, choices: str) -> bytes:
    """The line of a ballot that is committed to (``engine.budget.sealed``): nothing of whose it is.

    Examples
    --------
    >>> ballot_line(b"salt", "3:5,12:2")
    b'73616c74\\t12,3\\t2,5'
    """
    pairs = sorted(pair.partition(":")[::2] for pair in choices.split(","))
    ids = ",".join(number for number, _points in pairs)
    return (
        f"{salt.hex()}\t{ids}\t{','.join(points for _number, points in pairs if points)}".encode()
    )


def ballot_root(ballots: Iterable[tuple[bytes, str]]) -> str:
    """What commits to the ballots (salt, choices): a changed one changes it."""
    return root(leaf(ballot_line(*ballot)) for ballot in ballots).hex()


def receipt(pid: bytes) -> str:
    """What a resident keeps: 20 signs that show that a ballot of this slip was taken, not which.

    Examples
    --------
    >>> receipt(bytes(range(32)))
    '0001-0203-0405-0607-0809'
    """
    told = pid[:10].hex()
    return "-".join(told[at : at + 4] for at in range(0, 20, 4))


def receipt_root(pids: Iterable[bytes]) -> str:
    """What commits to the receipts of all slips that were used."""
    return root(leaf(receipt(pid).encode()) for pid in pids).hex()


def receipt_proof(pids: Iterable[bytes], told: str) -> list[tuple[str, bool]] | None:
    """What leads from this receipt to the root; ``None`` where it is not among them."""
    leaves = [leaf(receipt(pid).encode()) for pid in pids]
    mine = leaf(told.encode())
    if mine not in leaves:
        return None
    return [(neighbour.hex(), on_the_left) for neighbour, on_the_left in proof(leaves, mine)]


# --- elections from elsewhere (R21)
def read_upload(source: bytes) -> dict[str, Any]:
    """What ``engine.budget.plain`` makes of a file, read in a process of its own.

    Raises
    ------
    EngineError, LimitError
    """
    told: dict[str, Any] = limited("baithak.engine.budget.plain:plain", source)
    return told


def trouble(error: EngineError) -> str:
    """A sentence with row, field and remedy, of this one problem."""
    params = {name: value for name, value in error.params.items() if name != "more"}
    return errors.sentence(error.code, params, language=get_language() or "en")


def beyond_limit(limit: LimitError) -> str:
    """Why a file was given up, in words."""
    if limit.code == "time":
        return _("Reading the file takes too long here: count it with the command.")
    return _("The file cannot be read: save it anew as .pb, CSV or XLSX, and choose it again.")


def notes(told: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """What the reader noticed and went on, in words."""
    language = get_language() or "en"
    return [errors.sentence(code, params, language=language) for code, params in told]


# --- counting, in the worker
@dataclass(frozen=True, slots=True)
class Counted:
    """A finished count, ready to be kept; ``trouble`` says why it may not be shown."""

    outcome: str
    published: str
    ballots: int
    version: str
    seconds: float
    trouble: str = ""


def election(budget: Budget) -> Election | None:
    """The sealed ballots for the engine; projects are named by their numbers. ``None`` without any."""
    from baithak.engine.budget.election import Election, Project

    rows = sorted(queries.ballots_of(budget.pk), key=lambda row: row[3])
    if not rows:
        return None
    with_points = budget.way == Way.POINTS
    return Election.from_ballots(
        budget=budget.envelope,
        projects=[_project(sheet, Project) for sheet in _on_the_ballot(budget)],
        vote_type="cumulative" if with_points else "approval",
        ballots=[(salt.hex(), _given(choices)) for _pid, _way, choices, salt in rows],
        voters={"voting_method": [way for _pid, way, _choices, _salt in rows]},
        meta={
            "description": budget.texts[budget.first_language]["title"],
            "unit": budget.place.name,
            "instance": budget.code,
            "currency": budget.currency,
            "rule": budget.rule,
        },
    )


def _on_the_ballot(budget: Budget) -> list[Sheet]:
    return queries.sheets(queries.on_the_ballot(budget.pk))


def _project(sheet: Sheet, kind: Any) -> Any:
    told = sheet.project
    at = (None, None) if told.row is None or told.column is None else centre(told.row, told.column)
    return kind(
        id=str(sheet.number),
        cost=Fraction(sheet.cost),
        name=sheet.original.title,
        latitude=at[0],
        longitude=at[1],
    )


def _given(choices: str) -> Any:
    if not choices:
        return []
    pairs = [pair.split(":") for pair in choices.split(",")]
    return [(p[0], int(p[1])) if len(p) == 2 else p[0] for p in pairs]


def count(budget: int) -> Counted:
    """Count the sealed ballots twice, by the engine and by the recount that knows nothing of it."""
    import baithak
    from baithak.engine.budget.outcome import outcome
    from baithak.engine.budget.pabulib import write_pb
    from baithak.engine.budget.verify_count import findings

    began = time.perf_counter()
    told = queries.counted_budget(budget)
    ballots = election(told)
    if ballots is None:
        return Counted("{}", _json(_nobody(told)), 0, baithak.__version__, 0.0)
    rule = {"rule": told.rule, "ties": told.ties}
    if told.rule == Rule.EQUAL_SHARES:
        rule |= {"completion": told.completion}
    versus = "greedy" if told.rule == Rule.EQUAL_SHARES else "equal-shares"
    made = outcome(ballots, utility=told.utility, versus=versus, **rule)
    found = list(findings(write_pb(ballots).encode(), made.to_dict(), told.ballot_root))
    return Counted(
        outcome=made.to_json(),
        published=_json(_published(told, made)),
        ballots=ballots.n,
        version=baithak.__version__,
        seconds=time.perf_counter() - began,
        trouble="; ".join(found)[:200],
    )


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


# --- what may be shown (R6)
def _nobody(budget: Budget) -> dict[str, Any]:
    """What is kept where nobody voted: the decision that nothing is funded."""
    return {
        "k": budget.smallest_cell, "participants": None, "ways": {}, "fair": None, "other_fair": None,
        "preferences": None, "result": {
            "selected": [], "cost": 0, "rounds": [], "not_selected": [], "fairness": {},
        },
    }  # fmt: skip


def _published(budget: Budget, made: Outcome) -> dict[str, Any]:
    """The outcome under the small-cell rule, as plain data."""
    from baithak.report import budget_disclosure

    told = budget_disclosure.published(made, budget.smallest_cell, tense=budget.tense)
    result = told.result if not told.too_few else {**told.result, "fairness": _decision_of(told)}
    return {
        "k": told.k,
        "participants": told.participants,
        "ways": _ways_in(made.election.voters["voting_method"], told.k),
        "fair": None if told.too_few else _fair(told.fairness),
        "other_fair": None if told.too_few or told.other is None else _fair(told.other),
        "preferences": told.preferences,
        "result": result,
        # Ballots may be read by everybody where each of them was cast by k people at least (R18).
        "open": int(made.election.weights.min()) >= told.k,
    }


def _decision_of(told: PublishedBudget) -> dict[str, Any]:
    """Of fewer than k people: what the other rule would have decided, and no figure."""
    compared = told.result["fairness"].get("compared", {})
    kept = {name: compared[name] for name in ("rule", "cost", "selected") if name in compared}
    return {"compared": kept} if kept else {}


def _fair(told: PublishedFairness) -> dict[str, Any]:
    return {
        "without": asdict(told.without),
        "mean_funded": told.mean_funded,
        "claims": list(told.claims),
    }


def _ways_in(ways: Iterable[str], k: int) -> dict[str, int]:
    """How many came in which way, rounded; all or nothing, so that no small one can be told."""
    counts = Counter(ways)
    if any(n < k for n in counts.values()):
        return {}
    return {way: disclosure.rounded(n, k) or 0 for way, n in sorted(counts.items())}


# --- participation, for the team
@dataclass(frozen=True, slots=True)
class Participation:
    """Rounded figures of who takes part (R6): words, never exact counts."""

    people: str
    shown: bool


def participation(budget: Budget) -> Participation:
    """How many voted, to the nearest 5, or fewer than k."""
    k = budget.smallest_cell
    told = disclosure.rounded(queries.participants(budget), k)
    return Participation(people=_words().count(told, k), shown=told is not None)


# --- the page of a result
def _words() -> Words:
    return words(get_language() or "en")


@dataclass(frozen=True, slots=True)
class Row:
    """One project of the result: what is told of it, how many chose it, what another rule does."""

    sheet: Sheet
    told: dict[str, Any]
    supporters: str
    by_other: bool


@lru_cache(maxsize=16)
def _kept(pk: int, text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


def published(result: Result) -> dict[str, Any]:
    """The result as it may be shown."""
    return _kept(result.pk, result.published)


def result_file(budget: Budget) -> str | None:
    """The result's figures as a file, with what is needed to check them; ``None`` without one.

    ``result`` is the contract of ``baithak budget count --json`` with treated figures.
    """
    run = queries.latest_result(budget.pk)
    if run is None:
        return None
    told = published(run)
    whole = {
        "budget": budget.code,
        "currency": budget.currency,
        "revision": run.revision,
        "slip_root": budget.eligible_root,
        "slips": budget.eligible_count,
        "ballot_root": budget.ballot_root,
        "receipt_root": budget.receipt_root,
        **{name: told[name] for name in ("participants", "ways", "preferences", "result")},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def election_file(budget: Budget) -> str | None:
    """The counted ballots as a ``.pb`` file (Pabulib); ``None`` where a rare one would be in it (R18).

    Voters are named by the salts of their ballots, so that ``verify_count.py --root`` can compare the
    file with the root that was published.
    """
    from baithak.engine.budget.pabulib import write_pb

    run = queries.latest_result(budget.pk)
    if run is None or not published(run).get("open"):
        return None
    ballots = election(budget)
    if ballots is None:
        return None
    selected = set(published(run)["result"]["selected"])
    projects = tuple(replace(p, selected=int(p.id in selected)) for p in ballots.projects)
    return write_pb(replace(ballots, projects=projects, voters={}))


def result_page(budget: Budget) -> dict[str, Any]:
    """Everything the page of the result shows, in the reader's language."""
    run = queries.latest_result(budget.pk)
    if run is None:
        return {"run": None}
    told, say = published(run), _words()
    result = told["result"]
    compared = result["fairness"].get("compared")
    other = set(compared["selected"]) if compared else set()
    sheets = {str(sheet.number): sheet for sheet in _on_the_ballot(budget)}

    def row(facts: dict[str, Any]) -> Row:
        name = facts["project"]
        return Row(sheets[name], facts, say.count(facts["supporters"], told["k"]), name in other)

    funded = [row(facts) for facts in result["rounds"]]
    unfunded = [row(facts) for facts in result["not_selected"]]
    unfunded.sort(key=lambda r: -(r.told["supporters"] or 0))
    cost = Decimal(str(result["cost"]))
    return {
        "run": run,
        "told": told,
        "k": told["k"],
        "people": say.count(told["participants"], told["k"]),
        "ways": [(Channel(way).label, f"{n:,}") for way, n in told["ways"].items()],
        "funded": funded,
        "unfunded": unfunded,
        "cost": cost,
        "compared": compared,
        "open_ballots": told.get("open", False),
        "only_here": [r for r in funded if compared and not r.by_other],
        "only_there": [r for r in unfunded if r.by_other],
        "picture": _dots(budget, funded, unfunded),
        "fair": _fair_words(told, say),
        "ties": [_tie_words(tie, sheets) for tie in result.get("decided_by_tie", ())],
    }


def _fair_words(told: dict[str, Any], say: Words) -> dict[str, Any] | None:
    """The two outcomes beside each other, in words."""
    this, other = told["fair"], told["other_fair"]
    if this is None or other is None:
        return None
    prefer = told["preferences"]
    return {
        "without": say.share(disclosure.Share(**this["without"])),
        "other_without": say.share(disclosure.Share(**other["without"])),
        "share": say.percent(this["mean_funded"]),
        "other_share": say.percent(other["mean_funded"]),
        "prefer_this": f"{prefer[0]:,}" if prefer else "",
        "prefer_compared": f"{prefer[1]:,}" if prefer else "",
        "claims": this["claims"],
    }


def _tie_words(tie: dict[str, Any], sheets: Mapping[str, Sheet]) -> dict[str, Any]:
    """Projects that were exactly equal, and which was taken."""
    return {
        "equal": [sheets[name] for name in tie["projects"] if name in sheets],
        "taken": sheets[tie["taken"]],
    }


def _dots(budget: Budget, funded: list[Row], unfunded: list[Row]) -> Any:
    dots = [
        Dot(row.sheet.project.row, row.sheet.project.column, row.sheet.number, yes)
        for rows, yes in ((unfunded, False), (funded, True))
        for row in rows
        if row.sheet.project.row is not None and row.sheet.project.column is not None
    ]
    return draw_dots(dots, _words())
