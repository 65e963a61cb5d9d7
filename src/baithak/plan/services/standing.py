"""What stands: words that were decided, finished or signed; and what changes of a decided action leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from baithak.network.scope import Viewer
from baithak.plan.models import Action, ActionStep, Agreed, CheckState, Partnership, RiskCheck
from baithak.plan.services.notes import note
from baithak.plan.shown import plain

__all__ = ["Before", "decided", "keep"]

#: What two people agreed to, besides words, and what nobody changes alone.
_AGREED = ("objective_id", "admin_level", "prevention_level")
#: What partners agreed to, besides words, owner and partners.
_AIMS = ("approach", "target_groups")
_STEP = 600


def decided() -> str:
    """Why words of an adopted plan cannot be changed."""
    return _(
        "This plan was adopted: its words stand as they were decided. You can add other languages; "
        "what should be different belongs into a new plan."
    )


def keep(thing: Agreed, language: str, before: Mapping[str, Mapping[str, str]], why: str) -> None:
    """Refuse words that read otherwise now; what was not told in this language then can be added and changed.

    Raises
    ------
    ValidationError
        By the name of the text.
    """
    now, then = thing.texts.get(language, {}), before.get(language, {})
    stands = set(then) if thing.agreed is None else set(then) & set(thing.stands(language))
    wrong = {name for name in stands if now.get(name) != then[name]}
    if wrong:
        raise ValidationError({name: why for name in sorted(wrong)})


class Before:
    """An action as it stood, to see after a change what that needs; the action is held by the caller."""

    def __init__(self, action: Action) -> None:
        self.new = action.pk is None
        self.words = dict(action.texts)
        names = (*_AGREED, *_AIMS, "due", "cost", "currency")
        self.facts = {name: getattr(action, name) for name in names}
        self.owner = action.owner
        self.partners = _partners(action)

    def refuse(self, action: Action, language: str) -> None:
        """Refuse what was agreed to by two people: words, objective and levels of what was there then.

        Raises
        ------
        ValidationError
            By the name of the field.
        """
        if self.new or action.plan.is_draft or action.added_later:
            return
        keep(action, language, self.words, decided())
        if language == action.first_language and action.texts != self.words:
            raise ValidationError(decided())
        for name in _AGREED:
            if getattr(action, name) != self.facts[name]:
                raise ValidationError({name.removesuffix("_id"): decided()})

    def leave(self, action: Action, by: Viewer) -> None:
        """After it is saved: a line of progress where somebody else does it, or until another day, or for
        another cost, that everybody who sees the plan reads; and partners who signed are asked anew.
        """
        if self.new:
            return
        if not action.plan.is_draft:
            self._tell(action)
        first = action.first_language
        told = self.words.get(first) != action.texts.get(first)
        owns = (self.owner and self.owner.pk) != action.owner_id
        aims = any(getattr(action, name) != self.facts[name] for name in _AIMS)
        if told or owns or aims or self.partners != _partners(action):
            _ask_anew(action, by)

    def _tell(self, action: Action) -> None:
        here = action.first_language
        language = here if here in dict(settings.LANGUAGES) else "en"
        with override(language):
            arrow = " ← " if get_language_info(language)["bidi"] else " → "
            old, new = self._lines(self.owner, self.facts), self._lines(action.owner, vars(action))
            told = [
                f"{label}: {was}{arrow}{now}."
                for (label, was), (_label, now) in zip(old, new, strict=True)
                if was != now
            ]
            if not told and (self.owner and self.owner.pk) != action.owner_id:
                label, now = new[0]  # another one of the same type
                told = [f"{label}: {now}{arrow}{now}."]
        if told:
            ActionStep._unscoped.create(
                action=action,
                day=timezone.localdate(),
                text=" ".join(told)[:_STEP],
                language=language,
                state=action.state,
                automatic=True,
            )

    def _lines(self, owner: Any, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What may change, in words. An organisation by its type: whoever sees the plan reads it (R13)."""
        who = " · ".join(owner.type_labels) if owner is not None else _("Not clear yet")
        due, cost = facts["due"], facts["cost"]
        return [
            (_("Who does it"), who),
            (_("Done by"), date_format(due, "j M Y") if due else _("No day yet")),
            (
                _("Cost"),
                _("Not known yet") if cost is None else f"{plain(cost)} {facts['currency']}",
            ),
        ]


def _partners(action: Action) -> set[int]:
    if action.pk is None:
        return set()
    return set(
        Partnership._unscoped.filter(action=action).values_list("organisation_id", flat=True)
    )


def _ask_anew(action: Action, by: Viewer) -> None:
    """What partners signed is another action now: a new edition, which they are asked about."""
    check = (
        RiskCheck._unscoped.select_for_update(of=("self",))
        .select_related("action__plan__place")
        .filter(action=action)
        .exclude(state=CheckState.DRAFT)
        .first()
    )
    if check is None:
        return
    check.edition += 1
    check.state = CheckState.ASKED
    check.save()
    note(check, "ask_partners", by, edition=str(check.edition))
