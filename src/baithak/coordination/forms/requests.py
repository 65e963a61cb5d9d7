"""Forms of requests between places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day as _day
from baithak.coordination.models import Request, RequestKind
from baithak.network.forms import WordedForm
from baithak.network.models import Place

__all__ = ["AskForm", "DayForm", "PassOnForm", "ReplyForm"]


class AskForm(WordedForm):
    """What a place asks another one, and by when."""

    model = Request
    words: ClassVar = {
        "title": (_("In one sentence"), _("This sentence stands in the letters."), 1, True),
        "description": (
            _("What exactly, and what it is for"),
            _("So that the other side can answer without asking back. Name no person."),
            6,
            False,
        ),
    }
    to = forms.ChoiceField(label=_("To"))
    office = forms.CharField(
        label=_("Ministry, department or office there"), max_length=200, required=False
    )
    kind = forms.ChoiceField(label=_("What is asked for"), choices=RequestKind.choices)
    reply_by = _day(
        _("Reply by"),
        required=False,
        help_text=_("The other side agrees to this day, or names another one."),
    )
    field_order = ["to", "office", "kind", "title", "description", "reply_by", "language"]

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((pk, place.local_name) for pk, place in self.places.items()),
        ]
        if isinstance(self.thing, Request):
            kept = self.thing
            self.initial = {
                "to": str(kept.to_id),
                "office": kept.office,
                "kind": kept.kind,
                "reply_by": kept.reply_by,
                **self.initial,
            }
        self.order_fields(self.field_order)

    def told(self) -> dict[str, Any]:
        """What ``services.requests.ask`` and ``change`` take."""
        data = self.cleaned_data
        return {
            "to": self.places[data["to"]],
            "office": data["office"],
            "kind": data["kind"],
            "reply_by": data["reply_by"],
            "language": data["language"],
            "texts": self.texts(),
        }


class _SideForm(forms.Form):
    """For one of the sides that the viewer writes for: a choice only where there are several."""

    at = forms.ChoiceField(label=_("For"))

    def __init__(self, *args: Any, sides: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {str(place.pk): place for place in sides}
        field = self.fields["at"]
        field.choices = [(pk, place.local_name) for pk, place in self.sides.items()]  # type: ignore[attr-defined]
        if len(self.sides) < 2:
            field.widget = forms.HiddenInput()
            self.initial = {"at": next(iter(self.sides), ""), **self.initial}

    @property
    def side(self) -> Place:
        return self.sides[self.cleaned_data["at"]]


class DayForm(_SideForm):
    """The day by which a reply is possible."""

    day = _day(
        _("Reply by"),
        help_text=_("Leave the day as it is to agree to it, or name the day that is possible."),
    )


class ReplyForm(_SideForm):
    """What one side writes."""

    text = forms.CharField(
        label=_("What you write"),
        max_length=2000,
        help_text=_("Both sides see it, nobody else. Name no person."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    answers = forms.BooleanField(label=_("This answers the request"), required=False)
    open_again = forms.BooleanField(
        label=_("It is not answered yet: the clock goes on"), required=False
    )
    language = forms.ChoiceField(
        label=_("Language you write in"), choices=settings.CONTENT_LANGUAGES
    )

    def __init__(self, *args: Any, of: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.initial = {"language": here, **self.initial}
        sides = {place.pk for place in self.sides.values()}
        if sides == {of.place_id} or not of.is_waiting:
            del self.fields["answers"]
        if of.place_id not in sides or of.state != "answered":
            del self.fields["open_again"]

    def told(self) -> dict[str, Any]:
        """What ``services.requests.reply`` takes."""
        data = self.cleaned_data
        return {
            "at": self.side,
            "text": data["text"],
            "language": data["language"],
            "answers": data.get("answers", False),
            "open_again": data.get("open_again", False),
        }


class PassOnForm(forms.Form):
    """Pass a request on that is late."""

    day = _day(_("Reply by"), required=False)
