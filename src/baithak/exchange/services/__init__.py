"""Every write of the room, one noun per file: keyword-only, atomic, by a viewer, with its journal line."""

from baithak.exchange.services import (
    adoptions,
    hubs,
    imports,
    lessons,
    practices,
    publishing,
    questions,
    resources,
    translations,
)

__all__ = [
    "adoptions",
    "hubs",
    "imports",
    "lessons",
    "practices",
    "publishing",
    "questions",
    "resources",
    "translations",
]
