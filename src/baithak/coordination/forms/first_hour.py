"""Forms of the first hour."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day as _day
from baithak.coordination.models import Contact, ResponseCard
from baithak.coordination.queries import first_hour as queries
from baithak.network import queries as network
from baithak.network.forms import WordedForm
from baithak.network.scope import Viewer

__all__ = ["CardForm", "ContactForm"]


class CardForm(WordedForm):
    """What a place does in the first hour."""

    model = ResponseCard
    words: ClassVar = {
        "who_speaks": (
            _("Who speaks for the city, and in which languages"),
            _("Offices, not names: who stands in for them if they cannot be reached."),
            3,
            True,
        ),
        "first_steps": (
            _("First steps"),
            _("One line for each step, in order: find out, tell each other, speak, be there."),
            7,
            True,
        ),
        "never": (
            _("What we never do"),
            _(
                "For instance: we do not repeat a rumour, not even to deny it; we blame no community."
            ),
            4,
            False,
        ),
        "support": (
            _("Support for those affected"),
            _("Where they find help, who goes to them, in which languages."),
            4,
            False,
        ),
        "national_link": (
            _("How we reach the country’s offices"),
            _("Which office is told, by whom, and who decides what is said together."),
            3,
            False,
        ),
    }
    exercised_on = _day(_("Last exercise"), required=False)
    review_on = _day(_("Look at it again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.thing, ResponseCard):
            days = {name: getattr(self.thing, name) for name in ("exercised_on", "review_on")}
            self.initial = {**days, **self.initial}

    def told(self) -> dict[str, Any]:
        """What ``services.first_hour.edit`` takes."""
        data = self.cleaned_data
        kept = {name: data[name] for name in ("exercised_on", "review_on", "language")}
        return {**kept, "texts": self.texts()}


class ContactForm(forms.Form):
    """An office in the contact tree."""

    office = forms.CharField(
        label=_("Office"),
        max_length=200,
        help_text=_("The office, not the name of a person: people change, the office stays."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=None, required=False, empty_label=_("None")
    )
    after = forms.ModelChoiceField(
        label=_("Who calls them"),
        queryset=None,
        required=False,
        empty_label=_("The city’s officer on duty"),
    )
    telephone = forms.CharField(
        label=_("Telephone number"),
        max_length=40,
        help_text=_("It is kept locked, and only your team sees it."),
        widget=forms.TextInput(
            attrs={"inputmode": "tel", "autocomplete": "off", "dir": "ltr", "type": "tel"}
        ),
    )
    agreed_on = _day(_("They agreed on"))
    until = _day(
        _("They may be called until"),
        help_text=_("At most a year ahead. After this day the number is deleted by itself."),
    )

    def __init__(
        self,
        *args: Any,
        viewer: Viewer,
        card: ResponseCard,
        contact: Contact | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        others = queries.contacts(viewer, card)
        self.fields["organisation"].queryset = network.organisations(viewer, card.place)  # type: ignore[attr-defined]
        self.fields["after"].queryset = others.exclude(pk=contact.pk) if contact else others  # type: ignore[attr-defined]
        if contact is not None:
            self.fields["telephone"].required = False
            self.fields["telephone"].help_text = _("Leave it empty to keep the number as it is.")
            kept = {name: getattr(contact, name) for name in ("office", "agreed_on", "until")}
            ids = {"organisation": contact.organisation_id, "after": contact.after_id}
            self.initial = {**kept, **ids, **self.initial}
