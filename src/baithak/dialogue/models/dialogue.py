"""A question that a place asks its residents, from draft to sealed votes."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.models import State, Undertaking
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import Viewer, lattice

__all__ = ["Dialogue", "MapState", "new_code"]

# No letters or digits that are mistaken for each other on paper or by ear.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code() -> str:
    """A short code for the link: 31^7 is 27 thousand million, so nobody finds one by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(7))


class MapState(models.TextChoices):
    """Where the opinion map stands."""

    NONE = "none", _("No votes yet")
    STALE = "stale", _("Waiting to be redrawn")
    COMPUTING = "computing", _("Being drawn")
    CURRENT = "current", _("Up to date")
    FAILED = "failed", _("Could not be drawn")


class Dialogue(Undertaking):
    """A dialogue of a place. ``texts`` holds title, question and description per language.

    The first key of ``languages`` is the language it was written in. ``key`` names the file of the
    dialogue's secret (``keys.py``). ``sealed`` is when, after closing, the votes were written anew
    in an order that tells nothing.

    ``map_state`` and ``map_dirty`` are how votes and the worker talk: a vote sets ``map_dirty``
    once, the worker clears it when it claims the map, and what arrives meanwhile sets it again.
    """

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    texts = models.JSONField(default=dict)
    languages = models.JSONField(default=list)
    open_link = models.BooleanField(
        _("anybody with the link can take part"),
        default=True,
        help_text=_("Votes from the open link are counted, and shown apart from others."),
    )
    tense = models.BooleanField(
        _("tense issue"),
        default=False,
        help_text=_(
            "About religion, ethnicity, caste or displacement: no figure about fewer than 20 "
            "people is ever shown, instead of 10."
        ),
    )
    #: For conversations that others published: who, under which licence, where. Shown everywhere.
    attribution = models.TextField(_("attribution"), blank=True)
    source_url = models.URLField(_("source"), blank=True)
    imported = models.BooleanField(default=False, editable=False)
    sealed = models.DateTimeField(null=True, editable=False)

    map_state = models.CharField(max_length=10, choices=MapState, default=MapState.NONE)
    map_dirty = models.BooleanField(default=False)
    #: When the worker claimed the map: a worker that died is noticed by it.
    map_claimed = models.DateTimeField(null=True, blank=True)
    #: Not before this moment: a busy dialogue is not redrawn all the time, a broken one rests.
    map_due = models.DateTimeField(null=True, blank=True)
    map_failures = models.PositiveSmallIntegerField(default=0)
    map_trouble = models.CharField(max_length=200, blank=True)

    class Meta(Undertaking.Meta):
        ordering = ["-pk"]
        constraints = [
            *Undertaking.Meta.constraints,
            models.CheckConstraint(
                name="dialogue_dialogue_map_state", condition=Q(map_state__in=MapState.values)
            ),
            models.CheckConstraint(
                name="dialogue_dialogue_sealed_only_when_closed",
                condition=Q(sealed=None) | Q(state=State.CLOSED),
            ),
            models.CheckConstraint(
                name="dialogue_dialogue_claimed_while_computing",
                condition=Q(map_claimed=None) | Q(map_state=MapState.COMPUTING),
            ),
        ]
        indexes = [
            models.Index(
                fields=["map_state"],
                name="dialogue_waiting",
                condition=Q(map_dirty=True) | Q(map_state=MapState.COMPUTING),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """As every undertaking; a draft also by those of the place who can confirm its opening."""
        if viewer.system:
            return lattice(viewer)
        return lattice(viewer) | Q(place__in=viewer.places_as(CONFIRMERS))

    def get_absolute_url(self) -> str:
        """Where the city's team works on it."""
        return reverse("dialogue:overview", kwargs={"code": self.code})

    # --- words
    @property
    def language(self) -> str:
        """The reader's language where the dialogue speaks it, else the one it was written in."""
        wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        return wanted if wanted in self.texts else self.first_language

    @property
    def first_language(self) -> str:
        """The language it was written in."""
        return str(next(iter(self.languages), settings.LANGUAGE_CODE))

    def _text(self, name: str) -> str:
        told: dict[str, Any] = self.texts.get(self.language, {})
        return str(told.get(name, ""))

    @property
    def title(self) -> str:
        return self._text("title")

    @property
    def question(self) -> str:
        return self._text("question")

    @property
    def description(self) -> str:
        return self._text("description")

    # --- moments
    @property
    def takes_votes(self) -> bool:
        """Open, begun, not past its end, and by link."""
        now = timezone.now()
        return (
            self.state == State.OPEN
            and self.open_link
            and (self.opens is None or self.opens <= now)
            and (self.closes is None or now < self.closes)
        )

    @property
    def not_yet(self) -> bool:
        """Opened, and its beginning is still to come."""
        return self.opens is not None and timezone.now() < self.opens

    @property
    def has_map(self) -> bool:
        """Whether there is, or will soon be, something to draw."""
        return self.map_state != MapState.NONE

    @property
    def smallest_cell(self) -> int:
        """The k of R6: no figure about fewer people than this."""
        return 20 if self.tense else 10
