"""What was agreed to in words: which texts stood in which languages then."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from baithak.network.models import Worded

__all__ = ["Agreed"]


class Agreed(Worded):
    """Something told in languages that is adopted, finished or signed: what was told then stands.

    ``agreed`` names the texts of each language that were there; without it all that is told stands.
    """

    agreed = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def agree(self) -> None:
        """What is told now stands from now on; saving is the caller's."""
        self.agreed = {language: sorted(told) for language, told in self.texts.items()}

    def stands(self, language: str) -> Collection[str]:
        """The names of the texts that stand in a language."""
        told = self.texts if self.agreed is None else self.agreed
        return set(told.get(language, ()))
