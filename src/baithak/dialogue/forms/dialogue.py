"""A dialogue's own texts, and its closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.dialogue import services
from baithak.dialogue.models import Dialogue
from baithak.network import wording
from baithak.network.models import Place

__all__ = ["CloseForm", "DialogueForm"]


class CloseForm(forms.Form):
    """Closing cannot be undone: the key is destroyed."""

    sure = forms.BooleanField(
        label=gettext_lazy("I know that a closed dialogue cannot be opened again"),
    )


_WHEN = {"format": "%Y-%m-%dT%H:%M"}


class DialogueForm(forms.Form):
    """Title and question in the languages the city speaks, and the statements it begins with."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Iterable[str],
        places: Iterable[Place] = (),
        dialogue: Dialogue | None = None,
        earlier: Iterable[Dialogue] = (),
    ) -> None:
        super().__init__(data, initial=_initial(dialogue))
        names = dict(settings.CONTENT_LANGUAGES)
        self.languages = [code for code in languages if code in names]
        places = list(places)
        if dialogue is None and places:
            self.fields["place"] = forms.ChoiceField(
                label=_("Place"), choices=[(str(p.pk), str(p)) for p in places]
            )
        for position, code in enumerate(self.languages):
            self._language(code, names[code], first=position == 0, drafted=dialogue is not None)
        self.fields["opens"] = forms.DateTimeField(
            label=_("Opens"),
            required=False,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, **_WHEN),
            help_text=_("Empty: as soon as the second person has confirmed."),
        )
        self.fields["closes"] = forms.DateTimeField(
            label=_("Closes"),
            required=False,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, **_WHEN),
            help_text=_("Empty: until you close it."),
        )
        self.fields["tense"] = forms.BooleanField(
            label=_("A tense issue"),
            required=False,
            help_text=_(
                "Religion, ethnicity, caste or displacement: no figure about fewer than 20 people "
                "is ever shown, instead of 10."
            ),
        )

        self.fields["slips_only"] = forms.BooleanField(
            label=_("Only with a slip"),
            required=False,
            help_text=_(
                "The link alone admits nobody: each resident is handed a printed slip, which counts once."
            ),
        )

        self._earlier = {str(one.pk): one for one in earlier}
        if self._earlier:
            self.fields["before"] = forms.ChoiceField(
                label=_("Earlier round"),
                required=False,
                choices=[
                    ("", _("none")),
                    *((pk, f"{one.title} ({one.place})") for pk, one in self._earlier.items()),
                ],
                help_text=_(
                    "If you ask again what you asked before, a page compares both: statements with the "
                    "same words are set side by side."
                ),
            )

    def before(self) -> Dialogue | None:
        """The earlier round that was chosen."""
        return self._earlier.get(self.cleaned_data.get("before", ""))

    def _language(self, code: str, name: str, *, first: bool, drafted: bool) -> None:
        attrs = {"lang": code, "dir": "auto"}
        add = {
            f"title_{code}": forms.CharField(
                label=_("Title in %(language)s") % {"language": name},
                max_length=120,
                required=first,
                widget=forms.TextInput(attrs=attrs),
            ),
            f"question_{code}": forms.CharField(
                label=_("Question in %(language)s") % {"language": name},
                max_length=300,
                required=first,
                widget=forms.Textarea(attrs={**attrs, "rows": 2}),
                help_text=_("What you want to hear about, in one open sentence.") if first else "",
            ),
            f"description_{code}": forms.CharField(
                label=_("What happens with the result, in %(language)s") % {"language": name},
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 3}),
            ),
            f"seeds_{code}": forms.CharField(
                label=(
                    _("Further statements in %(language)s")
                    if drafted
                    else _("First statements in %(language)s")
                )
                % {"language": name},
                required=False,
                widget=forms.Textarea(attrs={**attrs, "rows": 8}),
                help_text=_(
                    "One on each line, at most 140 letters. Fifteen to forty varied ones work best."
                )
                if first
                else _(
                    "The same statements in the same order, one on each line. An empty line: not translated."
                ),
            ),
        }
        self.fields.update(add)

    def fieldsets(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of each language, for the page."""
        names = dict(settings.CONTENT_LANGUAGES)
        parts = ("title", "question", "description", "seeds")
        return [
            (code, names[code], [self[f"{part}_{code}"] for part in parts])
            for code in self.languages
        ]

    def rest(self) -> list[Any]:
        """The fields that belong to no language."""
        names = ("opens", "closes", "tense", "slips_only", "before")
        return [self[name] for name in names if name in self.fields]

    def texts(self) -> dict[str, dict[str, str]]:
        """Language to title, question and description; languages left empty are left out."""
        told = self.cleaned_data
        texts = {
            code: {
                part: told.get(f"{part}_{code}", "")
                for part in ("title", "question", "description")
            }
            for code in self.languages
        }
        return {code: parts for code, parts in texts.items() if any(parts.values())}

    def seeds(self) -> list[dict[str, str]]:
        """One mapping of language to text for each line."""
        return self._seeds

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        opens, closes = told.get("opens"), told.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("It must close after it opens."))
        self._texts_safe(told)
        self._seeds = self._lines(told)
        return told

    def _texts_safe(self, told: dict[str, Any]) -> None:
        for name in list(told):
            if name.startswith(("title_", "question_", "description_")):
                try:
                    told[name] = wording.clean(told[name] or "")
                except ValidationError as trouble:
                    self.add_error(name, trouble)
        for code in self.languages[1:]:
            title, question = told.get(f"title_{code}"), told.get(f"question_{code}")
            if bool(title) != bool(question):
                missing = "question" if title else "title"
                self.add_error(
                    f"{missing}_{code}", _("Each language needs both a title and a question.")
                )

    def _lines(self, told: dict[str, Any]) -> list[dict[str, str]]:
        """Pair the lines of all languages; say which line of which language is wrong."""
        columns: dict[str, list[str]] = {}
        for code in self.languages:
            lines = [line.strip() for line in (told.get(f"seeds_{code}") or "").splitlines()]
            while lines and not lines[-1]:
                lines.pop()
            if lines:
                columns[code] = lines
        if not columns:
            return []
        longest = max(len(lines) for lines in columns.values())
        first = next(iter(columns))
        seeds: list[dict[str, str]] = []
        for code, lines in columns.items():
            if len(lines) > len(columns[first]):
                self.add_error(
                    f"seeds_{code}",
                    _("There are %(these)d lines here and %(first)d in %(language)s: line them up.")
                    % {
                        "these": len(lines),
                        "first": len(columns[first]),
                        "language": dict(settings.CONTENT_LANGUAGES)[first],
                    },
                )
            for number, line in enumerate(lines, start=1):
                try:
                    if line:
                        services.statements.checked(line)
                except ValidationError as trouble:
                    self.add_error(
                        f"seeds_{code}",
                        _("Line %(number)d: %(trouble)s")
                        % {"number": number, "trouble": " ".join(trouble.messages)},
                    )
        for position in range(longest):
            seed = {
                code: lines[position]
                for code, lines in columns.items()
                if position < len(lines) and lines[position]
            }
            if seed:
                seeds.append(seed)
        return seeds


def _initial(dialogue: Dialogue | None) -> dict[str, Any]:
    if dialogue is None:
        return {}
    told: dict[str, Any] = {
        "opens": dialogue.opens,
        "closes": dialogue.closes,
        "tense": dialogue.tense,
        "slips_only": not dialogue.open_link,
        "before": str(dialogue.before_id or ""),
    }
    for code, parts in dialogue.texts.items():
        told.update({f"{part}_{code}": text for part, text in parts.items()})
    return told
