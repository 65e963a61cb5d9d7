"""Forms of an action: who does what by when; how it goes; by what a list is narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.network.models import Place
from baithak.plan.forms.words import DetailedForm, day, labels
from baithak.plan.models import Action, ActionState, Objective, Plan
from baithak.plan.queries import actions as queries
from baithak.plan.queries.actions import Asked

__all__ = ["ActionForm", "FilterForm", "TellForm"]


class ActionForm(DetailedForm):
    """Who does what by when. Where it comes from travels along in hidden fields."""

    model = Action
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("What is done"), _("One sentence that a neighbour understands. Name nobody."), 1, True),
        "description": (_("How"), _("The first steps, and what is needed for them."), 5, False),
        "area": (_("Where"), _("A ward or a part of the city, never an address."), 1, False),
        "funder": (_("Who pays, in words"), _("If it is not an organisation of the list below."), 1, False),
    }  # fmt: skip

    objective = forms.ModelChoiceField(
        label=_("Objective"), queryset=None, required=False, empty_label=_("None")
    )
    owner = forms.ModelChoiceField(
        label=_("Who does it"),
        queryset=None,
        required=False,
        empty_label=_("Not clear yet"),
        help_text=_("An organisation or a department, never a person. A plan cannot be adopted while this is not clear."),
    )  # fmt: skip
    partners = forms.ModelMultipleChoiceField(
        label=_("Who takes part"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    admin_level = forms.ChoiceField(label=_("Level of administration"))
    prevention_level = forms.ChoiceField(label=_("Prevention level"))
    approach = forms.ChoiceField(label=_("Approach"), required=False)
    target_groups = forms.MultipleChoiceField(
        label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple
    )
    begins = day(_("Begins"), required=False)
    due = day(_("Done by"), required=False)
    cost = forms.DecimalField(
        label=_("Cost"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("For the whole action. 0 says that it needs no money of its own."),
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        help_text=_("Three capital letters, such as INR or BDT."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "dir": "ltr"}),
    )
    funded_by = forms.ModelChoiceField(
        label=_("Who pays"), queryset=None, required=False, empty_label=_("Not clear yet")
    )

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        objectives: Iterable[Objective],
        organisations: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        lists = {
            "admin_level": labels("admin_levels"),
            "prevention_level": labels("prevention_levels"),
            "approach": [("", _("None")), *labels("approaches")],
            "target_groups": labels("target_groups"),
        }
        for name, options in lists.items():
            if name in self.fields:
                self.fields[name].choices = options  # type: ignore[attr-defined]
        for name in ("owner", "partners", "funded_by"):
            if name in self.fields:
                self.fields[name].queryset = organisations  # type: ignore[attr-defined]
        if "objective" in self.fields:
            self.fields["objective"].queryset = objectives  # type: ignore[attr-defined]
        thing: Any = self.thing
        if thing is not None and not plan.is_draft and not thing.added_later:
            self.stand("objective", "admin_level", "prevention_level")
        if thing is None:
            self.initial = {"admin_level": "city", "prevention_level": "primary", **self.initial}

    def fact(self, name: str) -> Any:
        if name == "partners":
            return queries.partner_ids(self.thing)  # type: ignore[arg-type]
        if name in ("objective", "owner", "funded_by"):
            return getattr(self.thing, f"{name}_id")
        return super().fact(name)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class TellForm(forms.Form):
    """A line of progress, and how far it is."""

    day = day(_("Day"))
    text = forms.CharField(
        label=_("What happened"),
        max_length=600,
        help_text=_("A sentence or two. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    state = forms.ChoiceField(label=_("How far it is now"), choices=ActionState.choices)
    language = forms.ChoiceField(label=_("Language you write in"))

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.fields["language"].choices = list(settings.CONTENT_LANGUAGES)  # type: ignore[attr-defined]
        self.initial = {
            "day": timezone.localdate(),
            "state": action.state,
            "language": here,
            **self.initial,
        }


class FilterForm(forms.Form):
    """By what the list of all actions is narrowed. What is not known narrows nothing."""

    state = forms.ChoiceField(label=_("State"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    level = forms.ChoiceField(label=_("Prevention level"), required=False)

    def __init__(
        self,
        told: Mapping[str, Any],
        *,
        places: Iterable[Place],
        owners: Iterable[tuple[int, str]],
    ) -> None:
        super().__init__(told, auto_id="by_%s", label_suffix="")
        every = ("", _("All"))
        lists: dict[str, list[tuple[str, Any]]] = {
            "state": [
                every, ("overdue", _("Overdue")), ("open", _("Still to do")), *ActionState.choices,
            ],
            "place": [every, *((place.slug, place.local_name) for place in places)],
            "owner": [every, *((str(pk), name) for pk, name in owners)],
            "level": [every, *labels("prevention_levels")],
        }  # fmt: skip
        for name, options in lists.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was chosen."""
        self.is_valid()
        told = self.cleaned_data
        return Asked(
            state=told.get("state", ""),
            place=told.get("place", ""),
            owner=int(told.get("owner") or 0),
            level=told.get("level", ""),
        )
