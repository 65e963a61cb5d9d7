"""Every write of the room, one noun in each file. Loaded with the room: what two people do is known then."""

from baithak.plan.services import plans

__all__ = ["plans"]
