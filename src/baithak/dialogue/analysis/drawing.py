"""Drawing a map from the votes: the worker's one call, its answer ready to be kept."""

from __future__ import annotations

import json
import time
import typing
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from baithak.dialogue import queries
from baithak.dialogue.analysis.kept import plain, rebuilt
from baithak.report import disclosure
from baithak.report.disclosure import PublishedDefence, PublishedMap
from baithak.report.releases import releasable
from baithak.report.voices import PublishedVoices, renewed_voices, voices

# The engine's own modules are imported where they are used: a web worker that is started anew must
# answer at once, and needs half a second and 100 MB less as long as nobody asks it for a map.
if typing.TYPE_CHECKING:
    from baithak.engine.opinion.map import MapRun
    from baithak.engine.opinion.readers import Conversation
    from baithak.engine.opinion.results import OpinionMap
    from baithak.engine.opinion.votes import VoteMatrix

__all__ = ["Drawn", "draw", "matrix", "read_export", "to_release"]

SEED = 0
#: Nobody waits for the worker: how stable groups are is judged by whole fits to halves of the people.
REFITS = 40
#: Where that many would make a drawing longer than so many seconds, they are fewer, but so many.
LONGEST, FEWEST_REFITS = 15.0, 10
#: A map of fewer people cannot be shown (R6), so it is not drawn.
FEWEST = disclosure.K
#: So many statements of common ground are compared with and without the open link, weighted or not.
TOP = 10


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished map, ready to be kept: texts and bytes, no rows per person."""

    result: str
    published: str
    table: str
    channels: dict[str, int]
    voices: list[dict[str, Any]]
    participants: int
    votes: int
    method: str
    seed: int
    version: str
    seconds: float


def matrix(dialogue: int) -> VoteMatrix | None:
    """The dialogue's votes for the engine; statements are named by their numbers."""
    from baithak.engine.opinion.votes import Statement, VoteMatrix

    people, statements, values = queries.votes_of(dialogue)
    if not people:
        return None
    told = list(queries.all_statements(dialogue))
    number = {statement.pk: str(statement.number) for statement in told}
    shown = {card.id: card.wordings[card.original][0] for card in queries.cards(told)}
    return VoteMatrix.from_arrays(
        people,
        [number[statement] for statement in statements],
        values,
        statements=[
            Statement(
                id=number[statement.pk],
                text=shown.get(statement.pk, ""),
                moderated_out=statement.state != "accepted",
                meta=statement.meta,
            )
            for statement in told
        ],
        channels=_channels(dialogue),
    )


def _channels(dialogue: int) -> dict[str, str] | None:
    """How people came; ``None`` where nobody knows, as in imported conversations."""
    told = queries.channels_of(dialogue)
    return None if any(channel == "imported" for channel in told.values()) else told


def to_release(text: str, earlier: Iterable[str], *, new: int) -> str | None:
    """What of a drawn map may be shown now (R7), ready to be kept; ``None``: nothing new yet.

    ``earlier`` are the maps that were shown, newest first, read no further than needed; ``new`` is
    how many people came since the last of them.
    """
    now = rebuilt(PublishedMap, json.loads(text))
    past = (rebuilt(PublishedMap, json.loads(one)) for one in earlier)
    told = releasable(now, past, new=new)
    return None if told is None else json.dumps(plain(told), ensure_ascii=False, sort_keys=True)


def read_export(folder: Path) -> Conversation:
    """A Polis export; raises ``EngineError`` with file, row and field."""
    from baithak.engine.opinion.readers import read_conversation

    return read_conversation(folder)


def draw(dialogue: int) -> Drawn | None:
    """Compute the map of a dialogue; ``None`` while fewer people take part than may be shown."""
    from baithak.engine.opinion.map import map_run

    votes = matrix(dialogue)
    if votes is None or votes.n < FEWEST:
        return None
    began = time.perf_counter()
    tense = queries.is_tense(dialogue)
    k = disclosure.K_TENSE if tense else disclosure.K
    said, before = queries.declared(dialogue), _before(dialogue)
    shares = queries.population(dialogue)
    city = shares if _somebody_said(votes, said, shares) else {}
    run = map_run(
        votes,
        seed=SEED,
        people=True,
        refits=_refits(dialogue),
        previous=before,
        population=city or None,
        declared=said if city else None,
    )
    told = run.map
    shown = disclosure.published(told, k, tense=tense)
    # Who is missing is said once, in the table of voices: two roundings of one count could be
    # taken from each other.
    shown = replace(shown, missing=(), defence=_apart(votes, shown))
    if city:
        equal = map_run(votes, seed=SEED, previous=before, start=run.fit).map
        alike = disclosure.published(equal, k, tense=tense)
        shown = replace(shown, top_unweighted=alike.common_ground[:TOP])
    last = queries.released_run(dialogue)
    return Drawn(
        result=told.to_json(),
        published=json.dumps(plain(shown), ensure_ascii=False, sort_keys=True),
        table=_table_of(run, votes),
        channels=ways_renewed(
            {} if last is None else last.channels, _ways_in(votes, shown.k), shown.k
        ),
        voices=_voices(
            dialogue, said, shares, votes.n, shown.k, [] if last is None else last.voices
        ),
        participants=told.participants,
        votes=told.votes,
        method=told.method,
        seed=told.seed,
        version=told.version,
        seconds=time.perf_counter() - began,
    )


