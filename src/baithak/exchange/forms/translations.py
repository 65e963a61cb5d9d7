"""A practice in another language: one field for each text, one for each line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baithak.exchange.headings import HEADINGS
from baithak.exchange.models import Translation
from baithak.exchange.records.stored import TRANSLATED
from baithak.network import wording

__all__ = ["Pair", "TranslationForm"]


@dataclass(frozen=True)
class Pair:
    """A text as it was written, and the field for its translation."""

    original: str
    field: forms.BoundField


class TranslationForm(forms.Form):
    """Only what the practice tells can be translated; title and summary are needed."""

    def __init__(self, *args: Any, translation: Translation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = translation.practice.record
        self.language = translation.language
        for name in TRANSLATED:
            original = getattr(self.record, name)
            told = (translation.texts or {}).get(name)
            if isinstance(original, tuple):
                # Lines that came or went since: those that are left stay in their order.
                lines = told if isinstance(told, list) else []
                for number in range(len(original)):
                    initial = lines[number] if number < len(lines) else ""
                    self._add(f"{name}_{number}", name, initial, number)
            elif original:
                self._add(name, name, told or "")

    def _add(self, key: str, name: str, initial: str, number: int | None = None) -> None:
        attrs = {"lang": self.language, "dir": "auto"}
        label = HEADINGS[name]
        if number is not None:
            label = _("%(heading)s, %(number)d") % {"heading": label, "number": number + 1}
        one_line = name == "title"
        self.fields[key] = forms.CharField(
            label=label,
            initial=initial,
            required=name in ("title", "summary"),
            max_length=3_000,
            widget=forms.TextInput(attrs)
            if one_line
            else forms.Textarea({**attrs, "rows": 2 if number is not None else 4}),
            error_messages={"required": _("The title and the summary are needed.")},
        )

    @property
    def pairs(self) -> list[Pair]:
        """Original and field, side by side."""
        return [Pair(self._original(key), self[key]) for key in self.fields]

    def _original(self, key: str) -> str:
        name, _line, number = key.rpartition("_")
        value = getattr(self.record, name, None) if number.isdecimal() else None
        return value[int(number)] if isinstance(value, tuple) else getattr(self.record, key)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for key, text in list(data.items()):  # an error takes its text out
            try:
                data[key] = wording.clean(text)
            except ValidationError as trouble:
                self.add_error(key, trouble)
        for name in TRANSLATED:
            keys = self._lines(name)
            if any(data.get(key) for key in keys):
                for key in keys:
                    if not data.get(key) and key not in self.errors:
                        self.add_error(
                            key,
                            _("Translate all lines of this list, or none: they stand in pairs."),
                        )
        return data

    def _lines(self, name: str) -> list[str]:
        original = getattr(self.record, name)
        return [f"{name}_{n}" for n in range(len(original))] if isinstance(original, tuple) else []

    def texts(self) -> dict[str, Any]:
        """What ``services.translations`` takes."""
        data = self.cleaned_data
        told: dict[str, Any] = {}
        for name in TRANSLATED:
            keys = self._lines(name)
            if keys:
                told[name] = [data[key] for key in keys] if data[keys[0]] else []
            else:
                told[name] = data.get(name, "")
        return told
