"""The only file of the room that calls the engine: the pool against the quotas, the lottery, the draw.

What comes out of here is about people in numbers (under the small-cell rule), in pseudonyms or in
hashes. Engine modules are imported where they are used: a web worker that is started anew must answer
at once, and needs neither numpy nor a solver to show an invitation.
"""

from __future__ import annotations

import json
import time
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baithak import __version__
from baithak.engine.errors import EngineError
from baithak.network import keys
from baithak.panel import queries
from baithak.panel.models import Category, Draw, DrawKind, Feature, Panel, Seat, Source
from baithak.report import disclosure, errors
from baithak.report.words import Words, words

if typing.TYPE_CHECKING:
    from baithak.engine.panel import draw as lots
    from baithak.engine.panel.pool import Pool, Quotas
    from baithak.engine.panel.results import Feasibility

__all__ = [
    "Chance",
    "Checked",
    "EngineError",
    "Line",
    "Prepared",
    "chance_words",
    "check",
    "doubled",
    "figures",
    "may_release",
    "named",
    "own_standing",
    "pool_page",
    "prepare",
    "problems_of",
    "quotas_from_shares",
    "read_chance",
    "slip",
    "trouble",
    "trouble_of",
    "verifier",
    "why",
]

#: A family may share a telephone; more registrations with one contact do not count.
MOST_FOR_A_CONTACT = 4
#: A share of the pool below this part of the population's counts as not heard.
UNHEARD = 0.6
K, K_SENSITIVE = disclosure.K, disclosure.K_TENSE


def why(error: EngineError) -> str:
    """What the engine refused, in one sentence with its remedy."""
    return errors.sentence(error.code, error.params, language=get_language() or "en")


# --- quotas
def quotas_from_shares(
    shares: Sequence[Fraction | int], size: int, slack: Fraction | int = 0
) -> list[tuple[int, int]]:
    """Fewest and most seats of each feature of a category, from its shares of the population.

    Parameters
    ----------
    shares : any numbers in proportion; they need not add up to 100.
    size : seats.
    slack : per cent of the seats by which each quota may be missed on either side.

    The exact number of seats lies between the two; so there are always seats for everybody, and
    never more than there are.

    Examples
    --------
    >>> quotas_from_shares([50, 48, 2], 24)
    [(12, 12), (11, 12), (0, 1)]
    >>> quotas_from_shares([50, 48, 2], 24, 5)
    [(10, 14), (10, 13), (0, 2)]
    """
    total = sum(map(Fraction, shares))
    if total <= 0:
        return [(0, size) for _share in shares]
    loose = Fraction(slack) * size / 100
    exact = [Fraction(share) * size / total for share in shares]
    return [(max(0, floor(each - loose)), min(size, ceil(each + loose))) for each in exact]


def _quotas(categories: Sequence[Category]) -> tuple[Quotas, dict[int, int]]:
    """The engine's quotas, and the position of each feature in them."""
    from baithak.engine.panel.pool import Quota, Quotas

    told: list[Quota] = []
    place: dict[int, int] = {}
    for category in categories:
        for feature in category.features.all():
            place[feature.pk] = len(told)
            told.append(Quota(category.name, feature.name, feature.low or 0, feature.high or 0))
    return Quotas(tuple(told)), place


def problems_of(panel: Panel, categories: Sequence[Category]) -> list[str]:
    """Why no panel could meet these quotas, whoever registers; empty where one could."""
    try:
        _quotas(categories)[0].check(panel.size)
    except EngineError as error:
        return [why(told) for told in (error, *error.others)]
    return []


# --- the pool
def doubled(entries: Iterable[queries.Entry]) -> set[str]:
    """Registrations that do not count: somebody registered twice.

    Of several with the same contact and the same answers one counts; with the same contact and
    other answers (a family's telephone) at most four do. Which one is left to their random ids.
    """
    seen: dict[str, set[tuple[tuple[int, int], ...]]] = {}
    twice: set[str] = set()
    for entry in entries:
        told = tuple(sorted(entry.answers.items()))
        known = seen.setdefault(entry.contact_mark or entry.id, set())
        if told in known or len(known) >= MOST_FOR_A_CONTACT:
            twice.add(entry.id)
        known.add(told)
    return twice


