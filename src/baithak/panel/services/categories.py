"""Categories and quotas: what a panel is balanced by, and how far."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from baithak.network import wording
from baithak.network.models import State
from baithak.network.refusal import RefusedError
from baithak.network.scope import Viewer
from baithak.panel import analysis, queries
from baithak.panel.models import Category, CategoryKind, DrawState, Feature, Panel
from baithak.panel.services import usual
from baithak.panel.services.notes import held, note
from baithak.panel.services.pool import mark_stale

__all__ = [
    "MOST_CATEGORIES",
    "MOST_FEATURES",
    "Answer",
    "add_category",
    "edit_category",
    "fill_quotas",
    "remove_category",
    "set_quotas",
]

MOST_CATEGORIES = 8
MOST_FEATURES = 20
#: Letters of a name.
LONGEST = 80

# What nobody is asked here, whatever the reason (R1). English stems; the page says the rule in words.
_NEVER = re.compile(
    r"\b(?:belie[fv]|ideolog|opinion|leaning|political|part(?:y|ies) member|voted?\b|extrem|radical|"
    r"suspec|loyal|risk\b|threat)",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"\b(?:religio|faith|church|mosque|temple|sect\b|caste|tribe|ethnic|race\b|nationalit|refugee|"
    r"displac|migra|disab|health|illness|orientation)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One feature as the officer writes it: its names, and its share of the population in per cent."""

    labels: Mapping[str, str]
    share: Decimal | None = None


def _editable(pk: int) -> Panel:
    fresh = held(pk)
    if fresh.state != State.DRAFT:
        raise RefusedError("not_a_draft")
    if queries.request_waiting(fresh) is not None:
        raise RefusedError("waits")
    return fresh


@transaction.atomic
def add_category(*, panel: Panel, kind: str, by: Viewer) -> Category:
    """A category of the usual ones, with its usual answers to begin from; or an empty own one."""
    fresh = _editable(panel.pk)
    if kind not in CategoryKind.values:
        raise RefusedError("no_such_kind")
    before = Category._unscoped.filter(panel=fresh)
    if before.count() >= MOST_CATEGORIES:
        raise RefusedError("too_many_categories")
    if kind != CategoryKind.OWN and before.filter(kind=kind).exists():
        raise RefusedError("category_twice")
    last = before.aggregate(last=Max("position"))["last"]
    labels, answers = usual.labels(kind, fresh.languages)
    category = Category._unscoped.create(
        panel=fresh, kind=kind, position=(last or 0) + 1, labels=labels
    )
    Feature._unscoped.bulk_create(
        Feature(category=category, position=at, labels=names)
        for at, names in enumerate(answers, start=1)
    )
    note(fresh, "add_category", by, kind=kind)
    return category


