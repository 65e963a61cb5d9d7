"""Statements: added by residents, decided by moderators."""

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
from baithak.dialogue.models import Dialogue, Reason, Statement
from baithak.network import wording
from baithak.network.models import Channel

__all__ = ["FULL", "MergeForm", "RejectForm", "StatementForm", "hints", "moderators_hints"]

#: Why nobody can add a statement now, though answering goes on.
FULL = gettext_lazy(
    "This dialogue takes no new statements until the moderators have caught up. Please come back "
    "later; answering goes on."
)
_HINTS = {
    "mail": gettext_lazy("an e-mail address"),
    "number": gettext_lazy("a telephone or identity number"),
    "link": gettext_lazy("a link"),
    "plate": gettext_lazy("the number of a vehicle"),
}


def hints(text: str) -> list[str]:
    """What in this text looks like personal data, in words."""
    return [str(_HINTS[name]) for name in wording.hints(text)]


def moderators_hints(text: str, organisations: Iterable[str] = ()) -> list[str]:
    """What a moderator should look at twice: sentences, never verdicts (R11, R12).

    ``organisations``: names of those that work in the city.
    """
    told = []
    if found := hints(text):
        told.append(_("This looks as if it holds %(what)s.") % {"what": ", ".join(found)})
    if words := wording.mixed(text):
        told.append(
            _("Letters of two alphabets that look alike are mixed in: %(words)s.")
            % {"words": ", ".join(words)}
        )
    flat = wording.same(text)
    if named := [
        name for name in organisations if len(wording.same(name)) > 4 and wording.same(name) in flat
    ]:
        told.append(
            _("It names an organisation that works in this city: %(names)s.")
            % {"names": ", ".join(named)}
        )
    return told


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
        self,
        data: Mapping[str, Any] | None = None,
        *,
        dialogue: Dialogue,
        handle: uuid.UUID,
        channel: str = Channel.OPEN,
    ) -> None:
        here = (get_language() or "").split("-")[0]
        known = dict(settings.CONTENT_LANGUAGES)
        first = here if here in known else dialogue.language
        super().__init__(data, initial={"handle": handle, "language": first})
        self.dialogue, self.channel = dialogue, channel
        # All languages, since a city speaks more than its council; those of the dialogue come first.
        mine = dict.fromkeys([first, *(c for c in dialogue.languages if c in known), *known])
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

    def send(self) -> Statement | None:
        """Hand it to the moderators; ``None``, with the reason in the errors, where that did not work."""
        told = self.cleaned_data
        try:
            return services.submit(
                dialogue=self.dialogue,
                text=told["text"],
                language=told["language"],
                handle=told["handle"],
                channel=self.channel,
            )
        except ValidationError as trouble:
            self.add_error("text", trouble)
        except services.RefusedError as refusal:
            self.add_error(
                None,
                FULL if refusal.code == "intake" else _("This dialogue has closed meanwhile."),
            )
        return None


class RejectForm(forms.Form):
    """Why a statement is not shown: one of the published reasons."""

    reason = forms.ChoiceField(label=gettext_lazy("Why not?"), choices=Reason.published)


class MergeForm(forms.Form):
    """Which shown statement says the same: its number."""

    into = forms.IntegerField(label=gettext_lazy("Number of the statement"), min_value=1)