def _somebody_said(
    votes: VoteMatrix,
    said: Mapping[str, Mapping[str, str]],
    shares: Mapping[str, Mapping[str, float]],
) -> bool:
    """Whether anybody whose answers count said something the city's shares are known of."""
    heard = votes.keep_votes(votes.shown[votes.columns]).votes_per_person > 0
    return any(
        said[person].get(question) in known
        for person, here in zip(votes.participants, heard, strict=True)
        if here and person in said
        for question, known in shares.items()
    )


def _ways_in(votes: VoteMatrix, k: int) -> dict[str, int]:
    """How many came in which way, rounded; all or nothing, so that no small one can be told."""
    counts = Counter(votes.channels or ())
    if any(count < k for count in counts.values()):
        return {}
    return {way: disclosure.rounded(count, k) or 0 for way, count in sorted(counts.items())}


def ways_renewed(before: Mapping[str, int], now: Mapping[str, int], k: int) -> dict[str, int]:
    """The ways in to publish after ``before`` (R7): a way keeps its figure until surely k more came
    by it.
    """
    base = disclosure.BASE
    return {
        way: before[way]
        if way in before
        and disclosure.span(count, base, k)[0] - disclosure.span(before[way], base, k)[1] < k
        else count
        for way, count in now.items()
    }


def _apart(votes: VoteMatrix, shown: PublishedMap) -> PublishedDefence | None:
    """The defence, with the list of verified people only where k people are on either side of it."""
    verified, told = votes.verified, shown.defence
    if told is None or verified is None:
        return told
    here = votes.votes_per_person > 0
    sides = int((verified & here).sum()), int((~verified & here).sum())
    return told if min(sides) >= shown.k else replace(told, top_verified=())


def _voices(
    dialogue: int,
    said: Mapping[str, Mapping[str, str]],
    city: Mapping[str, Mapping[str, float]],
    people: int,
    k: int,
    before: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """One one-way table for each question about oneself, past R6, and past R7 after ``before``."""
    last = {row["question"]: rebuilt(PublishedVoices, row["told"]) for row in before}
    told = []
    for question in queries.questions(dialogue):
        name = str(question.number)
        given = Counter(answers[name] for answers in said.values() if name in answers)
        counts = {str(c.number): given[str(c.number)] for c in question.categories.all()}
        shares = {c: city[name][c] for c in counts if c in city.get(name, {})}
        now = renewed_voices(last.get(name), voices(counts, shares, people, k))
        told.append({"question": name, "told": asdict(now)})
    return told


def _table_of(run: MapRun, votes: VoteMatrix) -> str:
    """What places newcomers and chooses their next statement."""
    from baithak.engine.opinion.placement import placement
    from baithak.engine.opinion.routing import routing_table

    if run.fit is None or run.mixture is None:
        return ""
    place = placement(run.fit, run.mixture, [group.id for group in run.map.groups])
    return routing_table(place, votes).to_json()


def _refits(dialogue: int) -> int:
    """As many as fit into the time, going by how long the last drawing took on this machine."""
    run = queries.latest_run(dialogue)
    if run is None or run.seconds <= LONGEST / 2:
        return REFITS
    repeats = int(json.loads(run.published).get("repeats") or REFITS)
    each = run.seconds / (repeats + 5)  # the map itself costs about five of them
    return max(FEWEST_REFITS, min(REFITS, int(LONGEST / each) - 5))


def _before(dialogue: int) -> OpinionMap | None:
    """The last map, so that groups keep their letters."""
    from baithak.engine.opinion.results import OpinionMap

    run = queries.latest_run(dialogue)
    if run is None or not run.result:
        return None
    return typing.cast(OpinionMap, rebuilt(OpinionMap, {"people": [], **json.loads(run.result)}))
