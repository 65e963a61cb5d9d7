"""Two rounds of a dialogue side by side, from what each of them published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from baithak.dialogue import queries
from baithak.dialogue.analysis.kept import published
from baithak.dialogue.analysis.page import texts_of
from baithak.dialogue.models import Dialogue
from baithak.dialogue.queries import Card, Shown
from baithak.network import wording
from baithak.network.models import Channel
from baithak.report import rounds
from baithak.report.opinion_svg import Picture, uncertainty_bar
from baithak.report.words import words

__all__ = ["RoundRow", "matched", "rounds_page"]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One statement that was asked in both rounds, in words and as two bars."""

    number: int
    shown: Shown
    then: str
    now: str
    then_bar: Picture
    now_bar: Picture
    said: tuple[str, ...]
    sure: bool


def matched(first: Mapping[str, Card], second: Mapping[str, Card]) -> dict[str, str]:
    """Statements with the same words in any one language: number in the first round to the second's.

    Case, punctuation and spelling forms do not count. One that fits two is matched to the first.
    """
    known: dict[tuple[str, str], str] = {}
    for name, card in second.items():
        for language, told in card.wordings.items():
            known.setdefault((language, wording.same(told.text)), name)
    pairs: dict[str, str] = {}
    for name, card in first.items():
        fits = (known.get((lang, wording.same(w.text))) for lang, w in card.wordings.items())
        found = next((one for one in fits if one is not None), None)
        if found is not None and found not in pairs.values():
            pairs[name] = found
    return pairs


def rounds_page(dialogue: Dialogue, earlier: Dialogue | None) -> dict[str, Any]:
    """Everything the page shows; ``told`` None while one of the two has no map to show."""
    runs = [queries.released_run(d.pk) for d in (earlier, dialogue) if d is not None]
    shown = [published(run) for run in runs if run is not None]
    if len(shown) < 2 or any(one.too_few for one in shown):
        return {"told": None, "earlier": earlier}
    assert earlier is not None
    say = words(get_language() or "en")
    rtl = say.direction == "rtl"
    first, second = texts_of(earlier), texts_of(dialogue)
    told = rounds.compare(
        shown[0],
        shown[1],
        matched(first, second),
        channels=(runs[0].channels, runs[1].channels) if runs[0] and runs[1] else None,
    )
    rows = [
        RoundRow(
            number=second[row.second].number,
            shown=second[row.second].shown,
            then=say.share(row.agree_first),
            now=say.share(row.agree_second),
            then_bar=uncertainty_bar(row.agree_first, rtl=rtl),
            now_bar=uncertainty_bar(row.agree_second, rtl=rtl),
            said=rounds.describe(row, say),
            sure=row.agreement in {"more", "less"},
        )
        for row in told.statements
        if row.second in second
    ]

    def number(count: int | None) -> str:
        return "–" if count is None else f"{count:,}"

    return {
        "told": told,
        "earlier": earlier,
        "people": [
            say.count(count, one.k) for count, one in zip(told.participants, shown, strict=True)
        ],
        "ways": [
            (Channel(way.channel).label, number(way.first), number(way.second))
            for way in told.channels
        ],
        "groups": told.groups,
        "rows": rows,
        "sure": [row for row in rows if row.sure],
        "new": [second[name].shown for name in told.only_second if name in second],
        "gone": [first[name].shown for name in told.only_first if name in first],
    }
