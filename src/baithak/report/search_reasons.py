"""Why something was found, in one sentence of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from baithak.engine.search.documents import Reason
from baithak.report.words import Words, words

__all__ = ["why"]

#: At most so many labels are named.
_LABELS = 2


def why(
    reasons: Sequence[Reason],
    language: str,
    *,
    label: Callable[[str, str], str],
    place: Callable[[str], str],
) -> str:
    """The reason that helps a reader most: the place, what it is about, where the words stand.

    Parameters
    ----------
    reasons : sequence of Reason
        As a hit has them; none (browsing) gives an empty text.
    language : str
        The reader's.
    label : callable
        Facet and code to the code's label.
    place : callable
        The concept of a place (``city:Colombo:LK``, ``country:LK``) to its name.

    Examples
    --------
    >>> why([Reason("why.field", {"field": "title"})], "en", label=lambda f, c: c, place=str)
    'Your words stand in its title.'
    """
    say = words(language)
    found: dict[str, list[Reason]] = {}
    for reason in reasons:
        found.setdefault(reason.code, []).append(reason)
    if "why.place" in found:
        # The city comes after its country and says more.
        return say.gettext("It is about this place: %(place)s.") % {
            "place": place(found["why.place"][-1].params["place"])
        }
    if "why.label" in found:
        named = [label(r.params["facet"], r.params["value"]) for r in found["why.label"][:_LABELS]]
        return _about(say, named)
    if "why.close" in found:
        return say.gettext("It has a word that is spelt nearly like “%(asked)s”.") % {
            "asked": found["why.close"][0].params["asked"]
        }
    if "why.field" in found:
        fields = {reason.params["field"] for reason in found["why.field"]}
        return say.gettext(_FIELDS.get(next((f for f in _FIELDS if f in fields), ""), _TEXT))
    if "why.concept" in found:
        return say.gettext("It says the same in other words or in another language.")
    return ""


def N_(text: str) -> str:  # noqa: N802  (what translators' tools look for)
    """Marks a sentence of the catalogue."""
    return text


#: By the field in which the words stand, those first that say most.
_FIELDS = {
    "title": N_("Your words stand in its title."),
    "summary": N_("Your words stand in its summary."),
    "results": N_("Your words stand in what came of it."),
    "lessons": N_("Your words stand in what others can learn."),
}
_TEXT = N_("Your words stand in its text.")


def _about(say: Words, named: list[str]) -> str:
    if len(named) == 1:
        return say.gettext("It is about: %(one)s.") % {"one": named[0]}
    return say.gettext("It is about: %(one)s; %(two)s.") % {"one": named[0], "two": named[1]}
