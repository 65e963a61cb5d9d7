"""Forms of the room. What may be stored is decided by ``services``; forms ask and show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.network import wording
from baithak.network.models import Place
from baithak.panel import services
from baithak.panel.models import (
    Category,
    CategoryKind,
    DrawKind,
    Method,
    NeedKind,
    Panel,
    Registrant,
    Source,
)

__all__ = [
    "AgainForm",
    "AnswerForm",
    "CategoryForm",
    "ChanceForm",
    "CodeForm",
    "KindForm",
    "PanelForm",
    "QuotasForm",
    "RandomnessForm",
    "RegisterForm",
    "SeatForm",
    "SlackForm",
    "WithdrawForm",
]

_WHEN = {"format": "%Y-%m-%dT%H:%M"}
_MOMENT = {"type": "datetime-local"}


# --- the draft
class PanelForm(forms.Form):
    """What the panel is about, in the languages the city speaks, and how it is drawn."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Iterable[str],
        places: Iterable[Place] = (),
        panel: Panel | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(panel))
        names = dict(settings.CONTENT_LANGUAGES)
        self.languages = [code for code in languages if code in names]
        places = list(places)
        if panel is None and places:
            self.fields["place"] = forms.ChoiceField(
                label=_("Place"), choices=[(str(p.pk), str(p)) for p in places]
            )
        for position, code in enumerate(self.languages):
            self._language(code, names[code], first=position == 0)
        self._settings()

    def _language(self, code: str, name: str, *, first: bool) -> None:
        attrs = {"lang": code, "dir": "auto"}
        named = {"language": name}
        self.fields[f"title_{code}"] = forms.CharField(
            label=_("Title in %(language)s") % named,
            max_length=120,
            required=first,
            widget=forms.TextInput(attrs=attrs),
        )
        self.fields[f"question_{code}"] = forms.CharField(
            label=_("Question in %(language)s") % named,
            max_length=300,
            required=first,
            widget=forms.Textarea(attrs={**attrs, "rows": 2}),
            help_text=_("What the panel is to answer, in one open sentence.") if first else "",
        )
        self.fields[f"description_{code}"] = forms.CharField(
            label=_("Text of the invitation in %(language)s") % named,
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={**attrs, "rows": 6}),
            help_text=_(
                "Who invites, what the panel does, when and where it meets, what is paid, what "
                "happens with its answer."
            )
            if first
            else "",
        )

    def _settings(self) -> None:
        self.fields["size"] = forms.IntegerField(label=_("Seats"), min_value=2, max_value=1000)
        self.fields["panels"] = forms.IntegerField(
            label=_("Listed panels"),
            min_value=100,
            max_value=10_000,
            initial=1000,
            help_text=_(
                "So many panels are published before the draw, each equally likely. With 1000, "
                "three balls from 0 to 9 decide."
            ),
        )
        self.fields["method"] = forms.ChoiceField(
            label=_("How chances are spread"), choices=Method.choices
        )
        self.fields["household"] = forms.BooleanField(
            label=_("At most one person of each household"), required=False
        )
        self.fields["opens"] = forms.DateTimeField(
            label=_("Registration opens"),
            required=False,
            widget=forms.DateTimeInput(attrs=_MOMENT, **_WHEN),
            help_text=_("Empty: as soon as the second person has confirmed."),
        )
        self.fields["closes"] = forms.DateTimeField(
            label=_("Registration ends"), widget=forms.DateTimeInput(attrs=_MOMENT, **_WHEN)
        )
        self.fields["keep_until"] = forms.DateField(
            label=_("Registrants are erased by"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=_(
                "At the latest on this day, whatever happens; and thirty days after the panel is "
                "seated. It cannot be changed later."
            ),
        )
        self.fields["tense"] = forms.BooleanField(
            label=_("A tense issue"),
            required=False,
            help_text=_(
                "Religion, ethnicity, caste or displacement: no figure about fewer than 20 people "
                "is ever shown, instead of 10."
            ),
        )

    def fieldsets(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of each language, for the page."""
        names = dict(settings.CONTENT_LANGUAGES)
        parts = ("title", "question", "description")
        return [
            (code, names[code], [self[f"{part}_{code}"] for part in parts])
            for code in self.languages
        ]

    def rest(self) -> list[Any]:
        """The fields that belong to no language."""
        return [self[name] for name in _SETTINGS]

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

    def settings(self) -> dict[str, Any]:
        """What ``services.create`` and ``edit`` take besides the texts."""
        return {name: self.cleaned_data[name] for name in _SETTINGS}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        opens, closes = told.get("opens"), told.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("It must end after it opens."))
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
        return told


_SETTINGS = (
    "size", "panels", "method", "household", "opens", "closes", "keep_until", "tense",
)  # fmt: skip


def _initial(panel: Panel | None) -> dict[str, Any]:
    if panel is None:
        ends = timezone.localtime().replace(hour=20, minute=0, second=0) + timedelta(days=30)
        return {
            "size": 30,
            "household": True,
            "closes": ends,
            "keep_until": ends.date() + timedelta(days=90),
        }
    told: dict[str, Any] = {name: getattr(panel, name) for name in _SETTINGS}
    for code, parts in panel.texts.items():
        told.update({f"{part}_{code}": text for part, text in parts.items()})
    return told


class ChanceForm(forms.Form):
    """The chance that will decide, named before anybody can know it."""

    source = forms.ChoiceField(
        label=gettext_lazy("Which chance decides?"),
        choices=Source.choices,
        widget=forms.RadioSelect,
    )
    source_name = forms.CharField(
        label=gettext_lazy("Which one exactly?"),
        help_text=gettext_lazy(
            "So that no choice is left later: the number of the round; the lottery and its day; or "
            "the hall, and who throws or draws."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source_at = forms.DateTimeField(
        label=gettext_lazy("From when is it known?"),
        help_text=gettext_lazy("After registration has ended, and in the future."),
        widget=forms.DateTimeInput(attrs=_MOMENT, **_WHEN),
    )


class KindForm(forms.Form):
    """A further category."""

    kind = forms.ChoiceField(label=gettext_lazy("Category"), choices=CategoryKind.choices)


class CategoryForm(forms.Form):
    """A category: its name and answers in each language, one answer on each line, and shares."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, category: Category, languages: Sequence[str]
    ) -> None:
        features = list(category.features.all())
        super().__init__(data, initial=_category_initial(category, features, languages))
        names = dict(settings.CONTENT_LANGUAGES)
        self.languages = [code for code in languages if code in names]
        for position, code in enumerate(self.languages):
            attrs = {"lang": code, "dir": "auto"}
            named = {"language": names[code]}
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Name in %(language)s") % named,
                max_length=80,
                widget=forms.TextInput(attrs=attrs),
            )
            self.fields[f"answers_{code}"] = forms.CharField(
                label=_("Answers in %(language)s") % named,
                widget=forms.Textarea(attrs={**attrs, "rows": 6}),
                help_text=_("One on each line. Everybody must find a true answer among them.")
                if position == 0
                else _("The same answers in the same order, one on each line."),
            )
        self.fields["shares"] = forms.CharField(
            label=_("Share of the adult population, in per cent"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "inputmode": "decimal"}),
            help_text=_(
                "One on each line, in the order of the answers, from a census or a survey. Quotas "
                "are worked out from them."
            ),
        )
        self.fields["sensitive"] = forms.BooleanField(
            label=_("This is sensitive"),
            required=False,
            help_text=_(
                "It is about religion, ethnicity, caste, displacement or health. If it became known "
                "it could hurt people, so ask only if the panel cannot do without."
            ),
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why the panel cannot do without it"),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            help_text=_("Needed for a sensitive category. Everybody can read it."),
        )

    def fieldsets(self) -> list[tuple[str, str, list[Any]]]:
        """Code, name and fields of each language, for the page."""
        names = dict(settings.CONTENT_LANGUAGES)
        return [
            (code, names[code], [self[f"name_{code}"], self[f"answers_{code}"]])
            for code in self.languages
        ]

    def rest(self) -> list[Any]:
        return [self[name] for name in ("shares", "sensitive", "reason")]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first = self.languages[0]
        lines = {code: _lines(told.get(f"answers_{code}", "")) for code in self.languages}
        shares = self._shares(told)
        for code in self.languages[1:]:
            if lines[code] and len(lines[code]) != len(lines[first]):
                self.add_error(
                    f"answers_{code}",
                    _("There are %(these)d lines here and %(first)d in %(language)s: line them up.")
                    % {
                        "these": len(lines[code]),
                        "first": len(lines[first]),
                        "language": dict(settings.CONTENT_LANGUAGES)[first],
                    },
                )
        if shares and len(shares) != len(lines[first]):
            self.add_error(
                "shares",
                _("There are %(these)d shares for %(first)d answers: write one on each line.")
                % {"these": len(shares), "first": len(lines[first])},
            )
        if told.get("sensitive") and not (told.get("reason") or "").strip():
            self.add_error("reason", _("Say why, or leave the category out."))
        self._answers = [
            services.Answer(
                labels={c: lines[c][at] for c in self.languages if at < len(lines[c])},
                share=shares[at] if at < len(shares) else None,
            )
            for at in range(len(lines[first]))
        ]
        return told

    def _shares(self, told: Mapping[str, Any]) -> list[Decimal]:
        shares = []
        for number, line in enumerate(_lines(told.get("shares") or ""), start=1):
            plain = line.rstrip("% ").replace(",", ".")
            try:
                share = Decimal(plain)
                if not share.is_finite():
                    raise InvalidOperation
            except InvalidOperation:
                self.add_error(
                    "shares",
                    _(
                        "Line %(number)d, “%(line)s”, is no number: write 12.5 for twelve and a half per cent."
                    )
                    % {"number": number, "line": line[:20]},
                )
                continue
            shares.append(share.quantize(Decimal("0.01")) if abs(share) < 1000 else share)
        return shares

    def labels(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"name_{code}", "") for code in self.languages}

    def answers(self) -> list[services.Answer]:
        return self._answers


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _category_initial(
    category: Category, features: Sequence[Any], languages: Iterable[str]
) -> dict[str, Any]:
    told: dict[str, Any] = {"sensitive": category.sensitive, "reason": category.reason}
    for code in languages:
        told[f"name_{code}"] = category.labels.get(code, "")
        told[f"answers_{code}"] = "\n".join(f.labels.get(code, "") for f in features)
    if features and all(f.share is not None for f in features):
        told["shares"] = "\n".join(f"{f.share.normalize():f}" for f in features)
    return told


