"""Figures put into words, in the reader's language.

Sentences go through gettext, so that translators find them beside all others; the catalogues are
those of the whole package (``locale/``), read without Django. Whoever needs another language makes
another ``Words``; there is no global language here.
"""

from __future__ import annotations

import gettext as catalogues
from functools import lru_cache
from pathlib import Path

from baithak.report.disclosure import PublishedGroup, PublishedMap, Share

__all__ = ["RIGHT_TO_LEFT", "Words", "words"]

LOCALE = Path(__file__).resolve().parents[1] / "locale"
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "ps", "sd", "ug", "ur"})


@lru_cache(maxsize=32)
def words(language: str = "en") -> Words:
    """The words of this language; English where there is no catalogue."""
    return Words(language)


class Words:
    """Sentences about an opinion map in one language.

    Examples
    --------
    >>> Words("en").share(Share("under", 0.2, 0.0, 0.2))
    'under 20%'
    >>> Words("en").in_ten(0.79)
    'about 8 in 10'
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.direction = "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
        found = catalogues.translation(
            "django", localedir=LOCALE, languages=[language], fallback=True
        )
        self.gettext = found.gettext
        self.ngettext = found.ngettext

    def count(self, count: int | None, k: int) -> str:
        """A treated count: 1,205 or "fewer than 10"."""
        _ = self.gettext
        return _("fewer than %(k)d") % {"k": k} if count is None else f"{count:,}"

    def share(self, told: Share) -> str:
        """A treated share, short: 82%, under 20%, over 80%, most, almost nobody."""
        _ = self.gettext
        if told.kind == "hidden":
            return _("not shown")
        if told.kind == "most":
            return _("most")
        if told.kind == "few":
            return _("almost nobody")
        percent = self.percent(told.value or 0.0)
        if told.kind == "under":
            return _("under %(percent)s") % {"percent": percent}
        if told.kind == "over":
            return _("over %(percent)s") % {"percent": percent}
        return percent

    def percent(self, value: float) -> str:
        """A part of 1 as whole per cent.

        Where people read from the right, a mark keeps the sign behind its figure: after an Arabic
        letter it would jump to the other side.
        """
        mark = "\u200e" if self.direction == "rtl" else ""
        return f"{mark}{round(100 * value)}%"

    def quoted(self, text: str) -> str:
        """Somebody's words inside a sentence read from the right: kept apart, whatever script."""
        return f"\u2068{text}\u2069" if self.direction == "rtl" else text

    def between(self, told: Share) -> str:
        """The interval of a share: "71% to 83%"; empty where there is none to speak of."""
        _ = self.gettext
        if told.kind != "about" or told.low is None or told.high is None or told.low == told.high:
            return ""
        return _("%(low)s to %(high)s") % {
            "low": self.percent(told.low),
            "high": self.percent(told.high),
        }

    def in_ten(self, value: float) -> str:
        """A share in plain words."""
        _ = self.gettext
        if value >= 0.95:
            return _("nearly all")
        if value < 0.05:
            return _("hardly anybody")
        return _("about %(n)d in 10") % {"n": max(1, round(10 * value))}

    def reliability(self, value: float | None) -> str:
        """How far an axis of the map can be trusted."""
        _ = self.gettext
        if value is None:
            return _("too few votes to say how reliable")
        if value < 0.5:
            return _("mostly noise")
        return _("fairly reliable") if value < 0.75 else _("reliable")

    def stability(self, group: PublishedGroup, repeats: int) -> str:
        """Whether the group would come out again, counted in the repeats that were made."""
        _ = self.gettext
        if group.stability is None:
            return _("There were too few votes to test whether this group would appear again.")
        return _("This group would look the same in %(n)d of %(all)d repeats.") % {
            "n": round(repeats * group.stability),
            "all": repeats,
        }

    def trust(self, told: PublishedMap) -> str:
        """Are the groups sure enough to act on?"""
        _ = self.gettext
        known = [g.stability for g in told.groups if g.stability is not None]
        if not known:
            return _("There were too few votes to test how stable the groups are.")
        n = {"n": round(told.repeats * min(known)), "all": told.repeats}
        if min(known) >= 0.8:
            return (
                _(
                    "The groups are stable: in repeats with people drawn anew, each of them "
                    "came back at least %(n)d times of %(all)d."
                )
                % n
            )
        if min(known) >= 0.6:
            return (
                _(
                    "The groups are fairly stable: in repeats with people drawn anew, the "
                    "least stable one came back %(n)d times of %(all)d. Their borders are soft."
                )
                % n
            )
        return (
            _(
                "The groups are a rough sketch: in repeats with people drawn anew, the least "
                "stable one came back only %(n)d times of %(all)d. Do not build on single memberships."
            )
            % n
        )

    def depth(self, value: float) -> str:
        """How far apart the groups are, statement by statement."""
        _ = self.gettext
        if value < 0.05:
            return _(
                "Over all statements the division is shallow: on most of them, belonging to a "
                "group says little about the answer."
            )
        if value < 0.15:
            return _(
                "Over all statements the division is moderate: groups lean different ways, and "
                "overlap widely."
            )
        if value < 0.3:
            return _("The division is deep: on a typical statement the groups answer differently.")
        return _("The division is very deep: the group alone nearly tells the answer.")

    def breadth(self, value: float) -> str:
        """On how much of the conversation the groups are apart."""
        _ = self.gettext
        if value < 0.05:
            return _("It is narrow: on hardly any statement are two groups far apart for certain.")
        if value >= 0.95:
            return _("It is wide: on nearly every statement two groups are far apart for certain.")
        return _(
            "Two groups are far apart (by more than 30 points, for certain) on %(share)s statements."
        ) % {"share": self.in_ten(value)}

    def note(self, code: str) -> str:
        """The sentence of a note of the engine or its readers; empty for one without a sentence."""
        _ = self.gettext
        name, _unused, _count = code.partition(":")
        if name.startswith("group_") and name.endswith("_unstable"):
            return _("Group %(letter)s is unstable: in most repeats it did not come back.") % {
                "letter": name.removeprefix("group_").removesuffix("_unstable")
            }
        told = {
            "axis_1_mostly_noise": _(
                "The map's first axis is mostly noise: left and right mean little here."
            ),
            "axis_2_mostly_noise": _(
                "The map's second axis is mostly noise: up and down mean little here."
            ),
            "axis_1_reliability_unknown": _(
                "There were too few votes to test how reliable the map's first axis is."
            ),
            "axis_2_reliability_unknown": _(
                "There were too few votes to test how reliable the map's second axis is."
            ),
            "too_few_people": _("So few people took part that groups cannot be looked for."),
            "model_not_settled": _("The model had not fully settled; figures may move a little."),
            "people_sampled": _("Shares by group were estimated on a sample of the people."),
            "weights_do_not_fit": _(
                "The weights do not reach the population's shares exactly: some kinds of people "
                "are too few to speak for all of theirs."
            ),
            "population_unheard": _(
                "Some kinds of people in the population did not take part at all."
            ),
            "silhouette_sampled": _("The number of groups was chosen on a sample of the people."),
            "identical_votes_dropped": _("Votes that were in the file twice were counted once."),
            "people_without_votes": _("People who never voted were left out."),
            "statements_without_votes": _("Statements nobody voted on were left out."),
        }
        return told.get(name, "")