def _households(entries: Sequence[queries.Entry]) -> list[str]:
    """The household of each entry: those who share a word or a contact live together."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for entry in entries:
        marks = [f"{kind}:{mark}" for kind, mark in (
            ("contact", entry.contact_mark), ("household", entry.household_mark),
        ) if mark]  # fmt: skip
        for mark in marks:
            above[top(mark)] = top(f"entry:{entry.id}")
    homes: dict[str, list[str]] = {}
    for entry in entries:
        homes.setdefault(top(f"entry:{entry.id}"), []).append(entry.id)
    # Named after its first member, so that the name does not depend on the order of joining.
    return ["household:" + min(homes[top(f"entry:{entry.id}")]) for entry in entries]


def _pool(
    entries: Sequence[queries.Entry], place: Mapping[int, int], categories: Sequence[Category],
    household: bool,
) -> Pool:  # fmt: skip
    import numpy as np

    from baithak.engine.panel.pool import Pool

    rows = [[place[entry.answers[category.pk]] for category in categories] for entry in entries]
    features = np.array(rows, dtype=np.int32).reshape(len(entries), len(categories))
    homes = None
    if household:
        numbers: dict[str, int] = {}
        homes = np.array(
            [numbers.setdefault(home, len(numbers)) for home in _households(entries)],
            dtype=np.int32,
        )
    return Pool(tuple(entry.id for entry in entries), features, homes)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: a report that may be stored and shown, and how many people it is about."""

    report: dict[str, Any]
    people: int
    seconds: float


def check(panel: int) -> Checked:
    """Hold the pool of today against the quotas of today. For the worker."""
    began = time.process_time()
    categories = queries.categories(panel)
    told = categories[0].panel if categories else None
    entries = queries.entries(panel)
    twice = doubled(entries)
    entries = [entry for entry in entries if entry.id not in twice]
    report: dict[str, Any] = {"feasible": False, "counts": _counts(categories, entries)}
    if told is not None and entries:
        report |= _verdict(told, categories, entries)
    return Checked(report, len(entries), time.process_time() - began)


def _verdict(
    panel: Panel, categories: Sequence[Category], entries: Sequence[queries.Entry]
) -> dict[str, Any]:
    from baithak.engine.panel.feasibility import feasibility

    quotas, place = _quotas(categories)
    pool = _pool(entries, place, categories, panel.household)
    found = feasibility(pool, quotas, panel.size, household=panel.household)
    return _told(found, place, quotas)


def trouble_of(error: EngineError, panel: int) -> dict[str, Any]:
    """Why no list of panels could be made, as it is kept with the draw; ``trouble`` finds the words."""
    from baithak.engine.panel.results import InfeasibleError

    if isinstance(error, InfeasibleError):
        quotas, place = _quotas(queries.categories(panel))
        return {"code": error.code, "report": _told(error.feasibility, place, quotas)}
    params = {name: value for name, value in error.params.items() if isinstance(value, str | int)}
    return {"code": error.code, "params": params}


def trouble(draw: Draw) -> list[str]:
    """What is wrong with a draw, and what to do, in words."""
    told = draw.trouble
    if "report" in told:
        categories = queries.categories(draw.panel_id)
        named = {f.pk: (c.label, f.label) for c in categories for f in c.features.all()}
        return _sentences(told["report"], named, draw.panel)
    if told.get("code") == "chance_is_known":
        return [_("The list was not ready when chance spoke. Name a later chance and try again.")]
    if told.get("code") == "erased":
        return [_("The registrants were erased before this draw took place.")]
    if "params" in told:
        return [errors.sentence(told["code"], told["params"], language=get_language() or "en")]
    return [_("The list could not be made; whoever runs the hub finds the reason in its log.")]


def _told(found: Feasibility, place: Mapping[int, int], quotas: Quotas) -> dict[str, Any]:
    """A verdict by the ids of features. Who is shut out is told by the quotas that do it, not by
    their features: that could be one person.
    """
    feature_at = {at: pk for pk, at in place.items()}

    def pk(one: Any) -> int:
        return feature_at[quotas.find(one.category, one.feature) or 0]

    shut = {
        (pk(bound), bound.bound, bound.value) for one in found.excluded for bound in one.because
    }
    return {
        "feasible": found.feasible,
        "relax": [
            {"feature": pk(one), "bound": one.bound, "from": one.from_, "to": one.to}
            for one in found.relax
        ],
        "conflict": [
            {"feature": pk(one), "bound": one.bound, "value": one.value} for one in found.conflict
        ],
        "shut_out_by": [
            {"feature": feature, "bound": bound, "value": value}
            for feature, bound, value in sorted(shut)
        ],
    }


