"""Forms of an indicator and of a reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baithak.plan.forms.words import DetailedForm, day
from baithak.plan.models import Action, Indicator, IndicatorKind, Objective

__all__ = ["IndicatorForm", "ReadingForm"]


def _figure(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, max_digits=14, decimal_places=2
    )


class IndicatorForm(DetailedForm):
    """What is read, where it stands and where it should go."""

    model = Indicator
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("What is read"), _("Such as: households that know where to take a complaint."), 1, True),
        "unit": (_("Unit"), _("Such as: households, per cent, meetings a year."), 1, True),
        "method": (_("How it is read"), _("Who reads it, from what, how often."), 3, False),
    }  # fmt: skip

    kind = forms.ChoiceField(label=_("Kind"), choices=IndicatorKind.choices)
    objective = forms.ModelChoiceField(
        label=_("Objective"), queryset=None, required=False, empty_label=_("None")
    )
    action = forms.ModelChoiceField(
        label=_("Action"), queryset=None, required=False, empty_label=_("None")
    )
    of_people = forms.BooleanField(
        label=_("Its figures count people"),
        required=False,
        help_text=_("Then no figure about fewer than 10 people is shown to anybody (20 where religion, ethnicity, caste or displacement is concerned), and figures are rounded to 5."),
    )  # fmt: skip
    baseline = _figure(_("Where it stood"), _("The figure before the plan began."))
    baseline_on = day(_("On which day"), required=False)
    target = _figure(_("Where it should go"))
    target_on = day(_("Until when"), required=False)

    def __init__(
        self, *args: Any, objectives: Iterable[Objective], actions: Iterable[Action], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("objective", objectives), ("action", actions)):
            if name in self.fields:
                self.fields[name].queryset = options  # type: ignore[attr-defined]
        if "baseline" in self.fields and self._hides_baseline:
            self.fields["baseline"].help_text = _("Left empty, it stays as it is.")

    @property
    def _hides_baseline(self) -> bool:
        """It counts people: the page that is to change it does not tell the exact figure either (R6)."""
        thing: Any = self.thing
        return thing is not None and thing.of_people and thing.baseline is not None

    def told(self) -> dict[str, Any]:
        told = super().told()
        if self._hides_baseline and told.get("baseline_on") and told["baseline"] is None:
            del told["baseline"]
        return told

    def fact(self, name: str) -> Any:
        if name == "baseline" and self._hides_baseline:
            return None
        return getattr(self.thing, f"{name}_id" if name in ("objective", "action") else name)


class ReadingForm(forms.Form):
    """A reading on a day."""

    day = day(_("Day"))
    value = _figure(_("Value"), required=True)
    source = forms.CharField(
        label=_("Where it comes from"),
        max_length=300,
        help_text=_("Such as: the register of the ward office, a survey of 400 households. Name nobody."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"day": timezone.localdate(), **self.initial}
