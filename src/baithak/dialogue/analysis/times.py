"""How divided people were from one released map to the next."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

from django.utils.formats import date_format

from baithak.dialogue import queries
from baithak.dialogue.analysis.kept import rebuilt
from baithak.dialogue.models import Dialogue
from baithak.report.disclosure import PublishedMap
from baithak.report.opinion_time import Moment
from baithak.report.words import Words

__all__ = ["MOST", "moments"]

#: A longer line shows no more: of many maps every second, third … is drawn, and the last one.
MOST = 24


def moments(dialogue: Dialogue, say: Words) -> list[Moment]:
    """The released maps of a dialogue, the oldest first, with the figures they showed."""
    runs = queries.released_runs(dialogue.pk)
    every = max(1, -(-len(runs) // MOST))
    chosen = [run for at, run in enumerate(reversed(runs)) if at % every == 0][::-1]
    told = []
    for run in chosen:
        people, k, depth, breadth = _figures(run.pk, run.computed)
        told.append(
            Moment(date_format(run.computed, "j M Y"), say.count(people, k), depth, breadth)
        )
    return told


@lru_cache(maxsize=512)
def _figures(run: int, computed: datetime) -> tuple[int | None, int, float | None, float | None]:
    """What a map said of the whole: never changed once released.

    ``computed`` tells it from a map of the same number in a database restored or rolled back.
    """
    told: PublishedMap = rebuilt(PublishedMap, json.loads(queries.published_text(run)))
    if not told.groups or told.depth is None or told.breadth is None:
        return told.participants, told.k, None, None
    return told.participants, told.k, told.depth.value, told.breadth.value
