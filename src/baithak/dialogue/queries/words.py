"""Statements beside their translations, and how far each language has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from baithak.dialogue.models import Dialogue, Statement, StatementState, Wording, WordingKind
from baithak.dialogue.queries.dialogues import thing
from baithak.dialogue.queries.statements import statement as one
from baithak.journal.models import Line
from baithak.journal.services import pseudonym
from baithak.network.rules import Role
from baithak.network.scope import Viewer

__all__ = [
    "MISSING",
    "READ",
    "WRITTEN",
    "InLanguage",
    "Pair",
    "Progress",
    "in_language",
    "pair",
    "pairs",
    "progress",
    "wrote_texts_last",
]

#: How a translation stands, in the order in which work is shown.
MISSING, WRITTEN, READ = "missing", "written", "read"
_ORDER = (MISSING, WRITTEN, READ)


@dataclass(frozen=True, slots=True)
class Pair:
    """A shown statement as it was written, and its translation if there is one."""

    statement: Statement
    original: Wording
    translation: Wording | None

    @property
    def status(self) -> str:
        """``missing``, ``written`` by one person, or ``read`` over by another one."""
        if self.translation is None:
            return MISSING
        return READ if self.translation.reviewed else WRITTEN

    @property
    def others(self) -> list[tuple[str, Wording]]:
        """Further translations, each with its language's name: who does not know the original may
        know one of these.
        """
        known = {self.original.pk, getattr(self.translation, "pk", None)}
        names = dict(settings.CONTENT_LANGUAGES)
        told = [w for w in self.statement.wordings.all() if w.pk not in known]
        return [(names.get(w.language, w.language), w) for w in told]


def _pair(statement: Statement, language: str) -> Pair | None:
    """``None`` where it was written in this very language, or has no words."""
    told = list(statement.wordings.all())
    original = next((w for w in told if w.kind == WordingKind.ORIGINAL), None)
    if original is None or original.language == language:
        return None
    return Pair(statement, original, next((w for w in told if w.language == language), None))


def pairs(viewer: Viewer, dialogue: Dialogue, language: str) -> list[Pair]:
    """Every shown statement that was not written in this language: what is missing first."""
    shown = (
        Statement.objects.seen_by(viewer)
        .filter(dialogue=dialogue, state=StatementState.ACCEPTED)
        .select_related("dialogue__place")
        .prefetch_related("wordings")
        .order_by("number")
    )
    found = [made for told in shown if (made := _pair(told, language)) is not None]
    return sorted(found, key=lambda made: _ORDER.index(made.status))


def pair(viewer: Viewer, statement: Statement, language: str) -> Pair | None:
    """One of them, as it is now."""
    fresh = (
        Statement.objects.seen_by(viewer)
        .select_related("dialogue__place")
        .prefetch_related("wordings")
        .get(pk=statement.pk)
    )
    return _pair(fresh, language)


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A statement and the language it is asked for in."""

    statement: Statement
    language: str

    @property
    def dialogue(self) -> Dialogue:
        return self.statement.dialogue


def in_language(viewer: Viewer, *, code: str, statement: int, language: str) -> InLanguage | None:
    """A statement that is or was shown, and a known language that it was not written in."""
    found = one(viewer, code=code, statement=statement)
    if found is None or found.number is None or language not in dict(settings.CONTENT_LANGUAGES):
        return None
    return InLanguage(found, language) if pair(viewer, found, language) is not None else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the shown statements can be read in a language."""

    language: str
    name: str
    done: int
    read: int
    all: int


def progress(viewer: Viewer, dialogue: Dialogue) -> Sequence[Progress]:
    """Each language in which anything can be written. A statement written in it counts as read over."""
    shown = Statement.objects.seen_by(viewer).filter(
        dialogue=dialogue, state=StatementState.ACCEPTED
    )
    count = shown.count()
    rows = (
        Wording.objects.seen_by(viewer)
        .filter(statement__in=shown)
        .order_by()
        .values_list("language")
        .annotate(
            done=Count("pk"),
            read=Count("pk", filter=Q(reviewed=True) | Q(kind=WordingKind.ORIGINAL)),
        )
    )
    told = {language: (done, read) for language, done, read in rows}
    return [
        Progress(code, name, *told.get(code, (0, 0)), count)
        for code, name in settings.CONTENT_LANGUAGES
    ]


def wrote_texts_last(viewer: Viewer, dialogue: Dialogue, language: str) -> bool:
    """Whether the dialogue's own texts in an added language stand as this viewer wrote them.

    The journal tells it, in whichever role it was.
    """
    last = (
        Line.objects.filter(
            place=dialogue.place.slug,
            thing=thing(dialogue),
            verb="dialogue.add_language",
            detail__contains=f'"language":"{language}"',
        )
        .order_by("-n")
        .values_list("by", flat=True)
        .first()
    )
    if last is None or viewer.user_id is None:
        return False
    return last in {pseudonym(viewer.user_id, role) for role in (*Role, "member")}
