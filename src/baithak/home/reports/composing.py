"""What reports of one place and of several share: whose view it is, figures as links, lists that stay short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from baithak.home import addresses
from baithak.home.reports.figures import FIGURES, Scope
from baithak.network.models import Worded
from baithak.network.rules import MECHANISM
from baithak.report.paper import Block, Cell, Link, Paragraph, Points, Text

__all__ = ["MOST", "Composing", "day", "here", "linked", "mark_of", "titled", "view_of"]

#: Lines of a list; the rest stands on the page that lists what was counted.
MOST = 8


def here() -> str:
    """The language that is active."""
    return (get_language() or "en").split("-")[0]


def day(told: date | None) -> str:
    return "" if told is None else date_format(told, "j F Y")


def titled(thing: Any) -> Text:
    """What a thing is called, with the language of these words."""
    if isinstance(thing, Worded):
        return Text(thing.title, thing.language)
    return Text(str(thing), getattr(thing, "language", ""))


def linked(thing: Any, words: Text | str = "") -> Cell:
    """A thing's name with the address of its page."""
    told = words or titled(thing)
    address = addresses.of(thing)
    return Link(told, address) if address else told


def mark_of(scope: Scope) -> str:
    """Whose view it is, in two words, for the head of a paper that is handed on."""
    if not scope.viewer.is_member:
        return _("What everybody may see")
    if scope.viewer.roles_at(scope.place):
        return _("Not for the public")
    return _("For members of the network")


def view_of(scope: Scope) -> str:
    """Whose view it is, in a sentence."""
    viewer, place = scope.viewer, scope.place
    named = {"place": place.local_name}
    if not viewer.is_member:
        return _(
            "This report counts what everybody may see of %(place)s. What is kept among members is not "
            "in its figures."
        ) % named  # fmt: skip
    if scope.sees_all or viewer.roles_at(place) & MECHANISM:
        return _(
            "This report counts what the team of %(place)s sees, and holds what not everybody may "
            "read: look at the public view before you hand it on."
        ) % named  # fmt: skip
    if viewer.roles_at(place):
        return _(
            "This report counts what people with a role in %(place)s may see. What its team keeps to "
            "itself is not in its figures."
        ) % named  # fmt: skip
    if (place.hub_id or place.pk) in viewer.hubs:
        return _(
            "This report counts what %(place)s shares with the members of its hub. What it keeps to "
            "itself is not in its figures."
        ) % named  # fmt: skip
    return _(
        "This report counts what %(place)s shares with the whole network. What it keeps to itself is "
        "not in its figures."
    ) % named  # fmt: skip


class Composing:
    """A report in the making: its scope, and how it says a figure."""

    def __init__(self, scope: Scope, *, preview: bool) -> None:
        self.scope = scope
        #: A member looks at what everybody would see: links stay in that view.
        self.preview = preview

    def address(self, figure: str, **narrowed: Any) -> str:
        """The page that lists what a figure counts."""
        named = {
            "place": self.scope.place.slug,
            "period": self.scope.period.slug,
            "figure": figure,
        }
        asked = {"as": "public"} if self.preview else {}
        asked |= {name: str(value) for name, value in narrowed.items()}
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return reverse("home:report_counted", kwargs=named) + (f"?{query}" if query else "")

    def linked_number(self, number: int, figure: str, **narrowed: Any) -> Link:
        """A figure with its address."""
        return Link(
            str(number_format(number, use_l10n=True, force_grouping=True)),
            self.address(figure, **narrowed),
        )

    def label(self, figure: str) -> str:
        return str(FIGURES[figure].label)

    def missing(self) -> str:
        """Where nothing is there, it is said; a gap is no zero."""
        if self.scope.sees_all:
            return _("Nothing is noted for this time.")
        if self.scope.viewer.is_member:
            return _("Nothing that you may see is noted for this time.")
        return _("Nothing that everybody may see is noted for this time.")

    def short(self, items: Sequence[Cell], figure: str = "", number: int | None = None) -> Points:
        """The first lines, and a link to all of them."""
        told: list[Cell] = list(items[:MOST])
        left = (len(items) if number is None else number) - len(told)
        if left > 0:
            more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left}
            told.append(Link(more, self.address(figure)) if figure else more)
        return Points(tuple(told))

    def or_missing(self, blocks: Sequence[Block | None], *, there: bool) -> tuple[Block, ...]:
        if not there:
            return (Paragraph(self.missing()),)
        return tuple(block for block in blocks if block is not None)
