"""From a mandate and a review of challenges to a plan, its actions, and how they go."""

from baithak.plan.models.action import OPEN, Action, ActionState, ActionStep, Partnership
from baithak.plan.models.agreed import Agreed
from baithak.plan.models.contribution import Contribution, Stage
from baithak.plan.models.indicator import Indicator, IndicatorKind, Reading
from baithak.plan.models.mandate import Holder, Mandate, Task
from baithak.plan.models.plan import Objective, Plan, PlanState
from baithak.plan.models.review import Challenge, Review, Severity, SeverityLevel, Trend
from baithak.plan.models.risk import CheckState, RiskCheck, RiskLevel, SignOff

__all__ = [
    "OPEN",
    "Action",
    "ActionState",
    "ActionStep",
    "Agreed",
    "Challenge",
    "CheckState",
    "Contribution",
    "Holder",
    "Indicator",
    "IndicatorKind",
    "Mandate",
    "Objective",
    "Partnership",
    "Plan",
    "PlanState",
    "Reading",
    "Review",
    "RiskCheck",
    "RiskLevel",
    "Severity",
    "SeverityLevel",
    "SignOff",
    "Stage",
    "Task",
    "Trend",
]
