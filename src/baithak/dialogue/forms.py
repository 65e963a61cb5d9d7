"""Forms of the room. Texts are checked by ``services`` and ``wording``; forms ask and show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from baithak.dialogue import services
from baithak.dialogue.models import Dialogue, Reason
from baithak.dialogue.services.votes import MOST_TURNS
from baithak.network import wording
from baithak.network.models import Place

__all__ = [
    "CloseForm",
    "DialogueForm",
    "ImportForm",
    "ReasonForm",
    "RejectForm",
    "StatementForm",
    "VoteForm",
]


class VoteForm(forms.Form):
    """One answer, as the three buttons send it."""

    statement = forms.IntegerField(min_value=1)
    value = forms.TypedChoiceField(choices=[(1, ""), (0, ""), (-1, "")], coerce=int)
    turn = forms.IntegerField(min_value=0, max_value=MOST_TURNS)
    more = forms.BooleanField(required=False)


_HINTS = {
    "mail": gettext_lazy("an e-mail address"),
    "number": gettext_lazy("a telephone or identity number"),
    "link": gettext_lazy("a link"),
}


def hints(text: str) -> list[str]:
    """What in this text looks like personal data, in words."""
    return [str(_HINTS[name]) for name in wording.hints(text)]


class StatementForm(forms.Form):
    """A resident's own statement. A hint about personal data asks once, and never forbids."""

    text = forms.CharField(
        label=gettext_lazy("Your statement"),
        help_text=gettext_lazy(
            "One thought that others can agree or disagree with. No names, addresses or numbers. "
            "At most 140 letters."
        ),
        max_length=600,  # the real bound is told in words by services.checked
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": 200}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language you wrote in"))
    handle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, dialogue: Dialogue, handle: uuid.UUID
    ) -> None:
        super().__init__(data, initial={"handle": handle, "language": dialogue.language})
        self.dialogue = dialogue
        known = dict(settings.CONTENT_LANGUAGES)
        mine = [code for code in dialogue.languages if code in known]
        here = (get_language() or "").split("-")[0]
        if here in known and here not in mine:
            mine.append(here)
        self.fields["language"].choices = [(code, known[code]) for code in mine]  # type: ignore[attr-defined]
        found = hints(str((data or {}).get("text", "")))
        if found:
            self.fields["sure"] = forms.BooleanField(
                label=_("I have checked it: it tells nothing about a person"), required=False
            )
        self.found = found

    def clean_text(self) -> str:
        return services.statements.checked(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.found and not told.get("sure") and "text" in told:
            raise ValidationError(
                _("This looks as if it holds %(what)s. Please leave out what belongs to a person.")
                % {"what": ", ".join(self.found)},
                code="hint",
            )
        return told

    def send(self) -> bool:
        """Hand it to the moderators; tells whether that worked."""
        told = self.cleaned_data
        try:
            services.submit(
                dialogue=self.dialogue,
                text=told["text"],
                language=told["language"],
                handle=told["handle"],
            )
        except ValidationError as trouble:
            self.add_error("text", trouble)
        except services.RefusedError:
            self.add_error(None, _("This dialogue has closed meanwhile."))
        return not self.errors


class RejectForm(forms.Form):
    """Why a statement is not shown: one of the published reasons."""

    reason = forms.ChoiceField(label=gettext_lazy("Why not?"), choices=Reason.published)


class ReasonForm(forms.Form):
    """Why a second person should confirm."""

    reason = forms.CharField(
        label=gettext_lazy("Why now, and for whom?"),
        help_text=gettext_lazy(
            "A sentence for the second person. It is kept with the act; name nobody."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


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
        return [self[name] for name in ("opens", "closes", "tense")]

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
    }
    for code, parts in dialogue.texts.items():
        told.update({f"{part}_{code}": text for part, text in parts.items()})
    return told


class ImportForm(forms.Form):
    """The files of a Polis export. The first look changes nothing."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the statements"), choices=settings.CONTENT_LANGUAGES
    )
    votes = forms.FileField(
        label="participants-votes.csv",
        help_text=gettext_lazy("Who voted how: one line for each person. Required."),
        required=False,
    )
    comments = forms.FileField(
        label="comments.csv",
        help_text=gettext_lazy("The statements themselves. Required."),
        required=False,
    )
    summary = forms.FileField(
        label="summary.csv",
        help_text=gettext_lazy("Topic and address of the conversation."),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Empty: the topic named in summary.csv."),
        max_length=120,
        required=False,
    )
    question = forms.CharField(
        label=gettext_lazy("Question that was asked"), max_length=300, required=False
    )
    attribution = forms.CharField(
        label=gettext_lazy("Attribution"),
        help_text=gettext_lazy(
            "Who published the votes and under which licence. Shown on every page."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, files: Any = None, *, places: Iterable[Place]
    ) -> None:
        super().__init__(data, files)
        self.fields["place"].choices = [(str(p.pk), str(p)) for p in places]  # type: ignore[attr-defined]