# --- figures under the small-cell rule
def _k(panel: Panel, category: Category) -> int:
    return K_SENSITIVE if panel.tense or category.sensitive else K


def _treated(counts: Sequence[int], k: int) -> list[int | None]:
    """Counts of one category as they may be shown: rounded, small ones hidden, never one alone.

    Were a single one hidden, the total would tell it.
    """
    told = [disclosure.rounded(count, k) for count in counts]
    hidden = [at for at, count in enumerate(told) if count is None]
    if len(hidden) == 1 and len(told) > 1:
        rest = [at for at in range(len(told)) if at not in hidden]
        told[min(rest, key=lambda at: counts[at])] = None
    return told


def _counts(categories: Sequence[Category], entries: Sequence[queries.Entry]) -> dict[str, Any]:
    """The pool by feature, and in all, as it may be shown; and who is hardly heard."""
    by_feature: dict[str, int | None] = {}
    unheard = []
    smallest = K
    for category in categories:
        k = _k(category.panel, category)
        smallest = max(smallest, K_SENSITIVE if category.panel.tense else K)
        features = list(category.features.all())
        have = [sum(entry.answers.get(category.pk) == f.pk for entry in entries) for f in features]
        for feature, told in zip(features, _treated(have, k), strict=True):
            by_feature[str(feature.pk)] = told
        for feature, count in zip(features, have, strict=True):
            expected = float(feature.share or 0) * len(entries) / 100
            # From k expected people on: fewer could be missing by luck, and would tell too much.
            if expected >= k and count < UNHEARD * expected:
                unheard.append(feature.pk)
    return {
        "people": disclosure.rounded(len(entries), smallest),
        "features": by_feature,
        "unheard": unheard,
    }


def may_release(panel: Panel, people: int) -> bool:
    """Whether new counts may be shown (R7): enough people came since the last ones."""
    return disclosure.enough_new(panel.pool_released, people, panel.smallest_cell)


def _words() -> Words:
    return words(get_language() or "en")


@dataclass(frozen=True, slots=True)
class Row:
    """One feature on a page: its quota, and the pool beside the population (None: not shown)."""

    feature: Feature
    pool: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """One category on a page."""

    category: Category
    rows: list[Row]
    k: int


@dataclass(frozen=True, slots=True)
class PoolPage:
    """The pool so far, and in words whether a panel can be drawn from it."""

    people: str
    groups: list[Group]
    verdict: list[str]
    unheard: list[str]
    checked: bool


def pool_page(panel: Panel) -> PoolPage:
    """What the team sees of the pool."""
    categories = queries.categories(panel.pk)
    report = panel.pool_report
    counts: Mapping[str, Any] = report.get("counts") or {}
    people, by_feature = counts.get("people"), counts.get("features", {})
    groups = [_group(panel, category, people, by_feature) for category in categories]
    named = {f.pk: (c.label, f.label) for c in categories for f in c.features.all()}
    return PoolPage(
        people=_words().count(people, panel.smallest_cell),
        groups=groups,
        verdict=_sentences(report, named, panel) if report else [],
        unheard=[
            f"{group.category.label}: {row.feature.label}"
            for group in groups for row in group.rows
            if row.feature.pk in counts.get("unheard", [])
        ],
        checked=bool(report),
    )  # fmt: skip


def _group(
    panel: Panel, category: Category, people: int | None, counts: Mapping[str, int | None]
) -> Group:
    rows = []
    for feature in category.features.all():
        count = counts.get(str(feature.pk))
        share = None if count is None or not people else round(100 * count / people)
        rows.append(Row(feature, count, share))
    return Group(category, rows, _k(panel, category))


def _bound(bound: str, feature: str, category: str, value: int) -> str:
    told = {"feature": feature, "category": category, "value": value}
    if bound == "min":
        return _("at least %(value)d with “%(category)s: %(feature)s”") % told
    return _("at most %(value)d with “%(category)s: %(feature)s”") % told


