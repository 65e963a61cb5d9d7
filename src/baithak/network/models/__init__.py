"""Places, organisations, people, roles, and what other rooms' undertakings share."""

from baithak.network.models.demand import Asker, Demand, DemandState
from baithak.network.models.election import ElectionPeriod
from baithak.network.models.invitation import Invitation
from baithak.network.models.membership import BareSaveError, Membership
from baithak.network.models.organisation import Level, Organisation, OrganisationType
from baithak.network.models.place import Kind, Place
from baithak.network.models.quiet import Quiet
from baithak.network.models.two_person import TwoPersonAct
from baithak.network.models.undertaking import (
    Channel,
    Consultation,
    Levelled,
    Shared,
    State,
    Undertaking,
    Worded,
    new_code,
)
from baithak.network.models.user import User
from baithak.network.scope import Visibility

__all__ = [
    "Asker",
    "BareSaveError",
    "Channel",
    "Consultation",
    "Demand",
    "DemandState",
    "ElectionPeriod",
    "Invitation",
    "Kind",
    "Level",
    "Levelled",
    "Membership",
    "Organisation",
    "OrganisationType",
    "Place",
    "Quiet",
    "Shared",
    "State",
    "TwoPersonAct",
    "Undertaking",
    "User",
    "Visibility",
    "Worded",
    "new_code",
]
