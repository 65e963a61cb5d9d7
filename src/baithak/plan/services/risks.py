"""Do no harm: writers answer what an action could break, design partners sign or say their concern."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from baithak.network import wording
from baithak.network.models import Organisation
from baithak.network.refusal import RefusedError
from baithak.network.rules import Role
from baithak.network.scope import Viewer
from baithak.network.services.texts import put_texts
from baithak.plan.models import Action, CheckState, RiskCheck, SignOff
from baithak.plan.services.actions import held_plan
from baithak.plan.services.notes import note
from baithak.plan.services.standing import keep

__all__ = ["SIGNATURES", "answer", "ask", "sign", "translate"]

#: So many partners of different organisations have to agree.
SIGNATURES = 2
#: Without these nobody can judge.
NEEDED = ("who_could_be_harmed", "precautions")


@transaction.atomic
def answer(
    *,
    action: Action,
    language: str,
    texts: Mapping[str, str],
    left_over: str,
    by: Viewer,
    checked_on: date | None = None,
) -> RiskCheck:
    """Answer the questions. Where answers change that partners were asked about, a new edition begins:
    what they said of the one before does not count for it, and they are asked anew.

    Raises
    ------
    ValidationError
        By field: nothing said of who could be harmed or of what prevents it; something that leads to a
        person; the plan is over.
    """
    held_plan(action.plan)
    check = _of(action) or RiskCheck(action=action)
    before = (check.texts, check.left_over)
    new = check.pk is None
    if not new and language != check.first_language:
        raise ValidationError(
            {"language": _("Tell it in this language on the page for translations.")}
        )
    check.left_over = left_over
    check.checked_on = checked_on or timezone.localdate()
    put_texts(check, language, texts, needed=NEEDED)
    changed = not new and before != (check.texts, check.left_over)
    if changed and check.state != CheckState.DRAFT:
        check.edition += 1
        check.state = CheckState.ASKED
    _save(check)
    note(check, "answer_risk", by, edition=str(check.edition), state=check.state)
    return check


@transaction.atomic
def translate(
    *, check: RiskCheck, language: str, texts: Mapping[str, str], by: Viewer
) -> RiskCheck:
    """Tell the answers in another language; that changes no answer, so what was signed stays.

    What was told in this language when a partner agreed stands.
    """
    held = _held(check)
    before = held.texts
    if language == held.first_language:
        raise ValidationError(
            {"language": _("It was written in this language: choose another one.")}
        )
    put_texts(held, language, texts, needed=NEEDED)
    signed = SignOff._unscoped.filter(check_of=held, edition=held.edition, agrees=True)
    if signed.exists():
        keep(
            held,
            language,
            before,
            _("Partners agreed to it as it reads. Change the answers, and they are asked anew."),
        )
    _save(held)
    note(held, "translate_risk", by, language=language)
    return held


@transaction.atomic
def ask(*, check: RiskCheck, by: Viewer) -> RiskCheck:
    """Ask design partners to look at it; after concerns, ask them anew once it was changed.

    Raises
    ------
    RefusedError
        ``asked``: they are asked or have signed already; ``unchanged``: their concerns stand and no answer
        has changed since.
    """
    held = _held(check)
    if held.state == CheckState.RETURNED:
        raise RefusedError("unchanged")
    if held.state != CheckState.DRAFT:
        raise RefusedError("asked")
    held.state = CheckState.ASKED
    _save(held)
    note(held, "ask_partners", by, edition=str(held.edition))
    return held


@transaction.atomic
def sign(
    *,
    check: RiskCheck,
    organisation: Organisation,
    edition: int,
    agrees: bool,
    by: Viewer,
    text: str = "",
    language: str = "en",
) -> SignOff:
    """What one design partner says of an edition: it agrees, or it tells its concern.

    Two organisations that agree, and none with a concern, sign the check; a concern sends it back.

    Raises
    ------
    RefusedError
        ``not_asked``; ``changed``: the answers have changed since the page was opened; ``said``: this
        organisation has spoken of this edition; ``not_yours``: the viewer does not speak for it, or it does
        the action itself.
    ValidationError
        A concern without words; something that leads to a person.
    """
    held = _held(check)
    if held.state == CheckState.DRAFT:
        raise RefusedError("not_asked")
    if edition != held.edition:
        raise RefusedError("changed")
    if not _speaks(by, held, organisation):
        raise RefusedError("not_yours")
    if SignOff._unscoped.filter(check_of=held, organisation=organisation, edition=edition).exists():
        raise RefusedError("said")
    if language not in dict(settings.CONTENT_LANGUAGES):
        raise ValidationError({"language": _("Choose one of the languages.")})
    try:
        told = wording.no_persons(wording.clean(text))
    except ValidationError as trouble:
        raise ValidationError({"text": trouble.messages}) from None
    if not agrees and not told:
        raise ValidationError({"text": _("Say what worries you, so that it can be mended.")})
    signed = SignOff(
        check_of=held, organisation=organisation, edition=edition, agrees=agrees, note=told,
        language=language, on=timezone.localdate(),
    )  # fmt: skip
    signed.full_clean(exclude=["check_of", "organisation"])
    signed.save()
    if agrees:
        held.agree()
    held.state = _state(held)
    _save(held)
    note(
        held, "sign_risk" if agrees else "tell_concern", by, edition=str(edition), state=held.state
    )
    return signed


def _speaks(by: Viewer, check: RiskCheck, organisation: Organisation) -> bool:
    place = check.place.pk
    return (
        organisation.pk != check.action.owner_id
        and organisation.place_id == place
        and any(
            grant.place == place
            and grant.role == Role.PARTNER
            and grant.organisation == organisation.pk
            for grant in by.grants
        )
    )


def _state(check: RiskCheck) -> str:
    said = list(
        SignOff._unscoped.filter(check_of=check, edition=check.edition).values_list(
            "agrees", flat=True
        )
    )
    if not all(said):
        return CheckState.RETURNED
    return CheckState.SIGNED if len(said) >= SIGNATURES else CheckState.ASKED


def _of(action: Action) -> RiskCheck | None:
    return (
        RiskCheck._unscoped.select_for_update(of=("self",))
        .select_related("action__plan__place")
        .filter(action=action)
        .first()
    )


def _held(check: Any) -> RiskCheck:
    held_plan(check.action.plan)
    return (
        RiskCheck._unscoped.select_for_update(of=("self",))
        .select_related("action__plan__place")
        .get(pk=check.pk)
    )


def _save(check: RiskCheck) -> None:
    check.full_clean(exclude=["action"])
    check.save()
