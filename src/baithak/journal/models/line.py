"""One line for every act of a person or of the hub; each line seals the one before it (R20)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

__all__ = ["BEGINNING", "LONGEST", "Line", "canonical", "seal"]

#: What the first line seals: there is nothing before it.
BEGINNING = "0" * 64
#: Letters of a field.
LONGEST = {"verb": 64, "thing": 128, "by": 64, "place": 64}


def canonical(content: dict[str, Any]) -> str:
    """The one way to write these fields down: sorted keys, no spaces, letters as they are."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal(previous: str, content: dict[str, Any]) -> str:
    """``h_n = SHA-256(h_{n-1} || canonical JSON)``, both as UTF-8 text, in hexadecimal."""
    return hashlib.sha256((previous + canonical(content)).encode()).hexdigest()


class Line(models.Model):
    """Who did what, when, to which thing, in which place. Strings only, no personal data.

    ``thing`` is a kind and an id (``dialogue:4711``), ``by`` a role and a pseudonym, ``place`` the
    place's slug, ``at`` UTC to the second, ``detail`` the canonical JSON of an object of strings:
    kept as text, so that both databases give back the very bytes that were sealed.
    """

    n = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=20)
    verb = models.CharField(max_length=LONGEST["verb"])
    thing = models.CharField(max_length=LONGEST["thing"])
    by = models.CharField(max_length=LONGEST["by"])
    place = models.CharField(max_length=LONGEST["place"], db_index=True)
    detail = models.TextField()
    # Unique: two lines can never seal the same one, so the chain cannot fork.
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["n"]

    def __str__(self) -> str:
        return f"{self.n} {self.at} {self.verb} {self.thing}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Lines are written by ``journal.services.write`` alone, and never again."""
        raise TypeError("A journal line is written by journal.services.write and never changed.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A journal line is never deleted.")

    @property
    def details(self) -> dict[str, str]:
        """``detail`` as an object."""
        found: dict[str, str] = json.loads(self.detail)
        return found

    @property
    def content(self) -> dict[str, Any]:
        """What the line's hash seals, besides the line before it."""
        return {
            "n": self.n,
            "at": self.at,
            "verb": self.verb,
            "thing": self.thing,
            "by": self.by,
            "place": self.place,
            "detail": self.details,
        }