class SlackForm(forms.Form):
    """How far each quota may be from the exact share."""

    slack = forms.DecimalField(
        label=gettext_lazy("Slack, in per cent of the seats"),
        min_value=0,
        max_value=50,
        decimal_places=1,
        initial=5,
        help_text=gettext_lazy(
            "With 5 and 30 seats each quota may be missed by 1.5 seats. More slack gives everybody "
            "a fairer chance, less slack a panel closer to the city."
        ),
    )


class QuotasForm(forms.Form):
    """Fewest and most seats of every answer."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, panel: Panel, categories: Sequence[Category]
    ) -> None:
        super().__init__(data)
        self.features = [f for category in categories for f in category.features.all()]
        for feature in self.features:
            named = {"feature": feature.label}
            for side, label in (
                ("low", _("Fewest seats: %(feature)s")), ("high", _("Most seats: %(feature)s")),
            ):  # fmt: skip
                self.fields[f"{side}_{feature.pk}"] = forms.IntegerField(
                    label=label % named,
                    min_value=0,
                    max_value=panel.size,
                    initial=getattr(feature, side),
                    required=False,
                    widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                )

    def of(self, feature: Any) -> tuple[Any, Any]:
        """The two fields of a feature."""
        return self[f"low_{feature.pk}"], self[f"high_{feature.pk}"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for feature in self.features:
            low, high = told.get(f"low_{feature.pk}"), told.get(f"high_{feature.pk}")
            if (low is None) != (high is None):
                missing = "low" if low is None else "high"
                self.add_error(f"{missing}_{feature.pk}", _("Give both, or neither."))
            elif low is not None and low > high:
                self.add_error(f"high_{feature.pk}", _("The most cannot be less than the fewest."))
        return told

    def quotas(self) -> dict[int, tuple[int, int]]:
        told = self.cleaned_data
        return {
            f.pk: (told[f"low_{f.pk}"], told[f"high_{f.pk}"])
            for f in self.features
            if told.get(f"low_{f.pk}") is not None and told.get(f"high_{f.pk}") is not None
        }


# --- registering
class RegisterForm(forms.Form):
    """One answer for each category, a contact, and two ticks. Nothing else is asked."""

    contact = forms.CharField(
        label=gettext_lazy("Telephone or e-mail"),
        help_text=gettext_lazy(
            "So that the city can reach you if you are drawn. It is kept under lock, and read only "
            "if you are drawn."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What you would need to be able to come"),
        help_text=gettext_lazy("It has no influence on the draw."),
        choices=NeedKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    adult = forms.BooleanField(label=gettext_lazy("I am 18 or older"))
    agreed = forms.BooleanField(
        label=gettext_lazy(
            "I agree that the city keeps what I wrote here to draw the panel and to invite those "
            "drawn, as the notice says"
        )
    )
    handle = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        panel: Panel,
        categories: Sequence[Category],
        registrant: Registrant | None = None,
        assisted: bool = False,
    ) -> None:
        super().__init__(data, initial={"handle": uuid.uuid4()})
        self.categories = list(categories)
        own = self.fields
        self.fields = {}
        for category in self.categories:
            self.fields[f"c{category.pk}"] = forms.ChoiceField(
                label=category.label,
                choices=[(str(f.pk), f.label) for f in category.features.all()],
                initial=None if registrant is None else _answer_of(registrant, category),
                widget=forms.RadioSelect,
            )
        self.fields["contact"] = own["contact"]
        if panel.household:
            self.fields["household"] = forms.CharField(
                label=_("Household word"),
                help_text=_(
                    "If somebody you live with registers too, agree on a word or number and write "
                    "the same one: at most one of you is drawn. Otherwise leave it empty."
                ),
                max_length=60,
                required=False,
                widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            )
        self.fields["needs"] = own["needs"]
        if registrant is None:
            self.fields |= {name: own[name] for name in ("adult", "agreed", "handle")}
            if assisted:
                self.fields["adult"].label = _("They are 18 or older")
                self.fields["agreed"].label = _("I have read the notice to them, and they agree")
        else:
            self._change(registrant)

    def _change(self, registrant: Registrant) -> None:
        """The same form for somebody who has registered: what is under lock is not shown again."""
        self.fields["contact"].required = False
        self.fields["contact"].help_text = _("Empty: it stays as it is.")
        need = getattr(registrant, "need", None)
        self.fields["needs"].initial = need.kinds if need is not None else []
        if registrant.panel.frozen is not None:
            for category in self.categories:
                del self.fields[f"c{category.pk}"]
        # An empty word must mean "as it is": nobody can see which one was written.
        if "household" in self.fields:
            self.fields["household"].help_text = _("Empty: it stays as it is.")
            if registrant.panel.frozen is not None:
                del self.fields["household"]

    def answers(self) -> dict[int, int]:
        return {
            c.pk: int(self.cleaned_data[f"c{c.pk}"])
            for c in self.categories
            if f"c{c.pk}" in self.cleaned_data
        }


def _answer_of(registrant: Registrant, category: Category) -> str:
    return str(registrant.answers.get(str(category.pk), ""))


class CodeForm(forms.Form):
    """The code that was shown after registering."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Twelve letters and figures, as in abcd-efgh-2345."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "dir": "ltr",
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class WithdrawForm(forms.Form):
    """Taking it back needs one press, and one tick against a slip of the finger."""

    sure = forms.BooleanField(label=gettext_lazy("Take my registration back"))


class AnswerForm(forms.Form):
    """Whether somebody takes the seat."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    pseudonym = forms.CharField(max_length=8, required=False)


# --- the draw
class RandomnessForm(forms.Form):
    """What chance showed, as everybody could see it."""

    randomness = forms.CharField(
        label=gettext_lazy("What chance showed"),
        help_text=gettext_lazy(
            "Exactly as published, or as thrown: numbers in their order, with blanks between."
        ),
        max_length=400,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class AgainForm(ChanceForm):
    """A further draw: why, and by which chance."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is drawn?"),
        choices=[(k.value, k.label) for k in (DrawKind.REPLACEMENT, DrawKind.REDRAW)],
        widget=forms.RadioSelect,
        initial=DrawKind.REPLACEMENT,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is there a further draw?"),
        help_text=gettext_lazy("Everybody can read it. Name nobody."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    field_order = ["kind", "reason", "source", "source_name", "source_at"]


class SeatForm(forms.Form):
    """The panel is complete, or sits with fewer for a reason."""

    why_fewer = forms.CharField(
        label=gettext_lazy("If seats stay free: why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