def _sentences(
    report: Mapping[str, Any], names: Mapping[int, tuple[str, str]], panel: Panel
) -> list[str]:
    """The verdict of a check: what contradicts what, and the smallest change that helps."""
    if report.get("feasible"):
        told = [_("A panel that meets all quotas can be drawn from this pool.")]
        if report.get("shut_out_by"):
            told.append(
                _("But some people who registered can be on no such panel, because of: %(bounds)s.")
                % {"bounds": _bounds(report["shut_out_by"], names)}
            )
        return told
    if not report.get("relax") and not report.get("conflict"):
        return [
            _("Fewer people have registered than the panel has seats (%(size)d). Invite more.")
            % {"size": panel.size}
        ]
    told = [_("No panel can meet all quotas with this pool.")]
    if report.get("conflict"):
        told.append(
            _("These contradict each other: %(bounds)s.")
            % {"bounds": _bounds(report["conflict"], names)}
        )
    for one in report.get("relax", []):
        category, feature = names.get(one["feature"], ("", ""))
        change = {"category": category, "feature": feature, "from": one["from"], "to": one["to"]}
        if one["bound"] == "min":
            told.append(
                _(
                    "The smallest change: for “%(category)s: %(feature)s” ask for at least %(to)d instead of %(from)d, or invite more of these people."
                )
                % change
            )
        else:
            told.append(
                _(
                    "The smallest change: for “%(category)s: %(feature)s” allow up to %(to)d instead of %(from)d, or invite more of the others."
                )
                % change
            )
    return told


def _bounds(told: Iterable[Mapping[str, Any]], names: Mapping[int, tuple[str, str]]) -> str:
    parts = []
    for one in told:
        category, feature = names.get(one["feature"], ("", ""))
        parts.append(_bound(one["bound"], feature, category, one["value"]))
    return "; ".join(parts)


