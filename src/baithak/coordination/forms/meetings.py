"""Forms of a meeting: itself, its agenda, decisions and minutes, who was there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from baithak.coordination.forms.bodies import day
from baithak.coordination.models import AgendaItem, Decision, Meeting, Note
from baithak.network.forms import LevelForm, WordedForm
from baithak.network.scope import Visibility

__all__ = [
    "AgendaForm",
    "AttendanceForm",
    "CancelForm",
    "DecisionForm",
    "HoldForm",
    "MeetingForm",
    "NoteForm",
    "RoomLevelForm",
]


class MeetingForm(WordedForm):
    """A meeting: new, changed or told in another language."""

    model = Meeting
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Title"), "", 1, True),
        "purpose": (_("What it is for"), _("One or two sentences."), 3, False),
    }

    body = forms.ModelChoiceField(
        label=_("Body"), queryset=None, required=False, empty_label=_("None: a meeting by itself")
    )
    on = day(_("Day"))
    at = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    where = forms.CharField(
        label=_("Where"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )  # fmt: skip
    closed_room = forms.BooleanField(
        label=_("Under the Chatham House Rule"),
        help_text=_(
            "What is said may be used, never who said it or for whom. Minutes keep no author and no time, and "
            "names are pointed out before a note reaches more people than your team."
        ),
        required=False,
    )

    FACTS: ClassVar[tuple[str, ...]] = ("body", "on", "at", "where", "closed_room")

    def __init__(
        self, *args: Any, bodies: Any, thing: Meeting | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if thing is not None:
            self.initial = {**{name: getattr(thing, name) for name in self.FACTS}, **self.initial}

    def told(self) -> dict[str, Any]:
        """What ``services.meetings`` is told."""
        return {
            "language": self.cleaned_data["language"],
            "texts": self.texts(),
            **{name: self.cleaned_data[name] for name in self.FACTS},
        }


class HoldForm(forms.Form):
    """It took place."""

    present = forms.IntegerField(
        label=_("Seats taken"),
        help_text=_("A number, never a list: it tells whether there was a quorum."),
        min_value=0,
        max_value=999,
        required=False,
    )


class CancelForm(forms.Form):
    """It does not take place."""

    why = forms.CharField(
        label=_("Why it does not take place"),
        required=False,
        max_length=Meeting.LONGEST["cancelled"],
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language you write in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.CONTENT_LANGUAGES)
        here = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        self.fields["language"].choices = list(known.items())  # type: ignore[attr-defined]
        self.initial = {"language": here if here in known else "en", **self.initial}


class _LineForm(WordedForm):
    def told(self) -> dict[str, Any]:
        """What ``services.meetings`` is told."""
        return {"language": self.cleaned_data["language"], "texts": self.texts()}


class AgendaForm(_LineForm):
    """A point of the agenda."""

    model = AgendaItem
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Point of the agenda"), "", 1, True)
    }


class DecisionForm(_LineForm):
    """A decision."""

    model = Decision
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (
            _("What was decided"),
            _("What, by which organisation, until when. Name no person."),
            3,
            True,
        )
    }


class NoteForm(_LineForm):
    """A paragraph of the minutes, with a level of its own."""

    model = Note
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (
            _("What the minutes say"),
            _("One paragraph about one matter. No person is named."),
            6,
            True,
        )
    }

    visibility = forms.ChoiceField(label=_("Who may read this paragraph"))

    def __init__(self, *args: Any, levels: Iterable[Visibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {level.value: level.label for level in levels}
        self.fields["visibility"].choices = list(offered.items())  # type: ignore[attr-defined]
        if isinstance(self.thing, Note):
            # Where fewer see its meeting by now: as many as may, not the team alone.
            now = self.thing.visibility
            self.initial = {"visibility": now if now in offered else [*offered][-1], **self.initial}

    def told(self) -> dict[str, Any]:
        return {**super().told(), "visibility": self.cleaned_data["visibility"]}


class AttendanceForm(forms.Form):
    """Which organisations were there."""

    organisations = forms.ModelMultipleChoiceField(
        label=_("Organisations that were there"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisations"].queryset = organisations  # type: ignore[attr-defined]


class RoomLevelForm(LevelForm):
    """Let more people see what was said in a closed room: the names that stand in it are shown first."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    looked = forms.BooleanField(required=False)
    field_order = ["to", "reason", "looked"]

    def __init__(self, *args: Any, found: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(found)
        if names:
            self.fields["looked"].label = _(  # type: ignore[assignment]
                "I have looked at these names, and they give nobody away: %(names)s"
            ) % {"names": ", ".join(names)}
            self.fields["shown"].initial = "\n".join(names)
        else:
            del self.fields["looked"], self.fields["shown"]

    @classmethod
    def with_names(
        cls, posted: Any, levels: Iterable[Visibility], found: Iterable[str]
    ) -> RoomLevelForm:
        """As it was posted, with the names that were found and a box to tick."""
        told = list(found)
        form = cls({**posted.dict(), "shown": "\n".join(told)}, levels=levels, found=told)
        form.add_error(
            "looked",
            _("These names stand in it: %(names)s. Leave them out, or tick that you have looked.")
            % {"names": ", ".join(told)},
        )
        return form
