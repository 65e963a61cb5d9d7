"""Places, organisations, people, roles, and what other rooms' undertakings share."""

from baithak.network.models.invitation import Invitation
from baithak.network.models.membership import BareSaveError, Membership
from baithak.network.models.organisation import Level, Organisation, OrganisationType
from baithak.network.models.place import Kind, Place
from baithak.network.models.two_person import TwoPersonAct
from baithak.network.models.undertaking import Channel, Consultation, State, Undertaking, new_code
from baithak.network.models.user import User
from baithak.network.scope import Visibility

__all__ = [
    "BareSaveError",
    "Channel",
    "Consultation",
    "Invitation",
    "Kind",
    "Level",
    "Membership",
    "Organisation",
    "OrganisationType",
    "Place",
    "State",
    "TwoPersonAct",
    "Undertaking",
    "User",
    "Visibility",
    "new_code",
]
