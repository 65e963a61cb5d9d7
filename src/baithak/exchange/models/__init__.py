"""Practices with their versions and translations, and what cities make of them."""

from baithak.exchange.models.adoption import Adoption, AdoptionState, AdoptionStep, Outcome
from baithak.exchange.models.change import Change
from baithak.exchange.models.hub import SentBundle, TrustedHub
from baithak.exchange.models.lesson import Lesson
from baithak.exchange.models.practice import (
    Practice,
    PracticeState,
    Translation,
    TranslationStatus,
    Version,
    VersionState,
)
from baithak.exchange.models.profile import CityProfile, Mandate
from baithak.exchange.models.question import Answer, Question
from baithak.exchange.models.readiness import Readiness
from baithak.exchange.models.resource import Resource, ResourceKind

__all__ = [
    "Adoption",
    "AdoptionState",
    "AdoptionStep",
    "Answer",
    "Change",
    "CityProfile",
    "Lesson",
    "Mandate",
    "Outcome",
    "Practice",
    "PracticeState",
    "Question",
    "Readiness",
    "Resource",
    "ResourceKind",
    "SentBundle",
    "Translation",
    "TranslationStatus",
    "TrustedHub",
    "Version",
    "VersionState",
]
