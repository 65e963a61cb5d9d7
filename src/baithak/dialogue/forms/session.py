"""A session in person: where and when it is, and what was said there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baithak.dialogue.forms.statement import hints
from baithak.dialogue.models import Dialogue, Session
from baithak.dialogue.services import sessions as services
from baithak.network.refusal import RefusedError

__all__ = ["MinutesForm", "SessionForm"]


class SessionForm(forms.Form):
    """Begin a session, or mend what was said of one."""

    ward = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=80,
        help_text=gettext_lazy(
            "A ward, village or neighbourhood, such as “Ward 12”. No address, no house, no name."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language spoken"))
    people = forms.IntegerField(
        label=gettext_lazy("How many people come"),
        required=False,
        min_value=0,
        max_value=services.MOST_PEOPLE,
        help_text=gettext_lazy("About. Your team sees it rounded; nobody else does."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        dialogue: Dialogue,
        session: Session | None = None,
    ) -> None:
        facts = ("ward", "day", "language", "people")
        initial = (
            {"day": timezone.localdate(), "language": dialogue.first_language}
            if session is None
            else {name: getattr(session, name) for name in facts}
        )
        super().__init__(data, initial=initial)
        known = dict(settings.CONTENT_LANGUAGES)
        first = [code for code in dialogue.languages if code in known]
        codes = dict.fromkeys([*first, *known])
        self.fields["language"].choices = [(code, known[code]) for code in codes]  # type: ignore[attr-defined]

    def clean_ward(self) -> str:
        return services.checked_ward(self.cleaned_data["ward"])


class MinutesForm(forms.Form):
    """Minutes. Names and personal data in them are shown once, and never forbidden."""

    text = forms.CharField(
        label=gettext_lazy("Minutes"),
        required=False,
        max_length=2 * services.LONGEST_MINUTES,  # the real bound is told in words by the service
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}),
        help_text=gettext_lazy(
            "What was said, not who said it. No names, no offices, no cities: whoever reads it must "
            "not be able to guess a person."
        ),
    )

    #: Fingerprint of the minutes that the writer began with.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    #: What the lint found in the text, for the page.
    found: tuple[str, ...] = ()
    #: What somebody else has saved meanwhile, for the page.
    saved_now = ""

    def __init__(self, data: Mapping[str, Any] | None = None, *, session: Session) -> None:
        seen = services.fingerprint(session.minutes)
        super().__init__(data, initial={"text": session.minutes, "seen": seen})

    def looked(self) -> list[str]:
        """What the writer was shown and has looked at."""
        return self.data.get("shown", "").splitlines() if self.data.get("looked") else []

    def save(self, session: Session, by: Any) -> bool:
        """Hand it to the service; tells whether that worked."""
        text, seen = self.cleaned_data["text"], self.cleaned_data["seen"] or None
        try:
            services.write_minutes(
                session=session, text=text, by=by, looked=self.looked(), seen=seen
            )
        except services.TellingError as found:
            self.found = (*found.names, *found.hints)
            told = [*found.names, *(hints(text) if found.hints else [])]
            self.add_error(
                "text",
                _("This stands in it: %(found)s. Leave it out, or tick below that you have looked.")
                % {"found": ", ".join(told)},
            )
        except ValidationError as trouble:
            self.add_error("text", trouble)
        except RefusedError:
            self._compare(session)
        return not self.errors

    def _compare(self, session: Session) -> None:
        """Somebody else has written meanwhile: shown beside the writer's words, and seen from now on."""
        session.refresh_from_db(fields=["minutes"])
        self.saved_now = session.minutes
        self.data = {
            **{name: self.data[name] for name in self.data},
            "seen": services.fingerprint(session.minutes),
        }
        self.add_error(
            "text",
            _(
                "Somebody else has written here meanwhile. Your words are still in the field: compare, "
                "then save."
            ),
        )
