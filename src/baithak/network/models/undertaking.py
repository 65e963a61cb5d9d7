"""What belongs to a place and is shown to some: practices, dialogues, panels, budgets, plans, bodies."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.models.place import Place
from baithak.network.rules import CONFIRMERS
from baithak.network.scope import ScopedModel, Viewer, Visibility, lattice

__all__ = [
    "Channel",
    "Consultation",
    "Levelled",
    "Shared",
    "State",
    "Undertaking",
    "Worded",
    "new_code",
]

# No letters or digits that are mistaken for each other on paper or by ear.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code() -> str:
    """A short code for the link: 31^7 is 27 thousand million, so nobody finds one by trying."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(7))


class Channel(models.TextChoices):
    """How somebody came to take part (R9): nobody vouches for those of the open link."""

    OPEN = "open", _("Open link")
    TOKEN = "token", _("Token handed out")
    SESSION = "session", _("Session in person")
    LOTTERY = "lottery", _("Drawn by lot")
    IMPORTED = "imported", _("Imported, not known")


class State(models.TextChoices):
    """Where an undertaking stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Levelled(ScopedModel):
    """Something of a place, seen by some: it has a level, and belongs to the office alone.

    New ones start at the narrowest level. ``services.narrow`` is one click, ``services.ask_widening``
    needs a second person (R14, R19).
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("place"))
    visibility = models.CharField(
        _("who can see it"), max_length=16, choices=Visibility, default=Visibility.MECHANISM
    )

    class Meta(ScopedModel.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_visibility",
                condition=Q(visibility__in=Visibility.values),
            ),
        ]

    @property
    def unnamed(self) -> str:
        """What the journal calls it where no line may tell which it is, whose, or who did it (R15)."""
        return ""

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        """By its level, and by those of the place who can confirm that more people see it."""
        if viewer.system:
            return Q()  # Q() | x is x
        return lattice(viewer) | Q(place__in=viewer.places_as(CONFIRMERS))


class Shared(Levelled):
    """Something of a place that somebody looks after."""

    #: Who looks after it now. It belongs to the place: when this person leaves, the place stays.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Levelled.Meta):
        abstract = True


class Worded(models.Model):
    """Something told in several languages: ``texts`` holds its texts per language, by name.

    The first of ``languages`` is the one it was written in. ``LONGEST`` says which texts there are,
    and how many letters each may have.
    """

    LONGEST: ClassVar[Mapping[str, int]] = {}

    texts = models.JSONField(default=dict)
    languages = models.JSONField(default=list)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def language(self) -> str:
        """The reader's language where it speaks it, else the one it was written in.

        What has a title speaks only languages in which that is told: a word in another one leaves no empty
        heading.
        """
        wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        told = self.texts.get(wanted, {})
        speaks = "title" in told if "title" in self.LONGEST else wanted in self.texts
        return wanted if speaks else self.first_language

    @property
    def first_language(self) -> str:
        """The language it was written in."""
        return str(next(iter(self.languages), settings.LANGUAGE_CODE))

    def text(self, name: str) -> str:
        """One of its texts in ``language``; empty where there is none."""
        told: dict[str, Any] = self.texts.get(self.language, {})
        return str(told.get(name, ""))

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def description(self) -> str:
        return self.text("description")


class Undertaking(Shared):
    """Something a place does for a while: it has an opening and a closing."""

    opens = models.DateTimeField(_("opens"), null=True, blank=True)
    closes = models.DateTimeField(_("closes"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)

    class Meta(Shared.Meta):
        abstract = True
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_state", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_closes_after_opening",
                condition=Q(opens=None) | Q(closes=None) | Q(closes__gt=F("opens")),
            ),
        ]


class Consultation(Worded, Undertaking):
    """An undertaking that residents take part in: a dialogue, a budget, a panel.

    ``code`` is the short name in its link. ``key`` names the file of its secret (``keys.py``).
    Its texts are title, question and description. ``tense`` raises the smallest cell from 10 to 20 people (R6).
    """

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    tense = models.BooleanField(
        _("tense issue"),
        default=False,
        help_text=_(
            "About religion, ethnicity, caste or displacement: no figure about fewer than 20 "
            "people is ever shown, instead of 10."
        ),
    )

    class Meta(Undertaking.Meta):
        abstract = True

    @property
    def question(self) -> str:
        return self.text("question")

    # --- moments and rules
    @property
    def is_running(self) -> bool:
        """Open, begun, not past its end."""
        now = timezone.now()
        return (
            self.state == State.OPEN
            and (self.opens is None or self.opens <= now)
            and (self.closes is None or now < self.closes)
        )

    @property
    def not_yet(self) -> bool:
        """Opened, and its beginning is still to come."""
        return self.opens is not None and timezone.now() < self.opens

    @property
    def smallest_cell(self) -> int:
        """The k of R6: no figure about fewer people than this."""
        return 20 if self.tense else 10
