"""Forms of the mandate sheet and of a line of its map."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from baithak.plan.forms.words import DetailedForm, day
from baithak.plan.models import Holder, Mandate, Task

__all__ = ["MandateForm", "TaskForm"]


class MandateForm(DetailedForm):
    """What the law lets us do, who leads, what is kept for others."""

    model = Mandate
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "summary": (_("What the law lets us do"),
                    _("In plain words, for somebody who is new in office."), 5, True),
        "reserved": (_("What is kept for others"),
                     _("Tasks that the law gives to the police, the district or the government."), 4, False),
        "decision": (_("Decision to start"), _("Of whom, under which number."), 2, False),
        "lead_office": (_("Office that leads"), _("An office, never a person’s name: people change."), 1, False),
        "deputy_office": (_("Office that stands in"), _("So that it goes on when somebody leaves."), 1, False),
        "across_parties": (_("Common line of the parties"), _("What the leaders of all parties agreed on."), 3, False),
        "budget_line": (_("Line in the budget"), "", 1, False),
    }  # fmt: skip

    integrated = forms.BooleanField(
        label=_("It is part of another plan of the city"), required=False
    )
    decided_on = day(_("Day of the decision to start"), required=False)
    review_on = day(_("Look at it again on"), required=False)


class TaskForm(DetailedForm):
    """A task, who may do it, by which law."""

    model = Task
    words: ClassVar[dict[str, tuple[Any, Any, int, bool]]] = {
        "title": (_("Task"), _("Such as: permits for processions, schools, street lights."), 1, True),
        "legal_basis": (_("By which law"), _("Act and section. Leave it empty where nobody knows: then it is shown as a gap."), 1, False),
        "note": (_("Note"), "", 2, False),
    }  # fmt: skip

    holder = forms.ChoiceField(
        label=_("Who may do it"), choices=Holder.choices, widget=forms.RadioSelect
    )
