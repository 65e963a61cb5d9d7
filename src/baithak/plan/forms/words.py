"""Forms of what is told in languages: written first with its facts, translated without them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language

from baithak.exchange.records import library
from baithak.network.forms import WordedForm
from baithak.plan.models import Agreed

__all__ = ["DetailedForm", "day", "labels"]


def labels(kind: str, of: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Codes of a part of the taxonomy, all or some, with their labels in the reader's language."""
    terms, reads = library().taxonomy, (get_language() or "en").split("-")[0]
    return [(code, terms.label(kind, code, reads)) for code in of or terms.codes(kind)]


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A day, chosen or typed as 2027-03-31."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DetailedForm(WordedForm):
    """Words in one language, and facts that hold in all of them.

    The facts are the fields a form declares itself. Where something is translated they are left out;
    of what exists already the language is chosen by the address (``?language=ta``), not in the form.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.thing is not None:
            self.fields["language"].widget = forms.HiddenInput()
            if self.original:
                for name in self.facts:
                    del self.fields[name]
            else:
                told = {name: self.fact(name) for name in self.facts}
                self.initial = {**told, **self.initial}

    def stand(self, *facts: str) -> None:
        """What was decided is read here and not written: what stands in this language, and these facts."""
        told = self.thing.stands(self.in_language) if isinstance(self.thing, Agreed) else ()
        first = self.thing is not None and not self.original
        for name in self.words if first else told:
            self.fields[name].disabled = True
        for name in facts:
            if name in self.fields:
                self.fields[name].disabled = True

    @property
    def facts(self) -> list[str]:
        """The names of the facts."""
        return [name for name in self.base_fields if name != "language" and name in self.fields]

    def fact(self, name: str) -> Any:
        """What a fact of the thing is now."""
        return getattr(self.thing, name)

    def told(self) -> dict[str, Any]:
        """What the services take: the language, the texts, and the facts where they were asked."""
        return {
            "language": self.cleaned_data["language"],
            "texts": self.texts(),
            **{name: self.cleaned_data[name] for name in self.facts},
        }
