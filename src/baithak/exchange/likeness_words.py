"""What two cities have in common, as one sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from baithak.exchange.likeness import Likeness, Reason
from baithak.exchange.records import Taxonomy, library

__all__ = ["DISPLACED", "TRAITS", "reason_phrase", "sentence"]

#: The trait that tells of people; all others tell what kind of city it is.
DISPLACED = "receives_displaced"

#: Traits as they stand in the middle of a sentence, and as the choices of a form.
TRAITS = {
    "port": _("a port city"),
    "coast": _("a town by the sea"),
    "island": _("an island city"),
    "river_delta": _("a city on low river land"),
    "hill": _("a hill town"),
    "dryland": _("a town in dry land"),
    "border": _("a border town"),
    "capital": _("a capital"),
    "suburb": _("a town beside a larger city"),
    "rural": _("a rural town"),
    "industrial": _("a city of factories"),
    "university": _("a university city"),
    "pilgrimage": _("a place of pilgrimage"),
    "tourism": _("a tourist town"),
    DISPLACED: _("displaced families"),
}

_MANDATES = {
    "own": _("a council that can decide for itself"),
    "shared": _("a mandate shared with other levels"),
    "convener_only": _("a mandate to invite, no more"),
    "unclear": _("an unclear mandate"),
}

#: One whole sentence for each mixture: what kind of city, what it has, what it faces.
_SENTENCES = {
    (True, True, True): _("Also %(kind)s, with %(things)s; faces %(challenges)s too."),
    (True, True, False): _("Also %(kind)s, with %(things)s."),
    (True, False, True): _("Also %(kind)s; faces %(challenges)s too."),
    (True, False, False): _("Also %(kind)s."),
    (False, True, True): _("Also with %(things)s; faces %(challenges)s too."),
    (False, True, False): _("Also with %(things)s."),
    (False, False, True): _("Faces %(challenges)s too."),
}


def sentence(likeness: Likeness, taxonomy: Taxonomy | None = None) -> str:
    """Everything in common in one sentence.

    ``taxonomy`` has the labels of challenges; the shipped one where none is given.

    "Also a port city, with displaced families and the same two languages."
    """
    words = taxonomy or library().taxonomy
    parts: dict[str, list[str]] = {"kind": [], "things": [], "challenges": []}
    for reason in likeness.reasons:
        parts[_part(reason)].append(reason_phrase(reason, words))
    said = {name: _listed(phrases) for name, phrases in parts.items()}
    return (
        str(_SENTENCES[bool(said["kind"]), bool(said["things"]), bool(said["challenges"])]) % said
    )


def reason_phrase(reason: Reason, taxonomy: Taxonomy) -> str:
    """One reason as words for the middle of a sentence."""
    told = reason.params
    if reason.code == "trait":
        return str(TRAITS[told["trait"]])
    if reason.code == "challenge":
        label = taxonomy.label("challenges", told["challenge"], (get_language() or "en")[:2])
        return gettext("“%(name)s”") % {"name": label}  # a label may hold a comma or an "and"
    if reason.code == "mandate":
        return str(_MANDATES[told["mandate"]])
    if reason.code == "country":
        return gettext("the same national government")
    if reason.code == "size":
        return gettext("about as many people (%(mine)s and %(theirs)s)") % {
            "mine": f"{told['mine']:,}",
            "theirs": f"{told['theirs']:,}",
        }
    return _languages(reason.code, len(told["languages"]))


def _part(reason: Reason) -> str:
    if reason.code == "challenge":
        return "challenges"
    if reason.code == "trait" and reason.params["trait"] != DISPLACED:
        return "kind"
    return "things"


def _languages(code: str, count: int) -> str:
    if code == "same_languages":
        if count == 2:
            return gettext("the same two languages")
        text = ngettext("the same language", "the same %(count)s languages", count)
    else:
        text = ngettext("a language in common", "%(count)s languages in common", count)
    return text % {"count": count}


def _listed(phrases: Iterable[str]) -> str:
    """One, two and three, as the reader's language puts them."""
    *before, last = list(phrases) or [""]
    if not before:
        return last
    rest = before[0]
    for phrase in before[1:]:
        rest = gettext("%(before)s, %(next)s") % {"before": rest, "next": phrase}
    return gettext("%(before)s and %(last)s") % {"before": rest, "last": last}
