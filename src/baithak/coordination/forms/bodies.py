"""Forms of a body: itself, a seat, how the seats are shared out, its next meetings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.coordination.dates import within
from baithak.coordination.models import Body, BodyState, Rhythm, Seat
from baithak.exchange.records import library
from baithak.network.forms import WordedForm
from baithak.network.models import Organisation

__all__ = ["BalanceForm", "BodyForm", "DatesForm", "SeatForm", "day", "keeping", "labelled"]


def day(label: Any, **more: Any) -> forms.DateField:
    """A day, with the browser's calendar where it has one."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[within],
        **more,
    )


def keeping(form: forms.Form, name: str, now: int | None) -> bool:
    """Whether the field's thing is one that the viewer may not see: choosing nothing then leaves it there."""
    field: Any = form.fields[name]
    hidden = now is not None and not field.queryset.filter(pk=now).exists()
    if hidden:
        field.empty_label = _("As it is: it is not shown to you")
    return hidden


def labelled(kind: str) -> list[tuple[str, str]]:
    """Codes of a part of the taxonomy with their labels in the reader's language."""
    taxonomy, here = library().taxonomy, get_language() or "en"
    return [(code, taxonomy.label(kind, code, here)) for code in taxonomy.codes(kind)]


class BodyForm(WordedForm):
    """A body: new, changed or told in another language."""

    model = Body
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Name of the body"), "", 1, True),
        "purpose": (_("What it is for"), _("A few plain sentences."), 4, False),
        "charter": (
            _("Charter"),
            _("What it may decide, who sits in it, how seats are given, how it decides. Name nobody."),
            12,
            False,
        ),
        "legal_basis": (
            _("On what it stands"),
            _("The law, the decision or the letter that set it up."),
            2,
            False,
        ),
        "dissolved": (
            _("If it is dissolved: why, and who takes over"),
            "",
            3,
            False,
        ),
    }  # fmt: skip

    kind = forms.ChoiceField(label=_("Kind"))
    state = forms.ChoiceField(label=_("State"), choices=BodyState.choices)
    rhythm = forms.ChoiceField(label=_("Meets"), choices=Rhythm.choices)
    quorum = forms.IntegerField(
        label=_("Quorum"),
        help_text=_("How many seats must be taken for a decision."),
        min_value=1,
        max_value=999,
        required=False,
    )
    begins = day(_("Term begins"), required=False)
    ends = day(_("Term ends"), required=False)
    above = forms.ModelChoiceField(
        label=_("Reports to"), queryset=None, required=False, empty_label=_("No other body")
    )

    def __init__(self, *args: Any, above: Any, thing: Body | None = None, **kwargs: Any) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["kind"].choices = labelled("mechanisms")  # type: ignore[attr-defined]
        self.fields["above"].queryset = above  # type: ignore[attr-defined]
        self.fields["above"].label_from_instance = lambda b: f"{b.title} · {b.place.local_name}"  # type: ignore[attr-defined]
        facts = ("kind", "state", "rhythm", "quorum", "begins", "ends", "above")
        if thing is not None:
            self.initial = {**{name: getattr(thing, name) for name in facts}, **self.initial}
        else:
            self.initial = {"state": "formed", "rhythm": "quarterly", **self.initial}
            del self.fields["dissolved"]
        self.keeps_above = keeping(self, "above", thing.above_id if thing else None)

    def told(self) -> dict[str, Any]:
        """What ``services.bodies`` is told."""
        named = {name: self.cleaned_data[name] for name in self.words if name in self.fields}
        facts = ("kind", "state", "rhythm", "quorum", "begins", "ends", "above")
        told = {name: self.cleaned_data[name] for name in facts}
        if self.keeps_above and told["above"] is None:
            del told["above"]
        return {"language": self.cleaned_data["language"], "texts": named, **told}


class SeatForm(WordedForm):
    """A seat of a body. It never says who sits there."""

    model = Seat
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (
            _("Seat"),
            _("As the charter calls it, such as “Traders’ association”. Name no person."),
            1,
            True,
        ),
    }

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, required=False, empty_label=_("None, or not yet")
    )
    group = forms.ChoiceField(
        label=_("Whose voice the seat is for"),
        help_text=_("Where the charter keeps the seat for a group."),
        required=False,
    )
    chairs = forms.BooleanField(label=_("Chairs the body"), required=False)
    votes = forms.BooleanField(label=_("Has a vote"), required=False)
    vacant = forms.BooleanField(label=_("Vacant at present"), required=False)

    FACTS: ClassVar[tuple[str, ...]] = ("organisation", "group", "chairs", "votes", "vacant")

    def __init__(
        self, *args: Any, organisations: Any, thing: Seat | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["organisation"].label_from_instance = _named  # type: ignore[attr-defined]
        self.fields["group"].choices = [
            ("", _("No group in particular")),
            *labelled("target_groups"),
        ]  # type: ignore[attr-defined]
        if thing is not None:
            self.initial = {**{name: getattr(thing, name) for name in self.FACTS}, **self.initial}
        else:
            self.initial = {"votes": True, **self.initial}
        self.keeps = keeping(self, "organisation", thing.organisation_id if thing else None)

    def told(self) -> dict[str, Any]:
        """What ``services.bodies`` is told."""
        told = {name: self.cleaned_data[name] for name in self.FACTS}
        if self.keeps and told["organisation"] is None:
            del told["organisation"]
        return {"language": self.cleaned_data["language"], "texts": self.texts(), **told}


def _named(organisation: Organisation) -> str:
    return f"{organisation.name} · {organisation.place.local_name}"


class BalanceForm(forms.Form):
    """Counts over the whole body, never by seat and never by group."""

    on = day(_("On"))
    taken = forms.IntegerField(label=_("Seats taken"), min_value=1, max_value=999)
    women = forms.IntegerField(label=_("Of these, by women"), min_value=0, max_value=999)
    young = forms.IntegerField(label=_("Of these, by people under 30"), min_value=0, max_value=999)
    civil = forms.IntegerField(
        label=_("Of these, from civil society and communities"), min_value=0, max_value=999
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"on": timezone.localdate(), **self.initial}


class DatesForm(forms.Form):
    """The next days of a body's rhythm: leave a field empty to leave a meeting out."""

    MOST = 4

    at = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    where = forms.CharField(
        label=_("Where"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )  # fmt: skip

    def __init__(self, *args: Any, proposed: Iterable[date] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = list(proposed)[: self.MOST]
        dated = {
            f"day_{n}": day(
                _("Day of meeting %(n)d") % {"n": n}, required=False, initial=(days[n - 1 : n] or [None])[0]
            )
            for n in range(1, self.MOST + 1)
        }  # fmt: skip
        self.fields = {**dated, **self.fields}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data["days"] = sorted({data[n] for n in data if n.startswith("day_") and data[n]})
        if not data["days"] and not self.errors:
            raise forms.ValidationError(_("Choose at least one day."))
        return data
