"""A practice: who holds it, its versions, its words in other languages."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.exchange.records import LANGUAGES
from baithak.exchange.records import Practice as Record
from baithak.exchange.records.stored import record_of
from baithak.network.models import Place, Shared
from baithak.network.rules import CONFIRMERS, MECHANISM
from baithak.network.scope import ScopedModel, Viewer, Visibility, lattice

__all__ = [
    "Practice",
    "PracticeState",
    "Translation",
    "TranslationStatus",
    "Version",
    "VersionState",
]

_LANGUAGES = list(LANGUAGES.items())
_WITHIN_THE_CITY = (Visibility.MECHANISM, Visibility.CITY)


class PracticeState(models.TextChoices):
    """Where a practice stands for its readers."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class VersionState(models.TextChoices):
    """Where one version stands. A published one is never changed again."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")


class TranslationStatus(models.TextChoices):
    """Whether somebody who speaks the language has read it."""

    UNREVIEWED = "unreviewed", _("Not reviewed by a speaker")
    REVIEWED = "reviewed", _("Reviewed by a speaker")


class Practice(Shared):
    """A practice as the hub holds it.

    ``code`` is the record's ``id`` and its address. ``origin`` is empty for what cities of this hub
    wrote, ``baithak`` for the shipped library, else the address of the hub it came from: then
    ``place`` is the hub that holds the copy. ``current`` is the version that readers see.
    ``visibility`` is the level of what is published; before the first publication it is the
    team's, while in review the hub's.
    """

    code = models.CharField(max_length=80, unique=True)
    origin = models.CharField(max_length=260, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=PracticeState, default="draft")
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    #: The practice this one grew out of, in another city.
    adapted_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="adapted"
    )
    #: The day of the first publication here, and of the last change that readers saw.
    published_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    #: Why it was retired, for members.
    retired_because = models.CharField(max_length=300, blank=True)

    class Meta(Shared.Meta):
        ordering = ["code"]
        constraints = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                name="exchange_practice_state", condition=Q(state__in=PracticeState.values)
            ),
            models.CheckConstraint(
                name="exchange_practice_current_when_published",
                condition=Q(state__in=["draft", "review"], current=None, published_on=None)
                | Q(
                    state__in=["published", "retired"],
                    current__isnull=False,
                    published_on__isnull=False,
                    changed_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="exchange_practice_retired_with_a_reason",
                condition=Q(state="retired") & ~Q(retired_because="")
                | ~Q(state="retired") & Q(retired_because=""),
            ),
            models.CheckConstraint(
                name="exchange_practice_not_its_own_parent",
                condition=Q(adapted_from=None) | ~Q(adapted_from=models.F("pk")),
            ),
        ]
        indexes = [models.Index(fields=["state", "changed_on"], name="exchange_practice_news")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exchange:practice", kwargs={"code": self.code})

    @property
    def finding_id(self) -> str:
        """How the index names it."""
        return f"practice:{self.code}"

    @property
    def is_own(self) -> bool:
        """Written by a city of this hub."""
        return self.origin == ""

    @property
    def is_shipped(self) -> bool:
        """Of the library that comes with Baithak."""
        return self.origin == "baithak"

    @property
    def is_published(self) -> bool:
        return self.state == PracticeState.PUBLISHED

    @cached_property
    def shown(self) -> Version:
        """What to show: the published version, before that the one being written."""
        if self.current is not None:
            return self.current
        fetched: list[Version] = getattr(self, "work", [])  # a list of drafts has them already
        return fetched[0] if fetched else Version._unscoped.filter(practice=self).latest("number")

    @property
    def record(self) -> Record:
        """The record of what is shown."""
        return self.shown.record

    @cached_property
    def renderings(self) -> dict[str, Translation]:
        """What readers get of its translations, by language; ``prefetch_related("translations")`` saves
        the query. Beyond the city the words of one person wait for a second reader (R14, R19).
        """
        own = self.visibility in _WITHIN_THE_CITY
        return {
            told.language: told
            for told in self.translations.all()
            if own or told.is_reviewed or told.by_machine
        }

    @property
    def language(self) -> str:
        """The reader's language where there is a title in it, else the one it was written in."""
        wanted = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        written = self.record.language
        return wanted if wanted == written or wanted in self.renderings else written

    @property
    def title(self) -> str:
        return str(self.text("title"))

    @property
    def summary(self) -> str:
        return str(self.text("summary"))

    def text(self, name: str) -> Any:
        """A text in ``language`` where it is translated, else as it was written."""
        told = self.renderings.get(self.language)
        translated = told.texts.get(name) if told else None
        return translated or getattr(self.record, name)