def _names(labels: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    told = {code: wording.clean(labels.get(code, "")) for code in languages}
    for name in told.values():
        if len(name) > LONGEST:
            raise ValidationError(
                _("“%(name)s…” is longer than %(longest)d letters.")
                % {"name": name[:20], "longest": LONGEST}
            )
    return {code: name for code, name in told.items() if name}


@transaction.atomic
def edit_category(
    *,
    category: Category,
    labels: Mapping[str, str],
    answers: Sequence[Answer],
    by: Viewer,
    sensitive: bool = False,
    reason: str = "",
) -> Category:
    """Write a category anew: its names, its answers in their order, their shares.

    Raises
    ------
    ValidationError
        Fewer than two answers, or more than twenty; no name in the panel's first language; two
        alike; shares that do not add up to 100; it asks what nobody is asked here; it is
        sensitive and no reason is given.
    """
    panel = _editable(category.panel_id)
    names = _names(labels, panel.languages)
    told = [Answer(_names(answer.labels, panel.languages), answer.share) for answer in answers]
    first = panel.first_language
    _well_named(panel, category, names, told, first)
    every = " ".join([*names.values(), *(n for answer in told for n in answer.labels.values())])
    if _NEVER.search(every):
        raise ValidationError(
            _(
                "A panel is not balanced by what people believe, whom they support or how they are judged. Choose another category."
            ),
            code="never",
        )
    sensitive = sensitive or bool(_SENSITIVE.search(every))
    if sensitive and not reason.strip():
        raise ValidationError(
            _(
                "This is sensitive: it can hurt people if it becomes known. Say why the panel cannot do without it, or leave it out."
            ),
            code="sensitive",
        )
    _shares_whole(told)
    fresh = Category._unscoped.select_for_update().get(pk=category.pk)
    fresh.labels, fresh.sensitive = names, sensitive
    fresh.reason = wording.clean(reason)[:500] if sensitive else ""
    fresh.save(update_fields=["labels", "sensitive", "reason"])
    _write_features(fresh, told)
    note(panel, "edit_category", by, kind=fresh.kind, sensitive=str(sensitive).lower())
    return fresh


def _well_named(
    panel: Panel,
    category: Category,
    names: Mapping[str, str],
    answers: Sequence[Answer],
    first: str,
) -> None:
    if not names.get(first) or any(not answer.labels.get(first) for answer in answers):
        raise ValidationError(
            _("The category and each answer need a name in the panel's first language.")
        )
    if not 2 <= len(answers) <= MOST_FEATURES:
        raise ValidationError(
            _("A category has from 2 to %(most)d answers.") % {"most": MOST_FEATURES}
        )
    for code in panel.languages:
        known = [wording.same(a.labels[code]) for a in answers if a.labels.get(code)]
        if len(set(known)) < len(known):
            raise ValidationError(_("Two answers are alike: give each its own name."))
    others = queries.categories(panel.pk)
    if wording.same(names[first]) in {wording.same(c.name) for c in others if c.pk != category.pk}:
        raise ValidationError(_("Another category has this name already."))


def _shares_whole(answers: Sequence[Answer]) -> None:
    shares = [answer.share for answer in answers]
    if all(share is None for share in shares):
        return
    if any(share is None or not 0 <= share <= 100 for share in shares):
        raise ValidationError(_("Give every answer its share, from 0 to 100 per cent, or none."))
    total = sum(share for share in shares if share is not None)
    if not Decimal("99") <= total <= Decimal("101"):
        raise ValidationError(
            _("The shares add up to %(total)s per cent instead of 100.") % {"total": total}
        )


def _write_features(category: Category, answers: Sequence[Answer]) -> None:
    """Keep the rows by their position, so that quotas that were set stay with their answers."""
    rows = list(Feature._unscoped.filter(category=category))
    for at, answer in enumerate(answers, start=1):
        row = rows[at - 1] if at <= len(rows) else Feature(category=category)
        row.position, row.labels, row.share = at, dict(answer.labels), answer.share
        row.save()
    Feature._unscoped.filter(pk__in=[row.pk for row in rows[len(answers) :]]).delete()


@transaction.atomic
def remove_category(*, category: Category, by: Viewer) -> None:
    """Take a category out of a draft."""
    panel = _editable(category.panel_id)
    note(panel, "remove_category", by, kind=category.kind)
    Category._unscoped.filter(pk=category.pk).delete()


def _adjustable(pk: int) -> Panel:
    """Quotas may change until the list is frozen, and again while no lottery could be published."""
    fresh = held(pk)
    if queries.request_waiting(fresh) is not None:
        raise RefusedError("waits")
    if fresh.may_set_quotas:
        return fresh
    newest = queries.newest_draw(fresh.pk)
    if newest is None or newest.state != DrawState.FAILED:
        raise RefusedError("frozen")
    return fresh


@transaction.atomic
def fill_quotas(*, panel: Panel, slack: Decimal, by: Viewer) -> None:
    """Set the quotas of every category that has shares, with this slack in per cent of the seats."""
    fresh = _adjustable(panel.pk)
    for category in queries.categories(fresh.pk):
        features = list(category.features.all())
        shares = [feature.share for feature in features]
        if any(share is None for share in shares):
            continue
        found = analysis.quotas_from_shares(
            [Fraction(share) for share in shares if share is not None], fresh.size, Fraction(slack)
        )
        for feature, (low, high) in zip(features, found, strict=True):
            Feature._unscoped.filter(pk=feature.pk).update(low=low, high=high)
    _quotas_changed(fresh)
    note(fresh, "set_quotas", by, slack=str(slack))


@transaction.atomic
def set_quotas(*, panel: Panel, quotas: Mapping[int, tuple[int, int]], by: Viewer) -> None:
    """Set quotas by hand: feature id to fewest and most seats.

    Raises
    ------
    ValidationError
        Fewest above most; or no panel could meet them, whoever registers.
    """
    fresh = _adjustable(panel.pk)
    changed = []
    for category in queries.categories(fresh.pk):
        for feature in category.features.all():
            low, high = quotas.get(feature.pk, (feature.low, feature.high))
            if low is None or high is None:
                continue
            if not 0 <= low <= high <= fresh.size:
                raise ValidationError(
                    _(
                        "“%(feature)s”: at least %(low)d and at most %(high)d of %(size)d seats cannot be."
                    )
                    % {"feature": feature.label, "low": low, "high": high, "size": fresh.size}
                )
            if (low, high) != (feature.low, feature.high):
                Feature._unscoped.filter(pk=feature.pk).update(low=low, high=high)
                changed.append(f"{feature.pk}:{low}-{high}")
    categories = queries.categories(fresh.pk)
    if all(f.high is not None for c in categories for f in c.features.all()):
        problems = analysis.problems_of(fresh, categories)
        if problems:
            raise ValidationError(problems)
    if changed:
        _quotas_changed(fresh)
        note(fresh, "set_quotas", by, changed=",".join(changed))


def _quotas_changed(panel: Panel) -> None:
    if panel.state == State.OPEN and panel.frozen is None:
        mark_stale(panel.pk)