# --- the lottery, in the worker
@dataclass(frozen=True, slots=True)
class Line:
    """What is kept of a registrant when the list is frozen."""

    pseudonym: str
    line: str
    leaf: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A lottery, ready to be promised: documents and hashes, the people by pseudonym."""

    head: dict[str, Any]
    commitment: str
    list_hash: str
    leaves: bytes
    chances: dict[str, Any]
    lines: dict[str, Line]
    seconds: float


def named(source: str, name: str) -> tuple[str, str]:
    """A chance in words that leave no choice later, and whether it is hashed or is the number."""
    if source == Source.DRAND:
        return f"drand round {name}", "hash"
    if source == Source.BALLS:
        return f"numbered balls or ten-sided dice, read as one number: {name}", "number"
    if source == Source.DICE:
        return f"dice, at least twelve throws in their order: {name}", "hash"
    return f"state lottery, the numbers as drawn: {name}", "hash"


def prepare(draw: Draw) -> Prepared:
    """List the panels of a draw and write the commitment. For the worker.

    Raises
    ------
    EngineError
        ``panel.infeasible`` (an ``InfeasibleError``), or what else the engine refuses.
    """
    from baithak.engine.panel import draw as lots

    began = time.process_time()
    panel = draw.panel
    categories = queries.categories(panel.pk)
    quotas, place = _quotas(categories)
    entries = [e for e in queries.entries(panel.pk) if e.seat != Seat.NO]
    pool = _pool(entries, place, categories, panel.household)
    told = _register(panel, pool, quotas, entries)
    standing = [
        entry.id
        for entry in entries
        if draw.kind == DrawKind.REPLACEMENT and entry.seat in (Seat.YES, Seat.DRAWN)
    ]
    # Nobody chooses the seed: it follows from the list of registrants.
    seed = int.from_bytes(told.root[:6], "big")
    lottery = _lottery(panel, pool, quotas, seed, standing)
    before = _before(draw)
    promised = lots.commit(
        told,
        quotas,
        lottery,
        named=draw.named,
        read="number" if draw.read == "number" else "hash",
        version=__version__,
        title=panel.texts[panel.first_language]["title"],
        number=draw.number,
        reason=draw.reason,
        previous=before,
        standing=standing,
    )
    return Prepared(
        head=dict(promised.head),
        commitment=promised.to_json(),
        list_hash=promised.list_hash,
        leaves=b"".join(sorted(told.leaves)),
        chances=_chances(lottery, pool.ids, standing),
        lines={
            member.id: Line(member.pseudonym, member.line, told.leaves[at].hex())
            for at, member in enumerate(told.members)
        },
        seconds=time.process_time() - began,
    )


def _before(draw: Draw) -> str:
    """The hash of the list that the draw before this one promised."""
    if draw.number == 1:
        return ""
    earlier = queries.draw_before(draw)
    return earlier.list_hash if earlier is not None else ""


def _register(
    panel: Panel, pool: Pool, quotas: Quotas, entries: Sequence[queries.Entry]
) -> lots.Register:
    """The lines of everybody: made at the first draw, the very same at every further one."""
    from baithak.engine.panel.draw import Member, Register, register

    if entries and all(entry.line for entry in entries):
        members = tuple(Member(e.id, e.pseudonym, e.line) for e in entries)
        return Register(members, panel.household)
    secret = keys.pseudonym(panel.key, "register")
    return register(pool, quotas, secret=secret, household=panel.household)


def _lottery(panel: Panel, pool: Pool, quotas: Quotas, seed: int, standing: Collection[str]) -> Any:
    from baithak.engine.panel.lottery import lottery

    asked: dict[str, Any] = {
        "method": panel.method, "panels": panel.panels, "household": panel.household, "seed": seed,
    }  # fmt: skip
    if not standing:
        return lottery(pool, quotas, panel.size, **asked)
    from baithak.engine.panel.replacement import replacement

    at = {name: position for position, name in enumerate(pool.ids)}
    fixed = [at[name] for name in standing]
    return replacement(pool, quotas, panel.size, confirmed=fixed, **asked)


def _chances(lottery: Any, ids: Sequence[str], standing: Collection[str]) -> dict[str, Any]:
    """The lottery's figures for those who can still be drawn. A person's chance is no secret: the
    list of panels tells it.
    """
    held = set(standing)
    counts = [int(n) for n, name in zip(lottery.counts, ids, strict=True) if name not in held]
    return {
        "min": min(counts, default=0) / len(lottery.panels),
        "max": max(counts, default=0) / len(lottery.panels),
        "bound": float(lottery.bound),
        "gap": float(lottery.gap),
        "certified": bool(lottery.certified),
        "people": len(counts),
        "seats": lottery.size - len(held),
    }


def chance_words(draw: Draw) -> dict[str, str]:
    """The chances of a lottery in per cent, with three figures."""
    told = draw.chances
    if not told.get("people"):
        return {}
    equal = told["seats"] / told["people"]
    return {
        "least": f"{100 * told['min']:.3g}%",
        "most": f"{100 * told['max']:.3g}%",
        "equal": f"{100 * equal:.3g}%",
    }


# --- chance, slips, figures
@dataclass(frozen=True, slots=True)
class Chance:
    """What the named chance decided."""

    randomness: str
    number: int
    selected: list[str]
    receipt: str


def read_chance(commitment: str, randomness: str) -> Chance:
    """Let the named chance decide.

    Raises
    ------
    EngineError
        ``panel.randomness_short``, ``panel.randomness_number``.
    """
    from baithak.engine.panel.draw import draw, read_commitment

    told = draw(read_commitment(commitment), randomness)
    return Chance(told.randomness, told.number, list(told.selected), told.to_json())


def slip(draw: Draw, line: str) -> str:
    """What a registrant checks by themselves: the line, and the path from it to the root."""
    from baithak.engine.commitment import leaf, proof
    from baithak.engine.panel.draw import canonical

    packed = queries.leaves_of(draw)
    leaves = [packed[at : at + 32] for at in range(0, len(packed), 32)]
    own = leaf(line.encode())
    if own not in leaves:
        return ""
    path = [[step.hex(), left] for step, left in proof(leaves, own)]
    return canonical({**json.loads(line), "path": path})


@dataclass(frozen=True, slots=True)
class Standing:
    """In how many listed panels somebody is."""

    listed: int
    panels: int


def own_standing(draw: Draw, pseudonym: str) -> Standing:
    """How often a pseudonym is on the list of a draw."""
    lines = json.loads(queries.commitment_of(draw))["list"]
    return Standing(sum(pseudonym in line.split(" ") for line in lines), len(lines))


def figures(panel: Panel) -> list[dict[str, Any]]:
    """The quotas that every panel keeps, beside the pool and the population: one way (R6).

    Seats are told no finer than the quotas, which were public before: nearly every count of a
    panel is a small cell.
    """
    categories = queries.categories(panel.pk)
    entries = queries.entries(panel.pk)
    counts = _counts(categories, entries)
    rows = []
    for category in categories:
        for feature in category.features.all():
            count, people = counts["features"][str(feature.pk)], counts["people"]
            rows.append(
                {
                    "category": category.pk,
                    "feature": feature.pk,
                    "share": None if feature.share is None else float(feature.share),
                    "pool": None if count is None or not people else round(100 * count / people),
                    "low": feature.low,
                    "high": feature.high,
                }
            )
    return rows


@lru_cache(maxsize=1)
def verifier() -> str:
    """The program that replays a draw without Baithak, to be downloaded."""
    from baithak.engine.panel import verify_draw

    return Path(verify_draw.__file__).read_text(encoding="utf-8")