class Version(ScopedModel):
    """What a practice said at one time. ``data`` holds every field of the record that is told.

    A draft is seen by the place's team and those who can confirm; in review by members of the hub, so
    that somebody of another city can read it; published by those who see both its own ``level`` and the
    practice: what two people let out to the hub does not follow a later version to everybody (R14).
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=VersionState, default="draft")
    data = models.JSONField()
    #: What changed and why, in the author's words.
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    #: The level it gets when it is published: two people of the place agreed on it.
    aim = models.CharField(max_length=16, choices=Visibility, blank=True)
    #: The level it was published at; wider only while it is what readers see, by two people.
    level = models.CharField(max_length=16, choices=Visibility, blank=True, editable=False)
    #: The city whose member reviewed it, what was said, and when.
    reviewer = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    review = models.TextField(_("review"), blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        ordering = ["practice", "number"]
        constraints = [
            models.UniqueConstraint("practice", "number", name="exchange_version_number"),
            models.UniqueConstraint(
                fields=["practice"],
                condition=Q(state__in=["draft", "review"]),
                name="exchange_version_one_in_work",
            ),
            models.CheckConstraint(
                name="exchange_version_state", condition=Q(state__in=VersionState.values)
            ),
            models.CheckConstraint(
                name="exchange_version_published_on_a_day",
                condition=Q(state="published", published_on__isnull=False)
                | ~Q(state="published") & Q(published_on=None),
            ),
            models.CheckConstraint(
                name="exchange_version_aim",
                condition=Q(aim="", state__in=["draft", "published"])
                | Q(aim__in=[Visibility.HUB, Visibility.NETWORK, Visibility.PUBLIC]),
            ),
            models.CheckConstraint(
                name="exchange_version_level",
                condition=Q(
                    state="published",
                    level__in=[Visibility.HUB, Visibility.NETWORK, Visibility.PUBLIC],
                )
                | ~Q(state="published") & Q(level=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.number}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        team = viewer.places_as(CONFIRMERS | MECHANISM)
        return (
            Q(state=VersionState.PUBLISHED)
            & lattice(viewer, "practice__")
            & cls._let_out_to(viewer)
            | Q(state=VersionState.REVIEW, practice__place__hub__in=viewer.hubs)
            | Q(practice__place__in=team)
        )

    @staticmethod
    def _let_out_to(viewer: Viewer) -> Q:
        """Published at a level that reaches the viewer; the practice's own level is asked besides."""
        reached = Q(level=Visibility.PUBLIC)
        if viewer.is_member:
            reached |= Q(level=Visibility.NETWORK)
            reached |= Q(level=Visibility.HUB) & (
                Q(practice__place__hub__in=viewer.hubs) | Q(practice__place__in=viewer.hubs)
            )
        return reached

    def get_absolute_url(self) -> str:
        return reverse(
            "exchange:version", kwargs={"code": self.practice.code, "number": self.number}
        )

    @property
    def place(self) -> Place:
        """Of the practice: so rules ask a version what they ask of a practice."""
        return self.practice.place

    @cached_property
    def record(self) -> Record:
        return record_of(self.data)


class Translation(ScopedModel):
    """A practice in another language: title and summary, and as many other texts as there are.

    ``of_version`` is the version it was made from: when the practice has gone on, the page says so.
    What a person wrote is seen beyond the city once another speaker has read it; ``by_machine`` are words
    that came with the hub, and the page says so.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=2, choices=_LANGUAGES)
    texts = models.JSONField()
    of_version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=TranslationStatus, default="unreviewed")
    by_machine = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        ordering = ["practice", "language"]
        constraints = [
            models.UniqueConstraint("practice", "language", name="exchange_translation_once"),
            models.CheckConstraint(
                name="exchange_translation_language", condition=Q(language__in=list(LANGUAGES))
            ),
            models.CheckConstraint(
                name="exchange_translation_status",
                condition=Q(status__in=TranslationStatus.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.language}"

    @classmethod
    def seen(cls, viewer: Viewer) -> Q:
        if viewer.system:
            return Q()
        told = (
            Q(status=TranslationStatus.REVIEWED)
            | Q(by_machine=True)
            | Q(practice__visibility__in=_WITHIN_THE_CITY)
        )
        team = viewer.places_as(CONFIRMERS | MECHANISM)
        return lattice(viewer, "practice__") & told | Q(practice__place__in=team)

    @property
    def place(self) -> Place:
        """Of the practice: so rules ask a translation what they ask of a practice."""
        return self.practice.place

    @property
    def title(self) -> str:
        return str(self.texts.get("title", ""))

    @property
    def summary(self) -> str:
        return str(self.texts.get("summary", ""))

    @property
    def seal(self) -> str:
        """Other words have another one; empty as long as there are none."""
        if self.pk is None:
            return ""
        told = json.dumps([self.texts, self.of_version, self.author_id], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def is_reviewed(self) -> bool:
        return self.status == TranslationStatus.REVIEWED
