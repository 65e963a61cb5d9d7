"""The usual categories with their usual answers, in the languages we have; a start, not a rule."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from baithak.panel.models import CategoryKind

__all__ = ["labels"]

_ANSWERS = {
    CategoryKind.AGE: [_("18 to 29"), _("30 to 44"), _("45 to 59"), _("60 and over")],
    CategoryKind.GENDER: [_("Woman"), _("Man"), _("Another, or rather not say")],
    CategoryKind.AREA: [],
    CategoryKind.EDUCATION: [
        _("No school or some years"), _("School completed"), _("College or university"),
    ],
    CategoryKind.LANGUAGE: [],
    CategoryKind.WORK: [
        _("In work or trade"), _("At home or caring for others"), _("In education"),
        _("Looking for work"), _("Retired, or not able to work"),
    ],
    CategoryKind.HOUSING: [_("Own home"), _("Rented home"), _("Another kind of home")],
    CategoryKind.OWN: [],
}  # fmt: skip


def labels(kind: str, languages: Iterable[str]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The category's names and those of its answers; languages without a catalogue are left out."""
    known = {code for code, _name in settings.LANGUAGES}
    speaks = [code for code in languages if code in known]
    kind = CategoryKind(kind)
    if kind == CategoryKind.OWN:
        return {}, []

    def told(text: object) -> dict[str, str]:
        names = {}
        for code in speaks:
            with translation.override(code):
                names[code] = str(text)
        return names

    return told(kind.label), [told(answer) for answer in _ANSWERS[kind]]
